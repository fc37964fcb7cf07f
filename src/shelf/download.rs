//! Books and covers as files: whole or in ranges, asked for once or again, without more of them in memory than is under way.

use std::io::{self, SeekFrom};
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
use tokio::io::{AsyncRead, AsyncSeekExt, ReadBuf};

use super::guard::refusal;
use super::library::{BookId, Entry, OpenBook};
use super::visit::Visit;
use super::{Shelf, guard};

pub const EPUB: &str = "application/epub+zip";

/// What stands in a path as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Bytes that are read of a file at a time: what a slow reader costs.
const PIECE: usize = 64 << 10;

pub fn router() -> Router<Arc<Shelf>> {
    Router::new().route("/book/{id}/{name}", get(book)).route("/book/{id}/cover", get(cover))
}

/// The path of a book's file, whose last part is a name that the reader's disk can bear.
pub fn path_of(book: &Entry) -> String {
    format!("/book/{}/{}", book.id, utf8_percent_encode(&file_name(book, "epub"), PATH))
}

/// `Author - Title.epub`, as far as the disks of readers bear it.
fn file_name(book: &Entry, ending: &str) -> String {
    let record = &book.record;
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
    Path((id, _)): Path<(BookId, String)>,
    headers: HeaderMap,
) -> Response {
    match shelf.library.open_file(id, &visit.hides).await {
        Ok(Some(open)) => send(open, &method, &headers).await,
        Ok(None) => nothing(),
        Err(error) => shelf.unreadable(&error),
    }
}

async fn cover(State(shelf): State<Arc<Shelf>>, visit: Visit, Path(id): Path<BookId>) -> Response {
    match shelf.library.cover(id, &visit.hides).await {
        Ok(Some(picture)) => ([(header::CONTENT_TYPE, picture.media_type)], picture.bytes).into_response(),
        Ok(None) => nothing(),
        Err(error) => shelf.unreadable(&error),
    }
}

fn nothing() -> Response {
    guard::refusal(StatusCode::NOT_FOUND, "there is no such book on this shelf")
}

/// A file, or the part of it that is asked for, or that the reader has it already.
async fn send(open: OpenBook, method: &Method, headers: &HeaderMap) -> Response {
    let OpenBook { entry: book, file, bytes, modified, hash } = open;
    let tag = format!("\"{hash}\"");
    let mut response = Response::new(Body::empty());
    let out = response.headers_mut();
    out.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    insert(out, header::ETAG, &tag);
    insert(out, header::LAST_MODIFIED, &fmt_http_date(modified));
    if has_already(headers, &tag, modified) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(EPUB));
    insert(out, header::CONTENT_DISPOSITION, &disposition(&file_name(&book, "epub")));
    let whole = 0..bytes;
    let part = if wants_part(headers, &tag, modified) { range(headers, bytes) } else { Wanted::Whole };
    let piece = match part {
        Wanted::Whole => whole,
        Wanted::Part(piece) => {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let text = format!("bytes {}-{}/{}", piece.start, piece.end - 1, bytes);
            insert(response.headers_mut(), header::CONTENT_RANGE, &text);
            piece
        }
        Wanted::Nothing => {
            let mut refused = refusal(StatusCode::RANGE_NOT_SATISFIABLE, "the book has no such part");
            insert(refused.headers_mut(), header::CONTENT_RANGE, &format!("bytes */{}", bytes));
            return refused;
        }
    };
    insert(response.headers_mut(), header::CONTENT_LENGTH, &(piece.end - piece.start).to_string());
    if method == Method::HEAD {
        return response;
    }
    let mut file = tokio::fs::File::from_std(file);
    if file.seek(SeekFrom::Start(piece.start)).await.is_err() {
        return refusal(StatusCode::INTERNAL_SERVER_ERROR, "the book cannot be read");
    }
    *response.body_mut() = Body::new(Pieces { file, left: piece.end - piece.start });
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
fn disposition(name: &str) -> String {
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
