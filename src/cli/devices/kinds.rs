//! Which kinds of reading devices there are, how each is known by what is on it, and what it wants: one row each.

use std::fs;
use std::io::Read;
use std::path::Path;

use clap::ValueEnum;
use serde::Serialize;

/// A kind of device that books are put on.
pub struct Kind {
    /// As people call it, and as `--to` names it.
    pub name: &'static str,
    /// Whether a device is of this kind.
    pub claims: fn(&Found) -> bool,
    pub format: Format,
    /// Where books go: the first of these folders that is there, else the first. Empty for the device's own folder.
    pub folders: &'static [&'static str],
    /// Model and version, as far as the device says.
    pub about: fn(&Path) -> About,
}

/// What of a device is looked at.
pub struct Found<'a> {
    pub root: &'a Path,
    /// What the system calls it: the name of its mount point, or what it says of itself over MTP.
    pub label: &'a str,
}

impl Found<'_> {
    fn has(&self, path: &str) -> bool {
        self.root.join(path).symlink_metadata().is_ok()
    }

    fn has_folder(&self, path: &str) -> bool {
        self.root.join(path).is_dir()
    }

    fn is_called(&self, words: &[&str]) -> bool {
        let label = self.label.to_lowercase();
        words.iter().any(|word| label.contains(word))
    }
}

/// What a device says of itself.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct About {
    pub model: Option<String>,
    pub version: Option<String>,
}

/// A format that a device opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Epub,
    Kepub,
    Azw3,
}

impl Format {
    pub fn name(self) -> &'static str {
        match self {
            Format::Epub => "epub",
            Format::Kepub => "kepub",
            Format::Azw3 => "azw3",
        }
    }

    /// How names of its books end.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Epub => ".epub",
            Format::Kepub => ".kepub.epub",
            Format::Azw3 => ".azw3",
        }
    }
}

/// Every kind. The first that claims a device has it, so the last takes what nobody else does.
pub const DEVICES: &[Kind] = &[
    Kind {
        name: "Kobo",
        claims: |found| found.has_folder(".kobo"),
        format: Format::Kepub,
        folders: &[""],
        about: kobo,
    },
    // PocketBook and Kindle both have a folder `system`; what is in it tells them apart.
    Kind {
        name: "PocketBook",
        claims: |found| {
            found.has("system/config/global.cfg")
                || found.has_folder("system/explorer-3")
                || found.is_called(&["pocketbook"])
        },
        format: Format::Epub,
        folders: &["Books"],
        about: nothing,
    },
    Kind {
        name: "Kindle",
        claims: |found| {
            found.has_folder("documents") && (found.has_folder("system") || found.is_called(&["kindle", "amazon"]))
        },
        format: Format::Azw3,
        folders: &["documents"],
        about: kindle,
    },
    Kind {
        name: "tolino",
        claims: |found| found.has(".tolino") || found.is_called(&["tolino"]),
        format: Format::Epub,
        folders: &["Books"],
        about: nothing,
    },
    Kind {
        name: "Boox",
        claims: |found| {
            found.has_folder("Android/data/com.onyx") || found.has_folder(".onyx") || found.is_called(&["boox", "onyx"])
        },
        format: Format::Epub,
        folders: &["Books"],
        about: nothing,
    },
    Kind {
        name: "phone or tablet",
        claims: |found| found.has_folder("Android") || (found.has_folder("DCIM") && found.has_folder("Download")),
        format: Format::Epub,
        folders: &["Books", "Documents", "Download"],
        about: nothing,
    },
    Kind { name: "storage", claims: |_| true, format: Format::Epub, folders: &["", "Books"], about: nothing },
];

fn nothing(_: &Path) -> About {
    About::default()
}

/// The beginning of a small file of the device.
fn text(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(4096).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// `.kobo/version`: serial number, two versions of its programs with the firmware's between them, and at the end the model.
fn kobo(root: &Path) -> About {
    let text = text(&root.join(".kobo/version")).unwrap_or_default();
    let fields: Vec<&str> = text.trim().split(',').collect();
    let number = fields.last().and_then(|id| id.rsplit('-').next()).and_then(|digits| digits.parse::<u32>().ok());
    let known = number.and_then(|number| KOBO_MODELS.iter().find(|(numbers, _)| numbers.contains(&number)));
    let version = fields.get(2).filter(|version| version.starts_with(|first: char| first.is_ascii_digit()));
    About {
        model: known.map(|(_, name)| format!("Kobo {name}")),
        version: version.map(|version| (*version).to_owned()),
    }
}

/// The numbers of models, as tools for these devices list them.
const KOBO_MODELS: &[(&[u32], &str)] = &[
    (&[310, 320], "Touch"),
    (&[330], "Glo"),
    (&[340], "Mini"),
    (&[350], "Aura HD"),
    (&[360], "Aura"),
    (&[370], "Aura H2O"),
    (&[371], "Glo HD"),
    (&[372], "Touch 2.0"),
    (&[373, 381], "Aura ONE"),
    (&[374, 378], "Aura H2O Edition 2"),
    (&[375, 379], "Aura Edition 2"),
    (&[376], "Clara HD"),
    (&[377, 380], "Forma"),
    (&[382], "Nia"),
    (&[383], "Sage"),
    (&[384], "Libra H2O"),
    (&[386], "Clara 2E"),
    (&[387], "Elipsa"),
    (&[388], "Libra 2"),
    (&[389], "Elipsa 2E"),
    (&[390], "Libra Colour"),
    (&[391, 395], "Clara BW"),
    (&[393], "Clara Colour"),
];

/// `system/version.txt`: `Kindle 5.16.2.1.1 (…)`.
fn kindle(root: &Path) -> About {
    let text = text(&root.join("system/version.txt")).unwrap_or_default();
    let version = text.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()));
    About { model: None, version: version.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(paths: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for path in paths {
            let path = root.path().join(path);
            match path.extension() {
                Some(_) if !path.to_string_lossy().ends_with('/') => {
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(path, "x").unwrap();
                }
                _ => fs::create_dir_all(path).unwrap(),
            }
        }
        root
    }

    #[test]
    fn each_kind_is_known_by_what_is_on_it() {
        let cases: &[(&[&str], &str, &str)] = &[
            (&[".kobo", "system"], "KOBOeReader", "Kobo"),
            (&["documents", "system"], "Kindle", "Kindle"),
            (&["documents"], "Amazon Kindle Paperwhite", "Kindle"),
            (&["documents"], "USB", "storage"),
            (&["system/config/global.cfg", "documents"], "PB740", "PocketBook"),
            (&["system/explorer-3"], "x", "PocketBook"),
            (&["Books"], "tolino", "tolino"),
            (&["Books", "Android"], "ONYX BOOX Note", "Boox"),
            (&["Android", "DCIM"], "Pixel 7", "phone or tablet"),
            (&["DCIM", "Download"], "x", "phone or tablet"),
            (&["Books"], "STICK", "storage"),
            (&[], "x", "storage"),
        ];
        for (paths, label, expected) in cases {
            let root = made(paths);
            let found = Found { root: root.path(), label };
            let kind = DEVICES.iter().find(|kind| (kind.claims)(&found)).unwrap();
            assert_eq!(kind.name, *expected, "{paths:?} {label}");
        }
    }

    #[test]
    fn a_kobo_says_its_model() {
        let root = made(&[".kobo"]);
        let say = |text: &str| {
            fs::write(root.path().join(".kobo/version"), text).unwrap();
            kobo(root.path())
        };
        let about = say("N2490000000000,4.1.15,4.38.21908,4.1.15,4.1.15,00000000-0000-0000-0000-000000000376\n");
        assert_eq!(about.model.as_deref(), Some("Kobo Clara HD"));
        assert_eq!(about.version.as_deref(), Some("4.38.21908"));
        assert_eq!(say("\0\u{fffd},,"), About::default());
        assert_eq!(say("1,2,3,4,5,0-999").model, None);
        fs::write(root.path().join(".kobo/version"), [0xff; 9000]).unwrap();
        assert_eq!(kobo(root.path()), About::default());
        let root = made(&["system/version.txt"]);
        fs::write(root.path().join("system/version.txt"), "Kindle 5.16.2.1.1 (4190350)").unwrap();
        assert_eq!(kindle(root.path()).version.as_deref(), Some("5.16.2.1.1"));
    }
}
