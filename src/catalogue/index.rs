//! The catalogue in memory: of every book what it is sorted, chosen and counted by, in a few hundred bytes. With it, any
//! combination of choices, orders and counts is one pass over small numbers, and a hidden book is hidden in one place.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::OnceLock;

use rusqlite::Connection;

use crate::model::warning::{RatingLevel, Term};
use crate::pipeline::{Words, domain, domain_by_name, rating, rating_level};

use super::entry::BookId;
use super::found::{Found, Searches};
use super::query::{Count, Facet, Hides, LengthBand, Query, Sort, Top, level_name};
use super::text::key;

/// All books at one revision of the file.
#[derive(Clone)]
pub struct Index {
    pub revision: i64,
    rows: Vec<Row>,
    /// Places among the rows in the order of the books' numbers; what is not here is gone.
    by_number: Vec<u32>,
    /// One for each facet, in the order of [`Facet::ALL`].
    columns: Vec<Column>,
    /// Of each value of the column of series its book's place in it.
    positions: Vec<f32>,
    marks: HashMap<i64, Mark>,
    orders: [OnceLock<Vec<u32>>; Sort::ALL.len()],
    pub searches: Searches,
}

#[derive(Clone)]
struct Row {
    id: BookId,
    title: Box<str>,
    author: Box<str>,
    added: i64,
    updated: u32,
    words: u32,
    level: RatingLevel,
    unwarned: bool,
    gone: bool,
}

/// What the books have of one facet.
#[derive(Clone, Default)]
struct Column {
    /// Where the values of each row begin; one more than there are rows.
    starts: Vec<u32>,
    values: Vec<u32>,
    groups: Vec<Group>,
    /// The group of a key.
    keys: HashMap<String, u32>,
}

/// A value in all its spellings.
#[derive(Clone)]
struct Group {
    key: String,
    /// Each with the number of books that write it so.
    spellings: Vec<(String, u32)>,
    /// Of a warning: what it means.
    terms: Vec<&'static Term>,
}

/// A value as the file keeps it.
#[derive(Clone)]
struct Mark {
    facet: Facet,
    group: u32,
    spelling: u32,
    /// Groups of [`Facet::Domain`].
    domains: Vec<u32>,
}

/// What a query asks for, in the numbers of one index.
struct Wanted {
    /// In each of these columns, one of these groups.
    filters: Vec<(usize, Vec<u32>)>,
    /// Which groups of warnings are not wanted; empty when all are.
    hidden: Vec<bool>,
    above: Option<RatingLevel>,
    unwarned: bool,
}

impl Column {
    fn of(&self, row: u32) -> &[u32] {
        &self.values[self.starts[row as usize] as usize..self.starts[row as usize + 1] as usize]
    }

    /// The values that most books have, by the books of each group.
    fn top(&self, facet: Facet, counts: &[u32], most: usize) -> Top {
        let named = self.groups.iter().zip(counts).filter(|(_, books)| **books > 0);
        let mut named: Vec<(&str, u32)> = named.map(|(group, books)| (group.name(), *books)).collect();
        let values = named.len();
        match facet {
            Facet::Rating | Facet::Length => {}
            Facet::Year => named.sort_unstable_by(|(one, _), (other, _)| other.cmp(one)),
            _ => {
                let order =
                    |(a, many): &(&str, u32), (b, others): &(&str, u32)| others.cmp(many).then_with(|| a.cmp(b));
                if let Some(last) = most.checked_sub(1).filter(|last| *last < values) {
                    named.select_nth_unstable_by(last, order);
                }
                named.truncate(most);
                named.sort_unstable_by(order);
            }
        }
        let counts = named.into_iter().map(|(value, books)| Count { value: value.to_owned(), books: books as usize });
        Top { values, counts: counts.collect() }
    }

    /// The group of a value, made where there is none, and the place of its spelling.
    fn group(&mut self, value: &str, terms: impl FnOnce() -> Vec<&'static Term>) -> (u32, u32) {
        let key = key(value);
        let group = *self.keys.entry(key).or_insert_with_key(|key| {
            self.groups.push(Group { key: key.clone(), spellings: Vec::new(), terms: terms() });
            self.groups.len() as u32 - 1
        });
        let spellings = &mut self.groups[group as usize].spellings;
        let spelling = spellings.iter().position(|(known, _)| known == value).unwrap_or_else(|| {
            spellings.push((value.to_owned(), 0));
            spellings.len() - 1
        });
        (group, spelling as u32)
    }
}

impl Group {
    /// As most books write it; of two that are as frequent, the same one whatever came first.
    fn name(&self) -> &str {
        let most = self.spellings.iter().max_by(|(a, many), (b, others)| many.cmp(others).then_with(|| b.cmp(a)));
        most.map_or(&self.key, |(spelling, _)| spelling)
    }
}

/// What the words of a warning mean; nothing that they deny.
fn terms(wording: &str) -> Vec<&'static Term> {
    let found = Words::known().warnings(wording).found;
    found.into_iter().filter(|found| !found.negated).map(|found| found.term).collect()
}

/// Whether a word or domain that somebody does not want to meet is known, so that hiding it can be relied on. Words that no vocabulary
/// knows hide the warnings that contain them, and nothing else.
pub fn knows_warning(name: &str) -> bool {
    domain_by_name(name).is_some() || !terms(name).is_empty()
}

/// The primary language of a tag: of `en-GB`, `en`.
fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

impl Index {
    /// An index of nothing, older than every file.
    pub fn empty() -> Index {
        let mut columns = vec![Column::default(); Facet::ALL.len()];
        for column in &mut columns {
            column.starts.push(0);
        }
        // Those whose values are known have them in their own order.
        for level in LEVELS {
            columns[Facet::Rating as usize].group(level_name(level), Vec::new);
        }
        for band in LengthBand::ALL {
            columns[Facet::Length as usize].group(band.name(), Vec::new);
        }
        Index {
            revision: -1,
            rows: Vec::new(),
            by_number: Vec::new(),
            columns,
            positions: Vec::new(),
            marks: HashMap::new(),
            orders: Default::default(),
            searches: Searches::default(),
        }
    }

    pub fn len(&self) -> usize {
        self.by_number.len()
    }

    /// How many places there are; some may be empty.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The number of the book at a place.
    pub fn number(&self, place: u32) -> BookId {
        self.rows[place as usize].id
    }

    /// Where a book is.
    pub fn place(&self, id: BookId) -> Option<u32> {
        let at = self.by_number.binary_search_by_key(&id, |place| self.number(*place)).ok()?;
        self.by_number.get(at).copied()
    }

    /// Says where books are that are asked for by ascending numbers.
    pub fn finder(&self) -> impl FnMut(BookId) -> Option<u32> {
        let mut known = self.by_number.iter().copied().peekable();
        move |id| {
            while known.next_if(|place| self.number(*place) < id).is_some() {}
            known.next_if(|place| self.number(*place) == id)
        }
    }

    /// The index at the file's present revision, made from this one: only what changed is read, unless that is much.
    pub fn renewed(&self, connection: &Connection, revision: i64) -> rusqlite::Result<Index> {
        let asked = "SELECT count(*) FROM books WHERE revision > ?1";
        let changed = connection.query_row(asked, [self.revision], |row| row.get::<_, u32>(0))? as usize;
        let waste = self.rows.len() - self.by_number.len();
        let mut index = if changed + waste > self.rows.len() / 4 { Index::empty() } else { self.clone() };
        index.read(connection)?;
        index.revision = revision;
        index.orders = Default::default();
        Ok(index)
    }

    /// Reads what changed after this index's revision.
    fn read(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.read_marks(connection)?;
        let mut gone = connection.prepare("SELECT id FROM gone WHERE revision > ?1")?;
        let mut gone = gone.query([self.revision])?;
        while let Some(row) = gone.next()? {
            self.forget(row.get(0)?);
        }
        let mut statement = connection.prepare(
            "SELECT id, title_key, author_key, published, updated, words, added, unwarned, marks, positions
             FROM books WHERE revision > ?1 ORDER BY id",
        )?;
        let mut books = statement.query([self.revision])?;
        let mut of_book: Vec<Vec<u32>> = vec![Vec::new(); Facet::ALL.len()];
        let mut in_series: Vec<(u32, f32)> = Vec::new();
        while let Some(row) = books.next()? {
            let id: BookId = row.get(0)?;
            self.forget(id);
            let published: u32 = row.get(3)?;
            let updated: u32 = row.get(4)?;
            let words: Option<u32> = row.get(5)?;
            let mut positions = row.get_ref(9)?.as_blob()?.as_chunks::<4>().0.iter();
            let mut level = RatingLevel::NotRated;
            for mark in row.get_ref(8)?.as_blob()?.as_chunks::<4>().0 {
                let Some(mark) = self.marks.get(&i64::from(u32::from_le_bytes(*mark))) else { continue };
                let column = &mut self.columns[mark.facet as usize];
                match mark.facet {
                    Facet::Rating => level = LEVELS[mark.group as usize],
                    Facet::Series => {
                        let position = positions.next().map_or(f32::INFINITY, |bytes| f32::from_le_bytes(*bytes));
                        in_series.push((mark.group, position));
                    }
                    facet => of_book[facet as usize].push(mark.group),
                }
                if let Some((_, books)) = column.groups[mark.group as usize].spellings.get_mut(mark.spelling as usize) {
                    *books += 1;
                }
                of_book[Facet::Domain as usize].extend(&mark.domains);
            }
            of_book[Facet::Rating as usize].push(LEVELS.iter().position(|known| *known == level).unwrap_or(0) as u32);
            if let Some(words) = words {
                of_book[Facet::Length as usize].push(LengthBand::of(words as usize) as u32);
            }
            let year = if published > 0 { published } else { updated } / 10_000;
            if year > 0 {
                let (group, _) = self.columns[Facet::Year as usize].group(&year.to_string(), Vec::new);
                of_book[Facet::Year as usize].push(group);
            }
            in_series.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
            in_series.dedup_by_key(|(group, _)| *group);
            for (group, position) in in_series.drain(..) {
                of_book[Facet::Series as usize].push(group);
                self.positions.push(position);
            }
            for (column, values) in self.columns.iter_mut().zip(&mut of_book) {
                values.sort_unstable();
                values.dedup();
                column.values.append(values);
                column.starts.push(column.values.len() as u32);
            }
            self.rows.push(Row {
                id,
                title: row.get_ref(1)?.as_str()?.into(),
                author: row.get_ref(2)?.as_str()?.into(),
                added: row.get(6)?,
                updated,
                words: words.unwrap_or(0),
                level,
                unwarned: row.get(7)?,
                gone: false,
            });
        }
        let there = (0..self.rows.len() as u32).filter(|place| !self.rows[*place as usize].gone);
        let mut by_number: Vec<u32> = there.collect();
        by_number.sort_unstable_by_key(|place| self.number(*place));
        self.by_number = by_number;
        Ok(())
    }

    fn read_marks(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let newest = self.marks.keys().max().copied().unwrap_or(0);
        let mut statement = connection.prepare("SELECT id, kind, name FROM marks WHERE id > ?1 ORDER BY id")?;
        let mut marks = statement.query([newest])?;
        while let Some(row) = marks.next()? {
            let Some(facet) = Facet::ALL.get(usize::from(row.get::<_, u8>(1)?)).copied() else { continue };
            let name = row.get_ref(2)?.as_str()?;
            let column = &mut self.columns[facet as usize];
            let (group, spelling) = match facet {
                Facet::Rating => {
                    let level = rating(name).map_or(RatingLevel::NotRated, rating_level);
                    (LEVELS.iter().position(|known| *known == level).unwrap_or(0) as u32, u32::MAX)
                }
                Facet::Language => (column.group(primary(name), Vec::new).0, u32::MAX),
                Facet::Warning => column.group(name, || terms(name)),
                _ => column.group(name, Vec::new),
            };
            let meant: Vec<&'static Term> =
                column.groups[group as usize].terms.iter().copied().filter_map(domain).collect();
            let domains = &mut self.columns[Facet::Domain as usize];
            let domains = meant.into_iter().map(|domain| domains.group(domain.label, Vec::new).0).collect();
            self.marks.insert(row.get(0)?, Mark { facet, group, spelling, domains });
        }
        Ok(())
    }

    fn forget(&mut self, id: BookId) {
        if let Some(place) = self.place(id) {
            self.rows[place as usize].gone = true;
        }
    }

    /// Whether a book is hidden; one that is not there is not.
    pub fn hides(&self, id: BookId, hides: &Hides) -> bool {
        let query = Query { hides: hides.clone(), ..Query::default() };
        let hidden = |place: u32| self.wanted(&query).is_none_or(|wanted| !self.is_wanted(place, &wanted));
        self.place(id).is_some_and(hidden)
    }

    /// How many books a query asks for, and of these, in its order, the places of `limit` behind the first `offset`. `found` are
    /// those that have its words.
    pub fn select(&self, query: &Query, found: Option<&Found>, offset: usize, limit: usize) -> (usize, Vec<u32>) {
        let Some(wanted) = self.wanted(query) else { return (0, Vec::new()) };
        let matching = |place: &u32| self.is_wanted(*place, &wanted);
        let order = match (found, query.sort) {
            (Some(found), Sort::Relevance) => found.best(),
            (_, sort) => self.order(sort),
        };
        let is_found = found.filter(|_| query.sort != Sort::Relevance).map(|found| {
            let mut has_words = vec![false; self.rows.len()];
            found.places.iter().for_each(|place| has_words[*place as usize] = true);
            has_words
        });
        let has_words =
            |place: &u32| is_found.as_ref().is_none_or(|has_words| has_words.get(*place as usize) == Some(&true));
        let chosen = order.iter().copied().filter(has_words).filter(matching);
        if query.sort == Sort::Series && query.filters.iter().any(|(facet, _)| *facet == Facet::Series) {
            let mut chosen: Vec<u32> = chosen.collect();
            self.sort_within_series(&wanted, &mut chosen);
            return stretch(chosen.into_iter(), query.reverse, offset, limit);
        }
        stretch(chosen, query.reverse, offset, limit)
    }

    /// How many of the books that a query asks for have each value of each facet: the most frequent value first, and those of an
    /// order of their own (ratings, lengths, years) in that. Of the former no more than `most` are named.
    pub fn count(&self, query: &Query, found: Option<&Found>, facets: &[Facet], most: usize) -> Vec<Top> {
        let Some(wanted) = self.wanted(query) else { return vec![Top::default(); facets.len()] };
        let columns: Vec<&Column> = facets.iter().map(|facet| &self.columns[*facet as usize]).collect();
        let mut counts: Vec<Vec<u32>> = columns.iter().map(|column| vec![0; column.groups.len()]).collect();
        let places = found.map_or(&self.by_number, |found| &found.places);
        for place in places.iter().filter(|place| self.is_wanted(**place, &wanted)) {
            for (column, counts) in columns.iter().zip(&mut counts) {
                column.of(*place).iter().for_each(|group| counts[*group as usize] += 1);
            }
        }
        let counted = facets.iter().zip(columns).zip(counts);
        counted.map(|((facet, column), counts)| column.top(*facet, &counts, most)).collect()
    }

    /// `None` when no book can be meant.
    fn wanted(&self, query: &Query) -> Option<Wanted> {
        let mut filters = Vec::with_capacity(query.filters.len());
        for (facet, value) in &query.filters {
            let groups = self.groups(*facet, value);
            if groups.is_empty() {
                return None;
            }
            filters.push((*facet as usize, groups));
        }
        let warnings = &self.columns[Facet::Warning as usize];
        let mut hidden = Vec::new();
        if !query.hides.warnings.is_empty() {
            let hides: Vec<Unwanted> = query.hides.warnings.iter().map(|name| Unwanted::of(name)).collect();
            hidden = warnings.groups.iter().map(|group| hides.iter().any(|unwanted| unwanted.is(group))).collect();
        }
        Some(Wanted { filters, hidden, above: query.hides.above, unwarned: query.hides.unwarned })
    }

    /// The groups that a value names.
    fn groups(&self, facet: Facet, value: &str) -> Vec<u32> {
        let column = &self.columns[facet as usize];
        let exact = |value: &str| column.keys.get(&key(value)).copied();
        match facet {
            Facet::Rating => {
                let of_scheme = || {
                    let level = rating(value).map(rating_level).filter(|level| *level != RatingLevel::NotRated)?;
                    exact(level_name(level))
                };
                exact(value).or_else(of_scheme).into_iter().collect()
            }
            Facet::Language => exact(primary(value)).into_iter().collect(),
            Facet::Domain => domain_by_name(value).and_then(|domain| exact(domain.label)).into_iter().collect(),
            Facet::Warning => {
                let meant = terms(value);
                let same = |group: &Group| group.terms.iter().any(|term| meant.contains(term));
                let same = (0..column.groups.len() as u32).filter(|group| same(&column.groups[*group as usize]));
                let mut groups: Vec<u32> = exact(value).into_iter().chain(same).collect();
                groups.sort_unstable();
                groups.dedup();
                groups
            }
            _ => exact(value).into_iter().collect(),
        }
    }

    fn is_wanted(&self, place: u32, wanted: &Wanted) -> bool {
        let row = &self.rows[place as usize];
        if row.gone || (wanted.unwarned && row.unwarned) {
            return false;
        }
        if wanted.above.is_some_and(|most| row.level > most || row.level == RatingLevel::NotRated) {
            return false;
        }
        let warnings = &self.columns[Facet::Warning as usize];
        if !wanted.hidden.is_empty() && warnings.of(place).iter().any(|group| wanted.hidden[*group as usize]) {
            return false;
        }
        let has =
            |column: usize, groups: &[u32]| self.columns[column].of(place).iter().any(|group| groups.contains(group));
        wanted.filters.iter().all(|(column, groups)| has(*column, groups))
    }

    /// All rows in an order; those that are gone, too.
    pub fn order(&self, sort: Sort) -> &[u32] {
        let sort = if sort == Sort::Relevance { Sort::Title } else { sort };
        self.orders[sort as usize].get_or_init(|| {
            let mut places: Vec<u32> = (0..self.rows.len() as u32).collect();
            places.sort_by(|one, other| self.compare(sort, *one, *other));
            places
        })
    }

    pub fn compare(&self, sort: Sort, one: u32, other: u32) -> Ordering {
        let (a, b) = (&self.rows[one as usize], &self.rows[other as usize]);
        let first = match sort {
            Sort::Relevance | Sort::Title => Ordering::Equal,
            Sort::Author => a.author.cmp(&b.author),
            Sort::Newest => b.added.cmp(&a.added),
            Sort::Updated => b.updated.cmp(&a.updated),
            Sort::Words => b.words.cmp(&a.words),
            Sort::Series => match (self.first_series(one), self.first_series(other)) {
                (Some((a, at)), Some((b, other_at))) => a.cmp(b).then(at.total_cmp(&other_at)),
                (a, b) => b.is_some().cmp(&a.is_some()),
            },
        };
        first.then_with(|| a.title.cmp(&b.title)).then(a.id.cmp(&b.id))
    }

    /// Of a book's series the first by name, and its place in it.
    fn first_series(&self, place: u32) -> Option<(&str, f32)> {
        let column = &self.columns[Facet::Series as usize];
        let values = column.starts[place as usize] as usize..column.starts[place as usize + 1] as usize;
        let named = values.map(|at| (&*column.groups[column.values[at] as usize].key, self.positions[at]));
        named.min_by(|one, other| one.0.cmp(other.0))
    }

    /// Where one series is asked for, its parts count, whatever other series they are in.
    fn sort_within_series(&self, wanted: &Wanted, chosen: &mut [u32]) {
        let series = wanted.filters.iter().find(|(column, _)| *column == Facet::Series as usize);
        let Some(group) = series.and_then(|(_, groups)| groups.first()) else { return };
        let column = &self.columns[Facet::Series as usize];
        let position = |place: u32| {
            let start = column.starts[place as usize] as usize;
            let at = column.of(place).iter().position(|value| value == group);
            at.map_or(f32::INFINITY, |at| self.positions[start + at])
        };
        chosen.sort_by(|one, other| {
            position(*one).total_cmp(&position(*other)).then_with(|| self.compare(Sort::Title, *one, *other))
        });
    }
}

/// How many there are, and a stretch of them.
fn stretch(
    places: impl DoubleEndedIterator<Item = u32>,
    reverse: bool,
    offset: usize,
    limit: usize,
) -> (usize, Vec<u32>) {
    let (mut total, mut chosen) = (0, Vec::new());
    let mut take = |place| {
        if total >= offset && chosen.len() < limit {
            chosen.push(place);
        }
        total += 1;
    };
    if reverse {
        places.rev().for_each(&mut take)
    } else {
        places.for_each(&mut take)
    }
    (total, chosen)
}

/// What somebody does not want to meet, in the terms of the vocabularies and as typed.
struct Unwanted {
    key: String,
    domain: Option<&'static Term>,
    terms: Vec<&'static Term>,
}

impl Unwanted {
    fn of(name: &str) -> Unwanted {
        // A word for a whole domain means all of it: who wants no death wants no major character's either.
        let domain = domain_by_name(name);
        Unwanted { key: key(name), domain, terms: if domain.is_some() { Vec::new() } else { terms(name) } }
    }

    fn is(&self, group: &Group) -> bool {
        let meant =
            |term: &&'static Term| self.terms.contains(term) || self.domain.is_some_and(|of| domain(term) == Some(of));
        group.terms.iter().any(meant) || has_words(&group.key, &self.key)
    }
}

/// Whether the words of a phrase stand in a text as whole words.
fn has_words(text: &str, phrase: &str) -> bool {
    let is_border = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
    !phrase.is_empty()
        && text.match_indices(phrase).any(|(start, _)| {
            is_border(text[..start].chars().next_back()) && is_border(text[start + phrase.len()..].chars().next())
        })
}

/// The levels of ratings as the groups of their column.
const LEVELS: [RatingLevel; 5] =
    [RatingLevel::NotRated, RatingLevel::General, RatingLevel::Teen, RatingLevel::Mature, RatingLevel::Explicit];
