//! Which kind a text is. Each format knows its own; the order puts the narrow before the wide.

use crate::{Inspection, Kind, MAX_CHARACTERS, contact, emvco, epc, event, hcert, link, mia, mpay};
use crate::{openid4vci, openid4vp, smart_qr, swissqr, text, wifi};

type Format = (fn(&str) -> bool, fn(&str) -> Inspection);

const FORMATS: [Format; 11] = [
    (hcert::recognises, hcert::inspect),
    (epc::recognises, epc::inspect),
    (swissqr::recognises, swissqr::inspect),
    (contact::recognises, contact::inspect),
    (event::recognises, event::inspect),
    (wifi::recognises, wifi::inspect),
    (openid4vci::recognises, openid4vci::inspect),
    (openid4vp::recognises, openid4vp::inspect),
    (mia::recognises, mia::inspect),
    (mpay::recognises, mpay::inspect),
    (emvco::recognises, emvco::inspect),
];

/// Says what a text is, what it says, what is broken and what is risky.
pub fn inspect(text: &str) -> Inspection {
    // A proof with a portrait is copied as text longer than any one code, and has limits of its own.
    if smart_qr::recognises(text) {
        return smart_qr::inspect(text);
    }
    if text.chars().nth(MAX_CHARACTERS).is_some() {
        return text::too_long(text);
    }
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    match FORMATS.iter().find(|(recognises, _)| recognises(text)) {
        Some((_, inspect)) => inspect(text),
        None if link::recognises(text) => link::inspect(text),
        None => text::inspect(text),
    }
}

/// Says the same of the bytes of a code: as UTF-8, or in the character set an EPC payload declares.
pub fn inspect_bytes(bytes: &[u8]) -> Inspection {
    match std::str::from_utf8(bytes) {
        Ok(text) => inspect(text),
        Err(_) if bytes.len() > MAX_CHARACTERS => text::not_text(bytes),
        Err(_) => epc::decode(bytes).map_or_else(|| text::not_text(bytes), |text| inspect(&text)),
    }
}

/// Reads a text as one kind whatever it looks like: what a fuzz target per format calls.
pub fn inspect_as(kind: Kind, text: &str) -> Inspection {
    if text.chars().nth(MAX_CHARACTERS).is_some() {
        return text::too_long(text);
    }
    match kind {
        Kind::Proof | Kind::Challenge => smart_qr::inspect(text),
        Kind::OpenId4Vp => openid4vp::inspect(text),
        Kind::OpenId4Vci => openid4vci::inspect(text),
        Kind::MPay => mpay::inspect(text),
        Kind::Mia => mia::inspect(text),
        Kind::Emvco => emvco::inspect(text),
        Kind::Epc => epc::inspect(text),
        Kind::SwissQr => swissqr::inspect(text),
        Kind::Hcert => hcert::inspect(text),
        Kind::Wifi => wifi::inspect(text),
        Kind::Contact => contact::inspect(text),
        Kind::Event => event::inspect(text),
        Kind::Link => link::inspect(text),
        Kind::Text => text::inspect(text),
    }
}

/// Only the kind.
pub fn kind_of(text: &str) -> Kind {
    inspect(text).kind()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;
    use proptest::prelude::*;

    #[test]
    fn each_kind_is_told_apart() {
        let cases = [
            ("MD1:BB8", Kind::Proof),
            ("MD1C:BB8", Kind::Challenge),
            ("openid4vp://?client_id=x", Kind::OpenId4Vp),
            ("openid-credential-offer://?", Kind::OpenId4Vci),
            ("https://mpay.gov.md/", Kind::MPay),
            ("https://mia-qr.bnm.md/", Kind::Mia),
            ("00020101021163041234", Kind::Emvco),
            ("BCD\n002\n1\nSCT\n\nX\nMD00", Kind::Epc),
            ("SPC\n0200\n1", Kind::SwissQr),
            ("HC1:X", Kind::Hcert),
            ("WIFI:S:x;;", Kind::Wifi),
            ("MECARD:N:x;;", Kind::Contact),
            ("BEGIN:VEVENT\nEND:VEVENT", Kind::Event),
            ("https://example.com", Kind::Link),
            ("Bună ziua", Kind::Text),
        ];
        assert_eq!(cases.len(), Kind::ALL.len());
        for (text, kind) in cases {
            assert_eq!(kind_of(text), kind, "{text}");
        }
    }

    #[test]
    fn a_text_no_code_can_hold_is_not_read() {
        let inspection = inspect(&"a".repeat(MAX_CHARACTERS + 1));
        assert_eq!(inspection.errors()[0].code, ErrorCode::TooLong);
        assert!(inspect(&"a".repeat(MAX_CHARACTERS)).well_formed());
    }

    #[test]
    fn bytes_that_are_no_text_are_said_to_be_none() {
        assert_eq!(inspect_bytes(&[0xFF, 0xFE]).errors()[0].code, ErrorCode::NotText);
    }

    proptest! {
        #[test]
        fn no_text_panics_whatever_it_is_taken_for(text in any::<String>()) {
            for kind in Kind::ALL {
                let _ = inspect_as(*kind, &text);
            }
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = inspect_bytes(&bytes);
        }
    }
}
