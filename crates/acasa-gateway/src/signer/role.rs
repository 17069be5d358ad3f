//! Which key, by what it is for.

use crate::{
    authority::{ROOT, STATUS, TRUST},
    issuance::configurations::IssuingBody,
};

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Certifies the others, and lists those it has revoked.
    Root,
    /// Documents of one body.
    Document(IssuingBody),
    /// Status lists.
    Status,
    /// The trust list.
    Trust,
}

impl Role {
    /// All of them.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let documents = IssuingBody::ALL.into_iter().map(Self::Document);
        [Self::Root, Self::Status, Self::Trust]
            .into_iter()
            .chain(documents)
    }

    /// The name of its key.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Root => ROOT,
            Self::Document(body) => body.as_str(),
            Self::Status => STATUS,
            Self::Trust => TRUST,
        }
    }

    /// The role of a key's name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::all().find(|role| role.as_str() == name)
    }
}
