//! Golden cases: folders that a book editor could have made. `input.*` is a story, `expected.txt` its outline.
//!
//! `BLESS=1 cargo test` rewrites the outlines; then read the diff. A folder's name says what it shows and ends in the
//! verdict. A case of several files is a story in a folder of chapters.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use bindery::model::block::{Block, plain_blocks};
use bindery::model::note::Note;
use bindery::model::story::Story;
use bindery::model::text::{Inline, Style};
use bindery::model::warning::Scope;
use bindery::pipeline::{Options, Source, SourceFile, make};

#[test]
fn every_case_reads_as_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut folders = Vec::new();
    collect(&root, &mut folders);
    assert!(!folders.is_empty(), "no cases below {}", root.display());
    let bless = std::env::var_os("BLESS").is_some();
    let mut failures = String::new();
    for folder in &folders {
        let name = folder.strip_prefix(&root).unwrap_or(folder).display().to_string();
        let outline = outline_of(folder);
        let expected_path = folder.join("expected.txt");
        let expected = fs::read_to_string(&expected_path).unwrap_or_default().replace("\r\n", "\n");
        if bless {
            fs::write(&expected_path, &outline).expect("cannot write expected.txt");
        } else if outline != expected {
            let _ = writeln!(failures, "\n== {name}\n-- expected\n{expected}\n-- found\n{outline}");
        }
    }
    assert!(failures.is_empty(), "cases differ; `BLESS=1 cargo test` accepts what was found:{failures}");
}

/// The table of what is recognised is for people who make books; it must not promise what no case shows.
#[test]
fn the_table_of_what_is_recognised_names_the_cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(root.join("docs/recognised.md")).expect("cannot read docs/recognised.md");
    let (mut named, mut spoken, mut silent) = (Vec::new(), 0, 0);
    let mut leaves = false;
    for line in table.lines() {
        match line.strip_suffix("` |").and_then(|row| row.rsplit_once("| `")) {
            Some((_, case)) => {
                named.push(case.to_owned());
                *if leaves { &mut silent } else { &mut spoken } += 1;
            }
            None if line.starts_with("| Left as it is") => leaves = true,
            None if line.starts_with("| Recognised") => leaves = false,
            None => {}
        }
    }
    named.sort();
    let mut folders = Vec::new();
    collect(&root.join("tests/cases/detect"), &mut folders);
    let mut cases: Vec<String> = folders
        .iter()
        .filter_map(|folder| folder.file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    cases.sort();
    let missing = |from: &[String], of: &[String]| -> Vec<String> {
        of.iter().filter(|name| from.binary_search(name).is_err()).cloned().collect()
    };
    assert_eq!(missing(&cases, &named), Vec::<String>::new(), "rows of docs/recognised.md without a case");
    assert_eq!(missing(&named, &cases), Vec::<String>::new(), "cases without a row in docs/recognised.md");
    assert!(named.windows(2).all(|pair| pair[0] != pair[1]), "a case stands twice in docs/recognised.md");
    assert!(silent >= spoken, "{silent} cases in which nothing is done, {spoken} in which something is");
}

/// A golden outline may be blessed in a hurry; a lost word in it never is.
#[test]
fn no_case_loses_a_word() {
    let mut folders = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"), &mut folders);
    for folder in folders {
        let expected = fs::read_to_string(folder.join("expected.txt")).unwrap_or_default();
        let lost = expected.lines().find(|line| line.starts_with("LOST ") || line.starts_with("error["));
        assert_eq!(lost, None, "{}", folder.display());
    }
}

fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    if entries.iter().any(|path| is_input(path)) {
        out.push(folder.to_owned());
    }
    entries.iter().filter(|path| path.is_dir()).for_each(|path| collect(path, out));
}

fn is_input(path: &Path) -> bool {
    path.is_file() && path.file_name().is_some_and(|name| name != "expected.txt" && name != "README.md")
}

fn outline_of(folder: &Path) -> String {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| is_input(path))
        .collect();
    paths.sort();
    let files = paths
        .iter()
        .map(|path| SourceFile {
            name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            bytes: fs::read(path).expect("cannot read the case"),
            modified: None,
        })
        .collect();
    let source = Source { name: "case".into(), stem: "case".into(), files, ..Source::default() };
    let mut options = Options::default();
    options.bind.cover = bindery::bind::CoverChoice::None;
    match make(&source, &options) {
        Ok(made) => {
            let mut text = outline(&made.story);
            for (word, times) in &made.account.lost {
                let _ = writeln!(text, "LOST {word} x{times}");
            }
            for diagnostic in &made.diagnostics {
                let _ = writeln!(text, "{}[{}]", diagnostic.severity.word(), diagnostic.code);
            }
            text
        }
        Err(diagnostics) => diagnostics.iter().map(|diagnostic| format!("{diagnostic}\n")).collect(),
    }
}

/// A story as an editor would sketch it: what is known, then each chapter's blocks, a line each.
fn outline(story: &Story) -> String {
    let mut out = String::new();
    let facts = &story.metadata;
    let mut field = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(out, "{name}: {value}");
        }
    };
    field("title", facts.title.clone().unwrap_or_default());
    field("authors", facts.authors.join(" & "));
    field("fandoms", facts.fandoms.join(" | "));
    field("relationships", facts.relationships.join(" | "));
    field("characters", facts.characters.join(" | "));
    field("categories", facts.categories.join(" | "));
    field("genres", facts.genres.join(" | "));
    field("tags", facts.tags.join(" | "));
    field(
        "rating",
        facts
            .rating
            .as_ref()
            .map(|rating| format!("{} = {}", rating.wording, rating.term.map_or("?", |term| term.label)))
            .unwrap_or_default(),
    );
    field(
        "series",
        facts
            .series
            .iter()
            .map(|part| format!("{} #{}", part.name, part.index.as_deref().unwrap_or("?")))
            .collect::<Vec<_>>()
            .join(" | "),
    );
    field("published", facts.published.map(|date| date.to_string()).unwrap_or_default());
    field("updated", facts.updated.map(|date| date.to_string()).unwrap_or_default());
    field("status", facts.status.clone().unwrap_or_default());
    field("language", facts.language.clone().unwrap_or_default());
    field("source", facts.source.clone().unwrap_or_default());
    field("summary", facts.summary.join(" / "));
    for warning in &story.warnings {
        let scope = match warning.scope {
            Scope::Work => String::new(),
            Scope::Chapter(index) => format!(" (chapter {})", index + 1),
        };
        let _ = writeln!(out, "warning: {} = {}{scope}", warning.wording, warning.term.map_or("?", |term| term.label));
    }
    let _ = writeln!(out, "warnings are {:?}", story.warning_state);
    for fact in &facts.facts {
        let _ = writeln!(
            out,
            "header: {}{}",
            fact.label.as_ref().map(|label| format!("{label} = ")).unwrap_or_default(),
            fact.value.replace('\n', " / ")
        );
    }
    story.notes.iter().for_each(|note| note_line(note, &mut out));
    for chapter in &story.chapters {
        let heading =
            chapter.heading.as_ref().map(|heading| heading.line()).unwrap_or_else(|| "(no heading)".to_owned());
        let _ = writeln!(out, "{} {:?} {heading}", "#".repeat(usize::from(chapter.level)), chapter.role);
        chapter.notes.iter().for_each(|note| note_line(note, &mut out));
        chapter.blocks.iter().for_each(|block| block_line(&block.value, 1, &mut out));
    }
    for footnote in &story.footnotes {
        let _ = writeln!(out, "footnote {}: {}", footnote.mark, short(&plain_blocks(&footnote.blocks)));
    }
    for dropped in &story.dropped {
        let _ = writeln!(out, "left out ({:?}): {}", dropped.reason, short(&dropped.text));
    }
    out
}

fn note_line(note: &Note, out: &mut String) {
    let _ = writeln!(
        out,
        "  note {:?} {:?} [{}]: {}",
        note.kind,
        note.place,
        note.label.as_deref().unwrap_or("-"),
        short(&plain_blocks(&note.blocks))
    );
}

fn block_line(block: &Block, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    let mut nested = |name: &str, blocks: &[Block]| {
        let _ = writeln!(out, "{indent}{name}");
        blocks.iter().for_each(|block| block_line(block, depth + 1, out));
    };
    match block {
        Block::Quote(blocks) => nested("quote", blocks),
        Block::Letter(blocks) => nested("letter", blocks),
        Block::Flashback(blocks) => nested("flashback", blocks),
        Block::List(list) => {
            list.items.iter().for_each(|item| nested(if list.start.is_some() { "numbered" } else { "item" }, item))
        }
        Block::Paragraph(paragraph) => {
            let _ = writeln!(out, "{indent}p {}", short(&marked(&paragraph.inlines)));
        }
        Block::Subheading(inlines) => {
            let _ = writeln!(out, "{indent}subheading {}", marked(inlines));
        }
        Block::SceneBreak => {
            let _ = writeln!(out, "{indent}scene break");
        }
        Block::Verse(stanzas) => {
            for stanza in stanzas {
                let lines: Vec<String> = stanza
                    .iter()
                    .map(|line| format!("{}{}", ">".repeat(usize::from(line.indent)), marked(&line.inlines)))
                    .collect();
                let _ = writeln!(out, "{indent}verse {}", lines.join(" | "));
            }
        }
        Block::EndMark(inlines) => {
            let _ = writeln!(out, "{indent}end mark {}", marked(inlines));
        }
        Block::Preformatted(_) | Block::Table(_) | Block::Image(_) => {
            let _ = writeln!(out, "{indent}{}", short(&plain_blocks([block])));
        }
    }
}

fn marked(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) => text.clone(),
            Inline::Styled(style, inner) => {
                let name = match style {
                    Style::Emphasis => "em",
                    Style::Strong => "strong",
                    Style::Thought => "thought",
                    _ => "styled",
                };
                format!("{{{name} {}}}", marked(inner))
            }
            Inline::Link { target, inlines } => format!("{{link {target} {}}}", marked(inlines)),
            Inline::NoteRef(key) => format!("{{note {key}}}"),
            Inline::Image { alt, .. } => format!("{{image {alt}}}"),
            Inline::Foreign { inlines, .. } => marked(inlines),
            Inline::LineBreak => " | ".to_owned(),
            Inline::SoftBreak => "{soft break}".to_owned(),
        })
        .collect()
}

/// The beginning and end of a long text: enough to see what it is and that nothing was cut.
fn short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let count = text.chars().count();
    if count <= 150 {
        return text;
    }
    let head: String = text.chars().take(100).collect();
    let tail: String = text.chars().skip(count - 40).collect();
    format!("{head} […] {tail}")
}
