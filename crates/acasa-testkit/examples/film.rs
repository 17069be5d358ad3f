//! Films what a screen showed, as a camera in a hand would, for a browser that takes a file for its camera.
//!
//! `film SEED RATE SECONDS OUT.y4m` reads lines of milliseconds and a PNG file, what the screen showed and
//! for how long, from its standard input. The film is grey YUV4MPEG2 with the luma of ITU-R BT.601.
#![expect(clippy::expect_used, reason = "a test's tool fails by panicking")]

use acasa_testkit::camera::{
    HEIGHT, WIDTH,
    film::{Film, Screen},
};
use image::imageops::{self, FilterType};
use std::fs::File;
use std::io::{self, BufRead as _, BufWriter, Write as _};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [seed, rate, seconds, out] = arguments.as_slice() else {
        panic!("film SEED RATE SECONDS OUT.y4m");
    };
    let seed = seed.parse().expect("a seed");
    let rate: u16 = rate.parse().expect("pictures a second");
    let seconds: u16 = seconds.parse().expect("whole seconds");
    let screen = screen();
    let film = Film::draw(seed, Some(0.8), f32::from(rate));
    let mut output = BufWriter::new(File::create(out).expect("the film can be written"));
    writeln!(output, "YUV4MPEG2 W{WIDTH} H{HEIGHT} F{rate}:1 Ip A1:1 C420").expect("it is written");
    let grey = vec![128; (WIDTH * HEIGHT / 2) as usize];
    for number in 0..rate * seconds {
        let picture = film.picture(number, &screen, 0.0);
        let luma: Vec<u8> = picture.as_raw().iter().map(|level| studio(*level)).collect();
        for part in [b"FRAME\n".as_slice(), &luma, &grey] {
            output.write_all(part).expect("it is written");
        }
    }
    output.flush().expect("it is written");
}

/// What the standard input says was shown, all of it in the first picture's size.
fn screen() -> Screen {
    let mut size = None;
    Screen::new(io::stdin().lock().lines().map(|line| {
        let line = line.expect("lines of text");
        let (milliseconds, path) = line.split_once(' ').expect("milliseconds and a file");
        let picture = image::open(path).expect("a picture").into_luma8();
        let (width, height) = *size.get_or_insert(picture.dimensions());
        let picture = imageops::resize(&picture, width, height, FilterType::Nearest);
        (
            milliseconds.parse::<f32>().expect("milliseconds") / 1000.0,
            picture,
        )
    }))
}

/// Full range to 16–235.
fn studio(level: u8) -> u8 {
    u8::try_from(16 + u16::from(level) * 219 / 255).expect("235 at most")
}
