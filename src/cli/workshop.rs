//! The bench of a shelf: stories that visitors brought are found, read and bound by the same code as those of `build`.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::diagnostic::{Diagnostic, Severity};
use crate::model::record::BookRecord;
use crate::pipeline::declared::{Declared, Kind};
use crate::pipeline::{self, Made, Options};
use crate::shelf::workshop::{Bench, Workshop};

use super::build::lost_words;
use super::gather::{Found, gather};
use super::guard::guarded;
use super::load;
use super::naming::{Facts, Names, Template};
use super::unpack::Unpacked;
use super::write::OutputFolder;

/// How books are called that are put on the shelf; `build` calls them so too, unless it is told otherwise.
const NAME: &str = "{author} - {title}";

/// Books of one author and one title, each of another story. More are the work of a program.
const MOST_NAMESAKES: usize = 100;

/// What binds books for the library in one folder.
pub struct Bindery {
    folder: PathBuf,
    name: Template,
}

impl Bindery {
    pub fn new(folder: &Path) -> Bindery {
        let name = NAME.parse().unwrap_or_else(|_| unreachable!("a template that a test parses"));
        Bindery { folder: folder.to_owned(), name }
    }
}

impl Workshop for Bindery {
    fn open(&self, folder: TempDir, kind: Option<Kind>) -> Box<dyn Bench> {
        let paths = [folder.path().to_owned()];
        let (found, mut remarks) = gather(&paths, &[], kind);
        let names: Vec<String> = found.iter().map(|found| called(&found.name(), folder.path())).collect();
        remarks.iter_mut().for_each(|remark| remark.file = called(&remark.file, folder.path()));
        Box::new(Pile { found, names, remarks, folder })
    }

    fn put(&self, book: Vec<u8>, record: &BookRecord) -> Result<String, Diagnostic> {
        let output = OutputFolder::open(&self.folder, false)?;
        let facts = names_of(record);
        let (plain, mut names) = (self.name.plain(&facts), Names::default());
        for _ in 0..MOST_NAMESAKES {
            let (name, _) = names.claim(&plain, None, |_| false);
            // Under that name there may stand an older edition, or a story of somebody else.
            if std::fs::symlink_metadata(output.path_of(&name)).is_ok() {
                let there = load::read_bytes(&output.path_of(&name)).ok();
                let there = there.and_then(|(bytes, _)| guarded(|| pipeline::record(&bytes)).ok()?.ok());
                if there.is_none_or(|there| there.identifier != record.identifier) {
                    continue;
                }
            }
            let staged = output.stage(&facts.stem, book)?;
            output.place(staged, &name, false)?;
            return Ok(name);
        }
        Err(Diagnostic::error("name-taken", format!("there are {MOST_NAMESAKES} other books of this name"))
            .hint("give the story another title"))
    }
}

/// What a name template can say about a book.
fn names_of(record: &BookRecord) -> Facts {
    let series = record.series.first();
    let date = record.published.or(record.updated);
    Facts {
        author: record.authors.join(", "),
        title: record.title.clone().unwrap_or_default(),
        series: series.map(|series| series.name.clone()).unwrap_or_default(),
        index: series.and_then(|series| series.index.clone()).unwrap_or_default(),
        fandom: record.fandoms.join(", "),
        stem: record.title.clone().unwrap_or_else(|| "book".to_owned()),
        date: date.map(|date| date.to_string()).unwrap_or_default(),
        year: date.map(|date| date.year().to_string()).unwrap_or_default(),
        language: record.language.clone().unwrap_or_default(),
        id: String::new(),
    }
}

/// A path as the visitor knows it, who has never seen the folder that it is in.
fn called(path: &str, folder: &Path) -> String {
    let folder = folder.display().to_string();
    match path.strip_prefix(&folder) {
        Some("") => "your files".to_owned(),
        Some(below) => below.trim_start_matches(['/', '\\']).to_owned(),
        None => path.to_owned(),
    }
}

/// Bytes of all files in a folder of ours, in which there are no links.
fn bytes_below(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = entries.filter_map(|entry| {
        let facts = entry.metadata().ok()?;
        Some(if facts.is_dir() { bytes_below(&entry.path()) } else { facts.len() })
    });
    bytes.sum()
}

/// What one visitor brought.
struct Pile {
    found: Vec<Found>,
    names: Vec<String>,
    remarks: Vec<Diagnostic>,
    folder: TempDir,
}

impl Bench for Pile {
    fn stories(&self) -> &[String] {
        &self.names
    }

    fn bytes(&self) -> u64 {
        let mut folders: Vec<&Path> =
            self.found.iter().flat_map(|found| &found.unpacked).map(Unpacked::folder).collect();
        folders.sort();
        folders.dedup();
        folders.into_iter().map(bytes_below).sum::<u64>() + bytes_below(self.folder.path())
    }

    fn remarks(&self) -> &[Diagnostic] {
        &self.remarks
    }

    fn make(&self, story: usize, corrections: &Declared) -> Result<Made, Vec<Diagnostic>> {
        let Some(found) = self.found.get(story) else { return Err(Vec::new()) };
        let made = guarded(|| {
            let loaded = load::load(found, corrections)?;
            let mut made = pipeline::make(&loaded.source, &Options::default())?;
            made.diagnostics.splice(0..0, loaded.diagnostics);
            match lost_words(&made.account) {
                Some(fault) => Err(vec![fault]),
                None => Ok(made),
            }
        });
        let locate = |diagnostics: &mut Vec<Diagnostic>| {
            load::locate(diagnostics, found);
            for diagnostic in diagnostics {
                diagnostic.file = called(&diagnostic.file, self.folder.path());
            }
        };
        match made.unwrap_or_else(|fault| Err(vec![fault])) {
            Ok(mut made) => {
                locate(&mut made.diagnostics);
                Ok(made)
            }
            Err(mut faults) => {
                locate(&mut faults);
                // A reason that is only remarked on is none.
                faults.sort_by_key(|fault| std::cmp::Reverse(fault.severity >= Severity::Error));
                Err(faults)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::pipeline::Compression;

    fn bench(files: &[(&str, &[u8])], kind: Option<Kind>) -> (TempDir, Bindery, Box<dyn Bench>) {
        let (library, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        files.iter().for_each(|(name, bytes)| fs::write(folder.path().join(name), bytes).unwrap());
        let bindery = Bindery::new(library.path());
        let bench = bindery.open(folder, kind);
        (library, bindery, bench)
    }

    fn bound(bench: &dyn Bench, story: usize) -> (Vec<u8>, BookRecord) {
        let made = bench.make(story, &Declared::default()).unwrap();
        (pipeline::write(&made.book, Compression::Fast), BookRecord::of(&made.book.metadata))
    }

    #[test]
    fn chapters_come_together_and_stories_stay_apart() {
        let files: [(&str, &[u8]); 2] =
            [("01-dusk.txt", b"Chapter 1\n\nIt was dusk."), ("02-night.txt", b"Chapter 2\n\nNight.")];
        let (_library, _, together) = bench(&files, Some(Kind::Story));
        assert_eq!(together.stories(), ["your files"]);
        assert!(together.make(0, &Declared::default()).is_ok());
        let (_library, _, apart) = bench(&files, Some(Kind::Shelf));
        assert_eq!(apart.stories(), ["01-dusk.txt", "02-night.txt"]);
        assert!(apart.make(7, &Declared::default()).is_err());
    }

    #[test]
    fn what_is_said_names_no_folder_of_this_machine() {
        let (_library, _, bench) = bench(&[("a.docx", b"PK\x03\x04 and no more"), ("b.exe", b"MZ")], None);
        let said = bench.make(0, &Declared::default()).unwrap_err();
        for diagnostic in bench.remarks().iter().chain(&said) {
            assert!(!diagnostic.file.contains("/tmp") && !diagnostic.file.starts_with('/'), "{diagnostic}");
        }
    }

    #[test]
    fn an_older_edition_is_replaced_and_a_namesake_stays() {
        let text = |words: &str| {
            format!("---\ntitle: Moth\nauthor: Ann\nsource: https://example.org/{words}\n---\n\n{words}\n")
        };
        let (one, two) = (text("one"), text("two"));
        let (library, bindery, bench) =
            bench(&[("one.md", one.as_bytes()), ("two.md", two.as_bytes())], Some(Kind::Shelf));
        let (first, second) = (bound(&*bench, 0), bound(&*bench, 1));
        assert_ne!(first.1.identifier, second.1.identifier);
        assert_eq!(bindery.put(first.0.clone(), &first.1).unwrap(), "Ann - Moth.epub");
        assert_eq!(bindery.put(first.0.clone(), &first.1).unwrap(), "Ann - Moth.epub");
        assert_eq!(bindery.put(second.0, &second.1).unwrap(), "Ann - Moth (2).epub");
        assert_eq!(fs::read(library.path().join("Ann - Moth.epub")).unwrap(), first.0);
        // What bindery did not make stays as well.
        fs::write(library.path().join("Ann - Moth.epub"), "somebody's own").unwrap();
        assert_eq!(bindery.put(first.0, &first.1).unwrap(), "Ann - Moth (3).epub");
        assert_eq!(fs::read(library.path().join("Ann - Moth.epub")).unwrap(), b"somebody's own");
        assert_eq!(fs::read_dir(library.path()).unwrap().count(), 3);
    }
}
