//! The one seam between the shelf and its books: what is asked for by words and numbers, and answered with facts and open files.
//!
//! What is hidden does not exist here: it is in no list, no count and no facet, and its number leads nowhere.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::UNIX_EPOCH;

use crate::model::manuscript::ImageData;
use crate::model::record::BookRecord;
use crate::pipeline;

use super::hidden::Hidden;

/// A book's number in this library. It goes on meaning the same book while the library's catalogue lives.
pub type BookId = i64;

/// A book of the library.
#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    pub id: BookId,
    pub record: BookRecord,
    /// Below the library's folder, with `/`.
    pub path: String,
    pub bytes: u64,
    /// When the file last changed: seconds since 1970.
    pub modified: i64,
    /// Names the file's contents: another content has another, the same has the same.
    pub hash: String,
}

/// By what books are grouped and narrowed down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    Fandom,
    Author,
    Series,
    Rating,
    Warning,
    Tag,
    Language,
    Length,
}

impl Facet {
    pub const ALL: [Facet; 8] = [
        Facet::Fandom,
        Facet::Author,
        Facet::Series,
        Facet::Rating,
        Facet::Warning,
        Facet::Tag,
        Facet::Language,
        Facet::Length,
    ];

    /// As it stands in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Facet::Fandom => "fandom",
            Facet::Author => "author",
            Facet::Series => "series",
            Facet::Rating => "rating",
            Facet::Warning => "warning",
            Facet::Tag => "tag",
            Facet::Language => "language",
            Facet::Length => "length",
        }
    }

    pub fn named(name: &str) -> Option<Facet> {
        Facet::ALL.into_iter().find(|facet| facet.name() == name)
    }

    /// What a book has of it.
    fn values(self, record: &BookRecord) -> Vec<String> {
        match self {
            Facet::Fandom => record.fandoms.clone(),
            Facet::Author => record.authors.clone(),
            Facet::Series => record.series.iter().map(|part| part.name.clone()).collect(),
            Facet::Rating => record.rating.iter().cloned().collect(),
            Facet::Warning => record.warnings.list.iter().map(|warning| warning.label.clone()).collect(),
            Facet::Tag => record.tags.clone(),
            Facet::Language => record.language.iter().cloned().collect(),
            Facet::Length => record.words.map(|words| length(words).to_owned()).into_iter().collect(),
        }
    }
}

/// How long a story is, in the words of its readers.
fn length(words: usize) -> &'static str {
    match words {
        0..1_000 => "under 1,000 words",
        1_000..10_000 => "1,000 to 10,000 words",
        10_000..50_000 => "10,000 to 50,000 words",
        50_000..100_000 => "50,000 to 100,000 words",
        _ => "over 100,000 words",
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// What came last to the library first.
    #[default]
    Newest,
    Title,
    Author,
    /// By series, and within it by number.
    Series,
    /// The longest first.
    Words,
}

impl Order {
    pub const ALL: [Order; 5] = [Order::Newest, Order::Title, Order::Author, Order::Series, Order::Words];

    /// As it stands in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Order::Newest => "newest",
            Order::Title => "title",
            Order::Author => "author",
            Order::Series => "series",
            Order::Words => "words",
        }
    }

    pub fn named(name: &str) -> Option<Order> {
        Order::ALL.into_iter().find(|order| order.name() == name)
    }
}

/// Which books, in which order, how many of them.
#[derive(Debug, Clone, Default)]
pub struct BookQuery {
    /// Words of title, author, summary and all other facts; each must be there, the last may be begun.
    pub search: Option<String>,
    /// All of these must hold.
    pub narrowed: Vec<(Facet, String)>,
    pub hidden: Hidden,
    pub order: Order,
    pub offset: usize,
    pub limit: usize,
}

/// One page of books.
#[derive(Debug, Clone, Default)]
pub struct BookList {
    pub books: Vec<Book>,
    /// How many there are on all pages.
    pub total: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    pub value: String,
    /// How many books have it.
    pub books: usize,
}

/// One page of the values of a facet, in the order of their names.
#[derive(Debug, Clone, Default)]
pub struct FacetList {
    pub values: Vec<FacetValue>,
    pub total: usize,
}

/// A book's file, open.
#[derive(Debug)]
pub struct OpenBook {
    pub book: Book,
    pub file: File,
}

/// The books below one folder.
#[derive(Debug)]
pub struct Library {
    /// Absolute, without links.
    root: PathBuf,
    books: RwLock<Arc<Vec<Book>>>,
}

impl Library {
    /// The library in this folder.
    ///
    /// # Errors
    /// When there is no such folder.
    pub fn open(folder: &Path) -> io::Result<Library> {
        let library = Library { root: folder.canonicalize()?, books: RwLock::default() };
        library.refresh()?;
        Ok(library)
    }

    /// Looks which books have come and gone.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn refresh(&self) -> io::Result<()> {
        let mut paths = Vec::new();
        walk(&self.root, &mut paths)?;
        paths.sort();
        let books = paths.iter().enumerate().filter_map(|(index, path)| {
            let facts = fs::metadata(path).ok()?;
            let mut bytes = Vec::new();
            File::open(path).and_then(|file| file.take(256 << 20).read_to_end(&mut bytes)).ok()?;
            let record = pipeline::record(&bytes).ok()?;
            let modified = facts.modified().ok()?.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
            let path = path.strip_prefix(&self.root).ok()?.to_str()?.replace('\\', "/");
            let hash = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, &bytes).simple().to_string();
            Some(Book {
                id: index as i64 + 1,
                record,
                path,
                bytes: bytes.len() as u64,
                modified: modified as i64,
                hash,
            })
        });
        let books = Arc::new(books.collect());
        *self.books.write().unwrap_or_else(PoisonError::into_inner) = books;
        Ok(())
    }

    fn all(&self) -> Arc<Vec<Book>> {
        self.books.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn matching(&self, query: &BookQuery) -> Vec<Book> {
        let words: Vec<String> =
            query.search.iter().flat_map(|text| text.split_whitespace()).map(str::to_lowercase).collect();
        let all = self.all();
        let found = all.iter().filter(|book| {
            let has = |(facet, value): &(Facet, String)| facet.values(&book.record).contains(value);
            let text = || {
                let record = &book.record;
                let lists = [&record.authors, &record.fandoms, &record.tags, &record.summary, &record.characters];
                let title = record.title.iter();
                title.chain(lists.into_iter().flatten()).cloned().collect::<Vec<_>>().join(" ").to_lowercase()
            };
            !query.hidden.hides(&book.record)
                && query.narrowed.iter().all(has)
                && (words.is_empty() || words.iter().all(|word| text().contains(word)))
        });
        let mut found: Vec<Book> = found.cloned().collect();
        let title = |book: &Book| book.record.title_sort.clone().or(book.record.title.clone()).unwrap_or_default();
        match query.order {
            Order::Newest => found.sort_by_key(|book| (std::cmp::Reverse(book.modified), title(book))),
            Order::Title => found.sort_by_key(title),
            Order::Author => found.sort_by_key(|book| (book.record.authors.first().cloned(), title(book))),
            Order::Series => found.sort_by_key(|book| {
                let part = book.record.series.first();
                let number = part.and_then(|part| part.index.as_deref()).and_then(|index| index.parse::<f64>().ok());
                (part.map(|part| part.name.clone()), number.map(|number| (number * 1000.0) as i64), title(book))
            }),
            Order::Words => found.sort_by_key(|book| std::cmp::Reverse(book.record.words)),
        }
        found
    }

    /// One page of books.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub async fn books(&self, query: BookQuery) -> io::Result<BookList> {
        let found = self.matching(&query);
        let total = found.len();
        Ok(BookList { books: found.into_iter().skip(query.offset).take(query.limit).collect(), total })
    }

    /// A book by its number, unless it is hidden or there is none.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub async fn book(&self, id: BookId, hidden: &Hidden) -> io::Result<Option<Book>> {
        Ok(self.all().iter().find(|book| book.id == id && !hidden.hides(&book.record)).cloned())
    }

    /// One page of the values that a facet has among the books of a query, whose order and page do not matter.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub async fn facet(&self, facet: Facet, among: BookQuery, offset: usize, limit: usize) -> io::Result<FacetList> {
        let mut counts = std::collections::BTreeMap::<String, usize>::new();
        for book in self.matching(&among) {
            facet.values(&book.record).into_iter().for_each(|value| *counts.entry(value).or_default() += 1);
        }
        let total = counts.len();
        let values = counts.into_iter().map(|(value, books)| FacetValue { value, books });
        Ok(FacetList { values: values.skip(offset).take(limit).collect(), total })
    }

    /// Opens a book's file.
    ///
    /// # Errors
    /// When the file cannot be read. What is not there any more is `None`, as is what has come to lie outside the folder.
    pub async fn open_file(&self, id: BookId, hidden: &Hidden) -> io::Result<Option<OpenBook>> {
        let Some(book) = self.book(id, hidden).await? else { return Ok(None) };
        let root = self.root.clone();
        blocking(move || match open_below(&root, &book.path) {
            Ok(file) => Ok(Some(OpenBook { book, file })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    /// The picture on the front of a book; `None` when it has none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn cover(&self, id: BookId, hidden: &Hidden) -> io::Result<Option<ImageData>> {
        let Some(open) = self.open_file(id, hidden).await? else { return Ok(None) };
        blocking(move || Ok(pipeline::cover(open.file))).await
    }
}

/// Waits for work that waits for the disk, off the threads that answer requests.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

/// Opens a file by its path below a folder, and makes sure that it does lie there, whatever links say.
fn open_below(root: &Path, path: &str) -> io::Result<File> {
    let below = Path::new(path);
    let outside = || io::Error::from(io::ErrorKind::NotFound);
    if !below.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(outside());
    }
    let real = root.join(below).canonicalize()?;
    if !real.starts_with(root) {
        return Err(outside());
    }
    let file = File::open(&real)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(outside()) }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() {
            walk(&path, found)?;
        } else if kind.is_file() && path.extension().is_some_and(|ending| ending == "epub") {
            found.push(path);
        }
    }
    Ok(())
}
