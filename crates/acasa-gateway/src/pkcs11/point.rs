//! `CKA_EC_POINT`, as tokens write it.

use acasa_crypto::{Curve, VerifyingKey};
use der::{Decode as _, asn1::OctetString};

use super::Pkcs11Error;

/// Length of 04 ‖ x ‖ y for P-256. A DER string of this length holds 63 bytes, which is no point.
const UNCOMPRESSED_LENGTH: usize = 65;

/// Reads a P-256 point: in a DER octet string (PKCS #11 2.40 mechanisms, 2.3.3), or bare, as
/// tokens built to versions before 2.20 write it.
pub(super) fn decode(attribute: &[u8]) -> Result<VerifyingKey, Pkcs11Error> {
    if attribute.len() == UNCOMPRESSED_LENGTH {
        return from_sec1(attribute);
    }
    let string = OctetString::from_der(attribute).map_err(|_| Pkcs11Error::PublicKey)?;
    from_sec1(string.as_bytes())
}

fn from_sec1(point: &[u8]) -> Result<VerifyingKey, Pkcs11Error> {
    VerifyingKey::from_sec1(Curve::P256, point).map_err(|_| Pkcs11Error::PublicKey)
}

#[cfg(test)]
mod tests {
    use acasa_crypto::{Signer as _, SigningKey};
    use proptest::prelude::*;

    use super::*;

    fn point_of(scalar: &[u8; 32]) -> Option<Vec<u8>> {
        let key = SigningKey::from_scalar(scalar).ok()?.public_key();
        key.as_ec().map(|(_, point)| point.to_vec())
    }

    proptest! {
        #[test]
        fn a_point_reads_the_same_wrapped_and_bare(scalar: [u8; 32]) {
            prop_assume!(point_of(&scalar).is_some());
            let point = point_of(&scalar).unwrap();
            let wrapped = [&[0x04, 65], point.as_slice()].concat();

            let (from_wrapped, from_bare) = (decode(&wrapped).unwrap(), decode(&point).unwrap());

            prop_assert_eq!(from_wrapped.as_ec().unwrap().1, point.as_slice());
            prop_assert_eq!(from_bare.as_ec().unwrap().1, point.as_slice());
        }

        #[test]
        fn any_bytes_give_a_key_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..140)) {
            let code = decode(&bytes).err().map_or("none", |error| error.code());

            prop_assert!(["none", "pkcs11_public_key"].contains(&code));
        }
    }

    #[test]
    fn a_point_off_the_curve_is_refused() {
        let mut point = point_of(&[7; 32]).unwrap();
        point[64] ^= 1;

        assert!(decode(&point).is_err());
        assert!(decode(&[&[0x04, 65], point.as_slice()].concat()).is_err());
    }

    #[test]
    fn bytes_after_the_point_are_refused() {
        let point = point_of(&[7; 32]).unwrap();

        assert!(decode(&[&[0x04, 65], point.as_slice(), &[0]].concat()).is_err());
    }
}
