//! Blur and exposure.

use super::{HEIGHT, SeededRng, WIDTH, frame::Light};
use image::GrayImage;
use rand::RngExt as _;

/// Gaussian blur, one direction after the other.
pub(super) fn blur(light: &mut Light, sigma: f32) {
    // Below a tenth of a pixel the kernel is a single weight.
    if sigma < 0.1 {
        return;
    }
    let kernel = kernel(sigma);
    let (width, height) = (WIDTH as usize, HEIGHT as usize);
    let across: Light = (0..light.len())
        .map(|at| {
            let (x, row) = (at % width, at - at % width);
            weigh(&kernel, x, width, |x| light[row + x])
        })
        .collect();
    for (at, value) in light.iter_mut().enumerate() {
        let (x, y) = (at % width, at / width);
        *value = weigh(&kernel, y, height, |y| across[y * width + x]);
    }
}

/// Half a kernel: the weight of the middle, then of each neighbour outwards.
fn kernel(sigma: f32) -> Vec<f32> {
    const REACH: [f32; 5] = [0.0, 1.0, 2.0, 3.0, 4.0];
    let raw = REACH.map(|distance| (-distance * distance / (2.0 * sigma * sigma)).exp());
    let sum = raw[0] + 2.0 * raw[1..].iter().sum::<f32>();
    raw.map(|weight| weight / sum).to_vec()
}

fn weigh(kernel: &[f32], at: usize, size: usize, value: impl Fn(usize) -> f32) -> f32 {
    let mut sum = value(at) * kernel[0];
    for (distance, weight) in kernel.iter().enumerate().skip(1) {
        sum += weight * (value(at.saturating_sub(distance)) + value((at + distance).min(size - 1)));
    }
    sum
}

/// Adds the sensor's noise and rounds to whole grey levels.
pub(super) fn expose(light: Light, noise_sigma: f32, rng: &mut SeededRng) -> GrayImage {
    let mut noise = Noise(rng.random());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to a byte's range"
    )]
    let pixels = light
        .into_iter()
        .map(|value| (value + noise_sigma * noise.bell()).round().clamp(0.0, 255.0) as u8)
        .collect();
    GrayImage::from_raw(WIDTH, HEIGHT, pixels).expect("one value a pixel")
}

/// A million numbers a picture, from one: SplitMix64 (Steele, Lea and Flood, 2014). A generator fit for
/// keys would take most of a picture's time.
struct Noise(u64);

impl Noise {
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Close to a normal deviate: the sum of four uniform ones, scaled to a variance of one.
    fn bell(&mut self) -> f32 {
        let [a, b, c, d, ..] = self.draw().to_le_bytes();
        let sum = u16::from(a) + u16::from(b) + u16::from(c) + u16::from(d);
        (f32::from(sum) / 255.0 - 2.0) * 3.0_f32.sqrt()
    }
}
