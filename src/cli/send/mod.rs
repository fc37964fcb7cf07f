//! `bindery send`: books to a device, each in the format that it opens, to the place where it looks.
//!
//! It replaces an older edition of the same book, by the identifier within it, and nothing else on the device. Whatever goes wrong,
//! what was there stays whole.

mod converter;
mod place;
mod there;

use std::io::Cursor;
use std::path::{Component, Path, PathBuf};

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Severity};
use crate::pipeline;

use super::args::SendArguments;
use super::devices::{self, Device, Format};
use super::guard::guarded;
use super::info::read_book;
use super::terminal::Voice;
use super::{Exit, naming, report};
use converter::{Converter, SEND_TO_KINDLE};
use there::There;

/// What e-mail to a Kindle takes at most, and what its other ways do.
const LARGEST_MAIL: u64 = 50_000_000;
const LARGEST_SENT: u64 = 200_000_000;

/// Bytes of a device that are left free: file systems need some for what they write about files.
const SPARE: u64 = 64 << 10;

/// What `--json` prints.
#[derive(Serialize)]
struct Report {
    /// The version of the tool.
    bindery: &'static str,
    /// When true nothing was written: results say what would be done.
    dry_run: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<Device>,
    books: Vec<Sent>,
    diagnostics: Vec<Diagnostic>,
}

/// What became of a book.
#[derive(Serialize)]
struct Sent {
    input: String,
    title: Option<String>,
    result: Outcome,
    /// In which format it went.
    format: Format,
    /// Where it is on the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<PathBuf>,
    /// `None` when it is not known, since nothing was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    New,
    Replaced,
    /// The same bytes were there.
    Unchanged,
    Failed,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Outcome::New => "new",
            Outcome::Replaced => "replaced",
            Outcome::Unchanged => "unchanged",
            Outcome::Failed => "failed",
        }
    }
}

pub fn send(arguments: &SendArguments) -> Exit {
    let voice = Voice::new(Severity::Warning);
    let mut whole = Report {
        bindery: env!("CARGO_PKG_VERSION"),
        dry_run: arguments.dry_run,
        device: None,
        books: Vec::new(),
        diagnostics: Vec::new(),
    };
    let exit = match prepare(arguments) {
        Ok((device, folder, converter)) => {
            let mut sending = Sending {
                there: There::look(&device.path, device.format),
                folder,
                converter,
                device: &device,
                dry: arguments.dry_run,
                diagnostics: Vec::new(),
                exit: Exit::Done,
            };
            for book in &arguments.books {
                let sent = sending.book(book);
                sending.diagnostics.drain(..).for_each(|diagnostic| {
                    voice.say(&diagnostic);
                    whole.diagnostics.push(diagnostic);
                });
                whole.books.push(sent);
            }
            let exit = sending.exit;
            whole.device = Some(device);
            exit
        }
        Err((exit, fault)) => {
            voice.say(&fault);
            whole.diagnostics.push(fault);
            exit
        }
    };
    if arguments.json {
        return exit.max(report::print_json(&whole));
    }
    match &whole.device {
        Some(device) => exit.max(report::print(&table(&whole, device))),
        None => exit,
    }
}

/// The device, the folder on it, and the program that makes its format where we do not.
type Prepared = (Device, PathBuf, Option<Converter>);

fn prepare(arguments: &SendArguments) -> Result<Prepared, (Exit, Diagnostic)> {
    let device = chosen(arguments.to.as_deref())?;
    if device.read_only {
        let fault = Diagnostic::error("device-read-only", "the device cannot be written to");
        let hint = "eject it, plug it in anew, and let the computer repair it if it offers to";
        return Err((Exit::CannotWrite, fault.in_file(device.path.display().to_string()).hint(hint)));
    }
    let below = match &arguments.folder {
        Some(folder) => safe_folder(folder).map_err(|fault| (Exit::Usage, fault))?,
        None => PathBuf::from(device.folder),
    };
    // One without the program is told once, before any book.
    let converter = match device.format {
        Format::Azw3 => Some(Converter::find().map_err(|fault| (Exit::Failed, fault))?),
        Format::Epub | Format::Kepub => None,
    };
    let folder = if below.as_os_str().is_empty() { device.path.clone() } else { device.path.join(below) };
    if !arguments.dry_run {
        place::make_folder(&folder).map_err(|fault| (Exit::CannotWrite, fault))?;
    }
    Ok((device, folder, converter))
}

/// The device that is meant.
fn chosen(to: Option<&Path>) -> Result<Device, (Exit, Diagnostic)> {
    let devices = devices::devices();
    let listed = |devices: &[Device]| {
        let named = devices.iter().map(|device| format!("`{}` ({})", device.name, device.kind));
        named.collect::<Vec<_>>().join(", ")
    };
    let Some(to) = to else {
        return match <[Device; 1]>::try_from(devices) {
            Ok([device]) => Ok(device),
            Err(none) if none.is_empty() => Err((
                Exit::NoStories,
                Diagnostic::error("no-device", "no device is plugged in, or the system has not mounted it")
                    .hint("unlock it and let it be read as a drive, or name a folder with `--to`"),
            )),
            Err(several) => Err((
                Exit::Usage,
                Diagnostic::error("several-devices", format!("there are {} devices", several.len()))
                    .hint(format!("name one with `--to`: {}", listed(&several))),
            )),
        };
    };
    let name = to.to_string_lossy();
    let called: Vec<&Device> = devices.iter().filter(|device| device.is_called(&name)).collect();
    match called[..] {
        [device] => return Ok(device.clone()),
        [] => {}
        _ => {
            let several: Vec<Device> = called.into_iter().cloned().collect();
            let fault = Diagnostic::error("several-devices", format!("{} devices are called `{name}`", several.len()));
            return Err((Exit::Usage, fault.hint(format!("name one with `--to`: {}", listed(&several)))));
        }
    }
    if to.is_dir() {
        let canonical = to.canonicalize().ok();
        let known = devices.into_iter().find(|device| device.path.canonicalize().ok() == canonical);
        return Ok(known.unwrap_or_else(|| Device::named(to)));
    }
    let fault = Diagnostic::error("no-device", format!("there is no device and no folder `{name}`"));
    let hint = match &devices[..] {
        [] => "no device is plugged in; `bindery devices` lists them".to_owned(),
        devices => format!("there are {}", listed(devices)),
    };
    Err((Exit::Usage, fault.hint(hint)))
}

/// A folder on the device that a person names; it cannot lead off it.
fn safe_folder(folder: &Path) -> Result<PathBuf, Diagnostic> {
    let is_below = folder.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if is_below && folder.components().count() > 0 {
        return Ok(folder.components().filter(|part| matches!(part, Component::Normal(_))).collect());
    }
    Err(Diagnostic::error("folder-leads-off", "the folder has to be on the device")
        .in_file(folder.display().to_string())
        .hint("name it as it is called on the device, such as `--folder Stories`; `--to` takes any folder"))
}

/// What is the same for every book of a run, and what it comes to.
struct Sending<'d> {
    device: &'d Device,
    folder: PathBuf,
    converter: Option<Converter>,
    there: There,
    dry: bool,
    diagnostics: Vec<Diagnostic>,
    exit: Exit,
}

impl Sending<'_> {
    fn book(&mut self, path: &Path) -> Sent {
        let input = path.display().to_string();
        let format = self.device.format;
        let mut sent =
            Sent { input: input.clone(), title: None, result: Outcome::Failed, format, path: None, bytes: None };
        let done = guarded(|| self.put(path, &mut sent));
        let done = done.unwrap_or_else(|fault| Err((Exit::Internal, fault)));
        if let Err((exit, fault)) = done {
            self.exit = self.exit.max(exit);
            sent.result = Outcome::Failed;
            self.diagnostics.push(if fault.file.is_empty() { fault.in_file(input) } else { fault });
        }
        sent
    }

    fn put(&mut self, path: &Path, sent: &mut Sent) -> Result<(), (Exit, Diagnostic)> {
        let failed = |fault| (Exit::Failed, fault);
        let epub = read_book(path).map_err(failed)?;
        let record = pipeline::record(&epub).map_err(|fault| failed(of_story(path, fault)))?;
        sent.title = record.title;
        self.warn_of_size(path, epub.len() as u64);
        let identifier = there::identifier_within(Cursor::new(&epub));
        let made = match (self.device.format, &self.converter) {
            (Format::Kepub, _) => Some(pipeline::kepub::convert(&epub).map_err(failed)?),
            (Format::Azw3, Some(converter)) if !self.dry => Some(converter.convert(&epub).map_err(failed)?),
            (Format::Azw3, _) => None,
            (Format::Epub, _) => Some(epub),
        };
        sent.bytes = made.as_ref().map(|made| made.len() as u64);
        let editions = self.there.editions(identifier.as_deref(), self.device.format);
        let ending = self.device.format.ending();
        let (same, other): (Vec<PathBuf>, Vec<PathBuf>) =
            editions.into_iter().partition(|path| has_ending(path, ending));
        let target = match same.first() {
            Some(old) => old.clone(),
            None => {
                let stem = naming::plain_name(path);
                self.there.free_path(&self.folder, &stem, ending)
            }
        };
        self.there.give(&target);
        sent.path = Some(target.clone());
        sent.result = if same.is_empty() && other.is_empty() { Outcome::New } else { Outcome::Replaced };
        for more in same.iter().skip(1) {
            let remark =
                Diagnostic::warning("one-more-edition", "the device has this book once more; that one stays as it is");
            self.diagnostics
                .push(remark.in_file(more.display().to_string()).hint("remove the one that you do not want"));
        }
        let Some(made) = made else { return Ok(()) };
        if same.first().is_some_and(|old| is_same(old, &made)) {
            sent.result = Outcome::Unchanged;
            return Ok(());
        }
        let cannot_write = |fault| (Exit::CannotWrite, fault);
        // The old one is there until the new one is.
        self.needs_room(made.len() as u64).map_err(cannot_write)?;
        if self.dry {
            return Ok(());
        }
        place::put(&mut &made[..], &target).map_err(cannot_write)?;
        // The same book in the format that the device takes less well.
        for old in other {
            place::remove(&old).map_err(cannot_write)?;
        }
        Ok(())
    }

    fn needs_room(&self, bytes: u64) -> Result<(), Diagnostic> {
        let Some(free) = devices::free(&self.device.path) else { return Ok(()) };
        if free >= bytes.saturating_add(SPARE) {
            return Ok(());
        }
        let fault = format!("the book takes {}, and {} are free", devices::size(bytes), devices::size(free));
        Err(Diagnostic::error("device-full", fault)
            .in_file(self.device.path.display().to_string())
            .hint("remove something from the device, and send again"))
    }

    fn warn_of_size(&mut self, path: &Path, bytes: u64) {
        if self.device.format != Format::Azw3 || bytes <= LARGEST_MAIL {
            return;
        }
        let (code, fault) = match bytes {
            ..=LARGEST_SENT => ("too-large-for-mail", "over 50 MB: without a cable only Amazon's app and site take it"),
            _ => ("too-large-to-send", "over 200 MB: Send to Kindle does not take it, and a Kindle may open it slowly"),
        };
        let warning = Diagnostic::warning(code, fault).in_file(path.display().to_string());
        self.diagnostics.push(warning.hint("leave pictures out, or part the book"));
    }
}

/// What is no book is most often a story.
fn of_story(path: &Path, fault: Diagnostic) -> Diagnostic {
    if fault.code != "no-book" {
        return fault;
    }
    fault.hint(format!("`bindery build {}` makes a book of a story; send that", path.display()))
}

fn has_ending(path: &Path, ending: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    // What Kobo's own reader opens ends in `.epub` too.
    name.ends_with(ending) && (ending != ".epub" || !name.ends_with(".kepub.epub"))
}

fn is_same(path: &Path, bytes: &[u8]) -> bool {
    let same_size = path.metadata().is_ok_and(|facts| facts.len() == bytes.len() as u64);
    same_size && std::fs::read(path).is_ok_and(|there| there == bytes)
}

fn table(whole: &Report, device: &Device) -> String {
    let heading = ["book", "result", "size", "on the device"].map(str::to_owned);
    let rows = whole.books.iter().map(|sent| {
        let place = sent.path.as_deref().filter(|_| sent.result != Outcome::Failed);
        let place = place.map(|path| path.strip_prefix(&device.path).unwrap_or(path).display().to_string());
        [
            sent.title.clone().unwrap_or_else(|| sent.input.clone()),
            sent.result.word().to_owned(),
            sent.bytes.filter(|_| sent.result != Outcome::Failed).map(devices::size).unwrap_or_default(),
            place.unwrap_or_default(),
        ]
    });
    let mut out = devices::aligned(std::iter::once(heading).chain(rows).collect());
    let count = whole.books.iter().filter(|sent| sent.result != Outcome::Failed).count();
    let what = if count == 1 { "1 book".to_owned() } else { format!("{count} books") };
    let model = device.model.as_deref().unwrap_or(device.kind);
    let said = match whole.dry_run {
        true => format!("\n{what} would go to `{}` ({model}); nothing was written\n", device.name),
        false => format!("\n{what} on `{}` ({model}); eject it before you unplug it\n", device.name),
    };
    out.push_str(&said);
    if device.format == Format::Azw3 {
        out.push_str(&format!("{SEND_TO_KINDLE}\n"));
    }
    out
}
