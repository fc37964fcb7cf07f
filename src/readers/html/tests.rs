use super::*;
use crate::model::block::{Align, Block};
use crate::model::manuscript::PassageKind;
use crate::model::text::{Inline, Style, plain, plain_with};

#[test]
fn a_page_is_told_by_its_beginning() {
    assert_eq!(likelihood("\u{feff}\n<!DOCTYPE html>\n<p>It rained."), 1.0);
    assert_eq!(likelihood("<?xml version=\"1.0\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\">"), 1.0);
    assert_eq!(likelihood("<html is what he typed, and it rained"), 1.0);
    assert_eq!(likelihood("<Why does it rain?> she thought."), 0.0);
}

#[test]
fn a_page_without_a_house_is_read_whole() {
    let manuscript = read("<html><head><title>The Moth</title></head><body><p>It rained.<p>She left.</body></html>", 0);
    assert_eq!(texts(&manuscript.value), ["It rained.", "She left."]);
}

/// The manuscript of what stands in a body.
fn body(html: &str) -> Manuscript {
    read(&format!("<html><body>{html}</body></html>"), 0).value
}

fn texts(manuscript: &Manuscript) -> Vec<String> {
    manuscript.passages.iter().filter_map(|passage| passage.inlines().map(|inlines| plain(inlines))).collect()
}

/// Each passage in a line: the empty lines before it, what it is, its text.
fn outline(html: &str) -> String {
    let mut out = String::new();
    for passage in &body(html).passages {
        let kind = match &passage.kind {
            PassageKind::Paragraph(_) if passage.continues => "and".to_owned(),
            PassageKind::Paragraph(_) => "p".to_owned(),
            PassageKind::Heading { level, .. } => format!("h{level}"),
            PassageKind::Rule => "rule".to_owned(),
            PassageKind::PageBreak => "page".to_owned(),
            PassageKind::Closed(block) => format!("{block:?}"),
            other => format!("{other:?}"),
        };
        let text = passage.inlines().map(|inlines| plain_with(inlines, '/')).unwrap_or_default();
        out.push_str(format!("{} {kind} {text}", passage.gap).trim_end());
        out.push('\n');
    }
    out
}

fn inlines(html: &str) -> Vec<Inline> {
    let manuscript = body(html);
    manuscript.passages.first().and_then(|passage| passage.inlines()).cloned().unwrap_or_default()
}

#[test]
fn breaks_end_lines_and_paragraphs() {
    let page = "The lamps were lit.<br>\n<br>She waited.<BR><BR><BR>Nobody came.<p>The tide,<br>the sea.<p>&nbsp;</p>\n<p><br></p><p></p><p>Then</p>";
    assert_eq!(
        outline(page),
        "0 p The lamps were lit.\n1 p She waited.\n2 p Nobody came.\n1 p The tide,\n0 and the sea.\n3 p Then\n"
    );
}

#[test]
fn headings_rules_and_page_breaks_are_reported() {
    let page = "<h2>Part<br>One</h2>text<hr>more<p style='page-break-before:always'>next</p><hr style='page-break-after: always; display:none'>last";
    assert_eq!(outline(page), "0 h2 Part/One\n1 p text\n1 rule\n1 p more\n1 page\n1 p next\n1 page\n1 p last\n");
}

#[test]
fn marks_are_kept_and_words_stay_apart() {
    assert_eq!(
        inlines("<p>It <i>rained, </i><b>and</b>\n<em>poured</em> <em>down</em><small>.</small></p>"),
        [
            Inline::text("It "),
            Inline::styled(Style::Emphasis, vec![Inline::text("rained,")]),
            Inline::text(" "),
            Inline::styled(Style::Strong, vec![Inline::text("and")]),
            Inline::text(" "),
            Inline::styled(Style::Emphasis, vec![Inline::text("poured down")]),
            Inline::text("."),
        ]
    );
    let words = "<div>one</div>two<p>three<table><tr><td>four<td>five</table><b>six</b>seven<ul><li>eight</ul>nine";
    let all: Vec<String> = body(words)
        .passages
        .into_iter()
        .filter_map(Passage::into_block)
        .collect::<Vec<_>>()
        .iter()
        .map(|block| crate::model::block::plain_blocks([block]))
        .collect();
    assert_eq!(
        all.concat().split_whitespace().collect::<Vec<_>>(),
        ["one", "two", "three", "four", "five", "sixseven", "eight", "nine"]
    );
}

#[test]
fn google_docs_says_everything_in_classes() {
    let page = "<style>.c1{font-style:italic}.c2{font-weight:700}.c3{text-align:center}</style><b style='font-weight:normal' id='docs-internal'><p class=c3><span class=c2>One</span></p><p><span>It </span><span class=c1>rained</span>.</p></b>";
    let manuscript = body(page);
    assert_eq!(manuscript.passages[0].align, Align::Center);
    assert_eq!(manuscript.passages[0].inlines().unwrap(), &[Inline::styled(Style::Strong, vec![Inline::text("One")])]);
    assert_eq!(
        manuscript.passages[1].inlines().unwrap(),
        &[Inline::text("It "), Inline::styled(Style::Emphasis, vec![Inline::text("rained")]), Inline::text(".")]
    );
}

#[test]
fn links_lead_only_to_the_open_web() {
    let page = "<p><a href=' HTTPS://example.org/x '>one</a> <a href='java\nscript:alert(1)'>two</a> <a href='&#x6A;avascript&colon;x'>three</a>
        <a href='data:text/html,x'>four</a> <a href=' vbscript:x'>five</a> <a href='#top'>six</a> <a href='file:///etc/passwd'>seven</a></p>";
    let read = read(&format!("<html>{page}</html>"), 0);
    let inlines = read.value.passages[0].inlines().unwrap();
    let links: Vec<&str> = inlines
        .iter()
        .filter_map(|inline| match inline {
            Inline::Link { target, .. } => Some(target.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(links, ["https://example.org/x"]);
    assert_eq!(plain(inlines), "one two three four five six seven");
    assert_eq!(read.value.left_out.len(), 5, "{:?}", read.value.left_out);
    assert_eq!(read.diagnostics.len(), 1);
}

#[test]
fn quotes_lists_and_tables_are_closed() {
    let manuscript = body(
        "<p>She read:</p><blockquote><p>Come.</p><p>Ann</p></blockquote><ol start=3><li>rope<li>lamp<ul><li>oil</ul></ol><table><tr><th>Boat<th>Crew<tr><td>Wren<td>four</table>",
    );
    let blocks: Vec<&Block> = manuscript
        .passages
        .iter()
        .filter_map(|passage| match &passage.kind {
            PassageKind::Closed(block) => Some(block),
            _ => None,
        })
        .collect();
    assert!(matches!(blocks[0], Block::Quote(inner) if inner.len() == 2));
    assert!(
        matches!(blocks[1], Block::List(list) if list.start == Some(3) && list.items.len() == 2 && list.items[1].len() == 2),
        "{blocks:?}"
    );
    assert!(matches!(blocks[2], Block::Table(table) if table.head.len() == 2 && table.rows.len() == 1));
}

#[test]
fn tables_that_arrange_a_page_are_opened() {
    let long = "It rained, and the lamps along the harbour were lit one after the other. ".repeat(4);
    let page = format!(
        "<table><tr><td>Title:</td><td>The Moth</td></tr><tr><td>Author:</td><td>Ann</td></tr></table><table><tr><td><p>{long}<p>{long}</td></tr></table>"
    );
    assert!(outline(&page).starts_with("0 p Title: The Moth\n0 p Author: Ann\n1 p It rained"), "{}", outline(&page));
}

#[test]
fn a_page_that_is_all_quote_is_no_quote() {
    let page =
        format!("<blockquote>{}</blockquote>", "<p>It rained, and nobody came down to the harbour.</p>".repeat(200));
    assert_eq!(body(&page).passages.len(), 200);
}

#[test]
fn footnotes_are_taken_to_their_calls() {
    let page = "<p>Rain<a href='#_ftn1' name='_ftnref1'><sup>[1]</sup></a> fell.</p><br clear=all><hr size=1 width='33%'><div id=ftn1><p><a href='#_ftnref1' name='_ftn1'>[1]</a> From the <i>west</i>.</p></div>";
    let manuscript = body(page);
    assert_eq!(texts(&manuscript), ["Rain fell."]);
    assert_eq!(manuscript.passages.len(), 1);
    let [note] = manuscript.footnotes.as_slice() else { panic!("{:?}", manuscript.footnotes) };
    assert_eq!(note.mark, "1");
    assert_eq!(crate::model::block::plain_blocks(&note.blocks), "From the west.\n");
    assert!(manuscript.passages[0].inlines().unwrap().contains(&Inline::NoteRef(note.key.clone())));
}

#[test]
fn what_does_or_hides_something_is_left_out_and_listed() {
    let manuscript = body(
        "<p>It rained.<script>alert('x')</script><!-- Beta: is this too long here? --><!--[if gte mso 9]><xml>Owner of this</xml><![endif]--></p>
        <form><select><option>Chapter 1</select><button>Go</button></form><iframe src=x>no</iframe><svg><text>drawn</text></svg>
        <p style='display:none'>Stolen from another site.</p><p title='said under the mouse'>She left.</p><noscript>Switch it on.</noscript>",
    );
    assert_eq!(texts(&manuscript), ["It rained.", "She left."]);
    let left: Vec<&str> = manuscript.left_out.iter().map(|dropped| dropped.text.as_str()).collect();
    assert_eq!(
        left,
        [
            "Beta: is this too long here?",
            "Chapter 1",
            "Go",
            "drawn",
            "Stolen from another site.",
            "said under the mouse",
            "Switch it on."
        ]
    );
}

#[test]
fn preformatted_text_of_a_list_is_read_as_text() {
    let line = "She walked along the harbour wall until the lamps were lit, and when\nthe last of the boats had come in she turned and went home again.\n\n";
    let manuscript = body(&format!("<pre>{}</pre><pre>a\n  b</pre>", line.repeat(6)));
    assert_eq!(manuscript.passages.len(), 7);
    assert!(matches!(&manuscript.passages[6].kind, PassageKind::Closed(Block::Preformatted(text)) if text == "a\n  b"));
}

#[test]
fn large_text_and_typed_marks_are_noticed() {
    let manuscript = body("<center><font size=5>One</font></center><p>It <b>rained</b> all day long.<p>She left.");
    let large: Vec<bool> = manuscript.passages.iter().map(|passage| passage.large).collect();
    assert_eq!(large, [true, false, false]);
    assert!(!manuscript.page.marks_are_typed);
    assert!(body("<p>It _really_ rained, and *nobody* came.").page.marks_are_typed);
    assert!(!body("<p>It _really_ <i>rained</i>, and *nobody* came.").page.marks_are_typed);
}

#[test]
fn pictures_keep_their_words_and_lines_of_pictures_part_scenes() {
    let page = "<p>one</p><center><img src=gifs/bar2.gif></center><p>two</p><p><img src='http://x.org/a.jpg' alt='A  moth'></p><p><img src='pic%20a.png?x' alt='A lamp'></p><img src=c.gif width=1 height=1>";
    let manuscript = body(page);
    let kinds: Vec<String> = manuscript.passages.iter().map(|passage| format!("{:?}", passage.kind)).collect();
    assert!(
        kinds[1].starts_with("Rule") && kinds[2].contains("two") && kinds[3].contains("Text(\"A moth\")"),
        "{kinds:?}"
    );
    assert!(kinds[4].contains("key: \"pic a.png\"") && kinds[4].contains("alt: \"A lamp\""), "{kinds:?}");
    assert_eq!((kinds.len(), manuscript.left_out[0].text.as_str()), (5, "http://x.org/a.jpg"));
}

#[test]
fn readings_stand_behind_their_characters() {
    assert_eq!(
        plain(&inlines("<p><ruby>雨<rp>(</rp><rt>ame</rt><rp>)</rp></ruby> <q>Rain,</q> she said.")),
        "雨(ame) \"Rain,\" she said."
    );
}

#[test]
fn hostile_pages_are_read_in_time() {
    let deep = 5_000;
    for page in [
        "<blockquote>".repeat(deep),
        "<ul><li>".repeat(deep),
        "<table><tr><td>x".repeat(2_000),
        "<b><i><a href=#x>".repeat(deep),
        "<a href='#x'>1</a><p id=x>1".repeat(2_000),
        (0..2_000)
            .map(|at| format!("<a href='#n{at}'>1</a>"))
            .chain(["<p>".to_owned()])
            .chain((0..2_000).map(|at| format!("<i id=n{at}>2</i>")))
            .collect(),
        format!("<p {}>x", (0..4_000).map(|at| format!("a{at}=1 ")).collect::<String>()),
        "&CounterClockwiseContourIntegral;&#0;&#x110000;".repeat(4_000),
        "<br>".repeat(deep),
        "<h1>".repeat(deep),
        "<pre>".repeat(deep),
        "<style>".repeat(deep),
        format!("<style>{}</style>", "p{a:b}@media x{".repeat(4_000)),
        "<figure><img src=x>".repeat(2_000),
        "<span class='a b c' style='color:red;x:y'>x</span>".repeat(2_000),
    ] {
        body(&page);
    }
}

/// Pages with the marks of a house and nothing else in order.
#[test]
fn pages_that_only_look_like_a_house_keep_their_words() {
    let list = "<dl><dt>Stats:</dt><dt>Rating:</dt><dd></dd></dl>";
    for text in [
        format!("{list}<p>It rained.</p>"),
        format!("<div id=preface>{list}</div><div id=chapters class=userstuff>It rained.</div>"),
        "<div id=workskin><div id=chapters>It rained.</div></div>".to_owned(),
        "<div id=profile_top>Rated: - - -</div><div id=storytext>It rained.</div>".to_owned(),
        "<h1>x</h1><table class=full><tr></tr></table><a name=section0001></a>It rained.".to_owned(),
        "<p>Exported with the assistance of FicHub</p>It rained.".to_owned(),
        "<div id=pagetitle> by </div><span class=label>a</span><span class=label>b</span><span class=label>c</span>\
         <div id=story>It rained.</div>"
            .to_owned(),
        format!("{}{list}<p>It rained.</p>", "<div class=meta>".repeat(3_000)),
        format!("<div id=workskin>{}<p>It rained.</p>", "<div class=chapter>".repeat(3_000)),
    ] {
        let manuscript = read(&text, 0).value;
        let words = manuscript.passages.iter().filter_map(|passage| passage.inlines()).map(|inlines| plain(inlines));
        assert!(words.collect::<String>().contains("It rained."), "{}", &text[..text.len().min(200)]);
    }
}

#[test]
fn pictures_within_a_page_are_kept_for_whoever_looks_at_them() {
    let manuscript = body(
        "<p>Before.</p><p><img src='DATA:image/png;base64,iVBOR%77==' alt='a moth'></p>\
         <p><img src='data:image/gif,GIF%38' alt='a lamp'> and <img src='data:,' alt='nothing'></p>\
         <svg width=600><title>A map</title><image xlink:href='map.jpg'/></svg><p><a href='data:text/html,x'>a link</a></p>",
    );
    let pictures: Vec<(&str, &[u8])> =
        manuscript.images.iter().map(|(key, image)| (key.as_str(), image.bytes.as_slice())).collect();
    assert_eq!(pictures, [("data-1-1", &b"\x89PNG"[..]), ("data-1-2", b"GIF8")]);
    let shown = manuscript.passages.iter().filter_map(|passage| match &passage.kind {
        PassageKind::Closed(Block::Image(image)) => Some((image.key.clone(), image.alt.clone())),
        _ => None,
    });
    let expected = [("data-1-1", "a moth"), ("map.jpg", "A map")].map(|(key, alt)| (key.to_owned(), alt.to_owned()));
    assert_eq!(shown.collect::<Vec<_>>(), expected);
    assert!(texts(&manuscript).iter().any(|text| text.ends_with("and nothing")));
}
