//! Which of the stories that were found go into which book, and in what order. Where nobody asks for anything that only a
//! story's own words tell, no story is read here.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::diagnostic::Diagnostic;
use crate::model::block::{Block, Paragraph};
use crate::model::record::BookRecord;
use crate::model::text::Inline;
use crate::pipeline::query::{By, Candidate, Group, groups};

use super::super::choice::Picked;
use super::super::gather::Found;
use super::super::load;
use super::super::naming::{self, Names};
use super::super::order::{with_workers, workers};
use super::super::report::{Status, StoryReport};
use super::prepare::{Chosen, Run};

/// A book that is to be made.
pub struct Planned {
    pub title: String,
    pub name: String,
    /// What stands behind the introduction.
    pub remark: Option<Block>,
    pub stories: Vec<Chosen>,
}

/// The books of a run, the stories that are in none, and what is said of both.
pub struct Plans {
    pub books: Vec<Planned>,
    pub left_out: Vec<StoryReport>,
    pub said: Vec<Diagnostic>,
}

pub fn plan(stories: Vec<Chosen>, run: &Run) -> Plans {
    if run.choice.is_open() && run.arguments.by.is_none() {
        return Plans { books: vec![whole(stories, run)], left_out: Vec::new(), said: Vec::new() };
    }
    let parts: HashMap<PathBuf, Vec<usize>> =
        stories.iter().map(|chosen| (chosen.found.path.clone(), chosen.parts.clone())).collect();
    let found: Vec<Found> = stories.into_iter().map(|chosen| chosen.found).collect();
    let pick = || run.choice.pick(found, |found| load::glimpse(found, &run.stated, &run.options), |record| record);
    let Picked { chosen, left_out } = with_workers(workers(run.arguments.jobs), pick);
    let left_out = left_out.into_iter().map(|(found, facts, reasons)| StoryReport {
        status: Status::LeftOut,
        left_out: reasons,
        story: Some(facts),
        ..StoryReport::of(&found, Vec::new())
    });
    let left_out = left_out.collect();
    let parts = |found: &Found| parts.get(&found.path).cloned().unwrap_or_default();
    let Some(by) = run.arguments.by else {
        let stories = chosen.into_iter().map(|(found, _)| Chosen { parts: parts(&found), found });
        let stories: Vec<Chosen> = stories.collect();
        let books = if stories.is_empty() { Vec::new() } else { vec![whole(stories, run)] };
        return Plans { books, left_out, said: Vec::new() };
    };
    grouped(by, &chosen, left_out, run)
}

/// All stories in one book.
fn whole(stories: Vec<Chosen>, run: &Run) -> Planned {
    Planned { title: run.anthology.title.clone(), name: run.name.clone(), remark: None, stories }
}

fn grouped(by: By, chosen: &[(Found, Option<BookRecord>)], left_out: Vec<StoryReport>, run: &Run) -> Plans {
    // A story that cannot be read says nothing; the book of those that say nothing tells why.
    let unread = BookRecord::default();
    let paths: Vec<String> = chosen.iter().map(|(found, _)| found.name()).collect();
    let records: Vec<&BookRecord> = chosen.iter().map(|(_, record)| record.as_ref().unwrap_or(&unread)).collect();
    let candidates: Vec<Candidate> =
        records.iter().zip(&paths).map(|(record, path)| Candidate::new(record, path)).collect();
    let groups = groups(by, &candidates);
    let several = groups.iter().map(|group| group.stories.len()).sum::<usize>() - chosen.len();
    let mut said = Vec::new();
    if several > 0 {
        let fault = format!("stories of several {} stand in the book of each, {several} more in all", plural(by));
        said.push(Diagnostic::remark("in-several-books", fault));
    }
    let mut names = Names::default();
    let mut books = Vec::new();
    for group in groups {
        let title = match &run.arguments.title {
            Some(title) => format!("{title}: {}", group.name),
            None => title(by, &group),
        };
        let plain = naming::titled(&title);
        let (name, _) = names.claim(plain.strip_suffix(".epub").unwrap_or(&plain), None, |_| false);
        if let Some(remark) = &group.remark {
            let warning = Diagnostic::warning("series-incomplete", format!("{}: {remark}", group.name));
            said.push(
                warning
                    .in_file(run.output.path_of(&name).display().to_string())
                    .hint("add the missing parts, or number the stories by `series_index` in a file beside each"),
            );
        }
        // What a book says of itself is in its language, and this is known in English alone.
        let english = group
            .stories
            .iter()
            .filter(|index| records[**index].language.as_deref().is_some_and(|language| language.starts_with("en")));
        let is_english = match &run.arguments.language {
            Some(language) => language.starts_with("en"),
            None => english.count() * 2 > group.stories.len(),
        };
        let remark = group.remark.as_ref().filter(|_| is_english);
        let remark = remark.map(|remark| {
            Block::Paragraph(Paragraph::new(vec![Inline::text(format!(
                "Parts of this series in this book: {remark}."
            ))]))
        });
        let stories =
            group.stories.iter().map(|index| Chosen { found: chosen[*index].0.clone(), parts: vec![0] }).collect();
        books.push(Planned { title, name, remark, stories });
    }
    Plans { books, left_out, said }
}

/// What the book of a group is called when nobody says.
fn title(by: By, group: &Group) -> String {
    let name = &group.name;
    match by {
        _ if group.is_unstated => name.clone(),
        By::Author => format!("Stories by {name}"),
        By::Year => format!("Stories of {name}"),
        By::Rating => format!("Stories rated {name}"),
        By::Language => format!("Stories in {name}"),
        By::Fandom | By::Series | By::Relationship | By::Folder => name.clone(),
    }
}

fn plural(by: By) -> String {
    match by {
        By::Series => "series".to_owned(),
        _ => format!("{}s", by.name()),
    }
}
