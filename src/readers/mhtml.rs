//! MHTML: a page and its pictures in one file, as browsers of computers and phones save it (`.mht`, `.mhtml`).
//!
//! It is a letter in parts. The page is the first part of HTML, or, where that only arranges frames, the one with the most text; it
//! is read as any page is, and the pictures that it shows are those of the file. Other parts (styles, scripts, frames) stay behind.

use memchr::memmem;

use crate::diagnostic::{Diagnosed, Diagnostic};
use crate::model::manuscript::Manuscript;
use crate::source::{self, DecodeOptions, Encoding};

use super::html::{self, Held, dom::Page};
use super::transfer::{base64, quoted_printable};
use super::{Given, Read, Reader};

pub const READER: Reader = Reader { name: "mhtml", extensions: &["mht", "mhtml"], read: Read::Bytes { claims, read } };

/// Bytes in which the head of the whole must end.
const LONGEST_HEAD: usize = 16 << 10;

/// Parts that are looked at; no page has so many pictures.
const MOST_PARTS: usize = 20_000;

/// Characters of the shortest page that is one, where another part has more.
const SHORTEST: usize = 400;

/// A letter of several parts that belong together begins so, whoever saved it.
fn claims(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // Cheap for what is no letter: its first line is a word and a colon.
    let Some(colon) = start.iter().take(80).position(|byte| *byte == b':') else { return false };
    if !start[..colon].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-') {
        return false;
    }
    let (head, _) = split_head(start);
    let head = Head::read(head);
    let kind = head.get("content-type").to_ascii_lowercase();
    (kind.starts_with("multipart/related") || kind.starts_with("multipart/mixed") && head.saved())
        && head.parameter("content-type", "boundary").is_some()
}

/// The lines before the first empty one, and what follows it.
fn split_head(bytes: &[u8]) -> (&[u8], &[u8]) {
    let window = &bytes[..bytes.len().min(LONGEST_HEAD)];
    let ends = [(&b"\r\n\r\n"[..], 4), (b"\n\n", 2)];
    let first = ends.iter().filter_map(|(end, length)| Some((memmem::find(window, end)?, *length))).min();
    match first {
        Some((at, length)) => (&bytes[..at], &bytes[at + length..]),
        None => (window, &[]),
    }
}

/// The head of the letter or of a part: names in small letters, values unfolded.
struct Head(Vec<(String, String)>);

impl Head {
    fn read(bytes: &[u8]) -> Head {
        let mut lines: Vec<(String, String)> = Vec::new();
        for line in String::from_utf8_lossy(bytes).lines() {
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = lines.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            } else if let Some((name, value)) = line.split_once(':') {
                lines.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        Head(lines)
    }

    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Whether a browser says that it saved the page.
    fn saved(&self) -> bool {
        self.get("from").to_ascii_lowercase().contains("saved by") || !self.get("snapshot-content-location").is_empty()
    }

    /// A parameter behind a value: `boundary="…"`.
    fn parameter(&self, name: &str, parameter: &str) -> Option<String> {
        self.get(name).split(';').skip(1).find_map(|part| {
            let (key, value) = part.split_once('=')?;
            let value = value.trim().trim_matches('"');
            (key.trim().eq_ignore_ascii_case(parameter) && !value.is_empty()).then(|| value.to_owned())
        })
    }
}

/// A part of the letter, not yet decoded.
struct Part<'a> {
    head: Head,
    body: &'a [u8],
}

impl Part<'_> {
    fn is(&self, kind: &str) -> bool {
        self.head.get("content-type").to_ascii_lowercase().starts_with(kind)
    }

    fn bytes(&self) -> Vec<u8> {
        match self.head.get("content-transfer-encoding").to_ascii_lowercase().as_str() {
            "base64" => base64(&String::from_utf8_lossy(self.body)),
            "quoted-printable" => quoted_printable(self.body),
            _ => self.body.to_vec(),
        }
    }

    fn address(&self) -> &str {
        self.head.get("content-location")
    }
}

/// Cuts the body of a letter at its boundary.
fn parts<'a>(body: &'a [u8], boundary: &str) -> Vec<Part<'a>> {
    let mark = format!("--{boundary}");
    // A boundary stands at the start of a line.
    let starts = memmem::find_iter(body, mark.as_bytes()).filter(|at| *at == 0 || body[at - 1] == b'\n');
    let starts: Vec<usize> = starts.take(MOST_PARTS + 1).collect();
    let mut parts = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        let from = start + mark.len();
        let to = starts.get(index + 1).copied().unwrap_or(body.len());
        if body[from..].starts_with(b"--") {
            break;
        }
        let piece = &body[from..to];
        let piece = piece.strip_prefix(b"\r\n").or_else(|| piece.strip_prefix(b"\n")).unwrap_or(piece);
        let (head, body) = split_head(piece);
        let body = body.strip_suffix(b"\n").map(|body| body.strip_suffix(b"\r").unwrap_or(body)).unwrap_or(body);
        parts.push(Part { head: Head::read(head), body });
    }
    parts
}

/// Reads a saved page.
///
/// # Errors
/// When the file holds no page.
pub fn read(given: &Given) -> Result<Diagnosed<Manuscript>, Diagnostic> {
    let bytes = given.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(given.bytes);
    let (head, body) = split_head(bytes);
    let head = Head::read(head);
    let parts = parts(body, &head.parameter("content-type", "boundary").unwrap_or_default());
    let pages: Vec<(&Part, String)> = parts
        .iter()
        .filter(|part| part.is("text/html") || part.is("application/xhtml"))
        .filter_map(|part| Some((part, text_of(part, &given.decoding)?)))
        .collect();
    let Some(first) = pages.first() else {
        return Err(Diagnostic::error("page-missing", "the saved page holds no text")
            .hint("open the file in the browser that saved it, and save the page as HTML"));
    };
    let shown = |text: &str| Page::parse(text).plain(Page::ROOT).len();
    // A page that only arranges frames has its text in another part.
    let (page, text) = if pages.len() > 1 && shown(&first.1) < SHORTEST {
        pages.iter().max_by_key(|(_, text)| shown(text)).unwrap_or(first)
    } else {
        first
    };
    let mut held = Held { base: page.address().to_owned(), ..Held::default() };
    for part in parts.iter().filter(|part| part.is("image/")) {
        let id = part.head.get("content-id").trim_matches(['<', '>']);
        let names = [part.address().to_owned(), format!("cid:{id}")];
        let bytes = part.bytes();
        for name in names.into_iter().filter(|name| !name.is_empty() && name != "cid:") {
            held.pictures.insert(name, bytes.clone());
        }
    }
    let mut read = html::read_holding(text, given.file, held);
    let address = [head.get("snapshot-content-location"), page.address()];
    let source = address.into_iter().find(|address| address.starts_with("http")).map(str::to_owned);
    read.value.declared.source = read.value.declared.source.take().or(source);
    Ok(read)
}

fn text_of(part: &Part, decoding: &DecodeOptions) -> Option<String> {
    let stated = part.head.parameter("content-type", "charset").and_then(|name| Encoding::for_label(&name));
    let encoding = decoding.encoding.or(stated);
    let decoding = DecodeOptions { keep_entities: true, encoding, ..decoding.clone() };
    source::decode(&part.bytes(), &decoding).ok().map(|decoded| decoded.value.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::plain;

    const LETTER: &str = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/story/1.html\r\nSubject: The Moth\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----Part--x----\"\r\n\r\n\r\n\
        ------Part--x----\r\nContent-Type: text/html; charset=windows-1252\r\nContent-Transfer-Encoding: quoted-printable\r\n\
        Content-Location: https://example.org/story/1.html\r\n\r\n\
        <html><body><p>It rained, and she said =93no=94 to ever=\r\nybody.</p><p><img src=3D\"../moth.png\" alt=3D\"a moth\"></p>\
        <p><img src=3D\"cid:lamp@x\" alt=3D\"a lamp\"></p></body></html>\r\n\
        ------Part--x----\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Location: https://example.org/moth.png\r\n\r\n\
        iVBO\r\nRw==\r\n------Part--x----\r\nContent-Type: image/gif\r\nContent-ID: <lamp@x>\r\n\r\nGIF8\r\n------Part--x------\r\n";

    fn given(bytes: &[u8]) -> Given<'_> {
        Given { bytes, file: 0, decoding: DecodeOptions::default() }
    }

    #[test]
    fn a_page_is_read_with_its_pictures() {
        assert!(claims(LETTER.as_bytes()));
        let manuscript = read(&given(LETTER.as_bytes())).unwrap().value;
        let text = manuscript.passages.iter().find_map(|passage| passage.inlines()).map(|inlines| plain(inlines));
        assert_eq!(text.as_deref(), Some("It rained, and she said “no” to everybody."));
        let pictures: Vec<&[u8]> = manuscript.images.values().map(|image| image.bytes.as_slice()).collect();
        assert_eq!(pictures, [b"GIF8", &b"\x89PNG"[..]]);
        assert_eq!(manuscript.declared.source.as_deref(), Some("https://example.org/story/1.html"));
    }

    #[test]
    fn frames_give_way_to_the_part_with_the_text() {
        let letter = LETTER.replace("<html><body><p>It rained", "<frameset><frame src=3Dx></frameset><p>").replace(
            "------Part--x----\r\nContent-Type: image/png",
            &format!("------Part--x----\r\nContent-Type: text/html\r\n\r\n<p>{}\r\n------Part--x----\r\nContent-Type: image/png", "She left. ".repeat(60)),
        );
        let manuscript = read(&given(letter.as_bytes())).unwrap().value;
        let text = manuscript.passages.iter().find_map(|passage| passage.inlines()).map(|inlines| plain(inlines));
        assert!(text.is_some_and(|text| text.starts_with("She left.")));
    }

    #[test]
    fn letters_and_stories_are_no_saved_pages() {
        for text in [
            "Title: The Moth\n\nIt rained.",
            "MIME-Version: 1.0\nContent-Type: text/plain\n\nDear Ann",
            "She said: no.",
            "",
        ] {
            assert!(!claims(text.as_bytes()), "{text}");
        }
        let empty = LETTER.split("------Part").next().unwrap();
        assert_eq!(read(&given(empty.as_bytes())).unwrap_err().code, "page-missing");
    }

    #[test]
    fn a_letter_cut_off_anywhere_is_read_or_refused() {
        for end in 0..LETTER.len() {
            let _ = read(&given(&LETTER.as_bytes()[..end]));
        }
    }
}
