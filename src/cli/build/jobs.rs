//! `--from-jsonl` and `--to-jsonl`: one story a line in, one book a line out. What comes of a line depends on that line and the
//! options alone, so an engine that runs programs on many machines can run this one, and do a line again when a machine is lost.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnosed, Diagnostic, Severity};
use crate::model::book::Cover;
use crate::model::record::BookRecord;
use crate::pipeline::declared::{self, Declared, Place};
use crate::pipeline::{self, Beside, CoverChoice, Source, SourceFile};

use super::super::Exit;
use super::super::args::{BookFormat, BuildArguments, CoverRule, build_with};
use super::super::cover;
use super::super::gather::unreadable;
use super::super::guard::guarded;
use super::super::naming;
use super::super::order::{in_order, workers};
use super::super::terminal::Voice;
use super::super::write::cannot_write;
use super::one::{lost_words, names_of, strict};
use super::prepare::{Settings, settings};
use super::shard::id_of;

/// Bytes of the longest line that is read: a story of the largest size as Base64.
const LONGEST: u64 = 512 << 20;

/// A story as a line has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Job {
    /// Given back as it is.
    #[serde(default)]
    id: serde_json::Value,
    /// As messages call the story, and where `{stem}` and `{id}` come from; the first file's name if it is left out.
    name: Option<String>,
    files: Vec<JobFile>,
    /// Pictures that the story names, by the path that it calls them.
    #[serde(default)]
    pictures: Vec<JobFile>,
    /// What a `NAME.toml` beside the story would state.
    #[serde(default)]
    corrections: serde_json::Map<String, serde_json::Value>,
    /// What would be typed behind the options of the run, by the names that the options have there.
    #[serde(default)]
    options: serde_json::Map<String, serde_json::Value>,
}

/// The options that a job may have. The others are the run's, or would read a file.
const OPTIONS: [&str; 16] = [
    "compression",
    "cover",
    "encoding",
    "exclude-unwarned",
    "exclude-warning",
    "format",
    "name",
    "no-repair",
    "notes",
    "only-rating",
    "set",
    "strict",
    "typography",
    "warnings",
    "where",
    "without",
];

/// How a job is done.
struct Order {
    arguments: Box<BuildArguments>,
    settings: Settings,
}

/// The orders of a run. Jobs mostly say the same.
struct Orders {
    plain: Arc<Order>,
    known: Mutex<BTreeMap<String, Arc<Order>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JobFile {
    name: String,
    text: Option<String>,
    base64: Option<String>,
    /// Seconds since 1970.
    modified: Option<i64>,
}

/// What came of a line.
#[derive(Serialize)]
struct Answer {
    id: serde_json::Value,
    /// `made`, `left-out` or `failed`.
    status: &'static str,
    /// What the book would be called, in the first of its formats. Two lines may have books of one name; `{id}` in the template
    /// keeps them apart.
    name: Option<String>,
    /// The book, as Base64.
    epub: Option<String>,
    /// The book for Kobo's own readers, where it is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    kepub: Option<String>,
    record: Option<BookRecord>,
    left_out: Vec<String>,
    diagnostics: Vec<Diagnostic>,
}

/// Answers every line of one file in another. `-` is standard input and output.
pub fn answer_all(arguments: &BuildArguments, from: &Path, to: &Path) -> Exit {
    let voice = Voice::new(if arguments.quiet { Severity::Error } else { Severity::Warning });
    let orders = match Orders::new() {
        Ok(orders) => orders,
        Err((exit, faults)) => {
            faults.iter().for_each(|fault| voice.say(fault));
            return exit;
        }
    };
    let is_standard = |path: &Path| path.as_os_str() == "-";
    let input: Box<dyn Read + Send> = match is_standard(from) {
        true => Box::new(io::stdin()),
        false => match File::open(from) {
            Ok(file) => Box::new(file),
            Err(error) => {
                voice.say(&unreadable(from, &error));
                return Exit::Failed;
            }
        },
    };
    let output: Box<dyn Write + Send> = match is_standard(to) {
        true => Box::new(io::stdout()),
        false => match File::create(to) {
            Ok(file) => Box::new(file),
            Err(error) => {
                voice.say(&cannot_write(to, &error));
                return Exit::CannotWrite;
            }
        },
    };
    let mut output = BufWriter::new(output);
    let mut exit = Exit::Done;
    let mut fault = None;
    let lines = Lines { input: BufReader::new(input), over: false };
    in_order(
        lines,
        workers(arguments.jobs),
        |line| answer(&line, &orders),
        |(text, ended)| {
            exit = exit.max(ended);
            // Each answer goes out at once: whoever reads may wait for it before the next question.
            if fault.is_none() {
                fault = output.write_all(text.as_bytes()).and_then(|()| output.flush()).err();
            }
        },
    );
    match fault {
        // Whoever closes the pipe has read enough.
        Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            voice.say(&cannot_write(to, &error));
            exit.max(Exit::CannotWrite)
        }
        _ => exit,
    }
}

/// The lines of a file; a line that cannot be read is an error in its place.
struct Lines<R> {
    input: BufReader<R>,
    over: bool,
}

impl<R: Read> Iterator for Lines<R> {
    type Item = Result<Vec<u8>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.over {
            let mut line = Vec::new();
            match (&mut self.input).take(LONGEST).read_until(b'\n', &mut line) {
                Ok(0) => self.over = true,
                Ok(length) if length as u64 == LONGEST && line.last() != Some(&b'\n') => {
                    self.over = self.input.skip_until(b'\n').is_err();
                    return Some(Err(format!("the line is longer than {} MB", LONGEST >> 20)));
                }
                // Empty lines between jobs ask nothing.
                Ok(_) if line.trim_ascii().is_empty() => {}
                Ok(_) => return Some(Ok(line)),
                Err(error) => {
                    self.over = true;
                    return Some(Err(format!("the line cannot be read: {error}")));
                }
            }
        }
        None
    }
}

fn answer(line: &Result<Vec<u8>, String>, orders: &Orders) -> (String, Exit) {
    let wrong = |message: String| {
        let hint =
            "write one JSON object on each line: `{\"id\": …, \"files\": [{\"name\": \"moth.txt\", \"text\": \"…\"}]}`";
        failed(serde_json::Value::Null, vec![Diagnostic::error("job-broken", message).hint(hint)])
    };
    let (answer, exit) = match line {
        Err(message) => (wrong(message.clone()), Exit::Failed),
        Ok(line) => match serde_json::from_slice::<Job>(line) {
            Err(error) => (wrong(format!("this is no job: {error}")), Exit::Failed),
            Ok(job) => {
                let id = job.id.clone();
                let made = guarded(|| made(job, orders));
                match made {
                    Ok(Ok(answer)) => (answer, Exit::Done),
                    Ok(Err(faults)) => (failed(id, faults), Exit::Failed),
                    Err(fault) => (failed(id, vec![fault]), Exit::Internal),
                }
            }
        },
    };
    // Only maps with odd keys and failing writers can fail; we have neither.
    (serde_json::to_string(&answer).unwrap_or_default() + "\n", exit)
}

fn failed(id: serde_json::Value, diagnostics: Vec<Diagnostic>) -> Answer {
    Answer {
        id,
        status: "failed",
        name: None,
        epub: None,
        kepub: None,
        record: None,
        left_out: Vec::new(),
        diagnostics,
    }
}

impl Orders {
    /// # Errors
    /// When what was typed makes no sense.
    fn new() -> Result<Orders, (Exit, Vec<Diagnostic>)> {
        let plain = Arc::new(Order::of(&[]).map_err(|fault| (Exit::Usage, fault))?);
        Ok(Orders { plain, known: Mutex::default() })
    }

    /// How a job with these options is done.
    fn with(&self, options: &serde_json::Map<String, serde_json::Value>) -> Result<Arc<Order>, Vec<Diagnostic>> {
        /// More than jobs differ in on purpose.
        const MOST: usize = 64;
        if options.is_empty() {
            return Ok(Arc::clone(&self.plain));
        }
        let mut typed = Vec::new();
        for (name, value) in options {
            typed.extend(as_typed(name, value).map_err(|fault| vec![fault])?);
        }
        let key = typed.join("\0");
        if let Some(order) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(order));
        }
        let order = Arc::new(Order::of(&typed)?);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST {
            known.insert(key, Arc::clone(&order));
        }
        Ok(order)
    }
}

impl Order {
    fn of(more: &[String]) -> Result<Order, Vec<Diagnostic>> {
        let arguments = build_with(std::env::args_os(), more).map_err(|(fault, way_out)| {
            let fault = Diagnostic::error("job-broken", fault);
            vec![if way_out.is_empty() { fault } else { fault.hint(way_out) }]
        })?;
        let settings = settings(&arguments).map_err(|(_, faults)| faults)?;
        Ok(Order { arguments, settings })
    }
}

/// An option of a job as it would be typed: text and numbers as they are, `true` for an option without a value, a list for one that
/// may be given several times, and an object for one whose values have names.
fn as_typed(name: &str, value: &serde_json::Value) -> Result<Vec<String>, Diagnostic> {
    use serde_json::Value;
    let typed = name.replace('_', "-");
    if !OPTIONS.contains(&typed.as_str()) {
        let fault = Diagnostic::error("job-broken", format!("a job has no option `{name}`"));
        return Err(fault.hint(format!("there are {}; others stand on the command line", OPTIONS.join(", "))));
    }
    let plain = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let values: Option<Vec<String>> = match value {
        Value::Bool(true) => return Ok(vec![format!("--{typed}")]),
        Value::Bool(false) | Value::Null => return Ok(Vec::new()),
        Value::Array(values) => values.iter().map(plain).collect(),
        Value::Object(named) => {
            named.iter().map(|(name, value)| plain(value).map(|value| format!("{name}={value}"))).collect()
        }
        value => plain(value).map(|value| vec![value]),
    };
    match values {
        Some(values) => Ok(values.into_iter().map(|value| format!("--{typed}={value}")).collect()),
        None => Err(Diagnostic::error("job-broken", format!("the option `{name}` holds more than text"))
            .hint("write text, a number, `true`, a list of text, or an object of text")),
    }
}

/// The cover of this name among a job's pictures, with a warning in place of one that cannot be used.
fn cover_named(name: &str, pictures: &BTreeMap<String, Vec<u8>>) -> Diagnosed<Option<Cover>> {
    let read = match pictures.get(name) {
        Some(bytes) => cover::of(bytes.clone(), name.to_owned()),
        None => Err(Diagnostic::warning("cover-missing", format!("there is no cover `{name}`"))
            .hint("put the picture into the job's `pictures` by this name")),
    };
    match read {
        Ok(Diagnosed { value, diagnostics }) => Diagnosed::with(Some(value), diagnostics),
        Err(warning) => Diagnosed::with(None, vec![warning]),
    }
}

fn made(job: Job, orders: &Orders) -> Result<Answer, Vec<Diagnostic>> {
    let Job { id, name, files, pictures, corrections, options } = job;
    let name = name.or_else(|| files.first().map(|file| file.name.clone())).unwrap_or_default();
    let in_job = |fault: Diagnostic| fault.in_file(name.clone());
    let here = |fault: Diagnostic| vec![in_job(fault)];
    if files.is_empty() {
        let fault = Diagnostic::error("job-broken", "the job has no files");
        return Err(here(fault.hint("name at least one file, with `text` or `base64`")));
    }
    let files = files.into_iter().map(file).collect::<Result<Vec<_>, _>>().map_err(here)?;
    let pictures = pictures.into_iter().map(file).collect::<Result<Vec<_>, _>>().map_err(here)?;
    let pictures: Arc<BTreeMap<String, Vec<u8>>> =
        Arc::new(pictures.into_iter().map(|file| (file.name, file.bytes)).collect());
    let order = orders.with(&options).map_err(|faults| faults.into_iter().map(in_job).collect::<Vec<_>>())?;
    let Order { arguments, settings } = &*order;
    let mut stated = settings.stated.clone();
    let Diagnosed { value, mut diagnostics } = stated_by(&corrections, &name).map_err(|fault| vec![fault])?;
    stated.fill_from(value);
    let stem = Path::new(&name).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut options = settings.options.clone();
    let mut has_cover = arguments.cover == CoverRule::None;
    if let (false, Some(stated)) = (has_cover, &stated.metadata.cover) {
        let Diagnosed { value: given, diagnostics: said } = cover_named(stated, &pictures);
        diagnostics.extend(said);
        has_cover = true;
        options.bind.cover = given.map_or(options.bind.cover, CoverChoice::Given);
    }
    let inside = Arc::clone(&pictures);
    let beside = Beside::new(move |name| inside.get(name).cloned());
    let source = Source { name: name.clone(), stem: stem.clone(), files, corrections: stated, beside };
    let mut made = pipeline::make(&source, &options)?;
    diagnostics.append(&mut made.diagnostics);
    if let (false, Some(named)) = (has_cover, &made.story.metadata.cover) {
        let Diagnosed { value: given, diagnostics: said } = cover_named(named, &pictures);
        diagnostics.extend(said);
        made.book.cover = given.or(made.book.cover);
    }
    diagnostics.iter_mut().filter(|said| said.file.is_empty()).for_each(|said| said.file.clone_from(&name));
    if let Some(fault) = lost_words(&made.account) {
        diagnostics.push(fault);
        return Err(diagnostics);
    }
    let record = BookRecord::of(&made.book.metadata);
    let left_out = settings.choice.against(&record, &name);
    if !left_out.is_empty() {
        let status = "left-out";
        return Ok(Answer {
            id,
            status,
            name: None,
            epub: None,
            kepub: None,
            record: Some(record),
            left_out,
            diagnostics,
        });
    }
    if arguments.strict && diagnostics.iter().any(|said| said.severity >= Severity::Warning) {
        diagnostics.push(in_job(strict()));
        return Err(diagnostics);
    }
    let compression = arguments.compression.into();
    let wants = |format| arguments.format.contains(&format);
    let epub = wants(BookFormat::Epub).then(|| STANDARD.encode(pipeline::write(&made.book, compression)));
    let kepub = wants(BookFormat::Kepub).then(|| STANDARD.encode(pipeline::write_kepub(&made.book, compression)));
    let facts = naming::Facts { id: id_of(&name), ..names_of(&made, &stem) };
    let name = naming::Names::default().claim(&arguments.name.plain(&facts), None, |_| false).0;
    let name = arguments.format.first().map_or(name.clone(), |format| format.file_name(&name));
    Ok(Answer { id, status: "made", name: Some(name), epub, kepub, record: Some(record), left_out, diagnostics })
}

fn file(file: JobFile) -> Result<SourceFile, Diagnostic> {
    let JobFile { name, text, base64, modified } = file;
    let fault = |message: String| {
        Diagnostic::error("job-broken", message).hint("give each file either `text` or `base64`, the bytes as Base64")
    };
    let bytes = match (text, base64) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(bytes)) => {
            STANDARD.decode(bytes).map_err(|error| fault(format!("the bytes of `{name}` are no Base64: {error}")))?
        }
        _ => return Err(fault(format!("`{name}` has both `text` and `base64`, or neither"))),
    };
    Ok(SourceFile { name, bytes, modified })
}

/// What a job states, read as a sidecar is.
fn stated_by(
    corrections: &serde_json::Map<String, serde_json::Value>,
    name: &str,
) -> Result<Diagnosed<Declared>, Diagnostic> {
    let text = toml::to_string(corrections).map_err(|error| {
        Diagnostic::error("job-broken", format!("the corrections cannot be read: {error}"))
            .in_file(name)
            .hint("write them as in a `NAME.toml`: text, numbers, true and false, lists of text")
    })?;
    declared::from_toml(&text, &Place { name, file: 0, first_line: 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_parted_and_empty_ones_ask_nothing() {
        let lines = Lines { input: BufReader::new(&b"one\n\n \ntwo"[..]), over: false };
        let lines: Vec<Vec<u8>> = lines.map(|line| line.unwrap()).collect();
        assert_eq!(lines, [b"one\n".to_vec(), b"two".to_vec()]);
    }
}
