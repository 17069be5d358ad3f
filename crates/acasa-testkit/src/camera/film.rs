//! A film of a screen that shows one code after another: the hand sways, the focus breathes, each
//! picture has noise of its own, and a picture taken while the code changes shows some of both.

use super::frame::{self, Surroundings};
use super::{HEIGHT, STREAM_ARRIVAL, STREAM_FILM, STREAM_LOSS, STREAM_NOISE, Shot, WIDTH, lens, pose::Pose};
use crate::seed::{SeededRng, seeded_for};
use image::GrayImage;
use rand::RngExt as _;
use std::f32::consts::TAU;

/// How long a row gathers light, in seconds: what a phone chooses in a room.
const EXPOSURE: f32 = 1.0 / 60.0;
/// How much later the last row begins than the first, in seconds: a phone's sensor is read row by row.
const READOUT: f32 = 0.025;

/// What a screen shows: codes, each from its second on, in order.
pub struct Screen {
    codes: Vec<(f32, GrayImage)>,
}

impl Screen {
    /// Codes of one size with the seconds each is shown; the last stays.
    ///
    /// # Panics
    /// Without any code, and with codes of several sizes.
    pub fn new(codes: impl IntoIterator<Item = (f32, GrayImage)>) -> Self {
        let mut begins = 0.0;
        let codes: Vec<_> = codes
            .into_iter()
            .map(|(seconds, code)| {
                let begun = begins;
                begins += seconds;
                (begun, code)
            })
            .collect();
        let size = codes.first().expect("a screen shows something").1.dimensions();
        assert!(codes.iter().all(|(_, code)| code.dimensions() == size));
        Self { codes }
    }

    /// Which code is shown at a second.
    pub fn shown_at(&self, second: f32) -> usize {
        self.codes
            .partition_point(|(begins, _)| *begins <= second)
            .saturating_sub(1)
    }

    /// The part of a span for which the code is shown.
    fn share(&self, code: usize, begins: f32, ends: f32) -> f32 {
        let from = if code == 0 { begins } else { self.codes[code].0 };
        let until = self.codes.get(code + 1).map_or(ends, |next| next.0);
        ((until.min(ends) - from.max(begins)) / (ends - begins)).max(0.0)
    }
}

/// A film held by a hand, before it is taken: [`Film::picture`] takes its pictures.
pub struct Film {
    seed: u64,
    rate: f32,
    shot: Shot,
    surroundings: Surroundings,
    sways: [Sway; 6],
}

/// One property's slow drift and the hand's tremor upon it, within −1 and 1.
struct Sway {
    drift: (f32, f32),
    tremor: (f32, f32),
}

impl Film {
    /// A film of a seed at so many pictures a second; its middle shot is [`Shot::draw`]'s.
    pub fn draw(seed: u64, height_fraction: Option<f32>, rate: f32) -> Self {
        let mut rng = seeded_for(seed, STREAM_FILM);
        Self {
            seed,
            rate,
            shot: Shot::draw(seed, height_fraction),
            surroundings: Surroundings::draw(&mut rng),
            sways: std::array::from_fn(|_| Sway::draw(&mut rng)),
        }
    }

    /// How long the screen has shown its codes when the camera arrives: up to two seconds.
    pub fn arrival(&self) -> f32 {
        seeded_for(self.seed, STREAM_ARRIVAL).random_range(0.0..2.0)
    }

    /// Whether all pictures of this code on the screen are lost, as one in five is.
    pub fn is_lost(&self, code: usize) -> bool {
        let code = u64::try_from(code).unwrap_or(u64::MAX);
        seeded_for(self.seed.wrapping_add(code << 32), STREAM_LOSS).random_bool(0.2)
    }

    /// When a picture's first row begins to gather light, in seconds of the film.
    pub fn begins(&self, number: u16) -> f32 {
        f32::from(number) / self.rate
    }

    /// When a picture's last row is read, in seconds of the film.
    pub fn ends(&self, number: u16) -> f32 {
        self.begins(number) + READOUT + EXPOSURE
    }

    /// The shot of a picture: the film's, swayed, and never out of the ranges the product is held to.
    pub fn shot(&self, number: u16) -> Shot {
        let [height, tilt, roll, across, down, focus] =
            self.sways.each_ref().map(|sway| sway.at(self.begins(number)));
        let shot = &self.shot;
        Shot {
            height_fraction: (shot.height_fraction * (1.0 + 0.03 * height)).clamp(0.5, 0.9),
            tilt_degrees: (shot.tilt_degrees + 2.0 * tilt).clamp(0.0, 15.0),
            roll_degrees: (shot.roll_degrees + 1.5 * roll).clamp(-15.0, 15.0),
            offset: (
                (shot.offset.0 + 0.1 * across).clamp(-1.0, 1.0),
                (shot.offset.1 + 0.1 * down).clamp(-1.0, 1.0),
            ),
            blur_sigma: (shot.blur_sigma + 0.3 * focus).clamp(0.0, 1.3),
            ..shot.clone()
        }
    }

    /// A picture of a screen whose first code appeared `late` seconds before the film began.
    pub fn picture(&self, number: u16, screen: &Screen, late: f32) -> GrayImage {
        let shot = self.shot(number);
        let begins = self.begins(number) + late;
        let seen = screen.shown_at(begins)..=screen.shown_at(begins + READOUT + EXPOSURE);
        let mut light = vec![0.0; (WIDTH * HEIGHT) as usize];
        for code in seen {
            self.expose(&mut light, &shot, screen, code, begins);
        }
        lens::blur(&mut light, shot.blur_sigma);
        let mut rng = seeded_for(self.seed << 16 | u64::from(number), STREAM_NOISE);
        lens::expose(light, shot.noise_sigma, &mut rng)
    }

    /// Adds to each row the light of one code, for as long as the row sees that code.
    fn expose(&self, light: &mut [f32], shot: &Shot, screen: &Screen, code: usize, begins: f32) {
        let picture = &screen.codes[code].1;
        let pose = Pose::new(shot, picture.dimensions());
        let whole = frame::render(picture, shot, &pose, &self.surroundings);
        let rows = light
            .chunks_exact_mut(WIDTH as usize)
            .zip(whole.chunks_exact(WIDTH as usize));
        for (row, (into, from)) in (0_u16..).zip(rows) {
            let opens = begins + READOUT * f32::from(row) / f32::from(LAST_ROW);
            let share = screen.share(code, opens, opens + EXPOSURE);
            for (sum, value) in into.iter_mut().zip(from) {
                *sum += share * value;
            }
        }
    }
}

/// The last row's number, in the type that goes into `f32` without loss.
const LAST_ROW: u16 = 719;
const _: () = assert!(LAST_ROW as u32 + 1 == HEIGHT);

impl Sway {
    fn draw(rng: &mut SeededRng) -> Self {
        Self {
            drift: (rng.random_range(0.2..=0.9), rng.random_range(0.0..TAU)),
            tremor: (rng.random_range(4.0..=8.0), rng.random_range(0.0..TAU)),
        }
    }

    fn at(&self, second: f32) -> f32 {
        let wave = |(hertz, phase): (f32, f32)| (TAU * hertz * second + phase).sin();
        0.85 * wave(self.drift) + 0.15 * wave(self.tremor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    fn plain(level: u8) -> GrayImage {
        GrayImage::from_pixel(100, 100, Luma([level]))
    }

    fn still(rate: f32) -> Film {
        let mut film = Film::draw(5, Some(0.7), rate);
        film.shot.noise_sigma = 0.0;
        film.shot.levels = (0.0, 240.0);
        film.shot.glare = None;
        film.shot.falloff = (0.0, 0.0);
        film
    }

    /// The grey in the middle of the code's upper and lower part.
    fn upper_and_lower(picture: &GrayImage, film: &Film, number: u16) -> [u8; 2] {
        let pose = Pose::new(&film.shot(number), (100, 100));
        let inside = |x: u32, y: u32| {
            let (u, v) = pose.back(f64::from(x), f64::from(y));
            (20.0..80.0).contains(&u) && (10.0..90.0).contains(&v)
        };
        let mut rows = (0..HEIGHT).filter_map(|y| (0..WIDTH).find(|x| inside(*x, y)).map(|x| (x, y)));
        let ((left, top), (right, bottom)) = (rows.next().unwrap(), rows.next_back().unwrap());
        [
            picture.get_pixel(left, top).0[0],
            picture.get_pixel(right, bottom).0[0],
        ]
    }

    #[test]
    fn a_film_repeats_itself_and_its_pictures_differ() {
        let screen = Screen::new([(1.0, plain(0))]);
        let film = |seed| Film::draw(seed, None, 30.0);

        assert_eq!(film(3).picture(2, &screen, 0.0), film(3).picture(2, &screen, 0.0));
        assert_ne!(film(3).picture(2, &screen, 0.0), film(3).picture(3, &screen, 0.0));
        assert_ne!(film(3).picture(2, &screen, 0.0), film(4).picture(2, &screen, 0.0));
    }

    #[test]
    fn a_change_during_the_exposure_shows_the_old_code_above_and_the_new_one_below() {
        let film = still(30.0);
        let screen = Screen::new([(0.1, plain(0)), (1.0, plain(255))]);

        let before = upper_and_lower(&film.picture(0, &screen, 0.0), &film, 0);
        let change = upper_and_lower(
            &film.picture(0, &screen, 0.1 - EXPOSURE - READOUT / 2.0),
            &film,
            0,
        );
        let after = upper_and_lower(&film.picture(0, &screen, 0.1), &film, 0);

        assert_eq!(before, [0, 0]);
        assert!(change[0] < 10 && change[1] > 60, "{change:?}");
        assert_eq!(after, [240, 240]);
    }

    #[test]
    fn the_hand_sways_slowly_and_stays_in_the_ranges_the_product_is_held_to() {
        for seed in 0..50 {
            let film = Film::draw(seed, None, 30.0);
            let shots: Vec<Shot> = (0..90).map(|number| film.shot(number)).collect();
            assert!(shots.iter().all(|shot| {
                (0.5..=0.9).contains(&shot.height_fraction)
                    && (0.0..=15.0).contains(&shot.tilt_degrees)
                    && (0.0..=1.3).contains(&shot.blur_sigma)
            }));
            let moved = |a: &Shot, b: &Shot| (a.offset.0 - b.offset.0).abs();
            let steps = shots.windows(2).map(|pair| moved(&pair[0], &pair[1]));
            assert!(steps.fold(0.0, f32::max) < 0.05, "seed {seed}");
        }
    }

    #[test]
    fn one_code_in_five_is_lost() {
        let lost = (0..200_u64)
            .map(|seed| Film::draw(seed, None, 30.0))
            .flat_map(|film| (0..50).map(move |code| film.is_lost(code)))
            .filter(|lost| *lost)
            .count();

        assert!((1_850..2_150).contains(&lost), "{lost} of 10,000");
    }

    #[test]
    fn a_screen_shows_each_code_for_its_time_and_the_last_for_ever() {
        let screen = Screen::new([(0.5, plain(0)), (0.25, plain(1)), (0.25, plain(2))]);

        let shown = [0.0, 0.49, 0.5, 0.74, 0.75, 9.0].map(|second| screen.shown_at(second));

        assert_eq!(shown, [0, 0, 1, 1, 2, 2]);
    }
}
