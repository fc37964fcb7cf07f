//! What a shelf does not show, as it is typed and as it stands in an address: books rated so or higher, books that warn of this. The
//! owner's word is a floor; a visitor may hide more, never less.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::catalogue::{Hides, level_below, level_name};
use crate::model::warning::RatingLevel;

/// The most warnings that one visitor hides; more are the work of a program.
const MOST: usize = 32;
/// Bytes of the longest of them.
const LONGEST: usize = 200;

const LEVELS: [RatingLevel; 5] =
    [RatingLevel::NotRated, RatingLevel::General, RatingLevel::Teen, RatingLevel::Mature, RatingLevel::Explicit];

/// Hides what either hides.
pub fn both(one: &Hides, other: &Hides) -> Hides {
    let mut warnings: Vec<String> = one.warnings.iter().chain(&other.warnings).cloned().collect();
    warnings.sort();
    warnings.dedup();
    Hides {
        warnings,
        above: [one.above, other.above].into_iter().flatten().min(),
        unwarned: one.unwarned || other.unwarned,
    }
}

/// As it stands in an address or a cookie: `rating=explicit,warning=violence`; empty when nothing is hidden.
pub fn to_text(hides: &Hides) -> String {
    let above = hides.above.and_then(|most| LEVELS.iter().find(|level| **level > most));
    let mut parts: Vec<String> = above.map(|level| format!("rating={}", level_name(*level))).into_iter().collect();
    parts.extend(hides.unwarned.then(|| "unwarned".to_owned()));
    let escaped = |name: &String| format!("warning={}", utf8_percent_encode(name, NON_ALPHANUMERIC));
    parts.extend(hides.warnings.iter().map(escaped));
    parts.join(",")
}

/// Reads what [`to_text`] writes, and what a person writes in its form. `None` when something in it is not understood: who asks
/// to hide what we do not understand must not be shown it.
pub fn parse(text: &str) -> Option<Hides> {
    let mut hides = Hides::default();
    for (index, part) in text.split(',').filter(|part| !part.is_empty()).enumerate() {
        if index >= MOST || part.len() > LONGEST {
            return None;
        }
        let value = |text| percent_decode_str(text).decode_utf8().ok();
        match part.split_once('=') {
            Some(("rating", name)) => {
                let most = level_below(&value(name)?)?;
                hides.above = Some(hides.above.map_or(most, |known| known.min(most)));
            }
            Some(("warning", name)) => {
                let name = value(name)?.trim().to_owned();
                if !name.chars().any(char::is_alphanumeric) {
                    return None;
                }
                hides.warnings.push(name);
            }
            None if part == "unwarned" => hides.unwarned = true,
            _ => return None,
        }
    }
    hides.warnings.sort();
    hides.warnings.dedup();
    Some(hides)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_hides_itself_and_what_is_above_it() {
        assert_eq!(level_below("mature"), Some(RatingLevel::Teen));
        assert_eq!(level_below("PG-13"), Some(RatingLevel::General));
        assert_eq!(level_below("explicit"), Some(RatingLevel::Mature));
        assert_eq!((level_below("general"), level_below("purple"), level_below("Not Rated")), (None, None, None));
    }

    #[test]
    fn a_visitor_hides_more_and_never_less() {
        let (floor, own) = (parse("rating=explicit,warning=suicide").unwrap(), parse("rating=teen,unwarned").unwrap());
        assert_eq!(to_text(&both(&floor, &own)), "rating=teen,unwarned,warning=suicide");
        assert_eq!(both(&floor, &parse("rating=explicit").unwrap()), floor);
        assert_eq!(both(&Hides::default(), &floor), floor);
    }

    #[test]
    fn what_is_hidden_goes_through_an_address_and_back() {
        let hides = parse("rating=PG-13,warning=major%20character%20death,warning=gore,unwarned").unwrap();
        assert_eq!(parse(&to_text(&hides)), Some(hides.clone()));
        assert!(to_text(&hides).bytes().all(|byte| byte.is_ascii_graphic() && !b"/?#;\\".contains(&byte)));
        assert_eq!(parse(""), Some(Hides::default()));
        let long = format!("warning={}", "x".repeat(LONGEST));
        for unknown in
            ["rating=", "rating=purple", "rating=general", "warning=", "warning=%ff", "x", "unwarned=1", &long]
        {
            assert_eq!(parse(unknown), None, "{unknown}");
        }
    }
}
