//! The status lists a verifier has at hand, and what they say about a credential.

use acasa_credentials::mdoc::StatusReference;
use acasa_credentials::status::{self, Status, StatusListToken, UnverifiedStatusList};
use acasa_credentials::trust::{Certificate, ChainOutcome, ChainQuery, Purpose, SignerProfile, TrustStore};
use acasa_credentials::verdict::{Check, CheckName};
use jiff::Timestamp;

/// How far the issuer's clock may differ from the verifier's, in seconds.
const CLOCK_SKEW: i64 = 600;

/// Status lists whose signers are trusted, and how many were left out.
#[derive(Default)]
pub struct StatusBook {
    lists: Vec<StatusListToken>,
    untrusted: usize,
}

impl StatusBook {
    /// Verifies lists, in JWT or CWT form, under the trust given. A list that cannot be read is an
    /// error; one whose signer is not trusted is left out, and leaves the status open.
    pub fn load(
        files: &[Vec<u8>],
        trust: Option<&TrustStore>,
        at: Timestamp,
    ) -> Result<Self, status::StatusError> {
        let mut book = Self::default();
        for file in files {
            let list = UnverifiedStatusList::parse(&super::decode_binary_unless_text(file))?;
            match trust.and_then(|trust| verify(&list, trust, at)) {
                Some(token) => book.lists.push(token),
                None => book.untrusted += 1,
            }
        }
        Ok(book)
    }

    /// The `status` check of an mdoc.
    pub(super) fn check_mdoc(&self, reference: &StatusReference, at: Timestamp) -> Check {
        match reference {
            StatusReference::StatusList { index, uri } => self.check(*index, uri, at),
            StatusReference::Other => Check::open(CheckName::Status, "status_mechanism_unknown"),
        }
    }

    /// The `status` check of a place in a list. Of several issues of one list the newest counts.
    pub(super) fn check(&self, index: u64, uri: &str, at: Timestamp) -> Check {
        let name = CheckName::Status;
        let newest = self
            .lists
            .iter()
            .filter(|list| list.subject() == uri)
            .max_by_key(|list| list.issued_at());
        let Some(list) = newest else {
            let detail = if self.untrusted > 0 {
                "status_list_signer_unknown"
            } else {
                "no_status_list"
            };
            return Check::open(name, detail);
        };
        // What was revoked stays revoked, however old the list is; suspension may be lifted.
        if list.list().get(index) == Ok(Status::Invalid) {
            return Check::fail(name, "revoked");
        }
        if let Err(error) = list.check_time(at.as_second(), CLOCK_SKEW) {
            return Check::open(name, error.code());
        }
        match list.list().get(index) {
            Ok(Status::Valid) => Check::pass(name, "ok"),
            Ok(Status::Invalid) => Check::fail(name, "revoked"),
            Ok(Status::Suspended) => Check::fail(name, "suspended"),
            Ok(Status::Other(_)) => Check::fail(name, "status_not_valid"),
            Err(error) => Check::fail(name, error.code()),
        }
    }
}

/// By its own chain, or by a key trusted by itself.
fn verify(list: &UnverifiedStatusList, trust: &TrustStore, at: Timestamp) -> Option<StatusListToken> {
    let certificates = list.certificates().ok()?;
    if certificates.is_empty() {
        return trust
            .keys(Purpose::Status, None)
            .find_map(|(key, _)| list.verify(key).ok());
    }
    let chain: Vec<Certificate> = certificates
        .iter()
        .map(|der| Certificate::from_der(der))
        .collect::<Result<_, _>>()
        .ok()?;
    let query = ChainQuery {
        chain: &chain,
        purpose: Purpose::Status,
        doc_type: None,
        signed_at: None,
        at,
        profile: SignerProfile::Generic,
    };
    let is_trusted = trust.evaluate(query) == ChainOutcome::Trusted;
    list.verify(chain.first()?.key()).ok().filter(|_| is_trusted)
}
