//! The query parameters of links that apps answer.

use crate::json;
use crate::{ErrorCode, Inspection};
use serde_json::{Map, Value};
use url::form_urlencoded;

/// The most parameters that are read.
const MAX_PARAMETERS: usize = 64;

/// A link's scheme in lower case, and its parameters in order.
pub(crate) fn read(text: &str) -> Option<(String, Vec<(String, String)>)> {
    let (scheme, rest) = text.trim().split_once(':')?;
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    let pairs = form_urlencoded::parse(query.as_bytes()).take(MAX_PARAMETERS);
    Some((
        scheme.to_ascii_lowercase(),
        pairs.map(|(name, value)| (name.into(), value.into())).collect(),
    ))
}

/// As one object: structured parameters as JSON, the others as text. A parameter given twice is an
/// error (RFC 6749, 3.1).
pub(crate) fn object(
    pairs: &[(String, String)],
    structured: &[&str],
    inspection: &mut Inspection,
) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, value) in pairs {
        if object.contains_key(name) {
            inspection.error(ErrorCode::FieldDuplicate, name.as_str());
        } else if value.contains(char::REPLACEMENT_CHARACTER) {
            inspection.error(ErrorCode::NotText, name.as_str());
        } else if structured.contains(&name.as_str()) {
            match json::parse(value) {
                Some(value) => drop(object.insert(name.clone(), value)),
                None => inspection.error(ErrorCode::JsonInvalid, name.as_str()),
            }
        } else {
            object.insert(name.clone(), value.as_str().into());
        }
    }
    object
}
