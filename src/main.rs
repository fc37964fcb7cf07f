//! The program. Everything it does is in [`bindery::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    bindery::cli::run()
}
