//! Telling MNotify that letters came and were read, and what preferences people have.

use std::time::Duration;

use acasa_gateway_store::{LetterReport, PreferenceReport};
use acasa_protocol::acts::Preference;
use acasa_wire::inbox::{DeliveryStatus, PreferencesReport};
use serde::Deserialize as _;
use tokio::sync::watch;

use super::LONGEST_WAIT;
use crate::{
    GatewayError,
    metrics::Outside,
    ports::{Inbox, PortError},
    state::Shared,
};

/// Reports read from the storage at once.
const SOME: u32 = 100;

/// Reports until told to stop. What is not told stays to be told.
pub(crate) async fn report(state: Shared, mut stop: watch::Receiver<bool>) {
    let Some(inbox) = state.inbox.get() else { return };
    let mut wait = Duration::ZERO;
    loop {
        let reported = async {
            if wait.is_zero() {
                state.letters.notified().await;
            } else {
                tokio::time::sleep(wait).await;
            }
            let reported = report_all(&state, inbox.as_ref()).await;
            let counted = reported.as_ref().copied().map_err(GatewayError::code);
            state.metrics.tried(Outside::Reports, counted);
            reported
        };
        let reported = tokio::select! {
            reported = reported => reported,
            _ = stop.wait_for(|stopping| *stopping) => return,
        };
        wait = match reported {
            Ok(_) => Duration::ZERO,
            Err(error) => {
                tracing::warn!(error.code = error.code(), "inbox.reporting_failed");
                (wait * 2).clamp(Duration::from_secs(1), LONGEST_WAIT)
            }
        };
    }
}

/// How many were told.
async fn report_all(state: &Shared, inbox: &dyn Inbox) -> Result<usize, GatewayError> {
    let mut told = 0;
    loop {
        let letters = state.store(|storage| storage.letter_reports(SOME)).await?;
        let preferences = state.store(|storage| storage.preference_reports(SOME)).await?;
        if letters.is_empty() && preferences.is_empty() {
            return Ok(told);
        }
        told += letters.len() + preferences.len();
        for letter in letters {
            tell_letter(inbox, letter).await?;
            state
                .store(move |storage| storage.letters_reported(&[letter]))
                .await?;
        }
        for report in preferences {
            settle(inbox.preferences(&preferences_of(&report)).await)?;
            let PreferenceReport {
                principal, version, ..
            } = report;
            state
                .store(move |storage| storage.preferences_reported(principal, version))
                .await?;
        }
    }
}

async fn tell_letter(inbox: &dyn Inbox, letter: LetterReport) -> Result<(), PortError> {
    let status = if letter.read {
        DeliveryStatus::Read
    } else {
        DeliveryStatus::Delivered
    };
    settle(inbox.report(letter.id, status).await)
}

/// What is refused once will be refused always: MNotify has forgotten the message.
fn settle(told: Result<(), PortError>) -> Result<(), PortError> {
    if told == Err(PortError::Refused) {
        tracing::warn!("inbox.report_refused");
        return Ok(());
    }
    told
}

fn preferences_of(report: &PreferenceReport) -> PreferencesReport {
    let mut said = PreferencesReport {
        recipient: report.principal.to_string(),
        email: false,
        sms: false,
        viber: false,
        language: String::new(),
    };
    let kept = report
        .preferences
        .iter()
        .filter_map(|content| Preference::deserialize(content).ok());
    for preference in Preference::DEFAULTS.into_iter().chain(kept) {
        match preference {
            Preference::Language(language) => language.code().clone_into(&mut said.language),
            Preference::Email(open) => said.email = open,
            Preference::Sms(open) => said.sms = open,
            Preference::Viber(open) => said.viber = open,
            Preference::App(_) => {}
        }
    }
    said
}
