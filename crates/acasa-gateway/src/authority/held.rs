//! Keys that this process works with itself: opened or made, with their certificates, and the lists
//! signed by them.

use std::{fmt::Write as _, fs::File, sync::Arc};

use acasa_credentials::{
    issue::{CertificateDetails, CertificateUse, make_certificate, make_root},
    trust::{AppVersion, Certificate, Purpose, Scope, TrustEntry, sign_trust_list},
};
use acasa_crypto::{Signer, VerifyingKey, base64url, digest::sha256};
use jiff::{SignedDuration, Timestamp};

use super::{
    AuthorityError, AuthorityName, CRL, Certified, Custody, ROOT, ROOT_DAYS, SIGNER_DAYS,
    SIGNER_RESERVE_DAYS, STATUS, TRUST, TRUST_LIST_DAYS, crl, custody::Revoked, published::Published,
    versions::Versions,
};
use crate::{GatewayError, issuance::configurations::IssuingBody};

/// Every key of the issuing side.
pub(crate) struct Held {
    root: Arc<Certified>,
    documents: Vec<(IssuingBody, Arc<Certified>)>,
    status: Arc<Certified>,
    trust: Arc<dyn Signer>,
    /// Signers that were replaced while what they signed is still relied on, with their scopes.
    replaced: Vec<(Certificate, Scope)>,
    revoked: Vec<Revoked>,
    trust_list: Published,
    versions: Versions,
    crl: Published,
    /// The oldest version of the app that may act.
    minimum_app: Option<AppVersion>,
    /// As long as it is held no other process can end one of these keys.
    _share: Option<File>,
}

/// What to make certificates with.
struct Maker<'a> {
    custody: &'a Custody,
    revoked: &'a [Revoked],
    name: &'a AuthorityName,
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

    fn root(&self) -> Result<Certified, AuthorityError> {
        match self.custody.certificate(ROOT)? {
            Some(certificate) if self.is_revoked(&certificate) => self.custody.discard(ROOT)?,
            Some(certificate) => return self.custody.certified(ROOT, certificate),
            None => {}
        }
        let key = self.custody.key(ROOT)?;
        let crl = format!("{}{CRL}", self.address);
        let name = format!("{} IACA", self.name);
        let der = make_root(&self.details(&name, &crl, ROOT_DAYS), key.as_ref())?;
        let certificate = self.custody.keep_certificate(ROOT, &der)?;
        Ok(Certified { key, certificate })
    }

    fn signer(
        &self,
        name: &str,
        common_name: &str,
        purpose: CertificateUse,
        root: &Certified,
    ) -> Result<Certified, AuthorityError> {
        let needed = self.now + SignedDuration::from_hours(24 * SIGNER_RESERVE_DAYS);
        match self.custody.certificate(name)? {
            Some(certificate) if self.is_revoked(&certificate) => self.custody.discard(name)?,
            Some(certificate) if certificate.not_after() > needed => {
                return self.custody.certified(name, certificate);
            }
            Some(_) => self.custody.set_aside(name)?,
            None => {}
        }
        let key = self.custody.key(name)?;
        let crl = format!("{}{CRL}", self.address);
        let details = self.details(common_name, &crl, SIGNER_DAYS);
        let (subject, root_key) = (key.public_key(), root.key.as_ref());
        let der = make_certificate(purpose, &details, &subject, &root.certificate, root_key)?;
        let certificate = self.custody.keep_certificate(name, &der)?;
        Ok(Certified { key, certificate })
    }

    /// Those of the name that were replaced and may still be relied on.
    fn replaced(&self, name: &str) -> Result<Vec<Certificate>, AuthorityError> {
        let mut found = self.custody.set_aside_certificates(name)?;
        found.retain(|certificate| certificate.is_valid_at(self.now) && !self.is_revoked(certificate));
        Ok(found)
    }

    fn is_revoked(&self, certificate: &Certificate) -> bool {
        self.revoked
            .iter()
            .any(|revoked| revoked.certificate == *certificate)
    }
}

fn document_scope(body: IssuingBody) -> Scope {
    let doc_types = body.document_types().iter().map(|kind| (*kind).to_owned());
    Scope {
        doc_types: Some(doc_types.collect()),
        purposes: vec![Purpose::Document],
    }
}

fn status_scope() -> Scope {
    Scope {
        doc_types: None,
        purposes: vec![Purpose::Status],
    }
}

impl Held {
    pub(super) fn open_or_make(
        custody: &Custody,
        name: &AuthorityName,
        address: &str,
        now: Timestamp,
    ) -> Result<Self, AuthorityError> {
        let share = custody.share()?;
        let revoked = custody.revoked()?;
        let maker = Maker {
            custody,
            revoked: &revoked,
            name,
            address,
            now,
        };
        let root = maker.root()?;
        let mut documents = Vec::new();
        let mut replaced = Vec::new();
        for body in IssuingBody::ALL {
            let key = body.as_str();
            let subject = format!("{name} {} Document Signer", body.abbreviation());
            let signer = maker.signer(key, &subject, CertificateUse::DocumentSigner, &root)?;
            documents.push((body, Arc::new(signer)));
            let old = maker.replaced(key)?.into_iter();
            replaced.extend(old.map(|old| (old, document_scope(body))));
        }
        let purpose = CertificateUse::StatusSigner;
        let status = maker.signer(STATUS, &format!("{name} Status"), purpose, &root)?;
        let old = maker.replaced(STATUS)?.into_iter();
        replaced.extend(old.map(|old| (old, status_scope())));
        Ok(Self {
            root: Arc::new(root),
            documents,
            status: Arc::new(status),
            trust: custody.key(TRUST)?,
            replaced,
            revoked,
            trust_list: Published::default(),
            versions: Versions {
                path: custody.path(TRUST, "json"),
            },
            crl: Published::default(),
            minimum_app: None,
            _share: share,
        })
    }

    pub(super) fn name_minimum_app(&mut self, version: Option<AppVersion>) {
        self.minimum_app = version;
    }

    pub(crate) fn trust_key(&self) -> VerifyingKey {
        self.trust.public_key()
    }

    pub(crate) fn root(&self) -> &Certificate {
        &self.root.certificate
    }

    pub(crate) fn certificates(&self) -> Vec<(&'static str, &Certificate)> {
        let documents = self
            .documents
            .iter()
            .map(|(body, signer)| (body.as_str(), &signer.certificate));
        std::iter::once((ROOT, &self.root.certificate))
            .chain(documents)
            .chain(std::iter::once((STATUS, &self.status.certificate)))
            .collect()
    }

    pub(crate) fn signer_of(&self, body: IssuingBody) -> Option<Arc<Certified>> {
        let found = self.documents.iter().find(|(owner, _)| *owner == body);
        found.map(|(_, signer)| Arc::clone(signer))
    }

    pub(crate) fn status_signer(&self) -> Arc<Certified> {
        Arc::clone(&self.status)
    }

    /// The trust list as of `now`, signed anew from time to time.
    pub(crate) fn trust_list(&self, now: Timestamp) -> Result<Vec<u8>, GatewayError> {
        self.trust_list.get(now, &[], || self.sign_trust_list(now))
    }

    /// The list of revoked certificates as of `now`, signed anew from time to time.
    pub(crate) fn crl(&self, now: Timestamp) -> Result<Vec<u8>, GatewayError> {
        let (root, key) = (&self.root.certificate, self.root.key.as_ref());
        self.crl
            .get(now, &[], || Ok(crl::sign(root, key, &self.revoked, now)?))
    }

    /// Its version is the moment its newest certificate begins, or more: it grows with each change.
    fn sign_trust_list(&self, now: Timestamp) -> Result<Vec<u8>, GatewayError> {
        let root = &self.root.certificate;
        let signer = |certificate: &Certificate, scope| TrustEntry {
            is_root: false,
            certificate: certificate.clone(),
            scope,
        };
        let mut entries = Vec::new();
        // Apps read this list and not the CRL. A revoked signer would still be trusted by way of the
        // root, so then the root is left out and the signers count that are named.
        let root_vouches_for_revoked = self
            .revoked
            .iter()
            .any(|revoked| revoked.certificate.is_valid_at(now) && crl::is_under(root, &revoked.certificate));
        if !root_vouches_for_revoked {
            entries.push(TrustEntry {
                is_root: true,
                certificate: root.clone(),
                scope: Scope {
                    doc_types: None,
                    purposes: vec![Purpose::Document, Purpose::Status, Purpose::Reader],
                },
            });
        }
        for (body, current) in &self.documents {
            entries.push(signer(&current.certificate, document_scope(*body)));
        }
        entries.push(signer(&self.status.certificate, status_scope()));
        for (old, scope) in &self.replaced {
            entries.push(signer(old, scope.clone()));
        }
        let newest = entries
            .iter()
            .map(|entry| entry.certificate.not_before().as_second())
            .max();
        let newest = newest
            .and_then(|second| u64::try_from(second).ok())
            .unwrap_or_default();
        let version = self
            .versions
            .of(&content(&entries, self.minimum_app), newest)
            .map_err(|error| GatewayError::Issue { code: error.code() })?;
        let next_update = now + SignedDuration::from_hours(24 * TRUST_LIST_DAYS);
        Ok(sign_trust_list(
            version,
            now,
            next_update,
            &entries,
            self.minimum_app,
            self.trust.as_ref(),
        )?)
    }
}

/// Digest of all that a trust list says but its times.
fn content(entries: &[TrustEntry], minimum_app: Option<AppVersion>) -> [u8; 32] {
    let mut said = format!("{minimum_app:?}");
    for entry in entries {
        let thumbprint = base64url::encode(entry.certificate.sha256());
        let _ = write!(said, "\n{thumbprint} {} {:?}", entry.is_root, entry.scope);
    }
    sha256(said.as_bytes())
}
