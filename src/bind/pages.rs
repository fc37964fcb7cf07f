//! The pages of a book in their order: title page, warnings, preface, chapters, afterword, endnotes, notes, colophon.

use super::labels::Labels;
use super::notes::{Placed, PlacedNotes};
use super::{chapter, identity, metadata, warnings};
use crate::model::block::{Block, plain_blocks};
use crate::model::book::{BookMetadata, Element, NoteForm, NoteStand, Page, PageKind, PageNote};
use crate::model::note::{Note, NoteKind};
use crate::model::story::{DropReason, Heading, Role, Story};
use crate::model::text::Inline;
use crate::model::warning::WarningPages;

/// Every page, in reading order.
pub(super) fn all(
    story: &Story,
    book: &BookMetadata,
    labels: &Labels,
    notes: &PlacedNotes,
    warned: WarningPages,
) -> Vec<Page> {
    let mut pages = vec![title_page(story, book, labels)];
    pages[0].elements.extend(warnings::link_on_title_page(story, labels, warned));
    pages.extend(warnings::front(story, labels, warned));
    pages.extend(preface(story, labels, notes));
    for index in 0..story.chapters.len() {
        pages.push(chapter::page(story, book, labels, notes, warned, index));
    }
    pages.extend(afterword(labels, notes));
    pages.extend(endnotes(story, labels, notes));
    pages.extend(notes_page(story, labels, notes));
    pages.extend(warnings::back(story, labels, warned));
    pages.push(colophon(story, book, labels, notes, warned));
    pages
}

pub(super) fn page(
    id: impl Into<String>,
    kind: PageKind,
    title: impl Into<String>,
    toc_level: Option<u8>,
    elements: Vec<Element>,
) -> Page {
    Page { id: id.into(), kind, title: title.into(), toc_level, elements, footnotes: Vec::new() }
}

pub(super) fn heading(text: &str) -> Element {
    Element::Heading(Heading { label: None, ordinal: None, title: vec![Inline::text(text)] })
}

/// The page of a chapter, by its index in the story.
pub(super) fn page_id(index: usize) -> String {
    format!("chapter-{:03}", index + 1)
}

fn title_page(story: &Story, book: &BookMetadata, labels: &Labels) -> Page {
    let mut elements = vec![title_block(story, book, labels)];
    let rows = rows(story, labels).into_iter().map(|(_, label, value)| (label.to_owned(), value)).collect::<Vec<_>>();
    if !rows.is_empty() {
        elements.push(Element::Facts(rows));
    }
    page("title-page", PageKind::TitlePage, &book.title, None, elements)
}

/// Title, authors and series, as they stand on the title page.
pub(super) fn title_block(story: &Story, book: &BookMetadata, labels: &Labels) -> Element {
    let facts = &story.metadata;
    let byline = byline(&facts.authors, labels);
    let above = facts
        .series
        .iter()
        .map(|part| match &part.index {
            Some(index) => format!("{} · {index}", part.name),
            None => part.name.clone(),
        })
        .collect();
    Element::TitleBlock { title: book.title.clone(), byline, above, below: Vec::new() }
}

/// "by Ada Wren & Bel Okoro".
pub(super) fn byline(authors: &[String], labels: &Labels) -> String {
    match authors {
        [] => labels.unknown_author.to_owned(),
        authors => format!("{} {}", labels.by, list(authors)).trim().to_owned(),
    }
}

/// What is known of a story: the name of each fact, its label, its value.
pub(super) fn rows<'a>(story: &Story, labels: &Labels<'a>) -> Vec<(&'static str, &'a str, String)> {
    let facts = &story.metadata;
    let date = |date: Option<crate::model::date::PartialDate>| date.map(|date| date.to_string()).unwrap_or_default();
    let rows = [
        ("fandom", labels.fandom, listed(&facts.fandoms)),
        ("rating", labels.rating, facts.rating.as_ref().map(rating_in_words).unwrap_or_default()),
        ("category", labels.category, listed(&facts.categories)),
        ("relationships", labels.relationships, listed(&facts.relationships)),
        ("characters", labels.characters, listed(&facts.characters)),
        ("genre", labels.genre, listed(&facts.genres)),
        ("tags", labels.tags, listed(&facts.tags)),
        ("status", labels.status, facts.status.clone().unwrap_or_default()),
        ("published", labels.published, date(facts.published)),
        ("updated", labels.updated, date(facts.updated)),
        ("translator", labels.translator, listed(&facts.translators)),
        ("source", labels.source, facts.source.clone().unwrap_or_default()),
    ];
    rows.into_iter().filter(|(.., value)| !value.is_empty()).collect()
}

/// The author's wording, and the known term beside it where it says more.
pub(super) fn rating_in_words(rating: &crate::model::warning::Rating) -> String {
    match rating.term {
        Some(term)
            if !rating.wording.eq_ignore_ascii_case(term.label)
                && !term.label.eq_ignore_ascii_case(rating.wording.trim()) =>
        {
            format!("{} ({})", rating.wording, term.label)
        }
        _ => rating.wording.clone(),
    }
}

/// Values of one fact in a row; a comma within one of them makes the marks between them semicolons.
fn listed(items: &[String]) -> String {
    items.join(if items.iter().any(|item| item.contains(',')) { "; " } else { ", " })
}

/// "Ada Wren, Bel Okoro & Cy Dunn".
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} & {last}", most.join(", ")),
    }
}

/// The author's own label, or the language's word for such a note. A reader's word stands before the author's.
pub(super) fn note_label(note: &Note, labels: &Labels) -> String {
    let word = labels.note(note.kind);
    match &note.label {
        Some(own) if labels.is_readers(note.kind) && !own.eq_ignore_ascii_case(word) => format!("{word} ({own})"),
        Some(own) => own.clone(),
        None => word.to_owned(),
    }
}

/// A note on a page that consists of such.
fn section(placed: &Placed, labels: &Labels) -> PageNote {
    PageNote {
        kind: placed.note.kind,
        name: labels.note(placed.note.kind).to_owned(),
        label: note_label(placed.note, labels),
        blocks: placed.note.blocks.clone(),
        form: NoteForm::Section,
        origin: placed.origin(),
        key: placed.key.clone(),
    }
}

/// The page before the story.
fn preface(story: &Story, labels: &Labels, notes: &PlacedNotes) -> Option<Page> {
    let mut elements = said_before(story, labels, notes, true);
    if elements.is_empty() {
        return None;
    }
    elements.insert(0, heading(labels.preface));
    Some(page("preface", PageKind::Preface, labels.preface, Some(1), elements))
}

/// What stands before the story: its summary, unless nobody wants it, and the notes that belong there.
pub(super) fn said_before(story: &Story, labels: &Labels, notes: &PlacedNotes, with_summary: bool) -> Vec<Element> {
    let order = [
        NoteKind::Dedication,
        NoteKind::Epigraph,
        NoteKind::Summary,
        NoteKind::Author,
        NoteKind::Translator,
        NoteKind::Editor,
        NoteKind::Thanks,
        NoteKind::Glossary,
        NoteKind::Legend,
    ];
    let mut elements: Vec<Element> = Vec::new();
    let summary_noted = story.notes.iter().any(|note| note.kind == NoteKind::Summary);
    if with_summary && !summary_noted && !story.metadata.summary.is_empty() {
        let paragraphs = story
            .metadata
            .summary
            .iter()
            .map(|text| crate::model::book::paragraph(vec![Inline::text(text.clone())]))
            .collect();
        elements.push(Element::Section { label: labels.summary.to_owned(), elements: paragraphs });
    }
    let mut placed: Vec<&Placed> = notes.at(NoteStand::Preface, None).collect();
    placed.sort_by_key(|placed| order.iter().position(|kind| *kind == placed.note.kind).unwrap_or(order.len()));
    for placed in placed {
        let next = section(placed, labels);
        match elements.last_mut() {
            // Unlabelled remarks that follow one another are one note.
            Some(Element::Note(last))
                if placed.note.label.is_none() && last.kind == next.kind && last.label == next.label =>
            {
                last.blocks.extend(next.blocks)
            }
            _ => elements.push(Element::Note(next)),
        }
    }
    elements
}

/// What stands after the story.
pub(super) fn afterword(labels: &Labels, notes: &PlacedNotes) -> Option<Page> {
    let mut elements: Vec<Element> =
        notes.at(NoteStand::Afterword, None).map(|placed| Element::Note(section(placed, labels))).collect();
    if elements.is_empty() {
        return None;
    }
    elements.insert(0, heading(labels.afterword));
    Some(page("afterword", PageKind::Afterword, labels.afterword, Some(1), elements))
}

/// Footnotes that are wanted at the back, by chapter.
pub(super) fn endnotes(story: &Story, labels: &Labels, notes: &PlacedNotes) -> Option<Page> {
    let at_back: Vec<_> = notes.footnotes.iter().filter(|placed| placed.stands == NoteStand::Back).collect();
    if at_back.is_empty() {
        return None;
    }
    let mut elements = vec![heading(labels.footnotes)];
    for run in at_back.chunk_by(|a, b| a.chapter == b.chapter) {
        let items = run
            .iter()
            .map(|placed| {
                Element::Note(PageNote {
                    kind: NoteKind::Author,
                    name: labels.footnotes.to_owned(),
                    label: placed.footnote.mark.clone(),
                    blocks: placed.footnote.blocks.clone(),
                    form: NoteForm::Endnote,
                    origin: None,
                    key: Some(placed.footnote.key.clone()),
                })
            })
            .collect();
        if story.chapters.len() > 1 {
            elements.push(Element::Section { label: chapter_label(story, run[0].chapter), elements: items });
        } else {
            elements.extend(items);
        }
    }
    Some(page("endnotes", PageKind::Endnotes, labels.footnotes, Some(1), elements))
}

/// Notes that belong at the back: those about the whole first, then those of chapters, each with the name of its chapter.
pub(super) fn notes_page(story: &Story, labels: &Labels, notes: &PlacedNotes) -> Option<Page> {
    let mut elements = vec![heading(labels.notes)];
    elements.extend(notes.at(NoteStand::Back, None).map(|placed| Element::Note(section(placed, labels))));
    for index in 0..story.chapters.len() {
        for placed in notes.at(NoteStand::Back, Some(index)) {
            let mut note = section(placed, labels);
            note.label = format!("{} · {}", note.label, chapter_label(story, index));
            elements.push(Element::Note(note));
        }
    }
    // Disclaimers and pleas are printed for completeness; nobody looks for them in the contents.
    let is_small_print = |placed: &Placed| matches!(placed.note.kind, NoteKind::Disclaimer | NoteKind::Feedback);
    let back = notes.notes.iter().filter(|placed| placed.stands == NoteStand::Back);
    let level = (!back.into_iter().all(is_small_print)).then_some(1);
    (elements.len() > 1).then(|| page("notes", PageKind::Notes, labels.notes, level, elements))
}

/// The heading of a chapter: its own, or a bare number where only white space or a note tells that it begins.
pub(super) fn chapter_heading(story: &Story, index: usize) -> Option<Heading> {
    let chapter = story.chapters.get(index)?;
    if let Some(heading) = chapter.heading.as_ref().filter(|heading| !heading.line().trim().is_empty()) {
        return Some(heading.clone());
    }
    if story.chapters.len() == 1 {
        return None;
    }
    // Text before a heading that counts from two is number one; before "Chapter 1" it has no number.
    let next = story.chapters.get(index + 1).and_then(|next| next.heading.as_ref()).and_then(|heading| heading.ordinal);
    let number = story.chapters[..=index].iter().filter(|chapter| chapter.role == Role::Chapter).count() as u32;
    let counted =
        story.chapters.iter().any(|chapter| chapter.heading.as_ref().is_some_and(|heading| heading.ordinal.is_some()));
    let roman = story
        .chapters
        .iter()
        .filter_map(|chapter| chapter.heading.as_ref()?.label.as_deref())
        .any(|label| label.len() > 1 && label.bytes().all(|byte| b"IVXLC".contains(&byte)));
    let fits = match next {
        Some(next) => next == number + 1,
        None => {
            !counted
                || story.chapters[..index]
                    .iter()
                    .rev()
                    .find_map(|before| before.heading.as_ref()?.ordinal)
                    .is_none_or(|before| before < number)
        }
    };
    fits.then(|| Heading {
        label: Some(if roman && number == 1 { "I".to_owned() } else { number.to_string() }),
        ordinal: Some(number),
        title: Vec::new(),
    })
}

/// What a chapter is called: its heading, or the story's title when it has none.
pub(super) fn chapter_label(story: &Story, index: usize) -> String {
    chapter_heading(story, index).map_or_else(|| identity::title(story), |heading| heading.line())
}

fn colophon(story: &Story, book: &BookMetadata, labels: &Labels, notes: &PlacedNotes, warned: WarningPages) -> Page {
    let mut elements = vec![heading(labels.colophon)];
    elements.extend(about(story, book, labels, notes, warned, labels.about));
    page("colophon", PageKind::Colophon, labels.colophon, Some(1), elements)
}

/// "About this book": what it was made from, what was recognised, what was left out and why.
pub(super) fn about(
    story: &Story,
    book: &BookMetadata,
    labels: &Labels,
    notes: &PlacedNotes,
    warned: WarningPages,
    label: &str,
) -> Vec<Element> {
    let mut elements = Vec::new();
    let mut rows: Vec<(String, String)> = Vec::new();
    let files: Vec<String> = story.files.iter().map(|file| file.name.clone()).collect();
    if !files.is_empty() {
        rows.push((labels.source.to_owned(), files.join(", ")));
    }
    rows.push((labels.updated.to_owned(), book.modified.chars().take(10).collect()));
    rows.push((labels.recognised.to_owned(), recognised(story)));
    rows.push(("EPUB".to_owned(), metadata::tool()));
    elements.push(Element::Section { label: label.to_owned(), elements: vec![Element::Facts(rows)] });
    // Footnotes that nothing calls are printed here, so that they are not lost.
    let orphans = orphaned(story, notes);
    if !orphans.is_empty() {
        elements.push(Element::Section { label: labels.note(NoteKind::Author).to_owned(), elements: orphans });
    }
    if !story.metadata.facts.is_empty() {
        let lines = story
            .metadata
            .facts
            .iter()
            .map(|fact| {
                let value = fact.value.replace('\n', " ");
                (fact.label.as_ref().map_or_else(|| value.clone(), |label| format!("{label}: {value}")), None)
            })
            .collect();
        elements
            .push(Element::Section { label: labels.header_lines.to_owned(), elements: vec![Element::Items(lines)] });
    }
    let mut items = left_out_on_request(story, labels, notes);
    items.extend(warnings::left_out(story, labels, warned));
    for dropped in &story.dropped {
        if !dropped.text.contains(char::is_alphanumeric) {
            continue;
        }
        // An archive's licence, or the comments on a page, may be longer than the story; the beginning tells which it is.
        let text = match dropped.reason {
            DropReason::ArchiveFrame => excerpt(&dropped.text, 30),
            DropReason::PageFurniture => excerpt(&dropped.text, 60),
            _ => dropped.text.clone(),
        };
        // Each time it stood is listed: the account of words is to be checked in the book itself.
        items.push((text, Some(dropped.reason.explanation().to_owned())));
    }
    if !items.is_empty() {
        elements.push(Element::Section { label: labels.left_out.to_owned(), elements: vec![Element::Items(items)] });
    }
    elements
}

fn excerpt(text: &str, count: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().take(count + 1).collect();
    if words.len() > count { format!("{} …", words[..count].join(" ")) } else { text.to_owned() }
}

/// Counts, in the book's own terms: "12 chapters, 16 scene breaks, 3 notes".
fn recognised(story: &Story) -> String {
    let chapters = story.chapters.iter().filter(|chapter| chapter.role != Role::Part).count();
    let scenes = story
        .chapters
        .iter()
        .flat_map(|chapter| &chapter.blocks)
        .filter(|block| block.value == Block::SceneBreak)
        .count();
    let notes = story.notes.len() + story.chapters.iter().map(|chapter| chapter.notes.len()).sum::<usize>();
    let mut parts = vec![count(chapters, "chapter")];
    if scenes > 0 {
        parts.push(count(scenes, "scene break"));
    }
    if notes > 0 {
        parts.push(count(notes, "note"));
    }
    parts.join(", ")
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// Notes that somebody wants out of the book: each with what it was and where it stood.
fn left_out_on_request(story: &Story, labels: &Labels, notes: &PlacedNotes) -> Vec<(String, Option<String>)> {
    let place = |chapter: Option<usize>| match chapter {
        Some(index) if story.chapters.len() > 1 => format!(", {}", chapter_label(story, index)),
        _ => String::new(),
    };
    let out = |placed: &&Placed| placed.stands == NoteStand::LeftOut;
    let mut items: Vec<_> = notes
        .notes
        .iter()
        .filter(out)
        .map(|placed| {
            let text = plain_blocks(&placed.note.blocks).trim().to_owned();
            let text = match &placed.note.label {
                Some(label) => format!("{label}: {text}"),
                None => text,
            };
            let what = labels.note(placed.note.kind);
            (text, Some(format!("{what}{}; left out on request", place(placed.chapter))))
        })
        .collect();
    for placed in notes.footnotes.iter().filter(|placed| placed.stands == NoteStand::LeftOut) {
        let text = plain_blocks(&placed.footnote.blocks).trim().to_owned();
        items.push((text, Some(format!("{}{}; left out on request", labels.footnotes, place(Some(placed.chapter))))));
    }
    items
}

fn orphaned(story: &Story, notes: &PlacedNotes) -> Vec<Element> {
    story
        .footnotes
        .iter()
        .filter(|footnote| notes.footnote(&footnote.key).is_none())
        .flat_map(|footnote| footnote.blocks.iter().cloned().map(Element::Block))
        .collect()
}
