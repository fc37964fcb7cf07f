//! How text looks on a page, as far as a book cares: by elements, old attributes, `style`, and the page's own style sheet.
//!
//! Programs that export pages (word processors, Google Docs) say italic and centred nowhere but in classes. Selectors of one
//! element, class or id are understood, and what stands behind the last space of longer ones is not; nothing is fetched.

use std::collections::HashMap;

use crate::model::block::Align;
use crate::model::text::Style;

use super::dom::{NodeId, Page};
use super::running::Marks;

/// The look of text at some place of the page, with all that it inherits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    pub marks: Marks,
    pub align: Align,
    /// Hundredths of the size that browsers begin with.
    pub size: u16,
    pub hidden: bool,
}

impl Default for Look {
    fn default() -> Self {
        Look { marks: Marks::default(), align: Align::Start, size: 100, hidden: false }
    }
}

/// What is said of one element; nothing about what it leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Said {
    italic: Option<bool>,
    bold: Option<bool>,
    underlined: Option<bool>,
    struck: Option<bool>,
    small_caps: Option<bool>,
    /// Above the line, below it, or on it.
    raised: Option<Raised>,
    align: Option<Align>,
    size: Option<Size>,
    hidden: Option<bool>,
    pub break_before: bool,
    pub break_after: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Raised {
    Above,
    Below,
    On,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Size {
    /// Hundredths of the size that browsers begin with.
    Absolute(u16),
    /// Hundredths of the size around it.
    Relative(u16),
}

impl Said {
    fn overruled_by(&mut self, stronger: &Said) {
        self.italic = stronger.italic.or(self.italic);
        self.bold = stronger.bold.or(self.bold);
        self.underlined = stronger.underlined.or(self.underlined);
        self.struck = stronger.struck.or(self.struck);
        self.small_caps = stronger.small_caps.or(self.small_caps);
        self.raised = stronger.raised.or(self.raised);
        self.align = stronger.align.or(self.align);
        self.size = stronger.size.or(self.size);
        self.hidden = stronger.hidden.or(self.hidden);
        self.break_before |= stronger.break_before;
        self.break_after |= stronger.break_after;
    }

    /// Reads `name: value; …`.
    fn read(declarations: &str) -> Said {
        let mut said = Said::default();
        for declaration in declarations.split(';') {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let name = name.trim().to_ascii_lowercase();
            if !KNOWN.contains(&name.as_str()) {
                continue;
            }
            let value = value.trim().to_ascii_lowercase();
            let value = value.trim_end_matches("!important").trim();
            let has = |word: &str| value.split([' ', ',']).any(|part| part == word);
            match name.as_str() {
                "font-style" => said.italic = Some(value.starts_with("italic") || value.starts_with("oblique")),
                "font-weight" => said.bold = bold(value).or(said.bold),
                "font-variant" | "font-variant-caps" => said.small_caps = Some(value.contains("small-caps")),
                "font-size" => said.size = size(value).or(said.size),
                "font" => {
                    said.italic = Some(has("italic") || has("oblique"));
                    said.bold = Some(value.split(' ').find_map(bold).unwrap_or(false));
                    said.size = value.split(' ').find_map(size).or(said.size);
                }
                "text-decoration" | "text-decoration-line" => {
                    said.underlined = Some(has("underline"));
                    said.struck = Some(has("line-through"));
                }
                "text-align" => said.align = align(value).or(said.align),
                "vertical-align" => {
                    said.raised = match value {
                        "super" => Some(Raised::Above),
                        "sub" => Some(Raised::Below),
                        "baseline" => Some(Raised::On),
                        _ => said.raised,
                    }
                }
                "display" => said.hidden = Some(value == "none"),
                "visibility" => said.hidden = Some(value == "hidden" || value == "collapse"),
                "mso-hide" => said.hidden = Some(value == "all"),
                "page-break-before" | "break-before" => said.break_before = breaks(value),
                "page-break-after" | "break-after" => said.break_after = breaks(value),
                _ => {}
            }
        }
        said
    }
}

const KNOWN: &[&str] = &[
    "font-style",
    "font-weight",
    "font-variant",
    "font-variant-caps",
    "font-size",
    "font",
    "text-decoration",
    "text-decoration-line",
    "text-align",
    "vertical-align",
    "display",
    "visibility",
    "mso-hide",
    "page-break-before",
    "break-before",
    "page-break-after",
    "break-after",
];

fn breaks(value: &str) -> bool {
    matches!(value, "always" | "page" | "left" | "right" | "recto" | "verso")
}

fn bold(value: &str) -> Option<bool> {
    match value {
        "bold" | "bolder" => Some(true),
        "normal" | "lighter" => Some(false),
        number => number.parse::<u16>().ok().filter(|weight| (1..=1000).contains(weight)).map(|weight| weight >= 600),
    }
}

pub(super) fn align(value: &str) -> Option<Align> {
    match value {
        "center" | "centre" | "middle" | "-webkit-center" | "-moz-center" => Some(Align::Center),
        "right" | "end" => Some(Align::End),
        "left" | "start" | "justify" => Some(Align::Start),
        _ => None,
    }
}

fn size(value: &str) -> Option<Size> {
    let named = match value {
        "xx-small" => Some(60),
        "x-small" => Some(75),
        "small" => Some(89),
        "medium" => Some(100),
        "large" => Some(120),
        "x-large" => Some(150),
        "xx-large" => Some(200),
        _ => None,
    };
    if let Some(named) = named {
        return Some(Size::Absolute(named));
    }
    match value {
        "larger" => return Some(Size::Relative(120)),
        "smaller" => return Some(Size::Relative(83)),
        _ => {}
    }
    let unit = value.find(|character: char| !character.is_ascii_digit() && character != '.')?;
    let number: f32 = value[..unit].parse().ok()?;
    let hundredths = |factor: f32| (number * factor).round().clamp(1.0, 2_000.0) as u16;
    match value[unit..].split('/').next().unwrap_or_default() {
        "pt" => Some(Size::Absolute(hundredths(100.0 / 12.0))),
        "px" => Some(Size::Absolute(hundredths(100.0 / 16.0))),
        "rem" => Some(Size::Absolute(hundredths(100.0))),
        "em" => Some(Size::Relative(hundredths(100.0))),
        "%" => Some(Size::Relative(hundredths(1.0))),
        _ => None,
    }
}

/// `<font size>`: 1 to 7, or steps from 3.
fn font_size(value: &str) -> Option<Size> {
    const STEPS: [u16; 7] = [63, 82, 100, 113, 150, 200, 300];
    let value = value.trim();
    let number: i32 = value.trim_start_matches('+').parse().ok()?;
    let step = if value.starts_with(['+', '-']) { 3 + number } else { number };
    Some(Size::Absolute(STEPS[(step.clamp(1, 7) - 1) as usize]))
}

/// The style sheets that stand in a page.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// By `p`, `.c1`, `p.c1` or `#x`, lower case. Only looked up, never iterated.
    rules: HashMap<String, Said>,
    has_compounds: bool,
    has_classes: bool,
}

impl Sheet {
    pub fn of(page: &Page) -> Sheet {
        let mut sheet = Sheet::default();
        for id in page.descendants(Page::ROOT).filter(|id| page.name(*id) == "style") {
            page.children(id).filter_map(|child| page.text(child)).for_each(|text| sheet.read(text));
        }
        sheet
    }

    fn read(&mut self, text: &str) {
        let text = without_comments(text);
        let mut rest = text.as_str();
        while let Some(open) = rest.find('{') {
            let selectors = rest[..open].rsplit([';', '}']).next().unwrap_or_default().trim();
            if selectors.starts_with('@') {
                rest = past_block(&rest[open..]);
                continue;
            }
            let body = &rest[open + 1..];
            let close = body.find('}').unwrap_or(body.len());
            let said = Said::read(&body[..close]);
            if said != Said::default() {
                selectors.split(',').for_each(|selector| self.add(selector.trim(), &said));
            }
            rest = body.get(close + 1..).unwrap_or_default();
        }
    }

    fn add(&mut self, selector: &str, said: &Said) {
        let selector = selector.trim_start_matches('*');
        let simple = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | '#');
        if selector.is_empty() || !selector.chars().all(simple) || selector.matches(['.', '#']).count() > 1 {
            return;
        }
        self.has_classes |= selector.starts_with(['.', '#']);
        self.has_compounds |= selector.find(['.', '#']).is_some_and(|at| at > 0);
        self.rules.entry(selector.to_ascii_lowercase()).or_default().overruled_by(said);
    }

    /// What the page's sheets and the element's own attributes say of it.
    pub fn said(&self, page: &Page, id: NodeId, name: &str) -> Said {
        let mut said = Said::default();
        if !self.rules.is_empty() {
            let mut hear = |key: &str| {
                if let Some(rule) = self.rules.get(key) {
                    said.overruled_by(rule);
                }
            };
            hear(name);
            if self.has_classes || self.has_compounds {
                let classes = page.attribute(id, "class").unwrap_or_default().to_ascii_lowercase();
                let element_id = page.attribute(id, "id").map(str::to_ascii_lowercase);
                let named = || {
                    let classes = classes.split_ascii_whitespace().take(16).map(|class| format!(".{class}"));
                    classes.chain(element_id.iter().map(|id| format!("#{id}")))
                };
                named().for_each(|key| hear(&key));
                if self.has_compounds {
                    named().for_each(|key| hear(&format!("{name}{key}")));
                }
            }
        }
        if let Some(style) = page.attribute(id, "style") {
            said.overruled_by(&Said::read(style));
        }
        if said.hidden.is_none() && page.attribute(id, "hidden").is_some() {
            said.hidden = Some(true);
        }
        said
    }
}

/// What stands behind a block that begins with `{`, and other blocks within it.
fn past_block(text: &str) -> &str {
    let mut depth = 0usize;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return &text[at + 1..];
                }
            }
            _ => {}
        }
    }
    ""
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("/*") {
        out.push_str(&rest[..start]);
        rest = rest[start + 2..].find("*/").map_or("", |end| &rest[start + 2 + end + 2..]);
    }
    out.push_str(rest);
    // Old pages hide their sheets from older browsers.
    out.replace("<!--", "").replace("-->", "")
}

impl Look {
    /// The look within an element: of its kind by itself, then by what is said of it.
    pub fn within(self, page: &Page, id: NodeId, name: &str, said: &Said) -> Look {
        let mut look = self;
        let own = match name {
            "em" | "i" | "span" if page.has_class(id, "thought") => Some(Style::Thought),
            "em" | "i" | "cite" | "var" | "dfn" | "address" => Some(Style::Emphasis),
            "strong" | "b" => Some(Style::Strong),
            "u" | "ins" => Some(Style::Underline),
            "s" | "strike" | "del" => Some(Style::Strikethrough),
            "sup" => Some(Style::Superscript),
            "sub" => Some(Style::Subscript),
            "code" | "kbd" | "samp" | "tt" => Some(Style::Code),
            _ => None,
        };
        match name {
            "big" => look.size = scaled(look.size, 120),
            "small" => look.size = scaled(look.size, 83),
            "font" => {
                if let Some(size) = page.attribute(id, "size").and_then(font_size) {
                    look.size = resolve(size, look.size);
                }
            }
            "center" => look.align = Align::Center,
            _ => {}
        }
        if let Some(align) = page.attribute(id, "align").filter(|_| name != "table" && name != "img" && name != "hr")
            && let Some(align) = align_attribute(align)
        {
            look.align = align;
        }
        let own_is = |style: Style| own == Some(style);
        let set = |look: &mut Look, style: Style, said: Option<bool>| {
            let on = said.or(own_is(style).then_some(true));
            if let Some(on) = on {
                look.marks = look.marks.with(style, on);
            }
        };
        set(&mut look, Style::Emphasis, said.italic);
        set(&mut look, Style::Strong, said.bold);
        set(&mut look, Style::SmallCaps, said.small_caps);
        set(&mut look, Style::Code, None);
        set(&mut look, Style::Thought, None);
        // A line that was drawn below outer text goes on below inner text, whatever that says; links have theirs anyway.
        let drawn = |said: Option<bool>, style: Style| said.unwrap_or(own_is(style));
        if drawn(said.underlined.filter(|_| name != "a"), Style::Underline) {
            look.marks = look.marks.with(Style::Underline, true);
        }
        if drawn(said.struck, Style::Strikethrough) {
            look.marks = look.marks.with(Style::Strikethrough, true);
        }
        let raised = said.raised.filter(|_| !matches!(name, "td" | "th" | "tr" | "img")).or(match own {
            Some(Style::Superscript) => Some(Raised::Above),
            Some(Style::Subscript) => Some(Raised::Below),
            _ => None,
        });
        match raised {
            Some(Raised::Above) => look.marks = look.marks.with(Style::Superscript, true).with(Style::Subscript, false),
            Some(Raised::Below) => look.marks = look.marks.with(Style::Subscript, true).with(Style::Superscript, false),
            Some(Raised::On) if own.is_some() => {
                look.marks = look.marks.with(Style::Superscript, false).with(Style::Subscript, false)
            }
            _ => {}
        }
        if let Some(size) = said.size {
            look.size = resolve(size, self.size);
        }
        if let Some(align) = said.align {
            look.align = align;
        }
        look.hidden = look.hidden || said.hidden == Some(true);
        look
    }
}

fn align_attribute(value: &str) -> Option<Align> {
    align(&value.trim().to_ascii_lowercase())
}

fn resolve(size: Size, around: u16) -> u16 {
    match size {
        Size::Absolute(size) => size,
        Size::Relative(percent) => scaled(around, percent),
    }
}

fn scaled(size: u16, percent: u16) -> u16 {
    (u32::from(size) * u32::from(percent) / 100).clamp(1, 2_000) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look_of(html: &str, name: &str) -> Look {
        let page = Page::parse(html);
        let sheet = Sheet::of(&page);
        let id = page.find(Page::ROOT, |id| page.name(id) == name).unwrap();
        let mut path = vec![id];
        while let Some(parent) = page.parent(path[path.len() - 1]) {
            path.push(parent);
        }
        path.iter().rev().fold(Look::default(), |look, id| {
            let name = page.name(*id);
            look.within(&page, *id, name, &sheet.said(&page, *id, name))
        })
    }

    #[test]
    fn classes_say_what_text_looks_like() {
        let sheet = "<style><!-- @import url(x); @media print { .c1 { font-weight: 400 } }\n.c1, p.c2 { font-style:italic }
            /* .c1 {} */ .c1{font-weight:700;font-size:24pt} #x{text-align:center!important} p > .c1 {display:none}--></style>";
        let look = look_of(&format!("{sheet}<p id=x><span class='c0 C1'>x</span>"), "span");
        assert!(look.marks.has(Style::Emphasis) && look.marks.has(Style::Strong) && !look.hidden);
        assert_eq!((look.align, look.size), (Align::Center, 200));
        assert!(look_of(&format!("{sheet}<p class=c2>x"), "p").marks.has(Style::Emphasis));
        assert!(!look_of(&format!("{sheet}<div class=c2>x"), "div").marks.has(Style::Emphasis));
    }

    #[test]
    fn what_is_said_overrules_the_element() {
        assert!(!look_of("<b style='font-weight:normal'>x</b>", "b").marks.has(Style::Strong));
        assert!(!look_of("<i><span style='font-style: normal'>x</span></i>", "span").marks.has(Style::Emphasis));
        assert!(look_of("<u><span style='text-decoration:none'>x</span></u>", "span").marks.has(Style::Underline));
        assert!(!look_of("<a style='text-decoration:underline'>x</a>", "a").marks.has(Style::Underline));
        assert!(look_of("<span style='vertical-align:super'>1</span>", "span").marks.has(Style::Superscript));
    }

    #[test]
    fn sizes_and_places_of_old_pages() {
        assert_eq!(look_of("<font size=+2>x</font>", "font").size, 150);
        assert_eq!(look_of("<p style='font-size:1.5em'><big>x</big>", "big").size, 180);
        assert_eq!(look_of("<center><p>x</center>", "p").align, Align::Center);
        assert_eq!(look_of("<p align=RIGHT>x", "p").align, Align::End);
        assert_eq!(look_of("<center><p align=left>x", "p").align, Align::Start);
    }

    #[test]
    fn broken_sheets_are_read_as_far_as_they_go() {
        for sheet in
            ["{", "}", "a{", "@media {", "a{font-weight", "/*", "a{;:;}", "p{font-size:9999999pt}", "é{font:x}"]
        {
            look_of(&format!("<style>{sheet}</style><p>x"), "p");
        }
    }
}
