//! The words of the domain: identifiers, bank accounts, telephone numbers, money, dates, localised
//! text, localities, principal and actor.
//!
//! Every type here can hold only a right value: it is made by parsing, and a refusal says what is
//! wrong and at which character. Nothing here reads a clock, draws randomness or touches a disk.
//! What carries personal data (a personal number, an account, a telephone) hides it in `Debug`.
//!
//! It is not a wire format (`acasa-protocol`) and holds no words for the screen beyond the names of
//! months and currencies (`messages/`).
//!
//! ```
//! use acasa_domain::{Currency, Iban, Idnp, Language, Money};
//!
//! let idnp: Idnp = "2999000000014".parse()?;
//! assert_eq!(format!("{idnp:?}"), "Idnp(•••)");
//!
//! let account: Iban = "md77 trga aa14 1534 0100 0000".parse()?;
//! assert_eq!(account.country(), "MD");
//!
//! let due = Money::parse("1 250,00 lei", Language::Ro, Currency::MDL)?;
//! assert_eq!(due.minor(), 125_000);
//!
//! let refused = "2999000000015".parse::<Idnp>().unwrap_err();
//! assert_eq!((refused.code(), refused.at()), ("idnp_check_digit", Some(12)));
//! # Ok::<(), acasa_domain::DomainError>(())
//! ```
#![forbid(unsafe_code)]

mod error;
mod iban;
mod language;
mod locality;
mod money;
mod phone;
mod principal;
mod state_number;
pub mod time;

pub use error::{DomainError, Flaw, Subject};
pub use iban::Iban;
pub use language::{Language, LocalizedText};
pub use locality::{CuatmCode, Locality, LocalityKind, StatisticalCode};
pub use money::{Currency, Money};
pub use phone::{PhoneKind, PhoneNumber};
pub use principal::{Actor, Principal};
pub use state_number::{Idno, Idnp};
pub use time::{Date, Timestamp};
