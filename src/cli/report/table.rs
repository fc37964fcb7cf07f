//! The report for a person at a terminal: a table of a few stories, of many only what went wrong, and one line on the whole.

use std::fmt::Write;
use std::path::Path;

use console::Style;

use crate::diagnostic::Severity;

use super::super::table::{self, Column, WIDEST};
use super::super::terminal::{fit, harmless};
use super::page::size;
use super::{BookReport, Facts, Status, StoryReport, Summary};

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn counted_stories(count: usize) -> String {
    format!("{count} {}", if count == 1 { "story" } else { "stories" })
}

impl Summary {
    /// `10 books bound into output, 2 unchanged, 1 failed; 3 remarks, shown by -v`.
    pub fn line(&self, output: &str, dry_run: bool, verbose: bool) -> String {
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
        self.with_what_was_said(parts, dry_run, verbose)
    }

    /// `42 stories bound, 1 failed; 3 remarks, shown by -v`.
    fn line_of_stories(&self, dry_run: bool, verbose: bool) -> String {
        let mut parts = vec![counted_stories(self.new) + " bound"];
        if self.failed > 0 {
            parts.push(format!("{} failed", self.failed));
        }
        if self.left_out > 0 {
            parts.push(format!("{} left out", self.left_out));
        }
        self.with_what_was_said(parts, dry_run, verbose)
    }

    fn with_what_was_said(&self, mut parts: Vec<String>, dry_run: bool, verbose: bool) -> String {
        if self.skipped > 0 {
            parts.push(counted(self.skipped, "file") + " skipped");
        }
        if self.doubles > 0 {
            parts.push(counted(self.doubles, "double"));
        }
        if self.removed > 0 {
            parts.push(counted(self.removed, "book") + " removed");
        }
        if self.without_story > 0 {
            parts.push(counted(self.without_story, "book") + " without a story");
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

/// The most stories that a table shows.
pub const LONGEST: usize = 200;

/// The most failures that are listed in place of a table.
pub const MOST_FAILURES: usize = 40;

/// What a person is shown at the end of a run.
#[derive(Debug)]
pub struct Shown {
    pub output: String,
    /// When true nothing was written: statuses say what would be done.
    pub dry_run: bool,
    pub summary: Summary,
    /// All stories in the order in which they were found; of more than [`LONGEST`] only some that failed.
    pub stories: Vec<StoryReport>,
    /// Books of many stories, of a run that makes such.
    pub books: Option<Vec<BookReport>>,
}

impl Shown {
    /// What is shown for good, in at most `width` columns if there is a limit.
    pub fn text(&self, width: Option<usize>, colours: bool, verbose: bool) -> String {
        if self.summary.stories() > self.stories.len() {
            return self.failures(width, colours) + &self.last_line(verbose) + "\n";
        }
        self.table(width, colours, verbose)
    }

    /// One line on the whole, and one for each book of many stories.
    fn last_line(&self, verbose: bool) -> String {
        let Some(books) = &self.books else { return self.summary.line(&self.output, self.dry_run, verbose) };
        let mut line = String::new();
        for BookReport { path, stories, bytes, status } in books {
            let (path, stories) = (harmless(path), counted_stories(*stories));
            _ = writeln!(line, "`{path}`: {stories}, {}, {}", size(*bytes), status.word());
        }
        line + &self.summary.line_of_stories(self.dry_run, verbose)
    }

    /// The stories that have no book, each with its reason, for a run of too many stories for a table.
    fn failures(&self, width: Option<usize>, colours: bool) -> String {
        let failed = Style::new().red().force_styling(colours);
        let mut out = String::new();
        for story in &self.stories {
            let fault = story.diagnostics.iter().find(|said| said.severity == Severity::Error);
            let reason = fault.map_or("", |fault| fault.message.as_str());
            // What is wrong may stand in the file beside it.
            let place =
                fault.map(|fault| fault.file.as_str()).filter(|place| !place.is_empty()).unwrap_or(&story.input);
            let line = fit(&format!("{place}: {reason}"), width.unwrap_or(2 * WIDEST));
            _ = writeln!(out, "{}", failed.apply_to(line));
        }
        if self.summary.failed > self.stories.len() {
            let more = counted_stories(self.summary.failed - self.stories.len());
            _ = writeln!(out, "and {more} more failed; `--report FILE.jsonl` lists them all");
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }

    /// The report for a person, in at most `width` columns if there is a limit.
    fn table(&self, width: Option<usize>, colours: bool, verbose: bool) -> String {
        let mut lines = table::lines(self.columns(), &GOING, width).into_iter();
        let heading = Style::new().bold().force_styling(colours);
        let failed = Style::new().red().force_styling(colours);
        let mut out = String::new();
        if let (false, Some(line)) = (self.stories.is_empty(), lines.next()) {
            _ = writeln!(out, "{}", heading.apply_to(line));
        }
        for (line, story) in lines.zip(&self.stories) {
            if story.status == Status::Failed {
                _ = writeln!(out, "{}", failed.apply_to(line));
            } else {
                _ = writeln!(out, "{line}");
            }
        }
        if !self.stories.is_empty() {
            out.push('\n');
        }
        _ = writeln!(out, "{}", self.last_line(verbose));
        out
    }

    fn columns(&self) -> Vec<Column> {
        let column = |heading, numeric: bool, least, cell: &dyn Fn(&StoryReport) -> String| {
            let cells = self.stories.iter().map(cell);
            if numeric { Column::of_numbers(heading, least, cells) } else { Column::new(heading, least, cells) }
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

/// Columns that are left out where there is no room, the least missed first.
const GOING: [&str; 7] = ["book", "notes", "warnings", "remarks", "chapters", "author", "result"];

#[cfg(test)]
mod tests {
    use crate::diagnostic::Diagnostic;
    use crate::model::warning::WarningState;

    use super::*;

    fn report() -> Shown {
        let story = |title: &str, status, name: Option<&str>| StoryReport {
            input: "stories/moth.txt".into(),
            files: vec!["stories/moth.txt".into()],
            status,
            output: name.map(|name| format!("output/{name}")),
            bytes: None,
            also: Vec::new(),
            story: name.map(|_| Facts {
                title: title.into(),
                authors: vec!["A. Writer".into()],
                fandoms: Vec::new(),
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
            unsaid: (0, 0),
        };
        let stories = vec![
            story("The Moth", Status::New, Some("A. Writer - The Moth.epub")),
            story("夜の蛾の物語、または長い題名の本", Status::Unchanged, Some("night.epub")),
            story("", Status::Failed, None),
        ];
        let mut summary = Summary::default();
        stories.iter().for_each(|story| summary.count(story));
        Shown { output: "output".into(), dry_run: false, summary, stories, books: None }
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

    #[test]
    fn of_many_stories_only_what_went_wrong_is_shown() {
        let mut shown = report();
        shown.stories.retain(|story| story.status == Status::Failed);
        shown.stories[0].diagnostics.push(Diagnostic::error("not-text", "this is no text"));
        let expected = "\
stories/moth.txt: this is no text

1 book bound into `output`, 1 unchanged, 1 failed; 3 remarks, shown by `-v`
";
        assert_eq!(shown.text(None, false, false), expected);
        shown.summary.failed = 3;
        assert!(shown.text(Some(60), false, false).contains("and 2 stories more failed; `--report"));
    }
}
