use super::*;
use crate::{Signer as _, SigningKey};
use proptest::prelude::*;

#[test]
fn an_algorithm_that_does_not_fit_the_key_is_refused_before_anything_is_computed() {
    let key = SigningKey::make_random().unwrap();
    let signature = key.sign(b"message").unwrap();

    for algorithm in Algorithm::all().filter(|algorithm| *algorithm != Algorithm::Es256) {
        let outcome = key
            .public_key()
            .verify(algorithm, SignatureFormat::Fixed, b"message", &signature);
        assert_eq!(outcome, Err(CryptoError::Algorithm), "{algorithm:?}");
    }
}

#[test]
fn an_ec_key_survives_spki_and_its_compressed_point() {
    let key = SigningKey::make_random().unwrap().public_key();
    let (curve, x, y) = key.coordinates().unwrap();
    let compressed = [&[2 + (y[31] & 1)], x].concat();

    assert_eq!(
        VerifyingKey::from_spki_der(&key.to_spki_der().unwrap()).as_ref(),
        Ok(&key)
    );
    assert_eq!(VerifyingKey::from_sec1(curve, &compressed).as_ref(), Ok(&key));
}

#[test]
fn rsa_and_ed25519_keys_survive_spki() {
    let mut modulus = vec![0xab; 256];
    modulus[255] = 0xaf;
    let rsa = VerifyingKey::from_rsa(&modulus, &[1, 0, 1]).unwrap();
    let ed25519 = VerifyingKey::from_ed25519(&[7; 32]).unwrap();

    for key in [rsa, ed25519] {
        assert_eq!(VerifyingKey::from_spki_der(&key.to_spki_der().unwrap()), Ok(key));
    }
}

#[test]
fn a_point_off_the_curve_is_no_key() {
    assert_eq!(
        VerifyingKey::from_coordinates(Curve::P256, &[1; 32], &[1; 32]),
        Err(CryptoError::Key)
    );
    assert_eq!(
        VerifyingKey::from_coordinates(Curve::P521, &[1; 66], &[1; 66]),
        Err(CryptoError::Key)
    );
    assert_eq!(VerifyingKey::from_sec1(Curve::P256, &[0]), Err(CryptoError::Key));
}

#[test]
fn weak_rsa_keys_are_refused() {
    let odd = |length: usize| [vec![0xff; length - 1], vec![1]].concat();

    assert!(VerifyingKey::from_rsa(&odd(256), &[3]).is_ok());
    for (modulus, exponent) in [
        (odd(128), vec![1, 0, 1]),
        (odd(1025), vec![1, 0, 1]),
        (odd(256), vec![1]),
        (odd(256), vec![2]),
        (odd(256), vec![]),
        ([vec![0], odd(256)].concat(), vec![3]),
    ] {
        assert_eq!(VerifyingKey::from_rsa(&modulus, &exponent), Err(CryptoError::Key));
    }
}

#[test]
fn debug_output_names_the_kind_and_nothing_else() {
    let key = SigningKey::make_random().unwrap().public_key();

    assert_eq!(format!("{key:?}"), "VerifyingKey(P-256)");
}

#[test]
fn a_certificate_signature_by_sha_1_is_refused() {
    let key = SigningKey::make_random().unwrap();
    let signature = key.sign_der(b"message").unwrap();
    let check = |oid| key.public_key().verify_x509(oid, b"message", &signature);

    assert_eq!(check("1.2.840.10045.4.3.2"), Ok(()));
    assert_eq!(check("1.2.840.10045.4.3.3"), Err(CryptoError::Signature));
    assert_eq!(check("1.2.840.10045.4.1"), Err(CryptoError::Algorithm));
}

proptest! {
    #[test]
    fn arbitrary_spki_never_panics(der: Vec<u8>) {
        prop_assert!(VerifyingKey::from_spki_der(&der).is_err());
    }

    #[test]
    fn a_damaged_spki_never_panics(at: prop::sample::Index, byte: u8) {
        let mut der = SigningKey::make_random().unwrap().public_key().to_spki_der().unwrap();
        let at = at.index(der.len());
        der[at] = byte;
        let _ = VerifyingKey::from_spki_der(&der);
    }

    #[test]
    fn arbitrary_signatures_are_refused(signature: Vec<u8>) {
        let key = SigningKey::make_random().unwrap().public_key();
        for format in [SignatureFormat::Fixed, SignatureFormat::Der] {
            for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
                prop_assert!(key.verify_ecdsa(hash, format, b"message", &signature).is_err());
            }
        }
    }
}
