//! What styles are for, by the names that programs and people give them.

/// What a style is for, by its name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Purpose {
    #[default]
    Text,
    Title,
    Heading(u8),
    Quote,
    /// Lines as they are typed.
    Typed,
    /// Words of a program within a line.
    Code,
    /// A line of a table of contents.
    Contents,
    /// A further paragraph of a list's item.
    ListText,
    Link,
    /// A line drawn across the page.
    Rule,
}

/// Words for a heading in the languages whose programs translate the names of their styles.
const HEADING_WORDS: &[&str] = &[
    "heading",
    "überschrift",
    "ueberschrift",
    "berschrift",
    "titre",
    "título",
    "titulo",
    "ttulo",
    "titolo",
    "kop",
    "rubrik",
    "overskrift",
    "otsikko",
    "nagłówek",
    "nagwek",
    "nadpis",
    "címsor",
    "cmsor",
    "başlık",
    "заголовок",
    "见出し",
    "見出し",
    "标题",
    "標題",
    "제목",
];

/// What a style is for, as its name says.
pub fn purpose(name: &str, is_character: bool) -> Purpose {
    // What programs write for a space in a name that has to be an identifier.
    let name = name.replace("_20_", " ").replace('_', " ").to_lowercase();
    let name = name.trim();
    if is_character {
        return match name {
            "hyperlink" | "followedhyperlink" | "internet link" | "visited internet link" | "followed hyperlink" => {
                Purpose::Link
            }
            _ if ["verbatim char", "html code", "html typewriter", "source text", "code"].contains(&name)
                || name.starts_with("verbatim")
                || name.ends_with("code char")
                || name == "html sample" =>
            {
                Purpose::Code
            }
            _ => Purpose::Text,
        };
    }
    for word in HEADING_WORDS {
        if let Some(rest) = name.strip_prefix(word) {
            let rest = rest.trim_start_matches([' ', '-']);
            if let Some(level) =
                rest.chars().next().and_then(|digit| digit.to_digit(10)).filter(|level| (1..=9).contains(level))
                && rest.len() == 1
            {
                return Purpose::Heading(level as u8);
            }
        }
    }
    match name {
        "title" | "titel" | "titre" | "título" | "titolo" | "название" | "заголовок" | "book title" => {
            Purpose::Title
        }
        "heading" | "chapter" | "chapter title" | "chapter heading" | "chapterheading" | "chaptertitle" => {
            Purpose::Heading(1)
        }
        "quote" | "quotations" | "intense quote" | "block text" | "block quote" | "blockquote" | "quotation"
        | "intensequote" | "blocktext" | "zitat" | "citation" | "citat" => Purpose::Quote,
        "html preformatted" | "preformatted text" | "source code" | "htmlpreformatted" | "sourcecode"
        | "preformatted" => Purpose::Typed,
        "horizontal line" | "horizontalline" => Purpose::Rule,
        "list paragraph" | "listparagraph" => Purpose::ListText,
        _ if name.strip_prefix("toc ").is_some_and(|rest| rest.len() == 1 || rest == "heading")
            || name == "tocheading"
            || name == "contents heading"
            || name.strip_prefix("contents ").is_some_and(|rest| rest.len() == 1) =>
        {
            Purpose::Contents
        }
        _ if name.starts_with("list continue") => Purpose::ListText,
        _ => Purpose::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_in_other_languages() {
        for name in ["heading 1", "Überschrift 1", "Titre 1", "Заголовок 1", "Heading_20_1", "Heading1"] {
            assert_eq!(purpose(name, false), Purpose::Heading(1), "{name}");
        }
        assert_eq!(purpose("heading 1 char", false), Purpose::Text);
        assert_eq!(purpose("TOC Heading", false), Purpose::Contents);
    }
}
