//! Fragments of pages beside what they become; the numbers are those that kepubify gives.

use super::*;

/// What a body becomes within the wrappers, spans shortened: `<k 1.2>…</k>`.
fn spans(body: &str) -> String {
    let made = document(&format!("<html><head><title>x</title></head><body>{body}</body></html>")).unwrap();
    let inner = made.split_once("<div id=\"book-columns\"><div id=\"book-inner\">").unwrap().1;
    let inner = inner.strip_suffix("</div></div></body></html>").unwrap();
    shortened(inner)
}

fn shortened(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut ours = Vec::new();
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let end = rest[at..].find('>').unwrap() + at + 1;
        let tag = &rest[at..end];
        rest = &rest[end..];
        if let Some(number) = tag.strip_prefix("<span class=\"koboSpan\" id=\"kobo.") {
            ours.push(true);
            out.push_str(&format!("<k {}>", number.trim_end_matches("\">")));
        } else if tag.starts_with("<span") {
            ours.push(false);
            out.push_str(tag);
        } else if tag == "</span>" && ours.pop() == Some(true) {
            out.push_str("</k>");
        } else {
            out.push_str(tag);
        }
    }
    out + rest
}

const CASES: &[(&str, &str)] = &[
    ("", ""),
    ("It rained.", "<k 0.1>It rained.</k>"),
    ("<p>One. Two. Three.</p>", "<p><k 1.1>One. </k><k 1.2>Two. </k><k 1.3>Three.</k></p>"),
    ("<p>One.</p><p>Two.</p>", "<p><k 1.1>One.</k></p><p><k 2.1>Two.</k></p>"),
    // A sentence goes on across marks within it, in as many spans as there are texts.
    (
        "<p>She <em>ran. He</em> stayed.</p>",
        "<p><k 1.1>She </k><em><k 1.2>ran. </k><k 1.3>He</k></em><k 1.4> stayed.</k></p>",
    ),
    (
        "<p>A<b> 1. B<i>c <span>2. D</span>e</i>f<a href=\"t\">g 3. h</a></b></p>",
        "<p><k 1.1>A</k><b><k 1.2> 1. </k><k 1.3>B</k><i><k 1.4>c </k><span><k 1.5>2. </k><k 1.6>D</k></span><k 1.7>e</k></i>\
         <k 1.8>f</k><a href=\"t\"><k 1.9>g 3. </k><k 1.10>h</k></a></b></p>",
    ),
    // White space is wrapped directly within a paragraph only.
    ("<p>One.<span> </span>Two.</p>", "<p><k 1.1>One.</k><span> </span><k 1.2>Two.</k></p>"),
    ("<p> </p><p></p><p>One.</p>", "<p><k 1.1> </k></p><p></p><p><k 2.1>One.</k></p>"),
    ("<p>\u{a0}</p>", "<p><k 1.1>&#160;</k></p>"),
    ("<div>\u{a0}</div>", "<div>&#160;</div>"),
    ("\n  <div>\n One. </div>\n", "\n  <div><k 0.1>\n One. </k></div>\n"),
    // Paragraphs are counted where they hold something, and headings, lists and tables begin one.
    ("<p>One.</p><p><!-- no --></p><p>Two.</p>", "<p><k 1.1>One.</k></p><p><!-- no --></p><p><k 2.1>Two.</k></p>"),
    ("<h1>One</h1><h2>Two</h2><p>Three.</p>", "<h1><k 1.1>One</k></h1><h2><k 2.1>Two</k></h2><p><k 3.1>Three.</k></p>"),
    (
        "<ul><li>One.</li><li>Two.</li></ul><ol><li>Three.</li></ol>",
        "<ul><li><k 1.1>One.</k></li><li><k 1.2>Two.</k></li></ul><ol><li><k 2.1>Three.</k></li></ol>",
    ),
    (
        "<ul><li>One.<ul><li>Two.</li></ul></li><li>Three.</li></ul> Four.",
        "<ul><li><k 1.1>One.</k><ul><li><k 2.1>Two.</k></li></ul></li><li><k 2.2>Three.</k></li></ul><k 2.3> Four.</k>",
    ),
    (
        "<ol><li><p>One.</p></li><li><p>Two.</p></li></ol>",
        "<ol><li><p><k 1.1>One.</k></p></li><li><p><k 2.1>Two.</k></p></li></ol>",
    ),
    (
        "<table><tr><td>One</td><td>Two</td></tr></table><p>Three</p>",
        "<table><tr><td><k 1.1>One</k></td><td><k 1.2>Two</k></td></tr></table><p><k 2.1>Three</k></p>",
    ),
    ("<blockquote>One.</blockquote><p>Two.</p>", "<blockquote><k 0.1>One.</k></blockquote><p><k 1.1>Two.</k></p>"),
    // A picture is a paragraph of its own.
    (
        "<p>One.</p><img src=\"a\"/><p>Two.</p>",
        "<p><k 1.1>One.</k></p><k 2.1><img src=\"a\"/></k><p><k 3.1>Two.</k></p>",
    ),
    ("<p><img src=\"a\"></img>One.</p>", "<p><k 1.1><img src=\"a\"/></k><k 1.2>One.</k></p>"),
    (
        "<figure><img src=\"a\" alt=\"A &amp; b.\"/><figcaption>One.</figcaption></figure>",
        "<figure><k 1.1><img src=\"a\" alt=\"A &amp; b.\"/></k><figcaption><k 1.2>One.</k></figcaption></figure>",
    ),
    // Verse: lines of one paragraph.
    (
        "<p><span>One,</span><br/>\n<span>two.</span></p>",
        "<p><span><k 1.1>One,</k></span><br/><k 1.2>\n</k><span><k 1.3>two.</k></span></p>",
    ),
    ("<p>One,<br/>two.<br/>Three.</p>", "<p><k 1.1>One,</k><br/><k 1.2>two.</k><br/><k 1.3>Three.</k></p>"),
    // Notes: the mark stands in a span of its own, and its number keeps its address.
    (
        "<p>It rained.<a epub:type=\"noteref\" href=\"#n1\" id=\"r1\">1</a> She left.</p>",
        "<p><k 1.1>It rained.</k><a epub:type=\"noteref\" href=\"#n1\" id=\"r1\"><k 1.2>1</k></a><k 1.3> She left.</k></p>",
    ),
    (
        "<aside id=\"n1\"><p><a href=\"#r1\">1</a> A note.</p></aside>",
        "<aside id=\"n1\"><p><a href=\"#r1\"><k 1.1>1</k></a><k 1.2> A note.</k></p></aside>",
    ),
    ("<p>One<sup>2</sup>.</p>", "<p><k 1.1>One</k><sup><k 1.2>2</k></sup><k 1.3>.</k></p>"),
    ("<p><ruby>夜<rt>よる</rt></ruby>。</p>", "<p><ruby><k 1.1>夜</k><rt><k 1.2>よる</k></rt></ruby><k 1.3>。</k></p>"),
    (
        "<dl><dt>One</dt><dd>Two. Three.</dd></dl>",
        "<dl><dt><k 0.1>One</k></dt><dd><k 0.2>Two. </k><k 0.3>Three.</k></dd></dl>",
    ),
    ("<p>One.</p><hr/><p>Two.</p>", "<p><k 1.1>One.</k></p><hr/><p><k 2.1>Two.</k></p>"),
    // What is no text of the book, or keeps its spaces, is left alone.
    (
        "<p>One.</p><pre>Two. Three.</pre><script>a. b</script><style>p > a. b</style><p>Four.</p>",
        "<p><k 1.1>One.</k></p><pre>Two. Three.</pre><script>a. b</script><style>p > a. b</style><p><k 2.1>Four.</k></p>",
    ),
    ("<pre><img src=\"a\"/><p>One.</p></pre>", "<pre><img src=\"a\"/><p>One.</p></pre>"),
    ("<audio src=\"a\">No. Sound.</audio>", "<audio src=\"a\">No. Sound.</audio>"),
    ("<video src=\"a\">No. Film.</video>", "<video src=\"a\">No. Film.</video>"),
    (
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>One. Two.</text><image/></svg><p>Three.</p>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>One. Two.</text><image></image></svg><p><k 1.1>Three.</k></p>",
    ),
    ("<m:math><m:mi>x. y</m:mi></m:math>", "<m:math><m:mi>x. y</m:mi></m:math>"),
    ("<p><code>a. b</code></p>", "<p><code><k 1.1>a. </k><k 1.2>b</k></code></p>"),
    // References are characters, wherever they stand; what XML needs is escaped again.
    (
        "<p>One.&#8221; Two &lt;3 &amp; more.&nbsp;Three.</p>",
        "<p><k 1.1>One.” </k><k 1.2>Two &lt;3 &amp; more.&#160;Three.</k></p>",
    ),
    ("<p>&hellip;and &eacute;t&eacute;.</p>", "<p><k 1.1>…and été.</k></p>"),
    ("<p><![CDATA[a < b. c]]></p>", "<p><k 1.1>a &lt; b. </k><k 1.2>c</k></p>"),
    ("<p title=\"a&nbsp;b &quot;c&quot;\">x</p>", "<p title=\"a&#160;b &quot;c&quot;\"><k 1.1>x</k></p>"),
    // Comments cut a text as tags do.
    ("<p>One<!-- x -->two. Three</p>", "<p><k 1.1>One</k><!-- x --><k 1.2>two. </k><k 1.3>Three</k></p>"),
    // What may hold something does not close itself.
    (
        "<p><a id=\"x\"/>One.</p><div/><p class=\"a\" />",
        "<p><a id=\"x\"></a><k 1.1>One.</k></p><div></div><p class=\"a\"></p>",
    ),
    ("<p>One<br class=\"a\" />two<wbr></wbr></p>", "<p><k 1.1>One</k><br class=\"a\"/><k 1.2>two</k><wbr/></p>"),
    // An address of the form that spans have is not given twice.
    ("<p>One. <b id=\"kobo.1.2\">Two.</b></p>", "<p><k 1.1>One. </k><b id=\"kobo.1.2\"><k 1.3>Two.</k></b></p>"),
];

#[test]
fn spans_stand_where_kobo_puts_them() {
    assert!(CASES.len() >= 40);
    for (body, expected) in CASES {
        assert_eq!(spans(body), *expected, "{body}");
    }
}

#[test]
fn a_document_that_has_spans_keeps_them() {
    let once = document("<html><head/><body><p>One. Two.</p></body></html>").unwrap();
    assert_eq!(document(&once).unwrap(), once);
    let bare = "<html><head/><body><p><span class=\"a koboSpan\" id=\"kobo.7.1\">One. Two.</span></p></body></html>";
    let made = document(bare).unwrap();
    assert!(
        made.contains(
            "<div id=\"book-inner\"><p><span class=\"a koboSpan\" id=\"kobo.7.1\">One. Two.</span></p></div>"
        )
    );
}

#[test]
fn the_head_says_utf_8_and_has_kobos_style() {
    let made = document(
        "<?xml version='1.0' encoding='windows-1252'?><!DOCTYPE html [<!ENTITY x 'y'>]><html><head>\
         <meta http-equiv=\"content-type\" content=\"text/html; charset=windows-1252\"/><title/></head><body/></html>",
    );
    assert_eq!(
        made.unwrap(),
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><!DOCTYPE html><html><head>\
         <meta http-equiv=\"content-type\" content=\"text/html; charset=utf-8\"/><title></title>\
         <style type=\"text/css\" class=\"kobostylehacks\">div#book-inner { margin-top: 0; margin-bottom: 0; }</style>\
         </head><body><div id=\"book-columns\"><div id=\"book-inner\"></div></div></body></html>"
    );
    assert!(
        document("<html><head/><body>x</body></html>")
            .unwrap()
            .starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<html>")
    );
}

#[test]
fn what_is_no_xml_is_not_guessed_at() {
    for broken in [
        "",
        "It rained.",
        "<html><body><p>x</body></html>",
        "<html><body><p>x",
        "<html><body><p a=1>x</p></body></html>",
        "<html><body><p a='1' a='2'>x</p></body></html>",
        "<html><body><p a='<'>x</p></body></html>",
        "<html><body>&unknown;</body></html>",
        "<html><body>a & b</body></html>",
        "<html><body>&#0;</body></html>",
        "<html><body><!-- a -- b --></body></html>",
        "<html><head/></html>",
        "</html>",
    ] {
        assert_eq!(document(broken), Err(Unfit::IllFormed), "{broken}");
    }
    let growing = format!("<html><body><p>{}</p></body></html>", ". ".repeat(1_000_000));
    assert_eq!(document(&growing), Err(Unfit::TooLarge));
}

#[test]
fn depth_costs_nothing() {
    let deep = |name: &str| format!("{}x{}", format!("<{name}>").repeat(200_000), format!("</{name}>").repeat(200_000));
    assert!(document(&format!("<html><body>{}</body></html>", deep("b"))).is_ok());
    assert!(document(&deep("body")).is_ok());
}

#[test]
fn the_package_names_the_cover_and_the_first_page() {
    let opf = "<?xml version='1.0' encoding='utf-8'?>\n<opf:package><opf:metadata>\
        <dc:contributor opf:role=\"bkp\">calibre</dc:contributor><meta name=\"calibre:timestamp\" content=\"x\"/>\
        <dc:contributor id=\"c\" opf:role=\"bkp\">other</dc:contributor></opf:metadata>\n\
        <opf:manifest><!-- a --><opf:item href='p&amp;q.jpg' id='pic' properties='x'/><opf:item id='b'/></opf:manifest>\
        <opf:spine toc=\"ncx\"><opf:itemref idref='b'/></opf:spine></opf:package>";
    let changes = Changes { cover: Some("pic"), first_page: Some(("first", "a&b.xhtml")) };
    let expected = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<opf:package><opf:metadata>\
        <dc:contributor id=\"c\" opf:role=\"bkp\">other</dc:contributor></opf:metadata>\n\
        <opf:manifest><!-- a --><opf:item href=\"p&amp;q.jpg\" id=\"pic\" properties=\"x cover-image\"/><opf:item id='b'/>\
        <opf:item id=\"first\" href=\"a&amp;b.xhtml\" media-type=\"application/xhtml+xml\"/>\n</opf:manifest>\
        <opf:spine toc=\"ncx\">\n<opf:itemref idref=\"first\"/><opf:itemref idref='b'/></opf:spine></opf:package>";
    assert_eq!(package(opf, &changes).unwrap(), expected);
    let unchanged = package(opf, &Changes::default()).unwrap();
    assert!(unchanged.contains("<opf:item href='p&amp;q.jpg' id='pic' properties='x'/>"), "{unchanged}");
    assert_eq!(package("<package><manifest>", &Changes::default()), Err(Unfit::IllFormed));
}
