//! The floor that binding stands on: reads every file of a folder, deflates it at the level that books have, writes it elsewhere.
//! On one thread, without names, tables, pages: less than this no program that makes EPUBs can do.
//!
//!     cargo run --release --example floor -- STORIES OUTPUT

// A measure of the disk, not of the core.
#![allow(clippy::disallowed_methods)]

use std::path::{Path, PathBuf};

/// As `writers/epub/deflate.rs` has it for `--compression default`.
const LEVEL: i32 = 4;

fn files(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_type()?.is_dir() { files(&entry.path(), found)? } else { found.push(entry.path()) }
    }
    Ok(())
}

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(stories), Some(output)) = (arguments.next(), arguments.next()) else {
        eprintln!("name a folder of stories and one for what comes of them");
        std::process::exit(2);
    };
    std::fs::create_dir_all(&output)?;
    let mut found = Vec::new();
    files(&stories, &mut found)?;
    let level = libdeflater::CompressionLvl::new(LEVEL).unwrap_or_default();
    let mut compressor = libdeflater::Compressor::new(level);
    let (mut before, mut after) = (0, 0);
    for (number, path) in found.iter().enumerate() {
        let bytes = std::fs::read(path)?;
        let mut deflated = vec![0; compressor.deflate_compress_bound(bytes.len())];
        let length = compressor.deflate_compress(&bytes, &mut deflated).map_err(std::io::Error::other)?;
        std::fs::write(output.join(format!("{number}.deflate")), &deflated[..length])?;
        before += bytes.len();
        after += length;
    }
    println!("{} files, {before} bytes, {after} deflated", found.len());
    Ok(())
}
