//! Turns the parser's events into passages, keeping account of every byte: what is neither text nor a mark that was
//! understood is put back as text at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Parser, Tag as MarkdownTag, TagEnd};

use crate::diagnostic::Diagnostic;
use crate::model::block::{Align, Block, Table};
use crate::model::manuscript::{Lines, Manuscript, PageHabits, ParagraphHabit, Passage, PassageKind};
use crate::model::note::Footnote;
use crate::model::story::{DropReason, Dropped};
use crate::model::text::{Inline, Inlines, Style};

use super::habits;
use super::habits::DashHabit;
use super::inlines::{Builder, Mark, Opener};
use super::notices::{Notice, Notices};
use super::page;
use super::page::Page;
use super::recover::usual_gap;

/// Quotes, lists and notes that may stand within one another; what is nested deeper is set as if it were not.
pub(super) const DEEPEST: usize = 16;
/// A line longer than this was not wrapped by hand.
const LONGEST_WRAPPED: usize = 160;

/// Reads a prepared page.
pub(super) fn read(page: &Page, file: u32) -> (Manuscript, Vec<Diagnostic>) {
    let mut reader = Reader::new(page, file);
    let parser = Parser::new_ext(&page.text, page::options());
    reader.definitions = definitions(&parser);
    let events: Vec<(Event, Range<usize>)> = parser.into_offset_iter().collect();
    reader.survey(&events);
    for (event, range) in events {
        reader.event(event, range);
    }
    reader.finish()
}

/// A definition of a link, found by the parser.
pub(super) struct Definition {
    pub(super) label: String,
    pub(super) title: String,
    pub(super) span: Range<usize>,
    pub(super) used: bool,
}

fn definitions(parser: &Parser<'_>) -> Vec<Definition> {
    let defined = parser.reference_definitions();
    let mut definitions: Vec<Definition> = defined
        .iter()
        .map(|(label, definition)| Definition {
            label: fold(label),
            title: definition.title.as_deref().unwrap_or_default().to_owned(),
            span: definition.span.clone(),
            used: false,
        })
        .collect();
    // The parser keeps them in a hash map.
    definitions.sort_by_key(|definition| definition.span.start);
    definitions
}

/// Labels are the same whatever their case and white space.
fn fold(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A block that holds others and is not yet closed.
pub(super) enum Frame {
    Quote(Vec<Passage>),
    /// The same, opened by a tag.
    TypedQuote(Vec<Passage>),
    List {
        start: Option<u64>,
        items: Vec<Item>,
        range: Range<usize>,
    },
    Item(Item),
    Footnote {
        label: String,
        passages: Vec<Passage>,
        range: Range<usize>,
    },
    Table {
        head: Vec<Inlines>,
        rows: Vec<Vec<Inlines>>,
        row: Vec<Inlines>,
        range: Range<usize>,
    },
    /// Too deep: its passages belong to the frame around it.
    Flat,
}

#[derive(Default)]
pub(super) struct Item {
    /// As typed: `-`, `1986.`
    pub(super) marker: String,
    pub(super) lines: Range<u32>,
    pub(super) passages: Vec<Passage>,
}

/// Running text that is being read.
pub(super) struct Text {
    pub(super) shape: TextShape,
    pub(super) lines: Range<u32>,
    /// Of its first word.
    pub(super) align: Option<Align>,
    /// Something that stands apart has cut it in two.
    pub(super) was_cut: bool,
    /// It shows nothing and takes up room.
    pub(super) is_spacer: bool,
    /// Titles of pictures in it, for a caption.
    pub(super) titles: Vec<(String, u32)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TextShape {
    Paragraph,
    /// A heading with `#`.
    Marked(u8),
    /// A heading that is underlined, or the last line of a scene.
    Underlined(u8),
    Cell,
}

/// A mark that the parser opened; every end event closes the last one.
pub(super) enum Opened {
    /// Something that the builder knows.
    Mark(Opener),
    /// A single `~` on either side, which authors of fiction type for other things.
    Tilde,
    /// Brackets that hold prose.
    Brackets,
    Nothing,
}

pub(super) struct Picture {
    pub(super) key: String,
    pub(super) title: String,
    pub(super) alt: String,
    /// Pictures within its description.
    pub(super) inner: usize,
    pub(super) line: u32,
}

pub(super) struct Reader<'p> {
    pub(super) page: &'p Page<'p>,
    pub(super) file: u32,
    pub(super) definitions: Vec<Definition>,
    /// In which order footnotes are first called, by label.
    pub(super) called: BTreeMap<String, usize>,
    pub(super) defined: BTreeSet<String>,
    pub(super) numbers_are_marks: bool,
    pub(super) every_line: bool,
    /// Its headings begin with `#`.
    pub(super) marks_headings: bool,
    /// Lines whose end ends a passage, though Markdown would go on.
    pub(super) kept_ends: BTreeSet<u32>,
    pub(super) passages: Vec<Passage>,
    pub(super) footnotes: Vec<(usize, Footnote)>,
    pub(super) left_out: Vec<Dropped>,
    pub(super) notices: Notices,
    /// Stretches of the page's text that are accounted for.
    pub(super) covered: Vec<Range<usize>>,
    pub(super) frames: Vec<Frame>,
    pub(super) text: Option<Text>,
    pub(super) builder: Builder,
    /// Characters of one line that were not yet looked at for placeholders.
    pub(super) pending: String,
    pub(super) pending_line: u32,
    /// Comments, programs and tags of which every line is accounted for.
    pub(super) taken: BTreeSet<usize>,
    pub(super) opened: Vec<Opened>,
    /// Where the last thing within a line ended.
    pub(super) last_end: usize,
    pub(super) openers: u32,
    pub(super) picture: Option<Picture>,
    pub(super) code: Option<String>,
    /// Tags that say how their text stands, by name, the outermost first.
    pub(super) aligns: Vec<(String, Option<Align>)>,
    pub(super) typed_heading: Option<u8>,
    pub(super) preformatted: u32,
    /// Empty paragraphs since the last passage.
    pub(super) spacers: u16,
    /// Lists with dashes at the top level: which passage, and the lines of the items.
    pub(super) dashes: Vec<(usize, Vec<Lines>)>,
    pub(super) habit: DashHabit,
}

impl<'p> Reader<'p> {
    pub(super) fn new(page: &'p Page<'p>, file: u32) -> Self {
        Reader {
            page,
            file,
            definitions: Vec::new(),
            called: BTreeMap::new(),
            defined: BTreeSet::new(),
            numbers_are_marks: true,
            every_line: false,
            marks_headings: false,
            kept_ends: BTreeSet::new(),
            passages: Vec::new(),
            footnotes: Vec::new(),
            left_out: Vec::new(),
            notices: Notices::default(),
            covered: Vec::new(),
            frames: Vec::new(),
            text: None,
            builder: Builder::default(),
            pending: String::new(),
            pending_line: 1,
            taken: BTreeSet::new(),
            opened: Vec::new(),
            last_end: 0,
            openers: 0,
            picture: None,
            code: None,
            aligns: Vec::new(),
            typed_heading: None,
            preformatted: 0,
            spacers: 0,
            dashes: Vec::new(),
            habit: DashHabit::default(),
        }
    }

    /// Looks over the whole page before any of it is read.
    pub(super) fn survey(&mut self, events: &[(Event, Range<usize>)]) {
        let (mut breaks, mut long) = (0usize, 0usize);
        let mut used: BTreeSet<String> = BTreeSet::new();
        for (event, range) in events {
            match event {
                Event::SoftBreak => {
                    let line = self.page.line(range.start);
                    breaks += 1;
                    long += usize::from(self.page.source_line(line).chars().count() > LONGEST_WRAPPED);
                }
                Event::Start(MarkdownTag::Paragraph) => self.survey_paragraph(range),
                Event::Start(MarkdownTag::Heading { .. }) => {
                    let typed = self.page.text[range.clone()].trim();
                    self.marks_headings |= !typed.contains('\n') && has_words(typed);
                }
                Event::FootnoteReference(label) => {
                    let order = self.called.len();
                    self.called.entry(label.to_string()).or_insert(order);
                    self.numbers_are_marks &= label.bytes().all(|byte| byte.is_ascii_digit());
                }
                Event::Start(MarkdownTag::Link { link_type, id, .. } | MarkdownTag::Image { link_type, id, .. })
                    if is_reference(*link_type) =>
                {
                    used.insert(fold(id));
                }
                _ => {}
            }
        }
        for definition in &mut self.definitions {
            definition.used = used.contains(&definition.label);
        }
        self.every_line = long >= 3 && long * 5 >= breaks;
        if self.every_line {
            self.notices.add(Notice::LinesAreParagraphs, 1, "");
        }
    }

    /// Finds lines of a paragraph that stand for themselves: verse, and the lines of a header.
    pub(super) fn survey_paragraph(&mut self, range: &Range<usize>) {
        let numbers = self.page.lines(range);
        if numbers.len() < 2 {
            return;
        }
        let page = self.page;
        let lines: Vec<&str> = numbers.clone().map(|number| page::past_containers(page.source_line(number))).collect();
        let ends = habits::kept_ends(&lines);
        let soft = |line: &str| !line.ends_with("  ") && !line.ends_with('\\');
        if lines.iter().zip(&ends).any(|(line, kept)| *kept && soft(line)) {
            self.notices.add(Notice::LinesKept, numbers.start, lines[0]);
        }
        self.kept_ends.extend(numbers.zip(ends).filter(|(_, kept)| *kept).map(|(number, _)| number));
    }

    pub(super) fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(end) => self.end(end, range),
            Event::Text(text) => {
                self.covered.push(range.clone());
                match (&mut self.code, &mut self.picture) {
                    (Some(code), _) => code.push_str(&self.page.restored(&text)),
                    (None, Some(picture)) => picture.alt.push_str(&self.page.restored(&text)),
                    (None, None) => self.add(&text, &range),
                }
                self.last_end = range.end;
            }
            Event::Code(text) => {
                self.covered.push(range.clone());
                let text = self.page.restored(&text);
                if let Some(picture) = &mut self.picture {
                    picture.alt.push_str(&text);
                } else {
                    self.flush();
                    self.begin_if_none(&range);
                    self.openers += 1;
                    let opener = Opener::Markdown(self.openers);
                    self.builder.open(opener, Mark::Style(Style::Code));
                    self.see_words(&text, self.page.line(range.end.max(1) - 1));
                    self.builder.text(&text);
                    self.builder.close(opener);
                }
                self.last_end = range.end;
            }
            // Only a page without placeholders has any; its tags stay as they are typed.
            Event::Html(html) | Event::InlineHtml(html) => {
                self.covered.push(range.clone());
                self.add(&html, &range);
            }
            Event::FootnoteReference(label) => {
                self.covered.push(range.clone());
                self.flush();
                self.begin_if_none(&range);
                let key = self.note_key(&label);
                self.builder.push(Inline::NoteRef(key));
                self.last_end = range.end;
            }
            Event::SoftBreak => self.line_ends(&range),
            Event::HardBreak => {
                if let Some(picture) = &mut self.picture {
                    picture.alt.push(' ');
                } else {
                    self.flush();
                    if self.kept_ends.contains(&self.page.line(range.start)) {
                        self.cut();
                    } else {
                        self.builder.push(Inline::LineBreak);
                    }
                }
            }
            Event::Rule => {
                self.end_text();
                let lines = self.lines(&range);
                self.emit(Passage { kind: PassageKind::Rule, ..Passage::paragraph(lines, Vec::new()) });
            }
            Event::TaskListMarker(done) => {
                self.covered.push(range.clone());
                self.begin_if_none(&range);
                self.builder.text(if done { "☑ " } else { "☐ " });
            }
            // Not asked for.
            Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.covered.push(range.clone());
                self.add(&text, &range);
            }
        }
    }

    pub(super) fn start(&mut self, tag: MarkdownTag<'_>, range: Range<usize>) {
        match tag {
            MarkdownTag::Paragraph | MarkdownTag::HtmlBlock => {
                self.end_text();
                self.begin(TextShape::Paragraph, &range);
            }
            MarkdownTag::Heading { level, .. } => {
                self.end_text();
                let underlined = self.page.text[range.clone()].trim_end().contains('\n');
                let level = heading_level(level);
                let shape = if underlined { TextShape::Underlined(level) } else { TextShape::Marked(level) };
                self.begin(shape, &range);
            }
            MarkdownTag::BlockQuote(_) => self.push_frame(Frame::Quote(Vec::new())),
            MarkdownTag::CodeBlock(kind) => {
                self.end_text();
                self.code = Some(String::new());
                if let CodeBlockKind::Fenced(info) = kind
                    && !info.is_empty()
                {
                    let line = self.page.text[range.clone()].lines().next().map_or(0, str::len);
                    self.covered.push(range.start..range.start + line);
                }
            }
            MarkdownTag::List(start) => self.push_frame(Frame::List { start, items: Vec::new(), range }),
            MarkdownTag::Item => {
                // An item that a tab indents begins before its tab, or before the line end in front of it.
                let text = &self.page.text[range.clone()];
                let start = range.start + (text.len() - text.trim_start().len());
                let text = &self.page.text[start..range.end.max(start)];
                let digits = text.bytes().take_while(u8::is_ascii_digit).count();
                let marker = text.get(..digits + 1).unwrap_or_default().to_owned();
                if matches!(self.frames.last(), Some(Frame::List { .. })) {
                    self.covered.push(start..start + marker.len());
                }
                let range = start..range.end.max(start);
                let lines = self.page.lines(&range);
                self.push_frame(Frame::Item(Item { marker, lines, passages: Vec::new() }));
            }
            MarkdownTag::FootnoteDefinition(label) => {
                let prefix = self.page.text[range.clone()].find("]:").map_or(0, |end| end + 2);
                self.covered.push(range.start..range.start + prefix);
                self.push_frame(Frame::Footnote { label: label.to_string(), passages: Vec::new(), range });
            }
            MarkdownTag::Table(_) => {
                self.push_frame(Frame::Table { head: Vec::new(), rows: Vec::new(), row: Vec::new(), range });
            }
            MarkdownTag::TableHead | MarkdownTag::TableRow => {}
            MarkdownTag::TableCell => self.begin(TextShape::Cell, &range),
            MarkdownTag::Emphasis => self.open(Mark::Style(Style::Emphasis), &range),
            MarkdownTag::Strong => self.open(Mark::Style(Style::Strong), &range),
            MarkdownTag::Strikethrough if !self.page.text[range.clone()].starts_with("~~") => {
                self.add("~", &range);
                self.opened.push(Opened::Tilde);
            }
            MarkdownTag::Strikethrough => self.open(Mark::Style(Style::Strikethrough), &range),
            MarkdownTag::Superscript => self.open(Mark::Style(Style::Superscript), &range),
            MarkdownTag::Subscript => self.open(Mark::Style(Style::Subscript), &range),
            MarkdownTag::Link { link_type, dest_url, title, .. } => {
                self.start_link(link_type, &dest_url, &title, range)
            }
            MarkdownTag::Image { dest_url, title, .. } => {
                self.flush();
                self.begin_if_none(&range);
                self.covered.push(range.clone());
                let line = self.page.line(range.start);
                match &mut self.picture {
                    Some(picture) => {
                        picture.inner += 1;
                        let key = self.page.restored(&dest_url).into_owned();
                        self.leave_out(DropReason::Address, key, line);
                    }
                    None => {
                        let (key, title) = (self.page.restored(&dest_url), self.page.restored(&title));
                        self.picture = Some(Picture {
                            key: key.into_owned(),
                            title: title.into_owned(),
                            alt: String::new(),
                            inner: 0,
                            line,
                        });
                    }
                }
            }
            // Not asked for.
            MarkdownTag::DefinitionList
            | MarkdownTag::DefinitionListTitle
            | MarkdownTag::DefinitionListDefinition
            | MarkdownTag::MetadataBlock(_) => {}
        }
    }

    pub(super) fn end(&mut self, end: TagEnd, range: Range<usize>) {
        match end {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.end_text(),
            TagEnd::Heading(_) => self.end_heading(&range),
            TagEnd::BlockQuote(_) => {
                if let Some(Frame::Quote(passages)) = self.pop_frame() {
                    self.emit_quote(passages, &range);
                }
            }
            TagEnd::CodeBlock => self.end_code(&range),
            TagEnd::List(_) => {
                if let Some(Frame::List { start, items, range }) = self.pop_frame() {
                    self.end_list(start, items, range);
                }
            }
            TagEnd::Item => {
                if let Some(Frame::Item(item)) = self.pop_frame()
                    && let Some(Frame::List { items, .. }) = self.frames.last_mut()
                {
                    items.push(item);
                }
            }
            TagEnd::FootnoteDefinition => {
                if let Some(Frame::Footnote { label, passages, range }) = self.pop_frame() {
                    self.end_footnote(label, passages, &range);
                }
            }
            TagEnd::Table => {
                if let Some(Frame::Table { head, rows, range, .. }) = self.pop_frame() {
                    let lines = self.lines(&range);
                    self.emit_closed(Block::Table(Table { head, rows }), lines);
                }
            }
            TagEnd::TableHead => {
                if let Some(Frame::Table { head, row, .. }) = self.frames.last_mut() {
                    *head = std::mem::take(row);
                }
            }
            TagEnd::TableRow => {
                if let Some(Frame::Table { rows, row, .. }) = self.frames.last_mut() {
                    rows.push(std::mem::take(row));
                }
            }
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link => self.close(&range),
            TagEnd::Image => self.end_picture(),
            TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::MetadataBlock(_) => {}
        }
        if !matches!(end, TagEnd::Link) {
            self.last_end = range.end;
        }
    }

    pub(super) fn lines(&self, range: &Range<usize>) -> Lines {
        Lines::new(self.file, self.page.lines(range))
    }

    pub(super) fn emit_closed(&mut self, block: Block, lines: Lines) {
        self.emit(Passage { kind: PassageKind::Closed(block), ..Passage::paragraph(lines, Vec::new()) });
    }

    /// Puts a passage where it belongs: into the innermost block that holds passages, or on the page.
    pub(super) fn emit(&mut self, mut passage: Passage) {
        let holder = self.frames.iter_mut().rev().find_map(|frame| match frame {
            Frame::Quote(passages)
            | Frame::TypedQuote(passages)
            | Frame::Item(Item { passages, .. })
            | Frame::Footnote { passages, .. } => Some(passages),
            Frame::List { .. } | Frame::Table { .. } | Frame::Flat => None,
        });
        match holder {
            Some(passages) => passages.push(passage),
            None => {
                if let Some(before) = self.passages.last() {
                    let between = before.lines.end..passage.lines.start;
                    let empty = between.filter(|line| self.page.source_line(*line).trim().is_empty()).count();
                    passage.gap = (empty.min(usize::from(u16::MAX)) as u16).saturating_add(self.spacers);
                }
                self.spacers = 0;
                self.passages.push(passage);
            }
        }
    }

    pub(super) fn leave_out(&mut self, reason: DropReason, text: String, line: u32) {
        if has_words(&text) {
            let last = line + text.matches('\n').count() as u32;
            self.left_out.push(Dropped { reason, text, lines: Lines::new(self.file, line..last + 1) });
        }
    }

    pub(super) fn finish(mut self) -> (Manuscript, Vec<Diagnostic>) {
        self.end_text();
        while !self.frames.is_empty() {
            // Markdown closes what it opens; only tags leave anything.
            self.pop_frame();
        }
        for Definition { span, title, used, .. } in std::mem::take(&mut self.definitions) {
            let line = self.page.line(span.start);
            if used {
                self.leave_out(DropReason::Tooltip, self.page.restored(&title).into_owned(), line);
            } else {
                let typed = self.page.restored(&self.page.text[span.clone()]).into_owned();
                self.notices.add(Notice::DefinitionUnused, line, &typed);
                self.leave_out(DropReason::Address, typed, line);
            }
            self.covered.push(span);
        }
        self.unroll_speech();
        self.recover();
        self.footnotes.sort_by_key(|(order, _)| *order);
        self.left_out.sort_by_key(|dropped| dropped.lines);
        let page = PageHabits {
            marks_are_typed: false,
            wrapped_at: None,
            paragraphs: if self.every_line { ParagraphHabit::EveryLine } else { ParagraphHabit::EmptyLine },
            usual_gap: usual_gap(&self.passages),
        };
        let manuscript = Manuscript {
            passages: self.passages,
            footnotes: self.footnotes.into_iter().map(|(_, note)| note).collect(),
            left_out: self.left_out,
            page,
            ..Manuscript::default()
        };
        (manuscript, self.notices.into_diagnostics())
    }
}

fn heading_level(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

pub(super) fn is_reference(link_type: LinkType) -> bool {
    matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut)
}

/// Whether there is a word in a text that may be lost.
pub(super) fn has_words(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}
