//! Which rating a wording gives: `PG-13`, `Rated: Fiction T`, `hard R, later NC-17`.
//!
//! A term's `also` counts wherever it stands. Its `alone`, single letters and common words, counts only in a clause
//! that says nothing else, so that "Teen Wolf" is no rating and "Teen" is.

use std::sync::LazyLock;

use crate::model::warning::{RatingLevel, Term};

use super::super::OF_RATINGS;
use super::phrase::{Gap, Phrasebook, Word, words};

/// The rating that `wording` gives: whole words only, and the strictest where it gives several ("R, later NC-17").
/// What follows "for" or "because" is a reason and no rating.
///
/// `None` when it gives none, or only says what the story is not.
pub fn rating(wording: &str) -> Option<&'static Term> {
    let mut words = words(wording);
    let mut best: Option<(&'static Term, RatingLevel)> = None;
    let reason = (1..words.len()).find(|&at| {
        REASONS.contains(&words[at].text.as_str()) && (0..at).any(|earlier| rate_at(wording, &words, earlier).is_some())
    });
    words.truncate(reason.unwrap_or(words.len()));
    let mut clause = 0;
    while clause < words.len() {
        let behind = &words[clause + 1..];
        let end = behind.iter().position(|word| word.gap >= Gap::Comma).map_or(words.len(), |at| clause + 1 + at);
        let pure = says_only_a_rating(&words, clause..end);
        let found_before = best.is_some();
        let mut at = clause;
        while at < end {
            let Some((length, reading)) = rate_at(wording, &words, at) else {
                at += 1;
                continue;
            };
            let announced = at > 0 && ANNOUNCES.contains(&words[at - 1].text.as_str());
            let counts = !reading.weak || announced || pure && (reading.letter || !found_before);
            let denied = at > clause && DENIES.contains(&words[at - 1].text.as_str());
            if counts && !denied && best.is_none_or(|(_, level)| reading.level > level) {
                best = Some((reading.term, reading.level));
            }
            at += length;
        }
        clause = end;
    }
    best.map(|(term, _)| term)
}

/// What a rating's term comes to; [`RatingLevel::NotRated`] for a term that is no rating.
pub fn rating_level(term: &Term) -> RatingLevel {
    grade(term).map_or(RatingLevel::NotRated, |(level, _)| level)
}

/// The ages that a rating is meant for, as schema.org's `typicalAgeRange` writes them: `13-`.
/// `None` where the scheme states none.
pub fn typical_age(term: &Term) -> Option<&'static str> {
    grade(term).and_then(|(_, age)| age)
}

fn grade(term: &Term) -> Option<(RatingLevel, Option<&'static str>)> {
    let (_, grades) = OF_RATINGS.iter().find(|(vocabulary, _)| vocabulary.authority == term.authority)?;
    grades.iter().find(|grade| grade.id == term.id).map(|grade| (grade.level, grade.age))
}

#[derive(Clone, Copy)]
struct Reading {
    term: &'static Term,
    level: RatingLevel,
    weak: bool,
    letter: bool,
}

/// Words before a reason.
const REASONS: &[&str] = &["for", "because", "due", "cause", "cuz", "coz", "since", "as"];

/// Words that a rating follows at once.
const ANNOUNCES: &[&str] = &["rated", "rating", "fiction"];

/// Words that take back the rating behind them.
const DENIES: &[&str] = &["not", "no", "non", "isnt", "never", "nothing", "without", "arent"];

/// Words that may stand in a clause beside a rating without making it a clause about something else.
#[rustfmt::skip]
const BESIDE: &[&str] = &[
    "a", "about", "adult", "age", "ages", "all", "an", "and", "around", "at", "audience", "audiences", "be", "borderline",
    "but", "by", "chapter", "chapters", "content", "currently", "definitely", "easily", "end", "eventual", "eventually",
    "fiction", "going", "guess", "hard", "heavy", "high", "i", "id", "in", "is", "it", "its", "just", "later", "least",
    "level", "light", "low", "maybe", "mild", "moderate", "most", "mostly", "now", "of", "on", "only", "or", "over",
    "overall", "part", "parts", "perhaps", "possible", "possibly", "probable", "probably", "rated", "rating", "readers",
    "safe", "say", "so", "far", "soft", "solid", "some", "story", "strong", "the", "then", "there", "think", "this", "through",
    "to", "up", "upwards", "very", "will", "with", "would", "fic", "chap", "whole", "series", "section", "sections", "final",
    "maximum", "max", "hes", "eh", "um", "er", "well", "let", "lets", "call", "im", "calling", "me",
];

static PHRASES: LazyLock<Phrasebook<Reading>> = LazyLock::new(|| {
    Phrasebook::new(OF_RATINGS.iter().flat_map(|(vocabulary, grades)| {
        vocabulary.terms.iter().zip(grades.iter()).flat_map(|(term, grade)| {
            let reading = |phrase: &'static str, weak| {
                (
                    phrase,
                    Reading { term, level: grade.level, weak, letter: weak && phrase.trim_end_matches('+').len() < 3 },
                )
            };
            let strong = term.also.iter().map(move |phrase| reading(phrase, false));
            strong.chain(term.alone.iter().map(move |phrase| reading(phrase, true)))
        })
    }))
});

fn rate_at(wording: &str, words: &[Word], at: usize) -> Option<(usize, Reading)> {
    let (length, reading) = PHRASES.at(words, at)?;
    let word = &words[at];
    if reading.letter {
        let capital = wording[word.range.clone()].starts_with(|first: char| first.is_uppercase() || first.is_numeric());
        let only = words.iter().all(|other| other.text == word.text || ANNOUNCES.contains(&other.text.as_str()));
        // In "M/M" and "K/S" the letters are people.
        let single = |other: Option<&Word>| other.is_some_and(|other| other.text.len() == 1);
        let paired = word.text.len() == 1
            && (word.gap == Gap::Slash && at > 0 && single(words.get(at - 1))
                || words.get(at + 1).is_some_and(|next| next.gap == Gap::Slash) && single(words.get(at + 1)));
        if !(capital || only) || paired {
            return None;
        }
    }
    Some((length, reading))
}

fn says_only_a_rating(words: &[Word], clause: std::ops::Range<usize>) -> bool {
    let mut at = clause.start;
    while at < clause.end {
        match PHRASES.at(words, at) {
            Some((length, _)) => at += length,
            None if BESIDE.contains(&words[at].text.as_str()) || DENIES.contains(&words[at].text.as_str()) => at += 1,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A wording and the term that it gives, `-` for none.
    #[rustfmt::skip]
    const CASES: &[(&str, &str)] = &[
        ("PG-13", "PG-13"), ("pg-13", "PG-13"), ("PG13", "PG-13"), ("PG - 13", "PG-13"), ("PG 13", "PG-13"), ("[PG-13]", "PG-13"),
        ("PG", "PG"), ("G", "G"), ("R", "R"), ("r", "R"), ("NC-17", "NC-17"), ("NC17", "NC-17"), ("nc17", "NC-17"), ("NC 17", "NC-17"),
        ("NC-21", "NC-17"), ("Hard NC-17", "NC-17"), ("hard R", "R"), ("Rated R", "R"), ("rated R", "R"), ("R-rated", "R"),
        ("R for violence", "R"), ("R (language, violence)", "R"), ("R, for a scene in part 3", "R"), ("R; slash", "R"),
        ("R for M/M slash", "R"), ("Rated R for m/m sex", "R"), ("PG for a lemon-yellow dress", "PG"), ("I'd say R", "R"),
        ("R / NC-17", "NC-17"), ("R/NC-17", "NC-17"), ("PG-13 to R", "R"), ("PG through R", "R"), ("PG-13, later NC-17", "NC-17"),
        ("R (NC-17 in later chapters)", "NC-17"), ("G - PG", "G"), ("NC-17 for language", "NC-17"), ("Restricted", "R"),
        ("Rated: Fiction T", "T"), ("Fiction M", "M"), ("Rated: Fiction K+", "K+"), ("K+", "K+"), ("K", "K"), ("T", "T"), ("M", "M"),
        ("MA", "MA"), ("Rated M", "M"), ("M for mature themes", "M"), ("T for Teen", "T"), ("T for swearing", "T"), ("M (smut later)", "M"),
        ("T+", "Teen And Up Audiences"), ("K plus", "K+"),
        ("Rated: Fiction T - English - Adventure/Family - Naruto U. - Chapters: 22", "T"), ("K+ - English - General", "K+"),
        ("Mature", "Mature"), ("mature", "Mature"), ("MATURE", "Mature"), ("Mature audiences only", "Mature"), ("Explicit", "Explicit"),
        ("Teen And Up Audiences", "Teen And Up Audiences"), ("teen", "Teen And Up Audiences"), ("Teens", "Teen And Up Audiences"),
        ("General Audiences", "General Audiences"), ("General", "General Audiences"), ("Gen", "General Audiences"),
        ("All ages", "General Audiences"), ("Everyone", "General Audiences"), ("E", "Explicit"),
        ("Not Rated", "Not Rated"), ("NR", "Not Rated"), ("unrated", "Not Rated"), ("None", "Not Rated"), ("Not rated, probably R", "R"),
        ("FRM", "FRM"), ("FRAO", "FRAO"), ("FRT", "FRT"), ("FRC", "FRC"), ("FR-15", "FRT"), ("FR18", "FRM"), ("FR21", "FRAO"),
        ("lemon", "Explicit"), ("Lime", "Mature"), ("18+", "Explicit"), ("Adults only", "Mature"), ("Adult", "Mature"), ("XXX", "Explicit"),
        ("X", "NC-17"), ("smut", "Explicit"), ("PWP", "Explicit"), ("Young Adult", "Teen And Up Audiences"), ("13+", "Teen And Up Audiences"),
        ("strong PG-13", "PG-13"), ("PG-15", "PG-13"), ("nothing above PG-13", "PG-13"), ("Very light R", "R"), ("probably M", "M"),
        ("Mature (for now)", "Mature"), ("Overall R", "R"),
        // Whole tokens: none of these is a rating.
        ("", "-"), ("Teen Wolf", "-"), ("General Hospital", "-"), ("Mature students", "-"), ("English", "-"), ("5 stars", "-"), ("M/M", "-"),
        ("F/M", "-"), ("K/S", "-"), ("Family drama", "-"), ("see inside", "-"), ("Rosemary", "-"), ("GPG", "-"), ("T'Pol", "-"),
        ("not explicit", "-"), ("no lemons", "-"), ("Everyone lives", "-"), ("Adult Harry", "-"), ("explicitly not", "-"),
        ("Vitamin K deficiency", "-"), ("Lemon tree", "-"), ("Season 4 BtVS", "-"), ("Model T", "-"), ("Part 13", "-"), ("Xander/Spike", "-"),
        ("Agent K and Agent J", "-"), ("rating pending", "-"), ("The Matured Wine", "-"), ("Draco M.", "-"),
    ];

    #[test]
    fn ratings_as_authors_write_them() {
        let wrong: Vec<String> = CASES
            .iter()
            .filter_map(|(wording, expected)| {
                let found = rating(wording).map_or("-", |term| term.id);
                (found != *expected).then(|| format!("{wording:?}: {found}, not {expected}"))
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn every_term_has_its_grade_and_reads_back() {
        for (vocabulary, grades) in OF_RATINGS {
            let ids: Vec<_> = vocabulary.terms.iter().map(|term| term.id).collect();
            assert_eq!(ids, grades.iter().map(|grade| grade.id).collect::<Vec<_>>());
            for term in vocabulary.terms {
                assert_eq!(rating(term.id), Some(term), "{}", term.id);
                assert_eq!(rating(term.label).map(rating_level), Some(rating_level(term)), "{}", term.label);
            }
        }
    }

    #[test]
    fn ages_follow_the_scheme() {
        assert_eq!(rating("NC-17").and_then(typical_age), Some("18-"));
        assert_eq!(rating("T").and_then(typical_age), Some("13-"));
        assert_eq!(rating("General Audiences").and_then(typical_age), None);
        assert!(rating_level(rating("R").unwrap()) > rating_level(rating("PG-13").unwrap()));
    }
}
