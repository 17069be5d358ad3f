//! Making one copy: an mdoc or an SD-JWT VC for one device key, with its place in a status list.

use acasa_credentials::{
    Value,
    issue::{Issuance, issue_mdoc, whole_days},
    mdoc::{Elements, StatusMechanism, ValidityInfo},
    sd_jwt::{ClaimPath, SdJwtIssuance, make_sd_jwt},
};
use acasa_crypto::{CryptoError, Jwk, base64url, random};
use acasa_gateway_store::StatusSlot;
use acasa_protocol::paths;
use jiff::{Timestamp, civil::Date};
use serde_json::{Map, json};

use super::{configurations::Purpose, offers::Offer};
use crate::{
    GatewayError,
    ports::{Element, ElementValue},
    state::Shared,
};

/// How many days a copy may be relied on, unless its document ends earlier.
pub(crate) const COPY_DAYS: i64 = 180;
/// CBOR tag of a `full-date` (RFC 8943).
const TAG_FULL_DATE: u64 = 1004;

/// Whole days from today, through the document's last day and at most [`COPY_DAYS`]: equal for all
/// copies of a day, so that they cannot be told apart by their times (D11).
pub(super) fn validity(now: Timestamp, expires: Date) -> Result<ValidityInfo, GatewayError> {
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let left = i64::from((expires - today).get_days()) + 1;
    match u32::try_from(left.min(COPY_DAYS)) {
        Ok(days) if days > 0 => Ok(whole_days(now, days)?),
        Ok(_) | Err(_) => Err(GatewayError::DocumentExpired),
    }
}

/// Random numbers for status indices.
pub(super) struct Draws {
    bytes: Vec<u8>,
}

impl Draws {
    pub(super) fn make_random() -> Result<Self, CryptoError> {
        Ok(Self {
            bytes: random::make_bytes::<1024>()?.to_vec(),
        })
    }

    /// A number below `below`. If the system gives no more randomness, the numbers go on from the
    /// last block's hash: an index may then be guessable, never wrong.
    pub(super) fn draw(&mut self, below: u32) -> u32 {
        if self.bytes.len() < 4 {
            self.bytes = random::make_bytes::<1024>().map_or_else(
                |_| acasa_crypto::digest::sha512(&self.bytes).to_vec(),
                |bytes| bytes.to_vec(),
            );
        }
        let at = self.bytes.len() - 4;
        let number = self
            .bytes
            .split_off(at)
            .into_iter()
            .fold(0, |sum, byte| sum << 8 | u32::from(byte));
        number % below
    }
}

/// The credential as OpenID4VCI transports it.
pub(super) fn make(
    state: &Shared,
    offer: &Offer,
    key: &Jwk,
    validity: ValidityInfo,
    slot: StatusSlot,
) -> Result<String, GatewayError> {
    let uri = state.address(&format!("{}/{}", paths::STATUS, slot.list));
    let signer = state.authority.signer_of(offer.configuration.body)?;
    let certificate = signer.certificate.as_der().to_vec();
    if !offer.configuration.is_sd_jwt() {
        let issuance = Issuance {
            doc_type: offer.configuration.document_type,
            namespaces: &elements(offer),
            device_key: key.key(),
            validity,
            status: Some(StatusMechanism::StatusList {
                index: slot.index.into(),
                uri,
            }),
        };
        return Ok(base64url::encode(&issue_mdoc(
            &issuance,
            signer.key.as_ref(),
            &[certificate],
        )?));
    }
    let mut claims = Map::new();
    claims.insert("iss".to_owned(), state.issuer.clone().into());
    claims.insert("vct".to_owned(), offer.configuration.document_type.into());
    claims.insert("iat".to_owned(), validity.signed.as_second().into());
    claims.insert("nbf".to_owned(), validity.valid_from.as_second().into());
    claims.insert("exp".to_owned(), validity.valid_until.as_second().into());
    claims.insert(
        "status".to_owned(),
        json!({ "status_list": { "idx": slot.index, "uri": uri } }),
    );
    let mut concealed = Vec::new();
    for element in &offer.rendition.elements {
        claims.insert(element.identifier.clone(), to_json(&element.value));
        concealed.push(ClaimPath::of_names([element.identifier.as_str()]));
    }
    // RFC 7515, 4.1.6: `x5c` is standard base64.
    let chain = json!([data_encoding::BASE64.encode(&certificate)]);
    let header = Map::from_iter([("x5c".to_owned(), chain)]);
    let issuance = SdJwtIssuance {
        claims,
        concealed: &concealed,
        holder: Some(key),
        header,
    };
    Ok(make_sd_jwt(signer.key.as_ref(), issuance)?)
}

/// The selected elements by namespace, in the register's order; the companion's portrait is the
/// small one.
fn elements(offer: &Offer) -> Elements {
    let mut namespaces: Elements = Vec::new();
    let small = offer
        .document
        .small_portrait
        .as_ref()
        .filter(|_| offer.configuration.purpose == Purpose::Portrait);
    for Element {
        namespace,
        identifier,
        value,
    } in &offer.rendition.elements
    {
        if !offer.configuration.selects(identifier) {
            continue;
        }
        let value = match small {
            Some(portrait) if identifier == "portrait" => Value::Bytes(portrait.clone()),
            _ => to_cbor(value),
        };
        let element = (identifier.clone(), value);
        match namespaces.iter_mut().find(|(name, _)| name == namespace) {
            Some((_, elements)) => elements.push(element),
            None => namespaces.push((namespace.clone(), vec![element])),
        }
    }
    namespaces
}

fn to_cbor(value: &ElementValue) -> Value {
    match value {
        ElementValue::Text(text) => Value::Text(text.clone()),
        ElementValue::Uint(number) => Value::from(*number),
        ElementValue::Bool(truth) => Value::Bool(*truth),
        ElementValue::Bytes(bytes) => Value::Bytes(bytes.clone()),
        ElementValue::Date(date) => Value::Tag(TAG_FULL_DATE, Box::new(Value::Text(date.to_string()))),
        ElementValue::List(values) => Value::Array(values.iter().map(to_cbor).collect()),
        ElementValue::Map(entries) => {
            let entry = |(name, value): &(String, ElementValue)| (Value::Text(name.clone()), to_cbor(value));
            Value::Map(entries.iter().map(entry).collect())
        }
    }
}

fn to_json(value: &ElementValue) -> serde_json::Value {
    match value {
        ElementValue::Text(text) => text.clone().into(),
        ElementValue::Uint(number) => (*number).into(),
        ElementValue::Bool(truth) => (*truth).into(),
        // The PID's picture is a data URL (EUDI PID rulebook, SD-JWT VC encoding).
        ElementValue::Bytes(bytes) => {
            format!("data:image/jpeg;base64,{}", data_encoding::BASE64.encode(bytes)).into()
        }
        ElementValue::Date(date) => date.to_string().into(),
        ElementValue::List(values) => values.iter().map(to_json).collect(),
        ElementValue::Map(entries) => entries
            .iter()
            .map(|(name, value)| (name.clone(), to_json(value)))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_copy_ends_with_its_document_and_after_half_a_year_at_the_latest() {
        let now = at("2026-11-21T22:59:00Z");

        let short = validity(now, "2026-11-22".parse().unwrap()).unwrap();
        let long = validity(now, "2036-11-22".parse().unwrap()).unwrap();

        assert_eq!(short.valid_until, at("2026-11-23T00:00:00Z"));
        assert_eq!(long.valid_until, at("2027-05-20T00:00:00Z"));
        assert_eq!(short.signed, at("2026-11-21T00:00:00Z"));
    }

    #[test]
    fn an_expired_document_gets_no_copies() {
        let refused = validity(at("2026-11-21T00:00:00Z"), "2026-11-20".parse().unwrap());

        assert_eq!(refused.err().unwrap().code(), "document_expired");
    }

    #[test]
    fn draws_stay_below_their_bound_and_differ() {
        let mut draws = Draws::make_random().unwrap();

        let numbers: Vec<u32> = (0..1000).map(|_| draws.draw(1 << 16)).collect();

        let distinct: std::collections::BTreeSet<_> = numbers.iter().collect();
        assert!(numbers.iter().all(|number| *number < 1 << 16) && distinct.len() > 900);
    }
}
