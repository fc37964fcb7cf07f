//! Programs that make a Kindle's own format of an EPUB: looked for where the system looks for programs, run without a shell,
//! with names of our own making, and not for ever.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::diagnostic::Diagnostic;

use super::super::write::plain_words;

/// A program that makes AZW3, and what is typed after its name.
struct Program {
    name: &'static str,
    arguments: fn(epub: &Path, azw3: &Path) -> Vec<OsString>,
}

/// In the order of preference: the first is small and under the MIT licence, the last is on many computers already.
const PROGRAMS: &[Program] = &[
    Program { name: "kindling", arguments: kindling },
    // So it calls itself where it was not renamed.
    Program { name: "kindling-cli", arguments: kindling },
    Program { name: "boko", arguments: |epub, azw3| vec!["convert".into(), epub.into(), azw3.into()] },
    Program { name: "ebook-convert", arguments: |epub, azw3| vec![epub.into(), azw3.into()] },
];

fn kindling(epub: &Path, azw3: &Path) -> Vec<OsString> {
    vec!["build".into(), epub.into(), "-o".into(), azw3.into()]
}

/// How long one book may take; calibre needs a minute for a long one on an old computer.
const PATIENCE: Duration = Duration::from_secs(600);

/// Another number of seconds, for computers that are slower still.
const PATIENCE_STATED: &str = "BINDERY_CONVERTER_SECONDS";

/// How Amazon takes a book without a cable.
pub const SEND_TO_KINDLE: &str =
    "Send to Kindle takes the EPUB as it is: by e-mail up to 50 MB, by app or at amazon.com/sendtokindle up to 200 MB";

/// A program that is installed.
pub struct Converter {
    program: &'static Program,
    path: PathBuf,
}

impl Converter {
    /// The first of the programs that is on the `PATH`.
    ///
    /// # Errors
    /// When there is none, with the ways out.
    pub fn find() -> Result<Converter, Diagnostic> {
        let folders: Vec<PathBuf> = std::env::var_os("PATH")
            .map(|path| std::env::split_paths(&path).filter(|folder| folder.is_absolute()).collect())
            .unwrap_or_default();
        for program in PROGRAMS {
            for folder in &folders {
                let path = folder.join(format!("{}{}", program.name, std::env::consts::EXE_SUFFIX));
                if is_program(&path) {
                    return Ok(Converter { program, path });
                }
            }
        }
        let fault = "a Kindle opens no EPUB from the cable, and no program that makes AZW3 of one is installed";
        Err(Diagnostic::error("no-converter", fault).hint(format!(
            "install `kindling` (`cargo install kindling-mobi`), `boko`, or calibre, which brings `ebook-convert`; or use no cable: {SEND_TO_KINDLE}"
        )))
    }

    pub fn name(&self) -> &'static str {
        self.program.name
    }

    /// The book as AZW3.
    ///
    /// # Errors
    /// When the program fails, takes too long, or gives something else.
    pub fn convert(&self, epub: &[u8]) -> Result<Vec<u8>, Diagnostic> {
        let failed = |why: String| {
            Diagnostic::error("converter-failed", format!("`{}` made no AZW3: {why}", self.name()))
                .hint(format!("run it by hand to see more, or use no cable: {SEND_TO_KINDLE}"))
        };
        let unwritable = |error: std::io::Error| failed(format!("a temporary file failed: {}", plain_words(&error)));
        let folder = tempfile::tempdir().map_err(unwritable)?;
        let (from, to) = (folder.path().join("book.epub"), folder.path().join("book.azw3"));
        fs::write(&from, epub).map_err(unwritable)?;
        // To a file, because a program whose words nobody reads waits for ever at a full pipe.
        let mut said = File::options()
            .create_new(true)
            .read(true)
            .write(true)
            .open(folder.path().join("said.txt"))
            .map_err(unwritable)?;
        let (out, err) = (said.try_clone().map_err(unwritable)?, said.try_clone().map_err(unwritable)?);
        let mut command = Command::new(&self.path);
        command.args((self.program.arguments)(&from, &to)).current_dir(folder.path());
        command.stdin(Stdio::null()).stdout(out).stderr(err);
        let mut running = command.spawn().map_err(|error| failed(plain_words(&error)))?;
        let seconds = std::env::var(PATIENCE_STATED).ok().and_then(|seconds| seconds.parse().ok());
        let patience = seconds.map_or(PATIENCE, Duration::from_secs);
        let begun = Instant::now();
        let ended = loop {
            match running.try_wait().map_err(|error| failed(plain_words(&error)))? {
                Some(ended) => break ended,
                None if begun.elapsed() > patience => {
                    _ = running.kill();
                    _ = running.wait();
                    return Err(failed(format!("it was not ready after {} seconds", patience.as_secs())));
                }
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        };
        if !ended.success() {
            return Err(failed(format!("it ended with {ended}{}", last_words(&mut said))));
        }
        let made = fs::read(&to).map_err(|_| failed(format!("it says that all is well{}", last_words(&mut said))))?;
        // The name of the format, where a database of Palm's has its type and maker.
        match made.get(60..68) {
            Some(b"BOOKMOBI") => Ok(made),
            _ => Err(failed("what it wrote is something else".to_owned())),
        }
    }
}

fn is_program(path: &Path) -> bool {
    let Ok(facts) = path.metadata() else { return false };
    #[cfg(unix)]
    let may_run = std::os::unix::fs::PermissionsExt::mode(&facts.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let may_run = true;
    facts.is_file() && may_run
}

/// The last line that a program said, in brackets.
fn last_words(said: &mut File) -> String {
    let mut text = Vec::new();
    let read = said.rewind().and_then(|()| said.take(64 << 10).read_to_end(&mut text));
    let text = String::from_utf8_lossy(&text);
    match (read, text.lines().rev().map(str::trim).find(|line| !line.is_empty())) {
        (Ok(_), Some(line)) => format!(" ({})", line.chars().take(200).collect::<String>()),
        _ => String::new(),
    }
}
