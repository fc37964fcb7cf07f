//! Reads XML for tests, strictly: what is not well-formed, or holds a character that XML forbids, is a failed test.

use std::collections::BTreeMap;

#[derive(Debug)]
pub struct Element {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    pub children: Vec<Node>,
}

#[derive(Debug)]
pub enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    /// This element and all below it, in order.
    pub fn all(&self) -> Vec<&Element> {
        let mut found = vec![self];
        for child in &self.children {
            if let Node::Element(element) = child {
                found.extend(element.all());
            }
        }
        found
    }

    pub fn named(&self, name: &str) -> Vec<&Element> {
        self.all().into_iter().filter(|element| element.name == name).collect()
    }

    pub fn only(&self, name: &str) -> &Element {
        let found = self.named(name);
        assert_eq!(found.len(), 1, "one <{name}> in <{}>", self.name);
        found[0]
    }

    pub fn text(&self) -> String {
        let text = |child: &Node| match child {
            Node::Element(element) => element.text(),
            Node::Text(text) => text.clone(),
        };
        self.children.iter().map(text).collect()
    }
}

/// The root of a document.
pub fn parse(document: &str) -> Element {
    let mut rest = document.strip_prefix("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n").expect("an XML declaration");
    rest = rest.strip_prefix("<!DOCTYPE html>\n").unwrap_or(rest);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    while !rest.is_empty() {
        if let Some(name) = rest.strip_prefix("</") {
            let (name, after) = name.split_once('>').expect("a closed end tag");
            let element = open.pop().expect("an end tag for something open");
            assert_eq!(element.name, name, "end tags in order");
            close(element, &mut open, &mut root);
            rest = after;
        } else if let Some(tag) = rest.strip_prefix('<') {
            assert!(root.is_none(), "one root");
            // A quotation mark ends an attribute, so a tag ends at the first `>` outside of one; `>` itself is escaped.
            let (tag, after) = tag.split_once('>').expect("a closed tag");
            let (tag, is_void) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
            let element = start(tag);
            if is_void {
                close(element, &mut open, &mut root)
            } else {
                open.push(element)
            }
            rest = after;
        } else {
            let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            match open.last_mut() {
                Some(element) => element.children.push(Node::Text(unescape(text))),
                None => assert_eq!(text.trim(), "", "text outside of the root"),
            }
            rest = after;
        }
    }
    assert!(open.is_empty(), "everything is closed");
    root.expect("a root")
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(Node::Element(element)),
        None => *root = Some(element),
    }
}

fn start(tag: &str) -> Element {
    let name_end = tag.find(' ').unwrap_or(tag.len());
    let (name, mut rest) = tag.split_at(name_end);
    assert!(name.chars().all(|character| character.is_ascii_alphanumeric() || ":-".contains(character)), "<{tag}>");
    let mut attributes = BTreeMap::new();
    while let Some(attribute) = rest.strip_prefix(' ') {
        let (name, value) = attribute.split_once("=\"").expect("a value in quotation marks");
        let (value, after) = value.split_once('"').expect("a closed value");
        assert!(attributes.insert(name.to_owned(), unescape(value)).is_none(), "an attribute once: {tag}");
        rest = after;
    }
    assert_eq!(rest, "", "attributes parted by a space: {tag}");
    Element { name: name.to_owned(), attributes, children: Vec::new() }
}

fn unescape(text: &str) -> String {
    let forbidden =
        |character: char| character < ' ' && !"\t\n".contains(character) || "\u{fffe}\u{ffff}".contains(character);
    assert!(!text.contains(forbidden), "forbidden character in {text:?}");
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (entity, after) = part.split_once(';').expect("a closed entity");
        out.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#160" => '\u{a0}',
            _ => panic!("entity &{entity};"),
        });
        out.push_str(after);
    }
    out
}
