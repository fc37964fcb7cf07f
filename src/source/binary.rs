//! What is not text: files that say so by their first bytes, and files full of controls.
//!
//! It errs on the side of text. Formats that are text themselves (RTF, HTML, XML) are text here; whether there is a reader for
//! them is another question.

use super::Unreadable;

const AS_DOCX: &str = "open it in the program that made it, or in LibreOffice, and save it as `.docx`";
const TO_EPUB: &str = "convert it to EPUB, with calibre for example, and bind that";
const OTHER_FORM: &str =
    "look for another form of the story (`.docx`, `.epub`, `.html`): pages that are set know no paragraphs";
const AS_TEXT: &str = "save it as plain text, Markdown or HTML from the program that made it";
const NOT_A_STORY: &str = "move it out of the folder of stories";
const UNPACK: &str = "unpack it first";

/// How a format begins, at which byte, what it is, and what to do about it.
const SIGNATURES: [(usize, &[u8], &str, &str); 36] = [
    (30, b"mimetypeapplication/epub+zip", "is an EPUB that cannot be read", AS_TEXT),
    (
        30,
        b"mimetypeapplication/vnd.oasis.opendocument.text",
        "is an OpenDocument text (ODT) that cannot be read",
        AS_TEXT,
    ),
    (0, b"PK\x03\x04", "is a ZIP archive", UNPACK),
    (0, b"PK\x05\x06", "is an empty ZIP archive", NOT_A_STORY),
    (0, b"%PDF-", "is a PDF", OTHER_FORM),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is a document of old Microsoft Office (DOC), or has a password", AS_DOCX),
    (0, b"\xffWPC", "is a WordPerfect document", AS_DOCX),
    (0, b"\xdb\xa5\x2d\x00", "is a document of Word 2", AS_DOCX),
    (0, b"\x31\xbe\x00\x00", "is a document of Word for DOS or Write", AS_DOCX),
    (60, b"BOOKMOBI", "is a Kindle book (MOBI or AZW)", TO_EPUB),
    (60, b"TEXtREAd", "is a book for Palm (PDB)", TO_EPUB),
    (0, b"ITOLITLS", "is a book for Microsoft Reader (LIT)", TO_EPUB),
    (0, b"ITSF", "is a compiled help file (CHM)", TO_EPUB),
    (0, b"AT&TFORM", "is a scanned book (DjVu)", OTHER_FORM),
    (0, b"\xeaDRMION\xee", "is a protected Kindle book (KFX)", AS_TEXT),
    (0, b"\x89PNG\r\n\x1a\n", "is a picture (PNG)", NOT_A_STORY),
    (0, b"\xff\xd8\xff", "is a picture (JPEG)", NOT_A_STORY),
    (0, b"GIF87a", "is a picture (GIF)", NOT_A_STORY),
    (0, b"GIF89a", "is a picture (GIF)", NOT_A_STORY),
    (0, b"II*\0", "is a picture (TIFF)", NOT_A_STORY),
    (0, b"MM\0*", "is a picture (TIFF)", NOT_A_STORY),
    (8, b"WEBP", "is a picture (WebP)", NOT_A_STORY),
    (4, b"ftyp", "is a film or a picture (MP4, HEIC or AVIF)", NOT_A_STORY),
    (0, b"OggS", "is a recording (Ogg)", NOT_A_STORY),
    (0, b"ID3\x03", "is a recording (MP3)", NOT_A_STORY),
    (0, b"ID3\x04", "is a recording (MP3)", NOT_A_STORY),
    (8, b"WAVEfmt ", "is a recording (WAV)", NOT_A_STORY),
    (0, b"\x1f\x8b", "is a gzip archive", UNPACK),
    (0, b"BZh91AY&SY", "is a bzip2 archive", UNPACK),
    (0, b"\xfd7zXZ\0", "is an xz archive", UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "is a Zstandard archive", UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive", UNPACK),
    (0, b"Rar!\x1a\x07", "is a RAR archive", UNPACK),
    (257, b"ustar", "is a tar archive", UNPACK),
    (0, b"\x7fELF", "is a program", NOT_A_STORY),
    (0, b"SQLite format 3\0", "is a database", NOT_A_STORY),
];

/// The format that the first bytes name, if it is not one of text.
pub(super) fn by_signature(bytes: &[u8]) -> Option<Unreadable> {
    let holds_nul = memchr::memchr(0, &bytes[..bytes.len().min(64)]).is_some();
    // What is not at the very beginning may be a word of a story, as may the two letters of a program.
    let begins = |at: usize, signature: &[u8]| {
        (at == 0 || holds_nul) && bytes.get(at..).is_some_and(|rest| rest.starts_with(signature))
    };
    if bytes.starts_with(b"PK\x03\x04") && memchr::memmem::find(bytes, b"Index/Document.iwa").is_some() {
        return Some(Unreadable::Binary { why: "is a document of Apple Pages".to_owned(), hint: AS_DOCX });
    }
    if let Some((_, _, why, hint)) = SIGNATURES.iter().find(|(at, signature, ..)| begins(*at, signature)) {
        return Some(Unreadable::Binary { why: (*why).to_owned(), hint });
    }
    (holds_nul && bytes.starts_with(b"MZ"))
        .then(|| Unreadable::Binary { why: "is a program".to_owned(), hint: NOT_A_STORY })
}

/// Judges bytes in which one byte is at least half a character, by their controls.
pub(super) fn by_controls(bytes: &[u8]) -> Option<Unreadable> {
    // A file cut off by a crash ends in NULs: they are no part of it.
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let text = &bytes[..end];
    if text.is_empty() {
        let why = "holds nothing but NUL bytes".to_owned();
        return Some(Unreadable::Binary { why, hint: "look for another copy: a download or a disk may have failed" });
    }
    let is_control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | 0x8 | 0xb | 0xc | b'\r' | 0x1a | 0x1b);
    // As bytes are counted in blocks of 255, the compiler can count many at once.
    let controls: usize = text
        .chunks(255)
        .map(|block| usize::from(block.iter().map(|byte| u8::from(is_control(*byte))).sum::<u8>()))
        .sum();
    // A handful in a short text is damage.
    let too_many = controls * 10 > text.len() && (controls > 8 || controls * 2 > text.len());
    too_many.then(|| Unreadable::Binary {
        why: match text.len() / controls {
            1 => "is mostly control characters".to_owned(),
            part => format!("is one part in {part} control characters"),
        },
        hint: "check what kind of file it is; a text file has hardly any",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(bytes: &[u8]) -> Option<String> {
        by_signature(bytes).or_else(|| by_controls(bytes)).map(|unreadable| unreadable.to_string())
    }

    #[test]
    fn formats_are_named() {
        let mut epub = b"PK\x03\x04".to_vec();
        epub.resize(30, 0);
        epub.extend_from_slice(b"mimetypeapplication/epub+zip");
        for (bytes, part) in [
            (b"PK\x03\x04rest".as_slice(), "ZIP"),
            (&epub, "EPUB"),
            (b"PK\x03\x04rest of it: Index/Document.iwa", "Pages"),
            (b"%PDF-1.4\n", "PDF"),
            (b"\x89PNG\r\n\x1a\n", "PNG"),
            (b"MZ\x90\0\x03\0", "program"),
            (&[0; 4096], "NUL"),
            (b"\x01\x02\x03ab", "control"),
        ] {
            let why = why(bytes).unwrap_or_default();
            assert!(why.contains(part), "{why} for {part}");
        }
    }

    #[test]
    fn text_is_text() {
        for bytes in [
            b"MZ, she wrote, and left it at that.".as_slice(),
            b"The ftyp is part of it.",
            b"{\\rtf1 Chapter 1}",
            b"Once upon a\0\0 time\x07",
            b"It ended here.\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            b"I_\x08_\x08said\x1b[1m no\x1b[0m\x1a",
        ] {
            assert_eq!(why(bytes), None);
        }
    }
}
