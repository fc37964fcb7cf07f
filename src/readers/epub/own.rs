//! Books that bindery made: their pages say by their own marks what each is, so that binding one again gives the same story.
//!
//! Pages that the new book makes by itself (title page, warnings, colophon) are left out; their facts stand in the package.

use rbook::Epub;

use crate::declared::dates;
use crate::diagnostic::Diagnostic;
use crate::model::anthology::OPENING;
use crate::model::block::{Block, VerseLine};
use crate::model::manuscript::{Lines, Manuscript, Passage, PassageKind, StatedNote};
use crate::model::metadata::Metadata;
use crate::model::note::{Note, NoteKind, NotePlace};
use crate::model::record::indexed;
use crate::model::story::{DropReason, Role};
use crate::model::text::{Inline, Inlines};
use crate::model::warning::Rating;

use super::super::html::blocks::Converter;
use super::super::html::dom::{NodeId, Page};
use super::Document;

/// What the classes of bindery's own style sheet mean where a page has no element that says it; the rest is for the eye.
pub const STYLE: &str = ".small-caps { font-variant: small-caps } .underline { text-decoration: underline }
.center { text-align: center } .end { text-align: right }";

/// Whether bindery made the book.
pub fn is_own(book: &Epub) -> bool {
    book.metadata().by_property("bindery:warning-state").next().is_some()
}

/// Facts that only a book of bindery's states, in place of those that every package has room for.
pub fn declare(book: &Epub, facts: &mut Metadata) {
    let all = |name: &str| -> Vec<String> {
        let property = format!("bindery:{name}");
        book.metadata().by_property(property.as_str()).map(|entry| entry.value().to_owned()).collect()
    };
    let one = |name: &str| all(name).into_iter().next();
    facts.fandoms = all("fandom");
    facts.relationships = all("relationship");
    facts.characters = all("character");
    facts.categories = all("category");
    facts.genres = all("genre");
    facts.tags = all("tag");
    facts.summary = all("summary");
    facts.warnings = all("stated-warning");
    facts.series = indexed(std::mem::take(&mut facts.series), &all("series-index"));
    facts.rating = one("rating").map(|wording| Rating { wording, term: None });
    facts.status = one("status");
    facts.updated = one("updated").and_then(|date| dates::parse_date(&date));
    if one("title-from").is_some() {
        facts.title = None;
    }
    facts.source = book.metadata().by_property("dc:source").next().map(|entry| entry.value().to_owned());
}

/// Reads the pages of a book. `complete` makes what stands in the document of a place a part of the whole.
pub fn read(
    book: &Epub,
    documents: &[Document],
    levels: &dyn Fn(&str) -> Option<u8>,
    file: u32,
    complete: &mut dyn FnMut(&mut Manuscript, usize),
    diagnostics: &mut Vec<Diagnostic>,
) -> Manuscript {
    let title = book.metadata().title().map(|title| title.value().to_owned()).unwrap_or_default();
    let mut whole = Manuscript::default();
    // A note may stand far from its chapter, which it names by its number.
    let mut said: Vec<(usize, Option<usize>, Note)> = Vec::new();
    let mut story = Story::default();
    for (at, document) in documents.iter().enumerate() {
        let page = &document.page;
        let body = page.find(Page::ROOT, |id| page.name(id) == "body").unwrap_or(Page::ROOT);
        let section = page.find(body, |id| page.name(id) == "section" && page.attribute(id, "epub:type").is_some());
        let kind = section.and_then(|id| page.attribute(id, "epub:type")).unwrap_or_default();
        let mut part = Manuscript::default();
        let of_anthology = place_in_anthology(&document.path);
        let mut role = Role::ALL.into_iter().find(|role| role.name() == kind && is_of_the_story(&document.path));
        if let Some((prefix, OPENING)) = of_anthology {
            story = Story::beginning(
                prefix,
                documents,
                page.find(body, |id| page.name(id) == "h1").map(|id| page.plain(id)),
                story.starts,
            );
            role = (!story.is_single).then_some(Role::Part);
        }
        let opens = role.is_some() && of_anthology.is_some_and(|(_, page)| page == OPENING);
        let title = story.title.as_ref().filter(|_| of_anthology.is_some()).unwrap_or(&title);
        let mut reading =
            Reading { page, converter: Converter::new(page, file), notes: Vec::new(), passages: Vec::new() };
        match role {
            // A story of an anthology is a part of the book; its opening page says nothing else that is a text.
            Some(role) if opens => {
                let lines = reading.lines(body);
                let heading = vec![Inline::text(title.clone())];
                reading.passages.push(Passage::chapter_start(lines, 1, Some(role), heading));
                story.starts += 1;
                reading.notes_below(body);
                super::leave_out(&mut part, DropReason::BookFrame, page.plain(body), file);
            }
            Some(role) => {
                let top = section.unwrap_or(body);
                if !is_continued(&document.path) {
                    let heading = match of_anthology {
                        Some(_) if story.is_single => vec![Inline::text(title.clone())],
                        _ => reading.heading(top, title),
                    };
                    let lines = reading.lines(top);
                    let level = match of_anthology {
                        Some(_) if story.is_single => 1,
                        Some(_) => 2,
                        None => levels(&document.path).unwrap_or(1),
                    };
                    reading.passages.push(Passage::chapter_start(lines, level, Some(role), heading));
                    story.starts += 1;
                }
                reading.text(top);
            }
            // Pages of the book hold notes, and what the new book says by itself.
            None => {
                reading.notes_below(body);
                super::leave_out(&mut part, DropReason::BookFrame, page.plain(body), file);
            }
        }
        let Reading { converter, notes, passages, .. } = reading;
        part.passages = passages;
        let mut places = Vec::with_capacity(notes.len());
        for (position, chapter, note) in notes {
            let chapter = if of_anthology.is_some() { Some(story.place(chapter, &note)) } else { chapter };
            places.push((position, chapter));
            part.notes.push(StatedNote { at: None, note });
        }
        let read = converter.finish(part);
        diagnostics.extend(read.diagnostics);
        let mut part = read.value;
        complete(&mut part, at);
        let notes = std::mem::take(&mut part.notes).into_iter().map(|stated| stated.note);
        said.extend(places.into_iter().zip(notes).map(|((position, chapter), note)| (position, chapter, note)));
        whole.append(part);
    }
    let starts: Vec<usize> = (0..whole.passages.len())
        .filter(|at| matches!(whole.passages[*at].kind, PassageKind::ChapterStart { .. }))
        .collect();
    said.sort_by_key(|(position, chapter, _)| (*chapter, *position));
    for (_, chapter, note) in said {
        let at = chapter.and_then(|chapter| starts.get(chapter.saturating_sub(1)).copied());
        whole.notes.push(StatedNote { at, note });
    }
    whole
}

/// Whether a file is a page of the story, and none that the book has besides: a story's preface is a chapter of it.
fn is_of_the_story(path: &str) -> bool {
    let own = |name: &str| ["chapter-", "part-", "introduction."].iter().any(|start| name.starts_with(start));
    place_in_anthology(path).map_or_else(|| own(file_name(path)), |(_, page)| page.starts_with("chapter-"))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What pages of a story in an anthology begin with, and what the page is within the story: `s00012-` and `chapter-003`.
fn place_in_anthology(path: &str) -> Option<(&str, &str)> {
    let stem = file_name(path).split('.').next().unwrap_or_default();
    let (number, page) = stem.strip_prefix('s')?.split_once('-')?;
    let is_number = number.len() >= 5 && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| (&stem[..number.len() + 2], page))
}

/// The story of an anthology that is being read.
#[derive(Default)]
struct Story {
    title: Option<String>,
    /// It has one chapter, which then stands for the whole.
    is_single: bool,
    /// Chapters of the book before its own first one.
    before: usize,
    /// Chapters of the book so far.
    starts: usize,
}

impl Story {
    fn beginning(prefix: &str, documents: &[Document], title: Option<String>, starts: usize) -> Story {
        let of_story = |document: &&Document| {
            let place = place_in_anthology(&document.path);
            place.is_some_and(|(own, page)| own == prefix && page.starts_with("chapter-"))
                && !is_continued(&document.path)
        };
        let is_single = documents.iter().filter(of_story).take(2).count() < 2;
        Story { title, is_single, before: starts + usize::from(!is_single), starts }
    }

    /// The chapter of the book that a note of the story belongs to, counted from one: of the whole story, its first page or its
    /// last chapter.
    fn place(&self, chapter: Option<usize>, note: &Note) -> usize {
        match (chapter, note.place) {
            (Some(chapter), _) => self.before + chapter,
            (None, NotePlace::After) => self.starts.max(1),
            (None, NotePlace::Before) if self.is_single => self.before + 1,
            (None, NotePlace::Before) => self.before.max(1),
        }
    }
}

/// Whether a file is a later part of a page that was too long for one: `chapter-004-2.xhtml`.
fn is_continued(path: &str) -> bool {
    let stem = file_name(path).split('.').next().unwrap_or_default();
    let stem = place_in_anthology(path).map_or(stem, |(_, page)| page);
    let numbers = stem.split('-').skip(1).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    numbers.count() >= 2
}

struct Reading<'a> {
    page: &'a Page,
    converter: Converter<'a>,
    /// Notes with their number, and that of their chapter; `None` for those about the whole.
    notes: Vec<(usize, Option<usize>, Note)>,
    passages: Vec<Passage>,
}

impl Reading<'_> {
    fn lines(&self, node: NodeId) -> Lines {
        self.converter.lines(&[node])
    }

    /// The heading of a chapter; empty where the page only says again what the book is called.
    fn heading(&mut self, top: NodeId, title: &str) -> Inlines {
        let page = self.page;
        let Some(main) = page.find(top, |id| page.name(id) == "h1") else { return Inlines::new() };
        let label = page.find(top, |id| page.name(id) == "p" && page.has_class(id, "label"));
        if label.is_none() && page.plain(main) == title {
            return Inlines::new();
        }
        let said = self.converter.passages(&[main]).into_iter().find_map(|passage| passage.inlines().cloned());
        let mut heading = Inlines::new();
        if let Some(label) = label {
            heading.push(Inline::text(format!("{}: ", page.plain(label))));
        }
        heading.extend(said.unwrap_or_default());
        heading
    }

    /// What stands in a chapter, but for its heading.
    fn text(&mut self, top: NodeId) {
        let page = self.page;
        for child in page.children(top).collect::<Vec<_>>() {
            let is = |class: &str| page.has_class(child, class);
            match page.name(child) {
                "hgroup" | "h1" => {}
                "p" if is("note-link") || is("page-link") || is("way-back") => {}
                "section" if page.attribute(child, "data-note").is_none() => self.text(child),
                _ if page.attribute(child, "data-note").is_some() => self.note(child),
                _ => {
                    let lines = self.lines(child);
                    match self.block(child) {
                        Some(Block::SceneBreak) => {
                            let rule = Passage::paragraph(lines, Inlines::new());
                            self.passages.push(Passage { kind: PassageKind::Rule, ..rule });
                        }
                        Some(block) => {
                            let closed = Passage::paragraph(lines, Inlines::new());
                            self.passages.push(Passage { kind: PassageKind::Closed(block), ..closed });
                        }
                        None => self.passages.extend(self.converter.passages(&[child])),
                    }
                }
            }
        }
    }

    /// A block that only bindery's marks tell; `None` for what any page has.
    fn block(&mut self, node: NodeId) -> Option<Block> {
        let page = self.page;
        let is = |class: &str| page.has_class(node, class);
        match page.name(node) {
            "hr" => Some(Block::SceneBreak),
            "div" if is("verse") => Some(self.verse(node)),
            "blockquote" if is("letter") => Some(Block::Letter(self.blocks(node))),
            "blockquote" if is("quote") => Some(Block::Quote(self.blocks(node))),
            "div" if is("flashback") => Some(Block::Flashback(self.blocks(node))),
            "p" if is("end-mark") => Some(Block::EndMark(self.inlines(node))),
            _ if is("subheading") => Some(Block::Subheading(self.inlines(node))),
            _ => None,
        }
    }

    fn blocks(&mut self, top: NodeId) -> Vec<Block> {
        let page = self.page;
        let mut blocks = Vec::new();
        for child in page.children(top).collect::<Vec<_>>() {
            let skipped = ["note-label", "way-back"].iter().any(|class| page.has_class(child, class));
            if skipped || matches!(page.name(child), "h2" | "h3") && !page.has_class(child, "subheading") {
                continue;
            }
            match self.block(child) {
                Some(block) => blocks.push(block),
                None => blocks.extend(self.converter.blocks(&[child])),
            }
        }
        blocks
    }

    fn inlines(&mut self, node: NodeId) -> Inlines {
        let passages = self.converter.passages(&[node]);
        passages.into_iter().find_map(|passage| passage.inlines().cloned()).unwrap_or_default()
    }

    fn verse(&mut self, top: NodeId) -> Block {
        let page = self.page;
        let stanzas: Vec<NodeId> = page.children(top).filter(|id| page.has_class(*id, "stanza")).collect();
        let stanzas = stanzas.into_iter().map(|stanza| {
            let lines: Vec<NodeId> = page.children(stanza).filter(|id| page.has_class(*id, "line")).collect();
            let line = |id: NodeId| {
                let indent = (1..=8).find(|step| page.has_class(id, &format!("in-{step}"))).unwrap_or(0);
                VerseLine { indent, inlines: self.inlines(id) }
            };
            lines.into_iter().map(line).collect()
        });
        Block::Verse(stanzas.collect())
    }

    fn notes_below(&mut self, top: NodeId) {
        let page = self.page;
        let notes: Vec<NodeId> =
            page.descendants(top).filter(|id| page.attribute(*id, "data-note").is_some()).collect();
        notes.into_iter().for_each(|note| self.note(note));
    }

    /// A note, by the words of its `data-note`: kind, place, number of its chapter or `work`.
    fn note(&mut self, node: NodeId) {
        let page = self.page;
        let said = page.attribute(node, "data-note").unwrap_or_default().to_owned();
        let words: Vec<&str> = said.split_whitespace().collect();
        let kind = NoteKind::ALL.into_iter().find(|kind| words.first() == Some(&kind.name()));
        let place = if words.get(1) == Some(&"after") { NotePlace::After } else { NotePlace::Before };
        let chapter = words.get(2).and_then(|word| word.parse().ok());
        let printed = page.find(node, |id| page.has_class(id, "note-label") || matches!(page.name(id), "h2" | "h3"));
        let label = printed.filter(|_| words.contains(&"own")).map(|id| page.plain(id));
        let lines = self.lines(node);
        let blocks = self.blocks(node);
        let note = Note { kind: kind.unwrap_or(NoteKind::Author), place, label, blocks, lines, times: 1 };
        let position = words.get(3).and_then(|word| word.parse().ok()).unwrap_or(0);
        self.notes.push((position, chapter, note));
    }
}

/// The field names that [`declare`] reads are those of front matter.
#[cfg(test)]
#[test]
fn records_are_named_as_front_matter_names_them() {
    use crate::declared::{Field, field};
    for name in
        ["fandom", "relationship", "character", "category", "genre", "tag", "summary", "rating", "status", "updated"]
    {
        assert!(field(name).is_some_and(|field| field != Field::Stated), "{name}");
    }
}
