//! What commands do alike that look at stories and bind none: find them, read them, say what there is to say.

use std::path::PathBuf;

use crate::diagnostic::{Diagnostic, Severity};
use crate::model::warning::Vocabulary;
use crate::pipeline::declared::Declared;
use crate::pipeline::{self, CoverChoice, Made, Options};

use super::args::ReadingArguments;
use super::build::{folder_kind, lost_words, no_stories, reading_options};
use super::gather::{Found, gather};
use super::guard::guarded;
use super::terminal::Voice;
use super::{Exit, load};

/// The stories of a command, and how they are read.
pub struct Look {
    pub stories: Vec<Found>,
    /// How the run would end if every story could be read.
    pub exit: Exit,
    stated: Declared,
    options: Options,
}

/// Finds the stories that a command is to look at. What is wrong with the paths is said.
///
/// # Errors
/// How the run ends when the command line makes no sense or there is no story; that is said, too.
pub fn look(paths: &[PathBuf], reading: &ReadingArguments, voice: &Voice) -> Result<Look, Exit> {
    let refuse = |exit, diagnostics: &[Diagnostic]| {
        diagnostics.iter().for_each(|diagnostic| voice.say(diagnostic));
        exit
    };
    let stated = load::stated(reading).map_err(|faults| refuse(Exit::Usage, &faults))?;
    let mut options = reading_options(reading).map_err(|fault| refuse(Exit::Usage, &[fault]))?;
    // Nobody looks at a cover here.
    options.bind.cover = CoverChoice::None;
    let (stories, said) = gather(paths, &[], folder_kind(reading));
    refuse(Exit::Done, &said);
    let exit = if said.iter().any(|one| one.severity == Severity::Error) { Exit::Failed } else { Exit::Done };
    if stories.is_empty() && exit == Exit::Done {
        return Err(refuse(Exit::NoStories, &[no_stories(paths)]));
    }
    Ok(Look { stories, exit, stated, options })
}

impl Look {
    /// A person's own vocabulary of warnings.
    pub fn vocabulary(&self) -> Option<&Vocabulary> {
        self.stated.settings.vocabulary.as_ref()
    }

    /// Reads one story: what became of it, what is to be said, and how the run ends for it.
    pub fn make(&self, found: &Found) -> (Option<Made>, Vec<Diagnostic>, Exit) {
        let made = guarded(|| {
            let loaded = load::load(found, &self.stated)?;
            let mut made = pipeline::make(&loaded.source, &self.options)?;
            made.diagnostics.splice(0..0, loaded.diagnostics);
            made.diagnostics.extend(lost_words(&made.account));
            Ok(made)
        });
        let (made, mut diagnostics, exit) = match made {
            Ok(Ok(mut made)) => {
                let exit = if made.account.lost.is_empty() { Exit::Done } else { Exit::Failed };
                let diagnostics = std::mem::take(&mut made.diagnostics);
                (Some(made), diagnostics, exit)
            }
            Ok(Err(faults)) => (None, faults, Exit::Failed),
            Err(fault) => (None, vec![fault], Exit::Internal),
        };
        load::locate(&mut diagnostics, found);
        (made, diagnostics, exit)
    }
}
