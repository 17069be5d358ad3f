//! Devices with the app on them, a state for them, and the steps of the main job on each.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use acasa_core::{
    Acasa, Deployment, Host, NetworkGate, NoHost, Setup,
    api::{
        AppStateView, ChallengeDraft, DocumentState, DocumentSummaryView, DocumentType, DocumentsReceive,
        Failure, Headline, Nothing, ReceiptItemView, SandboxSignIn, SecretKind, SecretText, ShowingBegin,
        ShowingView, SignInProgressView, VaultCreate, VaultUnlock, VaultUnlockView, VerdictView,
        VerifierCheck,
    },
    commands,
};
use acasa_sandbox::{Options, Sandbox};
use acasa_store::Cost;
use tempfile::TempDir;

pub(crate) const PIN: &str = "739154";
/// The first of the cast: an adult with every everyday document.
pub(crate) const PERSON: &str = "1";
pub(crate) const CARD: DocumentType = DocumentType::IdentityCard;
pub(crate) const NAME_NUMBER_EXPIRY: &str = "name_number_expiry";

/// A running state, and a folder for devices.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    folder: TempDir,
}

/// An app over a folder of its own, with its keystore and its network switch.
pub(crate) struct Device {
    pub(crate) acasa: Acasa,
    pub(crate) gate: NetworkGate,
    setup: Setup,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(Options::new(1)).await
    }

    pub(crate) async fn start_with(options: Options) -> Self {
        Self {
            sandbox: Sandbox::start(options).await.expect("the sandbox starts"),
            folder: TempDir::new().expect("a folder"),
        }
    }

    /// A device nobody has used.
    pub(crate) fn device(&self, name: &str) -> Device {
        self.device_in(name, Arc::new(NoHost))
    }

    /// The same, in something that can do more than nothing.
    pub(crate) fn device_in(&self, name: &str, host: Arc<dyn Host>) -> Device {
        let ready = serde_json::to_string(&self.sandbox.ready()).expect("JSON");
        let deployment = Deployment::built_in().joined_to(&ready).expect("a sandbox");
        let folder = self.folder.path().join(name);
        let setup = Setup {
            deployment,
            cost: Cost::Minimum,
            ..Setup::new(folder, host).with_keys_in_memory()
        };
        Device::start(setup)
    }

    /// The device of the first person, with their identity card on it.
    pub(crate) async fn holder(&self) -> Device {
        let holder = self.device("holder");
        holder.enrol(PERSON).await;
        let arrived = holder.receive(CARD).await;
        assert_eq!(arrived.error, None);
        holder
    }

    /// A device that only verifies, with trust and status of this moment.
    pub(crate) async fn verifier(&self) -> Device {
        let verifier = self.device("verifier");
        verifier.update().await;
        verifier
    }
}

impl Device {
    fn start(setup: Setup) -> Self {
        let gate = NetworkGate::default();
        Self {
            acasa: Acasa::start_behind(setup.clone(), gate.clone()),
            gate,
            setup,
        }
    }

    /// A second app over the same folder and keystore, while the first still runs.
    pub(crate) fn beside(&self) -> Self {
        Self::start(self.setup.clone())
    }

    /// Ends the app and starts it again where nothing answers.
    pub(crate) async fn restart_offline(self) -> Self {
        commands::vault_lock(&self.acasa, Nothing {})
            .await
            .expect("it locks");
        drop(self.acasa);
        let again = Self::start(self.setup);
        again.gate.close();
        again
    }

    /// The folder of the only profile.
    pub(crate) fn profile_folder(&self) -> PathBuf {
        let mut profiles = fs::read_dir(self.setup.folder.join("profiles")).expect("profiles");
        profiles.next().expect("a profile").expect("it is read").path()
    }

    /// The app's folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.setup.folder
    }

    pub(crate) async fn state(&self) -> AppStateView {
        commands::app_state(&self.acasa, Nothing {})
            .await
            .expect("there is always a state")
    }

    pub(crate) async fn sign_in(&self, person: &str) -> SignInProgressView {
        let who = SandboxSignIn {
            person: person.to_owned(),
        };
        commands::sandbox_sign_in(&self.acasa, who)
            .await
            .expect("it ends")
    }

    pub(crate) async fn enrol(&self, person: &str) {
        self.sign_in(person).await;
        let create = VaultCreate {
            kind: SecretKind::Pin,
            secret: SecretText::new(PIN.to_owned()),
        };
        commands::vault_create(&self.acasa, create)
            .await
            .expect("a vault");
    }

    pub(crate) async fn unlock(&self) -> Result<VaultUnlockView, Failure> {
        self.unlock_with(PIN).await
    }

    pub(crate) async fn unlock_with(&self, pin: &str) -> Result<VaultUnlockView, Failure> {
        let secret = SecretText::new(pin.to_owned());
        commands::vault_unlock(&self.acasa, VaultUnlock { secret }).await
    }

    /// Receives one document, and says what became of it.
    pub(crate) async fn receive(&self, document_type: DocumentType) -> ReceiptItemView {
        let offers = commands::consent_offers(&self.acasa, Nothing {})
            .await
            .expect("offers")
            .offers;
        let offer = offers
            .into_iter()
            .find(|offer| offer.document_type == document_type)
            .expect("it is offered");
        let receive = DocumentsReceive {
            offers: vec![offer.id],
        };
        let mut receipt = commands::documents_receive(&self.acasa, receive)
            .await
            .expect("it begins");
        let arrival = async {
            while !receipt.finished {
                tokio::task::yield_now().await;
                receipt = commands::documents_receipt(&self.acasa, Nothing {})
                    .await
                    .expect("a receipt");
            }
            receipt
        };
        let receipt = tokio::time::timeout(Duration::from_mins(2), arrival).await;
        receipt.expect("in time").items.remove(0)
    }

    pub(crate) async fn documents(&self) -> Vec<DocumentSummaryView> {
        commands::documents_list(&self.acasa, Nothing {})
            .await
            .expect("the vault is open")
            .documents
    }

    /// How the only document stands.
    pub(crate) async fn standing(&self) -> DocumentState {
        self.documents().await.remove(0).state
    }

    pub(crate) async fn refresh(&self) {
        commands::documents_refresh(&self.acasa, Nothing {})
            .await
            .expect("it is fetched");
    }

    /// Shows the only document.
    pub(crate) async fn show(&self, preset: &str, challenge: Option<&str>) -> ShowingView {
        let begin = ShowingBegin {
            document: self.documents().await.remove(0).id,
            preset: preset.to_owned(),
            challenge: challenge.map(str::to_owned),
        };
        commands::showing_begin(&self.acasa, begin).await.expect("a code")
    }

    pub(crate) async fn update(&self) {
        commands::verifier_update(&self.acasa, Nothing {})
            .await
            .expect("it is fetched");
    }

    pub(crate) async fn challenge(&self) -> String {
        let draft = ChallengeDraft {
            elements: Vec::new(),
            purpose: String::new(),
        };
        commands::verifier_challenge(&self.acasa, draft)
            .await
            .expect("a challenge")
            .text
    }

    pub(crate) async fn verdict(&self, text: &str, photo_compared: bool) -> VerdictView {
        let check = VerifierCheck {
            text: text.to_owned(),
            photo_compared,
        };
        commands::verifier_check(&self.acasa, check)
            .await
            .expect("a verdict")
    }

    /// The verdict's colour and why, no photograph compared.
    pub(crate) async fn judge(&self, text: &str) -> (Headline, String) {
        let verdict = self.verdict(text, false).await;
        (verdict.headline, verdict.reason)
    }
}

/// Remembers what it was to announce.
#[derive(Default)]
pub(crate) struct Listening {
    said: Mutex<Vec<String>>,
    pub(crate) is_looked_at: AtomicBool,
}

impl Listening {
    pub(crate) fn said(&self) -> Vec<String> {
        self.said.lock().expect("nobody panics here").clone()
    }
}

impl Host for Listening {
    fn open_browser(&self, _: &str) -> bool {
        false
    }

    fn announce(&self, _: &str, sentence: &str) {
        self.said
            .lock()
            .expect("nobody panics here")
            .push(sentence.to_owned());
    }

    fn is_looked_at(&self) -> bool {
        self.is_looked_at.load(Ordering::SeqCst)
    }

    fn protect_from_capture(&self, _: bool) {}
}
