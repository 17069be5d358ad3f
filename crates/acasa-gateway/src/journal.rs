//! The journal of D26: what is written for each read and effect, and its delivery to MLog.

use std::time::Duration;

use acasa_domain::Principal;
use acasa_gateway_store::{Event, Turn};
use tokio::sync::watch;

use crate::{GatewayError, metrics::Outside, ports::PortError, state::Shared};

/// Law on the protection of personal data; the person asks for their own documents.
const LEGAL_BASIS: &str = "Legea 133/2011";
/// Events in one delivery.
const DELIVERY: u32 = 50;
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// How often the gateway whose turn it is looks for what others wrote.
const LOOK: Duration = Duration::from_secs(1);
/// How often another one asks whether it is its turn.
const ASK: Duration = Duration::from_secs(5);

/// What happened; the name in MLog's form `System.X.Y`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happening {
    /// The person signed in.
    SignedIn,
    /// The person's documents were listed.
    DocumentsRead,
    /// Copies of a document were issued to the person's device.
    CopiesIssued,
    /// The person read who read their data.
    AccessesRead,
    /// The person's devices fetched what the state shares with them.
    RecordsRead,
    /// An act of the person was judged.
    ActJudged,
    /// A letter of the state came for a principal.
    NoticeReceived,
    /// The person opened a file of a letter.
    NoticeRead,
    /// A document was revoked.
    DocumentRevoked,
    /// The person's installations were taken out of use.
    InstallationsRevoked,
    /// The person was given everything that is kept of them.
    Exported,
    /// The key of the person's contents was destroyed.
    Erased,
}

impl Happening {
    fn name(self) -> &'static str {
        match self {
            Self::SignedIn => "Acasa.User.Authenticated",
            Self::DocumentsRead | Self::AccessesRead | Self::RecordsRead | Self::NoticeRead => {
                "Acasa.PersonalData.Access"
            }
            Self::NoticeReceived => "Acasa.Notice.Received",
            Self::ActJudged => "Acasa.Act.Judged",
            Self::CopiesIssued | Self::Exported => "Acasa.PersonalData.Transfer",
            Self::DocumentRevoked => "Acasa.Document.Revoked",
            Self::InstallationsRevoked => "Acasa.Installation.Revoked",
            Self::Erased => "Acasa.PersonalData.Erased",
        }
    }

    fn object_type(self) -> &'static str {
        match self {
            Self::SignedIn => "Session",
            Self::DocumentsRead => "Documents",
            Self::CopiesIssued | Self::DocumentRevoked => "Document",
            Self::Exported => "Export",
            Self::AccessesRead => "Journal",
            Self::RecordsRead | Self::Erased => "Records",
            Self::NoticeReceived | Self::NoticeRead => "Notice",
            Self::ActJudged => "Act",
            Self::InstallationsRevoked => "Installation",
        }
    }
}

/// Who acts when nobody signed in does.
pub(crate) const SYSTEM: &str = "urn:md:system:acasa";

/// An event about `person`, acted by themselves.
pub(crate) fn own_event(
    happening: Happening,
    person: impl Into<Principal>,
    object: &str,
    correlation: &str,
    milliseconds: i64,
) -> Event {
    let principal = person.into().to_string();
    Event {
        time: milliseconds,
        kind: happening.name().to_owned(),
        actor: principal.clone(),
        principal,
        legal_basis: LEGAL_BASIS.to_owned(),
        object_type: happening.object_type().to_owned(),
        object: object.to_owned(),
        correlation: correlation.to_owned(),
    }
}

/// An event about a principal, acted by the gateway itself.
pub(crate) fn event_about(
    happening: Happening,
    principal: Principal,
    object: &str,
    correlation: &str,
    milliseconds: i64,
) -> Event {
    Event {
        time: milliseconds,
        kind: happening.name().to_owned(),
        actor: SYSTEM.to_owned(),
        principal: principal.to_string(),
        legal_basis: LEGAL_BASIS.to_owned(),
        object_type: happening.object_type().to_owned(),
        object: object.to_owned(),
        correlation: correlation.to_owned(),
    }
}

/// What to wait for.
enum Wait {
    /// Something new in the outbox.
    News,
    /// The same, and what other gateways write.
    NewsHereOrElsewhere,
    /// A moment.
    For(Duration),
}

/// Delivers the outbox until told to stop, while it is this gateway's turn. What is not delivered stays in the outbox.
pub(crate) async fn deliver(state: Shared, mut stop: watch::Receiver<bool>) {
    let mut wait = Wait::News;
    let mut patience = Duration::ZERO;
    let mut turn = None;
    loop {
        let wake = async {
            match wait {
                Wait::News => state.outbox.notified().await,
                Wait::NewsHereOrElsewhere => {
                    let _ = tokio::time::timeout(LOOK, state.outbox.notified()).await;
                }
                Wait::For(time) => tokio::time::sleep(time).await,
            }
        };
        tokio::select! {
            () = wake => {}
            _ = stop.wait_for(|stopping| *stopping) => return,
        }
        let delivered = deliver_all(&state, &mut turn).await;
        if let Err(error) = delivered {
            tracing::warn!(error.code = error.code(), "journal.delivery_failed");
            // Another gateway may reach MLog.
            turn = None;
            patience = (patience * 2).clamp(Duration::from_secs(1), LONGEST_WAIT);
            wait = Wait::For(patience);
            continue;
        }
        patience = Duration::ZERO;
        wait = match turn {
            Some(Turn::Elsewhere) => Wait::For(ASK),
            Some(Turn::Held(_)) => Wait::NewsHereOrElsewhere,
            Some(Turn::Alone) | None => Wait::News,
        };
    }
}

async fn deliver_all(state: &Shared, turn: &mut Option<Turn>) -> Result<(), GatewayError> {
    loop {
        let before = turn.take();
        // Reading the outbox must not wake the reader of the outbox.
        let (mine, entries) = state
            .look(move |storage| {
                let kept = before.and_then(|mut turn| turn.is_mine().then_some(turn));
                let turn = kept.map_or_else(|| storage.delivery_turn(), Ok)?;
                let is_mine = !matches!(turn, Turn::Elsewhere);
                let entries = if is_mine {
                    storage.outbox(DELIVERY)?
                } else {
                    Vec::new()
                };
                Ok((turn, entries))
            })
            .await?;
        *turn = Some(mine);
        if entries.is_empty() {
            return Ok(());
        }
        let told = state.journal.register(&entries).await;
        let counted = told.map(|()| entries.len()).map_err(PortError::code);
        state.metrics.tried(Outside::Mlog, counted);
        told?;
        let sequences: Vec<i64> = entries.iter().map(|entry| entry.sequence).collect();
        state.look(move |storage| storage.delivered(&sequences)).await?;
        tracing::debug!(journal.delivered = entries.len(), "journal.delivered");
    }
}
