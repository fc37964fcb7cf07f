//! Which encoding a file is in, by evidence, and the text in it.
//!
//! The order of the evidence: what the user says; a byte order mark; the NULs of UTF-16 and UTF-32; being UTF-8, which no other
//! text is by chance; what the file declares, if its bytes agree; statistics over the lines that are not ASCII. The last
//! resort is windows-1252, in which every byte is something.

use std::borrow::Cow;
use std::sync::LazyLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::clean::some;
use super::encoding::{Decoded, Encoding};
use super::plausible::anomalies;
use super::{DecodeOptions, RepairKind, RepairLog, Unreadable, binary};
use crate::diagnostic::Diagnostic;

/// What was read, still with the line ends and the damage of the file.
pub(super) struct Raw {
    pub text: String,
    pub encoding: Encoding,
    pub had_bom: bool,
}

/// Bytes of a file in which a declaration is looked for.
const HEAD: usize = 4096;
/// Bytes that statistics are made of. More makes them slower (20 MB/s), not better.
const SAMPLE: usize = 1 << 16;

const BOMS: [(&[u8], Encoding); 6] = [
    // Before UTF-16LE, whose mark it begins with.
    (b"\xff\xfe\0\0", Encoding::UTF_32LE),
    (b"\0\0\xfe\xff", Encoding::UTF_32BE),
    (b"\xff\xfe", Encoding::UTF_16LE),
    (b"\xfe\xff", Encoding::UTF_16BE),
    (b"\xef\xbb\xbf", Encoding::UTF_8),
    (b"\x84\x31\x95\x33", Encoding::GB18030),
];

pub(super) fn decode(
    bytes: &[u8],
    options: &DecodeOptions,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Raw, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    let marked = BOMS.iter().find(|(mark, _)| bytes.starts_with(mark));
    let (body, mark) = marked.map_or((bytes, None), |(mark, encoding)| (&bytes[mark.len()..], Some(*encoding)));
    if body.is_empty() {
        return Err(Unreadable::OnlyBom);
    }
    if let Some(unreadable) = binary::by_signature(body) {
        return Err(unreadable);
    }
    if let Some(encoding) = options.encoding {
        // The mark of another encoding is part of what the user wants read as this one.
        let body = if mark == Some(encoding) { body } else { bytes };
        let text = read(body, encoding, diagnostics);
        return Ok(Raw { text, encoding, had_bom: mark == Some(encoding) });
    }
    if let Some(encoding) = mark.filter(|encoding| *encoding != Encoding::UTF_8) {
        return Ok(Raw { text: read(body, encoding, diagnostics), encoding, had_bom: true });
    }
    let had_bom = mark.is_some();
    if let Some(encoding) = wide(body) {
        return Ok(Raw { text: read(body, encoding, diagnostics), encoding, had_bom });
    }
    if let Some(unreadable) = binary::by_controls(body) {
        return Err(unreadable);
    }
    if let Some(encoding) = escaped(body) {
        return Ok(Raw { text: encoding.decode(body).text, encoding, had_bom });
    }
    if let Some(text) = utf_8(body, had_bom, diagnostics) {
        return Ok(Raw { text, encoding: Encoding::UTF_8, had_bom });
    }
    let sample = sample(body);
    let encoding = choose(body, &sample, diagnostics);
    Ok(Raw { text: read(body, encoding, diagnostics), encoding, had_bom })
}

/// Reads in an encoding that has been decided, and remarks what does not fit.
fn read(bytes: &[u8], encoding: Encoding, diagnostics: &mut Vec<Diagnostic>) -> String {
    let unit = match encoding.name() {
        "UTF-16LE" | "UTF-16BE" => 2,
        "UTF-32LE" | "UTF-32BE" => 4,
        _ => 1,
    };
    let whole = bytes.len() - bytes.len() % unit;
    if whole < bytes.len() {
        let message = format!("the file ends within a character of {encoding}; the last bytes are left out");
        diagnostics.push(Diagnostic::warning("file-cut-short", message).hint("look for a whole copy"));
    }
    let Decoded { text, broken } = encoding.decode(&bytes[..whole]);
    if broken {
        let message =
            format!("some bytes mean nothing in {encoding}, in which this file was read; they stand as `\u{fffd}`");
        let hint = "if other letters look wrong too, name the right encoding with `--encoding`";
        diagnostics.push(Diagnostic::warning("bytes-without-meaning", message).hint(hint));
    }
    text
}

/// UTF-16 or UTF-32 without a mark: text of most scripts has spaces and line ends, whose upper bytes are NUL, on one side.
fn wide(bytes: &[u8]) -> Option<Encoding> {
    let start = &bytes[..bytes.len().min(SAMPLE)];
    memchr::memchr(0, start)?;
    // NULs in the first, second, third and fourth byte of every four, and how many there could be.
    let mut nuls = [0_usize; 4];
    for (index, byte) in start.iter().enumerate() {
        nuls[index % 4] += usize::from(*byte == 0);
    }
    let all = start.len().div_ceil(4);
    let nearly_all = |count: usize| count * 10 >= all * 9;
    let nearly_none = |count: usize| count * 100 <= all;
    let some = |count: usize| count * 20 >= all;
    let [first, second, third, fourth] = nuls;
    let encoding = if nearly_none(first) && nearly_all(third) && nearly_all(fourth) {
        Encoding::UTF_32LE
    } else if nearly_none(fourth) && nearly_all(first) && nearly_all(second) {
        Encoding::UTF_32BE
    } else if nearly_none(first + third) && some(second + fourth) {
        Encoding::UTF_16LE
    } else if nearly_none(second + fourth) && some(first + third) {
        Encoding::UTF_16BE
    } else {
        return None;
    };
    // ASCII in UTF-16 is half NULs. With fewer, it is text with holes; other scripts have bytes that ASCII does not print.
    let holes: usize = nuls.iter().sum();
    let printed = |byte: &u8| matches!(byte, 0 | b'\t' | b'\n' | 0xc | b'\r' | 0x20..0x7f);
    if holes * 5 < start.len() * 2 && start.iter().all(printed) {
        return None;
    }
    // Bytes with holes are no UTF-16 either: it would be full of characters that nobody writes.
    let Decoded { text, .. } = encoding.decode(&start[..start.len() - start.len() % 4]);
    let strange = text.chars().filter(|character| is_strange(*character)).count();
    (strange * 20 <= text.chars().count()).then_some(encoding)
}

fn is_strange(character: char) -> bool {
    let plain = matches!(character, '\t' | '\n' | '\r' | '\u{c}' | '\u{feff}');
    !plain && (character.is_control() || super::plausible::rarity(character).is_none_or(|rarity| rarity > 1))
}

/// ISO-2022-JP is ASCII with escapes, and so would pass as UTF-8.
fn escaped(bytes: &[u8]) -> Option<Encoding> {
    let opens = |escape: &[u8]| memchr::memmem::find(bytes, escape).is_some();
    if memchr::memchr(0x1b, bytes).is_none() || !(opens(b"\x1b$B") || opens(b"\x1b$@")) || !bytes.is_ascii() {
        return None;
    }
    (!Encoding::ISO_2022_JP.decode(bytes).broken).then_some(Encoding::ISO_2022_JP)
}

/// Reads UTF-8, if it is that: wholly, or but for its end, or with a few bytes that came from elsewhere.
fn utf_8(bytes: &[u8], had_bom: bool, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Some(text.to_owned()),
        Err(error) => error,
    };
    let sequences = |text: &str| text.bytes().filter(|byte| *byte >= 0xc0).count();
    if let (None, Ok(text)) = (error.error_len(), std::str::from_utf8(&bytes[..error.valid_up_to()]))
        && (had_bom || sequences(text) > 0)
    {
        let message = "the file ends within a character of UTF-8; the last bytes are left out";
        diagnostics.push(Diagnostic::warning("file-cut-short", message).hint("look for a whole copy"));
        return Some(text.to_owned());
    }
    if !mostly_utf_8(bytes, had_bom) {
        return None;
    }
    let mut text = String::with_capacity(bytes.len());
    let (mut strays, mut lines, mut line, mut first, mut last) = (0, 0, 1, 0, 0);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        line += memchr::memchr_iter(b'\n', chunk.valid().as_bytes()).count() as u32;
        if chunk.invalid().is_empty() {
            continue;
        }
        text.push_str(&Encoding::WINDOWS_1252.decode(chunk.invalid()).text);
        strays += chunk.invalid().len() as u32;
        if line != last {
            lines += 1;
            last = line;
        }
        if first == 0 {
            first = line;
        }
    }
    let message = format!("{} on {} not UTF-8, read as windows-1252", some(strays, "byte"), are(lines, "line"));
    diagnostics.push(Diagnostic::warning("broken-utf-8", message).at(first..first + 1));
    Some(text)
}

/// `1 line is`, `2 lines are`
fn are(count: u32, what: &str) -> String {
    format!("{} {}", some(count, what), if count == 1 { "is" } else { "are" })
}

/// Is this UTF-8 in which some bytes, or some lines, are of another encoding?
///
/// By chance, text of one byte a letter holds hardly a sequence of UTF-8; East Asian text holds some, but hardly a whole line.
fn mostly_utf_8(bytes: &[u8], had_bom: bool) -> bool {
    let (mut good, mut bad, mut good_lines, mut bad_lines) = (0_usize, 0_usize, 0_usize, 0_usize);
    for line in bytes.split(|byte| *byte == b'\n') {
        if line.is_ascii() {
            continue;
        }
        let (mut good_here, mut bad_here) = (0, 0);
        for chunk in line.utf8_chunks() {
            good_here += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
            bad_here += chunk.invalid().len();
        }
        good += good_here;
        bad += bad_here;
        good_lines += usize::from(bad_here == 0);
        bad_lines += usize::from(bad_here > 0);
    }
    good > 0 && (had_bom || bad <= 1.max(good / 2) || good_lines >= 2 && good_lines * 4 >= bad_lines)
}

/// The parts of a file that are not ASCII, for only those tell encodings apart: whole lines, or words of endless lines.
fn sample(bytes: &[u8]) -> Vec<u8> {
    let mut sample = Vec::new();
    for line in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
        if sample.len() >= SAMPLE {
            break;
        }
        if line.len() <= 1024 {
            if !line.is_ascii() {
                sample.extend_from_slice(line);
            }
            continue;
        }
        // No encoding of bytes uses a space within a character.
        for word in line.split_inclusive(|byte| *byte == b' ') {
            let room = SAMPLE.saturating_sub(sample.len());
            if !word.is_ascii() {
                sample.extend_from_slice(&word[..word.len().min(room)]);
            }
        }
    }
    sample
}

/// The encoding of bytes that are not UTF-8, and a remark on how sure that is.
fn choose(bytes: &[u8], sample: &[u8], diagnostics: &mut Vec<Diagnostic>) -> Encoding {
    let guess = guess(bytes, sample);
    if let Some(declared) = declared(&bytes[..bytes.len().min(HEAD)]) {
        if agrees(declared, guess, sample) {
            return declared;
        }
        let message =
            format!("the file declares `{declared}` but is not in it: read as {guess}, judged by its letters");
        let hint = "if letters look wrong, name the right encoding with `--encoding`";
        diagnostics.push(Diagnostic::warning("encoding-contradicted", message).hint(hint));
        return guess;
    }
    let message = format!("read as {guess}, judged by its letters: it is not UTF-8 and does not say what it is");
    let hint = "if letters look wrong, name the right encoding with `--encoding`";
    diagnostics.push(Diagnostic::remark("encoding-guessed", message).hint(hint));
    guess
}

/// Do the bytes allow what the file declares?
fn agrees(declared: Encoding, guess: Encoding, sample: &[u8]) -> bool {
    let one_byte = declared.is_single_byte();
    if !one_byte {
        return declared == guess || !declared.decode(sample).broken;
    }
    // Latin-1 is declared by programs that never looked. Believe it of text in Latin letters.
    let by_habit = declared == Encoding::WINDOWS_1252;
    let read = declared.decode(sample).text;
    let unfit = read.chars().filter(|c| matches!(c, '\u{80}'..='\u{9f}' | '\u{fffd}')).count();
    let others = read.chars().filter(|c| !c.is_ascii()).count();
    if unfit * 20 > others {
        return false;
    }
    !by_habit || guess == declared || looks(&read) <= looks(&guess.decode(sample).text) * 3 / 2
}

/// How odd a text looks, controls above all: the lower the better.
fn looks(text: &str) -> u32 {
    let controls = text.chars().filter(|character| matches!(character, '\u{80}'..='\u{9f}')).count() as u32;
    anomalies(text.chars()) + 2 * controls
}

/// A label that the file gives itself: in an XML declaration, a `meta` of HTML, a MIME header, or the header of Project
/// Gutenberg. UTF-8 is no answer here: the bytes have been found not to be that, nor to be wide.
fn declared(head: &[u8]) -> Option<Encoding> {
    let head: String =
        head.iter().map(|byte| if byte.is_ascii() { char::from(*byte).to_ascii_lowercase() } else { ' ' }).collect();
    ["encoding", "charset"].into_iter().find_map(|key| {
        head.match_indices(key).find_map(|(at, _)| {
            let rest = head[at + key.len()..].trim_start();
            let value = rest.strip_prefix(['=', ':'])?.trim_start().trim_start_matches(['"', '\'']);
            let line = value.split(['"', '\'', '>', ';', '?', '\n', '\r', ',']).next()?.trim();
            let encoding =
                Encoding::for_label(line).or_else(|| Encoding::for_label(line.split_whitespace().next()?))?;
            (!encoding.name().starts_with("UTF-")).then_some(encoding)
        })
    })
}

fn guess(bytes: &[u8], sample: &[u8]) -> Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let mut guess = Encoding::from_whatwg(detector.guess(None, Utf8Detection::Deny));
    let mut read = guess.decode(sample).text;
    if guess != Encoding::WINDOWS_1252 && is_sparse(bytes) && (guess.is_latin() || !has_foreign_word(&read)) {
        guess = Encoding::WINDOWS_1252;
        read = guess.decode(sample).text;
    }
    if !guess.is_single_byte() {
        return guess;
    }
    forgotten_page(&read, &FORGOTTEN, sample).unwrap_or(guess)
}

/// One letter in a hundred, or fewer, is not ASCII: a text in English with a name or a loan word here and there, from which
/// statistics read anything. The languages that use other Latin alphabets have far more.
fn is_sparse(bytes: &[u8]) -> bool {
    let others = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    others * 100 <= letters
}

/// Two letters side by side that are not ASCII: a word in another script has them, `fiancée` has not.
fn has_foreign_word(text: &str) -> bool {
    text.chars()
        .zip(text.chars().skip(1))
        .any(|(one, other)| [one, other].iter().all(|c| !c.is_ascii() && c.is_alphabetic()))
}

/// Pages that the web has forgotten, and statistics for the web with it.
const FORGOTTEN: [Encoding; 6] = [
    // Where they look equally right, DOS: a Macintosh wrote curly quotes as well, and those it gives away.
    Encoding::IBM850,
    Encoding::IBM437,
    Encoding::MACINTOSH,
    Encoding::IBM852,
    Encoding::MAC_CYRILLIC,
    Encoding::IBM855,
];

/// The page in which bytes make far more sense than as they were `read`.
fn forgotten_page(read: &str, pages: &[Encoding], sample: &[u8]) -> Option<Encoding> {
    let now = looks(read);
    let strange = read.chars().filter(|character| !character.is_ascii()).count() as u32;
    // People do write these between letters: `one•two`, `don‘t`, and a quote where a space is missing.
    let certain = looks(&read.replace(['•', '†', '‡', '™', '‘', '’', '“', '”'], "-"));
    // One oddity may be a slip; of the letters of a wrong page, one in a few is odd.
    if certain < 2 || now * 60 < strange {
        return None;
    }
    let judge = |page: &Encoding| {
        let text = page.decode(sample).text;
        (looks(&text), text.chars().filter(|character| is_uncommon(*character)).count(), *page)
    };
    let (best, _, page) = pages.iter().map(judge).min_by_key(|(looks, uncommon, _)| (*looks, *uncommon))?;
    (best * 6 <= now).then_some(page)
}

/// Not one of the letters that most of western Europe's accents stand on: where pages look equally right, these decide.
fn is_uncommon(character: char) -> bool {
    character.is_alphabetic() && !character.is_ascii() && !"éèàâçêôîüöäßñáíóúÉÀÄÖÜ".contains(character)
}

/// Text that was of DOS or of an old Macintosh, taken for windows-1252 and saved as UTF-8: `caf‚` is `café`.
pub(super) fn reread<'a>(text: &'a str, log: &mut RepairLog) -> Cow<'a, str> {
    let mut sample = Vec::new();
    let mut rest = text;
    while sample.len() < SAMPLE / 4 {
        let ascii = encoding_rs::Encoding::ascii_valid_up_to(rest.as_bytes());
        let start = rest[..ascii].rfind(|c: char| c.is_ascii_whitespace()).map_or(0, |space| space + 1);
        let end = rest[ascii..].find(|c: char| c.is_ascii_whitespace()).map_or(rest.len(), |length| ascii + length);
        if ascii == rest.len() {
            break;
        }
        // One character that windows-1252 does not have, and the text has not come through it.
        let word = rest[start..end].chars().map(windows_1252_byte);
        let Some(word) = word.collect::<Option<Vec<u8>>>() else { return Cow::Borrowed(text) };
        sample.extend_from_slice(&word);
        sample.push(b' ');
        rest = &rest[end..];
    }
    let read = Encoding::WINDOWS_1252.decode(&sample).text;
    // A control alone may be anything.
    if anomalies(read.chars().filter(|character| !character.is_control())) < 2 {
        return Cow::Borrowed(text);
    }
    let Some(page) = forgotten_page(&read, &[Encoding::IBM850, Encoding::IBM437, Encoding::MACINTOSH], &sample) else {
        return Cow::Borrowed(text);
    };
    if !text.chars().all(|character| windows_1252_byte(character).is_some()) {
        return Cow::Borrowed(text);
    }
    let upper_half = page.upper_half();
    let mut reread = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let meant = match windows_1252_byte(character) {
            Some(byte @ 0x80..) => upper_half[usize::from(byte - 0x80)],
            _ => character,
        };
        if meant != character {
            let end = at + character.len_utf8();
            log.add_at(text, at, &text[at..end], meant.encode_utf8(&mut [0; 4]), RepairKind::WrongPage);
        }
        reread.push(meant);
    }
    Cow::Owned(reread)
}

fn windows_1252_byte(character: char) -> Option<u8> {
    static UPPER_HALF: LazyLock<[char; 128]> = LazyLock::new(|| Encoding::WINDOWS_1252.upper_half());
    match u8::try_from(u32::from(character)) {
        Ok(byte @ (0..0x80 | 0xa0..)) => Some(byte),
        _ => UPPER_HALF.iter().take(0x20).position(|known| *known == character).map(|index| 0x80 + index as u8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads without repairs; the text, the name of the encoding, and the codes of the diagnostics.
    fn read_as_found(bytes: &[u8]) -> (String, &'static str, Vec<&'static str>) {
        let mut diagnostics = Vec::new();
        let options = DecodeOptions { repair: false, ..DecodeOptions::default() };
        let raw = decode(bytes, &options, &mut diagnostics).unwrap_or_else(|error| panic!("{error}"));
        (raw.text, raw.encoding.name(), diagnostics.iter().map(|diagnostic| diagnostic.code).collect())
    }

    fn utf_16(text: &str, big_endian: bool) -> Vec<u8> {
        let bytes = |unit: u16| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn utf_32(text: &str, big_endian: bool) -> Vec<u8> {
        let bytes = |number: u32| if big_endian { number.to_be_bytes() } else { number.to_le_bytes() };
        text.chars().flat_map(|character| bytes(u32::from(character))).collect()
    }

    fn encoded(text: &str, label: &str) -> Vec<u8> {
        let encoding =
            encoding_rs::Encoding::for_label(label.as_bytes()).unwrap_or_else(|| panic!("{label} is a label"));
        let (bytes, _, lossy) = encoding.encode(text);
        assert!(!lossy, "{label} cannot say {text}");
        bytes.into_owned()
    }

    const ENGLISH: &str = "Chapter One\n\n“It’s a naïve café,” she said — and left…\n";
    const RUSSIAN: &str = "Глава первая\n\nОн вошёл в комнату и остановился у окна. Никто не заметил, как он вошёл; \
        за столом говорили о погоде.\n";
    const JAPANESE: &str = "第一章\n\n彼は部屋に入って、窓の前で立ち止まった。誰も気がつかなかった。\n";
    const CHINESE: &str = "第一章\n\n他走进房间，在窗前停下来。没有人注意到他进来，桌边的人们正在谈论天气。\n";

    #[test]
    fn marks_decide() {
        for text in [ENGLISH, RUSSIAN, JAPANESE] {
            for (mark, bytes, name) in [
                (b"\xef\xbb\xbf".as_slice(), text.as_bytes().to_vec(), "UTF-8"),
                (b"\xff\xfe", utf_16(text, false), "UTF-16LE"),
                (b"\xfe\xff", utf_16(text, true), "UTF-16BE"),
                (b"\xff\xfe\0\0", utf_32(text, false), "UTF-32LE"),
                (b"\0\0\xfe\xff", utf_32(text, true), "UTF-32BE"),
                (b"\x84\x31\x95\x33", encoded(text, "gb18030"), "gb18030"),
            ] {
                assert_eq!(read_as_found(&[mark, &bytes].concat()), (text.to_owned(), name, vec![]));
            }
        }
    }

    #[test]
    fn wide_text_is_known_without_a_mark() {
        for text in [ENGLISH, RUSSIAN] {
            for (bytes, name) in [
                (utf_16(text, false), "UTF-16LE"),
                (utf_16(text, true), "UTF-16BE"),
                (utf_32(text, false), "UTF-32LE"),
                (utf_32(text, true), "UTF-32BE"),
            ] {
                assert_eq!(wide(&bytes).map(Encoding::name), Some(name));
                assert_eq!(read_as_found(&bytes), (text.to_owned(), name, vec![]));
            }
        }
    }

    #[test]
    fn text_with_holes_is_not_wide() {
        let (text, name, _) = read_as_found(b"The end of it all.\0\0\0\0 Or not, who can tell.\0");
        assert_eq!(name, "UTF-8");
        assert_eq!(text.matches('\0').count(), 5);
    }

    #[test]
    fn half_characters_at_the_end_are_left_out_and_remarked() {
        let mut odd = utf_16(ENGLISH, false);
        odd.push(b'x');
        assert_eq!(read_as_found(&odd), (ENGLISH.to_owned(), "UTF-16LE", vec!["file-cut-short"]));
        let cut = &"déjà vu…".as_bytes()[..9 + 2];
        assert_eq!(read_as_found(cut), ("déjà vu".to_owned(), "UTF-8", vec!["file-cut-short"]));
    }

    #[test]
    fn a_last_letter_in_latin_1_is_no_half_character() {
        assert_eq!(read_as_found(b"She left the caf\xe9").0, "She left the café");
    }

    #[test]
    fn a_few_bytes_from_elsewhere_do_not_unmake_utf_8() {
        let bytes = ["“Déjà vu”\nc’était un caf".as_bytes(), b"\xe9 \x97 oui\n"].concat();
        let (text, name, codes) = read_as_found(&bytes);
        assert_eq!((text.as_str(), name), ("“Déjà vu”\nc’était un café — oui\n", "UTF-8"));
        assert_eq!(codes, ["broken-utf-8"]);
        // Chapters of two sources in one file.
        let mixed = ["Là-bas, à côté.\n".repeat(9).into_bytes(), b"L\xe0-bas, \xe0 c\xf4t\xe9.\n".repeat(9)].concat();
        assert_eq!(read_as_found(&mixed).0, "Là-bas, à côté.\n".repeat(18));
    }

    #[test]
    fn statistics_find_the_encodings_of_the_web() {
        for (text, label) in [
            (ENGLISH, "windows-1252"),
            ("L’été dernier, le garçon était resté là-bas, près de la forêt. « Où ça ? »", "windows-1252"),
            ("Der Müller saß früh am Fluß und aß süße Äpfel. „Schön“, sagte er.", "windows-1252"),
            (RUSSIAN, "windows-1251"),
            (RUSSIAN, "koi8-r"),
            (RUSSIAN, "iso-8859-5"),
            (RUSSIAN, "ibm866"),
            ("Zażółć gęślą jaźń. Chłopiec siedział na ławce i patrzył, jak spadają liście.", "windows-1250"),
            ("Zażółć gęślą jaźń. Chłopiec siedział na ławce i patrzył, jak spadają liście.", "iso-8859-2"),
            ("Η γυναίκα κοίταξε από το παράθυρο και δεν είπε τίποτα.", "windows-1253"),
            ("Küçük kız pencereden dışarı baktı ve hiçbir şey söylemedi, çünkü yağmur yağıyordu.", "windows-1254"),
            ("האישה הביטה מן החלון ולא אמרה דבר, כי ירד גשם.", "windows-1255"),
            ("نظرت المرأة من النافذة ولم تقل شيئا لأن المطر كان ينزل", "windows-1256"),
            (JAPANESE, "shift_jis"),
            (JAPANESE, "euc-jp"),
            (CHINESE, "gbk"),
            (CHINESE, "gb18030"),
            ("第一章\n\n他走進房間，在窗前停下來。沒有人注意到他進來，桌邊的人們正在談論天氣。\n", "big5"),
            ("제1장\n\n그는 방에 들어와 창문 앞에 멈추어 섰다. 아무도 알아차리지 못했다.\n", "euc-kr"),
        ] {
            let (read, name, codes) = read_as_found(&encoded(text, label));
            assert_eq!(read, text, "{label} read as {name}");
            assert_eq!(codes, ["encoding-guessed"], "{label}");
        }
    }

    #[test]
    fn escapes_are_japanese() {
        assert_eq!(read_as_found(&encoded(JAPANESE, "iso-2022-jp")), (JAPANESE.to_owned(), "ISO-2022-JP", vec![]));
    }

    #[test]
    fn forgotten_pages_are_known_by_their_letters() {
        let french = "L’été, les élèves étaient à la forêt, près du château. Ça brûle ! Où êtes-vous ?";
        let plain = french.replace('’', "'");
        assert_eq!(read_as_found(&encoded(french, "macintosh")).1, "macintosh");
        assert_eq!(read_as_found(&encoded(ENGLISH, "macintosh")).0, ENGLISH);
        let dos: Vec<u8> = plain
            .chars()
            .map(|character| {
                let upper = Encoding::IBM850.upper_half().iter().position(|known| *known == character);
                upper.map_or(character as u8, |index| 0x80 + index as u8)
            })
            .collect();
        let (text, name, _) = read_as_found(&dos);
        assert_eq!((text, name), (plain, "IBM850"));
        let cyrillic = encoded(&RUSSIAN.repeat(3), "x-mac-cyrillic");
        assert_eq!(read_as_found(&cyrillic).0, RUSSIAN.repeat(3));
    }

    #[test]
    fn loan_words_in_english_are_western() {
        let plain = "It was a long way to the house on the hill, and nobody had walked it in a hundred years.\n";
        for word in
            ["café", "à la carte", "naïve", "hæmorrhage", "a £5 note", "20 °C", "_quâ_", "Å", "“no”", "it’s", "—"]
        {
            let text = plain.repeat(3) + word;
            assert_eq!(read_as_found(&encoded(&text, "windows-1252")).0, text);
        }
    }

    #[test]
    fn declarations_are_believed_when_the_bytes_agree() {
        for head in [
            "<?xml version=\"1.0\" encoding=\"KOI8-R\"?>\n",
            "<html><head><meta charset=koi8-r></head>\n",
            "<meta http-equiv='Content-Type' content='text/html; charset=koi8-r'>\n",
            "Content-Type: text/plain; charset=\"koi8-r\"\n\n",
            "Character set encoding: KOI8-R\n",
        ] {
            let text = format!("{head}Да.\n");
            assert_eq!(read_as_found(&encoded(&text, "koi8-r")), (text.clone(), "KOI8-R", vec![]));
        }
        let latin = "Character set encoding: ISO Latin-1\n\nHe drank his café.\n";
        assert_eq!(read_as_found(&encoded(latin, "latin1")), (latin.to_owned(), "windows-1252", vec![]));
    }

    #[test]
    fn declarations_that_cannot_be_true_are_contradicted() {
        let text = format!("Content-Type: text/plain; charset=ISO-8859-1\n\n{}", RUSSIAN.repeat(3));
        let (read, name, codes) = read_as_found(&encoded(&text, "windows-1251"));
        assert_eq!((read, name, codes), (text, "windows-1251", vec!["encoding-contradicted"]));
        // UTF-8 needs no declaration, and none can take it away.
        let text = format!("<?xml version=\"1.0\" encoding=\"windows-1251\"?>\n{RUSSIAN}");
        assert_eq!(read_as_found(text.as_bytes()), (text.clone(), "UTF-8", vec![]));
    }

    #[test]
    fn the_user_decides() {
        let options = DecodeOptions { encoding: Encoding::for_label("cp437"), ..DecodeOptions::default() };
        let mut diagnostics = Vec::new();
        let raw = decode("café".as_bytes(), &options, &mut diagnostics).map(|raw| (raw.text, raw.encoding.name()));
        assert_eq!(raw, Ok(("caf├⌐".to_owned(), "IBM437")));
        let options = DecodeOptions { encoding: Encoding::for_label("shift_jis"), ..DecodeOptions::default() };
        assert!(decode(b"caf\xff\xff", &options, &mut diagnostics).is_ok());
        assert_eq!(diagnostics[0].code, "bytes-without-meaning");
    }

    #[test]
    fn text_that_came_through_a_wrong_page_is_read_again() {
        let mut log = RepairLog::default();
        let reread = |text: &'static str, log: &mut RepairLog| {
            log.begin_pass();
            super::reread(text, log).into_owned()
        };
        assert_eq!(reread("Un caf‚ prŠs de la forˆt, d‚j… vu", &mut log), "Un café près de la forêt, déjà vu");
        assert_eq!(reread("ÒDonÕt,Ó she said. ÒNever.Ó", &mut log), "“Don’t,” she said. “Never.”");
        for right in ["“Don’t,” she said. “Never.”", "Un café près de la forêt, déjà vu", "Привет, ÒдонÕт,Ó"]
        {
            assert_eq!(reread(right, &mut log), right);
        }
    }
}
