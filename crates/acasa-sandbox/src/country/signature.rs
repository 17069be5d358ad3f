//! Signatures: a pen that writes loops, as many as the name has letters.

use super::portrait::stored;
use rand::RngExt as _;
use rand_chacha::ChaCha12Rng;
use tiny_skia::{Color, LineCap, Paint, PathBuilder, Pixmap, Shader, Stroke, Transform};

const WIDTH: u32 = 320;
const HEIGHT: u32 = 110;

/// A signature as JPEG, blue ink on white.
pub(super) fn draw(name: &str, rng: &mut ChaCha12Rng) -> Vec<u8> {
    let mut picture = Pixmap::new(WIDTH, HEIGHT).expect("the picture has a size");
    picture.fill(Color::WHITE);
    let ink = Paint {
        shader: Shader::SolidColor(Color::from_rgba8(24, 38, 92, 255)),
        anti_alias: true,
        ..Paint::default()
    };
    let pen = Stroke {
        width: rng.random_range(2.0..=3.2),
        line_cap: LineCap::Round,
        ..Stroke::default()
    };
    let letters = u8::try_from(name.chars().count().clamp(4, 11)).expect("at most eleven");
    let step = 220.0 / f32::from(letters);
    let mut path = PathBuilder::new();
    let (mut x, base) = (34.0, 68.0);
    path.move_to(x, base);
    // A tall first letter, then small ones that lean forward.
    path.cubic_to(x - 8.0, 6.0, x + 46.0, 2.0, x + 18.0, base + 14.0);
    x += 22.0;
    for _ in 0..letters {
        let (rise, drop) = (rng.random_range(8.0..=30.0), rng.random_range(-2.0..=9.0));
        let lean = rng.random_range(4.0..=12.0);
        path.cubic_to(
            x + lean,
            base - rise - 8.0,
            x + step + lean,
            base - rise,
            x + step * 0.6,
            base + drop,
        );
        path.quad_to(x + step * 0.7, base + drop + 4.0, x + step, base - 2.0);
        x += step;
    }
    let tail = rng.random_range(12.0..=26.0);
    path.cubic_to(
        x + 26.0,
        base - 30.0,
        x + 8.0,
        base + tail + 12.0,
        40.0 + tail,
        base + tail,
    );
    let path = path.finish().expect("a signature has points at finite places");
    picture.stroke_path(&path, &ink, &pen, Transform::identity(), None);
    stored(&picture)
}
