//! What a verifier hands in as files and texts, read and checked before anything is verified.

use super::{Options, StatusBook, decode_binary};
use acasa_credentials::challenge::Challenge;
use acasa_credentials::mdoc::{SessionTranscript, read_reader_key};
use acasa_credentials::trust::{TrustStore, load_anchors};
use acasa_crypto::EcdhKey;
use jiff::Timestamp;
use std::time::Duration;

/// Files and texts as they were given.
#[derive(Default)]
pub struct Given {
    /// Files of anchors; none leaves every issuer open.
    pub anchors: Vec<Vec<u8>>,
    /// Status lists.
    pub status_lists: Vec<Vec<u8>>,
    /// A session transcript: its array or tag 24, raw, hex or base64url.
    pub transcript: Option<Vec<u8>>,
    /// A reader's private key.
    pub reader_key: Option<Vec<u8>>,
    /// A challenge's text.
    pub challenge: Option<String>,
}

/// Why what was given cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// A file of anchors.
    #[error("a file given as trust holds no usable certificate or key")]
    Trust,
    /// A status list.
    #[error("a file given as status list is none")]
    StatusList,
    /// A session transcript.
    #[error("the session transcript is not a CBOR array of three")]
    Transcript,
    /// A reader's key.
    #[error("the reader key is not a P-256 private key")]
    ReaderKey,
    /// A challenge.
    #[error("the challenge is malformed")]
    Challenge,
    /// An access certificate and its key.
    #[error("not an access certificate and its private key")]
    AccessKey,
}

impl VerifyError {
    /// A stable name for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Trust => "bad_trust",
            Self::StatusList => "bad_status_list",
            Self::Transcript => "bad_session_transcript",
            Self::ReaderKey => "bad_reader_key",
            Self::Challenge => "bad_challenge",
            Self::AccessKey => "bad_access_key",
        }
    }

    /// Whether the same call may succeed later.
    pub const fn retryable(self) -> bool {
        false
    }
}

/// What was given, read.
pub struct Evidence {
    trust: Option<TrustStore>,
    status: StatusBook,
    transcript: Option<SessionTranscript>,
    reader_key: Option<EcdhKey>,
    challenge: Option<Challenge>,
}

impl Evidence {
    /// Reads what was given; status lists are verified under the anchors at the time `at`.
    pub fn read(given: &Given, at: Timestamp) -> Result<Self, VerifyError> {
        let mut anchors = Vec::new();
        for file in &given.anchors {
            anchors.extend(load_anchors(file).map_err(|_| VerifyError::Trust)?);
        }
        let trust = (!anchors.is_empty()).then(|| TrustStore::new(anchors));
        let status =
            StatusBook::load(&given.status_lists, trust.as_ref(), at).map_err(|_| VerifyError::StatusList)?;
        let transcript = given
            .transcript
            .as_ref()
            .map(|file| SessionTranscript::from_slice(&decode_binary(file)));
        let reader_key = given.reader_key.as_ref().map(|file| read_reader_key(file));
        let challenge = given
            .challenge
            .as_ref()
            .map(|text| Challenge::from_text(text.trim_matches(['\r', '\n'])));
        Ok(Self {
            trust,
            status,
            transcript: transcript.transpose().map_err(|_| VerifyError::Transcript)?,
            reader_key: reader_key.transpose().map_err(|_| VerifyError::ReaderKey)?,
            challenge: challenge.transpose().map_err(|_| VerifyError::Challenge)?,
        })
    }

    /// The challenge, where one was given.
    pub const fn challenge(&self) -> Option<&Challenge> {
        self.challenge.as_ref()
    }

    /// Options to verify with, at the time `at`, the challenge shown just now.
    pub fn options(&self, at: Timestamp) -> Options<'_> {
        Options {
            trust: self.trust.as_ref(),
            transcript: self.transcript.as_ref(),
            reader_key: self.reader_key.as_ref(),
            challenge: self
                .challenge
                .as_ref()
                .map(|challenge| (challenge, Duration::ZERO)),
            ..Options::new(at, &self.status)
        }
    }
}
