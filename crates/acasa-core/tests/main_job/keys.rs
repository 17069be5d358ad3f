//! Where the keys of a profile lie is decided when it is made, and a locked app holds no session.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use acasa_core::api::{
    Nothing, SandboxSignIn, SecretKind, SecretText, ShowingBegin, VaultCreate, VaultUnlock,
};
use acasa_core::{Acasa, Deployment, NoHost, Setup, commands};
use acasa_keystore::{Keystore, KeystoreError, MemoryKeystore};
use acasa_store::Cost;
use zeroize::Zeroizing;

use super::device::{CARD, PERSON, World};

/// A keystore that is there at some times and not at others.
#[derive(Default)]
struct Fickle {
    inner: MemoryKeystore,
    there: AtomicBool,
}

impl Fickle {
    fn reach(&self) -> Result<&MemoryKeystore, KeystoreError> {
        if self.there.load(Ordering::SeqCst) {
            Ok(&self.inner)
        } else {
            Err(KeystoreError::unavailable())
        }
    }
}

impl Keystore for Fickle {
    fn available(&self) -> Result<(), KeystoreError> {
        self.reach().map(|_| ())
    }
    fn get(&self, profile: &str, slot: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeystoreError> {
        self.reach()?.get(profile, slot)
    }
    fn set(&self, profile: &str, slot: &str, secret: &[u8]) -> Result<(), KeystoreError> {
        self.reach()?.set(profile, slot, secret)
    }
    fn delete(&self, profile: &str, slot: &str) -> Result<(), KeystoreError> {
        self.reach()?.delete(profile, slot)
    }
}

#[tokio::test]
async fn documents_of_a_passphrase_are_shown_also_once_a_keystore_appears() {
    let world = World::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let keystore = Arc::new(Fickle::default());
    let app = app(&world, folder.path(), &keystore);
    let who = SandboxSignIn {
        person: PERSON.to_owned(),
    };
    commands::sandbox_sign_in(&app, who).await.expect("it ends");
    let suggested = commands::vault_suggest_passphrase(&app, Nothing {})
        .await
        .expect("words");
    let phrase = suggested.words.join(" ");
    let create = VaultCreate {
        kind: SecretKind::Passphrase,
        secret: SecretText::new(phrase.clone()),
    };
    commands::vault_create(&app, create).await.expect("a vault");
    receive_card(&app).await;
    drop(app);

    keystore.there.store(true, Ordering::SeqCst);
    let app = self::app(&world, folder.path(), &keystore);
    let secret = SecretText::new(phrase);
    commands::vault_unlock(&app, VaultUnlock { secret })
        .await
        .expect("it opens");

    let document = commands::documents_list(&app, Nothing {})
        .await
        .expect("open")
        .documents
        .remove(0)
        .id;
    let begin = ShowingBegin {
        document,
        preset: "age".to_owned(),
        challenge: None,
    };
    commands::showing_begin(&app, begin)
        .await
        .expect("the device keys can be read");
}

#[tokio::test]
async fn a_sign_in_that_ends_after_locking_leaves_no_session() {
    let world = World::start().await;
    let holder = world.holder().await;
    commands::vault_lock(&holder.acasa, Nothing {})
        .await
        .expect("it locks");

    let who = SandboxSignIn {
        person: "2".to_owned(),
    };
    let ended = commands::sandbox_sign_in(&holder.acasa, who).await;

    assert_eq!(ended.expect_err("it is closed").code, "vault_locked");
    let offers = commands::consent_offers(&holder.acasa, Nothing {}).await;
    assert!(offers.is_err(), "no session is left to ask with");
}

fn app(world: &World, folder: &std::path::Path, keystore: &Arc<Fickle>) -> Acasa {
    let ready = serde_json::to_string(&world.sandbox.ready()).expect("JSON");
    let keystore: Arc<dyn Keystore> = keystore.clone();
    Acasa::start(Setup {
        deployment: Deployment::built_in().joined_to(&ready).expect("a sandbox"),
        cost: Cost::Minimum,
        keystore,
        ..Setup::new(folder.to_path_buf(), Arc::new(NoHost))
    })
}

async fn receive_card(app: &Acasa) {
    let offers = commands::consent_offers(app, Nothing {}).await.expect("offers");
    let card = offers
        .offers
        .into_iter()
        .find(|offer| offer.document_type == CARD);
    let receive = acasa_core::api::DocumentsReceive {
        offers: vec![card.expect("it is offered").id],
    };
    let mut receipt = commands::documents_receive(app, receive)
        .await
        .expect("it begins");
    while !receipt.finished {
        tokio::task::yield_now().await;
        receipt = commands::documents_receipt(app, Nothing {})
            .await
            .expect("a receipt");
    }
    assert_eq!(receipt.items.remove(0).error, None);
}
