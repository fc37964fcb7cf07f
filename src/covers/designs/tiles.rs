//! A floor of square tiles with arcs, discs and corners, laid by chance. The text stands above it.

use super::{Design, H, MARGIN, W, band};
use crate::covers::page::{Page, Setting};
use crate::covers::palette::Ink;
use crate::covers::path::{Area, Path, at};

pub(super) const DESIGN: Design = Design { name: "tiles", needs_initial: false, draw };

const SIDE: f32 = W / 6.0;
const TOP: f32 = H - 5.0 * SIDE;

fn draw(page: &mut Page) -> Setting {
    let Page { canvas, chance, .. } = page;
    for row in 0..5 {
        for column in 0..6 {
            let (left, top) = (column as f32 * SIDE, TOP + row as f32 * SIDE);
            let tile = Area::new(left, top, left + SIDE, top + SIDE);
            // Neighbours never share a ground, as on a chessboard.
            let (ground, figures) = if (row + column) % 2 == 0 {
                (Ink::Far, [Ink::Near, Ink::Middle, Ink::Near])
            } else {
                (Ink::Middle, [Ink::Near, Ink::Far, Ink::Ground])
            };
            let figure = if chance.below(7) == 0 { Ink::Accent } else { *chance.pick(&figures) };
            canvas.rectangle(tile, ground);
            let mut path = Path::new();
            // The corner that the figure springs from, and the way into the tile from there.
            let (right, low) = (chance.coin(), chance.coin());
            let corner = at(if right { tile.right } else { tile.left }, if low { tile.bottom } else { tile.top });
            let (x, y) = (if right { -SIDE } else { SIDE }, if low { -SIDE } else { SIDE });
            let middle = at(left + SIDE * 0.5, top + SIDE * 0.5);
            match chance.below(6) {
                0 | 1 => path.quarter(corner, x, y),
                2 => path.polygon(&[corner, at(corner.x + x, corner.y), at(corner.x, corner.y + y)]),
                3 => path.circle(middle, SIDE * 0.33),
                4 => {
                    path.quarter(corner, x * 0.5, y * 0.5);
                    path.quarter(at(corner.x + x, corner.y + y), -x * 0.5, -y * 0.5);
                }
                _ => {
                    path.move_to(corner);
                    path.quad_to(at(corner.x + x, corner.y), at(corner.x + x, corner.y + y));
                    path.quad_to(at(corner.x, corner.y + y), corner);
                    path.close();
                }
            }
            canvas.fill(&path, figure);
        }
    }
    Setting::new(band(MARGIN, TOP - 170.0))
}
