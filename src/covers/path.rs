//! Outlines: closed shapes made of straight edges, in page units. Curves are flattened as they are added.
//!
//! Only `+ - * /` and square roots are used, which IEEE 754 fixes to the last bit: a sine would differ between machines.

/// A place on the page: right and down from the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub x: f32,
    pub y: f32,
}

pub(super) const fn at(x: f32, y: f32) -> Point {
    Point { x, y }
}

impl Point {
    /// The point that lies `share` of the way to `other`.
    pub fn towards(self, other: Point, share: f32) -> Point {
        at(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)
    }

    pub fn distance(self, other: Point) -> f32 {
        let (x, y) = (other.x - self.x, other.y - self.y);
        (x * x + y * y).sqrt()
    }
}

/// An upright rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
}

impl Area {
    pub const fn new(left: f32, top: f32, right: f32, bottom: f32) -> Self {
        Area { left, top, right, bottom }
    }

    pub fn width(&self) -> f32 {
        self.right - self.left
    }

    pub fn height(&self) -> f32 {
        self.bottom - self.top
    }

    pub fn grown(&self, by: f32) -> Self {
        Area::new(self.left - by, self.top - by, self.right + by, self.bottom + by)
    }
}

/// Any number of closed outlines that are filled together. Where one runs against another inside it, there is a hole.
#[derive(Debug, Default)]
pub(super) struct Path {
    pub edges: Vec<(Point, Point)>,
    start: Option<Point>,
    pen: Option<Point>,
}

/// How far a flattened curve may stray from the true one, in page units.
const FLATNESS: f32 = 0.08;

/// Control points at this share of the radius make four cubic curves a circle, to a four-thousandth of the radius.
const CIRCLE: f32 = 0.552_285;

impl Path {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn move_to(&mut self, to: Point) {
        self.close();
        self.start = Some(to);
        self.pen = Some(to);
    }

    pub fn line_to(&mut self, to: Point) {
        match self.pen {
            Some(from) => {
                self.edges.push((from, to));
                self.pen = Some(to);
            }
            None => self.move_to(to),
        }
    }

    pub fn quad_to(&mut self, control: Point, to: Point) {
        let Some(from) = self.pen else { return self.move_to(to) };
        let bend = at(from.x - 2.0 * control.x + to.x, from.y - 2.0 * control.y + to.y);
        let steps = steps((bend.x * bend.x + bend.y * bend.y).sqrt() * 0.25);
        for step in 1..steps {
            let share = step as f32 / steps as f32;
            self.line_to(from.towards(control, share).towards(control.towards(to, share), share));
        }
        self.line_to(to);
    }

    pub fn cubic_to(&mut self, first: Point, second: Point, to: Point) {
        let Some(from) = self.pen else { return self.move_to(to) };
        let bend = |a: Point, b: Point, c: Point| {
            let (x, y) = (a.x - 2.0 * b.x + c.x, a.y - 2.0 * b.y + c.y);
            (x * x + y * y).sqrt()
        };
        let steps = steps(bend(from, first, second).max(bend(first, second, to)) * 0.75);
        for step in 1..steps {
            let share = step as f32 / steps as f32;
            let (a, b, c) = (from.towards(first, share), first.towards(second, share), second.towards(to, share));
            self.line_to(a.towards(b, share).towards(b.towards(c, share), share));
        }
        self.line_to(to);
    }

    pub fn close(&mut self) {
        if let (Some(from), Some(to)) = (self.pen.take(), self.start.take())
            && from != to
        {
            self.edges.push((from, to));
        }
    }

    pub fn polygon(&mut self, corners: &[Point]) {
        let Some((&first, rest)) = corners.split_first() else { return };
        self.move_to(first);
        for &corner in rest {
            self.line_to(corner);
        }
        self.close();
    }

    pub fn circle(&mut self, centre: Point, radius: f32) {
        self.turn(centre, radius, 1.0);
    }

    /// A circle with a round hole.
    pub fn ring(&mut self, centre: Point, outer: f32, inner: f32) {
        self.turn(centre, outer, 1.0);
        self.turn(centre, inner, -1.0);
    }

    /// A circle run clockwise (1) or against the clock (-1).
    fn turn(&mut self, centre: Point, radius: f32, sense: f32) {
        let (r, k) = (radius, radius * CIRCLE);
        let place = |x: f32, y: f32| at(centre.x + x, centre.y + y * sense);
        self.move_to(place(r, 0.0));
        self.cubic_to(place(r, k), place(k, r), place(0.0, r));
        self.cubic_to(place(-k, r), place(-r, k), place(-r, 0.0));
        self.cubic_to(place(-r, -k), place(-k, -r), place(0.0, -r));
        self.cubic_to(place(k, -r), place(r, -k), place(r, 0.0));
        self.close();
    }

    /// The upper half of a circle on a pillar of the same width that reaches down to `foot`.
    pub fn arch(&mut self, centre: Point, radius: f32, foot: f32) {
        let (r, k) = (radius, radius * CIRCLE);
        self.move_to(at(centre.x - r, foot));
        self.line_to(at(centre.x - r, centre.y));
        self.cubic_to(at(centre.x - r, centre.y - k), at(centre.x - k, centre.y - r), at(centre.x, centre.y - r));
        self.cubic_to(at(centre.x + k, centre.y - r), at(centre.x + r, centre.y - k), at(centre.x + r, centre.y));
        self.line_to(at(centre.x + r, foot));
        self.close();
    }

    /// The quarter of a disc whose centre is a corner and whose arc runs between the two neighbouring corners.
    pub fn quarter(&mut self, corner: Point, radius_x: f32, radius_y: f32) {
        self.move_to(corner);
        self.line_to(at(corner.x + radius_x, corner.y));
        self.cubic_to(
            at(corner.x + radius_x, corner.y + radius_y * CIRCLE),
            at(corner.x + radius_x * CIRCLE, corner.y + radius_y),
            at(corner.x, corner.y + radius_y),
        );
        self.close();
    }

    /// A stroke along a chain of points, with square ends.
    pub fn chain(&mut self, points: &[Point], width: f32) {
        let side = |index: usize, half: f32| {
            // Square to the way from the point before to the point after.
            let (before, after) = (points[index.saturating_sub(1)], points[(index + 1).min(points.len() - 1)]);
            let share = half / before.distance(after).max(f32::EPSILON);
            at(points[index].x + (after.y - before.y) * share, points[index].y - (after.x - before.x) * share)
        };
        let there = (0..points.len()).map(|index| side(index, width * 0.5));
        let back = (0..points.len()).rev().map(|index| side(index, width * -0.5));
        let corners: Vec<Point> = there.chain(back).collect();
        self.polygon(&corners);
    }

    /// A straight stroke with square ends.
    pub fn stroke(&mut self, from: Point, to: Point, width: f32) {
        self.chain(&[from, to], width);
    }
}

/// Into how many edges a curve is cut that strays `sag` from its chord.
fn steps(sag: f32) -> usize {
    // The error of n edges is the sag over n squared. A page is small: more than 64 edges a curve are never needed, and a
    // sag that is not a number becomes one edge.
    ((sag / FLATNESS).sqrt() as usize).min(63) + 1
}
