//! What is said over the socket: a length of four bytes, big-endian, then that much JSON. Each request has one
//! answer, and the next request waits for it.

use acasa_crypto::{CryptoError, base64url};
use serde::{Deserialize, Serialize};

/// Largest message, in bytes: a status list in base64url, with room.
pub(crate) const LIMIT: usize = 512 * 1024;
/// Bytes of the length before each message.
pub(crate) const HEAD: usize = 4;

/// What a gateway asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ask {
    /// Whether somebody is there.
    Ready,
    /// Which keys there are.
    Keys,
    /// To sign.
    Sign(Sign),
    /// The signed trust list. Whoever asks has no say in it.
    TrustList,
    /// The signed list of revoked certificates. Whoever asks has no say in it.
    Crl,
}

/// Something to sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sign {
    /// Which key.
    pub(crate) role: String,
    /// Thumbprint of the certificate that will stand beside the signature.
    pub(crate) certificate: Octets,
    /// What the signature covers.
    pub(crate) message: Octets,
}

/// What the service answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// It is there.
    Ready,
    /// The certificates that sign today.
    Keys(Keys),
    /// A signature, r ‖ s.
    Signature(Octets),
    /// A signed list.
    List(Octets),
    /// A stable code.
    Refused(String),
}

/// The keys of the authority, without their private halves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    /// Base address of the authority, without a closing slash.
    pub(crate) address: String,
    /// Each certificate in DER, with the name of its key.
    pub(crate) certificates: Vec<(String, Octets)>,
    /// The key of the trust list, as SPKI in DER.
    pub(crate) trust: Octets,
}

/// Bytes, in base64url.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Octets(pub(crate) Vec<u8>);

impl TryFrom<String> for Octets {
    type Error = CryptoError;

    fn try_from(text: String) -> Result<Self, CryptoError> {
        base64url::decode(&text).map(Self)
    }
}

impl From<Octets> for String {
    fn from(octets: Octets) -> Self {
        base64url::encode(&octets.0)
    }
}

/// A request as the service reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(pub(crate) Ask);

impl Request {
    /// Reads the JSON of one message; `None` if it is not a request.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > LIMIT {
            return None;
        }
        serde_json::from_slice(bytes).ok().map(Self)
    }
}

/// A message with its length before it; `None` if it is too large.
pub(crate) fn frame(message: &impl Serialize) -> Option<Vec<u8>> {
    let text = serde_json::to_vec(message).ok()?;
    let length = u32::try_from(text.len()).ok().filter(|_| text.len() <= LIMIT)?;
    Some([length.to_be_bytes().as_slice(), &text].concat())
}

/// The length that stands before a message; `None` if it is not one that is read.
pub(crate) fn length(head: [u8; HEAD]) -> Option<usize> {
    let length = usize::try_from(u32::from_be_bytes(head)).ok()?;
    (1..=LIMIT).contains(&length).then_some(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sign() -> Ask {
        Ask::Sign(Sign {
            role: "asp".to_owned(),
            certificate: Octets(vec![1; 32]),
            message: Octets(b"message".to_vec()),
        })
    }

    #[test]
    fn every_request_is_read_back() {
        for ask in [Ask::Ready, Ask::Keys, Ask::TrustList, Ask::Crl, sign()] {
            let framed = frame(&ask).unwrap();
            let (head, text) = framed.split_at(HEAD);
            assert_eq!(length(head.try_into().unwrap()), Some(text.len()));
            assert_eq!(Request::parse(text), Some(Request(ask)));
        }
    }

    #[test]
    fn what_is_no_request_is_none() {
        for text in [
            "",
            "null",
            r#""stop""#,
            r#"{"trust_list":{"entries":[]}}"#,
            r#"{"sign":{"role":"asp","certificate":"AQ"}}"#,
            r#"{"sign":{"role":"asp","certificate":"AQ","message":"A"}}"#,
            r#"{"sign":{"role":"asp","certificate":"AQ","message":"AQ","more":1}}"#,
            r#"{"sign":{"role":"asp","certificate":"AQ","message":"AQ","message":"AQ"}}"#,
            r#""ready" "ready""#,
        ] {
            assert_eq!(Request::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Request::parse(&vec![b' '; LIMIT + 1]), None);
    }

    #[test]
    fn a_length_of_nothing_or_of_too_much_is_not_read() {
        let largest = u32::try_from(LIMIT).unwrap();

        assert_eq!(length(largest.to_be_bytes()), Some(LIMIT));
        for wrong in [0, largest + 1, u32::MAX] {
            assert_eq!(length(wrong.to_be_bytes()), None);
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Request::parse(&bytes);
        }
    }
}
