//! Many stories in one run: what is told of them, what is done again and what is not, and what a killed run leaves.

use std::fs;

use serde_json::Value;

use crate::cli::{Home, story};

#[test]
fn the_report_grows_by_a_line_for_each_story_and_one_for_each_run() {
    let home = Home::with_stories();
    home.write("stories/notes.xyz", "nothing");
    home.write("stories/nul.txt", [0; 4096]);
    home.run(&["--report", "report.jsonl"]).ends(1);
    home.run(&["--report", "report.jsonl"]).ends(1);
    let text = fs::read_to_string(home.path("report.jsonl")).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&str> = lines.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    // Both stories of these tests have the same text, which is told at the end.
    let once = ["diagnostic", "story", "story", "story", "diagnostic", "summary"];
    assert_eq!(kinds, [once, once].concat());
    assert_eq!(lines[4]["code"], "told-twice");
    assert_eq!(lines[2]["status"], "new");
    assert_eq!(lines[2]["status"], lines[1]["status"]);
    assert_eq!((&lines[5]["new"], &lines[5]["failed"], &lines[5]["skipped"]), (&2.into(), &1.into(), &1.into()));
    assert_eq!(lines[11]["unchanged"], 2);
    home.run(&["--report", "stories"]).ends(4);
}

#[test]
fn the_page_on_a_run_counts_and_stands_alone() {
    let home = Home::with_stories();
    home.write("stories/nul.txt", [0; 4096]);
    home.write(
        "stories/<b>.txt",
        story("<script>", "Ann Hollow").replace("\n\n", "\nRating: PG\nFandom: Tidewater\n\n"),
    );
    home.run(&["--summary", "page.html", "-q"]).ends(1);
    let page = fs::read_to_string(home.path("page.html")).unwrap();
    for part in ["Tidewater", "stories/&lt;b&gt;.txt", "stories/nul.txt", "Languages", "Without a book"] {
        assert!(page.contains(part), "no `{part}` in {page}");
    }
    assert!(!page.contains("<script"), "{page}");
}

#[test]
fn of_very_many_stories_no_table_is_printed() {
    let home = Home::new();
    for number in 0..201 {
        home.write(
            &format!("stories/s{number}.txt"),
            format!("Title: T{number}\nAuthor: A\n\nShort, number {number}.\n"),
        );
    }
    home.write("stories/nul.txt", [0; 4096]);
    let run = home.run(&["--cover", "none", "-q"]).ends(1);
    assert_eq!(run.out, "");
    let run = home.run(&["--cover", "none"]).ends(1);
    assert_eq!(run.out.lines().count(), 3, "{}", run.out);
    assert!(run.out.starts_with("stories/nul.txt: "), "{}", run.out);
    assert!(run.out.contains("201 books unchanged, 1 failed"), "{}", run.out);
    let report = home.run(&["--json", "--cover", "none"]).ends(1).json();
    assert_eq!(report["stories"].as_array().unwrap().len(), 202);
}

/// Makes files old enough that a look at them tells whether they changed.
fn settle(home: &Home, folder: &str) {
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    for entry in fs::read_dir(home.path(folder)).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
        }
    }
}

/// Statuses by input, as the report for machines has them.
fn statuses(home: &Home, arguments: &[&str]) -> Vec<String> {
    let report = home.run(&[&["--json"], arguments].concat()).ends(0).json();
    let stories = report["stories"].as_array().unwrap().iter();
    stories.map(|story| format!("{} {}", story["input"].as_str().unwrap(), story["status"].as_str().unwrap())).collect()
}

const STATE: &str = "output/.bindery";

#[test]
fn a_story_that_did_not_change_is_not_read_again() {
    let home = Home::with_stories();
    settle(&home, "stories");
    let first = home.run(&["--json"]).ends(0).json();
    let second = home.run(&["--json"]).ends(0).json();
    for number in 0..2 {
        let (before, after) = (&first["stories"][number], &second["stories"][number]);
        assert_eq!(after["status"], "unchanged");
        for field in ["input", "output", "bytes", "title", "authors", "words", "identifier", "diagnostics"] {
            assert_eq!(before[field], after[field], "{field}");
        }
    }
    // A story that nobody can read any more shows that nobody did: its size and times are as they were.
    let path = home.path("stories/moth.txt");
    let facts = fs::metadata(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap().replace("harbour", "HARBOUR");
    fs::write(&path, text).unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(facts.modified().unwrap()).unwrap();
    assert_eq!(statuses(&home, &[]), ["stories/lamp.txt unchanged", "stories/moth.txt replaced"], "as the disk knows");
}

#[test]
fn exactly_what_changed_is_made_again() {
    let home = Home::with_stories();
    home.write("stories/saga/01-dawn.txt", "It grew light over the harbour, and nobody had slept.\n");
    home.write("stories/saga/02-dusk.txt", "It grew dark over the harbour, and nobody was awake.\n");
    home.run(&[]).ends(0);
    let all = |changed: &str| {
        ["stories/lamp.txt", "stories/moth.txt", "stories/saga"]
            .map(|input| format!("{input} {}", if changed == input { "replaced" } else { "unchanged" }))
    };
    assert_eq!(statuses(&home, &[]), all(""));
    home.write("stories/moth.txt", story("The Moth", "Ann Hollow") + "And then it went out.\n");
    assert_eq!(statuses(&home, &[]), all("stories/moth.txt"));
    home.write("stories/lamp.toml", "fandom = \"Tidewater\"\n");
    assert_eq!(statuses(&home, &[]), all("stories/lamp.txt"), "what is stated beside it");
    home.write("stories/saga/02-dusk.txt", "It grew dark over the harbour, and nobody was awake to see it.\n");
    assert_eq!(statuses(&home, &[]), all("stories/saga"), "a file of several");
    fs::remove_file(home.path("stories/lamp.toml")).unwrap();
    assert_eq!(statuses(&home, &[]), all("stories/lamp.txt"), "what is stated no more");
    assert_eq!(statuses(&home, &["--checksum"]), all(""));
    // Another option, and back again.
    assert!(statuses(&home, &["--cover", "none"]).iter().all(|line| line.ends_with("replaced")));
    assert!(statuses(&home, &["--cover", "none"]).iter().all(|line| line.ends_with("unchanged")));
    fs::remove_file(home.path("output/Bo Lind - The Lamp.epub")).unwrap();
    assert_eq!(statuses(&home, &["--cover", "none"])[0], "stories/lamp.txt new", "a book that is gone is made again");
}

#[test]
fn without_what_is_kept_everything_is_as_it_was() {
    let home = Home::with_stories();
    home.write("stories/twin.txt", story("The Moth", "Ann Hollow"));
    home.run(&[]).ends(0);
    let books = home.files("output");
    fs::remove_dir_all(home.path(STATE)).unwrap();
    assert!(home.run(&[]).ends(0).out.contains("3 books unchanged"));
    home.write("output/.bindery/catalogue.sqlite", "no database at all, but long enough to look like one".repeat(100));
    let run = home.run(&[]).ends(0);
    assert!(run.out.contains("3 books unchanged"), "{}", run.out);
    assert!(books == home.files("output"));
}

#[test]
fn a_book_keeps_its_name_when_stories_come_and_go() {
    let home = Home::new();
    home.write("stories/b.txt", story("The Moth", "Ann Hollow"));
    home.run(&[]).ends(0);
    home.write("stories/a.txt", story("The Moth", "Ann Hollow") + "Another one of this name.\n");
    let report = home.run(&["--json"]).ends(0).json();
    assert_eq!(report["stories"][0]["output"], "output/Ann Hollow - The Moth (2).epub", "the name is taken");
    assert_eq!(report["stories"][1]["status"], "unchanged");
    fs::remove_file(home.path("stories/b.txt")).unwrap();
    home.write("stories/a.txt", story("The Moth", "Ann Hollow") + "Another one of this name, grown.\n");
    let report = home.run(&["--json"]).ends(0).json();
    assert_eq!(report["stories"][0]["output"], "output/Ann Hollow - The Moth (2).epub", "it stays what it is called");
}

#[test]
fn books_without_their_stories_are_told_of_and_removed_when_asked() {
    let home = Home::with_stories();
    home.write("stories/door.txt", story("The Door", "Ann Hollow"));
    home.run(&[]).ends(0);
    let (lamp, moth, door) = ("Bo Lind - The Lamp.epub", "Ann Hollow - The Moth.epub", "Ann Hollow - The Door.epub");
    fs::remove_file(home.path("stories/lamp.txt")).unwrap();
    home.write("stories/moth.txt", story("The Hawk Moth", "Ann Hollow"));
    let run = home.run(&["-v"]).ends(0).says("remark[book-without-story]", &format!("output/{lamp}"));
    assert!(run.out.contains("2 books without a story"), "{}", run.out);
    assert_eq!(home.names("output").len(), 4);
    assert!(home.run(&["--dry-run", "--prune"]).ends(0).out.contains("2 books without a story"));
    assert_eq!(home.names("output").len(), 4);
    let run = home.run(&["--prune", "-v"]).ends(0).says("remark[book-removed]", &format!("output/{moth}"));
    assert!(run.out.contains("2 books removed"), "{}", run.out);
    assert_eq!(home.names("output"), [door, "Ann Hollow - The Hawk Moth.epub"]);
    // Somebody worked on this one.
    fs::remove_file(home.path("stories/door.txt")).unwrap();
    home.write(&format!("output/{door}"), "mine now");
    home.run(&["--prune", "-v"]).ends(0).says("remark[book-changed]", &format!("output/{door}"));
    assert_eq!(home.files("output")[door], b"mine now");
}

#[test]
fn a_story_that_is_somewhere_else_is_not_missed() {
    let home = Home::with_stories();
    home.write("others/door.txt", story("The Door", "Ann Hollow"));
    home.run(&["stories", "others"]).ends(0);
    fs::rename(home.path("others"), home.path("away")).unwrap();
    let run = home.run(&["--prune", "stories"]).ends(0);
    assert_eq!(home.names("output").len(), 3, "a folder that was not asked for may not be connected: {}", run.out);
}

#[test]
fn a_story_keeps_its_identifier_when_its_title_is_mended() {
    let home = Home::with_stories();
    let identifiers = || {
        let report = home.run(&["--json"]).ends(0).json();
        let stories = report["stories"].as_array().unwrap().clone();
        stories.iter().map(|story| story["identifier"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let before = identifiers();
    home.write("stories/moth.txt", story("The Hawk Moth", "Ann Hollow"));
    assert_eq!(identifiers(), before);
    assert_eq!(identifiers(), before, "also when it is passed over");
    home.write("stories/moth.txt", story("The Hawk Moth", "Ann Hollow") + &"A chapter more of it.\n\n".repeat(9));
    assert_eq!(identifiers(), before, "also when it grows");
    let mut other = String::from("Title: Otherwise\nAuthor: C. Doe\n\n");
    (0..90).for_each(|number| {
        other += &format!("Nobody at number {number} had seen a ship of that kind, nor {number} of them.\n\n")
    });
    home.write("stories/moth.txt", other);
    assert_ne!(identifiers(), before, "another story in the same file is another story");
}

#[test]
fn what_was_said_of_a_story_is_said_again() {
    let home = Home::new();
    home.write("stories/moth.txt", story("The Moth", "Ann Hollow"));
    home.write("stories/moth.toml", "encoding = \"latin-9000\"\n");
    let first = home.run(&[]).ends(0);
    assert!(first.err.contains("warning["), "{}", first.err);
    let second = home.run(&[]).ends(0);
    assert!(second.out.contains("1 book unchanged"), "{}", second.out);
    assert_eq!(first.err, second.err);
    assert_eq!(home.run(&["--only-rating", "teen"]).ends(3).out, home.run(&["--only-rating", "teen"]).ends(3).out);
}

/// So many stories of different words, all old enough to be known by a look.
fn with_many(count: usize) -> Home {
    let home = Home::new();
    for number in 0..count {
        let mut text = format!("Title: Story {number}\nAuthor: Author {}\n\n", number % 7);
        for line in 0..30 {
            text += &format!(
                "On day {line} of year {number} boat {} came in with {} men.\n\n",
                line * number,
                line + number
            );
        }
        home.write(&format!("stories/{}/s{number}.txt", number % 3), text);
    }
    (0..3).for_each(|folder| settle(&home, &format!("stories/{folder}")));
    home
}

#[test]
fn shards_make_the_books_of_one_plain_run() {
    let home = with_many(24);
    let name = ["--cover", "none", "--name", "{author} - {title} {id}", "--folders", "shelf", "-q"];
    home.run(&[&name[..], &["-o", "plain"]].concat()).ends(0);
    let mut parts = 0;
    for part in ["1/3", "2/3", "3/3"] {
        home.run(&[&name[..], &["-o", "shards", "--shard", part]].concat()).ends(0);
        parts += usize::from(home.names("shards").len() > parts);
    }
    assert_eq!(parts, 3, "each shard has its part");
    assert_eq!(home.files("plain").len(), 24);
    assert!(home.files("plain") == home.files("shards"));
    // Where a story is among others does not matter.
    home.write("stories/0/another.txt", story("Another", "Ann Hollow"));
    let report = home.run(&[&name[..6], &["-o", "shards", "--shard", "1/3", "--json"]].concat()).ends(0).json();
    assert!(report["summary"]["unchanged"].as_u64().unwrap() > 0, "{report}");
    home.run(&["--shard", "1/3"]).ends(2).says("error[shard-names]", "--shard");
    home.run(&["--shard", "4/3"]).ends(2);
}

#[test]
fn a_line_with_a_story_is_answered_by_a_line_with_its_book() {
    let home = Home::with_stories();
    let text = story("The Moth", "Ann Hollow");
    let job = |id: u32| serde_json::json!({"id": id, "name": "moth.txt", "files": [{"name": "moth.txt", "text": text, "modified": 1_000_000_000}]});
    let stated = serde_json::json!({"id": "x", "files": [{"name": "lamp.txt", "base64": "QSBzdG9yeSBvZiBhIGxhbXAuIEl0IHdhcyBsaXQu", "modified": 0}],
        "corrections": {"title": "The Lamp", "authors": ["Bo Lind"]}});
    let lines = format!("{}\n\nno job\n{stated}\n{}\n{{\"files\":[]}}\n", job(1), job(2));
    home.write("jobs.jsonl", lines);
    let arguments = ["--from-jsonl", "jobs.jsonl", "--to-jsonl", "-", "--name", "{title} {id}"];
    let run = home.run(&arguments).ends(1);
    let answers: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let statuses: Vec<&str> = answers.iter().map(|answer| answer["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["made", "failed", "made", "made", "failed"], "{}", run.out);
    assert_eq!((&answers[0]["id"], &answers[2]["id"], &answers[3]["id"]), (&1.into(), &"x".into(), &2.into()));
    assert_eq!(answers[0]["epub"], answers[3]["epub"], "the same line, the same book");
    assert_eq!(answers[2]["record"]["title"], "The Lamp");
    assert_eq!(answers[1]["diagnostics"][0]["code"], "job-broken");
    assert!(answers[0]["name"].as_str().unwrap().starts_with("The Moth "));
    // The same bytes as a plain run makes of the same file.
    let moment = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    fs::File::options().write(true).open(home.path("stories/moth.txt")).unwrap().set_modified(moment).unwrap();
    home.run(&["stories/moth.txt", "--name", "{stem}"]).ends(0);
    let epub = answers[0]["epub"].as_str().unwrap();
    let plain = fs::read(home.path("output/moth.epub")).unwrap();
    assert_eq!(epub.len(), plain.len().div_ceil(3) * 4);
    assert_eq!(home.run(&[&["-j", "1"], &arguments[..]].concat()).ends(1).out, run.out, "with any number of workers");
    home.run(&["--from-jsonl", "jobs.jsonl"]).ends(2);
}

#[test]
fn a_line_may_say_how_its_book_is_made() {
    let home = Home::with_stories();
    let text = fs::read_to_string(home.path("stories/moth.txt")).unwrap();
    let job = |options: Value| {
        let files = serde_json::json!([{"name": "moth.txt", "text": text, "modified": 1_000_000_000}]);
        serde_json::json!({"files": files, "options": options}).to_string() + "\n"
    };
    let options = [
        serde_json::json!({}),
        serde_json::json!({"cover": "none", "format": ["epub", "kepub"], "compression": "best", "name": "{title}"}),
        serde_json::json!({"notes": {"disclaimer": "drop"}, "typography": "none", "set": {"title": "Another"}, "no_repair": true}),
        serde_json::json!({"where": "words>100k"}),
        serde_json::json!({"colour": "red"}),
        serde_json::json!({"output": "elsewhere"}),
        serde_json::json!({"cover": "golden"}),
        serde_json::json!({"name": [{}]}),
        serde_json::json!({"where": "wordz>1"}),
    ];
    home.write("jobs.jsonl", options.map(job).concat());
    let run = home.run(&["--from-jsonl", "jobs.jsonl", "--to-jsonl", "-", "--name", "{stem}"]).ends(1);
    let answers: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let statuses: Vec<&str> = answers.iter().map(|answer| answer["status"].as_str().unwrap()).collect();
    let failed = ["failed"; 5];
    assert_eq!(statuses, [&["made", "made", "made", "left-out"], &failed[..]].concat(), "{}", run.out);
    assert_eq!(answers[0]["name"], "moth.epub");
    assert!(answers[0].get("kepub").is_none(), "{}", answers[0]);
    assert_eq!(answers[1]["name"], "The Moth.epub");
    let length = |answer: &Value, format: &str| answer[format].as_str().unwrap().len();
    assert!(length(&answers[1], "epub") < length(&answers[0], "epub") / 2, "without a cover");
    assert!(length(&answers[1], "kepub") > length(&answers[1], "epub"), "with spans");
    assert_eq!((&answers[2]["record"]["title"], &answers[2]["name"]), (&"Another".into(), &"moth.epub".into()));
    let said = |index: usize| answers[index]["diagnostics"][0].to_string();
    for (index, part) in
        [(4, "a job has no option `colour`"), (5, "`output`"), (6, "golden"), (7, "`name`"), (8, "wordz")]
    {
        assert!(said(index).contains(part), "{}", said(index));
        assert!(answers[index]["diagnostics"][0]["hint"].is_string(), "{}", said(index));
    }
    // The command line alone says the same of all lines, and what it cannot mean there is refused.
    home.write("one.jsonl", job(serde_json::json!({})));
    let typed = home.run(&["--from-jsonl", "one.jsonl", "--to-jsonl", "-", "--cover", "none", "--name", "{title}"]);
    let typed: Value = serde_json::from_str(&typed.ends(0).out).unwrap();
    home.write("one.jsonl", job(serde_json::json!({"cover": "none", "name": "{title}"})));
    let stated: Value =
        serde_json::from_str(&home.run(&["--from-jsonl", "one.jsonl", "--to-jsonl", "-"]).ends(0).out).unwrap();
    assert_eq!(typed, stated);
    home.run(&["--from-jsonl", "one.jsonl", "--to-jsonl", "-", "--prune"]).ends(2);
}

#[test]
fn a_line_may_bring_its_cover() {
    let home = Home::new();
    let picture = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/covers/overdue.jpg")).unwrap();
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &picture);
    let job = |cover: &str| {
        let files = serde_json::json!([{"name": "moth.txt", "text": story("The Moth", "Ann Hollow")}]);
        let pictures = serde_json::json!([{"name": "overdue.jpg", "base64": encoded}]);
        let corrections = serde_json::json!({"cover": cover});
        serde_json::json!({"files": files, "pictures": pictures, "corrections": corrections}).to_string() + "\n"
    };
    home.write("jobs.jsonl", job("overdue.jpg") + &job("gone.jpg"));
    let run = home.run(&["--from-jsonl", "jobs.jsonl", "--to-jsonl", "-"]).ends(0);
    let answers: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let book = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, answers[0]["epub"].as_str().unwrap());
    // Pictures stand in a book as they are.
    let book = book.unwrap();
    assert!(book.windows(picture.len()).any(|bytes| bytes == picture), "the cover is in the book");
    assert_eq!(answers[1]["diagnostics"][0]["code"], "cover-missing");
}

#[test]
fn a_story_that_is_there_twice_is_told_of_and_bound_once_when_asked() {
    let home = with_many(5);
    let text = fs::read_to_string(home.path("stories/0/s0.txt")).unwrap();
    let mut page = String::from("<html><head><title>Story 0</title></head><body><h1>Story 0</h1>");
    text.split("\n\n").skip(1).for_each(|paragraph| page += &format!("<p>{}</p>\n", paragraph.trim()));
    home.write("stories/copy.html", page + "</body></html>");
    let longer = text.clone()
        + &(0..9).map(|line| format!("And in the end, on day {line}, nobody came any more.\n\n")).collect::<String>();
    home.write("stories/longer.txt", longer);
    let run = home.run(&["-v", "--name", "{stem}"]).ends(0);
    assert!(run.out.contains("7 books bound") && run.out.contains("2 doubles"), "{}", run.out);
    let said: Vec<&str> = run.err.lines().filter(|line| line.starts_with("remark[told-twice]")).collect();
    assert_eq!(said.len(), 2, "{}", run.err);
    assert!(
        said.iter().all(|line| line.contains("the same story as `stories/longer.txt`, which has more words")),
        "{said:?}"
    );
    let report = home.run(&["--dedupe", "--json", "--name", "{stem}", "-o", "deduped"]).ends(0).json();
    assert_eq!(home.names("deduped"), ["longer.epub", "s1.epub", "s2.epub", "s3.epub", "s4.epub"]);
    let left: Vec<&Value> =
        report["stories"].as_array().unwrap().iter().filter(|story| story["status"] == "left-out").collect();
    assert_eq!(left.len(), 2);
    assert!(left[0]["left_out"][0].as_str().unwrap().contains("stories/longer.txt"), "{report}");
    let again = home.run(&["--dedupe", "--json", "--name", "{stem}", "-o", "deduped"]).ends(0).json();
    assert_eq!((&again["summary"]["unchanged"], &again["summary"]["left_out"]), (&5.into(), &2.into()));
    fs::remove_file(home.path("stories/longer.txt")).unwrap();
    home.run(&["--dedupe", "-q", "--name", "{stem}", "-o", "deduped"]).ends(0);
    assert_eq!(home.names("deduped").len(), 6, "the richest of those that are left has its book");
}

#[cfg(unix)]
#[test]
fn a_run_that_is_killed_at_any_moment_is_gone_on_with() {
    let home = with_many(30);
    let arguments = |output: &'static str| ["--cover", "none", "-q", "-o", output];
    home.run(&arguments("whole")).ends(0);
    let whole = home.files("whole");
    for (round, wait) in [0, 20, 60, 120, 200, 350].into_iter().enumerate() {
        let mut child = home.command(&arguments("killed")).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        // SIGKILL: nothing of ours runs any more.
        child.kill().unwrap();
        child.wait().unwrap();
        let left = home.files("killed").into_iter().filter(|(name, _)| !name.ends_with(".bindery-tmp"));
        left.for_each(|(name, bytes)| {
            assert!(whole.get(&name) == Some(&bytes), "round {round}: {name} is no whole book")
        });
        if round % 2 == 1 {
            home.run(&arguments("killed")).ends(0);
            assert!(home.files("killed") == whole, "round {round}: the next run ends as an undisturbed one");
            fs::remove_dir_all(home.path("killed")).unwrap();
        }
    }
}

#[test]
fn what_changes_while_somebody_watches_is_bound_again() {
    let home = Home::with_stories();
    let mut child = home.command(&["--watch", "-q", "--name", "{stem}"]).spawn().unwrap();
    let until = |what: &dyn Fn() -> bool| {
        let begun = std::time::Instant::now();
        while !what() && begun.elapsed() < std::time::Duration::from_secs(60) {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        what()
    };
    assert!(until(&|| home.names("output") == ["lamp.epub", "moth.epub"]));
    home.write("stories/door.txt", story("The Door", "Ann Hollow"));
    assert!(until(&|| home.names("output").contains(&"door.epub".to_owned())), "a new story");
    // As editors save: another file takes the name.
    let before = home.files("output")["moth.epub"].clone();
    home.write("stories/.moth.swp", story("The Hawk Moth", "Ann Hollow"));
    fs::rename(home.path("stories/.moth.swp"), home.path("stories/moth.txt")).unwrap();
    assert!(until(&|| home.files("output").get("moth.epub").is_some_and(|book| *book != before)), "a changed story");
    // The whole folder goes and comes back.
    fs::rename(home.path("stories"), home.path("away")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(500));
    home.write("away/late.txt", story("Late", "Ann Hollow"));
    fs::rename(home.path("away"), home.path("stories")).unwrap();
    assert!(until(&|| home.names("output").contains(&"late.epub".to_owned())), "a folder that came back");
    child.kill().unwrap();
    child.wait().unwrap();
}
