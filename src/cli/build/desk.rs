//! The desk where workers hand in their stories. They leave it in the order in which the stories were found, so that names
//! and reports are the same with any number of workers.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, PoisonError};

use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::diagnostic::Diagnostic;

use super::super::Exit;
use super::super::choice::Picked;
use super::super::gather::Step;
use super::super::naming::Names;
use super::super::report::{Status, StoryReport, Teller};
use super::super::terminal::Voice;
use super::super::write::Placed;
use super::one::{Bound, Finished, Outcome, bind_one, glimpse};
use super::prepare::{Run, Stories};

/// How far a worker may run ahead of the slowest story, in stories for each worker: what runs ahead waits on disk.
const AHEAD: usize = 16;

/// After how many stories the report is given to the system, so that a killed run leaves one.
const BATCH: usize = 64;

/// Room for texts that nest deeply; it costs nothing until it is used.
const STACK: usize = 64 << 20;

/// What a worker hands in.
enum Handed {
    Story(Box<Finished>),
    /// Of no single story.
    Said(Diagnostic),
}

/// Workers hand in their stories here; they leave it in the order in which the stories were found.
struct Desk {
    next: usize,
    early: BTreeMap<usize, Handed>,
    names: Names,
    teller: Teller,
    exit: Exit,
}

/// Chooses among the stories of a run where all must be known before one is chosen: those to bind, and the reports of the
/// others.
pub fn choose(stories: Stories, run: &Run) -> (Stories, Vec<StoryReport>) {
    if !run.choice.asks_for_all() {
        return (stories, Vec::new());
    }
    let several = stories.several;
    let (found, said) = stories.all();
    let Picked { chosen, left_out } =
        with_workers(jobs(run, several), || run.choice.pick(found, |found| glimpse(found, run)));
    let reports = left_out.into_iter().map(|(found, facts, reasons)| StoryReport {
        status: Status::LeftOut,
        left_out: reasons,
        story: Some(facts),
        ..StoryReport::of(&found, Vec::new())
    });
    (Stories::chosen(chosen, said), reports.collect())
}

fn jobs(run: &Run, several: bool) -> usize {
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    if several { run.arguments.jobs.map_or(processors, NonZeroUsize::get) } else { 1 }
}

fn with_workers<T: Send>(jobs: usize, work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(jobs).stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        // No threads are to be had; the caller's own will do.
        Err(_) => work(),
    }
}

/// Binds all stories and tells of each. Gives back who told, and how the run ends for what went wrong.
pub fn bind_all(stories: Stories, run: &Run, teller: Teller, voice: &Voice) -> (Teller, Exit) {
    let jobs = jobs(run, stories.several);
    let desk = Mutex::new(Desk { next: 0, early: BTreeMap::new(), names: Names::default(), teller, exit: Exit::Done });
    let moved_on = Condvar::new();
    let hand_in = |(index, step): (usize, Step)| {
        let handed = match step {
            Step::Story(found) => Handed::Story(Box::new(bind_one(*found, run))),
            Step::Said(diagnostic) => Handed::Said(diagnostic),
        };
        let mut desk = desk.lock().unwrap_or_else(PoisonError::into_inner);
        // The story that is next never waits, so somebody always moves on.
        while index >= desk.next + jobs * AHEAD {
            desk = moved_on.wait(desk).unwrap_or_else(PoisonError::into_inner);
        }
        desk.early.insert(index, handed);
        desk.take_in_order(run, voice);
        moved_on.notify_all();
    };
    // The bridge hands out stories in their order, so that the desk never waits long for the next one.
    with_workers(jobs, || stories.enumerate().par_bridge().for_each(hand_in));
    let desk = desk.into_inner().unwrap_or_else(PoisonError::into_inner);
    (desk.teller, desk.exit)
}

impl Desk {
    fn take_in_order(&mut self, run: &Run, voice: &Voice) {
        while let Some(handed) = self.early.remove(&self.next) {
            self.next += 1;
            if self.next.is_multiple_of(BATCH) {
                self.teller.flush();
            }
            match handed {
                Handed::Story(finished) => {
                    let report = self.close(*finished, run);
                    self.teller.story(report, voice);
                }
                Handed::Said(diagnostic) => self.teller.said(diagnostic, voice),
            }
        }
    }

    /// Gives a book its name, and the story its place in the report.
    fn close(&mut self, finished: Finished, run: &Run) -> StoryReport {
        let Finished { found, outcome, diagnostics } = finished;
        let mut report = StoryReport::of(&found, diagnostics);
        let placed = match outcome {
            Ok(Outcome::Bound(bound)) => self.name_book(*bound, run, &mut report),
            Ok(Outcome::LeftOut { reasons, facts }) => {
                report.status = Status::LeftOut;
                report.left_out = reasons;
                report.story = Some(*facts);
                return report;
            }
            Err(exit) => Err(exit),
        };
        match placed {
            Ok(placed) => {
                report.status = match placed {
                    Placed::New => Status::New,
                    Placed::Replaced => Status::Replaced,
                    Placed::Unchanged => Status::Unchanged,
                }
            }
            Err(exit) => self.exit = self.exit.max(exit),
        }
        report
    }

    fn name_book(&mut self, bound: Bound, run: &Run, report: &mut StoryReport) -> Result<Placed, Exit> {
        let Bound { staged, named, facts } = bound;
        report.story = Some(facts);
        let (name, numbered) = self.names.claim(&run.arguments.name, &named);
        if numbered {
            report.diagnostics.push(
                Diagnostic::remark("name-taken", format!("another story has this name too, so this book is `{name}`"))
                    .in_file(report.input.clone())
                    .hint("`--name '{stem}'` names books after their files"),
            );
        }
        let size = staged.size();
        let placed = run.output.place(staged, &name, run.arguments.force).map_err(|fault| {
            report.diagnostics.push(fault);
            Exit::CannotWrite
        })?;
        report.output = Some(run.output.path_of(&name).display().to_string());
        report.bytes = Some(size);
        Ok(placed)
    }
}
