//! Ending keys before their time, while nobody works with them: as a precaution, or because somebody
//! else may have them.

use acasa_crypto::base64url;
use jiff::Timestamp;

use super::{Authority, AuthorityError, Custody, ROOT, STATUS};
use crate::issuance::configurations::IssuingBody;

/// Why a key ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retirement {
    /// Its time has come: what it signed stays trusted.
    Replaced,
    /// It is compromised: nothing it signed is trusted any more.
    Revoked,
}

impl Authority {
    /// Ends the key of a name and destroys it; the next start makes a new one.
    ///
    /// Names are those of [`Authority::certificates`]; a certificate that was put aside is named as its
    /// file is, and can be revoked. Revoking `root` ends everything it certified; it cannot be replaced,
    /// and neither can the key of the trust list, which apps know by itself.
    pub fn retire(
        custody: &Custody,
        name: &str,
        how: Retirement,
        now: Timestamp,
    ) -> Result<(), AuthorityError> {
        let _alone = custody.take()?;
        let names = || {
            IssuingBody::ALL
                .into_iter()
                .map(IssuingBody::as_str)
                .chain([STATUS])
        };
        let is_current = names().any(|known| known == name);
        let is_set_aside = name.split_once('@').is_some_and(|(known, thumbprint)| {
            names().any(|name| name == known)
                && base64url::decode(thumbprint).is_ok_and(|hash| hash.len() == 32)
        });
        match how {
            Retirement::Replaced if is_current && custody.certificate(name)?.is_none() => {
                Err(AuthorityError::NoCertificate)
            }
            Retirement::Replaced if is_current => custody.set_aside(name),
            Retirement::Revoked if is_current || is_set_aside => custody.revoke(name, now),
            Retirement::Revoked if name == ROOT => {
                // The root last: a stop in between leaves it to be revoked again.
                for name in names() {
                    for old in custody.set_aside_certificates(name)? {
                        let thumbprint = base64url::encode(old.sha256());
                        custody.revoke(&format!("{name}@{thumbprint}"), now)?;
                    }
                    if custody.certificate(name)?.is_some() {
                        custody.revoke(name, now)?;
                    }
                }
                custody.revoke(ROOT, now)
            }
            Retirement::Replaced | Retirement::Revoked => Err(AuthorityError::UnknownName),
        }
    }
}
