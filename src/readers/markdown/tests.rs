//! What the reader makes of drafts, in a notation that can be read: `p:` paragraph, `h2:` heading, `rule`, `quote(…)`.

// A test may look at the clock; what it tests may not.
#![allow(clippy::disallowed_types, clippy::disallowed_methods)]

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::read;
use crate::declared::front_matter;
use crate::diagnostic::Severity;
use crate::model::block::{Align, Block};
use crate::model::manuscript::{Manuscript, ParagraphHabit, PassageKind};
use crate::model::note::NotePlace;
use crate::model::story::DropReason;
use crate::model::text::{Inline, Inlines, Style, plain};

fn inlines(inlines: &Inlines) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) => text.clone(),
            Inline::Styled(style, inner) => {
                let name = match style {
                    Style::Emphasis => "em",
                    Style::Strong => "strong",
                    Style::Thought => "thought",
                    Style::Underline => "u",
                    Style::Strikethrough => "s",
                    Style::SmallCaps => "caps",
                    Style::Superscript => "sup",
                    Style::Subscript => "sub",
                    Style::Code => "code",
                };
                format!("{name}({})", self::inlines(inner))
            }
            Inline::Link { target, inlines } => format!("link({target}: {})", self::inlines(inlines)),
            Inline::NoteRef(key) => format!("note({key})"),
            Inline::Image { key, alt } => format!("image({key}: {alt})"),
            Inline::Foreign { language, inlines } => format!("{language}({})", self::inlines(inlines)),
            Inline::LineBreak => "/".to_owned(),
            Inline::SoftBreak => "|".to_owned(),
        })
        .collect()
}

fn block(block: &Block) -> String {
    match block {
        Block::Paragraph(paragraph) => format!("p: {}", inlines(&paragraph.inlines)),
        Block::Subheading(text) => format!("sub: {}", inlines(text)),
        Block::SceneBreak => "rule".to_owned(),
        Block::Quote(inner) => format!("quote({})", blocks(inner)),
        Block::List(list) => {
            let start = list.start.map(|start| start.to_string()).unwrap_or_default();
            let items: Vec<String> = list.items.iter().map(|item| blocks(item)).collect();
            format!("list{start}({})", items.join("; "))
        }
        Block::Preformatted(text) => format!("pre({text})"),
        Block::Table(table) => {
            let row = |row: &Vec<Inlines>| row.iter().map(inlines).collect::<Vec<_>>().join(" | ");
            let rows: Vec<String> = std::iter::once(&table.head).chain(&table.rows).map(row).collect();
            format!("table({})", rows.join(" / "))
        }
        Block::Image(image) => format!("image({}: {}: {})", image.key, image.alt, inlines(&image.caption)),
        other => format!("{other:?}"),
    }
}

fn blocks(blocks: &[Block]) -> String {
    blocks.iter().map(block).collect::<Vec<_>>().join(", ")
}

fn manuscript(text: &str) -> Manuscript {
    read(text, 0).value
}

fn shown(text: &str) -> Vec<String> {
    let shown = |passage: &crate::model::manuscript::Passage| match &passage.kind {
        PassageKind::Paragraph(text) => format!("p: {}", inlines(text)),
        PassageKind::Heading { level, inlines: text } => format!("h{level}: {}", inlines(text)),
        PassageKind::Rule => "rule".to_owned(),
        PassageKind::Closed(closed) => block(closed),
        other => format!("{other:?}"),
    };
    manuscript(text).passages.iter().map(shown).collect()
}

fn codes(text: &str) -> Vec<&'static str> {
    read(text, 0).diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

fn left_out(text: &str) -> Vec<(DropReason, String)> {
    manuscript(text).left_out.into_iter().map(|dropped| (dropped.reason, dropped.text)).collect()
}

#[test]
fn ordinary_markdown_is_read_as_commonmark_says() {
    assert_eq!(
        shown(
            "# The *Moth*\n\nShe was **so** tired,\nso ~~very~~ tired.\n\n***\n\n> Quoted.\n>\n> Twice.\n\n\
             * one\n* two\n\n3. three\n4. four\n\nHard  \nbreak\\\nhere.\n\n```\nas  it is\n```\n"
        ),
        [
            "h1: The em(Moth)",
            "p: She was strong(so) tired, so s(very) tired.",
            "rule",
            "quote(p: Quoted., p: Twice.)",
            "list(p: one; p: two)",
            "list3(p: three; p: four)",
            "p: Hard/break/here.",
            "pre(as  it is)",
        ]
    );
    assert_eq!(shown("a | b\n--|--\n*c* | d\n"), ["table(a | b / em(c) | d)"]);
    assert_eq!(shown("* [ ] lamp\n* [x] key\n"), ["list(p: ☐ lamp; p: ☑ key)"]);
    assert_eq!(shown("&amp; caf&eacute; \\*not\\* `<i>`&#10;x"), ["p: & café *not* code(<i>) x"]);
}

#[test]
fn passages_know_their_lines_gaps_and_indents() {
    let manuscript = manuscript("---\ntitle: Moth\n---\n\n# One\n\n\n\nTwo\nlines.\n\n    Three.\n");
    let places: Vec<_> =
        manuscript.passages.iter().map(|passage| (passage.lines.range(), passage.gap, passage.indent)).collect();
    assert_eq!(places, [(5..6, 0, 0), (9..11, 3, 0), (12..13, 1, 4)]);
    assert!(!manuscript.page.marks_are_typed);
    assert_eq!(manuscript.declared.title.as_deref(), Some("Moth"));
    assert_eq!(manuscript.left_out, []);
}

#[test]
fn empty_paragraphs_are_gaps() {
    let gaps = |text: &str| manuscript(text).passages.iter().map(|passage| passage.gap).collect::<Vec<_>>();
    assert_eq!(gaps("One.\n\n&nbsp;\n\nTwo.\n"), [0, 3]);
    assert_eq!(gaps("One.\n\n<br>\n\n<br>\n\nTwo.\n\nThree.\n"), [0, 5, 1]);
    assert_eq!(gaps("<p>One.</p><p>&nbsp;</p>\n<p>Two.</p>\n"), [0, 1]);
    assert_eq!(gaps("One.\n\n<center>\n\nTwo.\n\n</center>\n"), [0, 2]);
}

#[test]
fn front_matter_that_does_not_parse_is_an_error_and_no_prose() {
    let read = read("---\ntitle: Moth: A Story\nrating: T\n---\n\nText.\n", 0);
    let error = &read.diagnostics[0];
    assert_eq!((error.severity, error.lines.clone()), (Severity::Error, Some(2..3)));
    assert_eq!(read.value.passages.len(), 1);
}

#[test]
fn typed_angle_brackets_stay() {
    for text in [
        "<Wait.. sun?>",
        "<please>",
        "He thought, <I wonder why> and left.",
        "a <b and c",
        "<i>never closed",
        "never opened</i>",
        "<thought>mine</thought>",
        "<note:remember>",
        "<? what",
        "<!DOCTYPE x>",
        "<<Can you hear me?>>",
        "1 < 2 > 1",
    ] {
        assert_eq!(shown(text), [format!("p: {text}")], "{text}");
    }
    // A tag alone on its line would swallow the lines below it for CommonMark.
    assert_eq!(shown("<please>\nShe *ran*.\n\n<script>\n*on*\n"), ["p: <please> She em(ran).", "p: <script> em(on)"]);
}

#[test]
fn tags_that_authors_use_are_understood() {
    for (text, shows) in [
        ("<i>a</i> <em>b</em> <b>c</b> <strong>d</strong>", "p: em(a) em(b) strong(c) strong(d)"),
        ("<u>a</u> <s>b</s> <strike>c</strike> x<sub>d</sub> x<sup>e</sup>", "p: u(a) s(b) s(c) xsub(d) xsup(e)"),
        ("<b>a <i>b</b> c</i>", "p: strong(a em(b))em( c)"),
        ("*a <b>b* c</b>", "p: em(a strong(b))strong( c)"),
        ("one<br>two<br/>three", "p: one/two/three"),
        ("<a href=\"https://example.org/x_y_z\">a</a>", "p: link(https://example.org/x_y_z: a)"),
        ("<a href=\"javascript:x\">a</a>", "p: a"),
        ("<span style=\"font-style: italic\">a</span> <span class=\"x\">b</span>", "p: em(a) b"),
        ("<span lang=\"fr\">très</span>", "p: fr(très)"),
        ("<font color=red>a</font>", "p: a"),
        ("`<b>a</b>`", "p: code(<b>a</b>)"),
        ("<img src=\"moth.png\" alt=\"a moth\">", "image(moth.png: a moth: )"),
    ] {
        assert_eq!(shown(text), [shows], "{text}");
    }
}

#[test]
fn tags_that_stand_apart_cut_paragraphs() {
    assert_eq!(
        shown("<p>One *a*.</p><p>Two.</p>\n<hr>\nThree.<br><br>Four."),
        ["p: One em(a).", "p: Two.", "rule", "p: Three.", "p: Four."]
    );
    assert_eq!(shown("<blockquote>\nOne.\n\nTwo.\n</blockquote>\nThree."), ["quote(p: One., p: Two.)", "p: Three."]);
    assert_eq!(shown("<h2>Title</h2>\nText."), ["h2: Title", "p: Text."]);
    assert_eq!(shown("<i>One.\n\nTwo.</i> Three."), ["p: em(One.)", "p: em(Two.) Three."]);
    assert_eq!(shown("<ul>\n<li>one\n<li>two\n</ul>"), ["p: one", "p: two"]);
    let aligns: Vec<Align> = manuscript(
        "<center>One</center>\n\n<div align=\"right\">\n\nTwo\n\n</div>\n\nThree\n\n<p style=\"text-align: center\">Four</p>\n\n\
         ## <center>Five</center>\n",
    )
    .passages
    .iter()
    .map(|passage| passage.align)
    .collect();
    assert_eq!(aligns, [Align::Center, Align::End, Align::Start, Align::Center, Align::Center]);
    assert_eq!(shown("<center>\n\n***\n\n</center>\n---\n"), ["rule", "rule"]);
    assert_eq!(shown("<pre>\none\n  two\n</pre>"), ["p: one/two"]);
}

#[test]
fn comments_are_left_out_and_said() {
    let text = "One <!-- ask\n\nAnn --> two.\n\n<!-- * * * -->\n\n<style>p {}</style>Three.\n";
    assert_eq!(shown(text), ["p: One", "p: two.", "p: Three."]);
    assert_eq!(
        left_out(text),
        [(DropReason::Comment, "ask\n\nAnn".to_owned()), (DropReason::Program, "<style>p {}</style>".to_owned())]
    );
    assert_eq!(codes(text), ["comment-left-out", "program-left-out"]);
    assert_eq!(shown("```\n<!-- kept\n  here -->\n```\n"), ["pre(<!-- kept\n  here -->)"]);
}

#[test]
fn dashes_below_a_sentence_are_a_break() {
    assert_eq!(shown("He left.\n---\nMorning came.\n"), ["p: He left.", "rule", "p: Morning came."]);
    assert_eq!(codes("He left.\n---\n"), ["rule-not-heading"]);
    assert_eq!(shown("One line\nand another\n---\n"), ["p: One line and another", "rule"]);
    assert_eq!(shown("\"Well,\" she said\n---\n"), ["p: \"Well,\" she said", "rule"]);
    assert_eq!(shown("He left.\n===\n"), ["p: He left.", "p: ==="]);
    assert_eq!(shown("The Lamp\n---\nText.\n"), ["h2: The Lamp", "p: Text."]);
    assert_eq!(shown("The Lamp\n========\n"), ["h1: The Lamp"]);
    assert_eq!(shown("# One\n\nHe walked away\n---\n"), ["h1: One", "p: He walked away", "rule"]);
    assert_eq!(shown("Rating: T\n---\n"), ["p: Rating: T", "rule"]);
}

#[test]
fn indented_paragraphs_are_prose() {
    assert_eq!(
        shown("    \"Hello,\" she *said*\nand left.\n\n    * * *\n\n\tHe stayed.\n"),
        ["p: \"Hello,\" she em(said) and left.", "rule", "p: He stayed."]
    );
    // Every line is indented: what its end may mean something.
    assert_eq!(
        shown("    The lamp is lit,\n    the door is closed.\n"),
        ["p: The lamp is lit,", "p: the door is closed."]
    );
    // The margin ended the lines.
    let wrapped = "    The lamp was lit and the door was closed, and nobody in\n    the house had slept since the rain began to fall on it.\n";
    assert!(shown(wrapped)[0].contains("nobody in the house"));
    assert_eq!(shown("* one\n\n      indented\n"), ["list(p: one, p: indented)"]);
}

#[test]
fn numbers_and_marks_that_are_no_lists_stay_as_typed() {
    assert_eq!(shown("1986. A great year."), ["p: 1986. A great year."]);
    assert_eq!(
        shown("1. The Beginning\n\nText.\n\n2. The End\n"),
        ["p: 1. The Beginning", "p: Text.", "p: 2. The End"]
    );
    assert_eq!(shown("3. three\n7. seven\n"), ["p: 3. three", "p: 7. seven"]);
    assert_eq!(shown("1) a\n1) b\n"), ["list1(p: a; p: b)"]);
    assert_eq!(shown("2.\n"), ["p: 2."]);
    assert_eq!(shown("* one\n\t1. two\n\t2. three\n"), ["list(p: one, list1(p: two; p: three))"]);
    assert_eq!(shown("* one\n\t1. two\n"), ["list(p: one, p: 1. two)"]);
    assert_eq!(shown("1986. One.\n\n      Two.\n"), ["p: 1986. One.", "p: Two."]);
    for mark in ["*", "-", "+", "+ + +", "###", "# # #", ">>>@@<<<", "~~~", "+++", "•••", "* -"] {
        assert_eq!(
            shown(&format!("One.\n\n{mark}\n\nTwo.\n")),
            ["p: One.", &format!("p: {mark}"), "p: Two."],
            "{mark}"
        );
    }
    assert_eq!(shown("One\n~~~\ntwo\n~~~\nthree\n"), ["p: One", "p: ~~~", "p: two", "p: ~~~", "p: three"]);
}

#[test]
fn dashes_open_speech_where_the_draft_does_so() {
    let spanish = "Ana entró.\n\n- ¿Dónde estás?\n\n- Ven aquí, - dijo él.\n\nCalló.\n\n- No puedo.\n";
    assert_eq!(
        shown(spanish),
        ["p: Ana entró.", "p: - ¿Dónde estás?", "p: - Ven aquí, - dijo él.", "p: Calló.", "p: - No puedo."]
    );
    assert_eq!(codes(spanish), ["dashes-are-speech"]);
    assert_eq!(shown("Buy:\n\n- Milk.\n- Eggs.\n"), ["p: Buy:", "list(p: Milk.; p: Eggs.)"]);
    assert_eq!(shown("- milk\n- eggs\n"), ["list(p: milk; p: eggs)"]);
    assert_eq!(shown("- *¿Quién?* - preguntó.\n"), ["p: - em(¿Quién?) - preguntó."]);
    assert_eq!(shown("- One.\n\nText.\n\n- Two.\n"), ["list(p: One.)", "p: Text.", "list(p: Two.)"]);
}

#[test]
fn links_lead_to_the_open_web_or_are_text() {
    for (text, shows) in [
        ("[a](https://example.org \"T\")", "p: link(https://example.org: a)"),
        ("<https://example.org>", "p: link(https://example.org: https://example.org)"),
        ("<ann@example.org>", "p: link(mailto:ann@example.org: ann@example.org)"),
        ("[a](javascript:alert(1))", "p: a"),
        ("[a](moth.html)", "p: a"),
        ("[a](data:text/html,x)", "p: a"),
        ("[he said](quietly)", "p: [he said](quietly)"),
        ("[he *said*](quietly)", "p: [he em(said)](quietly)"),
        ("[1/3] [PG-13] [x]", "p: [1/3] [PG-13] [x]"),
        ("[a][b] [b]\n\n[b]: http://example.org\n", "p: link(http://example.org: a) link(http://example.org: b)"),
    ] {
        assert_eq!(shown(text), [shows], "{text}");
    }
    assert_eq!(codes("[a](moth.html) [b](/x)"), ["link-not-kept"]);
    assert_eq!(left_out("[a](moth.html)"), [(DropReason::Address, "moth.html".to_owned())]);
}

#[test]
fn definitions_are_left_out_and_prose_in_their_shape_is_not() {
    let text = "[b]: http://example.org\n\"Hello,\" she said.\n";
    assert_eq!(shown(text), ["p: \"Hello,\" she said."]);
    assert_eq!(codes(text), ["definition-unused"]);
    assert_eq!(left_out(text), [(DropReason::Address, "[b]: http://example.org".to_owned())]);
    assert_eq!(shown("[Narrator]: Silence\n"), ["p: [Narrator]: Silence"]);
    // The parser keeps the first of two and drops the other without a word.
    let twice = "[b]: http://one.example\n[b]: http://two.example\n\n[b]\n";
    assert_eq!(left_out(twice), [(DropReason::Address, "[b]: http://two.example".to_owned())]);
}

#[test]
fn pictures_are_named_by_their_paths() {
    assert_eq!(shown("![a *moth*](img/moth.png \"Night\")"), ["image(img/moth.png: a moth: Night)"]);
    assert_eq!(shown("A ![moth](m.png \"Night\") flew."), ["p: A image(m.png: moth) flew."]);
    assert_eq!(shown("![moth](data:image/png;base64,AAAA)"), ["p: moth"]);
    assert_eq!(shown("![a ![b](c.png) d](e.png)"), ["image(e.png: a b d: )"]);
}

#[test]
fn footnotes_are_kept_with_their_calls() {
    let manuscript = manuscript("One.[^a] Two.[^b]\n\n[^b]: Bee.\n\n    More.\n[^a]: Ay.\n[^c]: Cee.\n[^a]: Again.\n");
    let notes: Vec<_> =
        manuscript.footnotes.iter().map(|note| (note.key.as_str(), note.mark.as_str(), blocks(&note.blocks))).collect();
    assert_eq!(notes, [("note-0-1", "1", "p: Ay.".to_owned()), ("note-0-2", "2", "p: Bee., p: More.".to_owned())]);
    assert_eq!(
        shown("One.[^1]\n\n[^1]: Note.\n[^2]: Uncalled.\n\nUnknown.[^9]\n"),
        ["p: One.note(note-0-1)", "p: [^2]: Uncalled.", "p: Unknown.[^9]"]
    );
    assert_eq!(super::read("[^7]\n\n[^7]: Seven.\n", 3).value.footnotes[0].mark, "7");
}

#[test]
fn headings_lose_attributes_and_keep_braces() {
    assert_eq!(shown("## Home {#home .x}"), ["h2: Home"]);
    assert_eq!(shown("## The {Lost} City"), ["h2: The {Lost} City"]);
    assert_eq!(shown("## Home {Spike}"), ["h2: Home {Spike}"]);
    assert_eq!(shown("## {#only}"), ["p: ## {#only}"]);
}

#[test]
fn a_single_tilde_is_no_strikethrough() {
    assert_eq!(shown("~Flashback~ and ~~gone~~"), ["p: ~Flashback~ and s(gone)"]);
    assert_eq!(shown("~*~*~"), ["p: ~*~*~"]);
}

#[test]
fn lines_that_nobody_wrapped_are_paragraphs() {
    let line = |word: &str| format!("{} {}.\n", word, "and on it went ".repeat(15).trim());
    let text: String = ["One", "Two", "Three", "Four"].iter().map(|word| line(word)).collect::<String>() + "\"No.\"\n";
    let manuscript = manuscript(&text);
    assert_eq!(manuscript.passages.len(), 5);
    assert_eq!(manuscript.page.paragraphs, ParagraphHabit::EveryLine);
    assert_eq!(codes(&text), ["lines-are-paragraphs"]);
}

#[test]
fn lines_of_verse_and_of_headers_stay_apart() {
    assert_eq!(
        shown(
            "The Moth\nby Ann Hollow\nRating: T\n\nThe lamp is lit,\nAnd nobody\nIs near.\n\nHe left.\nShe did not.\n"
        ),
        [
            "p: The Moth",
            "p: by Ann Hollow",
            "p: Rating: T",
            "p: The lamp is lit,",
            "p: And nobody",
            "p: Is near.",
            "p: He left. She did not."
        ]
    );
    assert_eq!(codes("**Author:** Ann\n**Rating:** T\n"), ["lines-kept"]);
    assert_eq!(shown("**Author:** Ann  \n**Rating:** T\n"), ["p: strong(Author:) Ann", "p: strong(Rating:) T"]);
    assert_eq!(codes("**Author:** Ann  \n**Rating:** T\n"), [""; 0]);
}

#[test]
fn what_only_a_mouse_shows_is_left_out_and_listed() {
    let text = "[a](https://a.example \"one\") ![b](b.png \"two\") <i title=\"three\">c</i> [d]\n\n[d]: https://d.example \"four\"\n";
    let words: Vec<String> = left_out(text).into_iter().map(|(_, words)| words).collect();
    assert_eq!(words, ["one", "three", "two", "four"]);
}

#[test]
fn what_a_table_has_no_column_for_is_kept() {
    let text = "a | b\n--|--\nc | d | e f\n";
    assert_eq!(shown(text), ["table(a | b / c | d)", "p: e f"]);
    assert_eq!(codes(text), ["text-recovered"]);
}

#[test]
fn hostile_drafts_end_soon() {
    let cases = [
        ">".repeat(20_000),
        "> ".repeat(20_000) + "x",
        "* ".repeat(20_000) + "x",
        "*a **a ".repeat(5_000),
        "[".repeat(20_000),
        "![".repeat(20_000) + "x",
        "<b>".repeat(10_000) + &"</b>".repeat(10_000),
        "<blockquote>".repeat(5_000) + "x" + &"</blockquote>".repeat(5_000),
        format!("[a]: <{}>\n", "(".repeat(20_000)),
        "~~~\nx\n\n".repeat(5_000),
        "    x\n\n>     y\n\n".repeat(3_000),
        "a | b\n--|--\n".to_owned() + &"x|y|z\n".repeat(5_000),
        "[^a]: x\n".repeat(5_000),
        "<!--".repeat(10_000),
        "\u{2e28}0\u{2e29}<i>".repeat(5_000),
    ];
    for case in cases {
        let start = Instant::now();
        drop(read(&case, 0));
        let spent = start.elapsed();
        assert!(spent < Duration::from_secs(5), "{spent:?}: {}", case.chars().take(20).collect::<String>());
    }
}

/// Every text that the reader gives out, with a space between any two pieces.
fn everything(manuscript: &Manuscript) -> String {
    fn of_inlines(inlines: &Inlines, out: &mut String) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => {
                    assert!(!text.is_empty() && !text.contains(['\n', '\r']), "{text:?}");
                    out.push_str(text);
                }
                Inline::Styled(_, inner) | Inline::Foreign { inlines: inner, .. } => of_inlines(inner, out),
                Inline::Link { target, inlines } => {
                    out.push_str(target);
                    out.push(' ');
                    of_inlines(inlines, out);
                }
                Inline::Image { key, alt } => out.push_str(&format!("{key} {alt}")),
                Inline::NoteRef(_) | Inline::LineBreak | Inline::SoftBreak => {}
            }
            out.push(' ');
        }
    }
    fn of_block(block: &Block, out: &mut String) {
        match block {
            Block::Paragraph(paragraph) => of_inlines(&paragraph.inlines, out),
            Block::Subheading(inlines) => of_inlines(inlines, out),
            Block::Quote(inner) => inner.iter().for_each(|block| of_block(block, out)),
            Block::List(list) => list.items.iter().flatten().for_each(|block| of_block(block, out)),
            Block::Table(table) => {
                table.head.iter().chain(table.rows.iter().flatten()).for_each(|inlines| of_inlines(inlines, out))
            }
            Block::Preformatted(text) => out.push_str(text),
            Block::Image(image) => {
                out.push_str(&format!("{} {} ", image.key, image.alt));
                of_inlines(&image.caption, out);
            }
            other => assert_eq!(other, &Block::SceneBreak),
        }
        out.push(' ');
    }
    let mut out = String::new();
    for passage in &manuscript.passages {
        match &passage.kind {
            PassageKind::Closed(block) => of_block(block, &mut out),
            _ => passage.inlines().into_iter().for_each(|inlines| of_inlines(inlines, &mut out)),
        }
    }
    manuscript.footnotes.iter().flat_map(|note| &note.blocks).for_each(|block| of_block(block, &mut out));
    for dropped in &manuscript.left_out {
        out.push_str(&dropped.text);
        out.push(' ');
    }
    out
}

/// Marks of every kind, with `@` where a word that stands nowhere else is put in.
const FRAGMENTS: &[&str] = &[
    "@",
    "@ @",
    "\n",
    "\n\n",
    "\n\n\n",
    " ",
    "  \n",
    "\\\n",
    "\t",
    "    ",
    "*@*",
    "**@ @**",
    "_@_",
    "~@~",
    "~~@~~",
    "***",
    "* * *",
    "---",
    "===",
    "\n---\n",
    "\n===\n",
    "\n~~~\n",
    "\n```\n",
    "\n``` rust\n",
    "`@`",
    "``",
    "# @",
    "## @ ##",
    "###",
    "> @",
    ">>",
    "- @",
    "* @",
    "+ ",
    "1. @",
    "7) @",
    "- [ ] @",
    "[@](http://@.example/@ \"@\")",
    "[@](@)",
    "[@](@.html)",
    "![@](@.png \"@\")",
    "![@](@)",
    "[@][@]",
    "[@]: http://@.example",
    "[@]: @",
    "[a]: <@>",
    "By: @\nTo: @\n",
    "\nThe @\nThe @\n",
    "[a]: http://@ \"@\"",
    "\n\"@\"",
    "[a]",
    "[^@]",
    "[^1]",
    "\n[^1]: @",
    "\n[^@]: @",
    "| @ | @ |",
    "\n@ | @\n--|--\n@ | @ | @\n",
    "|",
    "<i>",
    "</i>",
    "<b>@</b>",
    "<@>",
    "<@ @>",
    "<please>",
    "<!-- @ -->",
    "<!--",
    "-->",
    "<br>",
    "<hr>",
    "<p>",
    "</p>",
    "<center>",
    "</center>",
    "<blockquote>",
    "</blockquote>",
    "<h2>@</h2>",
    "<pre>",
    "</pre>",
    "<script>@</script>",
    "<script>",
    "<a href=\"@\" title=\"@\">@</a>",
    "<img src=\"@\" alt=\"@\">",
    "<font color=\"red\">",
    "</font>",
    "<",
    ">",
    "]",
    "[",
    "](",
    "!",
    "\\",
    "\\<",
    "&",
    "&amp;",
    "&#10;",
    "'",
    "\"",
    "(",
    ")",
    "\u{2e28}0\u{2e29}",
    "\r\n",
    "\u{0}",
    "é",
    "\n---\n@: @\n---\n",
    "{#id .x}",
    "# @ {#id}",
    "<http://@.example>",
    "<@@a.example>",
    "=",
    "-",
    "+",
    "$@$",
    "||@||",
    "^@^",
    ": @",
];

fn draft() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(FRAGMENTS);
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| {
        let mut count = 0;
        let mut text = String::new();
        for character in pieces.concat().chars() {
            if character == '@' {
                // No word is part of another, and none is one of Markdown's or HTML's.
                text.push_str(&format!("w{count}q"));
                count += 1;
            } else {
                text.push(character);
            }
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn no_word_is_lost(text in draft()) {
        let manuscript = manuscript(&text);
        let everything = everything(&manuscript).to_lowercase();
        // What front matter says is the business of another room.
        let story = &text[front_matter::find(&text).map_or(0, |front| front.end)..];
        // No draft has more words.
        for word in (0..200).map(|index| format!("w{index}q")).filter(|word| story.contains(word)) {
            prop_assert!(everything.contains(&word), "{word} is lost from {text:?}: {everything:?}");
        }
        let lines = text.split('\n').count() as u32 + text.matches('\r').count() as u32;
        for passage in &manuscript.passages {
            prop_assert!(passage.lines.start >= 1 && passage.lines.start < passage.lines.end, "{passage:?}");
            prop_assert!(passage.lines.end <= lines + 1, "{passage:?}");
        }
    }

    #[test]
    fn any_characters_are_read(text in "\\PC{0,200}") {
        read(&text, 0);
    }
}

#[test]
fn a_heading_without_its_space_is_one_among_others() {
    let kinds = |text: &str| -> Vec<bool> {
        super::read(text, 0)
            .value
            .passages
            .iter()
            .map(|passage| matches!(passage.kind, PassageKind::Heading { .. }))
            .collect()
    };
    assert_eq!(kinds("# Chapter One\n\nRain.\n\n#Chapter Two\n\nSnow.\n"), [true, false, true, false]);
    assert_eq!(kinds("# Chapter One\n\n#blessed\n\n#1 was late.\n"), [true, false, false]);
}

#[test]
fn divs_say_what_stands_in_them() {
    let text = "::: {.note .author .after label=\"A/N\"}\n\nThank you all.\n\n:::\n\n# One: The *Lamp* {.chapter}\n\n::: letter\n\nDear Ann,\n\n::: {.verse}\n\nOne\\\n\u{2003}two\n\n:::\n\n:::\n\n# {.epilogue}\n\nIt rained.\n";
    let manuscript = read(text, 0).value;
    let note = &manuscript.notes[0];
    assert_eq!((note.at, note.note.label.as_deref(), note.note.place), (None, Some("A/N"), NotePlace::After));
    let kinds: Vec<String> = manuscript.passages.iter().map(|passage| format!("{:?}", passage.kind)).collect();
    assert!(kinds[0].contains("level: 1, role: Some(Chapter)") && kinds[0].contains("Emphasis"), "{kinds:?}");
    assert!(kinds[1].contains("Letter") && kinds[1].contains("Verse") && kinds[1].contains("indent: 1"), "{kinds:?}");
    assert!(kinds[2].contains("role: Some(Epilogue), heading: []"), "{kinds:?}");
}

#[test]
fn other_colons_and_braces_are_text() {
    for text in ["::: {.letter}\n\nDear Ann,\n", ":::\n\nIt rained.\n", "::: anything\n\nIt rained.\n\n:::\n"] {
        let manuscript = read(text, 0).value;
        let words: String = manuscript.passages.iter().filter_map(|p| p.inlines()).map(|i| plain(i) + " ").collect();
        assert!(text.split_whitespace().all(|word| words.contains(word)), "{text:?} became {words:?}");
    }
}
