//! Which books have the words of a search, and in what order they are the best of them.
//!
//! Up to some thousands of books are ranked one by one, by every word in them. A word that stands in more than that says little
//! about any of them, and weighing all its places takes ten times as long as finding the books: those go by where the words stand, a
//! title before a name, a name before a summary. Either way the same search has the same answer, until the books change.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rusqlite::Connection;

use super::index::Index;
use super::query::Sort;
use super::text;

/// Books that are ranked one by one.
const RANKED: usize = 2_000;

/// Books of all searches that are kept, a few bytes for each.
const MOST_KEPT: usize = 500_000;

/// The books that have the words of a search, as places in one index.
pub struct Found {
    /// In the order of their numbers.
    pub places: Vec<u32>,
    best: OnceLock<Vec<u32>>,
}

impl Found {
    /// The books that have the words of an expression; ranked, too, when that is wanted. Asked again for the same, the index
    /// knows it: a page of a search asks for books, then for what they have in common, then there is a next page.
    pub fn of(connection: &Connection, index: &Index, expression: &str, ranked: bool) -> rusqlite::Result<Arc<Found>> {
        let found = match index.searches.get(expression) {
            Some(found) => found,
            None => {
                let places = places_of(connection, index, expression)?;
                let found = Arc::new(Found { places, best: OnceLock::new() });
                index.searches.keep(expression, &found);
                found
            }
        };
        if ranked && found.best.get().is_none() {
            let best = best(connection, index, expression, &found.places)?;
            // Who came first with the same is as right.
            let _ = found.best.set(best);
        }
        Ok(found)
    }

    /// The best first, where that was wanted.
    pub fn best(&self) -> &[u32] {
        self.best.get().unwrap_or(&self.places)
    }
}

fn places_of(connection: &Connection, index: &Index, expression: &str) -> rusqlite::Result<Vec<u32>> {
    let mut places = Vec::new();
    let mut find = index.finder();
    text::each(connection, expression, |id| places.extend(find(id)))?;
    Ok(places)
}

fn best(connection: &Connection, index: &Index, expression: &str, places: &[u32]) -> rusqlite::Result<Vec<u32>> {
    if places.len() <= RANKED {
        return ranked(connection, index, expression);
    }
    const BEYOND: u8 = text::TIERS.len() as u8;
    let mut tiers = vec![u8::MAX; index.rows()];
    places.iter().for_each(|place| tiers[*place as usize] = BEYOND);
    let mut best = Vec::with_capacity(places.len());
    for (tier, columns) in (0..).zip(text::TIERS) {
        let here = text::within(columns, expression);
        let found = places_of(connection, index, &here)?;
        let is_new = |place: &u32| tiers[*place as usize] == BEYOND;
        let found: Vec<u32> = found.into_iter().filter(is_new).collect();
        found.iter().for_each(|place| tiers[*place as usize] = tier);
        if tier == 0 && found.len() <= RANKED {
            best = ranked(connection, index, &here)?;
            best.iter().for_each(|place| tiers[*place as usize] = u8::MAX);
        }
    }
    for tier in 0..=BEYOND {
        let order = index.order(Sort::Title).iter().copied();
        best.extend(order.filter(|place| tiers[*place as usize] == tier));
    }
    Ok(best)
}

fn ranked(connection: &Connection, index: &Index, expression: &str) -> rusqlite::Result<Vec<u32>> {
    let scores = text::scores(connection, expression)?;
    let places = scores.iter().map(|(id, score)| Some((*score, index.place(*id)?)));
    let mut scored: Vec<(f64, u32)> = places.flatten().collect();
    scored.sort_by(|one, other| one.0.total_cmp(&other.0).then_with(|| index.compare(Sort::Title, one.1, other.1)));
    Ok(scored.into_iter().map(|(_, place)| place).collect())
}

/// Searches that were made lately, of one index.
#[derive(Default)]
pub struct Searches(Mutex<VecDeque<(String, Arc<Found>)>>);

impl Searches {
    fn get(&self, expression: &str) -> Option<Arc<Found>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == expression).map(|(_, found)| found.clone())
    }

    fn keep(&self, expression: &str, found: &Arc<Found>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((expression.to_owned(), found.clone()));
        let mut books: usize = kept.iter().map(|(_, found)| found.places.len() + 1_000).sum();
        while books > MOST_KEPT && kept.len() > 1 {
            books -= kept.pop_front().map_or(0, |(_, found)| found.places.len() + 1_000);
        }
    }
}

impl Clone for Searches {
    /// Of another index nothing is known: its places are others.
    fn clone(&self) -> Self {
        Searches::default()
    }
}
