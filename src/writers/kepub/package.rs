//! The package document of a book made over for Kobo: its cover named as Kobo looks for it, and a first page where the book
//! begins with its text. The rest stays letter for letter.

use quick_xml::Reader;
use quick_xml::escape::escape;
use quick_xml::events::{BytesStart, Event};

use super::document::Unfit;

/// What is changed in a package document.
#[derive(Debug, Default)]
pub struct Changes<'a> {
    /// The manifest's id of the picture that is the cover, when it is not named as EPUB 3 does.
    pub cover: Option<&'a str>,
    /// Id and reference of a page that is put before all others.
    pub first_page: Option<(&'a str, &'a str)>,
}

/// A package document with these changes. What calibre notes for itself is left out.
///
/// # Errors
/// When the document is not well-formed.
pub fn package(text: &str, changes: &Changes) -> Result<String, Unfit> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::from_str(text);
    let mut out = String::with_capacity(text.len() + 256);
    let mut from = 0;
    let mut depth = 0_usize;
    // How many elements were open when one began that is left out.
    let mut left_out: Option<usize> = None;
    loop {
        let event = reader.read_event()?;
        let to = usize::try_from(reader.buffer_position()).map_err(|_| Unfit::TooLarge)?;
        let written = text.get(from..to).ok_or(Unfit::IllFormed)?;
        from = to;
        let is_start = matches!(event, Event::Start(_));
        match event {
            Event::Start(start) | Event::Empty(start) => {
                if left_out.is_none() {
                    if is_calibres_own(&start) {
                        left_out = is_start.then_some(depth);
                    } else {
                        put_start(&mut out, &start, written, is_start, changes);
                    }
                }
                depth += usize::from(is_start);
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                if left_out.is_none() {
                    if let ("manifest", Some((id, href))) = (end.local_name().as_ref(), changes.first_page) {
                        let prefix = prefix_of(end.name().0);
                        let (id, href) = (escape(id), escape(href));
                        out.push_str(&format!(
                            "<{prefix}item id=\"{id}\" href=\"{href}\" media-type=\"application/xhtml+xml\"/>\n"
                        ));
                    }
                    out.push_str(written);
                } else if left_out == Some(depth) {
                    left_out = None;
                }
            }
            // The bytes are UTF-8 now, whatever they were.
            Event::Decl(_) => out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>"),
            Event::Eof if depth == 0 => return Ok(out),
            Event::Eof => return Err(Unfit::IllFormed),
            _ if left_out.is_none() => out.push_str(written),
            _ => {}
        }
    }
}

fn put_start(out: &mut String, start: &BytesStart, written: &str, is_open: bool, changes: &Changes) {
    let value = |name: &str| start.attributes().flatten().find(|attribute| attribute.key.0 == name);
    let local = start.local_name();
    let is_cover = local.as_ref() == "item"
        && changes.cover.is_some_and(|cover| value("id").is_some_and(|id| id.value == escape(cover)));
    if is_cover {
        put_cover(out, start, is_open);
    } else {
        out.push_str(written);
    }
    if let ("spine", true, Some((id, _))) = (local.as_ref(), is_open, changes.first_page) {
        out.push_str(&format!("\n<{}itemref idref=\"{}\"/>", prefix_of(start.name().0), escape(id)));
    }
}

/// The item of a picture that is now the cover, with what it says of itself as it was written.
fn put_cover(out: &mut String, start: &BytesStart, is_open: bool) {
    out.push('<');
    out.push_str(start.name().0);
    let mut is_said = false;
    for attribute in start.attributes().flatten() {
        let is_properties = attribute.key.0 == "properties";
        is_said |= is_properties;
        let more = if is_properties { " cover-image" } else { "" };
        let quote = if attribute.value.contains('"') { '\'' } else { '"' };
        out.push_str(&format!(" {}={quote}{}{more}{quote}", attribute.key.0, attribute.value));
    }
    out.push_str(if is_said { "" } else { " properties=\"cover-image\"" });
    out.push_str(if is_open { ">" } else { "/>" });
}

/// What calibre writes for itself: when it last looked at the book, and that it did. What other statements refer to stays.
fn is_calibres_own(start: &BytesStart) -> bool {
    let has = |name: &str, value: &str| {
        start.attributes().flatten().any(|attribute| attribute.key.0 == name && attribute.value == value)
    };
    let has_id = || start.attributes().flatten().any(|attribute| attribute.key.0 == "id");
    match start.local_name().as_ref() {
        "meta" => has("name", "calibre:timestamp"),
        "contributor" => (has("opf:role", "bkp") || has("role", "bkp")) && !has_id(),
        _ => false,
    }
}

/// `opf:` of `opf:manifest`.
fn prefix_of(name: &str) -> &str {
    name.rfind(':').map_or("", |colon| &name[..=colon])
}
