//! Keeping documents fresh: what the issuers say of them now, and copies not shown yet.

use super::receive::{Bundle, bundles, fetch, held};
use crate::trust::Trust;
use crate::vault::OpenVault;
use crate::{Acasa, CoreError, connection};
use acasa_api_types::RefreshView;
use acasa_client::ClientError;
use acasa_credentials::mdoc::verify::{Certified, Context, verify_issuer_signed};
use acasa_credentials::mdoc::{IssuerSigned, StatusMechanism};
use acasa_credentials::verdict::{Check, CheckName, Outcome};
use acasa_store::{CopyKind, Document, DocumentId, DocumentStatus, NewCopy, Page};
use jiff::Timestamp;

/// With fewer fresh copies of a kind than this, another batch is asked for.
const LOW: u32 = 3;

pub(super) async fn run(acasa: &Acasa) -> Result<RefreshView, CoreError> {
    acasa.vault().open()?;
    acasa.fetch_trust().await?;
    let changed = acasa.blocking(note_statuses).await?;
    let mut received = fresh_copies(acasa).await;
    if received.as_ref().is_err_and(unrecognised) {
        received = fresh_copies(acasa).await;
    }
    let (copies, sign_in_needed) = match received {
        Ok(copies) => (copies, false),
        Err(CoreError::NotSignedIn | CoreError::Client(ClientError::SessionEnded)) => (0, true),
        Err(error) if unrecognised(&error) => (0, true),
        // What is held stays fresh as far as a list can say; copies are for newer apps.
        Err(CoreError::AppTooOld) => (0, false),
        Err(error) => return Err(error),
    };
    acasa
        .inner
        .connection
        .up_to_date(acasa.client()?.server_ahead_seconds());
    Ok(RefreshView {
        changed,
        copies,
        sign_in_needed,
    })
}

fn unrecognised(error: &CoreError) -> bool {
    matches!(error, CoreError::Client(error) if connection::is_unrecognised(error))
}

/// What the lists say of a copy: by its own reference, and only those of its own issuer.
fn status_of(trust: &Trust, credential: &[u8], at: Timestamp) -> Option<Check> {
    let issued = IssuerSigned::from_slice(credential).ok()?;
    let status = |reference: &StatusMechanism, credential: Certified<'_>| {
        trust.check_status(reference, credential, at)
    };
    let context = Context {
        at,
        trust: trust.store.as_ref(),
        status: &status,
        allow_unchecked_status: false,
        transcript: None,
        reader_key: None,
    };
    verify_issuer_signed(&issued, &context).check(CheckName::Status)
}

/// Looks every document up in the lists just fetched; says how many stand differently now.
fn note_statuses(acasa: &Acasa) -> Result<u32, CoreError> {
    let open = acasa.vault().open()?;
    let mut changed = 0;
    for document in open.records.documents().list(None, Page::first(1000))? {
        changed += u32::from(note_status(acasa, &open, &document)?);
    }
    Ok(changed)
}

/// Looks one up in the lists there are; says whether it stands differently now.
pub(super) fn note_status(acasa: &Acasa, open: &OpenVault, document: &Document) -> Result<bool, CoreError> {
    let (trust, now) = (acasa.trust(), Timestamp::now());
    let documents = open.records.documents();
    let outcomes: Vec<_> = documents
        .copies(document.id)?
        .iter()
        .filter(|copy| copy.status.is_some())
        .filter_map(|copy| status_of(&trust, &copy.credential, now))
        .collect();
    let failed = |check: &&Check| check.outcome == Outcome::Fail;
    let status = if outcomes
        .iter()
        .filter(failed)
        .any(|check| check.detail != "suspended")
    {
        DocumentStatus::Revoked
    } else if outcomes.iter().any(|check| failed(&check)) {
        DocumentStatus::Suspended
    } else if outcomes.iter().any(|check| check.outcome == Outcome::Pass) {
        DocumentStatus::Valid
    } else {
        return Ok(false);
    };
    documents.set_status(document.id, status, now)?;
    Ok(status != document.status)
}

/// Asks for another batch wherever few are left.
async fn fresh_copies(acasa: &Acasa) -> Result<u32, CoreError> {
    acasa.require_new_enough()?;
    let signed_in = acasa.identity().signed_in()?;
    let held = held(acasa);
    let mut received = 0;
    for bundle in bundles(acasa).await? {
        let Some((_, id)) = held.iter().find(|(origin, _)| origin == &bundle.origin) else {
            continue;
        };
        let Some(main) = bundle.main() else { continue };
        let open = acasa.vault().open()?;
        for offer in scarce(&open, *id, &bundle)? {
            let batch: Vec<NewCopy> = fetch(acasa, &open, &signed_in, main, offer).await?;
            received += u32::try_from(batch.len()).unwrap_or(u32::MAX);
            open.records.documents().insert_batch(*id, &batch)?;
        }
    }
    Ok(received)
}

/// The credentials of which few fresh copies are left.
fn scarce<'a>(
    open: &OpenVault,
    id: DocumentId,
    bundle: &'a Bundle,
) -> Result<Vec<&'a acasa_client::DocumentOffer>, CoreError> {
    let Some(main) = bundle.main() else {
        return Ok(Vec::new());
    };
    let mut scarce = Vec::new();
    for offer in bundle
        .credentials
        .iter()
        .filter(|offer| offer.document_type == main.document_type)
    {
        let kind = match offer.purpose.as_str() {
            "full" => CopyKind::Full,
            purpose => CopyKind::Companion(purpose.to_owned()),
        };
        if open
            .records
            .documents()
            .fresh_copies(id, &kind, Timestamp::now())?
            < LOW.min(offer.copies)
        {
            scarce.push(offer);
        }
    }
    Ok(scarce)
}
