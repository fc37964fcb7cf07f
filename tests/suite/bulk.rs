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
    let once = ["diagnostic", "story", "story", "story", "summary"];
    assert_eq!(kinds, [once, once].concat());
    assert_eq!(lines[2]["status"], "new");
    assert_eq!(lines[2]["status"], lines[1]["status"]);
    assert_eq!((&lines[4]["new"], &lines[4]["failed"], &lines[4]["skipped"]), (&2.into(), &1.into(), &1.into()));
    assert_eq!(lines[9]["unchanged"], 2);
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
