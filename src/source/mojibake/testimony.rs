//! What the text as a whole says about its damage: the first words that look damaged are read without help, and what they
//! agree on helps to read the rest.

use super::super::encoding::Encoding;
use super::super::plausible::rarity;
use super::sequence::{CODECS, MISTAKEN_FOR, Piece, is_control, lost_bytes, pieces, unit_at};
use super::{MOST_LAYERS, ReadBack, Scan, Word, best_reading, is_letter, read_back};

/// Words looked at to learn what the text as a whole says, and bytes of them; more would not change it.
const WITNESSES: usize = 512;
const WITNESS_BYTES: usize = 1 << 16;

/// What the text as a whole says about one encoding.
#[derive(Clone, Copy, Default)]
pub(super) struct Witness {
    /// Characters that could be read back without its help.
    pub found: u32,
    pub trust: Trust,
    /// How well it explains the whole text, to compare encodings that are alike.
    pub rank: i32,
}

/// How far the rest of the text vouches for a sequence.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd)]
pub(super) enum Trust {
    /// It must be better by itself.
    #[default]
    None,
    /// The text holds more such sequences, and few letters that are not part of one: a tie is enough.
    Tie,
    /// The whole text is damaged in this way: whatever can be read back is.
    Whole,
}

impl Trust {
    /// The gain that is asked of a sequence.
    pub fn least_gain(self) -> i32 {
        match self {
            Trust::None => 1,
            Trust::Tie | Trust::Whole => 0,
        }
    }
}

/// What the text says about one layer of damage.
#[derive(Clone, Copy, Default)]
pub(super) struct Testimony {
    pub of: [Witness; CODECS],
    /// The encoding by which the whole text was damaged.
    pub whole: Option<usize>,
    /// `â€?` is a closing quote whose last byte became a question mark, not a quote before a question mark.
    pub question_mark_is_lost_byte: bool,
}

impl Testimony {
    /// The same about a layer of which nothing was heard.
    pub fn silenced(self) -> Testimony {
        Testimony { of: Default::default(), whole: None, ..self }
    }
}

/// Reads the first words without help, to learn which encodings the damage of this text comes from, layer by layer. Empty if
/// there is no damage.
pub(super) fn listen(text: &str, scan: &Scan) -> Vec<Testimony> {
    let alone = Testimony {
        question_mark_is_lost_byte: scan.cut_before_question_mark > 0 && scan.cut_elsewhere == 0,
        ..Testimony::default()
    };
    let sample = first_words(&scan.words);
    // As many of the innocent characters as belong to the part that is heard.
    let heard_to = sample.last().map_or(0, |word| word.range.end);
    let share = |count: u32| (u64::from(count) * heard_to as u64 / text.len().max(1) as u64) as u32;
    let mut heard: Vec<Vec<Piece>> = sample.iter().map(|word| pieces(text, word.range.clone())).collect();
    let mut layers: Vec<Testimony> = Vec::new();
    while layers.len() < MOST_LAYERS {
        let mut layer = alone;
        let mut only: Option<Piece> = None;
        let (mut found, mut unexplained) = (0, share(scan.others));
        for (word, _) in heard.iter().zip(&sample).filter(|(_, word)| word.promising) {
            let ReadBack { pieces, encodings, units } = read_back(word.clone(), &[alone]);
            only = pieces.iter().find(|piece| piece.layers > 0).copied().or(only);
            unexplained +=
                pieces.iter().filter(|piece| piece.layers == 0 && !piece.character.is_ascii()).count() as u32;
            found += units;
            for (codec, witness) in layer.of.iter_mut().enumerate() {
                witness.found += if encodings & 1 << codec != 0 { units } else { 0 };
            }
        }
        if found == 0 {
            break;
        }
        // One sequence in a text that is otherwise right, and two ways to read it: hands off.
        if found == 1 && unexplained > 0 && only.is_some_and(|only| is_ambiguous(&text[only.start..only.end])) {
            break;
        }
        let start =
            || Explained { against: share(scan.other_letters), left_over: share(scan.others), ..Explained::default() };
        for (codec, witness) in layer.of.iter_mut().enumerate() {
            *witness =
                heard.iter().fold(start(), |sum, word| sum.and(explain(codec, word))).judge(witness.found, found);
        }
        let whole = layer.of.iter().enumerate().filter(|(_, witness)| witness.trust == Trust::Whole);
        // The first of equals, as everywhere.
        layer.whole = whole.rev().max_by_key(|(_, witness)| witness.rank).map(|(codec, _)| codec);
        for word in &mut heard {
            if let Some((reading, _)) = best_reading(word, &layer) {
                // The next layer is heard as if it were the first.
                *word = reading.pieces.into_iter().map(|piece| Piece { layers: 0, ..piece }).collect();
            }
        }
        layers.push(layer);
    }
    layers
}

/// As many words as are worth hearing.
fn first_words(words: &[Word]) -> Vec<&Word> {
    let promising = words.iter().filter(|word| word.promising).count();
    // Where there is no lack of words that look odd themselves, only those.
    let choose = |word: &&Word| word.promising || promising < WITNESSES;
    let mut bytes = 0;
    let is_enough = |word: &&Word| {
        bytes += word.range.len();
        bytes <= WITNESS_BYTES.max(word.range.len())
    };
    words.iter().filter(choose).take(WITNESSES).take_while(is_enough).collect()
}

/// What an encoding makes of a text, whether it is better or not.
#[derive(Default)]
struct Explained {
    /// Characters of UTF-8.
    units: u32,
    /// Letters that are not part of one.
    against: u32,
    /// The same of all characters outside ASCII.
    left_over: u32,
    /// Bytes that stand there as the controls of Latin-1 though the encoding has a character for them.
    as_latin_1: u32,
}

impl Explained {
    fn and(self, other: Explained) -> Explained {
        Explained {
            units: self.units + other.units,
            against: self.against + other.against,
            left_over: self.left_over + other.left_over,
            as_latin_1: self.as_latin_1 + other.as_latin_1,
        }
    }

    /// `found` were read back without help by this encoding, `found_by_all` by any: encodings are alike, and what one has
    /// found may be the work of another that explains more.
    fn judge(self, found: u32, found_by_all: u32) -> Witness {
        let Explained { units, against, left_over, as_latin_1 } = self;
        let trust = if units >= 8 && found_by_all * 2 >= units && left_over * 8 <= units {
            Trust::Whole
        } else if units >= 2 && found > 0 && against * 2 <= units {
            Trust::Tie
        } else {
            Trust::None
        };
        Witness { found, trust, rank: units as i32 - against as i32 - as_latin_1 as i32 }
    }
}

/// Reads a word without asking whether that is better.
fn explain(codec: usize, pieces: &[Piece]) -> Explained {
    let willing =
        Testimony { of: [Witness { found: 1, trust: Trust::Whole, rank: 0 }; CODECS], ..Testimony::default() };
    let has_no_controls = MISTAKEN_FOR[codec] != Encoding::ISO_8859_2;
    let lost = lost_bytes(codec);
    let mut explained = Explained::default();
    let mut at = 0;
    while at < pieces.len() {
        let Some(unit) = unit_at(codec, pieces, at, &willing) else {
            explained.against += u32::from(is_letter(pieces[at].character));
            explained.left_over += u32::from(!pieces[at].character.is_ascii());
            at += 1;
            continue;
        };
        explained.units += 1;
        if has_no_controls {
            let controls = pieces[at..at + unit.taken].iter().filter(|piece| is_control(piece.character));
            explained.as_latin_1 += controls.filter(|piece| !lost.contains(&(piece.character as u8))).count() as u32;
        }
        at += unit.taken;
    }
    explained
}

/// Two encodings read the sequence as different characters, both of which people write.
fn is_ambiguous(sequence: &str) -> bool {
    let pieces: Vec<Piece> = pieces(sequence, 0..sequence.len());
    let mut readings = (0..CODECS).filter_map(|codec| {
        let unit = unit_at(codec, &pieces, 0, &Testimony::default())?;
        (unit.taken == pieces.len() && rarity(unit.character).is_some_and(|rarity| rarity < 2))
            .then_some(unit.character)
    });
    let first = readings.next();
    readings.any(|other| Some(other) != first)
}
