//! What the reader has to say, gathered so that a hundred like things are said once.

use crate::diagnostic::Diagnostic;

/// Something worth a remark. Each kind is said once for a file, with its first line and how often it was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Notice {
    TagDropped,
    CommentLeftOut,
    ProgramLeftOut,
    LinkNotKept,
    DefinitionUnused,
    FootnoteUncalled,
    RuleNotHeading,
    DashesAreSpeech,
    LinesAreParagraphs,
    LinesKept,
    TextRecovered,
}

#[derive(Debug)]
struct Met {
    notice: Notice,
    times: usize,
    line: u32,
    /// What was met first, as typed.
    first: String,
}

#[derive(Debug, Default)]
pub(super) struct Notices(Vec<Met>);

impl Notices {
    pub fn add(&mut self, notice: Notice, line: u32, typed: &str) {
        match self.0.iter_mut().find(|met| met.notice == notice) {
            Some(met) => {
                met.times += 1;
                met.line = met.line.min(line);
            }
            None => {
                let typed = typed.split_whitespace().collect::<Vec<_>>().join(" ");
                let mut first: String = typed.chars().take(40).collect();
                if first.len() < typed.len() {
                    first.push('…');
                }
                self.0.push(Met { notice, times: 1, line, first });
            }
        }
    }

    /// In the order of their first lines.
    pub fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.0.sort_by_key(|met| (met.line, met.notice));
        self.0.iter().map(Met::diagnostic).collect()
    }
}

impl Met {
    fn diagnostic(&self) -> Diagnostic {
        let first = &self.first;
        let also = match self.times {
            1 => String::new(),
            2 => " (and one more)".to_owned(),
            times => format!(" (and {} more)", times - 1),
        };
        let (code, message, hint) = match self.notice {
            Notice::TagDropped => {
                ("tag-dropped", format!("`{first}` means nothing in a book{also}; its text stays"), None)
            }
            Notice::CommentLeftOut => (
                "comment-left-out",
                format!("the comment `{first}` is left out{also}"),
                Some("take `<!--` and `-->` away if readers are meant to see it"),
            ),
            Notice::ProgramLeftOut => ("program-left-out", format!("`{first}` is no text and is left out{also}"), None),
            Notice::LinkNotKept => (
                "link-not-kept",
                format!("a book cannot lead to `{first}`{also}; the text of the link stays"),
                Some("links of a book begin with `https:`, `http:`, `ftp:` or `mailto:`"),
            ),
            Notice::DefinitionUnused => {
                ("definition-unused", format!("nothing uses `{first}`{also}; it is left out"), None)
            }
            Notice::FootnoteUncalled => (
                "footnote-uncalled",
                format!("nothing calls the footnote `{first}`{also}; it stays where it is typed"),
                None,
            ),
            Notice::RuleNotHeading => (
                "rule-not-heading",
                format!("the line below `{first}` is taken as a break and not as a heading{also}"),
                Some("write `## ` before a heading, or leave an empty line above the break"),
            ),
            Notice::DashesAreSpeech => (
                "dashes-are-speech",
                format!("`{first}` is taken as speech and not as a list{also}"),
                Some("write lists with `*` instead of `-`"),
            ),
            Notice::LinesAreParagraphs => (
                "lines-are-paragraphs",
                "lines are too long to be wrapped by hand, so every line is a paragraph".to_owned(),
                Some("leave an empty line between paragraphs to settle it"),
            ),
            Notice::LinesKept => (
                "lines-kept",
                format!("the lines from `{first}` on are kept apart{also}, because no margin ended them"),
                Some("write them on one line if they are one paragraph"),
            ),
            Notice::TextRecovered => (
                "text-recovered",
                format!("`{first}` has no place in its table or list{also}; it stands behind it"),
                None,
            ),
        };
        let diagnostic = Diagnostic::remark(code, message).at(self.line..self.line + 1);
        match hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    }
}
