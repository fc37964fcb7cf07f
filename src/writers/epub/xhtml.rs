//! The frame that every XHTML file of a book shares: declaration, language, title, stylesheet.

use super::xml::Xml;

/// What a file says of itself before its first word.
pub struct Frame<'a> {
    /// Unique in the book.
    pub title: &'a str,
    pub language: &'a str,
    pub right_to_left: bool,
    /// The stylesheet, relative to the file.
    pub stylesheet: &'a str,
    /// `frontmatter`, `bodymatter` or `backmatter`; `None` for the contents, which are neither.
    pub matter: Option<&'a str>,
}

impl Frame<'_> {
    /// The whole file around what `body` writes.
    pub fn write(&self, body: impl FnOnce(&mut Xml)) -> String {
        let mut xml = Xml::document();
        xml.markup("<!DOCTYPE html>\n");
        let root = [
            ("xmlns", "http://www.w3.org/1999/xhtml"),
            ("xmlns:epub", "http://www.idpf.org/2007/ops"),
            ("lang", self.language),
            ("xml:lang", self.language),
            ("dir", if self.right_to_left { "rtl" } else { "ltr" }),
        ];
        xml.element("html", &root, |xml| {
            xml.markup("\n<head>\n<meta charset=\"utf-8\"/>\n");
            xml.line("title", &[], self.title);
            xml.void("link", &[("rel", "stylesheet"), ("type", "text/css"), ("href", self.stylesheet)]);
            xml.newline();
            xml.markup("</head>\n");
            let matter = self.matter.map(|matter| [("epub:type", matter)]);
            xml.element("body", matter.as_ref().map_or(&[], |matter| &matter[..]), |xml| {
                xml.newline();
                body(xml);
            });
            xml.newline();
        });
        xml.newline();
        xml.into_string()
    }
}
