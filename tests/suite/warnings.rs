//! Page, package, description and report name one set of warnings, in every mode; chapters open with theirs; what an
//! editor added is never the author's.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::path::Path;

use bindery::model::book::{Book, Element, Page, PageKind, WayTarget, plain_page};
use bindery::model::warning::{Scope, WarnedBy, WarningPages, WarningState};
use bindery::pipeline::declared::{Place, from_toml};
use bindery::pipeline::{Compression, CoverChoice, Made, Options, Source, SourceFile, make, record, write};

fn source(name: &str, text: &str) -> Source {
    let file = SourceFile { name: name.to_owned(), bytes: text.as_bytes().to_vec(), modified: Some(951_868_799) };
    Source { name: name.to_owned(), stem: "s".to_owned(), files: vec![file], ..Source::default() }
}

fn options() -> Options {
    let mut options = Options::default();
    // Nobody looks at a cover here.
    options.bind.cover = CoverChoice::None;
    options
}

fn made(source: &Source, pages: WarningPages) -> Made {
    let mut source = source.clone();
    source.corrections.settings.warning_pages = Some(pages);
    make(&source, &options()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// A serial with warnings of the work and of chapters; `head` stands in its header.
fn serial(head: &str, notes: [&str; 3]) -> Source {
    let mut text = format!("Title: The Salt Road\nAuthor: Rut Adair\n{head}\n\n");
    for (index, (name, note)) in ["The Gate", "The Well", "The Letter"].iter().zip(notes).enumerate() {
        text += &format!("Chapter {}: {name}\n\n", index + 1);
        if !note.is_empty() {
            text += &format!("{note}\n\n");
        }
        let mark = if note.contains("+++") { "+++\n\n" } else { "" };
        text += &format!(
            "She came to the {name} in the rain, and nobody was there to let her in; the lamps had gone out one by one.\n\n\
             {mark}He sat on the rim with the lamp in his hand, and for a long time he did not move, nor did the water.\n\n\
             {mark}In the morning they found the bucket overturned, and nobody said a word about it at breakfast.\n\n"
        );
    }
    source("salt.txt", &text)
}

fn fixtures() -> Vec<Source> {
    let silent = ["", "", ""];
    let mut all = vec![
        serial(
            "Rating: R for violence\nWarnings: violence, mentions of past abuse; suicide (ch. 3)",
            ["", "TW for this chapter: self-harm, panic attacks", ""],
        ),
        serial("Warnings: none", silent),
        serial("Archive Warning: Creator Chose Not To Use Archive Warnings", silent),
        serial("Warnings: Creator Chose Not To Use Archive Warnings, gore", silent),
        serial("Rating: PG-13", silent),
        serial("", silent),
        serial("Warnings: a very large spider, weather & \"quotes\", <b>", silent),
        serial(
            "Warnings: character death, rape/non-con, underage, violence, language",
            [
                "A/N: Warning: this part contains a drowning.",
                "A/N: warning, blood",
                "CW: blood; swearing; character death",
            ],
        ),
        serial("Warnungen: Tod einer Hauptfigur, Gewalt", silent),
        serial("Предупреждения: смерть персонажа", silent),
    ];
    let mut edited = serial("Rating: M", ["", "TW: blood", ""]);
    edited.corrections =
        from_toml("editor_warnings = [\"suicide\", \"chapter 3: torture\", \"moths\", \"blood\"]", &Place::default())
            .unwrap()
            .value;
    all.push(edited);
    all
}

fn samples() -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("stories");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.is_file() && path.extension().is_some_and(|ending| ending == "txt" || ending == "md"));
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        Source {
            name: name.clone(),
            stem: "s".into(),
            files: vec![SourceFile { name, bytes, modified: Some(0) }],
            ..Source::default()
        }
    };
    paths.iter().map(read).collect()
}

/// The things that the pages name, without their details.
fn on_pages(book: &Book) -> BTreeSet<String> {
    fn walk(elements: &[Element], out: &mut BTreeSet<String>) {
        for element in elements {
            match element {
                Element::LinkedItems(items) => out.extend(items.iter().map(|item| item.text.clone())),
                Element::Section { elements, .. } => walk(elements, out),
                _ => {}
            }
        }
    }
    let mut out = BTreeSet::new();
    for page in &book.pages {
        walk(&page.elements, &mut out);
    }
    out
}

fn package(book: &Book) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(write(book, Compression::Fast))).unwrap();
    let mut text = String::new();
    archive.by_name("EPUB/package.opf").unwrap().read_to_string(&mut text).unwrap();
    text
}

/// What an element of the package says, entities resolved.
fn values(package: &str, start: &str) -> BTreeSet<String> {
    let found = package.split(start).skip(1).filter_map(|rest| rest.split_once('>')?.1.split_once('<'));
    found
        .map(|(value, _)| value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
        .collect()
}

#[test]
fn page_package_description_and_report_name_one_set() {
    let stories: Vec<Source> = samples().into_iter().chain(fixtures()).collect();
    assert!(stories.len() > 15);
    let mut warned = 0;
    for story in &stories {
        for pages in WarningPages::ALL {
            let Made { story: read, book, account, .. } = made(story, pages);
            let place = format!("{} {pages:?} {:?}", story.name, read.warnings);
            assert!(account.lost.is_empty(), "{place}: {:?}", account.lost);
            let set: BTreeSet<String> = book.metadata.warnings.iter().map(|warning| warning.label.clone()).collect();
            let tidy = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let tidied: BTreeSet<String> = set.iter().map(tidy).collect();
            let own: BTreeSet<String> = read
                .warnings
                .iter()
                .map(|it| it.term.map_or(it.wording.clone(), |term| term.label.to_owned()))
                .collect();
            assert_eq!(set, own, "{place}");
            let package = package(&book);
            assert_eq!(values(&package, "property=\"bindery:warning\""), tidied, "{place}");
            let subjects: BTreeSet<String> = values(&package, "<dc:subject")
                .iter()
                .filter_map(|subject| subject.strip_prefix("Content warning: ").map(str::to_owned))
                .collect();
            assert_eq!(subjects, tidied, "{place}");
            if pages == WarningPages::None {
                assert!(on_pages(&book).is_empty(), "{place}");
                assert!(
                    !book.pages.iter().any(|page| matches!(page.kind, PageKind::Warnings | PageKind::WarningDetails))
                );
            } else {
                assert_eq!(on_pages(&book), set, "{place}");
            }
            let first =
                book.metadata.description.as_deref().unwrap_or_default().lines().next().unwrap_or_default().to_owned();
            for label in &set {
                assert!(first.contains(label.as_str()), "{place}: {first}");
            }
            // Warnings are no facts of accessibility.
            for line in package.lines().filter(|line| line.contains("schema:access")) {
                assert!(!set.iter().any(|label| line.contains(label.as_str())), "{line}");
            }
            warned += set.len();
        }
    }
    assert!(warned > 80, "{warned}");
}

fn page_of(book: &Book, kind: PageKind) -> Option<&Page> {
    book.pages.iter().find(|page| page.kind == kind)
}

#[test]
fn the_page_before_the_story_gives_nothing_away_and_leads_to_the_details() {
    let story = &fixtures()[0];
    let book = made(story, WarningPages::Summary).book;
    let front = page_of(&book, PageKind::Warnings).unwrap();
    let text = plain_page(front);
    assert!(text.contains("The author warns of: Violence, Abuse, Mental health."), "{text}");
    assert!(!text.contains("Suicide") && !text.contains("Letter"), "{text}");
    let links: Vec<&str> = front
        .elements
        .iter()
        .filter_map(|element| if let Element::PageLink { page, .. } = element { Some(page.as_str()) } else { None })
        .collect();
    assert_eq!(links, ["warning-details", "chapter-001"]);
    assert_eq!(book.pages[1].kind, PageKind::Warnings);
    let details = plain_page(page_of(&book, PageKind::WarningDetails).unwrap());
    assert!(details.contains("Suicide\nChapter 3: The Letter"), "{details}");
    assert!(details.contains("“mentions of past abuse” · The whole story"), "{details}");

    let book = made(story, WarningPages::Full).book;
    assert!(plain_page(page_of(&book, PageKind::Warnings).unwrap()).contains("Suicide\nChapter 3: The Letter"));
    assert!(page_of(&book, PageKind::WarningDetails).is_none());

    let book = made(story, WarningPages::Back).book;
    assert!(page_of(&book, PageKind::Warnings).is_none());
    let to_back = |element: &Element| matches!(element, Element::PageLink { page, .. } if page == "warnings");
    assert!(book.pages[0].elements.iter().any(to_back));
    assert!(plain_page(page_of(&book, PageKind::WarningDetails).unwrap()).contains("Rating R for violence (R)"));

    // Nothing to tell in detail: no second page, and no link to it.
    let book = made(&fixtures()[1], WarningPages::Summary).book;
    assert!(page_of(&book, PageKind::WarningDetails).is_none());
    assert!(page_of(&book, PageKind::Warnings).is_some());
}

#[test]
fn silence_refusal_and_none_are_told_apart() {
    let says = |index: usize| {
        let Made { story, book, .. } = made(&fixtures()[index], WarningPages::Summary);
        let text = page_of(&book, PageKind::Warnings).map(plain_page).unwrap_or_default();
        (story.warning_state, text)
    };
    let (state, text) = says(1);
    assert!(state == WarningState::NoneApply && text.contains("states that no content warnings apply"), "{text}");
    let (state, text) = says(2);
    assert!(state == WarningState::Withheld && text.contains("chose not to use"), "{text}");
    let (state, text) = says(3);
    assert!(
        state == WarningState::Withheld && text.contains("chose not to use") && text.contains("warns of: "),
        "{text}"
    );
    let (state, text) = says(4);
    assert!(state == WarningState::Unknown && text.contains("says nothing about content warnings"), "{text}");
    // Neither rating nor warnings: no page.
    let (state, text) = says(5);
    assert!(state == WarningState::Unknown && text.is_empty(), "{text}");
}

#[test]
fn chapters_open_with_their_warnings_and_the_way_past_them() {
    let note = "TW for this chapter: self-harm. If you want to avoid it, skip from +++ to +++.";
    let story = serial("", ["", note, "A/N: Warning: this part contains a drowning."]);
    let Made { story: read, book, .. } = made(&story, WarningPages::Summary);
    let scopes: Vec<Scope> = read.warnings.iter().map(|warning| warning.scope).collect();
    assert_eq!(scopes, [Scope::Chapter(1), Scope::Chapter(2)]);
    let alerts = |book: &Book| -> Vec<(String, Option<WayTarget>)> {
        let elements = book.pages.iter().flat_map(|page| &page.elements);
        elements
            .filter_map(|element| match element {
                Element::Alert { text, way } => Some((text.clone(), way.clone().map(|way| way.target))),
                _ => None,
            })
            .collect()
    };
    let found = alerts(&book);
    assert_eq!(found.len(), 2);
    assert!(found[0].0.contains("Self-harm"), "{found:?}");
    let Some(WayTarget::Place(key)) = &found[0].1 else { panic!("{found:?}") };
    // The place is behind the second mark.
    let chapter = book.pages.iter().find(|page| page.title == "Chapter 2: The Well").unwrap();
    let at = chapter.elements.iter().position(|element| matches!(element, Element::Landing { key: own } if own == key));
    let behind = Page { elements: chapter.elements[at.unwrap() + 1..].to_vec(), ..chapter.clone() };
    assert!(plain_page(&behind).starts_with("In the morning"), "{}", plain_page(&behind));
    // The last chapter has none behind it.
    assert_eq!(found[1].1, None);
    assert!(alerts(&made(&story, WarningPages::None).book).is_empty());

    // Marks that are not there, or too many of them, mark no passage: then the next chapter is the way.
    let note = note.replace("+++", "###");
    let book = made(&serial("", ["", &note, ""]), WarningPages::Summary).book;
    assert_eq!(alerts(&book)[0].1, Some(WayTarget::Page("chapter-003".into())));
}

#[test]
fn what_an_editor_adds_is_marked_as_such_and_changes_no_state() {
    let story = fixtures().pop().unwrap();
    let Made { story: read, book, .. } = made(&story, WarningPages::Full);
    assert_eq!(read.warning_state, WarningState::Stated);
    let by_editor: Vec<(&str, Scope)> = read
        .warnings
        .iter()
        .filter(|warning| warning.by == WarnedBy::Editor)
        .map(|warning| (warning.wording.as_str(), warning.scope))
        .collect();
    assert_eq!(
        by_editor,
        [("suicide", Scope::Work), ("torture", Scope::Chapter(2)), ("moths", Scope::Work), ("blood", Scope::Work)]
    );
    let text = plain_page(page_of(&book, PageKind::Warnings).unwrap());
    assert!(text.contains("Added by the editor, not by the author: "), "{text}");
    assert!(package(&book).contains("property=\"bindery:warned-by\">editor<"));
    let kept = record(&write(&book, Compression::Fast)).unwrap();
    let kept: Vec<WarnedBy> = kept.warnings.list.iter().map(|warning| warning.by).collect();
    assert_eq!(kept, book.metadata.warnings.iter().map(|warning| warning.by).collect::<Vec<_>>());
    assert!(kept.contains(&WarnedBy::Author) && kept.contains(&WarnedBy::Editor), "{kept:?}");

    let mut silent = fixtures()[5].clone();
    silent.corrections = from_toml("editor_warnings = \"suicide\"", &Place::default()).unwrap().value;
    let Made { story: read, book, .. } = made(&silent, WarningPages::Summary);
    assert_eq!(read.warning_state, WarningState::Unknown);
    let text = plain_page(page_of(&book, PageKind::Warnings).unwrap());
    assert!(
        text.contains("The source says nothing about content warnings; what follows was added by the editor."),
        "{text}"
    );
    assert!(!text.contains("The author warns"), "{text}");
}

#[test]
fn warnings_speak_the_language_of_the_book() {
    let mut story = fixtures()[8].clone();
    story.corrections = from_toml("language = \"de\"", &Place::default()).unwrap().value;
    let book = made(&story, WarningPages::Summary).book;
    let text = plain_page(page_of(&book, PageKind::Warnings).unwrap());
    assert!(text.contains("Im Text wird gewarnt vor: Gewalt, Tod."), "{text}");
    assert!(book.metadata.description.unwrap().starts_with("Inhaltswarnungen: "));
}

#[test]
fn front_matter_says_where_warnings_stand_and_the_command_line_wins() {
    let text = "---\ntitle: Lamp\ncw: [blood]\nwarning_pages: back\n---\n\nIt was late, and the lamp had been lit before anybody asked.\n";
    let plain = source("lamp.md", text);
    let book = make(&plain, &Options::default()).unwrap().book;
    assert!(page_of(&book, PageKind::Warnings).is_none() && page_of(&book, PageKind::WarningDetails).is_some());
    assert!(page_of(&made(&plain, WarningPages::Full).book, PageKind::Warnings).is_some());
    let wrong = make(&source("lamp.md", &text.replace("back", "behind")), &Options::default()).unwrap();
    assert!(wrong.diagnostics.iter().any(|said| said.message.contains("behind")), "{:?}", wrong.diagnostics);
}
