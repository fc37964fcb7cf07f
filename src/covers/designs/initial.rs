//! The title's first letter, far larger than the sheet, with the text over it.

use super::{Design, H, MARGIN, W};
use crate::covers::page::{Page, Setting};
use crate::covers::palette::Ink;
use crate::covers::path::{Area, Path, at};

pub(super) const DESIGN: Design = Design { name: "initial", needs_initial: true, draw };

fn draw(page: &mut Page) -> Setting {
    let Page { canvas, faces, text, .. } = page;
    let run = faces.upright.set(&text.initial.iter().collect::<String>());
    if let Some((left, top, right, bottom)) = faces.upright.extent(&run) {
        // As high as four fifths of the sheet, but never so wide that it could not be told.
        let size = (H * 0.74 / (bottom - top)).min(W * 1.12 / (right - left));
        let origin = at(W - 40.0 - right * size + W * 0.10, H - 170.0 - bottom * size);
        let mut path = Path::new();
        faces.upright.outline(&run, size, origin, &mut path);
        canvas.fill(&path, Ink::Far);
    }
    canvas.rectangle(Area::new(0.0, 0.0, 46.0, H), Ink::Accent);
    Setting::new(Area::new(MARGIN + 30.0, 230.0, W - MARGIN, H - 760.0))
        .flush_left()
        .credit_in(Area::new(MARGIN + 30.0, H - 500.0, W - MARGIN, H - 190.0), Ink::Ground)
}
