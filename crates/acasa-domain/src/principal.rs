//! Who a record belongs to, and who acts.

use crate::{DomainError, Flaw, Idno, Idnp, Subject};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

const PERSON: &str = "urn:md:idnp:";
const ORGANIZATION: &str = "urn:md:idno:";

/// Whose a record is, or on whose behalf something is done. Written as a URN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Principal {
    /// A person: `urn:md:idnp:…`.
    Person(Idnp),
    /// A legal entity: `urn:md:idno:…`.
    Organization(Idno),
}

/// The person who does something, for themself or for another principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Actor(Idnp);

impl Actor {
    /// The person with this number.
    pub const fn new(person: Idnp) -> Self {
        Self(person)
    }

    /// The person's number.
    pub const fn idnp(self) -> Idnp {
        self.0
    }

    /// The person as the owner of their own records.
    pub const fn as_principal(self) -> Principal {
        Principal::Person(self.0)
    }

    /// Whether acting for `principal` is acting for oneself, which needs no power.
    pub fn is(self, principal: Principal) -> bool {
        self.as_principal() == principal
    }
}

impl From<Idnp> for Principal {
    fn from(idnp: Idnp) -> Self {
        Self::Person(idnp)
    }
}

impl From<Idno> for Principal {
    fn from(idno: Idno) -> Self {
        Self::Organization(idno)
    }
}

impl FromStr for Principal {
    type Err = DomainError;

    fn from_str(urn: &str) -> Result<Self, DomainError> {
        if urn.is_empty() {
            return Err(DomainError::new(Subject::Principal, Flaw::Empty));
        }
        if let Some(number) = urn.strip_prefix(PERSON) {
            return number.parse().map(Self::Person).map_err(shifted);
        }
        if let Some(number) = urn.strip_prefix(ORGANIZATION) {
            return number.parse().map(Self::Organization).map_err(shifted);
        }
        Err(DomainError::located(Subject::Principal, Flaw::Prefix, 0))
    }
}

/// The number's flaw, with its place counted in the whole URN.
fn shifted(error: DomainError) -> DomainError {
    let at = PERSON.len() + error.at().unwrap_or(0);
    DomainError::located(error.subject(), error.flaw(), at)
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(idnp) => write!(f, "{PERSON}{idnp}"),
            Self::Organization(idno) => write!(f, "{ORGANIZATION}{idno}"),
        }
    }
}

impl TryFrom<String> for Principal {
    type Error = DomainError;

    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<Principal> for String {
    fn from(principal: Principal) -> Self {
        principal.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const URN: &str = "urn:md:idnp:2999000000014";

    #[test]
    fn a_urn_names_a_person_or_an_organisation() {
        assert_eq!(
            URN.parse(),
            Ok(Principal::Person("2999000000014".parse().unwrap()))
        );
        let company: Principal = "urn:md:idno:1010600034203".parse().unwrap();
        assert_eq!(company, Principal::from("1010600034203".parse::<Idno>().unwrap()));
    }

    #[test]
    fn a_refusal_points_into_the_urn() {
        let cases = [
            ("", "principal_empty", None),
            ("2999000000014", "principal_prefix", Some(0)),
            ("URN:MD:IDNP:2999000000014", "principal_prefix", Some(0)),
            ("urn:md:idnp:2999000000015", "idnp_check_digit", Some(24)),
            ("urn:md:idno:2999000000014", "idno_prefix", Some(12)),
            ("urn:md:idnp:", "idnp_empty", Some(12)),
        ];
        for (text, code, at) in cases {
            let error = text.parse::<Principal>().unwrap_err();
            assert_eq!((error.code(), error.at()), (code, at), "{text}");
        }
    }

    #[test]
    fn debug_hides_whose_number_it_is() {
        let principal: Principal = URN.parse().unwrap();
        assert_eq!(format!("{principal:?}"), "Person(Idnp(•••))");
    }

    #[test]
    fn an_actor_needs_no_power_for_themself_only() {
        let actor = Actor::new("2999000000014".parse().unwrap());

        assert!(actor.is(URN.parse().unwrap()));
        assert!(!actor.is("urn:md:idno:1010600034203".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(body in "[02][0-9]{11}") {
            let principal = Principal::from(Idnp::from_body(&body).unwrap());
            prop_assert_eq!(principal.to_string().parse::<Principal>(), Ok(principal));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in any::<String>()) {
            let urn = format!("{PERSON}{text}");
            prop_assert!(text.parse::<Principal>().is_err());
            prop_assert!(urn.parse::<Principal>().is_err());
        }
    }
}
