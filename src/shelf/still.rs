//! A shelf that stands still: the same pages, feeds, covers and books as files, for any web space or a disk in the network.
//!
//! Nothing is written twice over: a still shelf asks its own router for every address that it comes upon, beginning with the first
//! page and the first feed, and puts each answer down as a file whose links lead to the other files. The whole is written beside its place
//! and takes it at the end, so that nobody ever sees half of it.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use tower::Service;

use super::Shelf;
use super::guard::Ends;

/// Tells a folder that was written here from a person's own.
const MARK: &str = ".bindery-shelf";
/// Bytes of the largest answer that is put down.
const LARGEST: usize = 1 << 30;
/// The last part of a file's name may have so many bytes on most disks; a few are left for its ending.
const LONGEST_NAME: usize = 200;

/// Where the walk begins.
const DOORS: [&str; 3] = ["/", "/opds/v1", "/index.json"];

/// What stands in a link between files as it is.
const LINK: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// Writes a shelf, which must be a still one, to a folder. What was written there before is replaced, anything else is left alone.
/// Gives the number of files.
///
/// # Errors
/// When there is a folder that was not written here, the disk refuses, or a page cannot be made.
pub async fn write(shelf: Arc<Shelf>, out: &Path) -> io::Result<usize> {
    if fs::read_dir(out).is_ok_and(|mut there| there.next().is_some()) && !out.join(MARK).is_file() {
        let why = "the folder holds files that are not of a shelf";
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, why));
    }
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let beside = tempfile::Builder::new().prefix(".shelf-").suffix(".bindery-tmp").tempdir_in(parent)?;
    let files = Walk::new(super::router(shelf), beside.path()).walk().await?;
    fs::write(beside.path().join(MARK), "Written by `bindery shelf --static`, which replaces this folder.\n")?;
    // Temporary folders are private; a web space must be readable.
    #[cfg(unix)]
    fs::set_permissions(beside.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let before = tempfile::Builder::new().prefix(".shelf-").suffix(".bindery-tmp").tempdir_in(parent)?;
    let old = before.path().join("old");
    match fs::rename(out, &old) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    if let Err(error) = fs::rename(beside.path(), out) {
        // What was there comes back.
        let _ = fs::rename(&old, out);
        return Err(error);
    }
    // It has another name now, and is nobody's to remove.
    let _ = beside.keep();
    Ok(files)
}

struct Walk<'a> {
    router: axum::Router,
    folder: &'a Path,
    /// The file of each address.
    files: BTreeMap<String, String>,
    /// How many addresses of a kind have a number for a name.
    numbers: BTreeMap<String, usize>,
    waiting: VecDeque<String>,
}

/// What an address answers.
struct Answer {
    media_type: String,
    bytes: Vec<u8>,
}

impl<'a> Walk<'a> {
    fn new(router: axum::Router, folder: &'a Path) -> Self {
        Walk { router, folder, files: BTreeMap::new(), numbers: BTreeMap::new(), waiting: VecDeque::new() }
    }

    async fn walk(mut self) -> io::Result<usize> {
        for door in DOORS {
            self.file_of(door);
        }
        let mut written = 0;
        while let Some(address) = self.waiting.pop_front() {
            // A cover that a book turns out not to have leaves its link empty, as on a shelf that is served.
            let Some(answer) = self.ask(&address).await? else { continue };
            let file = self.files[&address].clone();
            let is_text = ["text/html", "text/css"].iter().any(|kind| answer.media_type.starts_with(kind));
            let is_feed = answer.media_type.starts_with("application/atom+xml");
            let bytes = match String::from_utf8(answer.bytes) {
                Ok(text) if is_feed => self.linked(&without_questions(&text), &address, &file).into_bytes(),
                Ok(text) if is_text => self.linked(&text, &address, &file).into_bytes(),
                Ok(text) => text.into_bytes(),
                Err(not_text) => not_text.into_bytes(),
            };
            let path = self.folder.join(&file);
            fs::create_dir_all(path.parent().unwrap_or(self.folder))?;
            fs::write(&path, bytes)?;
            written += 1;
        }
        Ok(written)
    }

    /// What the shelf answers; `None` when there is nothing at the address.
    async fn ask(&mut self, address: &str) -> io::Result<Option<Answer>> {
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 80));
        let request = Request::get(address)
            .header(header::HOST, "localhost")
            .extension(Ends { here, there: here })
            .body(Body::empty())
            .map_err(io::Error::other)?;
        let response = self.router.call(request).await.unwrap_or_else(|never| match never {});
        if response.status() == axum::http::StatusCode::NOT_FOUND {
            return Ok(None);
        }
        if !response.status().is_success() {
            // A book that cannot be opened in the browser is one all the same; the rest of the shelf stands.
            return match response.status().is_client_error() {
                true => Ok(None),
                false => Err(io::Error::other(format!("`{address}` cannot be made"))),
            };
        }
        let media_type = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let media_type = media_type.unwrap_or_default().to_owned();
        let bytes = to_bytes(response.into_body(), LARGEST).await.map_err(io::Error::other)?;
        Ok(Some(Answer { media_type, bytes: bytes.to_vec() }))
    }

    /// A text with its links made to lead from file to file.
    fn linked(&mut self, text: &str, address: &str, file: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        const NAMES: [&str; 5] = [" href=\"", " src=\"", " action=\"", " data-index=\"", " data-root=\""];
        while let Some((at, name)) =
            NAMES.iter().filter_map(|name| rest.find(name).map(|at| (at, *name))).min_by_key(|(at, _)| *at)
        {
            let begins = at + name.len();
            let Some(length) = rest[begins..].find('"') else { break };
            let value = rest[begins..begins + length].replace("&amp;", "&");
            out.push_str(&rest[..begins]);
            match self.link(&value, address, file) {
                // What the script puts before the names of its list.
                _ if name == " data-root=\"" => out.push_str(&"../".repeat(file.matches('/').count())),
                Some(link) => out.push_str(&link),
                None => out.push_str(&rest[begins..begins + length]),
            }
            rest = &rest[begins + length..];
        }
        out.push_str(rest);
        out
    }

    /// The link from one file to another; `None` when the value leads out of the shelf, or nowhere else.
    fn link(&mut self, value: &str, address: &str, file: &str) -> Option<String> {
        let (value, place) = value.split_once('#').map_or((value, None), |(value, place)| (value, Some(place)));
        if value.is_empty() || value.contains("://") || value.starts_with("//") || value.contains('{') {
            return None;
        }
        let whole = resolved(value, address);
        let up = "../".repeat(file.matches('/').count());
        let target = self.file_of(&whole);
        let link = utf8_percent_encode(&target, LINK);
        Some(match place {
            Some(place) => format!("{up}{link}#{place}"),
            None => format!("{up}{link}"),
        })
    }

    /// The file of an address; one that is new is asked for later.
    fn file_of(&mut self, address: &str) -> String {
        // Where programs are told apart by what they ask for, files have one format.
        let address = if address == "/opds" { "/opds/v1" } else { address };
        // Which edition a file is of is a question for browsers that have an older one.
        let address = match address.split_once('?') {
            Some((path, _)) if path.starts_with("/assets/") || path.starts_with("/book/") => path,
            _ => address,
        };
        if let Some(file) = self.files.get(address) {
            return file.clone();
        }
        let file = self.name(address);
        self.files.insert(address.to_owned(), file.clone());
        self.waiting.push_back(address.to_owned());
        file
    }

    fn name(&mut self, address: &str) -> String {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let decoded = percent_decode_str(path).decode_utf8_lossy().into_owned();
        let parts: Vec<&str> = decoded.split('/').filter(|part| !part.is_empty() && !part.starts_with('.')).collect();
        let page = query.split('&').find_map(|part| part.strip_prefix("page="));
        let page = page.filter(|page| page.bytes().all(|byte| byte.is_ascii_digit()));
        let page = page.map(|page| format!("-{page}")).unwrap_or_default();
        let narrowed = query.split('&').find_map(|part| part.split_once('=').filter(|(name, _)| *name != "page"));
        match (&parts[..], narrowed) {
            ([], None) => format!("index{page}.html"),
            ([], Some((name, value))) => format!("by/{name}/{}{page}.html", self.number(&format!("by/{name}/{value}"))),
            (["browse"], _) => "browse.html".to_owned(),
            (["browse", facet], _) => format!("browse/{facet}{page}.html"),
            (["story", id], _) => format!("story/{id}.html"),
            (["read", id], _) => format!("read/{id}/index.html"),
            (["opds", "v1"], _) => "opds.xml".to_owned(),
            (["opds", ..], _) if query.is_empty() => format!("opds/{}.xml", self.number("opds")),
            (["opds", ..], _) => format!("opds/{}.xml", self.number("opds")),
            // A browser looks at the bytes, a server of files at the ending.
            (["book", id, name], _) if !name.contains('.') => format!("book/{id}/{name}.jpg"),
            (["book", id, name], _) => format!("book/{id}/{}", shortened(name)),
            (parts, _) => parts.iter().map(|part| shortened(part)).collect::<Vec<_>>().join("/"),
        }
    }

    /// A number for the name of a file, the same for the same thing.
    fn number(&mut self, of: &str) -> usize {
        let kind = of.rsplit_once('/').map_or(of, |(kind, _)| kind).to_owned();
        if kind != of
            && let Some(known) = self.numbers.get(of)
        {
            return *known;
        }
        let next = self.numbers.entry(format!("{kind}/")).or_insert(0);
        *next += 1;
        let number = *next;
        self.numbers.insert(of.to_owned(), number);
        number
    }
}

/// A feed without the links that only a server can answer: each stands on a line of its own.
fn without_questions(feed: &str) -> String {
    let asks = |line: &&str| {
        line.starts_with("<link rel=\"search\"") || line.starts_with("<link rel=\"http://opds-spec.org/facet\"")
    };
    feed.split_inclusive('\n').filter(|line| !asks(line)).collect()
}

/// A link as it leads from an address, without steps back.
fn resolved(value: &str, address: &str) -> String {
    if value.starts_with('/') {
        return value.to_owned();
    }
    let path = address.split('?').next().unwrap_or_default();
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in value.split('/') {
        match part {
            "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    let whole = parts.join("/");
    if whole.starts_with('/') { whole } else { format!("/{whole}") }
}

/// A name that every disk takes; its ending stays.
fn shortened(name: &str) -> String {
    let clean: String = name
        .chars()
        .map(|letter| if letter.is_control() || r#"\/:*?"<>|"#.contains(letter) { '_' } else { letter })
        .collect();
    let (stem, ending) =
        clean.rsplit_once('.').map_or((&clean[..], String::new()), |(stem, ending)| (stem, format!(".{ending}")));
    let mut stem = stem.to_owned();
    while stem.len() + ending.len() > LONGEST_NAME && !stem.is_empty() {
        stem.pop();
    }
    stem + &ending
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_files_and_links_lead_from_one_to_another() {
        let mut walk = Walk::new(axum::Router::new(), Path::new("."));
        for (address, file) in [
            ("/", "index.html"),
            ("/?page=2", "index-2.html"),
            ("/browse/fandom?page=3", "browse/fandom-3.html"),
            ("/story/7", "story/7.html"),
            ("/?fandom=A%20%26%20B", "by/fandom/1.html"),
            ("/?fandom=A%20%26%20B&page=2", "by/fandom/1-2.html"),
            ("/?fandom=C", "by/fandom/2.html"),
            ("/?author=C", "by/author/1.html"),
            ("/read/7", "read/7/index.html"),
            ("/read/7/book/text/chapter-001.xhtml", "read/7/book/text/chapter-001.xhtml"),
            ("/book/7/Ann%20-%20Moth.epub", "book/7/Ann - Moth.epub"),
            ("/book/7/cover", "book/7/cover.jpg"),
            ("/assets/shelf.css?v=1", "assets/shelf.css"),
            ("/opds/v1", "opds.xml"),
            ("/opds", "opds.xml"),
            ("/opds/v1/books?sort=newest", "opds/1.xml"),
            ("/opds/v1/books?sort=newest&page=2", "opds/2.xml"),
            ("/../../etc/passwd", "etc/passwd"),
        ] {
            assert_eq!(walk.file_of(address), file, "{address}");
            assert_eq!(walk.file_of(address), file, "{address} again");
        }
        let page = "<a href=\"/story/7#x\">a</a> <img src=\"/book/7/cover\"/> <a href=\"https://example.org/\">b</a> \
                    <a href=\"#main\">c</a> <form action=\"/\" data-root=\"/\"> <a href=\"/book/7/Ann%20-%20Moth.epub\">d</a>";
        assert_eq!(
            walk.linked(page, "/?fandom=C", "by/fandom/2.html"),
            "<a href=\"../../story/7.html#x\">a</a> <img src=\"../../book/7/cover.jpg\"/> <a href=\"https://example.org/\">b</a> \
             <a href=\"#main\">c</a> <form action=\"../../index.html\" data-root=\"../../\"> \
             <a href=\"../../book/7/Ann%20-%20Moth.epub\">d</a>"
        );
        let leaf = walk.linked(
            "<link href=\"../css/book.css\"/><a href=\"chapter-002.xhtml#n\">",
            "/read/7/book/text/chapter-001.xhtml",
            "read/7/book/text/chapter-001.xhtml",
        );
        assert!(
            leaf.contains("../../../../read/7/book/css/book.css") && leaf.contains("chapter-002.xhtml#n"),
            "{leaf}"
        );
    }

    #[test]
    fn names_are_short_and_safe() {
        let long = shortened(&("ü".repeat(300) + ".epub"));
        assert!(long.len() <= LONGEST_NAME && long.ends_with(".epub"));
        assert_eq!(shortened("a:b\u{7}?.epub"), "a_b__.epub");
    }
}
