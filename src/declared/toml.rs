//! TOML into nodes. The one place that knows which TOML library is used.

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::node::{Node, Value};
use super::yaml::Fault;

/// A table of names and values, in the order of the text; an empty text is an empty table.
pub(super) fn parse(text: &str) -> Result<Vec<(String, Node)>, Fault> {
    match DeTable::parse(text) {
        Ok(table) => Ok(entries(table.get_ref(), text)),
        Err(error) => {
            let line = error.span().map(|span| line_of(text, span.start));
            Err(Fault::new(line, error.message().lines().collect::<Vec<_>>().join(", ")))
        }
    }
}

fn entries(table: &DeTable<'_>, text: &str) -> Vec<(String, Node)> {
    let mut entries: Vec<_> = table.iter().collect();
    // The library sorts keys by name; a person's order says more.
    entries.sort_by_key(|(key, _)| key.span().start);
    entries.into_iter().map(|(key, value)| named(key, value, text)).collect()
}

fn named(key: &Spanned<::toml::de::DeString<'_>>, value: &Spanned<DeValue<'_>>, text: &str) -> (String, Node) {
    let node = settle(value, text);
    (key.get_ref().to_string(), Node { line: line_of(text, key.span().start), ..node })
}

fn settle(value: &Spanned<DeValue<'_>>, text: &str) -> Node {
    let span = value.span();
    let spelled = || text.get(span.clone()).unwrap_or_default().trim().to_owned();
    let settled = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => Value::Text(spelled()),
        DeValue::Array(items) => Value::List(items.iter().map(|item| settle(item, text)).collect()),
        DeValue::Table(table) => Value::Map(entries(table, text)),
    };
    let last_line = line_of(text, span.end.saturating_sub(1));
    Node { line: line_of(text, span.start), last_line, value: settled }
}

fn line_of(text: &str, offset: usize) -> u32 {
    let before = &text.as_bytes()[..offset.min(text.len())];
    1 + memchr::memchr_iter(b'\n', before).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_spelling_their_order_and_their_line() {
        let text =
            "title = \"Moth\"\nindex = 2.50\ndate = 2000-03-09\nby = [\"Ann\", \"Bo\"]\n\n[settings]\nrepair = false\n";
        let parsed: Vec<_> =
            parse(text).unwrap().into_iter().map(|(key, node)| (key, node.in_words(), node.line)).collect();
        let entry = |key: &str, value: &str, line| (key.to_owned(), value.to_owned(), line);
        assert_eq!(
            parsed,
            [
                entry("title", "Moth", 1),
                entry("index", "2.50", 2),
                entry("date", "2000-03-09", 3),
                entry("by", "Ann, Bo", 4),
                entry("settings", "repair: false", 6),
            ]
        );
    }

    #[test]
    fn faults_name_their_line() {
        for (text, line) in [("title = \"a\"\nauthor = Ann\n", 2), ("a = 1\na = 2\n", 2), ("title: x\n", 1)] {
            let fault = parse(text).unwrap_err();
            assert_eq!(fault.line, Some(line), "{text}: {}", fault.message);
        }
        assert!(parse(&format!("a = {}", "[".repeat(100_000))).is_err());
    }
}
