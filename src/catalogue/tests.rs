use std::fs;
use std::path::Path;

use crate::model::date::PartialDate;
use crate::model::metadata::SeriesPart;
use crate::model::record::{BookRecord, RecordedWarning, RecordedWarnings};
use crate::model::warning::{RatingLevel, WarnedBy, WarningState};

use super::*;

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn warned(labels: &[&str]) -> RecordedWarnings {
    let warning =
        |label: &&str| RecordedWarning { label: (*label).to_owned(), chapters: Vec::new(), by: WarnedBy::Author };
    RecordedWarnings { state: Some(WarningState::Stated), list: labels.iter().map(warning).collect() }
}

fn entry(path: &str, record: BookRecord) -> Entry {
    let file = FileState { bytes: path.len() as u64, modified: 7, hash: [3; 32] };
    Entry { id: 0, path: path.to_owned(), record, file, added: 1_000 }
}

fn book(title: &str, author: &str) -> BookRecord {
    BookRecord { title: Some(title.to_owned()), authors: texts(&[author]), ..BookRecord::default() }
}

/// A small library that has something of everything.
fn library() -> Vec<Entry> {
    let of_series = |index: &str| vec![SeriesPart { name: "Lamps".into(), index: Some(index.into()) }];
    let mut moth = BookRecord {
        identifier: Some("urn:uuid:moth".into()),
        title_sort: Some("Moth, The".into()),
        fandoms: texts(&["Night Gardens"]),
        relationships: texts(&["Willow/Spike"]),
        tags: texts(&["Slow Burn", "Fluff"]),
        summary: texts(&["A moth learns what a café is."]),
        rating: Some("Teen And Up Audiences".into()),
        warnings: warned(&["Major Character Death"]),
        published: PartialDate::parse("2001-03"),
        words: Some(2_000),
        language: Some("en-GB".into()),
        series: of_series("2"),
        ..book("The Moth", "Ruth Adair")
    };
    moth.status = Some("Complete".into());
    let lamp = BookRecord {
        fandoms: texts(&["night gardens"]),
        tags: texts(&["fluff", "Angst"]),
        rating: Some("PG-13".into()),
        warnings: RecordedWarnings { state: Some(WarningState::NoneApply), list: Vec::new() },
        published: PartialDate::parse("1999"),
        updated: PartialDate::parse("2010-01-01"),
        words: Some(50_000),
        language: Some("en".into()),
        series: of_series("10"),
        ..book("Lamp 10", "Émile Sand")
    };
    let dark = BookRecord {
        fandoms: texts(&["Night Gardens", "Day Streets"]),
        rating: Some("Explicit".into()),
        warnings: warned(&["Gore", "Graphic Depictions Of Violence"]),
        words: Some(900),
        series: of_series("1"),
        ..book("Lamp 2", "ruth adair")
    };
    let night = BookRecord {
        summary: texts(&["夜の蛾は灯りを見ています。"]),
        language: Some("ja".into()),
        ..book("夜の蛾の物語", "山田花子")
    };
    vec![entry("moth.epub", moth), entry("a/lamp.epub", lamp), entry("dark.epub", dark), entry("night.epub", night)]
}

fn filled(folder: &Path, entries: &[Entry]) -> Catalogue {
    let opened = Catalogue::open(folder).unwrap();
    assert_eq!(opened.diagnostics, []);
    let mut batch = opened.value.batch().unwrap();
    for entry in entries {
        batch.put(entry).unwrap();
    }
    batch.commit().unwrap();
    opened.value
}

fn paths(catalogue: &Catalogue, query: &Query) -> Vec<String> {
    catalogue.books(query).unwrap().entries.into_iter().map(|entry| entry.path).collect()
}

fn search(text: &str) -> Query {
    Query { text: text.to_owned(), ..Query::default() }
}

fn sorted(sort: Sort) -> Query {
    Query { sort, ..Query::default() }
}

#[test]
fn what_is_put_in_comes_out_and_keeps_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = filled(folder.path(), &library());
    let moth = catalogue.by_path("moth.epub").unwrap().unwrap();
    assert_eq!(moth, Entry { id: moth.id, ..library()[0].clone() });
    assert_eq!(catalogue.get(moth.id).unwrap().as_ref(), Some(&moth));
    assert_eq!(catalogue.by_identifier("urn:uuid:moth").unwrap().as_ref(), Some(&moth));
    assert_eq!(catalogue.by_path("Moth.epub").unwrap(), None);
    let before = catalogue.revision().unwrap();
    let mut batch = catalogue.batch().unwrap();
    let changed = Entry { added: 9_999, record: book("Another", "Ruth Adair"), ..moth.clone() };
    assert_eq!(batch.put(&changed).unwrap(), moth.id);
    assert!(batch.remove("night.epub").unwrap());
    assert!(!batch.remove("night.epub").unwrap());
    batch.commit().unwrap();
    assert!(catalogue.revision().unwrap() > before);
    assert_eq!(catalogue.get(moth.id).unwrap().unwrap().added, 1_000);
    assert_eq!(catalogue.len().unwrap(), 3);
    assert_eq!(paths(&catalogue, &search("moth")), [""; 0]);
    assert_eq!(paths(&catalogue, &search("another")), ["moth.epub"]);
    assert_eq!(paths(&catalogue, &search("夜")), [""; 0]);
    // A number is not given again.
    let mut batch = catalogue.batch().unwrap();
    assert!(batch.put(&library()[3]).unwrap() > 4);
    drop(batch);
    assert_eq!(catalogue.len().unwrap(), 3, "a dropped batch changes nothing");
}

#[test]
fn books_are_sorted_as_people_look_for_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut entries = library();
    entries[1].added = 5_000;
    let catalogue = filled(folder.path(), &entries);
    let order = |sort| paths(&catalogue, &sorted(sort));
    assert_eq!(order(Sort::Title), ["dark.epub", "a/lamp.epub", "moth.epub", "night.epub"]);
    assert_eq!(order(Sort::Relevance), order(Sort::Title));
    assert_eq!(order(Sort::Author), ["a/lamp.epub", "dark.epub", "moth.epub", "night.epub"]);
    assert_eq!(order(Sort::Newest), ["a/lamp.epub", "dark.epub", "moth.epub", "night.epub"]);
    assert_eq!(order(Sort::Updated), ["a/lamp.epub", "moth.epub", "dark.epub", "night.epub"]);
    assert_eq!(order(Sort::Words), ["a/lamp.epub", "moth.epub", "dark.epub", "night.epub"]);
    assert_eq!(order(Sort::Series), ["dark.epub", "moth.epub", "a/lamp.epub", "night.epub"]);
    let reverse = Query { reverse: true, offset: 1, limit: 2, ..sorted(Sort::Title) };
    assert_eq!(paths(&catalogue, &reverse), ["moth.epub", "a/lamp.epub"]);
    assert_eq!(catalogue.books(&reverse).unwrap().total, 4);
}

#[test]
fn filters_know_a_value_in_all_its_spellings() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = filled(folder.path(), &library());
    let with = |facet, value: &str| {
        let mut paths = paths(&catalogue, &Query::default().with(facet, value));
        paths.sort();
        paths.join(" ")
    };
    assert_eq!(with(Facet::Fandom, "NIGHT gardens"), "a/lamp.epub dark.epub moth.epub");
    assert_eq!(with(Facet::Author, "emile sand"), "a/lamp.epub");
    assert_eq!(with(Facet::Author, "Ruth Adair"), "dark.epub moth.epub");
    assert_eq!(with(Facet::Rating, "teen"), "a/lamp.epub moth.epub");
    assert_eq!(with(Facet::Rating, "PG-13"), "a/lamp.epub moth.epub");
    assert_eq!(with(Facet::Rating, "unrated"), "night.epub");
    assert_eq!(with(Facet::Warning, "MCD"), "moth.epub");
    assert_eq!(with(Facet::Warning, "gore"), "dark.epub");
    assert_eq!(with(Facet::Domain, "death"), "moth.epub");
    assert_eq!(with(Facet::Language, "en"), "a/lamp.epub moth.epub");
    assert_eq!(with(Facet::Length, "novel"), "a/lamp.epub");
    assert_eq!(with(Facet::Year, "1999"), "a/lamp.epub");
    assert_eq!(with(Facet::Status, "complete"), "moth.epub");
    assert_eq!(with(Facet::Series, "lamps"), "a/lamp.epub dark.epub moth.epub");
    assert_eq!(with(Facet::Tag, "nothing of the kind"), "");
    let both = Query::default().with(Facet::Fandom, "Night Gardens").with(Facet::Fandom, "Day Streets");
    assert_eq!(paths(&catalogue, &both), ["dark.epub"]);
    let series = Query { sort: Sort::Series, ..Query::default() }.with(Facet::Series, "Lamps");
    assert_eq!(paths(&catalogue, &series), ["dark.epub", "moth.epub", "a/lamp.epub"]);
}

#[test]
fn counts_are_of_what_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = filled(folder.path(), &library());
    let counts = |query: &Query, facet| {
        let counts = catalogue.facets(query, facet).unwrap();
        counts.iter().map(|count| format!("{} {}", count.value, count.books)).collect::<Vec<_>>().join(", ")
    };
    let all = Query::default();
    assert_eq!(counts(&all, Facet::Fandom), "Night Gardens 3, Day Streets 1");
    assert_eq!(counts(&all, Facet::Tag), "Fluff 2, Angst 1, Slow Burn 1");
    assert_eq!(counts(&all, Facet::Rating), "unrated 1, teen 2, explicit 1");
    assert_eq!(counts(&all, Facet::Length), "flash 1, short 1, novel 1");
    assert_eq!(counts(&all, Facet::Year), "2001 1, 1999 1");
    assert_eq!(counts(&all, Facet::Language), "en 2, ja 1");
    assert_eq!(counts(&search("lamp "), Facet::Fandom), "Night Gardens 2, Day Streets 1");
    let mild = Query { hides: Hides { above: Some(RatingLevel::Teen), ..Hides::default() }, ..Query::default() };
    assert_eq!(counts(&mild, Facet::Fandom), "Night Gardens 2");
}

#[test]
fn a_hidden_book_is_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let mut entries = library();
    entries.push(entry("own.epub", BookRecord { warnings: warned(&["Giant spiders"]), ..book("Webs", "A") }));
    let catalogue = filled(folder.path(), &entries);
    let hide = |warnings: &[&str]| Hides { warnings: texts(warnings), ..Hides::default() };
    let cases = [
        (hide(&["Major Character Death"]), "moth.epub"),
        (hide(&["mcd"]), "moth.epub"),
        (hide(&["death"]), "moth.epub"),
        (hide(&["violence"]), "dark.epub"),
        (hide(&["gore", "character death"]), "dark.epub moth.epub"),
        (hide(&["spiders"]), "own.epub"),
        (hide(&["pider"]), ""),
        (hide(&[""]), ""),
        (Hides { above: Some(RatingLevel::Mature), ..Hides::default() }, "dark.epub night.epub own.epub"),
        (Hides { unwarned: true, ..Hides::default() }, "night.epub"),
    ];
    for (hides, expected) in cases {
        for sort in Sort::ALL {
            for text in ["", "a", "lamp", "moth webs", "夜"] {
                let query = |hides: &Hides| Query { hides: hides.clone(), sort, text: text.into(), ..Query::default() };
                let (all, left) = (paths(&catalogue, &query(&Hides::default())), paths(&catalogue, &query(&hides)));
                let mut gone: Vec<&str> =
                    all.iter().map(String::as_str).filter(|path| !left.contains(&(*path).to_owned())).collect();
                gone.sort();
                if text.is_empty() {
                    assert_eq!(gone.join(" "), expected, "{hides:?}");
                }
                assert!(gone.iter().all(|path| expected.contains(path)));
                assert!(
                    left.iter().all(|path| !expected.split(' ').any(|hidden| hidden == path)),
                    "{hides:?} {left:?}"
                );
                assert_eq!(catalogue.books(&query(&hides)).unwrap().total, left.len());
                for facet in Facet::ALL {
                    let counted =
                        |hides| catalogue.facets(&query(hides), facet).unwrap().iter().map(|count| count.books).max();
                    assert!(counted(&hides).unwrap_or(0) <= left.len());
                }
            }
        }
    }
    assert!(knows_warning("violence") && knows_warning("MCD") && !knows_warning("spiders"));
}

#[test]
fn words_are_found_in_every_script() {
    let folder = tempfile::tempdir().unwrap();
    let mut entries = library();
    let titles = ["Чужой ветер", "ความรักของแมว", "Ｆａｔｅ Ⅱ", "Straße nach Übersee", "달빛 정원에서", "זיכרון"];
    entries.extend(titles.iter().map(|title| entry(title, book(title, "X"))));
    let catalogue = filled(folder.path(), &entries);
    let cases = [
        ("slow burn", "moth.epub"),
        ("burn slow", "moth.epub"),
        ("\"slow burn\"", "moth.epub"),
        ("\"burn slow\"", ""),
        ("willow/spike", "moth.epub"),
        ("CAFE", "moth.epub"),
        ("mot", "moth.epub"),
        ("mot ", ""),
        ("emile", "a/lamp.epub"),
        ("夜の蛾", "night.epub"),
        ("蛾", "night.epub"),
        ("灯り", "night.epub"),
        ("蛾夜", ""),
        ("ветер", titles[0]),
        ("ЧУЖО", titles[0]),
        ("รัก", titles[1]),
        ("แมว", titles[1]),
        ("fate", titles[2]),
        ("ii", titles[2]),
        ("ubersee", titles[3]),
        ("Straße", titles[3]),
        ("달빛", titles[4]),
        ("정원", titles[4]),
        ("זיכ", titles[5]),
    ];
    for (text, expected) in cases {
        assert_eq!(paths(&catalogue, &search(text)).join(" "), expected, "{text}");
    }
    assert_eq!(paths(&catalogue, &search("the moth"))[0], "moth.epub");
}

/// Where too many books have a word to weigh each of them, they go by where it stands; no book is lost, and none comes twice.
#[test]
fn a_word_that_most_books_have_is_found_in_titles_first() {
    let folder = tempfile::tempdir().unwrap();
    let told = |title: &str| BookRecord { summary: texts(&["A moth and more."]), ..book(title, "Ann") };
    let mut entries: Vec<Entry> =
        (0..2_100).map(|number| entry(&format!("{number}.epub"), told(&format!("Book {number}")))).collect();
    entries[7].record.title = Some("A Very Long Walk with the Moth and the Lamp".into());
    entries[8].record.title = Some("Moth".into());
    entries[9].record.authors = texts(&["Moth Lind"]);
    entries[10].record.tags = texts(&["Moth"]);
    entries[11].record.title = Some("Nothing of it".into());
    entries[11].record.summary.clear();
    let catalogue = filled(folder.path(), &entries);
    let query = |text: &str, offset| Query { offset, limit: 6, ..search(text) };
    let first = paths(&catalogue, &query("moth", 0));
    assert_eq!(first, ["8.epub", "7.epub", "9.epub", "10.epub", "0.epub", "1.epub"]);
    for text in ["moth", "mo", "moth and", "\"a moth\" mo"] {
        let page = catalogue.books(&Query { limit: 5_000, ..search(text) }).unwrap();
        assert_eq!((page.total, page.entries.len()), (2_099, 2_099), "{text}");
        let ids: std::collections::BTreeSet<BookId> = page.entries.iter().map(|entry| entry.id).collect();
        assert_eq!(ids.len(), 2_099, "{text}");
        let other = Catalogue::open_readonly(folder.path()).unwrap().unwrap();
        assert_eq!(other.books(&Query { limit: 5_000, ..search(text) }).unwrap(), page, "{text}");
    }
    assert_eq!(paths(&catalogue, &query("moth", 2_094)).last().unwrap(), "2099.epub");
    let top = catalogue.top(&search("moth"), &[Facet::Author, Facet::Tag, Facet::Length], 1).unwrap();
    assert_eq!((top[0].values, &top[0].counts[0].value[..], top[0].counts[0].books), (2, "Ann", 2_098));
    assert_eq!((top[1].values, top[1].counts[0].books), (1, 1));
    // What changes is searched as it is then.
    let mut batch = catalogue.batch().unwrap();
    batch.remove("8.epub").unwrap();
    batch.commit().unwrap();
    assert_eq!(paths(&catalogue, &query("moth", 0))[..2], ["7.epub", "9.epub"]);
}

#[test]
fn nothing_typed_reaches_the_search_engine_as_syntax() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = filled(folder.path(), &library());
    for text in [
        "moth\" OR \"lamp",
        "moth OR lamp",
        "NOT moth",
        "moth NOT lamp",
        "title:moth lamp",
        "{title}: zzz",
        "moth AND",
        "NEAR(moth lamp)",
        "NEAR(",
        "^zzz",
        "zzz*",
        "moth + zzz",
        "(",
        ")",
        "'; DROP TABLE books; --zzz",
        "\"",
        "\"\"\"",
        "zzz\0moth",
        "-zzz",
        "zzz%",
        "“zzz",
        "zzz”",
        "\u{ff02}zzz\u{ff02}",
    ] {
        let page = catalogue.books(&search(text)).unwrap();
        let has_words = text::expression(text).is_some();
        assert_eq!(page.total, if has_words { 0 } else { 4 }, "{text}: {:?}", text::expression(text));
    }
    assert_eq!(catalogue.books(&search(&"moth ".repeat(10_000))).unwrap().total, 1);
    assert_eq!(catalogue.books(&Query::default().with(Facet::Tag, "x' OR '1'='1")).unwrap().total, 0);
}

#[test]
fn a_file_that_is_no_catalogue_is_set_aside() {
    let whole = tempfile::tempdir().unwrap();
    drop(filled(whole.path(), &library()));
    let whole = fs::read(Catalogue::file_of(whole.path())).unwrap();
    let garbage: Vec<u8> = (0..whole.len()).map(|index| (index * 7 % 251) as u8).collect();
    let mut other_version = whole.clone();
    other_version[60..64].copy_from_slice(&99_u32.to_be_bytes());
    let mut other_program = whole.clone();
    other_program[68..72].copy_from_slice(&7_u32.to_be_bytes());
    let cases: [(&str, &[u8]); 7] = [
        ("truncated", &whole[..whole.len() / 2]),
        ("cut within a page", &whole[..whole.len() - 100]),
        ("a head alone", &whole[..50]),
        ("garbage", &garbage),
        ("text", b"not a catalogue"),
        ("another version", &other_version),
        ("another program's", &other_program),
    ];
    for (name, bytes) in cases {
        let folder = tempfile::tempdir().unwrap();
        let file = Catalogue::file_of(folder.path());
        fs::create_dir(folder.path().join(HOME)).unwrap();
        fs::write(&file, bytes).unwrap();
        assert_eq!(Catalogue::open_readonly(folder.path()).err().map(|fault| fault.code), Some(DAMAGED), "{name}");
        let opened = Catalogue::open(folder.path()).unwrap();
        assert_eq!(opened.diagnostics[0].code, "catalogue-set-aside", "{name}");
        assert_eq!(fs::read(file.with_extension("sqlite.damaged")).unwrap(), bytes, "{name}");
        assert!(opened.value.is_empty().unwrap());
        drop(opened);
        assert_eq!(filled(folder.path(), &library()).len().unwrap(), 4);
    }
    // Nothing is not damage.
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(HOME)).unwrap();
    fs::write(Catalogue::file_of(folder.path()), "").unwrap();
    assert_eq!(filled(folder.path(), &library()).len().unwrap(), 4);
    // A folder in its place.
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(Catalogue::file_of(folder.path()).join("inner")).unwrap();
    assert_eq!(Catalogue::open(folder.path()).unwrap().diagnostics.len(), 1);
    assert_eq!(filled(folder.path(), &library()).len().unwrap(), 4);
}

#[test]
fn a_damaged_page_is_damage_and_nothing_worse() {
    let whole = tempfile::tempdir().unwrap();
    drop(filled(whole.path(), &library()));
    let whole = fs::read(Catalogue::file_of(whole.path())).unwrap();
    let mut met = 0;
    for page in 1..whole.len() / 4096 {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(HOME)).unwrap();
        let mut bytes = whole.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0xa5);
        fs::write(Catalogue::file_of(folder.path()), bytes).unwrap();
        let catalogue = Catalogue::open(folder.path()).unwrap_or_else(|fault| panic!("page {page}: {fault}")).value;
        let asked = [
            catalogue.books(&Query::default()).map(drop),
            catalogue.books(&search("moth")).map(drop),
            catalogue.facets(&Query::default(), Facet::Tag).map(drop),
            catalogue.by_path("moth.epub").map(drop),
        ];
        for fault in asked.into_iter().filter_map(Result::err) {
            assert_eq!(fault.code, DAMAGED, "page {page}: {fault}");
            met += 1;
        }
    }
    assert!(met > 0);
}

#[test]
fn what_another_process_writes_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let reader = filled(folder.path(), &library()[..1]);
    assert_eq!(paths(&reader, &sorted(Sort::Title)), ["moth.epub"]);
    let read_only = Catalogue::open_readonly(folder.path()).unwrap().unwrap();
    assert_eq!(read_only.len().unwrap(), 1);
    assert!(read_only.batch().is_err());
    let writer = Catalogue::open(folder.path()).unwrap().value;
    let mut batch = writer.batch().unwrap();
    library().iter().for_each(|entry| _ = batch.put(entry).unwrap());
    assert_eq!(reader.len().unwrap(), 1, "not before it is committed");
    batch.commit().unwrap();
    for catalogue in [&reader, &read_only, &writer] {
        assert_eq!(paths(catalogue, &sorted(Sort::Title)), ["dark.epub", "a/lamp.epub", "moth.epub", "night.epub"]);
    }
    let mut batch = writer.batch().unwrap();
    batch.remove("dark.epub").unwrap();
    batch.commit().unwrap();
    assert_eq!(paths(&reader, &sorted(Sort::Series)), ["moth.epub", "a/lamp.epub", "night.epub"]);
    assert_eq!(reader.facets(&Query::default(), Facet::Fandom).unwrap()[0].books, 2);
}

#[test]
fn snippets_show_the_words_where_they_stand() {
    let record = &library()[0].record;
    let shown = |typed: &str| {
        let marked = |snippet: Snippet| {
            let mut text = snippet.text;
            for found in snippet.found.into_iter().rev() {
                text.replace_range(found.clone(), &format!("[{}]", &text[found]));
            }
            format!("{}: {text}", snippet.field)
        };
        snippets(record, typed).into_iter().map(marked).collect::<Vec<_>>()
    };
    assert_eq!(
        shown("burn mot"),
        ["title: The [Moth]", "tag: Slow [Burn]", "summary: A [moth] learns what a café is."]
    );
    assert_eq!(shown("\"slow burn\" mot "), ["tag: [Slow] [Burn]"]);
    assert_eq!(shown("CAFE"), ["summary: A moth learns what a [café] is."]);
    assert_eq!(shown("spike"), ["relationship: Willow/[Spike]"]);
    assert_eq!(shown("***"), [""; 0]);
    let long = BookRecord {
        summary: texts(&[&format!("{}灯り{}", "word ".repeat(50), " word".repeat(50))]),
        ..BookRecord::default()
    };
    let snippet = &snippets(&long, "灯り")[0];
    assert_eq!(snippet.found.iter().map(|found| &snippet.text[found.clone()]).collect::<String>(), "灯り");
    assert!(snippet.text.starts_with('…') && snippet.text.ends_with('…') && snippet.text.len() < 200);
}

/// However many changes an index has been through, it says what one says that is made from nothing.
#[test]
fn an_index_that_is_renewed_is_as_good_as_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = filled(folder.path(), &[]);
    let mut chance = 7_u64;
    let mut below = |limit: u64| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((chance >> 33) % limit) as usize
    };
    let made = library();
    for round in 0..60 {
        let mut batch = catalogue.batch().unwrap();
        for _ in 0..1 + below(6) {
            let path = format!("{}.epub", below(40));
            if below(4) == 0 {
                batch.remove(&path).unwrap();
            } else {
                let mut record = made[below(4)].record.clone();
                record.tags.push(format!("Tag {}", below(5)));
                batch.put(&Entry { path, record, ..made[0].clone() }).unwrap();
            }
        }
        batch.commit().unwrap();
        if below(3) == 0 {
            continue;
        }
        let fresh = Catalogue::open_readonly(folder.path()).unwrap().unwrap();
        for text in ["", "lamp"] {
            for sort in Sort::ALL {
                let query = Query { text: text.into(), sort, limit: 100, ..Query::default() };
                assert_eq!(catalogue.books(&query).unwrap(), fresh.books(&query).unwrap(), "round {round}");
                let fandom = query.with(Facet::Tag, "tag 3");
                assert_eq!(catalogue.books(&fandom).unwrap(), fresh.books(&fandom).unwrap(), "round {round}");
            }
        }
        for facet in Facet::ALL {
            let counts = |catalogue: &Catalogue| {
                let mut counts = catalogue.facets(&Query::default(), facet).unwrap();
                counts.iter_mut().for_each(|count| count.value = count.value.to_lowercase());
                counts.sort_by(|one, other| one.value.cmp(&other.value));
                counts
            };
            assert_eq!(counts(&catalogue), counts(&fresh), "round {round}");
        }
    }
}
