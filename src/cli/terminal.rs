//! Talking to the person: diagnostics, progress, colours, widths. Nothing a story contains can command the terminal.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use console::{Style, Term};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::diagnostic::{Diagnostic, Severity};

/// The most warnings and remarks that are said of a run; nobody reads ten thousand. Errors are always said.
const MOST_SAID: usize = 1000;

/// Where it is told how many stories or books there are, once somebody has counted them.
pub struct Expected {
    bar: ProgressBar,
    what: &'static str,
}

impl Expected {
    pub fn count(&self, count: u64) {
        let text = format!("{{bar:30}} {{pos}} of {{len}} {}, {{per_sec:.0}}, {{eta}} left{{msg}}", self.what);
        if let Ok(style) = ProgressStyle::with_template(&text) {
            self.bar.set_style(style);
        }
        self.bar.set_length(count);
    }

    /// Whether nobody needs to know any more.
    pub fn is_over(&self) -> bool {
        self.bar.is_finished()
    }
}

/// What speaks to the person, on standard error.
pub struct Voice {
    least: Severity,
    colours: bool,
    bar: ProgressBar,
    said: AtomicUsize,
}

impl Voice {
    /// `least` is what matters enough to be said.
    pub fn new(least: Severity) -> Self {
        Voice { least, colours: colours_on(&io::stderr()), bar: ProgressBar::hidden(), said: AtomicUsize::new(0) }
    }

    /// Shows how a run of several stories or books gets on, on a terminal only; gives back whom to tell how many there are.
    pub fn expect_several(&mut self, what: &'static str) -> Option<Expected> {
        // The bar of a quiet run, or in a file, would be noise.
        if self.least == Severity::Error || !io::stderr().is_terminal() {
            return None;
        }
        self.bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
        if let Ok(style) = ProgressStyle::with_template(&format!("{{pos}} {what}, {{per_sec:.0}}{{msg}}")) {
            self.bar.set_style(style);
        }
        self.bar.enable_steady_tick(Duration::from_millis(250));
        Some(Expected { bar: self.bar.clone(), what })
    }

    /// One more is done, `failed` of all so far in vain.
    pub fn step(&self, failed: usize) {
        if failed > 0 {
            self.bar.set_message(format!(", {failed} failed"));
        }
        self.bar.inc(1);
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Says a diagnostic, if it matters enough.
    pub fn say(&self, diagnostic: &Diagnostic) {
        if diagnostic.severity < self.least {
            return;
        }
        // Who asks for every remark gets it.
        if diagnostic.severity < Severity::Error && self.least == Severity::Warning {
            match self.said.fetch_add(1, Ordering::Relaxed) {
                0..MOST_SAID => {}
                MOST_SAID => return self.line("further warnings are not shown; `--report FILE.jsonl` lists them all"),
                _ => return,
            }
        }
        let text = harmless(&diagnostic.to_string()).into_owned();
        let text = if self.colours { in_colour(&text, diagnostic) } else { text };
        self.line(&text);
    }

    /// Says a line of its own.
    pub fn line(&self, text: &str) {
        // Who closed standard error does not want to hear; that is no reason to stop.
        self.bar.suspend(|| _ = writeln!(io::stderr().lock(), "{text}"));
    }
}

fn in_colour(text: &str, diagnostic: &Diagnostic) -> String {
    let style = match diagnostic.severity {
        Severity::Remark => Style::new().cyan(),
        Severity::Warning => Style::new().yellow(),
        Severity::Error => Style::new().red(),
    };
    let style = style.bold().force_styling(true);
    let label_end = diagnostic.severity.word().len() + diagnostic.code.len() + "[]:".len();
    let (label, message) = text.split_at(label_end.min(text.len()));
    let hint = format!("\n{}", Style::new().green().force_styling(true).apply_to("hint:"));
    format!("{}{}", style.apply_to(label), message.replacen("\nhint:", &hint, 1))
}

/// Whether what is written there may have colours: only on a terminal, and never where `NO_COLOR` says so.
pub fn colours_on(stream: &impl IsTerminal) -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    stream.is_terminal() && !refused && std::env::var_os("TERM").is_none_or(|kind| kind != "dumb")
}

/// Columns of the terminal on standard output; `None` when it goes to a file or program.
pub fn width() -> Option<usize> {
    io::stdout().is_terminal().then(|| usize::from(Term::stdout().size().1))
}

/// Prints results on standard output.
///
/// # Errors
/// When they cannot be written. Whoever closes the pipe has read enough; that is no error.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// The text without characters that a terminal obeys: a title must not move the cursor or turn the line round.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let obeyed = |character: char| {
        (character.is_control() && character != '\n')
            || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(obeyed) { Cow::Owned(text.replace(obeyed, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// `text` on one line in at most `width` columns, the cut marked by `…`.
pub fn fit(text: &str, width: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    console::truncate_str(&harmless(&line), width, "…").into_owned()
}

/// `text` cut or filled up to exactly `width` columns.
pub fn column(text: &str, width: usize, align: console::Alignment) -> String {
    console::pad_str(&fit(text, width), width, align, None).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_command_the_terminal() {
        assert_eq!(harmless("a\u{1b}[2Jb\u{202e}c\nd"), "a\u{fffd}[2Jb\u{fffd}c\nd");
        assert_eq!(fit("a\nb\u{7}", 10), "a b\u{fffd}");
    }

    #[test]
    fn wide_letters_take_two_columns() {
        assert_eq!(fit("夜の蛾の物語", 7), "夜の蛾…");
        assert_eq!(column("夜", 4, console::Alignment::Left), "夜  ");
    }

    #[test]
    fn colours_mark_the_label_and_the_hint() {
        let diagnostic = Diagnostic::error("not-found", "there is no such file").in_file("moth.txt").hint("look");
        let text = in_colour(&diagnostic.to_string(), &diagnostic);
        assert_eq!(console::strip_ansi_codes(&text), diagnostic.to_string());
        assert!(text.starts_with("\u{1b}[31m\u{1b}[1merror[not-found]:\u{1b}[0m moth.txt:"), "{text:?}");
        assert!(text.contains("\n\u{1b}[32mhint:\u{1b}[0m look"), "{text:?}");
    }
}
