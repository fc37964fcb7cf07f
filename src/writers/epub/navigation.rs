//! The table of contents as a page of the book and as machines read it, with the landmarks that readers jump to.

use crate::model::book::PageKind;

use super::xhtml::Frame;
use super::xml::Xml;
use super::{LaidPage, Layout, TocEntry, first_of};

pub fn write(layout: &Layout) -> String {
    let wording = &layout.metadata.wording;
    let frame = Frame {
        title: &layout.contents_title,
        language: layout.language,
        right_to_left: layout.metadata.right_to_left,
        stylesheet: "css/book.css",
        matter: None,
    };
    let contents = first_of([&wording.contents], "Contents");
    frame.write(|xml| {
        let toc = [
            ("epub:type", "toc"),
            ("role", "doc-toc"),
            ("id", "toc"),
            ("class", "toc"),
            ("aria-labelledby", "heading"),
        ];
        xml.element("nav", &toc, |xml| {
            xml.newline();
            xml.line("h1", &[("id", "heading")], &contents);
            list(xml, layout, &layout.toc);
        });
        xml.newline();
        // For machines; the attribute hides it where a style might be ignored.
        xml.element("nav", &[("epub:type", "landmarks"), ("hidden", "hidden"), ("aria-label", "Landmarks")], |xml| {
            xml.markup("\n<ol>\n");
            if let Some(cover) = &layout.cover {
                let name = first_of([&wording.cover], "Cover");
                landmark(xml, "cover", &format!("text/{}.xhtml", cover.page), &name);
            }
            landmark(xml, "toc", "#toc", &contents);
            // The page of warnings, for readers who look for it.
            let warned =
                layout.pages.iter().find(|page| matches!(page.kind, PageKind::Warnings | PageKind::WarningDetails));
            if let Some(page) = warned {
                landmark(xml, "notice", &page.href(), &page.name);
            }
            let start = first_of([&wording.start], "Start of the story");
            landmark(xml, "bodymatter", &layout.pages[layout.start].href(), &start);
            xml.markup("</ol>\n");
        });
    })
}

fn list(xml: &mut Xml, layout: &Layout, entries: &[TocEntry]) {
    xml.markup("<ol>\n");
    for entry in entries {
        xml.element("li", &[], |xml| {
            link(xml, &layout.pages[entry.page]);
            if !entry.below.is_empty() {
                xml.markup("\n<ol>\n");
                for below in &entry.below {
                    xml.element("li", &[], |xml| link(xml, &layout.pages[*below]));
                    xml.newline();
                }
                xml.markup("</ol>\n");
            }
        });
        xml.newline();
    }
    xml.markup("</ol>\n");
}

fn link(xml: &mut Xml, page: &LaidPage) {
    xml.element("a", &[("href", &page.href())], |xml| xml.text(&page.name));
}

fn landmark(xml: &mut Xml, kind: &str, href: &str, name: &str) {
    xml.element("li", &[], |xml| xml.element("a", &[("epub:type", kind), ("href", href)], |xml| xml.text(name)));
    xml.newline();
}
