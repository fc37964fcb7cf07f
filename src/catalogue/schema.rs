//! The tables of the file, and what makes a file ours. Nothing in it cannot be made again from the books.

use rusqlite::Connection;

/// `PRAGMA application_id` of our files: "bndr".
pub const APPLICATION: i32 = 0x626e_6472;

/// `PRAGMA user_version`. A file of another version is set aside and filled anew from the books, so no change needs a migration.
/// A new table needs no new version; a changed one does.
pub const VERSION: i32 = 1;

/// What each part of the room keeps: statements that make a table where it is missing. A part with tables of its own adds its list.
pub const TABLES: &[&[&str]] = &[BOOKS, super::text::TABLES, super::sources::TABLES];

const BOOKS: &[&str] = &[
    // Counts the changes that were committed, so that whoever holds an index in memory sees that it is old.
    "CREATE TABLE IF NOT EXISTS state (one INTEGER PRIMARY KEY CHECK (one = 1), revision INTEGER NOT NULL) STRICT",
    "INSERT OR IGNORE INTO state VALUES (1, 0)",
    // An id is never given twice: a feed that somebody read yesterday must not name another book today.
    "CREATE TABLE IF NOT EXISTS books (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path TEXT NOT NULL UNIQUE,
        identifier TEXT,
        bytes INTEGER NOT NULL,
        modified INTEGER NOT NULL,
        hash BLOB NOT NULL,
        added INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        title_key TEXT NOT NULL,
        author_key TEXT NOT NULL,
        published INTEGER NOT NULL,
        updated INTEGER NOT NULL,
        words INTEGER,
        unwarned INTEGER NOT NULL,
        marks BLOB NOT NULL,
        positions BLOB NOT NULL
    ) STRICT",
    "CREATE INDEX IF NOT EXISTS books_by_identifier ON books (identifier)",
    "CREATE INDEX IF NOT EXISTS books_by_revision ON books (revision)",
    // Apart from `books`, so that the index in memory is read without them.
    "CREATE TABLE IF NOT EXISTS records (id INTEGER PRIMARY KEY, record TEXT NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS marks (
        id INTEGER PRIMARY KEY,
        kind INTEGER NOT NULL,
        name TEXT NOT NULL,
        UNIQUE (kind, name)
    ) STRICT",
    "CREATE TABLE IF NOT EXISTS gone (id INTEGER PRIMARY KEY, revision INTEGER NOT NULL) STRICT",
    "CREATE INDEX IF NOT EXISTS gone_by_revision ON gone (revision)",
];

/// Whose file it is, as far as it says.
pub enum Owner {
    /// An empty file or none.
    Nobody,
    Ours,
    /// A file of another program, or of another version of bindery.
    Foreign,
}

pub fn owner(connection: &Connection) -> rusqlite::Result<Owner> {
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(match (application, version, tables) {
        (0, 0, 0) => Owner::Nobody,
        (APPLICATION, VERSION, _) => Owner::Ours,
        _ => Owner::Foreign,
    })
}

/// Makes whatever tables are missing. Two processes may do so at once.
pub fn make(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let made = TABLES.iter().copied().flatten().try_for_each(|statement| connection.execute_batch(statement));
    let made = made.and_then(|()| {
        connection.pragma_update(None, "application_id", APPLICATION)?;
        connection.pragma_update(None, "user_version", VERSION)
    });
    let ended = connection.execute_batch(if made.is_ok() { "COMMIT" } else { "ROLLBACK" });
    made.and(ended)
}
