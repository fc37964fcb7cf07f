//! Stories that are brought to the shelf over the socket: bound, fetched and put there, and what of it does harm.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::house::House;
use super::{LAMP, MOTH};

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn story(title: &str) -> Vec<u8> {
    format!("---\ntitle: {title}\nauthor: Ann\n---\n\n# One\n\nThe {title} was late.\n\n# Two\n\nIt went home.\n")
        .into_bytes()
}

fn links(page: &str, end: &str) -> Vec<String> {
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.filter(|link| link.ends_with(end)).map(str::to_owned).collect()
}

fn count(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn many_stories_are_bound_and_put_on_the_shelf_together() {
    let house = House::with(&[LAMP]);
    let shelf = house.open(1, &[]);
    let (heron, otter) = (story("Heron"), story("Otter"));
    let zip = zipped(&[
        ("pile/heron.md", &heron),
        ("pile/otter.md", &otter),
        ("pile/broken.docx", b"PK\x03\x04 and no more"),
    ]);
    let sent = shelf.bring(&[("pile.zip", &zip)]);
    assert_eq!(sent.status, 303, "{}", sent.text());
    let draft = sent.header("location").to_owned();
    let list = shelf.get(&draft, &[]);
    assert!(list.text().contains("Heron") && list.text().contains("Otter"), "{}", list.text());
    assert!(
        list.text().contains("No book can be made of this") && list.text().contains("2 chapters"),
        "{}",
        list.text()
    );
    assert!(links(list.text(), ".epub").is_empty() && !list.text().contains(&format!("{draft}/shelve")));
    let bound = shelf.press(&format!("{draft}/all"));
    assert_eq!((bound.status, bound.header("location")), (303, &*draft));
    let list = shelf.get(&draft, &[]);
    assert!(!list.text().contains(&format!("{draft}/all")), "nothing is left to bind");
    let files = links(list.text(), ".epub");
    assert_eq!(files.len(), 4, "{files:?}");
    for path in &files {
        let file = shelf.get(path, &[]);
        let is_kepub = path.ends_with(".kepub.epub");
        let kind = if is_kepub { "application/kepub+zip" } else { "application/epub+zip" };
        assert_eq!((file.status, file.header("content-type")), (200, kind), "{path}");
        assert!(file.body.starts_with(b"PK") && file.header("content-disposition").contains("Ann"));
        let mut archive = zip::ZipArchive::new(Cursor::new(file.body)).unwrap();
        let spanned = (0..archive.len()).any(|at| {
            let text = std::io::read_to_string(archive.by_index(at).unwrap()).unwrap_or_default();
            text.contains("koboSpan")
        });
        assert_eq!(spanned, is_kepub, "{path}");
    }
    // A cover, the reading view, and a form of its own for each.
    for path in ["/1/book/cover", "/1/read", "/2", "/2/book"] {
        assert_eq!(shelf.get(&format!("{draft}{path}"), &[]).status, 200, "{path}");
    }
    let shelved = shelf.press(&format!("{draft}/shelve"));
    assert_eq!((shelved.status, shelved.header("location")), (303, &*draft));
    assert_eq!(shelf.total(), 3);
    assert_eq!(shelf.get(&draft, &[]).text().matches("On the shelf").count(), 2);
    let names: Vec<String> = house.files().into_keys().collect();
    assert!(
        names.contains(&"Ann - Heron.epub".to_owned()) && names.contains(&"Ann - Otter.epub".to_owned()),
        "{names:?}"
    );
    // Pressed again, it does nothing again.
    shelf.press(&format!("{draft}/shelve"));
    assert_eq!((shelf.total(), house.files().len()), (3, 3));
    let (code, _) = shelf.close();
    assert_eq!((code, count(&house.drafts())), (Some(0), 0), "nothing stays that was not put on the shelf");
}

#[test]
fn what_is_brought_to_do_harm_does_none() {
    let house = House::with(&[LAMP]);
    let shelf = house.open(1, &[]);
    let bomb = zipped(&[("a.txt", &vec![b' '; 9 << 20])]);
    let outside = zipped(&[
        ("../../../escaped.md", &story("Out")),
        ("/escaped.md", &story("Root")),
        ("C:\\escaped.md", &story("C")),
    ]);
    let nested = zipped(&[("inner.zip", &zipped(&[("moth.md", &story("Moth"))]))]);
    let many: Vec<(&str, &[u8])> = vec![("a.zip", &nested); 5];
    for (what, files) in [
        ("a bomb", vec![("bomb.zip", &*bomb)]),
        ("paths that lead out", vec![("out.zip", &*outside)]),
        ("half a zip file", vec![("half.zip", &bomb[..bomb.len() / 2])]),
        ("many zip files", many),
        ("nothing", vec![("empty.txt", &b""[..])]),
        ("a program", vec![("a.exe", &b"MZ\x90\x00"[..])]),
    ] {
        let answer = shelf.bring(&files);
        assert!([400, 422].contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
        assert!(!answer.text().contains(house.path().to_str().unwrap()), "{what}");
        assert_eq!(count(&house.drafts()), 0, "{what} is gone");
    }
    // A name that leads out is only a name.
    let named = shelf.bring(&[("../../../escaped.md", &story("Named"))]);
    assert_eq!(named.status, 303);
    let found = |folder: &Path| folder.join("escaped.md").exists();
    assert!(!found(house.path()) && !found(Path::new("/")) && !found(&house.books()) && !found(&house.drafts()));
    // One who goes away in the middle leaves nothing.
    let before = count(&house.drafts());
    let (head, body) = shelf.form(&[("long.txt", &vec![b'x'; 1 << 20])]);
    for _ in 0..20 {
        let mut stream = shelf.connect();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&body[..body.len() / 2]).unwrap();
    }
    let begun = Instant::now();
    while count(&house.drafts()) > before {
        assert!(begun.elapsed() < Duration::from_secs(60), "{} folders are left", count(&house.drafts()));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(shelf.total(), 1);
}

/// Ten thousand drafts are a matter of `drafts`; this is what they cost when they come by the socket.
#[test]
fn uploads_without_end_leave_room_for_readers() {
    let house = House::with(&[LAMP]);
    let shelf = house.open(1, &[]);
    let text = story("Again");
    let statuses: Vec<u16> = (0..500).map(|_| shelf.bring(&[("again.md", &text)]).status).collect();
    let taken = statuses.iter().filter(|status| **status == 303).count();
    assert!((1..=24).contains(&taken), "{taken}");
    assert!(statuses.iter().all(|status| [303, 503].contains(status)));
    assert!(count(&house.drafts()) <= 2 * 24, "{}", count(&house.drafts()));
    assert_eq!((shelf.total(), shelf.get("/", &[]).status), (1, 200));
    assert!(shelf.memory_kib() < 200 << 10, "{} KiB", shelf.memory_kib());
}

#[test]
fn whatever_ends_the_shelf_every_book_is_whole() {
    let house = House::with(&[LAMP, MOTH]);
    let whole = house.files();
    let stories: Vec<(String, Vec<u8>)> =
        (0..8).map(|number| (format!("{number}.md"), story(&format!("Tale {number}")))).collect();
    let members: Vec<(&str, &[u8])> = stories.iter().map(|(name, text)| (&**name, &**text)).collect();
    let zip = zipped(&members);
    let mut known = 2;
    for wait in [0, 15, 60] {
        let shelf = house.open(known, &[]);
        let sent = shelf.bring(&[("tales.zip", &zip)]);
        let draft = sent.header("location").to_owned();
        shelf.press(&format!("{draft}/all"));
        let mut stream = shelf.connect();
        let (host, path) = (shelf.host(), format!("{draft}/shelve"));
        let request =
            format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Length: 0\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let (head, body) = shelf.form(&[("long.txt", &vec![b'x'; 1 << 20])]);
        let mut half = shelf.connect();
        half.write_all(head.as_bytes()).unwrap();
        half.write_all(&body[..body.len() / 2]).unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        shelf.kill();
        let files = house.files();
        for (name, bytes) in &files {
            zip::ZipArchive::new(Cursor::new(bytes)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        }
        assert!(whole.iter().all(|(name, bytes)| files.get(name) == Some(bytes)), "books that were there");
        known = files.len();
    }
    let shelf = house.open(known, &[]);
    let sent = shelf.bring(&[("tales.zip", &zip)]);
    let draft = sent.header("location").to_owned();
    shelf.press(&format!("{draft}/all"));
    shelf.press(&format!("{draft}/shelve"));
    assert_eq!((shelf.total(), house.files().len()), (10, 10));
}
