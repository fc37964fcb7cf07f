//! Changing the catalogue: many books in one transaction.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::MutexGuard;

use rusqlite::{Connection, OptionalExtension, params};

use crate::diagnostic::Diagnostic;

use super::entry::{BookId, Entry, FileState};
use super::marks::Marks;
use super::query::Facet;
use super::{fault, text};

/// Of how many books the words are held before they are noted.
const WORDS_HELD: usize = 512;

/// Changes that become visible together, when they are committed. While it lives, nobody else can write.
pub struct Batch<'c> {
    pub(super) connection: MutexGuard<'c, Connection>,
    pub(super) file: &'c Path,
    revision: i64,
    changed: bool,
    committed: bool,
    /// Numbers of marks that this batch met.
    marks: HashMap<(Facet, String), i64>,
    /// What is to be found of the books that were put in. It goes in at the end, all at once: every other statement between would
    /// have the search write down what it holds.
    words: BTreeMap<BookId, text::Columns>,
}

impl<'c> Batch<'c> {
    pub(super) fn begin(connection: MutexGuard<'c, Connection>, file: &'c Path) -> rusqlite::Result<Batch<'c>> {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let mut batch = Batch {
            connection,
            file,
            revision: 0,
            changed: false,
            committed: false,
            marks: HashMap::new(),
            words: BTreeMap::new(),
        };
        let last: i64 = batch.connection.query_row("SELECT revision FROM state", [], |row| row.get(0))?;
        batch.revision = last + 1;
        Ok(batch)
    }

    /// Puts a book in, in place of whatever was at its path. That keeps its number and the moment at which it was added.
    ///
    /// # Errors
    /// When the disk refuses, or the file is damaged. The batch is worth nothing then.
    pub fn put(&mut self, entry: &Entry) -> Result<BookId, Diagnostic> {
        self.changed = true;
        self.put_row(entry).map_err(|error| fault::diagnostic(self.file, &error))
    }

    fn put_row(&mut self, entry: &Entry) -> rusqlite::Result<BookId> {
        let record = &entry.record;
        let marks = Marks::of(record);
        let mut numbers = Vec::with_capacity(marks.shared.len() * 4);
        for (facet, name) in marks.shared {
            numbers.extend((self.mark(facet, name)? as u32).to_le_bytes());
        }
        let positions: Vec<u8> = marks.positions.iter().flat_map(|position| position.to_le_bytes()).collect();
        let connection = &*self.connection;
        let known: Option<(BookId, i64)> = connection
            .prepare_cached("SELECT id, added FROM books WHERE path = ?1")?
            .query_row([&entry.path], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((id, _)) = known {
            text::remove(connection, id)?;
        }
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO books (id, path, identifier, bytes, modified, hash, added, revision, title_key,
                    author_key, published, updated, words, unwarned, marks, positions)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            )?
            .execute(params![
                known.map(|(id, _)| id),
                entry.path,
                record.identifier,
                entry.file.bytes as i64,
                entry.file.modified,
                entry.file.hash,
                known.map_or(entry.added, |(_, added)| added),
                self.revision,
                marks.title_key,
                marks.author_key,
                marks.published,
                marks.updated,
                marks.words.map(|words| words.min(u32::MAX as usize) as i64),
                marks.unwarned,
                numbers,
                positions,
            ])?;
        let id = known.map_or_else(|| connection.last_insert_rowid(), |(id, _)| id);
        let written =
            serde_json::to_string(record).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        connection
            .prepare_cached("INSERT OR REPLACE INTO records (id, record) VALUES (?1, ?2)")?
            .execute(params![id, written])?;
        self.words.insert(id, text::columns(record));
        if self.words.len() >= WORDS_HELD {
            self.note_words()?;
        }
        Ok(id)
    }

    /// Whether the book at a path is known with its file in this state.
    ///
    /// # Errors
    /// See [`Batch::put`].
    pub fn knows(&self, path: &str, file: &FileState) -> Result<bool, Diagnostic> {
        let asked = "SELECT 1 FROM books WHERE path = ?1 AND bytes = ?2 AND modified = ?3 AND hash = ?4";
        let values = params![path, file.bytes as i64, file.modified, file.hash];
        let known = self.connection.prepare_cached(asked).and_then(|mut statement| statement.exists(values));
        known.map_err(|error| fault::diagnostic(self.file, &error))
    }

    /// Takes the book at a path out; whether there was one.
    ///
    /// # Errors
    /// See [`Batch::put`].
    pub fn remove(&mut self, path: &str) -> Result<bool, Diagnostic> {
        self.remove_row(path).map_err(|error| fault::diagnostic(self.file, &error))
    }

    fn remove_row(&mut self, path: &str) -> rusqlite::Result<bool> {
        let connection = &*self.connection;
        let mut statement = connection.prepare_cached("DELETE FROM books WHERE path = ?1 RETURNING id")?;
        let Some(id) = statement.query_row([path], |row| row.get::<_, BookId>(0)).optional()? else { return Ok(false) };
        connection.prepare_cached("DELETE FROM records WHERE id = ?1")?.execute([id])?;
        connection.prepare_cached("INSERT INTO gone (id, revision) VALUES (?1, ?2)")?.execute([id, self.revision])?;
        text::remove(connection, id)?;
        self.words.remove(&id);
        self.changed = true;
        Ok(true)
    }

    /// Makes the changes visible, and safe against whatever kills the process.
    ///
    /// # Errors
    /// When the disk refuses; then nothing was changed.
    pub fn commit(mut self) -> Result<(), Diagnostic> {
        let mut commit = || {
            self.note_words()?;
            if self.changed {
                self.connection.execute("UPDATE state SET revision = ?1", [self.revision])?;
            }
            self.connection.execute_batch("COMMIT")
        };
        commit().map_err(|error| fault::diagnostic(self.file, &error))?;
        self.committed = true;
        Ok(())
    }

    fn note_words(&mut self) -> rusqlite::Result<()> {
        let words = std::mem::take(&mut self.words);
        words.iter().try_for_each(|(id, columns)| text::insert(&self.connection, *id, columns))
    }

    fn mark(&mut self, facet: Facet, name: String) -> rusqlite::Result<i64> {
        if let Some(number) = self.marks.get(&(facet, name.clone())) {
            return Ok(*number);
        }
        let kind = facet as i64;
        let asked = "SELECT id FROM marks WHERE kind = ?1 AND name = ?2";
        let known =
            self.connection.prepare_cached(asked)?.query_row(params![kind, name], |row| row.get(0)).optional()?;
        let number = match known {
            Some(number) => number,
            None => {
                let statement = "INSERT INTO marks (kind, name) VALUES (?1, ?2)";
                self.connection.prepare_cached(statement)?.execute(params![kind, name])?;
                self.connection.last_insert_rowid()
            }
        };
        self.marks.insert((facet, name), number);
        Ok(number)
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        if !self.committed {
            // Where this fails, the connection is closed with the catalogue, and SQLite rolls back then.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}
