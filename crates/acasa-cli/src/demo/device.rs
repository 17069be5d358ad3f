//! A person's app, each over a folder of its own, behind a network switch.

use super::error::DemoError;
use acasa_core::api::{
    ChallengeDraft, DocumentSummaryView, DocumentType, DocumentsReceive, Nothing, Phase, RawPicture,
    ReceiptState, SandboxSignIn, SecretKind, SecretText, ShowingBegin, ShowingView, SignInProgressView,
    VaultCreate, VaultUnlock, VaultUnlockView, VerdictView, VerifierCheck,
};
use acasa_core::scan::{DrawingFormat, draw_code};
use acasa_core::{Acasa, Deployment, NetworkGate, NoHost, Setup, commands};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How often it is asked whether the documents have come.
const BEAT: Duration = Duration::from_millis(20);
/// How long they may take.
const PATIENCE: Duration = Duration::from_mins(3);

/// A device with the app on it.
pub(super) struct Device {
    pub(super) acasa: Acasa,
    gate: NetworkGate,
    /// What the app is started with, the next time.
    setup: Setup,
}

impl Device {
    /// A new device that belongs to the state which printed that line.
    pub(super) fn new(folder: PathBuf, ready: &str, gate: &NetworkGate) -> Result<Self, DemoError> {
        let deployment = Deployment::built_in().joined_to(ready)?;
        let setup = Setup {
            deployment,
            ..Setup::new(folder, Arc::new(NoHost)).with_keys_in_memory()
        };
        Ok(Self {
            acasa: Acasa::start_behind(setup.clone(), gate.clone()),
            gate: gate.clone(),
            setup,
        })
    }

    /// Ends the app and starts it again, over the same folder and keystore.
    pub(super) fn restart(self) -> Self {
        let Self { acasa, gate, setup } = self;
        drop(acasa);
        Self {
            acasa: Acasa::start_behind(setup.clone(), gate.clone()),
            gate,
            setup,
        }
    }

    /// The switch of its network.
    pub(super) fn gate(&self) -> &NetworkGate {
        &self.gate
    }

    /// The folder of its only profile.
    pub(super) fn profile(&self) -> Result<PathBuf, DemoError> {
        let mut profiles = std::fs::read_dir(self.setup.folder.join("profiles"))?;
        let profile = profiles
            .next()
            .ok_or(DemoError::Unexpected("there is no profile"))??;
        Ok(profile.path())
    }

    /// Signs in as a person of the sandbox, and makes the vault.
    pub(super) async fn enrol(&self, person: &str, pin: &str) -> Result<(), DemoError> {
        let who = SandboxSignIn {
            person: person.to_owned(),
        };
        let progress = commands::sandbox_sign_in(&self.acasa, who).await?;
        if !matches!(progress, SignInProgressView::Done { .. }) {
            return Err(DemoError::Unexpected("the state did not let the person in"));
        }
        let create = VaultCreate {
            kind: SecretKind::Pin,
            secret: SecretText::new(pin.to_owned()),
        };
        commands::vault_create(&self.acasa, create).await?;
        Ok(())
    }

    /// Receives the documents of those types that the state offers.
    pub(super) async fn receive(&self, wanted: &[DocumentType]) -> Result<usize, DemoError> {
        let offers = commands::consent_offers(&self.acasa, Nothing {}).await?.offers;
        let offers = offers
            .into_iter()
            .filter(|offer| wanted.contains(&offer.document_type))
            .map(|offer| offer.id)
            .collect();
        let receive = DocumentsReceive { offers };
        let mut receipt = commands::documents_receive(&self.acasa, receive).await?;
        let arrival = async {
            while !receipt.finished {
                tokio::time::sleep(BEAT).await;
                receipt = commands::documents_receipt(&self.acasa, Nothing {}).await?;
            }
            Ok::<_, DemoError>(receipt)
        };
        let late = DemoError::Unexpected("the documents did not come in time");
        let receipt = tokio::time::timeout(PATIENCE, arrival)
            .await
            .map_err(|_| late)??;
        let arrived = receipt
            .items
            .iter()
            .filter(|item| item.state == ReceiptState::Done);
        let arrived = arrived.count();
        if arrived == wanted.len() {
            Ok(arrived)
        } else {
            Err(DemoError::Unexpected("a document did not come"))
        }
    }

    /// Closes the vault.
    pub(super) async fn lock(&self) -> Result<(), DemoError> {
        let state = commands::vault_lock(&self.acasa, Nothing {}).await?;
        let refused = commands::documents_list(&self.acasa, Nothing {}).await;
        if state.phase == Phase::Locked && refused.is_err_and(|failure| failure.code == "vault_locked") {
            Ok(())
        } else {
            Err(DemoError::Unexpected("the vault did not close"))
        }
    }

    /// Opens the vault.
    pub(super) async fn unlock(&self, pin: &str) -> Result<(), DemoError> {
        let secret = SecretText::new(pin.to_owned());
        match commands::vault_unlock(&self.acasa, VaultUnlock { secret }).await? {
            VaultUnlockView::Opened => Ok(()),
            VaultUnlockView::Wrong { .. } | VaultUnlockView::Wait { .. } | VaultUnlockView::Destroyed => {
                Err(DemoError::Unexpected("the vault did not open"))
            }
        }
    }

    /// The documents held.
    pub(super) async fn documents(&self) -> Result<Vec<DocumentSummaryView>, DemoError> {
        Ok(commands::documents_list(&self.acasa, Nothing {}).await?.documents)
    }

    /// Starts showing a document.
    pub(super) async fn show(
        &self,
        document_type: DocumentType,
        preset: &str,
        challenge: Option<&str>,
    ) -> Result<ShowingView, DemoError> {
        let documents = self.documents().await?;
        let document = documents
            .into_iter()
            .find(|document| document.document_type == document_type)
            .ok_or(DemoError::Unexpected("the document is not held"))?;
        let begin = ShowingBegin {
            document: document.id,
            preset: preset.to_owned(),
            challenge: challenge.map(str::to_owned),
        };
        Ok(commands::showing_begin(&self.acasa, begin).await?)
    }

    /// Fetches what verifying without a network needs.
    pub(super) async fn fetch_trust(&self) -> Result<(), DemoError> {
        let trust = commands::verifier_update(&self.acasa, Nothing {}).await?;
        if trust.stale || trust.status_lists == 0 {
            return Err(DemoError::Unexpected("there is nothing to verify with"));
        }
        Ok(())
    }

    /// Draws a challenge, to be shown to a holder.
    pub(super) async fn challenge(&self, purpose: &str) -> Result<String, DemoError> {
        let draft = ChallengeDraft {
            elements: Vec::new(),
            purpose: purpose.to_owned(),
        };
        Ok(commands::verifier_challenge(&self.acasa, draft).await?.text)
    }

    /// The verdict on a proof whose text was passed on.
    pub(super) async fn check(&self, text: &str, photo_compared: bool) -> Result<VerdictView, DemoError> {
        let check = VerifierCheck {
            text: text.to_owned(),
            photo_compared,
        };
        Ok(commands::verifier_check(&self.acasa, check).await?)
    }

    /// The verdict on the code in a picture.
    pub(super) async fn read(&self, png: Vec<u8>) -> Result<VerdictView, DemoError> {
        let scan = commands::scanner_picture(&self.acasa, RawPicture { bytes: png }).await?;
        let verdict = scan.found.into_iter().find_map(|found| found.verdict);
        verdict.ok_or(DemoError::Unexpected("no proof was found in the picture"))
    }

    /// Forgets the challenge and the proof in hand.
    pub(super) async fn clear(&self) -> Result<(), DemoError> {
        commands::verifier_clear(&self.acasa, Nothing {}).await?;
        Ok(())
    }
}

/// A code as a picture file.
pub(super) fn png(text: &str) -> Result<Vec<u8>, DemoError> {
    let drawing = draw_code(text, DrawingFormat::Png).map_err(|_| DemoError::Code("drawn"))?;
    Ok(drawing.bytes)
}
