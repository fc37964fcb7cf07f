//! The styles of an OpenDocument text, named and automatic, with what they inherit.

use std::collections::HashMap;

use crate::model::block::Align;
use crate::model::text::Style as Mark;
use crate::readers::office::line::Look;
use crate::readers::office::purpose::{Purpose, purpose};
use crate::readers::xml::{Id, Tree};

/// Styles that inherit from one another, at most.
const DEEPEST: usize = 20;

/// How characters are said to be set; `None` where nothing is said.
#[derive(Debug, Clone, Copy, Default)]
pub struct RunProps {
    bold: Option<bool>,
    italic: Option<bool>,
    underline: Option<bool>,
    strike: Option<bool>,
    small_caps: Option<bool>,
    /// -1 below the line, 1 above it.
    height: Option<i8>,
    pub hidden: Option<bool>,
    /// In half points.
    pub size: Option<u16>,
}

impl RunProps {
    pub fn or(self, weaker: RunProps) -> RunProps {
        RunProps {
            bold: self.bold.or(weaker.bold),
            italic: self.italic.or(weaker.italic),
            underline: self.underline.or(weaker.underline),
            strike: self.strike.or(weaker.strike),
            small_caps: self.small_caps.or(weaker.small_caps),
            height: self.height.or(weaker.height),
            hidden: self.hidden.or(weaker.hidden),
            size: self.size.or(weaker.size),
        }
    }

    pub fn look(self) -> Look {
        let height = self.height.unwrap_or(0);
        Look::PLAIN
            .with(Mark::Strong, self.bold == Some(true))
            .with(Mark::Emphasis, self.italic == Some(true))
            .with(Mark::Underline, self.underline == Some(true))
            .with(Mark::Strikethrough, self.strike == Some(true))
            .with(Mark::SmallCaps, self.small_caps == Some(true))
            .with(Mark::Superscript, height > 0)
            .with(Mark::Subscript, height < 0)
    }
}

/// How a paragraph is said to be set.
#[derive(Debug, Clone, Copy, Default)]
pub struct ParaProps {
    pub align: Option<Align>,
    /// In twentieths of a point.
    pub left: Option<i32>,
    pub break_before: Option<bool>,
    pub break_after: Option<bool>,
}

/// A style with all that it inherits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    pub run: RunProps,
    pub para: ParaProps,
    pub purpose: Purpose,
    /// Lines drawn above and below by the style itself.
    pub above: bool,
    pub below: bool,
}

#[derive(Default)]
struct Raw {
    name: String,
    parent: Option<String>,
    run: RunProps,
    para: ParaProps,
    outline: Option<u8>,
    above: bool,
    below: bool,
}

/// The styles of a document. Those of paragraphs and of characters may share names.
#[derive(Debug, Default)]
pub struct Styles {
    known: HashMap<(bool, String), Style>,
    usual: Style,
    /// Whether the depths of a list are numbered, and from where.
    lists: HashMap<String, HashMap<u8, Option<u64>>>,
}

impl Styles {
    /// Reads the styles of several files; those of later ones win.
    pub fn read<'t>(trees: impl Iterator<Item = &'t Tree>) -> Self {
        let mut raw: HashMap<(bool, String), Raw> = HashMap::new();
        let mut order = Vec::new();
        let mut styles = Styles::default();
        let mut defaults = Raw::default();
        for tree in trees {
            for id in tree.descendants(Tree::ROOT) {
                match tree.name(id) {
                    "style:style" => {
                        let is_text = match tree.attribute(id, "style:family") {
                            Some("paragraph") => false,
                            Some("text") => true,
                            _ => continue,
                        };
                        let Some(name) = tree.attribute(id, "style:name") else { continue };
                        let key = (is_text, name.to_owned());
                        order.push(key.clone());
                        raw.insert(key, read_style(tree, id, name));
                    }
                    "style:default-style" if tree.attribute(id, "style:family") == Some("paragraph") => {
                        defaults = read_style(tree, id, "");
                    }
                    "text:list-style" => {
                        if let Some(name) = tree.attribute(id, "style:name") {
                            styles.lists.insert(name.to_owned(), levels(tree, id));
                        }
                    }
                    _ => {}
                }
            }
        }
        for key in order {
            let mut style = Style::default();
            let own = raw.get(&key);
            style.above = own.is_some_and(|own| own.above);
            style.below = own.is_some_and(|own| own.below);
            let mut next = Some(key.clone());
            let mut outline = None;
            for _ in 0..DEEPEST {
                let Some(one) = next.as_ref().and_then(|key| raw.get(key)) else { break };
                style.run = style.run.or(one.run);
                style.para = ParaProps {
                    align: style.para.align.or(one.para.align),
                    left: style.para.left.or(one.para.left),
                    break_before: style.para.break_before.or(one.para.break_before),
                    break_after: style.para.break_after.or(one.para.break_after),
                };
                outline = outline.or(one.outline);
                if style.purpose == Purpose::Text {
                    style.purpose = purpose(&one.name, key.0);
                }
                next = one.parent.as_ref().map(|parent| (key.0, parent.clone()));
            }
            if !key.0 {
                style.run = style.run.or(defaults.run);
                if let (Purpose::Text, Some(level)) = (style.purpose, outline) {
                    style.purpose = Purpose::Heading(level);
                }
            }
            styles.known.insert(key, style);
        }
        styles.usual = Style { run: defaults.run, ..Style::default() };
        if let Some(standard) = styles.known.get(&(false, "Standard".to_owned())) {
            styles.usual = Style { above: false, below: false, ..*standard };
        }
        styles
    }

    /// A paragraph's style; the usual one where none of that name is there.
    pub fn paragraph(&self, name: Option<&str>) -> Style {
        let named = |name: &str| {
            let unknown = Style { purpose: purpose(name, false), ..self.usual };
            self.known.get(&(false, name.to_owned())).copied().unwrap_or(unknown)
        };
        name.map_or(self.usual, named)
    }

    /// A character's style; nothing where none of that name is there.
    pub fn character(&self, name: Option<&str>) -> Style {
        let unknown = |name: &str| Style { purpose: purpose(name, true), ..Style::default() };
        name.map(|name| self.known.get(&(true, name.to_owned())).copied().unwrap_or(unknown(name))).unwrap_or_default()
    }

    pub fn usual(&self) -> Style {
        self.usual
    }

    /// The first number of a list's depth; `None` for bullets.
    pub fn first_number(&self, list: &str, level: u8) -> Option<u64> {
        self.lists.get(list).and_then(|levels| levels.get(&level)).copied().flatten()
    }
}

fn read_style(tree: &Tree, id: Id, name: &str) -> Raw {
    let mut made = Raw {
        name: tree.attribute(id, "style:display-name").unwrap_or(name).to_owned(),
        parent: tree.attribute(id, "style:parent-style-name").map(str::to_owned),
        outline: tree
            .attribute(id, "style:default-outline-level")
            .and_then(|level| level.parse().ok())
            .filter(|level| (1..=10).contains(level)),
        ..Raw::default()
    };
    // A page of another kind begins.
    if tree.attribute(id, "style:master-page-name").is_some_and(|name| !name.is_empty()) {
        made.para.break_before = Some(true);
    }
    for props in tree.children(id) {
        let value = |name| tree.attribute(props, name);
        match tree.name(props) {
            "style:text-properties" => made.run = run_props(tree, props),
            "style:paragraph-properties" => {
                made.para.align = value("fo:text-align").map(|align| match align {
                    "center" => Align::Center,
                    "end" | "right" => Align::End,
                    _ => Align::Start,
                });
                made.para.left = value("fo:margin-left").and_then(length);
                if let Some(kind) = value("fo:break-before") {
                    made.para.break_before = Some(kind == "page");
                }
                made.para.break_after = value("fo:break-after").map(|kind| kind == "page");
                let drawn = |name| value(name).is_some_and(|line| line != "none");
                if !drawn("fo:border-left") && !drawn("fo:border-right") && !drawn("fo:border") {
                    (made.above, made.below) = (drawn("fo:border-top"), drawn("fo:border-bottom"));
                    if made.above && made.below {
                        (made.above, made.below) = (false, false);
                    }
                }
            }
            _ => {}
        }
    }
    made
}

fn run_props(tree: &Tree, props: Id) -> RunProps {
    let value = |name| tree.attribute(props, name);
    let drawn = |line: Option<&str>| line.map(|line| line != "none");
    RunProps {
        bold: value("fo:font-weight")
            .map(|weight| weight == "bold" || weight.parse::<u16>().is_ok_and(|weight| weight >= 600)),
        italic: value("fo:font-style").map(|style| style == "italic" || style == "oblique"),
        underline: drawn(value("style:text-underline-style").or(value("style:text-underline-type"))),
        strike: drawn(value("style:text-line-through-style").or(value("style:text-line-through-type"))),
        small_caps: value("fo:font-variant").map(|variant| variant == "small-caps"),
        height: value("style:text-position").map(|position| {
            let by = position.split_whitespace().next().unwrap_or_default();
            match by.trim_end_matches('%').parse::<i32>() {
                _ if by == "super" => 1,
                _ if by == "sub" => -1,
                Ok(percent) => percent.signum() as i8,
                Err(_) => 0,
            }
        }),
        hidden: value("text:display").map(|display| display == "none"),
        size: value("fo:font-size")
            .and_then(length)
            .map(|twips| (twips / 10).clamp(0, 2000) as u16)
            .filter(|size| *size > 0),
    }
}

fn levels(tree: &Tree, id: Id) -> HashMap<u8, Option<u64>> {
    let level = |id: Id| {
        let depth = tree.attribute(id, "text:level")?.parse().ok()?;
        let numbered = tree.is(id, "text:list-level-style-number")
            && tree.attribute(id, "style:num-format").is_some_and(|format| !format.is_empty());
        let start = tree.attribute(id, "text:start-value").and_then(|start| start.parse().ok()).unwrap_or(1);
        Some((depth, numbered.then_some(start)))
    };
    tree.children(id).filter_map(level).collect()
}

/// A length such as `1.5cm` in twentieths of a point; `None` for a share of something.
fn length(text: &str) -> Option<i32> {
    let digits = text
        .find(|character: char| !(character.is_ascii_digit() || matches!(character, '.' | '-')))
        .unwrap_or(text.len());
    let number: f32 = text[..digits].parse().ok()?;
    let unit = match &text[digits..] {
        "cm" => 567.0,
        "mm" => 56.7,
        "in" => 1440.0,
        "pt" => 20.0,
        "pc" => 240.0,
        "px" => 15.0,
        _ => return None,
    };
    Some((number * unit).clamp(-100_000.0, 100_000.0) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read() {
        assert_eq!(length("1cm"), Some(567));
        assert_eq!(length("-0.5in"), Some(-720));
        assert_eq!((length("12pt"), length("100%"), length("")), (Some(240), None, None));
    }
}
