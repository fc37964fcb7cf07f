//! A broken page written once more as XHTML, as a browser would understand it.

use std::fmt::Write;

use html5ever::{Attribute, QualName, ns};

use super::dom::{NodeId, Page};
use crate::model::markup::is_void;

/// The page as well-formed XHTML. Comments go, and attributes whose names are no names.
pub fn mended(text: &str) -> String {
    let page = Page::parse(text);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE html>\n");
    let mut open: Vec<NodeId> = Vec::new();
    for id in page.descendants(Page::ROOT) {
        while open.last().is_some_and(|last| page.parent(id) != Some(*last)) {
            close(&page, &mut open, &mut out);
        }
        if let Some(text) = page.text(id) {
            escape(&mut out, text);
        } else if let Some((name, attributes)) = page.tag(id).filter(|(name, _)| is_name(&name.local)) {
            let parent = page.parent(id).and_then(|parent| page.tag(parent));
            start(&mut out, name, attributes, parent.map(|(name, _)| name));
            open.push(id);
        } else if id != Page::ROOT {
            // What is no element of XML has no tags, and its text stays.
            open.push(id);
        }
    }
    while !open.is_empty() {
        close(&page, &mut open, &mut out);
    }
    out.push('\n');
    out
}

fn start(out: &mut String, name: &QualName, attributes: &[Attribute], parent: Option<&QualName>) {
    _ = write!(out, "<{}", name.local);
    if parent.is_none_or(|parent| parent.ns != name.ns) {
        _ = write!(out, " xmlns=\"{}\"", name.ns);
    }
    if &*name.local == "html" && name.ns == ns!(html) {
        out.push_str(" xmlns:epub=\"http://www.idpf.org/2007/ops\"");
    }
    for (at, attribute) in attributes.iter().enumerate() {
        let local = &*attribute.name.local;
        let prefix = match local.split_once(':') {
            _ if attribute.name.ns == ns!(xlink) => "xlink:",
            _ if attribute.name.ns == ns!(xml) => "xml:",
            Some(("epub" | "xml", local)) if is_name(local) => "",
            None if is_name(local) && local != "xmlns" => "",
            _ => continue,
        };
        // Two that differ for HTML may be one here.
        if attributes[..at].iter().any(|before| before.name.local == attribute.name.local) {
            continue;
        }
        if prefix == "xlink:" {
            out.push_str(" xmlns:xlink=\"http://www.w3.org/1999/xlink\"");
        }
        _ = write!(out, " {prefix}{local}=\"");
        escape(out, &attribute.value);
        out.push('"');
    }
    out.push_str(if is_void(&name.local) { "/>" } else { ">" });
}

fn close(page: &Page, open: &mut Vec<NodeId>, out: &mut String) {
    let tag = open.pop().and_then(|id| page.tag(id)).map(|(name, _)| &*name.local);
    if let Some(name) = tag.filter(|name| is_name(name) && !is_void(name)) {
        _ = write!(out, "</{name}>");
    }
}

/// A name without a prefix that XML allows too; those of other alphabets nobody uses.
fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.'))
}

fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            character => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_understands_is_written_as_xhtml() {
        let body = |text: &str| {
            let mended = mended(text);
            let (_, body) = mended.split_once("<body").unwrap();
            body.split_once('>').unwrap().1.split_once("</body>").unwrap().0.to_owned()
        };
        assert_eq!(
            body("<p>One<p>Two<br>Three & <b>four</p>five"),
            "<p>One</p><p>Two<br/>Three &amp; <b>four</b></p><b>five</b>"
        );
        assert_eq!(
            body("<p class=a class=b id='x' 1=2 \"=3 epub:type=note o:p=1>x&nbsp;&lt;"),
            "<p class=\"a\" id=\"x\" epub:type=\"note\">x\u{a0}&lt;</p>"
        );
        assert_eq!(body("<o:p>x</o:p>y"), "xy");
        let drawn = body("<svg viewBox='0 0 1 1'><image xlink:href='a.png'/></svg>z");
        assert_eq!(
            drawn,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\">\
             <image xmlns:xlink=\"http://www.w3.org/1999/xlink\" xlink:href=\"a.png\"></image></svg>z"
        );
    }
}
