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
    damage: Tally,
    references: Tally,
}

/// Places of one kind.
#[derive(Default)]
struct Tally {
    places: u32,
    lines: u32,
    last_line: u32,
}

impl Tally {
    fn add(&mut self, line: u32) {
        self.places += 1;
        self.lines += u32::from(self.last_line != line);
        self.last_line = line;
    }
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
        match kind {
            RepairKind::ControlRemoved => {}
            RepairKind::Entity => self.references.add(self.line),
            _ => self.damage.add(self.line),
        }
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
        let is_reference = |repair: &&Repair| repair.kind == RepairKind::Entity;
        let is_damage = |repair: &&Repair| !is_reference(repair) && repair.kind != RepairKind::ControlRemoved;
        let first_damage = self.repairs.iter().find(is_damage);
        diagnostics
            .extend(first_damage.map(|first| self.damage.remark("characters-repaired", "damaged character", first)));
        let first_reference = self.repairs.iter().find(is_reference);
        let remark = |first| self.references.remark("references-resolved", "character reference", first);
        diagnostics.extend(first_reference.map(remark));
        self.repairs
    }
}

impl Tally {
    fn remark(&self, code: &'static str, what: &str, first: &Repair) -> Diagnostic {
        let Repair { line, before, after, .. } = first;
        let (places, lines) = (clean::some(self.places, what), clean::some(self.lines, "line"));
        let message = format!("repaired {places} on {lines}, first `{before}` → `{after}`");
        Diagnostic::remark(code, message).at(*line..line + 1).hint("`--no-repair` leaves them as they are")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(bytes: &[u8]) -> String {
        match decode(bytes, &DecodeOptions::default()) {
            Ok(source) => source.value.text,
            Err(error) => panic!("{error}"),
        }
    }

    fn codes(bytes: &[u8]) -> Vec<&'static str> {
        match decode(bytes, &DecodeOptions::default()) {
            Ok(source) => source.diagnostics.iter().map(|diagnostic| diagnostic.code).collect(),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn plain_text_comes_through_without_a_word() {
        let source = decode(b"Once upon a time.\n", &DecodeOptions::default());
        let expected =
            SourceText { text: "Once upon a time.\n".to_owned(), encoding: "UTF-8", had_bom: false, repairs: vec![] };
        assert_eq!(source, Ok(Diagnosed::clean(expected)));
    }

    #[test]
    fn lines_are_those_of_the_file() {
        for bytes in ["one\r\ntwo\r\n\r\nfour", "one\rtwo\r\rfour", "one\ntwo\n\nfour"] {
            assert_eq!(text(bytes.as_bytes()), "one\ntwo\n\nfour");
        }
        assert_eq!(text(b"a page\x0cthe next"), "a page\x0cthe next");
    }

    #[test]
    fn what_holds_no_text_says_why() {
        for (bytes, message) in [
            (b"".as_slice(), "the file is empty"),
            (b"\xef\xbb\xbf", "the file holds a byte order mark and nothing else"),
            (b"\xff\xfe", "the file holds a byte order mark and nothing else"),
            (b" \r\n\t \n\x0c", "the file holds nothing but white space"),
            (b"\xef\xbb\xbf\n\xe2\x80\x8b\n", "the file holds nothing but white space"),
            (&[0; 4096], "the file is not text: it holds nothing but NUL bytes"),
            (b"%PDF-1.7\n%\xe2\xe3", "the file is not text: it is a PDF"),
        ] {
            let error = decode(bytes, &DecodeOptions::default()).map(|source| source.value).err();
            assert_eq!(error.as_ref().map(Unreadable::to_string).as_deref(), Some(message));
            assert!(error.is_some_and(|error| error.to_diagnostic().hint.is_some()));
        }
    }

    #[test]
    fn marks_and_controls_are_gone() {
        let source = decode("\u{feff}A\u{feff}B\0C\u{202e}D".as_bytes(), &DecodeOptions::default()).map(|s| s.value);
        assert_eq!(source.as_ref().map(|source| (source.text.as_str(), source.had_bom)), Ok(("ABCD", true)));
        assert_eq!(codes("A\u{7}\u{202e}".as_bytes()), ["controls-removed", "directions-removed"]);
    }

    #[test]
    fn references_are_resolved_before_mojibake() {
        assert_eq!(text("itâ€&trade;s &quot;caf&Atilde;&copy;&quot;".as_bytes()), "it’s \"café\"");
    }

    #[test]
    fn references_stay_where_they_are_notation() {
        let page = "<!DOCTYPE html>\n<p>&quot;Caf&eacute;&quot;</p>\n";
        assert_eq!(text(page.as_bytes()), page);
        let options = DecodeOptions { keep_entities: true, ..DecodeOptions::default() };
        let kept = decode(b"&lt;b&gt;", &options).map(|source| source.value.text);
        assert_eq!(kept.as_deref(), Ok("&lt;b&gt;"));
    }

    #[test]
    fn repairs_can_be_refused() {
        let damaged = "donâ€™t &amp; wonÃ¢â‚¬â„¢t";
        let options = DecodeOptions { repair: false, ..DecodeOptions::default() };
        let source = decode(damaged.as_bytes(), &options).map(|source| (source.value.text, source.value.repairs.len()));
        assert_eq!(source, Ok((damaged.to_owned(), 0)));
    }

    #[test]
    fn repairs_are_listed_once_and_counted() {
        let story = "fine\nâ€œYes,â€\u{9d} he said.\nâ€œNo,â€\u{9d} she said.\n&amp;\n";
        let Ok(Diagnosed { value, diagnostics }) = decode(story.as_bytes(), &DecodeOptions::default()) else {
            panic!("this is text")
        };
        let list: Vec<(u32, u32, &str)> =
            value.repairs.iter().map(|repair| (repair.line, repair.count, repair.after.as_str())).collect();
        assert_eq!(list, [(2, 2, "“"), (2, 2, "”"), (4, 1, "&")]);
        let messages: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
        let expected = [
            "repaired 4 damaged characters on 2 lines, first `â€œ` → `“`",
            "repaired 1 character reference on 1 line, first `&amp;` → `&`",
        ];
        assert_eq!(messages, expected);
    }

    #[test]
    fn a_file_full_of_different_damage_has_a_short_list() {
        let story: String = ('\u{4e00}'..'\u{9f00}').map(|letter| format!("{}\n", damaged(letter))).collect();
        let source = decode(story.as_bytes(), &DecodeOptions::default());
        assert!(source.is_ok_and(|source| source.value.repairs.len() <= RepairLog::MOST));
    }

    fn damaged(letter: char) -> String {
        Encoding::WINDOWS_1252.decode(letter.to_string().as_bytes()).text
    }

    fn keeps_its_promises(bytes: &[u8], options: &DecodeOptions) -> Result<(), TestCaseError> {
        let source = decode(bytes, options);
        prop_assert_eq!(&source, &decode(bytes, options));
        let Ok(Diagnosed { value: SourceText { text, .. }, .. }) = source else { return Ok(()) };
        let forbidden = |c: &char| c.is_control() && !matches!(c, '\n' | '\t' | '\u{c}');
        prop_assert_eq!(text.chars().find(forbidden), None);
        prop_assert!(!text.trim().is_empty());
        let shapeless = |c: &char| matches!(c, '\u{feff}' | '\u{ad}' | '\u{2028}' | '\u{fffe}');
        prop_assert_eq!(text.chars().find(shapeless), None);
        // Once composed, always composed.
        prop_assert_eq!(clean::compose(text.clone()), text);
        Ok(())
    }

    /// Pieces from which damage is made, so that noise meets the code that repairs it.
    fn shards() -> impl Strategy<Value = String> {
        let shard = prop_oneof![
            any::<char>().prop_map(String::from),
            "[\u{80}-\u{ff}]{1,4}",
            "[ÃÂâÐÑРСЃ├╨√‚€™œ“”\u{80}-\u{9f}\u{a0}\u{fffd} ?]{1,5}",
            "[a-zA-Z ,.&;#\r\n\u{85}\u{2028}\u{ad}\u{202e}\u{202c}\u{8}_]{1,6}",
            "&(amp;)*[a-z]{2,6};",
            "[\u{fdfa}\u{344}\u{fb2c}\u{1100}\u{1161}\u{301}\u{316}]{1,3}",
        ];
        proptest::collection::vec(shard, 0..40).prop_map(|shards| shards.concat())
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            keeps_its_promises(&bytes, &DecodeOptions::default())?;
            keeps_its_promises(&bytes, &DecodeOptions { repair: false, ..DecodeOptions::default() })?;
        }

        #[test]
        fn any_damage_is_read(text in shards(), layers in 0..3_u8) {
            let damaged = (0..layers).fold(text, |text, _| Encoding::WINDOWS_1252.decode(text.as_bytes()).text);
            keeps_its_promises(damaged.as_bytes(), &DecodeOptions::default())?;
            keeps_its_promises(damaged.as_bytes(), &DecodeOptions { repair: false, ..DecodeOptions::default() })?;
        }

        #[test]
        fn ascii_is_only_cleaned(text in "[ -%'-~\n\t]{0,200}[!-%'-~]") {
            prop_assert_eq!(self::text(text.as_bytes()), text);
        }
    }
}
