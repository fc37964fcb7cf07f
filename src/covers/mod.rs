//! Covers: telling whether a given picture can be one. The room reads no files and decodes no pictures.

mod examine;

pub use examine::{ImageFacts, ImageFault, ImageKind, LARGEST_FILE, LARGEST_SIDE, examine};
