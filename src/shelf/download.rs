//! Books and covers as files: whole or in ranges, asked for once or again, without more of them in memory than is under way.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::SystemTime;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use httpdate::{fmt_http_date, parse_http_date};
use hyper::body::{Frame, SizeHint};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::io::{AsyncRead, ReadBuf};

use crate::diagnostic::Diagnostic;
use crate::model::record::BookRecord;
use crate::pipeline::{covers, kepub, pictures};

use super::Shelf;
use super::guard::refusal;
use super::kept::Made;
use super::library::{BookId, Entry, OpenBook};
use super::visit::Visit;

pub const EPUB: &str = "application/epub+zip";
pub const COVER: &str = "image/jpeg";
pub const KEPUB: &str = "application/kepub+zip";

/// What stands in a path as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Bytes that are read of a file at a time: what a slow reader costs.
const PIECE: usize = 64 << 10;
/// Bytes of the largest book that is made over for Kobo while somebody waits.
pub const LARGEST_KEPUB: u64 = 48 << 20;

pub fn router() -> Router<Arc<Shelf>> {
    Router::new()
        .route("/book/{id}/{name}", get(book))
        .route("/book/{id}/cover", get(whole_cover))
        .route("/book/{id}/thumbnail", get(small_cover))
}

/// The path of a book's EPUB, whose last part is a name that the reader's disk can bear.
pub fn path_of(book: &Entry) -> String {
    format!("/book/{}/{}", book.id, utf8_percent_encode(&file_name(book, "epub"), PATH))
}

/// A book in one of the formats that the shelf has it in.
#[derive(Debug, Clone)]
pub struct FileOffer {
    pub path: String,
    pub media_type: &'static str,
    /// `None` when only making it would tell.
    pub bytes: Option<u64>,
}

/// The files that a book can be had as: the EPUB as it stands, and the same for Kobo's own reader.
pub fn files(entry: &Entry) -> Vec<FileOffer> {
    let mut files = vec![FileOffer { path: path_of(entry), media_type: EPUB, bytes: Some(entry.file.bytes) }];
    if entry.file.bytes <= LARGEST_KEPUB {
        let name = file_name(entry, "kepub.epub");
        let path = format!("/book/{}/{}", entry.id, utf8_percent_encode(&name, PATH));
        files.push(FileOffer { path, media_type: KEPUB, bytes: None });
    }
    files
}

/// A picture on the front of a book: its own, or one drawn for a book that has none. Always a JPEG, so that all readers show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// To be looked at by itself.
    Whole,
    /// For lists.
    Small,
}

impl Cover {
    fn name(self) -> &'static str {
        match self {
            Cover::Whole => "cover",
            Cover::Small => "thumbnail",
        }
    }

    /// Pixels that it has at most.
    pub fn frame(self) -> (u32, u32) {
        match self {
            Cover::Whole => (1200, 1800),
            Cover::Small => (240, 360),
        }
    }
}

/// The path of a book's cover. It changes with the book, so that who has it need never ask again.
pub fn cover_path(entry: &Entry, size: Cover) -> String {
    let version = u32::from_be_bytes([entry.file.hash[0], entry.file.hash[1], entry.file.hash[2], entry.file.hash[3]]);
    format!("/book/{}/{}?v={version:08x}", entry.id, size.name())
}

/// `Author - Title.epub`, as far as the disks of readers bear it.
fn file_name(book: &Entry, ending: &str) -> String {
    name_of(&book.record, ending)
}

/// The same for a book that is in no library yet.
pub fn name_of(record: &BookRecord, ending: &str) -> String {
    let title = record.title.as_deref().unwrap_or("Untitled");
    let whole = match record.authors.first() {
        Some(author) => format!("{author} - {title}"),
        None => title.to_owned(),
    };
    let clean = |letter: char| match letter {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => ' ',
        letter if letter.is_control() => ' ',
        letter => letter,
    };
    let mut name: String =
        whole.chars().map(clean).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    // Disks count bytes, most of them up to 255.
    while name.len() > 120 {
        name.pop();
    }
    format!("{}.{ending}", name.trim_matches(['.', ' ']))
}

async fn book(
    State(shelf): State<Arc<Shelf>>,
    visit: Visit,
    method: Method,
    Path((id, name)): Path<(BookId, String)>,
    headers: HeaderMap,
) -> Response {
    let open = match shelf.library.open_file(id, &visit.hides).await {
        Ok(Some(open)) => open,
        Ok(None) => return nothing(),
        Err(fault) => return shelf.unreadable(&fault),
    };
    // The name is the reader's own; only its end says which format is wanted.
    if !name.to_ascii_lowercase().ends_with(".kepub.epub") {
        return send(open, &method, &headers);
    }
    if open.bytes > LARGEST_KEPUB {
        return nothing();
    }
    let (modified, name) = (open.modified, file_name(&open.entry, "kepub.epub"));
    let tag = format!("\"{}-kepub-{}\"", open.hash, env!("CARGO_PKG_VERSION"));
    let file = open.file;
    let made = shelf.kepubs.get(&tag, async || {
        let work = move || -> Result<Option<Made>, Diagnostic> {
            let mut bytes = Vec::new();
            let read = (&file).take(LARGEST_KEPUB).read_to_end(&mut bytes);
            read.map_err(|error| Diagnostic::error("book-unreadable", error.to_string()))?;
            // What is damaged cannot be made over; the EPUB itself can still be had.
            Ok(kepub::convert(&bytes).ok().map(|bytes| Made { media_type: KEPUB, bytes: bytes.into() }))
        };
        shelf.make(work).await.unwrap_or(Ok(None))
    });
    match made.await {
        Ok(Some(made)) => {
            let facts = Facts { media_type: KEPUB, tag, modified, length: made.bytes.len() as u64, name: Some(name) };
            let whole = made.bytes;
            answer(&facts, &method, &headers, |piece| {
                let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(whole.len());
                Body::from(whole.slice(place(piece.start)..place(piece.end)))
            })
        }
        Ok(None) => nothing(),
        Err(fault) => shelf.unreadable(&fault),
    }
}

async fn whole_cover(
    shelf: State<Arc<Shelf>>,
    visit: Visit,
    method: Method,
    id: Path<BookId>,
    headers: HeaderMap,
) -> Response {
    cover(shelf, visit, method, id, headers, Cover::Whole).await
}

async fn small_cover(
    shelf: State<Arc<Shelf>>,
    visit: Visit,
    method: Method,
    id: Path<BookId>,
    headers: HeaderMap,
) -> Response {
    cover(shelf, visit, method, id, headers, Cover::Small).await
}

async fn cover(
    State(shelf): State<Arc<Shelf>>,
    visit: Visit,
    method: Method,
    Path(id): Path<BookId>,
    headers: HeaderMap,
    size: Cover,
) -> Response {
    let entry = match shelf.library.book(id, &visit.hides).await {
        Ok(Some(entry)) => entry,
        Ok(None) => return nothing(),
        Err(fault) => return shelf.unreadable(&fault),
    };
    let (hash, modified) = (entry.file.hash, super::library::modified_of(&entry));
    let tag = format!("\"{}-{}\"", blake3::Hash::from_bytes(hash).to_hex(), size.name());
    if has_already(&headers, &tag, modified) {
        return not_modified(&tag, modified);
    }
    let made = shelf.covers.get(&tag, async || {
        let given = shelf.library.cover(&entry).await?;
        let work = move || -> Option<Made> {
            let (width, height) = size.frame();
            let own = given.and_then(|bytes| pictures::small(&bytes, width, height));
            // A wall of books has no holes, and some reading programs refuse a book without a picture.
            let image = own.or_else(|| pictures::small(&drawn(&entry), width, height))?;
            Some(Made { media_type: image.media_type, bytes: image.bytes.into() })
        };
        shelf.make(work).await.ok_or_else(|| Diagnostic::error("internal-error", "a cover could not be made"))
    });
    match made.await {
        Ok(Some(made)) => {
            let facts =
                Facts { media_type: made.media_type, tag, modified, length: made.bytes.len() as u64, name: None };
            let whole = made.bytes;
            let mut response = answer(&facts, &method, &HeaderMap::new(), |_| Body::from(whole));
            let forever = HeaderValue::from_static("private, max-age=31536000, immutable");
            response.headers_mut().insert(header::CACHE_CONTROL, forever);
            response
        }
        Ok(None) => nothing(),
        Err(fault) => shelf.unreadable(&fault),
    }
}

/// A cover for a book that has none.
fn drawn(entry: &Entry) -> Vec<u8> {
    let record = &entry.record;
    let text = covers::CoverText {
        title: record.title.as_deref().unwrap_or("Untitled"),
        authors: &record.authors,
        fandom: record.fandoms.first().map(String::as_str),
        series: None,
        seed: record.identifier.as_deref().unwrap_or(&entry.path),
    };
    covers::draw(&text).bytes
}

fn nothing() -> Response {
    refusal(StatusCode::NOT_FOUND, "there is no such book on this shelf")
}

/// What is told of a download before its bytes.
struct Facts {
    media_type: &'static str,
    /// With its quotation marks.
    tag: String,
    modified: SystemTime,
    length: u64,
    /// Under which a reader keeps it; pictures are shown, not kept.
    name: Option<String>,
}

fn send(open: OpenBook, method: &Method, headers: &HeaderMap) -> Response {
    let OpenBook { entry, mut file, bytes, modified, hash } = open;
    let name = Some(file_name(&entry, "epub"));
    let facts = Facts { media_type: EPUB, tag: format!("\"{hash}\""), modified, length: bytes, name };
    answer(&facts, method, headers, |piece| {
        // This moves a number in the system's memory and waits for no disk.
        match file.seek(SeekFrom::Start(piece.start)) {
            Ok(_) => Body::new(Pieces { file: tokio::fs::File::from_std(file), left: piece.end - piece.start }),
            // A body that is shorter than was said ends the connection.
            Err(_) => Body::empty(),
        }
    })
}

/// The whole, or the part that is asked for, or that the reader has it already. `body` gives the bytes of a part, if any are to go.
fn answer(facts: &Facts, method: &Method, headers: &HeaderMap, body: impl FnOnce(Range<u64>) -> Body) -> Response {
    if has_already(headers, &facts.tag, facts.modified) {
        return not_modified(&facts.tag, facts.modified);
    }
    let mut response = Response::new(Body::empty());
    let wants_part = wants_part(headers, &facts.tag, facts.modified);
    let piece = match if wants_part { range(headers, facts.length) } else { Wanted::Whole } {
        Wanted::Whole => 0..facts.length,
        Wanted::Part(piece) => {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let text = format!("bytes {}-{}/{}", piece.start, piece.end - 1, facts.length);
            insert(response.headers_mut(), header::CONTENT_RANGE, &text);
            piece
        }
        Wanted::Nothing => {
            let mut refused = refusal(StatusCode::RANGE_NOT_SATISFIABLE, "the book has no such part");
            insert(refused.headers_mut(), header::CONTENT_RANGE, &format!("bytes */{}", facts.length));
            return refused;
        }
    };
    let out = response.headers_mut();
    out.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(facts.media_type));
    insert(out, header::ETAG, &facts.tag);
    insert(out, header::LAST_MODIFIED, &fmt_http_date(facts.modified));
    insert(out, header::CONTENT_LENGTH, &(piece.end - piece.start).to_string());
    if let Some(name) = &facts.name {
        insert(out, header::CONTENT_DISPOSITION, &disposition(name));
    }
    if method != Method::HEAD {
        *response.body_mut() = body(piece);
    }
    response
}

fn not_modified(tag: &str, modified: SystemTime) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    insert(response.headers_mut(), header::ETAG, tag);
    insert(response.headers_mut(), header::LAST_MODIFIED, &fmt_http_date(modified));
    response
}

/// So many bytes of a file, piece by piece. A file that has become shorter ends the connection: half a book must not look whole.
struct Pieces {
    file: tokio::fs::File,
    left: u64,
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let most = usize::try_from(self.left).map_or(PIECE, |left| left.min(PIECE));
        // The file keeps what it is reading; this is only where it is put when it is there.
        let mut piece = Vec::with_capacity(most);
        let mut room = ReadBuf::uninit(piece.spare_capacity_mut());
        match Pin::new(&mut self.file).poll_read(context, &mut room) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(error)) => Poll::Ready(Some(Err(error))),
            Poll::Ready(Ok(())) => {
                let read = room.filled();
                if read.is_empty() {
                    return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
                }
                let read = Bytes::copy_from_slice(read);
                self.left -= read.len() as u64;
                Poll::Ready(Some(Ok(Frame::data(read))))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

fn insert(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// The name under which a reader keeps the file: for old readers what ASCII can say, for others the whole.
pub fn disposition(name: &str) -> String {
    let plain: String = name.chars().map(|letter| if letter.is_ascii() { letter } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, PATH))
}

fn one(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Whether the reader holds this very content already.
pub fn has_already(headers: &HeaderMap, tag: &str, modified: SystemTime) -> bool {
    match one(headers, header::IF_NONE_MATCH) {
        Some(tags) => {
            tags.split(',').map(|known| known.trim().trim_start_matches("W/")).any(|known| known == tag || known == "*")
        }
        None => one(headers, header::IF_MODIFIED_SINCE)
            .and_then(|date| parse_http_date(date).ok())
            .is_some_and(|since| modified <= since),
    }
}

/// Whether a part is wanted even now: a reader that goes on with a book wants the whole when the book has changed.
fn wants_part(headers: &HeaderMap, tag: &str, modified: SystemTime) -> bool {
    match one(headers, header::IF_RANGE) {
        None => true,
        Some(condition) if condition.starts_with(['"', 'W']) => condition == tag,
        Some(condition) => parse_http_date(condition).is_ok_and(|date| date == modified),
    }
}

/// What of a file is wanted.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    /// A part that is not there.
    Nothing,
}

/// Reads `Range`. Several ranges at once are answered with the whole, as every server may; units that nobody knows too.
fn range(headers: &HeaderMap, length: u64) -> Wanted {
    let Some(said) = headers.get(header::RANGE) else { return Wanted::Whole };
    let Some(ranges) = said.to_str().ok().and_then(|said| said.trim().strip_prefix("bytes=")) else {
        return Wanted::Whole;
    };
    if ranges.contains(',') {
        return Wanted::Whole;
    }
    let number = |text: &str| -> Option<u64> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // A number that no counter holds lies behind every end.
        is_number.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let piece = match ranges.trim().split_once('-') {
        Some(("", last)) => number(last).map(|last| length.saturating_sub(last)..length),
        Some((first, "")) => number(first).map(|first| first..length),
        Some((first, last)) => number(first)
            .zip(number(last))
            .filter(|(first, last)| first <= last)
            .map(|(first, last)| first..last.saturating_add(1).min(length)),
        None => None,
    };
    piece.filter(|piece| piece.start < piece.end).map_or(Wanted::Nothing, Wanted::Part)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn wanted(text: &str, length: u64) -> Wanted {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_str(text).unwrap());
        range(&headers, length)
    }

    #[test]
    fn ranges_are_read_as_the_standard_has_them() {
        assert_eq!(wanted("bytes=0-0", 10), Wanted::Part(0..1));
        assert_eq!(wanted("bytes=3-", 10), Wanted::Part(3..10));
        assert_eq!(wanted("bytes=-4", 10), Wanted::Part(6..10));
        assert_eq!(wanted("bytes=-40", 10), Wanted::Part(0..10));
        assert_eq!(wanted("bytes=5-99999999999999999999999", 10), Wanted::Part(5..10));
        for whole in ["bytes=0-1,4-5", "lines=1-2", "bytes"] {
            assert_eq!(wanted(whole, 10), Wanted::Whole, "{whole}");
        }
        for nothing in ["bytes=10-", "bytes=-0", "bytes=5-4", "bytes=", "bytes=-", "bytes=a-b", "bytes=+1-2", "bytes=1"]
        {
            assert_eq!(wanted(nothing, 10), Wanted::Nothing, "{nothing}");
        }
        assert_eq!(wanted("bytes=0-", 0), Wanted::Nothing);
    }

    #[test]
    fn a_name_is_told_to_old_readers_and_new_ones() {
        assert_eq!(
            disposition("Zoë – \u{5c0f}.epub"),
            "attachment; filename=\"Zo_ _ _.epub\"; filename*=UTF-8''Zo%C3%AB%20%E2%80%93%20%E5%B0%8F.epub"
        );
    }

    #[test]
    fn what_a_reader_has_is_not_sent_again() {
        let modified = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let has = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_str(value).unwrap());
            has_already(&headers, "\"abc\"", modified)
        };
        assert!(
            has("if-none-match", "\"abc\"") && has("if-none-match", "\"x\", W/\"abc\"") && has("if-none-match", "*")
        );
        assert!(!has("if-none-match", "\"abcd\"") && !has("if-modified-since", "yesterday"));
        assert!(has("if-modified-since", &fmt_http_date(modified)));
        assert!(!has("if-modified-since", &fmt_http_date(modified - Duration::from_secs(1))));
    }
}
