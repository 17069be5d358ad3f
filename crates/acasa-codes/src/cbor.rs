//! CBOR shown as JSON, bounded in depth.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ciborium::Value as Cbor;
use serde_json::{Map, Value};

/// Deeper than any health certificate, shallower than any stack.
const MAX_DEPTH: usize = 16;

/// The value as JSON; nothing if it nests too deeply, has keys that are not text or numbers, or
/// numbers JSON has not. Tags are left out, byte strings become `{"base64url": …}`.
pub(crate) fn to_json(value: &Cbor) -> Option<Value> {
    convert(value, 0)
}

fn convert(value: &Cbor, depth: usize) -> Option<Value> {
    if depth > MAX_DEPTH {
        return None;
    }
    match value {
        Cbor::Integer(number) => integer(i128::from(*number)),
        Cbor::Bytes(bytes) => Some(Value::from(Map::from_iter([(
            "base64url".to_owned(),
            URL_SAFE_NO_PAD.encode(bytes).into(),
        )]))),
        Cbor::Float(number) => serde_json::Number::from_f64(*number).map(Value::Number),
        Cbor::Text(text) => Some(text.as_str().into()),
        Cbor::Bool(bool) => Some((*bool).into()),
        Cbor::Null => Some(Value::Null),
        Cbor::Tag(_, inner) => convert(inner, depth + 1),
        Cbor::Array(items) => items
            .iter()
            .map(|item| convert(item, depth + 1))
            .collect::<Option<_>>()
            .map(Value::Array),
        Cbor::Map(entries) => object(entries, depth),
        _ => None,
    }
}

fn object(entries: &[(Cbor, Cbor)], depth: usize) -> Option<Value> {
    let mut object = Map::new();
    for (key, value) in entries {
        let number = || key.as_integer().map(|number| i128::from(number).to_string());
        let key = key.as_text().map(str::to_owned).or_else(number)?;
        if object.insert(key, convert(value, depth + 1)?).is_some() {
            return None;
        }
    }
    Some(Value::Object(object))
}

fn integer(number: i128) -> Option<Value> {
    i64::try_from(number)
        .map(Value::from)
        .or_else(|_| u64::try_from(number).map(Value::from))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_beyond_the_bound_is_refused() {
        let nested = |depth: usize| (0..depth).fold(Cbor::Null, |inner, _| Cbor::Array(vec![inner]));

        assert!(to_json(&nested(MAX_DEPTH)).is_some());
        assert!(to_json(&nested(MAX_DEPTH + 1)).is_none());
    }

    #[test]
    fn a_key_twice_is_refused() {
        let twice = Cbor::Map(vec![("a".into(), 1.into()), ("a".into(), 2.into())]);

        assert!(to_json(&twice).is_none());
    }
}
