use super::*;
use crate::{SignatureFormat, jose};
use serde_json::Map;

/// RFC 7515, A.3: the scalar of the example ES256 key.
const RFC_7515_A3: &str = "8e9b109e719098bf980487df1f5d77e9cb29606ebed2263b5f57c213df84f4b2";

#[test]
fn a_signature_verifies_in_both_forms_and_not_in_the_other() {
    let key = SigningKey::make_random().unwrap();
    let (fixed, der) = (key.sign(b"message").unwrap(), key.sign_der(b"message").unwrap());
    let check = |format, signature: &[u8]| {
        key.public_key()
            .verify(Algorithm::Es256, format, b"message", signature)
    };

    assert_eq!(fixed.len(), 64);
    assert_eq!(check(SignatureFormat::Fixed, &fixed), Ok(()));
    assert_eq!(check(SignatureFormat::Der, &der), Ok(()));
    assert_eq!(check(SignatureFormat::Der, &fixed), Err(CryptoError::Signature));
    assert_eq!(check(SignatureFormat::Fixed, &der), Err(CryptoError::Signature));
}

#[test]
fn another_message_or_key_does_not_verify() {
    let (key, other) = (
        SigningKey::make_random().unwrap(),
        SigningKey::make_random().unwrap(),
    );
    let signature = key.sign(b"message").unwrap();
    let check = |key: &SigningKey, message: &[u8]| {
        key.public_key()
            .verify(Algorithm::Es256, SignatureFormat::Fixed, message, &signature)
    };

    assert_eq!(check(&key, b"Message"), Err(CryptoError::Signature));
    assert_eq!(check(&other, b"message"), Err(CryptoError::Signature));
}

#[test]
fn the_public_half_of_a_published_scalar_is_the_published_one() {
    let key = SigningKey::from_scalar(&hex::decode(RFC_7515_A3).unwrap()).unwrap();

    let jwk = key.to_jwk().to_value();

    assert_eq!(jwk["x"], "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
    assert_eq!(jwk["y"], "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
}

#[test]
fn a_key_survives_pkcs8() {
    let key = SigningKey::make_random().unwrap();

    let again = SigningKey::from_pkcs8(key.to_pkcs8().unwrap().expose()).unwrap();

    assert_eq!(key.public_key(), again.public_key());
}

#[test]
fn scalars_that_are_no_keys_are_refused() {
    let order = hex::decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").unwrap();
    for scalar in [&[0; 32][..], &[1; 31], &[1; 33], &[], &order] {
        assert_eq!(SigningKey::from_scalar(scalar).err(), Some(CryptoError::Key));
        assert_eq!(EcdhKey::from_scalar(scalar).err(), Some(CryptoError::Key));
    }
}

#[test]
fn two_parties_agree_on_the_same_secret() {
    let (holder, reader) = (EcdhKey::make_random().unwrap(), EcdhKey::make_random().unwrap());

    let by_holder = holder.agree(&reader.public_key()).unwrap();
    let by_reader = reader.agree(&holder.public_key()).unwrap();

    assert_eq!(by_holder.expose(), by_reader.expose());
}

#[test]
fn agreeing_with_a_key_of_another_kind_is_refused() {
    let peer = VerifyingKey::from_ed25519(&[9; 32]).unwrap();

    assert_eq!(
        EcdhKey::make_random().unwrap().agree(&peer).err(),
        Some(CryptoError::Algorithm)
    );
}

#[test]
fn a_signer_is_usable_as_an_object_and_across_threads() {
    fn across_threads<T: Send + Sync + ?Sized>(_: &T) {}
    let signer: Box<dyn Signer> = Box::new(SigningKey::make_random().unwrap());

    across_threads(signer.as_ref());

    assert!(jose::sign(signer.as_ref(), Map::new(), b"{}").is_ok());
}
