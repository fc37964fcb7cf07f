//! `bindery completions`: what a shell needs to complete our commands.

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Arguments;
use super::{Exit, report};

pub fn completions(shell: Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "bindery", &mut script);
    report::print(&String::from_utf8_lossy(&script))
}
