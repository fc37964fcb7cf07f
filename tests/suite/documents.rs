//! Documents of word processors against what another converter found in them, where somebody has such pairs. They are not part of
//! this repository:
//!
//! ```sh
//! BINDERY_CORPUS=~/documents cargo test --test suite documents -- --ignored --nocapture
//! ```
//!
//! Beside `story.docx` stands `story.native`, the same in the notation of pandoc's own document model. Both are taken down to a list of
//! blocks with their words, and to what is marked in them; blocks of which both say the same agree. What the two readers see
//! differently for a reason is set alike first: see [`native`]. How many agree when nothing is set alike is printed beside it, and
//! with `BINDERY_STRICT=1` which do not: depths of headings, marks around the same words in another order, links within the document,
//! merged cells, code that is typed text to us.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bindery::model::block::{Block, List};
use bindery::model::manuscript::{Manuscript, PassageKind};
use bindery::model::text::{Inline, Style, plain};
use bindery::pipeline::{Options, Source, SourceFile, read};

/// A block as both sides can say it: what it is, its words, the words that are emphasised in it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    kind: String,
    words: String,
    marks: Vec<String>,
    /// The same with nothing set alike: where it stands, its words and signs as they are, every mark and link in its place.
    exact: String,
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace(['“', '”'], "\"").replace(['‘', '’'], "'")
}

impl Seen {
    fn new(kind: &str, path: &str, text: &str, mut marks: Vec<String>, inner: &str) -> Self {
        let exact = format!("{path}: {}", inner.split_whitespace().collect::<Vec<_>>().join(" "));
        marks.retain(|mark| mark.contains(char::is_alphanumeric));
        let mut words = words(text);
        match kind {
            // A number that the program counts, and boxes that it draws before items, belong to one reader's words only.
            "heading" => {
                words = words
                    .trim_start_matches(|first: char| first.is_ascii_digit() || matches!(first, '.' | ' '))
                    .to_owned()
            }
            "bullet" => words = words.trim_start_matches(['☐', '☒', ' ']).to_owned(),
            _ => {}
        }
        Seen { kind: kind.to_owned(), words, marks, exact }
    }
}

/// A term of the notation: a constructor with what follows it, a list, a tuple, a text, a number.
#[derive(Debug, Clone)]
enum Term {
    Name(String),
    Text(String),
    List(Vec<Term>),
    Tuple(Vec<Term>),
    /// A constructor and its fields.
    Made(String, Vec<Term>),
}

/// Reads the notation that a Haskell program prints.
struct Notation<'a> {
    text: &'a [u8],
    at: usize,
}

impl Notation<'_> {
    fn space(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    /// Terms up to a closing sign, each element cut at commas.
    fn elements(&mut self, close: u8) -> Vec<Term> {
        let mut out = Vec::new();
        loop {
            self.space();
            match self.text.get(self.at) {
                None => return out,
                Some(sign) if *sign == close => {
                    self.at += 1;
                    return out;
                }
                Some(b',') => self.at += 1,
                Some(_) => out.push(self.application(close)),
            }
        }
    }

    /// A constructor with all the fields that stand behind it.
    fn application(&mut self, close: u8) -> Term {
        let first = self.term();
        let Term::Name(name) = first else { return first };
        let mut fields = Vec::new();
        loop {
            self.space();
            match self.text.get(self.at) {
                None | Some(b',' | b'}') => break,
                Some(sign) if *sign == close => break,
                Some(_) => fields.push(self.term()),
            }
        }
        Term::Made(name, fields)
    }

    fn term(&mut self) -> Term {
        self.space();
        match self.text.get(self.at) {
            Some(b'[') => {
                self.at += 1;
                Term::List(self.elements(b']'))
            }
            Some(b'(') => {
                self.at += 1;
                let mut inner = self.elements(b')');
                if inner.len() == 1 { inner.remove(0) } else { Term::Tuple(inner) }
            }
            Some(b'{') => {
                self.at += 1;
                Term::Tuple(self.elements(b'}'))
            }
            Some(b'"') => self.quoted(),
            _ => {
                let from = self.at;
                while self
                    .text
                    .get(self.at)
                    .is_some_and(|byte| !byte.is_ascii_whitespace() && !b"[](){},\"".contains(byte))
                {
                    self.at += 1;
                }
                // A stray sign must not hold the reading up.
                self.at = self.at.max(from + 1);
                Term::Name(String::from_utf8_lossy(&self.text[from..self.at.min(self.text.len())]).into_owned())
            }
        }
    }

    fn quoted(&mut self) -> Term {
        self.at += 1;
        let mut out = Vec::new();
        while let Some(byte) = self.text.get(self.at) {
            self.at += 1;
            match byte {
                b'"' => break,
                b'\\' => match self.text.get(self.at) {
                    Some(b'&') => self.at += 1,
                    Some(b'n') => {
                        out.push(b'\n');
                        self.at += 1;
                    }
                    Some(b't') => {
                        out.push(b'\t');
                        self.at += 1;
                    }
                    Some(digit) if digit.is_ascii_digit() => {
                        let from = self.at;
                        while self.text.get(self.at).is_some_and(u8::is_ascii_digit) {
                            self.at += 1;
                        }
                        let code =
                            std::str::from_utf8(&self.text[from..self.at]).ok().and_then(|code| code.parse().ok());
                        let character = code.and_then(char::from_u32).unwrap_or('?');
                        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                    Some(other) => {
                        out.push(*other);
                        self.at += 1;
                    }
                    None => {}
                },
                other => out.push(*other),
            }
        }
        Term::Text(String::from_utf8_lossy(&out).into_owned())
    }
}

/// The blocks of a file in pandoc's notation.
///
/// Set alike: lines of code that one paragraph holds; definition lists are paragraphs; a figure is its picture and the caption; code is a paragraph; a link to a place in
/// the document is its words; what stands in a table is its words. A quotation is its paragraphs, as what is indented is a
/// matter of degree. A heading's own marks count for nothing.
fn native(text: &str) -> Vec<Seen> {
    let mut notation = Notation { text: text.as_bytes(), at: 0 };
    let mut terms = Vec::new();
    notation.space();
    if text.trim_start().starts_with("Pandoc") {
        notation.term();
        notation.term();
    }
    while notation.at < notation.text.len() {
        terms.push(notation.application(0));
        notation.space();
        if notation.text.get(notation.at) == Some(&b',') {
            notation.at += 1;
        }
    }
    let mut out = Vec::new();
    let blocks = match terms.as_slice() {
        [Term::List(blocks)] => blocks.clone(),
        _ => terms,
    };
    native_blocks(&blocks, "", "", &mut out);
    out
}

fn push(kind: &str, within: &str, path: &str, notes: &mut Vec<Vec<Term>>, out: &mut Vec<Seen>, inlines: &[Term]) {
    let (mut text, mut marks) = (String::new(), Vec::new());
    native_inlines(inlines, &mut text, &mut marks, notes);
    let mut exact = String::new();
    native_exact(inlines, &mut exact);
    let is_heading = kind == "heading";
    let kind = if within.is_empty() || is_heading { kind } else { within };
    let seen = Seen::new(kind, path, &text, if is_heading { Vec::new() } else { marks }, &exact);
    if !seen.words.is_empty() {
        out.push(seen);
    }
}

fn native_blocks(blocks: &[Term], within: &str, path: &str, out: &mut Vec<Seen>) {
    for block in blocks {
        let Term::Made(name, fields) = block else {
            if let Term::List(inner) | Term::Tuple(inner) = block {
                native_blocks(inner, within, path, out);
            }
            continue;
        };
        let mut notes = Vec::new();
        match (name.as_str(), fields.as_slice()) {
            ("Para" | "Plain", [Term::List(inlines)]) => push("paragraph", within, path, &mut notes, out, inlines),
            ("Header", [level, _, Term::List(inlines)]) => {
                let level = if let Term::Name(level) = level { level.as_str() } else { "" };
                push("heading", within, &format!("{path}heading {level}"), &mut notes, out, inlines)
            }
            ("LineBlock", [Term::List(lines)]) => lines.iter().for_each(|line| {
                if let Term::List(inlines) = line {
                    push("paragraph", within, &format!("{path}line"), &mut notes, out, inlines)
                }
            }),
            ("CodeBlock", [_, Term::Text(text)]) => {
                for line in text.lines().filter(|line| !line.trim().is_empty()) {
                    out.push(Seen::new("paragraph", &format!("{path}code"), line, Vec::new(), line));
                }
            }
            ("BulletList", [Term::List(items)]) => native_items(items, "bullet", &format!("{path}bullet "), out),
            ("OrderedList", [Term::Tuple(how), Term::List(items)]) => {
                let first =
                    if let Some(Term::Name(first) | Term::Made(first, _)) = how.first() { first.as_str() } else { "" };
                native_items(items, "numbered", &format!("{path}numbered from {first} "), out)
            }
            ("DefinitionList", [Term::List(items)]) => {
                for item in items {
                    if let Term::Tuple(parts) = item
                        && let [Term::List(term), definitions] = parts.as_slice()
                    {
                        push("paragraph", within, &format!("{path}term"), &mut notes, out, term);
                        native_blocks(std::slice::from_ref(definitions), within, &format!("{path}definition "), out);
                    }
                }
            }
            ("BlockQuote", [Term::List(inner)]) => native_blocks(inner, within, &format!("{path}quote "), out),
            ("Div", [_, Term::List(inner)]) => native_blocks(inner, within, path, out),
            ("Figure", [_, caption, Term::List(inner)]) => {
                native_blocks(inner, within, path, out);
                let _ = caption;
            }
            ("Table", fields) => {
                let mut text = String::new();
                fields.iter().for_each(|field| native_text(field, &mut text));
                let mut exact = String::new();
                fields.iter().for_each(|field| native_cells(field, &mut exact));
                out.push(Seen::new("table", &format!("{path}table"), &text, Vec::new(), &exact));
            }
            _ => {}
        }
        for note in notes {
            native_blocks(&note, "note", "note ", out);
        }
    }
}

fn native_items(items: &[Term], kind: &str, path: &str, out: &mut Vec<Seen>) {
    for (index, item) in items.iter().enumerate() {
        native_blocks(std::slice::from_ref(item), kind, &format!("{path}{index} "), out);
    }
}

/// The cells of a table, each with its marks; rows end in a stroke.
fn native_cells(term: &Term, out: &mut String) {
    match term {
        Term::Made(name, _) if name == "Caption" => {}
        Term::Made(name, fields) if name == "Cell" => {
            fields.iter().for_each(|field| native_cells(field, out));
            out.push_str(" | ");
        }
        Term::Made(name, fields) if name == "Row" => {
            let from = out.len();
            fields.iter().for_each(|field| native_cells(field, out));
            if out[from..].chars().all(|sign| matches!(sign, ' ' | '|')) {
                out.truncate(from);
            } else {
                out.push_str("/ ");
            }
        }
        Term::Made(name, fields) if matches!(name.as_str(), "Para" | "Plain") => {
            if let [Term::List(inlines)] = fields.as_slice() {
                native_exact(inlines, out);
                out.push(' ');
            }
        }
        Term::Made(_, fields) => fields.iter().for_each(|field| native_cells(field, out)),
        Term::List(inner) | Term::Tuple(inner) => inner.iter().for_each(|inner| native_cells(inner, out)),
        Term::Text(_) | Term::Name(_) => {}
    }
}

/// Words as they are, marks around them as `Emph[…]`, links with where they lead.
fn native_exact(inlines: &[Term], out: &mut String) {
    for inline in inlines {
        let Term::Made(name, fields) = inline else { continue };
        match (name.as_str(), fields.as_slice()) {
            ("Str", [Term::Text(word)]) => out.push_str(word),
            ("Code" | "Math", [.., Term::Text(word)]) => out.push_str(&format!("{name}[{word}]")),
            ("Space" | "SoftBreak", _) => out.push(' '),
            ("LineBreak", _) => out.push_str(" ⏎ "),
            ("Link", [_, Term::List(inner), Term::Tuple(target)]) => {
                out.push_str("Link[");
                native_exact(inner, out);
                let target = if let Some(Term::Text(target)) = target.first() { target.as_str() } else { "" };
                out.push_str(&format!("]({target})"));
            }
            ("Quoted", [Term::Name(kind) | Term::Made(kind, _), Term::List(inner)]) => {
                let (open, close) = if kind.starts_with("Double") { ('“', '”') } else { ('‘', '’') };
                out.push(open);
                native_exact(inner, out);
                out.push(close);
            }
            ("Note", _) => out.push_str("Note[]"),
            ("Image", [_, Term::List(inner), _]) => {
                out.push_str("Image[");
                native_exact(inner, out);
                out.push(']');
            }
            ("Span", [Term::Tuple(attributes), _]) if format!("{attributes:?}").contains("comment-start") => {}
            ("Span", [_, Term::List(inner)]) => native_exact(inner, out),
            (_, [.., Term::List(inner)]) => {
                out.push_str(&format!("{name}["));
                native_exact(inner, out);
                out.push(']');
            }
            _ => {}
        }
    }
}

/// All words of a term, without what are no words.
fn native_text(term: &Term, out: &mut String) {
    match term {
        Term::Made(name, fields) => match (name.as_str(), fields.as_slice()) {
            ("Str" | "Code", [.., Term::Text(text)]) => out.push_str(text),
            ("Space" | "SoftBreak" | "LineBreak", _) => out.push(' '),
            ("Caption", _) => {}
            ("Para" | "Plain" | "Cell", fields) => {
                fields.iter().for_each(|field| native_text(field, out));
                out.push(' ');
            }
            (_, fields) => fields.iter().for_each(|field| native_text(field, out)),
        },
        Term::List(inner) | Term::Tuple(inner) => inner.iter().for_each(|inner| native_text(inner, out)),
        Term::Text(_) | Term::Name(_) => {}
    }
}

fn native_inlines(inlines: &[Term], text: &mut String, marks: &mut Vec<String>, notes: &mut Vec<Vec<Term>>) {
    for inline in inlines {
        let Term::Made(name, fields) = inline else { continue };
        match (name.as_str(), fields.as_slice()) {
            ("Str", [Term::Text(word)]) => text.push_str(word),
            ("Code", [_, Term::Text(word)]) => text.push_str(word),
            ("Math", [_, Term::Text(word)]) => text.push_str(word),
            ("Space" | "SoftBreak" | "LineBreak", _) => text.push(' '),
            (
                "Emph" | "Strong" | "Strikeout" | "SmallCaps" | "Superscript" | "Subscript" | "Underline",
                [Term::List(inner)],
            ) => {
                let mut within = String::new();
                native_inlines(inner, &mut within, marks, notes);
                marks.push(format!("{name} {}", words(&within)));
                text.push_str(&within);
            }
            ("Quoted", [Term::Name(kind) | Term::Made(kind, _), Term::List(inner)]) => {
                let mark = if kind.starts_with("Double") { '"' } else { '\'' };
                text.push(mark);
                native_inlines(inner, text, marks, notes);
                text.push(mark);
            }
            ("Note", [Term::List(blocks)]) => notes.push(blocks.clone()),
            ("Image", _) => {}
            // The words of a comment stand in the place where it begins.
            ("Span", [Term::Tuple(attributes), _]) if format!("{attributes:?}").contains("comment-start") => {}
            (_, fields) => {
                if let Some(Term::List(inner)) = fields.iter().rev().find(|field| matches!(field, Term::List(_))) {
                    native_inlines(inner, text, marks, notes);
                }
            }
        }
    }
}

/// The same of a manuscript.
fn ours(manuscript: &Manuscript) -> Vec<Seen> {
    let mut out = Vec::new();
    for passage in &manuscript.passages {
        match &passage.kind {
            PassageKind::Paragraph(inlines) => our_inlines("paragraph", "", inlines, manuscript, &mut out),
            PassageKind::Heading { level, inlines, .. } => {
                our_inlines("heading", &format!("heading {level}"), inlines, manuscript, &mut out)
            }
            PassageKind::ChapterStart { heading: inlines, level, .. } => {
                our_inlines("heading", &format!("heading {level}"), inlines, manuscript, &mut out)
            }
            PassageKind::Closed(block) => our_block(block, "paragraph", "", manuscript, &mut out),
            PassageKind::Rule | PassageKind::PageBreak | PassageKind::FileStart { .. } => {}
        }
    }
    // Epigraphs and their like have a place of their own.
    for stated in &manuscript.notes {
        stated.note.blocks.iter().for_each(|block| our_block(block, "paragraph", "", manuscript, &mut out));
    }
    out
}

fn our_block(block: &Block, kind: &str, path: &str, manuscript: &Manuscript, out: &mut Vec<Seen>) {
    match block {
        Block::Paragraph(paragraph) => our_inlines(kind, path, &paragraph.inlines, manuscript, out),
        Block::Subheading(inlines) => our_inlines("heading", &format!("{path}heading"), inlines, manuscript, out),
        Block::Quote(inner) => {
            inner.iter().for_each(|block| our_block(block, kind, &format!("{path}quote "), manuscript, out))
        }
        Block::List(List { start, items }) => {
            let (kind, path) = match start {
                Some(start) => ("numbered", format!("{path}numbered from {start} ")),
                None => ("bullet", format!("{path}bullet ")),
            };
            for (index, item) in items.iter().enumerate() {
                item.iter().for_each(|block| our_block(block, kind, &format!("{path}{index} "), manuscript, out));
            }
        }
        Block::Verse(stanzas) => stanzas
            .iter()
            .flatten()
            .for_each(|line| our_inlines(kind, &format!("{path}line"), &line.inlines, manuscript, out)),
        Block::Preformatted(text) => {
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                out.push(Seen::new(kind, &format!("{path}code"), line, Vec::new(), line));
            }
        }
        Block::Table(table) => {
            let rows = || std::iter::once(&table.head).chain(&table.rows).filter(|row| !row.is_empty());
            let text: Vec<String> = rows().flatten().map(|cell| plain(cell)).collect();
            let mut exact = String::new();
            for row in rows() {
                let from = exact.len();
                for cell in row {
                    our_exact(cell, &mut exact);
                    exact.push_str(" | ");
                }
                if exact[from..].chars().all(|sign| matches!(sign, ' ' | '|')) {
                    exact.truncate(from);
                } else {
                    exact.push_str("/ ");
                }
            }
            out.push(Seen::new("table", &format!("{path}table"), &text.join(" "), Vec::new(), &exact));
        }
        _ => {}
    }
}

fn our_inlines(kind: &str, path: &str, inlines: &[Inline], manuscript: &Manuscript, out: &mut Vec<Seen>) {
    let (mut text, mut marks, mut notes) = (String::new(), Vec::new(), Vec::new());
    walk(inlines, &mut text, &mut marks, &mut notes);
    let mut exact = String::new();
    our_exact(inlines, &mut exact);
    let seen = Seen::new(kind, path, &text, if kind == "heading" { Vec::new() } else { marks }, &exact);
    if !seen.words.is_empty() {
        out.push(seen);
    }
    for key in notes {
        for footnote in manuscript.footnotes.iter().filter(|footnote| footnote.key == key) {
            footnote.blocks.iter().for_each(|block| our_block(block, "note", "note ", manuscript, out));
        }
    }
}

/// What [`native_exact`] writes, of our own model.
fn our_exact(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(words) => out.push_str(words),
            Inline::Styled(style, inner) => {
                out.push_str(&format!("{}[", style_name(*style)));
                our_exact(inner, out);
                out.push(']');
            }
            Inline::Link { inlines, target } => {
                out.push_str("Link[");
                our_exact(inlines, out);
                out.push_str(&format!("]({target})"));
            }
            Inline::Foreign { inlines, .. } => our_exact(inlines, out),
            Inline::NoteRef(_) => out.push_str("Note[]"),
            Inline::LineBreak => out.push_str(" ⏎ "),
            Inline::SoftBreak => out.push(' '),
            Inline::Image { alt, .. } => out.push_str(&format!("Image[{alt}]")),
        }
    }
}

fn style_name(style: Style) -> &'static str {
    match style {
        Style::Emphasis => "Emph",
        Style::Strong => "Strong",
        Style::Strikethrough => "Strikeout",
        Style::SmallCaps => "SmallCaps",
        Style::Superscript => "Superscript",
        Style::Subscript => "Subscript",
        Style::Underline => "Underline",
        Style::Code => "Code",
        Style::Thought => "Thought",
    }
}

fn walk(inlines: &[Inline], text: &mut String, marks: &mut Vec<String>, notes: &mut Vec<String>) {
    for inline in inlines {
        match inline {
            Inline::Text(words) => text.push_str(words),
            Inline::Styled(style, inner) => {
                let mut within = String::new();
                walk(inner, &mut within, marks, notes);
                let name = match style {
                    Style::Code | Style::Thought => "",
                    _ => style_name(*style),
                };
                if !name.is_empty() {
                    marks.push(format!("{name} {}", words(&within)));
                }
                text.push_str(&within);
            }
            Inline::Link { inlines, .. } | Inline::Foreign { inlines, .. } => walk(inlines, text, marks, notes),
            Inline::NoteRef(key) => notes.push(key.clone()),
            Inline::LineBreak | Inline::SoftBreak => text.push(' '),
            Inline::Image { .. } => {}
        }
    }
}

/// Marks do not tell which of two is the outer one, and a line under words is an emphasis to one reader of ODT.
fn alike(one: &Seen, other: &Seen) -> bool {
    let sorted = |seen: &Seen| {
        let mut marks = seen.marks.clone();
        marks.iter_mut().for_each(|mark| *mark = mark.replace("Underline ", "Emph "));
        marks.sort();
        marks
    };
    // An outline level that is set by hand makes a heading here; elsewhere it is a paragraph in bold type.
    let bold = format!("Strong {}", other.words);
    let by_hand = one.kind == "heading" && other.kind == "paragraph" && other.marks.as_slice() == [bold];
    one.words == other.words && (by_hand || (one.kind == other.kind && sorted(one) == sorted(other)))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// Whether the words of a table stand in paragraphs that follow one another; they are taken out.
fn is_unfolded(left: &mut Vec<Seen>, words: &str) -> bool {
    for from in 0..left.len() {
        let mut joined = String::new();
        for to in from..left.len() {
            if !joined.is_empty() {
                joined.push(' ');
            }
            joined.push_str(&left[to].words);
            if joined == words {
                left.drain(from..=to);
                return true;
            }
            if !words.starts_with(&joined) {
                break;
            }
        }
    }
    false
}

/// Where what is in a document is written down: beside it, with changes accepted, or in a folder `native` beside its own.
fn twin(path: &Path) -> Option<PathBuf> {
    let stem = path.file_stem()?.to_str()?;
    let folder = path.parent()?;
    let beside = [format!("{stem}.native"), format!("{stem}_accept.native"), format!("../native/{stem}.native")];
    beside.iter().map(|name| folder.join(name)).find(|twin| twin.is_file())
}

#[test]
#[ignore = "needs documents with their structure beside them: BINDERY_CORPUS"]
fn documents_are_read_as_others_read_them() {
    let folders = std::env::var_os("BINDERY_CORPUS").expect("BINDERY_CORPUS names folders of documents");
    let mut paths = Vec::new();
    std::env::split_paths(&folders).for_each(|folder| files(&folder, &mut paths));
    paths.sort();
    let strict = std::env::var_os("BINDERY_STRICT").is_some();
    let mut tally: BTreeMap<String, [usize; 5]> = BTreeMap::new();
    for path in paths.iter().filter(|path| {
        path.extension()
            .is_some_and(|ending| ["docx", "odt", "rtf", "fb2"].contains(&ending.to_str().unwrap_or_default()))
    }) {
        let Some(twin) = twin(path) else { continue };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = std::fs::read(path).expect("readable");
        let source =
            Source { files: vec![SourceFile { name: name.clone(), bytes, modified: None }], ..Source::default() };
        let (found, left_out) = match read(&source, &Options::default()) {
            Ok(read) => {
                let left_out: Vec<String> = read.value.left_out.iter().map(|dropped| words(&dropped.text)).collect();
                (ours(&read.value), left_out)
            }
            Err(_) => Default::default(),
        };
        let expected = native(&std::fs::read_to_string(&twin).expect("readable"));
        let entry = tally.entry(path.extension().unwrap_or_default().to_string_lossy().into_owned()).or_default();
        let mut exact: Vec<&str> = found.iter().map(|seen| seen.exact.as_str()).collect();
        for block in &expected {
            match exact.iter().position(|mine| *mine == block.exact) {
                Some(at) => {
                    exact.remove(at);
                    entry[4] += 1;
                }
                None if strict => println!("{name}: strictly missing {:?}", block.exact),
                None => {}
            }
        }
        if strict {
            exact.iter().for_each(|mine| println!("{name}: strictly instead {mine:?}"));
        }
        let mut left = found.clone();
        let mut faults = Vec::new();
        for block in &expected {
            entry[0] += 1;
            match left.iter().position(|mine| alike(mine, block)) {
                Some(at) => {
                    left.remove(at);
                    entry[1] += 1;
                }
                // A table for its looks alone is its paragraphs.
                None if block.kind == "table" && is_unfolded(&mut left, &block.words) => entry[1] += 1,
                // Contents lists and their like are left out, and listed.
                None if left_out.contains(&block.words) => entry[1] += 1,
                None => faults.push(block.clone()),
            }
        }
        entry[2] += 1;
        let text = |blocks: &[Seen]| blocks.iter().map(|block| block.words.replace(' ', "")).collect::<String>().len();
        entry[3] += usize::from(text(&found) == text(&expected));
        if !faults.is_empty() || !left.is_empty() {
            println!("{name}: {} of {} blocks", expected.len() - faults.len(), expected.len());
            faults.iter().take(6).for_each(|fault| println!("   missing {fault:?}"));
            left.iter().take(6).for_each(|extra| println!("   instead {extra:?}"));
        }
    }
    for (format, [blocks, agree, documents, equal, exact]) in &tally {
        println!("{format}: {agree} of {blocks} blocks agree, {equal} of {documents} documents have the same text");
        println!("{format}: {exact} of {blocks} blocks agree with nothing set alike");
    }
    for (format, [blocks, agree, ..]) in &tally {
        assert!(agree * 100 >= blocks * 95, "{format}: fewer than 95 of 100 blocks agree");
    }
}
