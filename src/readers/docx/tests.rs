use super::*;
use crate::model::block::Block;
use crate::model::manuscript::PassageKind;
use crate::model::text::{Inline, plain};
use crate::readers::archive::made::archive;
use crate::source::DecodeOptions;

const W: &str = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' \
    xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships' xmlns:v='urn:schemas-microsoft-com:vml' \
    xmlns:o='urn:schemas-microsoft-com:office:office' xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main' \
    xmlns:wp='http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing'";

const RELS: &str = "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>";

const STYLES: &str = "<w:style w:type='paragraph' w:styleId='Heading1'><w:name w:val='heading 1'/><w:rPr><w:b/></w:rPr></w:style>\
    <w:style w:type='paragraph' w:styleId='Chap'><w:name w:val='Kapitelkopf'/><w:basedOn w:val='Heading1'/></w:style>\
    <w:style w:type='paragraph' w:styleId='Quote'><w:name w:val='Quote'/><w:rPr><w:i/></w:rPr></w:style>";

/// A document with this body and further files.
fn document(body: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let main = format!("<w:document {W}><w:body>{body}</w:body></w:document>");
    let styles = format!("<w:styles {W}>{STYLES}</w:styles>");
    let package = format!(
        "{RELS}<Relationship Id='r1' Type='http://x/officeDocument' Target='word/document.xml'/></Relationships>"
    );
    let relations = format!(
        "{RELS}<Relationship Id='s' Target='styles.xml'/><Relationship Id='f' Target='footnotes.xml'/>\
         <Relationship Id='n' Target='numbering.xml'/><Relationship Id='c' Target='comments.xml'/>\
         <Relationship Id='p' Target='media/moth.png'/><Relationship Id='g' Target='media/moth.gif'/>\
         <Relationship Id='web' Target='https://example.org/a b' TargetMode='External'/>\
         <Relationship Id='bad' Target='javascript:x()' TargetMode='External'/></Relationships>"
    );
    let mut files: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", package.as_bytes()),
        ("word/document.xml", main.as_bytes()),
        ("word/_rels/document.xml.rels", relations.as_bytes()),
        ("word/styles.xml", styles.as_bytes()),
    ];
    files.extend_from_slice(more);
    archive(&files)
}

fn open(bytes: &[u8]) -> Diagnosed<Manuscript> {
    assert!(claims(bytes));
    read(&Given { bytes, file: 0, decoding: DecodeOptions::default() }).unwrap_or_else(|fault| panic!("{fault}"))
}

fn manuscript(body: &str) -> Manuscript {
    open(&document(body, &[])).value
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>")
}

fn shown(manuscript: &Manuscript) -> Vec<String> {
    let shown = |kind: &PassageKind| match kind {
        PassageKind::Paragraph(inlines) => marked(inlines),
        PassageKind::Heading { level, inlines } => format!("h{level} {}", marked(inlines)),
        PassageKind::Closed(Block::Quote(_)) => "quote".to_owned(),
        PassageKind::Closed(Block::Image(image)) => format!("image {}", image.alt),
        PassageKind::Closed(block) => format!("{block:?}"),
        other => format!("{other:?}"),
    };
    manuscript.passages.iter().map(|passage| shown(&passage.kind)).collect()
}

fn marked(inlines: &[Inline]) -> String {
    let one = |inline: &Inline| match inline {
        Inline::Styled(style, inner) => format!("{style:?}({})", marked(inner)),
        Inline::Link { target, inlines } => format!("[{}]({target})", marked(inlines)),
        Inline::NoteRef(key) => format!("^{key}"),
        Inline::LineBreak => "/".to_owned(),
        Inline::Image { alt, .. } => format!("!{alt}"),
        other => plain(std::slice::from_ref(other)),
    };
    inlines.iter().map(one).collect()
}

#[test]
fn headings_are_told_by_styles_and_what_they_inherit() {
    let heading = |style: &str| {
        format!(
            "<w:p><w:pPr><w:pStyle w:val='{style}'/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>Low Water</w:t></w:r></w:p>"
        )
    };
    let outline = "<w:p><w:pPr><w:outlineLvl w:val='2'/></w:pPr><w:r><w:t>Three</w:t></w:r></w:p>";
    let body = [heading("Heading1"), heading("Chap"), outline.to_owned(), p("It rained.")].concat();
    assert_eq!(shown(&manuscript(&body)), ["h1 Low Water", "h1 Low Water", "h3 Three", "It rained."]);
}

#[test]
fn marks_stand_where_runs_have_them() {
    let body = "<w:p><w:r><w:rPr><w:i/></w:rPr><w:t xml:space='preserve'>It </w:t></w:r><w:r><w:rPr><w:i/><w:b/></w:rPr>\
        <w:t>rained</w:t></w:r><w:r><w:rPr><w:i w:val='0'/></w:rPr><w:t>.</w:t></w:r><w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr>\
        <w:t>2</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val='Quote'/></w:pPr><w:r><w:t>All of it.</w:t></w:r></w:p>";
    let manuscript = manuscript(&format!("{body}{}", p(&"Said and done. ".repeat(9))));
    let shown = shown(&manuscript);
    assert_eq!(shown[..2], ["Emphasis(It Strong(rained)).Superscript(2)", "quote"]);
}

#[test]
fn breaks_between_scenes_and_pages_are_reported() {
    let line = "<w:p><w:pPr><w:pBdr><w:bottom w:val='single'/></w:pBdr></w:pPr></w:p>";
    let page = "<w:p><w:r><w:br w:type='page'/></w:r></w:p>";
    let drawn = "<w:p><w:r><w:pict><v:rect o:hr='t'/></w:pict></w:r></w:p>";
    let manuscript = manuscript(
        &[&p("One."), line, &p("Two."), page, &p("Three."), &p(""), &p("Four."), drawn, &p("Five.")].concat(),
    );
    assert_eq!(shown(&manuscript), ["One.", "Rule", "Two.", "PageBreak", "Three.", "Four.", "Rule", "Five."]);
    assert_eq!(manuscript.passages[5].gap, 1);
}

#[test]
fn notes_are_called_in_order() {
    let body =
        "<w:p><w:r><w:t>A skiff</w:t></w:r><w:r><w:footnoteReference w:id='7'/></w:r><w:r><w:t>.</w:t></w:r></w:p>";
    let notes = format!(
        "<w:footnotes {W}><w:footnote w:id='-1'><w:p/></w:footnote><w:footnote w:id='7'><w:p><w:r><w:footnoteRef/></w:r>\
        <w:r><w:t xml:space='preserve'> A boat.</w:t></w:r><w:r><w:footnoteReference w:id='7'/></w:r></w:p></w:footnote></w:footnotes>"
    );
    let manuscript = open(&document(body, &[("word/footnotes.xml", notes.as_bytes())])).value;
    assert_eq!(shown(&manuscript), ["A skiff^note-0-1."]);
    let note = &manuscript.footnotes[0];
    assert_eq!((note.mark.as_str(), crate::model::block::plain_blocks(&note.blocks).trim()), ("1", "A boat."));
}

#[test]
fn changes_are_accepted_and_comments_left_out() {
    let body = "<w:p><w:r><w:t xml:space='preserve'>It </w:t></w:r><w:del><w:r><w:delText>snowed</w:delText></w:r></w:del><w:ins><w:r>\
        <w:t>rained</w:t></w:r></w:ins><w:r><w:t>.</w:t></w:r></w:p>\
        <w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t xml:space='preserve'>She </w:t></w:r></w:p><w:p><w:r><w:t>left.</w:t></w:r></w:p>";
    let comments = format!(
        "<w:comments {W}><w:comment w:id='1'><w:p><w:r><w:t>Too wet?</w:t></w:r></w:p></w:comment></w:comments>"
    );
    let read = open(&document(body, &[("word/comments.xml", comments.as_bytes())]));
    assert_eq!(shown(&read.value), ["It rained.", "She left."]);
    assert_eq!(read.value.left_out.iter().map(|dropped| dropped.text.as_str()).collect::<Vec<_>>(), ["Too wet?"]);
    assert!(read.diagnostics.iter().any(|remark| remark.code == "changes-accepted"));
}

#[test]
fn fields_lead_to_the_web_or_nowhere() {
    let field = |instruction: &str, words: &str| {
        format!(
            "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>{instruction}</w:instrText></w:r>\
            <w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>{words}</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
        )
    };
    let linked = "<w:p><w:hyperlink r:id='web'><w:r><w:t>there</w:t></w:r></w:hyperlink><w:hyperlink r:id='bad'><w:r><w:t>, here</w:t></w:r></w:hyperlink></w:p>";
    let body = [
        field("HYPERLINK \"https://example.org/\"", "moth"),
        field(" TOC \\o ", "Chapter 1 … 3"),
        linked.to_owned(),
        field("SEQ x", "4"),
    ]
    .concat();
    let manuscript = manuscript(&body);
    assert_eq!(shown(&manuscript), ["[moth](https://example.org/)", "[there](https://example.org/a%20b), here", "4"]);
    let left_out: Vec<&str> = manuscript.left_out.iter().map(|dropped| dropped.text.as_str()).collect();
    assert_eq!(left_out, ["Chapter 1 … 3", "javascript:x()"]);
}

#[test]
fn lists_and_numbered_headings_are_counted() {
    let numbering = format!(
        "<w:numbering {W}><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='decimal'/>\
        <w:lvlText w:val='Chapter %1'/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'><w:numFmt w:val='bullet'/></w:lvl>\
        </w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num><w:num w:numId='2'><w:abstractNumId w:val='1'/></w:num></w:numbering>"
    );
    let of_list = |list: u8, style: &str, text: &str| {
        format!(
            "<w:p><w:pPr>{style}<w:numPr><w:ilvl w:val='0'/><w:numId w:val='{list}'/></w:numPr></w:pPr>{text}</w:p>"
        )
    };
    let run = "<w:r><w:t>salt</w:t></w:r>";
    let heading = "<w:pStyle w:val='Heading1'/>";
    let body = [of_list(1, heading, run), of_list(1, heading, ""), of_list(2, "", run), of_list(2, "", run)].concat();
    let manuscript = open(&document(&body, &[("word/numbering.xml", numbering.as_bytes())])).value;
    let shown = shown(&manuscript);
    assert_eq!(shown[..2], ["h1 Chapter 1 salt", "h1 Chapter 2"]);
    assert!(shown[2].starts_with("List(List { start: None") && shown.len() == 3, "{shown:?}");
}

#[test]
fn pictures_are_kept_or_said_in_words() {
    let drawing = |id: &str| {
        format!("<w:p><w:r><w:drawing><wp:docPr descr='a moth'/><a:blip r:embed='{id}'/></w:drawing></w:r></w:p>")
    };
    let png: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01";
    let body = [drawing("p"), drawing("g"), p("It rained.")].concat();
    let read = open(&document(&body, &[("word/media/moth.png", png)]));
    assert_eq!(shown(&read.value), ["image a moth", "a moth", "It rained."]);
    assert_eq!(read.value.images.len(), 1);
}

#[test]
fn what_the_document_says_of_itself_is_declared() {
    let core = "<cp:coreProperties xmlns:cp='http://schemas.openxmlformats.org/package/2006/metadata/core-properties' \
        xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>The Moth</dc:title><dc:creator>Ann Lee</dc:creator></cp:coreProperties>";
    let manuscript = open(&document(&p("It rained."), &[("docProps/core.xml", core.as_bytes())])).value;
    assert_eq!((manuscript.declared.title.as_deref(), manuscript.declared.authors.len()), (Some("The Moth"), 1));
}

#[test]
fn what_is_said_twice_is_read_once() {
    let body = "<w:p><w:r><w:t>Before.</w:t></w:r><w:r><mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>\
        <mc:Choice><w:drawing><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></w:drawing></mc:Choice>\
        <mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback>\
        </mc:AlternateContent></w:r></w:p>";
    assert_eq!(shown(&manuscript(body)), ["Before.", "In a box."]);
}

#[test]
fn a_letter_set_beside_its_paragraph_is_its_first() {
    let body = "<w:p><w:pPr><w:framePr w:dropCap='drop'/></w:pPr><w:r><w:t>I</w:t></w:r></w:p>";
    assert_eq!(shown(&manuscript(&format!("{body}{}", p("t rained.")))), ["It rained."]);
}

#[test]
fn what_is_damaged_ends_with_a_message() {
    let fault = |bytes: &[u8]| {
        assert!(claims(bytes));
        read(&Given { bytes, file: 0, decoding: DecodeOptions::default() }).err().map(|fault| fault.code)
    };
    let whole = document(&p("It rained."), &[]);
    assert_eq!(fault(&whole[..whole.len() / 2]), Some("archive-damaged"));
    assert_eq!(fault(&document("", &[])), Some("file-empty"));
    assert_eq!(fault(&archive(&[("[Content_Types].xml", b"<Types/>")])), Some("document-missing"));
    let cut = archive(&[(
        "word/document.xml",
        format!("<w:document {W}><w:body>{}<w:p><w:r><w:t>Mo", p("It rained.")).as_bytes(),
    )]);
    let read = open(&cut);
    assert_eq!(shown(&read.value), ["It rained.", "Mo"]);
    assert!(read.diagnostics.iter().any(|warning| warning.code == "document-damaged"));
}

#[test]
fn a_link_leads_to_its_place_within_a_page() {
    let field = |instruction: &str| {
        format!(
            "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>{instruction}</w:instrText></w:r>\
             <w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>moths</w:t></w:r>\
             <w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
        )
    };
    let body = [
        field("HYPERLINK \"https://example.org/\" \\l \"night\""),
        field("HYPERLINK \\l \"_Toc1\""),
        field("HYPERLINK https://example.org/x"),
    ];
    assert_eq!(
        shown(&manuscript(&body.concat())),
        ["[moths](https://example.org/#night)", "moths", "[moths](https://example.org/x)"]
    );
}

#[test]
fn a_row_begins_where_it_says() {
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", p(text));
    let body = format!(
        "<w:tbl><w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
        cell("high"),
        cell("May"),
        cell("low")
    );
    let manuscript = manuscript(&body);
    let PassageKind::Closed(Block::Table(table)) = &manuscript.passages[0].kind else { panic!("no table") };
    let cells: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    assert_eq!(cells, [["", "high"], ["May", "low"]]);
}

#[test]
fn paragraphs_whose_end_was_struck_out_are_one() {
    let body = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>It rained</w:t></w:r></w:p>";
    assert_eq!(shown(&manuscript(&format!("{body}{}", p("all night.")))), ["It rained all night."]);
}

#[test]
fn a_bullet_of_nothing_goes_on_with_the_item_above() {
    let numbering = format!(
        "<w:numbering {W}><w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'><w:numFmt w:val='bullet'/><w:lvlText w:val='*'/></w:lvl>\
         </w:abstractNum><w:abstractNum w:abstractNumId='2'><w:lvl w:ilvl='0'><w:numFmt w:val='bullet'/><w:lvlText w:val=' '/></w:lvl>\
         </w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num><w:num w:numId='2'><w:abstractNumId w:val='2'/></w:num>\
         </w:numbering>"
    );
    let item = |list: u8, text: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='{list}'/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let body = [item(1, "bread"), item(2, "and salt"), item(1, "moths")].concat();
    let manuscript = open(&document(&body, &[("word/numbering.xml", numbering.as_bytes())])).value;
    let PassageKind::Closed(Block::List(list)) = &manuscript.passages[0].kind else { panic!("no list") };
    assert_eq!(list.items.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
}
