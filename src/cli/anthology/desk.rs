//! The desk where workers hand in packed stories. They go into the book in the order in which they were found, whatever the
//! number of workers, and are forgotten.

use crate::diagnostic::{Diagnostic, Severity};
use crate::model::anthology::Contribution;
use crate::pipeline::anthology::{MadeWork, PackedSection, Standing, make_work};
use crate::pipeline::query::Candidate;

use super::super::Exit;
use super::super::build::lost_words;
use super::super::gather::Found;
use super::super::guard::guarded;
use super::super::load::{self, Loaded};
use super::super::order::{in_order, workers};
use super::super::report::{Facts, Status, StoryReport, Teller};
use super::super::terminal::Voice;
use super::prepare::{Chosen, Run};
use super::volumes::Volumes;

/// A story that its worker has done with.
struct Finished {
    found: Found,
    outcome: Result<Outcome, Exit>,
    diagnostics: Vec<Diagnostic>,
}

enum Outcome {
    Bound(Box<(PackedSection, Contribution)>),
    /// No part of the plan wants it, and why.
    LeftOut(Box<Contribution>, Vec<String>),
}

/// Where packed stories go into the book.
struct Desk<'r> {
    volumes: Volumes<'r>,
    teller: Teller,
    exit: Exit,
}

/// Binds all stories into the book and tells of each.
pub fn bind_all<'r>(stories: Vec<Chosen>, run: &'r Run, teller: Teller, voice: &Voice) -> (Teller, Volumes<'r>, Exit) {
    let workers = workers(run.arguments.jobs).min(stories.len().max(1));
    let mut desk = Desk { volumes: Volumes::new(run), teller, exit: Exit::Done };
    let numbered = stories.into_iter().zip(1..);
    in_order(
        numbered,
        workers,
        |(chosen, number)| bind_one(chosen, number, run),
        |finished| {
            let report = desk.take(finished);
            desk.teller.story(report, voice);
        },
    );
    (desk.teller, desk.volumes, desk.exit)
}

fn bind_one(chosen: Chosen, number: usize, run: &Run) -> Finished {
    let Chosen { found, parts } = chosen;
    let mut diagnostics = Vec::new();
    let outcome = guarded(|| bound(&found, &parts, number, run, &mut diagnostics)).unwrap_or_else(|fault| {
        diagnostics.push(fault);
        Err(Exit::Internal)
    });
    load::locate(&mut diagnostics, &found);
    Finished { found, outcome, diagnostics }
}

fn bound(
    found: &Found,
    parts: &[usize],
    number: usize,
    run: &Run,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Outcome, Exit> {
    let failed = |diagnostics: &mut Vec<Diagnostic>, faults: Vec<Diagnostic>| {
        diagnostics.extend(faults);
        Exit::Failed
    };
    let Loaded { source, diagnostics: remarks, .. } =
        load::load(found, &run.stated).map_err(|faults| failed(diagnostics, faults))?;
    diagnostics.extend(remarks);
    let standing = Standing { title: &run.anthology.title, number, part: 0 };
    let made = make_work(&source, &run.options, &run.book, &standing, &run.written);
    let MadeWork { packed, mut contribution, account, diagnostics: said } =
        made.map_err(|faults| failed(diagnostics, faults))?;
    diagnostics.extend(said);
    if let Some(fault) = lost_words(&account) {
        return Err(failed(diagnostics, vec![fault]));
    }
    let worst = diagnostics.iter().map(|diagnostic| diagnostic.severity).max();
    if run.arguments.strict && worst >= Some(Severity::Warning) {
        let fault = Diagnostic::error("strict", "a story with warnings is not bound, as `--strict` wants it");
        return Err(failed(diagnostics, vec![fault.hint("mend what the warnings say, or leave out `--strict`")]));
    }
    let mut reasons = Vec::new();
    for part in parts {
        let path = found.name();
        let candidate = Candidate::new(&contribution.record, &path);
        match run.against(*part, &candidate) {
            unwanted if unwanted.is_empty() => {
                contribution.part = *part;
                return Ok(Outcome::Bound(Box::new((packed, contribution))));
            }
            unwanted => reasons.extend(unwanted),
        }
    }
    reasons.dedup();
    Ok(Outcome::LeftOut(Box::new(contribution), reasons))
}

impl Desk<'_> {
    /// Puts a story into the book.
    fn take(&mut self, finished: Finished) -> StoryReport {
        let Finished { found, outcome, diagnostics } = finished;
        let mut report = StoryReport::of(&found, diagnostics);
        let bound = outcome.and_then(|outcome| {
            let (packed, contribution) = match outcome {
                Outcome::Bound(bound) => *bound,
                Outcome::LeftOut(contribution, reasons) => {
                    report.story = Some(Facts::of_contribution(&contribution));
                    report.left_out = reasons;
                    return Ok(None);
                }
            };
            report.story = Some(Facts::of_contribution(&contribution));
            report.bytes = Some(packed.packed_size());
            let added = self.volumes.add(packed, contribution).map_err(|fault| {
                report.diagnostics.extend(fault);
                Exit::CannotWrite
            });
            added.map(Some)
        });
        match bound {
            Ok(Some(name)) => {
                report.status = Status::New;
                report.output = Some(name);
            }
            Ok(None) => report.status = Status::LeftOut,
            Err(exit) => self.exit = self.exit.max(exit),
        }
        report
    }
}
