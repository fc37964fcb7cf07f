//! A person's own vocabulary of warnings: a TOML file with a table for each term. It is checked as a whole, so that every
//! fault is told at once; a file with a fault adds nothing.

use std::collections::BTreeMap;

use super::Place;
use super::node::{Node, Value};
use crate::diagnostic::Diagnostic;
use crate::model::warning::{Term, Vocabulary};

/// Reads a vocabulary. `is_domain` knows the domains that terms may be grouped under.
///
/// Its words live as long as the program, as those of the vocabularies that come with bindery do.
///
/// # Errors
/// Every fault with its place and a way out.
pub fn vocabulary(
    text: &str,
    place: &Place,
    domain_by_name: impl Fn(&str) -> Option<&'static str>,
) -> Result<Vocabulary, Vec<Diagnostic>> {
    let entries = super::toml::parse(text).map_err(|fault| {
        let line = fault.line.unwrap_or(1).max(1);
        let message = format!("this is not valid TOML: {}", fault.message);
        let typed = text.lines().nth(line as usize - 1).unwrap_or_default();
        let hint = super::way_out(super::Format::Toml, typed);
        vec![Diagnostic::error("vocabulary-broken", message).in_file(place.name).at(line..line + 1).hint(hint)]
    })?;
    let mut reading = Reading { place, faults: Vec::new(), seen: BTreeMap::new() };
    let (mut name, mut authority, mut terms) = (None, None, Vec::new());
    for (key, node) in &entries {
        match (key.as_str(), &node.value) {
            ("name", Value::Text(text)) if has_words(text) => name = Some(text.trim()),
            ("authority", Value::Text(text)) if has_words(text) => authority = Some(text.trim()),
            ("name" | "authority", _) => {
                reading.fault(node, format!("`{key}` holds no text"), format!("write `{key} = \"…\"`"))
            }
            ("term" | "terms", Value::List(items)) => items.iter().for_each(|item| terms.push(item)),
            ("term" | "terms", Value::Map(_)) => terms.push(node),
            _ => reading.fault(
                node,
                format!("`{key}` is not known here"),
                "write `[[term]]` above each term; `name` and `authority` stand at the top",
            ),
        }
    }
    let authority: &'static str = authority.or(name).unwrap_or(OWN).to_owned().leak();
    let terms: Vec<Term> =
        terms.into_iter().filter_map(|node| reading.term(node, authority, &domain_by_name)).collect();
    if terms.is_empty() && reading.faults.is_empty() {
        let whole = Node { line: 1, last_line: 1, value: Value::Empty };
        reading.fault(
            &whole,
            "there is no term in this vocabulary".to_owned(),
            "write `[[term]]` with `id`, `label` and `also = [\"…\"]`",
        );
    }
    if !reading.faults.is_empty() {
        return Err(reading.faults);
    }
    Ok(Vocabulary {
        name: name.unwrap_or(OWN).to_owned().leak(),
        authority,
        source: "a person's own file",
        terms: terms.leak(),
    })
}

/// What stands for the authority of terms whose file names none.
const OWN: &str = "own vocabulary";

fn has_words(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

/// An id from a label: `Sharp objects` becomes `sharp-objects`.
fn id_of(label: &str) -> String {
    let words: Vec<String> = label
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

struct Reading<'a> {
    place: &'a Place<'a>,
    faults: Vec<Diagnostic>,
    /// Ids and phrases, with the line that has each.
    seen: BTreeMap<String, u32>,
}

impl Reading<'_> {
    fn fault(&mut self, node: &Node, message: String, hint: impl Into<String>) {
        let line = node.line.max(1);
        self.faults
            .push(Diagnostic::error("vocabulary-term", message).in_file(self.place.name).at(line..line + 1).hint(hint));
    }

    fn term(
        &mut self,
        node: &Node,
        authority: &'static str,
        domain_by_name: &impl Fn(&str) -> Option<&'static str>,
    ) -> Option<Term> {
        let Value::Map(entries) = &node.value else {
            self.fault(node, "a term is no table".to_owned(), "write `[[term]]`, and below it `label = \"…\"`");
            return None;
        };
        let before = self.faults.len();
        let (mut id, mut label, mut domain) = (None, None, None);
        let (mut also, mut alone) = (Vec::new(), Vec::new());
        for (key, value) in entries {
            match (key.as_str(), &value.value) {
                ("id", Value::Text(text)) if has_words(text) => id = Some(text.trim().to_owned()),
                ("label", Value::Text(text)) if has_words(text) => label = Some(text.trim().to_owned()),
                ("domain", Value::Text(text)) => {
                    domain = domain_by_name(text);
                    if domain.is_none() {
                        self.fault(value, format!("`{}` is no domain", text.trim()), "write one of those in docs/manual.md, such as `violence`, `mental health` or `disturbing content`");
                    }
                }
                ("also", _) => also = self.phrases(key, value),
                ("alone", _) => alone = self.phrases(key, value),
                ("id" | "label" | "domain", _) => {
                    self.fault(value, format!("`{key}` holds no text"), format!("write `{key} = \"…\"`"))
                }
                _ => self.fault(
                    value,
                    format!("`{key}` is no part of a term"),
                    "a term has `id`, `label`, `also`, `alone` and `domain`",
                ),
            }
        }
        let Some(label) = label.or_else(|| id.clone()) else {
            self.fault(
                node,
                "a term has neither `id` nor `label`".to_owned(),
                "write `label = \"Spiders\"`, as readers shall see it",
            );
            return None;
        };
        let id = id.unwrap_or_else(|| id_of(&label));
        if let Some(line) = self.seen.insert(format!("id {}", id.to_lowercase()), node.line) {
            self.fault(
                node,
                format!("`{id}` stands a second time; the first is on line {line}"),
                "join the two terms, or give one another `id`",
            );
        }
        // A term without phrases is found by its own label.
        let own = label.to_lowercase();
        if also.iter().chain(&alone).all(|phrase: &&str| phrase.to_lowercase() != own)
            && self.seen.insert(own, node.line).is_none()
        {
            also.push(label.clone().leak());
        }
        (self.faults.len() == before).then(|| Term {
            id: id.leak(),
            label: label.leak(),
            authority,
            also: also.leak(),
            alone: alone.leak(),
            domain,
        })
    }

    fn phrases(&mut self, key: &str, node: &Node) -> Vec<&'static str> {
        let items = match &node.value {
            Value::List(items) => items.iter().collect(),
            Value::Text(_) => vec![node],
            _ => {
                self.fault(
                    node,
                    format!("`{key}` holds no phrases"),
                    format!("write `{key} = [\"spiders\", \"a spider bite\"]`"),
                );
                return Vec::new();
            }
        };
        let mut phrases: Vec<&'static str> = Vec::new();
        for item in items {
            match &item.value {
                Value::Text(text) if has_words(text) => {
                    let phrase = text.trim().to_owned();
                    match self.seen.insert(phrase.to_lowercase(), item.line) {
                        Some(line) => self.fault(
                            item,
                            format!("`{phrase}` stands a second time; the first is on line {line}"),
                            "a phrase can mean one thing only",
                        ),
                        None => phrases.push(phrase.leak()),
                    }
                }
                _ => self.fault(
                    item,
                    format!("`{key}` holds something that is no phrase"),
                    "a phrase is text with letters in it, such as `\"spider bites\"`",
                ),
            }
        }
        phrases
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vocabulary, Vec<Diagnostic>> {
        let domains = |name: &str| (name == "violence").then_some("violence");
        vocabulary(text, &Place { name: "house.toml", file: 0, first_line: 1 }, domains)
    }

    #[test]
    fn terms_are_read_with_their_phrases() {
        let read = read(
            "name = \"house\"\n\n[[term]]\nid = \"spiders\"\nlabel = \"Spiders\"\nalso = [\"Spider bites\", \"arachnids\"]\n\
             alone = [\"bugs\"]\n\n[[term]]\nlabel = \"Sharp objects\"\ndomain = \"violence\"\n",
        )
        .unwrap();
        assert_eq!((read.name, read.authority, read.terms.len()), ("house", "house", 2));
        assert_eq!(read.terms[0].also, ["Spider bites", "arachnids", "Spiders"]);
        assert_eq!(read.terms[0].alone, ["bugs"]);
        assert_eq!((read.terms[1].id, read.terms[1].domain), ("sharp-objects", Some("violence")));
        assert_eq!(read.terms[1].also, ["Sharp objects"]);
    }

    #[test]
    fn every_fault_names_its_line_and_a_way_out() {
        for (text, line, says) in [
            ("", 1, "no term"),
            ("[[term]\nid = 1", 1, "not valid TOML"),
            ("[[term]]\nlabel = \"A\"\ncolour = \"red\"", 3, "no part of a term"),
            ("[[term]]\nalso = [\"x\"]", 1, "neither"),
            ("[[term]]\nlabel = \"A\"\nalso = [\"b\", \"!\"]", 3, "no phrase"),
            ("[[term]]\nlabel = \"A\"\nalso = [\"b\"]\n[[term]]\nlabel = \"C\"\nalso = [\"B\"]", 6, "second time"),
            ("[[term]]\nid = \"a\"\n[[term]]\nid = \"A\"", 3, "second time"),
            ("[[term]]\nlabel = \"A\"\ndomain = \"tea\"", 3, "no domain"),
            ("[[term]]\nlabel = \"\"", 2, "no text"),
            ("colour = \"red\"\n[[term]]\nlabel = \"A\"", 1, "not known"),
            ("term = [3]", 1, "no table"),
        ] {
            let faults = read(text).unwrap_err();
            let fault = &faults[0];
            assert!(fault.message.contains(says), "{text}: {}", fault.message);
            assert_eq!(fault.lines.clone().map(|lines| lines.start), Some(line), "{text}");
            assert!(fault.hint.is_some() && fault.file == "house.toml");
        }
        assert_eq!(read("[[term]]\ncolour = 1\n[[term]]\nsize = 2").unwrap_err().len(), 4, "all at once");
    }
}
