//! Pictures like those a camera takes of a code on a screen: a 720p frame with the code tilted in
//! space, out of focus, unevenly lit, with a reflection and the sensor's noise.

pub mod film;
mod frame;
mod lens;
mod pose;

use crate::seed::{SeededRng, seeded_for};
use frame::Surroundings;
use image::GrayImage;
use pose::Pose;
use rand::RngExt as _;

/// Width of a frame in pixels.
pub const WIDTH: u32 = 1280;
/// Height of a frame in pixels.
pub const HEIGHT: u32 = 720;

/// How a picture was taken; [`Shot::draw`] takes the ranges the product is held to.
#[derive(Debug, Clone, PartialEq)]
pub struct Shot {
    /// The code's height, quiet zone included, as a fraction of the frame's: 0.5 to 0.9.
    pub height_fraction: f32,
    /// The angle between the screen's and the camera's planes, in degrees, at most 15.
    pub tilt_degrees: f32,
    /// The direction the screen leans in, in degrees.
    pub lean_degrees: f32,
    /// Rotation in the picture, in degrees, at most 15 either way.
    pub roll_degrees: f32,
    /// Where the code's middle lies, as fractions of what room is left beside it, −1 to 1.
    pub offset: (f32, f32),
    /// Standard deviation of the blur, in pixels of the frame, at most 1.3.
    pub blur_sigma: f32,
    /// Standard deviation of the noise, in grey levels of 255.
    pub noise_sigma: f32,
    /// Grey levels of black and white on the screen as the camera sees them.
    pub levels: (f32, f32),
    /// A reflection: middle (fractions of the frame), radius (fraction of its height), grey levels added.
    pub glare: Option<((f32, f32), f32, f32)>,
    /// How much darker one side of the frame is, in parts of the whole, and where it lies in degrees.
    pub falloff: (f32, f32),
}

impl Shot {
    /// A shot of a seed, all its properties even over their ranges.
    pub fn draw(seed: u64, height_fraction: Option<f32>) -> Self {
        let mut rng = seeded_for(seed, STREAM_SHOT);
        let drawn = rng.random_range(0.5..=0.9);
        Self {
            height_fraction: height_fraction.unwrap_or(drawn),
            tilt_degrees: rng.random_range(0.0..=15.0),
            lean_degrees: rng.random_range(0.0..360.0),
            roll_degrees: rng.random_range(-15.0..=15.0),
            offset: (rng.random_range(-1.0..=1.0), rng.random_range(-1.0..=1.0)),
            blur_sigma: rng.random_range(0.0..=1.3),
            noise_sigma: rng.random_range(1.0..=7.0),
            levels: (rng.random_range(8.0..=60.0), rng.random_range(170.0..=245.0)),
            glare: draw_glare(&mut rng),
            falloff: (rng.random_range(0.0..=0.35), rng.random_range(0.0..360.0)),
        }
    }
}

/// Two shots in three have a reflection; it brightens, and never burns the code out.
fn draw_glare(rng: &mut SeededRng) -> Option<((f32, f32), f32, f32)> {
    let middle = (rng.random_range(0.1..=0.9), rng.random_range(0.1..=0.9));
    let (radius, strength) = (rng.random_range(0.1..=0.35), rng.random_range(20.0..=70.0));
    rng.random_bool(2.0 / 3.0).then_some((middle, radius, strength))
}

const STREAM_SHOT: u64 = 1;
const STREAM_NOISE: u64 = 2;
const STREAM_FILM: u64 = 3;
const STREAM_ARRIVAL: u64 = 4;
const STREAM_LOSS: u64 = 5;

/// A 1280×720 grey frame of a code, as a camera would see it on a screen.
///
/// `code` is the grey picture of a code with its quiet zone, at any scale. `height_fraction` fixes the
/// code's height in the frame; without it the seed chooses between 0.5 and 0.9. Equal arguments give
/// equal pixels.
pub fn photograph(code: &GrayImage, seed: u64, height_fraction: Option<f32>) -> GrayImage {
    take(code, &Shot::draw(seed, height_fraction), seed)
}

/// The frame of a shot; the seed draws its noise and what surrounds the screen.
pub fn take(code: &GrayImage, shot: &Shot, seed: u64) -> GrayImage {
    let pose = Pose::new(shot, code.dimensions());
    let mut rng = seeded_for(seed, STREAM_NOISE);
    let surroundings = Surroundings::draw(&mut rng);
    let mut light = frame::render(code, shot, &pose, &surroundings);
    lens::blur(&mut light, shot.blur_sigma);
    lens::expose(light, shot.noise_sigma, &mut rng)
}

#[cfg(test)]
mod tests;
