//! A book of many stories, written while it is made: each story's pages go into the archive as they come, packed by whoever
//! laid them out, and what has to know all of them is written last. What stays in memory of a story is where its pages are
//! and what contents call them. The order of the archive is not that of the book, which the spine says.

use std::collections::BTreeSet;
use std::io::{self, Write};

use crate::model::anthology::Leaf;
use crate::model::book::{BookMetadata, Cover, Page};

use super::container::Container;
use super::section::{LaidPage, LaidPicture, PackedSection};
use super::{EpubOptions, Layout, Section, Whole, navigation, ncx};

/// A book being written.
pub struct EpubStream<W> {
    container: Container<W>,
    options: EpubOptions,
    /// The pages of each section, in the order in which they were added.
    sections: Vec<Vec<LaidPage>>,
    pictures: BTreeSet<LaidPicture>,
    undescribed: bool,
}

/// What closes a book whose stories are in it.
pub struct Closing<'b> {
    pub metadata: &'b BookMetadata,
    pub cover: Option<&'b Cover>,
    /// Pages that speak of the whole, such as title page and indexes. They may lead to every page of every section, by the
    /// stem of its file.
    pub pages: &'b [Page],
    pub order: &'b [Leaf],
    /// Before which of `order` the contents stand; `None` when they are for machines alone.
    pub contents_at: Option<usize>,
    /// The records of the stories, as JSON.
    pub works: &'b [u8],
}

impl<W: Write> EpubStream<W> {
    /// Begins a book.
    ///
    /// # Errors
    /// Those of `out`, here and below. The file is no book then.
    pub fn new(out: W, options: EpubOptions) -> io::Result<Self> {
        Ok(EpubStream {
            container: Container::new(out, "EPUB/package.opf", options.compression)?,
            options,
            sections: Vec::new(),
            pictures: BTreeSet::new(),
            undescribed: false,
        })
    }

    /// Adds the files of a section; its number is how many were added before. A picture that the book has already is not
    /// written again.
    pub fn add(&mut self, section: PackedSection) -> io::Result<usize> {
        let PackedSection { pages, pictures, undescribed, files } = section;
        let (documents, shown) = files.split_at(files.len() - pictures.len());
        for document in documents {
            self.container.add_packed(document)?;
        }
        for (picture, file) in pictures.into_iter().zip(shown) {
            if self.pictures.insert(picture) {
                self.container.add_packed(file)?;
            }
        }
        self.undescribed |= undescribed;
        self.sections.push(pages);
        Ok(self.sections.len() - 1)
    }

    /// Bytes that were written so far.
    pub fn written(&self) -> u64 {
        self.container.written()
    }

    /// Writes what speaks of the whole, and gives back what the book was written to.
    pub fn finish(mut self, closing: &Closing) -> io::Result<W> {
        let whole = Whole::of(closing.metadata);
        let apart = whole.apart(closing.cover);
        let stems = self.sections.iter().flatten().map(|page| (page.stems[0].as_str(), page.stems[0].as_str()));
        let laid = Section { beyond: stems.collect(), ..whole.section(closing.pages, &apart) }.lay_out();
        let (pages, contents_at) = in_order(&laid.pages, &self.sections, closing);
        let options = self.options;
        for document in &laid.documents {
            self.container.add(&document.path(), options.dressed(&document.xhtml).as_bytes())?;
        }
        let mut layout = Layout::new(&whole, closing.cover, pages, contents_at, &laid.titles);
        layout.pictures = std::mem::take(&mut self.pictures).into_iter().collect();
        layout.undescribed = self.undescribed;
        layout.has_works = true;
        if let Some(cover) = &layout.cover {
            self.container.add_packed(&cover.picture())?;
            self.container.add(&cover.path(), options.dressed(&cover.xhtml).as_bytes())?;
        }
        let (package, first_page) = super::package_of(&layout, &options);
        if let Some(page) = first_page {
            self.container.add(&super::kobo_page_path(), options.dressed(&page).as_bytes())?;
        }
        self.container.add_stylesheet()?;
        self.container.add(&format!("EPUB/{}", super::package::WORKS), closing.works)?;
        self.container.add("EPUB/nav.xhtml", options.dressed(&navigation::write(&layout)).as_bytes())?;
        self.container.add("EPUB/toc.ncx", ncx::write(&layout).as_bytes())?;
        self.container.add("EPUB/package.opf", package.as_bytes())?;
        self.container.finish()
    }
}

/// Every page in reading order, and before which of them the contents stand.
fn in_order(own: &[LaidPage], sections: &[Vec<LaidPage>], closing: &Closing) -> (Vec<LaidPage>, Option<usize>) {
    let mut pages: Vec<LaidPage> = Vec::new();
    let mut contents_at = None;
    for (at, leaf) in closing.order.iter().enumerate() {
        if closing.contents_at == Some(at) {
            contents_at = Some(pages.len());
        }
        match leaf {
            Leaf::Page(index) => pages.extend(own.get(*index).cloned()),
            Leaf::Section { section, pages: range, name, depth } => {
                let listed = |page: &LaidPage| page.toc_level.filter(|level| level <= depth);
                let stretch = sections.get(*section).and_then(|pages| pages.get(range.clone())).unwrap_or_default();
                let first = pages.len();
                pages.extend(stretch.iter().map(|page| LaidPage { toc_level: listed(page), ..page.clone() }));
                if let (Some(name), Some(page)) = (name, pages.get_mut(first)) {
                    page.name.clone_from(name);
                }
            }
        }
    }
    if closing.contents_at.is_some() && contents_at.is_none() {
        contents_at = Some(pages.len());
    }
    (pages, contents_at)
}
