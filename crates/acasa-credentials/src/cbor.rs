//! Strict reading of CBOR (RFC 8949) that keeps the bytes it read.
//!
//! Signatures cover bytes, not values, so an [`Item`] remembers the exact slice it came from. The
//! low-level header reader is ciborium's; what is added here is what a verifier of hostile input
//! needs: no duplicate map keys, no trailing bytes, bounds on size, depth and number of items, and
//! on demand the core deterministic encoding (RFC 8949, 4.2.1).

use ciborium::Value;
use ciborium_ll::{Decoder, Header};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

/// Largest document read, in bytes. A full licence with portrait and signature is under 64 KiB.
pub const MAX_BYTES: usize = 4 << 20;
/// Deepest nesting read. The deepest standard structure (driving privileges) needs eight levels.
pub const MAX_DEPTH: usize = 24;
/// Most items read in one document.
pub const MAX_ITEMS: usize = 65_536;
/// Tag 24: a byte string that holds encoded CBOR (RFC 8949, 3.4.5.1).
pub const TAG_ENCODED_CBOR: u64 = 24;

/// Why bytes are not acceptable CBOR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CborError {
    /// Not well-formed.
    #[error("not well-formed at byte {0}")]
    Malformed(usize),
    /// The input ends inside an item.
    #[error("ends inside an item")]
    Truncated,
    /// Bytes follow the item.
    #[error("bytes follow the item at byte {0}")]
    Trailing(usize),
    /// A map holds the same key twice.
    #[error("duplicate map key at byte {0}")]
    DuplicateKey(usize),
    /// Larger, deeper or more numerous than any document.
    #[error("beyond the limits of size, depth or number of items")]
    Limit,
    /// Well-formed, but not in the deterministic encoding that was asked for.
    #[error("not deterministically encoded at byte {0}")]
    NotDeterministic(usize),
}

impl CborError {
    /// A stable name for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed(_) => "cbor_malformed",
            Self::Truncated => "cbor_truncated",
            Self::Trailing(_) => "cbor_trailing_bytes",
            Self::DuplicateKey(_) => "cbor_duplicate_key",
            Self::Limit => "cbor_limit",
            Self::NotDeterministic(_) => "cbor_not_deterministic",
        }
    }
}

/// One CBOR item and the bytes it was read from.
#[derive(Clone)]
pub struct Item<'a> {
    raw: &'a [u8],
    kind: Kind<'a>,
}

/// What an item is.
#[derive(Clone)]
pub enum Kind<'a> {
    /// Major types 0 and 1.
    Integer(i128),
    /// Major type 2.
    Bytes(Cow<'a, [u8]>),
    /// Major type 3.
    Text(Cow<'a, str>),
    /// Major type 4.
    Array(Vec<Item<'a>>),
    /// Major type 5, in the order read.
    Map(Vec<(Item<'a>, Item<'a>)>),
    /// Major type 6.
    Tag(u64, Box<Item<'a>>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A float of any width.
    Float(f64),
}

/// Values may be personal data: only the kind and the length are shown.
impl fmt::Debug for Item<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Item({} bytes)", self.raw.len())
    }
}

/// Reads exactly one item.
pub fn read(input: &[u8]) -> Result<Item<'_>, CborError> {
    Reader::new(input, false).whole()
}

/// Reads exactly one item in the core deterministic encoding (RFC 8949, 4.2.1); floats are refused.
pub fn read_deterministic(input: &[u8]) -> Result<Item<'_>, CborError> {
    Reader::new(input, true).whole()
}

/// Encodes a value. Integers and lengths are shortest; the order of map entries is the caller's.
pub fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("writing to memory does not fail");
    bytes
}

/// The bytes of a byte-string header for `length` bytes, as they stand before the content.
pub fn bytes_header(length: usize) -> Vec<u8> {
    header(Header::Bytes(Some(length)))
}

/// Wraps encoded CBOR as `#6.24(bstr)`.
pub fn wrap_encoded(content: &[u8]) -> Vec<u8> {
    let mut bytes = header(Header::Tag(TAG_ENCODED_CBOR));
    bytes.extend(bytes_header(content.len()));
    bytes.extend_from_slice(content);
    bytes
}

/// An array of items that are already encoded.
pub fn encode_array(items: &[&[u8]]) -> Vec<u8> {
    let mut bytes = header(Header::Array(Some(items.len())));
    for item in items {
        bytes.extend_from_slice(item);
    }
    bytes
}

/// A map of entries that are already encoded, in the order given.
pub fn encode_map(entries: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut bytes = header(Header::Map(Some(entries.len())));
    for (key, value) in entries {
        bytes.extend_from_slice(key);
        bytes.extend_from_slice(value);
    }
    bytes
}

/// A map of encoded values under text keys, in deterministic order (RFC 8949, 4.2.1).
pub fn encode_text_map(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut encoded: Vec<(Vec<u8>, &[u8])> = entries
        .iter()
        .map(|(key, value)| (encode(&Value::from(*key)), *value))
        .collect();
    encoded.sort();
    let entries: Vec<(&[u8], &[u8])> = encoded
        .iter()
        .map(|(key, value)| (key.as_slice(), *value))
        .collect();
    encode_map(&entries)
}

fn header(header: Header) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium_ll::Encoder::from(&mut bytes)
        .push(header)
        .expect("writing to memory does not fail");
    bytes
}

impl<'a> Item<'a> {
    /// The bytes this item was read from.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// What it is.
    pub fn kind(&self) -> &Kind<'a> {
        &self.kind
    }

    /// An integer that fits.
    pub fn as_i64(&self) -> Option<i64> {
        if let Kind::Integer(value) = self.kind {
            i64::try_from(value).ok()
        } else {
            None
        }
    }

    /// An unsigned integer.
    pub fn as_u64(&self) -> Option<u64> {
        if let Kind::Integer(value) = self.kind {
            u64::try_from(value).ok()
        } else {
            None
        }
    }

    /// A byte string.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let Kind::Bytes(bytes) = &self.kind {
            Some(bytes)
        } else {
            None
        }
    }

    /// A text string.
    pub fn as_text(&self) -> Option<&str> {
        if let Kind::Text(text) = &self.kind {
            Some(text)
        } else {
            None
        }
    }

    /// An array.
    pub fn as_array(&self) -> Option<&[Item<'a>]> {
        if let Kind::Array(items) = &self.kind {
            Some(items)
        } else {
            None
        }
    }

    /// A map, in the order read.
    pub fn as_map(&self) -> Option<&[(Item<'a>, Item<'a>)]> {
        if let Kind::Map(entries) = &self.kind {
            Some(entries)
        } else {
            None
        }
    }

    /// The content of a tag.
    pub fn tagged(&self, tag: u64) -> Option<&Item<'a>> {
        if let Kind::Tag(found, content) = &self.kind
            && *found == tag
        {
            return Some(content);
        }
        None
    }

    /// The encoded CBOR inside `#6.24(bstr)`.
    pub fn encoded(&self) -> Option<&[u8]> {
        self.tagged(TAG_ENCODED_CBOR).and_then(Item::as_bytes)
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// The value under a text key.
    pub fn get(&self, key: &str) -> Option<&Item<'a>> {
        self.as_map()?
            .iter()
            .find(|(name, _)| name.as_text() == Some(key))
            .map(|(_, value)| value)
    }

    /// The value under an integer key.
    pub fn get_i64(&self, key: i64) -> Option<&Item<'a>> {
        self.as_map()?
            .iter()
            .find(|(name, _)| name.as_i64() == Some(key))
            .map(|(_, value)| value)
    }

    /// The value, for whoever needs it without its bytes.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Integer(value) => {
                ciborium::value::Integer::try_from(*value).map_or(Value::Null, Value::Integer)
            }
            Kind::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
            Kind::Text(text) => Value::Text(text.to_string()),
            Kind::Array(items) => Value::Array(items.iter().map(Item::to_value).collect()),
            Kind::Map(entries) => Value::Map(
                entries
                    .iter()
                    .map(|(key, value)| (key.to_value(), value.to_value()))
                    .collect(),
            ),
            Kind::Tag(tag, content) => Value::Tag(*tag, Box::new(content.to_value())),
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Null => Value::Null,
            Kind::Float(value) => Value::Float(*value),
        }
    }
}

struct Reader<'a> {
    input: &'a [u8],
    position: usize,
    items: usize,
    deterministic: bool,
}

impl<'a> Reader<'a> {
    const fn new(input: &'a [u8], deterministic: bool) -> Self {
        Self {
            input,
            position: 0,
            items: 0,
            deterministic,
        }
    }

    fn whole(mut self) -> Result<Item<'a>, CborError> {
        if self.input.len() > MAX_BYTES {
            return Err(CborError::Limit);
        }
        let item = self.item(0)?;
        if self.position == self.input.len() {
            Ok(item)
        } else {
            Err(CborError::Trailing(self.position))
        }
    }

    fn pull(&mut self) -> Result<Header, CborError> {
        let start = self.position;
        let rest = self.input.get(start..).ok_or(CborError::Truncated)?;
        let mut decoder = Decoder::from(rest);
        let header = decoder.pull().map_err(|error| match error {
            ciborium_ll::Error::Io(_) => CborError::Truncated,
            ciborium_ll::Error::Syntax(at) => CborError::Malformed(start + at),
        })?;
        self.position += decoder.offset();
        // A simple value below 32 in two bytes is not well-formed (RFC 8949, 3.3).
        if rest.first() == Some(&0xF8) && matches!(header, Header::Simple(value) if value < 32) {
            return Err(CborError::Malformed(start));
        }
        if self.deterministic && !is_shortest(header, self.position - start) {
            return Err(CborError::NotDeterministic(start));
        }
        Ok(header)
    }

    fn item(&mut self, depth: usize) -> Result<Item<'a>, CborError> {
        let start = self.position;
        let header = self.pull()?;
        self.item_after(header, start, depth)
    }

    fn item_after(&mut self, header: Header, start: usize, depth: usize) -> Result<Item<'a>, CborError> {
        self.items += 1;
        if depth > MAX_DEPTH || self.items > MAX_ITEMS {
            return Err(CborError::Limit);
        }
        let kind = match header {
            Header::Positive(value) => Kind::Integer(i128::from(value)),
            Header::Negative(value) => Kind::Integer(-1 - i128::from(value)),
            Header::Bytes(length) => Kind::Bytes(self.bytes(length)?),
            Header::Text(length) => Kind::Text(self.text(length, start)?),
            Header::Array(length) => Kind::Array(self.array(length, depth)?),
            Header::Map(length) => Kind::Map(self.map(length, depth)?),
            Header::Tag(tag) => Kind::Tag(tag, Box::new(self.item(depth + 1)?)),
            Header::Simple(ciborium_ll::simple::FALSE) => Kind::Bool(false),
            Header::Simple(ciborium_ll::simple::TRUE) => Kind::Bool(true),
            Header::Simple(ciborium_ll::simple::NULL) => Kind::Null,
            Header::Float(value) => Kind::Float(value),
            // `undefined` and unassigned simple values have no place in a document.
            Header::Simple(_) | Header::Break => return Err(CborError::Malformed(start)),
        };
        Ok(Item {
            raw: self.slice(start)?,
            kind,
        })
    }

    fn slice(&self, start: usize) -> Result<&'a [u8], CborError> {
        self.input.get(start..self.position).ok_or(CborError::Truncated)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], CborError> {
        let start = self.position;
        let end = start.checked_add(length).ok_or(CborError::Limit)?;
        if end > self.input.len() {
            return Err(CborError::Truncated);
        }
        self.position = end;
        self.slice(start)
    }

    fn bytes(&mut self, length: Option<usize>) -> Result<Cow<'a, [u8]>, CborError> {
        let Some(length) = length else {
            let mut joined = Vec::new();
            loop {
                let start = self.position;
                let header = self.pull()?;
                if header == Header::Break {
                    return Ok(Cow::Owned(joined));
                }
                let Header::Bytes(Some(length)) = header else {
                    return Err(CborError::Malformed(start));
                };
                joined.extend_from_slice(self.take(length)?);
            }
        };
        self.take(length).map(Cow::Borrowed)
    }

    fn text(&mut self, length: Option<usize>, start: usize) -> Result<Cow<'a, str>, CborError> {
        let malformed = |_| CborError::Malformed(start);
        let Some(length) = length else {
            let mut joined = String::new();
            loop {
                let start = self.position;
                let header = self.pull()?;
                if header == Header::Break {
                    return Ok(Cow::Owned(joined));
                }
                let Header::Text(Some(length)) = header else {
                    return Err(CborError::Malformed(start));
                };
                joined.push_str(std::str::from_utf8(self.take(length)?).map_err(malformed)?);
            }
        };
        std::str::from_utf8(self.take(length)?)
            .map(Cow::Borrowed)
            .map_err(malformed)
    }

    fn array(&mut self, length: Option<usize>, depth: usize) -> Result<Vec<Item<'a>>, CborError> {
        let mut items = Vec::new();
        while length.is_none_or(|length| items.len() < length) {
            let start = self.position;
            let header = self.pull()?;
            if header == Header::Break && length.is_none() {
                break;
            }
            items.push(self.item_after(header, start, depth + 1)?);
        }
        Ok(items)
    }

    fn map(&mut self, length: Option<usize>, depth: usize) -> Result<Vec<(Item<'a>, Item<'a>)>, CborError> {
        let mut entries: Vec<(Item<'a>, Item<'a>)> = Vec::new();
        let mut seen = BTreeSet::new();
        while length.is_none_or(|length| entries.len() < length) {
            let start = self.position;
            let header = self.pull()?;
            if header == Header::Break && length.is_none() {
                break;
            }
            let key = self.item_after(header, start, depth + 1)?;
            // The same key in another encoding is still the same key.
            if !seen.insert(encode(&key.to_value())) {
                return Err(CborError::DuplicateKey(start));
            }
            if self.deterministic && entries.last().is_some_and(|(before, _)| before.raw >= key.raw) {
                return Err(CborError::NotDeterministic(start));
            }
            let value = self.item(depth + 1)?;
            entries.push((key, value));
        }
        Ok(entries)
    }
}

/// Whether a header of `length` bytes is the shortest for what it says.
fn is_shortest(found: Header, length: usize) -> bool {
    match found {
        Header::Bytes(None)
        | Header::Text(None)
        | Header::Array(None)
        | Header::Map(None)
        | Header::Float(_)
        | Header::Break => false,
        Header::Positive(_)
        | Header::Negative(_)
        | Header::Simple(_)
        | Header::Tag(_)
        | Header::Bytes(Some(_))
        | Header::Text(Some(_))
        | Header::Array(Some(_))
        | Header::Map(Some(_)) => header(found).len() == length,
    }
}

#[cfg(test)]
mod tests;
