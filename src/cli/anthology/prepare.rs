//! Everything that can go wrong before the first story is read: the plan, the paths, the place of the book.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnosed, Diagnostic, Severity};
use crate::model::anthology::Anthology;
use crate::pipeline::anthology::{AnthologyOptions, passage};
use crate::pipeline::declared::Declared;
use crate::pipeline::{Compression, CoverChoice, Options};

use super::super::Exit;
use super::super::args::AnthologyArguments;
use super::super::build::{folder_kind, no_stories, reading_options};
use super::super::choice::Choice;
use super::super::cover;
use super::super::gather::{Found, gather};
use super::super::load;
use super::super::naming;
use super::super::write::OutputFolder;

/// Where books go when nobody says where.
const DEFAULT_OUTPUT: &str = "output";

/// What is the same for every story of an anthology.
pub struct Run<'a> {
    pub arguments: &'a AnthologyArguments,
    pub stated: Declared,
    pub options: Options,
    pub anthology: Anthology,
    pub book: AnthologyOptions,
    pub compression: Compression,
    pub output: OutputFolder,
    /// The name of the book within its folder; volumes add their number.
    pub name: String,
    /// What is said before any story is read.
    pub remarks: Vec<Diagnostic>,
    pub choice: Choice,
}

impl Run<'_> {
    /// The name of the book, or of one of its volumes.
    pub fn name_of(&self, volume: Option<usize>) -> String {
        let stem = self.name.strip_suffix(".epub").unwrap_or(&self.name);
        volume.map_or_else(|| self.name.clone(), |number| format!("{stem} {number}.epub"))
    }

    /// As messages call the book.
    pub fn shown(&self) -> String {
        self.output.path_of(&self.name).display().to_string()
    }
}

/// A story with the part that it stands in.
pub struct Chosen {
    pub found: Found,
    pub part: usize,
}

type Fault = (Exit, Vec<Diagnostic>);

pub fn prepare(arguments: &AnthologyArguments) -> Result<(Vec<Chosen>, Run<'_>), Fault> {
    let usage = |diagnostic: Diagnostic| (Exit::Usage, vec![diagnostic]);
    let stated = load::stated(&arguments.reading).map_err(|faults| (Exit::Usage, faults))?;
    let choice = Choice::of(&arguments.choosing, stated.settings.vocabulary.as_ref()).map_err(usage)?;
    let mut options = reading_options(&arguments.reading).map_err(usage)?;
    if let Some(path) = &arguments.labels {
        options.bind.words = load::labels(path).map_err(|faults| (Exit::Usage, faults))?;
    }
    let mut anthology = Anthology { editors: arguments.editor.clone(), ..Anthology::default() };
    anthology.title = arguments.title.clone().unwrap_or_default();
    anthology.language = arguments.language.clone();
    // A book of a group is called as the group is.
    if anthology.title.trim().is_empty() && arguments.by.is_none() {
        let fault = Diagnostic::error("title-missing", "an anthology needs a title");
        return Err(usage(fault.in_file("--title").hint("write `--title 'Winter Tales'`")));
    }
    if let Some(path) = &arguments.introduction {
        anthology.introduction = introduction(path, &options).map_err(|faults| (Exit::Usage, faults))?;
    }
    let mut remarks: Vec<Diagnostic> = choice.remarks().collect();
    options.bind.cover = match &arguments.cover {
        _ if arguments.no_cover => CoverChoice::None,
        None => CoverChoice::Draw,
        Some(path) => {
            let Diagnosed { value, diagnostics } =
                cover::read(path).map_err(|fault| usage(Diagnostic { severity: Severity::Error, ..fault }))?;
            remarks.extend(diagnostics);
            CoverChoice::Given(value)
        }
    };
    let (folder, name) = place(arguments, &anthology.title);
    let kind = folder_kind(&arguments.reading);
    let mut chosen = Vec::new();
    let mut seen = HashSet::new();
    // A part that names everything has what no part before it has named.
    for (part, paths) in [arguments.paths.clone()].iter().enumerate() {
        let (found, said) = gather(paths, &[&folder], kind);
        remarks.extend(said);
        let found = found.into_iter().filter(|found| !is_the_book(&found.path, &folder, &name));
        let new = found.filter(|found| seen.insert(found.files[0].clone()));
        chosen.extend(new.map(|found| Chosen { found, part }));
    }
    if chosen.is_empty() {
        let failed = remarks.iter().any(|remark| remark.severity == Severity::Error);
        if !failed {
            remarks.push(no_stories(&arguments.paths));
        }
        return Err((if failed { Exit::Failed } else { Exit::NoStories }, remarks));
    }
    let output = OutputFolder::open(&folder, arguments.dry_run).map_err(|fault| (Exit::CannotWrite, vec![fault]))?;
    let book = AnthologyOptions { bind: options.bind.clone(), ..AnthologyOptions::default() };
    let compression = arguments.compression.into();
    Ok((chosen, Run { arguments, stated, options, anthology, book, compression, output, name, remarks, choice }))
}

/// The folder of the book and its name there.
fn place(arguments: &AnthologyArguments, title: &str) -> (PathBuf, String) {
    if arguments.by.is_some() {
        return (arguments.output.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_OUTPUT)), String::new());
    }
    let Some(path) = &arguments.output else {
        return (PathBuf::from(DEFAULT_OUTPUT), naming::titled(title));
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    (folder.to_owned(), path.file_name().unwrap_or_default().to_string_lossy().into_owned())
}

/// Whether a file is what an earlier run made, or a volume of it, and so no story of the next.
fn is_the_book(path: &Path, folder: &Path, name: &str) -> bool {
    let stem = name.strip_suffix(".epub").unwrap_or(name);
    let found = path.file_name().unwrap_or_default().to_string_lossy();
    let number = found.strip_prefix(stem).and_then(|rest| rest.strip_prefix(' ')?.strip_suffix(".epub"));
    let is_volume = number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    let beside = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    (found == name || is_volume)
        && beside.canonicalize().ok().is_some_and(|beside| folder.canonicalize().ok() == Some(beside))
}

fn introduction(path: &Path, options: &Options) -> Result<Vec<crate::model::block::Block>, Vec<Diagnostic>> {
    let (bytes, _) = load::read_bytes(path).map_err(|fault| vec![fault])?;
    let name = path.display().to_string();
    let mut faults = match passage(&name, &String::from_utf8_lossy(&bytes), options) {
        Ok(blocks) => return Ok(blocks),
        Err(faults) => faults,
    };
    faults.iter_mut().for_each(|fault| fault.file.clone_from(&name));
    Err(faults)
}
