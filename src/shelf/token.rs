//! The token of a shelf: what a phone shows to be let in. It is made by the system's chance, kept where only the owner of the
//! shelf reads it, and never printed by accident.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use subtle::ConstantTimeEq;

/// The file within `DIR/.bindery` that keeps the token.
const FILE: &str = "shelf-token";
/// Letters and digits that nobody mistakes for one another, so that a token can be typed.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
/// Five bits each: 130 bits.
const LENGTH: usize = 26;

/// What lets a visitor in. Its letters are seen only where [`Token::reveal`] is called.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Token(…)")
    }
}

impl Token {
    /// A new one, which nobody can guess.
    ///
    /// # Errors
    /// When the system has no chance to give.
    pub fn make() -> io::Result<Token> {
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes).map_err(io::Error::from)?;
        // 256 is a multiple of 32, so every letter is as likely.
        Ok(Token(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()))
    }

    /// A token as it was kept; `None` when no token can look so.
    pub fn parse(text: &str) -> Option<Token> {
        let text = text.trim();
        (text.len() == LENGTH && text.bytes().all(|byte| LETTERS.contains(&byte))).then(|| Token(text.to_owned()))
    }

    /// Whether this is what a visitor shows. How long that takes says nothing of where the two differ.
    pub fn is(&self, shown: &str) -> bool {
        self.0.as_bytes().ct_eq(shown.as_bytes()).into()
    }

    /// The letters, for addresses that are shown to the owner of the shelf.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The token that is kept in this folder, so that a bookmark goes on working; made when there is none, or when `fresh`.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn kept(folder: &Path, fresh: bool) -> io::Result<Token> {
        let path = folder.join(FILE);
        if !fresh && let Some(token) = read(&path)? {
            return Ok(token);
        }
        let token = Token::make()?;
        fs::create_dir_all(folder)?;
        let temporary = folder.join(format!("{FILE}.{}", std::process::id()));
        let written = private(&temporary).and_then(|mut file| writeln!(file, "{}", token.0));
        if let Err(error) = written.and_then(|()| fs::rename(&temporary, &path)) {
            let _ = fs::remove_file(&temporary);
            return Err(error);
        }
        Ok(token)
    }
}

fn read(path: &Path) -> io::Result<Option<Token>> {
    let mut text = String::new();
    match File::open(path).and_then(|file| file.take(1024).read_to_string(&mut text)) {
        Ok(_) => Ok(Token::parse(&text)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A new file that only its owner may read.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_tokens_differ_and_let_only_themselves_in() {
        let (one, other) = (Token::make().unwrap(), Token::make().unwrap());
        assert_eq!(one.reveal().len(), LENGTH);
        assert!(one.is(one.reveal()) && !one.is(other.reveal()));
        assert!(!one.is("") && !one.is(&one.reveal()[1..]) && !one.is(&format!("{}a", one.reveal())));
        assert_eq!(format!("{one:?}"), "Token(…)");
    }

    #[test]
    fn a_token_is_kept_until_a_new_one_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join(".bindery");
        let first = Token::kept(&place, false).unwrap();
        assert_eq!(Token::kept(&place, false).unwrap(), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(place.join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let second = Token::kept(&place, true).unwrap();
        assert_ne!(second, first);
        assert_eq!(Token::kept(&place, false).unwrap(), second);
        fs::write(place.join(FILE), [0xff, 0xfe]).unwrap();
        assert_ne!(Token::kept(&place, false).unwrap(), second, "a damaged one is made anew");
        assert_eq!(fs::read_dir(&place).unwrap().count(), 1, "no temporary file stays");
    }
}
