//! Files of letters, for whom the letter is to and for nobody else. They pass through and are not kept.

use acasa_domain::Principal;
use acasa_protocol::notices::{MAX_ATTACHMENT, NOTICE, Notice};
use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use data_encoding::HEXUPPER;
use serde::Deserialize as _;
use uuid::Uuid;

use super::files;
use crate::{
    GatewayError,
    http::Correlation,
    journal::{Happening, own_event},
    oauth::Authorized,
    ports::PortError,
    state::Shared,
};

/// A file of one of the person's letters.
pub(crate) async fn attachment(
    State(state): State<Shared>,
    correlation: Correlation,
    authorized: Authorized,
    Path((notice, number)): Path<(String, String)>,
) -> Result<Response, GatewayError> {
    let notice: Uuid = notice.parse().map_err(|_| GatewayError::NotFound)?;
    let number: usize = number.parse().map_err(|_| GatewayError::NotFound)?;
    let (id, person) = (notice.to_string(), authorized.person);
    let milliseconds = state.now().as_millisecond();
    let event = own_event(Happening::NoticeRead, person, &id, &correlation.0, milliseconds);
    let principal = Principal::from(person);
    let found = state.store(move |storage| storage.read_record(principal, NOTICE, &id, &event));
    let content = found.await?.ok_or(GatewayError::NotFound)?;
    let letter = Notice::deserialize(content).map_err(|_| GatewayError::NotFound)?;
    let announced = letter.attachments.get(number).ok_or(GatewayError::NotFound)?;
    let inbox = state.inbox.get().ok_or(PortError::Unavailable)?;
    let bytes = inbox.attachment(notice, number, MAX_ATTACHMENT).await?;
    if !files::is(announced, &bytes) {
        return Err(PortError::Refused.into());
    }
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, announced.media_type.as_str()),
        (header::CONTENT_DISPOSITION, disposition(&announced.name).as_str()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    ] {
        let value = HeaderValue::from_str(value).map_err(|_| GatewayError::NotFound)?;
        headers.insert(name, value);
    }
    Ok(response)
}

/// To be kept under this name, not shown (RFC 6266, 4; RFC 8187, 3.2).
fn disposition(name: &str) -> String {
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&HEXUPPER.encode(&[byte]));
        }
    }
    format!("attachment; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_inside_its_header() {
        assert_eq!(
            disposition("Decizie \"3\"\r\n; ș.pdf"),
            "attachment; filename*=UTF-8''Decizie%20%223%22%0D%0A%3B%20%C8%99.pdf"
        );
    }
}
