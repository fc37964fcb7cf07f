//! The templates, which are part of the program, and how they are filled. Every value is escaped as it is set.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::views::Shell;

const TEMPLATES: &[(&str, &str)] = &[
    ("base.html", include_str!("templates/base.html")),
    ("parts.html", include_str!("templates/parts.html")),
    ("wall.html", include_str!("templates/wall.html")),
    ("browse.html", include_str!("templates/browse.html")),
    ("story.html", include_str!("templates/story.html")),
    ("hiding.html", include_str!("templates/hiding.html")),
    ("reading.html", include_str!("templates/reading.html")),
    ("bind.html", include_str!("templates/bind.html")),
    ("stories.html", include_str!("templates/stories.html")),
    ("review.html", include_str!("templates/review.html")),
    ("bound.html", include_str!("templates/bound.html")),
    ("message.html", include_str!("templates/message.html")),
];

static FILLED: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    let tags_leave_no_lines = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(tags_leave_no_lines.expect("the usual marks"));
    environment.set_formatter(|out, _, value| {
        // What a macro made of escaped values is escaped.
        match value.as_str() {
            Some(text) if value.is_safe() => out.write_str(text)?,
            Some(text) => out.write_str(&escaped(text))?,
            None if value.is_none() || value.is_undefined() => {}
            None => out.write_str(&escaped(&value.to_string()))?,
        }
        Ok(())
    });
    for (name, text) in TEMPLATES {
        environment.add_template(name, text).expect("a template of this program, which a test fills");
    }
    environment
});

/// A page: a template filled with what is around every page and what is on this one, which the template calls `name`.
pub fn render(template: &str, shell: &Shell, name: &str, content: impl Serialize) -> String {
    let values = BTreeMap::from([("shell", Value::from(Serde(shell))), (name, Value::from(Serde(content)))]);
    let filled = FILLED.get_template(template).and_then(|page| page.render(Serde(values)));
    filled.expect("a template of this program, which a test fills")
}

/// As text and as the value of an attribute in double quotes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // HTML has no place for these, whatever a book is called.
            letter if letter.is_control() && !matches!(letter, '\n' | '\t') => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}
