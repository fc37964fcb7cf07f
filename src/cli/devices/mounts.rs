//! Where the system shows what is plugged in: mounts, folders of mounts, drive letters, phones behind MTP.
//!
//! Nothing is mounted, and nothing is asked of a device but the names of a few of its folders.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder that may be a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    pub root: PathBuf,
    /// What the system or the device calls it.
    pub label: String,
    pub read_only: bool,
    /// Whether it is something that was plugged in for sure. A folder that merely lies where mounts do has to look like a
    /// reader.
    pub is_mounted: bool,
}

/// Folders that are looked at in place of what the system shows: `BINDERY_DEVICES`, written as `PATH` is.
pub const STATED: &str = "BINDERY_DEVICES";

/// Everything that may be a device, each once, in the order of their paths.
pub fn mounts() -> Vec<Mount> {
    let mut mounts = match std::env::var_os(STATED) {
        Some(stated) => std::env::split_paths(&stated).filter(|path| path.is_dir()).flat_map(stated_mount).collect(),
        None => of_the_system(Path::new("/")),
    };
    mounts.sort_by(|a, b| a.root.cmp(&b.root));
    mounts.dedup_by(|a, b| a.root == b.root);
    mounts
}

fn stated_mount(root: PathBuf) -> Vec<Mount> {
    let label = label(root.file_name());
    if label.starts_with("mtp:") || label.starts_with("gphoto2:") {
        return behind_mtp(&root);
    }
    vec![Mount { root, label, read_only: false, is_mounted: true }]
}

fn label(name: Option<&OsStr>) -> String {
    name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A folder that a person names.
pub fn named(path: &Path) -> Mount {
    let root = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    Mount { label: label(root.file_name()), root, read_only: false, is_mounted: true }
}

#[cfg(windows)]
fn of_the_system(_: &Path) -> Vec<Mount> {
    let system = std::env::var_os("SystemDrive").map(|drive| drive.to_string_lossy().to_uppercase());
    let drives = ('A'..='Z').map(|letter| format!("{letter}:"));
    let others = drives.filter(|drive| system.as_ref() != Some(drive));
    let roots = others.map(|drive| (PathBuf::from(format!("{drive}\\")), drive));
    roots
        .filter(|(root, _)| root.is_dir())
        // Whether a drive is fixed, the standard library does not say; those that hold no reader are not shown.
        .map(|(root, label)| Mount { root, label, read_only: false, is_mounted: false })
        .collect()
}

/// `root` is `/`, but in tests.
#[cfg(not(windows))]
fn of_the_system(root: &Path) -> Vec<Mount> {
    let mut mounts = Vec::new();
    let table = fs::read(root.join("proc/mounts")).unwrap_or_default();
    mounts.extend(String::from_utf8_lossy(&table).lines().filter_map(|line| of_table(line, root)));
    // Two levels, since systems put a folder for each user between.
    for (folder, depth) in [("media", 2), ("run/media", 2), ("mnt", 1), ("Volumes", 1)] {
        below(&root.join(folder), depth, &mut mounts);
    }
    for user in folders(&root.join("run/user")) {
        for device in folders(&user.join("gvfs")) {
            mounts.extend(behind_mtp(&device));
        }
    }
    mounts
}

/// A line of `/proc/mounts` that is about something that was plugged in.
#[cfg_attr(windows, allow(dead_code))]
fn of_table(line: &str, root: &Path) -> Option<Mount> {
    let mut fields = line.split(' ');
    let (source, point, system, options) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let point = unescaped(point);
    let is_at = |folder: &str| point.starts_with(folder);
    let is_reachable = ["/media/", "/run/media/", "/mnt/", "/Volumes/"].into_iter().any(is_at);
    // Readers and sticks are FAT; a system's own partition of that kind is below /boot or /efi.
    let is_fat = ["vfat", "exfat", "msdos", "fuseblk", "hfsplus"].contains(&system);
    let is_pseudo = !source.starts_with('/') && !is_reachable;
    let is_own = point == "/" || ["/boot", "/efi", "/snap", "/sys", "/proc", "/dev", "/var"].into_iter().any(is_at);
    if is_pseudo || is_own || !(is_reachable || is_fat) {
        return None;
    }
    Some(Mount {
        label: label(Path::new(&point).file_name()),
        root: root.join(point.trim_start_matches('/')),
        read_only: options.split(',').any(|option| option == "ro"),
        // Disks of the house are mounted below /mnt too.
        is_mounted: is_fat || !is_at("/mnt/"),
    })
}

/// `\040` is a space, and so on.
#[cfg_attr(windows, allow(dead_code))]
fn unescaped(field: &str) -> String {
    let mut out = Vec::with_capacity(field.len());
    let mut bytes = field.as_bytes();
    while let Some((first, rest)) = bytes.split_first() {
        let octal = rest.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        match octal.filter(|_| *first == b'\\').and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) => {
                out.push(byte);
                bytes = &rest[3..];
            }
            None => {
                out.push(*first);
                bytes = rest;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

#[cfg_attr(windows, allow(dead_code))]
fn below(folder: &Path, depth: usize, mounts: &mut Vec<Mount>) {
    for path in folders(folder) {
        if !mounts.iter().any(|known| known.root == path) {
            let label = label(path.file_name());
            mounts.push(Mount { root: path.clone(), label, read_only: false, is_mounted: false });
        }
        if depth > 1 {
            below(&path, depth - 1, mounts);
        }
    }
}

/// The storages of a device behind MTP, as GNOME's file system shows them: `mtp:host=…/Internal storage`.
fn behind_mtp(device: &Path) -> Vec<Mount> {
    let name = label(device.file_name());
    let Some((protocol, host)) = name.split_once(":host=") else { return Vec::new() };
    if protocol != "mtp" {
        return Vec::new();
    }
    let host = host.replace("%20", " ").replace('_', " ");
    let storages = folders(device);
    let is_one = storages.len() == 1;
    let named = |root: PathBuf| {
        let label = if is_one { host.clone() } else { format!("{host}, {}", label(root.file_name())) };
        Mount { root, label, read_only: false, is_mounted: true }
    };
    storages.into_iter().map(named).collect()
}

#[cfg(all(test, not(windows)))]
mod tests {
    use super::*;

    #[test]
    fn what_was_plugged_in_is_found_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let make = |path: &str| fs::create_dir_all(root.path().join(path)).unwrap();
        make("proc");
        make("media/ann/Kindle");
        make("mnt/backup");
        make("run/user/1000/gvfs/mtp:host=Amazon_Kindle_Scribe/Internal Storage");
        make("run/user/1000/gvfs/mtp:host=Pixel/One");
        make("run/user/1000/gvfs/mtp:host=Pixel/Two");
        make("run/user/1000/gvfs/smb-share:server=nas/x");
        let table = "/dev/sda2 / ext4 rw 0 0\nproc /proc proc rw 0 0\n/dev/sda1 /boot/efi vfat rw 0 0\n\
            tmpfs /tmp tmpfs rw 0 0\n/dev/sdb1 /media/ann/KOBO\\040eReader vfat ro,nosuid 0 0\n\
            /dev/sdc1 /home/ann/stick exfat rw 0 0\n/dev/sdd1 /mnt/store/x ext4 ro 0 0\n/dev/loop1 /snap/x squashfs ro 0 0\nnonsense\n";
        fs::write(root.path().join("proc/mounts"), table).unwrap();
        let mut found = of_the_system(root.path());
        found.sort_by(|a, b| a.root.cmp(&b.root));
        let shown: Vec<String> = found
            .iter()
            .map(|mount| {
                let path = mount.root.strip_prefix(root.path()).unwrap().display();
                format!("{path}|{}|{}|{}", mount.label, mount.read_only, mount.is_mounted)
            })
            .collect();
        assert_eq!(
            shown,
            [
                "home/ann/stick|stick|false|true",
                "media/ann|ann|false|false",
                "media/ann/KOBO eReader|KOBO eReader|true|true",
                "media/ann/Kindle|Kindle|false|false",
                "mnt/backup|backup|false|false",
                "mnt/store/x|x|true|false",
                "run/user/1000/gvfs/mtp:host=Amazon_Kindle_Scribe/Internal Storage|Amazon Kindle Scribe|false|true",
                "run/user/1000/gvfs/mtp:host=Pixel/One|Pixel, One|false|true",
                "run/user/1000/gvfs/mtp:host=Pixel/Two|Pixel, Two|false|true",
            ]
        );
    }
}
