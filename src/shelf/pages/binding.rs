//! Bind here: a visitor brings a story, sees what was recognised in it, corrects it, and takes a book away or puts it on the
//! shelf. Nothing leaves the machine, and nothing stays on it but what was put on the shelf.

use std::path::Path as FilePath;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, Form, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Serialize;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;

use crate::model::record::BookRecord;
use crate::pipeline::declared::{Declared, Kind};
use crate::pipeline::{self, Compression, Made};
use crate::shelf::library::{Query, Sort};
use crate::shelf::{Shelf, Visit, bounded, download};

use super::drafts::{BoundBook, Draft, Refused};
use super::reading::{self, Contents, Place, Style};
use super::review::{Remark, Review};
use super::views::{Link, Message, title_of};
use super::words::size;
use super::{Pairs, Room, page};

/// Bytes of the largest upload.
const LARGEST_UPLOAD: usize = 64 << 20;
/// Files of one upload; a long serial has a few hundred chapters.
const MOST_FILES: usize = 1000;
/// How long an upload may take.
const UPLOAD_PATIENCE: Duration = Duration::from_secs(180);
/// Bytes of the largest form: a thousand chapters with their titles.
const LARGEST_FORM: usize = 1 << 20;
/// How long reading and binding may take.
const PATIENCE: Duration = Duration::from_secs(90);
/// Bytes of the longest name of a file that is kept.
const LONGEST_NAME: usize = 120;

pub fn router() -> Router<Arc<Shelf>> {
    let receive = Router::new().route("/bind", post(receive)).layer(DefaultBodyLimit::disable());
    let forms = Router::new()
        .route("/bind", get(invite))
        .route("/bind/{draft}", get(stories))
        .route("/bind/{draft}/{story}", get(review).post(correct).layer(DefaultBodyLimit::max(LARGEST_FORM)))
        .route("/bind/{draft}/{story}/book", get(bound))
        .route("/bind/{draft}/{story}/book/{name}", get(file))
        .route("/bind/{draft}/{story}/shelve", post(shelve))
        .route("/bind/{draft}/{story}/read", get(contents))
        .route("/bind/{draft}/{story}/read/{style}/{*path}", get(leaf));
    bounded(receive, LARGEST_UPLOAD + (1 << 20), UPLOAD_PATIENCE).merge(bounded(forms, LARGEST_FORM, PATIENCE))
}

/// The page that asks for a story.
#[derive(Serialize)]
struct Invitation {
    action: String,
    endings: String,
    largest: String,
}

async fn invite(State(shelf): State<Arc<Shelf>>, visit: Visit) -> Response {
    let room = Room { shelf: &shelf, visit: &visit };
    if shelf.workshop.is_none() {
        return no_workshop(&room);
    }
    let endings: Vec<String> =
        pipeline::READERS.iter().flat_map(|reader| reader.extensions).map(|ending| format!(".{ending}")).collect();
    let invitation = Invitation {
        action: visit.link("/bind"),
        endings: format!("{},.zip", endings.join(",")),
        largest: size(LARGEST_UPLOAD as u64),
    };
    room.page("bind.html", room.shell("bind"), "bind", invitation)
}

fn no_workshop(room: &Room) -> Response {
    room.nothing("No books are bound on this shelf.")
}

/// Something went wrong; `lines` say what, and the visitor is led back to where stories are brought.
fn refuse(room: &Room, status: StatusCode, heading: &str, lines: Vec<String>) -> Response {
    let back = Link { name: "Bring another story".to_owned(), href: room.visit.link("/bind") };
    let message = Message { heading: heading.to_owned(), lines, back: Some(back) };
    page(status, "message.html", room.shell("bind"), "message", message)
}

fn refused(room: &Room, why: Refused) -> Response {
    let (status, heading, line) = match why {
        Refused::Busy => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Others are before you",
            "As many stories are being bound as this machine can take. Try again in a few minutes.",
        ),
        Refused::Failed => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "bindery failed on this story",
            "That is a fault of bindery; report it, with the story if you may share it.",
        ),
    };
    refuse(room, status, heading, vec![line.to_owned()])
}

async fn receive(State(shelf): State<Arc<Shelf>>, visit: Visit, mut form: Multipart) -> Response {
    let room = Room { shelf: &shelf, visit: &visit };
    let Some(workshop) = shelf.workshop.clone() else { return no_workshop(&room) };
    if !shelf.desk.drafts.has_room() {
        return refused(&room, Refused::Busy);
    }
    let brought = match take(&mut form).await {
        Ok(brought) => brought,
        Err(line) => return refuse(&room, StatusCode::BAD_REQUEST, "This could not be taken", vec![line]),
    };
    if brought.files == 0 {
        let line = "Choose a file or paste a text, and send it again.".to_owned();
        return refuse(&room, StatusCode::BAD_REQUEST, "There was no story", vec![line]);
    }
    let Brought { folder, kind, bytes, .. } = brought;
    let bench = match shelf.desk.drafts.at_bench(move || workshop.open(folder, kind)).await {
        Ok(bench) => bench,
        Err(why) => return refused(&room, why),
    };
    if bench.stories().is_empty() {
        let mut lines: Vec<String> = bench.remarks().iter().map(|remark| Remark::new(remark).line()).collect();
        lines.push("A story is a text, a page, a document or an e-book, or a zip file of those.".to_owned());
        return refuse(&room, StatusCode::UNPROCESSABLE_ENTITY, "No story was found in it", lines);
    }
    match shelf.desk.drafts.keep(bench, bytes) {
        Ok(draft) => Redirect::to(&visit.link(&format!("/bind/{}", draft.id))).into_response(),
        Err(why) => refused(&room, why),
    }
}

/// What a visitor sent, in a folder of its own.
struct Brought {
    folder: TempDir,
    kind: Option<Kind>,
    files: usize,
    bytes: u64,
}

/// Takes an upload to the disk, piece by piece.
async fn take(form: &mut Multipart) -> Result<Brought, String> {
    let broken = || "The upload broke off. Send it again.".to_owned();
    let full = |_| "There is no room on the disk for it.".to_owned();
    let folder = TempDir::with_prefix("bindery-draft-").map_err(full)?;
    let mut brought = Brought { folder, kind: None, files: 0, bytes: 0 };
    let mut ending = "txt".to_owned();
    while let Some(mut field) = form.next_field().await.map_err(|_| broken())? {
        match field.name().unwrap_or_default() {
            "kind" => {
                brought.kind = match small(&mut field).await.ok_or_else(broken)?.as_str() {
                    "story" => Some(Kind::Story),
                    "shelf" => Some(Kind::Shelf),
                    _ => None,
                }
            }
            "format" => {
                let known = |ending: &&str| ["txt", "md", "html"].contains(ending);
                let said = small(&mut field).await.ok_or_else(broken)?;
                ending = Some(said.as_str()).filter(known).unwrap_or("txt").to_owned();
            }
            name @ ("story" | "text") => {
                let name = match (name, field.file_name()) {
                    ("text", _) => format!("pasted.{ending}"),
                    (_, Some(given)) if !given.is_empty() => safe_name(given),
                    // A form whose field for files was left empty sends it without a name.
                    _ => continue,
                };
                let is_text = name.starts_with("pasted.");
                let written = keep(&mut field, brought.folder.path(), &name, brought.files, is_text).await?;
                if written == 0 {
                    continue;
                }
                brought.bytes += written;
                brought.files += 1;
                if brought.files > MOST_FILES {
                    return Err(format!("These are more than {MOST_FILES} files. Send them as a zip file."));
                }
            }
            _ => {}
        }
        if brought.bytes > LARGEST_UPLOAD as u64 {
            return Err(format!("This is more than {}.", size(LARGEST_UPLOAD as u64)));
        }
    }
    Ok(brought)
}

/// The value of a short field; `None` when it is none.
async fn small(field: &mut Field<'_>) -> Option<String> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.ok()? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > 100 {
            return None;
        }
    }
    String::from_utf8(bytes).ok()
}

/// Writes one file of an upload and says how many bytes it has. A file without any is not kept.
async fn keep(
    field: &mut Field<'_>,
    folder: &FilePath,
    name: &str,
    number: usize,
    is_text: bool,
) -> Result<u64, String> {
    let broken = |_| "The upload broke off. Send it again.".to_owned();
    let full = |_| "There is no room on the disk for it.".to_owned();
    let mut path = folder.join(name);
    if tokio::fs::try_exists(&path).await.unwrap_or(true) {
        path = folder.join(format!("{number}-{name}"));
    }
    let mut file = tokio::fs::File::create_new(&path).await.map_err(full)?;
    let mut written = 0;
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        written += piece.len() as u64;
        if written > LARGEST_UPLOAD as u64 {
            return Err(format!("This is more than {}.", size(LARGEST_UPLOAD as u64)));
        }
        // A pasted text that is only space is the empty field of a form.
        if is_text && written == piece.len() as u64 && piece.iter().all(u8::is_ascii_whitespace) && piece.len() < 100 {
            written = 0;
            continue;
        }
        file.write_all(&piece).await.map_err(full)?;
    }
    file.flush().await.map_err(full)?;
    drop(file);
    if written == 0 {
        let _ = tokio::fs::remove_file(&path).await;
    }
    Ok(written)
}

/// The last part of a name that came from elsewhere, as a name that can do nothing on a disk.
fn safe_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .map(|letter| if letter.is_control() || r#"<>:"|?*"#.contains(letter) { '_' } else { letter })
        .collect();
    let clean = clean.trim_matches([' ', '.']);
    let (stem, ending) = clean.rsplit_once('.').unwrap_or((clean, "txt"));
    let mut stem = stem.trim_start_matches('.').to_owned();
    while stem.len() + ending.len() > LONGEST_NAME && !stem.is_empty() {
        stem.pop();
    }
    let ending: String = ending.chars().filter(char::is_ascii_alphanumeric).take(10).collect();
    let stem = if stem.trim().is_empty() { "story" } else { stem.as_str() };
    format!("{stem}.{}", if ending.is_empty() { "txt" } else { &ending })
}

/// Draft and story of an address.
struct Chosen {
    draft: Arc<Draft>,
    story: usize,
}

impl Chosen {
    /// The draft that an address names, or the page that says that it is gone.
    fn find(room: &Room, draft: &str, story: &str) -> Result<Chosen, Box<Response>> {
        let gone = || {
            let line = "What you brought is kept for two hours, and not beyond the end of the shelf. Bring it again.";
            Box::new(refuse(room, StatusCode::NOT_FOUND, "This draft is not here any more", vec![line.to_owned()]))
        };
        let draft = room.shelf.desk.drafts.get(draft).ok_or_else(gone)?;
        let story = story.parse().ok().filter(|story| draft.story(*story).is_some()).ok_or_else(gone)?;
        Ok(Chosen { draft, story })
    }

    fn path(&self, rest: &str) -> String {
        format!("/bind/{}/{}{rest}", self.draft.id, self.story)
    }

    fn known<T>(&self, of: impl FnOnce(&mut super::drafts::OfStory) -> T) -> Option<T> {
        self.draft.story(self.story).map(|mut story| of(&mut story))
    }

    /// Reads and binds the story with these corrections, on a bench.
    async fn make<T: Send + 'static>(
        &self,
        room: &Room<'_>,
        corrections: Declared,
        then: impl FnOnce(Made) -> T + Send + 'static,
    ) -> Result<T, Box<Response>> {
        let (draft, story) = (self.draft.clone(), self.story);
        let work = move || draft.bench.make(story, &corrections).map(then);
        match room.shelf.desk.drafts.at_bench(work).await {
            Ok(Ok(made)) => Ok(made),
            Ok(Err(faults)) => {
                let lines = faults.iter().map(|fault| Remark::new(fault).line()).collect();
                let heading = "No book can be made of this";
                Err(Box::new(refuse(room, StatusCode::UNPROCESSABLE_ENTITY, heading, lines)))
            }
            Err(why) => Err(Box::new(refused(room, why))),
        }
    }

    /// What was recognised before anybody said a word.
    async fn recognised(&self, room: &Room<'_>) -> Result<Arc<Review>, Box<Response>> {
        if let Some(known) = self.known(|story| story.recognised.clone()).flatten() {
            return Ok(known);
        }
        let review = Arc::new(self.make(room, Declared::default(), |made| Review::of(&made)).await?);
        self.known(|story| story.recognised = Some(review.clone()));
        Ok(review)
    }
}

/// The stories of a draft; where there is one, the visitor goes straight to it.
async fn stories(State(shelf): State<Arc<Shelf>>, visit: Visit, Path(draft): Path<String>) -> Response {
    #[derive(Serialize)]
    struct Stories {
        links: Vec<Link>,
        remarks: Vec<Remark>,
    }
    let room = Room { shelf: &shelf, visit: &visit };
    let chosen = match Chosen::find(&room, &draft, "0") {
        Ok(chosen) => chosen,
        Err(gone) => return *gone,
    };
    let bench = &chosen.draft.bench;
    if bench.stories().len() == 1 {
        return Redirect::to(&visit.link(&chosen.path(""))).into_response();
    }
    let links = bench
        .stories()
        .iter()
        .enumerate()
        .map(|(story, name)| Link { name: name.clone(), href: visit.link(&format!("/bind/{draft}/{story}")) });
    let stories = Stories { links: links.collect(), remarks: bench.remarks().iter().map(Remark::new).collect() };
    room.page("stories.html", room.shell("bind"), "stories", stories)
}

async fn review(
    State(shelf): State<Arc<Shelf>>,
    visit: Visit,
    Path((draft, story)): Path<(String, String)>,
) -> Response {
    #[derive(Serialize)]
    struct Reviewed<'r> {
        form: Review,
        /// What the corrections made of it.
        result: &'r Review,
        corrected: bool,
        action: String,
        others: Option<String>,
    }
    let room = Room { shelf: &shelf, visit: &visit };
    let chosen = match Chosen::find(&room, &draft, &story) {
        Ok(chosen) => chosen,
        Err(gone) => return *gone,
    };
    let recognised = match chosen.recognised(&room).await {
        Ok(recognised) => recognised,
        Err(refused) => return *refused,
    };
    let (form, corrected) = chosen.known(|story| (story.form.clone(), story.corrected.clone())).unwrap_or_default();
    let several = chosen.draft.bench.stories().len() > 1;
    let reviewed = Reviewed {
        form: recognised.with_form(&form),
        corrected: corrected.is_some(),
        result: corrected.as_ref().unwrap_or(&recognised),
        action: visit.link(&chosen.path("")),
        others: several.then(|| visit.link(&format!("/bind/{draft}"))),
    };
    room.page("review.html", room.shell("bind"), "review", reviewed)
}

/// Takes the filled form, and looks again or binds.
async fn correct(
    State(shelf): State<Arc<Shelf>>,
    visit: Visit,
    Path((draft, story)): Path<(String, String)>,
    Form(form): Form<Pairs>,
) -> Response {
    let room = Room { shelf: &shelf, visit: &visit };
    let chosen = match Chosen::find(&room, &draft, &story) {
        Ok(chosen) => chosen,
        Err(gone) => return *gone,
    };
    let recognised = match chosen.recognised(&room).await {
        Ok(recognised) => recognised,
        Err(refused) => return *refused,
    };
    let stated = recognised.corrections(&form);
    let binds = form.iter().any(|(name, value)| name == "do" && value == "bind");
    let corrections = stated.value;
    let made = chosen.make(&room, corrections, move |mut made| {
        made.diagnostics.splice(0..0, stated.diagnostics);
        let review = Review::of(&made);
        (review, binds.then(|| bind(&made)))
    });
    let (review, book) = match made.await {
        Ok(made) => made,
        Err(refused) => return *refused,
    };
    chosen.known(|story| {
        story.form = form;
        story.corrected = Some(Arc::new(review));
        if let Some(book) = book {
            story.book = Some(Arc::new(book));
        }
    });
    Redirect::to(&visit.link(&chosen.path(if binds { "/book" } else { "" }))).into_response()
}

fn bind(made: &Made) -> BoundBook {
    let cover = made
        .book
        .cover
        .as_ref()
        .map(|cover| crate::model::manuscript::ImageData { media_type: cover.media_type, bytes: cover.bytes.clone() });
    BoundBook {
        record: BookRecord::of(&made.book.metadata),
        bytes: pipeline::write(&made.book, Compression::Default).into(),
        cover,
        opened: Arc::new(pipeline::open(&made.book)),
    }
}

/// The bound book of an address.
fn book_of(room: &Room, draft: &str, story: &str) -> Result<(Chosen, Arc<BoundBook>), Box<Response>> {
    let chosen = Chosen::find(room, draft, story)?;
    match chosen.known(|story| story.book.clone()).flatten() {
        Some(book) => Ok((chosen, book)),
        None => Err(Box::new(Redirect::to(&room.visit.link(&chosen.path(""))).into_response())),
    }
}

async fn bound(
    State(shelf): State<Arc<Shelf>>,
    visit: Visit,
    Path((draft, story)): Path<(String, String)>,
) -> Response {
    #[derive(Serialize)]
    struct Bound {
        title: String,
        by: String,
        cover: Option<String>,
        file: String,
        size: String,
        read: String,
        shelve: String,
        change: String,
        others: Option<String>,
    }
    let room = Room { shelf: &shelf, visit: &visit };
    let (chosen, book) = match book_of(&room, &draft, &story) {
        Ok(found) => found,
        Err(refused) => return *refused,
    };
    let name = download::name_of(&book.record, "epub");
    let name = percent_encoding::utf8_percent_encode(&name, super::VALUE);
    let several = chosen.draft.bench.stories().len() > 1;
    let bound = Bound {
        title: title_of(&book.record),
        by: book.record.authors.join(", "),
        cover: book.cover.as_ref().map(|_| visit.link(&chosen.path("/book/cover"))),
        file: visit.link(&chosen.path(&format!("/book/{name}"))),
        size: size(book.bytes.len() as u64),
        read: visit.link(&chosen.path("/read")),
        shelve: visit.link(&chosen.path("/shelve")),
        change: visit.link(&chosen.path("")),
        others: several.then(|| visit.link(&format!("/bind/{draft}"))),
    };
    room.page("bound.html", room.shell("bind"), "bound", bound)
}

/// The book itself, or its cover.
async fn file(
    State(shelf): State<Arc<Shelf>>,
    visit: Visit,
    Path((draft, story, name)): Path<(String, String, String)>,
) -> Response {
    let room = Room { shelf: &shelf, visit: &visit };
    let book = match book_of(&room, &draft, &story) {
        Ok((_, book)) => book,
        Err(refused) => return *refused,
    };
    if name == "cover" {
        return match &book.cover {
            Some(cover) => ([(header::CONTENT_TYPE, cover.media_type)], cover.bytes.clone()).into_response(),
            None => room.nothing("This book has no cover."),
        };
    }
    let called = download::disposition(&download::name_of(&book.record, "epub"));
    let headers = [(header::CONTENT_TYPE, download::EPUB), (header::CONTENT_DISPOSITION, called.as_str())];
    (headers, book.bytes.clone()).into_response()
}

/// Puts the book into the library.
async fn shelve(
    State(shelf): State<Arc<Shelf>>,
    visit: Visit,
    Path((draft, story)): Path<(String, String)>,
) -> Response {
    let room = Room { shelf: &shelf, visit: &visit };
    let Some(workshop) = shelf.workshop.clone() else { return no_workshop(&room) };
    let book = match book_of(&room, &draft, &story) {
        Ok((_, book)) => book,
        Err(refused) => return *refused,
    };
    let put = {
        let (shelf, book) = (shelf.clone(), book.clone());
        move || {
            let path = workshop.put(book.bytes.to_vec(), &book.record)?;
            // What cannot be looked at now is looked at again in a moment.
            let _ = shelf.library.refresh();
            Ok(path)
        }
    };
    let path = match shelf.desk.drafts.at_bench(put).await {
        Ok(Ok(path)) => path,
        Ok(Err(fault)) => {
            let fault: crate::diagnostic::Diagnostic = fault;
            let lines = vec![Remark::new(&fault).line()];
            return refuse(&room, StatusCode::INTERNAL_SERVER_ERROR, "The book could not be put on the shelf", lines);
        }
        Err(why) => return refused(&room, why),
    };
    let newest = Query { sort: Sort::Newest, limit: 50, ..room.query() };
    let found = shelf.library.books(newest).await.map(|list| list.entries).unwrap_or_default();
    match found.iter().find(|book| book.path == path) {
        Some(book) => Redirect::to(&visit.link(&format!("/story/{}", book.id))).into_response(),
        None => {
            let line =
                format!("It is called {path}. If it is not among the books here, it is one of those that are hidden.");
            let message = Message { heading: "The book is on the shelf".to_owned(), lines: vec![line], back: None };
            room.page("message.html", room.shell("bind"), "message", message)
        }
    }
}

async fn contents(
    State(shelf): State<Arc<Shelf>>,
    visit: Visit,
    Path((draft, story)): Path<(String, String)>,
) -> Response {
    let room = Room { shelf: &shelf, visit: &visit };
    let (chosen, book) = match book_of(&room, &draft, &story) {
        Ok(found) => found,
        Err(refused) => return *refused,
    };
    let place = Place {
        root: &visit.link("/"),
        contents: &visit.link(&chosen.path("/read")),
        title: &title_of(&book.record),
        style: Style::Book,
    };
    let back = Link { name: "Back to the book".to_owned(), href: visit.link(&chosen.path("/book")) };
    let contents = Contents::new(&book.opened, &place, back);
    room.page("reading.html", room.shell("bind"), "reading", contents)
}

async fn leaf(
    State(shelf): State<Arc<Shelf>>,
    visit: Visit,
    Path((draft, story, style, path)): Path<(String, String, String, String)>,
) -> Response {
    let room = Room { shelf: &shelf, visit: &visit };
    let (chosen, book) = match book_of(&room, &draft, &story) {
        Ok(found) => found,
        Err(refused) => return *refused,
    };
    let Some(style) = Style::named(&style) else { return room.nothing("The book has no such page.") };
    let place = Place {
        root: &visit.link("/"),
        contents: &visit.link(&chosen.path("/read")),
        title: &title_of(&book.record),
        style,
    };
    reading::part(&book.opened, &path, &place).unwrap_or_else(|| room.nothing("The book has no such page."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_elsewhere_can_do_nothing() {
        for (given, safe) in [
            ("moth.txt", "moth.txt"),
            ("../../etc/passwd", "passwd.txt"),
            ("C:\\Users\\x\\moth.HTML", "moth.HTML"),
            ("..", "story.txt"),
            (".bashrc", "bashrc.txt"),
            ("a/b/.toml", "toml.txt"),
            ("x\0y\n.md", "x_y_.md"),
            ("Übung macht.odt", "Übung macht.odt"),
            ("", "story.txt"),
            ("nul:", "nul_.txt"),
        ] {
            assert_eq!(safe_name(given), safe, "{given:?}");
        }
        let long = safe_name(&("ä".repeat(500) + ".epub"));
        assert!(long.len() <= LONGEST_NAME + 11 && long.ends_with(".epub"), "{long}");
    }
}
