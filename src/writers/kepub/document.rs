//! One document of a book made over for Kobo: wrappers around the body, and every sentence in a span with a number.
//!
//! It is done on the text of the document as it passes, so what it costs is the length of the document. Characters of the
//! text stay as they are; tags stay as they were written, but nothing that may hold something closes itself, because Kobo
//! reads some documents as HTML.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write;

use quick_xml::escape::resolve_html5_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::sentences::sentences;
use crate::model::markup::is_void;
use crate::writers::epub::is_forbidden;

/// Bytes of the largest document that is written. A page of nothing but full stops grows thirtyfold.
const LARGEST: usize = 32 << 20;

/// What Kobo's own books have at the end of `head`, without its colours and sizes, which are the book's affair.
const STYLE: &str =
    "<style type=\"text/css\" class=\"kobostylehacks\">div#book-inner { margin-top: 0; margin-bottom: 0; }</style>";

/// Why a document cannot be made over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It is no well-formed XHTML with a `body`.
    IllFormed,
    /// It would be larger than any page that a person wrote.
    TooLarge,
}

impl From<quick_xml::Error> for Unfit {
    fn from(_: quick_xml::Error) -> Self {
        Unfit::IllFormed
    }
}

/// A document of XHTML with Kobo's wrappers and spans; one that has them already keeps those it has.
///
/// The result is UTF-8 and says so. What comes out has the characters of what went in, and every `id` but once.
///
/// # Errors
/// When the document is not well-formed, or would grow beyond measure.
pub fn document(text: &str) -> Result<String, Unfit> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let already = Already::of(text)?;
    let mut making = Making {
        out: String::with_capacity(text.len() + text.len() / 2),
        // With spans of its own, the document keeps its numbers.
        spans: !already.spans,
        already,
        open: Vec::new(),
        pending: String::new(),
        body: Body::Ahead,
        kept: None,
        paragraph: 0,
        sentence: 0,
        next_paragraph: false,
    };
    making.document(text)?;
    Ok(making.out)
}

fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    reader
}

/// What a document has already.
#[derive(Default)]
struct Already {
    spans: bool,
    wrappers: bool,
    style: bool,
    /// Identifiers of the form that spans have.
    taken: HashSet<String>,
}

impl Already {
    fn of(text: &str) -> Result<Self, Unfit> {
        let has = |what: &str| memchr::memmem::find(text.as_bytes(), what.as_bytes()).is_some();
        let mut already = Already { style: has("kobostylehacks"), ..Already::default() };
        if !["koboSpan", "book-columns", "book-inner", "kobo."].into_iter().any(has) {
            return Ok(already);
        }
        let mut reader = reader(text);
        loop {
            let start = match reader.read_event()? {
                Event::Start(start) | Event::Empty(start) => start,
                Event::Eof => return Ok(already),
                _ => continue,
            };
            for attribute in start.attributes().flatten() {
                let value = &*attribute.value;
                match attribute.key.0 {
                    "class" => already.spans |= value.split_ascii_whitespace().any(|class| class == "koboSpan"),
                    "id" if matches!(value, "book-columns" | "book-inner") => already.wrappers = true,
                    "id" if value.starts_with("kobo.") => drop(already.taken.insert(value.to_owned())),
                    _ => {}
                }
            }
        }
    }
}

#[derive(PartialEq, Eq)]
enum Body {
    Ahead,
    /// Within so many elements.
    Open(usize),
    Closed,
}

struct Making<'t> {
    out: String,
    already: Already,
    spans: bool,
    /// Names of the elements that are open.
    open: Vec<&'t str>,
    /// Characters of a text that is not at its end.
    pending: String,
    body: Body,
    /// How many elements were open when one began whose contents are kept as they are.
    kept: Option<usize>,
    paragraph: usize,
    sentence: usize,
    /// Whether the next span begins a paragraph: those that hold nothing are not counted.
    next_paragraph: bool,
}

impl<'t> Making<'t> {
    fn document(&mut self, text: &'t str) -> Result<(), Unfit> {
        let mut reader = reader(text);
        let mut from = 0;
        self.out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
        let mut is_declared = false;
        loop {
            let event = reader.read_event()?;
            let to = usize::try_from(reader.buffer_position()).map_err(|_| Unfit::TooLarge)?;
            let written = text.get(from..to).ok_or(Unfit::IllFormed)?;
            from = to;
            match &event {
                Event::Text(piece) => {
                    self.pending.push_str(&piece.xml10_content());
                    continue;
                }
                Event::CData(piece) => {
                    self.pending.push_str(&piece.xml10_content());
                    continue;
                }
                Event::GeneralRef(reference) => {
                    self.refer(reference)?;
                    continue;
                }
                // What stands before the first element, if anything does, begins on a line of its own.
                Event::Decl(_) => is_declared = true,
                _ if !is_declared => {
                    is_declared = true;
                    self.pending.insert(0, '\n');
                }
                _ => {}
            }
            self.end_text()?;
            match event {
                Event::Start(start) => self.start(&start, written, false)?,
                Event::Empty(start) => self.start(&start, written, true)?,
                Event::End(_) => self.end(),
                Event::Comment(_) | Event::PI(_) => self.out.push_str(written),
                // An own subset could declare anything.
                Event::DocType(kind) if kind.contains('[') => self.out.push_str("<!DOCTYPE html>"),
                Event::DocType(_) => self.out.push_str(written),
                Event::Eof if self.open.is_empty() && self.body == Body::Closed => return Ok(()),
                Event::Eof => return Err(Unfit::IllFormed),
                Event::Decl(_) | Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {}
            }
            if self.out.len() > LARGEST {
                return Err(Unfit::TooLarge);
            }
        }
    }

    fn start(&mut self, start: &BytesStart, written: &'t str, is_closed: bool) -> Result<(), Unfit> {
        let length = start.name().0.len();
        let name = written.get(1..1 + length).ok_or(Unfit::IllFormed)?;
        let is_picture = name == "img" && self.numbers();
        if self.numbers() {
            match name {
                "p" | "ol" | "ul" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.next_paragraph = true,
                "img" => {
                    self.paragraph += 1;
                    self.sentence = 0;
                    self.next_paragraph = false;
                    self.open_span();
                }
                _ if is_kept(name) => self.kept = Some(self.open.len()),
                _ => {}
            }
        }
        self.tag(start, name, written)?;
        let is_void = is_void(name);
        self.out.push_str(if is_void { "/>" } else { ">" });
        if is_picture {
            self.out.push_str("</span>");
        }
        self.open.push(name);
        if name == "body" && self.body == Body::Ahead {
            self.body = Body::Open(self.open.len() - 1);
            if !self.already.wrappers {
                self.out.push_str("<div id=\"book-columns\"><div id=\"book-inner\">");
            }
        }
        if is_closed {
            self.end();
        }
        Ok(())
    }

    /// A start tag without its end: as it was written, unless something in it is no XML.
    fn tag(&mut self, start: &BytesStart, name: &str, written: &str) -> Result<(), Unfit> {
        let states_encoding = name == "meta" && written.contains("charset");
        let as_written = !states_encoding && !written.contains('&');
        let mut attributes = start.attributes();
        if as_written {
            // Looked through all the same: two of one name or a value without quotes is no XML.
            if written[1..].contains('<') || attributes.any(|attribute| attribute.is_err()) {
                return Err(Unfit::IllFormed);
            }
            let inner = written.trim_end_matches('>').trim_end_matches('/').trim_end();
            self.out.push_str(inner);
            return Ok(());
        }
        self.out.push('<');
        self.out.push_str(name);
        for attribute in attributes {
            let attribute = attribute.map_err(|_| Unfit::IllFormed)?;
            let value = attribute.normalized_value_with(XmlVersion::Explicit1_0, 1, resolve_html5_entity)?;
            let value = match attribute.key.0 {
                "charset" => Cow::Borrowed("utf-8"),
                "content" if states_encoding => Cow::Borrowed("text/html; charset=utf-8"),
                _ => value,
            };
            self.out.push(' ');
            self.out.push_str(attribute.key.0);
            self.out.push_str("=\"");
            escape(&mut self.out, &value, true);
            self.out.push('"');
        }
        Ok(())
    }

    fn end(&mut self) {
        let Some(name) = self.open.pop() else { return };
        if self.kept == Some(self.open.len()) {
            self.kept = None;
        }
        match name {
            "body" if self.body == Body::Open(self.open.len()) => {
                self.body = Body::Closed;
                if !self.already.wrappers {
                    self.out.push_str("</div></div>");
                }
            }
            "head" if self.body == Body::Ahead && !self.already.style => self.out.push_str(STYLE),
            _ => {}
        }
        if !is_void(name) {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    fn refer(&mut self, reference: &BytesRef) -> Result<(), Unfit> {
        match reference.resolve_char_ref()? {
            Some(character) => self.pending.push(character),
            None => self.pending.push_str(resolve_html5_entity(reference).ok_or(Unfit::IllFormed)?),
        }
        Ok(())
    }

    /// Whether sentences and pictures here are numbered.
    fn numbers(&self) -> bool {
        self.spans && matches!(self.body, Body::Open(_)) && self.kept.is_none()
    }

    fn end_text(&mut self) -> Result<(), Unfit> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let text = std::mem::take(&mut self.pending);
        let parent = self.open.last().copied().unwrap_or_default();
        if self.numbers() {
            for sentence in sentences(&text) {
                if parent != "p" && sentence.chars().all(char::is_whitespace) {
                    escape(&mut self.out, sentence, false);
                    continue;
                }
                if self.next_paragraph {
                    self.paragraph += 1;
                    self.sentence = 0;
                    self.next_paragraph = false;
                }
                self.open_span();
                escape(&mut self.out, sentence, false);
                self.out.push_str("</span>");
                if self.out.len() > LARGEST {
                    return Err(Unfit::TooLarge);
                }
            }
        } else if matches!(parent, "style" | "script") && !text.contains(['<', '&']) {
            self.out.push_str(&text);
        } else {
            escape(&mut self.out, &text, false);
        }
        // The room that it took is used again.
        self.pending = text;
        self.pending.clear();
        Ok(())
    }

    fn open_span(&mut self) {
        loop {
            self.sentence += 1;
            let taken = &self.already.taken;
            if taken.is_empty() || !taken.contains(&format!("kobo.{}.{}", self.paragraph, self.sentence)) {
                break;
            }
        }
        // Writing into a string cannot fail.
        _ = write!(self.out, "<span class=\"koboSpan\" id=\"kobo.{}.{}\">", self.paragraph, self.sentence);
    }
}

/// Elements whose contents are no sentences, or no text of the book.
fn is_kept(name: &str) -> bool {
    let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
    matches!(local, "script" | "style" | "pre" | "audio" | "video" | "svg" | "math")
}

/// Escapes for XML and HTML alike; a space that does not break is written as a number, as Kobo's books do.
fn escape(out: &mut String, text: &str, in_attribute: bool) {
    let mut copied = 0;
    for (at, character) in text.char_indices() {
        let replacement = match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' if in_attribute => "&quot;",
            '\u{a0}' => "&#160;",
            // A parser would read it as a line end of its own.
            '\r' => "&#13;",
            '\u{85}' => " ",
            // Nothing that XML forbids can be written, by number or otherwise.
            character if is_forbidden(character) => "",
            _ => continue,
        };
        out.push_str(&text[copied..at]);
        out.push_str(replacement);
        copied = at + character.len_utf8();
    }
    out.push_str(&text[copied..]);
}
