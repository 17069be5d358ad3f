//! What a person waits for: the first page of a long list, one document, a copy to show.

use std::sync::LazyLock;

use acasa_store::{
    CopyKind, Cost, DocumentId, NewCopy, NewDocument, Page, Passphrase, Platform, Profile, SystemUptime,
    Vault,
};
use divan::{Bencher, black_box};
use jiff::{Timestamp, ToSpan as _};

struct World {
    _folder: tempfile::TempDir,
    _profile: Profile,
    vault: Vault,
    some: DocumentId,
}

/// 10,000 documents with a copy each, on disk and encrypted.
static WORLD: LazyLock<World> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let platform = Platform {
        slots: None,
        uptime: std::sync::Arc::new(SystemUptime::new()),
        cost: Cost::Minimum,
    };
    let words = Passphrase::make_random(6).expect("six words");
    let (profile, vault) =
        Profile::enrol(&folder.path().join("profile"), platform, &words.into()).expect("an empty folder");
    let holder = "urn:md:idnp:2999000000014".parse().expect("a synthetic number");
    vault.principals().set_holder(holder).expect("the first");
    let now = Timestamp::now();
    let documents: Vec<NewDocument> = (0..10_000)
        .map(|position| NewDocument {
            principal: holder,
            doctype: "md.gov.wallet.pid.1".into(),
            summary: "x".repeat(300),
            portrait: None,
            position,
            valid_until: now + 2400.hours(),
            received_at: now,
            copies: vec![NewCopy {
                kind: CopyKind::Full,
                format: "mso_mdoc".into(),
                batch: String::new(),
                credential: vec![7; 4096],
                key_handle: position.to_string(),
                status: None,
                valid_from: now,
                valid_until: now + 2400.hours(),
            }],
        })
        .collect();
    let ids = vault.documents().insert_all(&documents).expect("there is room");
    World {
        _folder: folder,
        _profile: profile,
        vault,
        some: ids[5000],
    }
});

fn main() {
    LazyLock::force(&WORLD);
    divan::main();
}

#[divan::bench]
fn list_50_of_10_000(bencher: Bencher<'_, '_>) {
    bencher.bench(|| black_box(WORLD.vault.documents().list(None, Page::first(50))).expect("a list"));
}

#[divan::bench]
fn one_document(bencher: Bencher<'_, '_>) {
    bencher.bench(|| black_box(WORLD.vault.documents().get(WORLD.some)).expect("a document"));
}

#[divan::bench]
fn take_a_copy_durably(bencher: Bencher<'_, '_>) {
    let now = Timestamp::now();
    bencher.bench(|| {
        black_box(
            WORLD
                .vault
                .documents()
                .take_copy(WORLD.some, &CopyKind::Full, now),
        )
        .expect("a copy")
    });
}
