//! A page of flat colours, one byte for each pixel, on which shapes are filled with soft edges.
//!
//! A cover has few inks, so its picture is held as palette indices from the start: filling is setting bytes, the file needs
//! a third of the bytes of an RGB picture, and no later step has to count colours. It knows no gradients and no transparency.

use super::palette::{INKS, Ink, LEVELS};
use super::path::{Area, Path};

/// The page in pixels, which are also the units of all drawing. 1560 by 2500 satisfies both stores that ask for most: at
/// least 2500 high, at most four million pixels.
pub(super) const WIDTH: usize = 1560;
pub(super) const HEIGHT: usize = 2500;

/// A change of coverage: from pixel `x` on, to the right.
#[derive(Debug, Clone, Copy, Default)]
struct Step {
    x: u16,
    /// In [`FULL`]ths.
    change: i32,
}

/// The coverage of a pixel that lies wholly inside a shape.
const FULL: i32 = 1 << 16;

pub(super) struct Canvas {
    pixels: Vec<u8>,
    // Both are kept from shape to shape only to save allocations.
    found: Vec<(u16, Step)>,
    sorted: Vec<Step>,
}

impl Canvas {
    /// An empty page in one ink.
    pub fn new(ground: Ink) -> Self {
        Canvas { pixels: vec![solid(ground); WIDTH * HEIGHT], found: Vec::new(), sorted: Vec::new() }
    }

    /// The pixels in reading order, as indices into [`super::palette::Palette::colours`].
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// Fills an upright rectangle, to whole pixels.
    pub fn rectangle(&mut self, area: Area, ink: Ink) {
        let edge = |value: f32, limit: usize| value.round().clamp(0.0, limit as f32) as usize;
        let (left, right) = (edge(area.left, WIDTH), edge(area.right, WIDTH));
        let (top, bottom) = (edge(area.top, HEIGHT), edge(area.bottom, HEIGHT));
        if left < right {
            for row in self.pixels.chunks_exact_mut(WIDTH).take(bottom).skip(top) {
                row[left..right].fill(solid(ink));
            }
        }
    }

    /// The outline of a rectangle, drawn inwards from its edges.
    pub fn frame(&mut self, area: Area, width: f32, ink: Ink) {
        let Area { left, top, right, bottom } = area;
        self.rectangle(Area::new(left, top, right, top + width), ink);
        self.rectangle(Area::new(left, bottom - width, right, bottom), ink);
        self.rectangle(Area::new(left, top, left + width, bottom), ink);
        self.rectangle(Area::new(right - width, top, right, bottom), ink);
    }

    /// Fills the page below with repetitions of its uppermost rows.
    pub fn repeat(&mut self, rows: usize) {
        let length = (rows * WIDTH).min(self.pixels.len());
        let (first, rest) = self.pixels.split_at_mut(length);
        for copy in rest.chunks_mut(length.max(1)) {
            copy.copy_from_slice(&first[..copy.len()]);
        }
    }

    /// Fills what the path encloses. What lies beyond the page is cut off.
    pub fn fill(&mut self, path: &Path, ink: Ink) {
        self.found.clear();
        for (from, to) in &path.edges {
            self.trace(from.x, from.y, to.x, to.y);
        }
        let rows = self.found.iter().fold(None, |rows, &(y, _)| match rows {
            None => Some((y, y)),
            Some((low, high)) => Some((y.min(low), y.max(high))),
        });
        let Some((top, bottom)) = rows else { return };

        // Steps are put in order of rows by counting, because there are many; within a row there are few.
        let mut ends = vec![0_u32; usize::from(bottom - top) + 2];
        for (y, _) in &self.found {
            ends[usize::from(y - top) + 1] += 1;
        }
        for row in 1..ends.len() {
            ends[row] += ends[row - 1];
        }
        self.sorted.clear();
        self.sorted.resize(self.found.len(), Step::default());
        for &(y, step) in &self.found {
            let next = &mut ends[usize::from(y - top)];
            self.sorted[*next as usize] = step;
            *next += 1;
        }
        let mut begin = 0;
        for (row, &end) in ends.iter().take(ends.len() - 1).enumerate() {
            let steps = &mut self.sorted[begin..end as usize];
            begin = end as usize;
            // They come in runs, one for each side of a shape, which the stable sort knows how to merge.
            steps.sort_by_key(|step| step.x);
            let start = (usize::from(top) + row) * WIDTH;
            sweep(steps, &mut self.pixels[start..start + WIDTH], ink);
        }
    }

    /// Notes how an edge changes the coverage in each row that it crosses. The sum of all changes to the left of a pixel is
    /// the share of the pixel that lies inside (the method of font-rs, kept sparse because pages are large and flat).
    fn trace(&mut self, x0: f32, y0: f32, x1: f32, y1: f32) {
        let (sense, x0, y0, x1, y1) = if y0 < y1 { (1.0, x0, y0, x1, y1) } else { (-1.0, x1, y1, x0, y0) };
        // An edge along a row encloses nothing; one that is not a number is nowhere.
        let falls = y1 > y0 && x0.is_finite() && x1.is_finite();
        if !falls || y1 <= 0.0 || y0 >= HEIGHT as f32 {
            return;
        }
        let slope = (x1 - x0) / (y1 - y0);
        let (top, bottom) = (y0.max(0.0), y1.min(HEIGHT as f32));
        let mut x = x0 + (top - y0) * slope;
        let end = bottom as usize + usize::from(bottom > (bottom as usize) as f32);
        for row in top as usize..end {
            let height = bottom.min((row + 1) as f32) - top.max(row as f32);
            let next = x + slope * height;
            self.cross(row as u16, x.clamp(0.0, WIDTH as f32), next.clamp(0.0, WIDTH as f32), height * sense);
            x = next;
        }
    }

    /// Notes one row's part of an edge, from `x` to `next`.
    fn cross(&mut self, row: u16, x: f32, next: f32, height: f32) {
        let (low, high) = if x < next { (x, next) } else { (next, x) };
        // Nothing is negative here, so that cutting off is rounding down.
        let column = low as u16;
        let first = f32::from(column);
        let whole = (height * FULL as f32) as i32;
        if high <= first + 1.0 {
            let beyond = (whole as f32 * ((low + high) * 0.5 - first)) as i32;
            self.note(row, column, whole - beyond);
            self.note(row, column + 1, beyond);
            return;
        }
        // The edge runs through several pixels: the coverage grows by what lies to the right of it in each.
        let per_pixel = whole as f32 / (high - low);
        let inside = |to: f32| {
            // What is covered up to the right border of the pixel that ends at `to`, summed over all pixels before it.
            let run = to - low;
            if to < high { per_pixel * run * run * 0.5 } else { per_pixel * (high - low) * (to - (low + high) * 0.5) }
        };
        let (mut area, mut level) = (0.0, 0);
        let last = high as u16 + u16::from(high > f32::from(high as u16));
        for column in column..=last {
            let sum = inside(f32::from(column) + 1.0);
            let reached = if column == last { whole } else { (sum - area) as i32 };
            self.note(row, column, reached - level);
            (area, level) = (sum, reached);
        }
    }

    fn note(&mut self, row: u16, x: u16, change: i32) {
        if change != 0 && usize::from(x) < WIDTH {
            self.found.push((row, Step { x, change }));
        }
    }
}

/// Inks one row by the changes of coverage in it, which are in order.
fn sweep(steps: &[Step], row: &mut [u8], ink: Ink) {
    let mut coverage = 0;
    let mut steps = steps.iter().peekable();
    while let Some(step) = steps.next() {
        coverage += step.change;
        let end = steps.peek().map_or(row.len(), |next| usize::from(next.x));
        let run = &mut row[usize::from(step.x)..end];
        // Rounded to the nearest level, so that the dust which rounding leaves behind a shape is no ink.
        let level = (coverage.abs().min(FULL) * i32::from(LEVELS) + FULL / 2) / FULL;
        match level as u8 {
            0 => {}
            LEVELS => run.fill(solid(ink)),
            level => run.iter_mut().for_each(|pixel| *pixel = blend(*pixel, ink, level)),
        }
    }
}

/// The index of a pure ink. Pure inks come first in the palette, then the steps between every two of them.
pub(super) const fn solid(ink: Ink) -> u8 {
    ink as u8
}

/// The index of the colour that is `level` of [`LEVELS`] on the way from one ink to another.
pub(super) const fn between(from: u8, to: u8, level: u8) -> u8 {
    if level == 0 || from == to {
        return from;
    }
    if level >= LEVELS {
        return to;
    }
    let (low, high, level) = if from < to { (from, to, level) } else { (to, from, LEVELS - level) };
    // Pairs in the order (0,1) (0,2) (1,2) (0,3) …
    let pair = high * (high - 1) / 2 + low;
    INKS as u8 + pair * (LEVELS - 1) + level - 1
}

/// What each palette index is made of: two inks, and how far it is from the first to the second.
static PARTS: [(u8, u8, u8); 256] = {
    let mut parts = [(0, 0, 0); 256];
    let mut ink = 0;
    while ink < INKS as u8 {
        parts[ink as usize] = (ink, ink, 0);
        let mut low = 0;
        while low < ink {
            let mut level = 1;
            while level < LEVELS {
                parts[between(low, ink, level) as usize] = (low, ink, level);
                level += 1;
            }
            low += 1;
        }
        ink += 1;
    }
    parts
};

/// Lays `level` of an ink over a pixel. Three inks in one pixel are more than the palette has: then the weaker of the two
/// below gives way, which only happens at the corners where edges meet.
fn blend(under: u8, ink: Ink, level: u8) -> u8 {
    let (from, to, mixed) = PARTS[usize::from(under)];
    let ink = solid(ink);
    let rest = u16::from(LEVELS - level);
    let scaled = |share: u8| ((u16::from(share) * rest + u16::from(LEVELS) / 2) / u16::from(LEVELS)) as u8;
    if ink == from {
        between(ink, to, scaled(mixed))
    } else if ink == to {
        between(ink, from, scaled(LEVELS - mixed))
    } else {
        between(if mixed * 2 > LEVELS { to } else { from }, ink, level)
    }
}

#[cfg(test)]
mod tests {
    use super::super::path::at;
    use super::*;

    /// The sum of ink on the page, in pixels.
    fn inked(canvas: &Canvas) -> f64 {
        let share = |&pixel: &u8| match PARTS[usize::from(pixel)] {
            (0, 0, _) => 0.0,
            (0, _, level) => f64::from(level) / f64::from(LEVELS),
            _ => 1.0,
        };
        canvas.pixels().iter().map(share).sum()
    }

    fn filled(draw: impl Fn(&mut Path)) -> Canvas {
        let (mut canvas, mut path) = (Canvas::new(Ink::Ground), Path::new());
        draw(&mut path);
        canvas.fill(&path, Ink::Near);
        canvas
    }

    #[test]
    fn an_index_is_made_of_what_it_was_mixed_from() {
        for from in 0..INKS as u8 {
            for to in (0..INKS as u8).filter(|&to| to != from) {
                assert_eq!(between(from, to, 0), from);
                assert_eq!(between(from, to, LEVELS), to);
                for level in 1..LEVELS {
                    let (low, high) = (from.min(to), from.max(to));
                    let expected = if from < to { level } else { LEVELS - level };
                    assert_eq!(PARTS[usize::from(between(from, to, level))], (low, high, expected));
                }
            }
        }
    }

    #[test]
    fn shapes_have_the_area_that_geometry_says() {
        let circle = inked(&filled(|path| path.circle(at(700.3, 900.7), 250.0)));
        assert!((circle - 196_350.0).abs() < 200.0, "{circle}");
        let ring = inked(&filled(|path| path.ring(at(700.0, 900.0), 250.0, 200.0)));
        assert!((ring - 70_686.0).abs() < 200.0, "{ring}");
        let triangle = inked(&filled(|path| path.polygon(&[at(10.0, 20.0), at(910.0, 50.5), at(200.0, 333.0)])));
        assert!((triangle - 137_952.5).abs() < 150.0, "{triangle}");
        let half =
            inked(&filled(|path| path.polygon(&[at(10.5, 10.0), at(11.0, 10.0), at(11.0, 20.0), at(10.5, 20.0)])));
        assert!((half - 5.0).abs() < 0.01, "{half}");
        let slim = inked(&filled(|path| path.stroke(at(100.0, 100.0), at(400.0, 500.0), 4.0)));
        assert!((slim - 2000.0).abs() < 40.0, "{slim}");
        let arch = inked(&filled(|path| path.arch(at(500.0, 500.0), 100.0, 800.0)));
        assert!((arch - 75_708.0).abs() < 100.0, "{arch}");
        let quarter = inked(&filled(|path| path.quarter(at(500.0, 500.0), -100.0, 100.0)));
        assert!((quarter - 7_854.0).abs() < 20.0, "{quarter}");
    }

    #[test]
    fn a_shape_is_the_same_whichever_way_it_runs() {
        let corners = [at(10.2, 20.1), at(500.7, 81.3), at(230.0, 700.9)];
        let (mut there, mut back) = (corners, corners);
        there.rotate_left(1);
        back.reverse();
        assert!(filled(|path| path.polygon(&there)).pixels() == filled(|path| path.polygon(&back)).pixels());
    }

    #[test]
    fn what_lies_beyond_the_page_is_cut_off() {
        let whole = filled(|path| path.circle(at(780.0, 1250.0), 9000.0));
        assert!(whole.pixels().iter().all(|&pixel| pixel == Ink::Near as u8));
        let corner = inked(&filled(|path| path.circle(at(WIDTH as f32, HEIGHT as f32), 100.0)));
        assert!((corner - 7_854.0).abs() < 30.0, "{corner}");
        for place in [at(-500.0, 100.0), at(5000.0, 100.0), at(100.0, -500.0), at(100.0, 5000.0)] {
            assert_eq!(inked(&filled(|path| path.circle(place, 100.0))), 0.0);
        }
        let mut canvas = Canvas::new(Ink::Ground);
        canvas.rectangle(Area::new(-50.0, -50.0, 10.0, 10.0), Ink::Text);
        canvas.rectangle(Area::new(90.0, 90.0, 20.0, 20.0), Ink::Text);
        assert_eq!(inked(&canvas), 100.0);
    }

    #[test]
    fn no_number_is_too_strange_to_be_drawn() {
        let strange =
            [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, f32::MIN_POSITIVE, -0.0, 1e9, 77.7];
        for x in strange {
            for y in strange {
                filled(|path| {
                    path.polygon(&[at(x, y), at(y, x), at(10.0, x)]);
                    path.move_to(at(5.0, 5.0));
                    path.quad_to(at(x, y), at(y, 5.0));
                });
            }
        }
    }

    #[test]
    fn three_inks_in_one_pixel_keep_the_two_strongest() {
        let (ground, near, accent) = (Ink::Ground as u8, Ink::Near as u8, Ink::Accent as u8);
        let mostly_near = between(ground, near, 12);
        assert_eq!(blend(mostly_near, Ink::Accent, 4), between(near, accent, 4));
        let mostly_ground = between(ground, near, 3);
        assert_eq!(blend(mostly_ground, Ink::Accent, 4), between(ground, accent, 4));
        // An ink that is already there grows.
        assert_eq!(blend(between(ground, near, 8), Ink::Near, 8), between(ground, near, 12));
        assert_eq!(blend(between(ground, near, 8), Ink::Ground, 8), between(ground, near, 4));
    }

    #[test]
    fn rows_repeat_down_the_page() {
        let mut canvas = Canvas::new(Ink::Ground);
        canvas.rectangle(Area::new(0.0, 3.0, 20.0, 4.0), Ink::Text);
        canvas.repeat(7);
        let inked = |row: usize| canvas.pixels()[row * WIDTH] == Ink::Text as u8;
        assert!((0..HEIGHT).all(|row| inked(row) == (row % 7 == 3)));
    }
}
