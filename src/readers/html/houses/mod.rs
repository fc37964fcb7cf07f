//! Houses: archives and programs whose pages say by their own marks what is title, note and chapter.

use super::Parts;
use super::dom::Page;

/// A maker of pages.
pub struct House {
    /// The parts of a page that this house made; `None` for any other page.
    pub read: fn(&Page) -> Option<Parts>,
}

/// Every house, the most particular first.
pub const HOUSES: &[House] = &[];

/// The parts of a page, by the first house that knows it.
pub fn recognise(page: &Page) -> Option<Parts> {
    HOUSES.iter().find_map(|house| (house.read)(page))
}
