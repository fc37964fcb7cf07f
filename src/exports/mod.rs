//! Exports: a story written out again for a person to edit, or for a program to read. They see the story alone, so whatever
//! was recognised in whatever format becomes one and the same text.

mod html;
mod json;
mod markdown;
mod text;

use crate::model::story::Story;

/// A format that stories are exported in.
pub struct Export {
    /// As people call it: `md`. The file name ending as well.
    pub name: &'static str,
    /// Writes the whole story, ending in a line end. The same story gives the same text on every machine.
    pub write: fn(&Story) -> String,
}

/// Every export. The first reads back to the same story.
pub const EXPORTS: &[Export] = &[markdown::EXPORT, html::EXPORT, text::EXPORT, json::EXPORT];
