//! SHA-2 (FIPS 180-4).

use ring::digest;

/// SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    fixed(&digest::SHA256, bytes)
}

/// SHA-384 of `bytes`.
pub fn sha384(bytes: &[u8]) -> [u8; 48] {
    fixed(&digest::SHA384, bytes)
}

/// SHA-512 of `bytes`.
pub fn sha512(bytes: &[u8]) -> [u8; 64] {
    fixed(&digest::SHA512, bytes)
}

/// SHA-1 of `bytes`: only to look up what others indexed by it (AuthorityKeyIdentifier), never to trust.
pub fn sha1_legacy(bytes: &[u8]) -> [u8; 20] {
    fixed(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes)
}

fn fixed<const N: usize>(algorithm: &'static digest::Algorithm, bytes: &[u8]) -> [u8; N] {
    digest::digest(algorithm, bytes)
        .as_ref()
        .try_into()
        .expect("each caller's array is as long as its algorithm's output")
}

#[cfg(test)]
mod tests {
    #[test]
    fn digests_are_those_of_fips_180_for_abc() {
        assert!(hex::encode(super::sha256(b"abc")).starts_with("ba7816bf8f01cfea"));
        assert!(hex::encode(super::sha384(b"abc")).starts_with("cb00753f45a35e8b"));
        assert!(hex::encode(super::sha512(b"abc")).starts_with("ddaf35a193617aba"));
        assert!(hex::encode(super::sha1_legacy(b"abc")).starts_with("a9993e364706816a"));
    }
}
