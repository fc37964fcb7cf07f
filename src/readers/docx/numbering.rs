//! Lists of a document of Word: what stands before a paragraph that is counted.

use std::collections::HashMap;

use crate::readers::xml::{Id, Tree};

/// How the paragraphs of one depth of a list are counted.
#[derive(Debug, Clone, Default)]
struct Level {
    format: String,
    /// `%1.`, `Chapter %1`.
    text: String,
    start: u64,
}

#[derive(Debug, Clone, Default)]
struct Definition {
    /// The definition that counts on where another use of it stopped.
    shared: u32,
    levels: HashMap<u8, Level>,
    /// Depths that this use begins anew.
    restarts: HashMap<u8, u64>,
}

/// The lists of a document, and how far each has been counted.
#[derive(Debug, Default)]
pub struct Numbering {
    lists: HashMap<u32, Definition>,
    /// The next number, by definition and depth.
    next: HashMap<(u32, u8), u64>,
    begun: HashMap<(u32, u8), ()>,
}

/// What stands before a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marker {
    Bullet,
    /// Nothing at all: the paragraph goes on with the item above.
    Blank,
    /// A number, and what is printed for it.
    Number(u64, String),
}

impl Numbering {
    pub fn read(tree: &Tree) -> Self {
        let root = tree.find(Tree::ROOT, "w:numbering").unwrap_or(Tree::ROOT);
        let value = |id: Id| tree.attribute(id, "w:val");
        let level_of = |id: Id| tree.attribute(id, "w:ilvl").and_then(|level| level.parse::<u8>().ok());
        let read_level = |id: Id| {
            let inner = |name| tree.child(id, name).and_then(value).unwrap_or_default();
            Level {
                format: inner("w:numFmt").to_owned(),
                text: inner("w:lvlText").to_owned(),
                start: inner("w:start").parse().unwrap_or(1),
            }
        };
        let mut shared: HashMap<u32, HashMap<u8, Level>> = HashMap::new();
        let mut lists = HashMap::new();
        for id in tree.children(root) {
            let number = |name| tree.attribute(id, name).and_then(|number| number.parse::<u32>().ok());
            let levels = || {
                tree.children(id)
                    .filter_map(|lvl| Some((level_of(lvl).filter(|_| tree.is(lvl, "w:lvl"))?, read_level(lvl))))
            };
            match tree.name(id) {
                "w:abstractNum" => {
                    shared.insert(number("w:abstractNumId").unwrap_or(0), levels().collect());
                }
                "w:num" => {
                    let abstract_id = tree.child(id, "w:abstractNumId").and_then(value).and_then(|id| id.parse().ok());
                    let abstract_id = abstract_id.unwrap_or(0);
                    let mut made = Definition {
                        shared: abstract_id,
                        levels: shared.get(&abstract_id).cloned().unwrap_or_default(),
                        restarts: HashMap::new(),
                    };
                    for over in tree.children(id).filter(|child| tree.is(*child, "w:lvlOverride")) {
                        let Some(level) = level_of(over) else { continue };
                        if let Some(own) = tree.child(over, "w:lvl") {
                            made.levels.insert(level, read_level(own));
                        }
                        let start =
                            tree.child(over, "w:startOverride").and_then(value).and_then(|start| start.parse().ok());
                        if let Some(start) = start {
                            made.restarts.insert(level, start);
                        }
                    }
                    lists.insert(number("w:numId").unwrap_or(0), made);
                }
                _ => {}
            }
        }
        Numbering { lists, ..Numbering::default() }
    }

    /// Counts a paragraph of a list; `None` when nothing stands before it.
    pub fn count(&mut self, list: u32, depth: u8) -> Option<Marker> {
        let made = self.lists.get(&list)?;
        let level = made.levels.get(&depth)?;
        match level.format.as_str() {
            "none" => return None,
            "bullet" if !level.text.is_empty() && level.text.trim().is_empty() => return Some(Marker::Blank),
            "bullet" => return Some(Marker::Bullet),
            _ => {}
        }
        let key = (made.shared, depth);
        if let Some(start) = made.restarts.get(&depth)
            && self.begun.insert((list, depth), ()).is_none()
        {
            self.next.insert(key, *start);
        }
        let number = *self.next.get(&key).unwrap_or(&level.start);
        self.next.insert(key, number.saturating_add(1));
        for deeper in depth + 1..9 {
            self.next.remove(&(made.shared, deeper));
        }
        // `%1.%2` says the numbers above as well, which nobody wants to read in a story.
        let own = format!("%{}", depth + 1);
        let printed = match level.text.matches('%').count() {
            1 => level.text.replace(&own, &written(number, &level.format)),
            _ => String::new(),
        };
        Some(Marker::Number(number, printed))
    }
}

/// A number as a list writes it.
fn written(number: u64, format: &str) -> String {
    match format {
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).to_lowercase(),
        "upperLetter" => letters(number),
        "lowerLetter" => letters(number).to_lowercase(),
        "decimalZero" => format!("{number:02}"),
        "cardinalText" if (1..=20).contains(&number) => CARDINALS[number as usize - 1].to_owned(),
        _ => number.to_string(),
    }
}

const CARDINALS: [&str; 20] = [
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Sixteen",
    "Seventeen",
    "Eighteen",
    "Nineteen",
    "Twenty",
];

fn roman(number: u64) -> String {
    const SIGNS: [(u64, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number == 0 || number > 3999 {
        return number.to_string();
    }
    let mut left = number;
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while left >= value {
            out.push_str(sign);
            left -= value;
        }
    }
    out
}

fn letters(number: u64) -> String {
    if number == 0 || number > 26 * 20 {
        return number.to_string();
    }
    let index = number - 1;
    let letter = char::from(b'A' + (index % 26) as u8);
    letter.to_string().repeat((index / 26 + 1) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_are_counted() {
        let mut numbering = Numbering::read(&Tree::parse(
            "<w:numbering xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:abstractNum w:abstractNumId='3'>\
             <w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='upperRoman'/><w:lvlText w:val='Chapter %1'/></w:lvl>\
             <w:lvl w:ilvl='1'><w:numFmt w:val='bullet'/></w:lvl></w:abstractNum>\
             <w:num w:numId='1'><w:abstractNumId w:val='3'/></w:num>\
             <w:num w:numId='2'><w:abstractNumId w:val='3'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='9'/></w:lvlOverride></w:num>\
             </w:numbering>",
        ));
        assert_eq!(numbering.count(1, 0), Some(Marker::Number(1, "Chapter I".to_owned())));
        assert_eq!(numbering.count(1, 1), Some(Marker::Bullet));
        assert_eq!(numbering.count(1, 0), Some(Marker::Number(2, "Chapter II".to_owned())));
        assert_eq!(numbering.count(2, 0), Some(Marker::Number(9, "Chapter IX".to_owned())));
        assert_eq!(numbering.count(7, 0), None);
    }
}
