//! What an authority is called.

use std::{fmt, str::FromStr};

use super::AuthorityError;

/// The longest name: with ` CNDDCM Document Signer` behind it, it is as long as a common name may be
/// (RFC 5280, A.1: 64).
const LONGEST: usize = 41;

/// What an authority's certificates are called after: `Acasa` gives `Acasa IACA`, `Acasa Status`.
///
/// At most 41 ASCII letters, digits, spaces, full stops and hyphens, a letter or digit at both ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityName(String);

impl Default for AuthorityName {
    fn default() -> Self {
        Self("Acasa".to_owned())
    }
}

impl fmt::Display for AuthorityName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for AuthorityName {
    type Err = AuthorityError;

    fn from_str(text: &str) -> Result<Self, AuthorityError> {
        let is_end = |letter: char| letter.is_ascii_alphanumeric();
        let is_plain = |letter: char| is_end(letter) || " .-".contains(letter);
        if text.starts_with(is_end)
            && text.ends_with(is_end)
            && text.chars().all(is_plain)
            && text.len() <= LONGEST
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(AuthorityError::Name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_plain_and_not_empty() {
        let longest = "a".repeat(LONGEST);
        for name in ["A", "Acasa Sandbox", "Acasa 2.0-b", &longest] {
            assert_eq!(AuthorityName::from_str(name).unwrap().to_string(), name);
        }
        let longer = "a".repeat(LONGEST + 1);
        for name in [
            "", " ", "Acasă", "a ", " a", "a.", "a,C=RO", "a+b", "a\"b", &longer,
        ] {
            let refused = AuthorityName::from_str(name).unwrap_err();
            assert_eq!(refused.code(), "authority_name", "{name}");
        }
    }
}
