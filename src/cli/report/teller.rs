//! Who tells: each story goes by once, to the terminal, the lines of the report, the stream, the figures of the page.

use std::path::PathBuf;

use crate::diagnostic::{Diagnostic, Severity};

use super::super::Exit;
use super::super::args::BuildArguments;
use super::super::terminal::{self, Voice, colours_on};
use super::figures::Figures;
use super::lines::Lines;
use super::stream::Stream;
use super::table::{LONGEST, MOST_FAILURES, Shown};
use super::{BookReport, Status, StoryReport, Summary, page, print};

/// Tells of the stories of a run in the order in which they come.
pub struct Teller {
    output: String,
    dry_run: bool,
    quiet: bool,
    verbose: bool,
    summary: Summary,
    kept: Vec<StoryReport>,
    /// What concerns no single story; only the stream has a place for it at its end.
    said: Vec<Diagnostic>,
    worst: Option<Severity>,
    /// Of a run that makes one book of all stories, or a few.
    books: Option<Vec<BookReport>>,
    stream: Option<Stream>,
    lines: Option<Lines>,
    page: Option<(PathBuf, Figures)>,
}

impl Teller {
    /// # Errors
    /// When a report that is asked for cannot be written.
    pub fn new(arguments: &BuildArguments) -> Result<Teller, Diagnostic> {
        let output = arguments.output.display().to_string();
        let lines = arguments.report.as_deref().map(Lines::open).transpose()?;
        Ok(Teller {
            stream: arguments.json.then(|| Stream::begin(&output, arguments.dry_run)),
            lines,
            page: arguments.summary.clone().map(|path| (path, Figures::default())),
            output,
            dry_run: arguments.dry_run,
            quiet: arguments.quiet,
            verbose: arguments.verbose,
            summary: Summary::default(),
            kept: Vec::new(),
            said: Vec::new(),
            worst: None,
            books: None,
        })
    }

    /// Who tells of stories that go into one book.
    pub fn of_stories(output: String, dry_run: bool, least: Severity, json: bool) -> Teller {
        Teller {
            stream: json.then(|| Stream::begin(&output, dry_run)),
            lines: None,
            page: None,
            output,
            dry_run,
            quiet: least == Severity::Error,
            verbose: least == Severity::Remark,
            summary: Summary::default(),
            kept: Vec::new(),
            said: Vec::new(),
            worst: None,
            books: Some(Vec::new()),
        }
    }

    /// Tells of a book of many stories.
    pub fn book(&mut self, book: BookReport) {
        self.books.get_or_insert_default().push(book);
    }

    /// Tells of the next story.
    pub fn story(&mut self, story: StoryReport, voice: &Voice) {
        story.diagnostics.iter().for_each(|diagnostic| voice.say(diagnostic));
        self.summary.count(&story);
        voice.step(self.summary.failed);
        if let Some(stream) = &mut self.stream {
            stream.story(&story);
        }
        if let Some(lines) = &mut self.lines {
            lines.story(&story);
        }
        if let Some((_, figures)) = &mut self.page {
            figures.count(&story);
        }
        let all = self.summary.stories();
        if all == LONGEST + 1 {
            self.kept.retain(|story| story.status == Status::Failed);
            self.kept.truncate(MOST_FAILURES);
        }
        if all <= LONGEST || (story.status == Status::Failed && self.kept.len() < MOST_FAILURES) {
            self.kept.push(story);
        }
    }

    /// Whether more is told of the next story than how it went.
    pub fn wants_facts(&self) -> bool {
        let tells = self.stream.is_some() || self.lines.is_some() || self.page.is_some();
        tells || (!self.quiet && self.summary.stories() < LONGEST)
    }

    /// Tells what concerns no single story.
    pub fn said(&mut self, diagnostic: Diagnostic, voice: &Voice) {
        voice.say(&diagnostic);
        self.summary.count_said(&diagnostic);
        self.worst = self.worst.max(Some(diagnostic.severity));
        if let Some(lines) = &mut self.lines {
            lines.said(&diagnostic);
        }
        if let Some((_, figures)) = &mut self.page {
            figures.count_said(&diagnostic);
        }
        if self.stream.is_some() {
            self.said.push(diagnostic);
        }
    }

    /// Tells of a story that is told by a richer one too.
    pub fn double(&mut self, diagnostic: Diagnostic, voice: &Voice) {
        self.summary.doubles += 1;
        if let Some((_, figures)) = &mut self.page {
            figures.double(&diagnostic);
        }
        self.said(diagnostic, voice);
    }

    /// Counts books whose stories are gone.
    pub fn cleared(&mut self, without_story: usize, removed: usize) {
        self.summary.without_story += without_story;
        self.summary.removed += removed;
    }

    /// What a killed run may lose of the report ends here.
    pub fn flush(&mut self) {
        if let Some(lines) = &mut self.lines {
            lines.flush();
        }
    }

    /// Whether stories were found and none was wanted.
    pub fn none_wanted(&self) -> bool {
        self.summary.left_out > 0 && self.summary.left_out == self.summary.stories()
    }

    /// Ends the reports, and says how that and what was said leave the run. Of a run that never began no table is shown.
    pub fn finish(self, began: bool) -> Exit {
        let mut exit = if self.worst == Some(Severity::Error) { Exit::Failed } else { Exit::Done };
        if let Some(mut lines) = self.lines {
            lines.end(&self.summary, &self.output, self.dry_run);
            exit = exit.max(lines.exit);
        }
        if let Some((path, figures)) = self.page {
            exit = exit.max(page::write(&path, &figures, &self.summary, &self.output));
        }
        if let Some(stream) = self.stream {
            return exit.max(stream.end(&self.said, self.books.as_deref(), &self.summary));
        }
        if self.quiet || !began {
            return exit;
        }
        let Teller { output, dry_run, verbose, summary, kept: stories, books, .. } = self;
        let shown = Shown { output, dry_run, summary, stories, books };
        exit.max(print(&shown.text(terminal::width(), colours_on(&std::io::stdout()), verbose)))
    }
}
