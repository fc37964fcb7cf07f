//! Which stories of a run become books, and in what order: by any condition on what they say of themselves. A story that is
//! left out is no failure; the report says why it was.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::diagnostic::Diagnostic;
use crate::model::record::BookRecord;
use crate::model::warning::Vocabulary;
use crate::pipeline::query::{Candidate, Filter, Place, Sort, quoted, shuffled};
use crate::pipeline::{Made, Words, domain_by_name};

use super::args::ChoosingArguments;
use super::gather::Found;
use super::report::Facts;

/// What a person wants of the stories of a run.
#[derive(Debug, Default)]
pub struct Choice {
    filter: Option<Filter>,
    order: Option<Order>,
    limit: Option<usize>,
}

#[derive(Debug)]
enum Order {
    By(Sort),
    Shuffled(String),
}

/// Where a story stands among those that are chosen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    AsFound,
    By(Place),
    Shuffled([u8; 16]),
}

/// The stories of a run, in the order that a person wants, and those that are left out.
pub struct Picked<T> {
    /// Each with what was kept of it; nothing of a story that cannot be read.
    pub chosen: Vec<(Found, Option<T>)>,
    /// Each with its reasons; in the order in which they were found.
    pub left_out: Vec<(Found, Facts, Vec<String>)>,
}

impl Choice {
    /// # Errors
    /// When a condition, an order, a rating or a warning is not understood; place, fault and way out.
    pub fn of(arguments: &ChoosingArguments, own: Option<&Vocabulary>) -> Result<Choice, Diagnostic> {
        let mut filters = Vec::new();
        if let Some(rating) = &arguments.only_rating {
            filters.push(rated_at_most(rating)?);
        }
        for name in &arguments.exclude_warning {
            filters.push(without_warning(name, own)?);
        }
        if arguments.exclude_unwarned {
            filters.push(Filter::parse("warned").map_err(|fault| fault.in_file("--exclude-unwarned"))?);
        }
        for text in &arguments.filters {
            filters.push(Filter::parse_with(text, own).map_err(|fault| fault.in_file("--where"))?);
        }
        let order = match (&arguments.sort, &arguments.shuffle) {
            (Some(sort), _) => Some(Order::By(Sort::parse(sort).map_err(|fault| fault.in_file("--sort"))?)),
            (None, Some(seed)) => Some(Order::Shuffled(seed.clone())),
            (None, None) => None,
        };
        Ok(Choice { filter: Filter::all(filters), order, limit: arguments.limit.map(NonZeroUsize::get) })
    }

    /// What is worth knowing of how it was understood.
    pub fn remarks(&self) -> impl Iterator<Item = Diagnostic> {
        let remarks = self.filter.iter().flat_map(|filter| filter.remarks());
        remarks.map(|remark| remark.clone().in_file("--where"))
    }

    /// Why a story is not wanted; nothing when it is.
    pub fn against(&self, record: &BookRecord, path: &str) -> Vec<String> {
        self.filter.as_ref().map_or_else(Vec::new, |filter| filter.against(&Candidate::new(record, path)))
    }

    /// Whether any story will do, in the order in which they are found.
    pub fn is_open(&self) -> bool {
        self.filter.is_none() && !self.asks_for_all()
    }

    /// Whether no story can be chosen before all are known.
    pub fn asks_for_all(&self) -> bool {
        self.order.is_some() || self.limit.is_some()
    }

    fn standing(&self, record: &BookRecord, path: &str) -> Standing {
        let candidate = Candidate::new(record, path);
        match &self.order {
            None => Standing::AsFound,
            Some(Order::By(sort)) => Standing::By(sort.place(&candidate)),
            Some(Order::Shuffled(seed)) => Standing::Shuffled(shuffled(seed, &candidate)),
        }
    }

    /// Chooses among stories and orders them. `make` reads each once, several at a time; no text is held longer. `keep` says
    /// what is held of a story's record. A story that cannot be read stays, behind the others, so that whoever binds it says why.
    pub fn pick<T: Send>(
        &self,
        stories: Vec<Found>,
        make: impl Fn(&Found) -> Option<Made> + Sync,
        keep: impl Fn(BookRecord) -> T + Sync,
    ) -> Picked<T> {
        enum Seen<T> {
            Unread,
            Unwanted(Facts, Vec<String>),
            Wanted(Standing, Facts, T),
        }
        let seen: Mutex<Vec<(usize, Seen<T>)>> = Mutex::new(Vec::with_capacity(stories.len()));
        (0..stories.len()).into_par_iter().for_each(|index| {
            let found = &stories[index];
            let one = match make(found) {
                None => Seen::Unread,
                Some(made) => {
                    let (record, path) = (BookRecord::of(&made.book.metadata), found.name());
                    let facts = Facts::of(&made);
                    match self.against(&record, &path) {
                        reasons if reasons.is_empty() => {
                            Seen::Wanted(self.standing(&record, &path), facts, keep(record))
                        }
                        reasons => Seen::Unwanted(facts, reasons),
                    }
                }
            };
            seen.lock().unwrap_or_else(PoisonError::into_inner).push((index, one));
        });
        let mut seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        seen.sort_unstable_by_key(|(index, _)| *index);
        let (mut wanted, mut unread, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        for (found, (index, one)) in stories.into_iter().zip(seen) {
            match one {
                Seen::Unread => unread.push(found),
                Seen::Unwanted(facts, reasons) => left_out.push((index, found, facts, reasons)),
                Seen::Wanted(standing, facts, kept) => wanted.push((standing, index, found, facts, kept)),
            }
        }
        wanted.sort_by(|left, right| left.0.cmp(&right.0).then(left.1.cmp(&right.1)));
        let most = self.limit.unwrap_or(usize::MAX).min(wanted.len());
        for (_, index, found, facts, _) in wanted.split_off(most) {
            left_out.push((index, found, facts, vec![format!("beyond the first {most}")]));
        }
        left_out.sort_by_key(|(index, ..)| *index);
        Picked {
            chosen: wanted
                .into_iter()
                .map(|(_, _, found, _, kept)| (found, Some(kept)))
                .chain(unread.into_iter().map(|found| (found, None)))
                .collect(),
            left_out: left_out.into_iter().map(|(_, found, facts, reasons)| (found, facts, reasons)).collect(),
        }
    }
}

/// Stories of a level that a person names, `teen` or a rating of any scheme such as `PG-13`, and milder ones.
fn rated_at_most(name: &str) -> Result<Filter, Diagnostic> {
    Filter::parse(&format!("rating<={}", quoted(name))).map_err(|_| {
        Diagnostic::error("rating-unknown", format!("no rating is known as `{name}`"))
            .in_file("--only-rating")
            .hint("write general, teen, mature or explicit, or a rating such as `PG-13`")
    })
}

/// Stories that do not warn of something. Here a warning that nobody knows is a slip of the pen: it would let pass what the
/// person wants to avoid.
fn without_warning(name: &str, own: Option<&Vocabulary>) -> Result<Filter, Diagnostic> {
    let own_words = own.map(Words::of);
    let words = own_words.as_ref().unwrap_or(Words::known());
    let is_known = domain_by_name(name).is_some() || !words.warnings(name).found.is_empty();
    let filter = Filter::parse_with(&format!("not warning:{}", quoted(name)), own);
    filter.ok().filter(|_| is_known).ok_or_else(|| {
        let fault = Diagnostic::error("warning-unknown", format!("no warning is known as `{name}`"));
        fault.in_file("--exclude-warning").hint(
            "write a warning such as `Major Character Death`, `suicide` or `gore`, or a domain such as `violence`; \
             `--vocabulary` adds your own",
        )
    })
}
