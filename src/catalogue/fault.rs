//! What goes wrong with the file, in words for a person. Who meets `catalogue-damaged` can have it made anew.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::diagnostic::Diagnostic;

/// The code of a fault that goes away when the catalogue is made anew.
pub const DAMAGED: &str = "catalogue-damaged";

/// Whether the file itself is at fault, and not the disk, a right or another program.
pub fn is_damage(error: &rusqlite::Error) -> bool {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) => {
            matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::TypeMismatch)
                // "SQL logic error": a table is not as we made it.
                || failure.extended_code == rusqlite::ffi::SQLITE_ERROR
        }
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::QueryReturnedNoRows
        | rusqlite::Error::Utf8Error(..) => true,
        _ => false,
    }
}

pub fn diagnostic(file: &Path, error: &rusqlite::Error) -> Diagnostic {
    let shown = file.display().to_string();
    if is_damage(error) {
        return Diagnostic::error(DAMAGED, "the catalogue is damaged; the books are not concerned")
            .in_file(shown)
            .hint("`bindery reindex` makes it anew from the books");
    }
    let code = error.sqlite_error_code();
    let (name, message, hint) = match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            ("catalogue-busy", "another program is writing to the catalogue", "wait until it is done, and try again")
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied) => (
            "catalogue-read-only",
            "writing to the catalogue is not permitted",
            "give yourself the right to write there",
        ),
        Some(ErrorCode::DiskFull) => ("catalogue-disk-full", "there is no room for the catalogue", "free some room"),
        Some(ErrorCode::CannotOpen) => (
            "catalogue-unreadable",
            "the catalogue cannot be opened",
            "see whether the folder and its `.bindery` can be read and written",
        ),
        _ => {
            let message = format!("the catalogue cannot be used: {error}");
            return Diagnostic::error("catalogue-unusable", message)
                .in_file(shown)
                .hint("see whether the disk is well; `bindery reindex` makes the catalogue anew");
        }
    };
    Diagnostic::error(name, message).in_file(shown).hint(hint)
}
