//! What was recognised in a story, as a file that a person can correct: `moth.toml` beside `moth.txt`.
//!
//! Facts stand ready to be edited; chapters are shown and left out, so that a story can grow by one without the file.

use std::fmt::Write;

use toml::Value;

use crate::model::metadata::Metadata;
use crate::model::story::{Role, Story};

use super::gather::Found;

/// The text of a sidecar for a story.
pub fn sidecar(story: &Story, found: &Found) -> String {
    let file_name = found.path.file_name().unwrap_or_default().to_string_lossy();
    let mut out = format!(
        "# What bindery recognised in `{}`. Correct what is wrong: what stands here wins over every guess.\n\
         # A line that begins with `#` says nothing; an empty value (\"\") says that there is none.\n\
         # All fields and settings: docs/story-format.md\n\n",
        file_name.replace(|character: char| character.is_control(), " ")
    );
    for (name, value) in facts(&story.metadata) {
        _ = match value {
            Some(value) => writeln!(out, "{name} = {value}"),
            None => writeln!(out, "# {name} = \"\""),
        };
    }
    out.push_str("\n# To move, join or rename chapters, take the `#` from all of these lines and edit them.\n");
    for chapter in story.chapters.iter().filter(|chapter| chapter.role != Role::Part) {
        out.push_str("#\n# [[chapters]]\n");
        if found.files.len() > 1
            && let Some(file) = story.files.get(chapter.lines.file as usize)
        {
            _ = writeln!(out, "# file = {}", text(&file.name));
        }
        _ = writeln!(out, "# line = {}", chapter.lines.start.max(1));
        if let Some(heading) = &chapter.heading {
            _ = writeln!(out, "# title = {}", text(&heading.line()));
        }
    }
    out.push_str("\n# To move notes or leave them out, edit these lines: keep, start, end, back, popup, drop.\n");
    out.push_str("# [notes]\n# disclaimer = \"back\"\n# author = \"keep\"\n");
    out
}

/// Every field that a person may want to correct, with what is known of it as TOML.
fn facts(metadata: &Metadata) -> Vec<(&'static str, Option<Value>)> {
    let one = |value: &Option<String>| value.clone().map(Value::String);
    let many = |values: &[String]| match values {
        [] => None,
        [value] => Some(Value::String(value.clone())),
        values => Some(values.iter().cloned().map(Value::String).collect::<Vec<_>>().into()),
    };
    let series = |part: &crate::model::metadata::SeriesPart| {
        let mut table = toml::Table::new();
        table.insert("name".to_owned(), part.name.clone().into());
        if let Some(index) = &part.index {
            table.insert("index".to_owned(), index.clone().into());
        }
        Value::Table(table)
    };
    vec![
        ("title", one(&metadata.title)),
        ("author", many(&metadata.authors)),
        ("language", one(&metadata.language)),
        ("fandom", many(&metadata.fandoms)),
        ("relationship", many(&metadata.relationships)),
        ("character", many(&metadata.characters)),
        ("category", many(&metadata.categories)),
        ("genre", many(&metadata.genres)),
        ("tags", many(&metadata.tags)),
        ("rating", metadata.rating.as_ref().map(|rating| Value::String(rating.wording.clone()))),
        ("warnings", many(&metadata.warnings)),
        ("editor_warnings", many(&metadata.editor_warnings)),
        ("summary", (!metadata.summary.is_empty()).then(|| Value::String(metadata.summary.join("\n\n")))),
        (
            "series",
            match &metadata.series[..] {
                [] => None,
                [part] => Some(series(part)),
                parts => Some(Value::Array(parts.iter().map(series).collect())),
            },
        ),
        ("published", metadata.published.map(|date| Value::String(date.to_string()))),
        ("updated", metadata.updated.map(|date| Value::String(date.to_string()))),
        ("status", one(&metadata.status)),
        ("source", one(&metadata.source)),
        ("publisher", one(&metadata.publisher)),
        ("rights", one(&metadata.rights)),
        ("translator", many(&metadata.translators)),
        ("editor", many(&metadata.editors)),
        ("cover", one(&metadata.cover)),
    ]
}

fn text(value: &str) -> Value {
    Value::String(value.to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::model::date::PartialDate;
    use crate::model::manuscript::Lines;
    use crate::model::metadata::SeriesPart;
    use crate::model::story::Chapter;
    use crate::model::story::Heading;
    use crate::model::text::Inline;
    use crate::model::warning::Rating;
    use crate::pipeline::declared::{Place, from_toml};

    #[test]
    fn what_is_written_reads_back_as_the_same_facts() {
        let metadata = Metadata {
            title: Some("The \"Moth\" \\ and the Lamp".into()),
            authors: vec!["Ann".into(), "Bo".into()],
            language: Some("en".into()),
            relationships: vec!["Ada/Rook".into()],
            rating: Some(Rating { wording: "PG-13".into(), term: None }),
            warnings: vec!["character death".into()],
            summary: vec!["A lamp is left on.".into(), "Somebody comes.".into()],
            series: vec![SeriesPart { name: "Tidewater".into(), index: Some("2.5".into()) }],
            published: PartialDate::new(2000, Some(3), None),
            cover: Some("moth.jpg".into()),
            ..Metadata::default()
        };
        let chapter = Chapter {
            role: Role::Chapter,
            level: 1,
            heading: Some(Heading {
                label: Some("Part 1".into()),
                ordinal: Some(1),
                title: vec![Inline::text("Dusk")],
            }),
            notes: Vec::new(),
            blocks: Vec::new(),
            lines: Lines::new(0, 12..40),
        };
        let story = Story { metadata: metadata.clone(), chapters: vec![chapter], ..Story::default() };
        let path = PathBuf::from("moth.txt");
        let found = Found {
            files: vec![path.clone()],
            sidecar: path.clone(),
            true_path: path.clone(),
            below: String::new(),
            path,
            stem: "moth".into(),
            is_folder: false,
            unpacked: None,
        };
        let written = sidecar(&story, &found);
        let read = from_toml(&written, &Place::default()).expect("TOML");
        assert_eq!(read.diagnostics, []);
        assert_eq!(Metadata { facts: Vec::new(), ..read.value.metadata }, metadata);
        assert!(read.value.settings.chapters.is_empty(), "chapters are shown only");
        let with_chapters = written
            .replace("# [[chapters]]", "[[chapters]]")
            .replace("# line", "line")
            .replace("# title = \"P", "title = \"P");
        let read = from_toml(&with_chapters, &Place::default()).expect("TOML");
        assert_eq!(read.value.settings.chapters[0].line, Some(12));
        assert_eq!(read.value.settings.chapters[0].title.as_deref(), Some("Part 1: Dusk"));
    }
}
