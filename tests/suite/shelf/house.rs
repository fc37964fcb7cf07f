//! A shelf that is open, as people open it, and a client that sends what it is told to, byte by byte.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const BINDERY: &str = env!("CARGO_BIN_EXE_bindery");

/// A folder of books.
pub struct House(TempDir);

/// A story with what a shelf shows of it.
pub struct Story {
    pub title: &'static str,
    pub author: &'static str,
    pub more: &'static str,
}

impl House {
    pub fn with(stories: &[Story]) -> House {
        let house = House(tempfile::tempdir().unwrap());
        fs::create_dir(house.books()).unwrap();
        fs::create_dir(house.drafts()).unwrap();
        if !stories.is_empty() {
            house.bind(stories);
        }
        house
    }

    pub fn books(&self) -> PathBuf {
        self.0.path().join("books")
    }

    /// Where the shelf has its temporary files.
    pub fn drafts(&self) -> PathBuf {
        self.0.path().join("temporary")
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Binds stories into the folder.
    pub fn bind(&self, stories: &[Story]) {
        let drafts = self.0.path().join("drafts");
        let covers = self.0.path().join("covers");
        fs::create_dir_all(&drafts).unwrap();
        fs::create_dir_all(&covers).unwrap();
        for (index, Story { title, author, more }) in stories.iter().enumerate() {
            let text = "The moth came back to the lamp, and the lamp had nothing to say about it.\n\n".repeat(30);
            let draft =
                format!("---\ntitle: \"{title}\"\nauthor: \"{author}\"\n{more}---\n\n# One\n\n{text}\n# Two\n\n{text}");
            let name = format!("{index}-{}", title.len());
            fs::write(drafts.join(format!("{name}.md")), draft).unwrap();
            // Small, because programs that are built for tests take their time over pictures.
            image::RgbImage::from_pixel(60, 90, image::Rgb([90, 40, 20]))
                .save(covers.join(format!("{name}.png")))
                .unwrap();
        }
        let mut build = Command::new(BINDERY);
        build.args(["build", "-q", "--covers"]).arg(&covers).arg("-o").arg(self.books()).arg(&drafts);
        let bound = build.output().unwrap();
        assert!(bound.status.success(), "{}", String::from_utf8_lossy(&bound.stderr));
        fs::remove_dir_all(&drafts).unwrap();
    }

    /// The books by their paths below the folder.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.books()).unwrap().map(Result::unwrap);
        let books = entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "epub"));
        books.map(|book| (book.file_name().into_string().unwrap(), fs::read(book.path()).unwrap())).collect()
    }

    /// Opens the shelf and waits until it has so many books.
    pub fn open(&self, books: usize, arguments: &[&str]) -> OpenShelf {
        let mut child = Command::new(BINDERY)
            .args(["shelf", "--port", "0", "--verbose"])
            .arg(self.books())
            .args(arguments)
            .env("TMPDIR", self.drafts())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(self.0.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let address = said.trim().rsplit(' ').next().unwrap_or_default().trim_start_matches("http://").to_owned();
        let (host, rest) = address.split_once('/').unwrap_or_else(|| panic!("no address in {said:?}"));
        let port = host.rsplit_once(':').unwrap().1.parse().unwrap();
        let token = rest.strip_prefix("t/").map(|token| token.trim_end_matches('/').to_owned());
        let shelf = OpenShelf { child, port, token, log: self.0.path().join("log") };
        let begun = Instant::now();
        loop {
            let total = shelf.total();
            if total == books {
                return shelf;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "{total} of {books} books\n{}", shelf.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

pub struct OpenShelf {
    child: Child,
    pub port: u16,
    pub token: Option<String>,
    log: PathBuf,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.find(name).unwrap_or_else(|| panic!("no `{name}` in {:?}", self.headers))
    }

    pub fn find(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

impl OpenShelf {
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What stands before a path.
    pub fn base(&self) -> String {
        self.token.as_ref().map(|token| format!("/t/{token}")).unwrap_or_default()
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Books that anybody sees.
    pub fn total(&self) -> usize {
        let answer = self.get(&format!("{}/opds/v2/books", self.base()), &[]);
        let feed: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        feed["metadata"]["numberOfItems"].as_u64().unwrap_or(u64::MAX) as usize
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers)
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            request.push_str(&format!("Host: {}\r\n", self.host()));
        }
        headers.iter().for_each(|(name, value)| request.push_str(&format!("{name}: {value}\r\n")));
        request.push_str("\r\n");
        self.send(request.as_bytes()).unwrap_or_else(|| panic!("no answer to {request}"))
    }

    /// Sends bytes and reads the answer to the end of the connection; `None` when there is none.
    pub fn send(&self, request: &[u8]) -> Option<Answer> {
        let mut stream = self.connect();
        // A server that refuses early may close before it has read everything.
        let _ = stream.write_all(request);
        let mut whole = Vec::new();
        let _ = stream.read_to_end(&mut whole);
        answer(&whole)
    }

    /// Tells the program to end, and waits until it has.
    pub fn close(mut self) -> (Option<i32>, Duration) {
        let begun = Instant::now();
        let told = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        (self.child.wait().unwrap().code(), begun.elapsed())
    }

    /// Ends the program on the spot.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends files to be bound, each a story of its own, as a browser does.
    pub fn bring(&self, files: &[(&str, &[u8])]) -> Answer {
        let (head, body) = self.form(files);
        self.send(&[head.into_bytes(), body].concat()).expect("an answer")
    }

    /// Head and body of such a form.
    pub fn form(&self, files: &[(&str, &[u8])]) -> (String, Vec<u8>) {
        let kind = "--edge\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nshelf\r\n";
        let mut body = kind.as_bytes().to_vec();
        for (name, bytes) in files {
            body.extend(
                format!("--edge\r\nContent-Disposition: form-data; name=\"story\"; filename=\"{name}\"\r\n\r\n")
                    .bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--edge--\r\n");
        let host = self.host();
        let head = format!(
            "POST {}/bind HTTP/1.1\r\nConnection: close\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
             Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: {}\r\n\r\n",
            self.base(),
            body.len()
        );
        (head, body)
    }

    /// Presses a button.
    pub fn press(&self, path: &str) -> Answer {
        let origin = format!("http://{}", self.host());
        self.ask("POST", path, &[("Origin", &origin), ("Content-Length", "0")])
    }

    pub fn memory_kib(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default().to_owned();
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
    }
}

impl Drop for OpenShelf {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answer(whole: &[u8]) -> Option<Answer> {
    let end = whole.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&whole[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers: Vec<(String, String)> =
        headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    let mut body = whole[end + 4..].to_vec();
    if headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked") {
        body = unchunked(&body)?;
    }
    Some(Answer { status, headers, body })
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?, 16).ok()?;
        if length == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(rest.get(end + 2..end + 2 + length)?);
        rest = rest.get(end + 4 + length..)?;
    }
}
