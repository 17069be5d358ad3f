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
    /// The service that holds the key did not sign.
    #[error(transparent)]
    Signer(#[from] SignerRefusal),
}

/// Why a service that holds a key did not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignerRefusal {
    /// It is not there, or not for this process.
    #[error("the service that holds the key does not answer")]
    Unreachable,
    /// What is to be signed is not what the key is for.
    #[error("the key is not for what is to be signed")]
    Refused,
    /// The key signs less often.
    #[error("the key signs less often")]
    Busy,
    /// It cannot write down what it signs.
    #[error("the service that holds the key cannot write its journal")]
    Journal,
    /// The key was replaced by another.
    #[error("the key was replaced")]
    KeyChanged,
}

impl SignerRefusal {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Unreachable,
        Self::Refused,
        Self::Busy,
        Self::Journal,
        Self::KeyChanged,
    ];

    /// The stable name, as it crosses process borders.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "signer_unreachable",
            Self::Refused => "signer_refused",
            Self::Busy => "signer_busy",
            Self::Journal => "signer_journal",
            Self::KeyChanged => "signer_key_changed",
        }
    }

    /// Whether the same call may succeed later.
    pub const fn retryable(self) -> bool {
        !matches!(self, Self::Refused)
    }
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
            Self::Signer(refusal) => refusal.code(),
        }
    }

    /// Whether the same call may succeed later.
    pub const fn retryable(&self) -> bool {
        match self {
            Self::Random | Self::Device => true,
            Self::Signer(refusal) => refusal.retryable(),
            Self::Key
            | Self::Algorithm
            | Self::Signature
            | Self::Sealed
            | Self::Parameters
            | Self::Malformed
            | Self::TooLarge
            | Self::Header => false,
        }
    }
}
