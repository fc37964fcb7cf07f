//! bindery turns the stories people really have into books that are a pleasure to read.

pub mod account;
pub mod bind;
#[cfg(feature = "cli")]
pub mod cli;
pub mod covers;
pub mod declared;
pub mod detect;
pub mod diagnostic;
pub mod exports;
pub mod language;
pub mod model;
pub mod pipeline;
pub mod readers;
pub mod source;
pub mod structure;
pub mod typography;
pub mod vocab;
pub mod writers;
