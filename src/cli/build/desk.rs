//! The desk where workers hand in their stories. They leave it in the order in which the stories were found, so that names
//! and reports are the same with any number of workers.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, PoisonError};

use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::diagnostic::Diagnostic;

use super::super::Exit;
use super::super::gather::Found;
use super::super::naming::Names;
use super::super::report::{Status, StoryReport};
use super::super::terminal::Voice;
use super::super::write::Placed;
use super::one::{Bound, Finished, Outcome, bind_one};
use super::prepare::Run;

/// How far a worker may run ahead of the slowest story, in stories for each worker: what runs ahead waits on disk.
const AHEAD: usize = 16;

/// Room for texts that nest deeply; it costs nothing until it is used.
const STACK: usize = 64 << 20;

/// Workers hand in their stories here; they leave it in the order in which the stories were found.
struct Desk {
    next: usize,
    early: BTreeMap<usize, Finished>,
    names: Names,
    stories: Vec<StoryReport>,
    failed: usize,
    exit: Exit,
}

pub fn bind_all(stories: Vec<Found>, run: &Run, voice: &Voice) -> (Vec<StoryReport>, Exit) {
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let jobs = run.arguments.jobs.map_or(processors, NonZeroUsize::get).min(stories.len());
    let desk = Mutex::new(Desk {
        next: 0,
        early: BTreeMap::new(),
        names: Names::default(),
        stories: Vec::with_capacity(stories.len()),
        failed: 0,
        exit: Exit::Done,
    });
    let moved_on = Condvar::new();
    let hand_in = |(index, found): (usize, Found)| {
        let finished = bind_one(found, run);
        let mut desk = desk.lock().unwrap_or_else(PoisonError::into_inner);
        // The story that is next never waits, so somebody always moves on.
        while index >= desk.next + jobs * AHEAD {
            desk = moved_on.wait(desk).unwrap_or_else(PoisonError::into_inner);
        }
        desk.early.insert(index, finished);
        desk.take_in_order(run, voice);
        moved_on.notify_all();
    };
    // The bridge hands out stories in their order, so that the desk never waits long for the next one.
    let work = || stories.into_iter().enumerate().par_bridge().for_each(hand_in);
    match rayon::ThreadPoolBuilder::new().num_threads(jobs).stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        // No threads are to be had; the caller's own will do.
        Err(_) => work(),
    }
    let desk = desk.into_inner().unwrap_or_else(PoisonError::into_inner);
    (desk.stories, desk.exit)
}

impl Desk {
    fn take_in_order(&mut self, run: &Run, voice: &Voice) {
        while let Some(finished) = self.early.remove(&self.next) {
            self.next += 1;
            let report = self.close(finished, run);
            report.diagnostics.iter().for_each(|diagnostic| voice.say(diagnostic));
            self.failed += usize::from(report.status == Status::Failed);
            voice.step(self.failed);
            self.stories.push(report);
        }
    }

    /// Gives a book its name, and the story its place in the report.
    fn close(&mut self, finished: Finished, run: &Run) -> StoryReport {
        let Finished { found, outcome, diagnostics } = finished;
        let mut report = StoryReport {
            input: found.name(),
            files: found.files.iter().map(|file| found.shown(file).display().to_string()).collect(),
            status: Status::Failed,
            output: None,
            bytes: None,
            story: None,
            left_out: Vec::new(),
            diagnostics,
        };
        let placed = match outcome {
            Ok(Outcome::Bound(bound)) => self.name_book(*bound, run, &mut report),
            Ok(Outcome::LeftOut { reasons, facts }) => {
                report.status = Status::LeftOut;
                report.left_out = reasons;
                report.story = Some(facts);
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
