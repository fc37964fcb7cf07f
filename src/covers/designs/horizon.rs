//! A great disc half sunk in water, its light broken into bars.

use super::{Design, H, MARGIN, W, band};
use crate::covers::canvas::Canvas;
use crate::covers::page::{Page, Setting};
use crate::covers::palette::Ink;
use crate::covers::path::{Area, Path, at};

pub(super) const DESIGN: Design = Design { name: "horizon", needs_initial: false, draw };

fn draw(page: &mut Page) -> Setting {
    let Page { canvas, chance, .. } = page;
    let level = 1690.0;
    let centre = W * *chance.pick(&[0.34, 0.5, 0.66]);
    let radius = chance.between(330.0, 380.0);
    let mut disc = Path::new();
    disc.circle(at(centre, level), radius);
    canvas.fill(&disc, Ink::Accent);
    canvas.rectangle(Area::new(0.0, level, W, H), Ink::Middle);
    canvas.rectangle(Area::new(0.0, level, W, level + 10.0), Ink::Near);

    // Bars of shade all over the water, and then the light on it, narrower with the distance from the disc.
    let rows = 17;
    let place = |row: usize| {
        let share = row as f32 / rows as f32;
        (share, level + 34.0 + (H - level - 34.0) * share * (0.55 + 0.45 * share), 9.0 + 17.0 * share)
    };
    for row in 0..rows {
        let (share, y, thick) = place(row);
        for _ in 0..2 {
            let half = (60.0 + 260.0 * share) * chance.between(0.5, 1.2);
            bar(canvas, chance.between(-0.1, 1.1) * W, y + thick * 1.5, half, thick * 0.8, Ink::Near);
        }
    }
    for row in 0..rows {
        let (share, y, thick) = place(row);
        let half = radius * (1.0 - 0.72 * share) * chance.between(0.62, 1.0);
        bar(canvas, centre + chance.between(-40.0, 40.0), y, half, thick, Ink::Accent);
    }
    Setting::new(band(MARGIN, 1210.0))
}

/// A level bar with round ends.
fn bar(canvas: &mut Canvas, x: f32, y: f32, half: f32, thick: f32, ink: Ink) {
    let (radius, mut path) = (thick * 0.5, Path::new());
    path.circle(at(x - half, y), radius);
    path.circle(at(x + half, y), radius);
    path.polygon(&[
        at(x - half, y - radius),
        at(x + half, y - radius),
        at(x + half, y + radius),
        at(x - half, y + radius),
    ]);
    canvas.fill(&path, ink);
}
