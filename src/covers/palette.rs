//! The colours that covers are printed in: curated sets of six inks that go together.
//!
//! Every set is made for paper and for grey screens alike: text stands out clearly from its ground, and the picture's tones
//! differ in lightness, not in hue alone.

/// What an ink is for. The number is its place in the picture's palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// The paper.
    Ground = 0,
    /// The text.
    Text = 1,
    /// The picture's quietest tone, close to the paper; text can stand on it.
    Far = 2,
    Middle = 3,
    /// The picture's strongest tone.
    Near = 4,
    /// A little of it goes a long way.
    Accent = 5,
}

pub(super) const INKS: usize = 6;

/// Soft edges have this many steps from one ink to another.
pub(super) const LEVELS: u8 = 16;

/// An ink's red, green and blue.
type Colour = [u8; 3];

#[derive(Debug)]
pub(super) struct Palette {
    pub name: &'static str,
    inks: [Colour; INKS],
}

/// To add one, add a row; the tests say whether it can be read.
pub(super) const PALETTES: &[Palette] = &[
    // Light papers.
    palette("harbour", [0xF3ECDC, 0x1F2D3A, 0xCFD8D2, 0x7E9AA0, 0x2F4E5E, 0xD9713C]),
    palette("moss", [0xF0ECDD, 0x24312A, 0xCDD5B9, 0x8CA07B, 0x3D5A45, 0xC4582F]),
    palette("ember", [0xF6E8D6, 0x3A1717, 0xEBC7A0, 0xCE7A4B, 0x7F2A22, 0x2C5F66]),
    palette("rose", [0xF7EBE6, 0x3B2230, 0xEACAC4, 0xC18490, 0x6E3A52, 0x2F6F73]),
    palette("winter", [0xEAEFF2, 0x1C2B3E, 0xC7D4DE, 0x8AA3B8, 0x3B5878, 0xC0392F]),
    palette("sea glass", [0xE3EDE7, 0x17353A, 0xBAD4CB, 0x6FA39C, 0x23626A, 0xD9692E]),
    palette("ash", [0xEAE6DE, 0x232323, 0xCDC8BE, 0x938D84, 0x4A4743, 0xB33A2B]),
    palette("oxblood", [0xF5EFE2, 0x6B1A1C, 0xE6CDB9, 0xC4705F, 0x7A1E20, 0x27404F]),
    palette("mustard", [0xEBC465, 0x2B2118, 0xDFAE45, 0xB7772A, 0x5B3A1C, 0x8F2D22]),
    // Dark papers: here the tones rise towards the light and the nearest falls back into the dark.
    palette("dusk", [0x23294A, 0xF6EAD2, 0x39406C, 0x75659A, 0x141830, 0xF0A35E]),
    palette("midnight", [0x13222E, 0xEFE9DA, 0x243D4F, 0x4C7386, 0x0A131B, 0xE7C873]),
    palette("plum", [0x35213C, 0xF4E7DC, 0x4F3558, 0x8B6089, 0x1F1224, 0xE5B45A]),
    palette("forest", [0x1D3329, 0xF1EAD3, 0x2F4F3E, 0x64896D, 0x101E18, 0xE3B04B]),
    palette("brick", [0x87301F, 0xFBEFDC, 0x9F4530, 0xD2825A, 0x561B11, 0xF2C572]),
    palette("lapis", [0x1F3F77, 0xF7F0E0, 0x315794, 0x7398C8, 0x122A54, 0xF1C15B]),
    palette("petrol", [0x0F4A4C, 0xF5EBD8, 0x1E6463, 0x63A396, 0x08302F, 0xEE9A62]),
];

/// A row of the table: paper, text, far, middle, near, accent, each as `0xRRGGBB`.
const fn palette(name: &'static str, colours: [u32; INKS]) -> Palette {
    let mut inks = [[0; 3]; INKS];
    let mut ink = 0;
    while ink < INKS {
        let [_, red, green, blue] = colours[ink].to_be_bytes();
        inks[ink] = [red, green, blue];
        ink += 1;
    }
    Palette { name, inks }
}

impl Palette {
    /// Red, green and blue of every index that a canvas can hold: the inks, then the steps between every two of them.
    pub fn colours(&self) -> Vec<u8> {
        let mut colours = self.inks.concat();
        for high in 1..INKS {
            for low in 0..high {
                for level in 1..u32::from(LEVELS) {
                    colours.extend((0..3).map(|part| mix(self.inks[low][part], self.inks[high][part], level)));
                }
            }
        }
        colours
    }

    /// The one of paper and text that can be read on an ink.
    pub fn legible_on(&self, ink: Ink) -> Ink {
        let away = |other: Ink| self.lightness(other).abs_diff(self.lightness(ink));
        if away(Ink::Text) >= away(Ink::Ground) { Ink::Text } else { Ink::Ground }
    }

    /// True when the text is lighter than the paper.
    pub fn is_dark(&self) -> bool {
        self.lightness(Ink::Text) > self.lightness(Ink::Ground)
    }

    /// How light an ink looks on a grey screen, in thousandths of the 255 steps of a byte.
    fn lightness(&self, ink: Ink) -> u32 {
        let [red, green, blue] = self.inks[ink as usize].map(u32::from);
        red * 299 + green * 587 + blue * 114
    }
}

/// One part of a colour between two, `level` of [`LEVELS`] on the way. Light adds up in squares, near enough: mixed so, soft
/// edges keep their weight on light paper and on dark.
fn mix(from: u8, to: u8, level: u32) -> u8 {
    let whole = u32::from(LEVELS);
    let squares = u32::from(from).pow(2) * (whole - level) + u32::from(to).pow(2) * level;
    (squares / whole).isqrt() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG's contrast of two inks, 1 to 21.
    fn contrast(palette: &Palette, one: Ink, other: Ink) -> f64 {
        let luminance = |ink: Ink| {
            let linear = palette.inks[ink as usize].map(|part| {
                let part = f64::from(part) / 255.0;
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn text_can_be_read_on_every_paper() {
        for palette in PALETTES {
            let on_paper = contrast(palette, Ink::Text, Ink::Ground);
            assert!(on_paper >= 7.0, "{}: text on paper has contrast {on_paper:.1}", palette.name);
            let on_far = contrast(palette, Ink::Text, Ink::Far);
            assert!(on_far >= 4.5, "{}: text on the far tone has contrast {on_far:.1}", palette.name);
            let on_near = contrast(palette, palette.legible_on(Ink::Near), Ink::Near);
            assert!(on_near >= 4.5, "{}: nothing can be read on the near tone ({on_near:.1})", palette.name);
        }
    }

    #[test]
    fn tones_differ_on_a_grey_screen() {
        // An e-ink screen has sixteen greys; neighbours in the picture must be at least one apart.
        let grey = 255_000 / 16;
        for palette in PALETTES {
            for (one, other) in [(Ink::Ground, Ink::Far), (Ink::Far, Ink::Middle), (Ink::Middle, Ink::Near)] {
                let apart = palette.lightness(one).abs_diff(palette.lightness(other));
                assert!(apart >= grey, "{}: {one:?} and {other:?} are {apart} apart", palette.name);
            }
            for tone in [Ink::Ground, Ink::Far, Ink::Middle] {
                let apart = palette.lightness(Ink::Accent).abs_diff(palette.lightness(tone));
                assert!(apart * 2 >= grey, "{}: the accent is lost on {tone:?} ({apart})", palette.name);
            }
        }
    }

    #[test]
    fn a_palette_has_room_in_one_byte() {
        for palette in PALETTES {
            assert_eq!(palette.colours().len(), 3 * (INKS + INKS * (INKS - 1) / 2 * (usize::from(LEVELS) - 1)));
            assert!(palette.colours().len() <= 3 * 256);
        }
    }

    #[test]
    fn the_steps_between_two_inks_run_from_one_to_the_other() {
        let steps: Vec<u8> = (1..u32::from(LEVELS)).map(|level| mix(20, 240, level)).collect();
        assert!(steps.is_sorted());
        assert!(steps[0] > 20 && steps[14] < 240);
    }
}
