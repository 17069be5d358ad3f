//! Reading the private key of a reader, with which device MACs are verified.

use super::MdocError;
use acasa_crypto::{EcdhKey, SecretBytes, base64url};
use der::asn1::{AnyRef, OctetStringRef};
use der::{Decode as _, Reader as _, SliceReader};

/// Reads a P-256 private key: PKCS#8 or SEC 1 (PEM or DER), a JWK, or the 32 bytes of the scalar
/// (raw, hex or base64url).
pub fn read_reader_key(bytes: &[u8]) -> Result<EcdhKey, MdocError> {
    let scalar = scalar_of(bytes).ok_or(MdocError::Structure("reader key"))?;
    EcdhKey::from_scalar(scalar.expose()).map_err(|_| MdocError::Structure("reader key"))
}

fn scalar_of(bytes: &[u8]) -> Option<SecretBytes> {
    if bytes.len() == 32 {
        return Some(SecretBytes::from_slice(bytes));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return scalar_in_der(bytes);
    };
    let text = text.trim();
    if text.starts_with('{') {
        let jwk: serde_json::Value = serde_json::from_str(text).ok()?;
        if jwk.get("crv")?.as_str()? != "P-256" {
            return None;
        }
        return base64url::decode(jwk.get("d")?.as_str()?)
            .ok()
            .map(SecretBytes::new);
    }
    if let Some(pem) = text.find("-----BEGIN").and_then(|start| text.get(start..)) {
        // A SEC 1 file may open with a block of curve parameters.
        let block = pem
            .find("PRIVATE KEY")
            .and_then(|at| pem.get(..at)?.rfind("-----BEGIN"))?;
        let (_, document) = der::pem::decode_vec(pem.get(block..)?.as_bytes()).ok()?;
        return scalar_in_der(&document);
    }
    hex::decode(text)
        .or_else(|_| base64url::decode(text.trim_end_matches('=')))
        .ok()
        .filter(|scalar| scalar.len() == 32)
        .map(SecretBytes::new)
}

/// The scalar inside `PrivateKeyInfo` (RFC 5958) or `ECPrivateKey` (RFC 5915).
fn scalar_in_der(document: &[u8]) -> Option<SecretBytes> {
    let outer = AnyRef::from_der(document).ok()?;
    let mut reader = SliceReader::new(outer.value()).ok()?;
    let version: u8 = reader.decode().ok()?;
    if version == 1 {
        let scalar: &OctetStringRef = reader.decode().ok()?;
        return Some(SecretBytes::from_slice(scalar.as_bytes()));
    }
    let _algorithm: AnyRef<'_> = reader.decode().ok()?;
    let inner: &OctetStringRef = reader.decode().ok()?;
    let inner = AnyRef::from_der(inner.as_bytes()).ok()?;
    let mut reader = SliceReader::new(inner.value()).ok()?;
    let _version: u8 = reader.decode().ok()?;
    let scalar: &OctetStringRef = reader.decode().ok()?;
    Some(SecretBytes::from_slice(scalar.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use acasa_crypto::{Signer as _, SigningKey};

    #[test]
    fn every_form_of_a_key_is_the_same_key() {
        let scalar = [7; 32];
        let signing = SigningKey::from_scalar(&scalar).unwrap();
        let expected = signing.public_key().to_spki_der().unwrap();
        let jwk = format!(
            r#"{{"kty":"EC","crv":"P-256","d":"{}"}}"#,
            base64url::encode(&scalar)
        );
        let pkcs8 = signing.to_pkcs8().unwrap();
        let pem = der::pem::encode_string("PRIVATE KEY", der::pem::LineEnding::LF, pkcs8.expose()).unwrap();
        for form in [
            &scalar[..],
            hex::encode(scalar).as_bytes(),
            format!("{}\n", base64url::encode(&scalar)).as_bytes(),
            jwk.as_bytes(),
            pkcs8.expose(),
            pem.as_bytes(),
        ] {
            assert_eq!(
                read_reader_key(form)
                    .ok()
                    .unwrap()
                    .public_key()
                    .to_spki_der()
                    .unwrap(),
                expected
            );
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for form in ["", "{}", "zz", "-----BEGIN PRIVATE KEY-----", "0000"] {
            assert!(read_reader_key(form.as_bytes()).is_err(), "{form}");
        }
    }
}
