//! Footnotes of a page: which links lead to them, and where their text stands.

use std::collections::{BTreeMap, HashMap};

use super::dom::{NodeId, Page};

/// Nodes of the longest footnote.
const LARGEST_NOTE: usize = 500;

/// Nodes that are looked at on one page to find footnotes.
const MOST_LOOKED_AT: usize = 400_000;

/// A footnote of the page: a link that leads to it and a place that leads back, or bears the same mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchored {
    pub key: String,
    pub mark: String,
    /// Its whole text, the mark and the way back included.
    pub body: Vec<NodeId>,
    /// Links within `body` that only lead back.
    pub back: Vec<NodeId>,
}

/// The footnotes of a page.
#[derive(Debug, Default)]
pub struct Anchors {
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
            .attributed()
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
        let mut places: HashMap<&str, NodeId> = HashMap::new();
        for id in page.attributed() {
            for name in ["id", "name"].iter().filter_map(|name| page.attribute(id, name)) {
                places.entry(name).or_insert(id);
            }
        }
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        let mut looked_at = 0;
        for (link, target, mark) in &links {
            if let Some(index) = known.get(target.as_str()) {
                anchors.calls.insert(*link, *index);
                continue;
            }
            let Some(place) = places.get(target.as_str()) else { continue };
            if link >= place {
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
            if page.holds(block, *link) || anchors.bodies.contains_key(&block) {
                continue;
            }
            let back: Vec<NodeId> = page
                .descendants(block)
                .filter(|id| {
                    page.name(*id) == "a"
                        && page.attribute(*id, "href").and_then(|href| href.rsplit_once('#')).is_some_and(
                            |(file, target)| {
                                is_this_page(file)
                                    && places.get(target).is_some_and(|to| to < place && near(page, *to, *link))
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
pub fn is_mark(text: &str) -> bool {
    let core = core(text);
    (1..=4).contains(&core.chars().count())
        && (core.chars().all(|character| character.is_ascii_digit())
            || core.chars().all(|character| !character.is_alphanumeric())
            || core.chars().all(|character| matches!(character, 'i' | 'v' | 'x'))
            || core.chars().count() == 1)
}

/// A mark without its brackets and stop.
pub fn core(mark: &str) -> &str {
    let core = mark.trim().trim_matches(['[', ']', '(', ')', '.', ':', ' ']);
    if core.is_empty() { mark.trim() } else { core }
}

/// The block that a place stands in, or that it is.
pub fn enclosing(page: &Page, place: NodeId) -> Option<NodeId> {
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
pub fn near(page: &Page, place: NodeId, link: NodeId) -> bool {
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
    }) || page.holds(place, link)
}

#[cfg(test)]
mod tests {
    use super::*;

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
