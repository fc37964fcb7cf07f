//! What can be typed after `bindery`. One table feeds the parser, the help and the completions.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum, ValueHint};

use crate::catalogue::{Facet, Sort};
use crate::model::note::NotePlacements;
use crate::model::warning::WarningPages;
use crate::pipeline::query::By;
use crate::pipeline::{Compression, Encoding};

use super::build::Shard;
use super::export::ExportFormat;
use super::naming::{self, Template};

// Lines of at most 80 columns, so that no terminal breaks them.

const EXAMPLES: &str = "\
Examples:
  bindery                             bind every story in stories/ into output/
  bindery moth.txt lamp.md -o books   bind two stories into books/
  bindery inspect moth.txt            see what is recognised in a story, and why
  bindery inspect --write-sidecar moth.txt
                                      write moth.toml, to correct what is wrong

Exit codes: 0 done, 1 a story failed, 2 wrong usage, 3 no stories,
  4 cannot write, 5 a fault in bindery";

const BUILD_EXAMPLES: &str = "\
Examples:
  bindery build                       bind every story in stories/ into output/
  bindery build ~/fic -o ~/books      bind a folder and the folders in it
  bindery build moth.txt --set title='The Moth' author='A. Writer'
                                      overrule what is recognised
  bindery build --format epub,kepub   make books for Kobo beside the others
  bindery build saga/ --name '{series} {index} - {title}'
                                      choose how the books are called
  bindery build --where 'rating<=teen and words<5000'
                                      choose by what the stories say
  bindery build --dry-run             say what would be done, write nothing
  bindery build --json > report.json  make a report for machines

A story is a file, a folder of numbered files (`01-dawn.md`, `Chapter 2.txt`),
or a folder with a `story.toml`. A zip file is read as a folder. Paths stand before `--set`, or after `--`.";

const ANTHOLOGY_EXAMPLES: &str = "\
Examples:
  bindery anthology stories/ --title 'Winter Tales' --editor 'A. Wren'
                                      bind a folder into output/Winter Tales.epub
  bindery anthology a.txt b.epub --title Two -o two.epub
                                      take books, too, made by any program
  bindery anthology fic/ --title Fic --split-size 40MB
                                      make volumes: Fic 1.epub, Fic 2.epub
  bindery anthology fic/ --by series --where 'status=complete' -o sagas
                                      make a book of each series, in order";

const INSPECT_EXAMPLES: &str = "\
Examples:
  bindery inspect moth.txt            see what is recognised, why, what is left out
  bindery inspect --json moth.txt     print the same for machines
  bindery inspect --write-sidecar moth.txt
                                      write it to moth.toml; what you edit there
                                      wins over every guess";

const EXPORT_EXAMPLES: &str = "\
Examples:
  bindery export moth.html            print a saved page as Markdown
  bindery export moth.docx -o drafts  write drafts/moth.md, to edit by hand
  bindery export --format txt stories -o texts
                                      write every story as plain text
  bindery export --format json moth.txt | jq .metadata";

const INFO_EXAMPLES: &str = "\
Examples:
  bindery info output/*.epub          five lines about each book
  bindery info --json moth.epub       the same for machines

Books of other programs are told about as far as they say.";

#[cfg(feature = "shelf")]
const SHELF_EXAMPLES: &str = "\
Examples:
  bindery shelf                       show the books of output/ in this machine's browser
  bindery shelf ~/books --lan         let the phones and readers of the house in, by a
                                      code to scan; nobody gets in without its token
  bindery shelf --lan --hide-rating mature --hide-warning violence
                                      show nothing of the kind to anybody";

const DEVICES_EXAMPLES: &str = "\
Examples:
  bindery devices                     Kobo, Kindle, PocketBook, tolino, Boox,
                                      phones, sticks: what is plugged in
  bindery devices --json              the same for machines";

const SEND_EXAMPLES: &str = "\
Examples:
  bindery send output/*.epub          to the device that is plugged in
  bindery send moth.epub --to Kobo    to one of several
  bindery send moth.epub --to /media/stick --folder Stories
                                      to a folder of a folder
  bindery send --dry-run moth.epub    say what would be done, write nothing

An older edition of the same book is replaced, and nothing else.";

const LIST_EXAMPLES: &str = "\
Examples:
  bindery list                        the books in output/
  bindery list ~/books --fandom 'Night Gardens' --sort updated
  bindery list --hide-warning violence --hide-rating mature
  bindery list --where 'words < 5000 and not tag:Angst'
  bindery list --count fandom         how many books there are of each fandom
  bindery list --json | jq '.books[].file'

Books that were put into the folder by hand, changed or removed are noticed.";

const SEARCH_EXAMPLES: &str = "\
Examples:
  bindery search 'slow burn'          books with both words, best match first
  bindery search '\"slow burn\"'      with these words side by side
  bindery search lantern ~/books --rating teen --sort newest

Searched are titles, authors, series, fandoms, relationships, characters, tags,
warnings and summaries, in every script, and with or without accents.";

const REINDEX_EXAMPLES: &str = "\
Examples:
  bindery reindex                     read what is new or changed in output/
  bindery reindex --all ~/books       read every book anew

The catalogue is a cache: nothing is lost when it is. Any EPUB is taken in.";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  bindery completions bash > ~/.local/share/bash-completion/completions/bindery
  bindery completions zsh > ~/.zfunc/_bindery
  bindery completions fish > ~/.config/fish/completions/bindery.fish";

/// Turn stories into books: scraped texts, Markdown drafts and folders of chapters become valid EPUBs.
///
/// Without a command, `bindery` means `bindery build`.
#[derive(Debug, Parser)]
#[command(name = "bindery", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub build: BuildArguments,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Bind stories into books
    #[command(after_help = BUILD_EXAMPLES)]
    Build(Box<BuildArguments>),
    /// Bind many stories into one book, with contents, warnings and indexes of the whole
    #[command(after_help = ANTHOLOGY_EXAMPLES)]
    Anthology(Box<AnthologyArguments>),
    /// Show what is recognised in a story: facts, chapters, notes, what is left out, and why
    #[command(after_help = INSPECT_EXAMPLES)]
    Inspect(InspectArguments),
    /// Write stories out as Markdown, HTML, plain text or JSON, as they are recognised
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(ExportArguments),
    /// Say what books say of themselves: title, author, series, rating, warnings, notes and their places
    #[command(after_help = INFO_EXAMPLES)]
    Info(InfoArguments),
    /// Open a shelf of books to browsers and reading programs (OPDS), here or in the home network
    #[cfg(feature = "shelf")]
    #[command(after_help = SHELF_EXAMPLES)]
    Shelf(ShelfArguments),
    /// List the reading devices that are plugged in: what each takes, and where books go
    #[command(after_help = DEVICES_EXAMPLES)]
    Devices(DevicesArguments),
    /// Send books to a reading device, in its format and to its place
    #[command(after_help = SEND_EXAMPLES)]
    Send(SendArguments),
    /// List the books of a folder: sorted, chosen, counted
    #[command(after_help = LIST_EXAMPLES)]
    List(ListArguments),
    /// Search the books of a folder for words
    #[command(after_help = SEARCH_EXAMPLES)]
    Search(SearchArguments),
    /// Make the catalogue of a folder from its books
    #[command(after_help = REINDEX_EXAMPLES)]
    Reindex(ReindexArguments),
    /// Print a completion script for a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell to complete in
        shell: clap_complete::Shell,
    },
}

/// What makes no sense where stories come by lines: there are no folders, and no line knows of another.
const NOT_OF_JOBS: [&str; 17] = [
    "paths",
    "output",
    "covers",
    "force",
    "checksum",
    "prune",
    "dedupe",
    "shard",
    "dry_run",
    "json",
    "report",
    "summary",
    "no_catalogue",
    "folders",
    "sort",
    "limit",
    "shuffle",
];

#[derive(Debug, Args)]
pub struct BuildArguments {
    /// Stories, and folders of stories [default: stories]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// Put the books into this folder
    #[arg(short, long, value_name = "DIR", default_value = "output", value_hint = ValueHint::DirPath)]
    #[arg(value_parser = PathBufValueParser::new().try_map(output_folder))]
    pub output: PathBuf,

    /// Take covers from this folder: `covers/moth.jpg` is for `moth.txt` [default: covers, when there is one]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub covers: Option<PathBuf>,

    /// Which cover a book gets
    #[arg(long, value_enum, default_value_t = CoverRule::Draw)]
    pub cover: CoverRule,

    /// Write the books in these formats: epub for every reader, kepub for Kobo's own; several with commas
    #[arg(long, value_enum, value_name = "FORMAT", value_delimiter = ',', default_value = "epub")]
    pub format: Vec<BookFormat>,

    /// Call the books like this; fields: {author} {title} {series} {index} {fandom} {stem} {date} {year} {language} {id}
    #[arg(long, value_name = "TEMPLATE", default_value = "{author} - {title}")]
    pub name: Template,

    /// Read and write all stories anew, also those that did not change, and replace files that bindery did not make
    #[arg(long)]
    pub force: bool,

    /// Read files whose size and times are as they were too, to see whether they changed
    #[arg(long)]
    pub checksum: bool,

    /// Remove books whose stories are gone, if bindery made them and nobody changed them since
    #[arg(long)]
    pub prune: bool,

    /// Of stories that are there twice, bind only the richest; what is the same is told by the words
    #[arg(long, conflicts_with = "dry_run")]
    pub dedupe: bool,

    /// Bind only the first of N parts (`1/N`), the second (`2/N`) and so on; the name must hold `{id}`
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,

    /// Go on until Ctrl-C, and bind again what changes
    #[arg(long, conflicts_with_all = ["dry_run", "json", "from_jsonl"])]
    pub watch: bool,

    /// Read one story from each line of this file, as JSON (`-` for standard input)
    #[arg(long, value_name = "FILE", requires = "to_jsonl", conflicts_with_all = NOT_OF_JOBS, value_hint = ValueHint::FilePath)]
    pub from_jsonl: Option<PathBuf>,

    /// Write one book to each line of this file, as JSON (`-` for standard output)
    #[arg(long, value_name = "FILE", requires = "from_jsonl", value_hint = ValueHint::FilePath)]
    pub to_jsonl: Option<PathBuf>,

    /// Make N books at a time [default: one for each processor]
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,

    /// Write nothing; say what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,

    /// Print a report for machines on standard output
    #[arg(long)]
    pub json: bool,

    /// Add to this file one line of JSON for each story, and one on the whole run
    #[arg(long, value_name = "FILE.jsonl", value_hint = ValueHint::FilePath)]
    pub report: Option<PathBuf>,

    /// Write a page on the whole run: counts by fandom, rating, warning and language, remarks, failures
    #[arg(long, value_name = "FILE.html", value_hint = ValueHint::FilePath)]
    pub summary: Option<PathBuf>,

    /// Let a warning fail its story
    #[arg(long)]
    pub strict: bool,

    /// Compress the books like this
    #[arg(long, value_enum, default_value_t = CompressionRule::Default)]
    pub compression: CompressionRule,

    /// Call the things that a book names by itself as this file says, such as `author_note = "From the writer"`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub labels: Option<PathBuf>,

    #[command(flatten)]
    pub choosing: ChoosingArguments,

    /// Write nothing into the catalogue of the books
    #[arg(long)]
    pub no_catalogue: bool,

    #[command(flatten)]
    pub reading: ReadingArguments,

    /// Print errors only
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Print remarks too
    #[arg(short, long)]
    pub verbose: bool,
}

/// Which stories are wanted; the same for every command that makes something of many.
#[derive(Debug, Default, Args)]
pub struct ChoosingArguments {
    /// Take only stories of which this is true, such as `rating<=teen and words<5000 and not warning:violence`; fields:
    /// title author fandom relationship character category genre tag warning rating language series status words chapters
    /// year published updated source publisher summary folder path, warned and unwarned
    #[arg(long = "where", value_name = "CONDITION")]
    pub filters: Vec<String>,

    /// Leave out stories rated above this: general, teen, mature, explicit, or a rating such as `PG-13`; unrated stories
    /// are left out too
    #[arg(long, value_name = "RATING")]
    pub only_rating: Option<String>,

    /// Leave out stories that warn of this: a warning, or a domain such as `violence`; several with commas
    #[arg(long, value_name = "WARNING", value_delimiter = ',')]
    pub exclude_warning: Vec<String>,

    /// Leave out stories that say nothing about warnings, or whose authors chose not to warn
    #[arg(long)]
    pub exclude_unwarned: bool,

    /// Put the stories into this order: fields with commas, `-` before those whose largest stands first, such as
    /// `author,-words`
    #[arg(long, value_name = "FIELDS", allow_hyphen_values = true, conflicts_with = "shuffle")]
    pub sort: Option<String>,

    /// Take the first N stories of the order, or as they are found
    #[arg(long, value_name = "N")]
    pub limit: Option<NonZeroUsize>,

    /// Put the stories into an order of chance, the same for the same SEED on every machine
    #[arg(long, value_name = "SEED")]
    pub shuffle: Option<String>,
}

#[derive(Debug, Args)]
pub struct AnthologyArguments {
    /// Stories, books, and folders of them
    #[arg(value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// The title of the book
    #[arg(short, long)]
    pub title: Option<String>,

    /// Who chose the stories; several times for several
    #[arg(short, long, value_name = "NAME")]
    pub editor: Vec<String>,

    /// The book, or a folder for it [default: output/TITLE.epub]; with `--by` the folder of the books [default: output]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub output: Option<PathBuf>,

    /// Make one book of each author, fandom, series, relationship, year, rating, folder or language; a story of two fandoms
    /// stands in both books
    #[arg(long, value_name = "FIELD", value_parser = group)]
    pub by: Option<By>,

    /// What stands before the stories: a file in Markdown
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub introduction: Option<PathBuf>,

    /// A picture for the cover, in place of a drawn one
    #[arg(long, value_name = "PICTURE", value_hint = ValueHint::FilePath)]
    pub cover: Option<PathBuf>,

    /// Make no cover
    #[arg(long, conflicts_with = "cover")]
    pub no_cover: bool,

    /// The language of what the book says by itself, such as `de` [default: that of most stories]
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,

    /// Write the book in this format: epub for every reader, kepub for Kobo's own; run again for the other
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "epub")]
    pub format: BookFormat,

    /// Begin a new volume after N stories
    #[arg(long, value_name = "N")]
    pub split: Option<NonZeroUsize>,

    /// Make volumes of at most this size, such as `40MB`
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub split_size: Option<u64>,

    /// Replace a book that bindery did not make
    #[arg(long)]
    pub force: bool,

    /// Read N stories at a time [default: one for each processor]
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,

    /// Write nothing; say what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,

    /// Print a report for machines on standard output
    #[arg(long)]
    pub json: bool,

    /// Leave stories with warnings out
    #[arg(long)]
    pub strict: bool,

    /// Compress the book like this
    #[arg(long, value_enum, default_value_t = CompressionRule::Default)]
    pub compression: CompressionRule,

    /// Call the things that a book names by itself as this file says
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub labels: Option<PathBuf>,

    #[command(flatten)]
    pub choosing: ChoosingArguments,

    #[command(flatten)]
    pub reading: ReadingArguments,

    /// Print errors only
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Print remarks too
    #[arg(short, long)]
    pub verbose: bool,
}

/// How stories are read; the same for every command that reads them.
#[derive(Debug, Args)]
pub struct ReadingArguments {
    /// State a fact of every story, such as `author='A. Writer'`; it wins over everything else
    #[arg(long, value_name = "FIELD=VALUE", num_args = 1.., value_parser = fact)]
    pub set: Vec<(String, String)>,

    /// What the files of a folder are, whatever they look like: chapters of one story, or stories
    #[arg(long, value_enum)]
    pub folders: Option<FolderRule>,

    /// Read files in this encoding, such as `windows-1252`, whatever they look like
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    pub encoding: Option<String>,

    /// Leave damaged characters as they are
    #[arg(long)]
    pub no_repair: bool,

    /// Keep these detectors from looking at the stories, such as `verse,letter`; `inspect` says what each found
    #[arg(long, value_name = "DETECTOR", value_delimiter = ',', value_parser = detector)]
    pub without: Vec<String>,

    /// Whether quotes, dashes and ellipses are set as printers do
    #[arg(long, value_enum, default_value_t = TypographyRule::Auto)]
    pub typography: TypographyRule,

    /// Where notes of a kind stand, such as `disclaimer=drop` or `author=back`: keep, start, end, back, popup or drop
    #[arg(long, value_name = "KIND=PLACE", value_delimiter = ',', value_parser = note_place)]
    pub notes: Vec<(String, String)>,

    /// What books say of content warnings: what gives nothing away and the details at the back (summary), all of it before
    /// the story (full) or at the back (back), or nothing [default: summary]
    #[arg(long, value_name = "HOW", value_parser = warning_pages)]
    pub warnings: Option<WarningPages>,

    /// Know the terms of this file too, and read warnings by them first
    #[arg(long, value_name = "FILE.toml", value_hint = ValueHint::FilePath)]
    pub vocabulary: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct InspectArguments {
    /// A story, or a folder of stories
    #[arg(value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// Print everything for machines
    #[arg(long)]
    pub json: bool,

    /// Write what is recognised to `NAME.toml` beside the story (`story.toml` in a folder), ready to edit
    #[arg(long)]
    pub write_sidecar: bool,

    /// List what the text names that you may want to warn of; nothing of this enters a book unless you write it into
    /// `editor_warnings`
    #[arg(long)]
    pub suggest_warnings: bool,

    /// Replace a sidecar that is there already
    #[arg(long, requires = "write_sidecar")]
    pub force: bool,

    #[command(flatten)]
    pub reading: ReadingArguments,
}

#[derive(Debug, Args)]
pub struct ExportArguments {
    /// Stories, and folders of stories
    #[arg(value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// Which format
    #[arg(short, long, value_enum, default_value_t = ExportFormat::Md)]
    pub format: ExportFormat,

    /// Write `NAME.md` (or another ending) into this folder, pictures beside it, instead of printing
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub output: Option<PathBuf>,

    /// Replace files that are there already
    #[arg(long)]
    pub force: bool,

    #[command(flatten)]
    pub choosing: ChoosingArguments,

    #[command(flatten)]
    pub reading: ReadingArguments,
}

#[derive(Debug, Args)]
pub struct InfoArguments {
    /// Books: EPUB, made by any program
    #[arg(value_name = "BOOK", required = true, value_hint = ValueHint::FilePath)]
    pub books: Vec<PathBuf>,

    /// Print everything for machines
    #[arg(long)]
    pub json: bool,
}

#[cfg(feature = "shelf")]
#[derive(Debug, Args)]
pub struct ShelfArguments {
    /// The folder of books
    #[arg(value_name = "DIR", default_value = "output", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,

    /// Open no shelf: write its pages, feeds and books to this folder, for a web space or a disk in the network
    #[arg(long = "static", value_name = "OUT", value_hint = ValueHint::DirPath, conflicts_with_all = ["lan", "port", "host"])]
    pub still: Option<PathBuf>,

    /// Let the machines of the home network in, with a token that the printed address carries
    #[arg(long)]
    pub lan: bool,

    /// Listen on this port; 0 takes any that is free
    #[arg(short, long, value_name = "PORT", default_value_t = 7070)]
    pub port: u16,

    /// Make a new token, so that all addresses printed before lead nowhere
    #[arg(long, requires = "lan")]
    pub new_token: bool,

    /// Answer to this name of this machine too, such as `nas.example.net`
    #[arg(long, value_name = "NAME")]
    pub host: Vec<String>,

    /// Show nobody books of this rating or a higher one: teen, mature, explicit, or a rating such as `PG-13`; unrated books are
    /// hidden too
    #[arg(long, value_name = "RATING")]
    pub hide_rating: Option<String>,

    /// Show nobody books that warn of this: a warning, or a domain such as `violence`; several with commas
    #[arg(long, value_name = "WARNING", value_delimiter = ',')]
    pub hide_warning: Vec<String>,

    /// Show nobody books that say nothing about warnings, or whose authors chose not to warn
    #[arg(long)]
    pub hide_unwarned: bool,

    /// What the shelf calls itself
    #[arg(long, value_name = "TEXT", default_value = "Books")]
    pub title: String,

    /// Print errors only
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Print a line about every request; tokens are left out of it
    #[arg(short, long)]
    pub verbose: bool,
}

#[derive(Debug, Args)]
pub struct DevicesArguments {
    /// Print everything for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ListArguments {
    /// The folder of the books
    #[arg(value_name = "DIR", default_value = "output", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,

    /// Print how many of the books there are of each value instead: fandom, author, series, tag, warning, rating …
    #[arg(long, value_name = "WHAT", value_parser = facet, conflicts_with = "filters")]
    pub count: Option<Facet>,

    #[command(flatten)]
    pub choosing: LibraryArguments,
}

#[derive(Debug, Args)]
pub struct SearchArguments {
    /// Words that all must be found; in quotation marks within, side by side
    #[arg(value_name = "WORDS")]
    pub text: String,

    /// The folder of the books
    #[arg(value_name = "DIR", default_value = "output", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,

    #[command(flatten)]
    pub choosing: LibraryArguments,
}

#[derive(Debug, Args)]
pub struct ReindexArguments {
    /// The folder of the books
    #[arg(value_name = "DIR", default_value = "output", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,

    /// Read every book, also those that look unchanged
    #[arg(long)]
    pub all: bool,

    /// Print what was done for machines
    #[arg(long)]
    pub json: bool,
}

/// Which books of a folder are shown, and in what order.
#[derive(Debug, Args)]
pub struct LibraryArguments {
    /// Books of this fandom; of every option of this kind, all that are given must hold
    #[arg(long, value_name = "NAME", help_heading = "Choosing")]
    pub fandom: Vec<String>,

    /// Books by this author
    #[arg(long, value_name = "NAME", help_heading = "Choosing")]
    pub author: Vec<String>,

    /// Books of this series, in its order unless `--sort` says otherwise
    #[arg(long, value_name = "NAME", help_heading = "Choosing")]
    pub series: Vec<String>,

    /// Books about this relationship
    #[arg(long, value_name = "NAME", help_heading = "Choosing")]
    pub relationship: Vec<String>,

    /// Books with this character
    #[arg(long, value_name = "NAME", help_heading = "Choosing")]
    pub character: Vec<String>,

    /// Books of this category of an archive, such as `F/F`
    #[arg(long, value_name = "NAME", help_heading = "Choosing")]
    pub category: Vec<String>,

    /// Books of this genre
    #[arg(long, value_name = "NAME", help_heading = "Choosing")]
    pub genre: Vec<String>,

    /// Books with this tag
    #[arg(long, value_name = "NAME", help_heading = "Choosing")]
    pub tag: Vec<String>,

    /// Books that warn of this
    #[arg(long, value_name = "WARNING", help_heading = "Choosing")]
    pub warning: Vec<String>,

    /// Books rated so: general, teen, mature, explicit, unrated, or a rating such as `PG-13`
    #[arg(long, value_name = "RATING", help_heading = "Choosing")]
    pub rating: Vec<String>,

    /// Books in this language: `en`
    #[arg(long, value_name = "CODE", help_heading = "Choosing")]
    pub language: Vec<String>,

    /// Books of this status, such as `complete`
    #[arg(long, value_name = "STATUS", help_heading = "Choosing")]
    pub status: Vec<String>,

    /// Books of this length: flash, short, novelette, novella, novel, epic
    #[arg(long, value_name = "LENGTH", help_heading = "Choosing")]
    pub length: Vec<String>,

    /// Books published in this year
    #[arg(long, value_name = "YEAR", help_heading = "Choosing")]
    pub year: Vec<String>,

    /// Show no books that warn of this: a warning, or a domain such as `violence`; several with commas
    #[arg(long, value_name = "WARNING", value_delimiter = ',', help_heading = "Choosing")]
    pub hide_warning: Vec<String>,

    /// Show no books of this rating or a higher one: teen, mature, explicit, or a rating such as `PG-13`; unrated books are hidden
    /// too
    #[arg(long, value_name = "RATING", help_heading = "Choosing")]
    pub hide_rating: Option<String>,

    /// Show no books that say nothing about warnings, or whose authors chose not to warn
    #[arg(long, help_heading = "Choosing")]
    pub hide_unwarned: bool,

    /// Show books of which this is true, such as `words < 5000 and rating <= teen`
    #[arg(long = "where", value_name = "CONDITION", help_heading = "Choosing")]
    pub filters: Vec<String>,

    /// In which order: title, author, newest, updated, words, series, relevance (the best match, else by title)
    #[arg(long, value_name = "ORDER", value_parser = sort)]
    pub sort: Option<Sort>,

    /// The other way round
    #[arg(long)]
    pub reverse: bool,

    /// Show at most N books; 0 shows all [default: 200, and all with --json]
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,

    /// Print everything for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct SendArguments {
    /// Books: EPUB, made by any program
    #[arg(value_name = "BOOK", required = true, value_hint = ValueHint::FilePath)]
    pub books: Vec<PathBuf>,

    /// To which device, by its name, kind or mount point; or any folder [default: the one that is plugged in]
    #[arg(long, value_name = "NAME|PATH", value_hint = ValueHint::DirPath)]
    pub to: Option<PathBuf>,

    /// Into which folder of the device [default: where it looks for books]
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,

    /// Write nothing; say what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,

    /// Print a report for machines on standard output
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BookFormat {
    /// For every reader: `NAME.epub`
    Epub,
    /// For Kobo's own readers: `NAME.kepub.epub`
    Kepub,
}

impl BookFormat {
    /// The name of a book's file in this format; `name` is its name in any.
    pub fn file_name(self, name: &str) -> String {
        match self {
            BookFormat::Epub => naming::for_all(name),
            BookFormat::Kepub => naming::for_kobo(name),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CoverRule {
    /// The one that is given, or one drawn from title, author and fandom
    Draw,
    /// No cover
    None,
    /// The one that is given, or none
    OnlyGiven,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FolderRule {
    /// Chapters of one story
    Story,
    /// Stories of their own
    Shelf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TypographyRule {
    /// As the printers of the story's language do
    Auto,
    /// Exactly as typed
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompressionRule {
    /// Slightly bigger books, made sooner
    Fast,
    /// What most people want
    Default,
    /// Somewhat smaller books, made later
    Best,
}

impl From<CompressionRule> for Compression {
    fn from(rule: CompressionRule) -> Self {
        match rule {
            CompressionRule::Fast => Compression::Fast,
            CompressionRule::Default => Compression::Default,
            CompressionRule::Best => Compression::Best,
        }
    }
}

/// Bytes, as people write them: `40MB`, `1.5 GB`, `700k`. A megabyte has a million, as shops count.
fn size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = text.find(|character: char| !(character.is_ascii_digit() || character == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "kib" => 1024.0,
        "mib" => 1048576.0,
        "gib" => 1073741824.0,
        _ => return Err("write a size such as `40MB`".to_owned()),
    };
    match number.parse::<f64>() {
        Ok(number) if number * factor >= 1e6 => Ok((number * factor) as u64),
        Ok(_) => Err("a volume has at least 1 MB".to_owned()),
        Err(_) => Err("write a size such as `40MB`".to_owned()),
    }
}

fn sort(name: &str) -> Result<Sort, String> {
    let names = || Sort::ALL.map(Sort::name).join(", ");
    Sort::named(name).ok_or_else(|| format!("there is no such order; there are {}", names()))
}

fn facet(name: &str) -> Result<Facet, String> {
    let names = || Facet::ALL.map(Facet::name).join(", ");
    Facet::named(name).ok_or_else(|| format!("books are not counted by that; there are {}", names()))
}

fn detector(name: &str) -> Result<String, String> {
    let known = crate::pipeline::detector_names();
    match known.contains(&name) {
        true => Ok(name.to_owned()),
        false => Err(format!("there is no such detector; there are {}", known.join(", "))),
    }
}

fn fact(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((field, value)) if !field.trim().is_empty() => Ok((field.trim().to_owned(), value.to_owned())),
        _ => Err("a fact is typed as `FIELD=VALUE`; put paths before `--set`, or after `--`".to_owned()),
    }
}

/// The arguments of `build` as they would be if `more` had been typed behind them: of what can be said once the last counts, and lists
/// grow.
///
/// # Errors
/// What is wrong with `more`, and what may be typed in its place.
pub fn build_with(
    typed: impl IntoIterator<Item = OsString>,
    more: &[String],
) -> Result<Box<BuildArguments>, (String, String)> {
    let all = typed.into_iter().chain(more.iter().map(OsString::from));
    let command = Arguments::command().args_override_self(true);
    let read = command.try_get_matches_from(all).and_then(|found| Arguments::from_arg_matches(&found));
    match read {
        Ok(Arguments { command: Some(Command::Build(build)), .. }) => Ok(build),
        Ok(Arguments { build, .. }) => Ok(Box::new(build)),
        Err(error) => {
            let said = error.to_string();
            let mut lines = said.lines().map(str::trim).take_while(|line| !line.starts_with("For more information"));
            let fault = lines.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            Err((fault, lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")))
        }
    }
}

/// What is wrong with it is said here; what it means is decided where all of them are known.
fn note_place(text: &str) -> Result<(String, String), String> {
    let Some((kind, place)) = text.split_once('=') else {
        return Err("write a kind and a place, such as `disclaimer=drop`".to_owned());
    };
    match NotePlacements::default().state(kind, place) {
        Ok(()) => Ok((kind.to_owned(), place.to_owned())),
        Err((fault, way_out)) => Err(format!("{fault}; {way_out}")),
    }
}

fn group(name: &str) -> Result<By, String> {
    By::parse(name)
        .map_err(|fault| fault.hint.map_or(fault.message.clone(), |hint| format!("{}; {hint}", fault.message)))
}

fn warning_pages(name: &str) -> Result<WarningPages, String> {
    WarningPages::of_name(name).ok_or_else(|| "write one of summary, full, back, none".to_owned())
}

fn encoding(name: &str) -> Result<String, String> {
    match Encoding::for_label(name) {
        Some(_) => Ok(name.to_owned()),
        None => Err("no encoding has this name; some that have one: utf-8, windows-1252, iso-8859-2, cp437, shift_jis"
            .to_owned()),
    }
}

/// People used to other converters type `-o book.epub`.
fn output_folder(path: PathBuf) -> Result<PathBuf, String> {
    let is_book = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("epub"));
    if is_book && !path.is_dir() {
        return Err("this names a folder; use `--name` to name the book".to_owned());
    }
    Ok(path)
}
