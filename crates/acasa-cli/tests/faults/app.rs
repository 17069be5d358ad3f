//! An app of the sandbox, in this process.

use acasa_core::api::{
    DocumentType, DocumentsReceive, Failure, LanguageTag, Nothing, NoticePreferenceChange, ReceiptState,
    SandboxSignIn, SecretKind, SecretText, VaultCreate, VaultUnlock,
};
use acasa_core::{Acasa, Deployment, NetworkGate, NoHost, Setup, commands};
use acasa_keystore::Keystore;
use acasa_store::Cost;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const PIN: &str = "739154";
const BEAT: Duration = Duration::from_millis(20);
/// How long anything may take once there is no fault any more.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct App {
    pub(crate) acasa: Acasa,
}

impl App {
    /// Starts it over a folder, with keys in this keystore or in memory.
    pub(crate) fn start(folder: &Path, ready: &str, keystore: Option<Arc<dyn Keystore>>) -> Self {
        let setup = Setup::new(folder.to_path_buf(), Arc::new(NoHost)).with_keys_in_memory();
        let setup = Setup {
            deployment: Deployment::built_in().joined_to(ready).unwrap(),
            cost: Cost::Minimum,
            keystore: keystore.unwrap_or_else(|| Arc::clone(&setup.keystore)),
            ..setup
        };
        Self {
            acasa: Acasa::start_behind(setup, NetworkGate::default()),
        }
    }

    /// Signs a person in, makes the vault and receives their card.
    pub(crate) async fn enrol(&self, person: &str) {
        let person = person.to_owned();
        commands::sandbox_sign_in(&self.acasa, SandboxSignIn { person })
            .await
            .expect("signed in");
        let create = VaultCreate {
            kind: SecretKind::Pin,
            secret: SecretText::new(PIN.to_owned()),
        };
        commands::vault_create(&self.acasa, create)
            .await
            .expect("a vault");
        let offers = commands::consent_offers(&self.acasa, Nothing {})
            .await
            .expect("offers")
            .offers;
        let card = offers
            .into_iter()
            .find(|offer| offer.document_type == DocumentType::IdentityCard);
        let receive = DocumentsReceive {
            offers: vec![card.expect("a card is offered").id],
        };
        let mut receipt = commands::documents_receive(&self.acasa, receive)
            .await
            .expect("it begins");
        while !receipt.finished {
            tokio::time::sleep(BEAT).await;
            receipt = commands::documents_receipt(&self.acasa, Nothing {})
                .await
                .expect("a receipt");
        }
        assert!(receipt.items.iter().all(|item| item.state == ReceiptState::Done));
        self.settle().await;
    }

    pub(crate) async fn unlock(&self) {
        let secret = SecretText::new(PIN.to_owned());
        commands::vault_unlock(&self.acasa, VaultUnlock { secret })
            .await
            .expect("it opens");
    }

    /// Changes something; the act's id.
    pub(crate) async fn act(&self, number: u32) -> Result<String, Failure> {
        let even = number.is_multiple_of(2);
        let mut change = NoticePreferenceChange::default();
        match number % 3 {
            0 => change.sms = Some(even),
            1 => change.viber = Some(even),
            _ => change.language = Some(if even { LanguageTag::Ru } else { LanguageTag::En }),
        }
        let view = commands::notices_prefer(&self.acasa, change).await?;
        Ok(view.act.expect("an act"))
    }

    /// Sends and fetches once, whatever comes of it; how many acts still wait.
    pub(crate) async fn sync(&self) -> u32 {
        let view = commands::app_sync(&self.acasa, Nothing {})
            .await
            .expect("the vault is open");
        assert!(!view.sign_in_needed && !view.suspended, "the session goes on");
        view.waiting
    }

    /// Sends and fetches until nothing waits.
    pub(crate) async fn settle(&self) {
        let until = Instant::now() + PATIENCE;
        loop {
            let view = commands::app_sync(&self.acasa, Nothing {})
                .await
                .expect("the vault is open");
            if view.waiting == 0 && !view.syncing && view.online == Some(true) {
                return;
            }
            assert!(Instant::now() < until, "the app comes to rest");
            tokio::time::sleep(BEAT).await;
        }
    }
}
