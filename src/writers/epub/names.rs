//! Names inside the container: files, manifest ids and page titles, each safe and none twice.

use std::collections::BTreeMap;

/// Names that were given out.
#[derive(Debug, Default)]
pub struct Names {
    /// With the number that the latest of the same name got, so that a thousand of them are not counted through again.
    taken: BTreeMap<String, usize>,
}

impl Names {
    /// A file stem and XML id of lower case, from `[a-z0-9-]`, beginning with a letter, near to what was `wanted`, given out once.
    pub fn stem(&mut self, wanted: &str) -> String {
        // Long enough for any page's own name, far below the 255 bytes that a container allows.
        const LONGEST: usize = 64;
        let mut stem = String::with_capacity(wanted.len().min(LONGEST));
        for character in wanted.chars() {
            if stem.len() == LONGEST {
                break;
            }
            if character.is_ascii_alphanumeric() {
                stem.push(character.to_ascii_lowercase());
            } else if !stem.is_empty() && !stem.ends_with('-') {
                stem.push('-');
            }
        }
        stem.truncate(stem.trim_end_matches('-').len());
        if !stem.starts_with(|first: char| first.is_ascii_alphabetic()) {
            stem.insert_str(0, if stem.is_empty() { "page" } else { "page-" });
        }
        self.claim(stem, |stem, count| format!("{stem}-{count}"))
    }

    /// A title as it is, or with a number when another has it already.
    pub fn title(&mut self, wanted: String) -> String {
        self.claim(wanted, |title, count| format!("{title} ({count})"))
    }

    pub fn is_free(&self, name: &str) -> bool {
        !self.taken.contains_key(name)
    }

    fn claim(&mut self, wanted: String, numbered: impl Fn(&str, usize) -> String) -> String {
        let mut count = self.taken.get(&wanted).copied().unwrap_or(0) + 1;
        let mut name = if count == 1 { wanted.clone() } else { numbered(&wanted, count) };
        while self.taken.contains_key(&name) {
            count += 1;
            name = numbered(&wanted, count);
        }
        self.taken.insert(name.clone(), 1);
        self.taken.insert(wanted, count);
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_are_safe_and_given_once() {
        let mut names = Names::default();
        assert_eq!(names.stem("chapter-001"), "chapter-001");
        assert_eq!(names.stem("Chapter 001"), "chapter-001-2");
        assert_eq!(names.stem("../../etc/passwd"), "etc-passwd");
        assert_eq!(names.stem("7 Tage: Käse?"), "page-7-tage-k-se");
        assert_eq!(names.stem("日本"), "page");
        assert_eq!(names.stem(""), "page-2");
        assert!(names.stem(&"x".repeat(400)).len() <= 64);
    }

    #[test]
    fn titles_stay_readable_when_they_repeat() {
        let mut names = Names::default();
        assert_eq!(names.title("Chapter 1 — A".into()), "Chapter 1 — A");
        assert_eq!(names.title("Chapter 1 — A".into()), "Chapter 1 — A (2)");
        assert!(!names.is_free("Chapter 1 — A (2)"));
        assert_eq!(names.title("Chapter 1 — A (2)".into()), "Chapter 1 — A (2) (2)");
        assert_eq!(names.title("Chapter 1 — A".into()), "Chapter 1 — A (3)");
    }
}
