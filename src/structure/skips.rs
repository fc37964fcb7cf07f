//! Passages that an author marked for readers who want to pass over them: "skip from *** to ***", "stop at +++ and go on at
//! the next +++", "skip from “He lifted the lamp” to “Morning came”". Where the marks cannot be found for certain there is
//! no passage.

use std::collections::BTreeMap;

use crate::detect::Survey;
use crate::model::block::{Block, plain_blocks};
use crate::model::story::Story;

/// For each chapter whose notes mark a passage: the index of the first block behind it.
pub(super) fn passages(story: &Story, survey: &Survey) -> BTreeMap<usize, usize> {
    let mut out = BTreeMap::new();
    for index in 0..story.chapters.len() {
        let alone = if story.chapters.len() == 1 { &story.notes[..] } else { &[] };
        let notes = story.chapters[index].notes.iter().chain(alone);
        let target = notes
            .filter_map(|note| marks(&plain_blocks(&note.blocks)))
            .find_map(|(from, to)| behind(story, survey, index, &from, &to));
        out.extend(target.map(|block| (index, block)));
    }
    out
}

/// Words of a sentence that tells readers how to pass over something.
const CUES: &[&str] =
    &["skip", "stop", "between", "avoid", "überspring", "salta", "sautez", "sauter", "passez", "пропус"];

/// The marks at which a passage begins and ends, as a note names them.
fn marks(note: &str) -> Option<(String, String)> {
    for line in note.lines() {
        let lower = line.to_lowercase();
        if !CUES.iter().any(|cue| lower.contains(cue)) {
            continue;
        }
        let mut found = quoted(line);
        if found.len() < 2 {
            found.extend(ornaments(line));
        }
        match &found[..] {
            [] => {}
            [one] => return Some((one.clone(), one.clone())),
            [from, to, ..] => return Some((from.clone(), to.clone())),
        }
    }
    None
}

/// Marks without letters that stand between white space: `***`, `* * *`, `~~~`.
fn ornaments(line: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut run = String::new();
    for token in line.split_whitespace().map(Some).chain([None]) {
        let bare = token.unwrap_or_default().trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '”']);
        let bare = bare.trim_start_matches(['(', '"', '“']);
        let is_mark = !bare.is_empty()
            && bare.chars().all(|it| {
                matches!(it, '*' | '~' | '=' | '+' | '#' | '-' | '_' | '•' | '<' | '>' | '%' | '^' | '@' | '§' | '†')
            });
        if is_mark {
            run.push_str(bare);
        } else if !run.is_empty() {
            // A lone hyphen is punctuation.
            if run != "-" {
                found.push(run.clone());
            }
            run.clear();
        }
        if token.is_none_or(|token| token.len() != bare.len()) && !run.is_empty() {
            found.extend((run != "-").then(|| run.clone()));
            run.clear();
        }
    }
    found
}

/// What stands in double quotation marks or square brackets and has words.
fn quoted(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(open) = rest.find(['"', '“', '„', '«', '[']) {
        let mark = rest[open..].chars().next().unwrap_or('"');
        let inside = &rest[open + mark.len_utf8()..];
        let closes = |it: char| match mark {
            '„' => matches!(it, '“' | '”'),
            '«' => it == '»',
            '[' => it == ']',
            _ => matches!(it, '"' | '”'),
        };
        let Some(close) = inside.find(closes) else { break };
        let text = inside[..close].trim_matches(|it: char| !it.is_alphanumeric());
        if !text.is_empty() {
            found.push(text.to_owned());
        }
        rest = inside[close..].split_at(inside[close..].chars().next().map_or(0, char::len_utf8)).1;
    }
    found
}

/// A text without white space, in lower case, quotation marks alike.
fn squeezed(text: &str) -> String {
    let kept = text.chars().filter(|it| !it.is_whitespace() && !matches!(it, '"' | '“' | '”' | '\'' | '’' | '‘'));
    kept.flat_map(char::to_lowercase).collect()
}

/// The first block behind the second mark, when the chapter has the marks as the note says.
fn behind(story: &Story, survey: &Survey, index: usize, from: &str, to: &str) -> Option<usize> {
    let chapter = &story.chapters[index];
    let (from, to) = (squeezed(from), squeezed(to));
    let is_words = to.contains(char::is_alphanumeric);
    let is_at = |text: &str, mark: &str| {
        let text = squeezed(text);
        // "[scene starts]" stands alone; quoted words begin a paragraph or stand in it.
        text == mark
            || is_words
                && (text.starts_with(mark)
                    || text.trim_matches(|it: char| !it.is_alphanumeric()) == mark
                    || mark.len() > 12 && text.contains(mark))
    };
    let in_chapter = |line: u32| line >= chapter.lines.start && line < chapter.lines.end;
    let place = |sight: &crate::detect::Sight| (sight.passage.lines.file, sight.passage.lines.start);
    let first = survey.sights.partition_point(|sight| place(sight) < (chapter.lines.file, chapter.lines.start));
    let own = &survey.sights[first..];
    let own = &own[..own.partition_point(|sight| place(sight) < (chapter.lines.file, chapter.lines.end))];
    let lines = |mark: &str| -> Vec<u32> {
        own.iter()
            .filter(|sight| in_chapter(sight.passage.lines.start) && is_at(&sight.text, mark))
            .map(|sight| sight.passage.lines.start)
            // A note that quotes a mark is not the mark.
            .filter(|line| {
                let mut notes = chapter.notes.iter().chain(&story.notes);
                !notes.any(|note| note.lines.range().contains(line) && note.lines.file == chapter.lines.file)
            })
            .collect()
    };
    let block_from = |line: u32, within: bool| {
        let at = chapter.blocks.iter().position(|block| {
            block.value != Block::SceneBreak
                && block.lines.file == chapter.lines.file
                && if within { block.lines.end > line } else { block.lines.start > line }
        });
        at.filter(|at| *at > 0)
    };
    if from != to {
        let (starts, ends) = (lines(&from), lines(&to));
        let start = if starts.len() == 1 { Some(starts[0]) } else { None };
        let end = ends.into_iter().find(|end| start.is_some_and(|start| *end > start))?;
        // Quoted words are themselves what the reader goes on with.
        return block_from(end, is_words && !to.is_empty());
    }
    let found = lines(&from);
    if let [_, second] = found[..] {
        return block_from(second, false);
    }
    // Marks that were set as scene breaks and left no characters: two breaks, and the passage between them.
    let breaks: Vec<usize> = chapter
        .blocks
        .iter()
        .enumerate()
        .filter(|(_, block)| block.value == Block::SceneBreak)
        .map(|(at, _)| at)
        .collect();
    match (found.len(), is_words, &breaks[..]) {
        (0, false, [_, second]) => Some(second + 1).filter(|at| *at < chapter.blocks.len()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_name_marks_in_many_ways() {
        let of = |note: &str| marks(note).map(|(from, to)| format!("{from} {to}"));
        for (note, expected) in [
            ("If you want to avoid it, skip from *** to ***.", Some("*** ***")),
            ("The scene between the +++ can be passed over; skip it", Some("+++ +++")),
            ("stop at * * * and start again at the next * * *", Some("*** ***")),
            ("Skip from \"He lifted the lamp\" to “Morning came.”", Some("He lifted the lamp Morning came")),
            ("skip the part between [start] and [end]", Some("start end")),
            ("You can skip this chapter.", None),
            ("I will not stop - ever - writing this", None),
            ("*** rating: five stars ***", None),
        ] {
            assert_eq!(of(note).as_deref(), expected, "{note}");
        }
    }
}
