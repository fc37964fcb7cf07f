//! `bindery search`: the books that have certain words, the best match first, and where in them the words stand.

use console::Style;

use crate::catalogue::{Depth, Entry, Snippet, snippets};
use crate::diagnostic::{Diagnostic, Severity};

use super::args::SearchArguments;
use super::library::{Library, Wanted};
use super::list::{print_json, refuse, refuse_library, shown, total_line, warnings};
use super::terminal::{self, Voice, colours_on, fit, harmless};
use super::{Exit, report};

/// Lines about where the words stand that are shown of one book.
const MOST_SNIPPETS: usize = 3;

pub fn search(arguments: &SearchArguments) -> Exit {
    let mut voice = Voice::new(Severity::Warning);
    let mut wanted = match Wanted::of(&arguments.choosing) {
        Ok(wanted) => wanted,
        Err(faults) => return refuse(&faults, Exit::Usage, &voice),
    };
    if !arguments.text.contains(char::is_alphanumeric) {
        let fault = Diagnostic::error("no-words", format!("there is no word in `{}`", arguments.text));
        let fault = fault.hint("name words to search for; `bindery list` shows all books");
        return refuse(&[fault], Exit::Usage, &voice);
    }
    wanted.remarks().for_each(|remark| voice.say(&remark));
    wanted.query.text = arguments.text.clone();
    let mut library = match Library::open(&arguments.folder, Depth::Names, &mut voice) {
        Ok(library) => library,
        Err(fault) => return refuse_library(fault, &voice),
    };
    match shown(&mut library, wanted, &arguments.choosing.limit, arguments.choosing.json, &mut voice) {
        Ok((total, entries)) if arguments.choosing.json => print_json(&library, total, &entries),
        Ok((total, entries)) => {
            library.say_unreadable(&voice);
            let colours = colours_on(&std::io::stdout());
            let mut pages: Vec<String> = entries
                .iter()
                .map(|entry| about(entry, &library, &arguments.text, terminal::width(), colours))
                .collect();
            pages.push(total_line(total, entries.len()) + "\n");
            report::print(&pages.join("\n"))
        }
        Err(fault) => refuse_library(fault, &voice),
    }
}

/// A few lines on a book: title and authors, facts, where the words stand, its file.
fn about(entry: &Entry, library: &Library, typed: &str, width: Option<usize>, colours: bool) -> String {
    let record = &entry.record;
    let width = width.unwrap_or(usize::MAX);
    let title = record.title.as_deref().unwrap_or("A book without a title");
    let by = if record.authors.is_empty() { String::new() } else { format!(", by {}", record.authors.join(", ")) };
    let heading = fit(&format!("{title}{by}"), width);
    let mut lines = vec![Style::new().bold().force_styling(colours).apply_to(heading).to_string()];
    let facts = [
        record.fandoms.join(", "),
        record.rating.clone().unwrap_or_default(),
        warnings(record),
        record.words.map_or_else(String::new, |words| format!("{words} words")),
    ];
    let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    if !facts.is_empty() {
        lines.push(format!("  {}", fit(&facts.join("; "), width.saturating_sub(2))));
    }
    let snippets = snippets(record, typed);
    // Title and authors are in sight already.
    let out_of_sight = snippets.iter().filter(|snippet| !["title", "author"].contains(&snippet.field));
    lines.extend(out_of_sight.take(MOST_SNIPPETS).map(|snippet| in_colour(snippet, colours)));
    lines.push(format!("  {}", harmless(&library.catalogue.path_of(entry).display().to_string())));
    lines.join("\n") + "\n"
}

/// `  tag: Slow Burn`, with the words that were found standing out.
fn in_colour(snippet: &Snippet, colours: bool) -> String {
    let found = Style::new().bold().yellow().force_styling(colours);
    let mut line = format!("  {}: ", snippet.field);
    let mut end = 0;
    for words in &snippet.found {
        line.push_str(&harmless(&snippet.text[end..words.start]));
        line.push_str(&found.apply_to(harmless(&snippet.text[words.clone()])).to_string());
        end = words.end;
    }
    line.push_str(&harmless(&snippet.text[end..]));
    line
}
