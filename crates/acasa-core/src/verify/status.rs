//! The status lists a verifier has at hand, and what they say about a credential.

use acasa_credentials::mdoc::StatusMechanism;
use acasa_credentials::mdoc::verify::Certified;
use acasa_credentials::status::{Status, StatusError, StatusListToken, UnverifiedStatusList};
use acasa_credentials::trust::{
    Anchor, Certificate, ChainQuery, Purpose, SignerProfile, TrustStore, speaks_for,
};
use acasa_credentials::verdict::{Check, CheckName};
use acasa_crypto::VerifyingKey;
use jiff::{SignedDuration, Timestamp};

/// How far the issuer's clock may differ from the verifier's, in seconds.
const CLOCK_SKEW: i64 = 600;
/// How old a list may be that says neither its end nor a longer time to live.
const OLDEST: SignedDuration = SignedDuration::from_hours(24 * 7);
const NO_LIST: &str = "no_status_list";
const SIGNER_UNKNOWN: &str = "status_list_signer_unknown";
const TOO_OLD: &str = "status_list_too_old";
/// The credential names another way to look its status up.
pub(super) const UNKNOWN_MECHANISM: &str = "unknown_mechanism";

/// A status list whose signature was checked, and who signed it.
#[derive(Clone)]
pub(crate) struct KnownList {
    token: StatusListToken,
    signer: ListSigner,
}

#[derive(Clone)]
enum ListSigner {
    Chain(Vec<Certificate>),
    Key(VerifyingKey),
}

impl KnownList {
    /// Checks the signature, by the list's own certificate or by a key trusted by itself. Whether the
    /// signer may speak about a credential is asked when one is looked up.
    pub(crate) fn verify(list: &UnverifiedStatusList, trust: &TrustStore) -> Option<Self> {
        let certificates = list.certificates().ok()?;
        if certificates.is_empty() {
            return trust.keys(Purpose::Status, None).find_map(|(key, _)| {
                Some(Self {
                    token: list.verify(key).ok()?,
                    signer: ListSigner::Key(key.clone()),
                })
            });
        }
        let chain = Certificate::read_chain(&certificates).ok()?;
        Some(Self {
            token: list.verify(chain.first()?.key()).ok()?,
            signer: ListSigner::Chain(chain),
        })
    }

    /// The list's own address, which references name.
    pub(crate) fn subject(&self) -> &str {
        self.token.subject()
    }

    /// When it was issued, seconds since 1970.
    pub(crate) fn issued_at(&self) -> i64 {
        self.token.issued_at()
    }

    /// Whether its signer may speak at all: of documents of a type, or of some.
    pub(crate) fn is_trusted(&self, trust: &TrustStore, doc_type: Option<&str>, at: Timestamp) -> bool {
        !self.anchors(trust, doc_type, at).is_empty()
    }

    /// The anchors that vouch for its signer. One that renewed its certificate goes by its key.
    fn anchors<'a>(&self, trust: &'a TrustStore, doc_type: Option<&str>, at: Timestamp) -> Vec<&'a Anchor> {
        let by_key = |key| trust.vouching_for_key(key, Purpose::Status, doc_type, at);
        let chain = match &self.signer {
            ListSigner::Key(key) => return by_key(key),
            ListSigner::Chain(chain) => chain,
        };
        let found = trust.vouching(ChainQuery {
            chain,
            purpose: Purpose::Status,
            doc_type,
            signed_at: None,
            at,
            profile: SignerProfile::Generic,
        });
        match chain.first() {
            Some(signer) if found.is_empty() => by_key(signer.key()),
            Some(_) | None => found,
        }
    }

    fn speaks_for(&self, trust: &TrustStore, credential: Certified<'_>, at: Timestamp) -> bool {
        let anchors = self.anchors(trust, Some(credential.doc_type), at);
        speaks_for(&anchors, credential.anchors)
    }

    /// Past its own end, or older than any list may be; other faults of its times by their names.
    fn check_age(&self, at: Timestamp, oldest: Option<SignedDuration>) -> Result<(), &'static str> {
        match self.token.check_time(at.as_second(), CLOCK_SKEW) {
            Err(StatusError::Expired) => return Err(TOO_OLD),
            Err(error) => return Err(error.code()),
            Ok(()) => {}
        }
        let oldest = match (oldest, self.token.expires_at()) {
            (Some(oldest), _) => oldest,
            (None, Some(_)) => return Ok(()),
            (None, None) => {
                let to_live = self.token.time_to_live().and_then(|ttl| i64::try_from(ttl).ok());
                OLDEST.max(SignedDuration::from_secs(to_live.unwrap_or(0)))
            }
        };
        let issued = Timestamp::from_second(self.token.issued_at()).unwrap_or(Timestamp::MIN);
        if at.duration_since(issued) > oldest {
            Err(TOO_OLD)
        } else {
            Ok(())
        }
    }
}

/// Status lists at hand, and whom to trust for them.
#[derive(Clone, Copy)]
pub(crate) struct Lists<'a> {
    /// The lists.
    pub(crate) held: &'a [KnownList],
    /// Whom to trust; without it no list says anything.
    pub(crate) trust: Option<&'a TrustStore>,
    /// A list issued longer ago leaves the question open, whatever it says itself.
    pub(crate) oldest: Option<SignedDuration>,
}

impl Lists<'_> {
    /// The `status` check of a reference.
    pub(crate) fn check(
        &self,
        reference: &StatusMechanism,
        credential: Certified<'_>,
        at: Timestamp,
    ) -> Check {
        match reference {
            StatusMechanism::StatusList { index, uri } => self.check_place((*index, uri), credential, at),
            StatusMechanism::Other => Check::open(CheckName::Status, UNKNOWN_MECHANISM),
        }
    }

    /// The `status` check of a place in a list. Of several issues of one list the newest counts, and
    /// what any of them says is revoked stays revoked.
    fn check_place(&self, (index, uri): (u64, &str), credential: Certified<'_>, at: Timestamp) -> Check {
        let name = CheckName::Status;
        let named: Vec<&KnownList> = self.held.iter().filter(|list| list.subject() == uri).collect();
        let speaks = |list: &&&KnownList| {
            self.trust
                .is_some_and(|trust| list.speaks_for(trust, credential, at))
        };
        let known: Vec<&KnownList> = named.iter().filter(speaks).copied().collect();
        let Some(newest) = known.iter().max_by_key(|list| list.issued_at()) else {
            return Check::open(name, if named.is_empty() { NO_LIST } else { SIGNER_UNKNOWN });
        };
        let status = |list: &KnownList| list.token.list().get(index);
        // However old the list is; suspension may be lifted.
        if known.iter().any(|list| status(list) == Ok(Status::Invalid)) {
            return Check::fail(name, "revoked");
        }
        if let Err(detail) = newest.check_age(at, self.oldest) {
            return Check::open(name, detail);
        }
        match status(newest) {
            Ok(Status::Valid) => Check::pass(name, "ok"),
            Ok(Status::Invalid) => Check::fail(name, "revoked"),
            Ok(Status::Suspended) => Check::fail(name, "suspended"),
            Ok(Status::Other(_)) => Check::fail(name, "status_not_valid"),
            Err(_) => Check::fail(name, "index_outside_list"),
        }
    }
}

/// Status lists whose signers are trusted, and how many were left out.
#[derive(Default)]
pub struct StatusBook {
    lists: Vec<KnownList>,
    untrusted: usize,
}

impl StatusBook {
    /// Verifies lists, in JWT or CWT form, under the trust given. A list that cannot be read is an
    /// error; one whose signer is not trusted is left out, and leaves the status open.
    pub fn load(files: &[Vec<u8>], trust: Option<&TrustStore>, at: Timestamp) -> Result<Self, StatusError> {
        let mut book = Self::default();
        for file in files {
            let list = UnverifiedStatusList::parse(&super::decode_binary_unless_text(file))?;
            let known = trust.and_then(|trust| {
                KnownList::verify(&list, trust).filter(|known| known.is_trusted(trust, None, at))
            });
            match known {
                Some(known) => book.lists.push(known),
                None => book.untrusted += 1,
            }
        }
        Ok(book)
    }

    /// The `status` check of a credential.
    pub(super) fn check(
        &self,
        reference: &StatusMechanism,
        credential: Certified<'_>,
        trust: Option<&TrustStore>,
        at: Timestamp,
    ) -> Check {
        let lists = Lists {
            held: &self.lists,
            trust,
            oldest: None,
        };
        let check = lists.check(reference, credential, at);
        // The list may be one of those that were left out.
        if check.detail == NO_LIST && self.untrusted > 0 {
            Check::open(CheckName::Status, SIGNER_UNKNOWN)
        } else {
            check
        }
    }
}
