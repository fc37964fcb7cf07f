//! A cover in the making: the sheet that a design draws on, and the text that is set on it afterwards.

use super::CoverText;
use super::canvas::Canvas;
use super::chance::Chance;
use super::lettering::{CAPITAL, Face, Fitting, Lines, fit};
use super::palette::{Ink, Palette};
use super::path::{Area, Path, at};

/// What a design draws on and with.
pub(super) struct Page<'a> {
    pub canvas: Canvas,
    pub chance: Chance,
    pub palette: &'a Palette,
    pub faces: &'a Faces,
    pub text: &'a Printable,
}

pub(super) struct Faces {
    pub upright: Face,
    pub italic: Face,
}

impl Faces {
    pub fn new() -> Self {
        Faces { upright: Face::upright(), italic: Face::italic() }
    }
}

/// Where and how a design wants its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    /// The room for the block of text, on bare paper.
    pub area: Area,
    align: Align,
    anchor: Anchor,
    /// Author and fandom apart from the title: on the lower edge of this room, on this ink.
    pub credit: Option<(Area, Ink)>,
    pub label: bool,
}

impl Setting {
    /// Everything in one block, in the middle of its room.
    pub fn new(area: Area) -> Self {
        Setting { area, align: Align::Centre, anchor: Anchor::Middle, credit: None, label: false }
    }

    /// From the upper left corner instead of from the middle.
    pub fn flush_left(self) -> Self {
        Setting { align: Align::Left, anchor: Anchor::Top, ..self }
    }

    /// Author and fandom apart from the title.
    pub fn credit_in(self, area: Area, under: Ink) -> Self {
        Setting { credit: Some((area, under)), ..self }
    }

    /// A framed label under the text, as high as the text needs, for designs that cover the whole sheet.
    pub fn labelled(self) -> Self {
        Setting { label: true, ..self }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Anchor {
    Top,
    Middle,
    Bottom,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    Centre,
}

/// The texts of a cover as they can be printed; what cannot is absent.
#[derive(Debug, Default)]
pub(super) struct Printable {
    pub title: Option<String>,
    /// The title's first letter or digit, as a capital.
    pub initial: Option<char>,
    pub authors: Option<String>,
    pub fandom: Option<String>,
    pub series: Option<String>,
}

impl Printable {
    pub fn new(text: &CoverText, faces: &Faces) -> Self {
        let italic = |text: Option<&str>| text.and_then(|text| faces.italic.printable(text));
        let names: Vec<String> = text.authors.iter().filter_map(|name| faces.upright.printable(name)).collect();
        let title = faces.upright.printable(text.title);
        Printable {
            initial: title.as_deref().and_then(|title| initial(title, &faces.upright)),
            title,
            authors: (!names.is_empty()).then(|| enumerated(&names)),
            fandom: italic(text.fandom),
            series: italic(text.series),
        }
    }
}

/// The first letter or digit of a title as a capital, if the face has it.
fn initial(title: &str, face: &Face) -> Option<char> {
    let letter = title.chars().find(|letter| letter.is_alphanumeric())?;
    letter.to_uppercase().next().filter(|&capital| face.has(capital))
}

/// "Anna", "Anna & Ben", "Anna, Ben & Carla".
pub(super) fn enumerated(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [some @ .., last] => format!("{} & {last}", some.join(", ")),
    }
}

/// One of the things that stand below each other in a block of text.
struct Item<'a> {
    /// The distance from the baseline above to the top of the capitals.
    space: f32,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Text(&'a Face, Lines),
    /// A short line between title and author.
    Rule,
}

const LARGEST_TITLE: f32 = 380.0;
const RULE_WIDTH: f32 = 132.0;
const RULE_HEIGHT: f32 = 7.0;
/// From the text to the edge of its label, and from there to the label's frame.
const LABEL_PADDING: f32 = 120.0;
const LABEL_FRAME: f32 = 30.0;

impl Item<'_> {
    fn height(&self) -> f32 {
        match &self.kind {
            Kind::Text(_, lines) => lines.height(),
            Kind::Rule => RULE_HEIGHT,
        }
    }
}

fn height(items: &[Item]) -> f32 {
    items.iter().enumerate().map(|(place, item)| item.height() + if place == 0 { 0.0 } else { item.space }).sum()
}

/// Sets all text of a cover.
pub(super) fn set(page: &mut Page, setting: &Setting) {
    let (faces, text) = (page.faces, page.text);
    let width = setting.area.width();
    let mut block: Vec<Item> = text.series.iter().map(|series| small(&faces.italic, series, width, 0.0, 2)).collect();
    let credits = match setting.credit {
        Some((area, under)) => {
            place(page, &credits(faces, text, area.width(), 2), area, Anchor::Bottom, setting.align, under);
            Vec::new()
        }
        None => credits(faces, text, width, 3),
    };
    if let Some(title) = &text.title {
        // Large type keeps a greater distance, for its accents and its tails.
        let (above, below) = (|size: f32| 64.0 + 0.12 * size, |size: f32| 62.0 + 0.2 * size);
        let taken = height(&block) + credits.iter().map(|item| item.space + item.height()).sum::<f32>();
        let fitting = Fitting {
            width,
            height: setting.area.height() - taken - above(LARGEST_TITLE) - below(LARGEST_TITLE),
            largest: LARGEST_TITLE,
            smallest: 64.0,
            most_lines: 10,
        };
        let lines = fit(&faces.upright, title, &fitting);
        let size = lines.size;
        block.push(Item { space: above(size), kind: Kind::Text(&faces.upright, lines) });
        if !credits.is_empty() {
            block.push(Item { space: below(size), kind: Kind::Rule });
        }
    }
    block.extend(credits);
    if block.is_empty() {
        return;
    }
    if setting.label {
        let label = spread(setting.area, height(&block), setting.anchor).grown(LABEL_PADDING);
        page.canvas.rectangle(label, Ink::Ground);
        page.canvas.frame(label.grown(-LABEL_FRAME), 5.0, Ink::Text);
    }
    place(page, &block, setting.area, setting.anchor, setting.align, Ink::Ground);
}

/// The authors, in one line or, when they are many, in at most `most_lines`; then the fandom in one line less.
fn credits<'a>(faces: &'a Faces, text: &Printable, width: f32, most_lines: usize) -> Vec<Item<'a>> {
    let mut items = Vec::new();
    if let Some(authors) = &text.authors {
        let one_line = Fitting { width, height: f32::INFINITY, largest: 92.0, smallest: 60.0, most_lines: 1 };
        let mut lines = fit(&faces.upright, authors, &one_line);
        if lines.size <= one_line.smallest {
            lines = fit(&faces.upright, authors, &Fitting { largest: 70.0, most_lines, ..one_line });
        }
        items.push(Item { space: 86.0, kind: Kind::Text(&faces.upright, lines) });
    }
    if let Some(fandom) = &text.fandom {
        items.push(small(&faces.italic, fandom, width, 56.0, most_lines - 1));
    }
    items
}

/// A line of italics, or a few.
fn small<'a>(face: &'a Face, text: &str, width: f32, space: f32, most_lines: usize) -> Item<'a> {
    let fitting = Fitting { width, height: f32::INFINITY, largest: 64.0, smallest: 50.0, most_lines };
    Item { space, kind: Kind::Text(face, fit(face, text, &fitting)) }
}

/// The part of an area that a block of some height takes.
fn spread(area: Area, height: f32, anchor: Anchor) -> Area {
    let top = match anchor {
        Anchor::Top => area.top,
        Anchor::Middle => area.top + (area.height() - height) * 0.5,
        Anchor::Bottom => area.bottom - height,
    };
    Area { top, bottom: top + height, ..area }
}

fn place(page: &mut Page, items: &[Item], area: Area, anchor: Anchor, align: Align, under: Ink) {
    let ink = page.palette.legible_on(under);
    let mut y = spread(area, height(items), anchor).top;
    let mut path = Path::new();
    for (index, item) in items.iter().enumerate() {
        y += if index == 0 { 0.0 } else { item.space };
        match &item.kind {
            Kind::Rule => {
                let left = match align {
                    Align::Left => area.left,
                    Align::Centre => (area.left + area.right - RULE_WIDTH) * 0.5,
                };
                page.canvas.rectangle(Area::new(left, y, left + RULE_WIDTH, y + RULE_HEIGHT), Ink::Accent);
            }
            Kind::Text(face, lines) => {
                for (number, run) in lines.runs.iter().enumerate() {
                    let baseline = y + lines.size * CAPITAL + lines.leading() * number as f32;
                    let left = match align {
                        // The stem of the first letter stands on the edge, not the blank before it.
                        Align::Left => area.left - face.extent(run).map_or(0.0, |(left, ..)| left) * lines.size,
                        Align::Centre => (area.left + area.right - run.width * lines.size) * 0.5,
                    };
                    face.outline(run, lines.size, at(left, baseline), &mut path);
                }
            }
        }
        y += item.height();
    }
    page.canvas.fill(&path, ink);
}
