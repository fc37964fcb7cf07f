//! Measures how well files are read and damage is repaired, on a corpus that is not part of this project.
//!
//! `BINDERY_CORPUS=DIR cargo run --release --example measure_encoding [TEXT]...`
//!
//! `DIR/chardet/ENCODING[-LANGUAGE]/FILE` are files in known encodings; `DIR/ftfy/*.json` are lists of `original`, `fixed` and,
//! where `fixed` also changes quotes and the like, `fixed-encoding`. `TEXT`s are correct texts that must come through
//! unchanged. Without `BINDERY_CORPUS` it says so and measures nothing.

// A program that measures reads files and its surroundings; only the core must not.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bindery::source::{DecodeOptions, Encoding, decode};

fn main() -> ExitCode {
    let Some(corpus) = std::env::var_os("BINDERY_CORPUS").map(PathBuf::from) else {
        eprintln!("SKIPPED: nothing was measured, because BINDERY_CORPUS does not name a folder");
        return ExitCode::FAILURE;
    };
    detection(&corpus.join("chardet"));
    let correct = correct_texts(&corpus.join("chardet"));
    unchanged(&correct);
    repairs(&corpus.join("ftfy"));
    round_trips(&correct);
    scattered(&correct);
    ExitCode::SUCCESS
}

/// The text as it should be: read in a known encoding, cleaned, not repaired.
fn read(bytes: &[u8], encoding: Option<Encoding>) -> Option<String> {
    let options = DecodeOptions { repair: false, encoding, keep_entities: true };
    decode(bytes, &options).ok().map(|source| source.value.text)
}

fn repaired(text: &str) -> String {
    decode(text.as_bytes(), &DecodeOptions::default()).map(|source| source.value.text).unwrap_or_default()
}

/// The files below `folder` with the name of their own folder, in order.
fn files(folder: &Path) -> Vec<(String, PathBuf)> {
    let list = |folder: &Path| {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        paths.sort();
        paths
    };
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    list(folder).iter().flat_map(|folder| list(folder).into_iter().map(|file| (name(folder), file))).collect()
}

/// The encoding that a folder is named for. GB2312, Shift_JIS and the like mean what the web means by them.
fn named(folder: &str) -> Option<Encoding> {
    let parts: Vec<&str> = folder.split('-').collect();
    match folder {
        "TIS-620" => Encoding::for_label("windows-874"),
        "utf-8-sig" => Encoding::for_label("utf-8"),
        "UTF-16" => Encoding::for_label("utf-16be"),
        _ if folder.starts_with("windows-") => Encoding::for_label(&parts[..2].join("-")),
        _ if folder.starts_with("iso-8859-") => Encoding::for_label(&parts[..3].join("-")),
        _ => Encoding::for_label(folder),
    }
}

/// Encodings that stories come in; the others are counted apart.
fn is_common(folder: &str) -> bool {
    let other = ["IBM", "Mac", "TIS-620", "iso-2022", "UTF-32", "Johab", "EUC-TW"];
    !other.iter().any(|other| folder.starts_with(other))
}

fn detection(chardet: &Path) {
    for declared in [true, false] {
        let mut counts = [[0; 2]; 2];
        for (folder, path) in files(chardet) {
            let (Some(encoding), Ok(mut bytes)) = (named(&folder), fs::read(&path)) else { continue };
            if !declared {
                blank_declarations(&mut bytes);
            }
            let right = read(&bytes, None) == read(&bytes, Some(encoding));
            let kind = usize::from(!is_common(&folder));
            counts[kind][0] += usize::from(right);
            counts[kind][1] += 1;
            if !right {
                println!("  wrong: {}", path.display());
            }
        }
        let [common, other] = counts.map(|[right, all]| format!("{right} of {all}"));
        let how = if declared { "as they are" } else { "declarations blanked" };
        println!("read as its encoding says, {how}: {common}; less common encodings: {other}");
    }
}

fn blank_declarations(bytes: &mut [u8]) {
    for key in [b"encoding".as_slice(), b"charset"] {
        for at in 0..bytes.len().saturating_sub(key.len()) {
            if bytes[at..at + key.len()].eq_ignore_ascii_case(key) {
                bytes[at..at + key.len()].fill(b'-');
            }
        }
    }
}

fn correct_texts(chardet: &Path) -> Vec<(PathBuf, String)> {
    let known = files(chardet).into_iter().filter_map(|(folder, path)| {
        let text = read(&fs::read(&path).ok()?, Some(named(&folder)?))?;
        Some((path, text))
    });
    let given = std::env::args_os().skip(1).map(PathBuf::from).filter_map(|path| {
        let text = read(&fs::read(&path).ok()?, None)?;
        Some((path, text))
    });
    // What was broken when the corpus was made is no truth.
    known.chain(given).filter(|(_, text)| !text.contains('\u{fffd}')).collect()
}

fn unchanged(correct: &[(PathBuf, String)]) {
    let changed: Vec<&PathBuf> =
        correct.iter().filter(|(_, text)| mojibake_only(text) != *text).map(|(path, _)| path).collect();
    for path in &changed {
        println!("  changed: {}", path.display());
    }
    println!("correct texts unchanged: {} of {}", correct.len() - changed.len(), correct.len());
}

fn mojibake_only(text: &str) -> String {
    let options = DecodeOptions { keep_entities: true, ..DecodeOptions::default() };
    decode(text.as_bytes(), &options).map(|source| source.value.text).unwrap_or_default()
}

fn repairs(ftfy: &Path) {
    // Other repairs than of encodings are not asked for: quotes may be curly or straight.
    let straight = |text: &str| text.replace(['“', '”', '„'], "\"").replace(['‘', '’'], "'");
    for name in ["in-the-wild", "negative", "synthetic", "known-failures"] {
        let json = fs::read_to_string(ftfy.join(name).with_extension("json")).unwrap_or_default();
        let cases: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap_or_default();
        let mut right = [0; 2];
        for (index, case) in cases.iter().enumerate() {
            let field = |name: &str| case.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
            let fixed = read(field("fixed").as_bytes(), Encoding::for_label("utf-8")).unwrap_or_default();
            let by_encoding = read(field("fixed-encoding").as_bytes(), Encoding::for_label("utf-8"));
            let got = repaired(field("original"));
            if Some(&got) == by_encoding.as_ref() || straight(&got) == straight(&fixed) {
                right[index % 2] += 1;
            } else {
                println!(
                    "  {}\n    {}\n    {}\n    {}",
                    field("label"),
                    field("original"),
                    got,
                    by_encoding.unwrap_or(fixed)
                );
            }
        }
        let [even, odd] = right;
        println!("{name}: {} of {} right ({even} of the even ones, {odd} of the odd)", even + odd, cases.len());
    }
}

/// Damages whole texts, once and twice.
fn round_trips(correct: &[(PathBuf, String)]) {
    for label in
        ["windows-1252", "windows-1250", "windows-1251", "macintosh", "koi8-r", "ibm866", "cp437", "cp850", "cp852"]
    {
        for times in 1..=2 {
            let (mut right, mut all) = (0, 0);
            for (_, text) in correct.iter().filter(|(_, text)| !text.is_ascii()) {
                let damaged = (0..times).fold(text.clone(), |text, _| damaged(&text, label));
                let lines = text.lines().zip(repaired_lines(&damaged));
                for (line, got) in lines.filter(|(line, _)| !line.is_ascii()) {
                    right += usize::from(line == got);
                    all += 1;
                }
            }
            println!("UTF-8 read as {label}, {times} times: {right} of {all} lines restored");
        }
    }
}

fn repaired_lines(text: &str) -> Vec<String> {
    mojibake_only(text).lines().map(str::to_owned).collect()
}

/// UTF-8 read as another encoding; controls stay as they are, as they do in the programs that do this.
fn damaged(text: &str, label: &str) -> String {
    let whatwg = encoding_rs::Encoding::for_label(label.as_bytes());
    let dos = || read_byte_by_byte(text.as_bytes(), label);
    whatwg.map_or_else(dos, |encoding| encoding.decode_without_bom_handling(text.as_bytes()).0.into_owned())
}

fn read_byte_by_byte(bytes: &[u8], label: &str) -> String {
    let options = DecodeOptions { repair: false, encoding: Encoding::for_label(label), keep_entities: true };
    decode(bytes, &options).map(|source| source.value.text).unwrap_or_default()
}

/// Damages one word in twenty and leaves the others: what is restored, and what is harmed that was right?
fn scattered(correct: &[(PathBuf, String)]) {
    for label in ["windows-1252", "windows-1251", "macintosh"] {
        let (mut damaged_words, mut restored, mut harmed, mut others) = (0, 0, 0, 0);
        let mut chance = 1_u64;
        for (path, text) in correct {
            let mut is_chosen = |word: &str| {
                chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                !word.is_ascii() && (chance >> 40).is_multiple_of(20)
            };
            let words: Vec<(&str, bool)> = text.split(' ').map(|word| (word, is_chosen(word))).collect();
            let mixed: Vec<String> = words
                .iter()
                .map(|(word, chosen)| if *chosen { damaged(word, label) } else { (*word).to_owned() })
                .collect();
            let got = mojibake_only(&mixed.join(" "));
            let got: Vec<&str> = got.split(' ').collect();
            if got.len() != words.len() {
                println!("  words run together: {}", path.display());
                continue;
            }
            for ((word, chosen), got) in words.iter().zip(got) {
                let same = *word == got;
                if *chosen {
                    damaged_words += 1;
                    restored += usize::from(same);
                } else {
                    others += 1;
                    harmed += usize::from(!same);
                    if !same {
                        println!("  harmed: {word} became {got} in {}", path.display());
                    }
                }
            }
        }
        println!(
            "one word in twenty read as {label}: {restored} of {damaged_words} restored, {harmed} of {others} harmed"
        );
    }
}
