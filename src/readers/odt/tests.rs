use super::*;
use crate::model::block::{Block, plain_blocks};
use crate::model::manuscript::PassageKind;
use crate::model::text::{Inline, plain};
use crate::readers::archive::made::archive;
use crate::source::DecodeOptions;

const NAMESPACES: &str = "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
    xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' xmlns:style='urn:oasis:names:tc:opendocument:xmlns:style:1.0' \
    xmlns:fo='urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0' xmlns:xlink='http://www.w3.org/1999/xlink' \
    xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' \
    xmlns:svg='urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0' xmlns:dc='http://purl.org/dc/elements/1.1/' \
    xmlns:meta='urn:oasis:names:tc:opendocument:xmlns:meta:1.0'";

const STYLES: &str = "<style:style style:name='Heading_20_1' style:display-name='Heading 1' style:family='paragraph'><style:text-properties fo:font-weight='bold'/></style:style>\
    <style:style style:name='P1' style:family='paragraph' style:parent-style-name='Standard'><style:paragraph-properties fo:text-align='center' fo:break-before='page'/></style:style>\
    <style:style style:name='P2' style:family='paragraph' style:parent-style-name='Heading_20_1'/>\
    <style:style style:name='P3' style:family='paragraph'><style:paragraph-properties fo:border-bottom='1pt solid'/></style:style>\
    <style:style style:name='T1' style:family='text'><style:text-properties fo:font-style='italic'/></style:style>\
    <style:style style:name='T2' style:family='text' style:parent-style-name='T1'><style:text-properties style:text-underline-style='solid'/></style:style>\
    <style:style style:name='T3' style:family='text'><style:text-properties text:display='none'/></style:style>\
    <text:list-style style:name='L1'><text:list-level-style-number text:level='1' style:num-format='1' text:start-value='3'/></text:list-style>";

fn content(body: &str) -> String {
    format!(
        "<?xml version='1.0'?><office:document-content {NAMESPACES}><office:automatic-styles>{STYLES}</office:automatic-styles>\
        <office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
}

fn zipped(body: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let content = content(body);
    let mut files: Vec<(&str, &[u8])> = vec![("content.xml", content.as_bytes()), ("META-INF/manifest.xml", b"<m/>")];
    files.extend_from_slice(more);
    archive(&files)
}

fn open(bytes: &[u8]) -> Manuscript {
    assert!(claims(bytes));
    match read(&Given { bytes, file: 0, decoding: DecodeOptions::default() }) {
        Ok(read) => read.value,
        Err(fault) => panic!("{fault}"),
    }
}

fn marked(inlines: &[Inline]) -> String {
    let one = |inline: &Inline| match inline {
        Inline::Styled(style, inner) => format!("{style:?}({})", marked(inner)),
        Inline::Link { target, inlines } => format!("[{}]({target})", marked(inlines)),
        Inline::NoteRef(key) => format!("^{key}"),
        other => plain(std::slice::from_ref(other)),
    };
    inlines.iter().map(one).collect()
}

fn shown(manuscript: &Manuscript) -> Vec<String> {
    let shown = |kind: &PassageKind| match kind {
        PassageKind::Paragraph(inlines) => marked(inlines),
        PassageKind::Heading { level, inlines } => format!("h{level} {}", marked(inlines)),
        PassageKind::Closed(Block::List(list)) => format!("list {:?} of {}", list.start, list.items.len()),
        PassageKind::Closed(Block::Image(image)) => format!("image {}", image.alt),
        PassageKind::Closed(Block::Table(table)) => format!("table {} {}", table.head.len(), table.rows.len()),
        other => format!("{other:?}"),
    };
    manuscript.passages.iter().map(|passage| shown(&passage.kind)).collect()
}

#[test]
fn paragraphs_and_marks_are_read_with_what_styles_inherit() {
    let body = "<text:h text:style-name='P2' text:outline-level='1'>Low <text:span text:style-name='T1'>Water</text:span></text:h>\
        <text:p text:style-name='P1'>* * *</text:p><text:p>It\n  <text:span text:style-name='T2'>rained</text:span><text:s text:c='2'/>hard.</text:p>\
        <text:p/><text:p text:style-name='P3'/><text:p>Said <text:span text:style-name='T3'>nobody</text:span></text:p>";
    let manuscript = open(&zipped(body, &[]));
    assert_eq!(
        shown(&manuscript),
        ["h1 Low Emphasis(Water)", "PageBreak", "* * *", "It Emphasis(Underline(rained))  hard.", "Rule", "Said"]
    );
    assert_eq!(manuscript.left_out[0].text, "nobody");
    assert_eq!(manuscript.passages[2].align, crate::model::block::Align::Center);
}

#[test]
fn notes_lists_tables_and_pictures_are_kept() {
    let body = "<text:p>A skiff<text:note text:note-class='footnote'><text:note-citation>1</text:note-citation><text:note-body><text:p>A boat.</text:p>\
        </text:note-body></text:note>.</text:p><text:list text:style-name='L1'><text:list-item><text:p>salt</text:p></text:list-item><text:list-item>\
        <text:p>rope</text:p><text:p>more</text:p></text:list-item></text:list><table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>\
        <table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table-header-rows><table:table-row><table:table-cell><text:p>c</text:p>\
        </table:table-cell><table:table-cell><text:p>d</text:p></table:table-cell></table:table-row></table:table>\
        <text:p><draw:frame><draw:image xlink:href='Pictures/a.png'/><svg:title>a moth</svg:title></draw:frame></text:p>\
        <text:p><draw:frame><draw:image xlink:href='../../etc/passwd'/></draw:frame>It rained.</text:p>\
        <text:p><text:a xlink:href='https://example.org/'>there</text:a><text:a xlink:href='javascript:x()'>, here</text:a></text:p>";
    let png: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01";
    let manuscript = open(&zipped(body, &[("Pictures/a.png", png)]));
    let expected = [
        "A skiff^note-0-1.",
        "list Some(3) of 2",
        "table 2 1",
        "image a moth",
        "It rained.",
        "[there](https://example.org/), here",
    ];
    assert_eq!(shown(&manuscript), expected);
    assert_eq!(plain_blocks(&manuscript.footnotes[0].blocks).trim(), "A boat.");
}

#[test]
fn what_is_not_the_story_is_left_out() {
    let body = "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion></text:changed-region></text:tracked-changes>\
        <text:table-of-content><text:index-body><text:p>Chapter 1 … 3</text:p></text:index-body></text:table-of-content>\
        <text:p>It rained.<office:annotation><dc:creator>Bo</dc:creator><text:p>Too wet?</text:p></office:annotation></text:p>";
    let manuscript = open(&zipped(body, &[]));
    assert_eq!(shown(&manuscript), ["It rained."]);
    assert_eq!(
        manuscript.left_out.iter().map(|dropped| dropped.text.as_str()).collect::<Vec<_>>(),
        ["Chapter 1 … 3", "Too wet?"]
    );
}

#[test]
fn one_file_of_xml_is_read_as_well() {
    let flat = format!(
        "<?xml version='1.0'?><office:document {NAMESPACES}><office:meta><dc:title>The Moth</dc:title><meta:initial-creator>Ann Lee</meta:initial-creator>\
        </office:meta><office:body><office:text><text:p>It rained.</text:p></office:text></office:body></office:document>"
    );
    let manuscript = open(flat.as_bytes());
    assert_eq!(shown(&manuscript), ["It rained."]);
    assert_eq!((manuscript.declared.title.as_deref(), manuscript.declared.authors.len()), (Some("The Moth"), 1));
}

#[test]
fn a_password_is_said() {
    let bytes = archive(&[("content.xml", b"\x01\x02"), ("META-INF/manifest.xml", b"<manifest:encryption-data/>")]);
    let fault =
        read(&Given { bytes: &bytes, file: 0, decoding: DecodeOptions::default() }).err().map(|fault| fault.code);
    assert_eq!(fault, Some("archive-encrypted"));
}
