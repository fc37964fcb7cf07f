//! The story as JSON: everything that is known, for programs.

use crate::model::story::Story;

use super::Export;

pub const EXPORT: Export = Export { name: "json", write };

fn write(story: &Story) -> String {
    let mut json = serde_json::to_string_pretty(story).expect("names, texts and numbers can always be written");
    json.push('\n');
    json
}
