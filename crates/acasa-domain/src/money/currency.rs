//! Currencies of ISO 4217.

use crate::{DomainError, Flaw, Subject};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A currency of ISO 4217:2015, by its three letters. Metals, funds of accounts and test codes, which
/// have no minor unit, are not in the list.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// Moldovan leu.
    pub const MDL: Self = Self(*b"MDL");
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");
    /// United States dollar.
    pub const USD: Self = Self(*b"USD");
    /// Romanian leu.
    pub const RON: Self = Self(*b"RON");
    /// Swiss franc.
    pub const CHF: Self = Self(*b"CHF");

    /// The three letters.
    pub fn code(&self) -> &str {
        str::from_utf8(&self.0).expect("codes are ASCII letters")
    }

    /// The three-digit number, as EMVCo codes carry it (MDL is 498).
    pub fn numeric(self) -> u16 {
        self.entry().1
    }

    /// How many decimals the minor unit has (MDL 2, JPY 0, KWD 3).
    pub fn exponent(self) -> u8 {
        self.entry().2
    }

    /// The currency of a three-digit number.
    pub fn from_numeric(numeric: u16) -> Result<Self, DomainError> {
        let entry = CURRENCIES.iter().find(|entry| entry.1 == numeric);
        entry
            .map(|entry| Self(entry.0))
            .ok_or(DomainError::new(Subject::Currency, Flaw::Unknown))
    }

    fn entry(self) -> &'static Entry {
        find(self.0).expect("a currency is only made from the list")
    }
}

impl FromStr for Currency {
    type Err = DomainError;

    /// Capitals only, as the standard writes them.
    fn from_str(text: &str) -> Result<Self, DomainError> {
        if text.is_empty() {
            return Err(DomainError::new(Subject::Currency, Flaw::Empty));
        }
        if let Some(at) = text.chars().position(|character| !character.is_ascii_uppercase()) {
            return Err(DomainError::located(Subject::Currency, Flaw::Character, at));
        }
        let code = <[u8; 3]>::try_from(text.as_bytes())
            .map_err(|_| DomainError::located(Subject::Currency, Flaw::Length, text.len().min(3)))?;
        find(code)
            .map(|entry| Self(entry.0))
            .ok_or(DomainError::located(Subject::Currency, Flaw::Unknown, 0))
    }
}

fn find(code: [u8; 3]) -> Option<&'static Entry> {
    CURRENCIES
        .binary_search_by_key(&code, |entry| entry.0)
        .ok()
        .map(|row| &CURRENCIES[row])
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl TryFrom<String> for Currency {
    type Error = DomainError;

    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// Letters, number, decimals.
type Entry = ([u8; 3], u16, u8);

/// ISO 4217 list one (facts published by SIX, its maintenance agency), sorted by letters.
#[rustfmt::skip]
const CURRENCIES: &[Entry] = &[
    (*b"AED", 784, 2), (*b"AFN", 971, 2), (*b"ALL", 8, 2), (*b"AMD", 51, 2), (*b"AOA", 973, 2),
    (*b"ARS", 32, 2), (*b"AUD", 36, 2), (*b"AWG", 533, 2), (*b"AZN", 944, 2), (*b"BAM", 977, 2),
    (*b"BBD", 52, 2), (*b"BDT", 50, 2), (*b"BHD", 48, 3), (*b"BIF", 108, 0), (*b"BMD", 60, 2),
    (*b"BND", 96, 2), (*b"BOB", 68, 2), (*b"BOV", 984, 2), (*b"BRL", 986, 2), (*b"BSD", 44, 2),
    (*b"BTN", 64, 2), (*b"BWP", 72, 2), (*b"BYN", 933, 2), (*b"BZD", 84, 2), (*b"CAD", 124, 2),
    (*b"CDF", 976, 2), (*b"CHE", 947, 2), (*b"CHF", 756, 2), (*b"CHW", 948, 2), (*b"CLF", 990, 4),
    (*b"CLP", 152, 0), (*b"CNY", 156, 2), (*b"COP", 170, 2), (*b"COU", 970, 2), (*b"CRC", 188, 2),
    (*b"CUP", 192, 2), (*b"CVE", 132, 2), (*b"CZK", 203, 2), (*b"DJF", 262, 0), (*b"DKK", 208, 2),
    (*b"DOP", 214, 2), (*b"DZD", 12, 2), (*b"EGP", 818, 2), (*b"ERN", 232, 2), (*b"ETB", 230, 2),
    (*b"EUR", 978, 2), (*b"FJD", 242, 2), (*b"FKP", 238, 2), (*b"GBP", 826, 2), (*b"GEL", 981, 2),
    (*b"GHS", 936, 2), (*b"GIP", 292, 2), (*b"GMD", 270, 2), (*b"GNF", 324, 0), (*b"GTQ", 320, 2),
    (*b"GYD", 328, 2), (*b"HKD", 344, 2), (*b"HNL", 340, 2), (*b"HTG", 332, 2), (*b"HUF", 348, 2),
    (*b"IDR", 360, 2), (*b"ILS", 376, 2), (*b"INR", 356, 2), (*b"IQD", 368, 3), (*b"IRR", 364, 2),
    (*b"ISK", 352, 0), (*b"JMD", 388, 2), (*b"JOD", 400, 3), (*b"JPY", 392, 0), (*b"KES", 404, 2),
    (*b"KGS", 417, 2), (*b"KHR", 116, 2), (*b"KMF", 174, 0), (*b"KPW", 408, 2), (*b"KRW", 410, 0),
    (*b"KWD", 414, 3), (*b"KYD", 136, 2), (*b"KZT", 398, 2), (*b"LAK", 418, 2), (*b"LBP", 422, 2),
    (*b"LKR", 144, 2), (*b"LRD", 430, 2), (*b"LSL", 426, 2), (*b"LYD", 434, 3), (*b"MAD", 504, 2),
    (*b"MDL", 498, 2), (*b"MGA", 969, 2), (*b"MKD", 807, 2), (*b"MMK", 104, 2), (*b"MNT", 496, 2),
    (*b"MOP", 446, 2), (*b"MRU", 929, 2), (*b"MUR", 480, 2), (*b"MVR", 462, 2), (*b"MWK", 454, 2),
    (*b"MXN", 484, 2), (*b"MXV", 979, 2), (*b"MYR", 458, 2), (*b"MZN", 943, 2), (*b"NAD", 516, 2),
    (*b"NGN", 566, 2), (*b"NIO", 558, 2), (*b"NOK", 578, 2), (*b"NPR", 524, 2), (*b"NZD", 554, 2),
    (*b"OMR", 512, 3), (*b"PAB", 590, 2), (*b"PEN", 604, 2), (*b"PGK", 598, 2), (*b"PHP", 608, 2),
    (*b"PKR", 586, 2), (*b"PLN", 985, 2), (*b"PYG", 600, 0), (*b"QAR", 634, 2), (*b"RON", 946, 2),
    (*b"RSD", 941, 2), (*b"RUB", 643, 2), (*b"RWF", 646, 0), (*b"SAR", 682, 2), (*b"SBD", 90, 2),
    (*b"SCR", 690, 2), (*b"SDG", 938, 2), (*b"SEK", 752, 2), (*b"SGD", 702, 2), (*b"SHP", 654, 2),
    (*b"SLE", 925, 2), (*b"SOS", 706, 2), (*b"SRD", 968, 2), (*b"SSP", 728, 2), (*b"STN", 930, 2),
    (*b"SVC", 222, 2), (*b"SYP", 760, 2), (*b"SZL", 748, 2), (*b"THB", 764, 2), (*b"TJS", 972, 2),
    (*b"TMT", 934, 2), (*b"TND", 788, 3), (*b"TOP", 776, 2), (*b"TRY", 949, 2), (*b"TTD", 780, 2),
    (*b"TWD", 901, 2), (*b"TZS", 834, 2), (*b"UAH", 980, 2), (*b"UGX", 800, 0), (*b"USD", 840, 2),
    (*b"USN", 997, 2), (*b"UYI", 940, 0), (*b"UYU", 858, 2), (*b"UYW", 927, 4), (*b"UZS", 860, 2),
    (*b"VED", 926, 2), (*b"VES", 928, 2), (*b"VND", 704, 0), (*b"VUV", 548, 0), (*b"WST", 882, 2),
    (*b"XAD", 396, 2), (*b"XAF", 950, 0), (*b"XCD", 951, 2), (*b"XCG", 532, 2), (*b"XOF", 952, 0),
    (*b"XPF", 953, 0), (*b"YER", 886, 2), (*b"ZAR", 710, 2), (*b"ZMW", 967, 2), (*b"ZWG", 924, 2),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_its_numbers_are_unique() {
        assert!(CURRENCIES.is_sorted_by(|a, b| a.0 < b.0));
        let mut numbers: Vec<u16> = CURRENCIES.iter().map(|entry| entry.1).collect();
        numbers.sort_unstable();
        assert!(numbers.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn the_leu_has_its_number_and_two_decimals() {
        assert_eq!(
            (
                Currency::MDL.code(),
                Currency::MDL.numeric(),
                Currency::MDL.exponent()
            ),
            ("MDL", 498, 2)
        );
        assert_eq!(Currency::from_numeric(498), Ok(Currency::MDL));
    }

    #[test]
    fn every_named_constant_is_in_the_list() {
        for currency in [
            Currency::MDL,
            Currency::EUR,
            Currency::USD,
            Currency::RON,
            Currency::CHF,
        ] {
            assert_eq!(currency.code().parse(), Ok(currency));
        }
    }

    #[test]
    fn a_refusal_says_what_is_wrong_and_where() {
        let cases = [
            ("", "currency_empty", None),
            ("mdl", "currency_character", Some(0)),
            ("ME", "currency_length", Some(2)),
            ("EURO", "currency_length", Some(3)),
            ("XXX", "currency_unknown", Some(0)),
        ];
        for (text, code, at) in cases {
            let error = text.parse::<Currency>().unwrap_err();
            assert_eq!((error.code(), error.at()), (code, at), "{text}");
        }
    }
}
