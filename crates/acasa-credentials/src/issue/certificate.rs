//! Certificates of issuing authorities (ISO/IEC 18013-5, Annex B).

use super::IssueError;
use crate::trust::Certificate;
use acasa_crypto::{Algorithm, Signer, VerifyingKey, random};
use der::Encode as _;
use der::asn1::{BitString, Ia5String, ObjectIdentifier};
use jiff::Timestamp;
use std::str::FromStr as _;
use std::time::{Duration, UNIX_EPOCH};
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder as _, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::ext::pkix::crl::CrlDistributionPoints;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, IssuerAltName, KeyUsage, KeyUsages,
    SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension as _};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{
    AlgorithmIdentifierOwned, Document, DynSignatureAlgorithmIdentifier, EncodePublicKey,
    SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef,
};
use x509_cert::time::{Time, Validity};

/// What a certificate under a root is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateUse {
    /// Signing documents (B.1.4).
    DocumentSigner,
    /// Signing status lists (Token Status List, 10.1).
    StatusSigner,
    /// Signing readers' requests and verifiers' challenges (B.1.7).
    Reader,
}

impl CertificateUse {
    const fn purpose(self) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(match self {
            Self::DocumentSigner => "1.0.18013.5.1.2",
            Self::StatusSigner => "1.3.6.1.5.5.7.3.30",
            Self::Reader => "1.0.18013.5.1.6",
        })
    }
}

/// What a certificate says besides its key.
#[derive(Debug, Clone)]
pub struct CertificateDetails<'a> {
    /// Common name of the subject: letters, digits, spaces, full stops and hyphens.
    pub common_name: &'a str,
    /// Country of the subject, ISO 3166-1 alpha-2; the same in a signer and its root.
    pub country: &'a str,
    /// First moment of validity.
    pub not_before: Timestamp,
    /// Last moment of validity; a document signer lives at most 457 days.
    pub not_after: Timestamp,
    /// Where the issuing authority is reached, for the issuer's alternative name.
    pub contact_uri: &'a str,
    /// Where the list of revoked certificates is.
    pub crl_uri: &'a str,
}

/// Makes a self-signed IACA root (B.1.2), in DER.
pub fn make_root(details: &CertificateDetails<'_>, key: &dyn Signer) -> Result<Vec<u8>, IssueError> {
    let subject = name(details)?;
    let profile = Profile {
        issuer: subject.clone(),
        subject,
        details: details.clone(),
        under: None,
    };
    build(profile, details, &key.public_key(), key)
}

/// Makes a certificate under a root, in DER.
pub fn make_certificate(
    purpose: CertificateUse,
    details: &CertificateDetails<'_>,
    subject_key: &VerifyingKey,
    root: &Certificate,
    root_key: &dyn Signer,
) -> Result<Vec<u8>, IssueError> {
    let issuer = root.subject_name();
    let profile = Profile {
        issuer,
        subject: name(details)?,
        details: details.clone(),
        under: Some(purpose),
    };
    build(profile, details, subject_key, root_key)
}

/// Any certificate: what stands in it is the profile's, from when to when the details say.
pub(crate) fn build(
    profile: impl BuilderProfile,
    details: &CertificateDetails<'_>,
    subject_key: &VerifyingKey,
    signer: &dyn Signer,
) -> Result<Vec<u8>, IssueError> {
    use der::Decode as _;
    let failed = |_| IssueError::Content("certificate");
    let validity = Validity::new(time(details.not_before)?, time(details.not_after)?);
    let spki = SubjectPublicKeyInfoOwned::from_der(&subject_key.to_spki_der()?)
        .map_err(|_| IssueError::Content("key"))?;
    // RFC 5280, 4.1.2.2: positive, at most 20 bytes; at least 63 bits of it random (B.1.1).
    let mut serial: [u8; 16] = random::make_bytes()?;
    serial[0] = serial[0] & 0x7F | 0x40;
    let serial = SerialNumber::new(&serial).map_err(|_| IssueError::Content("serial"))?;
    let half = PublicHalf {
        key: signer.public_key(),
        algorithm: signature_algorithm(signer)?,
    };
    let mut builder = CertificateBuilder::new(profile, serial, validity, spki).map_err(failed)?;
    let content = builder.finalize(&half).map_err(failed)?;
    let signature = signer.sign_der(&content)?;
    let signature = BitString::from_bytes(&signature).map_err(|_| IssueError::Content("signature"))?;
    let certificate = builder.assemble(signature, &half).map_err(failed)?;
    certificate
        .to_der()
        .map_err(|_| IssueError::Content("certificate"))
}

fn name(details: &CertificateDetails<'_>) -> Result<Name, IssueError> {
    let plain = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|letter| letter.is_alphanumeric() || " .-".contains(letter))
    };
    if !plain(details.common_name) || details.country.len() != 2 || !plain(details.country) {
        return Err(IssueError::Content("name"));
    }
    let text = format!("CN={},C={}", details.common_name, details.country);
    Name::from_str(&text).map_err(|_| IssueError::Content("name"))
}

fn time(at: Timestamp) -> Result<Time, IssueError> {
    let out_of_range = IssueError::Content("time");
    let seconds = u64::try_from(at.as_second()).map_err(|_| out_of_range.clone())?;
    Time::try_from(UNIX_EPOCH + Duration::from_secs(seconds)).map_err(|_| out_of_range)
}

/// What an authority's certificates contain beyond the fields of every certificate.
struct Profile<'a> {
    issuer: Name,
    subject: Name,
    details: CertificateDetails<'a>,
    under: Option<CertificateUse>,
}

impl BuilderProfile for Profile<'_> {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let subject = tbs.subject();
        let uri =
            |uri: &str| Ok::<_, der::Error>(GeneralName::UniformResourceIdentifier(Ia5String::new(uri)?));
        let point = DistributionPoint {
            distribution_point: Some(DistributionPointName::FullName(vec![uri(self.details.crl_uri)?])),
            reasons: None,
            crl_issuer: None,
        };
        let mut extensions = vec![
            (false, &SubjectKeyIdentifier::try_from(key)?).to_extension(subject, &[])?,
            (false, &IssuerAltName(vec![uri(self.details.contact_uri)?])).to_extension(subject, &[])?,
            (false, &CrlDistributionPoints(vec![point])).to_extension(subject, &[])?,
        ];
        if let Some(purpose) = self.under {
            extensions.extend([
                (false, &AuthorityKeyIdentifier::try_from(issuer_key)?).to_extension(subject, &[])?,
                (true, &KeyUsage(KeyUsages::DigitalSignature.into())).to_extension(subject, &[])?,
                (true, &ExtendedKeyUsage(vec![purpose.purpose()])).to_extension(subject, &[])?,
            ]);
        } else {
            let authority = BasicConstraints {
                ca: true,
                path_len_constraint: Some(0),
            };
            extensions.extend([
                (true, &KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign)).to_extension(subject, &[])?,
                (true, &authority).to_extension(subject, &[])?,
            ]);
        }
        Ok(extensions)
    }
}

/// The public half of a signer, in the shape the certificate builder asks for.
struct PublicHalf {
    key: VerifyingKey,
    algorithm: ObjectIdentifier,
}

#[derive(Clone)]
struct PublicKey(VerifyingKey);

impl signature::Keypair for PublicHalf {
    type VerifyingKey = PublicKey;

    fn verifying_key(&self) -> PublicKey {
        PublicKey(self.key.clone())
    }
}

impl EncodePublicKey for PublicKey {
    fn to_public_key_der(&self) -> x509_cert::spki::Result<Document> {
        let der = self
            .0
            .to_spki_der()
            .map_err(|_| x509_cert::spki::Error::KeyMalformed)?;
        Ok(Document::try_from(der)?)
    }
}

impl DynSignatureAlgorithmIdentifier for PublicHalf {
    fn signature_algorithm_identifier(&self) -> x509_cert::spki::Result<AlgorithmIdentifierOwned> {
        Ok(AlgorithmIdentifierOwned {
            oid: self.algorithm,
            parameters: None,
        })
    }
}

/// ECDSA with the curve's own hash (RFC 5758, 3.2): the algorithms Annex B admits here.
fn signature_algorithm(signer: &dyn Signer) -> Result<ObjectIdentifier, IssueError> {
    let identifier = match signer.algorithm() {
        Algorithm::Es256 => "1.2.840.10045.4.3.2",
        Algorithm::Es384 => "1.2.840.10045.4.3.3",
        Algorithm::Es512 => "1.2.840.10045.4.3.4",
        Algorithm::EdDsa
        | Algorithm::Rs256
        | Algorithm::Rs384
        | Algorithm::Rs512
        | Algorithm::Ps256
        | Algorithm::Ps384
        | Algorithm::Ps512 => return Err(IssueError::Content("algorithm")),
    };
    Ok(ObjectIdentifier::new_unwrap(identifier))
}
