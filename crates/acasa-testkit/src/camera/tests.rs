use super::*;
use image::Luma;

/// A chessboard of 8-pixel fields, which stands for a code.
fn board() -> GrayImage {
    GrayImage::from_fn(232, 232, |x, y| {
        Luma([if (x / 8 + y / 8) % 2 == 0 { 0 } else { 255 }])
    })
}

fn plain(height_fraction: f32) -> Shot {
    Shot {
        height_fraction,
        tilt_degrees: 0.0,
        lean_degrees: 0.0,
        roll_degrees: 0.0,
        offset: (0.0, 0.0),
        blur_sigma: 0.0,
        noise_sigma: 0.0,
        levels: (0.0, 255.0),
        glare: None,
        falloff: (0.0, 0.0),
    }
}

/// The standard deviation of the greys in the middle of a frame.
fn contrast(frame: &GrayImage) -> f64 {
    let greys: Vec<f64> = (200..520)
        .flat_map(|y| (480..800).map(move |x| (x, y)))
        .map(|(x, y)| f64::from(frame.get_pixel(x, y).0[0]))
        .collect();
    let count = f64::from(u32::try_from(greys.len()).unwrap());
    let mean = greys.iter().sum::<f64>() / count;
    (greys.iter().map(|grey| (grey - mean).powi(2)).sum::<f64>() / count).sqrt()
}

#[test]
fn a_frame_is_720p_and_a_seed_repeats_it() {
    let frame = photograph(&board(), 11, None);

    assert_eq!(frame.dimensions(), (1280, 720));
    assert_eq!(frame, photograph(&board(), 11, None));
    assert_ne!(frame, photograph(&board(), 12, None));
}

#[test]
fn a_plain_shot_shows_the_code_at_the_asked_height_in_the_middle() {
    let black = GrayImage::from_pixel(100, 100, Luma([0]));
    let frame = take(&black, &plain(0.5), 1);
    // White of the screen ends the black code above and below.
    let column: Vec<u32> = (0..HEIGHT)
        .filter(|y| frame.get_pixel(640, *y).0[0] == 0)
        .collect();

    assert_eq!(column.len(), 360);
    assert_eq!((column.first(), column.last()), (Some(&180), Some(&539)));
}

#[test]
fn blur_lowers_contrast_and_noise_raises_it() {
    let sharp = contrast(&take(&board(), &plain(0.5), 1));
    let blurred = contrast(&take(
        &board(),
        &Shot {
            blur_sigma: 1.3,
            ..plain(0.5)
        },
        1,
    ));
    let grey = GrayImage::from_pixel(100, 100, Luma([128]));
    let noisy = contrast(&take(
        &grey,
        &Shot {
            noise_sigma: 7.0,
            ..plain(0.5)
        },
        1,
    ));

    assert!(blurred < sharp);
    assert!((5.0..9.0).contains(&noisy), "{noisy}");
}

#[test]
fn shots_stay_in_the_ranges_the_product_is_held_to() {
    for seed in 0..500 {
        let shot = Shot::draw(seed, None);
        assert!((0.5..=0.9).contains(&shot.height_fraction));
        assert!(shot.tilt_degrees <= 15.0 && shot.blur_sigma <= 1.3);
    }
    assert!((Shot::draw(3, Some(0.7)).height_fraction - 0.7).abs() < f32::EPSILON);
}
