//! Where front matter stands in a text: `---` for YAML, `+++` for TOML, at the very beginning.
//!
//! A story may also begin with a rule, so a `---` opens front matter only when `name: value` lines follow and a closing
//! line ends them. What is front matter and does not parse is an error for that story; it is never read as prose.

use std::ops::Range;

use super::{Format, Place, Read, read};

/// Most lines that front matter may have; beyond them the opening line is a rule.
const LONGEST: usize = 2_000;

/// Front matter, found and not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrontMatter<'a> {
    pub format: Format,
    /// What stands between the two lines of marks.
    pub text: &'a str,
    /// The lines of marks included; one-based, end exclusive.
    pub lines: Range<u32>,
    /// Bytes of the whole text up to the story's first line.
    pub end: usize,
}

impl FrontMatter<'_> {
    /// Reads it; `name` and `file` are those of the file that it stands in.
    ///
    /// # Errors
    /// When it does not parse: place, fault and way out.
    pub fn read(&self, name: &str, file: u32) -> Read {
        read(self.format, self.text, &Place { name, file, first_line: self.lines.start + 1 })
    }

    /// The whole text with empty lines in place of the front matter, so that line numbers stay true.
    pub fn blanked(&self, whole: &str) -> String {
        let mut text = String::with_capacity(whole.len());
        (1..self.lines.end).for_each(|_| text.push('\n'));
        text.push_str(whole.get(self.end..).unwrap_or_default());
        text
    }
}

/// The front matter that a text begins with, if it does.
pub fn find(text: &str) -> Option<FrontMatter<'_>> {
    let mut lines = Lines { text, offset: text.len() - text.trim_start_matches('\u{feff}').len(), number: 0 };
    let (opening, start) = loop {
        let (line, number, _) = lines.next()?;
        if !line.trim().is_empty() {
            break (line, number);
        }
    };
    let (format, closings): (_, &[&str]) = match opening.trim_end() {
        "---" => (Format::Yaml, &["---", "..."]),
        "+++" => (Format::Toml, &["+++"]),
        _ => return None,
    };
    let inside = lines.offset;
    let mut shape = Shape::default();
    for (line, number, offset) in lines.by_ref().take(LONGEST) {
        if closings.contains(&line.trim_end()) {
            let text = &text[inside..offset];
            let end = lines.offset;
            return shape.fits(format).then(|| FrontMatter { format, text, lines: start..number + 1, end });
        }
        shape.add(line, format);
    }
    None
}

/// Lines with their one-based numbers and where they begin.
struct Lines<'a> {
    text: &'a str,
    offset: usize,
    number: u32,
}

impl<'a> Iterator for Lines<'a> {
    type Item = (&'a str, u32, usize);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.offset..).filter(|rest| !rest.is_empty())?;
        let start = self.offset;
        let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
        self.offset += length;
        self.number += 1;
        Some((rest[..length].trim_end_matches(['\n', '\r']), self.number, start))
    }
}

/// What the lines between the marks look like.
#[derive(Default)]
struct Shape {
    first_is_entry: Option<bool>,
    entries: usize,
    others: usize,
}

impl Shape {
    fn add(&mut self, line: &str, format: Format) {
        let starts_with_mark = match format {
            Format::Yaml => line.starts_with(['-', ']', '}', '"', '\'']),
            Format::Toml => line.starts_with([']', '}', '"', '\'', '[']),
        };
        if line.trim().is_empty() || line.starts_with([' ', '\t', '#']) || (starts_with_mark && self.entries > 0) {
            return;
        }
        let entry = is_entry(line, format);
        self.first_is_entry.get_or_insert(entry);
        *(if entry { &mut self.entries } else { &mut self.others }) += 1;
    }

    /// An empty block is front matter without a word in it; prose between two rules is none.
    fn fits(&self, format: Format) -> bool {
        match format {
            Format::Yaml => self.first_is_entry.unwrap_or(true) && self.entries >= self.others,
            Format::Toml => self.first_is_entry.unwrap_or(true),
        }
    }
}

fn is_entry(line: &str, format: Format) -> bool {
    let name = match format {
        Format::Yaml => match line.split_once(':') {
            Some((name, value)) if value.is_empty() || value.starts_with([' ', '\t']) => name,
            _ => return false,
        },
        Format::Toml if line.starts_with('[') => return true,
        Format::Toml => match line.split_once('=') {
            Some((name, _)) => name,
            None => return false,
        },
    };
    let name = match format {
        Format::Yaml => name.trim_end(),
        Format::Toml => name.trim_end().trim_matches(['"', '\'']),
    };
    let first_is_letter = name.chars().next().is_some_and(char::is_alphabetic);
    let plain =
        |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | ' ' | '\'' | ':');
    first_is_letter && name.chars().count() <= 40 && name.split(' ').count() <= 4 && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_found_at_the_beginning_only() {
        let text = "\u{feff}\n---\ntitle: Moth\nsummary: |\n  One.\n\n  Two.\ntags:\n- a\n---\n\nText.\n";
        let found = find(text).unwrap();
        assert_eq!(found.lines, 2..11);
        assert_eq!(&text[found.end..], "\nText.\n");
        assert_eq!(found.format, Format::Yaml);
        assert!(found.text.starts_with("title") && found.text.ends_with("- a\n"));
        assert_eq!(found.blanked(text), format!("{}\nText.\n", "\n".repeat(10)));

        let text = "+++\ntitle = \"Moth\"\n[settings]\nrepair = false\n+++\nText.";
        assert_eq!(find(text).map(|found| (found.format, found.lines)), Some((Format::Toml, 1..6)));
        assert_eq!(find("---\n---\nText").map(|found| found.lines), Some(1..3));
        assert_eq!(find("---\r\ntitle: Moth\r\n...\r\nText").map(|found| found.lines), Some(1..4));
        assert_eq!(find("Text.\n\n---\ntitle: Moth\n---\n"), None);
    }

    #[test]
    fn a_rule_at_the_beginning_stays_a_rule() {
        for text in [
            "---\nIt was dark. He said: no.\n---\n",
            "---\nNote: written in a hurry.\nIt was dark in the house.\nNobody came.\n---\n",
            "---\ntitle: Moth\n\nIt was dark, and nothing closed it.\n",
            "---\n\"Moth\": he said it again\n---\n",
            "----\ntitle: Moth\n----\n",
            "+++\nThe rain came down.\n+++\n",
            "---",
            "",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn broken_front_matter_is_still_front_matter() {
        assert!(find("---\ntitle: Moth: A Story\nauthor Ann\nrating: T\n---\nText").is_some());
    }
}
