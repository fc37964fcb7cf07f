//! Running text: where a paragraph begins and ends, what its placeholders stand for, and whether a line below it makes it a
//! heading.

use std::ops::Range;

use crate::model::block::{Block, Image};
use crate::model::manuscript::{Lines, Passage, PassageKind};
use crate::model::story::DropReason;
use crate::model::text::{Inline, Inlines, plain, plain_with};

use super::divs;
use super::events::{Frame, Reader, Text, TextShape, has_words};
use super::habits;
use super::notices::Notice;
use super::page::{PieceKind, Stretch};

impl Reader<'_> {
    pub(super) fn begin(&mut self, shape: TextShape, range: &Range<usize>) {
        let line = self.page.line(range.start);
        self.text = Some(Text {
            shape,
            lines: line..line + 1,
            align: None,
            was_cut: false,
            is_spacer: false,
            titles: Vec::new(),
        });
    }

    /// Text of a tight list stands in its item without a paragraph.
    pub(super) fn begin_if_none(&mut self, range: &Range<usize>) {
        if self.text.is_none() {
            self.begin(TextShape::Paragraph, range);
        }
    }

    pub(super) fn add(&mut self, text: &str, range: &Range<usize>) {
        if let Some(picture) = &mut self.picture {
            picture.alt.push_str(&self.page.restored(text));
            return;
        }
        self.begin_if_none(range);
        self.pending.push_str(text);
        self.pending_line = self.page.line(range.start);
    }

    pub(super) fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        let line = self.pending_line;
        let page = self.page;
        for stretch in page.stretches(&pending) {
            if let Stretch::Piece(piece) = stretch
                && !matches!(piece.kind, PieceKind::Typed | PieceKind::Rest)
            {
                self.taken.insert(piece.head);
            }
            match stretch {
                Stretch::Text(text) => self.write(text, line),
                // The first line was given out as text, so this one is too.
                Stretch::Piece(piece) if piece.kind == PieceKind::Rest && !self.taken.contains(&piece.head) => {
                    self.write(page.typed(piece), line);
                }
                Stretch::Piece(piece) => match &piece.kind {
                    PieceKind::Typed => self.write(page.typed(piece), line),
                    PieceKind::Tag(tag) => self.tag(tag, piece, line),
                    PieceKind::Comment => {
                        self.builder.gap();
                        let typed = page.whole(piece);
                        let words = typed.trim_start_matches("<!--").trim_end_matches("-->").trim();
                        if has_words(words) {
                            self.notices.add(Notice::CommentLeftOut, line, words);
                            self.leave_out(DropReason::Comment, words.to_owned(), line);
                        }
                    }
                    PieceKind::Program => {
                        self.builder.gap();
                        let typed = page.whole(piece);
                        self.notices.add(Notice::ProgramLeftOut, line, &typed);
                        self.leave_out(DropReason::Program, typed, line);
                    }
                    PieceKind::Rest => self.builder.gap(),
                },
            }
        }
    }

    pub(super) fn write(&mut self, text: &str, line: u32) {
        self.see_words(text, line);
        self.builder.text(text);
    }

    /// Notes where the words of a text stand.
    pub(super) fn see_words(&mut self, words: &str, line: u32) {
        let align = self.aligns.iter().rev().find_map(|(_, align)| *align);
        let nothing_yet = self.builder.is_empty();
        if let Some(text) = &mut self.text
            && !words.trim().is_empty()
        {
            if nothing_yet {
                text.lines = line..line + 1;
                text.align = align;
            }
            text.lines.end = text.lines.end.max(line + 1);
        }
    }

    pub(super) fn line_ends(&mut self, range: &Range<usize>) {
        if let Some(picture) = &mut self.picture {
            picture.alt.push(' ');
            return;
        }
        self.flush();
        let line = self.page.line(range.start);
        let (this, next) = (self.page.text_line(line), self.page.text_line(line + 1));
        let ornament =
            |text: &str| habits::is_ornament(self.page.restored(text.trim_start_matches([' ', '\t', '>'])).as_ref());
        if self.preformatted > 0 {
            self.builder.push(Inline::LineBreak);
        } else if self.every_line || self.kept_ends.contains(&line) || ornament(this) || ornament(next) {
            self.cut();
        } else if self.page.ends_itself(line) && self.page.ends_itself(line + 1) {
            // Markdown keeps the line ends of indented text too.
            self.cut();
        } else {
            self.builder.space();
        }
    }

    /// Ends the paragraph here; what follows begins another one.
    pub(super) fn cut(&mut self) {
        let Some(text) = &mut self.text else { return };
        if matches!(text.shape, TextShape::Marked(_) | TextShape::Cell) {
            self.builder.space();
            return;
        }
        text.was_cut = true;
        let inlines = self.builder.split();
        let end = text.lines.end;
        let done = Text {
            shape: TextShape::Paragraph,
            lines: text.lines.clone(),
            align: text.align,
            was_cut: true,
            is_spacer: std::mem::take(&mut text.is_spacer),
            titles: std::mem::take(&mut text.titles),
        };
        text.lines = end.max(1) - 1..end;
        text.align = None;
        self.emit_text(done, inlines);
    }

    /// Ends running text that has no end of its own.
    pub(super) fn end_text(&mut self) {
        self.flush();
        if let Some(text) = self.text.take() {
            let inlines = self.builder.finish();
            self.emit_text(text, inlines);
        }
    }

    pub(super) fn emit_text(&mut self, text: Text, mut inlines: Inlines) {
        let lines = Lines::new(self.file, text.lines.clone());
        if let [Inline::Image { key, alt }] = &mut inlines[..] {
            let mut titles = text.titles.into_iter();
            let caption: Inlines = titles.next().map(|(title, _)| Inline::Text(title)).into_iter().collect();
            let image = Image { key: std::mem::take(key), alt: std::mem::take(alt), caption };
            self.emit_closed(Block::Image(image), lines);
            return;
        }
        for (title, line) in text.titles {
            self.leave_out(DropReason::Tooltip, title, line);
        }
        if is_blank(&inlines) {
            // `&nbsp;` or `<br>` alone in a paragraph is how drafts hold scenes apart.
            let is_spacer = self.frames.is_empty() && (text.is_spacer || !inlines.is_empty());
            self.spacers = self.spacers.saturating_add(u16::from(is_spacer));
            return;
        }
        let kind = match self.typed_heading {
            Some(level) => PassageKind::Heading { level, inlines },
            None => PassageKind::Paragraph(inlines),
        };
        let indent = if self.frames.is_empty() { self.page.indent(lines.start) } else { 0 };
        let align = text.align.unwrap_or_default();
        self.emit(Passage { indent, align, kind, ..Passage::paragraph(lines, Vec::new()) });
    }

    pub(super) fn end_heading(&mut self, range: &Range<usize>) {
        self.flush();
        let Some(text) = self.text.take() else { return };
        let mut inlines = self.builder.finish();
        let lines = self.lines(range);
        let align = text.align.unwrap_or_default();
        match text.shape {
            TextShape::Marked(level) => {
                let words = plain(&inlines);
                let only = inlines.len() == 1;
                if !has_words(&words) && !inlines.iter().any(|inline| matches!(inline, Inline::Image { .. })) {
                    // `###` and `# # #` stand between scenes.
                    self.emit_typed(range);
                    return;
                }
                let attributes = habits::heading_attributes(words.trim_end());
                // A chapter within a quote or list is none.
                let role = attributes.and_then(divs::role).filter(|_| self.frames.is_empty());
                if let Some(attributes) = attributes
                    && let Some(Inline::Text(last)) = inlines.last_mut()
                    && let Some(rest) = last.trim_end().strip_suffix(attributes)
                {
                    let rest = rest.trim_end().to_owned();
                    if rest.is_empty() && only {
                        if role.is_some() {
                            self.emit(Passage::chapter_start(lines, level, role, Inlines::new()));
                            return;
                        }
                        self.emit_typed(range);
                        return;
                    }
                    *last = rest;
                    inlines.retain(|inline| !matches!(inline, Inline::Text(text) if text.is_empty()));
                }
                for (title, line) in text.titles {
                    self.leave_out(DropReason::Tooltip, title, line);
                }
                if !inlines.is_empty() {
                    let kind = match role {
                        Some(_) => PassageKind::ChapterStart { level, role, heading: inlines },
                        None => PassageKind::Heading { level, inlines },
                    };
                    self.emit(Passage { align, kind, ..Passage::paragraph(lines, Vec::new()) });
                }
            }
            TextShape::Underlined(level) => self.end_underlined(level, text, inlines, range),
            TextShape::Paragraph | TextShape::Cell => self.emit_text(text, inlines),
        }
    }

    /// A title with a line drawn below it, or the last lines of a scene before a break.
    pub(super) fn end_underlined(&mut self, level: u8, text: Text, inlines: Inlines, range: &Range<usize>) {
        let typed = self.page.text[range.clone()].trim_end();
        let (above, underline) = typed.rsplit_once('\n').unwrap_or((typed, ""));
        let underline = underline.trim_start_matches([' ', '\t', '>']).trim_end();
        let words = plain_with(&inlines, '\n');
        let one_line = !above.contains('\n') && !text.was_cut;
        if one_line && has_words(&words) && habits::is_title(words.trim(), underline.len(), self.marks_headings) {
            let lines = self.lines(range);
            let align = text.align.unwrap_or_default();
            for (title, line) in text.titles {
                self.leave_out(DropReason::Tooltip, title, line);
            }
            let kind = PassageKind::Heading { level, inlines };
            self.emit(Passage { align, kind, ..Passage::paragraph(lines, Vec::new()) });
            return;
        }
        let last_line = self.lines(range).end.max(2) - 1;
        if has_words(&words) {
            let sentence = words.trim().rsplit('\n').next().unwrap_or_default().to_owned();
            self.notices.add(Notice::RuleNotHeading, last_line, &sentence);
        }
        self.emit_text(Text { shape: TextShape::Paragraph, ..text }, inlines);
        let lines = Lines::new(self.file, last_line..last_line + 1);
        let kind = match level {
            // `===` is no rule for Markdown.
            1 => PassageKind::Paragraph(vec![Inline::text(underline)]),
            _ => PassageKind::Rule,
        };
        self.emit(Passage { kind, ..Passage::paragraph(lines, Vec::new()) });
    }

    pub(super) fn end_cell(&mut self) {
        self.flush();
        let Some(text) = self.text.take() else { return };
        for (title, line) in text.titles {
            self.leave_out(DropReason::Tooltip, title, line);
        }
        let inlines = self.builder.finish();
        match self.frames.last_mut() {
            Some(Frame::Table { row, .. }) => row.push(inlines),
            // The table is too deep to be one.
            _ if inlines.is_empty() => {}
            _ => self.emit(Passage::paragraph(Lines::new(self.file, text.lines), inlines)),
        }
    }

    pub(super) fn end_code(&mut self, range: &Range<usize>) {
        let Some(code) = self.code.take() else { return };
        let lines = self.lines(range);
        let code = code.trim_end_matches('\n');
        let fenced = self.page.text[range.clone()].trim_start().starts_with(['`', '~']);
        if fenced && !code.is_empty() {
            self.emit_closed(Block::Preformatted(code.to_owned()), lines);
        } else {
            // Indentation within more indentation than anybody takes off.
            for line in code.lines().map(str::trim).filter(|line| !line.is_empty()) {
                self.emit(Passage::paragraph(lines, vec![Inline::text(line)]));
            }
        }
    }
}

/// Whether running text shows nothing.
fn is_blank(inlines: &Inlines) -> bool {
    inlines.iter().all(|inline| match inline {
        Inline::Text(text) => text.trim().is_empty(),
        Inline::Styled(_, inner) | Inline::Link { inlines: inner, .. } | Inline::Foreign { inlines: inner, .. } => {
            is_blank(inner)
        }
        Inline::LineBreak | Inline::SoftBreak => true,
        Inline::NoteRef(_) | Inline::Image { .. } => false,
    })
}
