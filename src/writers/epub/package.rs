//! The package document: what the book is, what it consists of, in which order it is read.

use std::borrow::Cow;

use uuid::Uuid;

use crate::model::book::{Agent, BookNotes, BookWarning};
use crate::model::date::timestamp;
use crate::model::warning::{Intensity, WarnedBy, WarningState};

use super::xml::{Xml, tidy};
use super::{Layout, address};

/// The vocabularies whose terms stand in `property` and `scheme`. The last is bindery's own: EPUB has no terms for content
/// warnings. Its name is a UUID because nobody can take that away, as one can a domain.
const PREFIXES: &str = "dcterms: http://purl.org/dc/terms/ marc: http://id.loc.gov/vocabulary/ schema: http://schema.org/ \
                        bindery: urn:uuid:f76b76a5-5c27-4dfe-8020-0f73bbe925da#";

/// The records of the stories of an anthology, beside the package document.
pub const WORKS: &str = "works.json";

/// The namespace of identifiers that are made here, for books that come without one.
const IDENTIFIERS: Uuid = Uuid::from_u128(0xf76b76a5_5c27_4dfe_8020_0f73bbe925da);

pub fn write(layout: &Layout) -> String {
    let mut xml = Xml::document();
    let root = [
        ("xmlns", "http://www.idpf.org/2007/opf"),
        ("version", "3.0"),
        ("unique-identifier", "identifier"),
        ("xml:lang", layout.language),
        ("dir", if layout.metadata.right_to_left { "rtl" } else { "ltr" }),
        ("prefix", PREFIXES),
    ];
    xml.element("package", &root, |xml| {
        xml.newline();
        xml.element("metadata", &[("xmlns:dc", "http://purl.org/dc/elements/1.1/")], |xml| {
            xml.newline();
            metadata(&mut Statements { xml }, layout);
        });
        xml.newline();
        xml.element("manifest", &[], |xml| manifest(xml, layout));
        xml.newline();
        spine(xml, layout);
        guide(xml, layout);
    });
    xml.newline();
    xml.into_string()
}

/// The book's identifier as package and NCX state it. One that is missing or no valid UUID is made from what the book
/// says of itself, the same each time.
pub fn identifier<'a>(layout: &Layout<'a>) -> Cow<'a, str> {
    let metadata = &layout.metadata;
    let stated = tidy(&metadata.identifier);
    let is_sound = match stated.strip_prefix("urn:uuid:") {
        Some(uuid) => uuid.len() == 36 && Uuid::try_parse(uuid).is_ok(),
        None => !stated.is_empty(),
    };
    if is_sound {
        return stated;
    }
    let mut name = format!("{stated}\n{}", layout.title);
    for creator in &metadata.creators {
        name.push('\n');
        name.push_str(&creator.name);
    }
    Cow::Owned(format!("urn:uuid:{}", Uuid::new_v5(&IDENTIFIERS, name.as_bytes())))
}

/// Statements of a package, one a line. A statement without a value is not made.
///
/// Their ids have a `_`, which no page or picture has in its own: pages that are called `notes`, and divided, are `notes-2` too.
struct Statements<'x> {
    xml: &'x mut Xml,
}

impl Statements<'_> {
    /// A Dublin Core element; `false` when there was nothing to say.
    fn core(&mut self, name: &'static str, id: Option<&str>, value: &str) -> bool {
        let value = tidy(value);
        if !value.is_empty() {
            let id = id.map(|id| [("id", id)]);
            self.xml.line(name, id.as_ref().map_or(&[], |id| &id[..]), &value);
        }
        !value.is_empty()
    }

    /// A statement about the whole book.
    fn meta(&mut self, property: &str, value: &str) {
        self.statement(&[("property", property)], value);
    }

    /// A statement about the statement with the given id.
    fn refine(&mut self, id: &str, property: &str, value: &str) {
        self.statement(&[("refines", &format!("#{id}")), ("property", property)], value);
    }

    /// A statement in the manner of EPUB 2.
    fn named(&mut self, name: &str, content: &str) {
        let content = tidy(content);
        if !content.is_empty() {
            self.xml.void("meta", &[("name", name), ("content", &content)]);
            self.xml.newline();
        }
    }

    fn statement(&mut self, attributes: &[(&'static str, &str)], value: &str) {
        let value = tidy(value);
        if !value.is_empty() {
            self.xml.line("meta", attributes, &value);
        }
    }
}

fn metadata(statements: &mut Statements, layout: &Layout) {
    let metadata = &layout.metadata;
    statements.core("dc:identifier", Some("identifier"), &identifier(layout));
    statements.core("dc:title", Some("title"), layout.title);
    statements.refine("title", "title-type", "main");
    statements.refine("title", "file-as", &metadata.title_sort);
    statements.core("dc:language", None, layout.language);
    let modified = if address::is_timestamp(&metadata.modified) { metadata.modified.clone() } else { timestamp(0) };
    statements.meta("dcterms:modified", &modified);
    agents(statements, "dc:creator", "creator", &metadata.creators);
    agents(statements, "dc:contributor", "contributor", &metadata.contributors);
    if let Some(date) = metadata.published.as_deref().filter(|date| address::is_date(date)) {
        statements.core("dc:date", None, date);
    }
    for (name, value) in
        [("dc:publisher", &metadata.publisher), ("dc:source", &metadata.source), ("dc:rights", &metadata.rights)]
    {
        statements.core(name, None, value.as_deref().unwrap_or_default());
    }
    if let Some(description) = &metadata.description {
        // Its lines are kept: the first names rating and warnings.
        let lines: Vec<_> = description.lines().map(tidy).filter(|line| !line.is_empty()).collect();
        if !lines.is_empty() {
            statements.xml.line("dc:description", &[], &lines.join("\n"));
        }
    }
    for (index, subject) in metadata.subjects.iter().enumerate() {
        let id = format!("subject_{}", index + 1);
        let coded = subject.coded.as_ref().map(|(authority, term)| (tidy(authority), tidy(term)));
        if statements.core("dc:subject", Some(&id), &subject.label)
            && let Some((authority, term)) = coded.filter(|(authority, term)| !authority.is_empty() && !term.is_empty())
        {
            statements.refine(&id, "authority", &authority);
            statements.refine(&id, "term", &term);
        }
    }
    series(statements, layout);
    accessibility(statements, layout);
    statements.meta("schema:contentRating", metadata.rating.as_deref().unwrap_or_default());
    statements.meta("schema:typicalAgeRange", metadata.typical_age.as_deref().unwrap_or_default());
    for (name, value) in metadata.facts.iter().filter(|(_, value)| !tidy(value).is_empty()) {
        statements.meta(&format!("bindery:{name}"), value);
    }
    statements.meta("bindery:chapters", &metadata.chapters.to_string());
    statements.meta("bindery:words", &metadata.words.to_string());
    warnings(statements, metadata.warning_state, &metadata.warnings);
    notes(statements, &metadata.notes);
    if layout.cover.is_some() {
        statements.named("cover", "cover-image");
    }
    if layout.has_works {
        // What a reader of one story's package would find there, for each of the stories.
        let link = [("rel", "record bindery:works"), ("href", WORKS), ("media-type", "application/json")];
        statements.xml.void("link", &link);
        statements.xml.newline();
    }
}

fn agents(statements: &mut Statements, element: &'static str, kind: &str, agents: &[Agent]) {
    let mut count = 0;
    for agent in agents {
        let id = format!("{kind}_{}", count + 1);
        if statements.core(element, Some(&id), &agent.name) {
            count += 1;
            if agent.role.len() == 3 && agent.role.bytes().all(|byte| byte.is_ascii_lowercase()) {
                let attributes = [("refines", &*format!("#{id}")), ("property", "role"), ("scheme", "marc:relators")];
                statements.statement(&attributes, agent.role);
            }
            statements.refine(&id, "file-as", &agent.sort);
        }
    }
}

fn series(statements: &mut Statements, layout: &Layout) {
    let named: Vec<_> = layout.metadata.series.iter().filter(|series| !tidy(&series.name).is_empty()).collect();
    for (index, series) in named.iter().enumerate() {
        let id = format!("series_{}", index + 1);
        let attributes = [("property", "belongs-to-collection"), ("id", &*id)];
        statements.statement(&attributes, &series.name);
        statements.refine(&id, "collection-type", "series");
        statements.refine(&id, "group-position", position(series.position.as_deref()));
        statements.refine(&id, "dcterms:identifier", &series.identifier);
    }
    // calibre and its kin know one series.
    if let Some(series) = named.first() {
        statements.named("calibre:series", &series.name);
        statements.named("calibre:series_index", position(series.position.as_deref()));
    }
}

/// Numbers parted by points, which is all that EPUB allows; else nothing.
fn position(stated: Option<&str>) -> &str {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    stated.map(str::trim).filter(|position| position.split('.').all(is_number)).unwrap_or_default()
}

/// What the book offers to people who do not read with their eyes, as far as it is known to be true.
fn accessibility(statements: &mut Statements, layout: &Layout) {
    let informs = layout.metadata.pictures_inform && !layout.pictures.is_empty();
    let described = !layout.undescribed;
    let shows_pictures = layout.cover.is_some() || !layout.pictures.is_empty();
    statements.meta("schema:accessMode", "textual");
    if informs {
        statements.meta("schema:accessMode", "visual");
    }
    statements.meta("schema:accessModeSufficient", if informs && !described { "textual,visual" } else { "textual" });
    let features =
        ["ARIA", "displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents", "unlocked"];
    features.iter().for_each(|feature| statements.meta("schema:accessibilityFeature", feature));
    if shows_pictures && described {
        statements.meta("schema:accessibilityFeature", "alternativeText");
    }
    // A picture that moves may flash, which nobody has looked for.
    let moves = layout.pictures.iter().any(|picture| picture.kind.may_move());
    statements.meta("schema:accessibilityHazard", if moves { "unknown" } else { "none" });
    let summary = match (informs, described) {
        (false, _) => {
            "The whole text can be read by eye, by ear or by touch, with navigation by contents and headings."
        }
        (true, true) => "The text and the descriptions of all pictures can be read by eye, by ear or by touch.",
        (true, false) => "The text can be read by eye, by ear or by touch; some pictures are not described.",
    };
    statements.statement(&[("property", "schema:accessibilitySummary"), ("xml:lang", "en")], summary);
}

/// Content warnings for machines: silence, refusal and "none" are told apart, and each warning says what it concerns.
fn warnings(statements: &mut Statements, state: WarningState, warnings: &[BookWarning]) {
    statements.meta("bindery:warning-state", state.name());
    for (index, warning) in warnings.iter().filter(|warning| !tidy(&warning.label).is_empty()).enumerate() {
        let id = format!("warning_{}", index + 1);
        statements.statement(&[("property", "bindery:warning"), ("id", &id)], &warning.label);
        statements.refine(&id, "bindery:warned-by", if warning.by == WarnedBy::Editor { "editor" } else { "author" });
        statements.refine(&id, "bindery:intensity", warning.intensity.map(Intensity::name).unwrap_or_default());
        statements.refine(&id, "bindery:domain", warning.domain.unwrap_or_default());
        for broader in &warning.falls_under {
            statements.refine(&id, "bindery:falls-under", broader);
        }
        match &warning.chapter {
            Some(chapter) => {
                statements.refine(&id, "bindery:scope", "chapter");
                statements.refine(&id, "bindery:chapter", chapter);
            }
            None => statements.refine(&id, "bindery:scope", "work"),
        }
    }
}

/// What is said beside the story, and where it stands: a program can tell what a reader will meet, and move it again.
fn notes(statements: &mut Statements, notes: &[BookNotes]) {
    if notes.is_empty() {
        // Said, so that it is not taken for the silence of a program that records none.
        statements.meta("bindery:notes", "none");
    }
    for (index, notes) in notes.iter().enumerate() {
        let id = format!("notes_{}", index + 1);
        statements.statement(&[("property", "bindery:notes"), ("id", &id)], notes.class.name());
        statements.refine(&id, "bindery:stand", notes.stands.name());
        statements.refine(&id, "bindery:count", &notes.count.to_string());
        statements.refine(&id, "bindery:chapters", &notes.chapters_text());
    }
}

fn manifest(xml: &mut Xml, layout: &Layout) {
    let mut item = |id: &str, href: &str, media_type: &str, properties: &str| {
        let attributes = [("id", id), ("href", href), ("media-type", media_type), ("properties", properties)];
        xml.void("item", if properties.is_empty() { &attributes[..3] } else { &attributes });
        xml.newline();
    };
    const XHTML: &str = "application/xhtml+xml";
    item("nav", "nav.xhtml", XHTML, "nav");
    item("ncx", "toc.ncx", "application/x-dtbncx+xml", "");
    item("css", "css/book.css", "text/css", "");
    if let Some(cover) = &layout.cover {
        item("cover-image", &format!("images/{}", cover.file_name()), cover.kind.media_type(), "cover-image");
    }
    for picture in &layout.pictures {
        item(&picture.stem, &format!("images/{}", picture.file_name()), picture.kind.media_type(), "");
    }
    if let Some(cover) = &layout.cover {
        item(&cover.page, &format!("text/{}.xhtml", cover.page), XHTML, "");
    }
    for stem in layout.pages.iter().flat_map(|page| &page.stems) {
        item(stem, &format!("text/{stem}.xhtml"), XHTML, "");
    }
}

fn spine(xml: &mut Xml, layout: &Layout) {
    let direction = [("toc", "ncx"), ("page-progression-direction", "rtl")];
    let attributes = if layout.metadata.right_to_left { &direction[..] } else { &direction[..1] };
    xml.element("spine", attributes, |xml| {
        xml.newline();
        let mut reference = |id: &str| {
            xml.void("itemref", &[("idref", id)]);
            xml.newline();
        };
        if let Some(cover) = &layout.cover {
            reference(&cover.page);
        }
        for (index, page) in layout.pages.iter().enumerate() {
            if layout.contents_at == Some(index) {
                reference("nav");
            }
            page.stems.iter().for_each(|stem| reference(stem));
        }
        if layout.contents_at.is_some_and(|at| at >= layout.pages.len()) {
            reference("nav");
        }
    });
    xml.newline();
}

/// Where cover, contents and text are, for readers of EPUB 2 and the Kindle.
fn guide(xml: &mut Xml, layout: &Layout) {
    xml.element("guide", &[], |xml| {
        xml.newline();
        let mut reference = |kind: &str, title: &str, href: &str| {
            xml.void("reference", &[("type", kind), ("title", title), ("href", href)]);
            xml.newline();
        };
        let wording = &layout.metadata.wording;
        if let Some(cover) = &layout.cover {
            reference("cover", &super::first_of([&wording.cover], "Cover"), &format!("text/{}.xhtml", cover.page));
        }
        reference("toc", &super::first_of([&wording.contents], "Contents"), "nav.xhtml");
        reference("text", &super::first_of([&wording.start], "Start of the story"), &layout.pages[layout.start].href());
    });
    xml.newline();
}
