//! Mountains with a light and a dark face above a lake, before a low sun.

use super::{Design, FOOT, H, MARGIN, W, band};
use crate::covers::canvas::Canvas;
use crate::covers::chance::Chance;
use crate::covers::page::{Page, Setting};
use crate::covers::palette::Ink;
use crate::covers::path::{Area, Path, Point, at};

pub(super) const DESIGN: Design = Design { name: "peaks", needs_initial: false, draw };

fn draw(page: &mut Page) -> Setting {
    let Page { canvas, chance, .. } = page;
    let side = if chance.coin() { 1.0 } else { -1.0 };
    let across = |share: f32| W * 0.5 + side * share * W;
    let mut sun = Path::new();
    sun.circle(at(across(0.22), 1330.0), chance.between(165.0, 200.0));
    canvas.fill(&sun, Ink::Accent);
    let foot = 2060.0;

    let mut far = Path::new();
    for (share, top, half) in [(-0.42, 1510.0, 420.0), (0.06, 1570.0, 400.0), (0.40, 1470.0, 460.0)] {
        let top = at(across(share + chance.between(-0.03, 0.03)), top + chance.between(-40.0, 40.0));
        far.polygon(&[top, at(top.x + half, foot), at(top.x - half, foot)]);
    }
    canvas.fill(&far, Ink::Far);
    for (share, top, half) in [(0.27, 1610.0, 480.0), (-0.20, 1370.0, 610.0)] {
        let top = at(across(share + chance.between(-0.03, 0.03)), top + chance.between(-40.0, 40.0));
        mountain(canvas, chance, top, half, foot);
    }
    canvas.rectangle(Area::new(0.0, foot, W, H), Ink::Near);
    // The lake before them glitters.
    for row in 0..4 {
        let y = foot + 24.0 + 20.0 * row as f32;
        let half = chance.between(90.0, 330.0) * (1.0 - row as f32 * 0.17);
        let x = across(chance.between(-0.3, 0.3));
        canvas.rectangle(Area::new(x - half, y, x + half, y + 6.0), Ink::Middle);
    }
    Setting::new(band(MARGIN, 1080.0)).credit_in(FOOT, Ink::Near)
}

fn mountain(canvas: &mut Canvas, chance: &mut Chance, top: Point, half: f32, foot: f32) {
    let (left, right) = (at(top.x - half, foot), at(top.x + half, foot));
    // The edge between the faces wanders down from the top.
    let height = foot - top.y;
    let edge = [
        at(top.x + half * 0.08, top.y + height * 0.22),
        at(top.x - half * 0.06, top.y + height * 0.45),
        at(top.x + half * chance.between(0.02, 0.14), top.y + height * 0.7),
        at(top.x - half * 0.05, foot),
    ];
    let mut light = Path::new();
    light.polygon(&[&[top][..], &edge, &[left]].concat());
    canvas.fill(&light, Ink::Middle);
    let mut dark = Path::new();
    dark.polygon(&[&[top][..], &edge, &[right]].concat());
    canvas.fill(&dark, Ink::Near);
}
