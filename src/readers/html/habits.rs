//! Habits of a page, measured over the whole of it before any of it is read: what a single `<br>` means to whoever made it,
//! and which links lead to footnotes.

use std::collections::{BTreeMap, HashMap};

use super::dom::{NodeId, Page, is_inline, is_unseen};

/// What a single `<br>` within running text means. Two in a row always end a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum LineEnds {
    /// The line ends here: verse, headers, addresses.
    #[default]
    Kept,
    /// Lines were wrapped by hand, or by the program that posted them, at this column.
    Wrapped(u16),
    /// Every line is a paragraph.
    Paragraphs,
}

/// A line of the page as [`LineEnds`] is judged by.
#[derive(Debug, Clone, Copy)]
struct Line {
    width: u32,
    first_word: u16,
    /// A single `<br>` parts it from the next.
    single: bool,
}

/// Measures what line ends mean on a page.
pub(super) fn line_ends(page: &Page) -> LineEnds {
    let mut lines: Vec<Line> = Vec::new();
    let mut open = Line { width: 0, first_word: 0, single: false };
    let mut in_word = false;
    let mut breaks = false;
    for id in page.descendants(Page::ROOT) {
        if let Some(text) = page.text(id) {
            if page.parent(id).is_some_and(|parent| is_unseen(page.name(parent))) {
                continue;
            }
            for character in text.chars() {
                if character.is_whitespace() {
                    in_word = false;
                    continue;
                }
                if !in_word {
                    open.width += u32::from(open.width > 0);
                    in_word = true;
                }
                open.width += 1;
                if open.width == u32::from(open.first_word) + 1 {
                    open.first_word = open.first_word.saturating_add(1);
                }
            }
            continue;
        }
        let name = page.name(id);
        if name == "br" || (page.is_element(id) && !is_inline(name)) {
            breaks |= name == "br";
            in_word = false;
            if open.width > 0 {
                lines.push(Line { single: name == "br", ..open });
                open = Line { width: 0, first_word: 0, single: false };
            } else if let Some(last) = lines.last_mut() {
                // An empty line, or a block: the line before did not end by one `<br>` alone.
                last.single = false;
            }
        }
    }
    if !breaks {
        return LineEnds::Kept;
    }
    lines.push(open);
    judge(&lines)
}

fn judge(lines: &[Line]) -> LineEnds {
    let singles: Vec<(&Line, &Line)> = lines.iter().zip(lines.iter().skip(1)).filter(|(line, _)| line.single).collect();
    let text: u32 = lines.iter().map(|line| line.width).sum();
    let ended: u32 = singles.iter().map(|(line, _)| line.width).sum();
    if singles.len() < 4 || ended * 2 < text {
        return LineEnds::Kept;
    }
    let mut widths: Vec<u32> = singles.iter().map(|(line, _)| line.width).collect();
    widths.sort_unstable();
    let column = widths[widths.len() * 19 / 20];
    if (40..=120).contains(&column) && singles.len() >= 8 {
        // The next word had no room, give or take a sixth.
        let full = singles
            .iter()
            .filter(|(line, next)| line.width + 1 + u32::from(next.first_word) + column / 6 > column)
            .count();
        if full * 5 >= singles.len() * 3 {
            return LineEnds::Wrapped(column as u16);
        }
    }
    // Lines that no page shows as one line are paragraphs.
    let long = singles.iter().filter(|(line, _)| line.width > 120).count();
    if long * 8 >= singles.len() { LineEnds::Paragraphs } else { LineEnds::Kept }
}

/// Nodes of the longest footnote.
const LARGEST_NOTE: usize = 500;

/// Nodes that are looked at on one page to find footnotes.
const MOST_LOOKED_AT: usize = 400_000;

/// A footnote of the page: a link that leads to it and a place that leads back, or bears the same mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Anchored {
    pub key: String,
    pub mark: String,
    /// Its whole text, the mark and the way back included.
    pub body: Vec<NodeId>,
    /// Links within `body` that only lead back.
    pub back: Vec<NodeId>,
}

/// The footnotes of a page.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    /// By the link that calls it; several may call one. Only looked up.
    calls: HashMap<NodeId, usize>,
    /// By each node of its body.
    bodies: HashMap<NodeId, usize>,
    pub notes: Vec<Anchored>,
}

impl Anchors {
    pub fn called_by(&self, link: NodeId) -> Option<usize> {
        self.calls.get(&link).copied()
    }

    pub fn body_at(&self, node: NodeId) -> Option<usize> {
        if self.bodies.is_empty() { None } else { self.bodies.get(&node).copied() }
    }

    /// Finds the footnotes: `1` leads to a place that begins with `1`, or from which a link leads back.
    pub fn of(page: &Page) -> Anchors {
        let links: Vec<(NodeId, String, String)> = page
            .descendants(Page::ROOT)
            .filter(|id| page.name(*id) == "a")
            .filter_map(|id| {
                let (_, target) =
                    page.attribute(id, "href")?.rsplit_once('#').filter(|(file, _)| is_this_page(file))?;
                let mark = page.plain(id);
                (!target.is_empty() && is_mark(&mark)).then(|| (id, target.to_owned(), mark))
            })
            .collect();
        let mut anchors = Anchors::default();
        if links.is_empty() {
            return anchors;
        }
        let mut places: HashMap<&str, (usize, NodeId)> = HashMap::new();
        let mut order: HashMap<NodeId, usize> = HashMap::new();
        for (position, id) in page.descendants(Page::ROOT).enumerate() {
            if page.name(id) == "a" {
                order.insert(id, position);
            }
            for name in ["id", "name"].iter().filter_map(|name| page.attribute(id, name)) {
                places.entry(name).or_insert((position, id));
            }
        }
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        let mut looked_at = 0;
        for (link, target, mark) in &links {
            if let Some(index) = known.get(target.as_str()) {
                anchors.calls.insert(*link, *index);
                continue;
            }
            let Some((position, place)) = places.get(target.as_str()) else { continue };
            if order.get(link).is_none_or(|at| at >= position) {
                // What leads up the page leads back.
                continue;
            }
            let Some(block) = enclosing(page, *place) else { continue };
            // No page of notes comes near this; a hostile one would cost the square of its links.
            let size = page.descendants(block).take(LARGEST_NOTE + 1).count();
            looked_at += size;
            if size > LARGEST_NOTE || looked_at > MOST_LOOKED_AT {
                continue;
            }
            if page.find(block, |id| id == *link).is_some() || anchors.bodies.contains_key(&block) {
                continue;
            }
            let back: Vec<NodeId> = page
                .descendants(block)
                .filter(|id| {
                    page.name(*id) == "a"
                        && page.attribute(*id, "href").and_then(|href| href.rsplit_once('#')).is_some_and(
                            |(file, target)| {
                                is_this_page(file)
                                    && places
                                        .get(target)
                                        .is_some_and(|(to, at)| to < position && near(page, *at, *link))
                            },
                        )
                })
                .collect();
            let begins = core(page.plain(block).split_whitespace().next().unwrap_or_default()) == core(mark);
            if back.is_empty() && !begins {
                continue;
            }
            let index = anchors.notes.len();
            anchors.bodies.insert(block, index);
            anchors.calls.insert(*link, index);
            known.insert(target, index);
            let key = format!("{target}-{}", index + 1);
            anchors.notes.push(Anchored { key, mark: core(mark).to_owned(), body: vec![block], back });
        }
        anchors
    }
}

/// A link within the page names no file, or the page's own: saved pages have their whole address before the `#`.
fn is_this_page(file: &str) -> bool {
    file.is_empty() || !file.contains(['?', '&'])
}

/// `1`, `[12]`, `*`, `†`, `iv`: what calls a note.
fn is_mark(text: &str) -> bool {
    let core = core(text);
    (1..=4).contains(&core.chars().count())
        && (core.chars().all(|character| character.is_ascii_digit())
            || core.chars().all(|character| !character.is_alphanumeric())
            || core.chars().all(|character| matches!(character, 'i' | 'v' | 'x'))
            || core.chars().count() == 1)
}

/// A mark without its brackets and stop.
fn core(mark: &str) -> &str {
    let core = mark.trim().trim_matches(['[', ']', '(', ')', '.', ':', ' ']);
    if core.is_empty() { mark.trim() } else { core }
}

/// The block that a place stands in, or that it is.
fn enclosing(page: &Page, place: NodeId) -> Option<NodeId> {
    let mut at = place;
    for _ in 0..8 {
        match page.name(at) {
            "p" | "li" | "dd" | "aside" => {
                // Word and Google Docs put a `div` around each note.
                let parent = page.parent(at)?;
                let alone = matches!(page.name(parent), "div" | "aside")
                    && page.attribute(parent, "id").is_some_and(|id| id.starts_with("ftn") || id.starts_with("edn"));
                return Some(if alone { parent } else { at });
            }
            "div" | "td" => return Some(at),
            "body" | "html" | "" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "section" | "article" => return None,
            _ => at = page.parent(at)?,
        }
    }
    None
}

/// Whether a place is the link, within it, or around it and nothing else.
fn near(page: &Page, place: NodeId, link: NodeId) -> bool {
    let mut at = Some(link);
    for _ in 0..4 {
        match at {
            Some(id) if id == place => return true,
            Some(id) => at = page.parent(id),
            None => break,
        }
    }
    // `<a name="ref1"></a><sup><a href="#fn1">1</a></sup>`
    page.parent(place).is_some_and(|parent| {
        page.parent(link) == Some(parent) || page.parent(link).and_then(|up| page.parent(up)) == Some(parent)
    }) || page.find(place, |id| id == link).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(html: &str) -> LineEnds {
        line_ends(&Page::parse(html))
    }

    #[test]
    fn a_break_means_what_the_page_shows() {
        let verse = "<p>The tide came up the river,<br>the boats went down to sea,<br>the lamps along the harbour<br>were lit for you and me.<br>And no one else.</p>";
        assert_eq!(ends(verse), LineEnds::Kept);
        let long = "She walked along the harbour wall until the lamps were lit, and when the last boat had come in she turned, and went home by the upper road.<br>";
        assert_eq!(ends(&long.repeat(8)), LineEnds::Paragraphs);
        let wrapped = "She walked along the harbour wall until the lamps were lit, and<br>when the last of the boats had come in she turned, and went home<br>";
        assert!(matches!(ends(&wrapped.repeat(8)), LineEnds::Wrapped(60..=70)));
        let soup = format!("{}<br><br>", &long[..long.len() - 4]);
        assert_eq!(ends(&soup.repeat(8)), LineEnds::Kept);
    }

    #[test]
    fn notes_are_found_by_their_ways_there_and_back() {
        let html = "<p>Rain<sup><a id=r1 href='#n1'>1</a></sup> and wind<a href='#n2' name=r2>[2]</a>, see <a href='#n3'>3</a>, <a href='#top'>top</a></p>
            <p id=n1>1. From the west. <a href='#r1'>back</a></p><div id=ftn2><p><a name=n2 href='#r2'>[2]</a> A gale.</p></div><h2 id=n3>3</h2>";
        let page = Page::parse(html);
        let anchors = Anchors::of(&page);
        let marks: Vec<&str> = anchors.notes.iter().map(|note| note.mark.as_str()).collect();
        assert_eq!(marks, ["1", "2"]);
        assert_eq!(anchors.notes.iter().map(|note| note.back.len()).collect::<Vec<_>>(), [1, 1]);
        assert_eq!(page.name(anchors.notes[1].body[0]), "div");
    }
}
