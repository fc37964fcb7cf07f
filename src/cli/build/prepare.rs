//! Everything that can go wrong before the first story is read, and what is the same for every story of a run.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use crate::catalogue::{Catalogue, Mark};
use crate::diagnostic::{Diagnosed, Diagnostic, Severity};
use crate::pipeline::declared::{Declared, Kind};
use crate::pipeline::{BindOptions, CoverChoice, Options, READERS};

use super::super::Exit;
use super::super::args::{BuildArguments, CoverRule, FolderRule, ReadingArguments, TypographyRule};
use super::super::choice::Choice;
use super::super::cover::Covers;
use super::super::gather::{Found, Step, Walk, split};
use super::super::load;
use super::super::terminal::Expected;
use super::super::write::OutputFolder;
use super::incremental::Kept;
use super::shard::Shard;

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
    /// What is known from earlier runs; `None` where nothing can be kept.
    pub kept: Option<Kept>,
    /// The true paths of what was typed.
    pub roots: Vec<PathBuf>,
    /// Stories that are told by a richer one too, each with the reason why it is left out.
    pub doubles: BTreeMap<Mark, String>,
}

/// How stories are read and books are made, wherever they come from.
pub struct Settings {
    pub stated: Declared,
    pub options: Options,
    pub choice: Choice,
}

/// The stories of a run, one at a time, and what is said of the paths between them.
pub struct Stories {
    first: VecDeque<Step>,
    walk: Walk,
    shard: Option<Shard>,
    /// Whether there is more than one.
    pub several: bool,
}

impl Stories {
    /// All of them at once, and what is said of the paths.
    pub fn all(self) -> (Vec<Found>, Vec<Diagnostic>) {
        split(self)
    }

    /// Stories in an order that somebody chose.
    pub fn chosen(stories: Vec<Found>, said: Vec<Diagnostic>) -> Stories {
        let several = stories.len() > 1;
        let stories = stories.into_iter().map(|found| Step::Story(Box::new(found)));
        Stories {
            first: said.into_iter().map(Step::Said).chain(stories).collect(),
            walk: Walk::default(),
            shard: None,
            several,
        }
    }
}

impl Iterator for Stories {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            let step = self.first.pop_front().or_else(|| self.walk.next())?;
            match &step {
                Step::Story(found) if self.shard.is_some_and(|shard| !shard.holds(found)) => {}
                _ => return Some(step),
            }
        }
    }
}

impl Run<'_> {
    /// The picture that is a story's cover by its name, where covers are looked for.
    pub fn same_name_cover(&self, found: &Found) -> Option<PathBuf> {
        if self.arguments.cover == CoverRule::None { None } else { self.covers.of_same_name(found) }
    }

    /// Where a book is in the further formats that are wanted; `first` is its file in the first.
    pub fn other_books(&self, first: &str) -> impl Iterator<Item = PathBuf> {
        let mut names: Vec<String> = vec![first.to_owned()];
        for name in self.arguments.format.iter().map(|format| format.file_name(first)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.into_iter().skip(1).map(|name| self.output.path_of(&name))
    }

    /// The stories once more, from the first.
    pub fn stories_again(&self, several: bool) -> Stories {
        let walk = walk(self.arguments, self.covers.folder());
        Stories { first: VecDeque::new(), walk, shard: self.arguments.shard, several }
    }

    /// A true path as the person would type it.
    pub fn shown(&self, path: &Path) -> String {
        let typed = paths(self.arguments).into_iter().find_map(|typed| {
            let below = path.strip_prefix(typed.canonicalize().ok()?).ok()?;
            Some(if below.as_os_str().is_empty() { typed } else { typed.join(below) })
        });
        typed.unwrap_or_else(|| path.to_owned()).display().to_string()
    }

    /// Has the stories counted beside the work, for whoever wants to know how long it takes.
    pub fn count_stories(&self, expected: Expected) {
        let walk = walk(self.arguments, self.covers.folder()).without_looking_into_files();
        let shard = self.arguments.shard;
        std::thread::spawn(move || {
            let is_ours = |found: &Found| shard.is_none_or(|shard| shard.holds(found));
            let stories = walk
                .take_while(|_| !expected.is_over())
                .filter(|step| matches!(step, Step::Story(found) if is_ours(found)));
            expected.count(stories.count() as u64);
        });
    }
}

pub type Prepared<'a> = (Stories, Run<'a>);

/// Everything that can go wrong before the first story is read.
pub fn prepare(arguments: &BuildArguments) -> Result<Prepared<'_>, (Exit, Vec<Diagnostic>)> {
    let usage = |diagnostic| (Exit::Usage, vec![diagnostic]);
    let Settings { stated, options, choice } = settings(arguments)?;
    if arguments.shard.is_some() && !arguments.name.is_unique() {
        let fault = Diagnostic::error("shard-names", "books of other shards could have the same names");
        let fault = fault.in_file("--shard").hint("put `{id}` into the name: `--name '{author} - {title} {id}'`");
        return Err(usage(fault));
    }
    let covers = Covers::open(arguments.covers.as_deref(), Path::new(DEFAULT_COVERS)).map_err(usage)?;
    let mut stories = find(arguments, covers.folder())?;
    choice.remarks().for_each(|remark| stories.first.push_front(Step::Said(remark)));
    if stories.several && stated.metadata.title.is_some() {
        let fault = "`--set title` gives several stories the same title";
        let warning = Diagnostic::warning("one-title-for-all", fault);
        let warning = warning.hint("name one story only, or put a title into a `NAME.toml` beside each");
        stories.first.push_front(Step::Said(warning));
    }
    let output = OutputFolder::open(&arguments.output, arguments.dry_run)
        .map_err(|diagnostic| (Exit::CannotWrite, vec![diagnostic]))?;
    // Everything that a book depends on beside the story's own files; that options are written differently costs no more than time.
    let settings = format!(
        "{options:?} {stated:?} {choice:?} {:?} {:?} {:?} {:?} {:?} {}",
        arguments.format,
        arguments.name,
        arguments.cover,
        arguments.compression,
        covers.folder(),
        arguments.strict
    );
    let kept = match catalogue(arguments) {
        Ok(Diagnosed { value, diagnostics }) => {
            stories.first.extend(diagnostics.into_iter().map(Step::Said));
            value.map(|catalogue| Kept::new(catalogue, &settings, arguments.checksum))
        }
        Err(fault) => {
            stories.first.push_front(Step::Said(Diagnostic { severity: Severity::Warning, ..fault }));
            None
        }
    };
    let roots = paths(arguments).iter().filter_map(|path| path.canonicalize().ok()).collect();
    Ok((stories, Run { arguments, stated, options, covers, output, choice, kept, roots, doubles: BTreeMap::new() }))
}

/// What is typed and stated, made sense of.
///
/// # Errors
/// When it makes none.
pub fn settings(arguments: &BuildArguments) -> Result<Settings, (Exit, Vec<Diagnostic>)> {
    let usage = |diagnostic| (Exit::Usage, vec![diagnostic]);
    let stated = load::stated(&arguments.reading).map_err(|diagnostics| (Exit::Usage, diagnostics))?;
    let choice = Choice::of(&arguments.choosing, stated.settings.vocabulary.as_ref()).map_err(usage)?;
    let mut options = reading_options(&arguments.reading).map_err(usage)?;
    if let Some(path) = &arguments.labels {
        options.bind.words = load::labels(path).map_err(|diagnostics| (Exit::Usage, diagnostics))?;
    }
    options.bind.cover = match arguments.cover {
        CoverRule::Draw => CoverChoice::Draw,
        CoverRule::None | CoverRule::OnlyGiven => CoverChoice::None,
    };
    Ok(Settings { stated, options, choice })
}

/// The catalogue of the output folder. A run that writes nothing reads it when there is one.
fn catalogue(arguments: &BuildArguments) -> Result<Diagnosed<Option<Catalogue>>, Diagnostic> {
    if arguments.no_catalogue {
        return Ok(Diagnosed::clean(None));
    }
    if arguments.dry_run {
        return Catalogue::open_readonly(&arguments.output).map(Diagnosed::clean);
    }
    let Diagnosed { value, diagnostics } = Catalogue::open(&arguments.output)?;
    Ok(Diagnosed::with(Some(value), diagnostics))
}

/// The paths that were typed, or what is meant without any.
pub fn paths(arguments: &BuildArguments) -> Vec<PathBuf> {
    if arguments.paths.is_empty() { vec![PathBuf::from(DEFAULT_STORIES)] } else { arguments.paths.clone() }
}

fn walk(arguments: &BuildArguments, covers: &Path) -> Walk {
    Walk::new(&paths(arguments), &[&arguments.output, covers], folder_kind(&arguments.reading))
}

/// Begins the walk and goes on until it is known whether there are no stories, one, or several.
fn find(arguments: &BuildArguments, covers: &Path) -> Result<Stories, (Exit, Vec<Diagnostic>)> {
    let mut walk = walk(arguments, covers);
    let mut first = VecDeque::new();
    let mut count = 0;
    while count < 2 {
        let Some(step) = walk.next() else { break };
        count += usize::from(matches!(step, Step::Story(_)));
        first.push_back(step);
    }
    if count > 0 {
        return Ok(Stories { first, walk, shard: arguments.shard, several: count > 1 });
    }
    let said = first.into_iter().filter_map(|step| if let Step::Said(said) = step { Some(said) } else { None });
    let mut said: Vec<Diagnostic> = said.collect();
    if arguments.paths.is_empty() && !Path::new(DEFAULT_STORIES).exists() {
        said = vec![nothing_here()];
    } else if said.iter().any(|one| one.severity == Severity::Error) {
        return Err((Exit::Failed, said));
    } else {
        said.push(no_stories(&paths(arguments)));
    }
    Err((Exit::NoStories, said))
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
