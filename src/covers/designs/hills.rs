//! Three ridges behind each other, with furrows on the nearest, and a sun or moon setting behind them.

use super::{Design, FOOT, MARGIN, W, Wander, band, below};
use crate::covers::page::{Page, Setting};
use crate::covers::palette::Ink;
use crate::covers::path::{Path, Point, at};

pub(super) const DESIGN: Design = Design { name: "hills", needs_initial: false, draw };

fn draw(page: &mut Page) -> Setting {
    let Page { canvas, chance, .. } = page;
    let side = if chance.coin() { 0.3 } else { 0.7 };
    let mut sun = Path::new();
    sun.circle(
        at(W * side + chance.between(-60.0, 60.0), chance.between(1400.0, 1470.0)),
        chance.between(170.0, 215.0),
    );
    canvas.fill(&sun, Ink::Accent);

    for (ink, height, rise) in [(Ink::Far, 1530.0, 125.0), (Ink::Middle, 1705.0, 105.0)] {
        let (long, short) = (Wander::new(chance, 520.0), Wander::new(chance, 210.0));
        canvas.fill(&below(|x| height + rise * (long.at(x) + 0.22 * short.at(x))), ink);
    }
    let (long, lean) = (Wander::new(chance, 760.0), chance.between(-0.09, 0.09));
    let ridge = |x: f32| 1915.0 + 60.0 * long.at(x) + lean * (x - W * 0.5);
    canvas.fill(&below(ridge), Ink::Near);
    // Furrows: each follows the one above it, a little flatter and a little farther away.
    let mut depth = 40.0;
    for row in 0..3 {
        let flat = 1.0 - row as f32 * 0.16;
        let points: Vec<Point> = (-1..=66)
            .map(|step| W * step as f32 / 65.0)
            .map(|x| at(x, 1915.0 + depth + (ridge(x) - 1915.0) * flat))
            .collect();
        let mut furrow = Path::new();
        furrow.chain(&points, 5.0);
        canvas.fill(&furrow, Ink::Middle);
        depth += 42.0 + 9.0 * row as f32;
    }
    Setting::new(band(MARGIN, 1130.0)).credit_in(FOOT, Ink::Near)
}
