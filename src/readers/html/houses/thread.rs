//! Threads of forums in which somebody posts a story: XenForo (SpaceBattles, Sufficient Velocity and their kin), phpBB, vBulletin,
//! Discourse.
//!
//! Whoever began the thread tells the story: their long posts, and those that they marked as chapters, are its chapters. What
//! others said, and their own short answers, is left out and listed, as are profiles, signatures and dates.

use super::House;
use super::facts::Stated;
use super::rest::rest;
use crate::declared::Field;
use crate::model::story::DropReason;
use crate::model::text::Inline;
use crate::readers::html::dom::{NodeId, Page};
use crate::readers::html::{ChapterPart, Parts};

pub const HOUSE: House = House { read };

/// What a post is called, and what its text is, by class.
const FORUMS: &[(&str, &[&str])] = &[
    ("message", &["bbWrapper", "messageText"]),
    ("post", &["content", "post_message", "postcontent", "inner"]),
    ("postcontainer", &["postcontent", "content"]),
    ("postbit", &["postcontent", "content"]),
    ("postbitlegacy", &["postcontent", "content"]),
    ("topic-post", &["cooked"]),
];

/// What the name of whoever wrote a post is called.
const NAMES: &[&str] = &["username", "bigusername", "message-name", "poster", "author", "creator"];

/// The mark of a chapter that forums for stories have.
const MARKS: &[&str] = &["threadmarkLabel", "threadmark-label", "message-cell--threadmark-header", "threadmarker"];

const TITLES: &[&str] = &["p-title-value", "topic-title", "threadtitle", "fancy-title", "titleBar"];

/// Characters of the shortest post without a mark that is a chapter and no answer.
const SHORTEST: usize = 500;

/// Bytes of the longest title, and of the longest name.
const LONGEST_TITLE: usize = 400;
const LONGEST_NAME: usize = 100;

/// Nodes that are looked at to find posts; posts within posts would cost their square.
const MOST_LOOKED_AT: usize = 3_000_000;

/// What only forums have around the text of what they call a post; blogs call their entries so, too.
const FORUM_MARKS: &[&str] = &["postbody", "postprofile", "postdetails", "userinfo", "post_message", "poster"];

struct Post {
    author: String,
    mark: Option<String>,
    text: NodeId,
}

fn read(page: &Page) -> Option<Parts> {
    let posts = posts(page)?;
    let teller = posts.first()?.author.clone();
    let is_told =
        |post: &&Post| post.author == teller && (post.mark.is_some() || page.plain(post.text).len() >= SHORTEST);
    let told: Vec<&Post> = posts.iter().filter(is_told).collect();
    if told.is_empty() {
        return None;
    }
    let mut parts = Parts::default();
    let mut taken: Vec<NodeId> = told.iter().map(|post| post.text).collect();
    if let Some(title) = title(page) {
        // The kind of thread stands before it as a label: "Crossover", "Story Only".
        let labels = ["label", "label-append", "prefix", "threadprefix"];
        let of_title = |id: &NodeId| !page.parent(*id).is_some_and(|parent| is_called(page, parent, &labels));
        let (own, of_labels): (Vec<NodeId>, Vec<NodeId>) = page.descendants(title).partition(of_title);
        let joined = |nodes: &[NodeId]| {
            let texts: Vec<&str> = nodes.iter().filter_map(|id| page.text(*id)).collect();
            texts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let (words, labels) = (joined(&own), joined(&of_labels));
        parts.left_out.extend((!labels.is_empty()).then_some((DropReason::PageFurniture, labels, title)));
        // Forums put the kind of story before its title, or behind: "The Moth (Worm AU)" stays as it is.
        let line = page.line(title);
        Stated { label: "Title", field: Some(Field::Title), values: vec![words], line }.enter(&mut parts.declared);
        taken.push(title);
    }
    let line = page.line(told[0].text);
    Stated { label: "Author", field: Some(Field::Authors), values: vec![teller], line }.enter(&mut parts.declared);
    parts.chapters_are_stated = told.len() > 1;
    for post in told {
        let heading = post.mark.iter().map(|mark| Inline::text(mark.as_str())).collect();
        parts.chapters.push(ChapterPart { level: 1, heading, content: vec![post.text], ..ChapterPart::default() });
    }
    parts.left_out.extend(rest(page, &taken, DropReason::PageFurniture));
    Some(parts)
}

/// The posts of a thread; `None` when the page is none, or a post has no author.
fn posts(page: &Page) -> Option<Vec<Post>> {
    let mut posts = Vec::new();
    let mut last: Option<NodeId> = None;
    let mut looked_at = 0;
    for id in page.attributed() {
        if last.is_some_and(|post| page.holds(post, id)) {
            continue;
        }
        let Some((_, texts)) = FORUMS.iter().find(|(post, _)| page.has_class(id, post)) else { continue };
        looked_at += page.descendants(id).take(MOST_LOOKED_AT).count();
        if looked_at > MOST_LOOKED_AT {
            return None;
        }
        if page.has_class(id, "post") && page.find(id, |inner| is_called(page, inner, FORUM_MARKS)).is_none() {
            continue;
        }
        let Some(text) = page.find(id, |inner| inner != id && is_called(page, inner, texts)) else { continue };
        let author = page.attribute(id, "data-author").map(str::to_owned).or_else(|| {
            let before = page.descendants(id).take_while(|inner| *inner != text);
            before
                .filter(|inner| is_called(page, *inner, NAMES))
                .filter_map(|inner| page.brief(inner, LONGEST_NAME))
                .find(|name| is_name(name))
        })?;
        let mark = page
            .descendants(id)
            .take_while(|inner| *inner != text)
            .find(|inner| is_called(page, *inner, MARKS))
            .and_then(|mark| page.brief(mark, LONGEST_TITLE))
            .map(|mark| mark.trim_start_matches("Threadmarks:").trim_start_matches("Threadmark:").trim().to_owned())
            .filter(|mark| !mark.is_empty());
        last = Some(id);
        posts.push(Post { author, mark, text });
    }
    Some(posts)
}

fn is_called(page: &Page, id: NodeId, names: &[&str]) -> bool {
    page.is_element(id) && names.iter().any(|name| page.has_class(id, name))
}

/// A name, and not a line that holds one.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.split_whitespace().count() <= 4 && !name.contains('»')
}

fn title(page: &Page) -> Option<NodeId> {
    let mut named = page.attributed().filter(|id| is_called(page, *id, TITLES));
    let named = named.find(|id| page.brief(*id, LONGEST_TITLE).is_some());
    named.and_then(|id| page.find(id, |inner| page.name(inner) == "h1").or(Some(id)))
}
