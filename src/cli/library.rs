//! What the commands of the library do alike: open the catalogue of a folder, make it agree with the folder, read what a person
//! wants of the books.

use std::path::Path;

use tempfile::TempDir;

use crate::catalogue::{self, Catalogue, Changes, DAMAGED, Depth, Entry, Facet, Hides, Page, Query};
use crate::diagnostic::{Diagnosed, Diagnostic};
use crate::pipeline::query::{Candidate, Filter};

use super::args::LibraryArguments;
use super::terminal::Voice;

/// The catalogue of a folder, as true as the command needs it.
pub struct Library {
    pub catalogue: Catalogue,
    /// Where the catalogue is when nothing can be written beside the books.
    apart: Option<TempDir>,
    /// Nothing can be written, and a catalogue is there all the same.
    is_fixed: bool,
    /// Books that cannot be read, with the reason.
    pub unreadable: Vec<Diagnostic>,
}

impl Library {
    /// Opens the catalogue of a folder and takes in what it does not know. What there is to say of that is said.
    ///
    /// # Errors
    /// When there is no such folder, no book in it, or no catalogue to be had.
    pub fn open(folder: &Path, depth: Depth, voice: &mut Voice) -> Result<Library, Diagnostic> {
        let shown = || folder.display().to_string();
        if !folder.is_dir() {
            let fault = Diagnostic::error("not-found", "there is no such folder").in_file(shown());
            return Err(fault
                .hint("name a folder of books; words to be searched for stand in quotation marks: `\"slow burn\"`"));
        }
        let is_known = Catalogue::file_of(folder).exists();
        if !is_known && !catalogue::holds_books(folder) {
            let fault = Diagnostic::error("no-books", "there is no book in this folder").in_file(shown());
            return Err(fault.hint("`bindery build` makes books; name the folder where they are"));
        }
        let mut library = Self::connect(folder, voice)?;
        if !library.is_fixed {
            library.agree(depth, !is_known, voice)?;
        }
        Ok(library)
    }

    fn connect(folder: &Path, voice: &Voice) -> Result<Library, Diagnostic> {
        let with = |catalogue, apart, is_fixed| Library { catalogue, apart, is_fixed, unreadable: Vec::new() };
        let refused = match Catalogue::open(folder) {
            Ok(Diagnosed { value, diagnostics }) => {
                diagnostics.iter().for_each(|diagnostic| voice.say(diagnostic));
                return Ok(with(value, None, false));
            }
            Err(refused) if refused.code == "catalogue-busy" => return Err(refused),
            Err(refused) => refused,
        };
        if let Ok(Some(catalogue)) = Catalogue::open_readonly(folder) {
            return Ok(with(catalogue, None, true));
        }
        let Ok(apart) = tempfile::tempdir() else { return Err(refused) };
        let catalogue = Catalogue::open_apart(folder, apart.path()).map_err(|_| refused)?.value;
        Ok(with(catalogue, Some(apart), false))
    }

    /// Makes the catalogue agree with the folder. A catalogue that turns out to be damaged is made anew, once.
    fn agree(&mut self, depth: Depth, is_new: bool, voice: &mut Voice) -> Result<Changes, Diagnostic> {
        let folder = self.catalogue.folder().to_owned();
        match self.try_agree(depth, is_new, voice) {
            Err(fault) if fault.code == DAMAGED && self.apart.is_none() => {
                let Diagnosed { value, diagnostics } = Catalogue::open_anew(&folder)?;
                diagnostics.iter().for_each(|diagnostic| voice.say(diagnostic));
                self.catalogue = value;
                self.try_agree(depth, true, voice)
            }
            agreed => agreed,
        }
    }

    fn try_agree(&mut self, depth: Depth, is_new: bool, voice: &mut Voice) -> Result<Changes, Diagnostic> {
        let changes = self.catalogue.changes(depth)?;
        if is_new && changes.to_read() > 0 {
            let folder = self.catalogue.folder().display();
            voice
                .line(&format!("there is no catalogue of `{folder}` yet; it is made from {} books", changes.to_read()));
        }
        self.take_in(&changes, voice)?;
        Ok(changes)
    }

    fn take_in(&mut self, changes: &Changes, voice: &mut Voice) -> Result<(), Diagnostic> {
        /// So many are read before anybody wonders.
        const SOON: usize = 64;
        if changes.to_read() > SOON
            && let Some(expected) = voice.expect_several("books")
        {
            expected.count(changes.to_read() as u64);
        }
        let taken = self.catalogue.take_in(changes, &|failed| {
            voice.step(failed);
            true
        });
        voice.finish();
        self.unreadable.extend(taken?);
        Ok(())
    }

    /// Makes the catalogue agree with the folder as `bindery reindex` does: a damaged one is made anew, whatever else is asked.
    ///
    /// # Errors
    /// When the catalogue cannot be written.
    pub fn reindex(folder: &Path, depth: Depth, voice: &mut Voice) -> Result<(Library, Changes), Diagnostic> {
        if !folder.is_dir() {
            let fault = Diagnostic::error("not-found", "there is no such folder");
            return Err(fault.in_file(folder.display().to_string()).hint("name a folder of books"));
        }
        let Diagnosed { value: mut catalogue, diagnostics } = Catalogue::open(folder)?;
        diagnostics.iter().for_each(|diagnostic| voice.say(diagnostic));
        if !catalogue.is_sound() {
            let Diagnosed { value, diagnostics } = Catalogue::open_anew(folder)?;
            diagnostics.iter().for_each(|diagnostic| voice.say(diagnostic));
            catalogue = value;
        }
        let mut library = Library { catalogue, apart: None, is_fixed: false, unreadable: Vec::new() };
        let changes = library.agree(depth, false, voice)?;
        Ok((library, changes))
    }

    /// The books that a person wants. What the catalogue says of them is what their files say now.
    ///
    /// # Errors
    /// When the catalogue cannot be read or written.
    pub fn books(&mut self, wanted: &Wanted, voice: &mut Voice) -> Result<Page, Diagnostic> {
        /// Somebody may change books all the time.
        const MOST_LOOKS: usize = 3;
        for _ in 0..MOST_LOOKS {
            let page = match wanted.select(&self.catalogue) {
                Err(fault) if fault.code == DAMAGED && !self.is_fixed => {
                    self.agree(Depth::Names, false, voice)?;
                    continue;
                }
                page => page?,
            };
            let changes = self.catalogue.changes_of(&page.entries);
            if changes.is_empty() || self.is_fixed {
                return Ok(page);
            }
            self.take_in(&changes, voice)?;
        }
        wanted.select(&self.catalogue)
    }

    /// Says that books could not be read, where the command is about something else.
    pub fn say_unreadable(&self, voice: &Voice) {
        if let Some(first) = self.unreadable.first() {
            let message = match self.unreadable.len() {
                1 => format!("a book cannot be read and is not listed: {}", first.message),
                more => format!("{more} books cannot be read and are not listed"),
            };
            let warning = Diagnostic::warning("books-unreadable", message);
            let file = if self.unreadable.len() == 1 { first.file.clone() } else { String::new() };
            voice.say(&warning.in_file(file).hint("`bindery reindex` lists them, each with its reason"));
        }
    }
}

/// What a person wants of the books of a folder.
pub struct Wanted {
    pub query: Query,
    filter: Option<Filter>,
}

impl Wanted {
    /// # Errors
    /// When a rating, a warning or a condition is not known; place, fault and way out.
    pub fn of(arguments: &LibraryArguments) -> Result<Wanted, Vec<Diagnostic>> {
        let mut query =
            Query { sort: arguments.sort.unwrap_or_default(), reverse: arguments.reverse, ..Query::default() };
        let lists = [
            (Facet::Fandom, &arguments.fandom),
            (Facet::Author, &arguments.author),
            (Facet::Series, &arguments.series),
            (Facet::Relationship, &arguments.relationship),
            (Facet::Character, &arguments.character),
            (Facet::Category, &arguments.category),
            (Facet::Genre, &arguments.genre),
            (Facet::Tag, &arguments.tag),
            (Facet::Warning, &arguments.warning),
            (Facet::Rating, &arguments.rating),
            (Facet::Language, &arguments.language),
            (Facet::Status, &arguments.status),
            (Facet::Length, &arguments.length),
            (Facet::Year, &arguments.year),
        ];
        for (facet, values) in lists {
            query.filters.extend(values.iter().map(|value| (facet, value.clone())));
        }
        let (hides, mut faults) =
            hides(&arguments.hide_warning, arguments.hide_rating.as_deref(), arguments.hide_unwarned);
        query.hides = hides;
        let mut filters = Vec::new();
        for text in &arguments.filters {
            match Filter::parse(text) {
                Ok(filter) => filters.push(filter),
                Err(fault) => faults.push(fault.in_file("--where")),
            }
        }
        if faults.is_empty() { Ok(Wanted { query, filter: Filter::all(filters) }) } else { Err(faults) }
    }

    /// What is to be said of the conditions.
    pub fn remarks(&self) -> impl Iterator<Item = Diagnostic> {
        let remarks = self.filter.iter().flat_map(|filter| filter.remarks());
        remarks.map(|remark| remark.clone().in_file("--where"))
    }

    fn select(&self, catalogue: &Catalogue) -> Result<Page, Diagnostic> {
        let Some(filter) = &self.filter else { return catalogue.books(&self.query) };
        let mut page = Page::default();
        // The catalogue narrows, the condition decides.
        catalogue.each(&self.query, |entry: Entry| {
            let path = catalogue.path_of(&entry).display().to_string();
            if filter.matches(&Candidate::new(&entry.record, &path)) {
                if page.total >= self.query.offset && page.entries.len() < self.query.limit {
                    page.entries.push(entry);
                }
                page.total += 1;
            }
            true
        })?;
        Ok(page)
    }
}

/// What a command line hides, and what in it is not known.
pub fn hides(warnings: &[String], rating: Option<&str>, unwarned: bool) -> (Hides, Vec<Diagnostic>) {
    let mut faults = Vec::new();
    for name in warnings.iter().filter(|name| !catalogue::knows_warning(name)) {
        let fault = Diagnostic::error("warning-unknown", format!("no warning is known as `{name}`"));
        faults.push(fault.in_file("--hide-warning").hint(
            "write a warning such as `Major Character Death`, `suicide` or `gore`, or a domain such as `violence`; \
             `list --where 'not warning ~ \"…\"'` leaves out any wording",
        ));
    }
    let above = rating.and_then(|name| {
        let level = catalogue::level_below(name);
        if level.is_none() {
            let fault = format!("no rating that can be hidden is known as `{name}`");
            let fault = Diagnostic::error("rating-unknown", fault).in_file("--hide-rating");
            faults.push(fault.hint("write teen, mature or explicit, or a rating such as `PG-13`"));
        }
        level
    });
    (Hides { warnings: warnings.to_vec(), above, unwarned }, faults)
}
