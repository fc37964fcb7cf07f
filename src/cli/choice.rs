//! Which stories of a run become books: by rating, by warning, by whether their authors say anything of warnings. A story
//! that is left out is no failure; the report says why it was.

use crate::diagnostic::Diagnostic;
use crate::model::story::Story;
use crate::model::warning::{RatingLevel, Term, Vocabulary, WarningState};
use crate::pipeline::{Words, domain, domain_by_name, rating, rating_level};

use super::args::BuildArguments;

/// What a person wants of the stories of a run.
#[derive(Debug, Default)]
pub struct Choice {
    /// Stories of this level and milder ones.
    only: Option<RatingLevel>,
    excluded: Vec<Excluded>,
    exclude_unwarned: bool,
}

#[derive(Debug)]
enum Excluded {
    Term(&'static Term),
    /// Everything that is grouped under it.
    Domain(&'static Term),
}

impl Choice {
    /// # Errors
    /// When a rating or a warning is not known; place, fault and way out.
    pub fn of(arguments: &BuildArguments, own: Option<&Vocabulary>) -> Result<Choice, Diagnostic> {
        let only = arguments.only_rating.as_deref().map(level).transpose()?;
        let own = own.map(Words::of);
        let words = own.as_ref().unwrap_or(Words::known());
        let mut excluded = Vec::new();
        for name in &arguments.exclude_warning {
            // A word for a whole domain means all of it: who wants no death wants no major character's either.
            if let Some(domain) = domain_by_name(name) {
                excluded.push(Excluded::Domain(domain));
                continue;
            }
            let found = words.warnings(name).found;
            if found.is_empty() {
                let fault = Diagnostic::error("warning-unknown", format!("no warning is known as `{name}`"));
                return Err(fault.in_file("--exclude-warning").hint(
                    "write a warning such as `Major Character Death`, `suicide` or `gore`, or a domain such as `violence`; \
                     `--vocabulary` adds your own",
                ));
            }
            excluded.extend(found.into_iter().map(|found| Excluded::Term(found.term)));
        }
        Ok(Choice { only, excluded, exclude_unwarned: arguments.exclude_unwarned })
    }

    /// Why a story is not wanted; nothing when it is.
    pub fn against(&self, story: &Story) -> Vec<String> {
        let mut reasons = Vec::new();
        if let Some(most) = self.only {
            let rating = story.metadata.rating.as_ref();
            let level = rating.and_then(|rating| rating.term).map_or(RatingLevel::NotRated, rating_level);
            let said = rating.map(|rating| rating.wording.as_str()).unwrap_or_default();
            if level == RatingLevel::NotRated {
                reasons.push(if said.is_empty() {
                    "not rated".to_owned()
                } else {
                    format!("rated `{said}`, which is no level")
                });
            } else if level > most {
                reasons.push(format!("rated `{said}`"));
            }
        }
        for excluded in &self.excluded {
            let warns = story.warnings.iter().filter_map(|warning| warning.term).find(|term| match excluded {
                Excluded::Term(unwanted) => term == unwanted,
                Excluded::Domain(unwanted) => domain(term) == Some(*unwanted),
            });
            if let Some(term) = warns {
                let reason = format!("warns of {}", term.label);
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
        if self.exclude_unwarned {
            match story.warning_state {
                WarningState::Unknown => reasons.push("says nothing about warnings".to_owned()),
                WarningState::Withheld => reasons.push("its author chose not to warn".to_owned()),
                WarningState::Stated | WarningState::NoneApply => {}
            }
        }
        reasons
    }
}

/// The level that a person names: `teen`, or a rating of any scheme, such as `PG-13`.
fn level(name: &str) -> Result<RatingLevel, Diagnostic> {
    let level = rating(name).map(rating_level).filter(|level| *level != RatingLevel::NotRated);
    level.ok_or_else(|| {
        Diagnostic::error("rating-unknown", format!("no rating is known as `{name}`"))
            .in_file("--only-rating")
            .hint("write general, teen, mature or explicit, or a rating such as `PG-13`")
    })
}
