//! Access certificates: who may ask people for documents under a name that their apps show as known
//! (ISO/IEC 18013-5, B.1.7).

use acasa_credentials::{
    issue::{CertificateDetails, CertificateUse, IssueError, make_certificate},
    trust::Certificate,
};
use acasa_crypto::VerifyingKey;
use der::{Decode as _, DecodePem as _, Encode as _};
use jiff::{SignedDuration, Timestamp};
use x509_cert::{
    ext::pkix::{IssuerAltName, name::GeneralName},
    request::CertReq,
};

use super::{Authority, AuthorityError, CRL, Custody, ROOT};

/// How long one holds. Annex B allows 1,187; apps do not ask whether it was revoked, so it is short.
pub(crate) const READER_DAYS: i64 = 100;
/// Longest common name (RFC 5280, appendix A.1).
const MAX_NAME: usize = 64;
/// Largest request that is read, in bytes.
const MAX_REQUEST: usize = 16 * 1024;

/// A verifier's wish for a certificate: a PKCS#10 request (RFC 2986) whose signature shows that the key is theirs. Of
/// what else stands in it nothing is taken.
pub struct ReaderRequest {
    key: VerifyingKey,
}

impl ReaderRequest {
    /// Reads a request in PEM.
    pub fn from_pem(pem: &[u8]) -> Result<Self, AuthorityError> {
        if pem.len() > MAX_REQUEST {
            return Err(AuthorityError::ReaderRequest);
        }
        let request = CertReq::from_pem(pem).map_err(|_| AuthorityError::ReaderRequest)?;
        let encoded = request.info.to_der().and_then(|info| {
            let key = request.info.public_key.to_der()?;
            Ok((info, key))
        });
        let (info, key) = encoded.map_err(|_| AuthorityError::ReaderRequest)?;
        let key = VerifyingKey::from_spki_der(&key).map_err(|_| AuthorityError::ReaderRequest)?;
        let algorithm = request.algorithm.oid.to_string();
        key.verify_x509(&algorithm, &info, request.signature.raw_bytes())
            .map_err(|_| AuthorityError::ReaderRequest)?;
        Ok(Self { key })
    }
}

impl Authority {
    /// Certifies who a verifier is. Whether the name is theirs was asked before by whoever calls this.
    pub fn certify_reader(
        custody: &Custody,
        name: &str,
        request: &ReaderRequest,
        now: Timestamp,
    ) -> Result<Certificate, AuthorityError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > MAX_NAME {
            return Err(AuthorityError::ReaderName);
        }
        let root = custody.certificate(ROOT)?.ok_or(AuthorityError::NoCertificate)?;
        let root = custody.certified(ROOT, root)?;
        let contact = contact(&root.certificate).ok_or(AuthorityError::Certificate {
            code: "authority_contact",
        })?;
        let details = CertificateDetails {
            common_name: name,
            country: "MD",
            not_before: now - SignedDuration::from_hours(1),
            not_after: now + SignedDuration::from_hours(24 * READER_DAYS),
            contact_uri: &contact,
            crl_uri: &format!("{contact}{CRL}"),
        };
        let made = make_certificate(
            CertificateUse::Reader,
            &details,
            &request.key,
            &root.certificate,
            root.key.as_ref(),
        );
        let made = made.map_err(|error| match error {
            IssueError::Content("name") => AuthorityError::ReaderName,
            other @ (IssueError::Content(_)
            | IssueError::Crypto(_)
            | IssueError::Cose(_)
            | IssueError::Mdoc(_)) => other.into(),
        })?;
        Ok(Certificate::from_der(&made)?)
    }
}

/// Where the authority is reached, as its root says.
fn contact(root: &Certificate) -> Option<String> {
    let parsed = x509_cert::Certificate::from_der(root.as_der()).ok()?;
    let (_, IssuerAltName(names)) = parsed.tbs_certificate().get_extension::<IssuerAltName>().ok()??;
    let uri = |name: &GeneralName| {
        let GeneralName::UniformResourceIdentifier(uri) = name else {
            return None;
        };
        Some(uri.to_string())
    };
    names.iter().find_map(uri)
}

#[cfg(test)]
mod tests {
    use acasa_credentials::{
        challenge::{Asked, Challenge, Question},
        trust::{ChainOutcome, ChainQuery, Purpose, SignerProfile, TrustStore, load_anchors},
    };
    use acasa_crypto::{Signer as _, SigningKey};
    use der::{
        EncodePem as _,
        asn1::{BitString, SetOfVec},
        pem::LineEnding,
    };
    use x509_cert::{
        request::{CertReqInfo, Version},
        spki::{AlgorithmIdentifier, SubjectPublicKeyInfoOwned},
    };

    use super::*;
    use crate::AuthorityName;

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn request(key: &SigningKey, signer: &SigningKey) -> Vec<u8> {
        let spki = key.public_key().to_spki_der().unwrap();
        let info = CertReqInfo {
            version: Version::V1,
            subject: "CN=Anyone".parse().unwrap(),
            public_key: SubjectPublicKeyInfoOwned::from_der(&spki).unwrap(),
            attributes: SetOfVec::default(),
        };
        let signature = signer.sign_der(&info.to_der().unwrap()).unwrap();
        let request = CertReq {
            info,
            algorithm: AlgorithmIdentifier {
                oid: "1.2.840.10045.4.3.2".parse().unwrap(),
                parameters: None,
            },
            signature: BitString::from_bytes(&signature).unwrap(),
        };
        request.to_pem(LineEnding::LF).unwrap().into_bytes()
    }

    #[test]
    fn a_verifier_with_a_certificate_is_known_as_a_reader_and_as_nothing_else() {
        let folder = tempfile::TempDir::new().unwrap();
        let custody = Custody::in_folder(folder.path().to_path_buf());
        let address = "https://gateway.example";
        Authority::open_or_make(&custody, &AuthorityName::default(), address, now()).unwrap();
        let key = SigningKey::make_random().unwrap();
        let asks = ReaderRequest::from_pem(&request(&key, &key)).unwrap();

        let certificate = Authority::certify_reader(&custody, " Poliția din Soroca ", &asks, now()).unwrap();

        let root = custody.certificate(ROOT).unwrap().unwrap();
        let store = TrustStore::new(load_anchors(root.as_der()).unwrap());
        let outcome = |purpose, profile| {
            store.evaluate(ChainQuery {
                chain: std::slice::from_ref(&certificate),
                purpose,
                doc_type: None,
                signed_at: None,
                at: now(),
                profile,
            })
        };
        let question = Question {
            asked: vec![Asked {
                element: "portrait".to_owned(),
                retain: true,
            }],
            ..Question::default()
        };
        let challenge = Challenge::make_signed(&question, &key, &certificate).unwrap();
        let read = Challenge::from_text(&challenge.to_text()).unwrap();
        assert!(read.signer() == Some(&certificate));
        assert_eq!(certificate.common_name().as_deref(), Some("Poliția din Soroca"));
        assert_eq!(
            outcome(Purpose::Reader, SignerProfile::Reader),
            ChainOutcome::Trusted
        );
        for (purpose, profile) in [
            (Purpose::Document, SignerProfile::DocumentSigner),
            (Purpose::Document, SignerProfile::Generic),
            (Purpose::Status, SignerProfile::Generic),
        ] {
            assert_eq!(
                outcome(purpose, profile),
                ChainOutcome::Refused("extended_key_usage")
            );
        }
        assert!(!certificate.is_valid_at(now() + SignedDuration::from_hours(24 * READER_DAYS + 1)));
    }

    #[test]
    fn who_does_not_show_that_the_key_is_theirs_gets_none() {
        let (key, other) = (
            SigningKey::make_random().unwrap(),
            SigningKey::make_random().unwrap(),
        );
        let stolen = request(&key, &other);
        let long = [request(&key, &key), vec![b'\n'; MAX_REQUEST]].concat();

        for refused in [&stolen[..], b"", b"-----BEGIN CERTIFICATE REQUEST-----", &long] {
            let error = ReaderRequest::from_pem(refused).err().unwrap();
            assert_eq!(error.code(), "reader_request");
        }
    }

    #[test]
    fn a_name_that_no_certificate_can_say_is_refused() {
        let folder = tempfile::TempDir::new().unwrap();
        let custody = Custody::in_folder(folder.path().to_path_buf());
        let key = SigningKey::make_random().unwrap();
        let asks = ReaderRequest::from_pem(&request(&key, &key)).unwrap();
        let refusal = |name: &str| {
            let made = Authority::certify_reader(&custody, name, &asks, now());
            made.err().unwrap().code()
        };

        assert_eq!(refusal("Poliția"), "authority_no_certificate");
        let address = "https://gateway.example";
        Authority::open_or_make(&custody, &AuthorityName::default(), address, now()).unwrap();
        for name in ["", "  ", "A,C=RU", "a\u{202e}b", &"a".repeat(MAX_NAME + 1)] {
            assert_eq!(refusal(name), "reader_name", "{name}");
        }
    }

    #[test]
    fn another_key_than_the_root_s_certifies_nobody() {
        let folder = tempfile::TempDir::new().unwrap();
        let custody = Custody::in_folder(folder.path().to_path_buf());
        let address = "https://gateway.example";
        Authority::open_or_make(&custody, &AuthorityName::default(), address, now()).unwrap();
        let other = SigningKey::make_random().unwrap();
        std::fs::write(folder.path().join("root.p8"), other.to_pkcs8().unwrap().expose()).unwrap();
        let asks = ReaderRequest::from_pem(&request(&other, &other)).unwrap();

        let made = Authority::certify_reader(&custody, "Poliția", &asks, now());

        assert_eq!(made.err().unwrap().code(), "authority_key_mismatch");
    }
}
