//! Times of mobile documents: `tdate` (RFC 8949, 3.4.1), and `full-date` (RFC 8943) for elements.

use super::MdocError;
use crate::cbor::Item;
use ciborium::Value;
use jiff::Timestamp;

const TAG_DATE_TIME: u64 = 0;
const TAG_FULL_DATE: u64 = 1004;

/// Reads a `tdate`: RFC 3339 in UTC. ISO/IEC 18013-5, 7.2.1 forbids other offsets; a fraction of a
/// second, which it forbids too, is read because it changes no meaning and encoders write it.
pub fn read_tdate(item: &Item<'_>) -> Result<Timestamp, MdocError> {
    let malformed = MdocError::Structure("tdate");
    let text = item
        .tagged(TAG_DATE_TIME)
        .and_then(Item::as_text)
        .ok_or(malformed)?;
    let bytes = text.as_bytes();
    if bytes.len() < 20 || bytes.get(10) != Some(&b'T') || bytes.last() != Some(&b'Z') {
        return Err(malformed);
    }
    text.parse().map_err(|_| malformed)
}

/// A `tdate` in whole seconds.
pub fn encode_tdate(at: Timestamp) -> Value {
    let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
    Value::Tag(TAG_DATE_TIME, Box::new(Value::Text(whole.to_string())))
}

/// A `full-date`, as elements such as `birth_date` have it (RFC 8943, 3.1).
pub fn encode_full_date(date: jiff::civil::Date) -> Value {
    Value::Tag(TAG_FULL_DATE, Box::new(Value::Text(date.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cbor;

    fn read(text: &str) -> Result<Timestamp, MdocError> {
        let bytes = cbor::encode(&Value::Tag(0, Box::new(Value::from(text))));
        read_tdate(&cbor::read(&bytes).unwrap())
    }

    #[test]
    fn a_tdate_is_read_back_as_it_was_written() {
        let at: Timestamp = "2020-10-01T13:30:02Z".parse().unwrap();
        let bytes = cbor::encode(&encode_tdate(at));
        assert_eq!(read_tdate(&cbor::read(&bytes).unwrap()), Ok(at));
    }

    #[test]
    fn other_offsets_and_bare_dates_are_refused() {
        for text in [
            "2020-10-01T13:30:02+02:00",
            "2020-10-01",
            "2020-10-01 13:30:02Z",
            "",
            "2020-13-01T13:30:02Z",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read("2020-10-01T13:30:02.5Z").is_ok());
    }
}
