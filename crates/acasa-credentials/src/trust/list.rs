//! The signed trust list.
//!
//! A COSE_Sign1 of type `application/acasa-trust-list+cbor` over the deterministic CBOR
//!
//! ```text
//! TrustList = {
//!   "entries": [* Entry], "version": uint, "issued_at": uint, "next_update": uint,
//!   ? "minimum_app": [major: uint, minor: uint, patch: uint],
//! }
//! Entry = {
//!   "kind": "root" / "signer", "purposes": [+ tstr], "doc_types": [* tstr] / null,
//!   "certificate": bstr,
//! }
//! ```
//!
//! with times in seconds since 1970. It is signed by a pinned key or its planned successor, and a
//! version lower than one already seen is refused.

use super::{Anchor, AnchorKind, Certificate, Purpose, Scope, TrustError, TrustStore};
use crate::cbor::{self, Item};
use crate::cose::{HEADER_TYP, Headers, Sign1};
use acasa_crypto::VerifyingKey;
use jiff::{SignedDuration, Timestamp};

const TYPE: &str = "application/acasa-trust-list+cbor";
/// Most entries in a list: a nation's signers, with room.
const MAX_ENTRIES: usize = 4096;
/// How far the publisher's clock may be ahead of the verifier's.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(10);

/// A version of the app: major, minor, patch. Compared in that order.
pub type AppVersion = [u64; 3];

/// The keys a list may be signed with.
#[derive(Clone)]
pub struct PinnedKeys {
    /// The key in use.
    pub current: VerifyingKey,
    /// The key planned to follow it.
    pub successor: Option<VerifyingKey>,
}

/// One trusted certificate and its scope.
#[derive(Clone)]
pub struct TrustEntry {
    /// Whether it is a root; otherwise it is a signer itself.
    pub is_root: bool,
    /// The certificate.
    pub certificate: Certificate,
    /// What it is trusted for.
    pub scope: Scope,
}

/// A list whose signature was verified.
#[derive(Clone)]
pub struct TrustList {
    version: u64,
    issued_at: Timestamp,
    next_update: Timestamp,
    entries: Vec<TrustEntry>,
    minimum_app: Option<AppVersion>,
    by_successor: bool,
}

impl TrustList {
    /// Verifies a list: by a pinned key, not older than `seen_version`, not issued after `at`.
    ///
    /// A list past its next update is still returned: the store made from it answers
    /// "unverifiable" by itself.
    pub fn verify(
        bytes: &[u8],
        pinned: &PinnedKeys,
        seen_version: Option<u64>,
        at: Timestamp,
    ) -> Result<Self, TrustError> {
        let message = Sign1::from_slice(bytes).map_err(|_| TrustError::Format("COSE_Sign1"))?;
        check_type(message.headers())?;
        let by_successor = match (message.verify(&pinned.current, None, &[]), &pinned.successor) {
            (Ok(()), _) => false,
            (Err(_), Some(successor)) => {
                message
                    .verify(successor, None, &[])
                    .map_err(|_| TrustError::Signature)?;
                true
            }
            (Err(_), None) => return Err(TrustError::Signature),
        };
        let payload = message.payload().ok_or(TrustError::Format("payload"))?;
        let item = cbor::read_deterministic(payload).map_err(|_| TrustError::Format("payload"))?;
        let list = Self::read(&item, by_successor)?;
        if seen_version.is_some_and(|seen| list.version < seen) {
            return Err(TrustError::Rollback);
        }
        if list.issued_at.duration_since(at) > CLOCK_SKEW {
            return Err(TrustError::NotYetIssued);
        }
        Ok(list)
    }

    /// Reads the list that is about to be signed, type included; nobody has signed it.
    #[cfg(feature = "issuing")]
    pub fn read_unsigned(list: &crate::cose::ToBeSigned) -> Result<Self, TrustError> {
        check_type(list.headers())?;
        let item = cbor::read_deterministic(list.payload()).map_err(|_| TrustError::Format("payload"))?;
        Self::read(&item, false)
    }

    fn read(item: &Item<'_>, by_successor: bool) -> Result<Self, TrustError> {
        let number = |name| {
            item.get(name)
                .and_then(Item::as_u64)
                .ok_or(TrustError::Format("member"))
        };
        let time = |name| seconds(number(name)?);
        let entries = item
            .get("entries")
            .and_then(Item::as_array)
            .ok_or(TrustError::Format("entries"))?;
        let minimum_app = item.get("minimum_app").map(read_app_version).transpose()?;
        let members = 4 + usize::from(minimum_app.is_some());
        if entries.len() > MAX_ENTRIES || item.as_map().is_none_or(|found| found.len() != members) {
            return Err(TrustError::Format("members"));
        }
        Ok(Self {
            version: number("version")?,
            issued_at: time("issued_at")?,
            next_update: time("next_update")?,
            entries: entries.iter().map(read_entry).collect::<Result<_, _>>()?,
            minimum_app,
            by_successor,
        })
    }

    /// Its number; lists never go back.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// When it was signed.
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// When its successor is due.
    pub const fn next_update(&self) -> Timestamp {
        self.next_update
    }

    /// The oldest version of the app that may act, where the publisher names one.
    pub const fn minimum_app(&self) -> Option<AppVersion> {
        self.minimum_app
    }

    /// Whether the successor signed it, so that the pin is to be moved.
    pub const fn is_by_successor(&self) -> bool {
        self.by_successor
    }

    /// The store to verify with.
    pub fn into_store(self) -> TrustStore {
        let anchors = self.entries.into_iter().map(|entry| Anchor {
            kind: if entry.is_root {
                AnchorKind::Root(entry.certificate)
            } else {
                AnchorKind::Signer(entry.certificate)
            },
            scope: entry.scope,
        });
        TrustStore {
            anchors: anchors.collect(),
            next_update: Some(self.next_update),
        }
    }
}

fn check_type(headers: &Headers) -> Result<(), TrustError> {
    let typ = headers.protected(HEADER_TYP).and_then(ciborium::Value::as_text);
    if typ == Some(TYPE) {
        Ok(())
    } else {
        Err(TrustError::Format("typ"))
    }
}

fn seconds(value: u64) -> Result<Timestamp, TrustError> {
    let value = i64::try_from(value).map_err(|_| TrustError::Format("time"))?;
    Timestamp::from_second(value).map_err(|_| TrustError::Format("time"))
}

fn read_app_version(item: &Item<'_>) -> Result<AppVersion, TrustError> {
    let numbers: Option<Vec<u64>> = item
        .as_array()
        .and_then(|numbers| numbers.iter().map(Item::as_u64).collect());
    numbers
        .and_then(|numbers| numbers.try_into().ok())
        .ok_or(TrustError::Format("minimum_app"))
}

fn read_entry(item: &Item<'_>) -> Result<TrustEntry, TrustError> {
    let malformed = TrustError::Format("entry");
    if item.as_map().is_none_or(|members| members.len() != 4) {
        return Err(malformed);
    }
    let is_root = match item.get("kind").and_then(Item::as_text) {
        Some("root") => true,
        Some("signer") => false,
        Some(_) | None => return Err(malformed),
    };
    let doc_types = item.get("doc_types").ok_or(malformed)?;
    let doc_types = if doc_types.is_null() {
        None
    } else {
        Some(
            texts(doc_types)
                .ok_or(malformed)?
                .into_iter()
                .map(str::to_owned)
                .collect(),
        )
    };
    let purposes = item.get("purposes").and_then(texts).ok_or(malformed)?;
    // A purpose this program does not know is one it will not rely on.
    let purposes: Vec<Purpose> = purposes.into_iter().filter_map(Purpose::from_name).collect();
    let certificate = item
        .get("certificate")
        .and_then(Item::as_bytes)
        .ok_or(malformed)?;
    let certificate = Certificate::from_der(certificate)?;
    Ok(TrustEntry {
        is_root,
        certificate,
        scope: Scope { doc_types, purposes },
    })
}

fn texts<'a>(item: &'a Item<'_>) -> Option<Vec<&'a str>> {
    item.as_array()?.iter().map(Item::as_text).collect()
}

/// Signs a list.
#[cfg(feature = "issuing")]
pub fn sign_trust_list(
    version: u64,
    issued_at: Timestamp,
    next_update: Timestamp,
    entries: &[TrustEntry],
    minimum_app: Option<AppVersion>,
    signer: &dyn acasa_crypto::Signer,
) -> Result<Vec<u8>, TrustError> {
    use crate::cose::{self, CoseError, Unsigned};
    use acasa_crypto::CryptoError;
    use ciborium::Value;

    let number = |value: u64| cbor::encode(&Value::from(value));
    let time = |at: Timestamp| {
        u64::try_from(at.as_second())
            .map(|at| cbor::encode(&Value::from(at)))
            .map_err(|_| TrustError::Format("time"))
    };
    let entries: Vec<Vec<u8>> = entries.iter().map(encode_entry).collect();
    let entries: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
    let (version, entries) = (number(version), cbor::encode_array(&entries));
    let (issued_at, next_update) = (time(issued_at)?, time(next_update)?);
    let mut members: Vec<(&str, &[u8])> = vec![
        ("version", &version),
        ("issued_at", &issued_at),
        ("next_update", &next_update),
        ("entries", &entries),
    ];
    let minimum_app =
        minimum_app.map(|version| cbor::encode(&Value::Array(version.map(Value::from).to_vec())));
    if let Some(minimum_app) = &minimum_app {
        members.push(("minimum_app", minimum_app));
    }
    let payload = cbor::encode_text_map(&members);
    let unsigned = Unsigned {
        protected: &[(HEADER_TYP, Value::from(TYPE))],
        unprotected: &[],
        payload: &payload,
        detached: false,
    };
    cose::sign1(unsigned, signer).map_err(|error| {
        TrustError::Signing(if let CoseError::Signing(source) = error {
            source
        } else {
            CryptoError::Malformed
        })
    })
}

#[cfg(feature = "issuing")]
fn encode_entry(entry: &TrustEntry) -> Vec<u8> {
    use ciborium::Value;
    let texts = |texts: &[&str]| Value::Array(texts.iter().map(|text| Value::from(*text)).collect());
    let doc_types = entry.scope.doc_types.as_ref().map_or(Value::Null, |types| {
        texts(&types.iter().map(String::as_str).collect::<Vec<_>>())
    });
    let purposes: Vec<&str> = entry
        .scope
        .purposes
        .iter()
        .map(|purpose| purpose.as_str())
        .collect();
    cbor::encode_text_map(&[
        (
            "kind",
            &cbor::encode(&Value::from(if entry.is_root { "root" } else { "signer" })),
        ),
        (
            "certificate",
            &cbor::encode(&Value::Bytes(entry.certificate.as_der().to_vec())),
        ),
        ("doc_types", &cbor::encode(&doc_types)),
        ("purposes", &cbor::encode(&texts(&purposes))),
    ])
}
