use super::*;
use proptest::prelude::*;

/// The example of Token Status List, 4.1: sixteen statuses of one bit.
const EXAMPLE: [u8; 2] = [0xb9, 0xa3];
const EXAMPLE_COMPRESSED: &str = "78dadbb918000217015d";

fn size() -> impl Strategy<Value = StatusSize> {
    prop::sample::select(vec![
        StatusSize::One,
        StatusSize::Two,
        StatusSize::Four,
        StatusSize::Eight,
    ])
}

#[test]
fn statuses_are_read_from_the_least_significant_bit_on() {
    let list = StatusList::inflate(StatusSize::One, &hex::decode(EXAMPLE_COMPRESSED).unwrap()).unwrap();

    let statuses: Vec<u8> = (0..16).map(|index| list.get(index).unwrap().into()).collect();

    assert_eq!(list.bytes(), EXAMPLE);
    assert_eq!(statuses, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]);
}

#[test]
fn an_index_behind_the_end_is_refused_and_is_not_valid() {
    let list = StatusList::from_bytes(StatusSize::One, EXAMPLE.to_vec());

    assert_eq!(list.get(list.len()), Err(StatusError::IndexOutside));
    assert_eq!(list.get(u64::MAX), Err(StatusError::IndexOutside));
}

#[test]
fn a_list_that_inflates_to_more_than_the_limit_is_refused() {
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; MAX_INFLATED + 1], 9);
    let largest = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; MAX_INFLATED], 9);

    assert_eq!(
        StatusList::inflate(StatusSize::One, &bomb).err(),
        Some(StatusError::TooLarge)
    );
    assert!(StatusList::inflate(StatusSize::One, &largest).is_ok());
}

#[test]
fn a_truncated_or_damaged_stream_is_refused() {
    let whole = hex::decode(EXAMPLE_COMPRESSED).unwrap();

    for length in 0..whole.len() {
        assert!(
            StatusList::inflate(StatusSize::One, &whole[..length]).is_err(),
            "{length}"
        );
    }
    let mut wrong_checksum = whole;
    *wrong_checksum.last_mut().unwrap() ^= 1;
    assert_eq!(
        StatusList::inflate(StatusSize::One, &wrong_checksum).err(),
        Some(StatusError::Malformed)
    );
}

#[test]
fn only_four_sizes_exist() {
    for bits in (0..=16).filter(|bits| ![1, 2, 4, 8].contains(bits)) {
        assert_eq!(StatusSize::from_bits(bits), Err(StatusError::Malformed));
    }
}

#[test]
fn a_reference_keeps_its_json_and_cbor_form() {
    let reference = StatusPlace::new(412, "https://status.md/1").unwrap();
    let encoded = crate::cbor::encode(&reference.to_cbor());
    let item = crate::cbor::read(&encoded).unwrap();

    assert_eq!(
        StatusPlace::from_json(&reference.to_json()["status_list"]).as_ref(),
        Ok(&reference)
    );
    assert_eq!(
        StatusPlace::from_cbor(item.get("status_list").unwrap()),
        Ok(reference)
    );
}

#[test]
fn a_reference_without_address_is_refused() {
    assert_eq!(StatusPlace::new(0, ""), Err(StatusError::Malformed));
    assert_eq!(StatusPlace::new(0, "x".repeat(5000)), Err(StatusError::Malformed));
}

#[cfg(feature = "issuing")]
mod issuing {
    use super::*;
    use acasa_crypto::{CryptoError, Signer as _, SigningKey};

    const NOW: i64 = 1_790_000_000;
    const TERMS: StatusListTerms<'_> = StatusListTerms {
        subject: "https://status.md/1",
        issued_at: NOW,
        expires_at: NOW + 3600,
        time_to_live: 600,
        certificates: &[],
    };

    fn key() -> SigningKey {
        SigningKey::from_scalar(&[8; 32]).unwrap()
    }

    fn builder() -> StatusListBuilder {
        let mut builder = StatusListBuilder::new(StatusSize::Two, 1000).unwrap();
        builder.set(7, Status::Invalid).unwrap();
        builder.set(8, Status::Suspended).unwrap();
        builder
    }

    fn both_forms() -> [Vec<u8>; 2] {
        [
            builder().sign_cwt(TERMS, &key()).unwrap(),
            builder().sign_jwt(TERMS, &key()).unwrap().into_bytes(),
        ]
    }

    #[test]
    fn both_forms_verify_and_answer_for_each_index() {
        for bytes in both_forms() {
            let token = UnverifiedStatusList::parse(&bytes)
                .unwrap()
                .verify(&key().public_key())
                .unwrap();
            let status = |index| token.look_up(&StatusPlace::new(index, "https://status.md/1").unwrap());

            assert_eq!(status(6), Ok(Status::Valid));
            assert_eq!(status(7), Ok(Status::Invalid));
            assert_eq!(status(8), Ok(Status::Suspended));
            assert_eq!(status(1000), Err(StatusError::IndexOutside));
            assert_eq!((token.issued_at(), token.expires_at()), (NOW, Some(NOW + 3600)));
            assert_eq!(token.time_to_live(), Some(600));
        }
    }

    #[test]
    fn a_reference_to_another_list_is_refused() {
        let [cwt, _] = both_forms();
        let token = UnverifiedStatusList::parse(&cwt)
            .unwrap()
            .verify(&key().public_key())
            .unwrap();

        let elsewhere = StatusPlace::new(7, "https://status.md/2").unwrap();

        assert_eq!(token.look_up(&elsewhere), Err(StatusError::AnotherList));
    }

    #[test]
    fn a_list_counts_from_its_issue_to_its_expiry() {
        let [cwt, _] = both_forms();
        let token = UnverifiedStatusList::parse(&cwt)
            .unwrap()
            .verify(&key().public_key())
            .unwrap();

        assert_eq!(token.check_time(NOW - 601, 600), Err(StatusError::NotYetIssued));
        assert_eq!(token.check_time(NOW - 600, 600), Ok(()));
        assert_eq!(token.check_time(NOW + 3599, 0), Ok(()));
        assert_eq!(token.check_time(NOW + 3600, 0), Err(StatusError::Expired));
    }

    #[test]
    fn another_signer_does_not_verify() {
        let other = SigningKey::from_scalar(&[9; 32]).unwrap().public_key();
        for bytes in both_forms() {
            let outcome = UnverifiedStatusList::parse(&bytes).unwrap().verify(&other).err();
            assert_eq!(outcome, Some(StatusError::Signature(CryptoError::Signature)));
        }
    }

    #[test]
    fn a_jwt_of_another_type_is_no_status_list() {
        let claims =
            serde_json::json!({"sub": "u", "iat": 1, "status_list": {"bits": 1, "lst": "eNrbuRgAAhcBXQ"}});
        let header = serde_json::Map::new();
        let jwt = acasa_crypto::jose::sign_jwt(&key(), "jwt", header, claims.as_object().unwrap()).unwrap();

        let outcome = UnverifiedStatusList::parse_jwt(&jwt)
            .unwrap()
            .verify(&key().public_key())
            .err();

        assert_eq!(outcome, Some(StatusError::Signature(CryptoError::Header)));
    }

    #[test]
    fn certificates_travel_in_both_forms() {
        let chain = [vec![1, 2, 3], vec![4, 5]];
        let terms = StatusListTerms {
            certificates: &chain,
            ..TERMS
        };
        let cwt = builder().sign_cwt(terms, &key()).unwrap();
        let jwt = builder().sign_jwt(terms, &key()).unwrap();

        for bytes in [cwt, jwt.into_bytes()] {
            assert_eq!(
                UnverifiedStatusList::parse(&bytes).unwrap().certificates(),
                Ok(chain.to_vec())
            );
        }
    }

    #[test]
    fn a_value_too_large_for_the_size_or_an_index_outside_is_not_set() {
        let mut builder = StatusListBuilder::new(StatusSize::One, 8).unwrap();

        assert_eq!(builder.set(0, Status::Suspended), Err(StatusError::Malformed));
        assert_eq!(builder.set(8, Status::Invalid), Err(StatusError::IndexOutside));
        assert!(StatusListBuilder::new(StatusSize::Eight, u64::MAX).is_err());
    }

    #[test]
    fn a_list_of_ten_million_compresses_to_less_than_a_tenth_when_one_in_a_thousand_is_revoked() {
        let mut builder = StatusListBuilder::new(StatusSize::One, 10_000_000).unwrap();
        for index in (0..10_000_000).step_by(1000) {
            builder.set(index, Status::Invalid).unwrap();
        }

        let token = builder.sign_cwt(TERMS, &key()).unwrap();

        assert!(token.len() < 125_000, "{}", token.len());
    }

    proptest! {
        #[test]
        fn any_changed_byte_of_a_list_is_noticed(at: prop::sample::Index, bit in 0..8_u8) {
            let [mut cwt, _] = both_forms();
            let at = at.index(cwt.len());
            cwt[at] ^= 1 << bit;

            let found = UnverifiedStatusList::parse_cwt(&cwt).and_then(|list| list.verify(&key().public_key()));
            prop_assert!(found.is_err());
        }

        #[test]
        fn what_is_set_is_read_and_neighbours_are_left_alone(size in size(), index in 0..64_u64, value: u8) {
            let mut builder = StatusListBuilder::new(size, 64).unwrap();
            let value = value & u8::try_from((1_u16 << size.bits()) - 1).unwrap();
            builder.set(index, Status::from(value)).unwrap();

            for other in 0..64 {
                let expected = if other == index { value } else { 0 };
                prop_assert_eq!(u8::from(builder.list().get(other).unwrap()), expected);
            }
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes: Vec<u8>, size in size()) {
        let _ = UnverifiedStatusList::parse(&bytes);
        let _ = StatusList::inflate(size, &bytes);
    }

    #[test]
    fn every_status_of_every_size_fits_its_bits(bytes: Vec<u8>, size in size(), index: u16) {
        let list = StatusList::from_bytes(size, bytes);
        if let Ok(status) = list.get(index.into()) {
            prop_assert!(u64::from(index) < list.len());
            prop_assert!(u16::from(u8::from(status)) < 1 << size.bits());
        }
    }
}
