//! Lines that keep their ends: verse, songs, inscriptions. Found by short lines that stand together and are no speech.

use super::survey::Survey;
use super::{Detector, Finding, Meaning};
use crate::model::manuscript::ParagraphHabit;

pub const DETECTOR: Detector = Detector { name: "verse", detect };

/// The longest line of verse in characters; hexameters and hymns stay below.
const LONGEST_LINE: usize = 68;

fn detect(survey: &Survey) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut index = 0;
    while index < survey.sights.len() {
        let mut end = index;
        while end < survey.sights.len()
            && could_be_line(survey, end)
            && (end == index || survey.sights[end].gap_before == 0)
        {
            end += 1;
        }
        if end - index >= 2
            && let Some((confidence, evidence)) = weigh(survey, index, end)
        {
            findings.push(Finding::new(Meaning::Verse, index..end, confidence, evidence));
        }
        index = end.max(index + 1);
    }
    findings
}

fn could_be_line(survey: &Survey, index: usize) -> bool {
    let sight = &survey.sights[index];
    sight.is_text()
        && sight.heading_level().is_none()
        && sight.words > 0
        && sight.passage.lines.end - sight.passage.lines.start == 1
        && sight.text.chars().take(LONGEST_LINE + 1).count() <= LONGEST_LINE
}

/// `1. Lamp oil`, `- rope`, `* bread`.
fn is_item(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    (1..=3).contains(&digits) && rest.starts_with(['.', ')'])
        || ["- ", "* ", "• ", "+ "].iter().any(|mark| text.starts_with(mark))
}

fn weigh(survey: &Survey, start: usize, end: usize) -> Option<(f32, String)> {
    let lines = &survey.sights[start..end];
    let count = lines.len();
    let share = |test: &dyn Fn(usize) -> bool| (start..end).filter(|index| test(*index)).count() as f32 / count as f32;
    let speech = share(&|index| survey.sights[index].starts_with_speech());
    let ended = share(&|index| {
        survey.sights[index].text.trim_end_matches(['"', '”', '’', ')', '*', '_']).ends_with(['.', '!', '?', '…'])
    });
    let capital = share(&|index| {
        survey.sights[index].text.chars().find(|character| character.is_alphabetic()).is_some_and(char::is_uppercase)
    });
    let indented = share(&|index| survey.sights[index].passage.indent >= 2);
    let labelled = share(&|index| {
        survey.sights[index].text.find(':').is_some_and(|at| at < 30 && at + 1 < survey.sights[index].text.len())
            || super::transcript::speaker(&survey.sights[index].text).is_some()
    });
    let mean = lines.iter().map(|sight| sight.text.chars().count()).sum::<usize>() as f32 / count as f32;
    // Where every line is a paragraph, a run of short paragraphs is dialogue far more often than verse.
    let every_line = survey.manuscript.page.paragraphs == ParagraphHabit::EveryLine && survey.usual_gap == 0;
    // A list that the story shows keeps its lines too, as paragraphs.
    let listed = share(&|index| is_item(&survey.sights[index].text));
    if listed > 0.5 || labelled > 0.5 || capital < 0.6 && indented < 0.6 || speech > 0.5 {
        return None;
    }
    if every_line {
        let long_run = count >= 8 && ended < 0.55 && mean < 58.0;
        return (long_run || (count >= 3 && indented > 0.8 && ended < 0.7))
            .then(|| (0.7, format!("{count} short lines stand together and {:.0} % run on", (1.0 - ended) * 100.0)));
    }
    let enough = count >= 3 || (count == 2 && (ended <= 0.5 || indented > 0.5));
    (enough && ended < 0.8).then(|| (0.75, format!("{count} short lines stand together, ended by hand")))
}
