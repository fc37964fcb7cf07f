//! From a story to a closed book: pages, their order, metadata, identity. Looks are the writer's.

use crate::model::book::{Book, BookMetadata, Cover, Element, Page, PageKind};
use crate::model::story::Story;

/// What the book shall have beside the story.
#[derive(Debug, Clone, Default)]
pub struct BindOptions {
    pub cover: CoverChoice,
    /// Seconds since 1970 that replace every other date of change (`SOURCE_DATE_EPOCH`).
    pub modified: Option<i64>,
}

#[derive(Debug, Clone, Default)]
pub enum CoverChoice {
    /// Draw one from title, author and fandom.
    #[default]
    Draw,
    None,
    Given(Cover),
}

/// Closes a story into a book.
pub fn bind(story: &Story, options: &BindOptions) -> Book {
    let metadata = BookMetadata {
        title: story.metadata.title.clone().unwrap_or_default(),
        modified: crate::model::date::timestamp(options.modified.unwrap_or(0)),
        ..BookMetadata::default()
    };
    let pages = story
        .chapters
        .iter()
        .enumerate()
        .map(|(index, chapter)| Page {
            id: format!("chapter-{:03}", index + 1),
            kind: PageKind::Story(chapter.role),
            title: metadata.title.clone(),
            toc_level: Some(chapter.level),
            elements: chapter.blocks.iter().map(|block| Element::Block(block.value.clone())).collect(),
            footnotes: Vec::new(),
        })
        .collect();
    Book { metadata, cover: None, pages, images: Vec::new() }
}
