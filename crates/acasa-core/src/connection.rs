//! Whether the state's services answer, as the last attempts told.

use crate::acasa::hold;
use acasa_api_types::ConnectionView;
use acasa_client::ClientError;
use jiff::Timestamp;
use std::sync::Mutex;

/// Seconds a device's clock may differ from the gateway's before the person is told.
const CLOCK_TOLERANCE: i64 = 120;

/// Refusals of this installation in a row that are believed. One may come of a clock that was just
/// set; the answer's `Date` corrects that, and the next attempt is recognised.
const BELIEVED: u8 = 2;

/// What the last attempts told.
#[derive(Default)]
pub(crate) struct Connection {
    state: Mutex<State>,
}

#[derive(Default, Clone, Copy)]
struct State {
    online: Option<bool>,
    up_to_date_at: Option<Timestamp>,
    clock_wrong: bool,
    /// How often in a row the gateway did not know this installation.
    unrecognised: u8,
}

impl Connection {
    /// Notes how an attempt went, and hands the outcome on.
    pub(crate) fn note<T>(&self, outcome: Result<T, ClientError>) -> Result<T, ClientError> {
        let reached = match &outcome {
            Ok(_) => true,
            Err(error) => !is_unreachable(error),
        };
        let mut state = hold(&self.state);
        state.online = Some(reached);
        if outcome.as_ref().is_err_and(is_unrecognised) {
            state.unrecognised = state.unrecognised.saturating_add(1);
        }
        drop(state);
        outcome
    }

    /// Notes that the gateway knows this installation.
    pub(crate) fn recognised(&self) {
        hold(&self.state).unrecognised = 0;
    }

    /// Whether this installation was taken out of use.
    pub(crate) fn is_revoked(&self) -> bool {
        hold(&self.state).unrecognised >= BELIEVED
    }

    /// Notes that everything was fetched, and how far the gateway's clock is ahead of this device's.
    pub(crate) fn up_to_date(&self, seconds_ahead: i64) {
        let mut state = hold(&self.state);
        state.up_to_date_at = Some(Timestamp::now());
        state.clock_wrong = seconds_ahead.abs() > CLOCK_TOLERANCE;
    }

    pub(crate) fn view(&self) -> ConnectionView {
        let state = *hold(&self.state);
        ConnectionView {
            online: state.online,
            up_to_date_at: state.up_to_date_at.map(|time| time.to_string()),
            waiting: 0,
            to_confirm: 0,
            syncing: false,
            paused: false,
            arriving: 0,
            sign_in_needed: false,
            suspended: false,
            clock_wrong: state.clock_wrong,
            blocked: self.is_revoked().then(|| "device_revoked".to_owned()),
        }
    }
}

/// Whether the gateway said that it does not know this installation.
pub(crate) fn is_unrecognised(error: &ClientError) -> bool {
    error.code() == "client_not_authenticated"
}

fn is_unreachable(error: &ClientError) -> bool {
    matches!(
        error,
        ClientError::Offline | ClientError::Unreachable | ClientError::Timeout
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_an_answer_and_so_a_connection() {
        let connection = Connection::default();
        let _ = connection.note::<()>(Err(ClientError::Denied));
        assert_eq!(connection.view().online, Some(true));
    }

    #[test]
    fn no_answer_is_no_connection() {
        let connection = Connection::default();
        let _ = connection.note::<()>(Err(ClientError::Unreachable));
        assert_eq!(connection.view().online, Some(false));
    }

    fn refused() -> Result<(), ClientError> {
        let problem = serde_json::json!({ "code": "client_not_authenticated" });
        let problem = serde_json::from_value(problem).expect("a problem");
        Err(ClientError::Refused(Box::new(problem)))
    }

    #[test]
    fn an_installation_refused_twice_in_a_row_was_taken_out_of_use() {
        let connection = Connection::default();
        let _ = connection.note(refused());
        assert_eq!(connection.view().blocked, None);
        let _ = connection.note(refused());
        assert_eq!(connection.view().blocked.as_deref(), Some("device_revoked"));
        connection.recognised();
        assert_eq!(connection.view().blocked, None);
    }

    #[test]
    fn a_clock_more_than_two_minutes_off_is_told() {
        let connection = Connection::default();
        connection.up_to_date(-121);
        assert!(connection.view().clock_wrong);
        connection.up_to_date(120);
        assert!(!connection.view().clock_wrong);
    }
}
