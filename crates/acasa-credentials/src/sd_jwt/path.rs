//! Where a claim stands (OpenID4VP 1.0, 7: claims path pointer).

use serde_json::{Map, Value};

/// One step towards a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathSegment {
    /// A member of an object.
    Name(String),
    /// An element of an array, counted from 0 with everything disclosed.
    Index(usize),
    /// Every element of an array.
    Every,
}

impl PathSegment {
    fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Every, Self::Index(_)) | (Self::Index(_), Self::Every) => true,
            _ => self == other,
        }
    }
}

/// Steps from the top to a claim.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClaimPath(Vec<PathSegment>);

impl ClaimPath {
    /// A path from its segments.
    pub fn new(segments: Vec<PathSegment>) -> Self {
        Self(segments)
    }

    /// A path of names only.
    pub fn of_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(
            names
                .into_iter()
                .map(|name| PathSegment::Name(name.to_owned()))
                .collect(),
        )
    }

    /// The steps.
    pub fn segments(&self) -> &[PathSegment] {
        &self.0
    }

    /// The path one step further down.
    #[must_use]
    pub fn join(&self, segment: PathSegment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }

    /// Whether one of the two leads through or ends at the other: disclosing either involves both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(left, right)| left.meets(right))
    }
}

impl ClaimPath {
    /// Whether it points at something in `contents`.
    pub(super) fn exists_in(&self, contents: &Map<String, Value>) -> bool {
        match self.0.split_first() {
            Some((PathSegment::Name(name), rest)) => {
                contents.get(name).is_some_and(|value| exists(rest, value))
            }
            _ => false,
        }
    }
}

fn exists(segments: &[PathSegment], value: &Value) -> bool {
    match segments.split_first() {
        None => true,
        Some((PathSegment::Name(name), rest)) => value.get(name).is_some_and(|value| exists(rest, value)),
        Some((PathSegment::Index(index), rest)) => value.get(*index).is_some_and(|value| exists(rest, value)),
        Some((PathSegment::Every, rest)) => value
            .as_array()
            .is_some_and(|items| items.iter().any(|item| exists(rest, item))),
    }
}
