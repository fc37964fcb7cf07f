//! The table of contents once more, as readers of EPUB 2 and the Kindle want it: the same entries, labels and order.

use super::Layout;
use super::package::identifier;
use super::xml::{Xml, tidy};

pub fn write(layout: &Layout) -> String {
    let metadata = &layout.metadata;
    let depth = if layout.toc.iter().any(|entry| !entry.below.is_empty()) { "2" } else { "1" };
    let mut xml = Xml::document();
    let root =
        [("xmlns", "http://www.daisy.org/z3986/2005/ncx/"), ("version", "2005-1"), ("xml:lang", layout.language)];
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
        label(xml, "docTitle", layout.title);
        for author in metadata.creators.iter().map(|creator| tidy(&creator.name)).filter(|name| !name.is_empty()) {
            label(xml, "docAuthor", &author);
        }
        xml.markup("<navMap>\n");
        let mut count = 0;
        layout.toc.iter().for_each(|entry| point(xml, layout, entry.page, &entry.below, &mut count));
        xml.markup("</navMap>\n");
    });
    xml.newline();
    xml.into_string()
}

fn point(xml: &mut Xml, layout: &Layout, page: usize, below: &[usize], count: &mut usize) {
    *count += 1;
    let (id, order) = (format!("point-{count}"), count.to_string());
    let laid = &layout.pages[page];
    xml.element("navPoint", &[("id", &id), ("playOrder", &order)], |xml| {
        xml.newline();
        label(xml, "navLabel", &laid.name);
        xml.void("content", &[("src", &laid.href())]);
        xml.newline();
        below.iter().for_each(|page| point(xml, layout, *page, &[], count));
    });
    xml.newline();
}

fn label(xml: &mut Xml, name: &'static str, text: &str) {
    xml.element(name, &[], |xml| xml.element("text", &[], |xml| xml.text(text)));
    xml.newline();
}
