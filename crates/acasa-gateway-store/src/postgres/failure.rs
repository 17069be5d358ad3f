//! What the database's errors mean to the caller. Only their codes are kept: their texts may hold stored values.

use postgres::error::SqlState;

use crate::StoreError;

/// Classes that say that the server, and not the statement, cannot go on now: connection, resources, operator, and
/// its own input and output.
const PASSING: [&str; 4] = ["08", "53", "57", "58"];

/// Of a statement.
pub(super) fn of(error: &postgres::Error) -> StoreError {
    let Some(code) = error.code() else {
        return StoreError::Unavailable {
            state: "connection".to_owned(),
        };
    };
    let state = code.code().to_owned();
    let passes = PASSING.iter().any(|class| state.starts_with(class))
        || [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::READ_ONLY_SQL_TRANSACTION,
            SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        ]
        .contains(code);
    if passes {
        StoreError::Unavailable { state }
    } else {
        StoreError::Engine { state }
    }
}

/// Of beginning a connection: who is refused entry, or knows no such database, waits in vain.
pub(super) fn on_connecting(error: &postgres::Error) -> StoreError {
    let state = error.code().map_or("", SqlState::code);
    if state.starts_with("28") || state.starts_with("3D") {
        return StoreError::Denied {
            state: state.to_owned(),
        };
    }
    StoreError::Unavailable {
        state: if state.is_empty() { "connection" } else { state }.to_owned(),
    }
}

/// Whether the transaction met another one, and may succeed at once when tried again.
pub(super) fn is_conflict(error: &StoreError) -> bool {
    matches!(error, StoreError::Unavailable { state } if state == "40001" || state == "40P01")
}

/// Whether the connection is of use after it: another server may serve now where this one does not.
pub(super) fn leaves_connection(error: &StoreError) -> bool {
    !matches!(error, StoreError::Unavailable { .. }) || is_conflict(error)
}
