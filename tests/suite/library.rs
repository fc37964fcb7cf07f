//! The library: what a build writes down and what is read back from books, what is listed and found, and that nothing that happens to
//! the catalogue or the books makes it lie.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use bindery::catalogue::{Catalogue, Entry, Facet, Query};

use crate::cli::{Home, story};

/// A story with facts to choose by.
fn tagged(title: &str, author: &str, facts: &str) -> String {
    story(title, author).replacen("\n\n", &format!("\n{facts}\n\n"), 1)
}

/// With four books in `output/`.
fn home() -> Home {
    let home = Home::new();
    home.write(
        "stories/moth.txt",
        tagged("The Moth", "Ann Hollow", "Fandom: Tidewater\nRating: PG\nTags: slow burn, fluff\nWarnings: none"),
    );
    home.write(
        "stories/lamp.txt",
        tagged("The Lamp", "Bo Lind", "Fandom: Tidewater\nRating: Explicit\nWarnings: Graphic violence, gore"),
    );
    home.write("stories/night.txt", tagged("夜の蛾の物語", "山田花子", "Language: Japanese"));
    home.write("stories/wind.txt", story("Чужой ветер", "Иван Петров"));
    home.run(&["-q"]).ends(0);
    home
}

fn titles(run: crate::cli::Run) -> Vec<String> {
    let books = run.ends(0).json();
    books["books"].as_array().unwrap().iter().map(|book| book["title"].as_str().unwrap().to_owned()).collect()
}

/// All that a catalogue knows, but for its own numbers.
fn known(folder: &Path) -> Vec<Entry> {
    let catalogue = Catalogue::open_readonly(folder).unwrap().expect("a catalogue");
    let mut entries = Vec::new();
    let all = Query::default();
    catalogue
        .each(&all, |entry| {
            entries.push(Entry { id: 0, ..entry });
            true
        })
        .unwrap();
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    entries
}

fn counts(folder: &Path) -> String {
    let catalogue = Catalogue::open_readonly(folder).unwrap().expect("a catalogue");
    let counts = Facet::ALL.map(|facet| catalogue.facets(&Query::default(), facet).unwrap());
    format!("{counts:?}")
}

#[test]
fn what_is_read_back_from_the_books_is_what_the_build_wrote_down() {
    let home = home();
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/stories");
    home.run(&["-q", "stories", samples]).ends(0);
    let output = home.path("output");
    let (written, counted) = (known(&output), counts(&output));
    assert!(written.len() > 10);
    fs::remove_dir_all(output.join(".bindery")).unwrap();
    let run = home.run(&["reindex"]).ends(0);
    assert!(run.out.contains(&format!("{} read", written.len())), "{}", run.out);
    for (written, read) in written.iter().zip(known(&output)) {
        assert_eq!(*written, read);
    }
    assert_eq!(counts(&output), counted);
    // And again, from nothing that is trusted.
    home.run(&["reindex", "--all"]).ends(0);
    assert_eq!((known(&output), counts(&output)), (written.clone(), counted));
    // An unchanged build changes nothing.
    home.run(&["-q", "stories", samples]).ends(0);
    assert_eq!(known(&output), written);
}

#[test]
fn books_are_listed_chosen_and_counted() {
    let home = home();
    let run = home.run(&["list"]).ends(0);
    assert!(
        run.out.starts_with("title ") && run.out.contains("夜の蛾の物語") && run.out.ends_with("\n4 books\n"),
        "{}",
        run.out
    );
    let list = |arguments: &[&str]| titles(home.run(&[&["list", "--json"], arguments].concat()));
    assert_eq!(list(&["--sort", "title"]), ["The Lamp", "The Moth", "Чужой ветер", "夜の蛾の物語"]);
    assert_eq!(list(&["--sort", "title", "--reverse", "--limit", "1"]), ["夜の蛾の物語"]);
    assert_eq!(list(&["--fandom", "tidewater", "--rating", "general"]), ["The Moth"]);
    assert_eq!(list(&["--author", "bo lind"]), ["The Lamp"]);
    assert_eq!(list(&["--language", "ja"]), ["夜の蛾の物語"]);
    assert_eq!(list(&["--warning", "gore"]), ["The Lamp"]);
    assert_eq!(list(&["--hide-warning", "violence", "--fandom", "Tidewater"]), ["The Moth"]);
    assert_eq!(list(&["--hide-rating", "mature"]), ["The Moth"]);
    assert_eq!(list(&["--hide-unwarned"]), ["The Lamp", "The Moth"]);
    assert_eq!(list(&["--where", "rating <= teen"]), ["The Moth"]);
    assert_eq!(list(&["--where", "fandom:Tidewater", "--where", "not author:\"Ann Hollow\""]), ["The Lamp"]);
    assert_eq!(list(&["--tag", "nothing of the kind"]), [""; 0]);
    let run = home.run(&["list", "--limit", "1"]).ends(0);
    assert!(run.out.ends_with("\n1 of 4 books; `--limit 0` shows all\n"), "{}", run.out);
    assert_eq!(home.run(&["list", "--count", "fandom"]).ends(0).out, "books  fandom\n    2  Tidewater\n");
    let counted = home.run(&["list", "--count", "rating", "--json"]).ends(0).json();
    assert_eq!(counted["counts"][0]["value"], "unrated");
}

#[test]
fn words_are_found_and_shown_where_they_stand() {
    let home = home();
    let run = home.run(&["search", "burn slow"]).ends(0);
    assert_eq!(run.out.lines().next(), Some("The Moth, by Ann Hollow"));
    assert!(run.out.contains("\n  tag: slow burn\n"), "{}", run.out);
    let search = |text: &str| titles(home.run(&["search", "--json", text]));
    assert_eq!(search("夜の蛾"), ["夜の蛾の物語"]);
    assert_eq!(search("蛾"), ["夜の蛾の物語"]);
    assert_eq!(search("ВЕТЕР"), ["Чужой ветер"]);
    assert_eq!(search("\"burn slow\""), [""; 0]);
    assert_eq!(titles(home.run(&["search", "--json", "tidewater", "--hide-warning", "gore"])), ["The Moth"]);
    for text in [
        "moth\" OR \"lamp",
        "NOT moth",
        "title: moth",
        "NEAR(",
        "a*b*c",
        "'; DROP TABLE books; --",
        "moth)",
        "\"",
        "^moth",
    ] {
        let run = home.run(&["search", "--json", text]);
        assert!(matches!(run.code, Some(0 | 2)), "{text}: {}", run.err);
    }
    assert_eq!(search("moth"), ["The Moth"], "all is where it was");
}

#[test]
fn what_happens_to_books_by_hand_is_noticed() {
    let home = home();
    let book = |name: &str| home.path(&format!("output/{name}.epub"));
    fs::remove_file(book("Bo Lind - The Lamp")).unwrap();
    fs::create_dir_all(home.path("output/inner")).unwrap();
    fs::copy(book("Ann Hollow - The Moth"), home.path("output/inner/copy.EPUB")).unwrap();
    // Another book under the name of one that is known.
    fs::copy(book("Ann Hollow - The Moth"), book("山田花子 - 夜の蛾の物語")).unwrap();
    let list = || titles(home.run(&["list", "--json", "--sort", "title"]));
    assert_eq!(list(), ["The Moth", "The Moth", "The Moth", "Чужой ветер"]);
    // Hidden files, and the form for Kobo of a book that is there, are no books more.
    fs::copy(book("Ann Hollow - The Moth"), home.path("output/.hidden.epub")).unwrap();
    fs::copy(book("Ann Hollow - The Moth"), home.path("output/inner/copy.kepub.epub")).unwrap();
    fs::remove_file(home.path("output/inner/copy.EPUB")).unwrap();
    assert_eq!(list().len(), 4);
    home.run(&["-q"]).ends(0);
    assert_eq!(list().len(), 5);
}

#[test]
fn a_broken_book_is_told_about_and_takes_no_other_with_it() {
    let home = home();
    home.write("output/broken.epub", "no book");
    home.write("output/empty.epub", "");
    fs::create_dir(home.path("output/folder.epub")).unwrap();
    let run = home.run(&["reindex"]).ends(1);
    assert!(run.out.starts_with("4 books in the catalogue of `output`: 4 unchanged, 2 cannot be read"), "{}", run.out);
    let run = run.says("error[no-book]", "output/broken.epub").says("error[no-book]", "output/empty.epub");
    assert_eq!(run.err.matches("error[").count(), 2);
    let run = home.run(&["list"]).ends(0).says("warning[books-unreadable]", "2 books cannot be read");
    assert!(run.out.ends_with("\n4 books\n"));
    let json = home.run(&["reindex", "--json"]).ends(1).json();
    assert_eq!((&json["books"], &json["unchanged"]), (&4.into(), &4.into()));
    // A known book that breaks is known no more.
    fs::write(home.path("output/Ann Hollow - The Moth.epub"), "half a bo").unwrap();
    assert_eq!(titles(home.run(&["list", "--json"])).len(), 3);
}

#[test]
fn a_catalogue_that_is_lost_or_damaged_loses_nothing() {
    let home = home();
    let output = home.path("output");
    let file = Catalogue::file_of(&output);
    let (whole, before) = (fs::read(&file).unwrap(), known(&output));
    let records = |folder: &Path| known(folder).into_iter().map(|entry| (entry.path, entry.record)).collect::<Vec<_>>();
    let records_before = records(&output);
    fs::remove_dir_all(output.join(".bindery")).unwrap();
    let run = home.run(&["list"]).ends(0);
    assert!(run.err.contains("there is no catalogue of `output` yet; it is made from 4 books"), "{}", run.err);
    assert_eq!(known(&output), before);
    let mut scratched = whole.clone();
    let middle = whole.len() / 2;
    scratched[4096..middle].fill(0xa5);
    let cases: [&[u8]; 5] = [&whole[..whole.len() / 2], b"", b"garbage", &[0; 8192], &scratched];
    for bytes in cases {
        for command in [&["list", "--json"][..], &["search", "--json", "tidewater"], &["reindex"], &["-q", "--force"]] {
            fs::write(&file, bytes).unwrap();
            home.run(command).ends(0);
            home.run(&["list", "--json"]).ends(0);
            assert_eq!(known(&output).len(), 4, "{command:?}, {} bytes", bytes.len());
        }
        // Made anew by `--force`, the files have another time; what they say is the same.
        assert_eq!(records(&output), records_before);
    }
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    home.run(&["list"]).ends(0).says("warning[catalogue-set-aside]", "output/.bindery/catalogue.sqlite");
    assert_eq!(records(&output), records_before);
}

#[test]
fn where_no_catalogue_can_be_the_books_are_made_and_listed_all_the_same() {
    let home = Home::with_stories();
    home.write("output/.bindery", "a file in the place of the folder");
    let run = home.run(&["-q"]).ends(0);
    assert_eq!(run.err, "");
    home.run(&["--force"]).ends(0).says("warning[catalogue-unreachable]", "output/.bindery");
    assert_eq!(titles(home.run(&["list", "--json", "--sort", "title"])), ["The Lamp", "The Moth"]);
    assert_eq!(titles(home.run(&["search", "--json", "moth"])), ["The Moth"]);
    home.run(&["reindex"]).ends(4).says("error[catalogue-unreachable]", "output/.bindery");
    let home = Home::with_stories();
    home.run(&["-q", "--no-catalogue"]).ends(0);
    home.run(&["-q", "--dry-run", "-o", "other"]).ends(0);
    assert!(!home.path("output/.bindery").exists() && !home.path("other").exists());
}

#[test]
fn what_makes_no_sense_is_refused() {
    let home = home();
    fs::create_dir(home.path("empty")).unwrap();
    home.run(&["list", "nowhere"]).ends(1).says("error[not-found]", "nowhere");
    home.run(&["list", "empty"]).ends(3).says("error[no-books]", "empty");
    assert!(!home.path("empty/.bindery").exists());
    home.run(&["search", "slow", "burn"]).ends(1).says("error[not-found]", "burn");
    home.run(&["search", " *** "]).ends(2).says("error[no-words]", "there is no word");
    home.run(&["list", "--hide-warning", "spiders"]).ends(2).says("error[warning-unknown]", "--hide-warning");
    home.run(&["list", "--hide-rating", "blue"]).ends(2).says("error[rating-unknown]", "--hide-rating");
    home.run(&["list", "--where", "words <"]).ends(2);
    home.run(&["list", "--sort", "colour"]).ends(2);
    home.run(&["list", "--count", "colour"]).ends(2);
}

#[test]
fn several_may_write_and_read_at_once() {
    let home = Home::new();
    for number in 0..12 {
        home.write(&format!("stories/{number}/s{number}.txt"), story(&format!("Story {number}"), "Ann Hollow"));
    }
    let start =
        |arguments: &[&str]| home.command(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    fs::create_dir(home.path("output")).unwrap();
    let folders: Vec<String> = (0..12).map(|number| format!("stories/{number}")).collect();
    let builds = folders.chunks(3).map(|folders| {
        let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
        start(&[&["build", "-q"], &folders[..]].concat())
    });
    let mut running: Vec<_> = builds.collect();
    running.extend((0..3).map(|_| start(&["list"])));
    for child in running {
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(ended.status.success() || said.contains("no-books"), "{said}");
    }
    // Who waited for too long went on without the catalogue; whoever looks next finds the books.
    assert_eq!(titles(home.run(&["list", "--json"])).len(), 12);
    assert_eq!(known(&home.path("output")).len(), 12);
}

#[cfg(unix)]
#[test]
fn whatever_kills_a_run_the_next_one_ends_the_same() {
    let home = Home::new();
    for number in 0..40 {
        home.write(&format!("stories/s{number}.txt"), story(&format!("Story {number}"), "Ann Hollow"));
    }
    home.run(&["-q", "--folders", "shelf", "--cover", "none"]).ends(0);
    let before = known(&home.path("output"));
    assert_eq!(before.len(), 40);
    for delay in 0..6 {
        fs::remove_dir_all(home.path("output/.bindery")).unwrap();
        let mut child = home.command(&["reindex"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(delay * 8));
        child.kill().unwrap();
        child.wait().unwrap();
        home.run(&["list", "--json"]).ends(0);
        assert_eq!(known(&home.path("output")), before);
    }
}
