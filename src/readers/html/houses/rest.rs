//! What nobody took of a page.

use std::collections::HashSet;

use crate::model::story::DropReason;
use crate::readers::html::dom::{NodeId, Page, is_inline, is_unseen};

/// The words of a page outside the nodes that were taken, each line with the place where it stands.
pub fn rest(page: &Page, taken: &[NodeId], reason: DropReason) -> Option<(DropReason, String, NodeId)> {
    let taken: HashSet<NodeId> = taken.iter().copied().collect();
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut first = None;
    let mut at = Some(Page::ROOT);
    while let Some(id) = at {
        let skipped = taken.contains(&id) || is_unseen(page.name(id));
        if let Some(text) = page.text(id) {
            if !skipped {
                line.push_str(text);
                first = first.or_else(|| (!text.trim().is_empty()).then_some(id));
            }
        } else if !is_inline(page.name(id)) {
            close(&mut line, &mut lines);
        }
        let inside = if skipped { None } else { page.children(id).next() };
        at = inside.or_else(|| after(page, id));
    }
    close(&mut line, &mut lines);
    first.map(|first| (reason, lines.join(" · "), first))
}

fn close(line: &mut String, lines: &mut Vec<String>) {
    let text = line.split_whitespace().collect::<Vec<_>>().join(" ");
    line.clear();
    if !text.is_empty() {
        lines.push(text);
    }
}

/// The node behind this one and everything in it.
fn after(page: &Page, mut id: NodeId) -> Option<NodeId> {
    loop {
        if let Some(next) = page.next_sibling(id) {
            return Some(next);
        }
        id = page.parent(id)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_were_taken_are_no_rest() {
        let page = Page::parse("<div>one<br>two</div>");
        let text = page.find(Page::ROOT, |id| page.name(id) == "div").and_then(|id| page.first_child(id)).unwrap();
        assert_eq!(rest(&page, &[text], DropReason::PageFurniture).unwrap().1, "two");
    }

    #[test]
    fn what_was_taken_is_no_rest() {
        let page =
            Page::parse("<p>Log in<p>Menu <i>here</i><div id=a>Story <b>text</b></div><script>x</script><p>Foot");
        let story = page.by_id("a").unwrap();
        let (_, text, _) = rest(&page, &[story], DropReason::PageFurniture).unwrap();
        assert_eq!(text, "Log in · Menu here · Foot");
        assert!(rest(&page, &[Page::ROOT], DropReason::PageFurniture).is_none());
    }
}
