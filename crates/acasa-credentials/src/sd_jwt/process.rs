//! Putting disclosures in the place of their digests (RFC 9901, 7.1, step 3).

use super::disclosure::Disclosure;
use super::{ClaimPath, MAX_DEPTH, PathSegment, SdJwtError};
use acasa_crypto::Hash;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// What a payload becomes.
pub(super) struct Processed {
    pub(super) contents: Map<String, Value>,
    pub(super) hash: Hash,
    /// Where each disclosure stands, in the order of the disclosures.
    pub(super) places: Vec<Place>,
}

/// Where a disclosure stands.
pub(super) struct Place {
    pub(super) path: ClaimPath,
    /// The disclosures whose value holds this one's digest, outermost first.
    pub(super) within: Vec<usize>,
}

pub(super) fn process(
    payload: &Map<String, Value>,
    disclosures: &[Disclosure],
) -> Result<Processed, SdJwtError> {
    let hash = hash_of(payload)?;
    let mut by_digest = HashMap::with_capacity(disclosures.len());
    for (position, disclosure) in disclosures.iter().enumerate() {
        if by_digest.insert(disclosure.digest(hash), position).is_some() {
            return Err(SdJwtError::DigestRepeated);
        }
    }
    let mut walk = Walk {
        disclosures,
        by_digest,
        seen: HashSet::new(),
        places: std::iter::repeat_with(|| None).take(disclosures.len()).collect(),
        within: Vec::new(),
    };
    let mut contents = walk.object(payload, &ClaimPath::default(), 0)?;
    contents.shift_remove("_sd_alg");
    let places: Option<Vec<_>> = walk.places.into_iter().collect();
    // RFC 9901, 7.1, 5: a disclosure that nothing refers to was not put there by the issuer.
    Ok(Processed {
        contents,
        hash,
        places: places.ok_or(SdJwtError::DisclosureUnreferenced)?,
    })
}

/// The hash `_sd_alg` names; SHA-256 if it names none (RFC 9901, 4.1.1).
fn hash_of(payload: &Map<String, Value>) -> Result<Hash, SdJwtError> {
    match payload.get("_sd_alg") {
        None => Ok(Hash::Sha256),
        // IANA writes these names in lower case; mdoc's upper case is not one of them.
        Some(Value::String(name)) if name.starts_with("sha-") => {
            Hash::from_iana_name(name).map_err(|_| SdJwtError::HashAlgorithm)
        }
        Some(_) => Err(SdJwtError::HashAlgorithm),
    }
}

struct Walk<'a> {
    disclosures: &'a [Disclosure],
    by_digest: HashMap<String, usize>,
    /// Every digest met, with or without a disclosure.
    seen: HashSet<String>,
    places: Vec<Option<Place>>,
    within: Vec<usize>,
}

impl Walk<'_> {
    fn value(&mut self, value: &Value, path: &ClaimPath, depth: usize) -> Result<Value, SdJwtError> {
        match value {
            Value::Object(object) => self.object(object, path, depth).map(Value::Object),
            Value::Array(items) => self.array(items, path, depth).map(Value::Array),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(value.clone()),
        }
    }

    fn object(
        &mut self,
        object: &Map<String, Value>,
        path: &ClaimPath,
        depth: usize,
    ) -> Result<Map<String, Value>, SdJwtError> {
        let depth = deeper(depth)?;
        let mut contents = Map::new();
        for (name, value) in object.iter().filter(|(name, _)| name.as_str() != "_sd") {
            if name == "..." {
                return Err(SdJwtError::NameReserved);
            }
            let value = self.value(value, &path.join(PathSegment::Name(name.clone())), depth)?;
            contents.insert(name.clone(), value);
        }
        let Some(digests) = object.get("_sd") else {
            return Ok(contents);
        };
        let Value::Array(digests) = digests else {
            return Err(SdJwtError::NameReserved);
        };
        for digest in digests {
            let digest = digest.as_str().ok_or(SdJwtError::Malformed)?;
            let Some(position) = self.meet(digest)? else {
                continue;
            };
            let disclosures = self.disclosures;
            let name = disclosures
                .get(position)
                .and_then(Disclosure::name)
                .ok_or(SdJwtError::Disclosure)?;
            if contents.contains_key(name) {
                return Err(SdJwtError::NameRepeated);
            }
            let path = path.join(PathSegment::Name(name.to_owned()));
            let value = self.disclose(position, &path, depth)?;
            contents.insert(name.to_owned(), value);
        }
        Ok(contents)
    }

    fn array(&mut self, items: &[Value], path: &ClaimPath, depth: usize) -> Result<Vec<Value>, SdJwtError> {
        let depth = deeper(depth)?;
        let mut contents = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let path = path.join(PathSegment::Index(index));
            let Some(digest) = element_digest(item)? else {
                contents.push(self.value(item, &path, depth)?);
                continue;
            };
            if let Some(position) = self.meet(digest)? {
                let disclosures = self.disclosures;
                if disclosures
                    .get(position)
                    .is_none_or(|disclosure| disclosure.name().is_some())
                {
                    return Err(SdJwtError::Disclosure);
                }
                contents.push(self.disclose(position, &path, depth)?);
            }
        }
        Ok(contents)
    }

    /// Notes a digest; the disclosure it stands for, if that came along.
    fn meet(&mut self, digest: &str) -> Result<Option<usize>, SdJwtError> {
        // RFC 9901, 7.1, 4: a digest may be met once, in the payload or in any disclosure.
        if !self.seen.insert(digest.to_owned()) {
            return Err(SdJwtError::DigestRepeated);
        }
        Ok(self.by_digest.get(digest).copied())
    }

    fn disclose(&mut self, position: usize, path: &ClaimPath, depth: usize) -> Result<Value, SdJwtError> {
        let disclosures = self.disclosures;
        let (Some(disclosure), Some(place)) = (disclosures.get(position), self.places.get_mut(position))
        else {
            return Err(SdJwtError::Disclosure);
        };
        *place = Some(Place {
            path: path.clone(),
            within: self.within.clone(),
        });
        self.within.push(position);
        let value = self.value(disclosure.value(), path, depth);
        self.within.pop();
        value
    }
}

fn deeper(depth: usize) -> Result<usize, SdJwtError> {
    if depth < MAX_DEPTH {
        Ok(depth + 1)
    } else {
        Err(SdJwtError::TooLarge)
    }
}

/// The digest of a concealed element: an object with the one member `...` (RFC 9901, 4.2.4.2).
fn element_digest(item: &Value) -> Result<Option<&str>, SdJwtError> {
    match item.as_object().map(|object| (object.len(), object.get("..."))) {
        Some((1, Some(Value::String(digest)))) => Ok(Some(digest)),
        Some((_, Some(_))) => Err(SdJwtError::NameReserved),
        _ => Ok(None),
    }
}
