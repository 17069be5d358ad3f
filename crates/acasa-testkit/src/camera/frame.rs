//! The light that reaches the sensor before the lens blurs it.

use super::{HEIGHT, SeededRng, Shot, WIDTH, pose::Pose};
use image::GrayImage;
use rand::RngExt as _;

/// Where a pixel is sampled along each side: a sensor's pixel gathers light over its whole area.
const SAMPLES: [f64; 3] = [1.0 / 6.0, 0.5, 5.0 / 6.0];
/// White of the screen around the code, as a fraction of the code's height.
const SCREEN_MARGIN: f64 = 0.06;

/// A frame of light, a value a pixel, in grey levels of 255 and beyond.
pub(super) type Light = Vec<f32>;

/// What surrounds the screen: a slanted band or two of another grey, as of a desk and a wall.
pub(super) struct Surroundings {
    levels: [f32; 3],
    slope: f32,
    edges: [f32; 2],
}

pub(super) fn render(code: &GrayImage, shot: &Shot, pose: &Pose, around: &Surroundings) -> Light {
    let (columns, rows) = pose.reach(SCREEN_MARGIN);
    let mut light = Vec::with_capacity((WIDTH * HEIGHT) as usize);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let (right, down) = (fraction(x, WIDTH), fraction(y, HEIGHT));
            let scene = if columns.contains(&f64::from(x)) && rows.contains(&f64::from(y)) {
                gather(code, shot, pose, around, x, y)
            } else {
                around.level(right, down)
            };
            light.push(illuminate(scene, shot, right, down));
        }
    }
    light
}

/// The mean over a pixel's area.
fn gather(code: &GrayImage, shot: &Shot, pose: &Pose, around: &Surroundings, x: u32, y: u32) -> f32 {
    let mut sum = 0.0;
    for down in SAMPLES {
        for right in SAMPLES {
            let (u, v) = pose.back(f64::from(x) + right, f64::from(y) + down);
            sum += seen(code, u, v).map_or_else(
                || around.level(fraction(x, WIDTH), fraction(y, HEIGHT)),
                |grey| shot.levels.0 + (shot.levels.1 - shot.levels.0) * f32::from(grey) / 255.0,
            );
        }
    }
    sum / 9.0
}

/// The grey at a point of the code's plane: the code, the white around it, or nothing of the screen.
fn seen(code: &GrayImage, u: f64, v: f64) -> Option<u8> {
    let (width, height) = (f64::from(code.width()), f64::from(code.height()));
    let margin = SCREEN_MARGIN * height;
    if u < -margin || v < -margin || u >= width + margin || v >= height + margin {
        return None;
    }
    if u < 0.0 || v < 0.0 || u >= width || v >= height {
        return Some(255);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the picture by the lines above"
    )]
    Some(code.get_pixel(u as u32, v as u32).0[0])
}

impl Surroundings {
    pub(super) fn draw(rng: &mut SeededRng) -> Self {
        Self {
            levels: std::array::from_fn(|_| rng.random_range(20.0..=150.0)),
            slope: rng.random_range(-0.5..=0.5),
            edges: [rng.random_range(0.0..=0.5), rng.random_range(0.5..=1.0)],
        }
    }

    fn level(&self, x: f32, y: f32) -> f32 {
        let height = y + self.slope * (x - 0.5);
        let band = self.edges.iter().filter(|edge| height > **edge).count();
        self.levels[band]
    }
}

/// Lets one side fall off and adds the reflection.
fn illuminate(scene: f32, shot: &Shot, x: f32, y: f32) -> f32 {
    let (strength, degrees) = shot.falloff;
    let (sin, cos) = degrees.to_radians().sin_cos();
    let along = (x - 0.5) * cos + (y - 0.5) * sin + 0.5;
    let lit = scene * (1.0 - strength * along.clamp(0.0, 1.0));
    let Some(((middle_x, middle_y), radius, level)) = shot.glare else {
        return lit;
    };
    let aspect = 16.0 / 9.0;
    let distance = ((x - middle_x) * aspect).hypot(y - middle_y) / radius;
    lit + level * (-distance * distance).exp()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a frame's coordinates are exact in 24 bits"
)]
fn fraction(at: u32, of: u32) -> f32 {
    (at as f32 + 0.5) / of as f32
}
