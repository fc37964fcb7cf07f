//! Content warnings and ratings: facts that an author states about a story, in the author's words and as known terms.

use serde::{Deserialize, Serialize};

/// A list of terms that somebody keeps, such as an archive's warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vocabulary {
    /// Kebab-case, such as `ao3-warnings`.
    pub name: &'static str,
    /// An address that stands for the vocabulary, the `authority` of a subject in a package document.
    pub authority: &'static str,
    /// Where its terms were taken from.
    pub source: &'static str,
    pub terms: &'static [Term],
}

/// A known term of a [`Vocabulary`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Term {
    /// The term as the vocabulary codes it.
    pub id: &'static str,
    /// The term as readers know it.
    pub label: &'static str,
    /// The authority of its vocabulary.
    pub authority: &'static str,
    /// Other wordings that mean it wherever they stand, lower case, matched as whole words.
    #[serde(skip)]
    pub also: &'static [&'static str],
    /// Wordings that mean it only when they are all that an item of a list says: "language" in "violence, language".
    #[serde(skip)]
    pub alone: &'static [&'static str],
    /// The NEON domain that a person's own term is grouped under; for other terms the mapping says.
    #[serde(skip)]
    pub domain: Option<&'static str>,
}

/// How much of a thing a warning announces, where the author says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Intensity {
    /// Spoken of and not shown: "mentions of", "references to", "discussed".
    Mentioned,
    /// To be understood and not shown: "implied", "hinted".
    Implied,
    /// Before the story begins: "past", "history of", "aftermath of".
    Past,
    /// Within the story, out of sight: "off-screen".
    OffScreen,
    /// "Mild", "some", "minor", "non-graphic".
    Mild,
    /// "Graphic", "explicit", "heavy".
    Graphic,
}

/// What ratings of different schemes have in common; ordered from the least to the most restricted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RatingLevel {
    /// The author gave none, or the scheme has a term for giving none.
    NotRated,
    General,
    Teen,
    Mature,
    Explicit,
}

/// A content warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The known term; `None` when the wording matches none.
    pub term: Option<&'static Term>,
    /// The words of whoever warns, always kept.
    pub wording: String,
    pub scope: Scope,
    /// `None` when nothing is said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intensity: Option<Intensity>,
    pub by: WarnedBy,
}

impl Intensity {
    /// The name that books carry.
    pub fn name(self) -> &'static str {
        match self {
            Intensity::Mentioned => "mentioned",
            Intensity::Implied => "implied",
            Intensity::Past => "past",
            Intensity::OffScreen => "off-screen",
            Intensity::Mild => "mild",
            Intensity::Graphic => "graphic",
        }
    }
}

/// Who warns. An editor's warning is never printed as the author's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarnedBy {
    #[default]
    Author,
    /// A person who wrote it into front matter or a sidecar.
    Editor,
}

/// How much a book says of warnings, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarningPages {
    /// Before the story what gives nothing away, and the details on a page at the back.
    #[default]
    Summary,
    /// Everything before the story.
    Full,
    /// Everything at the back, and a link on the title page.
    Back,
    /// No page and no lines at chapters; the colophon says what was left out.
    None,
}

impl WarningPages {
    pub const ALL: [WarningPages; 4] =
        [WarningPages::Summary, WarningPages::Full, WarningPages::Back, WarningPages::None];

    /// The name that people type.
    pub fn name(self) -> &'static str {
        match self {
            WarningPages::Summary => "summary",
            WarningPages::Full => "full",
            WarningPages::Back => "back",
            WarningPages::None => "none",
        }
    }

    /// What a person calls so, in any case.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        WarningPages::ALL.into_iter().find(|pages| pages.name() == name)
    }
}

/// What part of a story a warning concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    Work,
    /// Index into [`super::story::Story::chapters`].
    Chapter(usize),
}

/// What is known about a story's warnings; silence and refusal are not the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarningState {
    /// The source says nothing.
    #[default]
    Unknown,
    /// The author states warnings.
    Stated,
    /// The author states that none apply.
    NoneApply,
    /// The author chose not to use warnings.
    Withheld,
}

impl WarningState {
    pub const ALL: [WarningState; 4] =
        [WarningState::Unknown, WarningState::Stated, WarningState::NoneApply, WarningState::Withheld];

    /// The name that books carry.
    pub fn name(self) -> &'static str {
        match self {
            WarningState::Unknown => "unknown",
            WarningState::Stated => "stated",
            WarningState::NoneApply => "none-apply",
            WarningState::Withheld => "withheld",
        }
    }

    /// For a person.
    pub fn in_words(self) -> &'static str {
        match self {
            WarningState::Unknown => "the source says nothing about them",
            WarningState::Stated => "the author states warnings",
            WarningState::NoneApply => "the author states that none apply",
            WarningState::Withheld => "the author chose not to warn",
        }
    }

    pub fn named(name: &str) -> Option<WarningState> {
        WarningState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A rating, in the author's words and as a known term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rating {
    pub wording: String,
    pub term: Option<&'static Term>,
}
