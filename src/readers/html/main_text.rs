//! The main text of a page that no house knows.

use super::dom::Page;
use super::{ChapterPart, Parts};

/// Finds the main text of any page; what is around it is left out and listed.
pub fn find(page: &Page) -> Parts {
    let body = page.find(Page::ROOT, |id| page.name(id) == "body").unwrap_or(Page::ROOT);
    let text = ChapterPart { content: vec![body], ..ChapterPart::default() };
    Parts { chapters: vec![text], ..Parts::default() }
}
