//! Parts of a series: their order, and which are missing. What nobody numbered is not counted as missing.

use std::fmt::Write;

use crate::model::metadata::SeriesPart;
use crate::model::record::BookRecord;
use crate::ordinal::{MOST_PARTS, Part, is_part_label};

use super::fold::fold;

/// A story's place in a series that it is part of: as its index says, else as its title does (`Night, Part Two`).
pub fn part_of(record: &BookRecord, part: &SeriesPart) -> Option<Part> {
    said(record, part).map(|(part, _)| part)
}

fn said(record: &BookRecord, part: &SeriesPart) -> Option<(Part, Option<u32>)> {
    let by_index = part.index.as_deref().and_then(Part::parse);
    if let Some((_, Some(_))) = by_index {
        return by_index;
    }
    let by_title = record.title.as_deref().and_then(|title| in_title(title, &part.name));
    match (by_index, by_title) {
        // The title may know how many there are.
        (Some((part, _)), Some((same, total))) if part == same => Some((part, total)),
        (Some(found), _) => Some(found),
        (None, by_title) => by_title,
    }
}

/// What a title says of its part: what follows the name of the series, or what stands behind its last mark and names a part.
fn in_title(title: &str, series: &str) -> Option<(Part, Option<u32>)> {
    let (title, series) = (fold(title), fold(series));
    let after = title.strip_prefix(&series).filter(|_| !series.is_empty());
    let trim = |text: &str| text.trim_matches(|character: char| " ,:-.".contains(character)).to_owned();
    if let Some(found) = after.map(trim).and_then(|rest| Part::parse(&rest)) {
        return Some(found);
    }
    let at = title.rfind([',', ':', '(', '[', '-'])?;
    let tail = trim(&title[at..]);
    // A lone number may be anything: "Room, 101".
    let names_part = tail.contains('/') || tail.split_whitespace().any(|word| is_part_label(word) || word == "of");
    Part::parse(&tail).filter(|_| names_part)
}

/// What is there of a series, and what is not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeriesState {
    /// Ascending; a number that two stories have stands twice.
    pub parts: Vec<Part>,
    /// How many parts there are, if any story says so.
    pub total: Option<u32>,
    /// Stories of which nobody says which part they are.
    pub unnumbered: usize,
}

impl SeriesState {
    /// What is known of the series called `name` from stories that belong to it.
    pub fn of<'a>(name: impl Fn(&SeriesPart) -> bool, records: impl Iterator<Item = &'a BookRecord>) -> SeriesState {
        let mut state = SeriesState::default();
        for record in records {
            let Some(part) = record.series.iter().find(|part| name(part)) else { continue };
            match said(record, part) {
                Some((part, total)) => {
                    state.parts.push(part);
                    state.total = state.total.max(total);
                }
                None => state.unnumbered += 1,
            }
        }
        state.parts.sort_unstable();
        // Who numbers a sixth part of five has written on.
        let last = state.parts.last().map_or(0, |part| part.whole_or_next());
        state.total = state.total.filter(|total| u64::from(*total) >= last);
        state
    }

    /// What is missing or twice there, as a reader is told: `1, 2 and 4 of 5; 3 and 5 are missing`. `None` when nothing is to be
    /// said.
    pub fn remark(&self) -> Option<String> {
        let mut whole: Vec<u64> = self.parts.iter().filter_map(|part| part.whole()).collect();
        whole.dedup();
        let mut said = Vec::new();
        match self.total {
            Some(total) => {
                let missing = missing(1, u64::from(total), &whole);
                if !missing.is_empty() {
                    let mut here: Vec<Part> = self.parts.clone();
                    here.dedup();
                    said.push(format!("{} of {total}", listed(&here)));
                    said.push(are_missing(&missing));
                }
            }
            None => {
                let mut before = 0;
                for &number in &whole {
                    let gap: Vec<u64> = (before + 1..number).collect();
                    // A tale that came before the first is no part 0 that would make the first ones missing.
                    match (before, gap.is_empty()) {
                        (_, true) => {}
                        (0, false) => said.push(format!("{} before {number}", are_missing(&gap))),
                        (_, false) => said.push(format!("{} between {before} and {number}", are_missing(&gap))),
                    }
                    before = number;
                }
            }
        }
        let mut twice: Vec<Part> =
            self.parts.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        twice.dedup();
        for part in twice {
            let times = self.parts.iter().filter(|other| **other == part).count();
            let times = if times == 2 { "twice".to_owned() } else { format!("{times} times") };
            said.push(format!("{} is here {times}", part.decimal()));
        }
        match self.unnumbered {
            0 => {}
            _ if self.parts.is_empty() => {}
            1 => said.push("1 story has no number".to_owned()),
            count => said.push(format!("{count} stories have no number")),
        }
        (!said.is_empty()).then(|| said.join("; "))
    }
}

fn missing(from: u64, to: u64, there: &[u64]) -> Vec<u64> {
    (from..=to.min(MOST_PARTS)).filter(|number| there.binary_search(number).is_err()).collect()
}

fn are_missing(numbers: &[u64]) -> String {
    let parts: Vec<Part> = numbers.iter().map(|number| Part::numbered(*number)).collect();
    format!("{} {} missing", listed(&parts), if numbers.len() == 1 { "is" } else { "are" })
}

/// `1, 2 and 4`, `1 to 7 and 9`; runs of three and more by their ends.
fn listed(parts: &[Part]) -> String {
    let mut pieces: Vec<String> = Vec::new();
    let mut rest = parts;
    while let Some(first) = rest.first() {
        let follows = |(index, part): (usize, &Part)| first.follows(part, index as u64);
        let run = rest.iter().enumerate().take_while(|(index, part)| follows((*index, *part))).count();
        if run > 2 {
            pieces.push(format!("{} to {}", first.decimal(), rest[run - 1].decimal()));
            rest = &rest[run..];
        } else {
            pieces.push(first.decimal());
            rest = &rest[1..];
        }
    }
    let mut out = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        let before = match index {
            0 => "",
            _ if index + 1 == pieces.len() => " and ",
            _ => ", ",
        };
        _ = write!(out, "{before}{piece}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(title: &str, index: Option<&str>) -> Option<(String, Option<u32>)> {
        let series = SeriesPart { name: "Night".into(), index: index.map(str::to_owned) };
        let record = BookRecord { title: Some(title.into()), ..BookRecord::default() };
        said(&record, &series).map(|(part, total)| (part.decimal(), total))
    }

    #[test]
    fn a_title_helps_where_the_index_says_nothing() {
        assert_eq!(told("Night II", None), Some(("2".into(), None)));
        assert_eq!(told("Night: Part Two", None), Some(("2".into(), None)));
        assert_eq!(told("The Moth (2/5)", None), Some(("2".into(), Some(5))));
        assert_eq!(told("The Moth, part 2 of 5", Some("2")), Some(("2".into(), Some(5))));
        assert_eq!(told("The Moth (3/5)", Some("2")), Some(("2".into(), None)));
        assert_eq!(told("Room, 101", None), None);
        assert_eq!(told("The Moth", None), None);
    }

    fn remark(indices: &[&str]) -> Option<String> {
        let part = |index: &&str| BookRecord {
            series: vec![SeriesPart {
                name: "Night".into(),
                index: Some((*index).to_owned()).filter(|index| !index.is_empty()),
            }],
            ..BookRecord::default()
        };
        let records: Vec<BookRecord> = indices.iter().map(part).collect();
        SeriesState::of(|_| true, records.iter()).remark()
    }

    #[test]
    fn what_is_missing_is_said() {
        for (indices, said) in [
            (&["1", "2", "4 of 5"][..], "1, 2 and 4 of 5; 3 and 5 are missing"),
            (&["1", "2", "4"], "3 is missing between 2 and 4"),
            (&["1", "2", "4", "9"], "3 is missing between 2 and 4; 5 to 8 are missing between 4 and 9"),
            (&["3", "4"], "1 and 2 are missing before 3"),
            (&["1 of 9", "2", "3", "4", "8"], "1 to 4 and 8 of 9; 5 to 7 and 9 are missing"),
            (&["1", "2", "2"], "2 is here twice"),
            (&["1", "2", ""], "1 story has no number"),
            (&["1", "1.5", "2 of 3"], "1, 1.5 and 2 of 3; 3 is missing"),
            (&["2.5", "4"], "1 to 3 are missing before 4"),
        ] {
            assert_eq!(remark(indices).as_deref(), Some(said));
        }
        for whole in [
            &["1", "2", "3"][..],
            &["1 of 2", "2 of 2"],
            &["0", "1"],
            &["1", "1.5", "2"],
            &["", ""],
            &[],
            &["6 of 5", "1", "2", "3", "4", "5"],
        ] {
            assert_eq!(remark(whole), None, "{whole:?}");
        }
    }
}
