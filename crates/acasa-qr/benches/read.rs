//! What a camera costs: one 720p frame with a code of version 22, and one without any.

use acasa_qr::{Effort, Level, Luma, Matrix, Payload, read};
use divan::Bencher;

fn main() {
    divan::main();
}

#[divan::bench]
fn a_720p_frame_with_a_code(bencher: Bencher) {
    let frame = frame(true);
    bencher.bench(|| read(&frame, Effort::Frame));
}

#[divan::bench]
fn a_720p_frame_without_a_code(bencher: Bencher) {
    let frame = frame(false);
    bencher.bench(|| read(&frame, Effort::Frame));
}

#[divan::bench]
fn a_code_of_version_22_is_made(bencher: Bencher) {
    let text = format!("MD1:{}", "A1".repeat(700));
    bencher.bench(|| Matrix::make(&Payload::Text(&text), Level::Low, 25));
}

/// A grey gradient, with or without a code in its middle.
fn frame(with_code: bool) -> Luma {
    let (width, height) = (1280_u32, 720_u32);
    let text = format!("MD1:{}", "A1".repeat(700));
    let code = Matrix::make(&Payload::Text(&text), Level::Low, 25)
        .and_then(|matrix| matrix.to_picture(5))
        .expect("1,404 alphanumeric characters fit version 22");
    let (left, top) = ((width - code.width()) / 2, (height - code.height()) / 2);
    let pixels = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .map(|(x, y)| {
            let inside = (left..left + code.width()).contains(&x) && (top..top + code.height()).contains(&y);
            if with_code && inside {
                code.get_pixel(x - left, y - top).0[0]
            } else {
                u8::try_from((x + y) / 10).unwrap_or(u8::MAX)
            }
        })
        .collect();
    Luma::new(width, height, pixels).expect("the frame has its size")
}
