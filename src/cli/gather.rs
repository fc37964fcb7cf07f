//! From the paths that a person typed to the stories they mean. It looks at names and first lines; it reads no story.

use std::collections::{HashSet, VecDeque};
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirEntry, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    /// Where it truly lies, whatever links lead there; within a zip file, below that.
    pub true_path: PathBuf,
    /// Its path below what was typed, with `/` between names: the same on every machine.
    pub below: String,
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
    split(Walk::new(paths, apart, kind))
}

/// The stories that were come upon, and what was said.
pub fn split(steps: impl Iterator<Item = Step>) -> (Vec<Found>, Vec<Diagnostic>) {
    let (mut found, mut diagnostics) = (Vec::new(), Vec::new());
    for step in steps {
        match step {
            Step::Story(story) => found.push(*story),
            Step::Said(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    (found, diagnostics)
}

/// What a walk comes upon.
#[derive(Debug)]
pub enum Step {
    Story(Box<Found>),
    Said(Diagnostic),
}

/// The way through files and folders, one story at a time. It holds the names of the folders that it stands in, and sixteen
/// bytes for each story behind it; never the stories.
#[derive(Default)]
pub struct Walk {
    apart: Vec<PathBuf>,
    kind: Option<Kind>,
    /// Marks of the true paths of files and folders that were seen, so that a link that leads back, or a path typed twice, adds
    /// nothing.
    seen: HashSet<Mark>,
    /// What is still to be looked at; the last is next.
    ahead: Vec<Place>,
    ready: VecDeque<Step>,
    /// The true path of what was typed and is being looked through.
    root: PathBuf,
    by_names_only: bool,
}

/// Sixteen bytes that stand for a path.
type Mark = [u8; 16];

/// A place that a walk has still to look at.
struct Place {
    what: What,
    /// The zip file that it lies in.
    within: Option<Unpacked>,
}

enum What {
    /// As the person typed it.
    Typed(PathBuf),
    Folder(PathBuf),
    Zip(PathBuf),
    /// Stories of one file each.
    Files {
        folder: Arc<Folder>,
        names: std::vec::IntoIter<Name>,
    },
}

/// A folder as it was typed, and where it truly lies.
struct Folder {
    path: PathBuf,
    true_path: PathBuf,
}

/// An entry of a folder.
struct Name {
    name: OsString,
    is_link: bool,
}

impl Walk {
    /// See [`gather`].
    pub fn new(paths: &[PathBuf], apart: &[&Path], kind: Option<Kind>) -> Walk {
        let apart = apart.iter().filter_map(|path| path.canonicalize().ok()).collect();
        let ahead = paths.iter().rev().map(|path| Place { what: What::Typed(path.clone()), within: None }).collect();
        Walk { apart, kind, ahead, ..Walk::default() }
    }

    /// The walk of whoever only counts: a zip file is not opened, and numbered files are taken for parts by their names.
    pub fn without_looking_into_files(mut self) -> Walk {
        self.by_names_only = true;
        self
    }

    /// Looks at one place. What is found there is ready then, and what is below it lies ahead.
    fn look(&mut self, place: Place) {
        let Place { what, within } = place;
        let before = self.ready.len();
        match what {
            What::Typed(path) => self.typed(path),
            What::Folder(path) => self.folder(&path, &within),
            What::Zip(path) => self.zip(&path),
            What::Files { folder, mut names } => {
                if let Some(name) = names.next() {
                    self.ahead
                        .push(Place { what: What::Files { folder: folder.clone(), names }, within: within.clone() });
                    let path = folder.path.join(&name.name);
                    let sidecar = path.with_extension("toml");
                    let true_path = folder.true_path_of(&name);
                    self.story(vec![(path.clone(), true_path.clone())], (path, true_path), sidecar, false, &within);
                }
            }
        }
        let Some(unpacked) = within else { return };
        for step in self.ready.range_mut(before..) {
            match step {
                Step::Said(said) => said.file = unpacked.shown(Path::new(&said.file)).display().to_string(),
                // A story of several files at the top is called as the zip file is.
                Step::Story(story) if story.path == unpacked.folder() => story.stem = unpacked.stem(),
                Step::Story(_) => {}
            }
        }
    }

    fn typed(&mut self, path: PathBuf) {
        self.root = true_path(&path);
        match fs::metadata(&path) {
            Ok(facts) if facts.is_dir() => self.folder(&path, &None),
            Ok(_) if ending(&text_of(path.file_name())) == "toml" => self.sidecar(&path),
            Ok(_) if is_zip_of_files(&path) => self.zip(&path),
            Ok(_) => {
                let true_path = true_path(&path);
                let files = vec![(path.clone(), true_path.clone())];
                let sidecar = path.with_extension("toml");
                self.story(files, (path, true_path), sidecar, false, &None);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => self.say(not_found(&path)),
            Err(error) => self.say(unreadable(&path, &error)),
        }
    }

    fn say(&mut self, diagnostic: Diagnostic) {
        self.ready.push_back(Step::Said(diagnostic));
    }

    fn story(
        &mut self,
        files: Vec<(PathBuf, PathBuf)>,
        (path, true_path): (PathBuf, PathBuf),
        sidecar: PathBuf,
        is_folder: bool,
        within: &Option<Unpacked>,
    ) {
        let new: Vec<PathBuf> = files
            .into_iter()
            .filter(|(_, true_path)| self.seen.insert(mark(true_path)))
            .map(|(file, _)| file)
            .collect();
        if new.is_empty() {
            return;
        }
        let stem = if is_folder { folder_name(&path) } else { text_of(path.file_stem()) };
        let true_path = within.as_ref().map_or(true_path, |unpacked| true_path_within(unpacked, &path));
        let below = below(&true_path, &self.root);
        let found = Found { path, true_path, below, stem, files: new, sidecar, is_folder, unpacked: within.clone() };
        self.ready.push_back(Step::Story(Box::new(found)));
    }

    /// Looks through a zip file as through a folder. Zip files within it are left alone.
    fn zip(&mut self, path: &Path) {
        if self.by_names_only {
            return;
        }
        match unpack(path) {
            Ok(unpacked) => {
                let what = What::Folder(unpacked.folder().to_owned());
                self.ahead.push(Place { what, within: Some(unpacked) });
            }
            Err(fault) => self.say(fault),
        }
    }

    /// Somebody names the file that states facts about a story, as `stories/*` does, and means the story.
    fn sidecar(&mut self, path: &Path) {
        if path.file_name().is_some_and(|name| name == FOLDER_SIDECAR) {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            return self.folder(folder, &None);
        }
        let endings = READERS.iter().flat_map(|reader| reader.extensions);
        let stories: Vec<PathBuf> =
            endings.map(|ending| path.with_extension(ending)).filter(|story| story.is_file()).collect();
        if stories.is_empty() {
            let fault = "this states facts about a story, and the story is not beside it";
            self.say(
                Diagnostic::error("sidecar-without-story", fault)
                    .in_file(path.display().to_string())
                    .hint("put the story there, under the same name"),
            );
        }
        for story in stories {
            let true_path = true_path(&story);
            self.story(vec![(story.clone(), true_path.clone())], (story, true_path), path.to_owned(), false, &None);
        }
    }

    fn folder(&mut self, path: &Path, within: &Option<Unpacked>) {
        let folder = Folder { path: path.to_owned(), true_path: true_path(path) };
        if !self.seen.insert(mark(&folder.true_path)) {
            return;
        }
        let entries = fs::read_dir(path).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => return self.say(unreadable(path, &error)),
        };
        let (mut files, mut folders, mut zips) = (Vec::new(), Vec::new(), Vec::new());
        let mut entries: Vec<(String, DirEntry)> =
            entries.into_iter().map(|entry| (text_of(Some(&entry.file_name())), entry)).collect();
        entries
            .sort_by(|(a, one), (b, other)| natural_order(a, b).then_with(|| one.file_name().cmp(&other.file_name())));
        for (name, entry) in entries {
            if name.starts_with('.') || name.starts_with("__MACOSX") {
                continue;
            }
            // Most systems say what an entry is when they list it. Links are followed: a linked story is a story.
            let kind = entry.file_type().ok();
            let is_link = kind.is_none_or(|kind| kind.is_symlink());
            let kind = match kind {
                Some(kind) if !kind.is_symlink() => Ok(kind),
                _ => fs::metadata(entry.path()).map(|facts| facts.file_type()),
            };
            match kind {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if !kind.is_file() => {}
                Ok(_) if within.is_none() && ending(&name) == "zip" && is_zip_of_files(&entry.path()) => {
                    zips.push(entry.path())
                }
                Ok(_) if is_readable_kind(&name) && !is_about_the_folder(&name) => {
                    files.push(Name { name: entry.file_name(), is_link })
                }
                Ok(_) if !is_companion(&name) => self.say(
                    Diagnostic::remark(FILE_SKIPPED, "not taken for a story")
                        .in_file(entry.path().display().to_string())
                        .hint("name the file itself to have it read"),
                ),
                Ok(_) => {}
                Err(error) => self.say(
                    Diagnostic::remark("link-broken", format!("leads nowhere: {}", plain_words(&error)))
                        .in_file(entry.path().display().to_string()),
                ),
            }
        }
        let sidecar = path.join(FOLDER_SIDECAR);
        // A sidecar that does not parse is told about when its story is read.
        let declared = read_sidecar(&sidecar).map_or(Some(Kind::Story), |declared| declared.value.settings.kind);
        let kind = self.kind.or(declared);
        if sidecar.is_file() && kind != Some(Kind::Shelf) {
            if files.is_empty() {
                return self.say(
                    Diagnostic::error(
                        "folder-without-text",
                        format!("there is a `{FOLDER_SIDECAR}` but no text beside it"),
                    )
                    .in_file(path.display().to_string())
                    .hint("put the chapters into this folder, as `01-….md` or `01-….txt`"),
                );
            }
            let files = files.iter().map(|name| (path.join(&name.name), folder.true_path_of(name))).collect();
            return self.story(files, (path.to_owned(), folder.true_path), sidecar, true, within);
        }
        let place = |what| Place { what, within: within.clone() };
        let inner: Vec<Place> = folders
            .into_iter()
            .rev()
            .filter(|inner| !inner.canonicalize().is_ok_and(|path| self.apart.contains(&path)))
            .map(|inner| place(What::Folder(inner)))
            .collect();
        self.ahead.extend(inner);
        self.ahead.extend(zips.into_iter().rev().map(|zip| place(What::Zip(zip))));
        let lone = self.parts(&folder, sidecar, files, kind, within);
        let folder = Arc::new(folder);
        self.ahead.push(place(What::Files { folder, names: lone.into_iter() }));
    }

    /// Takes the files of a folder that are the parts of one story, and gives back the others.
    fn parts(
        &mut self,
        folder: &Folder,
        sidecar: PathBuf,
        files: Vec<Name>,
        kind: Option<Kind>,
        within: &Option<Unpacked>,
    ) -> Vec<Name> {
        let stem = |name: &Name| text_of(Path::new(&name.name).file_stem());
        let parts = match kind {
            Some(Kind::Shelf) => Vec::new(),
            Some(Kind::Story) => (0..files.len()).collect(),
            None => {
                let stems: Vec<String> = files.iter().map(stem).collect();
                let looks = !self.by_names_only;
                parts_of_one_story(&stems, |index| {
                    if looks { opening(&folder.path.join(&files[index].name)) } else { String::new() }
                })
            }
        };
        if parts.is_empty() {
            return files;
        }
        if kind.is_none() {
            self.say(
                Diagnostic::remark("folder-is-story", format!("{} numbered files are read as one story", parts.len()))
                    .in_file(folder.path.display().to_string())
                    .hint("to have a book of each: `--folders shelf`, or `kind = \"shelf\"` in a `story.toml`"),
            );
        }
        let part = |index: &usize| (folder.path.join(&files[*index].name), folder.true_path_of(&files[*index]));
        let of_story = parts.iter().map(part).collect();
        self.story(of_story, (folder.path.clone(), folder.true_path.clone()), sidecar, true, within);
        let parts: HashSet<usize> = parts.into_iter().collect();
        files.into_iter().enumerate().filter(|(index, _)| !parts.contains(index)).map(|(_, name)| name).collect()
    }
}

impl Iterator for Walk {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            if let Some(step) = self.ready.pop_front() {
                return Some(step);
            }
            let place = self.ahead.pop()?;
            self.look(place);
        }
    }
}

fn true_path(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Where a story of a zip file lies: below the zip file, as if that were a folder.
fn true_path_within(unpacked: &Unpacked, path: &Path) -> PathBuf {
    let inner = path.strip_prefix(unpacked.folder()).unwrap_or(path);
    true_path(unpacked.archive()).join(inner)
}

/// A path below another, for programs. What is not below it, by a link, goes by its own name.
fn below(path: &Path, root: &Path) -> String {
    let inner = path.strip_prefix(root).ok().filter(|inner| !inner.as_os_str().is_empty());
    let inner = inner.unwrap_or_else(|| Path::new(path.file_name().unwrap_or_default()));
    let names: Vec<_> = inner.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    names.join("/")
}

impl Folder {
    /// Where an entry truly lies. Only of a link the disk has to be asked where it leads.
    fn true_path_of(&self, name: &Name) -> PathBuf {
        if name.is_link { true_path(&self.path.join(&name.name)) } else { self.true_path.join(&name.name) }
    }
}

fn mark(path: &Path) -> Mark {
    let whole = blake3::hash(path.as_os_str().as_encoded_bytes());
    let mut mark = [0; 16];
    mark.copy_from_slice(&whole.as_bytes()[..16]);
    mark
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
