//! `bindery anthology`: many stories into one book, or into volumes. Stories are read and packed several at a time and go into
//! the book on disk in the order in which they were found; what speaks of the whole is written last, and then the book gets
//! its name. A story that fails is told about and left out; the others are bound.

mod desk;
mod prepare;
mod volumes;

use crate::diagnostic::Severity;

use super::Exit;
use super::args::AnthologyArguments;
use super::report::Teller;
use super::terminal::Voice;

pub fn anthology(arguments: &AnthologyArguments) -> Exit {
    let least = match (arguments.quiet, arguments.verbose) {
        (true, _) => Severity::Error,
        (_, true) => Severity::Remark,
        _ => Severity::Warning,
    };
    let mut voice = Voice::new(least);
    match prepare::prepare(arguments) {
        Ok((stories, run)) => {
            let mut teller = Teller::of_stories(run.shown(), arguments.dry_run, least, arguments.json);
            if let Some(expected) = voice.expect_several() {
                expected.stories(stories.len() as u64);
            }
            run.remarks.iter().for_each(|remark| teller.said(remark.clone(), &voice));
            let (mut teller, volumes, exit) = desk::bind_all(stories, &run, teller, &voice);
            voice.finish();
            let (placed, ended) = volumes.close();
            for diagnostic in placed.faults {
                teller.said(diagnostic, &voice);
            }
            for volume in placed.books {
                teller.book(volume);
            }
            exit.max(ended).max(teller.finish(true))
        }
        Err((exit, diagnostics)) => {
            let shown = arguments.output.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
            let mut teller = Teller::of_stories(shown, arguments.dry_run, least, arguments.json);
            diagnostics.into_iter().for_each(|diagnostic| teller.said(diagnostic, &voice));
            exit.max(teller.finish(false))
        }
    }
}
