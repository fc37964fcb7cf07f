//! The page on a whole run: one HTML file that opens anywhere, without network and without programs in it.

use std::fmt::Write;
use std::path::Path;

use crate::diagnostic::Severity;
use crate::pipeline::declared::language_name;

use super::super::terminal::Voice;
use super::super::write::write_text;
use super::figures::{Example, Figures, Tally};
use super::{Exit, Summary};

/// The rows of a list before the rest is only counted.
const ROWS: usize = 40;

const STYLE: &str = include_str!("page.css");

/// Writes the page whole or not at all, over the one of the run before.
pub fn write(path: &Path, figures: &Figures, summary: &Summary, output: &str) -> Exit {
    match write_text(path, &page(figures, summary, output), true) {
        Ok(()) => Exit::Done,
        Err(fault) => {
            Voice::new(Severity::Error).say(&fault);
            Exit::CannotWrite
        }
    }
}

/// The page as text.
fn page(figures: &Figures, summary: &Summary, output: &str) -> String {
    let mut out = String::from("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    let output = escape(output);
    _ = write!(
        out,
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Books in {output}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>Books in <code>{output}</code></h1>\n<p>{} {} looked at, \
         {} words in {} of books.</p>\n</header>\n<main>\n",
        grouped(summary.stories() as u64),
        if summary.stories() == 1 { "story" } else { "stories" },
        grouped(figures.words),
        size(figures.bytes),
    );
    out.push_str("<dl class=\"run\">\n");
    for (name, count) in [
        ("new", summary.new),
        ("replaced", summary.replaced),
        ("unchanged", summary.unchanged),
        ("left out", summary.left_out),
        ("failed", summary.failed),
        ("doubles", summary.doubles),
        ("without a story", summary.without_story),
        ("files skipped", summary.skipped),
    ] {
        let class = if name == "failed" && count > 0 { " class=\"bad\"" } else { "" };
        _ = writeln!(out, "<div{class}><dt>{name}</dt><dd>{}</dd></div>", grouped(count as u64));
    }
    out.push_str("</dl>\n");
    list(&mut out, "Without a book", &figures.failures, summary.failed);
    out.push_str("<div class=\"tallies\">\n");
    let language = |tag: &str| language_name(tag).unwrap_or_else(|| "not known".to_owned());
    bars(&mut out, "Fandoms", &figures.fandoms, str::to_owned);
    bars(&mut out, "Ratings", &figures.ratings, str::to_owned);
    bars(&mut out, "Content warnings", &figures.warnings, str::to_owned);
    bars(&mut out, "Languages", &figures.languages, language);
    out.push_str("</div>\n");
    list(&mut out, "Told twice", &figures.doubles, summary.doubles);
    remarks(&mut out, figures);
    _ = write!(out, "</main>\n<footer>bindery {}</footer>\n</body>\n</html>\n", env!("CARGO_PKG_VERSION"));
    out
}

fn list(out: &mut String, heading: &str, rows: &[Example], all: usize) {
    if rows.is_empty() {
        return;
    }
    _ = write!(out, "<section>\n<h2>{heading}</h2>\n<ul class=\"said\">\n");
    // What is the same for all is said once.
    let common =
        rows[0].hint.as_ref().filter(|hint| rows.len() > 1 && rows.iter().all(|row| row.hint.as_ref() == Some(hint)));
    rows.iter().for_each(|row| item(out, row, common.is_none()));
    out.push_str("</ul>\n");
    if let Some(hint) = common {
        _ = writeln!(out, "<p class=\"more\">{}</p>", coded(hint));
    }
    if all > rows.len() {
        let more = grouped((all - rows.len()) as u64);
        _ = writeln!(out, "<p class=\"more\">and {more} more; <code>--report FILE.jsonl</code> lists them all</p>");
    }
    out.push_str("</section>\n");
}

fn bars(out: &mut String, heading: &str, tally: &Tally, called: impl Fn(&str) -> String) {
    let rows = tally.most(ROWS);
    let Some((_, highest)) = rows.first() else { return };
    _ = write!(out, "<section>\n<h2>{heading}</h2>\n<table>\n");
    for (name, count) in &rows {
        // Per mille, so that the widths are whole numbers.
        let width = (count * 1000).div_ceil(*highest);
        _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"count\">{}</td><td class=\"bar\"><span style=\"width:{}.{}%\"></span></td></tr>",
            escape(&called(name)),
            grouped(*count as u64),
            width / 10,
            width % 10,
        );
    }
    out.push_str("</table>\n");
    if tally.len() > rows.len() || tally.others > 0 {
        let more = grouped((tally.len() - rows.len() + tally.others) as u64);
        _ = writeln!(out, "<p class=\"more\">and {more} more that are rarer</p>");
    }
    out.push_str("</section>\n");
}

fn remarks(out: &mut String, figures: &Figures) {
    if figures.said.is_empty() {
        return;
    }
    out.push_str("<section>\n<h2>What was remarked</h2>\n");
    let mut all: Vec<_> = figures.said.iter().collect();
    all.sort_by_key(|(code, said)| (std::cmp::Reverse(said.severity), std::cmp::Reverse(said.count), **code));
    for (code, said) in all {
        let word = said.severity.word();
        _ = write!(
            out,
            "<details>\n<summary><b class=\"{word}\">{word}</b> <code>{}</code> <span class=\"count\">{}</span></summary>\n\
             <ul class=\"said\">\n",
            escape(code),
            grouped(said.count as u64),
        );
        said.examples.iter().for_each(|example| item(out, example, true));
        out.push_str("</ul>\n</details>\n");
    }
    out.push_str("</section>\n");
}

fn item(out: &mut String, example: &Example, with_hint: bool) {
    _ = write!(out, "<li>");
    if !example.place.is_empty() {
        _ = write!(out, "<code class=\"place\">{}</code> ", escape(&example.place));
    }
    _ = write!(out, "{}", coded(&example.message));
    if let Some(hint) = example.hint.as_ref().filter(|_| with_hint) {
        _ = write!(out, "<br><small>{}</small>", coded(hint));
    }
    out.push_str("</li>\n");
}

/// A message as HTML: what stands between backticks is typed so.
fn coded(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    // A story may say anything, a single backtick too.
    if pieces.len().is_multiple_of(2) {
        return escape(text);
    }
    let coded = pieces.iter().enumerate().map(|(index, piece)| match index % 2 {
        0 => escape(piece),
        _ => format!("<code>{}</code>", escape(piece)),
    });
    coded.collect()
}

/// Text as HTML, without what would turn the direction of the page around it.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            character if character.is_control() => out.push(' '),
            character => out.push(character),
        }
    }
    out
}

/// `1 234 567`, with narrow spaces that do not break.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// Bytes as people count them.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", grouped(bytes.div_ceil(1000))),
        1_000_000..1_000_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        _ => format!("{}.{} GB", grouped(bytes / 1_000_000_000), bytes / 100_000_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Diagnostic;

    use super::*;

    #[test]
    fn nothing_that_a_story_says_becomes_markup() {
        let mut figures = Figures::default();
        let hostile = "<script>alert(1)</script>\u{202e}&\"'";
        figures.count_said(&Diagnostic::warning("a-code", hostile).in_file(hostile).hint(hostile));
        let page = page(&figures, &Summary::default(), hostile);
        assert!(!page.contains("<script") && !page.contains('\u{202e}'), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;\u{fffd}&amp;&quot;&#39;"), "{page}");
        for reference in ["http:", "https:", "src=", "url("] {
            assert!(!page.contains(reference), "the page fetches nothing: {reference}");
        }
    }

    #[test]
    fn what_is_the_same_for_all_is_said_once() {
        let row = |place: &str, hint: &str| Example {
            place: place.into(),
            message: "the same as `<a>`".into(),
            hint: Some(hint.into()),
        };
        let mut out = String::new();
        list(&mut out, "Told twice", &[row("a.txt", "use `--dedupe`"), row("b.txt", "use `--dedupe`")], 2);
        assert_eq!(out.matches("use <code>--dedupe</code>").count(), 1, "{out}");
        assert!(out.contains("the same as <code>&lt;a&gt;</code>"), "{out}");
        let mut out = String::new();
        list(&mut out, "Told twice", &[row("a.txt", "one"), row("b.txt", "other")], 2);
        assert!(out.contains("<small>one</small>") && out.contains("<small>other</small>"), "{out}");
        assert_eq!(coded("a ` b"), "a ` b");
    }

    #[test]
    fn figures_are_grouped() {
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(grouped(100), "100");
        assert_eq!(
            (size(900), size(12_340_000), size(1_234_000_000_000)),
            ("1 kB".into(), "12.3 MB".into(), "1\u{202f}234.0 GB".into())
        );
    }
}
