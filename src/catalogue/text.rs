//! Searching by words. What a person types is words and nothing else: no syntax of the search engine can be reached by it.

use std::borrow::Cow;

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

/// Words of a search beyond this are not looked at.
const MOST_WORDS: usize = 24;

/// The words of a book, column by column.
pub fn insert(connection: &Connection, id: i64, record: &BookRecord) -> rusqlite::Result<()> {
    let all = |lists: &[&[String]]| searchable(&lists.concat().join("\n")).into_owned();
    let series: Vec<String> = record.series.iter().map(|part| part.name.clone()).collect();
    let warnings: Vec<String> = record.warnings.list.iter().map(|warning| warning.label.clone()).collect();
    let mut statement = connection.prepare_cached(
        "INSERT INTO words (rowid, title, authors, series, fandoms, relationships, characters, tags, warnings, summary)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    statement.execute(params![
        id,
        searchable(record.title.as_deref().unwrap_or_default()),
        all(&[&record.authors]),
        all(&[&series]),
        all(&[&record.fandoms]),
        all(&[&record.relationships]),
        all(&[&record.characters]),
        all(&[&record.tags, &record.genres, &record.categories]),
        all(&[&warnings]),
        all(&[&record.summary]),
    ])?;
    Ok(())
}

pub fn remove(connection: &Connection, id: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM words WHERE rowid = ?1")?.execute([id])?;
    Ok(())
}

/// What is asked of the search engine for what a person typed: all of its words, a passage in quotation marks as it stands, and
/// the last word also as the beginning of one, unless something follows it. `None` when there is no word in it.
pub fn expression(typed: &str) -> Option<String> {
    let mut phrases: Vec<String> = Vec::new();
    let mut open = None;
    for (index, piece) in typed.split(['"', '“', '”', '„', '«', '»']).enumerate() {
        let before = phrases.len();
        let mut say = |words: &str| {
            let words = searchable(words);
            // The one character that ends a phrase, and those that end a text.
            let words = words.replace(|letter: char| letter == '"' || letter.is_control(), " ");
            phrases.extend(words.contains(char::is_alphanumeric).then(|| words.trim().to_owned()));
        };
        let quoted = index % 2 == 1;
        if quoted {
            say(piece)
        } else {
            piece.split_whitespace().for_each(&mut say)
        }
        let unfinished = !quoted && phrases.len() > before && piece.ends_with(char::is_alphanumeric);
        open = unfinished.then(|| phrases.len() - 1);
    }
    // One letter is the beginning of too many words.
    let open = open.filter(|last| phrases[*last].chars().nth(1).is_some());
    phrases.truncate(MOST_WORDS);
    let phrases = phrases.iter().enumerate();
    let asked = phrases.map(|(index, words)| format!("\"{words}\"{}", if open == Some(index) { "*" } else { "" }));
    let expression = asked.collect::<Vec<_>>().join(" AND ");
    (!expression.is_empty()).then_some(expression)
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

/// The books that have the words of an expression.
pub fn find(connection: &Connection, expression: &str, ranked: bool) -> rusqlite::Result<Vec<i64>> {
    let asked = match ranked {
        true => format!("SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY bm25(words, {WEIGHTS}), rowid"),
        false => "SELECT rowid FROM words WHERE words MATCH ?1".to_owned(),
    };
    let mut statement = connection.prepare_cached(&asked)?;
    statement.query_map([expression], |row| row.get(0))?.collect()
}
