//! The same story gives the same bytes, however many threads bind beside it and in whatever order the stories come.

use std::path::Path;

use bindery::diagnostic::Diagnostic;
use bindery::pipeline::{Options, Source, SourceFile, make};
use bindery::writers::{Compression, WRITERS};
use rayon::prelude::*;

/// A book in every format and what was said while it was made; or what forbade it.
type Outcome = Result<(Vec<Vec<u8>>, Vec<Diagnostic>), Vec<Diagnostic>>;

fn outcome(source: &Source) -> Outcome {
    let made = make(source, &Options::default())?;
    let files = WRITERS.iter().map(|writer| (writer.write)(&made.book, Compression::Fast)).collect();
    Ok((files, made.diagnostics))
}

/// Stories of every habit that the numbers can be combined to, so that no two are alike.
fn generated(number: usize) -> Source {
    let heading = [("Chapter ", ""), ("", "."), ("PART ", ": The Ferry"), ("[", "/4]")][number % 4];
    let mark = ["* * *", "oOo", "~*~", ""][number / 4 % 4];
    let (open, close) = [("*", "*"), ("_", "_"), ("<", ">")][number % 3];
    let mut text = format!("Title: The Ferry, {number}\nAuthor: Ruth Adair\nPairing: Ruth/Adair, Tom & Una\n");
    text += &format!(
        "Warnings: character death, language\n\nDisclaimer: none of it is mine.\n{open}{close} are thoughts\n"
    );
    for chapter in 1..=4 {
        text += &format!("\n\n{}{chapter}{}\n\nA/N: thanks to all who wrote.[{chapter}]\n\n", heading.0, heading.1);
        for paragraph in 0..6 {
            text += &format!(
                "\"It is {open}late{close},\" she said, and counted {paragraph} boats in the {number}th hour -- or {chapter}.\n\n"
            );
        }
        text +=
            &format!("{mark}\n\nThe water was quiet... and nobody asked.\n\n[{chapter}] Which is more than most.\n");
    }
    let files = match number % 5 {
        // A folder of chapters.
        0 => (1..=3).map(|part| (format!("{part:02}-part.txt"), text.replace("Ferry", "Ford"))).collect(),
        1 => vec![(format!("s{number}.md"), format!("# The Ferry\n\n{}", text.replace("Chapter ", "## Chapter ")))],
        _ => vec![(format!("s{number}.txt"), text)],
    };
    let file =
        |(name, text): (String, String)| SourceFile { name, bytes: text.into_bytes(), modified: Some(951_868_799) };
    Source {
        name: format!("s{number}"),
        stem: format!("s{number}"),
        files: files.into_iter().map(file).collect(),
        ..Source::default()
    }
}

/// The stories that come with bindery.
pub fn samples() -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("stories");
    let entries = |folder: &Path| {
        let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let is_text = |path: &Path| path.extension().is_some_and(|ending| ending == "txt" || ending == "md");
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let stories = entries(&folder).into_iter().filter(|path| path.is_dir() || is_text(path));
    let source = |path: std::path::PathBuf| {
        let files = if path.is_dir() { entries(&path) } else { vec![path.clone()] };
        let files = files.iter().filter(|path| is_text(path)).map(|path| SourceFile {
            name: name(path),
            bytes: std::fs::read(path).unwrap(),
            modified: Some(951_868_799),
        });
        Source { name: name(&path), stem: name(&path), files: files.collect(), ..Source::default() }
    };
    stories.map(source).collect()
}

fn bound_by(threads: usize, sources: &[&Source]) -> Vec<Outcome> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| sources.par_iter().map(|source| outcome(source)).collect())
}

#[test]
fn threads_and_order_change_nothing() {
    let sources: Vec<Source> = (0..36).map(generated).chain(samples()).collect();
    let forwards: Vec<&Source> = sources.iter().collect();
    let backwards: Vec<&Source> = sources.iter().rev().collect();
    let alone = bound_by(1, &forwards);
    assert!(alone.iter().filter(|outcome| outcome.is_ok()).count() >= 36 + 8, "the stories are to be bound");
    let mut reversed = bound_by(1, &backwards);
    reversed.reverse();
    let mut crowded = bound_by(7, &backwards);
    crowded.reverse();
    for (index, source) in sources.iter().enumerate() {
        assert!(alone[index] == reversed[index], "{} depends on what came before it", source.name);
        assert!(alone[index] == crowded[index], "{} depends on what runs beside it", source.name);
    }
}

#[test]
fn another_word_gives_other_bytes() {
    let (mut one, mut other) = (generated(2), generated(2));
    assert!(outcome(&one) == outcome(&other));
    one.files[0].bytes.extend_from_slice(b"\nAnd then it rained.\n");
    other.files[0].bytes.extend_from_slice(b"\nAnd then it snowed.\n");
    assert!(outcome(&one) != outcome(&other));
}
