//! The checks of ISO/IEC 18013-5, 9.1 and 9.3 on one document.

use super::{
    DeviceAuth, DeviceSigned, Document, Elements, IssuerSigned, MobileSecurityObject, SessionTranscript,
    StatusMechanism,
};
use crate::cose::CoseError;
use crate::report::{DocumentReport, Holder, IssuerSummary};
use crate::trust::{
    Anchor, Certificate, ChainOutcome, ChainQuery, Purpose, SignerProfile, TrustError, TrustStore,
};
use crate::verdict::{Check, CheckName, Outcome};
use acasa_crypto::digest::sha256;
use acasa_crypto::{EcdhKey, constant_time_eq, hkdf};
use jiff::Timestamp;

/// A credential whose status is asked for.
#[derive(Clone, Copy)]
pub struct Certified<'a> {
    /// Its type.
    pub doc_type: &'a str,
    /// What vouches for its signer: only the same authority may say what became of it.
    pub anchors: &'a [&'a Anchor],
}

/// Looks a status reference of a credential up.
pub type StatusLookup<'a> = &'a dyn Fn(&StatusMechanism, Certified<'_>) -> Check;

/// What a verifier knows and wants.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The time of verification.
    pub at: Timestamp,
    /// Whom to trust; `None` leaves the issuer open.
    pub trust: Option<&'a TrustStore>,
    /// Looks a status reference up: a `status` check.
    pub status: StatusLookup<'a>,
    /// Whether a status that cannot be looked up is accepted.
    pub allow_unchecked_status: bool,
    /// The session the device answered in; `None` leaves its signature open.
    pub transcript: Option<&'a SessionTranscript>,
    /// The reader's private key, for device MACs.
    pub reader_key: Option<&'a EcdhKey>,
}

impl Context<'_> {
    /// A status lookup that knows no list.
    pub fn no_status_list(_: &StatusMechanism, _: Certified<'_>) -> Check {
        Check::open(CheckName::Status, "no_status_list")
    }

    /// The `status` check of a credential.
    pub fn check_status(&self, reference: Option<&StatusMechanism>, credential: Certified<'_>) -> Check {
        let Some(reference) = reference else {
            return Check::not_applicable(CheckName::Status, "no_status_reference");
        };
        let check = (self.status)(reference, credential);
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
    report.disclosed.extend(own_elements(document, &object));
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
        Err(error) if error.is_unsupported() => {
            let mut report = DocumentReport::unsupported(error.code());
            claimed_type.unwrap_or_default().clone_into(&mut report.doc_type);
            // What was changed is invalid, whether it can be read or not.
            let issuer = check_issuer(document, None, context);
            report.issuer = issuer.summary;
            report.set(issuer.chain);
            report.set(issuer.signature);
            return report;
        }
        Err(error) => {
            let mut report = DocumentReport::unreadable(error.code());
            claimed_type.unwrap_or_default().clone_into(&mut report.doc_type);
            return report;
        }
    };
    let issuer = check_issuer(document, Some(&object), context);
    let mut report = DocumentReport {
        doc_type: object.doc_type().to_owned(),
        issuer: issuer.summary,
        holder: Holder::Unbound,
        valid_until: Some(object.validity().valid_until),
        disclosed: document.elements(),
        checks: vec![Check::pass(CheckName::Parse, "ok")],
    };
    report.set(issuer.chain);
    report.set(issuer.signature);
    report.set(check_digests(document, &object, claimed_type));
    report.set(check_validity(&object, context.at));
    let certified = Certified {
        doc_type: object.doc_type(),
        anchors: &issuer.anchors,
    };
    report.set(context.check_status(object.status(), certified));
    report.set(Check::not_applicable(CheckName::Freshness, "not_a_proof"));
    report.set(Check::not_applicable(CheckName::Replay, "not_a_proof"));
    report.set(Check::not_applicable(CheckName::KeyBinding, "not_an_sd_jwt"));
    report
}

/// What came of looking at the issuer.
struct Issuer<'a> {
    chain: Check,
    signature: Check,
    summary: Option<IssuerSummary>,
    anchors: Vec<&'a Anchor>,
}

impl Issuer<'_> {
    fn unknown(chain: Check, detail: &'static str) -> Self {
        Self {
            chain,
            signature: Check::open(CheckName::IssuerSignature, detail),
            summary: None,
            anchors: Vec::new(),
        }
    }
}

/// The chain and the signature, and who it was. Without the security object, the signature and
/// whether the signer is trusted at all.
fn check_issuer<'a>(
    document: &IssuerSigned,
    object: Option<&MobileSecurityObject>,
    context: &Context<'a>,
) -> Issuer<'a> {
    use CheckName::{IssuerChain, IssuerSignature};
    let chain = match certificates(document, context.trust) {
        Ok(chain) => chain,
        Err(check) => return Issuer::unknown(check, "signer_unknown"),
    };
    let Some(signer) = chain.first() else {
        return Issuer::unknown(Check::fail(IssuerChain, "no_certificate"), "no_certificate");
    };
    let summary = IssuerSummary {
        subject: signer.subject(),
        sha256: *signer.sha256(),
    };
    let signature = match document.issuer_auth().verify(signer.key(), None, &[]) {
        Ok(()) => Check::pass(IssuerSignature, "ok"),
        Err(error) => refused(IssuerSignature, error),
    };
    let query = ChainQuery {
        chain: &chain,
        purpose: Purpose::Document,
        doc_type: object.map(MobileSecurityObject::doc_type),
        signed_at: object.map(|object| object.validity().signed),
        at: context.at,
        profile: SignerProfile::DocumentSigner,
    };
    let anchors = context.trust.map(|trust| trust.vouching(query));
    let chain = match context.trust.map(|trust| trust.evaluate(query)) {
        None => Check::open(IssuerChain, "trust_not_given"),
        Some(ChainOutcome::Trusted) => Check::pass(IssuerChain, "ok"),
        Some(ChainOutcome::Unknown(detail)) => Check::open(IssuerChain, detail),
        Some(ChainOutcome::Refused(detail)) => Check::fail(IssuerChain, detail),
    };
    Issuer {
        chain,
        signature,
        summary: Some(summary),
        anchors: anchors.unwrap_or_default(),
    }
}

/// An algorithm that only others can verify leaves the question open.
const fn refused(name: CheckName, error: CoseError) -> Check {
    if matches!(error, CoseError::Unsupported) {
        Check::open(name, error.code())
    } else {
        Check::fail(name, error.code())
    }
}

/// The certificates as sent, or the one whose thumbprint was sent, from those trusted.
fn certificates(document: &IssuerSigned, trust: Option<&TrustStore>) -> Result<Vec<Certificate>, Check> {
    let fail = |detail| Check::fail(CheckName::IssuerChain, detail);
    let headers = document.issuer_auth().headers();
    let chain = headers.x5chain().map_err(|error| fail(error.code()))?;
    if let Some(first) = chain.first() {
        // Where both are sent they must agree.
        let matches = headers.x5t_matches(&sha256(first));
        if matches.map_err(|error| fail(error.code()))? == Some(false) {
            return Err(fail("x5t_mismatch"));
        }
        return Certificate::read_chain(&chain).map_err(|error| {
            if error == TrustError::Key {
                // A foreign signer's, on a curve that only others can verify.
                Check::open(CheckName::IssuerChain, error.code())
            } else {
                fail(error.code())
            }
        });
    }
    let thumbprint = headers
        .x5t()
        .map_err(|error| refused(CheckName::IssuerChain, error))?
        .ok_or_else(|| fail("no_certificate"))?;
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
    let device = document.device_signed();
    let unacceptable = if !is_authorized(device, object) {
        Some("element_not_authorized")
    } else if contradicts(document) {
        Some("element_signed_twice")
    } else {
        None
    };
    if let Some(detail) = unacceptable {
        let device = Check::fail(DeviceSignature, detail);
        return (device, Check::open(Transcript, "device_signature_failed"));
    }
    let Some(transcript) = context.transcript else {
        let detail = "transcript_not_given";
        return (
            Check::open(DeviceSignature, detail),
            Check::open(Transcript, detail),
        );
    };
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
            refused(DeviceSignature, error),
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

/// Whether the device asserts an element that the issuer signed: of two values, none is believed.
fn contradicts(document: &Document) -> bool {
    document
        .device_signed()
        .elements()
        .iter()
        .any(|(name, elements)| {
            elements
                .iter()
                .any(|(element, _)| is_issued(document, name, element))
        })
}

fn is_issued(document: &Document, namespace: &str, element: &str) -> bool {
    let mut items = document.issuer_signed().items();
    items.any(|(name, item)| name == namespace && item.identifier() == element)
}

/// What the device says by itself and may say: never in place of the issuer's word.
fn own_elements(document: &Document, object: &MobileSecurityObject) -> Elements {
    let may_say = |namespace: &str, element: &str| {
        object.key_authorizations().allows(namespace, element) && !is_issued(document, namespace, element)
    };
    let elements = document.device_signed().elements().iter();
    let elements = elements.map(|(name, elements)| {
        let elements = elements.iter().filter(|(element, _)| may_say(name, element));
        (name.clone(), elements.cloned().collect::<Vec<_>>())
    });
    elements.filter(|(_, elements)| !elements.is_empty()).collect()
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

#[cfg(test)]
#[cfg(feature = "issuing")]
mod tests;
