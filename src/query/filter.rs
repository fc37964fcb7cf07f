//! A filter as it is understood: whether a story meets it, why it does not, and how it is written.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use crate::diagnostic::Diagnostic;
use crate::model::date::PartialDate;
use crate::model::record::BookRecord;
use crate::model::warning::{RatingLevel, Vocabulary, WarningState};
use crate::vocab;

use super::Candidate;
use super::field::{Field, Kind};
use super::fold::{fold, has_words};
use super::parse;

/// A condition that a story meets or does not: `rating<=teen and words<5000 and not warning:"Major Character Death"`.
///
/// Printed, it reads back to itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    pub(super) root: Node,
    pub(super) remarks: Vec<Diagnostic>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// Two or more.
    All(Vec<Node>),
    /// Two or more.
    Any(Vec<Node>),
    Not(Box<Node>),
    Test(Test),
    Flag(Flag),
}

/// A word that is a condition by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    /// The author says what to be warned of, or that nothing is.
    Warned,
    /// The author says nothing about warnings, or chose not to warn.
    Unwarned,
}

impl Flag {
    pub(super) const ALL: [Flag; 2] = [Flag::Warned, Flag::Unwarned];

    pub(super) fn name(self) -> &'static str {
        match self {
            Flag::Warned => "warned",
            Flag::Unwarned => "unwarned",
        }
    }

    fn holds(self, record: &BookRecord) -> bool {
        let warned = matches!(state(record), WarningState::Stated | WarningState::NoneApply);
        warned == (self == Flag::Warned)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Test {
    pub field: Field,
    pub operator: Operator,
    /// One; for `in` one or more.
    pub values: Vec<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Is,
    IsNot,
    Below,
    AtMost,
    Above,
    AtLeast,
    /// Whole words.
    Has,
    /// Letters anywhere.
    Like,
    In,
}

impl Operator {
    pub(super) fn sign(self) -> &'static str {
        match self {
            Operator::Is => "=",
            Operator::IsNot => "!=",
            Operator::Below => "<",
            Operator::AtMost => "<=",
            Operator::Above => ">",
            Operator::AtLeast => ">=",
            Operator::Has => ":",
            Operator::Like => "~",
            Operator::In => "in",
        }
    }

    /// What can be asked of a kind of field.
    pub(super) fn of(kind: Kind) -> &'static [Operator] {
        use Operator::{Above, AtLeast, AtMost, Below, Has, In, Is, IsNot, Like};
        match kind {
            Kind::Text | Kind::Warning => &[Is, IsNot, Has, Like, In],
            Kind::Number | Kind::Date => &[Is, IsNot, Below, AtMost, Above, AtLeast, Has, In],
            Kind::Rating => &[Is, IsNot, Below, AtMost, Above, AtLeast, Has, Like, In],
            Kind::Language => &[Is, IsNot, Has, In],
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    /// As typed, without its quotation marks.
    pub written: String,
    /// `none` or `unknown` without quotation marks: that nothing is stated.
    pub is_nothing: bool,
    pub wanted: Wanted,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wanted {
    Nothing,
    /// Folded.
    Text(String),
    Number(u64),
    Date(PartialDate),
    Level(RatingLevel),
    /// A BCP 47 tag in small letters.
    Language(String),
    State(WarningState),
    Warning(WantedWarning),
}

/// What a name for a warning means.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WantedWarning {
    /// The folded labels of the terms that it means; none when it is known to no vocabulary.
    pub labels: BTreeSet<String>,
    /// The name itself, folded, for warnings that no vocabulary knows.
    pub wording: String,
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// When it is none: the place, what was expected there, and the way out.
    pub fn parse(text: &str) -> Result<Filter, Diagnostic> {
        parse::parse(text, None)
    }

    /// Reads a filter that may name warnings of a person's own vocabulary.
    ///
    /// # Errors
    /// See [`Filter::parse`].
    pub fn parse_with(text: &str, own: Option<&Vocabulary>) -> Result<Filter, Diagnostic> {
        parse::parse(text, own)
    }

    /// The filter that all of some filters make together; `None` of none.
    pub fn all(filters: impl IntoIterator<Item = Filter>) -> Option<Filter> {
        let mut roots = Vec::new();
        let mut remarks = Vec::new();
        for filter in filters {
            remarks.extend(filter.remarks);
            match filter.root {
                // Stays flat, so that it is no deeper than what was typed.
                Node::All(inner) => roots.extend(inner),
                root => roots.push(root),
            }
        }
        let root = if roots.len() > 1 { Node::All(roots) } else { roots.pop()? };
        Some(Filter { root, remarks })
    }

    /// What is worth knowing of how the filter was understood.
    pub fn remarks(&self) -> &[Diagnostic] {
        &self.remarks
    }

    /// Whether a story meets it.
    pub fn matches(&self, candidate: &Candidate) -> bool {
        self.root.holds(candidate)
    }

    /// Why a story does not meet it: what the story says that is not wanted. Empty when it does.
    pub fn against(&self, candidate: &Candidate) -> Vec<String> {
        let mut reasons = Vec::new();
        self.root.against(candidate, true, &mut reasons);
        reasons
    }
}

impl Node {
    fn holds(&self, candidate: &Candidate) -> bool {
        match self {
            Node::All(nodes) => nodes.iter().all(|node| node.holds(candidate)),
            Node::Any(nodes) => nodes.iter().any(|node| node.holds(candidate)),
            Node::Not(node) => !node.holds(candidate),
            Node::Test(test) => test.holds(candidate),
            Node::Flag(flag) => flag.holds(candidate.record),
        }
    }

    /// Adds the reasons of every condition that is not as `wanted`.
    fn against(&self, candidate: &Candidate, wanted: bool, reasons: &mut Vec<String>) {
        match self {
            Node::All(nodes) | Node::Any(nodes) => {
                if self.holds(candidate) != wanted {
                    nodes.iter().for_each(|node| node.against(candidate, wanted, reasons));
                }
            }
            Node::Not(node) => node.against(candidate, !wanted, reasons),
            Node::Test(_) | Node::Flag(_) if self.holds(candidate) == wanted => {}
            Node::Test(test) => add(reasons, test.reasons(candidate, wanted)),
            Node::Flag(_) => add(reasons, [said_of_warnings(state(candidate.record)).to_owned()]),
        }
    }
}

fn add(reasons: &mut Vec<String>, more: impl IntoIterator<Item = String>) {
    for reason in more {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
}

fn state(record: &BookRecord) -> WarningState {
    record.warnings.state.unwrap_or_default()
}

fn said_of_warnings(state: WarningState) -> &'static str {
    match state {
        WarningState::Unknown => "says nothing about warnings",
        WarningState::Withheld => "its author chose not to warn",
        WarningState::NoneApply => "its author says that no warning applies",
        WarningState::Stated => "its author warns",
    }
}

/// The level of a story's rating; `NotRated` also for a rating that is known to no scheme.
pub(super) fn level(record: &BookRecord) -> RatingLevel {
    record.rating.as_deref().and_then(vocab::rating).map_or(RatingLevel::NotRated, vocab::rating_level)
}

pub(super) fn number(field: Field, record: &BookRecord) -> Option<u64> {
    match field {
        Field::Words => record.words.map(|words| words as u64),
        Field::Chapters => record.chapters.map(|chapters| chapters as u64),
        Field::Year => record.published.or(record.updated).map(|date| u64::from(date.year())),
        _ => None,
    }
}

fn date(field: Field, record: &BookRecord) -> Option<PartialDate> {
    if field == Field::Updated { record.updated } else { record.published }
}

/// The texts of a field, as the story has them.
pub(super) fn texts(field: Field, candidate: &Candidate) -> Vec<String> {
    let record = candidate.record;
    let one = |text: &Option<String>| text.iter().cloned().collect();
    match field {
        Field::Title => one(&record.title),
        Field::Author => record.authors.clone(),
        Field::Fandom => record.fandoms.clone(),
        Field::Relationship => record.relationships.clone(),
        Field::Character => record.characters.clone(),
        Field::Category => record.categories.clone(),
        Field::Genre => record.genres.clone(),
        Field::Tag => record.tags.clone(),
        Field::Warning => record.warnings.list.iter().map(|warning| warning.label.clone()).collect(),
        Field::Rating => one(&record.rating),
        Field::Language => one(&record.language),
        Field::Series => record.series.iter().map(|part| part.name.clone()).collect(),
        Field::Status => one(&record.status),
        Field::Words | Field::Chapters | Field::Year => {
            number(field, record).iter().map(|number| number.to_string()).collect()
        }
        Field::Published | Field::Updated => date(field, record).iter().map(|date| date.to_string()).collect(),
        Field::Source => one(&record.source),
        Field::Publisher => one(&record.publisher),
        Field::Summary if record.summary.is_empty() => Vec::new(),
        Field::Summary => vec![record.summary.join(" ")],
        Field::Folder => super::folders(candidate.path),
        Field::Path => Some(candidate.path.replace('\\', "/")).filter(|path| !path.is_empty()).into_iter().collect(),
    }
}

/// The words for the state of a work that mean the same.
pub(super) fn status(folded: String) -> String {
    match folded.as_str() {
        "completed" | "finished" | "done" => "complete".to_owned(),
        "wip" | "work in progress" | "in-progress" | "unfinished" | "ongoing" | "incomplete" => {
            "in progress".to_owned()
        }
        _ => folded,
    }
}

/// The folded labels of every term that warns.
static KNOWN_LABELS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let terms = vocab::VOCABULARIES.iter().flat_map(|vocabulary| vocabulary.terms);
    terms.filter(|term| vocab::domain(term).is_some()).map(|term| fold(term.label)).collect()
});

impl WantedWarning {
    fn is(&self, label: &str, operator: Operator) -> bool {
        let label = fold(label);
        self.labels.contains(&label)
            // A warning that is known as something else is not that one, whatever words they share.
            || (!KNOWN_LABELS.contains(&label) && match operator {
                Operator::Has => has_words(&label, &self.wording),
                _ => label == self.wording,
            })
    }
}

impl Test {
    fn holds(&self, candidate: &Candidate) -> bool {
        let is = |operator| self.values.iter().any(|value| self.is(operator, value, candidate));
        match self.operator {
            Operator::IsNot => !is(Operator::Is),
            Operator::In => is(Operator::Is),
            operator => is(operator),
        }
    }

    fn is(&self, operator: Operator, value: &Value, candidate: &Candidate) -> bool {
        let record = candidate.record;
        let compare = |ordering: std::cmp::Ordering| match operator {
            Operator::Below => ordering.is_lt(),
            Operator::AtMost => ordering.is_le(),
            Operator::Above => ordering.is_gt(),
            Operator::AtLeast => ordering.is_ge(),
            _ => ordering.is_eq(),
        };
        match &value.wanted {
            Wanted::Nothing => texts(self.field, candidate).is_empty(),
            Wanted::Number(wanted) => number(self.field, record).is_some_and(|number| compare(number.cmp(wanted))),
            Wanted::Date(wanted) => date(self.field, record).is_some_and(|date| match operator {
                Operator::Is | Operator::Has => within(date, *wanted),
                _ => compare(as_far_as_both(date, *wanted)),
            }),
            Wanted::Level(RatingLevel::NotRated) => level(record) == RatingLevel::NotRated,
            Wanted::Level(wanted) => {
                let level = level(record);
                level != RatingLevel::NotRated && compare(level.cmp(wanted))
            }
            Wanted::Language(wanted) => record.language.as_ref().is_some_and(|language| {
                let rest = language.to_ascii_lowercase();
                rest.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            }),
            Wanted::State(wanted) => state(record) == *wanted,
            Wanted::Warning(wanted) => record.warnings.list.iter().any(|warning| wanted.is(&warning.label, operator)),
            Wanted::Text(wanted) => texts(self.field, candidate).into_iter().map(|text| fold(&text)).any(|text| {
                let text = if self.field == Field::Status { status(text) } else { text };
                match operator {
                    Operator::Has => has_words(&text, wanted),
                    Operator::Like => text.contains(wanted.as_str()),
                    _ => text == *wanted,
                }
            }),
        }
    }

    /// What the story says that makes the condition come out otherwise than `wanted`.
    fn reasons(&self, candidate: &Candidate, wanted: bool) -> Vec<String> {
        let record = candidate.record;
        let said = texts(self.field, candidate);
        match self.field {
            Field::Rating => vec![match (&record.rating, level(record)) {
                (None, _) => "not rated".to_owned(),
                (Some(said), RatingLevel::NotRated) if vocab::rating(said).is_none() => {
                    format!("rated `{said}`, which is no level")
                }
                (Some(_), RatingLevel::NotRated) => "not rated".to_owned(),
                (Some(said), _) => format!("rated `{said}`"),
            }],
            Field::Warning => {
                let states = self.values.iter().any(|value| matches!(value.wanted, Wanted::State(_)));
                let named: Vec<String> = record
                    .warnings
                    .list
                    .iter()
                    .filter(|warning| {
                        self.values.iter().any(|value| match &value.wanted {
                            Wanted::Warning(wanted) => wanted.is(&warning.label, self.operator),
                            Wanted::Text(wanted) => fold(&warning.label).contains(wanted.as_str()),
                            _ => false,
                        })
                    })
                    .map(|warning| format!("warns of {}", warning.label))
                    .collect();
                let unwanted = wanted == (self.operator == Operator::IsNot);
                match (states, unwanted) {
                    (false, true) if !named.is_empty() => named,
                    (false, _) => {
                        let names: Vec<String> =
                            self.values.iter().map(|value| format!("`{}`", value.written)).collect();
                        vec![format!("does not warn of {}", names.join(" or "))]
                    }
                    (true, _) => vec![said_of_warnings(state(record)).to_owned()],
                }
            }
            field if said.is_empty() => vec![format!("{} not known", field.name())],
            Field::Words => vec![counted(&said[0], "word")],
            Field::Chapters => vec![counted(&said[0], "chapter")],
            // Here the last is the whole way.
            Field::Folder => said.last().map(|folder| format!("folder `{folder}`")).into_iter().collect(),
            field => {
                let shown: Vec<&str> = said.iter().take(3).map(String::as_str).collect();
                let more = if said.len() > shown.len() { ", …" } else { "" };
                vec![format!("{} {}{more}", field.name(), shown.join(", "))]
            }
        }
    }
}

fn counted(number: &str, what: &str) -> String {
    format!("{number} {what}{}", if number == "1" { "" } else { "s" })
}

/// Whether `date` lies in the day, month or year `wanted`.
fn within(date: PartialDate, wanted: PartialDate) -> bool {
    date.year() == wanted.year()
        && (wanted.month().is_none() || date.month() == wanted.month())
        && (wanted.day().is_none() || date.day() == wanted.day())
}

/// Which of two dates is earlier, as far as both are known: of 2003 and May 2003 neither is.
fn as_far_as_both(left: PartialDate, right: PartialDate) -> std::cmp::Ordering {
    let part = |left: Option<u8>, right: Option<u8>| left.zip(right).map(|(left, right)| left.cmp(&right));
    let months = part(left.month(), right.month());
    // A day says nothing without its month.
    let days = months.and_then(|_| part(left.day(), right.day()));
    let equal = std::cmp::Ordering::Equal;
    left.year().cmp(&right.year()).then(months.unwrap_or(equal)).then(days.unwrap_or(equal))
}

impl fmt::Display for Filter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.root)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Node::All(nodes) => list(out, nodes, " and ", |node| matches!(node, Node::All(_) | Node::Any(_))),
            Node::Any(nodes) => list(out, nodes, " or ", |node| matches!(node, Node::Any(_))),
            Node::Not(node) if matches!(**node, Node::All(_) | Node::Any(_)) => write!(out, "not ({node})"),
            Node::Not(node) => write!(out, "not {node}"),
            Node::Test(test) => write!(out, "{test}"),
            Node::Flag(flag) => write!(out, "{}", flag.name()),
        }
    }
}

fn list(out: &mut fmt::Formatter<'_>, nodes: &[Node], between: &str, brackets: fn(&Node) -> bool) -> fmt::Result {
    for (index, node) in nodes.iter().enumerate() {
        if index > 0 {
            write!(out, "{between}")?;
        }
        if brackets(node) {
            write!(out, "({node})")?;
        } else {
            write!(out, "{node}")?;
        }
    }
    Ok(())
}

impl fmt::Display for Test {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.field.name())?;
        match (self.operator, &self.values[..]) {
            (Operator::In, values) => {
                let values: Vec<String> = values.iter().map(Value::to_string).collect();
                write!(out, " in ({})", values.join(", "))
            }
            (operator, values) => {
                write!(out, "{}", operator.sign())?;
                values.iter().take(1).try_for_each(|value| write!(out, "{value}"))
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let simple = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_' | '+');
        let is_word = !self.written.is_empty()
            && self.written.chars().all(simple)
            && !parse::RESERVED.contains(&&*self.written.to_lowercase());
        if is_word || self.is_nothing {
            return write!(out, "{}", self.written);
        }
        write!(out, "{}", quoted(&self.written))
    }
}

/// A value as a filter holds it, whatever characters are in it.
pub fn quoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for character in value.chars() {
        if character == '\\' || parse::is_double(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
    out
}
