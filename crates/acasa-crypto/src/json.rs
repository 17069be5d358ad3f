//! Strict JSON for signed data: no member twice at any level, bounded size and depth.
//!
//! Two readers that keep different ones of two equal members see two different documents under one
//! signature (RFC 8259, 4; RFC 8725, 2.4); such input is refused.

use crate::CryptoError;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Deepest nesting that is read.
pub const MAX_DEPTH: usize = 32;
/// Longest text that is read, in bytes.
pub const MAX_LENGTH: usize = 16 * 1024 * 1024;

/// Parses one JSON value with nothing but white space behind it.
pub fn parse(bytes: &[u8]) -> Result<Value, CryptoError> {
    if bytes.len() > MAX_LENGTH {
        return Err(CryptoError::TooLarge);
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { depth: MAX_DEPTH }
        .deserialize(&mut deserializer)
        .map_err(|_| CryptoError::Malformed)?;
    deserializer.end().map_err(|_| CryptoError::Malformed)?;
    Ok(value)
}

/// Parses one JSON object.
pub fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, CryptoError> {
    match parse(bytes)? {
        Value::Object(object) => Ok(object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(CryptoError::Malformed)
        }
    }
}

#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        let depth = self
            .depth
            .checked_sub(1)
            .ok_or_else(|| E::custom("nested too deeply"))?;
        Ok(Self { depth })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value without repeated members")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let value = access.next_value_seed(inner)?;
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member is repeated"));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn repeated_members_are_refused_at_any_level() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"[{"a":1,"\u0061":2}]"#,
        ] {
            assert_eq!(parse(text.as_bytes()), Err(CryptoError::Malformed), "{text}");
        }
    }

    #[test]
    fn every_kind_of_value_is_read_as_it_is_written() {
        let text = r#"{"z":[null,true,-1,18446744073709551615,1.5,"ș"],"a":{}}"#;

        let value = parse(text.as_bytes()).unwrap();

        assert_eq!(value, json!({"z": [null, true, -1, u64::MAX, 1.5, "ș"], "a": {}}));
        assert_eq!(serde_json::to_string(&value).unwrap(), text);
    }

    #[test]
    fn a_text_beyond_16_mebibytes_is_not_read() {
        let of = |bytes: usize| {
            let mut text = vec![b' '; bytes - 2];
            text.extend(b"{}");
            parse(&text)
        };

        assert_eq!(of(16 << 20), Ok(json!({})));
        assert_eq!(of((16 << 20) + 1), Err(CryptoError::TooLarge));
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));

        assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert_eq!(
            parse(nested(MAX_DEPTH + 1).as_bytes()),
            Err(CryptoError::Malformed)
        );
    }

    #[test]
    fn trailing_bytes_and_other_than_objects_are_refused() {
        assert_eq!(parse(b"{} x"), Err(CryptoError::Malformed));
        assert_eq!(parse_object(b"[]"), Err(CryptoError::Malformed));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let _ = parse(&bytes);
        }

        #[test]
        fn what_it_accepts_serde_json_reads_the_same(text in r#"[\[\]{}:,"a-c0-9. ]{0,40}"#) {
            if let Ok(value) = parse(text.as_bytes()) {
                prop_assert_eq!(Some(value), serde_json::from_str(&text).ok());
            }
        }
    }
}
