//! The report as JSON Lines: one line for each story in the order in which they were found, what concerns no single story
//! between them, and one line on the whole at the end of every run. It is only ever added to.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::diagnostic::Diagnostic;

use super::super::write::cannot_write;
use super::{Exit, StoryReport, Summary, lost};

/// One line, which says by `kind` what it is.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line<'a> {
    Story(&'a StoryReport),
    Diagnostic(&'a Diagnostic),
    Summary {
        bindery: &'static str,
        output: &'a str,
        dry_run: bool,
        #[serde(flatten)]
        summary: &'a Summary,
    },
}

/// A file of lines that grows.
#[derive(Debug)]
pub struct Lines {
    path: PathBuf,
    /// `None` after the disk refused a line: half a report is told about once.
    file: Option<BufWriter<File>>,
    pub exit: Exit,
}

impl Lines {
    /// Opens the file to add to it. A line that a killed run left half written is ended.
    ///
    /// # Errors
    /// When it cannot be written; place, fault and way out.
    pub fn open(path: &Path) -> Result<Lines, Diagnostic> {
        let open = || {
            let mut file = File::options().read(true).append(true).create(true).open(path)?;
            let mut last = [b'\n'];
            if file.metadata()?.len() > 0 {
                file.seek(SeekFrom::End(-1))?;
                file.read_exact(&mut last)?;
            }
            if last != [b'\n'] {
                file.write_all(b"\n")?;
            }
            Ok(file)
        };
        let file = open().map_err(|error| cannot_write(path, &error))?;
        Ok(Lines { path: path.to_owned(), file: Some(BufWriter::new(file)), exit: Exit::Done })
    }

    pub fn story(&mut self, story: &StoryReport) {
        self.add(&Line::Story(story));
    }

    pub fn said(&mut self, diagnostic: &Diagnostic) {
        self.add(&Line::Diagnostic(diagnostic));
    }

    /// Ends the run's lines.
    pub fn end(&mut self, summary: &Summary, output: &str, dry_run: bool) {
        self.add(&Line::Summary { bindery: env!("CARGO_PKG_VERSION"), output, dry_run, summary });
        self.flush();
    }

    /// Gives the system what was added, so that it outlives this run.
    pub fn flush(&mut self) {
        self.attempt(|file| file.flush());
    }

    fn add(&mut self, line: &Line) {
        self.attempt(|file| {
            serde_json::to_writer(&mut *file, line)?;
            file.write_all(b"\n")
        });
    }

    fn attempt(&mut self, work: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) {
        let Some(file) = &mut self.file else { return };
        if let Err(error) = work(file) {
            // What is buffered would be tried again when the file is closed, and fail unheard.
            _ = self.file.take().map(BufWriter::into_parts);
            self.exit = lost(&self.path.display().to_string(), &error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_and_half_a_line_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.jsonl");
        std::fs::write(&path, "{\"kind\":\"sto").unwrap();
        let mut lines = Lines::open(&path).unwrap();
        lines.said(&Diagnostic::remark("file-skipped", "not taken for a story").in_file("a\nb"));
        lines.end(&Summary::default(), "output", false);
        let text = std::fs::read_to_string(&path).unwrap();
        let all: Vec<&str> = text.lines().collect();
        assert_eq!(all.len(), 3, "{text}");
        assert_eq!(all[0], "{\"kind\":\"sto");
        assert!(all[1].starts_with("{\"kind\":\"diagnostic\",\"code\":\"file-skipped\""), "{text}");
        assert!(all[2].starts_with("{\"kind\":\"summary\",\"bindery\":"), "{text}");
        assert!(Lines::open(folder.path()).is_err(), "a folder is no report");
    }
}
