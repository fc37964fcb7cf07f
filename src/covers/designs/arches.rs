//! Doorways within doorways, round or pointed, with a light at the end and steps that lead to it.

use super::{Design, H, MARGIN, W, band};
use crate::covers::page::{Page, Setting};
use crate::covers::palette::Ink;
use crate::covers::path::{Area, Path, Point, at};

pub(super) const DESIGN: Design = Design { name: "arches", needs_initial: false, draw };

fn draw(page: &mut Page) -> Setting {
    let Page { canvas, chance, .. } = page;
    let pointed = chance.coin();
    let foot = 2290.0;
    let rings = [Ink::Near, Ink::Ground, Ink::Middle, Ink::Ground, Ink::Far, Ink::Ground, Ink::Near];
    let mut radius = 560.0;
    for (number, ink) in rings.into_iter().enumerate() {
        let centre = at(W * 0.5, if pointed { 1870.0 } else { 1830.0 });
        let mut path = Path::new();
        if pointed {
            lancet(&mut path, centre, radius, foot)
        } else {
            path.arch(centre, radius, foot)
        }
        canvas.fill(&path, ink);
        radius -= if number % 2 == 0 { 92.0 } else { 26.0 };
    }
    let mut light = Path::new();
    light.circle(at(W * 0.5, chance.between(1900.0, 2040.0)), chance.between(62.0, 84.0));
    canvas.fill(&light, Ink::Accent);

    canvas.rectangle(Area::new(0.0, foot, W, H), Ink::Ground);
    for step in 0..4 {
        let (y, half) = (foot + 46.0 * step as f32, 560.0 + 60.0 * step as f32);
        canvas.rectangle(Area::new(W * 0.5 - half, y, W * 0.5 + half, y + 12.0), Ink::Near);
    }
    Setting::new(band(MARGIN, 1120.0))
}

/// A pointed arch of two arcs.
fn lancet(path: &mut Path, centre: Point, radius: f32, foot: f32) {
    let Point { x, y } = centre;
    let top = at(x, y - radius * 1.12);
    path.move_to(at(x - radius, foot));
    path.line_to(at(x - radius, y));
    path.cubic_to(at(x - radius, y - radius * 0.50), at(x - radius * 0.52, y - radius * 0.86), top);
    path.cubic_to(at(x + radius * 0.52, y - radius * 0.86), at(x + radius, y - radius * 0.50), at(x + radius, y));
    path.line_to(at(x + radius, foot));
    path.close();
}
