//! `bindery build`: every story into its book, several at a time, told about in the order in which they were found.

mod desk;
mod one;
mod prepare;

use crate::diagnostic::Severity;

use super::Exit;
use super::args::BuildArguments;
use super::report::{self, Report, Status, Summary};
use super::terminal::Voice;

pub use one::lost_words;
pub use prepare::{folder_kind, no_stories, reading_options};

use desk::bind_all;
use prepare::prepare;

pub fn build(arguments: &BuildArguments) -> Exit {
    let least = match (arguments.quiet, arguments.verbose) {
        (true, _) => Severity::Error,
        (_, true) => Severity::Remark,
        _ => Severity::Warning,
    };
    let mut voice = Voice::new(least);
    match prepare(arguments) {
        Ok((stories, remarks, run)) => {
            remarks.iter().for_each(|remark| voice.say(remark));
            voice.expect(stories.len());
            let exit =
                if remarks.iter().any(|remark| remark.severity == Severity::Error) { Exit::Failed } else { Exit::Done };
            let (stories, ended) = bind_all(stories, &run, &voice);
            voice.finish();
            let none_wanted = !stories.is_empty() && stories.iter().all(|story| story.status == Status::LeftOut);
            let exit = if none_wanted { exit.max(Exit::NoStories) } else { exit };
            let report = Report {
                bindery: env!("CARGO_PKG_VERSION"),
                output: arguments.output.display().to_string(),
                dry_run: arguments.dry_run,
                summary: Summary::of(&stories, &remarks),
                stories,
                diagnostics: remarks,
            };
            let shown = if arguments.quiet && !arguments.json {
                Exit::Done
            } else {
                report::show(&report, arguments.json, arguments.verbose)
            };
            exit.max(ended).max(shown)
        }
        Err((exit, diagnostics)) => {
            diagnostics.iter().for_each(|diagnostic| voice.say(diagnostic));
            if arguments.json {
                let report = Report {
                    bindery: env!("CARGO_PKG_VERSION"),
                    output: arguments.output.display().to_string(),
                    dry_run: arguments.dry_run,
                    summary: Summary::of(&[], &diagnostics),
                    stories: Vec::new(),
                    diagnostics,
                };
                return exit.max(report::show(&report, true, false));
            }
            exit
        }
    }
}
