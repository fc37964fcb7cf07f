//! What a book's file is called: a template filled with facts, made safe for every device, unique in a run.
//!
//! Letters of every script stay; what some file system refuses goes. It never looks at the disk.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Longest name in bytes, ending included: old readers and archive tools cut longer ones.
const LONGEST: usize = 120;

const ENDING: &str = ".epub";

/// What Kobo's own reader knows its books by.
const KOBO_ENDING: &str = ".kepub.epub";

/// Names that Windows keeps for devices, whatever ending follows.
const RESERVED: &[&str] = &[
    "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7",
    "COM8", "COM9", "COM¹", "COM²", "COM³", "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8",
    "LPT9", "LPT¹", "LPT²", "LPT³",
];

/// What a template can name. An unknown fact is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    pub author: String,
    pub title: String,
    pub series: String,
    pub index: String,
    pub fandom: String,
    pub stem: String,
    pub date: String,
    pub year: String,
    pub language: String,
    /// Twelve letters and digits that no other story below the same path has.
    pub id: String,
}

type Field = fn(&Facts) -> &str;

/// Every field of a template, as it is typed.
const FIELDS: &[(&str, Field)] = &[
    ("author", |facts| &facts.author),
    ("title", |facts| &facts.title),
    ("series", |facts| &facts.series),
    ("index", |facts| &facts.index),
    ("fandom", |facts| &facts.fandom),
    ("stem", |facts| &facts.stem),
    ("date", |facts| &facts.date),
    ("year", |facts| &facts.year),
    ("language", |facts| &facts.language),
    ("id", |facts| &facts.id),
];

/// How books are called: `{author} - {title}`.
///
/// A field that is unknown takes the text that joins it to its neighbour with it, and brackets that hold no known field
/// vanish: `{title} ({series} {index})` is only the title for a story outside of any series.
#[derive(Clone)]
pub struct Template {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone)]
enum Piece {
    Text(String),
    Field(Field),
    Brackets { open: char, inner: Vec<Piece>, close: char },
}

impl FromStr for Template {
    type Err = TemplateFault;

    fn from_str(text: &str) -> Result<Self, TemplateFault> {
        let text = text.strip_suffix(ENDING).unwrap_or(text);
        if let Some(separator) = text.chars().find(|character| matches!(character, '/' | '\\')) {
            return Err(TemplateFault::Folder(separator));
        }
        let pieces = parse(text)?;
        if !pieces.iter().any(Piece::has_field) {
            return Err(TemplateFault::NoField);
        }
        Ok(Template { text: text.to_owned(), pieces })
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Template({:?})", self.text)
    }
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateFault {
    UnknownField(String),
    /// A `{` without its `}`, or the other way round.
    OpenField,
    Folder(char),
    NoField,
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TemplateFault::UnknownField(field) => write!(out, "there is no field `{{{field}}}`")?,
            TemplateFault::OpenField => write!(out, "a `{{` or `}}` stands alone")?,
            TemplateFault::Folder(separator) => {
                return write!(
                    out,
                    "a template names a file, so it cannot hold `{separator}`; use `-o` for the folder"
                );
            }
            TemplateFault::NoField => write!(out, "all books would have the same name")?,
        }
        write!(out, "; the fields are")?;
        FIELDS.iter().try_for_each(|(name, _)| write!(out, " {{{name}}}"))
    }
}

impl std::error::Error for TemplateFault {}

fn parse(text: &str) -> Result<Vec<Piece>, TemplateFault> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let closing = match first {
            '{' => {
                let (name, after) = rest[1..].split_once('}').ok_or(TemplateFault::OpenField)?;
                let known = FIELDS.iter().find(|(field, _)| *field == name.trim());
                pieces.push(Piece::Field(known.ok_or_else(|| TemplateFault::UnknownField(name.to_owned()))?.1));
                rest = after;
                continue;
            }
            '}' => return Err(TemplateFault::OpenField),
            '(' => Some(')'),
            '[' => Some(']'),
            _ => None,
        };
        match closing.and_then(|close| rest[1..].split_once(close).map(|split| (close, split))) {
            Some((close, (inner, after))) => {
                pieces.push(Piece::Brackets { open: first, inner: parse(inner)?, close });
                rest = after;
            }
            None => {
                let end = rest[first.len_utf8()..]
                    .find(['{', '}', '(', '['])
                    .map_or(rest.len(), |end| end + first.len_utf8());
                pieces.push(Piece::Text(rest[..end].to_owned()));
                rest = &rest[end..];
            }
        }
    }
    Ok(pieces)
}

impl Piece {
    fn has_field(&self) -> bool {
        match self {
            Piece::Text(_) => false,
            Piece::Field(_) => true,
            Piece::Brackets { inner, .. } => inner.iter().any(Piece::has_field),
        }
    }
}

/// Fills in the facts, each cut to `longest` bytes. Empty when no field that is named is known.
fn fill(pieces: &[Piece], facts: &Facts, longest: usize) -> String {
    let mut out = String::new();
    // Text is held back until it is known whether the field after it is.
    let mut joint = String::new();
    let mut missed = false;
    for piece in pieces {
        let filled = match piece {
            Piece::Text(text) => {
                joint.push_str(text);
                continue;
            }
            Piece::Field(field) => shorten(field(facts).trim(), longest).to_owned(),
            Piece::Brackets { open, inner, close } if piece.has_field() => match fill(inner, facts, longest) {
                inner if inner.is_empty() => inner,
                inner => format!("{open}{inner}{close}"),
            },
            Piece::Brackets { open, inner, close } => {
                joint.push_str(&format!("{open}{}{close}", fill_text(inner)));
                continue;
            }
        };
        if filled.is_empty() {
            missed = true;
        } else {
            if !(out.is_empty() && missed) {
                out.push_str(&joint);
            }
            out.push_str(&filled);
            missed = false;
        }
        joint.clear();
    }
    if !missed && !out.is_empty() {
        out.push_str(&joint);
    }
    out
}

fn fill_text(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Brackets { open, inner, close } => format!("{open}{}{close}", fill_text(inner)),
            Piece::Field(_) => String::new(),
        })
        .collect()
}

/// The name of a book that is called by its title alone.
pub fn titled(title: &str) -> String {
    let template = Template { text: "{title}".to_owned(), pieces: vec![Piece::Field(|facts| &facts.title)] };
    template.plain(&Facts { title: title.to_owned(), ..Facts::default() }) + ENDING
}

impl Template {
    /// The name of a story's book before it is made unique, without its ending. What sets it apart is never cut off.
    pub fn plain(&self, facts: &Facts) -> String {
        // One byte is for the mark that keeps a name from being a device.
        let room = LONGEST - ENDING.len() - 1;
        let name = self.stem(facts, room);
        if self.is_unique() && !name.contains(&facts.id) {
            return format!("{} {}", shorten(&name, room - facts.id.len() - 1), facts.id);
        }
        name
    }

    /// Whether names made by it need no numbers: it holds `{id}`.
    pub fn is_unique(&self) -> bool {
        fn names(pieces: &[Piece]) -> bool {
            let probe = Facts { id: "id".to_owned(), ..Facts::default() };
            pieces.iter().any(|piece| match piece {
                Piece::Text(_) => false,
                Piece::Field(field) => field(&probe) == "id",
                Piece::Brackets { inner, .. } => names(inner),
            })
        }
        names(&self.pieces)
    }

    /// The name for a story without its ending: safe, never empty, at most `room` bytes.
    fn stem(&self, facts: &Facts, room: usize) -> String {
        let whole = safe(&fill(&self.pieces, facts, usize::MAX));
        let fitting = if whole.len() <= room {
            whole
        } else {
            // A list of thirty authors must not push the title out, so each fact gives way before the end is cut.
            (1..=12)
                .rev()
                .map(|tenth| safe(&fill(&self.pieces, facts, room * tenth / 12)))
                .find(|name| name.len() <= room)
                .unwrap_or(whole)
        };
        [fitting.as_str(), &facts.stem, "story"]
            .into_iter()
            .map(|name| unreserved(safe(shorten(&safe(name), room))))
            .find(|name| name.chars().any(char::is_alphanumeric))
            .unwrap_or_else(|| "story".to_owned())
    }
}

/// The names that a run has given away: sixteen bytes for each.
#[derive(Debug, Default)]
pub struct Names {
    taken: HashSet<Mark>,
    /// For each plain name that was asked for again, the number that is tried next.
    next: HashMap<Mark, u32>,
}

/// Sixteen bytes that stand for a name as the most forgetful file system compares it.
pub type Mark = [u8; 16];

impl Names {
    /// The file name of a book, which no other book of the run has, whatever device compares them, and whether it had to be
    /// numbered. `before` is the name that the book has already, from an earlier run: it is kept if it is free. `is_owned` knows
    /// which names belong to stories of earlier runs.
    ///
    /// Who asks first gets the plain name, so the order of asking must be the order of the stories.
    pub fn claim(&mut self, plain: &str, before: Option<&str>, is_owned: impl Fn(&Mark) -> bool) -> (String, bool) {
        if let Some(before) = before
            && self.taken.insert(mark(before))
        {
            return (before.to_owned(), before.strip_suffix(ENDING) != Some(plain));
        }
        let name = plain.to_owned() + ENDING;
        let plain_mark = mark(&name);
        if !self.taken.contains(&plain_mark) && !is_owned(&plain_mark) {
            self.taken.insert(plain_mark);
            return (name, false);
        }
        let number = self.next.entry(plain_mark).or_insert(2);
        loop {
            let suffix = format!(" ({number})");
            let name = shorten(plain, LONGEST - ENDING.len() - suffix.len()).to_owned() + &suffix + ENDING;
            *number += 1;
            let mark = mark(&name);
            if !self.taken.contains(&mark) && !is_owned(&mark) {
                self.taken.insert(mark);
                return (name, true);
            }
        }
    }

    /// The name of a book that is left as it is.
    pub fn keep(&mut self, mark: Mark) {
        self.taken.insert(mark);
    }

    pub fn is_taken(&self, mark: &Mark) -> bool {
        self.taken.contains(mark)
    }
}

/// The name of a book that is there already, without its ending, safe for every device.
pub fn plain_name(path: &std::path::Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = [KOBO_ENDING, ENDING].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(&name);
    let template = Template { text: "{stem}".to_owned(), pieces: vec![Piece::Field(|facts| &facts.stem)] };
    template.plain(&Facts { stem: stem.to_owned(), ..Facts::default() })
}

/// The name of the same book in the form that Kobo's own reader wants. No other book's, since no plain name ends in `.kepub`.
pub fn for_kobo(name: &str) -> String {
    let plain = name.strip_suffix(KOBO_ENDING).or_else(|| name.strip_suffix(ENDING)).unwrap_or(name);
    plain.to_owned() + KOBO_ENDING
}

/// The name of the same book in the form that every reader wants.
pub fn for_all(name: &str) -> String {
    name.strip_suffix(KOBO_ENDING).map_or_else(|| name.to_owned(), |plain| plain.to_owned() + ENDING)
}

/// The mark of a book's file name.
pub fn mark(name: &str) -> Mark {
    let whole = blake3::hash(folded(name).as_bytes());
    let mut mark = [0; 16];
    mark.copy_from_slice(&whole.as_bytes()[..16]);
    mark
}

/// Equal for names that some file system holds for the same.
fn folded(name: &str) -> String {
    name.to_uppercase().to_lowercase().nfkc().collect()
}

/// `text` without what some file system or shell stumbles over. May be empty.
fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.nfc().peekable();
    while let Some(character) = characters.next() {
        match character {
            // "The Moth: A Story" reads well with a dash, "10:30" without spaces.
            ':' if characters.peek().is_none_or(|next| next.is_whitespace()) => out.push_str(" -"),
            ':' | '/' | '\\' | '|' => out.push('-'),
            '"' => out.push('\''),
            '<' | '>' | '*' | '?' => {}
            character if character.is_whitespace() || character.is_control() => out.push(' '),
            character if is_invisible(character) => {}
            character => out.push(character),
        }
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    // A leading dot hides a file, a leading dash looks like an option, a trailing dot is lost on Windows; the ellipsis is of
    // a title that was made of first words.
    words.join(" ").trim_start_matches(['.', '-', '~', ' ']).trim_end_matches(['.', ' ', '-', '…']).to_owned()
}

/// Characters that turn the direction of text or have no width, so that a name would not be what it seems.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// As many whole characters of `text` as fit, up to the end of a word where that keeps at least half.
fn shorten(text: &str, longest: usize) -> &str {
    if text.len() <= longest {
        return text;
    }
    let end =
        text.grapheme_indices(true).map(|(start, grapheme)| start + grapheme.len()).take_while(|end| *end <= longest);
    let cut = &text[..end.last().unwrap_or(0)];
    let whole_words = match cut.rfind(char::is_whitespace) {
        Some(space) if space * 2 >= longest && !text[cut.len()..].starts_with(char::is_whitespace) => &cut[..space],
        _ => cut,
    };
    whole_words.trim_end_matches(|character: char| character.is_whitespace() || "-–—,;:&.".contains(character))
}

fn unreserved(name: String) -> String {
    // Else it would be taken for a book in another format.
    let plain = name.len().saturating_sub(".kepub".len());
    if name.get(plain..).is_some_and(|end| end.eq_ignore_ascii_case(".kepub")) {
        return format!("{}_kepub", &name[..plain]);
    }
    let device = name.split('.').next().unwrap_or_default().trim_end();
    if RESERVED.contains(&device.to_uppercase().as_str()) {
        format!("{device}_{}", &name[device.len()..])
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn moth() -> Facts {
        Facts { author: "A. Writer".into(), title: "The Moth".into(), stem: "moth-1".into(), ..Facts::default() }
    }

    fn named(template: &str, facts: &Facts) -> String {
        {
            let template: Template = template.parse().expect("a template");
            Names::default().claim(&template.plain(facts), None, |_| false).0
        }
    }

    #[test]
    fn a_missing_fact_leaves_nothing_dangling() {
        let lone = Facts { author: String::new(), ..moth() };
        let part = Facts { series: "Night".into(), ..lone.clone() };
        assert_eq!(named("{author} - {title}", &moth()), "A. Writer - The Moth.epub");
        assert_eq!(named("{author} - {title}", &lone), "The Moth.epub");
        assert_eq!(named("{title} - {author}", &lone), "The Moth.epub");
        assert_eq!(named("{series} {index} - {title}", &part), "Night - The Moth.epub");
        assert_eq!(named("{title} ({series} {index})", &part), "The Moth (Night).epub");
        assert_eq!(named("{title} ({series} {index})", &lone), "The Moth.epub");
        assert_eq!(named("[{fandom}] {title}", &lone), "The Moth.epub");
        assert_eq!(named("{title} (draft)", &lone), "The Moth (draft).epub");
        assert_eq!(named("{author}", &lone), "moth-1.epub");
        assert_eq!(named("{stem}.epub", &lone), "moth-1.epub");
    }

    #[test]
    fn a_wrong_template_says_what_is_possible() {
        let fault = |text: &str| text.parse::<Template>().expect_err("a fault");
        assert_eq!(fault("{titel}"), TemplateFault::UnknownField("titel".into()));
        assert!(fault("{titel}").to_string().contains("{title}"), "the fields are listed");
        assert_eq!(fault("{title"), TemplateFault::OpenField);
        assert_eq!(fault("title}"), TemplateFault::OpenField);
        assert_eq!(fault("{author}/{title}"), TemplateFault::Folder('/'));
        assert_eq!(fault("my book"), TemplateFault::NoField);
    }

    #[test]
    fn names_are_safe_on_every_device_and_keep_their_letters() {
        let titled = |title: &str| named("{title}", &Facts { title: title.into(), ..moth() });
        assert_eq!(titled("Willow/Spike: What Now?"), "Willow-Spike - What Now.epub");
        assert_eq!(titled("10:30 to \"Nowhere\""), "10-30 to 'Nowhere'.epub");
        assert_eq!(titled("Ночь и Žena"), "Ночь и Žena.epub");
        assert_eq!(titled("Cafe\u{301}"), "Caf\u{e9}.epub");
        assert_eq!(titled("...And then..."), "And then.epub");
        assert_eq!(titled("She counted the boats…"), "She counted the boats.epub");
        assert_eq!(titled("--rf"), "rf.epub");
        assert_eq!(titled("con"), "con_.epub");
        assert_eq!(titled("Moth.Kepub"), "Moth_kepub.epub");
        assert_eq!(for_kobo(&titled("The Moth")), "The Moth.kepub.epub");
        assert_eq!(titled("Aux. The End"), "Aux_. The End.epub");
        assert_eq!(titled("a\u{202e}gpj\nb"), "agpj b.epub");
        assert_eq!(titled("???"), "moth-1.epub");
    }

    #[test]
    fn a_long_author_does_not_push_the_title_out() {
        let authors = vec!["Somebody Else"; 20].join(", ");
        let name = named("{author} - {title}", &Facts { author: authors, ..moth() });
        assert!(name.len() <= LONGEST && name.ends_with(" - The Moth.epub"), "{name}");
    }

    #[test]
    fn names_of_a_run_are_unique_whatever_compares_them() {
        let mut names = Names::default();
        let template: Template = "{title}".parse().expect("a template");
        let mut claim = |title: &str| {
            let plain = template.plain(&Facts { title: title.into(), ..moth() });
            names.claim(&plain, None, |_| false)
        };
        assert_eq!(claim("Straße"), ("Straße.epub".into(), false));
        assert_eq!(claim("STRASSE"), ("STRASSE (2).epub".into(), true));
        assert_eq!(claim("strasse"), ("strasse (3).epub".into(), true));
        assert_eq!(claim("strasse (3)"), ("strasse (3) (2).epub".into(), true));
        let long = "x".repeat(300);
        let (first, second) = (claim(&long).0, claim(&long).0);
        assert!(second.len() <= LONGEST && first != second);
    }

    #[test]
    fn an_id_is_never_cut_off() {
        let facts = Facts { title: "x".repeat(300), id: "0123456789ab".into(), ..moth() };
        for template in ["{author} - {title} {id}", "{id} {title}", "{title} ({id})"] {
            let name = named(template, &facts);
            assert!(name.contains("0123456789ab") && name.len() <= LONGEST, "{name}");
            assert!(template.parse::<Template>().unwrap().is_unique());
        }
        assert!(!"{title}".parse::<Template>().unwrap().is_unique());
    }

    #[test]
    fn a_book_keeps_its_name_and_takes_no_one_elses() {
        let mut names = Names::default();
        let owned = mark("Moth.epub");
        assert_eq!(names.claim("Moth", None, |mark| *mark == owned), ("Moth (2).epub".into(), true));
        assert_eq!(names.claim("Lamp", Some("Lamp (3).epub"), |_| false), ("Lamp (3).epub".into(), true));
        assert_eq!(names.claim("Lamp", Some("Lamp (3).epub"), |_| false), ("Lamp.epub".into(), false));
        names.keep(mark("Door.epub"));
        assert_eq!(names.claim("DOOR", None, |_| false), ("DOOR (2).epub".into(), true));
    }

    proptest! {
        #[test]
        fn any_facts_give_a_name_that_a_device_accepts(title in any::<String>(), author in any::<String>(), stem in any::<String>()) {
            let facts = Facts { title, author, stem, ..Facts::default() };
            let mut names = Names::default();
            let template: Template = "{author} - {title} [{series}]".parse().expect("a template");
            let (first, second) = (names.claim(&template.plain(&facts), None, |_| false).0, names.claim(&template.plain(&facts), None, |_| false).0);
            prop_assert_ne!(folded(&first), folded(&second));
            for name in [first, second] {
                let stem = name.strip_suffix(ENDING).expect("the ending");
                prop_assert!(name.len() <= LONGEST);
                prop_assert!(!stem.is_empty() && !stem.starts_with(['.', '-', ' ']) && !stem.ends_with(['.', ' ']));
                prop_assert!(!stem.contains(|c: char| c.is_control() || "<>:\"/\\|?*".contains(c)));
                prop_assert!(!RESERVED.contains(&stem.split('.').next().unwrap_or("").to_uppercase().as_str()));
            }
        }
    }
}
