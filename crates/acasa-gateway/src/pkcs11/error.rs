//! What can go wrong with a token.

use acasa_crypto::CryptoError;
use cryptoki::error::{Error, RvError};

/// Why a token or a key in it cannot be used. No variant carries a PIN, a label or a message.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Pkcs11Error {
    /// The module's path is not absolute.
    #[error("the path of the PKCS#11 module is not absolute")]
    ModulePath,
    /// The module cannot be loaded or initialised.
    #[error("the PKCS#11 module cannot be started")]
    Module(#[source] Error),
    /// No slot has an initialised token of that label.
    #[error("no token has this label")]
    TokenMissing,
    /// More than one token has that label.
    #[error("more than one token has this label")]
    TokenAmbiguous,
    /// This process is logged in to the token already.
    #[error("the token is open in this process")]
    TokenOpen,
    /// The file with the PIN cannot be read, or does not hold one line.
    #[error("the file with the token's PIN cannot be read")]
    PinFile(#[source] std::io::Error),
    /// Others than its owner may read or write the file with the PIN.
    #[error("the file with the token's PIN is not for its owner only")]
    PinFilePermissions,
    /// The PIN is wrong; the token counts such tries.
    #[error("the token refused the PIN")]
    Pin,
    /// The PIN is locked, expired or was never set: the token's security officer must act.
    #[error("the token's PIN is locked, expired or not set")]
    PinLocked,
    /// No private EC key has that label.
    #[error("no private key has this label")]
    KeyMissing,
    /// More than one key has that label or identifier.
    #[error("more than one key has this label or identifier")]
    KeyAmbiguous,
    /// The key is not on P-256, named by its identifier.
    #[error("the key is not a P-256 key")]
    KeyCurve,
    /// The private key may leave the token, or be read.
    #[error("the private key is not confined to the token")]
    KeyExtractable,
    /// The private key's public key is not in the token.
    #[error("the token does not have the public key")]
    PublicKeyMissing,
    /// The public key's point cannot be read.
    #[error("the public key cannot be read")]
    PublicKey,
    /// What the private key signs does not verify with the public key.
    #[error("the public key is another key's")]
    KeyMismatch,
    /// A signature is not of its length.
    #[error("the token gave a malformed signature")]
    Signature,
    /// There is no randomness for a key's identifier.
    #[error("there is no randomness")]
    Random(#[source] CryptoError),
    /// The token failed in another way.
    #[error("the token failed")]
    Token(#[source] Error),
}

impl Pkcs11Error {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ModulePath => "pkcs11_module_path",
            Self::Module(_) => "pkcs11_module",
            Self::TokenMissing => "pkcs11_token_missing",
            Self::TokenAmbiguous => "pkcs11_token_ambiguous",
            Self::TokenOpen => "pkcs11_token_open",
            Self::PinFile(_) => "pkcs11_pin_file",
            Self::PinFilePermissions => "pkcs11_pin_file_permissions",
            Self::Pin => "pkcs11_pin",
            Self::PinLocked => "pkcs11_pin_locked",
            Self::KeyMissing => "pkcs11_key_missing",
            Self::KeyAmbiguous => "pkcs11_key_ambiguous",
            Self::KeyCurve => "pkcs11_key_curve",
            Self::KeyExtractable => "pkcs11_key_extractable",
            Self::PublicKeyMissing => "pkcs11_public_key_missing",
            Self::PublicKey => "pkcs11_public_key",
            Self::KeyMismatch => "pkcs11_key_mismatch",
            Self::Signature => "pkcs11_signature",
            Self::Random(error) => error.code(),
            Self::Token(_) => "pkcs11_token",
        }
    }

    /// Whether trying again may help; never for a PIN, whose tries are counted.
    pub fn retryable(&self) -> bool {
        matches!(self, Self::TokenMissing | Self::Signature | Self::Token(_))
    }
}

impl From<Error> for Pkcs11Error {
    fn from(error: Error) -> Self {
        use RvError::{
            PinExpired, PinIncorrect, PinInvalid, PinLenRange, PinLocked, TokenNotPresent,
            UserAlreadyLoggedIn, UserPinNotInitialized,
        };
        let Error::Pkcs11(code, _) = error else {
            return Self::Token(error);
        };
        if matches!(code, PinIncorrect | PinInvalid | PinLenRange) {
            Self::Pin
        } else if matches!(code, PinLocked | PinExpired | UserPinNotInitialized) {
            Self::PinLocked
        } else if code == UserAlreadyLoggedIn {
            Self::TokenOpen
        } else if code == TokenNotPresent {
            Self::TokenMissing
        } else {
            Self::Token(error)
        }
    }
}
