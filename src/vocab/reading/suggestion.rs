//! What an editor may want to warn of: things that a story's own text names, with counts and context. A suggestion is no
//! warning and enters no book. Only phrases that hardly mean anything else are in the lexicon: "shot" may be a photograph,
//! "killing" goes with time and "dead" with tired, so none of them stands here alone.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Serialize;

use super::super::term_by_id;
use super::phrase::{Phrasebook, words};
use crate::model::warning::Term;

/// A thing that a text names often enough to be worth a person's look.
#[derive(Debug, Clone, Serialize)]
pub struct Suggestion {
    pub term: &'static Term,
    /// How often it is named in the whole text.
    pub count: usize,
    /// The first places, in reading order.
    pub places: Vec<SuggestionPlace>,
}

/// Where a text names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SuggestionPlace {
    /// As the caller numbers its chapters.
    pub chapter: usize,
    /// A few words before and behind.
    pub context: String,
}

/// Places that are shown of each thing.
const SHOWN: usize = 3;

/// Bytes of context before and behind.
const AROUND: usize = 40;

/// Reads texts, each with the number of its chapter, and lists what an editor may want to warn of; the most frequent first.
pub fn suggestions<'t>(texts: impl IntoIterator<Item = (usize, &'t str)>) -> Vec<Suggestion> {
    let mut found: BTreeMap<usize, (usize, Vec<SuggestionPlace>)> = BTreeMap::new();
    for (chapter, text) in texts {
        let words = words(text);
        let mut at = 0;
        while at < words.len() {
            let Some((length, meaning)) = PHRASES.at(&words, at) else {
                at += 1;
                continue;
            };
            if let Some(row) = meaning {
                let (count, places) = found.entry(row).or_default();
                *count += 1;
                if places.len() < SHOWN {
                    let context = around(text, words[at].range.start, words[at + length - 1].range.end);
                    places.push(SuggestionPlace { chapter, context });
                }
            }
            at += length;
        }
    }
    let mut list: Vec<Suggestion> = found
        .into_iter()
        .filter(|(row, (count, _))| *count >= LEXICON[*row].1)
        .filter_map(|(row, (count, places))| Some(Suggestion { term: term_by_id(LEXICON[row].0)?, count, places }))
        .collect();
    list.sort_by_key(|suggestion| std::cmp::Reverse(suggestion.count));
    list
}

/// The words around a place, whole, with an ellipsis where the text goes on.
fn around(text: &str, start: usize, end: usize) -> String {
    let first = (0..=start.saturating_sub(AROUND)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let last = (text.len().min(end + AROUND)..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    // A word that is cut says nothing, unless it belongs to the place itself.
    let cut = text[first..start].find(char::is_whitespace).filter(|_| first > 0);
    let from = cut.map_or(first, |at| first + at);
    let cut = text[end..last].rfind(char::is_whitespace).filter(|_| last < text.len());
    let to = cut.map_or(last, |at| end + at);
    let words = text[from..to].split_whitespace().collect::<Vec<_>>().join(" ");
    let mark = |goes_on: bool| if goes_on { "…" } else { "" };
    format!("{}{words}{}", mark(from > 0), mark(to < text.len()))
}

static PHRASES: LazyLock<Phrasebook<Option<usize>>> = LazyLock::new(|| {
    let harmless = HARMLESS.iter().map(|phrase| (*phrase, None));
    let rows = LEXICON.iter().enumerate();
    Phrasebook::new(
        harmless.chain(rows.flat_map(|(row, entry)| entry.2.iter().map(move |phrase| (*phrase, Some(row))))),
    )
});

/// Phrases that begin like one of the lexicon's and mean something else.
#[rustfmt::skip]
const HARMLESS: &[&str] = &[
    "suicide squad", "suicide mission", "sweet torture", "murder mystery", "murder mysteries", "murder of crows", "murder board", "blue murder", "bloody murder",
    "overdose of sugar", "blood orange", "blood oranges", "heroin chic", "slit his eyes", "slit her eyes", "slit his envelope", "rape seed", "shot him a", "shot her a", "shot me a", "shot him down", "shot her down",
];

/// A term's id, how often its phrases have to stand in a text, and the phrases.
#[rustfmt::skip]
const LEXICON: &[(&str, usize, &[&str])] = &[
    ("violence", 2, &["stabbed him", "stabbed her", "stabbed me", "shot him", "shot her", "shot me", "shot dead", "shot in the head", "beat him to death", "beaten to death", "broke his nose", "broke her nose", "slit his throat", "slit her throat", "cut his throat", "cut her throat", "gunshot wound", "bullet wound", "knife wound"]),
    ("death", 2, &["murdered him", "murdered her", "was murdered", "been murdered", "dead body", "dead bodies", "corpse", "the murderer"]),
    ("gore", 1, &["pool of blood", "blood gushed", "blood spurted", "blood sprayed", "covered in blood", "soaked in blood", "entrails", "intestines", "severed head", "severed limb", "severed hand"]),
    ("suicide", 1, &["suicide", "suicidal", "kill myself", "killed himself", "killed herself", "kill himself", "kill herself", "take my own life", "took his own life", "took her own life", "hanged himself", "hanged herself", "slit his wrists", "slit her wrists", "slit my wrists"]),
    ("self-harm", 1, &["cut herself on purpose", "cut himself on purpose", "cutting herself", "cutting himself", "hurt myself on purpose", "razor across", "burned herself with", "burned himself with", "self harm"]),
    ("Rape/Non-Con", 1, &["raped", "rape", "rapist", "rapists", "sexually assaulted", "forced himself on her", "forced himself on him"]),
    ("torture", 2, &["tortured him", "tortured her", "was tortured", "been tortured", "torture him", "torture her", "torturer", "torturers", "waterboarded", "cruciatus"]),
    ("sexuality", 2, &["his cock", "her clit", "his erection", "her nipples", "his nipples", "orgasm", "thrust into him", "thrust into her", "made her come", "made him come", "naked body against"]),
    ("drugUse", 2, &["heroin", "cocaine", "overdosed", "overdose", "crack pipe", "syringe", "opium", "morphine", "getting high", "got high"]),
    ("language", 5, &["fuck", "fucking", "fucked", "shit", "bullshit", "motherfucker", "asshole", "cunt"]),
    ("racism", 1, &["nigger", "niggers", "kike", "kikes", "wetback", "darkies"]),
    ("homophobia", 1, &["faggot", "faggots"]),
    ("child-abuse", 1, &["beat the child", "beat the boy", "hit the child"]),
    ("abortion-miscarriage", 1, &["miscarriage", "miscarried", "abortion", "stillborn", "lost the baby"]),
    ("eating-disorder", 1, &["anorexia", "anorexic", "bulimia", "bulimic"]),
    ("mental-illness", 2, &["panic attack", "panic attacks", "hyperventilating", "flashback hit"]),
    ("slavery", 3, &["slave", "slaves", "slavery", "slave trader"]),
    ("cannibalism", 1, &["cannibalism", "ate human flesh", "eat human flesh"]),
    ("drowning", 1, &["drowned himself", "drowned herself"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> String {
        suggestions([(0, text)]).iter().map(|it| format!("{}×{}", it.term.id, it.count)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_row_names_a_term_and_phrases_as_they_are_matched() {
        for (id, least, phrases) in LEXICON {
            assert!(term_by_id(id).is_some() && *least > 0, "{id}");
            for phrase in *phrases {
                let cut: Vec<_> = words(phrase).into_iter().map(|word| word.text).collect();
                assert_eq!(cut.join(" "), **phrase);
            }
        }
    }

    #[test]
    fn what_is_named_is_listed_with_count_and_context() {
        let text = "He stood in a pool of blood. \"I shot him,\" she said, and she would not say why she shot him.";
        assert_eq!(found(text), "violence×2 gore×1");
        let list = suggestions([(0, "Nothing."), (4, text)]);
        assert_eq!(list[0].places.len(), 2);
        assert_eq!((list[1].places[0].chapter, list[1].places[0].context.starts_with("He stood in a pool")), (4, true));
        // Words of the context are whole.
        let long = format!("{}a pool of blood, {}", "overwhelming ".repeat(20), "enormously ".repeat(20));
        let context = &suggestions([(0, long.as_str())])[0].places[0].context;
        assert!(context.starts_with("…overwhelming ") && context.ends_with(" enormously…"), "{context}");
    }

    #[test]
    fn words_that_also_mean_something_else_are_not() {
        for text in [
            "He was killing time, dead tired, over a blood orange.",
            "She shot him a look. The first shot was out of focus; she took another shot of the harbour.",
            "It cost an arm and a leg, and I nearly died laughing.",
            "A murder of crows, a murder mystery, the Suicide Squad.",
            "The whipping cream and the killer heels; drop-dead gorgeous.",
            "He cut the bread, and her heart bled for him.",
        ] {
            assert_eq!(found(text), "", "{text}");
        }
    }
}
