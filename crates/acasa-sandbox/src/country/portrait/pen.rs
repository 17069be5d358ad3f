//! A few strokes on top of the rasteriser: filled and stroked paths, soft light.

use tiny_skia::{
    Color, FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Paint, Path, PathBuilder, Pixmap,
    Point, RadialGradient, Shader, SpreadMode, Stroke, Transform,
};

pub(super) const WIDTH: u32 = 420;
pub(super) const HEIGHT: u32 = 540;
/// The face is symmetric about this line.
pub(super) const MIDDLE: f32 = 210.0;

/// An opaque colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Colour(f32, f32, f32);

impl Colour {
    /// From `0x00RRGGBB`.
    pub(super) const fn hex(rgb: u32) -> Self {
        let [_, red, green, blue] = rgb.to_be_bytes();
        Self(red as f32 / 255.0, green as f32 / 255.0, blue as f32 / 255.0)
    }

    /// A mixture: nothing of the other at 0, all of it at 1.
    pub(super) fn mix(self, other: Self, share: f32) -> Self {
        let blend = |a: f32, b: f32| a + (b - a) * share;
        Self(
            blend(self.0, other.0),
            blend(self.1, other.1),
            blend(self.2, other.2),
        )
    }

    pub(super) fn darker(self, share: f32) -> Self {
        self.mix(Self(0.16, 0.07, 0.05), share)
    }

    pub(super) fn lighter(self, share: f32) -> Self {
        self.mix(Self(1.0, 0.98, 0.95), share)
    }

    fn with_alpha(self, alpha: f32) -> Color {
        let within = |part: f32| part.clamp(0.0, 1.0);
        Color::from_rgba(within(self.0), within(self.1), within(self.2), within(alpha))
            .expect("every part is between 0 and 1")
    }
}

pub(super) struct Pen(Pixmap);

impl Pen {
    pub(super) fn new() -> Self {
        Self(Pixmap::new(WIDTH, HEIGHT).expect("the picture has a size"))
    }

    pub(super) fn finish(self) -> Pixmap {
        self.0
    }

    /// A wall that is a little lighter behind the head.
    pub(super) fn background(&mut self, colour: Colour) {
        self.0.fill(colour.with_alpha(1.0));
        self.glow((MIDDLE, 230.0), 330.0, colour.lighter(0.7), 0.9);
    }

    pub(super) fn fill(&mut self, path: &Path, colour: Colour) {
        self.fill_alpha(path, colour, 1.0);
    }

    pub(super) fn fill_alpha(&mut self, path: &Path, colour: Colour, alpha: f32) {
        self.paint(path, Shader::SolidColor(colour.with_alpha(alpha)));
    }

    /// Fills a path from one colour above to another below.
    pub(super) fn fill_down(&mut self, path: &Path, (from, to): (f32, f32), above: Colour, below: Colour) {
        let stops = vec![
            GradientStop::new(0.0, above.with_alpha(1.0)),
            GradientStop::new(1.0, below.with_alpha(1.0)),
        ];
        let (start, end) = (Point::from_xy(0.0, from), Point::from_xy(0.0, to));
        if let Some(shader) = LinearGradient::new(start, end, stops, SpreadMode::Pad, Transform::identity()) {
            self.paint(path, shader);
        }
    }

    /// Casts a soft spot on what a path covers.
    pub(super) fn shade(&mut self, path: &Path, middle: (f32, f32), radius: f32, colour: Colour, alpha: f32) {
        let stops = vec![
            GradientStop::new(0.0, colour.with_alpha(alpha)),
            GradientStop::new(1.0, colour.with_alpha(0.0)),
        ];
        let middle = Point::from_xy(middle.0, middle.1);
        let spot = RadialGradient::new(
            middle,
            0.0,
            middle,
            radius,
            stops,
            SpreadMode::Pad,
            Transform::identity(),
        );
        if let Some(shader) = spot {
            self.paint(path, shader);
        }
    }

    /// A soft spot on everything.
    pub(super) fn glow(&mut self, middle: (f32, f32), radius: f32, colour: Colour, alpha: f32) {
        self.shade(&ellipse(middle, radius, radius), middle, radius, colour, alpha);
    }

    pub(super) fn stroke(&mut self, path: &Path, width: f32, colour: Colour, alpha: f32) {
        let paint = paint_of(Shader::SolidColor(colour.with_alpha(alpha)));
        let stroke = Stroke {
            width,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            ..Stroke::default()
        };
        self.0
            .stroke_path(path, &paint, &stroke, Transform::identity(), None);
    }

    fn paint(&mut self, path: &Path, shader: Shader<'_>) {
        self.0.fill_path(
            path,
            &paint_of(shader),
            FillRule::Winding,
            Transform::identity(),
            None,
        );
    }
}

fn paint_of(shader: Shader<'_>) -> Paint<'_> {
    Paint {
        shader,
        anti_alias: true,
        ..Paint::default()
    }
}

/// A step of a path.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// Begins elsewhere.
    Move(f32, f32),
    /// Goes straight.
    Line(f32, f32),
    /// Bends once.
    Bend(f32, f32, f32, f32),
    /// Bends twice.
    Curve(f32, f32, f32, f32, f32, f32),
    /// Returns to the beginning.
    Close,
}

pub(super) fn path(steps: &[Step]) -> Path {
    let mut builder = PathBuilder::new();
    for step in steps {
        match *step {
            Step::Move(x, y) => builder.move_to(x, y),
            Step::Line(x, y) => builder.line_to(x, y),
            Step::Bend(x1, y1, x, y) => builder.quad_to(x1, y1, x, y),
            Step::Curve(x1, y1, x2, y2, x, y) => builder.cubic_to(x1, y1, x2, y2, x, y),
            Step::Close => builder.close(),
        }
    }
    builder
        .finish()
        .expect("every path here has points at finite places")
}

/// An upright ellipse.
pub(super) fn ellipse((x, y): (f32, f32), across: f32, down: f32) -> Path {
    // The distance of control points that makes four cubics an ellipse to 0.03 %.
    const K: f32 = 0.552_285;
    let (kx, ky) = (across * K, down * K);
    path(&[
        Step::Move(x, y - down),
        Step::Curve(x + kx, y - down, x + across, y - ky, x + across, y),
        Step::Curve(x + across, y + ky, x + kx, y + down, x, y + down),
        Step::Curve(x - kx, y + down, x - across, y + ky, x - across, y),
        Step::Curve(x - across, y - ky, x - kx, y - down, x, y - down),
        Step::Close,
    ])
}
