//! Why an SD-JWT is refused.

use acasa_crypto::CryptoError;

/// Why an SD-JWT is refused; no variant carries a claim's name or value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SdJwtError {
    /// Not in the form RFC 9901 gives, or JSON with a repeated member.
    #[error("the SD-JWT is malformed")]
    Malformed,
    /// Larger, deeper or with more disclosures than is read.
    #[error("the SD-JWT is larger than is accepted")]
    TooLarge,
    /// The issuer's signature does not verify.
    #[error("the issuer's signature does not verify")]
    IssuerSignature(#[source] CryptoError),
    /// `_sd_alg` names a hash that is not accepted.
    #[error("the hash algorithm is not accepted")]
    HashAlgorithm,
    /// A disclosure is not an array of two or three elements in base64url.
    #[error("a disclosure is malformed")]
    Disclosure,
    /// The same digest or disclosure stands in more than one place.
    #[error("a digest is used twice")]
    DigestRepeated,
    /// A disclosure matches no digest.
    #[error("a disclosure matches no digest")]
    DisclosureUnreferenced,
    /// A disclosed claim has the name of one that is there already.
    #[error("a disclosed claim has the name of another")]
    NameRepeated,
    /// `_sd` or `...` is used as the name of a claim, or in a place it has no meaning.
    #[error("a reserved name is used as a claim")]
    NameReserved,
    /// Not a credential: `typ` or `vct` is missing or wrong, or a claim is concealed that must not be.
    #[error("the SD-JWT is not a credential")]
    NotACredential,
    /// A time claim is not a number.
    #[error("a time is malformed")]
    Time,
    /// `nbf` is in the future.
    #[error("the credential is not valid yet")]
    NotYetValid,
    /// `exp` is past.
    #[error("the credential has expired")]
    Expired,
    /// `status` is malformed.
    #[error("the status reference is malformed")]
    Status,
    /// The credential names no usable key of its holder.
    #[error("the credential is bound to no usable key")]
    HolderKey,
    /// There is no key binding JWT.
    #[error("there is no key binding")]
    KeyBindingAbsent,
    /// The key binding JWT's form, type or signature is wrong.
    #[error("the key binding does not verify")]
    KeyBinding(#[source] CryptoError),
    /// The key binding belongs to other disclosures.
    #[error("the key binding belongs to another presentation")]
    KeyBindingHash,
    /// The key binding was made for another verifier.
    #[error("the key binding was made for another verifier")]
    KeyBindingAudience,
    /// The key binding answers another challenge.
    #[error("the key binding answers another challenge")]
    KeyBindingNonce,
    /// The key binding is too old or from the future.
    #[error("the key binding is not fresh")]
    KeyBindingTime,
    /// Signing failed.
    #[error("signing failed")]
    Signing(#[source] CryptoError),
    /// A claim path points at nothing that can be concealed or disclosed.
    #[error("a claim path points at nothing")]
    Path,
}

impl SdJwtError {
    /// The stable name of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "sd_jwt_malformed",
            Self::TooLarge => "sd_jwt_too_large",
            Self::IssuerSignature(_) => "sd_jwt_issuer_signature",
            Self::HashAlgorithm => "sd_jwt_hash_algorithm",
            Self::Disclosure => "sd_jwt_disclosure",
            Self::DigestRepeated => "sd_jwt_digest_repeated",
            Self::DisclosureUnreferenced => "sd_jwt_disclosure_unreferenced",
            Self::NameRepeated => "sd_jwt_name_repeated",
            Self::NameReserved => "sd_jwt_name_reserved",
            Self::NotACredential => "sd_jwt_not_a_credential",
            Self::Time => "sd_jwt_time",
            Self::NotYetValid => "sd_jwt_not_yet_valid",
            Self::Expired => "sd_jwt_expired",
            Self::Status => "sd_jwt_status",
            Self::HolderKey => "sd_jwt_holder_key",
            Self::KeyBindingAbsent => "sd_jwt_key_binding_absent",
            Self::KeyBinding(_) => "sd_jwt_key_binding",
            Self::KeyBindingHash => "sd_jwt_key_binding_hash",
            Self::KeyBindingAudience => "sd_jwt_key_binding_audience",
            Self::KeyBindingNonce => "sd_jwt_key_binding_nonce",
            Self::KeyBindingTime => "sd_jwt_key_binding_time",
            Self::Signing(_) => "sd_jwt_signing",
            Self::Path => "sd_jwt_path",
        }
    }

    /// Whether the same call may succeed later.
    pub const fn retryable(&self) -> bool {
        if let Self::Signing(error) = self {
            error.retryable()
        } else {
            matches!(self, Self::NotYetValid)
        }
    }
}
