//! Lines like the tracks of a seismograph or dunes seen from afar, each hiding what lies behind it.

use super::{Design, MARGIN, W, Wander, band};
use crate::covers::page::{Page, Setting};
use crate::covers::palette::Ink;
use crate::covers::path::{Path, at};

pub(super) const DESIGN: Design = Design { name: "drift", needs_initial: false, draw };

const LINES: usize = 24;

fn draw(page: &mut Page) -> Setting {
    let Page { canvas, chance, .. } = page;
    let middle = chance.between(0.38, 0.62) * W;
    let marked = 5 + chance.below(8);
    for number in 0..LINES {
        let base = 1340.0 + 42.0 * number as f32;
        let (rough, fine) = (Wander::new(chance, 120.0), Wander::new(chance, 46.0));
        let tall = chance.between(0.75, 1.0);
        let line = |x: f32| {
            // A bump in the middle that dies away to both sides.
            let away = (x - middle) / (W * 0.36);
            let near = (1.0 - away * away).max(0.0);
            let swell = near * near * near;
            base - tall * swell * (105.0 + 105.0 * rough.at(x) + 26.0 * fine.at(x)) - 3.0 * fine.at(x)
        };
        let (left, right) = (130.0, W - 130.0);
        let count = 140;
        let points: Vec<_> = (0..=count)
            .map(|point| left + (right - left) * point as f32 / count as f32)
            .map(|x| at(x, line(x)))
            .collect();
        let mut hidden = Path::new();
        hidden.move_to(at(left, base + 30.0));
        points.iter().for_each(|&point| hidden.line_to(point));
        hidden.line_to(at(right, base + 30.0));
        hidden.close();
        canvas.fill(&hidden, Ink::Ground);

        let mut stroke = Path::new();
        stroke.chain(&points, if number == marked { 10.0 } else { 6.0 });
        canvas.fill(&stroke, if number == marked { Ink::Accent } else { Ink::Text });
    }
    Setting::new(band(MARGIN, 1060.0))
}
