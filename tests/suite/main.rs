//! The one integration program: each module is a subject.

// Tests look at the disk; the core does not.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

#[cfg(feature = "cli")]
mod anthology;
mod books;
mod bulk;
mod cases;
#[cfg(feature = "cli")]
mod cli;
mod corpus;
mod documents;
mod epub;
mod epub_builder;
mod exports;
mod info;
mod kepub;
#[cfg(feature = "cli")]
mod library;
mod markup;
mod notes;
mod properties;
mod rooms;
mod same_bytes;
#[cfg(feature = "cli")]
mod send;
#[cfg(feature = "shelf")]
mod shelf;
mod warnings;
