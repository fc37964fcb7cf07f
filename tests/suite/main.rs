//! The one integration program.

mod books;
mod cases;
mod epub;
mod epub_builder;
mod markup;
mod properties;
