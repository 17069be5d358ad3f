use super::frame::{Frame, chosen};
use super::{Decoder, Encoder, MAX_CAPACITY, MAX_PAYLOAD, Progress};
use crate::{Level, Matrix, Payload, QrError};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[test]
fn six_kilobytes_take_under_three_seconds_with_one_frame_in_five_lost() {
    let payload = random_payload(6_000, 1);
    let mut frames_shown: Vec<usize> = (0..1_000)
        .map(|seed| frames_until_read(&payload, seed, 5))
        .collect();
    frames_shown.sort_unstable();
    // Ten frames a second.
    assert!(frames_shown[999] < 30, "slowest of 1,000: {}", frames_shown[999]);
    assert!(frames_shown[500] <= 16, "median: {}", frames_shown[500]);
}

#[test]
fn the_first_cycle_alone_is_the_payload() {
    let payload = random_payload(4_000, 2);
    let mut encoder = Encoder::new(&payload).unwrap();
    let mut decoder = Decoder::default();
    let frames = encoder.frames_in_cycle();
    for shown in 1..frames {
        let progress = decoder.receive(&encoder.next_frame()).unwrap();
        assert_eq!(progress, Progress::Part(ratio(shown, frames)));
    }
    assert_eq!(
        decoder.receive(&encoder.next_frame()).unwrap(),
        Progress::Complete(payload)
    );
}

#[test]
fn frames_are_of_version_17_by_default_and_20_at_most() {
    for (capacity, version) in [(super::DEFAULT_CAPACITY, 17), (MAX_CAPACITY, 20)] {
        let mut encoder = Encoder::with_capacity(&random_payload(capacity * 5, 3), capacity).unwrap();
        let frame = encoder.next_frame();
        assert_eq!(
            Matrix::make(&Payload::Text(&frame), Level::Low, 20)
                .unwrap()
                .version(),
            version
        );
    }
}

#[test]
fn a_frame_that_comes_again_adds_nothing() {
    let mut encoder = Encoder::new(&random_payload(2_000, 4)).unwrap();
    let mut decoder = Decoder::default();
    let frame = encoder.next_frame();
    let once = decoder.receive(&frame).unwrap();
    assert_eq!(decoder.receive(&frame).unwrap(), once);
}

#[test]
fn a_stray_frame_of_another_payload_is_left_aside() {
    let payload = random_payload(2_000, 5);
    let mut encoder = Encoder::new(&payload).unwrap();
    let mut stranger = Encoder::new(&random_payload(2_000, 6)).unwrap();
    let mut decoder = Decoder::default();
    let part = ratio(1, encoder.frames_in_cycle());
    decoder.receive(&encoder.next_frame()).unwrap();
    assert_eq!(
        decoder.receive(&stranger.next_frame()).unwrap(),
        Progress::Foreign(part)
    );
    assert_eq!(until_complete(&mut decoder, &mut encoder), payload);
}

#[test]
fn a_film_that_turns_to_another_payload_is_followed() {
    let renewed = random_payload(2_000, 7);
    let mut encoder = Encoder::new(&random_payload(2_000, 8)).unwrap();
    let mut decoder = Decoder::default();
    decoder.receive(&encoder.next_frame()).unwrap();
    decoder.receive(&encoder.next_frame()).unwrap();
    assert_eq!(
        until_complete(&mut decoder, &mut Encoder::new(&renewed).unwrap()),
        renewed
    );
}

#[test]
fn frames_that_do_not_agree_are_refused_and_the_reading_begins_again() {
    let payload = random_payload(900, 9);
    let mut encoder = Encoder::new(&payload).unwrap();
    let mut forged = Frame::from_text(&encoder.next_frame()).unwrap();
    forged.data[0] ^= 1;
    let mut decoder = Decoder::default();
    decoder.receive(&forged.to_text()).unwrap();
    assert_eq!(
        decoder.receive(&encoder.next_frame()).unwrap_err(),
        QrError::FramesDisagree
    );
    assert_eq!(until_complete(&mut decoder, &mut encoder), payload);
}

#[test]
fn payloads_of_no_or_too_many_bytes_are_refused() {
    let refused = |result: Result<Encoder, QrError>| result.err().map(|error| error.code());
    assert_eq!(refused(Encoder::new(&[])), Some("payload_too_large"));
    assert_eq!(
        refused(Encoder::new(&vec![0; MAX_PAYLOAD + 1])),
        Some("payload_too_large")
    );
    assert_eq!(
        refused(Encoder::with_capacity(&[0; 1_000], 10)),
        Some("payload_too_large")
    );
}

#[test]
fn the_choice_of_fragments_is_the_documented_one() {
    assert_eq!(chosen(0x1234_5678, 3, 13), 0b1000);
    assert_eq!(chosen(0x1234_5678, 13, 13), 0xd07);
    assert_eq!(chosen(0, 64, 64), 0xd696_7248_fbe6_8cc3);
}

proptest! {
    #[test]
    fn any_payload_comes_through_any_losses(
        payload in prop::collection::vec(any::<u8>(), 1..9_000),
        capacity in 200..=MAX_CAPACITY,
        seed in any::<u64>(),
    ) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut encoder = Encoder::with_capacity(&payload, capacity).unwrap();
        let mut decoder = Decoder::default();
        let read = (0..1_000).find_map(|_| {
            let frame = encoder.next_frame();
            if random.random_ratio(1, 2) {
                return None;
            }
            match decoder.receive(&frame).unwrap() {
                Progress::Complete(payload) => Some(payload),
                Progress::Part(_) | Progress::Foreign(_) => None,
            }
        });
        prop_assert_eq!(read, Some(payload));
    }

    #[test]
    fn no_text_makes_it_panic(text in "(MD1F:)?[0-9A-Z $%*+./:-]{0,1300}|\\PC{0,40}") {
        let _ = Decoder::default().receive(&text);
    }
}

fn random_payload(length: usize, seed: u64) -> Vec<u8> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..length).map(|_| random.random()).collect()
}

/// Frames shown until a reader that begins anywhere and loses one in `lost` has the payload.
fn frames_until_read(payload: &[u8], seed: u64, lost: u32) -> usize {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut encoder = Encoder::new(payload).unwrap();
    for _ in 0..random.random_range(0..40) {
        encoder.next_frame();
    }
    let mut decoder = Decoder::default();
    let mut shown = 0;
    loop {
        let frame = encoder.next_frame();
        shown += 1;
        if !random.random_ratio(1, lost)
            && let Progress::Complete(read) = decoder.receive(&frame).unwrap()
        {
            assert_eq!(read, payload);
            return shown;
        }
    }
}

fn until_complete(decoder: &mut Decoder, encoder: &mut Encoder) -> Vec<u8> {
    (0..100)
        .find_map(|_| match decoder.receive(&encoder.next_frame()).unwrap() {
            Progress::Complete(payload) => Some(payload),
            Progress::Part(_) | Progress::Foreign(_) => None,
        })
        .expect("a hundred frames are enough")
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn ratio(part: usize, whole: usize) -> f32 {
    part as f32 / whole as f32
}
