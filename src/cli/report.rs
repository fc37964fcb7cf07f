//! What a build tells about its stories: a table for people, JSON for machines.

use std::fmt::Write;
use std::path::Path;

use console::{Alignment, Style};
use serde::Serialize;

use crate::diagnostic::{Diagnostic, Severity};
use crate::model::book::BookMetadata;
use crate::model::warning::WarningState;
use crate::pipeline::Made;

use super::gather::FILE_SKIPPED;
use super::terminal::{self, colours_on, column, fit, harmless};
use super::{Exit, write};

/// What a whole run did.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The version of the tool.
    pub bindery: &'static str,
    pub output: String,
    /// When true nothing was written: statuses say what would be done.
    pub dry_run: bool,
    pub summary: Summary,
    /// In the order in which they were found.
    pub stories: Vec<StoryReport>,
    /// What concerns no single story.
    pub diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, Default, Serialize)]
pub struct Summary {
    pub new: usize,
    pub replaced: usize,
    pub unchanged: usize,
    pub failed: usize,
    /// Stories that were not wanted.
    pub left_out: usize,
    /// Files that were not taken for stories.
    pub skipped: usize,
    pub warnings: usize,
    pub remarks: usize,
}

/// What became of one story.
#[derive(Debug, Serialize)]
pub struct StoryReport {
    pub input: String,
    pub files: Vec<String>,
    pub status: Status,
    /// The path of the book; `None` when there is none.
    pub output: Option<String>,
    /// Its size.
    pub bytes: Option<u64>,
    /// `None` when the story could not be read.
    #[serde(flatten)]
    pub story: Option<Facts>,
    /// Why it was not wanted; empty for every other status.
    pub left_out: Vec<String>,
    pub diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    New,
    Replaced,
    Unchanged,
    Failed,
    /// Not wanted, by what the command line chooses.
    LeftOut,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Status::New => "new",
            Status::Replaced => "replaced",
            Status::Unchanged => "unchanged",
            Status::Failed => "failed",
            Status::LeftOut => "left out",
        }
    }
}

/// A story in figures.
#[derive(Debug, Clone, Serialize)]
pub struct Facts {
    pub title: String,
    pub authors: Vec<String>,
    pub language: String,
    pub identifier: String,
    pub chapters: usize,
    /// Words of the story's own text.
    pub words: usize,
    pub rating: Option<String>,
    /// Content warnings, each once: the known term's label, or the wording.
    pub warnings: Vec<String>,
    /// What is known of the author's warnings: silence, refusal and "none" are not the same.
    pub warning_state: WarningState,
    pub notes: usize,
}

impl Facts {
    pub fn of(made: &Made) -> Facts {
        let metadata = &made.book.metadata;
        Facts {
            title: metadata.title.clone(),
            authors: metadata.creators.iter().map(|creator| creator.name.clone()).collect(),
            language: metadata.language.clone(),
            identifier: metadata.identifier.clone(),
            chapters: metadata.chapters,
            words: metadata.words,
            rating: metadata.rating.clone(),
            warnings: labels(metadata),
            warning_state: metadata.warning_state,
            notes: made.story.notes.len()
                + made.story.chapters.iter().map(|chapter| chapter.notes.len()).sum::<usize>(),
        }
    }
}

/// The set that the pages and the package name too, in their order.
fn labels(metadata: &BookMetadata) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for warning in &metadata.warnings {
        if !labels.contains(&warning.label) {
            labels.push(warning.label.clone());
        }
    }
    labels
}

impl Summary {
    pub fn of(stories: &[StoryReport], diagnostics: &[Diagnostic]) -> Summary {
        let count = |status| stories.iter().filter(|story| story.status == status).count();
        let said = |severity| {
            let all = stories.iter().flat_map(|story| &story.diagnostics).chain(diagnostics);
            all.filter(|diagnostic| diagnostic.severity == severity).count()
        };
        Summary {
            new: count(Status::New),
            replaced: count(Status::Replaced),
            unchanged: count(Status::Unchanged),
            failed: count(Status::Failed),
            left_out: count(Status::LeftOut),
            skipped: diagnostics.iter().filter(|diagnostic| diagnostic.code == FILE_SKIPPED).count(),
            warnings: said(Severity::Warning),
            remarks: said(Severity::Remark),
        }
    }

    /// `10 books bound into output, 2 unchanged, 1 failed; 3 remarks, shown by -v`.
    fn line(&self, output: &str, dry_run: bool, verbose: bool) -> String {
        let bound = self.new + self.replaced;
        let mut parts = Vec::new();
        if bound > 0 || self.unchanged + self.failed + self.left_out == 0 {
            let verb = if dry_run { " would be bound" } else { " bound" };
            parts.push(format!("{}{verb} into `{}`", counted(bound, "book"), harmless(output)));
        }
        if self.unchanged > 0 {
            parts.push(
                if parts.is_empty() { counted(self.unchanged, "book") } else { self.unchanged.to_string() }
                    + " unchanged",
            );
        }
        if self.failed > 0 {
            parts.push(
                if parts.is_empty() { counted_stories(self.failed) } else { self.failed.to_string() } + " failed",
            );
        }
        if self.left_out > 0 {
            parts.push(
                if parts.is_empty() { counted_stories(self.left_out) } else { self.left_out.to_string() } + " left out",
            );
        }
        if self.skipped > 0 {
            parts.push(counted(self.skipped, "file") + " skipped");
        }
        let mut line = parts.join(", ");
        if self.warnings > 0 {
            _ = write!(line, "; {}", counted(self.warnings, "warning"));
        }
        if self.remarks > 0 {
            _ = write!(line, "; {}{}", counted(self.remarks, "remark"), if verbose { "" } else { ", shown by `-v`" });
        }
        if dry_run {
            line.push_str("; nothing was written");
        }
        line
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn counted_stories(count: usize) -> String {
    format!("{count} {}", if count == 1 { "story" } else { "stories" })
}

/// Columns of the widest cell: room for every name of a book, but not for the title of a story without a line end.
const WIDEST: usize = 120;

/// A column of the table.
struct Column {
    heading: &'static str,
    numeric: bool,
    /// Narrower than this it says little: others go before that.
    least: usize,
    cells: Vec<String>,
}

impl Column {
    fn width(&self) -> usize {
        let cells = self.cells.iter().map(|cell| console::measure_text_width(cell));
        cells.max().unwrap_or(0).max(self.heading.len())
    }
}

impl Report {
    /// The report for a person, in at most `width` columns if there is a limit.
    pub fn table(&self, width: Option<usize>, colours: bool, verbose: bool) -> String {
        let mut columns = self.columns();
        let widths = fit_columns(&mut columns, width);
        let heading = Style::new().bold().force_styling(colours);
        let failed = Style::new().red().force_styling(colours);
        let mut out = String::new();
        let row = |cell: &dyn Fn(&Column) -> String| {
            let cells = columns.iter().zip(&widths).map(|(column, width)| {
                self::column(&cell(column), *width, if column.numeric { Alignment::Right } else { Alignment::Left })
            });
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        if !self.stories.is_empty() {
            _ = writeln!(out, "{}", heading.apply_to(row(&|column| column.heading.to_owned())));
        }
        for (index, story) in self.stories.iter().enumerate() {
            let line = row(&|column| column.cells[index].clone());
            if story.status == Status::Failed {
                _ = writeln!(out, "{}", failed.apply_to(line));
            } else {
                _ = writeln!(out, "{line}");
            }
        }
        if !self.stories.is_empty() {
            out.push('\n');
        }
        _ = writeln!(out, "{}", self.summary.line(&self.output, self.dry_run, verbose));
        out
    }

    fn columns(&self) -> Vec<Column> {
        let column = |heading, numeric, least, cell: &dyn Fn(&StoryReport) -> String| Column {
            heading,
            numeric,
            least,
            cells: self.stories.iter().map(cell).map(|cell| fit(&cell, WIDEST)).collect(),
        };
        let number = |count: &dyn Fn(&Facts) -> usize, story: &StoryReport| {
            story.story.as_ref().map_or_else(String::new, |facts| count(facts).to_string())
        };
        let mut columns = vec![
            column("title", false, 16, &|story| {
                story.story.as_ref().map_or_else(|| story.input.clone(), |facts| facts.title.clone())
            }),
            column("author", false, 10, &|story| {
                story.story.as_ref().map_or_else(String::new, |facts| facts.authors.join(", "))
            }),
            column("chapters", true, 8, &|story| number(&|facts| facts.chapters, story)),
            column("words", true, 6, &|story| number(&|facts| facts.words, story)),
            column("warnings", true, 8, &|story| number(&|facts| facts.warnings.len(), story)),
            column("notes", true, 5, &|story| number(&|facts| facts.notes, story)),
            column("remarks", true, 7, &|story| match story.diagnostics.len() {
                0 => String::new(),
                count => count.to_string(),
            }),
            column("result", false, 9, &|story| story.status.word().to_owned()),
            column("book", false, 24, &|story| {
                if story.status == Status::LeftOut {
                    return story.left_out.join("; ");
                }
                let name = story.output.as_deref().and_then(|path| Path::new(path).file_name());
                name.map_or_else(String::new, |name| harmless(&name.to_string_lossy()).into_owned())
            }),
        ];
        // One result for all is said in the line below the table.
        if self.stories.iter().all(|story| story.status == self.stories[0].status) {
            columns.retain(|column| column.heading != "result");
        }
        columns
    }
}

/// How wide each column is; takes out columns that are missed least when all together find no room.
fn fit_columns(columns: &mut Vec<Column>, room: Option<usize>) -> Vec<usize> {
    let total = |widths: &[usize]| widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
    let mut widths: Vec<usize> = columns.iter().map(Column::width).collect();
    let Some(room) = room else { return widths };
    for heading in ["book", "notes", "warnings", "remarks", "chapters", "author", "result"] {
        let least: Vec<usize> = columns.iter().map(|column| column.width().min(column.least)).collect();
        if total(&least) <= room {
            break;
        }
        columns.retain(|column| column.heading != heading);
    }
    widths = columns.iter().map(Column::width).collect();
    while total(&widths) > room {
        let texts = (0..widths.len()).filter(|index| !columns[*index].numeric && widths[*index] > 8);
        let Some(widest) = texts.max_by_key(|index| widths[*index]) else { break };
        widths[widest] -= 1;
    }
    widths
}

/// Prints a report on standard output: for a person, or as JSON.
pub fn show(report: &Report, json: bool, verbose: bool) -> Exit {
    if json {
        return print_json(report);
    }
    print(&report.table(terminal::width(), colours_on(&std::io::stdout()), verbose))
}

/// Prints a value as JSON on standard output.
pub fn print_json(value: &impl Serialize) -> Exit {
    match serde_json::to_string_pretty(value) {
        Ok(text) => print(&(text + "\n")),
        // Only maps with odd keys and failing writers can fail; we have neither.
        Err(_) => Exit::Internal,
    }
}

/// Prints on standard output.
pub fn print(text: &str) -> Exit {
    match terminal::print(text) {
        Ok(()) => Exit::Done,
        Err(error) => {
            let fault = format!("cannot write: {}", write::plain_words(&error));
            terminal::Voice::new(Severity::Error).say(
                &Diagnostic::error("report-lost", fault)
                    .in_file("standard output")
                    .hint("the books are written; only what is said about them is not"),
            );
            Exit::CannotWrite
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let story = |title: &str, status, name: Option<&str>| StoryReport {
            input: "stories/moth.txt".into(),
            files: vec!["stories/moth.txt".into()],
            status,
            output: name.map(|name| format!("output/{name}")),
            bytes: None,
            story: name.map(|_| Facts {
                title: title.into(),
                authors: vec!["A. Writer".into()],
                language: "en".into(),
                identifier: String::new(),
                chapters: 3,
                words: 2310,
                rating: None,
                warnings: vec!["character death".into()],
                warning_state: WarningState::Stated,
                notes: 1,
            }),
            left_out: Vec::new(),
            diagnostics: vec![Diagnostic::remark("a-remark", "something")],
        };
        let stories = vec![
            story("The Moth", Status::New, Some("A. Writer - The Moth.epub")),
            story("夜の蛾の物語、または長い題名の本", Status::Unchanged, Some("night.epub")),
            story("", Status::Failed, None),
        ];
        let summary = Summary::of(&stories, &[]);
        Report { bindery: "0.0.0", output: "output".into(), dry_run: false, summary, stories, diagnostics: Vec::new() }
    }

    #[test]
    fn the_table_shows_each_story_and_counts_them() {
        let expected = "\
title                             author     chapters  words  warnings  notes  remarks  result     book
The Moth                          A. Writer         3   2310         1      1        1  new        A. Writer - The Moth.epub
夜の蛾の物語、または長い題名の本  A. Writer         3   2310         1      1        1  unchanged  night.epub
stories/moth.txt                                                                     1  failed

1 book bound into `output`, 1 unchanged, 1 failed; 3 remarks, shown by `-v`
";
        assert_eq!(report().table(None, false, false), expected);
    }

    #[test]
    fn the_table_fits_every_terminal() {
        for width in 30..160 {
            for line in report().table(Some(width), true, false).lines().take(4) {
                assert!(console::measure_text_width(line) <= width, "{width}: {line}");
            }
        }
        assert!(report().table(Some(60), false, false).contains("words"));
    }
}
