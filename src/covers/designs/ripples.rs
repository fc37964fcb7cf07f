//! Rings that spread from a point near a lower corner.

use super::{Design, MARGIN, W};
use crate::covers::page::{Page, Setting};
use crate::covers::palette::Ink;
use crate::covers::path::{Area, Path, at};

pub(super) const DESIGN: Design = Design { name: "ripples", needs_initial: false, draw };

fn draw(page: &mut Page) -> Setting {
    let Page { canvas, chance, .. } = page;
    let side = if chance.coin() { chance.between(0.68, 0.8) } else { chance.between(0.2, 0.32) };
    let centre = at(W * side, chance.between(1960.0, 2060.0));
    let dark_paper = page.palette.is_dark();
    let inks = if dark_paper { [Ink::Near, Ink::Far, Ink::Middle] } else { [Ink::Far, Ink::Middle, Ink::Near] };
    for (ink, radius) in inks.into_iter().zip([800.0, 545.0, 300.0]) {
        let mut disc = Path::new();
        disc.circle(centre, radius);
        canvas.fill(&disc, ink);
        // Fine rings of paper in each.
        let mut rings = Path::new();
        for ring in 1..4 {
            let outer = radius - 63.0 * ring as f32;
            rings.ring(centre, outer, outer - 7.0);
        }
        canvas.fill(&rings, Ink::Ground);
    }
    let mut drop = Path::new();
    drop.circle(centre, 62.0);
    canvas.fill(&drop, Ink::Accent);
    Setting::new(Area::new(MARGIN, MARGIN + 30.0, W - MARGIN, 1060.0)).flush_left()
}
