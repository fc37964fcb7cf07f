//! A twig with leaves in pairs, each leaf half in light and half in shade, and a few berries.

use super::{Design, H, MARGIN, W, band};
use crate::covers::canvas::Canvas;
use crate::covers::page::{Page, Setting};
use crate::covers::palette::Ink;
use crate::covers::path::{Path, Point, at};

pub(super) const DESIGN: Design = Design { name: "branch", needs_initial: false, draw };

/// By how much of the stem the right leaf of a pair stands above the left one.
const SHIFT: f32 = 0.045;

fn draw(page: &mut Page) -> Setting {
    let Page { canvas, chance, .. } = page;
    let dark_paper = page.palette.is_dark();
    let shade = if dark_paper { Ink::Far } else { Ink::Near };
    let lean = chance.between(90.0, 150.0) * if chance.coin() { 1.0 } else { -1.0 };
    let (root, bend, tip) =
        (at(W * 0.5 - lean, H + 40.0), at(W * 0.5 - lean * 0.2, 1900.0), at(W * 0.5 + lean, 1310.0));
    let along = |share: f32| root.towards(bend, share).towards(bend.towards(tip, share), share);

    let mut stem = Path::new();
    // Thinner towards the tip, in three lengths that overlap.
    for (from, to, width) in [(0.0, 0.4, 15.0), (0.38, 0.75, 11.0), (0.73, 1.0, 8.0)] {
        let points: Vec<Point> = (0..=12).map(|step| along(from + (to - from) * step as f32 / 12.0)).collect();
        stem.chain(&points, width);
    }
    canvas.fill(&stem, shade);

    let pairs = 6;
    for pair in 0..pairs {
        let share = 0.13 + 0.8 * pair as f32 / pairs as f32;
        let length = 400.0 - 240.0 * share;
        let (from, ahead) = (along(share), along(share + 0.05));
        let unit = from.distance(ahead).max(1.0);
        let (up_x, up_y) = ((ahead.x - from.x) / unit, (ahead.y - from.y) / unit);
        for side in [-1.0, 1.0] {
            let (out, up) = (chance.between(0.72, 0.86), chance.between(0.52, 0.66));
            // Leaves stand across the stem and rise along it.
            let way = at(-up_y * side * out + up_x * up, up_x * side * out + up_y * up);
            let from = along(share + if side > 0.0 { SHIFT } else { 0.0 });
            leaf(canvas, from, at(from.x + way.x * length, from.y + way.y * length), side, shade);
        }
    }
    leaf(canvas, along(0.985), at(tip.x + lean * 0.3, tip.y - 190.0), 1.0, shade);
    // Berries on stalks, in the corners between leaf and stem, on alternate sides.
    let (mut berries, mut stalks) = (Path::new(), Path::new());
    for pair in 1..=pairs {
        let share = 0.13 + 0.8 * (pair as f32 - 0.42) / pairs as f32;
        let side = if pair % 2 == 0 { 1.0 } else { -1.0 };
        let from = along(share + if side > 0.0 { SHIFT } else { 0.0 });
        let berry = at(from.x + side * (92.0 - 40.0 * share), from.y - 58.0 + 30.0 * share);
        stalks.stroke(from, berry, 6.0);
        berries.circle(berry, 26.0 - 9.0 * share);
    }
    canvas.fill(&stalks, shade);
    canvas.fill(&berries, Ink::Accent);
    Setting::new(band(MARGIN, 1030.0))
}

/// Two halves along a rib; the half on the outer side lies in the shade.
fn leaf(canvas: &mut Canvas, from: Point, to: Point, side: f32, shade: Ink) {
    let (x, y) = (to.x - from.x, to.y - from.y);
    for (half, ink) in [(side, shade), (-side, Ink::Middle)] {
        let swell = |share: f32, wide: f32| {
            let place = from.towards(to, share);
            at(place.x - y * wide * half, place.y + x * wide * half)
        };
        let mut path = Path::new();
        path.move_to(from);
        path.cubic_to(swell(0.18, 0.22), swell(0.62, 0.26), to);
        path.quad_to(swell(0.5, 0.03 * half * side), from);
        path.close();
        canvas.fill(&path, ink);
    }
}
