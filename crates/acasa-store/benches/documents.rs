//! What a person waits for: the first page of a long list, one document, a copy to show.

#[path = "support/vault.rs"]
mod full;

use std::sync::LazyLock;

use acasa_store::{CopyKind, Cost, DocumentId, Page, Profile, Vault};
use divan::{Bencher, black_box};
use jiff::Timestamp;

struct World {
    _folder: tempfile::TempDir,
    _profile: Profile,
    vault: Vault,
    some: DocumentId,
}

/// 10,000 documents with a copy each, on disk and encrypted.
static WORLD: LazyLock<World> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (profile, vault, _, ids) = full::enrol(folder.path(), Cost::Minimum);
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
