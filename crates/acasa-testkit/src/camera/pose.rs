//! Where a tilted plane lies in the picture.

use super::{HEIGHT, Shot, WIDTH};

/// Distance of the camera from the plane in code heights; phones focus from about twice a code's height.
const DISTANCE: f64 = 2.4;
/// Pixels kept free between the code and the frame's edge.
const MARGIN: f64 = 6.0;

/// The plane of the code in front of a pinhole camera: maps a pixel of the frame back to the code.
///
/// The plane's axes in space and the picture's scale and shift are fixed; a pixel's ray meets the plane in
/// one point.
pub(super) struct Pose {
    /// The plane's horizontal and vertical unit vectors in camera space.
    across: [f64; 3],
    down: [f64; 3],
    /// Their cross product, which points away from the camera.
    normal: [f64; 3],
    /// Pixels of the frame for one code height at the plane's middle.
    scale: f64,
    /// Code heights for one pixel of the frame: a frame asks eight million times.
    per_pixel: f64,
    /// The middle of the code in the frame.
    middle: (f64, f64),
    /// Pixels of the code's picture for one code height, and half its size in code heights.
    code_pixels: f64,
    half: (f64, f64),
}

impl Pose {
    pub(super) fn new(shot: &Shot, (width, height): (u32, u32)) -> Self {
        let roll = f64::from(shot.roll_degrees).to_radians();
        let tilt = f64::from(shot.tilt_degrees).to_radians();
        let lean = f64::from(shot.lean_degrees).to_radians();
        let axis = [lean.cos(), lean.sin(), 0.0];
        let across = rotate([roll.cos(), roll.sin(), 0.0], axis, tilt);
        let down = rotate([-roll.sin(), roll.cos(), 0.0], axis, tilt);
        let half = (f64::from(width) / f64::from(height) / 2.0, 0.5);
        let normal = cross(across, down);
        let code_pixels = f64::from(height);
        let mut pose = Self {
            across,
            down,
            normal,
            scale: 1.0,
            per_pixel: 1.0,
            middle: (0.0, 0.0),
            code_pixels,
            half,
        };
        pose.place(shot);
        pose
    }

    /// Chooses scale and middle: the height asked for, kept within the frame with a margin.
    fn place(&mut self, shot: &Shot) {
        let (left, top, right, bottom) = self.bounds();
        let room = (f64::from(WIDTH) - 2.0 * MARGIN, f64::from(HEIGHT) - 2.0 * MARGIN);
        let fitting = (room.0 / (right - left)).min(room.1 / (bottom - top));
        self.scale = (f64::from(shot.height_fraction) * f64::from(HEIGHT)).min(fitting);
        self.per_pixel = 1.0 / self.scale;
        let size = ((right - left) * self.scale, (bottom - top) * self.scale);
        let spare = (room.0 - size.0, room.1 - size.1);
        let fraction = |offset: f32| f64::midpoint(f64::from(offset), 1.0);
        self.middle = (
            MARGIN + spare.0 * fraction(shot.offset.0) - left * self.scale,
            MARGIN + spare.1 * fraction(shot.offset.1) - top * self.scale,
        );
    }

    /// The code's bounding box in the picture, at scale one around its middle.
    fn bounds(&self) -> (f64, f64, f64, f64) {
        let (w, h) = self.half;
        let corners = [(-w, -h), (w, -h), (-w, h), (w, h)].map(|(u, v)| self.project(u, v));
        corners.into_iter().fold(
            (f64::MAX, f64::MAX, f64::MIN, f64::MIN),
            |(l, t, r, b), (x, y)| (l.min(x), t.min(y), r.max(x), b.max(y)),
        )
    }

    /// A point of the plane seen through the pinhole, at scale one.
    fn project(&self, u: f64, v: f64) -> (f64, f64) {
        let at = |axis: usize| u * self.across[axis] + v * self.down[axis];
        let depth = DISTANCE + at(2);
        (at(0) * DISTANCE / depth, at(1) * DISTANCE / depth)
    }

    /// The frame's pixels that can show the screen, as ranges of x and y: everything else is surroundings.
    pub(super) fn reach(&self, margin: f64) -> (std::ops::Range<f64>, std::ops::Range<f64>) {
        let (left, top, right, bottom) = self.bounds();
        // A margin in code heights grows by less than half when it leans towards the camera.
        let margin = 1.5 * margin * self.scale;
        let x = left * self.scale + self.middle.0 - margin..right * self.scale + self.middle.0 + margin;
        let y = top * self.scale + self.middle.1 - margin..bottom * self.scale + self.middle.1 + margin;
        (x, y)
    }

    /// The point of the code's picture that a point of the frame shows, in its pixels; it may lie outside.
    pub(super) fn back(&self, x: f64, y: f64) -> (f64, f64) {
        let [ray_x, ray_y] = [
            (x - self.middle.0) * self.per_pixel,
            (y - self.middle.1) * self.per_pixel,
        ];
        // The ray (x, y, DISTANCE) meets the plane at middle + u·across + v·down (Cramer's rule).
        let [across, down, normal] = [&self.across, &self.down, &self.normal];
        let facing = DISTANCE * normal[2] + ray_x * normal[0] + ray_y * normal[1];
        let along = DISTANCE / facing;
        let u = along * (ray_x * down[1] - ray_y * down[0]);
        let v = along * (ray_y * across[0] - ray_x * across[1]);
        (
            (u + self.half.0) * self.code_pixels,
            (v + self.half.1) * self.code_pixels,
        )
    }
}

/// Rodrigues' rotation of a vector about a unit axis.
fn rotate(v: [f64; 3], axis: [f64; 3], angle: f64) -> [f64; 3] {
    let (sin, cos) = angle.sin_cos();
    let turned = cross(axis, v);
    let dot: f64 = axis.iter().zip(v).map(|(a, b)| a * b).sum();
    std::array::from_fn(|i| v[i] * cos + turned[i] * sin + axis[i] * dot * (1.0 - cos))
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn going_to_the_picture_and_back_returns_to_the_same_point() {
        for seed in 0..50 {
            let pose = Pose::new(&Shot::draw(seed, None), (300, 300));
            for (u, v) in [(-0.5, -0.5), (0.5, 0.3), (0.0, 0.0)] {
                let (x, y) = pose.project(u, v);
                let back = pose.back(x * pose.scale + pose.middle.0, y * pose.scale + pose.middle.1);
                let expected = ((u + 0.5) * 300.0, (v + 0.5) * 300.0);
                assert!((back.0 - expected.0).abs() < 1e-6 && (back.1 - expected.1).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn the_whole_code_lies_in_the_frame() {
        for seed in 0..200 {
            let pose = Pose::new(&Shot::draw(seed, Some(0.9)), (300, 300));
            let (left, top, right, bottom) = pose.bounds();
            let x = |edge: f64| edge * pose.scale + pose.middle.0;
            let y = |edge: f64| edge * pose.scale + pose.middle.1;
            assert!(x(left) >= 0.0 && x(right) <= f64::from(WIDTH), "seed {seed}");
            assert!(y(top) >= 0.0 && y(bottom) <= f64::from(HEIGHT), "seed {seed}");
        }
    }
}
