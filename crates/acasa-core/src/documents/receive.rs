//! Receiving documents: one after another, each whole or not at all.

use super::card::{self, Card};
use super::{kinds, recognise};
use crate::acasa::{hold, wiping};
use crate::identity::SignedIn;
use crate::vault::OpenVault;
use crate::{Acasa, CoreError, activity};
use acasa_api_types::{DocumentsReceive, OfferView, OffersView, ReceiptItemView, ReceiptState, ReceiptView};
use acasa_client::DocumentOffer;
use acasa_credentials::mdoc::IssuerSigned;
use acasa_crypto::Signer;
use acasa_keystore::KeyHandle;
use acasa_store::{CopyKind, DocumentId, NewCopy, NewDocument, Page};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Purposes a copy can be made for; the first is the document itself.
const FULL: &str = "full";
/// Copies of a form that stands for no card: enough to answer a verifier that asks for it.
const FOREIGN_COPIES: u32 = 2;

/// The documents on their way.
#[derive(Default)]
pub(crate) struct Receiving {
    items: Vec<ReceiptItemView>,
}

impl Receiving {
    pub(crate) fn view(&self) -> ReceiptView {
        let under_way =
            |item: &ReceiptItemView| matches!(item.state, ReceiptState::Waiting | ReceiptState::Working);
        ReceiptView {
            finished: !self.items.iter().any(under_way),
            items: self.items.clone(),
        }
    }

    fn set(&mut self, offer: &str, state: ReceiptState, error: Option<String>, document: Option<String>) {
        if let Some(item) = self.items.iter_mut().find(|item| item.offer == offer) {
            *item = ReceiptItemView {
                state,
                error,
                document,
                ..item.clone()
            };
        }
    }
}

/// The credentials that make up one document of the person.
pub(super) struct Bundle {
    pub(super) origin: String,
    pub(super) credentials: Vec<DocumentOffer>,
}

impl Bundle {
    /// The credential that stands for the document in the app.
    pub(super) fn main(&self) -> Option<&DocumentOffer> {
        self.credentials
            .iter()
            .find(|offer| offer.purpose == FULL && stands_for_card(offer))
    }
}

fn stands_for_card(offer: &DocumentOffer) -> bool {
    offer.format == "mso_mdoc" && recognise(&offer.document_type).is_some_and(|(_, main)| main)
}

/// What the person can receive, one entry for each document.
pub(crate) async fn offers(acasa: &Acasa) -> Result<OffersView, CoreError> {
    let bundles = all_bundles(acasa).await?;
    let held = held(acasa);
    let now = Timestamp::now();
    let views = bundles.iter().filter_map(|bundle| {
        let main = bundle.main()?;
        let (document_type, _) = recognise(&main.document_type)?;
        Some(OfferView {
            id: bundle.origin.clone(),
            document_type,
            issuer: main.issuer.clone(),
            valid_until: Some(main.expires.clone()),
            state: card::state(main.revoked, super::check::expiry(&main.expires), now),
            elements: main.elements.clone(),
            held: held.iter().any(|(origin, _)| origin == &bundle.origin),
        })
    });
    Ok(OffersView {
        offers: views.collect(),
    })
}

/// The credentials that can be requested: all but revoked ones.
pub(super) async fn bundles(acasa: &Acasa) -> Result<Vec<Bundle>, CoreError> {
    let mut bundles = all_bundles(acasa).await?;
    for bundle in &mut bundles {
        bundle.credentials.retain(|offer| !offer.revoked);
    }
    bundles.retain(|bundle| !bundle.credentials.is_empty());
    Ok(bundles)
}

/// The person's credentials, by the document behind them.
async fn all_bundles(acasa: &Acasa) -> Result<Vec<Bundle>, CoreError> {
    let signed_in = acasa.identity().signed_in()?;
    let client = acasa.client()?;
    let listed = client
        .documents(&signed_in.installation, &signed_in.session)
        .await;
    let listed = acasa.inner.connection.note(listed)?;
    acasa.inner.connection.recognised();
    if let Ok(open) = acasa.vault().open() {
        let principal = listed.principal.parse().map_err(|_| CoreError::Document {
            code: "gateway_unexpected",
        })?;
        let principals = open.records.principals();
        let unknown = principals.holder()?.is_none();
        principals.set_holder(principal)?;
        if unknown {
            acasa.sync().nudge();
        }
    }
    let mut by_document: BTreeMap<String, Vec<DocumentOffer>> = BTreeMap::new();
    for offer in listed.documents {
        by_document.entry(offer.document.clone()).or_default().push(offer);
    }
    let mut bundles: Vec<Bundle> = by_document
        .into_iter()
        .map(|(origin, credentials)| Bundle { origin, credentials })
        .collect();
    bundles.sort_by_key(|bundle| {
        let found = bundle.main().and_then(|main| recognise(&main.document_type));
        found.map_or(i64::MAX, |(document_type, _)| kinds::position(document_type))
    });
    Ok(bundles)
}

/// The documents held, by the gateway's name of each.
pub(super) fn held(acasa: &Acasa) -> Vec<(String, DocumentId)> {
    let Ok(open) = acasa.vault().open() else {
        return Vec::new();
    };
    let documents = open
        .records
        .documents()
        .list(None, Page::first(1000))
        .unwrap_or_default();
    documents
        .iter()
        .filter_map(|document| Some((Card::of(document).ok()?.origin, document.id)))
        .collect()
}

/// Starts receiving in the background, and answers with everything still waiting.
pub(super) async fn start(acasa: &Acasa, receive: &DocumentsReceive) -> Result<ReceiptView, CoreError> {
    acasa.vault().open()?;
    acasa.require_new_enough()?;
    let signed_in = acasa.identity().signed_in()?;
    let mut wanted = bundles(acasa).await?;
    wanted.retain(|bundle| receive.offers.contains(&bundle.origin));
    let items = wanted.iter().filter_map(|bundle| {
        Some(ReceiptItemView {
            offer: bundle.origin.clone(),
            document_type: recognise(&bundle.main()?.document_type)?.0,
            state: ReceiptState::Waiting,
            error: None,
            document: None,
        })
    });
    {
        let mut receiving = hold(&acasa.inner.receiving);
        for item in items {
            receiving.items.retain(|known| known.offer != item.offer);
            receiving.items.push(item);
        }
    }
    let background = acasa.clone();
    tokio::spawn(wiping(async move {
        for bundle in wanted {
            hold(&background.inner.receiving).set(&bundle.origin, ReceiptState::Working, None, None);
            let received = one(&background, &signed_in, &bundle).await;
            let mut receiving = hold(&background.inner.receiving);
            match received {
                Ok(id) => receiving.set(&bundle.origin, ReceiptState::Done, None, Some(id.to_string())),
                Err(error) => {
                    let failure = error.report("documents_receive");
                    receiving.set(&bundle.origin, ReceiptState::Failed, Some(failure.code), None);
                }
            }
        }
    }));
    Ok(acasa.documents().receipt())
}

/// One document with all its copies. What is already held is replaced only when the new one is
/// whole.
async fn one(acasa: &Acasa, signed_in: &Arc<SignedIn>, bundle: &Bundle) -> Result<DocumentId, CoreError> {
    if acasa.trust().is_stale(Timestamp::now()) {
        acasa.fetch_trust().await?;
    }
    // The first list that is fetched may be the one that says so.
    acasa.require_new_enough()?;
    let main = bundle.main().ok_or(CoreError::Document {
        code: "document_incomplete",
    })?;
    let open = acasa.vault().open()?;
    let mut copies = Vec::new();
    for offer in &bundle.credentials {
        copies.extend(fetch(acasa, &open, signed_in, main, offer).await?);
    }
    // An issuer may have opened another list for these copies: without it they could be shown, and
    // nobody offline, this device included, could tell that they are in force.
    let listed = |copy: &NewCopy| {
        copy.status
            .as_ref()
            .is_none_or(|(uri, _)| acasa.trust().lists_status(uri))
    };
    if !copies.iter().all(listed) {
        acasa.fetch_trust().await?;
    }
    let (main, origin) = (main.clone(), bundle.origin.clone());
    acasa
        .blocking(move |acasa| store(acasa, &open, &main, origin, copies))
        .await
}

/// Requests copies of one credential, checks each, and keeps their keys.
pub(super) async fn fetch(
    acasa: &Acasa,
    open: &OpenVault,
    signed_in: &Arc<SignedIn>,
    main: &DocumentOffer,
    offer: &DocumentOffer,
) -> Result<Vec<NewCopy>, CoreError> {
    let client = acasa.client()?;
    let most = u32::try_from(client.batch_size().await?).unwrap_or(u32::MAX);
    let own_form = offer.format == main.format && offer.document_type == main.document_type;
    let wanted = if own_form {
        offer.copies
    } else {
        offer.copies.min(FOREIGN_COPIES)
    };
    let handles = open.keys.make(wanted.min(most).max(1) as usize)?;
    let received = request(acasa, open, signed_in, offer, &handles).await;
    let copies = received.and_then(|credentials| {
        let kind = kind_of(offer, own_form);
        let batch = uuid::Uuid::new_v4().simple().to_string();
        let pairs = credentials.into_iter().zip(&handles);
        pairs
            .map(|(bytes, handle)| copy(acasa, open, offer, &kind, &batch, bytes, handle))
            .collect()
    });
    if copies.is_err() {
        // Keys without a credential are of no use to anyone.
        open.keys.delete(&handles)?;
    }
    copies
}

async fn request(
    acasa: &Acasa,
    open: &OpenVault,
    signed_in: &Arc<SignedIn>,
    offer: &DocumentOffer,
    handles: &[KeyHandle],
) -> Result<Vec<Vec<u8>>, CoreError> {
    let signers: Vec<Box<dyn Signer>> = handles
        .iter()
        .map(|handle| open.keys.signer(handle))
        .collect::<Result<_, _>>()?;
    let keys: Vec<&dyn Signer> = signers.iter().map(AsRef::as_ref).collect();
    let client = acasa.client()?;
    let issued = client
        .request_credentials(&signed_in.installation, &signed_in.session, offer, &keys)
        .await;
    Ok(acasa.inner.connection.note(issued)?.credentials)
}

fn kind_of(offer: &DocumentOffer, own_form: bool) -> CopyKind {
    match (own_form, offer.purpose.as_str()) {
        (true, FULL) => CopyKind::Full,
        (true, purpose) => CopyKind::Companion(purpose.to_owned()),
        (false, purpose) => {
            CopyKind::Companion(format!("{purpose}/{}/{}", offer.format, offer.document_type))
        }
    }
}

/// Checks what came, byte for byte, before it is kept.
fn copy(
    acasa: &Acasa,
    open: &OpenVault,
    offer: &DocumentOffer,
    kind: &CopyKind,
    batch: &str,
    credential: Vec<u8>,
    handle: &KeyHandle,
) -> Result<NewCopy, CoreError> {
    let key = open.keys.attest(handle)?.public_key;
    let facts = if offer.format == "mso_mdoc" {
        super::check::mdoc(acasa, offer, &credential, &key)?
    } else {
        super::check::sd_jwt(acasa, offer, &credential, &key)?
    };
    Ok(NewCopy {
        kind: kind.clone(),
        format: offer.format.clone(),
        batch: batch.to_owned(),
        credential,
        key_handle: handle.as_str().to_owned(),
        status: facts.status,
        valid_from: facts.valid_from,
        valid_until: facts.valid_until,
    })
}

fn store(
    acasa: &Acasa,
    open: &OpenVault,
    main: &DocumentOffer,
    origin: String,
    copies: Vec<NewCopy>,
) -> Result<DocumentId, CoreError> {
    let incomplete = CoreError::Document {
        code: "document_incomplete",
    };
    let full = copies
        .iter()
        .find(|copy| copy.kind == CopyKind::Full)
        .ok_or(incomplete)?;
    let issued = IssuerSigned::from_slice(&full.credential)
        .map_err(|error| CoreError::Document { code: error.code() })?;
    let records = &open.records;
    let holder = records.principals().holder()?.ok_or(CoreError::Document {
        code: "document_without_holder",
    })?;
    let signer = super::check::issuer_name(acasa, &issued);
    let replaced: Vec<DocumentId> = held(acasa)
        .into_iter()
        .filter(|(held, _)| held == &origin)
        .map(|(_, id)| id)
        .collect();
    let (document_type, _) = recognise(&main.document_type).ok_or(CoreError::Unknown {
        what: "document type",
    })?;
    let card = Card::from_issued(&issued, signer, origin);
    let document = NewDocument {
        principal: holder,
        doctype: main.document_type.clone(),
        summary: serde_json::to_string(&card).map_err(|_| CoreError::Worker)?,
        portrait: card::portrait(&issued),
        position: kinds::position(document_type),
        valid_until: super::check::expiry(&main.expires).unwrap_or(full.valid_until),
        received_at: Timestamp::now(),
        copies,
    };
    let id = records.documents().insert(&document)?;
    for old in replaced {
        let handles = records.documents().delete(old)?;
        let handles: Vec<KeyHandle> = handles
            .iter()
            .filter_map(|handle| KeyHandle::parse(handle).ok())
            .collect();
        open.keys.delete(&handles)?;
    }
    super::refresh::note_status(acasa, open, &records.documents().get(id)?)?;
    activity::note(open, "document_received", &main.document_type)?;
    Ok(id)
}
