//! What a book says of content warnings: the page before the story, the details, the lines at chapters. One order of one
//! set, which the package and the report have too.

use super::domains;
use super::labels::Labels;
use super::pages::{chapter_label, heading, page, page_id, rating_in_words};
use crate::model::anthology::CarriedWarning;
use crate::model::book::{
    BookWarning, Element, LinkedItem, NoteForm, NoteOrigin, Page, PageKind, PageNote, Way, WayTarget, paragraph,
};
use crate::model::note::{Note, NoteKind};
use crate::model::story::{Role, Story};
use crate::model::text::Inline;
use crate::model::warning::{Scope, Term, WarnedBy, Warning, WarningPages, WarningState};
use crate::vocab;

/// The page of warnings, wherever it stands.
pub(super) const PAGE: &str = "warnings";
const DETAILS: &str = "warning-details";

/// What a warning is called.
pub(super) fn label(warning: &Warning) -> &str {
    warning.term.map_or(warning.wording.as_str(), |term| term.label)
}

/// The warnings of a story in the order of their domains, those of the author first.
pub(super) fn in_order(story: &Story) -> Vec<&Warning> {
    let mut warnings: Vec<&Warning> = story.warnings.iter().collect();
    // Stable: within a domain the author's order stays.
    warnings.sort_by_key(|warning| (warning.by, place(domain(warning))));
    warnings
}

fn domain(warning: &Warning) -> Option<&'static Term> {
    warning.term.and_then(vocab::domain)
}

fn place(domain: Option<&Term>) -> usize {
    let order = vocab::VOCABULARIES.iter().find(|vocabulary| vocabulary.name == "neon").map_or(&[][..], |it| it.terms);
    domain.and_then(|domain| order.iter().position(|other| other.id == domain.id)).unwrap_or(order.len())
}

/// What the package says of each warning.
pub(super) fn of_book(story: &Story) -> Vec<BookWarning> {
    let mut out: Vec<BookWarning> = Vec::new();
    for warning in in_order(story) {
        let record = of_warning(story, warning);
        if !out.contains(&record) {
            out.push(record);
        }
    }
    out
}

fn of_warning(story: &Story, warning: &Warning) -> BookWarning {
    let broader = warning.term.map(vocab::falls_under).unwrap_or_default();
    BookWarning {
        label: label(warning).to_owned(),
        chapter: match warning.scope {
            Scope::Work => None,
            Scope::Chapter(index) => Some(chapter_label(story, index)),
        },
        intensity: warning.intensity,
        by: warning.by,
        domain: domain(warning).map(|domain| domain.id),
        falls_under: broader.iter().map(|term| address(term)).collect(),
    }
}

/// The address of a term of a standard's list.
fn address(term: &Term) -> String {
    format!("{}{}{}", term.authority, if term.authority.ends_with('/') { "" } else { "/" }, term.id)
}

/// What the author says in sentences about the whole.
fn notes(story: &Story) -> Vec<&Note> {
    story.notes.iter().filter(|note| note.kind == NoteKind::Warning).collect()
}

fn says_something(story: &Story) -> bool {
    story.warning_state != WarningState::Unknown
        || story.metadata.rating.is_some()
        || !story.warnings.is_empty()
        || !notes(story).is_empty()
}

fn has_details(story: &Story) -> bool {
    !story.warnings.is_empty()
        || !notes(story).is_empty() && matches!(story.warning_state, WarningState::Stated | WarningState::Unknown)
}

/// The page before the story; present when there is a rating or anything is known of warnings.
pub(super) fn front(story: &Story, labels: &Labels, pages: WarningPages) -> Option<Page> {
    let in_front = matches!(pages, WarningPages::Summary | WarningPages::Full);
    if !in_front || !says_something(story) {
        return None;
    }
    let mut elements = vec![heading(labels.content_warnings)];
    elements.extend(summary(story, labels));
    if pages == WarningPages::Summary && has_details(story) {
        elements.push(Element::PageLink { page: DETAILS.to_owned(), text: labels.details_link.to_owned() });
    }
    elements.push(go_on(labels));
    if pages == WarningPages::Full && has_details(story) {
        elements.extend(details(story, labels));
        elements.push(go_on(labels));
    }
    // A page that warns of nothing by name stands in its place but needs no entry in the contents.
    let warns = !story.warnings.is_empty();
    Some(page(PAGE, PageKind::Warnings, labels.content_warnings, warns.then_some(1), elements))
}

/// The page at the back.
pub(super) fn back(story: &Story, labels: &Labels, pages: WarningPages) -> Option<Page> {
    let (id, title) = match pages {
        WarningPages::Summary if has_details(story) => (DETAILS, labels.warning_details),
        WarningPages::Back if says_something(story) => (PAGE, labels.content_warnings),
        _ => return None,
    };
    let mut elements = vec![heading(title)];
    if pages == WarningPages::Back {
        elements.extend(summary(story, labels));
    }
    if has_details(story) {
        elements.extend(details(story, labels));
    }
    elements.push(go_on(labels));
    Some(page(id, PageKind::WarningDetails, title, Some(1), elements))
}

/// What the opening page of a story in an anthology says of warnings: as much as the page before a story does.
pub(super) fn on_opening(story: &Story, labels: &Labels, pages: WarningPages) -> Vec<Element> {
    if pages == WarningPages::None || !says_something(story) {
        return Vec::new();
    }
    if pages == WarningPages::Back {
        return vec![Element::PageLink { page: PAGE.to_owned(), text: labels.warnings_at_back.to_owned() }];
    }
    // The rating stands among the facts of the page.
    let mut elements = summary(story, labels);
    elements.retain(|element| !matches!(element, Element::Facts(_)));
    match pages {
        WarningPages::Full if has_details(story) => elements.extend(details(story, labels)),
        _ if has_details(story) => {
            elements.push(Element::PageLink { page: DETAILS.to_owned(), text: labels.details_link.to_owned() });
        }
        _ => {}
    }
    elements
}

/// Every warning of a story with the page of its chapter, in the order of the page.
pub(super) fn carried(story: &Story) -> Vec<CarriedWarning> {
    let mut carried: Vec<CarriedWarning> = Vec::new();
    for warning in in_order(story) {
        let page = match warning.scope {
            Scope::Work => None,
            Scope::Chapter(index) => Some(page_id(index)),
        };
        let coded = warning.term.map(|term| (term.authority, term.id));
        let entry = CarriedWarning { warning: of_warning(story, warning), coded, page };
        if !carried.contains(&entry) {
            carried.push(entry);
        }
    }
    carried
}

/// The name of a domain by its id, and its place among them.
pub(super) fn domain_of(id: Option<&str>, labels: &Labels) -> (usize, String) {
    let terms = vocab::VOCABULARIES.iter().find(|vocabulary| vocabulary.name == "neon").map_or(&[][..], |it| it.terms);
    let domain = terms.iter().find(|term| Some(term.id) == id);
    (place(domain), domain_name(domain, labels).to_owned())
}

/// The link on the title page to warnings that stand at the back.
pub(super) fn link_on_title_page(story: &Story, labels: &Labels, pages: WarningPages) -> Option<Element> {
    (pages == WarningPages::Back && says_something(story))
        .then(|| Element::PageLink { page: PAGE.to_owned(), text: labels.warnings_at_back.to_owned() })
}

/// What is left out of the book when nobody wants warnings: the author's sentences about them.
pub(super) fn left_out(story: &Story, labels: &Labels, pages: WarningPages) -> Vec<(String, Option<String>)> {
    if pages != WarningPages::None {
        return Vec::new();
    }
    let say = |text: String| (text, Some(format!("{}; {}", labels.content_warnings, labels.on_request)));
    notes(story)
        .into_iter()
        .map(|note| {
            let text = crate::model::block::plain_blocks(&note.blocks).trim().to_owned();
            say(note.label.iter().map(|label| format!("{label}: ")).collect::<String>() + &text)
        })
        .collect()
}

fn go_on(labels: &Labels) -> Element {
    Element::PageLink { page: page_id(0), text: labels.go_on.to_owned() }
}

/// Rating and state, and of what kinds the warnings are: nothing that gives the story away.
fn summary(story: &Story, labels: &Labels) -> Vec<Element> {
    let mut elements = Vec::new();
    if let Some(rating) = &story.metadata.rating {
        elements.push(Element::Facts(vec![(labels.rating.to_owned(), rating_in_words(rating))]));
    }
    let by_editor = story.warnings.iter().any(|warning| warning.by == WarnedBy::Editor);
    let statement = match story.warning_state {
        WarningState::NoneApply => Some(labels.none_apply),
        WarningState::Withheld => Some(labels.withheld),
        WarningState::Unknown if by_editor => Some(labels.not_stated_but),
        WarningState::Unknown if notes(story).is_empty() => Some(labels.not_stated),
        WarningState::Stated | WarningState::Unknown => None,
    };
    elements.extend(statement.map(|text| paragraph(vec![Inline::text(text)])));
    for (by, announces) in [(WarnedBy::Author, labels.warns_of), (WarnedBy::Editor, labels.editor_warns)] {
        let mut kinds: Vec<&str> = in_order(story)
            .into_iter()
            .filter(|warning| warning.by == by)
            .map(|warning| domain_name(domain(warning), labels))
            .collect();
        kinds.dedup();
        if !kinds.is_empty() {
            elements.push(paragraph(vec![Inline::text(format!("{announces}: {}.", kinds.join(", ")))]));
        }
    }
    // "None" in the author's own words gives nothing away.
    if !has_details(story) {
        elements.extend(in_their_words(story, labels));
    }
    elements
}

fn domain_name<'a>(domain: Option<&'static Term>, labels: &Labels<'a>) -> &'a str {
    domain.map_or(labels.other_warnings, |domain| domains::name(domain, labels.language))
}

/// Every warning under its domain, with the words of whoever warns and the chapters that it concerns.
fn details(story: &Story, labels: &Labels) -> Vec<Element> {
    let mut elements = Vec::new();
    let warnings = in_order(story);
    for run in warnings.chunk_by(|a, b| a.by == b.by && place(domain(a)) == place(domain(b))) {
        let name = domain_name(domain(run[0]), labels);
        let section = match run[0].by {
            WarnedBy::Author => name.to_owned(),
            WarnedBy::Editor => format!("{name} · {}", labels.editor_warns),
        };
        elements
            .push(Element::Section { label: section, elements: vec![Element::LinkedItems(items(run, story, labels))] });
    }
    elements.extend(in_their_words(story, labels));
    elements
}

/// What the author says in sentences, each under its own label.
fn in_their_words(story: &Story, labels: &Labels) -> Vec<Element> {
    let section = |(position, note): (usize, &Note)| {
        let origin = NoteOrigin { place: note.place, chapter: None, position, is_labelled: note.label.is_some() };
        Element::Note(PageNote {
            kind: note.kind,
            name: labels.note(note.kind).to_owned(),
            label: note.label.clone().unwrap_or_else(|| labels.author_words.to_owned()),
            blocks: note.blocks.clone(),
            form: NoteForm::Section,
            origin: Some(origin),
            key: None,
        })
    };
    let of_warnings = |(_, note): &(usize, &Note)| note.kind == NoteKind::Warning;
    story.notes.iter().enumerate().filter(of_warnings).map(section).collect()
}

/// One item for each thing that is warned of.
fn items(warnings: &[&Warning], story: &Story, labels: &Labels) -> Vec<LinkedItem> {
    let mut items: Vec<(Vec<String>, LinkedItem)> = Vec::new();
    for warning in warnings {
        let text = label(warning);
        let at = items.iter().position(|(_, item)| item.text == text).unwrap_or_else(|| {
            items.push((Vec::new(), LinkedItem { text: text.to_owned(), ..LinkedItem::default() }));
            items.len() - 1
        });
        let (wordings, item) = &mut items[at];
        let wording = format!("“{}”", warning.wording);
        if warning.term.is_some() && !warning.wording.eq_ignore_ascii_case(text) && !wordings.contains(&wording) {
            wordings.push(wording);
        }
        let scope = match warning.scope {
            Scope::Work => None,
            Scope::Chapter(index) => Some((page_id(index), chapter_label(story, index))),
        };
        item.pages.extend(scope);
    }
    let whole =
        |item: &LinkedItem| (story.chapters.len() > 1 && item.pages.is_empty()).then(|| labels.whole_story.to_owned());
    items
        .into_iter()
        .map(|(mut wordings, mut item)| {
            wordings.extend(whole(&item));
            item.detail = (!wordings.is_empty()).then(|| wordings.join(" · "));
            item
        })
        .collect()
}

/// The line that a chapter with warnings of its own opens with.
pub(super) fn alert(story: &Story, labels: &Labels, options: WarningPages, index: usize) -> Option<Element> {
    if options == WarningPages::None {
        return None;
    }
    let own = in_order(story).into_iter().filter(|warning| warning.scope == Scope::Chapter(index));
    let mut named: Vec<&str> = own.map(label).collect();
    named.dedup();
    let passage = story.passages.contains_key(&index);
    if named.is_empty() && !passage {
        return None;
    }
    let next = (index + 1..story.chapters.len()).find(|at| story.chapters[*at].role != Role::Part);
    let way = match next {
        _ if passage => Some(Way { text: labels.skip_passage.to_owned(), target: WayTarget::Place(landing(index)) }),
        Some(next) => Some(Way { text: labels.skip_chapter.to_owned(), target: WayTarget::Page(page_id(next)) }),
        None => None,
    };
    let text = match &named[..] {
        [] => labels.content_warnings.to_owned(),
        named => format!("{} · {}: {}.", labels.content_warnings, labels.in_this_chapter, named.join(", ")),
    };
    Some(Element::Alert { text, way })
}

/// The key of the place behind the passage that a chapter's author marked.
pub(super) fn landing(index: usize) -> String {
    format!("behind-passage-{}", index + 1)
}
