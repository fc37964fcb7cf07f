//! `bindery build`: every story into its book, several at a time, told about in the order in which they were found.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};

use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::diagnostic::{Diagnosed, Diagnostic, Severity};
use crate::pipeline::declared::{Declared, Kind};
use crate::pipeline::{self, Account, BindOptions, Compression, CoverChoice, Made, Options, READERS};

use super::Exit;
use super::args::{BuildArguments, CompressionRule, CoverRule, FolderRule, ReadingArguments, TypographyRule};
use super::choice::Choice;
use super::cover::Covers;
use super::gather::{Found, gather};
use super::guard::guarded;
use super::load::{self, Loaded};
use super::naming::{self, Names};
use super::report::{self, Report, Status, StoryReport, Summary};
use super::terminal::Voice;
use super::write::{OutputFolder, Placed, Staged};

const DEFAULT_STORIES: &str = "stories";
const DEFAULT_COVERS: &str = "covers";

/// How far a worker may run ahead of the slowest story, in stories for each worker: what runs ahead waits on disk.
const AHEAD: usize = 16;

/// Room for texts that nest deeply; it costs nothing until it is used.
const STACK: usize = 64 << 20;

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

/// What is the same for every story of a run.
struct Run<'a> {
    arguments: &'a BuildArguments,
    stated: Declared,
    options: Options,
    covers: Covers,
    output: OutputFolder,
    choice: Choice,
}

type Prepared<'a> = (Vec<Found>, Vec<Diagnostic>, Run<'a>);

/// Everything that can go wrong before the first story is read.
fn prepare(arguments: &BuildArguments) -> Result<Prepared<'_>, (Exit, Vec<Diagnostic>)> {
    let usage = |diagnostic| (Exit::Usage, vec![diagnostic]);
    let stated = load::stated(&arguments.reading).map_err(|diagnostics| (Exit::Usage, diagnostics))?;
    let choice = Choice::of(arguments, stated.settings.vocabulary.as_ref()).map_err(usage)?;
    let covers = Covers::open(arguments.covers.as_deref(), Path::new(DEFAULT_COVERS)).map_err(usage)?;
    let mut options = reading_options(&arguments.reading).map_err(usage)?;
    if let Some(path) = &arguments.labels {
        options.bind.words = load::labels(path).map_err(|diagnostics| (Exit::Usage, diagnostics))?;
    }
    options.bind.cover = match arguments.cover {
        CoverRule::Draw => CoverChoice::Draw,
        CoverRule::None | CoverRule::OnlyGiven => CoverChoice::None,
    };
    let default = [PathBuf::from(DEFAULT_STORIES)];
    let paths = if arguments.paths.is_empty() { &default[..] } else { &arguments.paths };
    let (stories, mut remarks) = gather(paths, &[&arguments.output, covers.folder()], folder_kind(&arguments.reading));
    if stories.is_empty() {
        let failed = remarks.iter().any(|remark| remark.severity == Severity::Error);
        if arguments.paths.is_empty() && !Path::new(DEFAULT_STORIES).exists() {
            remarks.clear();
            remarks.push(nothing_here());
        } else if failed {
            return Err((Exit::Failed, remarks));
        } else {
            remarks.push(no_stories(paths));
        }
        return Err((Exit::NoStories, remarks));
    }
    if stories.len() > 1 && stated.metadata.title.is_some() {
        remarks.push(
            Diagnostic::warning(
                "one-title-for-all",
                format!("`--set title` gives {} stories the same title", stories.len()),
            )
            .hint("name one story only, or put a title into a `NAME.toml` beside each"),
        );
    }
    let output = OutputFolder::open(&arguments.output, arguments.dry_run).map_err(|diagnostic| {
        remarks.push(diagnostic);
        (Exit::CannotWrite, std::mem::take(&mut remarks))
    })?;
    Ok((stories, remarks, Run { arguments, stated, options, covers, output, choice }))
}

fn nothing_here() -> Diagnostic {
    Diagnostic::error("no-stories", format!("there is no folder `{DEFAULT_STORIES}` here"))
        .hint("name a story or a folder of stories: `bindery PATH`; see `bindery --help`")
}

pub fn no_stories(paths: &[PathBuf]) -> Diagnostic {
    let named: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
    let endings: Vec<String> =
        READERS.iter().flat_map(|reader| reader.extensions).map(|ending| format!(".{ending}")).collect();
    Diagnostic::error("no-stories", format!("no story in {}", named.join(", "))).hint(format!(
        "a story ends in {}; a file of another name is read when you name it, and `-v` shows what was skipped",
        endings.join(", ")
    ))
}

/// Options of the core, from what was typed and the environment.
///
/// # Errors
/// When `SOURCE_DATE_EPOCH` is no moment.
pub fn reading_options(arguments: &ReadingArguments) -> Result<Options, Diagnostic> {
    let modified = match std::env::var_os("SOURCE_DATE_EPOCH") {
        None => None,
        Some(text) => {
            let seconds = text.to_str().and_then(|text| text.trim().parse::<i64>().ok());
            // The last second of the year 9999; a book can state no later one.
            let seconds = seconds.filter(|seconds| (0..=253_402_300_799).contains(seconds));
            Some(seconds.ok_or_else(|| {
                Diagnostic::error(
                    "source-date-epoch",
                    format!("`{}` is no number of seconds since 1970", text.display()),
                )
                .in_file("SOURCE_DATE_EPOCH")
                .hint("set it to a whole number, such as `1000000000`, or unset it")
            })?)
        }
    };
    Ok(Options {
        repair: !arguments.no_repair,
        typography: arguments.typography == TypographyRule::Auto,
        bind: BindOptions { modified, ..BindOptions::default() },
    })
}

/// What the command line says of the files of every folder.
pub fn folder_kind(arguments: &ReadingArguments) -> Option<Kind> {
    arguments.folders.map(|rule| match rule {
        FolderRule::Story => Kind::Story,
        FolderRule::Shelf => Kind::Shelf,
    })
}

/// A story that its worker has done with, before it has its name.
struct Finished {
    found: Found,
    outcome: Result<Outcome, Exit>,
    diagnostics: Vec<Diagnostic>,
}

enum Outcome {
    Bound(Box<Bound>),
    /// Not wanted, and why.
    LeftOut {
        reasons: Vec<String>,
        facts: report::Facts,
    },
}

struct Bound {
    staged: Staged,
    named: naming::Facts,
    facts: report::Facts,
}

/// Where workers hand in their stories; they leave it in the order in which the stories were found.
struct Desk {
    next: usize,
    early: BTreeMap<usize, Finished>,
    names: Names,
    stories: Vec<StoryReport>,
    failed: usize,
    exit: Exit,
}

fn bind_all(stories: Vec<Found>, run: &Run, voice: &Voice) -> (Vec<StoryReport>, Exit) {
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

/// Reads and binds a story and writes its book under a temporary name.
fn bind_one(found: Found, run: &Run) -> Finished {
    let mut diagnostics = Vec::new();
    let outcome = guarded(|| bound(&found, run, &mut diagnostics));
    let outcome = outcome.unwrap_or_else(|fault| {
        diagnostics.push(fault);
        Err(Exit::Internal)
    });
    load::locate(&mut diagnostics, &found);
    Finished { found, outcome, diagnostics }
}

fn bound(found: &Found, run: &Run, diagnostics: &mut Vec<Diagnostic>) -> Result<Outcome, Exit> {
    let failed = |diagnostics: &mut Vec<Diagnostic>, faults: Vec<Diagnostic>| {
        diagnostics.extend(faults);
        Exit::Failed
    };
    let loaded = load::load(found, &run.stated).map_err(|faults| failed(diagnostics, faults))?;
    let Loaded { source, cover, diagnostics: remarks } = loaded;
    diagnostics.extend(remarks);
    let mut options = run.options.clone();
    let mut has_cover = run.arguments.cover == CoverRule::None;
    if !has_cover {
        let Diagnosed { value: given, diagnostics: warnings } = run.covers.given(found, cover.as_ref());
        has_cover = given.is_some() || !warnings.is_empty();
        diagnostics.extend(warnings);
        options.bind.cover = given.map_or(options.bind.cover, CoverChoice::Given);
    }
    let mut made = pipeline::make(&source, &options).map_err(|faults| failed(diagnostics, faults))?;
    diagnostics.append(&mut made.diagnostics);
    if let Some(fault) = lost_words(&made.account) {
        return Err(failed(diagnostics, vec![fault]));
    }
    let reasons = run.choice.against(&made.story);
    if !reasons.is_empty() {
        return Ok(Outcome::LeftOut { reasons, facts: report::Facts::of(&made) });
    }
    if let (false, Some(name)) = (has_cover, &made.story.metadata.cover) {
        let Diagnosed { value: named, diagnostics: warnings } = run.covers.named_in_text(found, name);
        diagnostics.extend(warnings);
        made.book.cover = named.or(made.book.cover);
    }
    let worst = diagnostics.iter().map(|diagnostic| diagnostic.severity).max();
    if run.arguments.strict && worst >= Some(Severity::Warning) {
        let fault = Diagnostic::error("strict", "no book is made of a story with warnings, as `--strict` wants it");
        return Err(failed(diagnostics, vec![fault.hint("mend what the warnings say, or leave out `--strict`")]));
    }
    let compression = match run.arguments.compression {
        CompressionRule::Fast => Compression::Fast,
        CompressionRule::Default => Compression::Default,
        CompressionRule::Best => Compression::Best,
    };
    let bytes = pipeline::write(&made.book, compression);
    let staged = run.output.stage(&found.stem, bytes).map_err(|fault| {
        diagnostics.push(fault);
        Exit::CannotWrite
    })?;
    let bound = Bound { staged, named: names_of(&made, found), facts: report::Facts::of(&made) };
    Ok(Outcome::Bound(Box::new(bound)))
}

/// The error of a story that lost words on its way: bindery makes no such book.
pub fn lost_words(account: &Account) -> Option<Diagnostic> {
    let count: usize = account.lost.iter().map(|(_, times)| times).sum();
    let named: Vec<String> = account.lost.iter().take(8).map(|(word, _)| format!("`{word}`")).collect();
    (count > 0).then(|| {
        let more = if account.lost.len() > named.len() { " and more" } else { "" };
        let fault = format!("{count} of {} words would be lost: {}{more}", account.words, named.join(", "));
        Diagnostic::error("words-lost", fault)
            .hint("this is a fault of bindery; report it, with the story if you may share it")
    })
}

/// What a name template can say about a story.
fn names_of(made: &Made, found: &Found) -> naming::Facts {
    let (book, story) = (&made.book.metadata, &made.story.metadata);
    let date = story.published.or(story.updated);
    let series = story.series.first();
    naming::Facts {
        author: book.creators.iter().map(|creator| creator.name.as_str()).collect::<Vec<_>>().join(", "),
        title: book.title.clone(),
        series: series.map(|series| series.name.clone()).unwrap_or_default(),
        index: series.and_then(|series| series.index.clone()).unwrap_or_default(),
        fandom: story.fandoms.join(", "),
        stem: found.stem.clone(),
        date: date.map(|date| date.to_string()).unwrap_or_default(),
        year: date.map(|date| date.year().to_string()).unwrap_or_default(),
        language: book.language.clone(),
    }
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
