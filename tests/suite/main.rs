//! The one integration program.

mod cases;
mod properties;
