//! The checks of ISO/IEC 18013-5, 9.1 and 9.3 on one document.

use super::{
    DeviceAuth, DeviceSigned, Document, IssuerSigned, MobileSecurityObject, SessionTranscript,
    StatusReference,
};
use crate::report::{DocumentReport, Holder, IssuerSummary};
use crate::trust::{Certificate, ChainOutcome, ChainQuery, Purpose, SignerProfile, TrustStore};
use crate::verdict::{Check, CheckName, Outcome};
use acasa_crypto::digest::sha256;
use acasa_crypto::{EcdhKey, constant_time_eq, hkdf};
use jiff::Timestamp;

/// What a verifier knows and wants.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The time of verification.
    pub at: Timestamp,
    /// Whom to trust; `None` leaves the issuer open.
    pub trust: Option<&'a TrustStore>,
    /// Looks a status reference up: a `status` check.
    pub status: &'a dyn Fn(&StatusReference) -> Check,
    /// Whether a status that cannot be looked up is accepted.
    pub allow_unchecked_status: bool,
    /// The session the device answered in; `None` leaves its signature open.
    pub transcript: Option<&'a SessionTranscript>,
    /// The reader's private key, for device MACs.
    pub reader_key: Option<&'a EcdhKey>,
}

impl Context<'_> {
    /// A status lookup that knows no list.
    pub fn no_status_list(_: &StatusReference) -> Check {
        Check::open(CheckName::Status, "no_status_list")
    }

    /// The `status` check of a credential.
    pub fn check_status(&self, reference: Option<&StatusReference>) -> Check {
        let Some(reference) = reference else {
            return Check::not_applicable(CheckName::Status, "no_status_reference");
        };
        let check = (self.status)(reference);
        if check.outcome == Outcome::Open && self.allow_unchecked_status {
            return Check::not_applicable(CheckName::Status, "unchecked_as_allowed");
        }
        check
    }
}

/// Verifies the issuer's part alone: at most valid and unbound.
pub fn verify_issuer_signed(document: &IssuerSigned, context: &Context<'_>) -> DocumentReport {
    let mut report = verify_issued(document, None, context);
    report.set(Check::not_applicable(
        CheckName::DeviceSignature,
        "issuer_signed_only",
    ));
    report.set(Check::not_applicable(CheckName::Transcript, "issuer_signed_only"));
    report
}

/// Verifies one document of an answer.
pub fn verify_document(document: &Document, context: &Context<'_>) -> DocumentReport {
    let mut report = verify_issued(document.issuer_signed(), Some(document.doc_type()), context);
    let Ok(object) = document.issuer_signed().security_object() else {
        return report;
    };
    let (device, transcript) = check_device(document, &object, context);
    if device.outcome == Outcome::Pass && report.passed(CheckName::IssuerSignature) {
        report.holder = Holder::Bound;
    }
    for (namespace, elements) in document.device_signed().elements() {
        report.disclosed.push((namespace.clone(), elements.clone()));
    }
    report.set(device);
    report.set(transcript);
    report
}

fn verify_issued(
    document: &IssuerSigned,
    claimed_type: Option<&str>,
    context: &Context<'_>,
) -> DocumentReport {
    let object = match document.security_object() {
        Ok(object) => object,
        Err(error) => {
            let mut report = DocumentReport::unreadable(error.code());
            claimed_type.unwrap_or_default().clone_into(&mut report.doc_type);
            return report;
        }
    };
    let mut report = DocumentReport {
        doc_type: object.doc_type().to_owned(),
        issuer: None,
        holder: Holder::Unbound,
        valid_until: Some(object.validity().valid_until),
        disclosed: document.elements(),
        checks: vec![Check::pass(CheckName::Parse, "ok")],
    };
    let (chain, signature) = check_issuer(document, &object, context, &mut report.issuer);
    report.set(chain);
    report.set(signature);
    report.set(check_digests(document, &object, claimed_type));
    report.set(check_validity(&object, context.at));
    report.set(context.check_status(object.status()));
    report.set(Check::not_applicable(CheckName::Freshness, "not_a_proof"));
    report.set(Check::not_applicable(CheckName::Replay, "not_a_proof"));
    report.set(Check::not_applicable(CheckName::KeyBinding, "not_an_sd_jwt"));
    report
}

/// The chain and the signature, and who it was.
fn check_issuer(
    document: &IssuerSigned,
    object: &MobileSecurityObject,
    context: &Context<'_>,
    issuer: &mut Option<IssuerSummary>,
) -> (Check, Check) {
    use CheckName::{IssuerChain, IssuerSignature};
    let chain = match certificates(document, context.trust) {
        Ok(chain) => chain,
        Err(check) => return (check, Check::open(IssuerSignature, "signer_unknown")),
    };
    let Some(signer) = chain.first() else {
        return (
            Check::fail(IssuerChain, "no_certificate"),
            Check::open(IssuerSignature, "no_certificate"),
        );
    };
    *issuer = Some(IssuerSummary {
        subject: signer.subject(),
        sha256: *signer.sha256(),
    });
    let signature = match document.issuer_auth().verify(signer.key(), None, &[]) {
        Ok(()) => Check::pass(IssuerSignature, "ok"),
        Err(error) => Check::fail(IssuerSignature, error.code()),
    };
    let query = ChainQuery {
        chain: &chain,
        purpose: Purpose::Document,
        doc_type: Some(object.doc_type()),
        signed_at: Some(object.validity().signed),
        at: context.at,
        profile: SignerProfile::DocumentSigner,
    };
    let chain = match context.trust.map(|trust| trust.evaluate(query)) {
        None => Check::open(IssuerChain, "trust_not_given"),
        Some(ChainOutcome::Trusted) => Check::pass(IssuerChain, "ok"),
        Some(ChainOutcome::Unknown(detail)) => Check::open(IssuerChain, detail),
        Some(ChainOutcome::Refused(detail)) => Check::fail(IssuerChain, detail),
    };
    (chain, signature)
}

/// The certificates as sent, or the one whose thumbprint was sent, from those trusted.
fn certificates(document: &IssuerSigned, trust: Option<&TrustStore>) -> Result<Vec<Certificate>, Check> {
    let fail = |detail| Check::fail(CheckName::IssuerChain, detail);
    let headers = document.issuer_auth().headers();
    let chain = headers.x5chain().map_err(|error| fail(error.code()))?;
    let thumbprint = headers.x5t().map_err(|error| fail(error.code()))?;
    if let Some(first) = chain.first() {
        // Where both are sent they must agree.
        if thumbprint.is_some_and(|thumbprint| thumbprint != sha256(first)) {
            return Err(fail("x5t_mismatch"));
        }
        return chain
            .iter()
            .map(|der| Certificate::from_der(der).map_err(|error| fail(error.code())))
            .collect();
    }
    let thumbprint = thumbprint.ok_or_else(|| fail("no_certificate"))?;
    let trust = trust.ok_or(Check::open(CheckName::IssuerChain, "trust_not_given"))?;
    match trust.certificate_by_thumbprint(&thumbprint) {
        Some(certificate) => Ok(vec![certificate.clone()]),
        None => Err(Check::open(CheckName::IssuerChain, "signer_unknown")),
    }
}

/// Every item against its digest, and the claimed type against the signed one (9.1.2.4, 9.1.2.5).
fn check_digests(
    document: &IssuerSigned,
    object: &MobileSecurityObject,
    claimed_type: Option<&str>,
) -> Check {
    if claimed_type.is_some_and(|claimed| claimed != object.doc_type()) {
        return Check::fail(CheckName::Digests, "doc_type_mismatch");
    }
    for (namespace, item) in document.items() {
        let Some(expected) = object.digest(namespace, item.digest_id()) else {
            return Check::fail(CheckName::Digests, "digest_missing");
        };
        if !constant_time_eq(expected, &object.digest_algorithm().digest(item.raw())) {
            return Check::fail(CheckName::Digests, "digest_mismatch");
        }
    }
    Check::pass(CheckName::Digests, "ok")
}

fn check_validity(object: &MobileSecurityObject, at: Timestamp) -> Check {
    let validity = object.validity();
    if at < validity.valid_from {
        Check::fail(CheckName::Validity, "not_yet_valid")
    } else if at > validity.valid_until {
        Check::fail(CheckName::Validity, "expired")
    } else {
        Check::pass(CheckName::Validity, "ok")
    }
}

/// The device's signature or tag over the session, and whether it may say what it says (9.1.3).
fn check_device(document: &Document, object: &MobileSecurityObject, context: &Context<'_>) -> (Check, Check) {
    use CheckName::{DeviceSignature, Transcript};
    let Some(transcript) = context.transcript else {
        let detail = "transcript_not_given";
        return (
            Check::open(DeviceSignature, detail),
            Check::open(Transcript, detail),
        );
    };
    let device = document.device_signed();
    if !is_authorized(device, object) {
        let device = Check::fail(DeviceSignature, "element_not_authorized");
        return (device, Check::open(Transcript, "device_signature_failed"));
    }
    let signed = document.device_authentication(transcript);
    let verified = match device.auth() {
        DeviceAuth::Signature(signature) => signature.verify(object.device_key(), Some(&signed), &[]),
        DeviceAuth::Mac(mac) => {
            let Some(reader_key) = context.reader_key else {
                let detail = "reader_key_not_given";
                return (
                    Check::open(DeviceSignature, detail),
                    Check::open(Transcript, detail),
                );
            };
            if transcript
                .reader_key()
                .is_some_and(|key| key != reader_key.public_key())
            {
                let device = Check::open(DeviceSignature, "reader_key_mismatch");
                return (device, Check::fail(Transcript, "reader_key_mismatch"));
            }
            match mac_key(reader_key, object, transcript) {
                Some(key) => mac.verify(key.expose(), Some(&signed), &[]),
                None => {
                    return (
                        Check::fail(DeviceSignature, "device_key"),
                        Check::open(Transcript, "device_key"),
                    );
                }
            }
        }
    };
    match verified {
        Ok(()) => (Check::pass(DeviceSignature, "ok"), Check::pass(Transcript, "ok")),
        // The signature covers document, device and session together: which of them differs cannot be told.
        Err(error) => (
            Check::fail(DeviceSignature, error.code()),
            Check::open(Transcript, "device_signature_failed"),
        ),
    }
}

fn is_authorized(device: &DeviceSigned, object: &MobileSecurityObject) -> bool {
    let authorizations = object.key_authorizations();
    device.elements().iter().all(|(name, elements)| {
        elements
            .iter()
            .all(|(element, _)| authorizations.allows(name, element))
    })
}

/// EMacKey (9.1.3.5).
fn mac_key(
    reader_key: &EcdhKey,
    object: &MobileSecurityObject,
    transcript: &SessionTranscript,
) -> Option<acasa_crypto::SecretBytes> {
    let shared = reader_key.agree(object.device_key()).ok()?;
    let salt = sha256(&transcript.to_encoded());
    hkdf::derive_sha256(&salt, shared.expose(), b"EMacKey", 32).ok()
}
