//! What a person wrote, before anybody asks what it means: the same tree from YAML, TOML and the command line.

/// A value and the line that it stands on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// One-based line of its name, or its own in a list; 0 when it stands in no file.
    pub line: u32,
    /// The last line that it reaches to.
    pub last_line: u32,
    pub value: Value,
}

/// Numbers, dates and truth values are kept as they are spelled: a title may be `1984`, an index `2.50`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Empty,
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The value in one line, for people: `a, b`, `name: a, role: b`.
    pub fn in_words(&self) -> String {
        match &self.value {
            Value::Empty => String::new(),
            Value::Text(text) => text.trim().to_owned(),
            Value::List(items) => items.iter().map(Node::in_words).collect::<Vec<_>>().join(", "),
            Value::Map(entries) => {
                entries.iter().map(|(key, node)| format!("{key}: {}", node.in_words())).collect::<Vec<_>>().join(", ")
            }
        }
    }
}
