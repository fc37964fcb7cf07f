//! Bytes become text: which encoding, which line ends, and what the years did to the characters.
//!
//! It takes any bytes and gives text without surprises, or says why there is no text in them. It decides by evidence, says
//! by which, and lists every repair. It knows nothing of stories: a form feed stays, because it may mean a page to a reader
//! of plain text, and spaces, quotes and dashes are left to typography.

mod binary;
mod clean;
mod decode;
mod encoding;
mod entities;
mod mojibake;
mod plausible;

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use serde::Serialize;

use crate::diagnostic::{Diagnosed, Diagnostic};

pub use encoding::Encoding;

/// The text of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// Lines end in a line feed. Holds no other control than tab and form feed, no byte order mark, no soft hyphen, and is in
    /// Unicode's composed form (NFC). Never empty.
    pub text: String,
    /// The encoding it was read in, by the name of the WHATWG standard where it has one: `UTF-8`, `windows-1252`, `IBM437`.
    pub encoding: &'static str,
    /// The file began with a byte order mark.
    pub had_bom: bool,
    /// What was put right, in the order of the first place; equal repairs are one entry.
    pub repairs: Vec<Repair>,
}

/// Damaged characters and what they were taken for, at all the places where the same was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repair {
    /// One-based line of the first place.
    pub line: u32,
    /// Number of places.
    pub count: u32,
    pub before: String,
    pub after: String,
    pub kind: RepairKind,
}

/// How characters came to be damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RepairKind {
    /// UTF-8 read as another encoding: `Ã©` for `é`.
    Mojibake,
    /// The same more than once: `ÃƒÂ©` for `é`.
    DoubleMojibake,
    /// Text of DOS, or of the Macintosh before Unicode, read as windows-1252: `caf‚` or `cafŽ` for `café`.
    WrongPage,
    /// Punctuation of windows-1252 kept as the control characters of Latin-1.
    WindowsControl,
    /// A character reference of HTML in plain text: `&quot;`.
    Entity,
    /// A control character, or a change of writing direction, that had no business there.
    ControlRemoved,
}

/// What the person who binds decides about reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeOptions {
    /// Put damaged characters right. Without it the text is what the encoding says, but for what [`SourceText::text`] rules
    /// out.
    pub repair: bool,
    /// The encoding, whatever the bytes look like.
    pub encoding: Option<Encoding>,
    /// References such as `&eacute;` are notation, as in HTML and Markdown, and left to the reader of that. In a file that is
    /// plainly HTML they are left in any case.
    pub keep_entities: bool,
}

impl Default for DecodeOptions {
    fn default() -> Self {
        DecodeOptions { repair: true, encoding: None, keep_entities: false }
    }
}

/// Why there is no text in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// No bytes at all.
    Empty,
    /// A byte order mark and nothing after it.
    OnlyBom,
    /// White space and controls, nothing to read.
    Blank,
    /// Not text. `why` completes "the file is not text: it …".
    Binary { why: String, hint: &'static str },
}

impl Unreadable {
    /// What can be done about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Unreadable::Empty | Unreadable::OnlyBom | Unreadable::Blank => {
                "look for another copy: a download or a disk may have failed"
            }
            Unreadable::Binary { hint, .. } => hint,
        }
    }

    /// The same as a diagnostic, ready to be given the name of the file.
    pub fn to_diagnostic(&self) -> Diagnostic {
        let code = match self {
            Unreadable::Empty | Unreadable::OnlyBom | Unreadable::Blank => "file-empty",
            Unreadable::Binary { .. } => "file-not-text",
        };
        Diagnostic::error(code, self.to_string()).hint(self.hint())
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::Empty => write!(out, "the file is empty"),
            Unreadable::OnlyBom => write!(out, "the file holds a byte order mark and nothing else"),
            Unreadable::Blank => write!(out, "the file holds nothing but white space"),
            Unreadable::Binary { why, .. } => write!(out, "the file is not text: it {why}"),
        }
    }
}

impl std::error::Error for Unreadable {}

/// Reads a file's bytes as text.
///
/// The same bytes and options give the same text on every machine. It costs time in proportion to the size, and for plain
/// ASCII little more than copying it.
pub fn decode(bytes: &[u8], options: &DecodeOptions) -> Result<Diagnosed<SourceText>, Unreadable> {
    let mut diagnostics = Vec::new();
    let mut log = RepairLog::default();
    let decode::Raw { text, encoding, had_bom } = decode::decode(bytes, options, &mut diagnostics)?;

    let mut text = apply(text, |text| clean::line_ends(text, options.repair, &mut diagnostics));
    if options.repair {
        if !(options.keep_entities || entities::is_markup(&text)) {
            log.begin_pass();
            text = apply(text, |text| entities::repair(text, &mut log));
        }
        if !text.is_ascii() {
            log.begin_pass();
            let before = log.repairs.len();
            text = apply(text, |text| mojibake::repair(text, &mut log));
            // Of single bytes, the page has been chosen already.
            if log.repairs.len() == before && !encoding.is_single_byte() {
                log.begin_pass();
                text = apply(text, |text| decode::reread(text, &mut log));
            }
        }
    }
    log.begin_pass();
    text = apply(text, |text| clean::remove_invisible(text, &mut log, &mut diagnostics));
    let text = clean::compose(text);
    if text.trim().is_empty() {
        return Err(Unreadable::Blank);
    }
    let repairs = log.finish(&mut diagnostics);
    Ok(Diagnosed::with(SourceText { text, encoding: encoding.name(), had_bom, repairs }, diagnostics))
}

/// A pass over the text that changes it or not.
fn apply(text: String, pass: impl FnOnce(&str) -> std::borrow::Cow<'_, str>) -> String {
    match pass(&text) {
        std::borrow::Cow::Owned(changed) => changed,
        std::borrow::Cow::Borrowed(_) => text,
    }
}

/// Gathers repairs, equal ones into one entry, so that a book of damage has a short list.
#[derive(Default)]
struct RepairLog {
    repairs: Vec<Repair>,
    /// Where in `repairs` the entries for what stood there before are. Never iterated.
    known: HashMap<String, Vec<usize>>,
    /// How far lines have been counted in the text of this pass.
    at: usize,
    line: u32,
}

impl RepairLog {
    /// Entries kept; the rest is counted in the diagnostic only. Real damage has a few dozen.
    const MOST: usize = 10_000;

    /// From here on, places are those of another text, or start from its beginning.
    fn begin_pass(&mut self) {
        self.at = 0;
        self.line = 1;
    }

    /// `text[at..]` begins with `before`; within a pass, places come in order.
    fn add_at(&mut self, text: &str, at: usize, before: &str, after: &str, kind: RepairKind) {
        self.line += memchr::memchr_iter(b'\n', &text.as_bytes()[self.at..at]).count() as u32;
        self.at = at;
        let known = self.known.get(before).into_iter().flatten();
        let is_same = |repair: &Repair| repair.after == after && repair.kind == kind;
        if let Some(&index) = known.into_iter().find(|index| is_same(&self.repairs[**index])) {
            self.repairs[index].count += 1;
        } else if self.repairs.len() < Self::MOST {
            self.known.entry(before.to_owned()).or_default().push(self.repairs.len());
            let (before, after) = (before.to_owned(), after.to_owned());
            self.repairs.push(Repair { line: self.line, count: 1, before, after, kind });
        }
    }

    /// The list in order of first places, and a remark for each kind of damage.
    fn finish(mut self, diagnostics: &mut Vec<Diagnostic>) -> Vec<Repair> {
        self.repairs.sort_by_key(|repair| repair.line);
        self.remark(diagnostics, "characters-repaired", "damaged character", |kind| {
            !matches!(kind, RepairKind::Entity | RepairKind::ControlRemoved)
        });
        self.remark(diagnostics, "references-resolved", "character reference", |kind| kind == RepairKind::Entity);
        self.repairs
    }

    fn remark(
        &self,
        diagnostics: &mut Vec<Diagnostic>,
        code: &'static str,
        what: &str,
        of: impl Fn(RepairKind) -> bool,
    ) {
        let repairs = || self.repairs.iter().filter(|repair| of(repair.kind));
        let Some(first) = repairs().next() else { return };
        let count = repairs().map(|repair| repair.count).sum();
        let Repair { line, before, after, .. } = first;
        let after = after.replace('\u{a0}', "&nbsp;");
        let message = format!("repaired {}, first `{before}` → `{after}`", clean::some(count, what));
        let lines: Range<u32> = *line..line + 1;
        diagnostics.push(Diagnostic::remark(code, message).at(lines).hint("`--no-repair` leaves them as they are"));
    }
}
