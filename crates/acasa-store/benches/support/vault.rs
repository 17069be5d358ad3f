//! A vault as full as any is to get, for the measurements of this crate and of the core.

use std::{path::Path, sync::Arc};

use acasa_store::{
    CopyKind, Cost, DocumentId, NewCopy, NewDocument, Passphrase, Platform, Profile, Secret, SystemUptime,
    Vault,
};
use jiff::{Timestamp, ToSpan as _};

/// How many documents it holds.
const DOCUMENTS: u32 = 10_000;

/// A profile with ten thousand documents and a copy of each, on disk and encrypted, what opens it, and
/// the documents' ids.
pub(crate) fn enrol(folder: &Path, cost: Cost) -> (Profile, Vault, Secret, Vec<DocumentId>) {
    let platform = Platform {
        slots: None,
        uptime: Arc::new(SystemUptime::new()),
        cost,
    };
    let words: Secret = Passphrase::make_random(6).expect("six words").into();
    let (profile, vault) =
        Profile::enrol(&folder.join("profile"), platform, &words).expect("an empty folder");
    let holder = "urn:md:idnp:2999000000014".parse().expect("a synthetic number");
    vault.principals().set_holder(holder).expect("the first");
    let now = Timestamp::now();
    let until = now + 2400.hours();
    let documents: Vec<NewDocument> = (0..DOCUMENTS)
        .map(|position| NewDocument {
            principal: holder,
            doctype: "md.gov.wallet.pid.1".into(),
            summary: "x".repeat(300),
            portrait: None,
            position: position.into(),
            valid_until: until,
            received_at: now,
            copies: vec![NewCopy {
                kind: CopyKind::Full,
                format: "mso_mdoc".into(),
                batch: String::new(),
                credential: vec![7; 4096],
                key_handle: position.to_string(),
                status: None,
                valid_from: now,
                valid_until: until,
            }],
        })
        .collect();
    let ids = vault.documents().insert_all(&documents).expect("there is room");
    (profile, vault, words, ids)
}
