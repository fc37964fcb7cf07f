//! The shelf over real sockets: what it gives, to whom, and what it refuses.

mod house;
mod still;
mod walk;
mod workshop;

use std::fs;
use std::io::{Read, Write};
use std::time::{Duration, Instant};

use house::{House, OpenShelf, Story};

const MOTH: Story = Story {
    title: "The Moth & the <Lamp>",
    author: "Zoë Hollow",
    more: "rating: Teen And Up Audiences\nwarnings: [suicide]\nfandom: Night Birds\nseries: \"Lamps #2\"\nsummary: A moth comes back.\n",
};
const LAMP: Story = Story {
    title: "Lamplight",
    author: "Bo Lind",
    more: "rating: General Audiences\nwarnings: none\nfandom: Night Birds\nseries: \"Lamps #1\"\n",
};
const RED: Story = Story {
    title: "Red Rooms",
    author: "Bo Lind",
    more: "rating: Explicit\nwarnings: [graphic violence]\nfandom: Other Houses\n",
};

/// Method, path below the token, headers, status.
type Row<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], u16);

fn paths(feed: &str) -> Vec<String> {
    let links = feed.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.map(|link| link.replace("&amp;", "&")).collect()
}

fn book_paths(shelf: &OpenShelf) -> Vec<String> {
    let feed = shelf.get(&format!("{}/opds/v1/books?sort=title", shelf.base()), &[]);
    let mut found: Vec<String> = paths(feed.text()).into_iter().filter(|path| path.ends_with(".epub")).collect();
    found.retain(|path| !path.ends_with(".kepub.epub"));
    found
}

#[test]
fn whoever_has_no_business_here_gets_the_answer_that_fits() {
    let house = House::with(&[MOTH, LAMP]);
    fs::write(house.path().join("secret.epub"), "secret").unwrap();
    let shelf = house.open(2, &["--lan"]);
    let base = shelf.base();
    let token = shelf.token.clone().unwrap();
    let host = shelf.host();
    let long = format!("/{}", "a".repeat(5_000));
    let huge = "x".repeat(20_000);
    let half = &token[1..];
    let other_port = format!("127.0.0.1:{}", shelf.port.wrapping_add(1));
    let rebound = format!("evil.example:{}", shelf.port);
    let origin = format!("http://{host}");
    let table: &[Row] = &[
        ("GET", "/", &[], 200),
        ("GET", "/nothing", &[], 404),
        // No path of a request is a path of the disk.
        ("GET", "/book/../../secret.epub", &[], 404),
        ("GET", "/book/%2e%2e/%2e%2e/secret.epub", &[], 404),
        ("GET", "/book/1/..%2f..%2fsecret.epub", &[], 200),
        ("GET", "/book/..%5c..%5csecret.epub/x.epub", &[], 400),
        ("GET", "/book/%252e%252e%252fsecret/x", &[], 400),
        ("GET", "/book/%c0%ae%c0%ae/x", &[], 400),
        ("GET", "/book/1/%ff.epub", &[], 400),
        ("GET", "/book/1/a%00b.epub", &[], 200),
        ("GET", "/book/1%00/a.epub", &[], 400),
        ("GET", "/book/0/a.epub", &[], 404),
        ("GET", "/book/-1/a.epub", &[], 404),
        ("GET", "/book/99999999999999999999/a.epub", &[], 400),
        ("GET", "/book/1e3/a.epub", &[], 400),
        ("GET", "/book/1/a/b.epub", &[], 404),
        ("GET", "/book/1' OR 1=1--/a.epub", &[], 400),
        ("GET", "//etc/passwd", &[], 404),
        ("GET", "/.bindery/shelf-token", &[], 404),
        ("GET", "/.bindery/catalogue.sqlite", &[], 404),
        ("GET", &long, &[], 414),
        ("GET", "/opds/v3", &[], 404),
        ("GET", "/opds/v1/by/secrets", &[], 404),
        ("GET", "/opds/v1/books?page=0", &[], 404),
        ("GET", "/opds/v1/books?page=2", &[], 404),
        ("GET", "/opds/v1/books?page=99999999999999999999999", &[], 404),
        ("GET", "/opds/v1/books?sort=sideways", &[], 404),
        ("GET", "/opds/v1/books?query=%22%20OR%20*%20NEAR(%00", &[], 200),
        ("GET", "/opds/v1/book/1/../../../x", &[], 404),
        ("GET", "/hide/rating=purple/", &[], 404),
        ("GET", "/hide/x/", &[], 404),
        // Parts of a book that are not there.
        ("GET", "/book/1/a.epub", &[("Range", "bytes=99999999-")], 416),
        ("GET", "/book/1/a.epub", &[("Range", "bytes=9-3")], 416),
        ("GET", "/book/1/a.epub", &[("Range", "bytes=-0")], 416),
        ("GET", "/book/1/a.epub", &[("Range", "bytes=abc")], 416),
        ("GET", "/book/1/a.epub", &[("Range", "bytes=0-0,2-2,4-4")], 200),
        ("GET", "/book/1/a.epub", &[("Range", "furlongs=0-1")], 200),
        ("GET", "/book/1/a.epub", &[("Range", "bytes=0-0")], 206),
        // Another's name, several, or none.
        ("GET", "/", &[("Host", &rebound)], 421),
        ("GET", "/", &[("Host", &other_port)], 421),
        ("GET", "/", &[("Host", "127.0.0.1")], 421),
        ("GET", "/", &[("Host", "")], 421),
        ("GET", "/", &[("Host", &host), ("Host", &rebound)], 400),
        // Foreign pages.
        ("POST", "/", &[("Origin", "http://evil.example"), ("Content-Length", "0")], 403),
        ("POST", "/", &[("Origin", "null"), ("Content-Length", "0")], 403),
        ("POST", "/", &[("Sec-Fetch-Site", "cross-site"), ("Content-Length", "0")], 403),
        ("POST", "/", &[("Sec-Fetch-Site", "same-site"), ("Origin", &origin), ("Content-Length", "0")], 403),
        ("POST", "/", &[("Origin", &origin), ("Content-Length", "0")], 405),
        ("POST", "/bind", &[("Origin", "http://evil.example"), ("Content-Length", "0")], 403),
        ("POST", "/bind/x/all", &[("Sec-Fetch-Site", "cross-site"), ("Content-Length", "0")], 403),
        ("POST", "/bind/x/all", &[("Origin", &origin), ("Content-Length", "0")], 404),
        ("POST", "/bind/x/shelve", &[("Origin", &origin), ("Content-Length", "0")], 404),
        ("POST", "/bind", &[("Origin", &origin), ("Content-Length", "99999999")], 413),
        ("GET", "/bind/..%2f..%2fsecret.epub", &[], 404),
        ("GET", "/read/1/book/..%2f..%2fsecret", &[], 404),
        ("GET", "/assets/..%2f..%2fsecret.epub", &[], 404),
        ("GET", "/opds/v1", &[("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")], 403),
        ("POST", "/opds/v1", &[("Origin", &origin), ("Content-Length", "99999999")], 413),
        // Verbs.
        ("PUT", "/", &[("Content-Length", "0")], 405),
        ("DELETE", "/book/1/a.epub", &[], 405),
        ("OPTIONS", "/", &[], 405),
        ("TRACE", "/", &[], 405),
        ("PROPFIND", "/", &[], 405),
        ("BREW", "/", &[], 405),
        ("HEAD", "/opds/v1", &[], 200),
        // Heads beyond measure.
        ("GET", "/", &[("X-Huge", &huge)], 431),
    ];
    for (method, path, headers, status) in table {
        let answer = shelf.ask(method, &format!("{base}{path}"), headers);
        assert_eq!(answer.status, *status, "{method} {path} {headers:?}\n{}", String::from_utf8_lossy(&answer.body));
        assert!(!answer.body.windows(6).any(|six| six == b"secret"), "{path}");
    }
    // Without the token, with half of it, with another.
    let wrong = format!("/t/{}{half}", if token.starts_with('b') { 'c' } else { 'b' });
    for path in [
        "/",
        "/opds",
        "/book/1/a.epub",
        "/opds/authentication",
        "/t",
        "/t/",
        "/nothing",
        &wrong,
        &format!("/t/{half}/"),
    ] {
        let answer = shelf.get(path, &[]);
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.header("www-authenticate").starts_with("Basic "));
        assert!(!answer.text().contains(&token) && !answer.text().contains("Moth"), "{path}");
    }
    let document = shelf.get("/opds/v2", &[("Accept", "application/opds+json")]);
    assert_eq!((document.status, document.header("content-type")), (401, "application/opds-authentication+json"));
    let document: serde_json::Value = serde_json::from_slice(&document.body).unwrap();
    assert_eq!(document["authentication"][0]["type"], "http://opds-spec.org/auth/basic");
    // A wrong token in the address is wrong, whatever else is shown.
    let cookie = format!("a=b; bindery-shelf={token}");
    assert_eq!(shelf.get(&wrong, &[("Cookie", &cookie)]).status, 401);
    assert_eq!(shelf.get("/", &[("Cookie", &cookie)]).status, 200);
    assert_eq!(shelf.get("/", &[("Cookie", "bindery-shelf=")]).status, 401);
    // A form from nowhere, with nothing but a cookie.
    assert_eq!(shelf.ask("POST", "/", &[("Cookie", &cookie), ("Content-Length", "0")]).status, 403);
    // What is no HTTP at all.
    for noise in [
        &b"\x00\x01\x02\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    ] {
        assert!(shelf.send(noise).is_none_or(|answer| (400..=505).contains(&answer.status)), "{noise:?}");
    }
    let many: String = (0..200).map(|number| format!("X-{number}: x\r\n")).collect();
    let many = format!("GET {base}/ HTTP/1.1\r\nHost: {host}\r\n{many}\r\n");
    assert_eq!(shelf.send(many.as_bytes()).unwrap().status, 431);
    // And after all of it the shelf stands, and its log holds no token.
    assert_eq!(shelf.total(), 2);
    assert!(shelf.log().contains("/t/…/book/1/a.epub") || shelf.log().contains("/book/1/a.epub"));
    assert!(!shelf.log().contains(&token) && !shelf.log().contains(half));
}

#[test]
fn every_answer_forbids_what_pages_need_not() {
    let house = House::with(&[LAMP]);
    let shelf = house.open(1, &[]);
    for path in ["/", "/opds/v1", "/opds/v2/books", "/book/1/a.epub", "/book/1/cover", "/book/1/thumbnail", "/nothing"]
    {
        let answer = shelf.get(path, &[]);
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert!(answer.find("access-control-allow-origin").is_none() && answer.find("server").is_none());
    }
}

#[test]
fn a_browser_that_showed_the_token_once_is_known() {
    let house = House::with(&[LAMP]);
    let shelf = house.open(1, &["--lan"]);
    let token = shelf.token.clone().unwrap();
    let page = shelf.get(&format!("/t/{token}/"), &[("Accept", "text/html,*/*")]);
    let cookie = page.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"));
    let pair = cookie.split(';').next().unwrap();
    assert_eq!(shelf.get("/", &[("Cookie", pair)]).status, 200);
    // What is typed by hand may be typed in capitals.
    assert_eq!(shelf.get(&format!("/t/{}/", token.to_uppercase()), &[]).status, 200);
    let feed = shelf.get(&format!("/t/{token}/opds"), &[]);
    assert!(feed.find("set-cookie").is_none(), "feeds are for programs");
    let again = house.open(1, &["--lan"]);
    assert_eq!(again.token.as_deref(), Some(&*token), "a bookmark goes on working");
    let fresh = house.open(1, &["--lan", "--new-token"]);
    assert_ne!(fresh.token.as_deref(), Some(&*token));
    assert_eq!(fresh.get(&format!("/t/{token}/"), &[]).status, 401);
}

#[test]
fn a_book_comes_whole_in_parts_or_not_again() {
    let house = House::with(&[LAMP]);
    let shelf = house.open(1, &[]);
    let file = house.files().into_values().next().unwrap();
    let path = book_paths(&shelf).remove(0);
    let whole = shelf.get(&path, &[]);
    assert_eq!((whole.status, &whole.body), (200, &file));
    let tag = whole.header("etag").to_owned();
    assert!(tag.starts_with('"'), "a strong tag");
    assert_eq!(whole.header("content-disposition").split(';').next(), Some("attachment"));
    let head = shelf.ask("HEAD", &path, &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), file.len().to_string());
    let part = shelf.get(&path, &[("Range", "bytes=10-19"), ("If-Range", &tag)]);
    assert_eq!((part.status, &part.body[..]), (206, &file[10..20]));
    assert_eq!(part.header("content-range"), format!("bytes 10-19/{}", file.len()));
    assert_eq!(shelf.get(&path, &[("Range", "bytes=-5")]).body, file[file.len() - 5..]);
    assert_eq!(shelf.get(&path, &[("Range", "bytes=10-19"), ("If-Range", "\"other\"")]).status, 200);
    assert_eq!(shelf.get(&path, &[("If-None-Match", &tag)]).status, 304);
    assert_eq!(shelf.get(&path, &[("If-Modified-Since", whole.header("last-modified"))]).status, 304);
    // Put together from pieces it is the same book.
    let mut pieces = Vec::new();
    for start in (0..file.len()).step_by(4_000) {
        let range = format!("bytes={start}-{}", start + 3_999);
        pieces.extend(shelf.get(&path, &[("Range", &range)]).body);
    }
    assert_eq!(pieces, file);
    // For Kobo it is made over, once, and the same each time.
    let kepub = path.replace(".epub", ".kepub.epub");
    let made = shelf.get(&kepub, &[]);
    assert_eq!((made.status, made.header("content-type")), (200, "application/kepub+zip"));
    assert!(made.body.starts_with(b"PK\x03\x04") && made.body != file);
    assert!(made.header("content-disposition").contains(".kepub.epub"));
    assert_eq!(shelf.get(&kepub, &[("Range", "bytes=5-8")]).body, made.body[5..9]);
    assert_eq!(shelf.get(&kepub, &[("If-None-Match", made.header("etag"))]).status, 304);
}

#[test]
fn what_is_hidden_is_nowhere_and_nothing_shows_it() {
    let house = House::with(&[MOTH, LAMP, RED]);
    let shelf = house.open(3, &[]);
    let all = book_paths(&shelf);
    let red = all.iter().find(|path| path.contains("Red")).unwrap().clone();
    drop(shelf);
    let shelf = house.open(2, &["--hide-rating", "explicit"]);
    let tries = ["", "/hide/rating=explicit", "/hide/", "/hide/unwarned"];
    for base in tries {
        for path in [
            "/",
            "/opds/v1",
            "/opds/v1/books",
            "/opds/v2/books?sort=newest",
            "/opds/v1/by/author",
            "/opds/v1/by/fandom",
            "/opds/v1/books?query=red",
            "/opds/v2/books?author=Bo%20Lind",
            "/opds/v1/by/rating",
            "/opds/v1/by/warning",
        ] {
            let answer = shelf.get(&format!("{base}{path}"), &[("Cookie", "bindery-hide=")]);
            assert_eq!(answer.status, 200, "{base}{path}");
            let text = answer.text();
            assert!(
                !text.contains("Red Rooms") && !text.contains("Other Houses") && !text.contains("Explicit"),
                "{base}{path}"
            );
        }
        let number = red.split('/').nth(2).unwrap();
        for path in [
            red.clone(),
            red.replace(".epub", ".kepub.epub"),
            format!("/book/{number}/cover"),
            format!("/book/{number}/thumbnail"),
            format!("/opds/v1/book/{number}"),
            format!("/opds/v2/book/{number}"),
        ] {
            assert_eq!(shelf.get(&format!("{base}{path}"), &[]).status, 404, "{base}{path}");
        }
    }
    // A visitor hides more: by the address, which all its links carry, or by a cookie.
    let feed = shelf.get("/hide/warning=suicide/opds/v1/books", &[]);
    assert!(feed.text().contains("Lamplight") && !feed.text().contains("Moth"));
    let links = paths(feed.text());
    assert!(links.iter().all(|link| link.starts_with("/hide/warning=suicide/")), "{links:?}");
    let moth = all.iter().find(|path| path.contains("Moth")).unwrap();
    assert_eq!(shelf.get(moth, &[]).status, 200);
    assert_eq!(shelf.get(moth, &[("Cookie", "bindery-hide=warning=suicide")]).status, 404);
}

#[test]
fn the_slow_starve_nobody() {
    let house = House::with(&[LAMP]);
    let shelf = house.open(1, &[]);
    let path = book_paths(&shelf).remove(0);
    // Half of them never finish asking, the others never take what they asked for; more than there are places.
    let slow: Vec<_> = (0..450)
        .map(|number| {
            let mut stream = shelf.connect();
            let asked = if number % 2 == 0 {
                "GET / HTT".to_owned()
            } else {
                format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", shelf.host())
            };
            let _ = stream.write_all(asked.as_bytes());
            stream
        })
        .collect();
    for _ in 0..20 {
        // Long before any of the slow gives up; how soon, `benches/shelf.py` measures.
        let begun = Instant::now();
        assert_eq!(shelf.get("/opds/v1/books", &[]).status, 200);
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    }
    assert!(shelf.memory_kib() < 200 << 10, "{} KiB", shelf.memory_kib());
    drop(slow);
}

#[test]
fn it_closes_in_good_order() {
    let house = House::with(&[LAMP]);
    let shelf = house.open(1, &[]);
    let idle = shelf.connect();
    let mut half = shelf.connect();
    half.write_all(b"GET / HTTP/1.1\r\nHost: ").unwrap();
    let mut under_way = shelf.connect();
    let path = book_paths(&shelf).remove(0);
    under_way.write_all(format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", shelf.host()).as_bytes()).unwrap();
    let mut first = [0; 1];
    under_way.read_exact(&mut first).unwrap();
    let (code, took) = shelf.close();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(8), "{took:?}");
    let mut rest = Vec::new();
    under_way.read_to_end(&mut rest).unwrap();
    let file = house.files().into_values().next().unwrap();
    assert!(rest.ends_with(&file[file.len() - 20..]), "a download under way comes to its end");
    drop(idle);
}

#[test]
fn books_come_and_go_while_it_is_open() {
    let house = House::with(&[LAMP]);
    let shelf = house.open(1, &[]);
    let first = shelf.get("/opds/v1/books", &[]);
    let wait_for = |books| {
        let begun = Instant::now();
        while shelf.total() != books {
            assert!(begun.elapsed() < Duration::from_secs(30), "{} of {books}", shelf.total());
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    house.bind(&[MOTH]);
    wait_for(2);
    let second = shelf.get("/opds/v1/books", &[("If-None-Match", first.header("etag"))]);
    assert_eq!(second.status, 200);
    assert_ne!(first.header("last-modified"), second.header("last-modified"));
    assert_eq!(shelf.get("/opds/v1/books", &[("If-None-Match", second.header("etag"))]).status, 304);
    let moth = book_paths(&shelf).into_iter().find(|path| path.contains("Moth")).unwrap();
    let file = house.files().into_keys().find(|name| name.contains("Moth")).unwrap();
    // Something else under its name is served as what it is, at once and under another tag.
    let before = shelf.get(&moth, &[]);
    fs::write(house.books().join(&file), "another").unwrap();
    let after = shelf.get(&moth, &[("If-None-Match", before.header("etag"))]);
    assert_eq!((after.status, after.text()), (200, "another"));
    fs::remove_file(house.books().join(&file)).unwrap();
    assert_eq!(shelf.get(&moth, &[]).status, 404);
    wait_for(1);
}

#[test]
#[cfg(unix)]
fn links_out_of_the_folder_lead_nowhere() {
    let house = House::with(&[LAMP]);
    let outside = house.path().join("outside.epub");
    fs::rename(house.books().join(house.files().keys().next().unwrap()), &outside).unwrap();
    house.bind(&[MOTH]);
    std::os::unix::fs::symlink(&outside, house.books().join("link.epub")).unwrap();
    std::os::unix::fs::symlink(house.path(), house.books().join("up")).unwrap();
    let shelf = house.open(1, &[]);
    // A book that was one, and whose name leads out by now.
    let path = book_paths(&shelf).remove(0);
    let file = house.files().into_keys().find(|name| name.contains("Moth")).unwrap();
    fs::remove_file(house.books().join(&file)).unwrap();
    std::os::unix::fs::symlink(&outside, house.books().join(&file)).unwrap();
    assert_eq!(shelf.get(&path, &[]).status, 404);
}

#[test]
fn a_folder_that_is_not_there_and_a_level_that_is_not_known_are_told() {
    let house = House::with(&[]);
    let run = |arguments: &[&str]| {
        let run =
            std::process::Command::new(env!("CARGO_BIN_EXE_bindery")).arg("shelf").args(arguments).output().unwrap();
        (run.status.code(), String::from_utf8(run.stderr).unwrap())
    };
    let nowhere = house.path().join("nowhere");
    let (code, said) = run(&[nowhere.to_str().unwrap()]);
    assert!(code == Some(1) && said.contains("error[no-library]") && said.contains("hint:"), "{said}");
    let (code, said) = run(&["--hide-rating", "purple"]);
    assert!(code == Some(2) && said.contains("error[rating-unknown]"), "{said}");
    let (code, said) = run(&["--hide-warning", "weather"]);
    assert!(code == Some(2) && said.contains("error[warning-unknown]"), "{said}");
}
