//! `bindery export`: a story written out again as Markdown, HTML, plain text or JSON, as it was recognised.

use std::path::Path;

use crate::diagnostic::Severity;
use crate::model::record::BookRecord;
use crate::model::story::Story;
use crate::pipeline::{EXPORTS, Export, Made};

use super::args::ExportArguments;
use super::choice::Choice;
use super::gather::Found;
use super::look::look;
use super::terminal::{Voice, harmless};
use super::{Exit, report, write};

pub fn export(arguments: &ExportArguments) -> Exit {
    let voice = Voice::new(Severity::Warning);
    let mut look = match look(&arguments.paths, &arguments.reading, &voice) {
        Ok(look) => look,
        Err(exit) => return exit,
    };
    let choice = match Choice::of(&arguments.choosing, look.vocabulary()) {
        Ok(choice) => choice,
        Err(fault) => {
            voice.say(&fault);
            return Exit::Usage;
        }
    };
    choice.remarks().for_each(|remark| voice.say(&remark));
    let format = arguments.format.export();
    let mut exit = look.exit;
    let (mut done, mut left_out) = (0, 0);
    if choice.asks_for_all() {
        let picked = choice.pick(std::mem::take(&mut look.stories), |found| look.make(found).0, |_| ());
        left_out = picked.left_out.len();
        look.stories = picked.chosen.into_iter().map(|(found, _)| found).collect();
    }
    for found in &look.stories {
        let (made, diagnostics, ended) = look.make(found);
        let made = match made {
            Some(made) if !choice.against(&BookRecord::of(&made.book.metadata), &found.name()).is_empty() => {
                left_out += 1;
                continue;
            }
            made => made,
        };
        exit = exit.max(ended);
        diagnostics.iter().for_each(|diagnostic| voice.say(diagnostic));
        done += 1;
        let Some(Made { story, .. }) = made else { continue };
        exit = exit.max(match &arguments.output {
            Some(folder) => put(&story, found, format, folder, arguments.force, &voice),
            None => report::print(&(format.write)(&story)),
        });
    }
    match (done, left_out) {
        (_, 0) => exit,
        (0, _) => {
            voice.line("every story was left out");
            exit.max(Exit::NoStories)
        }
        (_, 1) => {
            voice.line("1 story was left out");
            exit
        }
        (_, left_out) => {
            voice.line(&format!("{left_out} stories were left out"));
            exit
        }
    }
}

/// Writes a story and its pictures into a folder.
fn put(story: &Story, found: &Found, format: &Export, folder: &Path, force: bool, voice: &Voice) -> Exit {
    let mut story = story.clone();
    let pictures = format!("{}-pictures", found.stem);
    let mut names = Vec::new();
    story.rename_pictures(&mut |index, media_type| {
        let ending = media_type.rsplit('/').next().unwrap_or("png").replace("jpeg", "jpg").replace("svg+xml", "svg");
        format!("{pictures}/{:03}.{ending}", index + 1)
    });
    names.extend(story.images.keys().cloned());
    let path = folder.join(format!("{}.{}", found.stem, format.name));
    let written = std::fs::create_dir_all(if names.is_empty() { folder.to_owned() } else { folder.join(&pictures) })
        .map_err(|error| write::cannot_write(folder, &error))
        .and_then(|()| write::write_text(&path, &(format.write)(&story), force))
        .and_then(|()| {
            let mut pictures = story.images.iter();
            pictures.try_for_each(|(name, image)| {
                std::fs::write(folder.join(name), &image.bytes).map_err(|error| write::cannot_write(folder, &error))
            })
        });
    match written {
        Ok(()) => {
            voice.line(&format!("{} is written", harmless(&path.display().to_string())));
            Exit::Done
        }
        Err(fault) => {
            voice.say(&fault);
            Exit::CannotWrite
        }
    }
}

/// The formats of the command line; every row of the table has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportFormat {
    /// Markdown with front matter; bindery reads it back to the same story
    Md,
    /// One page of HTML
    Html,
    /// Plain text
    Txt,
    /// Everything that is known of the story, for programs
    Json,
}

impl ExportFormat {
    fn export(self) -> &'static Export {
        let index = match self {
            ExportFormat::Md => 0,
            ExportFormat::Html => 1,
            ExportFormat::Txt => 2,
            ExportFormat::Json => 3,
        };
        &EXPORTS[index]
    }
}
