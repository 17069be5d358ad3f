//! Acts on records that are kept elsewhere than their actor's: whoever sent one and did not wait to see it done finds
//! it done.

use std::time::Duration;

use acasa_gateway_store::{Decide, Storage, StoreError, Sweep, Turn};
use tokio::sync::watch;
use uuid::Uuid;

use super::commands::Commands;
use crate::{GatewayError, state::Shared};

/// From one look to the next; what is carried at once, while the device waits, is not waited for here.
const LOOK: Duration = Duration::from_secs(5);
/// The longest wait after a failure.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Carries what is under way until told to stop, one gateway at a time. What cannot be carried stays under way.
pub(crate) async fn forward(state: Shared, mut stop: watch::Receiver<bool>) {
    let mut wait = LOOK;
    loop {
        let forwarded = tokio::select! {
            forwarded = forward_all(&state) => forwarded,
            _ = stop.wait_for(|stopping| *stopping) => return,
        };
        wait = match forwarded {
            Ok(()) => LOOK,
            Err(error) => {
                tracing::warn!(error.code = error.code(), "acts.forwarding_failed");
                (wait * 2).min(LONGEST_WAIT)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.wait_for(|stopping| *stopping) => return,
        }
    }
}

async fn forward_all(state: &Shared) -> Result<(), GatewayError> {
    // A shard that cannot be asked stops nothing between the others.
    if let Ok(0) = state.look(|storage| storage.forwarded_length()).await {
        return Ok(());
    }
    let mut turn = state.look(|storage| storage.forwarding_turn()).await?;
    let (mut from, mut failed) = (Some(Sweep::default()), None);
    while let Some(at) = from.take() {
        if matches!(turn, Turn::Elsewhere) {
            break;
        }
        let now = state.now();
        let step = move |storage: &dyn Storage| {
            let is_mine = turn.is_mine();
            let deciding = |actor| -> Box<dyn Decide> {
                let correlation = Uuid::now_v7().to_string();
                Box::new(Commands {
                    actor,
                    now,
                    correlation,
                })
            };
            let done = is_mine.then(|| storage.forward(&deciding, &at));
            Ok::<_, StoreError>((turn, done))
        };
        // Past the queue, as what is delivered of the journal.
        let (held, done) = state.look(step).await?;
        turn = held;
        let Some(done) = done else {
            break;
        };
        if done.settled > 0 {
            state.outbox.notify_one();
            state.letters.notify_one();
            tracing::debug!(acts.settled = done.settled, "acts.forwarded");
        }
        failed = failed.or(done.failed);
        from = done.next;
    }
    failed.map_or(Ok(()), |error| Err(error.into()))
}
