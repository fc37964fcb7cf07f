//! From the paths that a person typed to the stories they mean. It looks at names and first lines; it reads no story.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::pipeline::READERS;
use crate::pipeline::declared::Kind;

use super::load::read_sidecar;
use super::parts::{natural_order, parts_of_one_story};
use super::unpack::{Unpacked, is_zip_of_files, unpack};
use super::write::plain_words;

/// The file of a folder that says that the folder is one story.
pub const FOLDER_SIDECAR: &str = "story.toml";

/// The code of a remark on a file that is not taken for a story.
pub const FILE_SKIPPED: &str = "file-skipped";

/// How much of a file is looked at to tell the parts of a story from stories: its first lines.
const OPENING: u64 = 4096;

/// A story that was found, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The file, or the folder of a story in several files, as the person would type it.
    pub path: PathBuf,
    /// The file's or folder's name without its ending.
    pub stem: String,
    /// In reading order; never empty.
    pub files: Vec<PathBuf>,
    /// Where a person states facts about it: `moth.toml` beside `moth.txt`, or `story.toml` in its folder. Need not exist.
    pub sidecar: PathBuf,
    /// Whether it is a folder, so that pictures within it are its own.
    pub is_folder: bool,
    /// The zip file that it was in.
    pub unpacked: Option<Unpacked>,
}

impl Found {
    /// As messages call it.
    pub fn name(&self) -> String {
        self.shown(&self.path).display().to_string()
    }

    /// One of its files as the person would call it.
    pub fn shown(&self, path: &Path) -> PathBuf {
        self.unpacked.as_ref().map_or_else(|| path.to_owned(), |unpacked| unpacked.shown(path))
    }

    /// The folder that what the story names is relative to.
    pub fn home(&self) -> &Path {
        if self.is_folder { &self.path } else { self.path.parent().unwrap_or(Path::new("")) }
    }
}

/// Finds the stories in files and folders, each once, in the order of `paths` and in natural order within a folder.
///
/// `apart` are folders within which nothing is looked for (where books and covers lie), unless a path names them. `kind` is what a
/// person says of every folder; without it, each is judged by its `story.toml` and its files. A zip file is read as a folder.
pub fn gather(paths: &[PathBuf], apart: &[&Path], kind: Option<Kind>) -> (Vec<Found>, Vec<Diagnostic>) {
    let apart = apart.iter().filter_map(|path| path.canonicalize().ok()).collect();
    let mut search = Search { apart, kind, ..Search::default() };
    for path in paths {
        match fs::metadata(path) {
            Ok(facts) if facts.is_dir() => search.folder(path),
            Ok(_) if ending(&text_of(path.file_name())) == "toml" => search.sidecar(path),
            Ok(_) if is_zip_of_files(path) => search.zip(path),
            Ok(_) => search.story(vec![path.clone()], path.clone(), path.with_extension("toml"), false),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => search.diagnostics.push(not_found(path)),
            Err(error) => search.diagnostics.push(unreadable(path, &error)),
        }
    }
    (search.found, search.diagnostics)
}

#[derive(Default)]
struct Search {
    apart: Vec<PathBuf>,
    kind: Option<Kind>,
    /// The zip file that is being looked through.
    unpacked: Option<Unpacked>,
    /// True paths of files and folders that were seen, so that a link that leads back, or a path typed twice, adds nothing.
    seen: HashSet<PathBuf>,
    found: Vec<Found>,
    diagnostics: Vec<Diagnostic>,
}

impl Search {
    fn story(&mut self, files: Vec<PathBuf>, path: PathBuf, sidecar: PathBuf, is_folder: bool) {
        let new: Vec<PathBuf> = files
            .into_iter()
            .filter(|file| self.seen.insert(file.canonicalize().unwrap_or_else(|_| file.clone())))
            .collect();
        if new.is_empty() {
            return;
        }
        let stem = if is_folder { folder_name(&path) } else { text_of(path.file_stem()) };
        self.found.push(Found { path, stem, files: new, sidecar, is_folder, unpacked: self.unpacked.clone() });
    }

    /// Looks through a zip file as through a folder. Zip files within it are left alone.
    fn zip(&mut self, path: &Path) {
        let unpacked = match unpack(path) {
            Ok(unpacked) => unpacked,
            Err(fault) => return self.diagnostics.push(fault),
        };
        let (before, said) = (self.unpacked.replace(unpacked.clone()), self.diagnostics.len());
        let found = self.found.len();
        self.folder(unpacked.folder());
        for diagnostic in &mut self.diagnostics[said..] {
            diagnostic.file = unpacked.shown(Path::new(&diagnostic.file)).display().to_string();
        }
        // A story of several files at the top is called as the zip file is.
        for story in self.found[found..].iter_mut().filter(|story| story.path == unpacked.folder()) {
            story.stem = text_of(path.file_stem());
        }
        self.unpacked = before;
    }

    /// Somebody names the file that states facts about a story, as `stories/*` does, and means the story.
    fn sidecar(&mut self, path: &Path) {
        if path.file_name().is_some_and(|name| name == FOLDER_SIDECAR) {
            return self
                .folder(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")));
        }
        let endings = READERS.iter().flat_map(|reader| reader.extensions);
        let stories: Vec<PathBuf> =
            endings.map(|ending| path.with_extension(ending)).filter(|story| story.is_file()).collect();
        if stories.is_empty() {
            let fault = "this states facts about a story, and the story is not beside it";
            self.diagnostics.push(
                Diagnostic::error("sidecar-without-story", fault)
                    .in_file(path.display().to_string())
                    .hint("put the story there, under the same name"),
            );
        }
        for story in stories {
            self.story(vec![story.clone()], story, path.to_owned(), false);
        }
    }

    fn folder(&mut self, folder: &Path) {
        let true_path = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        if !self.seen.insert(true_path) {
            return;
        }
        let entries = fs::read_dir(folder).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => return self.diagnostics.push(unreadable(folder, &error)),
        };
        entries.sort_by(|a, b| natural_order(&a.file_name().to_string_lossy(), &b.file_name().to_string_lossy()));
        let (mut files, mut folders, mut zips) = (Vec::new(), Vec::new(), Vec::new());
        for entry in entries {
            let path = entry.path();
            let name = text_of(path.file_name());
            if name.starts_with('.') || name.starts_with("__MACOSX") {
                continue;
            }
            // Follows links: a linked story is a story.
            match fs::metadata(&path) {
                Ok(facts) if facts.is_dir() => folders.push(path),
                Ok(_) if self.unpacked.is_none() && is_zip_of_files(&path) => zips.push(path),
                Ok(facts) if facts.is_file() && is_readable_kind(&name) && !is_about_the_folder(&name) => {
                    files.push(path)
                }
                Ok(facts) if facts.is_file() && !is_companion(&name) => self.diagnostics.push(
                    Diagnostic::remark(FILE_SKIPPED, "not taken for a story")
                        .in_file(path.display().to_string())
                        .hint("name the file itself to have it read"),
                ),
                Ok(_) => {}
                Err(error) => self.diagnostics.push(
                    Diagnostic::remark("link-broken", format!("leads nowhere: {}", plain_words(&error)))
                        .in_file(path.display().to_string()),
                ),
            }
        }
        let sidecar = folder.join(FOLDER_SIDECAR);
        // A sidecar that does not parse is told about when its story is read.
        let declared = read_sidecar(&sidecar).map_or(Some(Kind::Story), |declared| declared.value.settings.kind);
        let kind = self.kind.or(declared);
        if sidecar.is_file() && kind != Some(Kind::Shelf) {
            if files.is_empty() {
                self.diagnostics.push(
                    Diagnostic::error(
                        "folder-without-text",
                        format!("there is a `{FOLDER_SIDECAR}` but no text beside it"),
                    )
                    .in_file(folder.display().to_string())
                    .hint("put the chapters into this folder, as `01-….md` or `01-….txt`"),
                );
                return;
            }
            return self.story(files, folder.to_owned(), sidecar, true);
        }
        self.files_of_folder(folder, sidecar, files, kind);
        for zip in zips {
            self.zip(&zip);
        }
        for inner in folders {
            if !inner.canonicalize().is_ok_and(|path| self.apart.contains(&path)) {
                self.folder(&inner);
            }
        }
    }

    fn files_of_folder(&mut self, folder: &Path, sidecar: PathBuf, files: Vec<PathBuf>, kind: Option<Kind>) {
        let stems: Vec<String> = files.iter().map(|file| text_of(file.file_stem())).collect();
        let parts = match kind {
            Some(Kind::Shelf) => Vec::new(),
            Some(Kind::Story) => (0..files.len()).collect(),
            None => parts_of_one_story(&stems, |index| opening(&files[index])),
        };
        if !parts.is_empty() && kind.is_none() {
            self.diagnostics.push(
                Diagnostic::remark("folder-is-story", format!("{} numbered files are read as one story", parts.len()))
                    .in_file(folder.display().to_string())
                    .hint("to have a book of each: `--folders shelf`, or `kind = \"shelf\"` in a `story.toml`"),
            );
        }
        if !parts.is_empty() {
            let of_story = parts.iter().map(|index| files[*index].clone()).collect();
            self.story(of_story, folder.to_owned(), sidecar, true);
        }
        for (index, file) in files.into_iter().enumerate() {
            if !parts.contains(&index) {
                let sidecar = file.with_extension("toml");
                self.story(vec![file.clone()], file, sidecar, false);
            }
        }
    }
}

fn text_of(name: Option<&OsStr>) -> String {
    name.unwrap_or_default().to_string_lossy().into_owned()
}

/// A folder's own name, also for `.` and `..`.
fn folder_name(folder: &Path) -> String {
    let name = text_of(folder.file_name());
    if name.is_empty() { folder.canonicalize().map(|path| text_of(path.file_name())).unwrap_or_default() } else { name }
}

fn ending(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
}

fn is_readable_kind(name: &str) -> bool {
    let ending = ending(name);
    READERS.iter().any(|reader| reader.extensions.contains(&ending.as_str()))
}

/// Files about a folder that people and programs put beside stories.
fn is_about_the_folder(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
    ["readme", "read me", "license", "licence", "copying", "changelog", "contributing", "code_of_conduct"]
        .contains(&stem.as_str())
        || stem.starts_with("license-")
        || stem.starts_with("licence-")
}

/// Files that belong to a story and are looked for when it is read.
fn is_companion(name: &str) -> bool {
    is_about_the_folder(name)
        || ["toml", "jpg", "jpeg", "png", "gif", "webp", "svg", "bmp", "ini", "db", "epub"]
            .contains(&ending(name).as_str())
}

fn opening(file: &Path) -> String {
    let mut bytes = Vec::new();
    // A file that cannot be read is said so when its story is made.
    let _ = File::open(file).and_then(|file| file.take(OPENING).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned()
}

/// The system's refusal to show a file or folder.
pub fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let diagnostic = Diagnostic::error("unreadable", format!("cannot be read: {}", plain_words(error)));
    let diagnostic = diagnostic.in_file(path.display().to_string());
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => diagnostic.hint("give yourself the right to read it (`chmod u+r`)"),
        _ => diagnostic.hint("see whether the disk or the connection to it is well"),
    }
}

fn not_found(path: &Path) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("not-found", "there is no such file or folder").in_file(path.display().to_string());
    match nearest(path) {
        Some(near) => diagnostic.hint(format!("there is `{near}`")),
        None => diagnostic.hint("see whether the name is typed as it is on the disk"),
    }
}

/// What was probably meant: a name of the same folder, or a command.
fn nearest(path: &Path) -> Option<String> {
    let typed = text_of(path.file_name());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let beside = fs::read_dir(folder.unwrap_or(Path::new("."))).into_iter().flatten().flatten().map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let shown = folder.map_or_else(|| name.clone(), |folder| folder.join(&name).display().to_string());
        (name, shown)
    });
    let commands = ["build", "inspect", "completions", "help"].map(|name| (name.to_owned(), format!("bindery {name}")));
    let mut near: Vec<(f64, String)> = beside
        .chain(commands.into_iter().filter(|_| folder.is_none()))
        .map(|(name, shown)| (strsim::jaro_winkler(&typed.to_lowercase(), &name.to_lowercase()), shown))
        .filter(|(likeness, _)| *likeness > 0.8)
        .collect();
    near.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.cmp(other)));
    near.into_iter().next().map(|(_, shown)| shown)
}
