//! Words as shapes: which of them the fonts can print, how wide they are, where lines break, and their outlines.
//!
//! Left to right and without joining: scripts that the fonts lack, and those that need more than letters in a row, are not
//! attempted, because a title in broken letters is worse than a cover without one.

use std::ops::Range;

use ab_glyph::{Font, FontRef, GlyphId, OutlineCurve};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::path::{Path, Point, at};

/// EB Garamond, cut down by `fonts/subset.py` to the scripts and tables that are used here.
const UPRIGHT: &[u8] = include_bytes!("fonts/EBGaramond-SemiBold.ttf");
const ITALIC: &[u8] = include_bytes!("fonts/EBGaramond-MediumItalic.ttf");

/// How high a capital stands, in sizes of type.
pub(super) const CAPITAL: f32 = 0.65;

/// No field is read further than this, in characters: more would not fit on any cover.
const LONGEST: usize = 400;

/// One cut of the typeface.
pub(super) struct Face {
    font: FontRef<'static>,
    /// Sizes of type for each unit of the font.
    unit: f32,
}

/// A piece of text set on one line, at size 1: glyphs and where each begins.
#[derive(Debug, Clone, Default)]
pub(super) struct Run {
    glyphs: Vec<(GlyphId, f32)>,
    pub width: f32,
}

impl Face {
    pub fn upright() -> Self {
        Self::new(UPRIGHT)
    }

    pub fn italic() -> Self {
        Self::new(ITALIC)
    }

    fn new(bytes: &'static [u8]) -> Self {
        let font = FontRef::try_from_slice(bytes).expect("the fonts in this folder are whole");
        let unit = 1.0 / font.units_per_em().unwrap_or(1000.0);
        Face { font, unit }
    }

    /// True when the face has the letter itself, accent and all.
    pub fn has(&self, letter: char) -> bool {
        self.font.glyph_id(letter).0 != 0
    }

    /// The text as this face can print it, on one line; `None` when that is less than half of it. A letter with an unknown
    /// accent loses the accent; signs that the face lacks are left out.
    pub fn printable(&self, text: &str) -> Option<String> {
        let (mut printed, mut lost) = (0, 0);
        let mut result = String::new();
        let mut letters = text.nfc();
        for letter in letters.by_ref().take(LONGEST) {
            if letter.is_whitespace() || letter.is_control() {
                if !result.is_empty() && !result.ends_with(' ') {
                    result.push(' ');
                }
            } else if self.has(letter) {
                printed += 1;
                result.push(letter);
            } else if let Some(base) = base(letter).filter(|&base| self.has(base)) {
                printed += 1;
                result.push(base);
            } else if letter.is_alphanumeric() {
                lost += 1;
            }
        }
        result.truncate(result.trim_end().len());
        if letters.next().is_some() {
            result.push('…');
        }
        (printed > 0 && printed >= lost).then_some(result)
    }

    /// Sets text in a line. Letters that the face lacks take no room.
    pub fn set(&self, text: &str) -> Run {
        let mut run = Run::default();
        let mut before: Option<(char, GlyphId)> = None;
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let (letter, length) = match ligature(rest).filter(|&(ligature, _)| self.has(ligature)) {
                Some(ligature) => ligature,
                None => (letter, letter.len_utf8()),
            };
            rest = &rest[length..];
            let glyph = self.font.glyph_id(letter);
            if glyph.0 == 0 {
                continue;
            }
            if let Some((other, other_glyph)) = before {
                run.width += self.kern(other, other_glyph, letter, glyph);
            }
            run.glyphs.push((glyph, run.width));
            run.width += self.font.h_advance_unscaled(glyph) * self.unit;
            before = Some((letter, glyph));
        }
        run
    }

    /// The kerning table holds unaccented letters; accented ones stand as those do.
    fn kern(&self, one: char, one_glyph: GlyphId, other: char, other_glyph: GlyphId) -> f32 {
        let plain = |letter: char, glyph: GlyphId| match base(letter) {
            Some(base) if self.has(base) => self.font.glyph_id(base),
            _ => glyph,
        };
        self.font.kern_unscaled(plain(one, one_glyph), plain(other, other_glyph)) * self.unit
    }

    /// Adds the outlines of a line of text whose baseline begins at `origin`.
    pub fn outline(&self, run: &Run, size: f32, origin: Point, path: &mut Path) {
        let scale = size * self.unit;
        for &(glyph, offset) in &run.glyphs {
            let Some(outline) = self.font.outline(glyph) else { continue };
            let place =
                |point: ab_glyph::Point| at(origin.x + offset * size + point.x * scale, origin.y - point.y * scale);
            let mut pen = None;
            for curve in &outline.curves {
                let (OutlineCurve::Line(from, _) | OutlineCurve::Quad(from, ..) | OutlineCurve::Cubic(from, ..)) =
                    *curve;
                if pen != Some(from) {
                    path.move_to(place(from));
                }
                let (OutlineCurve::Line(_, to) | OutlineCurve::Quad(_, _, to) | OutlineCurve::Cubic(_, _, _, to)) =
                    *curve;
                match *curve {
                    OutlineCurve::Line(_, to) => path.line_to(place(to)),
                    OutlineCurve::Quad(_, control, to) => path.quad_to(place(control), place(to)),
                    OutlineCurve::Cubic(_, first, second, to) => path.cubic_to(place(first), place(second), place(to)),
                }
                pen = Some(to);
            }
            path.close();
        }
    }

    /// Where the ink of a line begins and ends, at size 1: left, top, right and bottom from its origin on the baseline.
    pub fn extent(&self, run: &Run) -> Option<(f32, f32, f32, f32)> {
        run.glyphs.iter().fold(None, |all, &(glyph, offset)| {
            let Some(outline) = self.font.outline(glyph) else { return all };
            let (a, b) = (outline.bounds.min, outline.bounds.max);
            let (left, right) = (offset + a.x.min(b.x) * self.unit, offset + a.x.max(b.x) * self.unit);
            let (top, bottom) = (-a.y.max(b.y) * self.unit, -a.y.min(b.y) * self.unit);
            Some(match all {
                None => (left, top, right, bottom),
                Some((l, t, r, b)) => (left.min(l), top.min(t), right.max(r), bottom.max(b)),
            })
        })
    }
}

/// The letter without its accents.
fn base(letter: char) -> Option<char> {
    if letter.is_ascii() {
        return None;
    }
    std::iter::once(letter).nfd().next().filter(|&base| base != letter)
}

/// The ligature that the text begins with, and how many bytes it stands for.
fn ligature(text: &str) -> Option<(char, usize)> {
    const LIGATURES: [(&str, char); 5] = [("ffi", 'ﬃ'), ("ffl", 'ﬄ'), ("ff", 'ﬀ'), ("fi", 'ﬁ'), ("fl", 'ﬂ')];
    if !text.starts_with('f') {
        return None;
    }
    LIGATURES
        .iter()
        .find(|(letters, _)| text.starts_with(letters))
        .map(|&(letters, ligature)| (ligature, letters.len()))
}

/// How a text shall be set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fitting {
    pub width: f32,
    pub height: f32,
    pub largest: f32,
    pub smallest: f32,
    pub most_lines: usize,
}

/// A text broken into lines of one size.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    pub size: f32,
    pub runs: Vec<Run>,
}

impl Lines {
    /// From one baseline to the next.
    pub fn leading(&self) -> f32 {
        leading(self.size)
    }

    /// From the top of the first line's capitals to the last baseline.
    pub fn height(&self) -> f32 {
        height(self.size, self.runs.len())
    }
}

/// Large type stands closer.
fn leading(size: f32) -> f32 {
    size * if size > 130.0 { 1.02 } else { 1.12 }
}

fn height(size: f32, lines: usize) -> f32 {
    if lines == 0 { 0.0 } else { size * CAPITAL + leading(size) * (lines - 1) as f32 }
}

/// A piece of text that no line break may divide.
#[derive(Debug, Clone)]
struct Piece {
    text: String,
    /// A space stands before it when it is not the first on its line.
    spaced: bool,
    width: f32,
}

impl Piece {
    fn gap(&self, space: f32) -> f32 {
        if self.spaced { space } else { 0.0 }
    }
}

/// Sets a text as large as it fits, in lines of about the same length; cut off with an ellipsis when even the smallest size
/// is too large.
pub(super) fn fit(face: &Face, text: &str, fitting: &Fitting) -> Lines {
    let pieces = pieces(face, text);
    let space = face.set(" ").width;
    let mut best: Option<(f32, f32, Vec<Range<usize>>)> = None;
    let mut size = fitting.largest;
    while size >= fitting.smallest {
        let measure = fitting.width / size;
        let count = least_lines(&pieces, space, measure)
            .filter(|&count| count <= fitting.most_lines && height(size, count) <= fitting.height);
        if let Some(count) = count {
            let lines = balanced(&pieces, space, measure, count);
            let merit = size * looks(&pieces, space, &lines);
            if best.as_ref().is_none_or(|&(other, ..)| merit > other) {
                best = Some((merit, size, lines));
            }
        }
        size = if size > fitting.smallest { (size * 0.95).max(fitting.smallest) } else { 0.0 };
    }
    match best {
        Some((_, size, lines)) => {
            Lines { size, runs: lines.into_iter().map(|line| face.set(&joined(&pieces[line]))).collect() }
        }
        None => cut(face, text, fitting, fitting.smallest),
    }
}

/// How good broken lines look, around 1: they should fill their block, and end where the sense does.
fn looks(pieces: &[Piece], space: f32, lines: &[Range<usize>]) -> f32 {
    let widths = lines.iter().map(|line| width(&pieces[line.clone()], space));
    let (total, widest) = widths.fold((0.0, f32::EPSILON), |(total, widest), width| (total + width, width.max(widest)));
    let evenness = total / (widest * lines.len() as f32);
    let breaks: f32 = lines.iter().map(|line| break_cost(pieces, line.end)).sum();
    evenness * evenness * (1.0 - breaks)
}

/// Words, and the parts of words that a hyphen or dash divides.
fn pieces(face: &Face, text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for word in text.split_whitespace() {
        let mut spaced = true;
        let mut start = 0;
        for (place, letter) in word.char_indices() {
            let end = place + letter.len_utf8();
            let divides = matches!(letter, '-' | '‐' | '–' | '—' | '/');
            // A break after `e-` or before `-s` would look like a mistake.
            let wide = |part: &str| part.chars().count() > 2;
            if end == word.len() || (divides && wide(&word[start..place]) && wide(&word[end..])) {
                let text = word[start..end].to_owned();
                let width = face.set(&text).width;
                pieces.push(Piece { text, spaced, width });
                (spaced, start) = (false, end);
            }
        }
    }
    pieces
}

/// Into how many lines the pieces go; `None` when one piece alone is too wide.
fn least_lines(pieces: &[Piece], space: f32, measure: f32) -> Option<usize> {
    let (mut lines, mut used) = (0, f32::INFINITY);
    for piece in pieces {
        if piece.width > measure {
            return None;
        }
        let gap = piece.gap(space);
        if used + gap + piece.width <= measure {
            used += gap + piece.width;
        } else {
            (lines, used) = (lines + 1, piece.width);
        }
    }
    (lines > 0).then_some(lines)
}

/// Breaks pieces into exactly `count` lines of the most even look, as TeX does: by the least sum of squared shortfalls and
/// of what the breaks cost. `count` lines must be enough.
fn balanced(pieces: &[Piece], space: f32, measure: f32, count: usize) -> Vec<Range<usize>> {
    let total = pieces.len();
    // best[line][end]: the least cost of setting pieces up to `end` in `line` lines, and where the last of them begins.
    let mut best = vec![vec![(f32::INFINITY, 0_usize); total + 1]; count + 1];
    best[0][0].0 = 0.0;
    for line in 1..=count {
        for end in 1..=total {
            let mut used = 0.0;
            for begin in (0..end).rev() {
                used += pieces[begin].width;
                // Added up from the other side, a full line may seem a hair too long.
                if used > measure * 1.0001 {
                    break;
                }
                let cost = best[line - 1][begin].0 + shortfall(measure, used) + break_cost(pieces, end);
                if cost < best[line][end].0 {
                    best[line][end] = (cost, begin);
                }
                used += pieces[begin].gap(space);
            }
        }
    }
    let mut lines = Vec::with_capacity(count);
    let mut end = total;
    for line in (1..=count).rev() {
        let begin = best[line][end].1;
        lines.push(begin..end);
        end = begin;
    }
    lines.reverse();
    lines
}

fn shortfall(measure: f32, used: f32) -> f32 {
    let share = (measure - used) / measure;
    share * share
}

/// What it costs to end a line before the piece `end`. Below nothing where the sense pauses; more after a short word, which
/// belongs to the next, and within a word.
fn break_cost(pieces: &[Piece], end: usize) -> f32 {
    let (Some(last), Some(next)) = (end.checked_sub(1).and_then(|last| pieces.get(last)), pieces.get(end)) else {
        return 0.0;
    };
    if last.text.ends_with([':', ';', '—', '–']) {
        -0.15
    } else if last.text.ends_with([',', '.', '!', '?', '…']) {
        -0.05
    } else if !next.spaced {
        0.08
    } else if last.text.chars().count() <= 3 {
        0.06
    } else {
        0.0
    }
}

/// How wide pieces are on one line.
fn width(pieces: &[Piece], space: f32) -> f32 {
    let gaps: f32 = pieces.iter().skip(1).map(|piece| piece.gap(space)).sum();
    gaps + pieces.iter().map(|piece| piece.width).sum::<f32>()
}

fn joined(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        if piece.spaced && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&piece.text);
    }
    text
}

/// Fills lines at one size until the room is used up, dividing words that are wider than a line, and ends in an ellipsis
/// if anything is left.
fn cut(face: &Face, text: &str, fitting: &Fitting, size: f32) -> Lines {
    let measure = fitting.width / size;
    let mut lines: Vec<String> = Vec::new();
    let room = |lines: usize| lines <= fitting.most_lines && (lines == 1 || height(size, lines) <= fitting.height);
    let mut current = String::new();
    let mut complete = true;
    'words: for word in text.split_whitespace() {
        let spaced = if current.is_empty() { word.to_owned() } else { format!("{current} {word}") };
        if face.set(&spaced).width <= measure {
            current = spaced;
            continue;
        }
        if !current.is_empty() {
            lines.push(std::mem::take(&mut current));
        }
        for cluster in word.graphemes(true) {
            if !room(lines.len() + 1) {
                complete = false;
                break 'words;
            }
            let longer = format!("{current}{cluster}");
            if current.is_empty() || face.set(&longer).width <= measure {
                current = longer;
            } else {
                lines.push(std::mem::replace(&mut current, cluster.to_owned()));
            }
        }
    }
    if !current.is_empty() {
        if room(lines.len() + 1) {
            lines.push(current);
        } else {
            complete = false;
        }
    }
    if !complete && let Some(line) = lines.last_mut() {
        *line = with_ellipsis(face, line, measure);
    }
    Lines { size, runs: lines.iter().map(|line| face.set(line)).collect() }
}

/// The text, shortened until it fits with an ellipsis behind it.
fn with_ellipsis(face: &Face, text: &str, measure: f32) -> String {
    let mut kept = text;
    loop {
        let stem = kept.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        let result = format!("{stem}…");
        if face.set(&result).width <= measure {
            return result;
        }
        match kept.grapheme_indices(true).next_back() {
            Some((place, _)) => kept = &kept[..place],
            None => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: f32, most_lines: usize) -> (f32, Vec<Run>) {
        let fitting = Fitting { width, height: 2000.0, largest: 300.0, smallest: 60.0, most_lines };
        let lines = fit(&Face::upright(), text, &fitting);
        (lines.size, lines.runs)
    }

    /// The lines that a text is broken into at one size.
    fn broken(text: &str, measure: f32) -> Vec<String> {
        let face = Face::upright();
        let (pieces, space) = (pieces(&face, text), face.set(" ").width);
        let count = least_lines(&pieces, space, measure).unwrap();
        balanced(&pieces, space, measure, count).into_iter().map(|line| joined(&pieces[line])).collect()
    }

    #[test]
    fn the_fonts_have_the_scripts_of_europe() {
        let samples = [
            "The quick brown fox — “jumps” over ‘the’ lazy dog… № 5 & co.",
            "Größe, Öl, Übermut, Straße",
            "L’Été à l’Île d’Oléron, Œuvre, ça",
            "Żółta łódź podwodna, příšerně žluťoučký kůň, ștefan",
            "Đường Việt Nam",
            "Съешь же ещё этих мягких французских булок, Ґанок, Ђорђе",
            "Ο δρόμος του αλατιού, Ξένη Ψυχή",
            "İstanbul ığdır şair",
        ];
        for face in [Face::upright(), Face::italic()] {
            for sample in samples {
                assert_eq!(face.printable(sample).as_deref(), Some(sample));
            }
        }
    }

    #[test]
    fn what_cannot_be_printed_is_left_out_or_gives_up() {
        let face = Face::upright();
        assert_eq!(face.printable("Moon 🌙 Song").as_deref(), Some("Moon Song"));
        assert_eq!(face.printable("★ Rain ★").as_deref(), Some("Rain"));
        assert_eq!(face.printable(" one\ntwo\u{0}three ").as_deref(), Some("one two three"));
        // A letter that the font has with fewer accents.
        assert_eq!(face.printable("M\u{1DF}rchen").as_deref(), Some("Marchen"));
        assert_eq!(face.printable("x\u{32D}enon").as_deref(), Some("xenon"));
        for text in ["", "   ", "夜の物語", "مرحبا بالعالم", "שלום עולם", "🌙🌙", "夜の物語 AB"]
        {
            assert_eq!(face.printable(text), None, "{text}");
        }
        let endless = "word ".repeat(500);
        assert!(
            face.printable(&endless).is_some_and(|text| text.ends_with('…') && text.chars().count() <= LONGEST + 1)
        );
    }

    #[test]
    fn letters_are_set_with_ligatures_and_kerning() {
        let face = Face::upright();
        assert_eq!(face.set("fi").glyphs.len(), 1);
        assert_eq!(face.set("difficult").glyphs.len(), 7);
        let apart = face.set("A").width + face.set("V").width;
        assert!(face.set("AV").width < apart - 0.05);
        // An accent does not change the distance.
        let kern =
            |pair: &str, one: &str, other: &str| face.set(pair).width - face.set(one).width - face.set(other).width;
        assert!((kern("Tó", "T", "ó") - kern("To", "T", "o")).abs() < 0.001);
        assert_eq!(face.set("夜").width, 0.0);
    }

    #[test]
    fn short_titles_are_large_and_long_ones_fit() {
        let (size, runs) = lines("Moth", 1260.0, 8);
        assert_eq!((size, runs.len()), (300.0, 1));
        let long = "The Seventeen Things That Nobody Ever Told the Keeper About the Winter ".repeat(3);
        let long = long[..200].trim();
        let (size, runs) = lines(long, 1260.0, 10);
        assert!(size >= 60.0 && runs.len() <= 10);
        let face = Face::upright();
        let all: usize = runs.iter().map(|run| run.glyphs.len()).sum();
        assert_eq!(all, face.set(long).glyphs.len() + 1 - runs.len(), "only the spaces at the breaks are gone");
        assert!(runs.iter().all(|run| run.width * size <= 1260.5));
    }

    #[test]
    fn lines_are_balanced() {
        assert_eq!(broken("Of Wolves and Winter", 5.5), ["Of Wolves", "and Winter"]);
        assert_eq!(broken("A Fine and Private Place", 6.5), ["A Fine and", "Private Place"]);
        assert_eq!(broken("Aftermath: Twelve Letters Home", 9.5), ["Aftermath:", "Twelve Letters Home"]);
        assert_eq!(broken("The Moth-Catcher", 5.5), ["The Moth-", "Catcher"]);
        assert_eq!(broken("An X-ray", 3.2), ["An", "X-ray"]);
    }

    #[test]
    fn what_does_not_fit_is_cut_with_an_ellipsis() {
        let face = Face::upright();
        let fitting = Fitting { width: 400.0, height: 500.0, largest: 100.0, smallest: 100.0, most_lines: 2 };
        let cut_off = fit(&face, "A very long title that never seems to come to its end", &fitting);
        assert_eq!(cut_off.runs.len(), 2);
        let ellipsis = face.set("…").glyphs[0].0;
        assert_eq!(cut_off.runs[1].glyphs.last().map(|&(glyph, _)| glyph), Some(ellipsis));
        // One word that is wider than the line goes on in the next.
        let divided = fit(&face, "Unforgettable", &fitting);
        assert_eq!(divided.runs.len(), 2);
        assert!(divided.runs.iter().all(|run| run.width * divided.size <= 400.5));
        // Even no room at all gives one line, and no panic.
        let none = Fitting { width: 1.0, height: -5.0, ..fitting };
        assert_eq!(fit(&face, "word", &none).runs.len(), 1);
    }

    #[test]
    fn outlines_lie_where_the_extent_says() {
        let face = Face::upright();
        let run = face.set("Hp");
        let (left, top, right, bottom) = face.extent(&run).unwrap();
        assert!(left >= 0.0 && right <= run.width && (-0.8..-0.6).contains(&top) && (0.1..0.4).contains(&bottom));
        let mut path = Path::new();
        face.outline(&run, 100.0, at(50.0, 200.0), &mut path);
        for (from, _) in &path.edges {
            assert!((50.0 + left * 100.0 - 0.1..=50.0 + right * 100.0 + 0.1).contains(&from.x));
            assert!((200.0 + top * 100.0 - 0.1..=200.0 + bottom * 100.0 + 0.1).contains(&from.y));
        }
        assert!(path.edges.len() > 40);
    }
}
