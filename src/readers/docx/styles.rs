//! How a document of Word says that something is set: properties of runs and paragraphs, and the styles that they inherit from.

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
    pub bold: Option<bool>,
    pub italic: Option<bool>,
    pub underline: Option<bool>,
    pub strike: Option<bool>,
    pub small_caps: Option<bool>,
    /// -1 below the line, 1 above it.
    pub height: Option<i8>,
    pub hidden: Option<bool>,
    /// In half points.
    pub size: Option<u16>,
}

impl RunProps {
    fn or(self, weaker: RunProps) -> RunProps {
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

    /// The look of characters, with these properties of their own, in a character's and a paragraph's style.
    pub fn look(self, character: RunProps, paragraph: RunProps) -> Look {
        // Of bold type and its like, a character's style within a paragraph's turns it off again.
        let toggled = |own: Option<bool>, character: Option<bool>, paragraph: Option<bool>| {
            own.unwrap_or(character.unwrap_or(false) ^ paragraph.unwrap_or(false))
        };
        let height = self.height.or(character.height).or(paragraph.height).unwrap_or(0);
        let underline = self.underline.or(character.underline).or(paragraph.underline).unwrap_or(false);
        Look::PLAIN
            .with(Mark::Strong, toggled(self.bold, character.bold, paragraph.bold))
            .with(Mark::Emphasis, toggled(self.italic, character.italic, paragraph.italic))
            .with(Mark::Strikethrough, toggled(self.strike, character.strike, paragraph.strike))
            .with(Mark::SmallCaps, toggled(self.small_caps, character.small_caps, paragraph.small_caps))
            .with(Mark::Underline, underline)
            .with(Mark::Superscript, height > 0)
            .with(Mark::Subscript, height < 0)
    }
}

/// How a paragraph is said to be set.
#[derive(Debug, Clone, Copy, Default)]
pub struct ParaProps {
    pub align: Option<Align>,
    /// 0 to 8 for a heading, 9 for text.
    pub outline: Option<u8>,
    /// In twentieths of a point.
    pub left: Option<i32>,
    /// How far the first line hangs out to the left.
    pub hanging: Option<i32>,
    /// A list and the depth in it; list 0 is none.
    pub list: Option<u32>,
    pub list_level: Option<u8>,
    pub page_break_before: Option<bool>,
}

impl ParaProps {
    pub fn or(self, weaker: ParaProps) -> ParaProps {
        ParaProps {
            align: self.align.or(weaker.align),
            outline: self.outline.or(weaker.outline),
            left: self.left.or(weaker.left),
            hanging: self.hanging.or(weaker.hanging),
            list: self.list.or(weaker.list),
            list_level: self.list_level.or(weaker.list_level),
            page_break_before: self.page_break_before.or(weaker.page_break_before),
        }
    }
}

/// A style with all that it inherits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    pub run: RunProps,
    pub para: ParaProps,
    pub purpose: Purpose,
}

struct Raw {
    name: String,
    based_on: Option<String>,
    run: RunProps,
    para: ParaProps,
    is_character: bool,
}

/// The styles of a document.
#[derive(Debug, Default)]
pub struct Styles {
    known: HashMap<String, Style>,
    /// Of paragraphs that name none.
    pub usual: Style,
}

impl Styles {
    pub fn read(tree: &Tree) -> Self {
        let mut raw: HashMap<String, Raw> = HashMap::new();
        let mut order = Vec::new();
        let mut usual = None;
        let root = tree.find(Tree::ROOT, "w:styles").unwrap_or(Tree::ROOT);
        let defaults = tree.find(root, "w:docDefaults");
        let inner = |name| defaults.and_then(|defaults| tree.find(defaults, name));
        let base_run = inner("w:rPr").map(|id| run_props(tree, id)).unwrap_or_default();
        let base_para = inner("w:pPr").map(|id| para_props(tree, id)).unwrap_or_default();
        for style in tree.children(root).filter(|id| tree.is(*id, "w:style")) {
            let Some(id) = tree.attribute(style, "w:styleId") else { continue };
            let value = |name| tree.child(style, name).and_then(|id| tree.attribute(id, "w:val"));
            let kind = tree.attribute(style, "w:type");
            if kind == Some("paragraph") && tree.attribute(style, "w:default").is_some_and(is_on) {
                usual = Some(id.to_owned());
            }
            let made = Raw {
                name: value("w:name").unwrap_or(id).to_owned(),
                based_on: value("w:basedOn").map(str::to_owned),
                run: tree.child(style, "w:rPr").map(|id| run_props(tree, id)).unwrap_or_default(),
                para: tree.child(style, "w:pPr").map(|id| para_props(tree, id)).unwrap_or_default(),
                is_character: kind == Some("character"),
            };
            order.push(id.to_owned());
            raw.insert(id.to_owned(), made);
        }
        let mut known = HashMap::new();
        for id in order {
            let mut style = Style::default();
            let mut next = Some(&id);
            for _ in 0..DEEPEST {
                let Some(one) = next.and_then(|id| raw.get(id)) else { break };
                style.run = style.run.or(one.run);
                style.para = style.para.or(one.para);
                if style.purpose == Purpose::Text {
                    style.purpose = purpose(&one.name, one.is_character);
                }
                next = one.based_on.as_ref();
            }
            if raw.get(&id).is_some_and(|one| !one.is_character) {
                style.run = style.run.or(base_run);
                style.para = style.para.or(base_para);
                style.purpose = match (style.purpose, style.para.outline) {
                    (Purpose::Text, Some(level)) if level < 9 => Purpose::Heading(level + 1),
                    (purpose, _) => purpose,
                };
            }
            known.insert(id, style);
        }
        let usual = usual.and_then(|id| known.get(&id).copied());
        let usual = usual.unwrap_or(Style { run: base_run, para: base_para, purpose: Purpose::Text });
        Styles { known, usual: Style { purpose: Purpose::Text, ..usual } }
    }

    /// A paragraph's style; the usual one where none is named, or none of that name is there.
    pub fn paragraph(&self, id: Option<&str>) -> Style {
        id.map_or(self.usual, |id| {
            let named = Style { purpose: purpose(id, false), ..self.usual };
            self.known.get(id).copied().unwrap_or(named)
        })
    }

    /// A character's style; nothing where none is named.
    pub fn character(&self, id: Option<&str>) -> Style {
        id.and_then(|id| self.known.get(id).copied()).unwrap_or_default()
    }
}

/// Whether an attribute says yes: it does by being there, unless it says no.
pub fn is_on(value: &str) -> bool {
    !matches!(value, "0" | "false" | "off" | "none")
}

/// What an element such as `w:b` says.
pub fn switch(tree: &Tree, id: Id) -> bool {
    tree.attribute(id, "w:val").is_none_or(is_on)
}

fn number<T: std::str::FromStr>(tree: &Tree, id: Id, name: &str) -> Option<T> {
    tree.attribute(id, name)?.parse().ok()
}

/// Reads `w:rPr`.
pub fn run_props(tree: &Tree, id: Id) -> RunProps {
    let mut props = RunProps::default();
    for child in tree.children(id) {
        let on = || Some(switch(tree, child));
        match tree.name(child) {
            "w:b" => props.bold = on(),
            "w:i" => props.italic = on(),
            "w:u" => props.underline = Some(tree.attribute(child, "w:val").is_some_and(is_on)),
            "w:strike" | "w:dstrike" => props.strike = Some(props.strike.unwrap_or(false) || switch(tree, child)),
            "w:smallCaps" => props.small_caps = on(),
            "w:vanish" => props.hidden = on(),
            "w:vertAlign" => {
                props.height = Some(match tree.attribute(child, "w:val") {
                    Some("superscript") => 1,
                    Some("subscript") => -1,
                    _ => 0,
                });
            }
            "w:sz" => props.size = number(tree, child, "w:val"),
            _ => {}
        }
    }
    props
}

/// Reads `w:pPr`.
pub fn para_props(tree: &Tree, id: Id) -> ParaProps {
    let mut props = ParaProps::default();
    for child in tree.children(id) {
        match tree.name(child) {
            "w:jc" => {
                props.align = Some(match tree.attribute(child, "w:val") {
                    Some("center") => Align::Center,
                    Some("right" | "end") => Align::End,
                    _ => Align::Start,
                });
            }
            "w:outlineLvl" => props.outline = number(tree, child, "w:val"),
            "w:ind" => {
                props.left = number(tree, child, "w:left").or_else(|| number(tree, child, "w:start"));
                props.hanging = number(tree, child, "w:hanging");
            }
            "w:numPr" => {
                let value = |name| tree.child(child, name).and_then(|id| number(tree, id, "w:val"));
                props.list = value("w:numId");
                props.list_level = value("w:ilvl").map(|level| level.min(8) as u8);
            }
            "w:pageBreakBefore" => props.page_break_before = Some(switch(tree, child)),
            _ => {}
        }
    }
    props
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLES: &str = "<w:styles xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>\
        <w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val='24'/></w:rPr></w:rPrDefault></w:docDefaults>\
        <w:style w:type='paragraph' w:default='1' w:styleId='Standard'><w:name w:val='Normal'/></w:style>\
        <w:style w:type='paragraph' w:styleId='berschrift2'><w:name w:val='heading 2'/><w:basedOn w:val='Standard'/>\
          <w:pPr><w:outlineLvl w:val='1'/></w:pPr><w:rPr><w:b/></w:rPr></w:style>\
        <w:style w:type='paragraph' w:styleId='Mine'><w:name w:val='My Chapters'/><w:basedOn w:val='berschrift2'/></w:style>\
        <w:style w:type='paragraph' w:styleId='Loop'><w:name w:val='loop'/><w:basedOn w:val='Loop'/></w:style>\
        <w:style w:type='character' w:styleId='Em'><w:name w:val='Emphasis'/><w:rPr><w:i/></w:rPr></w:style></w:styles>";

    #[test]
    fn styles_inherit() {
        let styles = Styles::read(&Tree::parse(STYLES));
        let mine = styles.paragraph(Some("Mine"));
        assert_eq!((mine.purpose, mine.run.bold, mine.run.size), (Purpose::Heading(2), Some(true), Some(24)));
        assert_eq!(styles.paragraph(Some("Loop")).purpose, Purpose::Text);
        assert_eq!(styles.paragraph(Some("Heading3")).purpose, Purpose::Heading(3));
        assert_eq!(styles.character(Some("Em")).run.italic, Some(true));
    }

    #[test]
    fn a_mark_within_its_like_is_taken_off() {
        let on = RunProps { italic: Some(true), ..RunProps::default() };
        let off = RunProps { italic: Some(false), ..RunProps::default() };
        let nothing = RunProps::default();
        let italic = |own: RunProps, character, paragraph| own.look(character, paragraph).has(Mark::Emphasis);
        assert!(italic(on, nothing, nothing) && italic(nothing, on, nothing) && italic(nothing, nothing, on));
        assert!(!italic(nothing, on, on) && italic(on, on, on) && !italic(off, on, nothing));
    }
}
