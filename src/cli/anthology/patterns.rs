//! The stories that a plan names: paths and patterns, from the folder of the plan. `*` and `?` stand for letters of one name,
//! `**` for any folders; what begins with a dot is not meant. Matches come in the order in which people count.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::parts::natural_order;

/// Folders that `**` goes down at most.
const DEEPEST: usize = 32;

/// The paths that a pattern means; a path without signs is meant whether it is there or not.
pub fn paths(home: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![if pattern.starts_with('/') { PathBuf::from("/") } else { home.to_owned() }];
    for part in pattern.split('/').filter(|part| !matches!(*part, "" | ".")) {
        found = match part {
            "**" => found.into_iter().flat_map(|folder| with_folders_below(folder, DEEPEST)).collect(),
            part if part.contains(['*', '?']) => found.iter().flat_map(|folder| matching(folder, part)).collect(),
            part => found.into_iter().map(|folder| folder.join(part)).collect(),
        };
    }
    found
}

fn entries(folder: &Path) -> Vec<(String, PathBuf)> {
    let read = fs::read_dir(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let names = read.into_iter().flatten().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort_by(|a, b| natural_order(a, b));
    names.into_iter().map(|name| (name.clone(), folder.join(name))).collect()
}

fn matching(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let fits = |name: &str| is_match(&pattern, &name.to_lowercase().chars().collect::<Vec<_>>());
    entries(folder).into_iter().filter(|(name, _)| fits(name)).map(|(_, path)| path).collect()
}

fn with_folders_below(folder: PathBuf, deep: usize) -> Vec<PathBuf> {
    let mut found = vec![folder.clone()];
    if deep > 0 {
        for (_, path) in entries(&folder) {
            // A link may lead back up.
            if fs::symlink_metadata(&path).is_ok_and(|facts| facts.is_dir()) {
                found.extend(with_folders_below(path, deep - 1));
            }
        }
    }
    found
}

/// Walks name and pattern side by side and goes back to the last `*` where they part: linear but for what that star takes.
fn is_match(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut in_name, mut star) = (0, 0, None);
    while in_name < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, in_name));
                at += 1;
            }
            Some(sign) if *sign == '?' || *sign == name[in_name] => {
                at += 1;
                in_name += 1;
            }
            _ => match &mut star {
                Some((sign, taken)) => {
                    *taken += 1;
                    (at, in_name) = (*sign + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|sign| *sign == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stand_for_letters_and_folders() {
        let matches = |pattern: &str, name: &str| {
            is_match(&pattern.chars().collect::<Vec<_>>(), &name.chars().collect::<Vec<_>>())
        };
        for (pattern, name) in [("*", "moth.txt"), ("*.txt", "a.txt"), ("m?th*", "moth.md"), ("*a*b*", "xxaxxbxx")] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("*.txt", "a.md"), ("?", ""), ("a*b", "abc"), ("", "a")] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path();
        fs::create_dir_all(home.join("in/deep")).unwrap();
        for name in ["2.txt", "10.txt", ".hidden.txt", "in/3.txt", "in/deep/4.txt"] {
            fs::write(home.join(name), "x").unwrap();
        }
        let found = |pattern: &str| -> Vec<String> {
            let below = |path: PathBuf| path.strip_prefix(home).unwrap().display().to_string();
            paths(home, pattern).into_iter().map(below).collect()
        };
        assert_eq!(found("*.txt"), ["2.txt", "10.txt"]);
        assert_eq!(found("**/*.txt"), ["2.txt", "10.txt", "in/3.txt", "in/deep/4.txt"]);
        assert_eq!(found("in/D*"), ["in/deep"]);
        assert_eq!(found("gone.txt"), ["gone.txt"]);
    }
}
