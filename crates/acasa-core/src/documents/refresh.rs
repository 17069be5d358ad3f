//! Keeping documents fresh: what the issuers say of them now, and copies not shown yet.

use super::receive::{Bundle, bundles, fetch, held};
use crate::vault::OpenVault;
use crate::{Acasa, CoreError};
use acasa_api_types::RefreshView;
use acasa_client::ClientError;
use acasa_credentials::mdoc::StatusReference;
use acasa_credentials::verdict::Outcome;
use acasa_store::{CopyKind, DocumentId, DocumentStatus, NewCopy, Page};
use jiff::Timestamp;

/// With fewer fresh copies of a kind than this, another batch is asked for.
const LOW: u32 = 3;

pub(super) async fn run(acasa: &Acasa) -> Result<RefreshView, CoreError> {
    acasa.vault().open()?;
    acasa.fetch_trust().await?;
    let changed = acasa.blocking(note_statuses).await?;
    let (copies, sign_in_needed) = match fresh_copies(acasa).await {
        Ok(copies) => (copies, false),
        Err(CoreError::NotSignedIn | CoreError::Client(ClientError::SessionEnded)) => (0, true),
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

/// Looks every document up in the lists just fetched; says how many stand differently now.
fn note_statuses(acasa: &Acasa) -> Result<u32, CoreError> {
    let open = acasa.vault().open()?;
    let (trust, now) = (acasa.trust(), Timestamp::now());
    let documents = open.records.documents();
    let mut changed = 0;
    for document in documents.list(None, Page::first(1000))? {
        let outcomes: Vec<_> = documents
            .copies(document.id)?
            .into_iter()
            .filter_map(|copy| copy.status)
            .map(|(uri, index)| trust.check_status(&StatusReference::StatusList { index, uri }, now))
            .collect();
        let status = if outcomes
            .iter()
            .any(|check| check.outcome == Outcome::Fail && check.detail != "suspended")
        {
            DocumentStatus::Revoked
        } else if outcomes.iter().any(|check| check.outcome == Outcome::Fail) {
            DocumentStatus::Suspended
        } else if outcomes.iter().any(|check| check.outcome == Outcome::Pass) {
            DocumentStatus::Valid
        } else {
            continue;
        };
        documents.set_status(document.id, status, now)?;
        changed += u32::from(status != document.status);
    }
    Ok(changed)
}

/// Asks for another batch wherever few are left.
async fn fresh_copies(acasa: &Acasa) -> Result<u32, CoreError> {
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
