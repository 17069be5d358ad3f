use super::{Level, Matrix, Payload};
use crate::{Effort, Luma, QrError, read};
use proptest::prelude::*;

#[test]
fn base45_with_a_prefix_takes_the_alphanumeric_mode() {
    // ISO/IEC 18004:2015, table 7: version 22 holds 1,460 alphanumeric characters at level L, 1,003 bytes.
    let text = format!("MD1:{}", "A".repeat(1_456));
    assert_eq!(
        Matrix::make(&Payload::Text(&text), Level::Low, 40)
            .unwrap()
            .version(),
        22
    );
}

#[test]
fn runs_of_digits_among_letters_do_not_cost_a_version() {
    let text: String = "A12345B678901C".chars().cycle().take(1_853).collect();
    assert!(
        Matrix::make(&Payload::Text(&text), Level::Low, 25)
            .unwrap()
            .version()
            <= 25
    );
    let digits = "7".repeat(3_283);
    // Version 25 holds 3,063 digits, version 26 3,283; as alphanumeric characters they would not fit 33.
    assert_eq!(
        Matrix::make(&Payload::Text(&digits), Level::Low, 40)
            .unwrap()
            .version(),
        26
    );
}

#[test]
fn a_text_whose_bytes_are_also_shift_jis_takes_the_byte_mode() {
    // Each C4 83 C4 83 holds a kanji, 13 bits instead of 16; ISO/IEC 18004:2015, table 7: version 39
    // holds 2,809 bytes at level L, version 40 2,953.
    for text in ["ă".repeat(1_476), "МОЛДОВА".repeat(210)] {
        assert_eq!(
            Matrix::make(&Payload::Text(&text), Level::Low, 40)
                .unwrap()
                .version(),
            40
        );
    }
}

#[test]
fn a_payload_beyond_the_largest_version_allowed_is_refused() {
    // Version 25 holds 1,853 alphanumeric characters at level L.
    let fits = "A".repeat(1_853);
    let too_long = "A".repeat(1_854);
    assert_eq!(
        Matrix::make(&Payload::Text(&fits), Level::Low, 25)
            .unwrap()
            .version(),
        25
    );
    assert_eq!(
        Matrix::make(&Payload::Text(&too_long), Level::Low, 25).unwrap_err(),
        QrError::PayloadTooLarge { max_version: 25 }
    );
}

#[test]
fn a_payload_beyond_every_version_is_refused() {
    let result = Matrix::make(&Payload::Bytes(&[0xff; 2_954]), Level::Low, 40);
    assert_eq!(result.unwrap_err(), QrError::PayloadTooLarge { max_version: 40 });
}

#[test]
fn every_drawing_has_the_quiet_zone_and_whole_pixels() {
    let matrix = Matrix::make(&Payload::Text("A"), Level::Low, 40).unwrap();
    let picture = matrix.to_picture(3).unwrap();
    assert_eq!(picture.width(), (21 + 8) * 3);
    assert_eq!(picture.get_pixel(11, 12).0, [255]);
    assert_eq!(picture.get_pixel(12, 12).0, [0]);
    assert!(matrix.to_svg().contains("viewBox=\"0 0 29 29\""));
    assert!(matrix.to_svg().contains("M4 4h7v1h-7z"));
    assert_eq!(matrix.to_half_blocks().lines().count(), 15);
}

#[test]
fn a_drawing_of_no_or_giant_size_is_refused() {
    let matrix = Matrix::make(&Payload::Text("A"), Level::Low, 40).unwrap();
    assert_eq!(matrix.to_picture(0).unwrap_err(), QrError::Drawing);
    assert_eq!(matrix.to_picture(u32::MAX).unwrap_err(), QrError::Drawing);
}

#[test]
fn bits_are_packed_row_by_row() {
    let matrix = Matrix::make(&Payload::Text("A"), Level::Low, 40).unwrap();
    let bits = matrix.to_bits();
    assert_eq!(bits.len(), (21 * 21_usize).div_ceil(8));
    // The finder pattern's upper edge and its separator.
    assert_eq!(bits[0], 0b1111_1110);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_written_is_read(text in "\\PC{1,200}", scale in 2..5_u32) {
        let matrix = Matrix::make(&Payload::Text(&text), Level::Low, 40).unwrap();
        let codes = read(&Luma::from(matrix.to_picture(scale).unwrap()), Effort::Picture);
        prop_assert_eq!(codes.len(), 1);
        prop_assert_eq!(codes[0].text.as_deref(), Some(text.as_str()));
        prop_assert_eq!(codes[0].symbol.version(), matrix.version());
    }

    #[test]
    fn bytes_come_back_exactly(bytes in prop::collection::vec(any::<u8>(), 1..300)) {
        let matrix = Matrix::make(&Payload::Bytes(&bytes), Level::Medium, 40).unwrap();
        let codes = read(&Luma::from(matrix.to_picture(4).unwrap()), Effort::Picture);
        prop_assert_eq!(codes.len(), 1);
        prop_assert_eq!(&codes[0].bytes, &bytes);
    }
}
