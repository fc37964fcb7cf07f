//! A conifer wood in three rows, paler towards the back, under a large moon.

use super::{Design, FOOT, MARGIN, W, Wander, band, below};
use crate::covers::chance::Chance;
use crate::covers::page::{Page, Setting};
use crate::covers::palette::Ink;
use crate::covers::path::{Path, at};

pub(super) const DESIGN: Design = Design { name: "forest", needs_initial: false, draw };

fn draw(page: &mut Page) -> Setting {
    let Page { canvas, chance, .. } = page;
    let mut moon = Path::new();
    moon.circle(at(W * chance.between(0.3, 0.7), 1330.0), chance.between(200.0, 240.0));
    canvas.fill(&moon, Ink::Accent);
    for (ink, foot, tall, apart) in
        [(Ink::Far, 1650.0, 330.0, 104.0), (Ink::Middle, 1855.0, 400.0, 134.0), (Ink::Near, 2080.0, 480.0, 164.0)]
    {
        let rise = Wander::new(chance, 560.0);
        let mut row = below(|x| foot + 50.0 * rise.at(x));
        let mut x = chance.between(-apart, 0.0);
        while x < W + apart {
            let height = tall * chance.between(0.55, 1.0);
            tree(&mut row, chance, x, foot + 50.0 * rise.at(x) + 46.0, height);
            x += apart * chance.between(0.7, 1.25);
        }
        canvas.fill(&row, ink);
    }
    Setting::new(band(MARGIN, 1060.0)).credit_in(FOOT, Ink::Near)
}

/// A fir: tiers of boughs that hang a little, the lower the wider.
fn tree(path: &mut Path, chance: &mut Chance, x: f32, foot: f32, height: f32) {
    let half = height * chance.between(0.17, 0.22);
    let tiers = 4;
    let tier = |number: usize| number as f32 / tiers as f32;
    let mut right = Vec::new();
    for number in 1..=tiers {
        let reach = half * (0.12 + 0.88 * tier(number)) * chance.between(0.9, 1.1);
        let low = foot - height * (1.0 - tier(number));
        right.push(at(x + reach, low));
        right.push(at(x + reach * 0.5, low - height * 0.035));
    }
    path.move_to(at(x, foot - height));
    right.iter().for_each(|&point| path.line_to(point));
    right.iter().rev().for_each(|point| path.line_to(at(2.0 * x - point.x, point.y)));
    path.close();
}
