//! The same story in several files: found by its words, whatever format and title it has, also when one has a chapter more.
//!
//! Every story leaves a handful of numbers behind; stories that have one in common are compared by all of theirs. That costs a
//! sort, and never a comparison of each with each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::catalogue::{Mark, SourceId, SourceRow};
use crate::pipeline::{Likeness, Made};

use super::incremental::{Kept, path_of};

/// How much of the shorter text must stand in the longer one for both to be one story.
const SAME: f64 = 0.6;

/// A story shorter than this is the same as another only word by word: in so few words, an accident weighs too much.
const SHORT: usize = 60;

/// The most numbers that are sorted at a time, so that a million stories need no more memory than a hundred thousand.
const AT_A_TIME: usize = 2_000_000;

/// Formats by how much of a story they tell, the richest first.
const FORMATS: &[&str] = &["epub", "fb2", "html", "docx", "odt", "rtf", "markdown", "txt"];

/// Files with one story.
#[derive(Debug, PartialEq, Eq)]
pub struct Group {
    /// The richest.
    pub best: Member,
    /// The others, each with what it has less of.
    pub others: Vec<(Member, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: SourceId,
    pub key: Mark,
    pub path: PathBuf,
}

/// What makes a story richer than its double.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rank {
    words: u32,
    chapters: u32,
    /// How many facts are known of it.
    facts: u32,
    format: u32,
}

impl Rank {
    pub fn of(made: &Made) -> Rank {
        let metadata = &made.story.metadata;
        let lists = [
            &metadata.authors,
            &metadata.fandoms,
            &metadata.relationships,
            &metadata.characters,
            &metadata.genres,
            &metadata.tags,
        ];
        let single = [
            metadata.title.is_some(),
            metadata.rating.is_some(),
            metadata.source.is_some(),
            metadata.published.is_some(),
            !metadata.summary.is_empty(),
            !made.story.warnings.is_empty(),
        ];
        let facts = lists.iter().map(|list| list.len()).sum::<usize>() + single.iter().filter(|known| **known).count();
        let format = made.story.files.first().map_or("", |file| file.format);
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Rank {
            words: number(made.book.metadata.words),
            chapters: number(made.book.metadata.chapters),
            facts: number(facts),
            format: number(FORMATS.iter().position(|known| *known == format).unwrap_or(FORMATS.len())),
        }
    }

    pub fn to_bytes(self) -> Vec<u8> {
        [self.words, self.chapters, self.facts, self.format].iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    fn from_bytes(bytes: &[u8]) -> Rank {
        let number = |at: usize| {
            bytes.get(at..at + 4).map_or(0, |four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
        };
        Rank { words: number(0), chapters: number(4), facts: number(8), format: number(12) }
    }

    /// Why this one is kept and the other is not.
    fn beats(&self, other: &Rank) -> String {
        if !about_as_long(other.words, self.words) {
            return format!("which has more words, {} against {}", self.words, other.words);
        }
        if self.chapters != other.chapters {
            return format!("which has more chapters, {} against {}", self.chapters, other.chapters);
        }
        match (self.facts.cmp(&other.facts), self.words.cmp(&other.words), self.format.cmp(&other.format)) {
            (std::cmp::Ordering::Greater, ..) => "of which more is known".to_owned(),
            (_, std::cmp::Ordering::Greater, _) => {
                format!("which has more words, {} against {}", self.words, other.words)
            }
            (.., std::cmp::Ordering::Less) => "whose format tells more".to_owned(),
            _ => "which comes first".to_owned(),
        }
    }
}

/// Formats count words a little differently.
fn about_as_long(words: u32, most: u32) -> bool {
    u64::from(words) * 100 >= u64::from(most) * 98
}

/// Finds the files that hold one story, of those that are still there; in the order of their richest members' paths.
pub fn find(kept: &Kept, is_there: impl Fn(SourceId) -> bool) -> Vec<Group> {
    let all = kept.count();
    let passes = (all * 9).div_ceil(AT_A_TIME).max(1) as u64;
    let mut links: BTreeMap<SourceId, SourceId> = BTreeMap::new();
    let mut rows: BTreeMap<SourceId, Option<(SourceRow, Likeness)>> = BTreeMap::new();
    for pass in 0..passes {
        let mut numbers: Vec<(u64, SourceId)> = Vec::new();
        kept.each_likeness(|id, bytes| {
            let Some(likeness) = Likeness::from_bytes(bytes) else { return };
            let of_text = likeness.keys().filter(|_| likeness.words() >= SHORT);
            numbers.extend(of_text.chain(likeness.exact()).filter(|key| key % passes == pass).map(|key| (key, id)));
        });
        numbers.sort_unstable();
        for pair in numbers.windows(2).filter(|pair| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1) {
            let (one, other) = (pair[0].1, pair[1].1);
            if root(&links, one) == root(&links, other) || !is_there(one) || !is_there(other) {
                continue;
            }
            for id in [one, other] {
                rows.entry(id).or_insert_with(|| {
                    let row = kept.row_by_id(id)?;
                    Likeness::from_bytes(&row.likeness).map(|likeness| (row, likeness))
                });
            }
            if let (Some(Some((_, a))), Some(Some((_, b)))) = (rows.get(&one), rows.get(&other))
                && a.shared(b) >= SAME
            {
                let (low, high) = (root(&links, one), root(&links, other));
                links.insert(low.max(high), low.min(high));
            }
        }
    }
    let mut groups: BTreeMap<SourceId, BTreeSet<SourceId>> = BTreeMap::new();
    for id in links.keys() {
        let first = root(&links, *id);
        groups.entry(first).or_default().extend([first, *id]);
    }
    let mut found: Vec<Group> = groups
        .values()
        .filter_map(|ids| group(ids.iter().filter_map(|id| rows.get(id)?.as_ref()).map(|(row, _)| row).collect()))
        .collect();
    found.sort_by(|a, b| a.best.path.cmp(&b.best.path));
    found
}

fn root(links: &BTreeMap<SourceId, SourceId>, mut id: SourceId) -> SourceId {
    while let Some(next) = links.get(&id) {
        id = *next;
    }
    id
}

/// The richest first: of those that are about as long as the longest, the one with most chapters, then facts, then words, then
/// the format that tells most, then the first by its path.
fn group(mut rows: Vec<&SourceRow>) -> Option<Group> {
    rows.sort_by(|a, b| a.path.cmp(&b.path));
    let ranks: Vec<Rank> = rows.iter().map(|row| Rank::from_bytes(&row.rank)).collect();
    let most = ranks.iter().map(|rank| rank.words).max()?;
    let order = |index: &usize| {
        let rank = ranks[*index];
        let long = about_as_long(rank.words, most);
        (long, rank.chapters, rank.facts, rank.words, std::cmp::Reverse(rank.format), std::cmp::Reverse(*index))
    };
    let best = (0..rows.len()).max_by_key(order)?;
    let member = |row: &SourceRow| Member { id: row.id, key: row.key, path: path_of(&row.path) };
    let others = (0..rows.len()).filter(|index| *index != best);
    let others: Vec<(Member, String)> =
        others.map(|index| (member(rows[index]), ranks[best].beats(&ranks[index]))).collect();
    (!others.is_empty()).then(|| Group { best: member(rows[best]), others })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_richest_is_the_longest_then_the_best_divided_then_the_best_known() {
        let row = |number: u8, words, chapters, facts, format| SourceRow {
            id: i64::from(number),
            path: vec![b'a' + number],
            rank: Rank { words, chapters, facts, format }.to_bytes(),
            ..SourceRow::default()
        };
        let best = |rows: &[SourceRow]| {
            let group = group(rows.iter().collect()).unwrap();
            (group.best.id, group.others.into_iter().map(|(_, why)| why).collect::<Vec<_>>().join("; "))
        };
        let longer = best(&[row(1, 5000, 9, 9, 0), row(2, 5600, 3, 1, 7)]);
        assert_eq!(longer, (2, "which has more words, 5600 against 5000".into()));
        assert_eq!(
            best(&[row(1, 5000, 1, 9, 0), row(2, 4950, 3, 1, 7)]),
            (2, "which has more chapters, 3 against 1".into())
        );
        assert_eq!(best(&[row(1, 5000, 3, 1, 7), row(2, 5000, 3, 4, 2)]), (2, "of which more is known".into()));
        assert_eq!(best(&[row(1, 5000, 3, 1, 7), row(2, 5000, 3, 1, 2)]), (2, "whose format tells more".into()));
        assert_eq!(best(&[row(2, 5000, 3, 1, 2), row(1, 5000, 3, 1, 2)]), (1, "which comes first".into()));
    }
}
