//! Texts within the text whose lines are their own: telegrams, lists, and what people type to one another.
//!
//! A telegram says STOP; a list has the same sign before each short item; a chat has a name or an hour in front of each
//! line. Silent on talk that begins with dashes, on shouting, and on a single line.

use super::survey::{Sight, Survey};
use super::{Detector, Finding, Meaning};

pub const DETECTOR: Detector = Detector { name: "transcript", detect };

fn detect(survey: &Survey) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut index = 0;
    // A run of lines with one sign that is no list is none from its second line either.
    let mut no_list_before = 0;
    while index < survey.sights.len() {
        let end = telegram(survey, index)
            .map(|end| (Meaning::Letter, end, "capitals, and STOP where sentences end"))
            .or_else(|| {
                let (end, is_list) = if index < no_list_before { (index, false) } else { list(survey, index) };
                no_list_before = no_list_before.max(end);
                is_list.then_some((Meaning::List, end, "short lines with the same sign before each"))
            })
            .or_else(|| {
                chat(survey, index).map(|end| (Meaning::Transcript, end, "a name or an hour before each line"))
            });
        match end {
            Some((meaning, end, evidence)) => {
                findings.push(Finding::new(meaning, index..end, 0.75, evidence));
                index = end;
            }
            None => index += 1,
        }
    }
    findings
}

/// The end of a telegram that begins here: STOP twice, or once and at the end of lines in capitals.
fn telegram(survey: &Survey, start: usize) -> Option<usize> {
    let wired = |sight: &Sight| {
        sight.is_text() && sight.words > 0 && sight.in_capitals() && !sight.text.contains(['!', '"', '“'])
    };
    if !wired(&survey.sights[start]) {
        return None;
    }
    let mut end = start + 1;
    while end < survey.sights.len()
        && end - start < 12
        && survey.sights[end].gap_before == 0
        && wired(&survey.sights[end])
    {
        end += 1;
    }
    let lines = &survey.sights[start..end];
    let words: u32 = lines.iter().map(|sight| sight.words).sum();
    let stops = lines
        .iter()
        .flat_map(|sight| sight.text.split_whitespace())
        .filter(|word| matches!(word.trim_end_matches(['.', ',']), "STOP" | "(STOP)" | "[STOP]"))
        .count();
    ((6..=200).contains(&words)
        && (stops >= 2 || stops == 1 && lines.last()?.text.trim_end_matches('.').ends_with("STOP")))
    .then_some(end)
}

/// The sign before an item of a list, and where its words begin.
pub fn bullet(text: &str) -> Option<(char, usize)> {
    let sign =
        text.chars().next().filter(|sign| matches!(sign, '-' | '*' | '•' | '+' | '·' | '–' | '—' | '◦' | '▪'))?;
    let rest = &text[sign.len_utf8()..];
    let words = rest.trim_start();
    (rest.starts_with([' ', '\t'])
        && words.starts_with(|first: char| first.is_alphanumeric() || matches!(first, '"' | '“' | '(')))
    .then(|| (sign, text.len() - words.len()))
}

/// Where a run of lines with one sign ends that begins here, and whether it is a list: items that are no talk.
fn list(survey: &Survey, start: usize) -> (usize, bool) {
    let Some((sign, _)) = bullet(&survey.sights[start].text) else { return (start, false) };
    let item = |at: usize| {
        let sight = &survey.sights[at];
        sight.is_text() && sight.words <= 30 && bullet(&sight.text).is_some_and(|(other, _)| other == sign)
    };
    let mut end = start;
    while end < survey.sights.len() && item(end) && (end == start || survey.sights[end].gap_before == 0) {
        end += 1;
    }
    let lines = &survey.sights[start..end];
    let ended =
        lines.iter().filter(|sight| sight.text.trim_end().ends_with(['.', '!', '?', '…', ':', '"', '”', '»'])).count();
    let announced = start > 0 && survey.sights[start - 1].text.trim_end().ends_with(':');
    let talks = lines.iter().any(|sight| sight.text.contains(['?', '!', '¿', '¡', '"', '“', '«', '„']));
    // A bullet can be nothing else; a dash or a star may be talk, or a footnote's star.
    let plain = matches!(sign, '•' | '◦' | '▪' | '·');
    let enough = lines.len() >= if announced || plain { 2 } else { 3 };
    (end, enough && (plain || !talks && ended * 4 <= lines.len()))
}

/// The name or hour that a line of a chat begins with: `ruth`, `<ruth>`, `[10:42] ruth`, `Ruth (10:42)`.
pub fn speaker(text: &str) -> Option<&str> {
    let mut text = text.trim();
    let mut timed = false;
    // An hour in brackets or bare.
    let bare = text.trim_start_matches(['[', '(']);
    let hour = bare
        .find(|character: char| !(character.is_ascii_digit() || matches!(character, ':' | '.')))
        .unwrap_or(bare.len());
    if hour >= 4 && bare[..hour].contains(':') && bare.starts_with(|first: char| first.is_ascii_digit()) {
        let rest = bare[hour..].trim_start();
        let rest = rest
            .strip_prefix("AM")
            .or_else(|| rest.strip_prefix("PM"))
            .or_else(|| rest.strip_prefix("am"))
            .or_else(|| rest.strip_prefix("pm"))
            .unwrap_or(rest);
        text = rest.trim_start_matches([']', ')', ' ', '-', '|']);
        timed = true;
    }
    if let Some(inner) = text.strip_prefix('<') {
        let (nick, said) = inner.split_once('>')?;
        let nick = nick.trim_start_matches(['@', '+', ' ']);
        return (is_nick(nick) && !nick.contains(' ') && said.starts_with(' ') && said.contains(char::is_alphanumeric))
            .then_some(nick);
    }
    let (nick, said) = text.split_once(':')?;
    let nick = nick.split(" (").next().unwrap_or(nick).trim();
    let spoken = said.starts_with([' ', '\t']) && said.contains(|character: char| !character.is_whitespace());
    (is_nick(nick) && (spoken || timed)).then_some(nick)
}

fn is_nick(nick: &str) -> bool {
    (1..=24).contains(&nick.len())
        && nick.split_whitespace().count() <= 2
        && nick.chars().all(|character| {
            character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | '~' | '^' | '|' | ' ' | '[' | ']')
        })
        && nick.chars().any(char::is_alphabetic)
}

/// The end of a chat that begins here: three lines or more, of two voices or of one that says nothing else.
fn chat(survey: &Survey, start: usize) -> Option<usize> {
    // Fewer than two lines are no chat.
    survey.sights.get(start + 1).filter(|next| next.gap_before == 0 && next.is_text())?;
    let first = speaker(&survey.sights[start].text).filter(|_| survey.sights[start].is_text())?;
    let mut voices: Vec<(&str, usize)> = vec![(first, 1)];
    let mut end = start + 1;
    while end < survey.sights.len() && survey.sights[end].gap_before == 0 && survey.sights[end].is_text() {
        let Some(voice) = speaker(&survey.sights[end].text) else { break };
        match voices.iter_mut().find(|(known, _)| *known == voice) {
            Some((_, times)) => *times += 1,
            None => voices.push((voice, 1)),
        }
        // Few take part; a form or a header has a new name on every line.
        if voices.len() > 8 {
            break;
        }
        end += 1;
    }
    let lines = end - start;
    let again = voices.iter().any(|(_, times)| *times >= 2);
    (lines >= 3 && again || lines >= 2 && survey.sights[start].text.trim_start().starts_with(['<', '['])).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::txt;

    fn found(text: &str) -> Vec<(Meaning, std::ops::Range<usize>)> {
        let manuscript = txt::read(text, 0).value;
        detect(&Survey::of(&manuscript)).into_iter().map(|finding| (finding.meaning, finding.passages)).collect()
    }

    #[test]
    fn telegrams_lists_and_chats_are_found() {
        assert_eq!(found("It rained.\n\nARRIVE TUESDAY STOP BRING THE BOX STOP GARROW\n"), [(Meaning::Letter, 1..2)]);
        assert_eq!(found("- lamp oil\n- rope\n- bread, if there is any\n"), [(Meaning::List, 0..3)]);
        assert_eq!(found("She wrote:\n* lamp oil\n* rope\n"), [(Meaning::List, 1..3)]);
        assert_eq!(
            found("saltwife: are you there\nnetman: no\nsaltwife: who is typing\n"),
            [(Meaning::Transcript, 0..3)]
        );
        assert_eq!(found("[10:42] ruth: hi\n[10:43] tom: hi yourself\n"), [(Meaning::Transcript, 0..2)]);
        assert_eq!(found("<ruth> are you there\n<tom> no\n"), [(Meaning::Transcript, 0..2)]);
    }

    #[test]
    fn talk_shouting_and_forms_are_none() {
        for text in [
            "- Where is it?\n- I have it.\n- Then go.\n",
            "STOP! STOP THE CAR! STOP HER, SAID HE\n",
            "NO LANDING\n",
            "* A small boat.\n",
            "Name: Tom\nBorn: 1941\nTrade: nets\n",
            "Ruth: shut the window.\n",
            "One thing was certain: nobody had rung it.\nShe knew it: he knew it.\n",
            "STOP\n",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
