//! Vectors: Token Status List (the draft's encoding vectors and tokens).

use crate::wycheproof::cases;
use acasa_credentials::cbor::Item;
use acasa_credentials::status::{Status, StatusList, StatusPlace, StatusSize, UnverifiedStatusList};
use acasa_crypto::{Jwk, base64url};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;

/// The subject and the only statuses of the example tokens, first index first.
const SUBJECT: &str = "https://example.com/statuslists/1";
const EXAMPLE: [u8; 16] = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1];

pub(crate) fn trials(root: &Path) -> Vec<Trial> {
    let folder = root.join("sd-jwt/token-status-list");
    let mut trials = match cases::read(&folder.join("encoding-vectors.json")) {
        Ok(whole) => cases::list(&whole, "vectors")
            .iter()
            .enumerate()
            .flat_map(encoding)
            .collect(),
        Err(error) => vec![cases::unreadable("status_list", "encoding-vectors", error)],
    };
    trials.extend(match cases::read(&folder.join("tokens.json")) {
        Ok(whole) => tokens(&whole),
        Err(error) => vec![cases::unreadable("status_list", "tokens", error)],
    });
    trials
}

fn encoding((number, vector): (usize, &Value)) -> [Trial; 2] {
    let name = |form: &str| {
        format!(
            "status_list::encoding {number} of {} bits as {form}",
            vector["bits"]
        )
    };
    let (by_json, by_cbor) = (vector.clone(), vector.clone());
    [
        Trial::test(name("JSON"), move || {
            let compressed = base64url::decode(cases::text(&by_json["json"], "lst"))?;
            compare(&by_json, &by_json["json"]["bits"], &compressed)
        }),
        Trial::test(name("CBOR"), move || {
            let encoded = cases::bytes(&by_cbor, "cbor_hex");
            let list = acasa_credentials::cbor::read(&encoded)?;
            let bits = list.get("bits").and_then(Item::as_u64).ok_or("no bits")?;
            let compressed = list.get("lst").and_then(Item::as_bytes).ok_or("no lst")?;
            compare(&by_cbor, &bits.into(), compressed)
        }),
    ]
}

fn compare(vector: &Value, bits: &Value, compressed: &[u8]) -> Result<(), Failed> {
    let size = StatusSize::from_bits(bits.as_u64().ok_or("no bits")?)?;
    let list = StatusList::inflate(size, compressed)?;
    if let Some(statuses) = vector["statuses"].as_array() {
        let found: Result<Vec<Value>, _> = (0..list.len())
            .map(|index| list.get(index).map(as_json))
            .collect();
        return if found? == *statuses {
            Ok(())
        } else {
            Err("other statuses".into())
        };
    }
    let nonzero = vector["nonzero"]
        .as_object()
        .ok_or("neither statuses nor nonzero")?;
    let expected: HashMap<u64, u64> = nonzero
        .iter()
        .map(|(index, status)| Ok((index.parse()?, status.as_u64().ok_or("no number")?)))
        .collect::<Result<_, Box<dyn std::error::Error>>>()?;
    if Some(list.len()) != vector["size"].as_u64() {
        return Err(format!("{} statuses", list.len()).into());
    }
    for index in 0..list.len() {
        let (found, wanted) = (
            u8::from(list.get(index)?),
            expected.get(&index).copied().unwrap_or(0),
        );
        if u64::from(found) != wanted {
            return Err(format!("index {index}: found {found}, expected {wanted}").into());
        }
    }
    if list.get(list.len()).is_ok() {
        Err("an index behind the end was answered".into())
    } else {
        Ok(())
    }
}

fn as_json(status: Status) -> Value {
    u8::from(status).into()
}

fn tokens(whole: &Value) -> Vec<Trial> {
    let key = whole["verify_key_jwk"].clone();
    let jwt = cases::text(whole, "status_list_jwt").as_bytes().to_vec();
    let cwt = cases::bytes(whole, "status_list_cwt_hex");
    let referenced = cases::bytes(whole, "referenced_token_cwt_hex");
    let (jwt_key, cwt_key) = (key.clone(), key.clone());
    let (altered, altered_key) = (cwt.clone(), key.clone());
    vec![
        Trial::test("status_list::token as JWT", move || token(&jwt_key, &jwt)),
        Trial::test("status_list::token as CWT", move || token(&cwt_key, &cwt)),
        Trial::test("status_list::token as CWT, every bit flipped", move || {
            flipped(&altered_key, &altered)
        }),
        Trial::test(
            "status_list::referenced token names its place in the list",
            move || reference(&key, &referenced),
        ),
    ]
}

fn token(key: &Value, bytes: &[u8]) -> Result<(), Failed> {
    let key = Jwk::from_value(key.clone())?;
    let token = UnverifiedStatusList::parse(bytes)?.verify(key.key())?;
    token.check_time(token.issued_at(), 0)?;
    for (index, expected) in (0..).zip(EXAMPLE) {
        let found = token.look_up(&StatusPlace::new(index, SUBJECT)?)?;
        if u8::from(found) != expected {
            return Err(format!("index {index}: found {found:?}").into());
        }
    }
    let times = (token.issued_at(), token.expires_at(), token.time_to_live());
    if times == (1_686_920_170, Some(2_291_720_170), Some(43_200)) {
        Ok(())
    } else {
        Err(format!("times {times:?}").into())
    }
}

fn flipped(key: &Value, bytes: &[u8]) -> Result<(), Failed> {
    let key = Jwk::from_value(key.clone())?;
    for (at, bit) in (0..bytes.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut altered = bytes.to_vec();
        altered[at] ^= 1 << bit;
        let accepted =
            UnverifiedStatusList::parse_cwt(&altered).is_ok_and(|list| list.verify(key.key()).is_ok());
        // The unprotected key identifier and the map that holds it are not signed and not relied on.
        let unsigned = bytes
            .windows(5)
            .position(|window| window == [0xa1, 0x04, 0x42, 0x31, 0x32]);
        let unsigned = unsigned.is_some_and(|start| (start..start + 5).contains(&at));
        if accepted && !unsigned {
            return Err(format!("byte {at}, bit {bit}: accepted").into());
        }
    }
    Ok(())
}

fn reference(key: &Value, bytes: &[u8]) -> Result<(), Failed> {
    let key = Jwk::from_value(key.clone())?;
    let message = acasa_credentials::cose::Sign1::from_slice(bytes)?;
    message.verify(key.key(), None, &[])?;
    let claims = acasa_credentials::cbor::read(message.payload().ok_or("no payload")?)?;
    // RFC 8392 claim 65535, `status`.
    let list = claims
        .get_i64(65535)
        .and_then(|status| status.get("status_list"))
        .ok_or("no status")?;
    let found = StatusPlace::from_cbor(list)?;
    if found == StatusPlace::new(0, SUBJECT)? {
        Ok(())
    } else {
        Err(format!("{found:?}").into())
    }
}
