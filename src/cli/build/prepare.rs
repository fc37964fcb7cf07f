//! Everything that can go wrong before the first story is read, and what is the same for every story of a run.

use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Severity};
use crate::pipeline::declared::{Declared, Kind};
use crate::pipeline::{BindOptions, CoverChoice, Options, READERS};

use super::super::Exit;
use super::super::args::{BuildArguments, CoverRule, FolderRule, ReadingArguments, TypographyRule};
use super::super::choice::Choice;
use super::super::cover::Covers;
use super::super::gather::{Found, gather};
use super::super::load;
use super::super::write::OutputFolder;

const DEFAULT_STORIES: &str = "stories";
const DEFAULT_COVERS: &str = "covers";

/// What is the same for every story of a run.
pub struct Run<'a> {
    pub arguments: &'a BuildArguments,
    pub stated: Declared,
    pub options: Options,
    pub covers: Covers,
    pub output: OutputFolder,
    pub choice: Choice,
}

pub type Prepared<'a> = (Vec<Found>, Vec<Diagnostic>, Run<'a>);

/// Everything that can go wrong before the first story is read.
pub fn prepare(arguments: &BuildArguments) -> Result<Prepared<'_>, (Exit, Vec<Diagnostic>)> {
    let usage = |diagnostic| (Exit::Usage, vec![diagnostic]);
    let stated = load::stated(&arguments.reading).map_err(|diagnostics| (Exit::Usage, diagnostics))?;
    let choice = Choice::of(arguments, stated.settings.vocabulary.as_ref()).map_err(usage)?;
    let covers = Covers::open(arguments.covers.as_deref(), Path::new(DEFAULT_COVERS)).map_err(usage)?;
    let mut options = reading_options(&arguments.reading).map_err(usage)?;
    if let Some(path) = &arguments.labels {
        options.bind.words = load::labels(path).map_err(|diagnostics| (Exit::Usage, diagnostics))?;
    }
    options.bind.cover = match arguments.cover {
        CoverRule::Draw => CoverChoice::Draw,
        CoverRule::None | CoverRule::OnlyGiven => CoverChoice::None,
    };
    let default = [PathBuf::from(DEFAULT_STORIES)];
    let paths = if arguments.paths.is_empty() { &default[..] } else { &arguments.paths };
    let (stories, mut remarks) = gather(paths, &[&arguments.output, covers.folder()], folder_kind(&arguments.reading));
    if stories.is_empty() {
        let failed = remarks.iter().any(|remark| remark.severity == Severity::Error);
        if arguments.paths.is_empty() && !Path::new(DEFAULT_STORIES).exists() {
            remarks.clear();
            remarks.push(nothing_here());
        } else if failed {
            return Err((Exit::Failed, remarks));
        } else {
            remarks.push(no_stories(paths));
        }
        return Err((Exit::NoStories, remarks));
    }
    if stories.len() > 1 && stated.metadata.title.is_some() {
        remarks.push(
            Diagnostic::warning(
                "one-title-for-all",
                format!("`--set title` gives {} stories the same title", stories.len()),
            )
            .hint("name one story only, or put a title into a `NAME.toml` beside each"),
        );
    }
    let output = OutputFolder::open(&arguments.output, arguments.dry_run).map_err(|diagnostic| {
        remarks.push(diagnostic);
        (Exit::CannotWrite, std::mem::take(&mut remarks))
    })?;
    Ok((stories, remarks, Run { arguments, stated, options, covers, output, choice }))
}

fn nothing_here() -> Diagnostic {
    Diagnostic::error("no-stories", format!("there is no folder `{DEFAULT_STORIES}` here"))
        .hint("name a story or a folder of stories: `bindery PATH`; see `bindery --help`")
}

pub fn no_stories(paths: &[PathBuf]) -> Diagnostic {
    let named: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
    let endings: Vec<String> =
        READERS.iter().flat_map(|reader| reader.extensions).map(|ending| format!(".{ending}")).collect();
    Diagnostic::error("no-stories", format!("no story in {}", named.join(", "))).hint(format!(
        "a story ends in {}; a file of another name is read when you name it, and `-v` shows what was skipped",
        endings.join(", ")
    ))
}

/// Options of the core, from what was typed and the environment.
///
/// # Errors
/// When `SOURCE_DATE_EPOCH` is no moment.
pub fn reading_options(arguments: &ReadingArguments) -> Result<Options, Diagnostic> {
    let modified = match std::env::var_os("SOURCE_DATE_EPOCH") {
        None => None,
        Some(text) => {
            let seconds = text.to_str().and_then(|text| text.trim().parse::<i64>().ok());
            // The last second of the year 9999; a book can state no later one.
            let seconds = seconds.filter(|seconds| (0..=253_402_300_799).contains(seconds));
            Some(seconds.ok_or_else(|| {
                Diagnostic::error(
                    "source-date-epoch",
                    format!("`{}` is no number of seconds since 1970", text.display()),
                )
                .in_file("SOURCE_DATE_EPOCH")
                .hint("set it to a whole number, such as `1000000000`, or unset it")
            })?)
        }
    };
    Ok(Options {
        repair: !arguments.no_repair,
        typography: arguments.typography == TypographyRule::Auto,
        bind: BindOptions { modified, ..BindOptions::default() },
    })
}

/// What the command line says of the files of every folder.
pub fn folder_kind(arguments: &ReadingArguments) -> Option<Kind> {
    arguments.folders.map(|rule| match rule {
        FolderRule::Story => Kind::Story,
        FolderRule::Shelf => Kind::Shelf,
    })
}
