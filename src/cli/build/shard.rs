//! A part of a tree of stories, the same part on every machine: each story belongs to one of N by its path below what was typed,
//! so that none moves to another when stories come and go.

use std::str::FromStr;

use super::super::gather::Found;

/// Which part of how many, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    part: u64,
    of: u64,
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Shard, &'static str> {
        let number = |text: &str| text.trim().parse::<u64>().ok();
        let parts = text.split_once('/').and_then(|(part, of)| Some((number(part)?, number(of)?)));
        match parts {
            Some((part, of)) if 1 <= part && part <= of => Ok(Shard { part, of }),
            _ => Err("write a part and how many there are, such as `1/8` for the first of eight"),
        }
    }
}

impl Shard {
    pub fn holds(self, found: &Found) -> bool {
        self.of == 1 || number_of(&found.below) % self.of == self.part - 1
    }
}

/// The number that stands for a path.
fn number_of(below: &str) -> u64 {
    let hash = blake3::hash(below.as_bytes());
    hash.as_bytes()[..8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Twelve small letters and digits that stand for a story's path below what was typed: `{id}` in the name of a book.
pub fn id_of(below: &str) -> String {
    // Without letters that are taken for digits, or the other way round.
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let number = number_of(below);
    (0..12).map(|place| char::from(LETTERS[(number >> (59 - 5 * place) & 31) as usize])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_one_of_several() {
        assert_eq!("2/8".parse(), Ok(Shard { part: 2, of: 8 }));
        for wrong in ["", "3", "0/8", "9/8", "a/b", "1/0"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_id_never_changes() {
        assert_eq!(id_of("fic/moth.txt"), id_of("fic/moth.txt"));
        assert_ne!(id_of("fic/moth.txt"), id_of("fic/moth.md"));
        assert!(id_of("").len() == 12 && id_of("").bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
}
