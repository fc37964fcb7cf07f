//! `bindery anthology`: many stories into one book, or into volumes. Stories are read and packed several at a time and go into
//! the book on disk in the order in which they were found; what speaks of the whole is written last, and then the book gets
//! its name. A story that fails is told about and left out; the others are bound.

mod choose;
mod desk;
mod patterns;
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
        Ok((stories, mut run)) => {
            let mut teller = Teller::of_stories(run.shown(), arguments.dry_run, least, arguments.json);
            run.remarks.iter().for_each(|remark| teller.said(remark.clone(), &voice));
            let plans = choose::plan(stories, &run);
            if let Some(expected) = voice.expect_several("stories") {
                expected.count(plans.books.iter().map(|book| book.stories.len() as u64).sum());
            }
            let mut exit = Exit::Done;
            let introduction = run.anthology.introduction.clone();
            for book in plans.books {
                run.anthology.title = book.title;
                run.anthology.introduction = introduction.iter().cloned().chain(book.remark).collect();
                run.name = book.name;
                let (told, volumes, ended) = desk::bind_all(book.stories, &run, teller, &voice);
                teller = told;
                let (placed, closed) = volumes.close();
                placed.faults.into_iter().for_each(|diagnostic| teller.said(diagnostic, &voice));
                placed.books.into_iter().for_each(|volume| teller.book(volume));
                exit = exit.max(ended).max(closed);
            }
            plans.left_out.into_iter().for_each(|story| teller.story(story, &voice));
            plans.said.into_iter().for_each(|diagnostic| teller.said(diagnostic, &voice));
            voice.finish();
            let exit = if teller.none_wanted() { exit.max(Exit::NoStories) } else { exit };
            exit.max(teller.finish(true))
        }
        Err((exit, diagnostics)) => {
            let shown = arguments.output.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
            let mut teller = Teller::of_stories(shown, arguments.dry_run, least, arguments.json);
            diagnostics.into_iter().for_each(|diagnostic| teller.said(diagnostic, &voice));
            exit.max(teller.finish(false))
        }
    }
}
