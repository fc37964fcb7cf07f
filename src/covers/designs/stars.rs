//! A sky of small stars with a constellation, over the rim of a planet.

use super::{Design, FOOT, MARGIN, W, band};
use crate::covers::page::{Page, Setting};
use crate::covers::palette::Ink;
use crate::covers::path::{Path, Point, at};

pub(super) const DESIGN: Design = Design { name: "stars", needs_initial: false, draw };

fn draw(page: &mut Page) -> Setting {
    let titled = page.text.title.is_some();
    let Page { canvas, chance, .. } = page;
    // One star to each field of a grid, somewhere in it: chance alone would clot.
    let (mut large, mut small) = (Path::new(), Path::new());
    let (columns, rows) = (9, 15);
    for row in 0..rows {
        for column in 0..columns {
            let place = at(
                (column as f32 + chance.between(0.08, 0.92)) * W / columns as f32,
                (row as f32 + chance.between(0.08, 0.92)) * 2080.0 / rows as f32,
            );
            let radius = chance.between(0.0, 1.0);
            // None where the title stands: there a star would look like an accent.
            if titled && (170.0..1230.0).contains(&place.y) && (MARGIN - 30.0..W - MARGIN + 30.0).contains(&place.x) {
                continue;
            }
            if radius > 0.86 { large.circle(place, 8.0) } else { small.circle(place, 3.0 + 3.0 * radius) }
        }
    }
    canvas.fill(&small, Ink::Middle);
    canvas.fill(&large, Ink::Text);

    // A chain of bright stars, and one more that branches off.
    let count = 6;
    let mut points: Vec<Point> = (0..count)
        .map(|number| {
            let x = 230.0 + (W - 460.0) * number as f32 / (count - 1) as f32 + chance.between(-75.0, 75.0);
            at(x, 1350.0 + 480.0 * chance.between(0.0, 1.0) * (1.0 - 0.1 * number as f32))
        })
        .collect();
    let fork = 1 + chance.below(count - 2);
    let mut pairs: Vec<(Point, Point)> = points.windows(2).map(|pair| (pair[0], pair[1])).collect();
    let away = if points[fork].y > 1560.0 { -1.0 } else { 1.0 };
    let twig = at(points[fork].x + chance.between(-110.0, 110.0), points[fork].y + away * chance.between(170.0, 260.0));
    pairs.push((points[fork], twig));
    points.push(twig);
    let mut lines = Path::new();
    for (from, to) in pairs {
        let gap = 46.0 / from.distance(to).max(100.0);
        lines.stroke(from.towards(to, gap), from.towards(to, 1.0 - gap), 4.0);
    }
    canvas.fill(&lines, Ink::Middle);
    let mut bright = Path::new();
    for &point in &points {
        spark(&mut bright, point, chance.between(26.0, 44.0));
    }
    canvas.fill(&bright, Ink::Accent);

    let radius = 1700.0;
    let mut planet = Path::new();
    planet.circle(at(W * chance.between(0.42, 0.58), 1980.0 + radius), radius);
    canvas.fill(&planet, Ink::Near);
    Setting::new(band(MARGIN, 1210.0)).credit_in(FOOT, Ink::Near)
}

/// A star with four points.
fn spark(path: &mut Path, centre: Point, reach: f32) {
    let Point { x, y } = centre;
    let waist = reach * 0.16;
    path.move_to(at(x, y - reach));
    for (turn, tip) in [
        (at(1.0, -1.0), at(1.0, 0.0)),
        (at(1.0, 1.0), at(0.0, 1.0)),
        (at(-1.0, 1.0), at(-1.0, 0.0)),
        (at(-1.0, -1.0), at(0.0, -1.0)),
    ] {
        path.quad_to(at(x + turn.x * waist, y + turn.y * waist), at(x + tip.x * reach, y + tip.y * reach));
    }
    path.close();
}
