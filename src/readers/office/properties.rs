//! What a document says of itself in the form that programs fill in: often what the program put there, not the author.

use crate::model::manuscript::Manuscript;
use crate::model::text::plain;

/// Titles that programs give to documents.
const TEMPLATES: &[&str] = &[
    "untitled",
    "title",
    "document",
    "word document",
    "new document",
    "microsoft word document",
    "blank",
    "template",
    "normal",
    "unknown",
    "no title",
    "sans titre",
    "unbenannt",
    "ohne titel",
    "sin título",
    "senza titolo",
    "без названия",
    "untitled document",
    "dokument",
    "documento",
    "manuscript template",
];

/// Names that programs give to authors.
#[rustfmt::skip]
const NOBODY: &[&str] = &[
    "user", "users", "admin", "administrator", "owner", "author", "unknown", "unknown author", "anonymous user", "windows user", "microsoft office user",
    "microsoft", "office", "customer", "home", "pc", "laptop", "guest", "default", "python-docx", "un-named", "unnamed", "utente", "usuario",
    "utilisateur", "benutzer", "besitzer", "пользователь", "user1", "user name", "your name", "name", "openoffice", "libreoffice", "apache poi",
    "google docs", "docx4j", "calibre", "pandoc", "student", "temp", "test", "valued acer customer", "hp_owner", "hp", "dell", "compaq_owner", "preferred customer",
    "registered user", "default user", "me", "root", "-", "aspose", "doc2fb2", "fb2 editor", "word",
];

/// Endings of files, which a title that was made of a file's name still has.
const ENDINGS: &[&str] = &[".doc", ".docx", ".rtf", ".odt", ".txt", ".htm", ".html", ".wpd", ".fb2", ".pdf"];

/// A title that somebody gave; `None` for one that a program made up.
pub fn title(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = text.to_lowercase();
    let stem = lower.trim_end_matches(|last: char| last.is_ascii_digit() || matches!(last, ' ' | '(' | ')'));
    let made_up = !text.contains(char::is_alphanumeric)
        || TEMPLATES.contains(&stem)
        || lower.starts_with("microsoft word")
        || ENDINGS.iter().any(|ending| lower.ends_with(ending))
        || text.chars().count() > 200;
    (!made_up).then_some(text)
}

/// The people of a field that names them, without those that a program made up.
pub fn people(text: &str) -> Vec<String> {
    text.split([';', '\n'])
        .map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|name| {
            let lower = name.to_lowercase();
            name.contains(char::is_alphabetic)
                && !NOBODY.contains(&lower.as_str())
                && !name.contains('@')
                && name.chars().count() <= 80
        })
        .collect()
}

/// Passages in which a story says what it is called and who wrote it.
const OPENING: usize = 15;

/// Where the text itself names its author or title, that counts: the form may still name the owner of the machine, or the document
/// that was saved under another name.
pub fn yield_to_text(manuscript: &mut Manuscript) {
    let opening: Vec<String> = manuscript
        .passages
        .iter()
        .filter_map(|passage| passage.inlines())
        .take(OPENING)
        .map(|inlines| plain(inlines).to_lowercase())
        .collect();
    let named = |text: &String| {
        let text = text.trim();
        let by = ["by ", "by: ", "author: ", "written by ", "von ", "par ", "por "];
        text.split_whitespace().count() <= 8 && by.iter().any(|word| text.starts_with(word))
    };
    let declared = &mut manuscript.declared;
    let said = declared.authors.iter().any(|author| opening.iter().any(|text| text.contains(&author.to_lowercase())));
    if !said && opening.iter().any(named) {
        declared.authors.clear();
    }
    let labelled = opening.iter().any(|text| text.starts_with("title: ") || text.starts_with("story: "));
    let said =
        declared.title.as_ref().is_some_and(|title| opening.iter().any(|text| text.contains(&title.to_lowercase())));
    if !said && labelled {
        declared.title = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::manuscript::{Lines, Passage};
    use crate::model::text::Inline;

    #[test]
    fn what_programs_fill_in_is_nothing() {
        for text in [
            "Document1",
            "Word Document",
            "Microsoft Word - moth.doc",
            "moth.doc",
            "Untitled 2",
            "",
            "—",
            "Untitled (3)",
        ] {
            assert_eq!(title(text), None, "{text}");
        }
        assert_eq!(title(" The  Moth ").as_deref(), Some("The Moth"));
        assert_eq!(title("1984").as_deref(), Some("1984"));
        assert_eq!(people("User"), Vec::<String>::new());
        assert_eq!(people("Ann Lee; Bo"), ["Ann Lee", "Bo"]);
    }

    #[test]
    fn the_text_knows_its_author_better() {
        let text = |text: &str| Passage::paragraph(Lines::default(), vec![Inline::text(text)]);
        let mut manuscript =
            Manuscript { passages: vec![text("The Moth"), text("by Ann Lee")], ..Manuscript::default() };
        manuscript.declared.authors = vec!["J. Smith".to_owned()];
        yield_to_text(&mut manuscript);
        assert!(manuscript.declared.authors.is_empty());
        manuscript.declared.authors = vec!["Ann Lee".to_owned()];
        yield_to_text(&mut manuscript);
        assert_eq!(manuscript.declared.authors, ["Ann Lee"]);
    }
}
