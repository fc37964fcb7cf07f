//! Notes in a book: every kind in every place, with nothing lost, every link leading there and back, and popups as readers
//! want them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use bindery::bind::CoverChoice;
use bindery::declared::{Place, from_toml, reader_words};
use bindery::model::book::{Book, NoteStand, PageKind, plain_page};
use bindery::model::note::{NoteClass, NotePlacement};
use bindery::model::settings::ReaderWord;
use bindery::model::story::Role;
use bindery::pipeline::{LABELS, Made, Options, Source, SourceFile, make};
use bindery::writers::epub::{EpubOptions, write_epub};
use zip::ZipArchive;

use crate::markup::{self, Element, Node};

const EVERY_KIND: (&str, &str) = ("every-kind.txt", include_str!("../notes/every-kind.txt"));
const ONE_CHAPTER: (&str, &str) = ("one-chapter.md", include_str!("../notes/one-chapter.md"));

/// Words that only a note of the class says, in which of the two stories, and in how many notes of it.
const SAYS: &[(NoteClass, (&str, &str), &str)] = &[
    (NoteClass::Preface, EVERY_KIND, "the winter in which the river froze"),
    (NoteClass::Preface, ONE_CHAPTER, "A short one, for the exchange"),
    (NoteClass::Afterword, ONE_CHAPTER, "whatever my brother says"),
    (NoteClass::Before, EVERY_KIND, "The exams are over"),
    (NoteClass::Before, EVERY_KIND, "all of which are dry and in a tin"),
    (NoteClass::After, EVERY_KIND, "Next part on Sunday"),
    (NoteClass::Inside, EVERY_KIND, "that is the back end"),
    (NoteClass::Inside, EVERY_KIND, "the mill from the other story"),
    (NoteClass::Inside, ONE_CHAPTER, "the green one"),
    (NoteClass::Footnotes, EVERY_KIND, "The bell was cast at Truro"),
    (NoteClass::Footnotes, ONE_CHAPTER, "Eel traps are set at dusk"),
    (NoteClass::Summary, EVERY_KIND, "out of the water for a year"),
    (NoteClass::Epigraph, ONE_CHAPTER, "Nothing that lives in the river is yours"),
    (NoteClass::Editor, EVERY_KIND, "put back from memory"),
    (NoteClass::Translator, EVERY_KIND, "left as they were sung"),
    (NoteClass::Dedication, EVERY_KIND, "who heard it first"),
    (NoteClass::Thanks, EVERY_KIND, "read every draft of this aloud"),
    (NoteClass::Disclaimer, EVERY_KIND, "own the river or the ferry"),
    (NoteClass::Replies, EVERY_KIND, "the clocks are real"),
    (NoteClass::Feedback, EVERY_KIND, "it keeps me warm"),
    (NoteClass::Glossary, EVERY_KIND, "where boats are drawn up"),
];

fn bound(story: (&str, &str), places: &[(&str, &str)], words: Vec<ReaderWord>) -> Made {
    let file = SourceFile { name: story.0.into(), bytes: story.1.as_bytes().to_vec(), modified: Some(1_000_000_000) };
    let mut source = Source { name: story.0.into(), stem: "story".into(), files: vec![file], ..Source::default() };
    for (kind, place) in places {
        source.corrections.settings.notes.state(kind, place).expect("a kind and a place");
    }
    let mut options = Options::default();
    options.bind.cover = CoverChoice::None;
    options.bind.words = words;
    make(&source, &options).expect("a book")
}

/// A book of either story with all its notes in one place, for the tests of whole books.
pub fn all_at(placement: NotePlacement) -> Book {
    bound(EVERY_KIND, &[("all", placement.name())], Vec::new()).book
}

/// The XHTML pages of a book's file, in the order of the container.
fn documents(book: &Book) -> Vec<(String, Element)> {
    let mut archive = ZipArchive::new(Cursor::new(write_epub(book, &EpubOptions::default()))).unwrap();
    let mut documents = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        if let Some(name) = name.strip_prefix("EPUB/text/") {
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            documents.push((name.to_owned(), markup::parse(&text)));
        }
    }
    documents
}

/// Where an address on a page leads, as file and id.
fn target(page: &str, address: &str) -> (String, String) {
    let (file, id) = address.split_once('#').unwrap_or((address, ""));
    (if file.is_empty() { page.to_owned() } else { file.to_owned() }, id.to_owned())
}

/// Checks each link to a note and back; the number of links that lead to one.
fn check_links(name: &str, documents: &[(String, Element)]) -> usize {
    let mut by_id: BTreeMap<(String, String), &Element> = BTreeMap::new();
    for (page, document) in documents {
        for element in document.all() {
            if let Some(id) = element.attribute("id") {
                let before = by_id.insert((page.clone(), id.to_owned()), element);
                assert!(before.is_none(), "{name}: {page} has two of id {id}");
            }
        }
    }
    let mut count = 0;
    for (page, document) in documents {
        for link in document.named("a") {
            let place = target(page, link.attribute("href").unwrap());
            let is_call = link.attribute("role") == Some("doc-noteref")
                || link.attribute("id").is_some_and(|id| id.starts_with("place-"));
            if place.1.is_empty() {
                continue;
            }
            let found =
                by_id.get(&place).unwrap_or_else(|| panic!("{name}: {page} leads to {place:?}, which is nowhere"));
            if !is_call {
                continue;
            }
            count += 1;
            let back = found.named("a").into_iter().find(|link| link.attribute("role") == Some("doc-backlink"));
            let back = back.unwrap_or_else(|| panic!("{name}: {place:?} has no way back"));
            let (back_page, back_id) = target(&place.0, back.attribute("href").unwrap());
            let origin = by_id[&(back_page, back_id)];
            let origin_place = target(page, origin.attribute("href").unwrap_or_default());
            assert_eq!(origin_place, place, "{name}: the way back from {place:?} leads to another note's place");
        }
    }
    count
}

/// Where notes of a class stand when a person wants them there.
fn expected(class: NoteClass, placement: NotePlacement, chapter: bool, before: bool) -> NoteStand {
    let of_work = |before: bool| if before { NoteStand::Preface } else { NoteStand::Afterword };
    let of_chapter = |before: bool| if before { NoteStand::Start } else { NoteStand::End };
    match (class, placement) {
        (_, NotePlacement::Back) => NoteStand::Back,
        (_, NotePlacement::Drop) => NoteStand::LeftOut,
        (_, NotePlacement::Popup) => NoteStand::Footnote,
        (NoteClass::Inside, NotePlacement::Keep) => NoteStand::Text,
        (NoteClass::Inside | NoteClass::Footnotes, _) => NoteStand::Footnote,
        (_, NotePlacement::Keep) => {
            if chapter {
                of_chapter(before)
            } else {
                of_work(before)
            }
        }
        (_, NotePlacement::Start) => {
            if chapter {
                of_chapter(true)
            } else {
                of_work(true)
            }
        }
        (_, NotePlacement::End) => {
            if chapter {
                of_chapter(false)
            } else {
                of_work(false)
            }
        }
    }
}

#[test]
fn every_kind_stands_in_every_place() {
    let mut linked = 0;
    for (class, story, says) in SAYS {
        for placement in NotePlacement::ALL.into_iter().filter(|placement| class.allows(*placement)) {
            let name = format!("{}: {}={}", story.0, class.name(), placement.name());
            let made = bound(*story, &[(class.name(), placement.name())], Vec::new());
            assert_eq!(made.account.lost, [], "{name}");
            let holders: Vec<_> =
                made.book.pages.iter().filter(|page| plain_page(page).replace('’', "'").contains(says)).collect();
            // A summary is in the metadata as well, and a page about the book lists the header.
            assert_eq!(holders.len(), 1, "{name}: {:?}", holders.iter().map(|page| &page.id).collect::<Vec<_>>());
            let times: usize =
                holders.iter().map(|page| plain_page(page).replace('’', "'").matches(says).count()).sum();
            assert_eq!(times, 1, "{name}");
            let stands: Vec<_> = made
                .book
                .metadata
                .notes
                .iter()
                .filter(|notes| notes.class == *class)
                .map(|notes| notes.stands)
                .collect();
            let chapter =
                !made.story.notes.iter().any(|note| NoteClass::of(note.kind, note.place, true) == Some(*class));
            let before = made
                .story
                .notes
                .iter()
                .find(|note| NoteClass::of(note.kind, note.place, true) == Some(*class))
                .or_else(|| {
                    let notes = made.story.chapters.iter().flat_map(|chapter| &chapter.notes);
                    notes.into_iter().find(|note| NoteClass::of(note.kind, note.place, false) == Some(*class))
                })
                .is_some_and(|note| note.place == bindery::model::note::NotePlace::Before);
            assert_eq!(stands, [expected(*class, placement, chapter, before)], "{name}");
            let kind = holders[0].kind;
            let fits = match stands[0] {
                NoteStand::Preface => kind == PageKind::Preface,
                NoteStand::Afterword => kind == PageKind::Afterword,
                NoteStand::Back => matches!(kind, PageKind::Notes | PageKind::Endnotes),
                NoteStand::LeftOut => kind == PageKind::Colophon,
                _ => kind == PageKind::Story(Role::Chapter),
            };
            assert!(fits, "{name}: on the page {}", holders[0].id);
            linked += check_links(&name, &documents(&made.book));
        }
    }
    assert!(linked > 100, "{linked} links");
}

#[test]
fn long_notes_before_a_chapter_go_after_it_unless_somebody_wants_them_there() {
    let stands = |made: &Made| -> Vec<(NoteStand, usize, Vec<usize>)> {
        let notes = made.book.metadata.notes.iter().filter(|notes| notes.class == NoteClass::Before);
        notes.map(|notes| (notes.stands, notes.count, notes.chapters.clone())).collect()
    };
    let made = bound(EVERY_KIND, &[], Vec::new());
    assert_eq!(stands(&made), [(NoteStand::Start, 1, vec![1]), (NoteStand::End, 1, vec![2])]);
    let chapter = documents(&made.book).into_iter().find(|(page, _)| page == "chapter-002.xhtml").unwrap().1;
    let place = |wanted: &dyn Fn(&Element) -> bool| chapter.all().into_iter().position(wanted).expect("an element");
    let link = place(&|element| element.attribute("id") == Some("place-1"));
    let story = place(&|element| element.name == "p" && element.text().starts_with("Morning came"));
    let note = place(&|element| element.name == "aside" && element.attribute("id") == Some("said-1"));
    assert!(link < story && story < note, "{link} {story} {note}");
    let kept = bound(EVERY_KIND, &[("before", "keep")], Vec::new());
    assert_eq!(stands(&kept), [(NoteStand::Start, 2, vec![1, 2])]);
}

/// The rules by which Apple Books, Kobo, Kindle and KOReader open a note in a window or at the foot of the page.
#[test]
fn popups_are_as_readers_want_them() {
    for (name, story, places) in [
        ("as it comes", EVERY_KIND, &[][..]),
        ("all popups", EVERY_KIND, &[("all", "popup")]),
        ("one chapter", ONE_CHAPTER, &[("all", "popup")]),
    ] {
        let made = bound(story, places, Vec::new());
        let mut calls = 0;
        for (page, document) in documents(&made.book) {
            let place = format!("{name}: {page}");
            let elements = document.all();
            let at = |id: &str| elements.iter().position(|element| element.attribute("id") == Some(id));
            for call in document.named("a").iter().filter(|link| link.attribute("epub:type") == Some("noteref")) {
                calls += 1;
                assert_eq!(call.attribute("role"), Some("doc-noteref"), "{place}");
                // Kobo: a fragment of the same file, later in it, of 9 to 5000 characters.
                let id = call.attribute("href").unwrap().strip_prefix('#').expect("a note in the same file");
                let note = at(id).expect("a note");
                assert!(at(call.attribute("id").expect("an id to come back to")).unwrap() < note, "{place}: {id}");
                let length = elements[note].text().trim().chars().count();
                assert!((9..=5000).contains(&length), "{place}: {id} has {length} characters");
                // Apple and KOReader: an element of its own with type and role, which Apple wants to be an `aside`.
                assert_eq!(elements[note].name, "aside", "{place}");
                assert_eq!(elements[note].attribute("epub:type"), Some("footnote"), "{place}");
                assert_eq!(elements[note].attribute("role"), Some("doc-footnote"), "{place}");
                // Kindle: links both ways. That the way back is right is tested with all links.
                assert!(!elements[note].named("a").is_empty(), "{place}");
                // Visible where no window opens.
                assert_eq!(elements[note].attribute("hidden"), None, "{place}");
            }
        }
        assert!(calls >= 3, "{name}: {calls}");
    }
}

#[test]
fn a_screen_reader_hears_what_a_note_is_and_passes_it() {
    let made = bound(EVERY_KIND, &[], Vec::new());
    let chapter = documents(&made.book).into_iter().find(|(page, _)| page == "chapter-001.xhtml").unwrap().1;
    let asides: Vec<_> = chapter
        .named("aside")
        .into_iter()
        .filter(|aside| aside.attribute("role").is_none())
        .map(|aside| (aside.attribute("aria-label").unwrap(), aside.attribute("epub:type")))
        .collect();
    // An `aside` with a name is a landmark: it is announced by it and can be skipped whole. No two are called alike.
    assert_eq!(asides, [("Editor’s note", None), ("Author’s note", None), ("Author’s note (2)", None)]);
    // Heading, notes before, text, notes after, footnotes: the order in which it is read aloud.
    let section = chapter.only("section");
    let order: Vec<String> = section
        .children
        .iter()
        .filter_map(|child| match child {
            Node::Element(element) => {
                Some(format!("{} {}", element.name, element.attribute("class").unwrap_or_default()))
            }
            Node::Text(_) => None,
        })
        .collect();
    let kinds: Vec<&str> = order.iter().map(String::as_str).collect();
    let mut runs = kinds.clone();
    runs.dedup();
    assert_eq!(
        runs,
        [
            "h1 ",
            "aside note editor-note",
            "aside note author-note",
            "p first",
            "p ",
            "aside note author-note",
            "div footnotes"
        ]
    );
}

#[test]
fn each_note_says_in_the_language_of_the_story_what_it_is() {
    for (language, name) in [
        ("en", "Author’s note"),
        ("de", "Anmerkung"),
        ("fr", "Note de l’auteur"),
        ("es", "Nota del autor"),
        ("it", "Nota dell’autore"),
        ("ru", "От автора"),
    ] {
        let story = format!(
            "---\nlanguage: {language}\n---\n{}",
            ONE_CHAPTER.1.trim_start_matches("---\n").replacen("---\n", "", 1)
        );
        let story = story.replacen("title: The Eel Trap\nauthor: Ruan Penrose\n", "", 1);
        let made = bound(("story.md", &story), &[], Vec::new());
        assert_eq!(made.book.metadata.language, language);
        let documents = documents(&made.book);
        let preface = &documents.iter().find(|(page, _)| page == "preface.xhtml").unwrap().1;
        let spoken: BTreeSet<_> =
            preface.named("section").iter().filter_map(|section| section.attribute("aria-label")).collect();
        assert!(spoken.contains(name), "{language}: {spoken:?}");
    }
}

#[test]
fn a_reader_may_call_things_otherwise() {
    let place = Place { name: "labels.toml", file: 0, first_line: 1 };
    let text =
        "author_note = \"From the writer\"\nnotes = \"Said beside it\"\nback = \"Up\"\n[de]\nnotes = \"Daneben\"\n";
    let words = reader_words(text, &place, LABELS).expect("labels");
    let made = bound(EVERY_KIND, &[], words);
    assert_eq!(made.account.lost, []);
    let titles: Vec<_> = made.book.pages.iter().map(|page| page.title.as_str()).collect();
    assert!(titles.contains(&"Said beside it"), "{titles:?}");
    let chapter = documents(&made.book).into_iter().find(|(page, _)| page == "chapter-001.xhtml").unwrap().1;
    let aside = chapter.named("aside").into_iter().find(|aside| aside.text().contains("exams")).unwrap();
    assert_eq!(aside.attribute("aria-label"), Some("From the writer"));
    // What the author called it stays, behind the reader's word.
    assert!(aside.text().contains("From the writer (A/N)"), "{}", aside.text());
}

#[test]
fn a_story_says_where_its_notes_stand_and_a_person_overrules_it() {
    let story = format!("---\nnotes:\n  all: back\n  footnotes: drop\n{}", ONE_CHAPTER.1.trim_start_matches("---\n"));
    let stands = |places: &[(&str, &str)]| -> BTreeMap<NoteClass, NoteStand> {
        let made = bound(("story.md", &story), places, Vec::new());
        assert_eq!(made.account.lost, []);
        made.book.metadata.notes.iter().map(|notes| (notes.class, notes.stands)).collect()
    };
    let own = stands(&[]);
    assert_eq!(own[&NoteClass::Afterword], NoteStand::Back);
    assert_eq!(own[&NoteClass::Footnotes], NoteStand::LeftOut);
    let overruled = stands(&[("afterword", "keep")]);
    assert_eq!(overruled[&NoteClass::Afterword], NoteStand::Afterword);
    assert_eq!(overruled[&NoteClass::Preface], NoteStand::Back);
    let sidecar = from_toml("[notes]\nauthor = \"drop\"\n", &Place::default()).unwrap().value.settings.notes;
    assert_eq!(sidecar.get(NoteClass::Before), Some(NotePlacement::Drop));
}
