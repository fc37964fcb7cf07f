//! Small judgements about lines of fiction that have the shape of Markdown's marks. Each rule is pure and says its reason.

/// Whether a line above a line of dashes is a title and not the last line of a scene.
///
/// `underline` is how many dashes stand below. Authors who underline a title draw the line about as long as it is; a scene
/// break is three dashes, whatever stands above. In a draft that marks its headings with `#`, a few dashes below something
/// that is not even written as a title are a break.
pub(super) fn is_title(text: &str, underline: usize, marks_headings: bool) -> bool {
    let length = text.chars().count();
    if length > 80 || text.contains('\n') {
        return false;
    }
    let drawn_to_length = underline >= 5 && underline.abs_diff(length) <= 2;
    let last = text.trim_end_matches(['*', '_']).chars().last();
    let is_sentence =
        last.is_some_and(|last| matches!(last, '.' | '!' | '?' | '…' | ',' | ';' | ':' | '"' | '”' | '’' | '»'));
    let is_speech = text.starts_with(['"', '“', '«', '„', '‹', '—', '–']);
    let small = |word: &str| word.chars().count() <= 3 || !word.starts_with(char::is_lowercase);
    let in_title_case = text.split_whitespace().all(|word| small(word.trim_start_matches(['*', '_'])));
    drawn_to_length || !(is_sentence || is_speech || is_header_line(text) || (marks_headings && !in_title_case))
}

/// `Rating: T`: a line of a story's header, not a chapter's title such as `Chapter 1: Home`.
fn is_header_line(text: &str) -> bool {
    let Some((label, value)) = text.split_once(':') else { return false };
    let label = label.trim_matches(['*', '_', ' ']).to_lowercase();
    !value.trim().is_empty() && HEADER_LABELS.contains(&label.as_str())
}

const HEADER_LABELS: &[&str] = &[
    "title",
    "author",
    "by",
    "rating",
    "rated",
    "pairing",
    "pairings",
    "fandom",
    "fandoms",
    "genre",
    "warning",
    "warnings",
    "summary",
    "disclaimer",
    "status",
    "date",
    "posted",
    "published",
    "updated",
    "language",
    "series",
    "spoilers",
    "beta",
    "archive",
    "email",
    "e-mail",
    "feedback",
    "notes",
    "note",
    "characters",
    "category",
    "words",
    "word count",
    "tags",
];

/// Whether a line holds nothing but ornament, as lines between scenes do; its neighbours are not its sentence.
pub(super) fn is_ornament(line: &str) -> bool {
    let line = line.trim();
    let marks = line.chars().filter(|character| !character.is_whitespace()).count();
    // A pause in speech is made of dots, a question of other marks; those belong to a sentence.
    marks >= 3
        && !line.chars().all(|character| matches!(character, '.' | '…' | ' '))
        && !line.contains(|character: char| {
            character.is_alphanumeric()
                || matches!(character, '"' | '\'' | '“' | '”' | '‘' | '’' | '?' | '!' | ',' | ';' | '(' | ')')
        })
}

/// Columns at which nobody wraps prose any more.
const NARROW: usize = 60;

/// For each line of a paragraph but the last, whether its author ended it, so that the next stands for itself.
///
/// CommonMark makes one paragraph of a poem's lines and of a header's. An author ended a line when the next word had room on
/// it; that alone is also true of prose that is wrapped at its sentences, so something must speak for verse or a header too.
pub(super) fn kept_ends(lines: &[&str]) -> Vec<bool> {
    let labelled = lines.first().is_some_and(|line| is_labelled(line));
    let mut kept: Vec<bool> = lines.windows(2).map(|pair| labelled && is_labelled(pair[1])).collect();
    let breaks_itself = lines.iter().any(|line| line.ends_with("  ") || line.ends_with('\\'));
    let early = |pair: &[&str]| {
        let next_word = pair[1].split_whitespace().next().unwrap_or_default();
        pair[0].trim_end().chars().count() + 1 + next_word.chars().count() <= NARROW
    };
    if !breaks_itself && lines.windows(2).all(early) {
        let speaking = lines.windows(2).filter(|pair| stands_for_itself(pair[0].trim_end(), pair[1])).count();
        if speaking > 0 && speaking * 2 >= kept.len() {
            kept.fill(true);
        }
    }
    kept
}

/// Whether a line begins as no line of wrapped prose does after the one before it.
fn stands_for_itself(before: &str, line: &str) -> bool {
    let before = before.trim_end_matches(['*', '_']);
    let line = line.trim_start_matches(['*', '_']);
    if line.starts_with(['"', '“', '«', '—']) {
        // Speech of its own; "He said," leads over to speech in the same paragraph.
        return !before.ends_with([',', ':']);
    }
    if line.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("by")) {
        return line.split_whitespace().count() <= 6 && !before.ends_with(['.', ',']);
    }
    let open_end = !before.ends_with(['.', '!', '?', '…', '"', '”', '»', '\'', '’', ')', ']', '>', '~']);
    open_end && line.starts_with(char::is_uppercase)
}

/// `Label: value`, with a capital and at most four short words before the colon.
fn is_labelled(line: &str) -> bool {
    let Some((label, value)) = line.split_once(':') else { return false };
    let label = label.trim_matches(['*', '_', ' ']);
    label.len() <= 40
        && label.starts_with(char::is_uppercase)
        && label.split_whitespace().count() <= 4
        && !label.contains(['.', ',', '"', '“', '[', '<'])
        && (value.is_empty() || value.starts_with([' ', '*', '_', '\t']))
}

/// Whether an item of a list with dashes reads as something that is said: `- Где ты? - спросил он.`
pub(super) fn is_speech(text: &str) -> bool {
    let text = text.trim();
    let begins = text.trim_start_matches(['¿', '¡', '"', '“', '«', '„', '…', '.', '*', '_', ' ']).chars().next();
    let ends = text.trim_end_matches(['*', '_']).chars().last();
    begins.is_some_and(|first| first.is_alphabetic() && !first.is_lowercase())
        && ends
            .is_some_and(|last| matches!(last, '.' | '!' | '?' | '…' | '"' | '”' | '»' | ',' | '—' | '–' | '-' | ':'))
}

/// Whether a dash behind a mark of punctuation leads over to who speaks: `- Ven aquí, - dijo Ana.`
pub(super) fn has_attribution(text: &str) -> bool {
    [" - ", " – ", " — ", " —", " –"].iter().any(|dash| {
        text.match_indices(dash).any(|(at, _)| text[..at].ends_with([',', '.', '!', '?', '…', '"', '»', '”']))
    })
}

/// Dashes at the beginnings of lines, counted over a whole draft.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DashHabit {
    pub lists: usize,
    /// Lists of which every item reads as speech.
    pub speeches: usize,
    /// Those among them that have one item only.
    pub single: usize,
    /// Items that say who speaks.
    pub attributions: usize,
}

impl DashHabit {
    /// Whether the draft opens speech with a dash. It must be the rule in it, and more than a list of sentences.
    pub fn opens_speech(self) -> bool {
        self.speeches > 0 && self.speeches * 5 >= self.lists * 4 && (self.attributions > 0 || self.single >= 3)
    }
}

/// Whether numbers typed before items are those of a list: they run on, or they are all alike because Markdown counts.
pub(super) fn is_count(numbers: &[Option<u64>]) -> bool {
    let [Some(first), _, ..] = numbers else { return false };
    let runs_on = numbers.iter().enumerate().all(|(index, number)| *number == first.checked_add(index as u64));
    runs_on || (*first <= 1 && numbers.iter().all(|number| *number == Some(*first)))
}

/// The attributes at the end of a heading, `{#id .class}`, with their braces; a heading may also end in braces of its own.
pub(super) fn heading_attributes(text: &str) -> Option<&str> {
    let inner = text.strip_suffix('}')?;
    let start = inner.rfind('{')?;
    let words = &inner[start + 1..];
    let attribute = |word: &str| {
        (word.len() > 1 && word.starts_with(['#', '.']))
            || word == "-"
            || word.split_once('=').is_some_and(|(key, _)| !key.is_empty())
    };
    (!words.trim().is_empty() && words.split_whitespace().all(attribute)).then(|| &text[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_told_from_last_lines() {
        assert!(is_title("The Lamp", 3, true));
        assert!(is_title("Chapter 1: Home of the Moth", 3, true));
        assert!(is_title("Who Goes There?", 15, false));
        assert!(is_title("Interlude (1986)", 20, true));
        assert!(is_title("The lamp goes out", 3, false) && is_title("The lamp goes out", 17, true));
        assert!(!is_title("He walked away", 3, true));
        for last_line in [
            "He left.",
            "\"Well,\" she said, and went",
            "Who goes there?",
            "She took the lamp and the keys and the coat and went down to the water where he was waiting",
            "Rating: T",
            "one\ntwo",
            "He left…",
        ] {
            assert!(!is_title(last_line, 3, false), "{last_line}");
        }
    }

    #[test]
    fn ornaments_are_told_from_pauses() {
        for line in ["~~~", "* * *", "-=-", "•••", " ◦ ◦ ◦ ", "---", "<><><>"] {
            assert!(is_ornament(line), "{line}");
        }
        for line in ["...", "\"...\"", "?!?", "—", "oOo", "", "* 1 *", "(—)"] {
            assert!(!is_ornament(line), "{line}");
        }
    }

    #[test]
    fn lines_that_their_author_ended_are_told_from_wrapped_prose() {
        let all_kept = |lines: &[&str]| kept_ends(lines).iter().all(|kept| *kept);
        assert!(all_kept(&["The Moth", "by Ann Hollow", "Rating: T"]));
        assert!(all_kept(&[
            "The lamp is lit, the door is closed,",
            "And nobody is near;",
            "The moth has come, as it supposed,"
        ]));
        assert!(all_kept(&["\"Go.\"", "\"No.\""]));
        let header = "Summary: A lamp is left on in a house by the sea, and in the night somebody comes to";
        assert_eq!(kept_ends(&["Rating: T", header, "look at it.", "Notes: None"]), [true, false, true]);
        for prose in [
            &["He left the house when the lamp was out and went down to the", "Harbour, where the boat was waiting"][..],
            &["He left.", "She stayed where she was."],
            &["He said,", "\"Go.\""],
            &["The lamp is lit,  ", "The door is closed"],
            &["one", "two"],
            &["He said: no", "and left"],
            &["alone"],
            &[],
        ] {
            assert!(!kept_ends(prose).contains(&true), "{prose:?}");
        }
    }

    #[test]
    fn speech_with_dashes_is_told_from_lists() {
        for text in ["¿Dónde estás?", "Ven aquí, - dijo Ana.", "Привет!", "“No.”", "Hello, I…"] {
            assert!(is_speech(text), "{text}");
        }
        for text in ["milk", "Milk", "two eggs.", "", "12 eggs."] {
            assert!(!is_speech(text), "{text}");
        }
        assert!(has_attribution("Ven aquí, - dijo Ana.") && has_attribution("Где ты? — спросил он."));
        assert!(!has_attribution("A lamp - the old one - burned."));
    }

    #[test]
    fn numbers_of_lists_run_on() {
        let numbers = |list: &[u64]| list.iter().map(|number| Some(*number)).collect::<Vec<_>>();
        assert!(is_count(&numbers(&[1, 2, 3])) && is_count(&numbers(&[4, 5])) && is_count(&numbers(&[1, 1, 1])));
        assert!(!is_count(&numbers(&[1986])) && !is_count(&numbers(&[1, 3])) && !is_count(&numbers(&[1986, 1986])));
        assert!(!is_count(&[Some(1), None]) && !is_count(&[]));
        assert!(!is_count(&numbers(&[u64::MAX, 0])));
    }

    #[test]
    fn attributes_of_headings_are_told_from_their_words() {
        assert_eq!(heading_attributes("Home {#home .first}"), Some("{#home .first}"));
        assert_eq!(heading_attributes("Home {-}"), Some("{-}"));
        assert_eq!(heading_attributes("The {Lost} City"), None);
        assert_eq!(heading_attributes("Home {Spike}"), None);
        assert_eq!(heading_attributes("Home {}"), None);
    }
}
