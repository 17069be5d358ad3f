//! Lists: of the statuses of documents, and of who is trusted.

use acasa_credentials::{
    cose::ToBeSigned,
    status::{StatusListToken, StatusSize},
    trust::TrustList,
};
use acasa_gateway_store::STATUS_LIST_SIZE;
use jiff::Timestamp;

use super::{Asked, ES256, Kind, Reason, days};
use crate::{
    authority::TRUST_LIST_DAYS,
    issuance::{LIST_SECONDS, TIME_TO_LIVE},
};

/// Parameters of the protected header: algorithm and type.
const HEADER: usize = 2;

pub(super) fn check_status_list(asked: Asked<'_>) -> Result<Kind, Reason> {
    let signed = read(asked)?;
    let list = StatusListToken::read_unsigned(&signed).map_err(|_| "status_list")?;
    if !asked.is_status_list(list.subject()) {
        return Err("address");
    }
    if list.list().size() != StatusSize::One || list.list().len() != u64::from(STATUS_LIST_SIZE) {
        return Err("size");
    }
    let issued = Timestamp::from_second(list.issued_at()).map_err(|_| "validity")?;
    let length = list.expires_at().map(|end| end.saturating_sub(list.issued_at()));
    let is_short = length.is_some_and(|seconds| (1..=LIST_SECONDS).contains(&seconds));
    let is_fetched_again = list.time_to_live().is_some_and(|seconds| seconds <= TIME_TO_LIVE);
    if asked.is_now(issued) && is_short && is_fetched_again {
        Ok(Kind::StatusList)
    } else {
        Err("validity")
    }
}

pub(super) fn check_trust_list(asked: Asked<'_>) -> Result<Kind, Reason> {
    let list = TrustList::read_unsigned(&read(asked)?).map_err(|_| "trust_list")?;
    let length = list.next_update().duration_since(list.issued_at());
    if asked.is_now(list.issued_at()) && length.is_positive() && length <= days(TRUST_LIST_DAYS) {
        Ok(Kind::TrustList)
    } else {
        Err("validity")
    }
}

fn read(asked: Asked<'_>) -> Result<ToBeSigned, Reason> {
    let signed = ToBeSigned::from_slice(asked.message).map_err(|_| "structure")?;
    if signed.headers().algorithm() == ES256 && signed.headers().protected_count() == HEADER {
        Ok(signed)
    } else {
        Err("header")
    }
}
