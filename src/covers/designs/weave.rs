//! Ribbons woven over and under each other. A label bears the text.

use super::{Design, H, W};
use crate::covers::page::{Page, Setting};
use crate::covers::palette::Ink;
use crate::covers::path::Area;

pub(super) const DESIGN: Design = Design { name: "weave", needs_initial: false, draw };

fn draw(page: &mut Page) -> Setting {
    let Page { canvas, chance, .. } = page;
    let columns = *chance.pick(&[9, 11, 13]);
    let pitch = W / columns as f32;
    let gap = pitch * 0.10;
    let rows = (H / pitch) as usize + 1;
    let (warp, weft, bottom) = (Ink::Middle, Ink::Far, if page.palette.is_dark() { Ink::Ground } else { Ink::Near });
    let marked = chance.below(columns / 2) + 1;
    canvas.rectangle(Area::new(0.0, 0.0, W, H), bottom);
    for column in 0..columns {
        let left = column as f32 * pitch;
        let ink = if column == marked || column == columns - 1 - marked { Ink::Accent } else { warp };
        canvas.rectangle(Area::new(left + gap, 0.0, left + pitch - gap, H), ink);
    }
    for row in 0..rows {
        let top = row as f32 * pitch;
        for column in 0..columns {
            let left = column as f32 * pitch;
            if (row + column) % 2 == 0 {
                // The ribbon across lies on top; its own shadow parts it from the one below.
                canvas.rectangle(Area::new(left, top, left + pitch, top + pitch), bottom);
                canvas.rectangle(Area::new(left - gap, top + gap, left + pitch + gap, top + pitch - gap), weft);
            }
        }
    }
    Setting::new(Area::new(270.0, 500.0, W - 270.0, 1700.0)).labelled()
}
