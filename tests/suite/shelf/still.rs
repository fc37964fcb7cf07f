//! A shelf written to files: every link leads to a file, the books are the books, nobody else's folder is touched.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::cli::{Home, story};

/// Every file below a folder, by its path from there.
fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Where a link leads from a file; nothing when it leads out of the folder.
fn target(link: &str, file: &str) -> Option<String> {
    let link = link.replace("&amp;", "&");
    let path = link.split(['#', '?']).next().unwrap_or_default();
    if path.is_empty() || link.contains("://") || link.starts_with("urn:") || link.starts_with("mailto:") {
        return None;
    }
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8().unwrap().into_owned();
    let mut whole: Vec<String> = parts.into_iter().map(str::to_owned).collect();
    for part in decoded.split('/') {
        match part {
            "." => {}
            ".." => assert!(whole.pop().is_some(), "`{link}` in {file} leads out of the shelf"),
            part => whole.push(part.to_owned()),
        }
    }
    Some(whole.join("/"))
}

#[test]
fn a_shelf_of_files_has_every_page_feed_and_book_that_it_links_to() {
    let home = Home::new();
    home.write("stories/moth.txt", story("The Moth & the Lamp", "Ann Adair"));
    home.write("stories/salt.txt", story("Salt", "Bo Lind"));
    home.run(&["-q"]).ends(0);
    home.run(&["shelf", "--static", "web"]).ends(0);
    let files = files_below(&home.path("web"));
    for wanted in ["index.html", "opds.xml", "index.json", "browse/author.html", "assets/shelf.css"] {
        assert!(files.contains_key(wanted), "{wanted} is not among {:?}", files.keys());
    }
    let mut links = 0;
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with("html") || name.ends_with(".xml")) {
        let text = String::from_utf8_lossy(bytes);
        for attribute in ["href=\"", "src=\"", "action=\""] {
            for link in text.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(!link.starts_with('/'), "`{link}` in {name} needs a server");
                if let Some(target) = target(link, name) {
                    assert!(files.contains_key(&target), "`{link}` in {name} leads to {target}, which is not there");
                    links += 1;
                }
            }
        }
    }
    assert!(links > 50, "{links} links were followed");
    let books: Vec<_> =
        files.iter().filter(|(name, _)| name.ends_with(".epub") && !name.ends_with(".kepub.epub")).collect();
    let bound = home.files("output");
    assert_eq!(books.len(), 2);
    for (name, bytes) in books {
        assert_eq!(bound.get(name.rsplit('/').next().unwrap()), Some(bytes), "{name}");
    }
    let list: serde_json::Value = serde_json::from_slice(&files["index.json"]).unwrap();
    for line in list.as_array().unwrap() {
        for field in ["href", "cover"] {
            assert!(files.contains_key(line[field].as_str().unwrap()), "{line}");
        }
    }
    // Written once more, it is the same but for when the books came.
    home.run(&["shelf", "--static", "web"]).ends(0);
    assert_eq!(files_below(&home.path("web")).keys().collect::<Vec<_>>(), files.keys().collect::<Vec<_>>());
}

#[test]
fn a_folder_of_somebody_is_left_alone() {
    let home = Home::with_stories();
    home.run(&["-q"]).ends(0);
    home.write("mine/letter.txt", "Dear Ruth,");
    home.run(&["shelf", "--static", "mine"]).ends(4).says("error[not-ours]", "mine");
    assert_eq!(home.names("mine"), ["letter.txt"]);
}

#[test]
fn what_is_hidden_is_in_no_file() {
    let home = Home::new();
    home.write("stories/moth.txt", format!("Rating: NC-17\n{}", story("Moth", "Ann Adair")));
    home.write("stories/salt.txt", format!("Rating: G\n{}", story("Salt", "Bo Lind")));
    home.run(&["-q"]).ends(0);
    home.run(&["shelf", "--static", "web", "--hide-rating", "mature"]).ends(0);
    for (name, bytes) in files_below(&home.path("web")) {
        assert!(!name.contains("Moth"), "{name}");
        assert!(!String::from_utf8_lossy(&bytes).contains("Ann Adair"), "{name}");
    }
}
