//! Habits of a page, measured over the whole of it before any of it is read: what a single `<br>` means to whoever made it.

use super::dom::{Page, is_inline, is_unseen};

/// What a single `<br>` within running text means. Two in a row always end a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum LineEnds {
    /// The line ends here: verse, headers, addresses.
    #[default]
    Kept,
    /// Lines were wrapped by hand, or by the program that posted them, at this column.
    Wrapped(u16),
    /// Every line is a paragraph.
    Paragraphs,
}

/// A line of the page as [`LineEnds`] is judged by.
#[derive(Debug, Clone, Copy)]
struct Line {
    width: u32,
    first_word: u16,
    /// A single `<br>` parts it from the next.
    single: bool,
}

/// Single `<br>` that a habit shows in, at least.
const FEWEST: usize = 4;

/// Measures what line ends mean on a page.
pub(super) fn line_ends(page: &Page) -> LineEnds {
    // Most pages have none, and to measure every line takes its time.
    if page.descendants(Page::ROOT).filter(|id| page.name(*id) == "br").take(FEWEST).count() < FEWEST {
        return LineEnds::Kept;
    }
    let mut lines: Vec<Line> = Vec::new();
    let mut open = Line { width: 0, first_word: 0, single: false };
    let mut in_word = false;
    for id in page.descendants(Page::ROOT) {
        if let Some(text) = page.text(id) {
            if page.parent(id).is_some_and(|parent| is_unseen(page.name(parent))) {
                continue;
            }
            for (index, word) in text.split(char::is_whitespace).enumerate() {
                in_word &= index == 0;
                let length = word.chars().count() as u32;
                if length == 0 {
                    continue;
                }
                if !in_word {
                    open.width += u32::from(open.width > 0);
                    in_word = true;
                }
                if open.width == u32::from(open.first_word) {
                    open.first_word = open.first_word.saturating_add(u16::try_from(length).unwrap_or(u16::MAX));
                }
                open.width += length;
            }
            continue;
        }
        let name = page.name(id);
        if name == "br" || (page.is_element(id) && !is_inline(name)) {
            in_word = false;
            if open.width > 0 {
                lines.push(Line { single: name == "br", ..open });
                open = Line { width: 0, first_word: 0, single: false };
            } else if let Some(last) = lines.last_mut() {
                // An empty line, or a block: the line before did not end by one `<br>` alone.
                last.single = false;
            }
        }
    }
    lines.push(open);
    judge(&lines)
}

fn judge(lines: &[Line]) -> LineEnds {
    let singles: Vec<(&Line, &Line)> = lines.iter().zip(lines.iter().skip(1)).filter(|(line, _)| line.single).collect();
    let text: u32 = lines.iter().map(|line| line.width).sum();
    let ended: u32 = singles.iter().map(|(line, _)| line.width).sum();
    if singles.len() < FEWEST || ended * 2 < text {
        return LineEnds::Kept;
    }
    let mut widths: Vec<u32> = singles.iter().map(|(line, _)| line.width).collect();
    widths.sort_unstable();
    let column = widths[widths.len() * 19 / 20];
    if (40..=120).contains(&column) && singles.len() >= 8 {
        // The next word had no room, give or take a sixth.
        let full = singles
            .iter()
            .filter(|(line, next)| line.width + 1 + u32::from(next.first_word) + column / 6 > column)
            .count();
        if full * 5 >= singles.len() * 3 {
            return LineEnds::Wrapped(column as u16);
        }
    }
    // Lines that no page shows as one line are paragraphs.
    let long = singles.iter().filter(|(line, _)| line.width > 120).count();
    if long * 8 >= singles.len() { LineEnds::Paragraphs } else { LineEnds::Kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(html: &str) -> LineEnds {
        line_ends(&Page::parse(html))
    }

    #[test]
    fn a_break_means_what_the_page_shows() {
        let verse = "<p>The tide came up the river,<br>the boats went down to sea,<br>the lamps along the harbour<br>were lit for you and me.<br>And no one else.</p>";
        assert_eq!(ends(verse), LineEnds::Kept);
        let long = "She walked along the harbour wall until the lamps were lit, and when the last boat had come in she turned, and went home by the upper road.<br>";
        assert_eq!(ends(&long.repeat(8)), LineEnds::Paragraphs);
        let wrapped = "She walked along the harbour wall until the lamps were lit, and<br>when the last of the boats had come in she turned, and went home<br>";
        assert!(matches!(ends(&wrapped.repeat(8)), LineEnds::Wrapped(60..=70)));
        let soup = format!("{}<br><br>", &long[..long.len() - 4]);
        assert_eq!(ends(&soup.repeat(8)), LineEnds::Kept);
    }
}
