//! What a large library costs: `cargo bench --bench library [-- BOOKS [QUERIES]]`.
//!
//! Fills a catalogue with made-up books, the same on every run, and prints its size, the time to fill and to open it, the median and the
//! slowest of random questions of every kind, and the memory at the end. Times are of the wall: run it on a quiet machine.

// It measures time and looks at files; the core does neither.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use std::time::{Duration, Instant};

use bindery::catalogue::{Catalogue, Entry, Facet, FileState, Hides, Query, Sort};
use bindery::model::date::PartialDate;
use bindery::model::metadata::SeriesPart;
use bindery::model::record::{BookRecord, RecordedWarning, RecordedWarnings};
use bindery::model::warning::{RatingLevel, WarnedBy, WarningState};

/// SplitMix64: the same numbers everywhere.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// A number below `limit`, the small ones far more often, as tags and words are used.
    fn common(&mut self, limit: usize) -> usize {
        let fraction = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((limit as f64).powf(fraction) - 1.0) as usize
    }
}

const SYLLABLES: [&str; 24] = [
    "la", "mo", "ri", "ten", "sa", "ve", "kor", "ni", "pal", "du", "shi", "ar", "el", "go", "bra", "wen", "ta", "lu",
    "mi", "or", "fen", "ki", "zo", "hal",
];

const WARNINGS: [&str; 10] = [
    "Graphic Depictions Of Violence",
    "Major Character Death",
    "Rape/Non-Con",
    "Underage Sex",
    "Gore",
    "Suicide",
    "Self-harm",
    "Torture",
    "Animal abuse",
    "Eating disorder",
];

const RATINGS: [&str; 4] = ["General Audiences", "Teen And Up Audiences", "Mature", "Explicit"];

fn word(mut number: usize) -> String {
    let mut word = String::new();
    loop {
        word.push_str(SYLLABLES[number % SYLLABLES.len()]);
        number /= SYLLABLES.len();
        if number == 0 {
            return word;
        }
    }
}

fn words(chance: &mut Chance, count: usize) -> String {
    (0..count).map(|_| word(24 + chance.common(30_000))).collect::<Vec<_>>().join(" ")
}

fn name(kind: &str, number: usize) -> String {
    format!("{kind} {} {}", word(number), word(number * 31 + 7))
}

fn some(chance: &mut Chance, kind: &str, most: usize, of: usize) -> Vec<String> {
    (0..chance.below(most + 1)).map(|_| name(kind, chance.common(of))).collect()
}

fn book(chance: &mut Chance, number: usize) -> Entry {
    let title_words = 1 + chance.below(5);
    let summary_words = 15 + chance.below(70);
    let warning = |label: &str| RecordedWarning { label: label.to_owned(), chapters: Vec::new(), by: WarnedBy::Author };
    let list: Vec<RecordedWarning> =
        (0..chance.below(4).saturating_sub(1)).map(|_| warning(WARNINGS[chance.common(WARNINGS.len())])).collect();
    let state = match (list.is_empty(), chance.below(3)) {
        (false, _) => WarningState::Stated,
        (true, 0) => WarningState::NoneApply,
        (true, 1) => WarningState::Withheld,
        (true, _) => WarningState::Unknown,
    };
    let date = PartialDate::new(1998 + chance.below(27) as u16, Some(1 + chance.below(12) as u8), None);
    let mut series = Vec::new();
    if chance.below(3) == 0 {
        series.push(SeriesPart {
            name: name("Saga", chance.below(9_000)),
            index: Some((1 + chance.below(9)).to_string()),
        });
    }
    let record = BookRecord {
        identifier: Some(format!("urn:uuid:{number:032x}")),
        title: Some(words(chance, title_words)),
        authors: vec![name("A", chance.common(20_000))],
        language: Some(["en", "en", "en", "de", "fr", "ja"][chance.below(6)].to_owned()),
        fandoms: vec![name("World", chance.common(800))],
        relationships: some(chance, "Two", 3, 5_000),
        characters: some(chance, "Who", 6, 6_000),
        tags: some(chance, "Tag", 12, 20_000),
        summary: vec![words(chance, summary_words)],
        series,
        rating: (chance.below(8) > 0).then(|| RATINGS[chance.below(4)].to_owned()),
        warnings: RecordedWarnings { state: Some(state), list },
        published: date,
        updated: date,
        status: Some(["Complete", "In progress"][chance.below(2)].to_owned()),
        chapters: Some(1 + chance.common(60)),
        words: Some(500 + chance.common(300_000)),
        ..BookRecord::default()
    };
    let file = FileState { bytes: 10_000, modified: number as i64, hash: [number as u8; 32] };
    Entry { id: 0, path: format!("{}/{number}.epub", number / 1000), record, file, added: number as i64 }
}

fn measured(name: &str, queries: usize, mut ask: impl FnMut(usize)) {
    let mut times: Vec<Duration> = (0..queries)
        .map(|number| {
            let start = Instant::now();
            ask(number);
            start.elapsed()
        })
        .collect();
    times.sort();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
    println!("{name:44} median {:7.2} ms   99 of 100 {:7.2} ms   slowest {:7.2} ms", at(0.5), at(0.99), at(1.0));
}

fn memory(what: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap_or("unknown");
    line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse::<usize>().ok());
    let (books, queries) = (numbers.next().unwrap_or(100_000), numbers.next().unwrap_or(1_000));
    let folder = tempfile::tempdir().expect("a folder");
    let mut chance = Chance(20);
    let made: Vec<Entry> = (0..books.min(2_000)).map(|number| book(&mut chance, number)).collect();
    let start = Instant::now();
    let mut making = Duration::ZERO;
    {
        let catalogue = Catalogue::open(folder.path()).expect("a catalogue").value;
        let mut chance = Chance(20);
        for first in (0..books).step_by(5_000) {
            let mut batch = catalogue.batch().expect("a batch");
            for number in first..(first + 5_000).min(books) {
                let begun = Instant::now();
                let entry = book(&mut chance, number);
                making += begun.elapsed();
                batch.put(&entry).expect("a book is put");
            }
            batch.commit().expect("it is committed");
        }
    }
    println!("{books} books filled in {:.1} s", (start.elapsed() - making).as_secs_f64());
    let size = std::fs::metadata(Catalogue::file_of(folder.path())).map_or(0, |facts| facts.len());
    println!("the file has {:.1} MB", size as f64 / 1e6);
    let start = Instant::now();
    let catalogue = Catalogue::open(folder.path()).expect("a catalogue").value;
    println!(
        "opened, {} books counted, in {:.0} ms",
        catalogue.len().expect("a number"),
        start.elapsed().as_secs_f64() * 1e3
    );
    println!("memory then: {}, at most so far {}", memory("VmRSS"), memory("VmHWM"));

    let mut chance = Chance(21);
    let mut some_book = move || made[chance.below(made.len())].record.clone();
    let mut chance = Chance(22);
    let page = |query: &Query| drop(catalogue.books(query).expect("a page"));
    for sort in Sort::ALL {
        measured(&format!("page by {}", sort.name()), queries, |_| {
            page(&Query { sort, offset: chance.below(books), reverse: chance.below(2) == 0, ..Query::default() });
        });
    }
    let hides =
        Hides { warnings: vec!["violence".into(), "MCD".into()], above: Some(RatingLevel::Mature), unwarned: true };
    measured("page, three kinds of hides", queries, |_| {
        page(&Query { hides: hides.clone(), sort: Sort::Newest, offset: chance.below(books / 4), ..Query::default() });
    });
    measured("page of one fandom and rating, hides", queries, |_| {
        let query = Query { hides: hides.clone(), sort: Sort::Updated, ..Query::default() };
        page(&query.with(Facet::Fandom, some_book().fandoms[0].clone()).with(Facet::Rating, "teen"));
    });
    measured("page of one author", queries, |_| {
        page(&Query::default().with(Facet::Author, some_book().authors[0].clone()));
    });
    for facet in Facet::ALL {
        measured(&format!("counts by {}, of all, hides", facet.name()), queries / 10, |_| {
            drop(catalogue.facets(&Query { hides: hides.clone(), ..Query::default() }, facet).expect("counts"));
        });
    }
    measured("counts by tag, of one fandom", queries, |_| {
        let query = Query::default().with(Facet::Fandom, some_book().fandoms[0].clone());
        drop(catalogue.facets(&query, Facet::Tag).expect("counts"));
    });
    let mut chance = Chance(23);
    let mut typed = |count: usize| {
        let record = some_book();
        let text = format!("{} {}", record.title.unwrap_or_default(), record.summary.join(" "));
        let words: Vec<&str> = text.split(' ').collect();
        (0..count).map(|_| words[chance.below(words.len())]).collect::<Vec<_>>().join(" ")
    };
    for count in 1..4 {
        measured(&format!("search, {count} words"), queries, |_| {
            page(&Query { text: typed(count) + " ", ..Query::default() });
        });
        measured(&format!("search while typing, {count} words"), queries, |_| {
            let text = typed(count);
            let letters = text.chars().count();
            page(&Query { text: text.chars().take(letters - 2.min(letters - 1)).collect(), ..Query::default() });
        });
    }
    for text in ["la", "mo", "lamo"] {
        measured(&format!("search for \"{text}\", the beginning of much"), 20, |_| {
            page(&Query { text: text.to_owned(), ..Query::default() });
        });
    }
    measured("search by title, 2 words, hides", queries, |_| {
        page(&Query { text: typed(2), hides: hides.clone(), sort: Sort::Title, ..Query::default() });
    });
    measured("counts by fandom, of a search", queries, |_| {
        drop(catalogue.facets(&Query { text: typed(1), ..Query::default() }, Facet::Fandom).expect("counts"));
    });
    measured("one book by its number", queries, |number| {
        drop(catalogue.get(1 + number as i64).expect("a book"));
    });
    println!("memory at the end: {}, at most {}", memory("VmRSS"), memory("VmHWM"));
}
