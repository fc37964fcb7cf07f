//! The table of contents once more, as readers of EPUB 2 and the Kindle want it: the same entries, labels and order.

use super::package::identifier;
use super::xml::{Xml, tidy};
use super::{Layout, TocEntry};

pub fn write(layout: &Layout) -> String {
    let metadata = &layout.book.metadata;
    let depth = if layout.toc.iter().any(|entry| !entry.below.is_empty()) { "2" } else { "1" };
    let mut xml = Xml::document();
    let root =
        [("xmlns", "http://www.daisy.org/z3986/2005/ncx/"), ("version", "2005-1"), ("xml:lang", &layout.language)];
    xml.element("ncx", &root, |xml| {
        xml.markup("\n<head>\n");
        let identifier = identifier(layout);
        let heads = [
            ("dtb:uid", identifier.as_ref()),
            ("dtb:depth", depth),
            ("dtb:totalPageCount", "0"),
            ("dtb:maxPageNumber", "0"),
        ];
        for (name, content) in heads {
            xml.void("meta", &[("name", name), ("content", content)]);
            xml.newline();
        }
        xml.markup("</head>\n");
        label(xml, "docTitle", &layout.title);
        for author in metadata.creators.iter().map(|creator| tidy(&creator.name)).filter(|name| !name.is_empty()) {
            label(xml, "docAuthor", &author);
        }
        xml.markup("<navMap>\n");
        points(xml, layout, &layout.toc, &mut 0);
        xml.markup("</navMap>\n");
    });
    xml.newline();
    xml.into_string()
}

fn points(xml: &mut Xml, layout: &Layout, entries: &[TocEntry], count: &mut usize) {
    for entry in entries {
        *count += 1;
        let (id, order) = (format!("point-{count}"), count.to_string());
        let page = &layout.pages[entry.page];
        xml.element("navPoint", &[("id", &id), ("playOrder", &order)], |xml| {
            xml.newline();
            label(xml, "navLabel", &page.entry.name);
            xml.void("content", &[("src", &page.href())]);
            xml.newline();
            points(xml, layout, &entry.below, count);
        });
        xml.newline();
    }
}

fn label(xml: &mut Xml, name: &'static str, text: &str) {
    xml.element(name, &[], |xml| xml.element("text", &[], |xml| xml.text(text)));
    xml.newline();
}
