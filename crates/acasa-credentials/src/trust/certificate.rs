//! X.509 certificates (RFC 5280) as far as signers of documents need them.

use super::TrustError;
use acasa_crypto::VerifyingKey;
use acasa_crypto::digest::sha256;
use der::asn1::{AnyRef, ObjectIdentifier};
use der::pem::LineEnding;
use der::{Decode, Encode as _, Reader as _, SliceReader};
use jiff::Timestamp;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier,
};

/// Longer than any certificate of a document signer.
const MAX_CERTIFICATE: usize = 16 << 10;

/// A certificate that was read, with the bytes its issuer signed.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    tbs: Vec<u8>,
    parsed: x509_cert::Certificate,
    key: VerifyingKey,
    sha256: [u8; 32],
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl Certificate {
    /// Reads a chain, signer first. It ends before a certificate whose key is not supported: no path
    /// leads on through it. That of the signer itself is an error.
    pub fn read_chain(chain: &[Vec<u8>]) -> Result<Vec<Self>, TrustError> {
        let mut read = Vec::new();
        for der in chain {
            match Self::from_der(der) {
                Err(TrustError::Key) if !read.is_empty() => break,
                certificate => read.push(certificate?),
            }
        }
        Ok(read)
    }

    /// Reads one certificate in DER.
    pub fn from_der(der: &[u8]) -> Result<Self, TrustError> {
        if der.len() > MAX_CERTIFICATE {
            return Err(TrustError::Certificate("size"));
        }
        let parsed = x509_cert::Certificate::from_der(der).map_err(|_| TrustError::Certificate("der"))?;
        if parsed.tbs_certificate().signature() != parsed.signature_algorithm() {
            return Err(TrustError::Certificate("two signature algorithms"));
        }
        let spki = parsed.tbs_certificate().subject_public_key_info().to_der();
        let spki = spki.map_err(|_| TrustError::Certificate("der"))?;
        let key = VerifyingKey::from_spki_der(&spki).map_err(|_| TrustError::Key)?;
        let tbs = signed_part(der).ok_or(TrustError::Certificate("der"))?;
        Ok(Self {
            der: der.to_vec(),
            tbs,
            parsed,
            key,
            sha256: sha256(der),
        })
    }

    /// The certificate in DER.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate in its textual encoding (RFC 7468, 5).
    pub fn to_pem(&self) -> String {
        der::pem::encode_string("CERTIFICATE", LineEnding::LF, &self.der).unwrap_or_default()
    }

    /// The SHA-256 of the certificate: its thumbprint in `x5t`.
    pub const fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// The subject (RFC 4514).
    pub fn subject(&self) -> String {
        self.parsed.tbs_certificate().subject().to_string()
    }

    /// The subject's first common name.
    pub fn common_name(&self) -> Option<String> {
        let names = self.parsed.tbs_certificate().subject().common_name();
        names.ok().flatten().map(|name| name.value().into_owned())
    }

    /// The subject as a name, to be the issuer of another certificate.
    #[cfg(feature = "issuing")]
    pub(crate) fn subject_name(&self) -> x509_cert::name::Name {
        self.parsed.tbs_certificate().subject().clone()
    }

    /// The key it certifies.
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// First moment of validity.
    pub fn not_before(&self) -> Timestamp {
        timestamp(self.parsed.tbs_certificate().validity().not_before)
    }

    /// Last moment of validity.
    pub fn not_after(&self) -> Timestamp {
        timestamp(self.parsed.tbs_certificate().validity().not_after)
    }

    /// Whether a moment is within its validity.
    pub fn is_valid_at(&self, at: Timestamp) -> bool {
        self.not_before() <= at && at <= self.not_after()
    }

    /// Whether it may certify others (RFC 5280, 4.2.1.9 and 4.2.1.3).
    pub fn is_authority(&self) -> bool {
        let constraints = self.extension::<BasicConstraints>();
        constraints.is_some_and(|constraints| constraints.ca)
            && self
                .extension::<KeyUsage>()
                .is_none_or(|usage| usage.key_cert_sign())
    }

    /// How many authorities it admits below it (RFC 5280, 4.2.1.9).
    pub(super) fn path_length(&self) -> Option<u8> {
        self.extension::<BasicConstraints>()?.path_len_constraint
    }

    /// Whether the key may sign: said so, or nothing said.
    pub(super) fn may_sign(&self) -> bool {
        self.extension::<KeyUsage>()
            .is_none_or(|usage| usage.digital_signature())
    }

    /// The key usage, where there is one.
    pub(super) fn key_usage(&self) -> Option<KeyUsage> {
        self.extension()
    }

    /// The purposes of the extended key usage, and whether it is critical.
    pub(super) fn extended_key_usage(&self) -> Option<Vec<ObjectIdentifier>> {
        self.extension::<ExtendedKeyUsage>().map(|usage| usage.0)
    }

    /// Each extension with its criticality.
    pub(super) fn extensions(&self) -> impl Iterator<Item = (ObjectIdentifier, bool)> + '_ {
        let extensions = self.parsed.tbs_certificate().extensions();
        extensions
            .into_iter()
            .flatten()
            .map(|extension| (extension.extn_id, extension.critical))
    }

    /// The identifier of its own key.
    pub(super) fn subject_key_id(&self) -> Option<Vec<u8>> {
        self.extension::<SubjectKeyIdentifier>()
            .map(|id| id.0.as_bytes().to_vec())
    }

    /// The identifier of its issuer's key.
    pub(super) fn authority_key_id(&self) -> Option<Vec<u8>> {
        let id = self.extension::<AuthorityKeyIdentifier>()?.key_identifier?;
        Some(id.as_bytes().to_vec())
    }

    /// Country and state of the subject, for the comparison of ISO/IEC 18013-5, Annex B.
    pub(super) fn place(&self) -> (Option<String>, Option<String>) {
        let subject = self.parsed.tbs_certificate().subject();
        let country = subject
            .country()
            .ok()
            .flatten()
            .map(|country| country.as_str().to_owned());
        let state = subject
            .state_or_province()
            .ok()
            .flatten()
            .map(|state| state.value().into_owned());
        (country, state)
    }

    /// Whether it names `issuer` as its issuer.
    pub(super) fn names_as_issuer(&self, issuer: &Self) -> bool {
        self.parsed.tbs_certificate().issuer() == issuer.parsed.tbs_certificate().subject()
    }

    /// Whether `issuer`'s key signed it.
    pub(super) fn is_signed_by(&self, issuer: &Self) -> bool {
        let algorithm = self.parsed.signature_algorithm().oid.to_string();
        let signature = self.parsed.signature().as_bytes();
        signature.is_some_and(|signature| issuer.key.verify_x509(&algorithm, &self.tbs, signature).is_ok())
    }

    fn extension<'a, T: Decode<'a> + der::oid::AssociatedOid>(&'a self) -> Option<T> {
        self.parsed
            .tbs_certificate()
            .get_extension::<T>()
            .ok()
            .flatten()
            .map(|(_, extension)| extension)
    }
}

/// The bytes of `tbsCertificate` as they stand: re-encoding might not give them back.
fn signed_part(der: &[u8]) -> Option<Vec<u8>> {
    let outer = AnyRef::from_der(der).ok()?;
    let mut reader = SliceReader::new(outer.value()).ok()?;
    reader.tlv_bytes().ok().map(<[u8]>::to_vec)
}

fn timestamp(time: x509_cert::time::Time) -> Timestamp {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}
