//! From a story that was found to a story that the core can read: its bytes, its dates, what a person states about it.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use crate::diagnostic::{Diagnosed, Diagnostic, Severity};
use crate::model::manuscript::Lines;
use crate::model::settings::ReaderWord;
use crate::model::warning::Vocabulary;
use crate::pipeline::declared::{self, Declared, Field, Place};
use crate::pipeline::{self, Beside, CoverChoice, LABELS, Made, Options, Source, SourceFile, domain_id};

use super::args::ReadingArguments;
use super::gather::{Found, unreadable};
use super::guard::guarded;

/// Bytes of the largest file that is read: fifty times the longest novels. More is not a story and might fill the memory.
const LARGEST: u64 = 256 << 20;

/// A story with everything that stands on the disk about it.
pub struct Loaded {
    pub source: Source,
    /// The cover that a person names outside of the story's own text, and where.
    pub cover: Option<StatedCover>,
    /// Where pictures were looked for while the story was read.
    pub looked_for: Arc<Mutex<Vec<PathBuf>>>,
    pub diagnostics: Vec<Diagnostic>,
}

/// A cover as a person names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatedCover {
    /// By `--set cover=…`: a path as any other on the command line.
    Typed(PathBuf),
    /// In the sidecar: a path that begins in the story's folder.
    BesideStory(String),
}

/// What the command line states of every story.
///
/// # Errors
/// When a field of `--set` is unknown or a value makes no sense for it; a slip in typing is told before any work.
pub fn stated(arguments: &ReadingArguments) -> Result<Declared, Vec<Diagnostic>> {
    let Diagnosed { value: mut declared, diagnostics } = declared::from_pairs(&arguments.set);
    let faults: Vec<Diagnostic> = diagnostics
        .into_iter()
        .filter(|diagnostic| diagnostic.severity >= Severity::Warning || diagnostic.code == "field-unknown")
        .map(|diagnostic| Diagnostic { severity: Severity::Error, lines: None, file: "--set".to_owned(), ..diagnostic })
        .collect();
    declared.settings.encoding = arguments.encoding.clone().or(declared.settings.encoding);
    declared.settings.detectors_off.extend(arguments.without.iter().cloned());
    for (kind, place) in &arguments.notes {
        // The command line was checked when it was read.
        _ = declared.settings.notes.state(kind, place);
    }
    declared.settings.warning_pages = arguments.warnings.or(declared.settings.warning_pages);
    let vocabulary = arguments.vocabulary.as_deref().map(read_vocabulary).transpose();
    match (faults.is_empty(), vocabulary) {
        (true, Ok(vocabulary)) => {
            declared.settings.vocabulary = vocabulary;
            Ok(declared)
        }
        (_, vocabulary) => Err(faults.into_iter().chain(vocabulary.err().unwrap_or_default()).collect()),
    }
}

/// A person's own vocabulary of warnings.
fn read_vocabulary(path: &Path) -> Result<Vocabulary, Vec<Diagnostic>> {
    let name = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| vec![unreadable(path, &error)])?;
    let place = Place { name: &name, file: 0, first_line: 1 };
    declared::vocabulary(&String::from_utf8_lossy(&bytes), &place, domain_id)
}

/// Reads a story's files and its sidecar. `stated` wins over the sidecar.
///
/// # Errors
/// When a file cannot be read, or the sidecar does not parse.
pub fn load(found: &Found, stated: &Declared) -> Result<Loaded, Vec<Diagnostic>> {
    let mut files = Vec::with_capacity(found.files.len());
    let mut faults = Vec::new();
    for path in &found.files {
        match read_file(path) {
            Ok(file) => files.push(file),
            Err(fault) => faults.push(fault),
        }
    }
    let beside = match read_sidecar(&found.sidecar) {
        Ok(beside) => beside,
        Err(fault) => {
            faults.push(fault);
            Diagnosed::clean(Declared::default())
        }
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    let Diagnosed { value: beside, diagnostics } = beside;
    let typed = stated.metadata.cover.as_ref().map(|path| StatedCover::Typed(PathBuf::from(path)));
    let cover = typed.or_else(|| beside.metadata.cover.clone().map(StatedCover::BesideStory));
    let mut corrections = stated.clone();
    corrections.fill_from(beside);
    // What has a field of its own speaks through it. The rest is printed as it stands, and stands on no line of the story.
    corrections.metadata.facts.retain_mut(|fact| {
        fact.lines = Lines::default();
        fact.label.as_deref().and_then(declared::field).is_none_or(|field| field == Field::Stated)
    });
    let looked_for = Arc::default();
    let beside = pictures_in(found.home(), Arc::clone(&looked_for));
    let source = Source { name: found.name(), stem: found.stem.clone(), files, corrections, beside };
    Ok(Loaded { source, cover, looked_for, diagnostics })
}

/// Reads a file of labels.
///
/// # Errors
/// When it cannot be read, or something in it is no label.
pub fn labels(path: &Path) -> Result<Vec<ReaderWord>, Vec<Diagnostic>> {
    let SourceFile { bytes, .. } = read_file(path).map_err(|fault| vec![fault])?;
    let name = path.display().to_string();
    declared::reader_words(&String::from_utf8_lossy(&bytes), &Place { name: &name, file: 0, first_line: 1 }, LABELS)
}

/// Bytes of the largest picture that is taken along.
const LARGEST_PICTURE: u64 = 32 << 20;

/// The pictures in a story's folder and those below it. Nothing else is ever read, whatever a story calls it. Every path that
/// is tried is noted: the book depends on what is there.
fn pictures_in(folder: &Path, looked_for: Arc<Mutex<Vec<PathBuf>>>) -> Beside {
    let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() };
    Beside::new(move |name| {
        let inside =
            |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        // Pages write a space in a name as browsers send it.
        let spelled = [name.to_owned(), name.replace("%20", " ")];
        let path = spelled
            .iter()
            .map(Path::new)
            .filter(|path| inside(path))
            .map(|path| folder.join(path))
            .inspect(|path| looked_for.lock().unwrap_or_else(PoisonError::into_inner).push(path.clone()))
            .find(|path| path.is_file())?;
        // A link may lead out of the folder.
        let is_below = path.canonicalize().ok()?.starts_with(folder.canonicalize().ok()?);
        let file = File::open(&path).ok().filter(|_| is_below)?;
        let mut bytes = Vec::new();
        file.take(LARGEST_PICTURE + 1).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 <= LARGEST_PICTURE).then_some(bytes)
    })
}

fn read_file(path: &Path) -> Result<SourceFile, Diagnostic> {
    let (bytes, facts) = read_bytes(path)?;
    let modified = facts.modified().ok().map(|time| match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    });
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(SourceFile { name, bytes, modified })
}

/// The bytes of a file and what the file system says of it.
///
/// # Errors
/// When it cannot be read, or is larger than any story.
pub fn read_bytes(path: &Path) -> Result<(Vec<u8>, fs::Metadata), Diagnostic> {
    let read = || {
        let file = File::open(path)?;
        let facts = file.metadata()?;
        let mut bytes = Vec::with_capacity(usize::try_from(facts.len().min(LARGEST)).unwrap_or(0));
        file.take(LARGEST + 1).read_to_end(&mut bytes)?;
        Ok((bytes, facts))
    };
    let (bytes, facts) = read().map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(Diagnostic::error("too-large", format!("larger than {} MB, so it is no story", LARGEST >> 20))
            .in_file(path.display().to_string())
            .hint("cut it into a folder of numbered files"));
    }
    Ok((bytes, facts))
}

/// What a sidecar states; nothing when there is none.
///
/// # Errors
/// When it cannot be read or does not parse.
pub fn read_sidecar(path: &Path) -> Result<Diagnosed<Declared>, Diagnostic> {
    let text = match fs::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
            return Ok(Diagnosed::clean(Declared::default()));
        }
        Err(error) => return Err(unreadable(path, &error)),
    };
    let name = path.display().to_string();
    declared::from_toml(&text, &Place { name: &name, file: 0, first_line: 1 })
}

/// Makes diagnostics of the core name paths as the person typed them.
pub fn locate(diagnostics: &mut [Diagnostic], found: &Found) {
    for diagnostic in diagnostics {
        if diagnostic.file.is_empty() {
            diagnostic.file = found.name();
        } else if let Some(path) =
            found.files.iter().find(|path| path.file_name().is_some_and(|name| *name == *diagnostic.file))
        {
            diagnostic.file = found.shown(path).display().to_string();
        }
    }
}

/// A story as far as choosing needs it; `None` when it cannot be read, which is said when it is bound.
pub fn glimpse(found: &Found, stated: &Declared, options: &Options) -> Option<Made> {
    let mut options = options.clone();
    // Nobody looks at a cover here.
    options.bind.cover = CoverChoice::None;
    let made = guarded(|| pipeline::make(&load(found, stated).ok()?.source, &options).ok());
    made.ok().flatten()
}
