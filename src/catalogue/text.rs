//! Searching by words. What a person types is words and nothing else: no syntax of the search engine can be reached by it.

use std::borrow::Cow;
use std::ops::Range;

use rusqlite::{Connection, params};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use crate::model::record::BookRecord;

/// The text itself is not kept here: the record has it. Diacritics are folded, and short prefixes have an index of their own for
/// whoever searches while typing.
pub const TABLES: &[&str] = &["CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
        title, authors, series, fandoms, relationships, characters, tags, warnings, summary,
        content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
    )"];

/// How much more a word counts in a column than in the summary, in the order of the columns.
pub const WEIGHTS: &str = "12.0, 8.0, 6.0, 5.0, 4.0, 4.0, 3.0, 2.0, 1.0";

/// Columns in the order in which they count where too many books have the words to weigh each of them.
pub const TIERS: [&str; 3] =
    ["title", "title authors series", "title authors series fandoms relationships characters tags"];

/// An expression that asks for all of its words in these columns.
pub fn within(columns: &str, expression: &str) -> String {
    format!("{{{columns}}} : ({expression})")
}

/// Words of a search beyond this are not looked at.
const MOST_WORDS: usize = 24;

/// What is searched of a book, in the order of the columns.
pub type Columns = [String; 9];

/// What is searched of a book.
pub fn columns(record: &BookRecord) -> Columns {
    let all = |lists: &[&[String]]| searchable(&lists.concat().join("\n")).into_owned();
    let series: Vec<String> = record.series.iter().map(|part| part.name.clone()).collect();
    let warnings: Vec<String> = record.warnings.list.iter().map(|warning| warning.label.clone()).collect();
    [
        searchable(record.title.as_deref().unwrap_or_default()).into_owned(),
        all(&[&record.authors]),
        all(&[&series]),
        all(&[&record.fandoms]),
        all(&[&record.relationships]),
        all(&[&record.characters]),
        all(&[&record.tags, &record.genres, &record.categories]),
        all(&[&warnings]),
        all(&[&record.summary]),
    ]
}

pub fn insert(connection: &Connection, id: i64, columns: &Columns) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO words (rowid, title, authors, series, fandoms, relationships, characters, tags, warnings, summary)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let [title, authors, series, fandoms, relationships, characters, tags, warnings, summary] = columns;
    statement.execute(params![
        id,
        title,
        authors,
        series,
        fandoms,
        relationships,
        characters,
        tags,
        warnings,
        summary
    ])?;
    Ok(())
}

pub fn remove(connection: &Connection, id: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM words WHERE rowid = ?1")?.execute([id])?;
    Ok(())
}

/// Words that a person typed to be found side by side: one, or a passage in quotation marks.
struct Phrase {
    words: String,
    /// The last of them may be the beginning of a word: nothing was typed behind it.
    is_open: bool,
}

/// What a person typed, in its words. Nothing else of it means anything.
fn phrases(typed: &str) -> Vec<Phrase> {
    let mut phrases: Vec<Phrase> = Vec::new();
    for (index, piece) in typed.split(['"', '“', '”', '„', '«', '»']).enumerate() {
        let is_quoted = index % 2 == 1;
        phrases.iter_mut().for_each(|phrase| phrase.is_open = false);
        let mut say = |words: &str| {
            let words = searchable(words);
            // The one character that ends a phrase, and those that end a text.
            let words = words.replace(|letter: char| letter == '"' || letter.is_control(), " ");
            if words.contains(char::is_alphanumeric) {
                phrases.push(Phrase { words: words.trim().to_owned(), is_open: false });
            }
        };
        if is_quoted {
            say(piece)
        } else {
            piece.split_whitespace().for_each(&mut say)
        }
        if let (false, true, Some(last)) = (is_quoted, piece.ends_with(char::is_alphanumeric), phrases.last_mut()) {
            // One letter is the beginning of too many words.
            last.is_open = last.words.chars().nth(1).is_some();
        }
    }
    phrases.truncate(MOST_WORDS);
    phrases
}

/// What is asked of the search engine for what a person typed: all of its words, a passage in quotation marks as it stands, and
/// the last word also as the beginning of one, unless something follows it. `None` when there is no word in it.
pub fn expression(typed: &str) -> Option<String> {
    let phrases = phrases(typed).into_iter();
    let asked = phrases.map(|phrase| format!("\"{}\"{}", phrase.words, if phrase.is_open { "*" } else { "" }));
    let expression = asked.collect::<Vec<_>>().join(" AND ");
    (!expression.is_empty()).then_some(expression)
}

/// Where in a book's record the words of a search stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The name of the field: `title`, `tag`, `summary` …
    pub field: &'static str,
    /// The value, or of a long one the passage around the first of the words.
    pub text: String,
    /// The words found, as places in `text`; ascending and apart.
    pub found: Vec<Range<usize>>,
}

/// Where in a record the words of a search stand: of each value that has some, one snippet, the title first and the summary last.
pub fn snippets(record: &BookRecord, typed: &str) -> Vec<Snippet> {
    let phrases: Vec<(Vec<String>, bool)> = phrases(typed)
        .into_iter()
        .map(|phrase| (words_of(&phrase.words).into_iter().map(|(_, key)| key).collect(), phrase.is_open))
        .collect();
    let mut values: Vec<(&'static str, &str)> = Vec::new();
    values.extend(record.title.iter().map(|title| ("title", title.as_str())));
    values.extend(record.authors.iter().map(|author| ("author", author.as_str())));
    values.extend(record.series.iter().map(|part| ("series", part.name.as_str())));
    let lists = [
        ("fandom", &record.fandoms),
        ("relationship", &record.relationships),
        ("character", &record.characters),
        ("tag", &record.tags),
        ("genre", &record.genres),
        ("category", &record.categories),
    ];
    for (field, list) in lists {
        values.extend(list.iter().map(|value| (field, value.as_str())));
    }
    values.extend(record.warnings.list.iter().map(|warning| ("warning", warning.label.as_str())));
    values.extend(record.summary.iter().map(|paragraph| ("summary", paragraph.as_str())));
    values.into_iter().filter_map(|(field, text)| snippet(field, text, &phrases)).collect()
}

/// Words around what was found that are shown on either side of it.
const AROUND: usize = 10;

fn snippet(field: &'static str, text: &str, phrases: &[(Vec<String>, bool)]) -> Option<Snippet> {
    let words = words_of(text);
    let mut is_found = vec![false; words.len()];
    for (phrase, is_open) in phrases.iter().filter(|(phrase, _)| !phrase.is_empty()) {
        for (start, stretch) in words.windows(phrase.len()).enumerate() {
            let same = stretch.iter().zip(phrase).enumerate().all(|(index, ((_, word), wanted))| {
                word == wanted || (*is_open && index + 1 == phrase.len() && word.starts_with(wanted.as_str()))
            });
            if same {
                is_found[start..start + phrase.len()].fill(true);
            }
        }
    }
    let first = is_found.iter().position(|found| *found)?;
    let (from, to) = (first.saturating_sub(AROUND), (first + 2 * AROUND).min(words.len() - 1));
    let start = if from == 0 { 0 } else { words[from].0.start };
    let end = if to == words.len() - 1 { text.len() } else { words[to].0.end };
    let cut = |is_cut: bool| if is_cut { "…" } else { "" };
    let before = cut(start > 0);
    let shown = format!("{before}{}{}", &text[start..end], cut(end < text.len()));
    let found = (from..=to).filter(|index| is_found[*index]).map(|index| {
        let Range { start: word, end } = words[index].0;
        word - start + before.len()..end - start + before.len()
    });
    Some(Snippet { field, text: shown, found: found.collect() })
}

/// The words of a text as the search engine parts them: where they stand, and their keys.
fn words_of(text: &str) -> Vec<(Range<usize>, String)> {
    let mut words: Vec<(Range<usize>, String)> = Vec::new();
    let mut close = |start: Option<usize>, end: usize| {
        if let Some(start) = start {
            words.push((start..end, key(&text[start..end])));
        }
    };
    let mut start = None;
    for (at, letter) in text.char_indices() {
        let is_mark = unicode_normalization::char::is_combining_mark(letter);
        if is_unspaced(letter) && letter.is_alphanumeric() {
            close(start.take(), at);
            close(Some(at), at + letter.len_utf8());
        } else if letter.is_alphanumeric() {
            start = start.or(Some(at));
        } else if !is_mark {
            close(start.take(), at);
        }
    }
    close(start, text.len());
    words
}

/// A text as it is searched: in the plain form of its letters, and where a script has no spaces between words, every letter a
/// word of its own, so that any passage of it is found as a phrase.
pub fn searchable(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let plain: Cow<str> = match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfkc().collect()),
    };
    if !plain.contains(is_unspaced) {
        return plain;
    }
    let mut apart = String::with_capacity(plain.len() * 2);
    for letter in plain.chars() {
        let alone = is_unspaced(letter);
        if alone {
            apart.push(' ');
        }
        apart.push(letter);
        if alone {
            apart.push(' ');
        }
    }
    Cow::Owned(apart)
}

/// Whether a letter belongs to a script that is written without spaces between words.
fn is_unspaced(letter: char) -> bool {
    matches!(letter,
        '\u{0e00}'..='\u{0eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' // Burmese
        | '\u{1780}'..='\u{17ff}' // Khmer
        | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' // Japanese
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}') // Han
}

/// A word or name by which alike ones are known: case, diacritics, width and space make no difference.
pub fn key(text: &str) -> String {
    let plain: String = if text.is_ascii() {
        text.to_lowercase()
    } else {
        let letters = text.nfkd().filter(|letter| !unicode_normalization::char::is_combining_mark(*letter));
        letters.flat_map(char::to_lowercase).collect()
    };
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A [`key`] to sort by: numbers stand in the order of what they count, and marks in front do not matter.
pub fn sort_key(text: &str) -> String {
    let key = key(text);
    let start = key.find(char::is_alphanumeric).unwrap_or(0);
    let mut sorted = String::with_capacity(key.len());
    let mut rest = &key[start..];
    while let Some(first) = rest.chars().next() {
        let digits = rest.len() - rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        if digits == 0 {
            sorted.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        // The length of a number goes before its digits: 2 before 10.
        let number = rest[..digits].trim_start_matches('0');
        sorted.push(char::from(b'0' + number.len().min(9) as u8));
        sorted.push_str(number);
        rest = &rest[digits..];
    }
    sorted
}

/// Goes through the books that have the words of an expression, by their numbers.
pub fn each(connection: &Connection, expression: &str, mut visit: impl FnMut(i64)) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rowid")?;
    let mut rows = statement.query([expression])?;
    while let Some(row) = rows.next()? {
        visit(row.get(0)?);
    }
    Ok(())
}

/// The same with what each is worth; the least is the best.
pub fn scores(connection: &Connection, expression: &str) -> rusqlite::Result<Vec<(i64, f64)>> {
    let asked = format!("SELECT rowid, bm25(words, {WEIGHTS}) FROM words WHERE words MATCH ?1");
    let mut statement = connection.prepare_cached(&asked)?;
    statement.query_map([expression], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
