//! Signing, verifying, sealing and deriving: the one crate that speaks to ring.
//!
//! It holds no protocol and no policy of the product: keys, algorithms, strict JSON and compact JWS,
//! nothing about documents, vaults or servers. Algorithms are always pinned by the caller; a header
//! or a key may narrow the choice and never widens it.
//!
//! ```
//! use acasa_crypto::{Algorithm, Signer as _, SignatureFormat, SigningKey};
//!
//! let key = SigningKey::make_random()?;
//! let signature = key.sign(b"salut")?;
//! key.public_key().verify(Algorithm::Es256, SignatureFormat::Fixed, b"salut", &signature)?;
//! # Ok::<(), acasa_crypto::CryptoError>(())
//! ```
#![forbid(unsafe_code)]

pub mod aead;
mod algorithm;
pub mod argon2id;
pub mod base64url;
pub mod digest;
mod error;
pub mod hkdf;
pub mod jose;
pub mod json;
mod jwk;
pub mod mac;
pub mod random;
mod secret;
mod signing;
mod stack;
mod verifying;

pub use algorithm::{Algorithm, Curve, Hash, SignatureFormat};
pub use error::{CryptoError, SignerRefusal};
pub use jwk::Jwk;
pub use secret::{Key256, SecretBytes};
pub use signing::{EcdhKey, Signer, SigningKey};
pub use stack::wipe_stack;
pub use verifying::VerifyingKey;

use subtle::ConstantTimeEq as _;

/// Whether two byte strings are equal, in time that depends only on their lengths.
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}
