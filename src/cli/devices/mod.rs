//! `bindery devices`: which reading devices are plugged in, what each takes and where it goes.

mod kinds;
mod mounts;

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::args::DevicesArguments;
use super::terminal::{self, column};
use super::{Exit, report};
use kinds::{DEVICES, Found, Kind};
use mounts::Mount;

pub use kinds::Format;

/// A device that books can be put on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Device {
    /// As `--to` names it; no two have the same.
    pub name: String,
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Of its programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Where it is mounted.
    pub path: PathBuf,
    /// What it opens.
    pub format: Format,
    /// Where books go, below `path`; empty for `path` itself.
    pub folder: &'static str,
    /// Bytes that are free; `None` where the system does not say.
    pub free: Option<u64>,
    pub read_only: bool,
}

impl Device {
    fn of(mount: Mount) -> Device {
        let found = Found { root: &mount.root, label: &mount.label };
        let kind = kind_of(&found);
        let about = (kind.about)(&mount.root);
        let there = kind.folders.iter().find(|folder| !folder.is_empty() && mount.root.join(folder).is_dir());
        Device {
            name: mount.label,
            kind: kind.name,
            model: about.model,
            version: about.version,
            format: kind.format,
            folder: there.unwrap_or(&kind.folders[0]),
            free: free(&mount.root),
            read_only: mount.read_only,
            path: mount.root,
        }
    }

    /// The folder that a person names, as a device.
    pub fn named(path: &Path) -> Device {
        Device::of(mounts::named(path))
    }

    /// What a person may call it.
    pub fn is_called(&self, name: &str) -> bool {
        let known = [Some(self.name.as_str()), Some(self.kind), self.model.as_deref()];
        known.into_iter().flatten().any(|known| known.eq_ignore_ascii_case(name))
    }
}

fn kind_of(found: &Found) -> &'static Kind {
    // The last row claims everything.
    DEVICES.iter().find(|kind| (kind.claims)(found)).unwrap_or(&DEVICES[DEVICES.len() - 1])
}

/// Bytes that may be written below a path.
pub fn free(path: &Path) -> Option<u64> {
    fs4::available_space(path).ok()
}

/// Every device that is plugged in, in the order of their paths.
pub fn devices() -> Vec<Device> {
    let mut devices: Vec<Device> = Vec::new();
    for mount in mounts::mounts() {
        let is_mounted = mount.is_mounted;
        let mut device = Device::of(mount);
        // A folder among mounts may be anything; it counts when it looks like a reader.
        if !is_mounted && device.kind == DEVICES[DEVICES.len() - 1].name {
            continue;
        }
        let plain = device.name.clone();
        let mut number = 2;
        while devices.iter().any(|known| known.name.eq_ignore_ascii_case(&device.name)) {
            device.name = format!("{plain} {number}");
            number += 1;
        }
        devices.push(device);
    }
    devices
}

/// What `--json` prints.
#[derive(Serialize)]
struct Listed {
    /// The version of the tool.
    bindery: &'static str,
    devices: Vec<Device>,
}

pub fn list(arguments: &DevicesArguments) -> Exit {
    let devices = devices();
    if arguments.json {
        return report::print_json(&Listed { bindery: env!("CARGO_PKG_VERSION"), devices });
    }
    if devices.is_empty() {
        return report::print(NONE);
    }
    report::print(&table(&devices))
}

/// What is said when there is nothing to be seen.
const NONE: &str = "No device is plugged in, or the system has not mounted it.\n\
    `bindery send BOOK --to FOLDER` takes any folder.\n";

/// A line for each device.
pub fn table(devices: &[Device]) -> String {
    let heading = ["name", "kind", "takes", "free", "books go to"].map(str::to_owned);
    let rows = devices.iter().map(|device| {
        let what = [device.model.as_deref().unwrap_or(device.kind), device.version.as_deref().unwrap_or_default()];
        let free = match (device.read_only, device.free) {
            (true, _) => "read-only".to_owned(),
            (_, Some(free)) => size(free),
            (_, None) => "?".to_owned(),
        };
        let folder = if device.folder.is_empty() { device.path.clone() } else { device.path.join(device.folder) };
        let kind = what.join(" ").trim_end().to_owned();
        [device.name.clone(), kind, device.format.name().to_owned(), free, folder.display().to_string()]
    });
    aligned(std::iter::once(heading).chain(rows).collect())
}

/// Rows of cells under one another. The last column is as wide as it is.
pub fn aligned<const N: usize>(rows: Vec<[String; N]>) -> String {
    let rows: Vec<[String; N]> = rows.into_iter().map(|row| row.map(|cell| terminal::fit(&cell, 100))).collect();
    let width = |at: usize| rows.iter().map(|row| console::measure_text_width(&row[at])).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| column(cell, *width, console::Alignment::Left));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// A size in words: `1.4 MB`.
pub fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1000 => return format!("{bytes} bytes"),
        1000..1_000_000 => (1000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let (whole, tenth) = (bytes / unit, bytes % unit * 10 / unit);
    if whole >= 100 { format!("{whole} {name}") } else { format!("{whole}.{tenth} {name}") }
}
