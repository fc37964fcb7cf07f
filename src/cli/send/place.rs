//! Putting a file on a device so that the old one is whole until the new one is: written under another name, flushed,
//! renamed, and the folder flushed too. Devices are pulled out.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use crate::diagnostic::Diagnostic;

use super::super::write::{plain_words, temporary};

/// Bytes that are written at a time.
const PIECE: usize = 256 << 10;

/// Writes what `source` gives to `target`. What stood there stands there whole until it is replaced, and stays when this fails.
///
/// # Errors
/// With what the disk said, as a person can use it.
pub fn put(source: &mut dyn Read, target: &Path) -> Result<(), Diagnostic> {
    let folder = target.parent().unwrap_or(Path::new("."));
    written(source, folder, target).map_err(|error| refused(target, &error))
}

fn written(source: &mut dyn Read, folder: &Path, target: &Path) -> io::Result<()> {
    let stem = target.file_stem().unwrap_or_default().to_string_lossy();
    // Removed again unless it gets its name.
    let mut file = temporary(folder, &stem)?;
    let mut piece = vec![0; PIECE];
    loop {
        match source.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => file.write_all(&piece[..count])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    file.as_file().sync_all()?;
    file.into_temp_path().persist(target).map_err(|refused| refused.error)?;
    sync_folder(folder);
    Ok(())
}

/// Has the folder's new entry written. Systems that cannot do that for a folder do it by themselves.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        _ = folder.sync_all();
    }
}

/// Removes an older edition whose place the new one did not take.
///
/// # Errors
/// When the device refuses.
pub fn remove(path: &Path) -> Result<(), Diagnostic> {
    fs::remove_file(path).map_err(|error| refused(path, &error))?;
    sync_folder(path.parent().unwrap_or(Path::new(".")));
    Ok(())
}

/// Makes a folder for books.
///
/// # Errors
/// When the device refuses, or a file has its name.
pub fn make_folder(path: &Path) -> Result<(), Diagnostic> {
    fs::create_dir_all(path).map_err(|error| refused(path, &error))
}

/// What a device's refusal means for a person.
pub fn refused(path: &Path, error: &io::Error) -> Diagnostic {
    use io::ErrorKind::{
        AlreadyExists, FileTooLarge, NotADirectory, NotFound, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem,
        StorageFull,
    };
    let (code, fault, hint) = match error.kind() {
        StorageFull | QuotaExceeded => {
            ("device-full", "the device is full", "remove something from it, and send again")
        }
        FileTooLarge => {
            ("file-too-large", "the device takes no file so large", "leave pictures out of the book, or part it")
        }
        ReadOnlyFilesystem => (
            "device-read-only",
            "the device cannot be written to",
            "eject it, plug it in anew, and let the computer repair it if it offers to",
        ),
        PermissionDenied => (
            "device-not-permitted",
            "writing to the device is not permitted",
            "mount it as yourself, not as the system",
        ),
        NotFound => ("device-gone", "the device is no longer there", "plug it in anew, and send again"),
        AlreadyExists | NotADirectory => {
            ("name-is-taken", "a file has the name of the folder", "name another with `--folder`")
        }
        _ => {
            return Diagnostic::error("device-failed", format!("the device failed: {}", plain_words(error)))
                .in_file(path.display().to_string())
                .hint("plug it in anew, and send again; what was on it is still there");
        }
    };
    Diagnostic::error(code, fault).in_file(path.display().to_string()).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a piece, then does something.
    struct Breaking<F: FnMut() -> io::Result<usize>> {
        pieces: usize,
        then: F,
    }

    impl<F: FnMut() -> io::Result<usize>> Read for Breaking<F> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.pieces == 0 {
                return (self.then)();
            }
            self.pieces -= 1;
            into.fill(b'x');
            Ok(into.len())
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_copy_that_breaks_off_leaves_the_old_book_and_nothing_else() {
        let device = tempfile::tempdir().unwrap();
        let target = device.path().join("moth.epub");
        fs::write(&target, "the old book").unwrap();
        for (kind, code) in [
            (io::ErrorKind::StorageFull, "device-full"),
            (io::ErrorKind::ReadOnlyFilesystem, "device-read-only"),
            (io::ErrorKind::FileTooLarge, "file-too-large"),
            (io::ErrorKind::Other, "device-failed"),
        ] {
            let mut source = Breaking { pieces: 3, then: || Err(kind.into()) };
            let fault = put(&mut source, &target).unwrap_err();
            assert_eq!(fault.code, code);
            assert!(fault.hint.is_some());
            assert_eq!(fs::read(&target).unwrap(), b"the old book");
            assert_eq!(names(device.path()), ["moth.epub"], "{kind:?}");
        }
    }

    #[test]
    fn a_device_that_is_pulled_out_in_the_middle_is_called_gone() {
        let home = tempfile::tempdir().unwrap();
        let (device, pulled) = (home.path().join("device"), home.path().join("pulled"));
        fs::create_dir(&device).unwrap();
        let target = device.join("moth.epub");
        fs::write(&target, "the old book").unwrap();
        let pull = || {
            if device.exists() {
                fs::rename(&device, &pulled)?;
            }
            Ok(0)
        };
        let fault = put(&mut Breaking { pieces: 2, then: pull }, &target).unwrap_err();
        assert_eq!(fault.code, "device-gone");
        assert_eq!(fs::read(pulled.join("moth.epub")).unwrap(), b"the old book");
    }

    #[test]
    fn a_book_takes_the_place_of_the_old_one() {
        let device = tempfile::tempdir().unwrap();
        let target = device.path().join("moth.epub");
        fs::write(&target, "the old book").unwrap();
        put(&mut "the new book".as_bytes(), &target).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"the new book");
        assert_eq!(names(device.path()), ["moth.epub"]);
    }
}
