//! One story from its files to a whole book under a temporary name. It decides no name: that is for whoever sees all stories.

use crate::diagnostic::{Diagnosed, Diagnostic, Severity};
use crate::model::record::BookRecord;
use crate::pipeline::{self, Account, Compression, CoverChoice, Made};

use super::super::Exit;
use super::super::args::{CompressionRule, CoverRule};
use super::super::gather::Found;
use super::super::guard::guarded;
use super::super::load::{self, Loaded};
use super::super::naming;
use super::super::report;
use super::super::write::Staged;
use super::prepare::Run;

/// A story that its worker has done with, before it has its name.
pub struct Finished {
    pub found: Found,
    pub outcome: Result<Outcome, Exit>,
    pub diagnostics: Vec<Diagnostic>,
}

pub enum Outcome {
    Bound(Box<Bound>),
    /// Not wanted, and why.
    LeftOut {
        reasons: Vec<String>,
        facts: Box<report::Facts>,
    },
}

pub struct Bound {
    pub staged: Staged,
    pub named: naming::Facts,
    pub facts: report::Facts,
}

/// Reads and binds a story and writes its book under a temporary name.
pub fn bind_one(found: Found, run: &Run) -> Finished {
    let mut diagnostics = Vec::new();
    let outcome = guarded(|| bound(&found, run, &mut diagnostics));
    let outcome = outcome.unwrap_or_else(|fault| {
        diagnostics.push(fault);
        Err(Exit::Internal)
    });
    load::locate(&mut diagnostics, &found);
    Finished { found, outcome, diagnostics }
}

fn bound(found: &Found, run: &Run, diagnostics: &mut Vec<Diagnostic>) -> Result<Outcome, Exit> {
    let failed = |diagnostics: &mut Vec<Diagnostic>, faults: Vec<Diagnostic>| {
        diagnostics.extend(faults);
        Exit::Failed
    };
    let loaded = load::load(found, &run.stated).map_err(|faults| failed(diagnostics, faults))?;
    let Loaded { source, cover, diagnostics: remarks } = loaded;
    diagnostics.extend(remarks);
    let mut options = run.options.clone();
    let mut has_cover = run.arguments.cover == CoverRule::None;
    if !has_cover {
        let Diagnosed { value: given, diagnostics: warnings } = run.covers.given(found, cover.as_ref());
        has_cover = given.is_some() || !warnings.is_empty();
        diagnostics.extend(warnings);
        options.bind.cover = given.map_or(options.bind.cover, CoverChoice::Given);
    }
    let mut made = pipeline::make(&source, &options).map_err(|faults| failed(diagnostics, faults))?;
    diagnostics.append(&mut made.diagnostics);
    if let Some(fault) = lost_words(&made.account) {
        return Err(failed(diagnostics, vec![fault]));
    }
    let reasons = run.choice.against(&BookRecord::of(&made.book.metadata), &found.name());
    if !reasons.is_empty() {
        return Ok(Outcome::LeftOut { reasons, facts: Box::new(report::Facts::of(&made)) });
    }
    if let (false, Some(name)) = (has_cover, &made.story.metadata.cover) {
        let Diagnosed { value: named, diagnostics: warnings } = run.covers.named_in_text(found, name);
        diagnostics.extend(warnings);
        made.book.cover = named.or(made.book.cover);
    }
    let worst = diagnostics.iter().map(|diagnostic| diagnostic.severity).max();
    if run.arguments.strict && worst >= Some(Severity::Warning) {
        let fault = Diagnostic::error("strict", "no book is made of a story with warnings, as `--strict` wants it");
        return Err(failed(diagnostics, vec![fault.hint("mend what the warnings say, or leave out `--strict`")]));
    }
    let compression = match run.arguments.compression {
        CompressionRule::Fast => Compression::Fast,
        CompressionRule::Default => Compression::Default,
        CompressionRule::Best => Compression::Best,
    };
    let bytes = pipeline::write(&made.book, compression);
    let staged = run.output.stage(&found.stem, bytes).map_err(|fault| {
        diagnostics.push(fault);
        Exit::CannotWrite
    })?;
    let bound = Bound { staged, named: names_of(&made, found), facts: report::Facts::of(&made) };
    Ok(Outcome::Bound(Box::new(bound)))
}

/// A story as far as choosing needs it; `None` when it cannot be read, which is said when it is bound.
pub fn glimpse(found: &Found, run: &Run) -> Option<Made> {
    let mut options = run.options.clone();
    // Nobody looks at a cover here.
    options.bind.cover = CoverChoice::None;
    let made = guarded(|| {
        let loaded = load::load(found, &run.stated).ok()?;
        pipeline::make(&loaded.source, &options).ok()
    });
    made.ok().flatten()
}

/// The error of a story that lost words on its way: bindery makes no such book.
pub fn lost_words(account: &Account) -> Option<Diagnostic> {
    let count: usize = account.lost.iter().map(|(_, times)| times).sum();
    let named: Vec<String> = account.lost.iter().take(8).map(|(word, _)| format!("`{word}`")).collect();
    (count > 0).then(|| {
        let more = if account.lost.len() > named.len() { " and more" } else { "" };
        let fault = format!("{count} of {} words would be lost: {}{more}", account.words, named.join(", "));
        Diagnostic::error("words-lost", fault)
            .hint("this is a fault of bindery; report it, with the story if you may share it")
    })
}

/// What a name template can say about a story.
fn names_of(made: &Made, found: &Found) -> naming::Facts {
    let (book, story) = (&made.book.metadata, &made.story.metadata);
    let date = story.published.or(story.updated);
    let series = story.series.first();
    naming::Facts {
        author: book.creators.iter().map(|creator| creator.name.as_str()).collect::<Vec<_>>().join(", "),
        title: book.title.clone(),
        series: series.map(|series| series.name.clone()).unwrap_or_default(),
        index: series.and_then(|series| series.index.clone()).unwrap_or_default(),
        fandom: story.fandoms.join(", "),
        stem: found.stem.clone(),
        date: date.map(|date| date.to_string()).unwrap_or_default(),
        year: date.map(|date| date.year().to_string()).unwrap_or_default(),
        language: book.language.clone(),
    }
}
