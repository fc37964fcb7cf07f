//! The story as plain text, wrapped nowhere: one paragraph a line, an empty line between paragraphs.

use std::fmt::Write;

use crate::model::block::{Block, plain_blocks};
use crate::model::note::Note;
use crate::model::story::Story;
use crate::model::text::{Inline, Style, plain_with};

use super::Export;

pub const EXPORT: Export = Export { name: "txt", write };

fn write(story: &Story) -> String {
    let mut out = String::new();
    let facts = &story.metadata;
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "{label}: {value}");
        }
    };
    line("Title", facts.title.as_deref().unwrap_or_default());
    line("Author", &facts.authors.join(" & "));
    line("Fandom", &facts.fandoms.join("; "));
    line("Relationships", &facts.relationships.join(", "));
    line("Characters", &facts.characters.join(", "));
    line("Rating", facts.rating.as_ref().map_or("", |rating| &rating.wording));
    line("Warnings", &facts.warnings.join(", "));
    line("Genre", &facts.genres.join(", "));
    line("Tags", &facts.tags.join(", "));
    for part in &facts.series {
        line(
            "Series",
            &part.index.as_ref().map_or_else(|| part.name.clone(), |index| format!("{} #{index}", part.name)),
        );
    }
    line("Published", &facts.published.map(|date| date.to_string()).unwrap_or_default());
    line("Updated", &facts.updated.map(|date| date.to_string()).unwrap_or_default());
    line("Summary", &facts.summary.join(" "));
    for note in &story.notes {
        write_note(note, &mut out);
    }
    for chapter in &story.chapters {
        if let Some(heading) = &chapter.heading {
            let _ = writeln!(out, "\n\n\n{}", heading.line());
        }
        let (before, after): (Vec<&Note>, Vec<&Note>) =
            chapter.notes.iter().partition(|note| note.place == crate::model::note::NotePlace::Before);
        before.into_iter().for_each(|note| write_note(note, &mut out));
        for block in &chapter.blocks {
            write_block(&block.value, story, &mut out);
        }
        after.into_iter().for_each(|note| write_note(note, &mut out));
    }
    for footnote in &story.footnotes {
        let _ = writeln!(out, "\n[{}] {}", footnote.mark, plain_blocks(&footnote.blocks).trim_end());
    }
    out.trim_start().to_owned()
}

fn write_note(note: &Note, out: &mut String) {
    let label = note.label.clone().unwrap_or_else(|| note.kind.name().replace('-', " "));
    let _ = writeln!(out, "\n{label}: {}", plain_blocks(&note.blocks).trim_end());
}

fn write_block(block: &Block, story: &Story, out: &mut String) {
    match block {
        Block::Paragraph(paragraph) => {
            let _ = writeln!(out, "\n{}", typed(&paragraph.inlines, story));
        }
        Block::Subheading(inlines) | Block::EndMark(inlines) => {
            let _ = writeln!(out, "\n{}", typed(inlines, story));
        }
        Block::SceneBreak => out.push_str("\n* * *\n"),
        Block::Quote(inner) | Block::Letter(inner) | Block::Flashback(inner) => {
            inner.iter().for_each(|block| write_block(block, story, out));
        }
        Block::Verse(stanzas) => {
            for stanza in stanzas {
                out.push('\n');
                for line in stanza {
                    let indent = " ".repeat(2 + 2 * usize::from(line.indent));
                    let _ = writeln!(out, "{indent}{}", typed(&line.inlines, story));
                }
            }
        }
        Block::List(_) | Block::Preformatted(_) | Block::Table(_) | Block::Image(_) => {
            let _ = writeln!(out, "\n{}", plain_blocks([block]).trim_end());
        }
    }
}

/// Running text with the marks that people type: `*word*`, `[1]`.
fn typed(inlines: &[Inline], story: &Story) -> String {
    let mut out = String::new();
    for inline in inlines {
        match inline {
            Inline::Styled(Style::Emphasis | Style::Thought, inner) => {
                let _ = write!(out, "*{}*", typed(inner, story));
            }
            Inline::Styled(_, inner) | Inline::Link { inlines: inner, .. } | Inline::Foreign { inlines: inner, .. } => {
                out.push_str(&typed(inner, story));
            }
            Inline::NoteRef(key) => {
                let mark = story.footnotes.iter().find(|note| note.key == *key).map_or("*", |note| note.mark.as_str());
                let _ = write!(out, "[{mark}]");
            }
            other => out.push_str(&plain_with(std::slice::from_ref(other), '\n')),
        }
    }
    out
}
