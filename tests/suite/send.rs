//! Books on their way to devices: what is found, what goes where, and what is still there when it goes wrong. Folders that look
//! like devices stand for them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::cli::{Home, Run, story};

/// A folder with books, and devices beside it.
struct Desk {
    home: Home,
    /// Those that are plugged in.
    plugged: Vec<PathBuf>,
    path: Option<PathBuf>,
}

impl Desk {
    /// With two books in `output/` and these devices.
    fn with(devices: &[&str]) -> Desk {
        let home = Home::with_stories();
        home.run(&["--cover", "none", "-q"]).ends(0);
        let mut desk = Desk { home, plugged: Vec::new(), path: None };
        devices.iter().for_each(|device| desk.plug_in(device));
        desk
    }

    fn plug_in(&mut self, device: &str) {
        let marks: &[&str] = match device {
            "KOBOeReader" => &[".kobo/version"],
            "Kindle" => &["documents/x.txt", "system/version.txt"],
            "PB740" => &["system/config/global.cfg", "Books/x.txt"],
            "tolino" => &[".tolino/x"],
            "STICK" => &["x.txt"],
            _ => panic!("{device}"),
        };
        let text = match device {
            "KOBOeReader" => "N249,4.1.15,4.38.21908,4.1.15,4.1.15,00000000-0000-0000-0000-000000000376",
            _ => "Kindle 5.16.2 (1)",
        };
        marks.iter().for_each(|mark| self.home.write(&format!("{device}/{mark}"), text));
        self.plugged.push(self.home.path(device));
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command(arguments);
        self.prepare(&mut command);
        command
    }

    fn prepare(&self, command: &mut Command) {
        command.env("BINDERY_DEVICES", std::env::join_paths(&self.plugged).unwrap());
        if let Some(path) = &self.path {
            command.env("PATH", path);
        }
    }

    fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().unwrap())
    }

    /// A program on the path: what a shell does.
    #[cfg(unix)]
    fn install(&mut self, name: &str, script: &str) {
        let path = format!("programs/{name}");
        self.home.write(&path, format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(self.home.path(&path), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        self.path = Some(self.home.path("programs"));
    }

    fn changed_edition(&self) {
        self.home.write("stories/moth.txt", story("The Moth", "Ann Hollow") + "And then the lamp went out.\n");
        self.home.run(&["--cover", "none", "-q"]).ends(0);
    }
}

const MOTH: &str = "output/Ann Hollow - The Moth.epub";
const LAMP: &str = "output/Bo Lind - The Lamp.epub";

fn results(run: &Run) -> Vec<String> {
    let books = run.json()["books"].as_array().unwrap().clone();
    books.iter().map(|book| book["result"].as_str().unwrap().to_owned()).collect()
}

fn is_kepub(bytes: &[u8]) -> bool {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    names.iter().filter(|name| name.ends_with(".xhtml")).all(|name| {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut archive.by_name(name).unwrap(), &mut text).unwrap();
        text.contains("koboSpan")
    })
}

#[test]
fn devices_are_listed_with_what_they_take_and_where() {
    let desk = Desk::with(&["KOBOeReader", "Kindle", "PB740", "tolino", "STICK"]);
    let listed = desk.run(&["devices", "--json"]).ends(0).json();
    let shown: Vec<String> = listed["devices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|device| {
            let text = |field: &str| device[field].as_str().unwrap_or("-").to_owned();
            assert!(device["free"].as_u64().is_some_and(|free| free > 0) && device["read_only"] == false);
            assert!(Path::new(&text("path")).is_absolute());
            ["name", "kind", "model", "version", "format", "folder"].map(text).join("|")
        })
        .collect();
    assert_eq!(
        shown,
        [
            "KOBOeReader|Kobo|Kobo Clara HD|4.38.21908|kepub|",
            "Kindle|Kindle|-|5.16.2|azw3|documents",
            "PB740|PocketBook|-|-|epub|Books",
            "STICK|storage|-|-|epub|",
            "tolino|tolino|-|-|epub|Books",
        ]
    );
    let table = desk.run(&["devices"]).ends(0).out;
    assert!(table.contains("Kobo Clara HD 4.38.21908  kepub"), "{table}");
    let none = Desk::with(&[]).run(&["devices"]).ends(0).out;
    assert!(none.starts_with("No device is plugged in"), "{none}");
}

#[test]
fn a_book_goes_to_the_one_device_in_its_format() {
    let desk = Desk::with(&["KOBOeReader"]);
    let run = desk.run(&["send", MOTH, LAMP]).ends(0);
    assert!(run.out.contains("2 books on `KOBOeReader` (Kobo Clara HD); eject it"), "{}", run.out);
    assert_eq!(desk.home.names("KOBOeReader"), ["Ann Hollow - The Moth.kepub.epub", "Bo Lind - The Lamp.kepub.epub"]);
    assert!(desk.home.files("KOBOeReader").values().all(|bytes| is_kepub(bytes)));
    assert_eq!(results(&desk.run(&["send", MOTH, LAMP, "--json"]).ends(0)), ["unchanged", "unchanged"]);

    let desk = Desk::with(&["PB740"]);
    desk.run(&["send", MOTH]).ends(0);
    let sent = fs::read(desk.home.path("PB740/Books/Ann Hollow - The Moth.epub")).unwrap();
    assert!(sent == fs::read(desk.home.path(MOTH)).unwrap(), "the EPUB as it is");
}

#[test]
fn an_older_edition_is_replaced_where_it_is_and_nothing_else_is() {
    let desk = Desk::with(&["KOBOeReader"]);
    desk.run(&["send", MOTH, LAMP]).ends(0);
    // Somebody put it into a folder of theirs, and has a book of the name that it would have.
    fs::create_dir(desk.home.path("KOBOeReader/Mine")).unwrap();
    let (first, moved) = ("KOBOeReader/Ann Hollow - The Moth.kepub.epub", "KOBOeReader/Mine/m.kepub.epub");
    fs::rename(desk.home.path(first), desk.home.path(moved)).unwrap();
    desk.home.write(first, "somebody's own");
    let before = desk.home.files("KOBOeReader");
    let old = fs::read(desk.home.path(moved)).unwrap();
    desk.changed_edition();
    let run = desk.run(&["send", MOTH, "--json"]).ends(0);
    assert_eq!(results(&run), ["replaced"]);
    assert_eq!(run.json()["books"][0]["path"].as_str(), desk.home.path(moved).to_str());
    assert!(fs::read(desk.home.path(moved)).unwrap() != old);
    assert!(desk.home.files("KOBOeReader") == before, "what is no edition of it stays");
    // Another book, whose name is taken.
    fs::copy(desk.home.path(LAMP), desk.home.path("Ann Hollow - The Moth.epub")).unwrap();
    fs::remove_file(desk.home.path("KOBOeReader/Bo Lind - The Lamp.kepub.epub")).unwrap();
    desk.run(&["send", "Ann Hollow - The Moth.epub"]).ends(0);
    assert_eq!(
        desk.home.names("KOBOeReader"),
        ["Ann Hollow - The Moth (2).kepub.epub", "Ann Hollow - The Moth.kepub.epub"]
    );
    assert_eq!(fs::read(desk.home.path(first)).unwrap(), b"somebody's own");
}

#[test]
fn an_edition_in_the_lesser_format_gives_way() {
    let desk = Desk::with(&["KOBOeReader"]);
    fs::copy(desk.home.path(MOTH), desk.home.path("KOBOeReader/moth.epub")).unwrap();
    fs::copy(desk.home.path(LAMP), desk.home.path("KOBOeReader/lamp.epub")).unwrap();
    let run = desk.run(&["send", MOTH, "--json"]).ends(0);
    assert_eq!(results(&run), ["replaced"]);
    assert_eq!(desk.home.names("KOBOeReader"), ["Ann Hollow - The Moth.kepub.epub", "lamp.epub"]);
    // Two of the same: one is replaced, and the other is told about.
    fs::copy(
        desk.home.path("KOBOeReader/Ann Hollow - The Moth.kepub.epub"),
        desk.home.path("KOBOeReader/b.kepub.epub"),
    )
    .unwrap();
    desk.run(&["send", MOTH])
        .ends(0)
        .says("warning[one-more-edition]", desk.home.path("KOBOeReader/b").to_str().unwrap());
}

#[test]
fn which_device_is_meant_is_never_guessed() {
    let desk = Desk::with(&["KOBOeReader", "STICK"]);
    let run = desk.run(&["send", MOTH]).ends(2).says("error[several-devices]", "there are 2 devices");
    assert!(run.err.contains("`KOBOeReader` (Kobo), `STICK` (storage)"), "{}", run.err);
    for to in ["kobo", "KOBOEREADER", "Kobo Clara HD", "KOBOeReader/", "STICK"] {
        desk.run(&["send", MOTH, "--to", to]).ends(0);
    }
    assert_eq!(desk.home.names("KOBOeReader"), ["Ann Hollow - The Moth.kepub.epub"]);
    assert_eq!(desk.home.names("STICK"), ["Ann Hollow - The Moth.epub", "x.txt"]);
    let run = desk.run(&["send", MOTH, "--to", "Kidnle"]).ends(2).says("error[no-device]", "there is no device");
    assert!(run.err.contains("`STICK`"), "{}", run.err);
    fs::create_dir(desk.home.path("anywhere")).unwrap();
    desk.run(&["send", MOTH, "--to", "anywhere"]).ends(0);
    assert_eq!(desk.home.names("anywhere"), ["Ann Hollow - The Moth.epub"]);
    let none = Desk::with(&[]);
    none.run(&["send", MOTH]).ends(3).says("error[no-device]", "no device is plugged in");
    assert_eq!(none.run(&["send", MOTH, "--json"]).ends(3).json()["diagnostics"][0]["code"], "no-device");
}

#[test]
fn what_is_no_book_is_told_how_to_become_one_and_the_others_go() {
    let desk = Desk::with(&["KOBOeReader"]);
    let run = desk.run(&["send", "stories/moth.txt", "gone.epub", MOTH, "stories"]).ends(1);
    assert!(run.err.contains("bindery build stories/moth.txt"), "{}", run.err);
    let run = run.says("error[no-book]", "stories/moth.txt").says("error[unreadable]", "gone.epub");
    run.says("error[no-book]", "stories");
    assert_eq!(desk.home.names("KOBOeReader").len(), 1);
}

#[test]
fn a_dry_run_says_it_all_and_writes_nothing() {
    let desk = Desk::with(&["KOBOeReader"]);
    let run = desk.run(&["send", MOTH, "-n", "--folder", "Stories"]).ends(0);
    assert!(run.out.contains("1 book would go to `KOBOeReader`"), "{}", run.out);
    assert!(run.out.contains("Stories/Ann Hollow - The Moth.kepub.epub"), "{}", run.out);
    assert_eq!(desk.home.names("KOBOeReader").len(), 0);
    assert!(!desk.home.path("KOBOeReader/Stories").exists());
}

#[test]
fn names_are_safe_for_the_file_systems_of_devices() {
    let desk = Desk::with(&["KOBOeReader"]);
    fs::copy(desk.home.path(MOTH), desk.home.path("What? \"a:b\" \u{202e}x....epub")).unwrap();
    desk.run(&["send", "What? \"a:b\" \u{202e}x....epub", "--folder", "A/b"]).ends(0);
    assert_eq!(desk.home.names("KOBOeReader/A/b"), ["What 'a-b' x.kepub.epub"]);
    for folder in ["../out", "/etc", "a/../../b", ""] {
        desk.run(&["send", MOTH, "--folder", folder]).ends(2);
    }
    assert!(!desk.home.path("out").exists());
}

#[cfg(unix)]
mod kindle {
    use super::*;

    /// Writes a Kindle's book that says an identifier in its first record, and then `$BODY`.
    const MAKES: &str = "{ printf '%060d' 0; printf 'BOOKMOBI'; printf '\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0'; \
        printf '\\0\\0\\0\\136\\0\\0\\0\\0\\0\\0\\002\\136\\0\\0\\0\\0'; printf '%s%0900d' \"$SAYS\" 0; \
        printf '%s' \"$BODY\"; }";

    fn identifier(desk: &Desk, book: &str) -> String {
        let said: Value = desk.run(&["info", "--json", book]).ends(0).json();
        said["books"][0]["identifier"].as_str().unwrap().trim_start_matches("urn:uuid:").to_owned()
    }

    #[test]
    fn without_a_program_for_its_format_the_ways_out_are_named() {
        let mut desk = Desk::with(&["Kindle"]);
        desk.path = Some(desk.home.path("nothing"));
        let run = desk.run(&["send", MOTH]).ends(1).says("error[no-converter]", "a Kindle opens no EPUB");
        for way in ["kindling", "boko", "ebook-convert", "Send to Kindle", "50 MB", "200 MB"] {
            assert!(run.err.contains(way), "no `{way}` in {}", run.err);
        }
        assert_eq!(desk.home.names("Kindle/documents"), ["x.txt"]);
    }

    #[test]
    fn a_program_makes_its_format_and_an_older_edition_gives_way() {
        let mut desk = Desk::with(&["Kindle"]);
        desk.install("ebook-convert", "exit 9");
        desk.install("boko", &format!("[ \"$1\" = convert ] && [ -s \"$2\" ] || exit 9\n{MAKES} > \"$3\""));
        let moth = identifier(&desk, MOTH);
        let send = |body: &str, says: &str| {
            let mut command = desk.command(&["send", MOTH, "--json"]);
            Run::of(command.env("SAYS", says).env("BODY", body).output().unwrap()).ends(0)
        };
        assert_eq!(results(&send("one", &moth)), ["new"]);
        assert_eq!(desk.home.names("Kindle/documents"), ["Ann Hollow - The Moth.azw3", "x.txt"]);
        assert_eq!(results(&send("one", &moth)), ["unchanged"]);
        assert_eq!(results(&send("two", &moth)), ["replaced"]);
        assert!(desk.home.files("Kindle/documents")["Ann Hollow - The Moth.azw3"].ends_with(b"two"));
        // What does not say which book it is could be another.
        fs::remove_file(desk.home.path("Kindle/documents/Ann Hollow - The Moth.azw3")).unwrap();
        send("one", "");
        assert_eq!(results(&send("two", "")), ["new"]);
        assert_eq!(desk.home.names("Kindle/documents").len(), 3);
        // The better program wins.
        let mut desk = desk;
        desk.install("kindling", &format!("[ \"$1\" = build ] && [ \"$3\" = -o ] || exit 9\n{MAKES} > \"$4\""));
        desk.install("boko", "exit 9");
        let run = desk.run(&["send", LAMP]).ends(0);
        assert!(run.out.contains("Send to Kindle takes the EPUB as it is"), "{}", run.out);
        assert_eq!(desk.home.names("Kindle/documents").len(), 4);
    }

    #[test]
    fn a_program_that_fails_is_told_about_and_puts_nothing_there() {
        let mut desk = Desk::with(&["Kindle"]);
        for (script, said) in [
            ("echo first; echo 'no room for fonts' >&2; exit 3", "(no room for fonts)"),
            ("exit 0", "it says that all is well"),
            ("echo text > \"$3\"", "is something else"),
            ("/bin/sleep 20", "not ready after 1 seconds"),
        ] {
            desk.install("boko", script);
            let mut command = desk.command(&["send", MOTH]);
            let run = Run::of(command.env("BINDERY_CONVERTER_SECONDS", "1").output().unwrap()).ends(1);
            let run = run.says("error[converter-failed]", MOTH);
            assert!(run.err.contains(said), "no `{said}` in {}", run.err);
            assert_eq!(desk.home.names("Kindle/documents"), ["x.txt"]);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_device_that_takes_no_more_keeps_the_old_book() {
    let desk = Desk::with(&["KOBOeReader"]);
    desk.run(&["send", MOTH]).ends(0);
    let before = desk.home.files("KOBOeReader");
    desk.changed_edition();
    // A limit on the size of files stands for a device that fails half way.
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_bindery")]);
    let mut command = desk.home.prepared(shell, &["send", MOTH]);
    desk.prepare(&mut command);
    let run =
        Run::of(command.output().unwrap()).ends(4).says("error[file-too-large]", desk.plugged[0].to_str().unwrap());
    assert!(desk.home.files("KOBOeReader") == before, "the old book stays and nothing else is there: {}", run.err);
}

/// A small file system of its own in memory, where whoever runs the tests may mount one; unmounted when it is dropped.
#[cfg(target_os = "linux")]
struct Small(PathBuf);

#[cfg(target_os = "linux")]
impl Small {
    fn mount(at: &Path) -> Option<Small> {
        fs::create_dir_all(at).unwrap();
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", "size=160k", "tmpfs"]).arg(at).output();
        done.is_ok_and(|done| done.status.success()).then(|| Small(at.to_owned()))
    }

    fn again(&self, options: &str) {
        let done = Command::new("mount").args(["-o", options]).arg(&self.0).status().unwrap();
        assert!(done.success());
    }
}

#[cfg(target_os = "linux")]
impl Drop for Small {
    fn drop(&mut self) {
        _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_that_is_full_or_read_only_says_so() {
    let mut desk = Desk::with(&[]);
    let Some(small) = Small::mount(&desk.home.path("KOBOeReader")) else {
        eprintln!("SKIP: no file system can be mounted here; only folders stood for devices");
        return;
    };
    desk.plug_in("KOBOeReader");
    desk.run(&["send", MOTH]).ends(0);
    let before = desk.home.files("KOBOeReader");
    desk.home.write("KOBOeReader/x.bin", vec![7; 100 << 10]);
    let run = desk.run(&["send", LAMP]).ends(4).says("error[device-full]", small.0.to_str().unwrap());
    assert!(run.err.contains("the book takes ") && run.err.contains(" are free"), "{}", run.err);
    fs::remove_file(desk.home.path("KOBOeReader/x.bin")).unwrap();
    assert!(desk.home.files("KOBOeReader") == before);
    desk.changed_edition();
    small.again("remount,ro");
    desk.run(&["send", MOTH]).ends(4).says("error[device-read-only]", small.0.to_str().unwrap());
    assert!(desk.home.files("KOBOeReader") == before);
    small.again("remount,rw");
    desk.run(&["send", MOTH]).ends(0);
    assert!(desk.home.files("KOBOeReader") != before);
}
