//! What can go wrong in cryptography: few, coarse and safe to show.

/// Why an operation was refused.
///
/// Deliberately coarse: an answer that says which byte was wrong is an oracle. No variant carries
/// key material, plaintext or anything of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptoError {
    /// The key's bytes are not a key of the kind asked for.
    #[error("the key is malformed or not acceptable")]
    Key,
    /// The algorithm is unknown, outside the product or does not fit the key.
    #[error("the algorithm is not one this key may be used with")]
    Algorithm,
    /// A signature or authentication tag does not match.
    #[error("the signature does not verify")]
    Signature,
    /// Sealed bytes were altered, or the key is another one.
    #[error("the sealed bytes do not open")]
    Sealed,
    /// A length, count or cost is outside what is allowed.
    #[error("a parameter is outside its limits")]
    Parameters,
    /// A token or document is not in the form the standard asks for.
    #[error("the input is malformed")]
    Malformed,
    /// The input is larger or deeper than is read.
    #[error("the input is larger than is accepted")]
    TooLarge,
    /// A protected header asks for something this reader does not do.
    #[error("the header is not acceptable")]
    Header,
    /// The operating system gave no randomness.
    #[error("the system's random source failed")]
    Random,
    /// A key outside this process (keystore, smart card) did not answer.
    #[error("the key's device did not answer")]
    Device,
}

impl CryptoError {
    /// The stable name of this error, as it crosses process borders.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Key => "crypto_key",
            Self::Algorithm => "crypto_algorithm",
            Self::Signature => "crypto_signature",
            Self::Sealed => "crypto_sealed",
            Self::Parameters => "crypto_parameters",
            Self::Malformed => "crypto_malformed",
            Self::TooLarge => "crypto_too_large",
            Self::Header => "crypto_header",
            Self::Random => "crypto_random",
            Self::Device => "crypto_device",
        }
    }

    /// Whether the same call may succeed later.
    pub const fn retryable(&self) -> bool {
        matches!(self, Self::Random | Self::Device)
    }
}
