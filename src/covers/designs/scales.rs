//! Waves as they are printed on cloth: rows of rings, each row half over the one behind it. A label bears the text.

use super::{Design, W};
use crate::covers::page::{Page, Setting};
use crate::covers::palette::Ink;
use crate::covers::path::{Area, Path, at};

pub(super) const DESIGN: Design = Design { name: "scales", needs_initial: false, draw };

fn draw(page: &mut Page) -> Setting {
    let Page { canvas, chance, .. } = page;
    let across = *chance.pick(&[3, 4]);
    let radius = W / (2 * across) as f32;
    let inks = if page.palette.is_dark() {
        [Ink::Middle, Ink::Ground, Ink::Far, Ink::Ground]
    } else {
        [Ink::Near, Ink::Ground, Ink::Middle, Ink::Ground]
    };
    let accents = chance.coin();
    // The pattern begins again after four rows. Only that much is drawn, with the rows below that reach into it, and of
    // each ring only the upper half, because the next rows hide the other.
    for row in 0..=6 {
        let y = row as f32 * radius * 0.5;
        let shift = if row % 2 == 0 { 0.0 } else { radius };
        let heart = if accents && row % 4 == 1 { Ink::Accent } else { inks[0] };
        let rings = inks.into_iter().chain([heart]).zip([1.0, 0.92, 0.62, 0.54, 0.24]);
        for (ink, share) in rings {
            let mut path = Path::new();
            for column in 0..=across {
                path.arch(at(shift + column as f32 * radius * 2.0, y), radius * share, y);
            }
            canvas.fill(&path, ink);
        }
    }
    canvas.repeat(2 * radius as usize);
    Setting::new(Area::new(270.0, 500.0, W - 270.0, 1700.0)).labelled()
}
