//! `bindery build`: every story into its book, several at a time, told about in the order in which they were found.

mod desk;
mod doubles;
mod incremental;
mod jobs;
mod one;
mod prepare;
mod shard;
mod watch;

use crate::diagnostic::Severity;

use super::Exit;
use super::args::BuildArguments;
use super::report::Teller;
use super::terminal::Voice;

pub use one::lost_words;
pub use prepare::{folder_kind, no_stories, reading_options};
pub use shard::Shard;

use desk::{bind_all, choose, find_doubles};
use prepare::prepare;

/// Does what the command line says.
pub fn build(arguments: &BuildArguments) -> Exit {
    if let (Some(from), Some(to)) = (&arguments.from_jsonl, &arguments.to_jsonl) {
        return jobs::answer_all(arguments, from, to);
    }
    if arguments.watch { watch::watch(arguments) } else { once(arguments) }
}

/// One run over all stories.
fn once(arguments: &BuildArguments) -> Exit {
    let least = match (arguments.quiet, arguments.verbose) {
        (true, _) => Severity::Error,
        (_, true) => Severity::Remark,
        _ => Severity::Warning,
    };
    let mut voice = Voice::new(least);
    let mut teller = match Teller::new(arguments) {
        Ok(teller) => teller,
        Err(fault) => {
            voice.say(&fault);
            return Exit::CannotWrite;
        }
    };
    match prepare(arguments) {
        Ok((stories, mut run)) => {
            if arguments.dedupe {
                run.doubles = find_doubles(run.stories_again(stories.several), &run);
            }
            if stories.several {
                voice.expect_several("stories").into_iter().for_each(|expected| run.count_stories(expected));
            }
            let (stories, unwanted) = choose(stories, &run);
            let (mut teller, ended) = bind_all(stories, &run, teller, &voice);
            unwanted.into_iter().for_each(|report| teller.story(report, &voice));
            voice.finish();
            let ended = if teller.none_wanted() { ended.max(Exit::NoStories) } else { ended };
            ended.max(teller.finish(true))
        }
        Err((exit, diagnostics)) => {
            diagnostics.into_iter().for_each(|diagnostic| teller.said(diagnostic, &voice));
            exit.max(teller.finish(false))
        }
    }
}
