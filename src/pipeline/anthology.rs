//! The way of many stories into one book: each is read, recognised, bound and packed by itself, on any thread; the book takes
//! them one after the other and is closed when all are in it.

use std::io::{self, Write};

use crate::account::{self, Account};
use crate::bind::anthology as bind;
use crate::diagnostic::Diagnostic;
use crate::model::anthology::{Anthology, Contribution, Work};
use crate::model::block::Block;
use crate::query::{Candidate, Sort};
use crate::typography::{self, Locale};
use crate::writers::epub::{self, Closing, EpubStream, Section};

use super::{Options, Recognised, Source, SourceFile, recognised};

pub use crate::bind::anthology::AnthologyOptions;
pub use crate::writers::epub::{EpubOptions, PackedSection};

/// Where a story stands in an anthology.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// The title of the book.
    pub title: &'a str,
    /// Its place among the stories as they were found, from one.
    pub number: usize,
    /// The part that it stands in.
    pub part: usize,
}

/// A story that is ready for its place in the archive.
#[derive(Debug)]
pub struct MadeWork {
    pub packed: PackedSection,
    pub contribution: Contribution,
    pub account: Account,
    /// Remarks and warnings, never errors.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads, recognises and binds one story of an anthology, and packs its pages as `written` says, which must be what the book's
/// [`AnthologyStream`] says.
///
/// # Errors
/// See [`super::make`].
pub fn make_work(
    source: &Source,
    options: &Options,
    anthology: &AnthologyOptions,
    standing: &Standing,
    written: &EpubOptions,
) -> Result<MadeWork, Vec<Diagnostic>> {
    let Recognised { manuscript, mut story, bind: options, diagnostics } = recognised(source, options)?;
    let options = AnthologyOptions { bind: options, shown: anthology.shown.clone() };
    let work = bind::work(&mut story, &options, standing.number, standing.part);
    let account = account::account(&manuscript, &story, &work.pages);
    let packed = pack(&work, standing.title, written);
    Ok(MadeWork { packed, contribution: work.contribution, account, diagnostics })
}

fn pack(work: &Work, anthology: &str, options: &EpubOptions) -> PackedSection {
    let record = &work.contribution.record;
    let name = record.title.as_deref().unwrap_or(&work.wording.untitled);
    let authors = record.authors.join(", ");
    // Two stories may have one title; with their authors they are told apart.
    let by = if authors.is_empty() { String::new() } else { format!(" ({authors})") };
    let title = format!("{name}{by} — {anthology}");
    let section = Section {
        pages: &work.pages,
        images: &work.images,
        prefix: &Contribution::prefix(work.contribution.number),
        name,
        title: &title,
        authors: &authors,
        language: &epub::language(&work.language),
        right_to_left: work.right_to_left,
        wording: &work.wording,
        matter: Some("bodymatter"),
        apart: &[],
        beyond: Default::default(),
    };
    section.lay_out().pack(options)
}

/// Blocks of a text in Markdown, such as an introduction.
///
/// # Errors
/// When it is no text.
pub fn passage(name: &str, text: &str, options: &Options) -> Result<Vec<Block>, Vec<Diagnostic>> {
    let file = SourceFile { name: "introduction.md".to_owned(), bytes: text.as_bytes().to_vec(), modified: None };
    let source = Source { name: name.to_owned(), stem: name.to_owned(), files: vec![file], ..Source::default() };
    let Recognised { story, .. } = recognised(&source, options)?;
    let mut blocks = Vec::new();
    for chapter in story.chapters {
        if let Some(heading) = chapter.heading.filter(|heading| !heading.line().trim().is_empty()) {
            blocks.push(Block::Subheading(vec![crate::model::text::Inline::text(heading.line())]));
        }
        blocks.extend(chapter.notes.into_iter().flat_map(|note| note.blocks));
        blocks.extend(chapter.blocks.into_iter().map(|block| block.value));
    }
    Ok(blocks)
}

/// An anthology that is being written.
pub struct AnthologyStream<W> {
    stream: EpubStream<W>,
    contributions: Vec<Contribution>,
}

impl<W: Write> AnthologyStream<W> {
    /// # Errors
    /// Those of `out`, here and below; the file is no book then.
    pub fn new(out: W, options: EpubOptions) -> io::Result<Self> {
        Ok(AnthologyStream { stream: EpubStream::new(out, options)?, contributions: Vec::new() })
    }

    /// Takes a story into the book.
    pub fn add(&mut self, packed: PackedSection, contribution: Contribution) -> io::Result<()> {
        self.stream.add(packed)?;
        self.contributions.push(contribution);
        Ok(())
    }

    /// Stories that are in it.
    pub fn len(&self) -> usize {
        self.contributions.len()
    }

    pub fn is_empty(&self) -> bool {
        self.contributions.is_empty()
    }

    /// Bytes that were written so far.
    pub fn written(&self) -> u64 {
        self.stream.written()
    }

    /// Closes the book around its stories and gives back what it was written to. `orders` says how each part is sorted; without
    /// one, stories stand as they came. `typography` sets what the editor says as the stories are set.
    pub fn finish(
        self,
        anthology: &Anthology,
        orders: &[Option<Sort>],
        options: &AnthologyOptions,
        typography: bool,
    ) -> io::Result<W> {
        let mut reading = vec![Vec::new(); anthology.parts.len().max(1)];
        let last = reading.len() - 1;
        for (index, contribution) in self.contributions.iter().enumerate() {
            reading[contribution.part.min(last)].push(index);
        }
        for (part, order) in reading.iter_mut().zip(orders) {
            if let Some(order) = order {
                part.sort_by_cached_key(|index| order.place(&Candidate::new(&self.contributions[*index].record, "")));
            }
        }
        let mut anthology = anthology.clone();
        if typography {
            let language = bind::language(&anthology, &self.contributions);
            set(&mut anthology, &language);
        }
        let frame = bind::frame(&anthology, &self.contributions, &reading, options);
        // A record is plain data; nothing of it can fail to be told.
        let works = serde_json::to_vec(&frame.works)?;
        self.stream.finish(&Closing {
            metadata: &frame.metadata,
            cover: frame.cover.as_ref(),
            pages: &frame.pages,
            order: &frame.order,
            contents_at: frame.contents_at,
            works: &works,
        })
    }
}

/// Sets what the editor says in the language of the book. Passages too short to tell their language by were left as typed.
fn set(anthology: &mut Anthology, language: &str) {
    let locale = Locale::by_language(language);
    let Anthology { title, introduction, parts, .. } = anthology;
    *title = typography::set_line(title, locale);
    typography::set_blocks(introduction, locale);
    for part in parts {
        part.title = typography::set_line(&part.title, locale);
        typography::set_blocks(&mut part.introduction, locale);
    }
}
