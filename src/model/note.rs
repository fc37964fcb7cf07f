//! What an author says beside the story, footnotes, and where in a book a person wants them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::block::Block;
use super::manuscript::Lines;

/// Something said about the story and not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    pub kind: NoteKind,
    pub place: NotePlace,
    /// The author's own label ("A/N", "Author's Note"), without its colon.
    pub label: Option<String>,
    pub blocks: Vec<Block>,
    pub lines: Lines,
    /// How often it stands in the source; it is kept once.
    pub times: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    Author,
    Editor,
    Translator,
    Summary,
    Warning,
    Disclaimer,
    Dedication,
    Thanks,
    /// Answers to readers' reviews.
    Reply,
    /// A plea for feedback, an address to write to, an archive line.
    Feedback,
    /// What the marks in the text mean.
    Legend,
    /// Explanations of words.
    Glossary,
    Epigraph,
}

impl NoteKind {
    /// Every kind.
    pub const ALL: [NoteKind; 13] = [
        NoteKind::Author,
        NoteKind::Editor,
        NoteKind::Translator,
        NoteKind::Summary,
        NoteKind::Warning,
        NoteKind::Disclaimer,
        NoteKind::Dedication,
        NoteKind::Thanks,
        NoteKind::Reply,
        NoteKind::Feedback,
        NoteKind::Legend,
        NoteKind::Glossary,
        NoteKind::Epigraph,
    ];

    /// In one lower-case word: `author`, `disclaimer`.
    pub fn name(self) -> &'static str {
        match self {
            NoteKind::Author => "author",
            NoteKind::Editor => "editor",
            NoteKind::Translator => "translator",
            NoteKind::Summary => "summary",
            NoteKind::Warning => "warning",
            NoteKind::Disclaimer => "disclaimer",
            NoteKind::Dedication => "dedication",
            NoteKind::Thanks => "thanks",
            NoteKind::Reply => "reply",
            NoteKind::Feedback => "feedback",
            NoteKind::Legend => "legend",
            NoteKind::Glossary => "glossary",
            NoteKind::Epigraph => "epigraph",
        }
    }
}

/// Where a note belongs, seen from the text that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotePlace {
    Before,
    After,
}

/// A footnote or endnote, called by an [`super::text::Inline::NoteRef`] of the same key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Footnote {
    /// Unique within the story.
    pub key: String,
    /// The mark as printed in the source: `1`, `*`.
    pub mark: String,
    pub blocks: Vec<Block>,
    pub origin: FootnoteOrigin,
}

/// How a footnote stood in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FootnoteOrigin {
    /// As a footnote, called by a mark.
    #[default]
    Marked,
    /// As a note in a paragraph of its own, below the paragraph that calls it: `A/N: …`.
    Paragraph,
    /// As a note within the paragraph that calls it; the brackets that held it.
    Brackets(char, char),
}

/// A class of notes, as far as their places in a book go: what the author says is told apart by where it stood, everything
/// else by what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteClass {
    /// The author's, before the whole story.
    Preface,
    /// The author's, after the whole story.
    Afterword,
    /// The author's, before a chapter.
    Before,
    /// The author's, after a chapter.
    After,
    /// Anybody's, in the midst of the text.
    Inside,
    /// Footnotes that the author marked as such.
    Footnotes,
    Summary,
    Epigraph,
    Editor,
    Translator,
    Dedication,
    Thanks,
    Disclaimer,
    Replies,
    /// Pleas for feedback, addresses to write to, archive lines.
    Feedback,
    Legend,
    Glossary,
}

impl NoteClass {
    pub const ALL: [NoteClass; 17] = [
        NoteClass::Preface,
        NoteClass::Afterword,
        NoteClass::Before,
        NoteClass::After,
        NoteClass::Inside,
        NoteClass::Footnotes,
        NoteClass::Summary,
        NoteClass::Epigraph,
        NoteClass::Editor,
        NoteClass::Translator,
        NoteClass::Dedication,
        NoteClass::Thanks,
        NoteClass::Disclaimer,
        NoteClass::Replies,
        NoteClass::Feedback,
        NoteClass::Legend,
        NoteClass::Glossary,
    ];

    /// The name that people type and that books carry.
    pub fn name(self) -> &'static str {
        match self {
            NoteClass::Preface => "preface",
            NoteClass::Afterword => "afterword",
            NoteClass::Before => "before",
            NoteClass::After => "after",
            NoteClass::Inside => "inside",
            NoteClass::Footnotes => "footnotes",
            NoteClass::Summary => "summary",
            NoteClass::Epigraph => "epigraph",
            NoteClass::Editor => "editor",
            NoteClass::Translator => "translator",
            NoteClass::Dedication => "dedication",
            NoteClass::Thanks => "thanks",
            NoteClass::Disclaimer => "disclaimer",
            NoteClass::Replies => "replies",
            NoteClass::Feedback => "feedback",
            NoteClass::Legend => "legend",
            NoteClass::Glossary => "glossary",
        }
    }

    /// The class of a note of the work, or of a chapter. `None` for warnings: they are not placed with the notes.
    pub fn of(kind: NoteKind, place: NotePlace, of_work: bool) -> Option<NoteClass> {
        Some(match (kind, place, of_work) {
            (NoteKind::Author, NotePlace::Before, true) => NoteClass::Preface,
            (NoteKind::Author, NotePlace::After, true) => NoteClass::Afterword,
            (NoteKind::Author, NotePlace::Before, false) => NoteClass::Before,
            (NoteKind::Author, NotePlace::After, false) => NoteClass::After,
            (NoteKind::Warning, ..) => return None,
            (NoteKind::Summary, ..) => NoteClass::Summary,
            (NoteKind::Epigraph, ..) => NoteClass::Epigraph,
            (NoteKind::Editor, ..) => NoteClass::Editor,
            (NoteKind::Translator, ..) => NoteClass::Translator,
            (NoteKind::Dedication, ..) => NoteClass::Dedication,
            (NoteKind::Thanks, ..) => NoteClass::Thanks,
            (NoteKind::Disclaimer, ..) => NoteClass::Disclaimer,
            (NoteKind::Reply, ..) => NoteClass::Replies,
            (NoteKind::Feedback, ..) => NoteClass::Feedback,
            (NoteKind::Legend, ..) => NoteClass::Legend,
            (NoteKind::Glossary, ..) => NoteClass::Glossary,
        })
    }

    /// Whether notes of this class hang on a mark in the text.
    pub fn is_called(self) -> bool {
        matches!(self, NoteClass::Inside | NoteClass::Footnotes)
    }

    /// Whether a note of this class can stand there at all: one that hangs on a mark cannot stand before it.
    pub fn allows(self, placement: NotePlacement) -> bool {
        !(self.is_called() && placement == NotePlacement::Start)
    }
}

/// Where a person wants notes of some class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotePlacement {
    /// Where they stood.
    Keep,
    /// At the start of their chapter; before the story when they are about the whole.
    Start,
    /// At the end of their chapter; after the story when they are about the whole.
    End,
    /// On a page at the back of the book.
    Back,
    /// As footnotes, called by a mark where they stood.
    Popup,
    /// Nowhere; the book lists them as left out.
    Drop,
}

impl NotePlacement {
    pub const ALL: [NotePlacement; 6] = [
        NotePlacement::Keep,
        NotePlacement::Start,
        NotePlacement::End,
        NotePlacement::Back,
        NotePlacement::Popup,
        NotePlacement::Drop,
    ];

    pub fn name(self) -> &'static str {
        match self {
            NotePlacement::Keep => "keep",
            NotePlacement::Start => "start",
            NotePlacement::End => "end",
            NotePlacement::Back => "back",
            NotePlacement::Popup => "popup",
            NotePlacement::Drop => "drop",
        }
    }
}

/// Where a person wants notes; what nobody said is left to the binder.
///
/// The more exact statement wins whatever the order: `before` over `author`, and that over `all`. Of two that are as exact
/// the later one wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotePlacements {
    chosen: BTreeMap<NoteClass, (NotePlacement, Exactness)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Exactness {
    Everything,
    Group,
    Class,
}

impl NotePlacements {
    /// Where notes of a class were wanted; `None` when nobody said.
    pub fn get(&self, class: NoteClass) -> Option<NotePlacement> {
        self.chosen.get(&class).map(|(placement, _)| *placement)
    }

    /// States where notes of a kind shall stand, both as people spell them: `("disclaimers", "back")`.
    ///
    /// # Errors
    /// What is wrong, and what could be written instead.
    pub fn state(&mut self, kind: &str, placement: &str) -> Result<(), (String, String)> {
        let wanted = plain_name(placement);
        let Some(placement) = NotePlacement::ALL.into_iter().find(|placement| placement.name() == wanted) else {
            let known: Vec<_> = NotePlacement::ALL.iter().map(|placement| placement.name()).collect();
            return Err((
                format!("`{}` is no place for notes", placement.trim()),
                format!("write one of {}", known.join(", ")),
            ));
        };
        let Some((classes, exactness)) = named(kind) else {
            let known: Vec<_> = NoteClass::ALL.iter().map(|class| class.name()).collect();
            return Err((
                format!("`{}` is no kind of notes", kind.trim()),
                format!("write one of all, author, {}", known.join(", ")),
            ));
        };
        let able: Vec<_> = classes.iter().copied().filter(|class| class.allows(placement)).collect();
        if let ([], Some(class)) = (&able[..], classes.first()) {
            return Err((
                format!("{} hang on a mark in the text and cannot stand at the start", class.name()),
                format!("write `{0}=popup`, `{0}=back`, `{0}=keep` or `{0}=drop`", class.name()),
            ));
        }
        for class in able {
            if self.chosen.get(&class).is_none_or(|(_, before)| *before <= exactness) {
                self.chosen.insert(class, (placement, exactness));
            }
        }
        Ok(())
    }

    /// Takes from `weaker` whatever is not decided here.
    pub fn fill_from(&mut self, weaker: NotePlacements) {
        for (class, chosen) in weaker.chosen {
            self.chosen.entry(class).or_insert(chosen);
        }
    }
}

fn plain_name(name: &str) -> String {
    let kept = name.trim().chars().filter(|character| !matches!(character, '-' | '_' | ' ' | '\'' | '’'));
    kept.flat_map(char::to_lowercase).collect()
}

/// The classes that a name means, in the singular or plural.
fn named(name: &str) -> Option<(Vec<NoteClass>, Exactness)> {
    const AUTHOR: [NoteClass; 5] =
        [NoteClass::Preface, NoteClass::Afterword, NoteClass::Before, NoteClass::After, NoteClass::Inside];
    let name = plain_name(name);
    let name = name
        .strip_suffix("notes")
        .or_else(|| name.strip_suffix("note"))
        .filter(|rest| !matches!(*rest, "foot" | ""))
        .unwrap_or(&name);
    match name {
        "all" => return Some((NoteClass::ALL.to_vec(), Exactness::Everything)),
        "author" | "authors" => return Some((AUTHOR.to_vec(), Exactness::Group)),
        _ => {}
    }
    let class = NoteClass::ALL.into_iter().find(|class| class.name() == name).or_else(|| {
        Some(match name {
            "prefaces" => NoteClass::Preface,
            "afterwords" => NoteClass::Afterword,
            "footnote" => NoteClass::Footnotes,
            "summaries" => NoteClass::Summary,
            "epigraphs" => NoteClass::Epigraph,
            "editors" => NoteClass::Editor,
            "translators" => NoteClass::Translator,
            "dedications" => NoteClass::Dedication,
            "acknowledgments" | "acknowledgements" => NoteClass::Thanks,
            "disclaimers" => NoteClass::Disclaimer,
            "reply" => NoteClass::Replies,
            "plea" | "pleas" => NoteClass::Feedback,
            "legends" => NoteClass::Legend,
            "glossaries" => NoteClass::Glossary,
            _ => return None,
        })
    })?;
    Some((vec![class], Exactness::Class))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placements(stated: &[(&str, &str)]) -> NotePlacements {
        let mut placements = NotePlacements::default();
        stated.iter().for_each(|(kind, placement)| placements.state(kind, placement).expect("a kind and a place"));
        placements
    }

    #[test]
    fn the_more_exact_statement_wins_in_any_order() {
        for stated in [
            [("all", "drop"), ("author", "end"), ("before", "keep")],
            [("before", "keep"), ("author", "end"), ("all", "drop")],
        ] {
            let placements = placements(&stated);
            assert_eq!(placements.get(NoteClass::Before), Some(NotePlacement::Keep));
            assert_eq!(placements.get(NoteClass::After), Some(NotePlacement::End));
            assert_eq!(placements.get(NoteClass::Legend), Some(NotePlacement::Drop));
        }
        assert_eq!(
            placements(&[("before", "end"), ("Before", "KEEP")]).get(NoteClass::Before),
            Some(NotePlacement::Keep)
        );
    }

    #[test]
    fn the_stronger_place_wins_even_when_it_is_less_exact() {
        let mut strong = placements(&[("all", "back")]);
        strong.fill_from(placements(&[("before", "keep"), ("footnotes", "drop")]));
        assert_eq!(strong.get(NoteClass::Before), Some(NotePlacement::Back));
        let mut strong = placements(&[("disclaimer", "drop")]);
        strong.fill_from(placements(&[("all", "end")]));
        assert_eq!(strong.get(NoteClass::Disclaimer), Some(NotePlacement::Drop));
        assert_eq!(strong.get(NoteClass::After), Some(NotePlacement::End));
    }

    #[test]
    fn names_are_lenient_and_faults_say_the_way_out() {
        for (name, class) in [
            ("Author's Notes", NoteClass::After),
            ("translator's note", NoteClass::Translator),
            ("footnote", NoteClass::Footnotes),
            ("pleas", NoteClass::Feedback),
            ("after-notes", NoteClass::After),
        ] {
            assert_eq!(placements(&[(name, "drop")]).get(class), Some(NotePlacement::Drop), "{name}");
        }
        for class in NoteClass::ALL {
            assert_eq!(placements(&[(class.name(), "drop")]).get(class), Some(NotePlacement::Drop), "{class:?}");
        }
        let mut none = NotePlacements::default();
        assert!(none.state("disclaimer", "behind").unwrap_err().1.contains("popup"));
        assert!(none.state("warnings", "back").unwrap_err().1.contains("disclaimer"));
        assert!(none.state("footnotes", "start").unwrap_err().1.contains("footnotes=back"));
        assert_eq!(none, NotePlacements::default());
        // What cannot stand there is left alone by a statement about everything.
        assert_eq!(placements(&[("all", "start")]).get(NoteClass::Footnotes), None);
    }
}
