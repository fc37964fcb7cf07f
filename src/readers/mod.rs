//! Readers report what stands in a file: passages, inline marks, what the file says of itself. They conclude nothing.

pub mod markdown;
pub mod txt;

use crate::diagnostic::Diagnosed;
use crate::model::manuscript::Manuscript;

/// A kind of file that bindery can read.
pub struct Reader {
    /// As shown to people and recorded in the book: `text`, `markdown`.
    pub name: &'static str,
    /// File name endings, lower case, without the dot.
    pub extensions: &'static [&'static str],
    /// How likely decoded text is of this kind, 0 to 1, whatever the file is called.
    pub likelihood: fn(&str) -> f32,
    /// Reads one file of a story; `file` is its index among the story's files. Reading never fails; it remarks.
    pub read: fn(text: &str, file: u32) -> Diagnosed<Manuscript>,
}

/// Every reader. Plain text stands last: it takes what nobody else claims.
pub const READERS: &[Reader] = &[markdown::READER, txt::READER];

/// The reader for a file, by what it contains and what it is called; contents win where they are plain.
///
/// A name settles only what the text leaves open: a `.txt` full of Markdown is Markdown, a `.md` without a single mark is
/// read as Markdown all the same.
pub fn choose(name: &str, text: &str) -> &'static Reader {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let by_name = READERS.iter().find(|reader| reader.extensions.contains(&ending.as_str()));
    let by_text = READERS.iter().max_by(|a, b| (a.likelihood)(text).total_cmp(&(b.likelihood)(text)));
    match (by_name, by_text) {
        (Some(named), Some(likely)) if (likely.likelihood)(text) < 0.8 || (named.likelihood)(text) > 0.5 => named,
        (_, Some(likely)) => likely,
        (Some(named), None) => named,
        (None, None) => &txt::READER,
    }
}

/// What the name of a chapter's file calls the chapter: `03-low-water.md` is "Low water", `Chapter 3.txt` is "Chapter 3".
///
/// `None` where the name says nothing but a number.
pub fn chapter_name(file_name: &str) -> Option<String> {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let name = stem.trim_start_matches(|character: char| {
        character.is_ascii_digit() || matches!(character, '-' | '_' | '.' | ' ' | ')' | '(')
    });
    let words = name.split(['-', '_', ' ']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let first = words.chars().next().filter(|first| first.is_alphabetic())?;
    Some(first.to_uppercase().chain(words.chars().skip(1)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_name_chapters() {
        assert_eq!(chapter_name("03-low-water.md").as_deref(), Some("Low water"));
        assert_eq!(chapter_name("Chapter 3.txt").as_deref(), Some("Chapter 3"));
        assert_eq!(chapter_name("0007.txt"), None);
    }

    #[test]
    fn contents_decide_where_they_are_plain() {
        assert_eq!(choose("notes.txt", "It rained.\n\nShe left.\n").name, "text");
        assert_eq!(
            choose("story.txt", "# The Moth\n\n## One\n\nIt *rained*.\n\n## Two\n\nShe left.\n").name,
            "markdown"
        );
        assert_eq!(choose("story.md", "It rained.\n").name, "markdown");
    }
}
