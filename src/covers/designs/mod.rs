//! Designs: each draws a picture on the whole sheet and says where the text shall stand. One file and one row each.

mod arches;
mod branch;
mod drift;
mod forest;
mod hills;
mod horizon;
mod initial;
mod peaks;
mod ripples;
mod scales;
mod stars;
mod tiles;
mod weave;

use super::canvas::WIDTH;
use super::chance::Chance;
use super::page::{Page, Setting};
use super::path::{Area, Path, at};

pub(super) struct Design {
    /// Also seeds the design's own choices.
    pub name: &'static str,
    /// True when it draws nothing without a letter that the font has.
    pub needs_initial: bool,
    pub draw: fn(&mut Page) -> Setting,
}

pub(super) const DESIGNS: &[Design] = &[
    arches::DESIGN,
    branch::DESIGN,
    drift::DESIGN,
    forest::DESIGN,
    hills::DESIGN,
    horizon::DESIGN,
    initial::DESIGN,
    peaks::DESIGN,
    ripples::DESIGN,
    scales::DESIGN,
    stars::DESIGN,
    tiles::DESIGN,
    weave::DESIGN,
];

/// The sheet's width and height for drawing.
const W: f32 = WIDTH as f32;
const H: f32 = super::canvas::HEIGHT as f32;

/// No text comes nearer to the left and right edges; readers crop covers to their own shapes.
const MARGIN: f32 = 150.0;

/// The room from one height to another, within the margins.
const fn band(top: f32, bottom: f32) -> Area {
    Area::new(MARGIN, top, W - MARGIN, bottom)
}

/// Where author and fandom stand in a picture that is dark at its foot. Nothing else may be drawn there.
const FOOT: Area = band(H - 345.0, H - 120.0);

/// A smooth line of chance over the whole width, from about -1 to 1, with a knot every `spacing`.
struct Wander {
    knots: Vec<f32>,
    spacing: f32,
    shift: f32,
}

impl Wander {
    fn new(chance: &mut Chance, spacing: f32) -> Self {
        let count = (W / spacing) as usize + 3;
        let shift = chance.between(0.0, 1.0);
        Wander { knots: (0..count).map(|_| chance.between(-1.0, 1.0)).collect(), spacing, shift }
    }

    fn at(&self, x: f32) -> f32 {
        let place = (x / self.spacing + self.shift).max(0.0);
        let knot = place as usize;
        let share = place - knot as f32;
        let knot = |index: usize| self.knots[index.min(self.knots.len() - 1)];
        let (from, to) = (knot(place as usize), knot(place as usize + 1));
        from + (to - from) * share * share * (3.0 - 2.0 * share)
    }
}

/// Everything below a line over the whole width.
fn below(line: impl Fn(f32) -> f32) -> Path {
    let mut path = Path::new();
    path.move_to(at(0.0, H));
    let step = 12.0;
    let mut x = 0.0;
    while x < W {
        path.line_to(at(x, line(x)));
        x += step;
    }
    path.line_to(at(W, line(W)));
    path.line_to(at(W, H));
    path.close();
    path
}
