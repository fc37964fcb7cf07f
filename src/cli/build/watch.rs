//! `--watch`: builds, waits until something changes below the paths, and builds again. What did not change is passed over, so
//! a run after a change costs little.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::diagnostic::{Diagnostic, Severity};

use super::super::Exit;
use super::super::args::BuildArguments;
use super::super::terminal::Voice;
use super::{once, prepare};

/// How long nothing must have changed before the stories are read: programs save in several steps.
const QUIET: Duration = Duration::from_millis(300);

/// However much changes, after so long the stories are read.
const LONGEST: Duration = Duration::from_secs(5);

/// How often it is seen whether a path came back that was not there.
const LOOK: Duration = Duration::from_secs(2);

/// Builds until somebody stops the program. What is being made then is made by the next run; no book is ever half there.
pub fn watch(arguments: &BuildArguments) -> Exit {
    let voice = Voice::new(if arguments.quiet { Severity::Error } else { Severity::Remark });
    let (sender, changes) = mpsc::channel();
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Whoever only reads changes nothing. What cannot be told is looked at.
        let changed = event.as_ref().map_or(true, |event| !matches!(event.kind, EventKind::Access(_)));
        if changed {
            let paths = event.map(|event| event.paths).unwrap_or_default();
            // The receiver is gone when the program ends.
            let _ = sender.send(paths);
        }
    });
    let mut watcher = match watcher {
        Ok(watcher) => watcher,
        Err(error) => {
            voice.say(
                &Diagnostic::error("cannot-watch", format!("the system does not tell of changes: {error}"))
                    .hint("build again yourself after a change; what did not change is passed over"),
            );
            return Exit::CannotWrite;
        }
    };
    let roots = prepare::paths(arguments);
    loop {
        // Before the run, so that what changes while it goes on is seen.
        let watched = follow(&mut watcher, &roots, &arguments.output);
        let exit = once(arguments);
        // A command line that makes no sense makes none after a change either.
        if exit == Exit::Usage {
            return exit;
        }
        if !arguments.quiet {
            voice.line("watching; Ctrl-C ends it");
        }
        loop {
            match wait(&changes, &arguments.output) {
                Ok(true) => break,
                Ok(false) if follow(&mut watcher, &roots, &arguments.output) != watched => break,
                Ok(false) => {}
                Err(()) => return exit,
            }
        }
    }
}

/// Follows all paths that are there. An editor that saves by renaming, or a folder that is made anew, ends up under the same
/// path, and must be followed again.
fn follow(watcher: &mut RecommendedWatcher, roots: &[PathBuf], output: &Path) -> Vec<(PathBuf, u64)> {
    let mut there = Vec::new();
    for root in roots {
        let Ok(facts) = std::fs::metadata(root) else { continue };
        // A file is followed through its folder: saving may put another file in its place.
        let place = if facts.is_dir() { root.as_path() } else { root.parent().unwrap_or(root) };
        let place = if place.as_os_str().is_empty() { Path::new(".") } else { place };
        let mode = if facts.is_dir() { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        if place != output && watcher.watch(place, mode).is_ok() {
            there.push((root.clone(), number(&facts)));
        }
    }
    there
}

/// What tells a folder from another under the same name.
fn number(facts: &std::fs::Metadata) -> u64 {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::ino(facts);
    #[cfg(not(unix))]
    facts.created().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok()).map_or(0, |age| age.as_secs())
}

/// Waits for a change, and until no more follow. `false` when nothing changed for a while.
fn wait(changes: &Receiver<Vec<PathBuf>>, output: &Path) -> Result<bool, ()> {
    // Books that a run writes into a folder of stories are no change of a story.
    let output = output.canonicalize().unwrap_or_else(|_| output.to_owned());
    let concerns = |paths: &[PathBuf]| {
        paths.is_empty()
            || paths.iter().any(|path| {
                let parent = path.parent().and_then(|parent| parent.canonicalize().ok()).unwrap_or_default();
                !parent.starts_with(&output)
            })
    };
    let begun = Instant::now();
    loop {
        match changes.recv_timeout(LOOK) {
            Ok(paths) if concerns(&paths) => break,
            Ok(_) if begun.elapsed() < LOOK => {}
            Ok(_) | Err(RecvTimeoutError::Timeout) => return Ok(false),
            Err(RecvTimeoutError::Disconnected) => return Err(()),
        }
    }
    let begun = Instant::now();
    while begun.elapsed() < LONGEST && changes.recv_timeout(QUIET).is_ok() {}
    Ok(true)
}
