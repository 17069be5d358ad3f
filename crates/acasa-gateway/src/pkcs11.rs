//! Keys in a PKCS#11 token (OASIS PKCS #11 2.40), behind the `Signer` port.
//!
//! A token is opened once in a process and gives a signer for each key asked for by its label, or
//! makes one. The private key stays in the token: one that is not marked so is refused, and a signer
//! has shown that it belongs to its public key before anything is issued by it.
//!
//! ```no_run
//! use acasa_crypto::{SecretBytes, Signer as _};
//! use acasa_gateway::pkcs11::{Pkcs11Error, Token};
//!
//! # fn open(pin: &SecretBytes) -> Result<(), Pkcs11Error> {
//! let module = std::path::Path::new("/usr/lib/softhsm/libsofthsm2.so");
//! let token = Token::open(module, "acasa", pin)?;
//! let documents = token.signer("documents")?;
//! let certify = documents.public_key();
//! # Ok(())
//! # }
//! ```

mod error;
mod keys;
mod point;
mod settings;

pub use error::Pkcs11Error;
pub use settings::TokenSettings;

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use acasa_crypto::{
    Algorithm, CryptoError, SecretBytes, SignatureFormat, Signer, VerifyingKey, digest::sha256,
};
use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
    mechanism::Mechanism,
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::{Session, UserType},
    slot::Slot,
    types::RawAuthPin,
};

/// `CKA_EC_PARAMS` of P-256: the identifier 1.2.840.10045.3.1.7 in DER (RFC 5480, 2.1.1.1).
const P256_PARAMETERS: &[u8] = &[0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
/// Length of r ‖ s for P-256, in bytes.
const SIGNATURE_LENGTH: usize = 64;
/// What a key signs to show that it fits its public key: in no form that a document has.
const PROBE: &[u8] = b"acasa: does this key belong to its public key?";

/// Modules that were loaded, for as long as the process lives: one that is unloaded while it is
/// initialised may take the process with it, and one may be initialised only once.
static MODULES: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());

/// A token this process is logged in to, until this and every signer of it are dropped.
pub struct Token {
    context: Pkcs11,
    slot: Slot,
    /// Keeps the login, which all sessions of a process share (PKCS #11 2.40, 5.6); also searches.
    login: Mutex<Session>,
}

impl Token {
    /// Opens the one token of this label, through the module at an absolute path.
    ///
    /// Blocks while the token works. A refused PIN counts towards the token's own limit: do not
    /// try again by yourself. A token that this process has open is refused.
    pub fn open(module: &Path, label: &str, pin: &SecretBytes) -> Result<Arc<Self>, Pkcs11Error> {
        let context = load(module)?;
        let slot = find_slot(&context, label)?;
        let session = context.open_ro_session(slot)?;
        session.login_with_raw(UserType::User, &RawAuthPin::new(Box::new(pin.expose().to_vec())))?;
        Ok(Arc::new(Self {
            context,
            slot,
            login: Mutex::new(session),
        }))
    }

    /// A signer by the one P-256 key pair whose private key has this label.
    ///
    /// The public key is found by the private key's `CKA_ID`, or by the label if it has none.
    pub fn signer(self: &Arc<Self>, label: &str) -> Result<TokenSigner, Pkcs11Error> {
        let (key, public) = {
            // Nothing is left half done by a search that panicked.
            let session = self.login.lock().unwrap_or_else(PoisonError::into_inner);
            find_pair(&session, label)?
        };
        let signer = TokenSigner {
            token: Arc::clone(self),
            key,
            public,
        };
        let signature = signer.try_sign(PROBE)?;
        signer
            .public
            .verify(Algorithm::Es256, SignatureFormat::Fixed, PROBE, &signature)
            .map_err(|_| Pkcs11Error::KeyMismatch)?;
        Ok(signer)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token")
    }
}

/// An ES256 key in a token.
///
/// Each signature has a session of its own, so that threads do not wait for each other and one
/// that failed leaves nothing behind. Signing blocks while the token works.
pub struct TokenSigner {
    token: Arc<Token>,
    key: ObjectHandle,
    public: VerifyingKey,
}

impl TokenSigner {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, Pkcs11Error> {
        let session = self.token.context.open_ro_session(self.token.slot)?;
        // CKM_ECDSA takes the hash and gives r ‖ s (PKCS #11 2.40 mechanisms, 2.3.6); with a hash of its
        // own (CKM_ECDSA_SHA256) fewer tokens have it.
        let signature = session.sign(&Mechanism::Ecdsa, self.key, &sha256(message))?;
        if signature.len() == SIGNATURE_LENGTH {
            Ok(signature)
        } else {
            Err(Pkcs11Error::Signature)
        }
    }
}

impl Signer for TokenSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn public_key(&self) -> VerifyingKey {
        self.public.clone()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.try_sign(message).map_err(|error| {
            // The port's error has no room for what the token said.
            tracing::error!(error.code = error.code(), error.detail = ?error, "signer.token.failed");
            CryptoError::Device
        })
    }
}

impl fmt::Debug for TokenSigner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenSigner(ES256)")
    }
}

fn load(module: &Path) -> Result<Pkcs11, Pkcs11Error> {
    // A bare name would be looked for wherever the environment says.
    if !module.is_absolute() {
        return Err(Pkcs11Error::ModulePath);
    }
    let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(context) = modules.get(module) {
        return Ok(context.clone());
    }
    let context = Pkcs11::new(module).map_err(Pkcs11Error::Module)?;
    match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        // Something else in the process may use the same module.
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(Pkcs11Error::Module(error)),
    }
    modules.insert(module.to_owned(), context.clone());
    Ok(context)
}

fn find_slot(context: &Pkcs11, label: &str) -> Result<Slot, Pkcs11Error> {
    let mut found = None;
    for slot in context.get_slots_with_token()? {
        // A token in another slot that does not answer is not the one looked for.
        let named = context
            .get_token_info(slot)
            .is_ok_and(|token| token.token_initialized() && token.label() == label);
        if named && found.replace(slot).is_some() {
            return Err(Pkcs11Error::TokenAmbiguous);
        }
    }
    found.ok_or(Pkcs11Error::TokenMissing)
}

fn find_pair(session: &Session, label: &str) -> Result<(ObjectHandle, VerifyingKey), Pkcs11Error> {
    let label = Attribute::Label(label.as_bytes().to_vec());
    let key = find_one(session, ObjectClass::PRIVATE_KEY, label.clone())?.ok_or(Pkcs11Error::KeyMissing)?;
    let attributes = session.get_attributes(
        key,
        &[
            AttributeType::EcParams,
            AttributeType::Sensitive,
            AttributeType::Extractable,
            AttributeType::Id,
        ],
    )?;
    if !attributes.contains(&Attribute::EcParams(P256_PARAMETERS.to_vec())) {
        return Err(Pkcs11Error::KeyCurve);
    }
    if !attributes.contains(&Attribute::Sensitive(true))
        || !attributes.contains(&Attribute::Extractable(false))
    {
        return Err(Pkcs11Error::KeyExtractable);
    }
    let same_id = attributes
        .into_iter()
        .find(|attribute| matches!(attribute, Attribute::Id(id) if !id.is_empty()));
    let public = find_one(session, ObjectClass::PUBLIC_KEY, same_id.unwrap_or(label))?
        .ok_or(Pkcs11Error::PublicKeyMissing)?;
    let point = session
        .get_attributes(public, &[AttributeType::EcPoint])?
        .into_iter()
        .find_map(|attribute| {
            if let Attribute::EcPoint(point) = attribute {
                Some(point)
            } else {
                None
            }
        });
    let public = point::decode(&point.ok_or(Pkcs11Error::PublicKey)?)?;
    Ok((key, public))
}

/// The only EC key of that class and label or identifier.
fn find_one(
    session: &Session,
    class: ObjectClass,
    by: Attribute,
) -> Result<Option<ObjectHandle>, Pkcs11Error> {
    let wanted = [Attribute::Class(class), Attribute::KeyType(KeyType::EC), by];
    let mut found = session.iter_objects(&wanted)?;
    let first = found.next().transpose()?;
    if found.next().transpose()?.is_some() {
        return Err(Pkcs11Error::KeyAmbiguous);
    }
    Ok(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(module: &str) -> Pkcs11Error {
        Token::open(Path::new(module), "any", &SecretBytes::from_slice(b"1234")).unwrap_err()
    }

    #[test]
    fn a_module_that_is_not_there_is_named() {
        let error = open("/nonexistent/module.so");

        assert_eq!((error.code(), error.retryable()), ("pkcs11_module", false));
    }

    #[test]
    fn a_module_by_a_bare_name_is_refused() {
        assert_eq!(open("libsofthsm2.so").code(), "pkcs11_module_path");
    }

    #[test]
    fn a_signer_may_be_shared_between_threads() {
        fn shared<T: Signer + 'static>() {}
        shared::<TokenSigner>();
    }
}
