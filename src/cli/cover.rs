//! Which picture is a story's cover: the one that is named for it, or the one that has its name.
//!
//! A name found in a story's text leads nowhere but into the story's own folder and the folder of covers.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use crate::diagnostic::{Diagnosed, Diagnostic, Severity};
use crate::model::book::Cover;
use crate::pipeline::pictures;

use super::gather::{Found, unreadable};
use super::load::StatedCover;

/// Endings of pictures that people use as covers, the best first. The last ones are looked for to say that they cannot be used.
const ENDINGS: &[&str] = &["jpg", "jpeg", "png", "webp", "gif", "svg", "bmp", "avif", "tif", "tiff"];

/// The folder of covers, looked through once.
#[derive(Debug)]
pub struct Covers {
    folder: PathBuf,
    by_stem: BTreeMap<String, PathBuf>,
}

impl Covers {
    /// `stated` is the folder that a person named; without it `default` is used when it is there.
    ///
    /// # Errors
    /// When the folder that was named cannot be read.
    pub fn open(stated: Option<&Path>, default: &Path) -> Result<Covers, Diagnostic> {
        let folder = stated.unwrap_or(default);
        match by_stem(folder) {
            Ok(by_stem) => Ok(Covers { folder: folder.to_owned(), by_stem }),
            Err(_) if stated.is_none() => Ok(Covers { folder: folder.to_owned(), by_stem: BTreeMap::new() }),
            Err(error) => Err(unreadable(folder, &error).hint("name the folder that holds the covers")),
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The cover that lies ready for a story: the one that a person names, or the picture of the story's name.
    /// A warning when there is one and it cannot be used.
    pub fn given(&self, found: &Found, stated: Option<&StatedCover>) -> Diagnosed<Option<Cover>> {
        let path = match stated {
            Some(StatedCover::Typed(path)) => Ok(path.clone()),
            Some(StatedCover::BesideStory(name)) => self.within(found, name),
            None => match self.of_same_name(found) {
                Some(path) => Ok(path),
                None => return Diagnosed::clean(None),
            },
        };
        cover_at(path)
    }

    /// The cover that the story's own text names, such as front matter does. A warning when it cannot be used.
    pub fn named_in_text(&self, found: &Found, name: &str) -> Diagnosed<Option<Cover>> {
        cover_at(self.within(found, name))
    }

    /// The picture that has the story's name, or is called `cover` in its folder.
    pub fn of_same_name(&self, found: &Found) -> Option<PathBuf> {
        let own = || by_stem(&found.path).ok().and_then(|pictures| pictures.get("cover").cloned());
        self.by_stem.get(&key(&found.stem)).cloned().or_else(|| found.is_folder.then(own).flatten())
    }

    /// Where a picture may lie that a story names.
    pub fn places(&self, found: &Found, name: &str) -> Vec<PathBuf> {
        vec![found.home().join(name), self.folder.join(name)]
    }

    /// The picture that a story names, if it lies in the story's folder or that of the covers.
    fn within(&self, found: &Found, name: &str) -> Result<PathBuf, Diagnostic> {
        let warning = |code, fault: String| {
            Diagnostic::warning(code, fault).in_file(found.name()).hint(format!(
                "put the picture beside the story, or into `{}` under the story's name",
                self.folder.display()
            ))
        };
        if name.contains("://") {
            return Err(warning(
                "cover-elsewhere",
                format!("the cover `{name}` is on the web, and bindery does not go there"),
            ));
        }
        let home = if found.home().as_os_str().is_empty() { Path::new(".") } else { found.home() };
        let mut outside = false;
        for root in [home, &self.folder] {
            let Ok(root_true) = root.canonicalize() else { continue };
            let Ok(path) = root.join(name).canonicalize() else { continue };
            if path.starts_with(&root_true) {
                return Ok(root.join(name));
            }
            outside = true;
        }
        if outside {
            let fault = format!("the cover `{name}` lies outside of the story's folder, so it is not used");
            return Err(warning("cover-elsewhere", fault));
        }
        Err(warning("cover-missing", format!("there is no cover `{name}`")))
    }
}

/// The cover at a path, with a warning in place of one that cannot be used, and remarks on one that can.
fn cover_at(path: Result<PathBuf, Diagnostic>) -> Diagnosed<Option<Cover>> {
    match path.and_then(|path| read(&path)) {
        Ok(Diagnosed { value, diagnostics }) => Diagnosed::with(Some(value), diagnostics),
        Err(warning) => Diagnosed::with(None, vec![warning]),
    }
}

fn by_stem(folder: &Path) -> std::io::Result<BTreeMap<String, PathBuf>> {
    let mut found: BTreeMap<String, (usize, PathBuf)> = BTreeMap::new();
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    // A folder lists its files in an order of its own.
    paths.sort();
    for path in paths {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let Some(rank) = ENDINGS.iter().position(|known| *known == ending) else { continue };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if stem.starts_with('.') {
            continue;
        }
        match found.entry(key(&stem)) {
            std::collections::btree_map::Entry::Vacant(free) => _ = free.insert((rank, path)),
            std::collections::btree_map::Entry::Occupied(mut taken) if rank < taken.get().0 => {
                _ = taken.insert((rank, path))
            }
            std::collections::btree_map::Entry::Occupied(_) => {}
        }
    }
    Ok(found.into_iter().map(|(stem, (_, path))| (stem, path)).collect())
}

/// Equal for names that a person holds for the same.
fn key(stem: &str) -> String {
    stem.nfc().collect::<String>().to_lowercase()
}

/// A picture as a cover, with remarks on one that some readers cannot show.
///
/// # Errors
/// A warning, when it cannot be read or is no picture that a book can have.
pub fn read(path: &Path) -> Result<Diagnosed<Cover>, Diagnostic> {
    let mut bytes = Vec::new();
    // One byte more than may be, so that what is too large is known without being read whole.
    let limit = pictures::LARGEST_FILE as u64 + 1;
    File::open(path)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|error| Diagnostic { severity: Severity::Warning, ..unreadable(path, &error) })?;
    of(bytes, path.display().to_string())
}

/// The same of a picture's bytes; `shown` is what messages call it.
///
/// # Errors
/// See [`read`].
pub fn of(bytes: Vec<u8>, shown: String) -> Result<Diagnosed<Cover>, Diagnostic> {
    let facts = pictures::examine(&bytes).map_err(|fault| {
        Diagnostic::warning("cover-unusable", format!("the cover {fault}")).in_file(shown.clone()).hint(fault.hint())
    })?;
    let mut diagnostics = Vec::new();
    let mut doubt = |doubtful, diagnostic: Diagnostic, hint| {
        if doubtful {
            diagnostics.push(diagnostic.in_file(shown.clone()).hint(hint));
        }
    };
    let inks = "the cover is made for print in four inks, and readers show wrong colours or nothing";
    doubt(facts.cmyk, Diagnostic::warning("cover-colours", inks), "save it in RGB");
    let late = "the cover is a progressive JPEG, and some e-ink readers show nothing";
    doubt(facts.progressive, Diagnostic::remark("cover-progressive", late), "save it as a baseline JPEG");
    let holes = "the cover may be transparent in places, and readers show black or white there";
    doubt(facts.transparent, Diagnostic::remark("cover-transparent", holes), "fill its background");
    let cover = Cover {
        media_type: facts.kind.media_type(),
        width: facts.width,
        height: facts.height,
        bytes,
        // The writer names it in the language of the book.
        alt: String::new(),
    };
    Ok(Diagnosed::with(cover, diagnostics))
}
