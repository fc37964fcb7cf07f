//! The report for machines on standard output: one JSON object, written while the stories are made.

use std::io::{self, BufWriter, Stdout, Write};

use serde::Serialize;

use crate::diagnostic::Diagnostic;

use super::{BookReport, Exit, StoryReport, Summary, lost};

/// An object that is being written.
#[derive(Debug)]
pub struct Stream {
    /// `None` when nobody reads any more, or the report cannot be written.
    out: Option<BufWriter<Stdout>>,
    stories: usize,
    exit: Exit,
}

impl Stream {
    pub fn begin(output: &str, dry_run: bool) -> Stream {
        let mut stream = Stream { out: Some(BufWriter::new(io::stdout())), stories: 0, exit: Exit::Done };
        stream.attempt(|out| {
            writeln!(out, "{{\n  \"bindery\": \"{}\",", env!("CARGO_PKG_VERSION"))?;
            write!(out, "  \"output\": {},\n  \"dry_run\": {dry_run},\n  \"stories\": [", indented(&output))
        });
        stream
    }

    pub fn story(&mut self, story: &StoryReport) {
        let comma = if self.stories > 0 { "," } else { "" };
        self.stories += 1;
        self.attempt(|out| write!(out, "{comma}\n    {}", indented(story).replace("\n  ", "\n    ")));
    }

    /// Ends the object, and says how that went.
    pub fn end(mut self, diagnostics: &[Diagnostic], books: Option<&[BookReport]>, summary: &Summary) -> Exit {
        let end = if self.stories > 0 { "\n  " } else { "" };
        self.attempt(|out| {
            writeln!(out, "{end}],")?;
            if let Some(books) = books {
                writeln!(out, "  \"books\": {},", indented(books))?;
            }
            writeln!(out, "  \"diagnostics\": {},", indented(&diagnostics))?;
            writeln!(out, "  \"summary\": {}\n}}", indented(summary))?;
            out.flush()
        });
        self.exit
    }

    fn attempt(&mut self, work: impl FnOnce(&mut BufWriter<Stdout>) -> io::Result<()>) {
        let Some(out) = &mut self.out else { return };
        if let Err(error) = work(out) {
            _ = self.out.take().map(BufWriter::into_parts);
            // Whoever closes the pipe has read enough.
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.exit = lost("standard output", &error);
            }
        }
    }
}

/// A value as it stands one level deep. JSON knows no line end within a text, so every one there is separates lines.
fn indented(value: &(impl Serialize + ?Sized)) -> String {
    // Only maps with odd keys and failing writers can fail; we have neither.
    serde_json::to_string_pretty(value).unwrap_or_default().replace('\n', "\n  ")
}
