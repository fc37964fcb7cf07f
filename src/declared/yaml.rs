//! YAML into nodes. The one place that knows which YAML library is used.
//!
//! It refuses what a story's front matter never needs and an attacker likes: values made of one another without end, deep
//! nesting, tags that name program types.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::DuplicateKeyPolicy;
use serde_saphyr::{Error, Location, Spanned};

use super::node::{Node, Value};

/// Where and why a text is not the YAML or TOML it should be.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    /// One-based, within the text that was parsed.
    pub line: Option<u32>,
    /// Lower case, one line.
    pub message: String,
    /// The text was made to exhaust whoever reads it.
    pub excess: bool,
}

impl Fault {
    pub fn new(line: Option<u32>, message: impl Into<String>) -> Self {
        Fault { line, message: message.into(), excess: false }
    }
}

/// A mapping of names to values, in the order of the text; an empty text is an empty mapping.
pub(super) fn parse(text: &str) -> Result<Vec<(String, Node)>, Fault> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_aliases: 64,
            max_anchors: 64,
            max_events: 50_000,
            max_nodes: 50_000,
            max_depth: 16,
            flow_nesting_limit: 16,
            max_merge_keys: 16,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 1_000,
            max_replay_stack_depth: 4,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        strict_booleans: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    };
    let read: Result<Option<Raw>, _> = serde_saphyr::from_str_with_options(text, options);
    match read {
        Ok(None | Some(Raw::Empty)) => Ok(Vec::new()),
        Ok(Some(Raw::Map(entries))) => Ok(entries.into_iter().map(|entry| named(entry, text)).collect()),
        Ok(Some(_)) => Err(Fault::new(Some(1), "these are no `name: value` lines")),
        Err(error) => {
            let line = error.location().map(|location| location.line() as u32).filter(|line| *line > 0);
            Err(fault(line, error.without_snippet()))
        }
    }
}

/// What is wrong, in the manner of our messages: one line, lower case, without the library's own idea of the place.
fn fault(line: Option<u32>, error: &Error) -> Fault {
    match error {
        Error::AliasError { error, .. } => return fault(line, error.without_snippet()),
        Error::DuplicateMappingKey { key: Some(key), .. } => return Fault::new(line, format!("`{key}` stands twice")),
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. } => {
            let message = "values are nested or made of one another beyond any use";
            return Fault { excess: true, ..Fault::new(line, message) };
        }
        _ => {}
    }
    let message = error.to_string();
    let first = message.lines().next().unwrap_or_default();
    let first = first.split(" at line ").next().unwrap_or(first).trim().trim_end_matches(['.', ':', ',']);
    let mut characters = first.chars();
    match characters.next() {
        Some(start) => Fault::new(line, start.to_lowercase().chain(characters).collect::<String>()),
        None => Fault::new(line, "it cannot be understood"),
    }
}

/// A value as the library hands it over. Numbers and truth values are read back from the text, to keep their spelling.
enum Raw {
    Empty,
    Text(String),
    Spelled,
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

fn named((key, raw): (Spanned<String>, Spanned<Raw>), text: &str) -> (String, Node) {
    let node = settle(raw, text);
    (key.value, Node { line: key.referenced.line() as u32, ..node })
}

fn settle(raw: Spanned<Raw>, text: &str) -> Node {
    let line = raw.referenced.line() as u32;
    let value = match raw.value {
        Raw::Empty => Value::Empty,
        Raw::Text(text) => Value::Text(text),
        Raw::Spelled => Value::Text(slice(raw.defined, text).trim().to_owned()),
        Raw::List(items) => Value::List(items.into_iter().map(|item| settle(item, text)).collect()),
        Raw::Map(entries) => Value::Map(entries.into_iter().map(|entry| named(entry, text)).collect()),
    };
    let last_line = line + slice(raw.referenced, text).trim_end().matches('\n').count() as u32;
    Node { line, last_line, value }
}

/// What stands at a place of the text, as it is typed.
fn slice(location: Location, text: &str) -> &str {
    let span = location.span();
    match (span.byte_offset(), span.byte_len()) {
        (Some(start), Some(length)) => text.get(start as usize..(start + length) as usize).unwrap_or_default(),
        _ => "",
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyRaw;

        impl<'de> Visitor<'de> for AnyRaw {
            type Value = Raw;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a text, a list or `name: value` lines")
            }

            fn visit_unit<E: de::Error>(self) -> Result<Raw, E> {
                Ok(Raw::Empty)
            }

            fn visit_none<E: de::Error>(self) -> Result<Raw, E> {
                Ok(Raw::Empty)
            }

            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
                deserializer.deserialize_any(self)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Raw, E> {
                Ok(Raw::Text(text.to_owned()))
            }

            fn visit_bool<E: de::Error>(self, _: bool) -> Result<Raw, E> {
                Ok(Raw::Spelled)
            }

            fn visit_i64<E: de::Error>(self, _: i64) -> Result<Raw, E> {
                Ok(Raw::Spelled)
            }

            fn visit_u64<E: de::Error>(self, _: u64) -> Result<Raw, E> {
                Ok(Raw::Spelled)
            }

            fn visit_i128<E: de::Error>(self, _: i128) -> Result<Raw, E> {
                Ok(Raw::Spelled)
            }

            fn visit_u128<E: de::Error>(self, _: u128) -> Result<Raw, E> {
                Ok(Raw::Spelled)
            }

            fn visit_f64<E: de::Error>(self, _: f64) -> Result<Raw, E> {
                Ok(Raw::Spelled)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Raw::List(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
                let mut map = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    map.push(entry);
                }
                Ok(Raw::Map(map))
            }
        }

        deserializer.deserialize_any(AnyRaw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Vec<(String, String, u32)> {
        parse(text).unwrap().into_iter().map(|(key, node)| (key, node.in_words(), node.line)).collect()
    }

    fn entry(key: &str, value: &str, line: u32) -> (String, String, u32) {
        (key.to_owned(), value.to_owned(), line)
    }

    #[test]
    fn values_keep_their_spelling_and_their_line() {
        let text = "title: 1984\nindex: 2.50\nrating: no\nodd: 1e3\ndone: true\ndate: 2000-03-09\nby: [Ann, 007]\nempty:\n\
                    again: &x 10.0\nalso: *x\nlong: |\n  one\n\n  two\nfolded: >-\n  three\n  four\n";
        assert_eq!(
            parsed(text),
            [
                entry("title", "1984", 1),
                entry("index", "2.50", 2),
                entry("rating", "no", 3),
                entry("odd", "1e3", 4),
                entry("done", "true", 5),
                entry("date", "2000-03-09", 6),
                entry("by", "Ann, 007", 7),
                entry("empty", "", 8),
                entry("again", "10.0", 9),
                entry("also", "10.0", 10),
                entry("long", "one\n\ntwo", 11),
                entry("folded", "three four", 15),
            ]
        );
        assert_eq!(parsed(""), []);
        assert_eq!(parsed("# only a remark\n"), []);
    }

    #[test]
    fn faults_name_their_line() {
        for (text, line) in [
            ("title: One\nsummary: He said: no\n", 2),
            ("title: \"open\nauthor: X\n", 2),
            ("a: 1\nb: 2\na: 3\n", 3),
            ("- one\n- two\n", 1),
            ("just words\n", 1),
            ("title: *nobody\n", 1),
            ("title: !!python/object/apply:os.system [\"true\"]\n", 1),
        ] {
            let fault = parse(text).unwrap_err();
            assert_eq!(fault.line, Some(line), "{text}: {}", fault.message);
            assert!(!fault.message.is_empty() && !fault.message.contains('\n'));
            assert!(!fault.message.contains("Options"), "{}", fault.message);
        }
    }

    #[test]
    fn bombs_end_in_a_message() {
        let mut bomb = String::from("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
        for pair in ["ab", "bc", "cd", "de", "ef", "fg", "gh", "hi"] {
            let (from, to) = pair.split_at(1);
            bomb.push_str(&format!("{to}: &{to} [{}]\n", vec![format!("*{from}"); 10].join(", ")));
        }
        assert!(parse(&bomb).is_err());
        assert!(parse(&format!("a: {}", "[".repeat(100_000))).is_err());
        assert!(parse(&"- ".repeat(50_000)).is_err());
        assert!(parse(&format!("a: &a\n{}", "  b: *a\n".repeat(100))).is_err());
    }
}
