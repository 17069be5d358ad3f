//! Forgetting removals that every device has had time to hear of: a day after a day, some principals at a time.

use std::time::Duration;

use acasa_gateway_store::Sweep;
use tokio::sync::watch;

use crate::{GatewayError, state::Shared};

/// From the end of one sweep to the next.
const BETWEEN_SWEEPS: Duration = Duration::from_hours(24);
/// Between two looks at some principals, so that people are served meanwhile.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// The longest wait after a failure.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// Sweeps until told to stop. What a sweep was stopped in is found by the next.
pub(crate) async fn sweep(state: Shared, mut stop: watch::Receiver<bool>) {
    let Some(retention) = state.limits.removals_kept else {
        return;
    };
    let mut wait = Duration::ZERO;
    loop {
        let swept = async {
            tokio::time::sleep(wait).await;
            sweep_all(&state, retention).await
        };
        let swept = tokio::select! {
            swept = swept => swept,
            _ = stop.wait_for(|stopping| *stopping) => return,
        };
        wait = match swept {
            Ok(()) => BETWEEN_SWEEPS,
            Err(error) => {
                tracing::warn!(error.code = error.code(), "removals.sweep_failed");
                (wait.min(LONGEST_WAIT / 2) * 2).max(Duration::from_mins(1))
            }
        };
    }
}

async fn sweep_all(state: &Shared, retention: Duration) -> Result<(), GatewayError> {
    let retention = i64::try_from(retention.as_millis()).unwrap_or(i64::MAX);
    let before = state.now().as_millisecond().saturating_sub(retention);
    let mut from = Sweep::default();
    loop {
        let next = state
            .look(move |storage| storage.forget_removals(before, &from))
            .await?;
        let Some(next) = next else {
            state.metrics.swept();
            tracing::debug!("removals.swept");
            return Ok(());
        };
        from = next;
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}
