//! The desk where workers hand in their stories. They leave it in the order in which the stories were found, so that names
//! and reports are the same with any number of workers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::catalogue::{Entry, FileState, Mark, Orphan, SourceId, SourceRow};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::record::BookRecord;

use super::super::Exit;
use super::super::choice::Picked;
use super::super::gather::Step;
use super::super::load;
use super::super::naming::{self, Names};
use super::super::order::{in_order, with_workers, workers};
use super::super::report::{Status, StoryReport, Teller};
use super::super::terminal::Voice;
use super::super::write::Placed;
use super::doubles;
use super::incremental::{Clearing, Seen, nanoseconds, orphan, words};
use super::one::{Bound, Finished, Outcome, Peeked, Read, bind_one, peek};
use super::prepare::{Run, Stories};

/// After how many stories the report is given to the system, so that a killed run leaves one.
const BATCH: usize = 64;

/// What a worker hands in.
enum Handed {
    Story(Box<Finished>),
    /// Of no single story.
    Said(Diagnostic),
}

/// Workers hand in their stories here; they leave it in the order in which the stories were found.
struct Desk {
    taken: usize,
    names: Names,
    teller: Teller,
    exit: Exit,
    /// What is to be kept of the last stories; they are noted together.
    pending: Vec<Pending>,
    seen: Seen,
}

/// What is to be kept of a story.
enum Pending {
    Row {
        row: Box<SourceRow>,
        words: String,
    },
    Stamp {
        id: SourceId,
        stamp: Mark,
        settled: bool,
    },
    Orphan(Orphan),
    /// For the library.
    Book(Box<Entry>),
}

/// Chooses among the stories of a run where all must be known before one is chosen: those to bind, and the reports of the
/// others.
pub fn choose(stories: Stories, run: &Run) -> (Stories, Vec<StoryReport>) {
    if !run.choice.asks_for_all() {
        return (stories, Vec::new());
    }
    let several = stories.several;
    let (found, said) = stories.all();
    let Picked { chosen, left_out } = with_workers(if several { workers(run.arguments.jobs) } else { 1 }, || {
        run.choice.pick(found, |found| load::glimpse(found, &run.stated, &run.options), |_| ())
    });
    let reports = left_out.into_iter().map(|(found, facts, reasons)| StoryReport {
        status: Status::LeftOut,
        left_out: reasons,
        story: Some(facts),
        ..StoryReport::of(&found, Vec::new())
    });
    let chosen = chosen.into_iter().map(|(found, _)| found).collect();
    (Stories::chosen(chosen, said), reports.collect())
}

/// Binds all stories and tells of each. Gives back who told, and how the run ends for what went wrong.
pub fn bind_all(stories: Stories, run: &Run, teller: Teller, voice: &Voice) -> (Teller, Exit) {
    let mut desk = Desk {
        taken: 0,
        names: Names::default(),
        teller,
        exit: Exit::Done,
        pending: Vec::new(),
        seen: Seen::default(),
    };
    let workers = if stories.several { workers(run.arguments.jobs) } else { 1 };
    let work = |step| match step {
        Step::Story(found) => Handed::Story(Box::new(bind_one(*found, run))),
        Step::Said(diagnostic) => Handed::Said(diagnostic),
    };
    in_order(stories, workers, work, |handed| desk.take(handed, run, voice));
    desk.note(run);
    desk.clear(run, voice);
    desk.tell_doubles(run, voice);
    (desk.teller, desk.exit)
}

/// Reads what earlier runs did not read, so that it is known of all stories whether they are told twice; gives back why some are
/// to be left out.
pub fn find_doubles(stories: Stories, run: &Run) -> BTreeMap<Mark, String> {
    let Some(kept) = &run.kept else { return BTreeMap::new() };
    let workers = if stories.several { workers(run.arguments.jobs) } else { 1 };
    let mut seen = Seen::default();
    let mut pending: Vec<SourceRow> = Vec::new();
    let found = stories.filter_map(|step| if let Step::Story(found) = step { Some(found) } else { None });
    let mut note = |pending: &mut Vec<SourceRow>| {
        let rows = std::mem::take(pending);
        kept.change(|batch| rows.iter().try_for_each(|row| batch.put_source(row, "").map(|id| seen.insert(id))));
    };
    let mut known = Vec::new();
    in_order(
        found,
        workers,
        |found| peek(&found, run),
        |peeked| {
            match peeked {
                Some(Peeked::Known(id)) => known.push(id),
                Some(Peeked::Read(row)) => pending.push(*row),
                None => {}
            }
            if pending.len() >= BATCH {
                note(&mut pending);
            }
        },
    );
    note(&mut pending);
    known.into_iter().for_each(|id| seen.insert(id));
    let mut reasons = BTreeMap::new();
    for group in doubles::find(kept, |id| seen.has(id)) {
        let best = run.shown(&group.best.path);
        for (member, why) in group.others {
            reasons.insert(member.key, format!("the same story as `{best}`, {why}"));
        }
    }
    reasons
}

impl Desk {
    /// Takes what a worker hands in.
    fn take(&mut self, handed: Handed, run: &Run, voice: &Voice) {
        self.taken += 1;
        if self.taken.is_multiple_of(BATCH) {
            self.note(run);
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

    /// Tells of stories that were told twice. What `--dedupe` left out was told of with its story.
    fn tell_doubles(&mut self, run: &Run, voice: &Voice) {
        let Some(kept) = run.kept.as_ref().filter(|_| !run.arguments.dedupe) else { return };
        for group in doubles::find(kept, |id| self.seen.has(id)) {
            for (member, why) in group.others {
                let message = format!("the same story as `{}`, {why}", run.shown(&group.best.path));
                let remark = Diagnostic::remark("told-twice", message).in_file(run.shown(&member.path));
                self.teller.double(remark.hint("`--dedupe` makes a book of the richest only"), voice);
            }
        }
    }

    /// Gives a book its name, and the story its place in the report.
    fn close(&mut self, finished: Finished, run: &Run) -> StoryReport {
        let Finished { found, outcome, diagnostics, known } = finished;
        known.into_iter().for_each(|id| self.seen.insert(id));
        let mut report = StoryReport::of(&found, diagnostics);
        match outcome {
            Ok(Outcome::Bound(bound)) => match self.name_book(*bound, run, &mut report) {
                Ok(placed) => {
                    report.status = match placed {
                        Placed::New => Status::New,
                        Placed::Replaced => Status::Replaced,
                        Placed::Unchanged => Status::Unchanged,
                    }
                }
                Err(exit) => self.exit = self.exit.max(exit),
            },
            Ok(Outcome::LeftOut { reasons, read }) => {
                report.status = Status::LeftOut;
                report.left_out = reasons;
                let Read { facts, row, before } = *read;
                report.story = Some(facts);
                if let Some(row) = row {
                    // The book of a story that is not wanted this time stays its own.
                    let before = before.unwrap_or_default();
                    let SourceRow { book, book_key, book_bytes, book_modified, plain, identifier, .. } = before;
                    let kept = SourceRow { book, book_key, book_bytes, book_modified, plain, identifier, ..row };
                    self.keep(SourceRow { unwanted: true, ..kept }, &report);
                }
            }
            Ok(Outcome::Double { reason, row }) => {
                report.status = Status::LeftOut;
                report.left_out = vec![reason];
                // It had a book before it was known that another is richer.
                if let Some(orphan) = row.as_deref().and_then(orphan) {
                    self.pending.push(Pending::Orphan(orphan));
                }
                if let (Some(row), Some(kept)) = (row, &run.kept) {
                    let row = Box::new(SourceRow { book: None, book_key: None, ..kept.peeked(*row) });
                    self.pending.push(Pending::Row { row, words: String::new() });
                }
            }
            Ok(Outcome::PassedOver { row, stamp }) => self.pass_over(*row, stamp, run, &mut report),
            Err(exit) => self.exit = self.exit.max(exit),
        }
        report
    }

    fn name_book(&mut self, bound: Bound, run: &Run, report: &mut StoryReport) -> Result<Placed, Exit> {
        let Bound { staged, mut recorded, plain, read: Read { facts, row, before } } = bound;
        report.story = Some(facts);
        let named = before.as_ref().filter(|before| before.plain == plain).and_then(|before| before.book.as_deref());
        let named = named.map(naming::for_all);
        let (name, numbered) = self.names.claim(&plain, named.as_deref(), |name| {
            run.kept.as_ref().zip(row.as_ref()).is_some_and(|(kept, row)| kept.is_owned(name, &row.key))
        });
        if numbered {
            report.diagnostics.push(
                Diagnostic::remark("name-taken", format!("another story has this name too, so this book is `{name}`"))
                    .in_file(report.input.clone())
                    .hint("`--name '{stem}'` names books after their files"),
            );
        }
        let mut whole = Placed::Unchanged;
        let mut first = None;
        for (format, staged) in staged {
            let name = format.file_name(&name);
            let size = staged.size();
            let placed = run.output.place(staged, &name, run.arguments.force).map_err(|fault| {
                report.diagnostics.push(fault);
                Exit::CannotWrite
            })?;
            let path = run.output.path_of(&name);
            if let Some((_, record, hash)) = recorded.take_if(|(listed, ..)| *listed == format) {
                self.pending.extend(listed(&name, &path, record, hash));
            }
            if first.is_none() {
                report.output = Some(path.display().to_string());
                report.bytes = Some(size);
                first = Some((name, size, path));
            } else {
                report.also.push(path.display().to_string());
            }
            // A story is as new as the newest of its books.
            whole = match (whole, placed) {
                (Placed::Unchanged, placed) => placed,
                (whole, Placed::Unchanged) => whole,
                (Placed::Replaced, Placed::Replaced) => Placed::Replaced,
                _ => Placed::New,
            };
        }
        if let (Some(row), Some((book, size, path)), false) = (row, first, run.arguments.dry_run) {
            // A name is the story's own in all formats.
            let book_key = naming::mark(&name);
            if let Some(orphan) = before.as_ref().and_then(orphan).filter(|orphan| orphan.book_key != book_key) {
                self.pending.push(Pending::Orphan(orphan));
            }
            let book_modified = fs::symlink_metadata(&path).map_or(0, |facts| nanoseconds(&facts));
            let book = Some(book);
            let book_key = Some(book_key);
            self.keep(SourceRow { plain, book, book_key, book_bytes: size, book_modified, ..row }, report);
        }
        Ok(whole)
    }

    /// Reports a story that was not read, as it was reported when it was.
    fn pass_over(&mut self, row: SourceRow, stamp: Option<(Mark, bool)>, run: &Run, report: &mut StoryReport) {
        self.seen.insert(row.id);
        row.book_key.into_iter().for_each(|key| self.names.keep(key));
        report.status = if row.unwanted { Status::LeftOut } else { Status::Unchanged };
        if let (Some(book), false) = (&row.book, row.unwanted) {
            report.output = Some(run.output.path_of(book).display().to_string());
            report.bytes = Some(row.book_bytes);
            report.also = run.other_books(book).map(|path| path.display().to_string()).collect();
        }
        let speaks = row.warnings > 0 || (run.arguments.verbose && row.remarks > 0);
        match &run.kept {
            Some(kept) if self.teller.wants_facts() || (speaks && !run.arguments.quiet) => kept.report(&row, report),
            _ => report.unsaid = (row.warnings as usize, row.remarks as usize),
        }
        if let Some((stamp, settled)) = stamp {
            self.pending.push(Pending::Stamp { id: row.id, stamp, settled });
        }
    }

    fn keep(&mut self, row: SourceRow, report: &StoryReport) {
        let said = |severity| {
            let count = report.diagnostics.iter().filter(|said| said.severity == severity).count();
            u32::try_from(count).unwrap_or(u32::MAX)
        };
        let (warnings, remarks) = (said(Severity::Warning), said(Severity::Remark));
        let row = Box::new(SourceRow { warnings, remarks, ..row });
        self.pending.push(Pending::Row { row, words: words(report) });
    }

    /// Notes what is to be kept of the last stories. A run that is killed before makes their books again.
    fn note(&mut self, run: &Run) {
        let pending = std::mem::take(&mut self.pending);
        let Some(kept) = run.kept.as_ref().filter(|_| !pending.is_empty() && !run.arguments.dry_run) else { return };
        let seen = &mut self.seen;
        kept.change(|batch| {
            for pending in &pending {
                match pending {
                    Pending::Row { row, words } => seen.insert(batch.put_source(row, words)?),
                    Pending::Stamp { id, stamp, settled } => batch.restamp_source(*id, stamp, *settled)?,
                    Pending::Orphan(orphan) => batch.put_orphan(orphan)?,
                    Pending::Book(entry) if batch.knows(&entry.path, &entry.file)? => {}
                    Pending::Book(entry) => _ = batch.put(entry)?,
                }
            }
            Ok(())
        });
    }

    /// Looks after books whose stories are gone, and tells what became of what is kept.
    fn clear(&mut self, run: &Run, voice: &Voice) {
        let Some(kept) = &run.kept else { return };
        let (prune, dry) = (run.arguments.prune, run.arguments.dry_run);
        let clearing = Clearing { roots: &run.roots, output: &run.output, prune, dry };
        let cleared = kept.clear(&self.seen, clearing, |name| self.names.is_taken(name));
        self.teller.cleared(cleared.kept, cleared.removed);
        cleared.said.into_iter().chain(kept.fault()).for_each(|said| self.teller.said(said, voice));
    }
}

/// What the library is told of a book. One that is gone already was taken by somebody; there is nothing to tell.
fn listed(name: &str, path: &Path, record: BookRecord, hash: [u8; 32]) -> Option<Pending> {
    let file = FileState { hash, ..FileState::of(&fs::metadata(path).ok()?, &[]) };
    let below = name.replace(std::path::MAIN_SEPARATOR, "/");
    Some(Pending::Book(Box::new(Entry { id: 0, path: below, record, file, added: file.modified_seconds() })))
}
