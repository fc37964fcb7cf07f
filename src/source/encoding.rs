//! The encodings that can be read: those of the web, UTF-32, and the code pages of DOS, which the web has forgotten but
//! old disks have not.
//!
//! It decodes what it is told to; which encoding a file is in, [`super::decode`] finds out.

use std::fmt;
use std::sync::LazyLock;

use encoding_rs::Encoding as Whatwg;

/// An encoding that bindery can read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Encoding(Kind);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Whatwg(&'static Whatwg),
    Utf32 { big_endian: bool },
    Dos(Dos),
}

/// A code page of DOS.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Dos {
    Cp437,
    Cp850,
    Cp852,
    Cp855,
}

// Each table is the upper half of its page, bytes 80 to FF in order.
const CP437: &str = "\
    ÇüéâäàåçêëèïîìÄÅ\
    ÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
    áíóúñÑªº¿⌐¬½¼¡«»\
    ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
    ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩\
    ≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const CP850: &str = "\
    ÇüéâäàåçêëèïîìÄÅ\
    ÉæÆôöòûùÿÖÜø£Ø×ƒ\
    áíóúñÑªº¿®¬½¼¡«»\
    ░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
    ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
    ÓßÔÒõÕµþÞÚÛÙýÝ¯´\
    \u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";
const CP852: &str = "\
    ÇüéâäůćçłëŐőîŹÄĆ\
    ÉĹĺôöĽľŚśÖÜŤťŁ×č\
    áíóúĄąŽžĘę¬źČş«»\
    ░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐\
    └┴┬├─┼Ăă╚╔╩╦╠═╬¤\
    đĐĎËďŇÍÎě┘┌█▄ŢŮ▀\
    ÓßÔŃńňŠšŔÚŕŰýÝţ´\
    \u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";
const CP855: &str = "\
    ђЂѓЃёЁєЄѕЅіІїЇјЈ\
    љЉњЊћЋќЌўЎџЏюЮъЪ\
    аАбБцЦдДеЕфФгГ«»\
    ░▒▓│┤хХиИ╣║╗╝йЙ┐\
    └┴┬├─┼кК╚╔╩╦╠═╬¤\
    лЛмМнНоОп┘┌█▄Пя▀\
    ЯрРсСтТуУжЖвВьЬ№\
    \u{ad}ыЫзЗшШэЭщЩчЧ§■\u{a0}";

impl Dos {
    fn upper_half(self) -> &'static [char; 128] {
        static TABLES: LazyLock<[[char; 128]; 4]> = LazyLock::new(|| {
            [CP437, CP850, CP852, CP855].map(|page| {
                let mut table = ['\u{fffd}'; 128];
                for (slot, character) in table.iter_mut().zip(page.chars()) {
                    *slot = character;
                }
                table
            })
        });
        &TABLES[self as usize]
    }

    fn name(self) -> &'static str {
        match self {
            Dos::Cp437 => "IBM437",
            Dos::Cp850 => "IBM850",
            Dos::Cp852 => "IBM852",
            Dos::Cp855 => "IBM855",
        }
    }
}

/// Text, and whether any byte had no meaning and became U+FFFD.
pub(super) struct Decoded {
    pub text: String,
    pub broken: bool,
}

impl Encoding {
    pub const UTF_8: Encoding = Encoding(Kind::Whatwg(encoding_rs::UTF_8));
    pub const UTF_16LE: Encoding = Encoding(Kind::Whatwg(encoding_rs::UTF_16LE));
    pub const UTF_16BE: Encoding = Encoding(Kind::Whatwg(encoding_rs::UTF_16BE));
    pub const UTF_32LE: Encoding = Encoding(Kind::Utf32 { big_endian: false });
    pub const UTF_32BE: Encoding = Encoding(Kind::Utf32 { big_endian: true });
    pub const GB18030: Encoding = Encoding(Kind::Whatwg(encoding_rs::GB18030));
    pub const ISO_2022_JP: Encoding = Encoding(Kind::Whatwg(encoding_rs::ISO_2022_JP));
    pub const ISO_8859_2: Encoding = Encoding(Kind::Whatwg(encoding_rs::ISO_8859_2));
    pub const KOI8_R: Encoding = Encoding(Kind::Whatwg(encoding_rs::KOI8_R));
    pub const WINDOWS_1250: Encoding = Encoding(Kind::Whatwg(encoding_rs::WINDOWS_1250));
    pub const WINDOWS_1251: Encoding = Encoding(Kind::Whatwg(encoding_rs::WINDOWS_1251));
    pub const WINDOWS_1252: Encoding = Encoding(Kind::Whatwg(encoding_rs::WINDOWS_1252));
    pub const WINDOWS_1253: Encoding = Encoding(Kind::Whatwg(encoding_rs::WINDOWS_1253));
    pub const WINDOWS_1254: Encoding = Encoding(Kind::Whatwg(encoding_rs::WINDOWS_1254));
    pub const WINDOWS_1256: Encoding = Encoding(Kind::Whatwg(encoding_rs::WINDOWS_1256));
    pub const WINDOWS_1257: Encoding = Encoding(Kind::Whatwg(encoding_rs::WINDOWS_1257));
    pub const MACINTOSH: Encoding = Encoding(Kind::Whatwg(encoding_rs::MACINTOSH));
    pub const MAC_CYRILLIC: Encoding = Encoding(Kind::Whatwg(encoding_rs::X_MAC_CYRILLIC));
    pub const IBM437: Encoding = Encoding(Kind::Dos(Dos::Cp437));
    pub const IBM850: Encoding = Encoding(Kind::Dos(Dos::Cp850));
    pub const IBM852: Encoding = Encoding(Kind::Dos(Dos::Cp852));
    pub const IBM855: Encoding = Encoding(Kind::Dos(Dos::Cp855));
    pub const IBM866: Encoding = Encoding(Kind::Whatwg(encoding_rs::IBM866));

    /// The encoding that people or programs call by this name: every label of the WHATWG Encoding Standard, and the
    /// names of UTF-32 and of the DOS pages. `None` for a name that nobody uses, or of an encoding that cannot be read.
    pub fn for_label(label: &str) -> Option<Encoding> {
        let label = label.trim().to_ascii_lowercase();
        let other = match label.as_str() {
            "utf-32le" => Some(Self::UTF_32LE),
            "utf-32" | "utf-32be" => Some(Self::UTF_32BE),
            "437" | "cp437" | "ibm437" | "dos" | "dos-us" => Some(Self::IBM437),
            "850" | "cp850" | "ibm850" | "858" | "cp858" | "ibm858" => Some(Self::IBM850),
            "852" | "cp852" | "ibm852" => Some(Self::IBM852),
            "855" | "cp855" | "ibm855" => Some(Self::IBM855),
            "macroman" | "mac-roman" => Some(Self::MACINTOSH),
            "maccyrillic" | "mac-cyrillic" => Some(Self::MAC_CYRILLIC),
            // The words of Project Gutenberg's older headers.
            "iso latin-1" | "iso-latin-1" | "latin-1" => Some(Self::WINDOWS_1252),
            "cp932" | "ms932" => Some(Encoding(Kind::Whatwg(encoding_rs::SHIFT_JIS))),
            "cp936" => Some(Self::GB18030),
            "cp949" | "uhc" => Some(Encoding(Kind::Whatwg(encoding_rs::EUC_KR))),
            "cp950" => Some(Encoding(Kind::Whatwg(encoding_rs::BIG5))),
            _ => None,
        };
        // `replacement` stands for encodings that browsers refuse: it reads every file as one U+FFFD.
        other
            .or_else(|| Whatwg::for_label_no_replacement(label.as_bytes()).map(|whatwg| Encoding(Kind::Whatwg(whatwg))))
    }

    /// The name of the WHATWG Encoding Standard, or of IANA where the standard has none.
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Whatwg(whatwg) => whatwg.name(),
            Kind::Utf32 { big_endian: false } => "UTF-32LE",
            Kind::Utf32 { big_endian: true } => "UTF-32BE",
            Kind::Dos(page) => page.name(),
        }
    }

    /// One byte is one character, and the lower half is ASCII.
    pub(super) fn is_single_byte(self) -> bool {
        match self.0 {
            Kind::Whatwg(whatwg) => whatwg.is_single_byte(),
            Kind::Utf32 { .. } => false,
            Kind::Dos(_) => true,
        }
    }

    /// Of single bytes, with an alphabet of Latin letters that is not that of western Europe.
    pub(super) fn is_latin(self) -> bool {
        const LATIN: [&str; 11] = [
            "windows-1250",
            "windows-1254",
            "windows-1257",
            "windows-1258",
            "ISO-8859-2",
            "ISO-8859-3",
            "ISO-8859-4",
            "ISO-8859-10",
            "ISO-8859-13",
            "ISO-8859-14",
            "ISO-8859-16",
        ];
        LATIN.contains(&self.name())
    }

    pub(super) fn from_whatwg(whatwg: &'static Whatwg) -> Encoding {
        Encoding(Kind::Whatwg(whatwg))
    }

    /// The characters of bytes; U+FFFD stands for what is none. For formats that say themselves which encoding they are in.
    pub fn characters(self, bytes: &[u8]) -> String {
        self.decode(bytes).text
    }

    /// Reads all bytes; those that mean nothing become U+FFFD. A byte order mark is read as the character it is.
    pub(super) fn decode(self, bytes: &[u8]) -> Decoded {
        match self.0 {
            Kind::Whatwg(whatwg) => {
                let (text, broken) = whatwg.decode_without_bom_handling(bytes);
                let is_of_unix = whatwg == encoding_rs::EUC_JP || whatwg == encoding_rs::ISO_2022_JP;
                let text = if is_of_unix { as_in_jis(&text) } else { text.into_owned() };
                Decoded { text, broken }
            }
            Kind::Utf32 { big_endian } => decode_utf32(bytes, big_endian),
            Kind::Dos(page) => {
                let upper = page.upper_half();
                let read = |&byte: &u8| if byte < 0x80 { char::from(byte) } else { upper[usize::from(byte - 0x80)] };
                Decoded { text: bytes.iter().map(read).collect(), broken: false }
            }
        }
    }

    /// What the bytes 80 to FF mean; U+FFFD where nothing. Only for encodings of single bytes.
    pub(super) fn upper_half(self) -> [char; 128] {
        let mut table = ['\u{fffd}'; 128];
        for (slot, byte) in table.iter_mut().zip(0x80..=0xff_u8) {
            if let Some(character) = self.decode(&[byte]).text.chars().next() {
                *slot = character;
            }
        }
        table
    }
}

/// The web reads a few signs of Japanese as Windows did in Shift_JIS. In EUC-JP and ISO-2022-JP, which came from elsewhere,
/// they are what the standard says: the wave dash of `３〜５` is not a wide tilde.
fn as_in_jis(text: &str) -> String {
    let standard = |character| match character {
        '～' => '〜',
        '－' => '−',
        '∥' => '‖',
        '￠' => '¢',
        '￡' => '£',
        '￢' => '¬',
        other => other,
    };
    text.chars().map(standard).collect()
}

fn decode_utf32(bytes: &[u8], big_endian: bool) -> Decoded {
    let mut broken = !bytes.len().is_multiple_of(4);
    let text = bytes
        .chunks_exact(4)
        .map(|unit| {
            let unit = [unit[0], unit[1], unit[2], unit[3]];
            let number = if big_endian { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) };
            char::from_u32(number).unwrap_or_else(|| {
                broken = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    Decoded { text, broken }
}

impl fmt::Debug for Encoding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Encoding({})", self.name())
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_people_use_are_known_and_others_are_not() {
        for (label, name) in [
            ("UTF8", "UTF-8"),
            (" Latin1 ", "windows-1252"),
            ("ISO Latin-1", "windows-1252"),
            ("cp850", "IBM850"),
            ("DOS", "IBM437"),
            ("shift-jis", "Shift_JIS"),
            ("gb2312", "GBK"),
            ("MacRoman", "macintosh"),
            ("utf-32le", "UTF-32LE"),
        ] {
            assert_eq!(Encoding::for_label(label).map(Encoding::name), Some(name), "{label}");
        }
        for label in ["", "klingon", "iso-2022-kr", "hz-gb-2312"] {
            assert_eq!(Encoding::for_label(label), None, "{label}");
        }
    }

    #[test]
    fn dos_pages_are_whole_and_differ_where_they_should() {
        for page in [Encoding::IBM437, Encoding::IBM850, Encoding::IBM852, Encoding::IBM855] {
            assert!(!page.upper_half().contains(&'\u{fffd}'), "{page}");
        }
        assert_eq!(Encoding::IBM437.decode(b"caf\x82 \xb5").text, "café ╡");
        assert_eq!(Encoding::IBM850.decode(b"caf\x82 \xb5").text, "café Á");
        assert_eq!(Encoding::IBM852.decode(b"fa\x87ade \xa7").text, "façade ž");
    }

    #[test]
    fn signs_of_japanese_follow_the_family_of_the_encoding() {
        let read = |label: &str, bytes| Encoding::for_label(label).map(|encoding| encoding.decode(bytes).text);
        assert_eq!(read("euc-jp", b"\xa1\xc1\xa1\xdd").as_deref(), Some("〜−"));
        assert_eq!(read("shift_jis", b"\x81\x60\x81\x7c").as_deref(), Some("～－"));
    }

    #[test]
    fn utf_32_remarks_what_it_cannot_read() {
        assert_eq!(Encoding::UTF_32BE.decode(b"\0\0\0A\0\x01\xf6\0").text, "A😀");
        assert!(Encoding::UTF_32LE.decode(b"A\0\0\0B").broken);
        assert_eq!(Encoding::UTF_32LE.decode(b"\0\xd8\0\0").text, "\u{fffd}");
    }
}
