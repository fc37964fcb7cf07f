//! Many stories in one book. Each story is bound by itself into a [`Work`], its pages ready to be written and forgotten; what
//! is kept of it is a [`Contribution`]. When all are written, [`frame`] closes the book around them: title page, warnings of
//! the whole, parts, indexes, colophon.

mod frame;
mod indexes;
mod names;
mod roll;
mod work;

use crate::model::anthology::{Anthology, Contribution, Frame, Shown, Work};
use crate::model::story::Story;

use super::BindOptions;

/// What is the same for every story of an anthology.
#[derive(Debug, Clone, Default)]
pub struct AnthologyOptions {
    pub bind: BindOptions,
    pub shown: Shown,
}

/// Binds a story for an anthology; its pictures get the names that they have there. `number` counts the stories as they were found, from one; `part` is the part it stands in.
pub fn work(story: &mut Story, options: &AnthologyOptions, number: usize, part: usize) -> Work {
    work::work(story, options, number, part)
}

/// Closes an anthology around its stories, given in the order in which they were added to the book. `reading` says for each part
/// which of them stand in it, in which order.
pub fn frame(
    anthology: &Anthology,
    contributions: &[Contribution],
    reading: &[Vec<usize>],
    options: &AnthologyOptions,
) -> Frame {
    frame::frame(anthology, contributions, reading, options)
}

/// The identifier of an anthology: the same when a story is added, or another volume.
pub fn identifier(anthology: &Anthology) -> String {
    frame::identifier(anthology)
}

/// The language of what an anthology says by itself: the stated one, else that of most of its stories.
pub fn language(anthology: &Anthology, contributions: &[Contribution]) -> String {
    roll::language(anthology, contributions)
}
