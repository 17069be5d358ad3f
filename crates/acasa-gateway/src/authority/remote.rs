//! Keys in a process of their own: here are their certificates, and the way to ask for signatures.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use acasa_credentials::trust::Certificate;
use acasa_crypto::{Algorithm, CryptoError, Signer, SignerRefusal, VerifyingKey};

use super::{AuthorityError, Certified};
use crate::{
    issuance::configurations::IssuingBody,
    signer::{Answer, Ask, Client, Octets, Role, Sign},
};

/// The keys of a service.
pub(super) struct Remote {
    client: Arc<Client>,
    address: String,
    /// As of the start.
    first: Arc<Known>,
    now: Mutex<Arc<Known>>,
    /// Whether the service has said that it has other keys now.
    is_stale: Arc<AtomicBool>,
}

/// What the service has said of its keys.
struct Known {
    trust: VerifyingKey,
    keys: Vec<(Role, Arc<Certified>)>,
    root: Certificate,
}

impl Known {
    fn of(&self, role: Role) -> Option<Arc<Certified>> {
        let found = self.keys.iter().find(|(of, _)| *of == role);
        found.map(|(_, key)| Arc::clone(key))
    }
}

impl Remote {
    /// Asks for the keys.
    pub(super) fn open(socket: &Path, address: &str) -> Result<Self, AuthorityError> {
        let client = Arc::new(Client::new(socket));
        let is_stale = Arc::default();
        let first = Arc::new(ask_keys(&client, &is_stale, address)?);
        Ok(Self {
            client,
            address: address.to_owned(),
            now: Mutex::new(Arc::clone(&first)),
            first,
            is_stale,
        })
    }

    pub(super) fn trust_key(&self) -> &VerifyingKey {
        &self.first.trust
    }

    pub(super) fn root(&self) -> &Certificate {
        &self.first.root
    }

    pub(super) fn certificates(&self) -> Vec<(&'static str, &Certificate)> {
        let keys = self.first.keys.iter();
        let others = keys.map(|(role, key)| (role.as_str(), &key.certificate));
        std::iter::once((super::ROOT, &self.first.root))
            .chain(others)
            .collect()
    }

    pub(super) fn ready(&self) -> Result<(), CryptoError> {
        self.client.ask(&Ask::Ready).map(|_| ())
    }

    pub(super) fn signer_of(&self, body: IssuingBody) -> Result<Option<Arc<Certified>>, CryptoError> {
        Ok(self.known()?.of(Role::Document(body)))
    }

    pub(super) fn status_signer(&self) -> Result<Arc<Certified>, CryptoError> {
        self.known()?.of(Role::Status).ok_or(CryptoError::Key)
    }

    pub(super) fn trust_list(&self) -> Result<Vec<u8>, CryptoError> {
        self.list(&Ask::TrustList)
    }

    pub(super) fn crl(&self) -> Result<Vec<u8>, CryptoError> {
        self.list(&Ask::Crl)
    }

    fn list(&self, which: &Ask) -> Result<Vec<u8>, CryptoError> {
        match self.client.ask(which)? {
            Answer::List(list) => Ok(list.0),
            Answer::Ready | Answer::Keys(_) | Answer::Signature(_) | Answer::Refused(_) => {
                Err(CryptoError::Malformed)
            }
        }
    }

    /// The keys, asked for again after one of them was replaced.
    fn known(&self) -> Result<Arc<Known>, CryptoError> {
        let mut known = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_stale.swap(false, Ordering::SeqCst) {
            let asked = ask_keys(&self.client, &self.is_stale, &self.address);
            match asked {
                // Apps pin it: another one is another authority's.
                Ok(asked) if asked.trust == self.first.trust => *known = Arc::new(asked),
                Ok(_) | Err(_) => {
                    self.is_stale.store(true, Ordering::SeqCst);
                    let refused = asked.err().and_then(|error| error.crypto());
                    return Err(refused.unwrap_or(SignerRefusal::KeyChanged.into()));
                }
            }
        }
        Ok(Arc::clone(&known))
    }
}

fn ask_keys(
    client: &Arc<Client>,
    is_stale: &Arc<AtomicBool>,
    address: &str,
) -> Result<Known, AuthorityError> {
    let Answer::Keys(said) = client.ask(&Ask::Keys)? else {
        return Err(CryptoError::Malformed.into());
    };
    if said.address != address {
        return Err(AuthorityError::ServiceAddress);
    }
    let mut root = None;
    let mut keys = Vec::new();
    for (name, der) in said.certificates {
        let certificate = Certificate::from_der(&der.0)?;
        match Role::of(&name) {
            Some(Role::Root) => root = Some(certificate),
            Some(role) => {
                let key = Arc::new(ServiceKey {
                    client: Arc::clone(client),
                    is_stale: Arc::clone(is_stale),
                    role,
                    thumbprint: *certificate.sha256(),
                    public: certificate.key().clone(),
                });
                keys.push((role, Arc::new(Certified { key, certificate })));
            }
            None => {}
        }
    }
    Ok(Known {
        trust: VerifyingKey::from_spki_der(&said.trust.0)?,
        keys,
        root: root.ok_or(AuthorityError::NoCertificate)?,
    })
}

/// A key that the service has.
struct ServiceKey {
    client: Arc<Client>,
    is_stale: Arc<AtomicBool>,
    role: Role,
    thumbprint: [u8; 32],
    public: VerifyingKey,
}

impl Signer for ServiceKey {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn public_key(&self) -> VerifyingKey {
        self.public.clone()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let asked = self.client.ask(&Ask::Sign(Sign {
            role: self.role.as_str().to_owned(),
            certificate: Octets(self.thumbprint.to_vec()),
            message: Octets(message.to_vec()),
        }));
        if asked == Err(SignerRefusal::KeyChanged.into()) {
            self.is_stale.store(true, Ordering::SeqCst);
        }
        match asked? {
            Answer::Signature(signature) => Ok(signature.0),
            Answer::Ready | Answer::Keys(_) | Answer::List(_) | Answer::Refused(_) => {
                Err(CryptoError::Malformed)
            }
        }
    }
}
