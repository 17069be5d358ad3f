//! From a signer's certificate to an anchor.

use super::usage;
use super::{Anchor, AnchorKind, Certificate, Purpose, Scope, TrustStore};
use acasa_crypto::VerifyingKey;
use jiff::{SignedDuration, Timestamp};

/// A document signer lives at most 457 days (ISO/IEC 18013-5, B.1.4).
const MAX_SIGNER_LIFE: SignedDuration = SignedDuration::from_hours(457 * 24);
/// The certificate of a verifier lives at most 1,187 days (ISO/IEC 18013-5, B.1.7).
const MAX_READER_LIFE: SignedDuration = SignedDuration::from_hours(1187 * 24);
/// Extensions a document signer may not have (ISO/IEC 18013-5, B.1.4): policy mappings, name
/// constraints, policy constraints, inhibit any policy, freshest CRL.
const FORBIDDEN_EXTENSIONS: [&str; 5] = ["2.5.29.33", "2.5.29.30", "2.5.29.36", "2.5.29.54", "2.5.29.46"];
/// Most certificates between a signer and its root where intermediates are admitted.
const MAX_INTERMEDIATES: usize = 3;

/// Which rules a certificate under a root must follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignerProfile {
    /// ISO/IEC 18013-5, Annex B: directly under the root.
    DocumentSigner,
    /// ISO/IEC 18013-5, B.1.7, of a verifier: directly under the root.
    Reader,
    /// RFC 5280 alone: intermediates admitted (SD-JWT VC, status lists).
    Generic,
}

/// A question about a chain.
#[derive(Clone, Copy)]
pub struct ChainQuery<'a> {
    /// The certificates, signer first.
    pub chain: &'a [Certificate],
    /// What was signed.
    pub purpose: Purpose,
    /// The type of document that was signed, where one is meant.
    pub doc_type: Option<&'a str>,
    /// When it was signed, where that is known.
    pub signed_at: Option<Timestamp>,
    /// The time of verification.
    pub at: Timestamp,
    /// The rules for certificates under a root.
    pub profile: SignerProfile,
}

/// The answer about a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainOutcome {
    /// It leads to an anchor whose scope admits what was signed.
    Trusted,
    /// It leads to no anchor, or the list of anchors is past its time: update the list.
    Unknown(&'static str),
    /// It leads to an anchor and breaks a rule.
    Refused(&'static str),
}

impl TrustStore {
    /// Whether a chain leads to an anchor for what was signed.
    pub fn evaluate(&self, query: ChainQuery<'_>) -> ChainOutcome {
        let Some(signer) = query.chain.first() else {
            return ChainOutcome::Unknown("no_certificate");
        };
        if self.next_update.is_some_and(|next_update| next_update < query.at) {
            return ChainOutcome::Unknown("trust_list_expired");
        }
        let pinned = self.pinned(signer);
        if !pinned.is_empty() {
            return check_pinned(signer, &pinned, query);
        }
        let mut outcome = ChainOutcome::Unknown("signer_unknown");
        for anchor in &self.anchors {
            let AnchorKind::Root(root) = &anchor.kind else {
                continue;
            };
            match check_under_root(root, &anchor.scope, query) {
                ChainOutcome::Trusted => return ChainOutcome::Trusted,
                refused @ ChainOutcome::Refused(_) => outcome = refused,
                ChainOutcome::Unknown(_) => {}
            }
        }
        outcome
    }

    /// The anchors that vouch for a chain. That the list of anchors is past its time is not asked here.
    pub fn vouching(&self, query: ChainQuery<'_>) -> Vec<&Anchor> {
        let Some(signer) = query.chain.first() else {
            return Vec::new();
        };
        let pinned = self.pinned(signer);
        let is_trusted = |anchor: &&Anchor| match &anchor.kind {
            _ if pinned.iter().any(|found| std::ptr::eq(*found, *anchor)) => {
                check_pinned(signer, &[*anchor], query) == ChainOutcome::Trusted
            }
            AnchorKind::Root(root) if pinned.is_empty() => {
                check_under_root(root, &anchor.scope, query) == ChainOutcome::Trusted
            }
            AnchorKind::Root(_) | AnchorKind::Signer(_) | AnchorKind::Key(..) => false,
        };
        self.anchors.iter().filter(is_trusted).collect()
    }

    /// The anchors that vouch for a signer known by its key alone. A certificate that carries the key
    /// must itself be acceptable at the time.
    pub fn vouching_for_key(
        &self,
        key: &VerifyingKey,
        purpose: Purpose,
        doc_type: Option<&str>,
        at: Timestamp,
    ) -> Vec<&Anchor> {
        let is_trusted = |anchor: &&Anchor| match &anchor.kind {
            AnchorKind::Key(found, _) => found == key && anchor.scope.admits(purpose, doc_type),
            AnchorKind::Signer(certificate) if certificate.key() == key => {
                let query = ChainQuery {
                    chain: std::slice::from_ref(certificate),
                    purpose,
                    doc_type,
                    signed_at: None,
                    at,
                    profile: SignerProfile::Generic,
                };
                check_pinned(certificate, &[*anchor], query) == ChainOutcome::Trusted
            }
            AnchorKind::Root(_) | AnchorKind::Signer(_) => false,
        };
        self.anchors.iter().filter(is_trusted).collect()
    }

    /// The anchors that are a signer itself; a root that signs by itself is one too.
    fn pinned(&self, signer: &Certificate) -> Vec<&Anchor> {
        let is_it = |anchor: &&Anchor| match &anchor.kind {
            AnchorKind::Root(certificate) | AnchorKind::Signer(certificate) => certificate == signer,
            AnchorKind::Key(key, _) => key == signer.key(),
        };
        self.anchors.iter().filter(is_it).collect()
    }
}

/// Whether the signer of a status list may speak about a credential, by what vouches for each.
///
/// One authority must not revoke or restore what another issued. Both stand under the same anchor,
/// or the signer of the list is named by itself, or under a root named for certain types of documents:
/// then who named it said what it speaks about, and the scope was asked before.
pub fn speaks_for(list: &[&Anchor], credential: &[&Anchor]) -> bool {
    list.iter().any(|list| match &list.kind {
        AnchorKind::Signer(_) | AnchorKind::Key(..) => !credential.is_empty(),
        AnchorKind::Root(root) => {
            let is_under = |anchor: &&Anchor| match &anchor.kind {
                AnchorKind::Root(other) => other == root,
                AnchorKind::Signer(signer) => is_child(signer, root) && signer.is_signed_by(root),
                AnchorKind::Key(..) => false,
            };
            credential.iter().any(is_under) || (list.scope.doc_types.is_some() && !credential.is_empty())
        }
    })
}

/// A signer named by hand or by the list: who named it answers for its profile, not for its dates.
fn check_pinned(signer: &Certificate, anchors: &[&Anchor], query: ChainQuery<'_>) -> ChainOutcome {
    if !anchors
        .iter()
        .any(|anchor| anchor.scope.admits(query.purpose, query.doc_type))
    {
        return ChainOutcome::Refused("signer_out_of_scope");
    }
    // ISO/IEC 18013-5, B.1.2: a root certifies signers, and signs no document.
    if query.profile != SignerProfile::Generic && signer.is_authority() {
        return ChainOutcome::Refused("signer_is_an_authority");
    }
    match check_dates(signer, query).or_else(|| usage::check_signer(signer)) {
        Some(detail) => ChainOutcome::Refused(detail),
        None => ChainOutcome::Trusted,
    }
}

fn check_under_root(root: &Certificate, scope: &Scope, query: ChainQuery<'_>) -> ChainOutcome {
    let Some((signer, rest)) = query.chain.split_first() else {
        return ChainOutcome::Unknown("no_certificate");
    };
    let intermediates = match query.profile {
        SignerProfile::DocumentSigner | SignerProfile::Reader => &[][..],
        SignerProfile::Generic => rest,
    };
    let Some(path) = path_to(root, signer, intermediates) else {
        return ChainOutcome::Unknown("signer_unknown");
    };
    let links = path.iter().zip(path.iter().skip(1));
    let mut below = 0;
    for (child, parent) in links {
        if !child.is_signed_by(parent) {
            return ChainOutcome::Refused("certificate_signature");
        }
        if !parent.is_authority() || !parent.is_valid_at(query.at) {
            return ChainOutcome::Refused("authority_not_acceptable");
        }
        if let Some(detail) = usage::check_authority(parent, below) {
            return ChainOutcome::Refused(detail);
        }
        // RFC 5280, 4.2.1.9: a certificate for one's own name does not lengthen the path.
        below += u8::from(!parent.names_as_issuer(parent));
    }
    if !scope.admits(query.purpose, query.doc_type) {
        return ChainOutcome::Refused("signer_out_of_scope");
    }
    let profile = match query.profile {
        SignerProfile::DocumentSigner => check_document_signer(signer, root),
        SignerProfile::Reader => check_reader(signer),
        SignerProfile::Generic => usage::check_purpose(signer, query.purpose),
    };
    match check_dates(signer, query)
        .or_else(|| usage::check_signer(signer))
        .or(profile)
    {
        Some(detail) => ChainOutcome::Refused(detail),
        None => ChainOutcome::Trusted,
    }
}

/// The certificates from the signer to the root, each naming the next as its issuer.
fn path_to<'a>(
    root: &'a Certificate,
    signer: &'a Certificate,
    intermediates: &'a [Certificate],
) -> Option<Vec<&'a Certificate>> {
    let mut path = vec![signer];
    for next in intermediates.iter().take(MAX_INTERMEDIATES) {
        let last = path.last()?;
        if is_child(last, root) {
            break;
        }
        // A chain may end with the root itself.
        if next == root || !is_child(last, next) {
            break;
        }
        path.push(next);
    }
    is_child(path.last()?, root).then(|| {
        path.push(root);
        path
    })
}

/// By name, and by key identifier where both have one: two roots may share a name.
fn is_child(child: &Certificate, parent: &Certificate) -> bool {
    let same_key = match (child.authority_key_id(), parent.subject_key_id()) {
        (Some(wanted), Some(found)) => wanted == found,
        (None, _) | (_, None) => true,
    };
    child.names_as_issuer(parent) && same_key
}

fn check_dates(signer: &Certificate, query: ChainQuery<'_>) -> Option<&'static str> {
    if !signer.is_valid_at(query.at) {
        return Some("signer_expired_or_not_yet_valid");
    }
    match query.signed_at {
        Some(signed_at) if !signer.is_valid_at(signed_at) => Some("signed_outside_signer_validity"),
        Some(_) | None => None,
    }
}

/// ISO/IEC 18013-5, B.1.7.
fn check_reader(signer: &Certificate) -> Option<&'static str> {
    if signer.is_authority() {
        return Some("signer_is_an_authority");
    }
    if signer.not_after().duration_since(signer.not_before()) > MAX_READER_LIFE {
        return Some("signer_lives_too_long");
    }
    usage::check_purpose(signer, Purpose::Reader)
}

/// ISO/IEC 18013-5, Table B.3.
fn check_document_signer(signer: &Certificate, root: &Certificate) -> Option<&'static str> {
    if signer.is_authority() {
        return Some("signer_is_an_authority");
    }
    if signer.not_after().duration_since(signer.not_before()) > MAX_SIGNER_LIFE {
        return Some("signer_lives_too_long");
    }
    if !signer.key_usage().is_some_and(|usage| usage.digital_signature()) {
        return Some("key_usage");
    }
    if !usage::is_document_signer(signer) {
        return Some("extended_key_usage");
    }
    if signer
        .extensions()
        .any(|(id, _)| FORBIDDEN_EXTENSIONS.contains(&id.to_string().as_str()))
    {
        return Some("forbidden_extension");
    }
    if signer.subject_key_id().is_none() || signer.authority_key_id().is_none() {
        return Some("key_identifier_missing");
    }
    let (country, state) = signer.place();
    let (root_country, root_state) = root.place();
    let state_differs = root_state.is_some() && state != root_state;
    (country != root_country || state_differs).then_some("place_differs_from_root")
}
