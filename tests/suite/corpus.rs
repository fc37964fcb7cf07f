//! What must hold for any text, tried on texts that people really have. They are not part of this repository:
//!
//! ```sh
//! BINDERY_CORPUS=~/stories:~/more cargo test --release corpus
//! ```
//!
//! Every file below these folders is bound whole, cut at random places, with its lines shuffled, doubled, and damaged; a
//! text for which a promise does not hold is cut down line by line to what is still at fault, and printed. Chance is drawn
//! from the file's own bytes: a fault that was seen once is seen again.

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bindery::bind::CoverChoice;
use bindery::detect::{Survey, detect};
use bindery::diagnostic::Severity;
use bindery::model::book::plain_page;
use bindery::pipeline::{Made, Options, Source, SourceFile, make, read};
use bindery::readers;
use bindery::writers::{Compression, WRITERS};
use rayon::prelude::*;

/// Texts beyond this are for the measurements of cost.
const LARGEST: u64 = 8 << 20;

/// How long to look for the smallest text with a fault.
const PATIENCE: Duration = Duration::from_secs(60);

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn of(bytes: &[u8]) -> Self {
        Dice(
            bytes
                .iter()
                .fold(0x9e37_79b9_7f4a_7c15, |seed, byte| (seed ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)),
        )
    }

    /// A number below `sides`, which is not 0.
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

fn every_file(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            every_file(&path, found);
        } else if path.metadata().is_ok_and(|facts| facts.len() <= LARGEST) {
            found.push(path);
        }
    }
}

/// Every file below a folder as a story of its own.
pub fn sources(folder: &Path) -> Vec<Source> {
    let mut paths = Vec::new();
    every_file(folder, &mut paths);
    paths.sort();
    let read = |path: &PathBuf| Some(source(&path.display().to_string(), &std::fs::read(path).ok()?));
    paths.iter().filter_map(read).collect()
}

/// A text in the states in which texts reach people, and in some in which they never should.
fn variants(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut dice = Dice::of(bytes);
    let mut variants = vec![("whole", bytes.to_vec()), ("doubled", [bytes, bytes].concat())];
    if bytes.is_empty() {
        return variants;
    }
    let (one, other) = (dice.roll(bytes.len()), dice.roll(bytes.len()));
    variants.push(("cut at the end", bytes[..one].to_vec()));
    variants.push(("cut at the beginning", bytes[one..].to_vec()));
    variants.push(("cut at both ends", bytes[one.min(other)..one.max(other)].to_vec()));
    let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    for index in (1..lines.len()).rev() {
        lines.swap(index, dice.roll(index + 1));
    }
    variants.push(("shuffled", lines.concat()));
    // Each line of a handful becomes the beginning of its own middle, and loses its end.
    let kept: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').filter(|_| dice.roll(3) > 0).collect();
    variants.push(("a third of its lines lost", kept.concat()));
    let mut damaged = bytes.to_vec();
    for _ in 0..bytes.len().div_ceil(2000) {
        let place = dice.roll(damaged.len());
        damaged[place] = b"*_<>[]/:#-\"'\n\n \t\r\x0c\x00\xe9"[dice.roll(21) % 20];
    }
    variants.push(("damaged", damaged));
    variants
}

fn source(name: &str, bytes: &[u8]) -> Source {
    let file = SourceFile { name: name.to_owned(), bytes: bytes.to_vec(), modified: Some(951_868_799) };
    Source { name: name.to_owned(), stem: "story".into(), files: vec![file], ..Source::default() }
}

/// What is wrong with the way of a text into a book; nothing, if all is well.
fn faults(name: &str, bytes: &[u8]) -> BTreeSet<String> {
    let mut faults = BTreeSet::new();
    match catch_unwind(AssertUnwindSafe(|| check(name, bytes, &mut faults))) {
        Ok(()) => faults,
        Err(panic) => {
            let said = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            BTreeSet::from([format!("panic: {}", said.unwrap_or("without a word"))])
        }
    }
}

fn check(name: &str, bytes: &[u8], faults: &mut BTreeSet<String>) {
    let mut options = Options::default();
    options.bind.cover = CoverChoice::None;
    let source = source(name, bytes);
    match (make(&source, &options), make(&source, &options)) {
        (Ok(made), Ok(again)) => {
            let write = |made: &Made| (WRITERS[0].write)(&made.book, Compression::Fast);
            if write(&made) != write(&again) {
                faults.insert("two runs, two books".into());
            }
            if made.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
                faults.insert("an error beside a book".into());
            }
            if !made.account.lost.is_empty() {
                faults.insert("a word was lost, by the account".into());
            }
        }
        (Err(first), Err(second)) => {
            if first != second {
                faults.insert("two runs, two refusals".into());
            }
            if !first.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
                faults.insert("no book and no error".into());
            }
        }
        _ => {
            faults.insert("once a book and once none".into());
        }
    }
    // The account trusts the reader; this does not. Where characters are no control codes of another encoding, and neither
    // repaired nor set in another way, every word of the file stands in the book as it was typed.
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.contains(|character: char| character.is_control() && !"\t\n\r\x0c".contains(character))
        && readers::choose(name, text).name == "text"
    {
        options.repair = false;
        options.typography = false;
        if let Ok(made) = make(&source, &options)
            && let Some(word) = lost_word(text, &made)
        {
            faults.insert(format!("a word was lost, by the file itself: `{word}`"));
        }
    }
    if let Ok(manuscript) = read(&source, &options) {
        for finding in detect(&Survey::of(&manuscript.value), &[]) {
            let passages = &finding.passages;
            if passages.is_empty() || passages.end > manuscript.value.passages.len() {
                faults.insert(format!("a finding out of bounds: {:?}", finding.meaning));
            }
            if !(0.0..=1.0).contains(&finding.confidence) || finding.evidence.is_empty() {
                faults.insert(format!("a finding without ground: {:?}", finding.meaning));
            }
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// The first word of a file that stands neither in its book nor among what was left out, as often as the file has it.
fn lost_word(text: &str, made: &Made) -> Option<String> {
    let mut credit: HashMap<String, i64> = HashMap::new();
    let pages = made.book.pages.iter().map(plain_page);
    let dropped = made.story.dropped.iter().map(|dropped| dropped.text.clone());
    let marks = made.story.footnotes.iter().map(|footnote| footnote.mark.clone());
    for word in pages.chain(dropped).chain(marks).flat_map(|said| words(&said).collect::<Vec<_>>()) {
        *credit.entry(word).or_default() += 1;
    }
    words(text).find(|word| {
        let left = credit.entry(word.clone()).or_default();
        *left -= 1;
        *left < 0
    })
}

/// A fault without what differs from text to text, to tell whether two are the same.
fn kind(fault: &str) -> &str {
    fault.split(['`', '{', '(']).next().unwrap_or(fault)
}

/// The text without all lines, and then words, that the fault does not need.
fn smallest(name: &str, bytes: &[u8], fault: &str) -> Vec<u8> {
    let begun = Instant::now();
    let mut text = bytes.to_vec();
    for end in [b'\n', b' '] {
        let whole = text.clone();
        let mut pieces: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == end).collect();
        let mut run = pieces.len().div_ceil(2);
        while run > 0 {
            let mut start = 0;
            while start < pieces.len() && begun.elapsed() < PATIENCE {
                let mut fewer = pieces.clone();
                fewer.drain(start..(start + run).min(pieces.len()));
                if faults(name, &fewer.concat()).iter().any(|found| kind(found) == kind(fault)) {
                    pieces = fewer;
                } else {
                    start += run;
                }
            }
            run /= 2;
        }
        text = pieces.concat();
    }
    text
}

#[test]
fn promises_hold_for_texts_that_people_have() {
    let Some(folders) = std::env::var_os("BINDERY_CORPUS") else {
        eprintln!(
            "SKIP: BINDERY_CORPUS names no folders; no text that people have was tried (see tests/suite/corpus.rs)"
        );
        return;
    };
    let mut files = Vec::new();
    std::env::split_paths(&folders).for_each(|folder| every_file(&folder, &mut files));
    files.sort();
    assert!(!files.is_empty(), "no file in {}", folders.display());
    let reports: Vec<String> = files
        .par_iter()
        .flat_map_iter(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let bytes = std::fs::read(path).expect("a readable file");
            let mut reports = Vec::new();
            for (state, bytes) in variants(&bytes) {
                for fault in faults(&name, &bytes) {
                    let text = smallest(&name, &bytes, &fault);
                    let shown = match String::from_utf8(text) {
                        Ok(text) => format!("{text:?}"),
                        Err(broken) => broken.as_bytes().escape_ascii().to_string(),
                    };
                    reports.push(format!("{} ({state}): {fault}\n{shown}", path.display()));
                }
            }
            reports
        })
        .collect();
    eprintln!("{} files tried, each in {} states", files.len(), variants(b"\n").len());
    assert!(reports.is_empty(), "{} faults\n{}", reports.len(), reports.join("\n\n"));
}
