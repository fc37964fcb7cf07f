//! bindery turns the stories people really have into books that are a pleasure to read.

pub mod diagnostic;
pub mod model;
pub mod vocab;
