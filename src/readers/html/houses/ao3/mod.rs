//! The Archive of Our Own, and other archives that run its software (otwarchive): downloads, the same pages cut up in the
//! archive's e-books, and pages saved from the site.
//!
//! It reads by ids, by the words in `dt`, and by class names without the digits that calibre adds (`userstuff1`), and goes on
//! where some of them are missing. Tags are taken link by link, since a tag may hold a comma. Whatever stands among the
//! chapters and is nothing else is text of the story.

mod reading;
mod tags;
mod units;

use super::House;
use super::rest::rest;
use crate::model::story::DropReason;
use crate::readers::html::Parts;
use crate::readers::html::dom::{NodeId, Page};
use reading::Reading;

pub const HOUSE: House = House { read };

/// A whole work: a download, or a page of the site with its work, a chapter or all of them.
fn read(page: &Page) -> Option<Parts> {
    match page.by_id("workskin") {
        Some(work) => Some(site(page, work)),
        None => is_download(page).then(|| Parts { begins_within: false, ..part(page) }),
    }
}

/// A part of a work, such as a file of the archive's e-books holds: the preface alone, a chapter, the afterword, or the rest of
/// a chapter whose beginning stands elsewhere.
///
/// Text that nothing announces is text of the story. Chapters are stated where a heading of a chapter stands.
pub fn part(page: &Page) -> Parts {
    let mut reading = Reading::new(page);
    let body = page.find(Page::ROOT, |id| page.name(id) == "body").unwrap_or(Page::ROOT);
    units::below(page, body).into_iter().for_each(|unit| reading.read(unit));
    reading.finish()
}

/// Whether a page is a download of this archive: it has the archive's list of tags.
pub fn is_download(page: &Page) -> bool {
    page.find(Page::ROOT, |id| page.name(id) == "dl" && tags::is_list(page, id)).is_some()
}

/// A page of the site: the work, and the list of tags that stands above it. Menus and comments are around both.
fn site(page: &Page, work: NodeId) -> Parts {
    let mut reading = Reading::new(page);
    let list = page.find(Page::ROOT, |id| page.name(id) == "dl" && tags::is_list(page, id));
    if let Some(list) = list {
        reading.tags(list);
    }
    units::below(page, work).into_iter().for_each(|unit| reading.read(unit));
    let mut parts = Parts { begins_within: false, ..reading.finish() };
    let source = page.find(Page::ROOT, |id| page.name(id) == "link" && page.attribute(id, "rel") == Some("canonical"));
    let address = source.and_then(|link| page.attribute(link, "href"));
    if let (None, Some(address)) = (&parts.declared.source, address.filter(|address| address.starts_with("http"))) {
        parts.declared.source = Some(address.to_owned());
    }
    let taken: Vec<NodeId> = list.into_iter().chain([work]).collect();
    parts.left_out.extend(rest(page, &taken, DropReason::PageFurniture));
    parts
}

/// Whether a class of an element is `stem`, or what calibre makes of it: `stem` with digits behind.
fn has_stem(page: &Page, id: NodeId, stem: &str) -> bool {
    let classes = page.attribute(id, "class").unwrap_or_default();
    classes.split_ascii_whitespace().any(|class| {
        class.get(..stem.len()).is_some_and(|start| start.eq_ignore_ascii_case(stem))
            && class[stem.len()..].bytes().all(|byte| byte.is_ascii_digit())
    })
}
