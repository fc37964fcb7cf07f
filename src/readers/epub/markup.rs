//! Small differences between the XHTML of e-books and HTML.

use std::borrow::Cow;

use crate::model::markup::is_void;

/// XHTML as a parser of HTML understands it: an element that closes itself (`<title/>`, `<a id="x"/>`) is closed by a tag of
/// its own, since HTML knows such an end only of elements that never hold anything.
pub fn as_html(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    for end in memchr::memmem::find_iter(text.as_bytes(), b"/>") {
        let Some(start) = text[copied..end].rfind('<').map(|at| at + copied) else { continue };
        let name: &str = text[start + 1..end].split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_'));
        if !is_name || is_void(&name.to_ascii_lowercase()) {
            continue;
        }
        out.push_str(&text[copied..end]);
        out.push_str("></");
        out.push_str(name);
        out.push('>');
        copied = end + 2;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// A page with a style sheet of its own in place of those that it names.
pub fn with_style<'t>(text: Cow<'t, str>, style: &str) -> Cow<'t, str> {
    match text.find("</head>").filter(|_| !style.is_empty()) {
        Some(head) => Cow::Owned(format!("{}<style>{style}</style>{}", &text[..head], &text[head..])),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_that_close_themselves_are_closed() {
        assert_eq!(
            as_html("<title/><p>It <a id='x'/>rained.<br/>She left.</p>"),
            "<title></title><p>It <a id='x'></a>rained.<br/>She left.</p>"
        );
        assert_eq!(as_html("<p>3 /> 2 < 1 /></p>"), "<p>3 /> 2 < 1 /></p>");
    }
}
