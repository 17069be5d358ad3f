//! The keys that make documents: the issuing authority's root, its document signers, the signer of
//! status lists and the signer of the trust list, each behind the `Signer` port.
//!
//! Here they are software keys, made at the first start and kept in a folder that only its owner may
//! read, or in memory. Whoever runs the gateway for real puts a token behind the same port.

mod files;

use std::{path::Path, sync::Arc};

use acasa_credentials::{
    issue::{CertificateDetails, CertificateUse, make_certificate, make_root},
    trust::{Certificate, Purpose, Scope, TrustEntry, sign_trust_list},
};
use acasa_crypto::{CryptoError, Signer, VerifyingKey};
use files::KeyFolder;
use jiff::{SignedDuration, Timestamp};

use crate::{GatewayError, issuance::configurations::IssuingBody};

/// A root lives ten years; ISO/IEC 18013-5, B.1.2 allows twenty.
const ROOT_DAYS: i64 = 3650;
/// Annex B allows a document signer 457 days.
const SIGNER_DAYS: i64 = 450;
/// A signer is replaced when a copy it signs today could outlive it.
const SIGNER_RESERVE_DAYS: i64 = crate::issuance::COPY_DAYS + 10;
/// How long a trust list is current.
const TRUST_LIST_DAYS: i64 = 30;

/// Why the keys could not be opened or made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorityError {
    /// The folder could not be read or written.
    #[error("the key folder cannot be used")]
    Folder(#[from] std::io::Error),
    /// A key in the folder is not a key.
    #[error("a key cannot be read or made")]
    Key(#[from] CryptoError),
    /// A certificate in the folder cannot be read, or one could not be made.
    #[error("a certificate cannot be read or made: {code}")]
    Certificate {
        /// Code of what failed below.
        code: &'static str,
    },
}

impl AuthorityError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Folder(_) => "authority_folder",
            Self::Key(error) => error.code(),
            Self::Certificate { code } => code,
        }
    }

    /// Whether trying again may help.
    pub fn retryable(&self) -> bool {
        matches!(self, Self::Folder(_))
    }
}

impl From<acasa_credentials::issue::IssueError> for AuthorityError {
    fn from(error: acasa_credentials::issue::IssueError) -> Self {
        Self::Certificate { code: error.code() }
    }
}

impl From<acasa_credentials::trust::TrustError> for AuthorityError {
    fn from(error: acasa_credentials::trust::TrustError) -> Self {
        Self::Certificate { code: error.code() }
    }
}

/// A key with its certificate.
pub(crate) struct Certified {
    pub(crate) key: Arc<dyn Signer>,
    pub(crate) certificate: Certificate,
}

/// Every key of the issuing side.
pub struct Authority {
    root: Certificate,
    documents: Vec<(IssuingBody, Certified)>,
    status: Certified,
    trust: Arc<dyn Signer>,
    /// Signers that were replaced while copies they signed still live.
    replaced: Vec<(IssuingBody, Certificate)>,
}

/// What to make certificates with.
struct Maker<'a> {
    folder: KeyFolder<'a>,
    address: &'a str,
    now: Timestamp,
}

impl Maker<'_> {
    fn details<'b>(&'b self, name: &'b str, crl: &'b str, days: i64) -> CertificateDetails<'b> {
        CertificateDetails {
            common_name: name,
            country: "MD",
            // Documents carry the day's first moment: their signer must be valid by then.
            not_before: self.now - SignedDuration::from_hours(48),
            not_after: self.now + SignedDuration::from_hours(24 * (days - 3)),
            contact_uri: self.address,
            crl_uri: crl,
        }
    }

    fn root(&self) -> Result<(Arc<dyn Signer>, Certificate), AuthorityError> {
        let key = self.folder.key("root")?;
        if let Some(certificate) = self.folder.certificate("root")? {
            return Ok((key, certificate));
        }
        let crl = format!("{}/crl", self.address);
        let der = make_root(&self.details("Acasa Sandbox IACA", &crl, ROOT_DAYS), key.as_ref())?;
        Ok((key, self.folder.keep_certificate("root", &der)?))
    }

    fn signer(
        &self,
        name: &str,
        common_name: &str,
        purpose: CertificateUse,
        root: &(Arc<dyn Signer>, Certificate),
    ) -> Result<Certified, AuthorityError> {
        let needed = self.now + SignedDuration::from_hours(24 * SIGNER_RESERVE_DAYS);
        match self.folder.certificate(name)? {
            Some(certificate) if certificate.not_after() > needed => {
                return Ok(Certified {
                    key: self.folder.key(name)?,
                    certificate,
                });
            }
            Some(_) => self.folder.set_aside(name)?,
            None => {}
        }
        let key = self.folder.key(name)?;
        let crl = format!("{}/crl", self.address);
        let details = self.details(common_name, &crl, SIGNER_DAYS);
        let der = make_certificate(purpose, &details, &key.public_key(), &root.1, root.0.as_ref())?;
        Ok(Certified {
            key,
            certificate: self.folder.keep_certificate(name, &der)?,
        })
    }
}

impl Authority {
    /// Opens the keys in `folder`, making what is missing; without a folder they end with the
    /// process. `address` is where the authority is reached, for the certificates.
    pub fn open_or_make(
        folder: Option<&Path>,
        address: &str,
        now: Timestamp,
    ) -> Result<Self, AuthorityError> {
        let maker = Maker {
            folder: KeyFolder::new(folder)?,
            address,
            now,
        };
        let root = maker.root()?;
        let mut documents = Vec::new();
        let mut replaced = Vec::new();
        for body in IssuingBody::ALL {
            let name = body.as_str();
            let signer = maker.signer(name, body.common_name(), CertificateUse::DocumentSigner, &root)?;
            documents.push((body, signer));
            for old in maker.folder.set_aside_certificates(name)? {
                if old.is_valid_at(now) {
                    replaced.push((body, old));
                }
            }
        }
        let status = maker.signer(
            "status",
            "Acasa Sandbox Status",
            CertificateUse::StatusSigner,
            &root,
        )?;
        let trust = maker.folder.key("trust")?;
        Ok(Self {
            root: root.1,
            documents,
            status,
            trust,
            replaced,
        })
    }

    /// The key that signs the trust list: what apps pin.
    pub fn trust_key(&self) -> VerifyingKey {
        self.trust.public_key()
    }

    /// The root's certificate.
    pub fn root(&self) -> &Certificate {
        &self.root
    }

    /// Every certificate that signs today, with a name for its file.
    pub fn certificates(&self) -> Vec<(&'static str, &Certificate)> {
        let documents = self
            .documents
            .iter()
            .map(|(body, signer)| (body.as_str(), &signer.certificate));
        std::iter::once(("root", &self.root))
            .chain(documents)
            .chain(std::iter::once(("status", &self.status.certificate)))
            .collect()
    }

    pub(crate) fn signer_of(&self, body: IssuingBody) -> Result<&Certified, GatewayError> {
        let found = self.documents.iter().find(|(owner, _)| *owner == body);
        found.map(|(_, signer)| signer).ok_or(GatewayError::Issue {
            code: "authority_no_signer",
        })
    }

    pub(crate) fn status_signer(&self) -> &Certified {
        &self.status
    }

    /// The trust list as of `now`. Its version is the moment its newest certificate begins, so that
    /// it grows with each change and does not go back.
    pub(crate) fn trust_list(&self, now: Timestamp) -> Result<Vec<u8>, GatewayError> {
        let mut entries = vec![TrustEntry {
            is_root: true,
            certificate: self.root.clone(),
            scope: Scope {
                doc_types: None,
                purposes: vec![Purpose::Document, Purpose::Status],
            },
        }];
        let current = self
            .documents
            .iter()
            .map(|(body, signer)| (*body, &signer.certificate));
        let earlier = self
            .replaced
            .iter()
            .map(|(body, certificate)| (*body, certificate));
        for (body, certificate) in current.chain(earlier) {
            let doc_types = body
                .document_types()
                .iter()
                .map(|kind| (*kind).to_owned())
                .collect();
            entries.push(TrustEntry {
                is_root: false,
                certificate: certificate.clone(),
                scope: Scope {
                    doc_types: Some(doc_types),
                    purposes: vec![Purpose::Document],
                },
            });
        }
        entries.push(TrustEntry {
            is_root: false,
            certificate: self.status.certificate.clone(),
            scope: Scope {
                doc_types: None,
                purposes: vec![Purpose::Status],
            },
        });
        let newest = entries
            .iter()
            .map(|entry| entry.certificate.not_before().as_second())
            .max();
        let version = newest
            .and_then(|second| u64::try_from(second).ok())
            .unwrap_or_default();
        let next_update = now + SignedDuration::from_hours(24 * TRUST_LIST_DAYS);
        Ok(sign_trust_list(
            version,
            now,
            next_update,
            &entries,
            self.trust.as_ref(),
        )?)
    }
}

#[cfg(test)]
mod tests {
    use acasa_credentials::trust::{PinnedKeys, TrustList};

    use super::*;

    fn now() -> Timestamp {
        "2026-11-21T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn keys_in_a_folder_are_the_same_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Authority::open_or_make(Some(folder.path()), "https://a.example", now()).unwrap();

        let (first, second) = (open(), open());

        assert!(first.certificates() == second.certificates());
        assert!(first.trust_key() == second.trust_key());
    }

    #[test]
    fn a_signer_near_its_end_is_replaced_and_stays_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let open = |at| Authority::open_or_make(Some(folder.path()), "https://a.example", at).unwrap();
        let before = open(now());
        let later = now() + SignedDuration::from_hours(24 * 300);

        let after = open(later);

        let pinned = PinnedKeys {
            current: after.trust_key(),
            successor: None,
        };
        let list = TrustList::verify(&after.trust_list(later).unwrap(), &pinned, None, later).unwrap();
        let store = list.into_store();
        let (_, old) = before.certificates()[1];
        assert!(before.certificates()[1] != after.certificates()[1]);
        assert!(store.certificate_by_thumbprint(old.sha256()).is_some());
    }

    #[cfg(unix)]
    #[test]
    fn key_files_are_for_their_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        Authority::open_or_make(Some(&keys), "https://a.example", now()).unwrap();

        for entry in std::fs::read_dir(&keys).unwrap() {
            let mode = entry.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
    }
}
