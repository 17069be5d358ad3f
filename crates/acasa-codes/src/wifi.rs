//! The way into a Wi-Fi network: `WIFI:` (WPA3 Specification 3.1, section 7, and the ZXing form it
//! generalised).

use crate::{ErrorCode, Inspection, Kind, WarningCode, semicolon};

const PREFIX: &str = "WIFI:";

pub(crate) fn recognises(text: &str) -> bool {
    text.get(..PREFIX.len())
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case(PREFIX))
}

pub(crate) fn inspect(text: &str) -> Inspection {
    let mut inspection = Inspection::new(Kind::Wifi);
    let (fields, closed) = semicolon::fields(text.get(PREFIX.len()..).unwrap_or_default());
    for (key, value) in &fields {
        let name = match key.as_str() {
            "T" => "authentication",
            "S" => "ssid",
            "P" => "password",
            "H" => "hidden",
            "I" => "identifier",
            "K" => "public_key",
            "R" => "transition_disable",
            "E" => "eap_method",
            "A" => "anonymous_identity",
            "PH2" => "phase_2_method",
            _ => continue,
        };
        // `H` is a flag in one form and the EAP method in another, so it may stand twice.
        if inspection.fields().contains_key(name) {
            inspection.error(ErrorCode::FieldDuplicate, name);
        } else if name == "hidden" {
            inspection.set(name, value.eq_ignore_ascii_case("true"));
        } else {
            inspection.set(name, plain(value));
        }
    }
    inspection.require(closed, ErrorCode::StructureInvalid, "end");
    network(&mut inspection);
    inspection
}

/// A value that could be taken for hexadecimal may stand in double quotes; escaped ones are its own.
fn plain(value: &str) -> String {
    let quoted = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|inner| inner.chars().rev().take_while(|c| *c == '\\').count() % 2 == 0);
    semicolon::unescape(quoted.unwrap_or(value))
}

fn network(inspection: &mut Inspection) {
    let field = |name: &str| {
        inspection
            .fields()
            .get(name)
            .and_then(|value| value.as_str())
            .unwrap_or_default()
    };
    let password = field("password").to_owned();
    let (ssid, authentication) = (field("ssid").len(), field("authentication").to_ascii_uppercase());
    if ssid == 0 {
        inspection.error(ErrorCode::FieldMissing, "ssid");
    }
    // IEEE 802.11: a network's name has at most 32 octets.
    inspection.require(ssid <= 32, ErrorCode::FieldTooLong, "ssid");
    match authentication.as_str() {
        "" | "NOPASS" => inspection.warn(WarningCode::OpenNetwork),
        "WEP" => inspection.warn(WarningCode::WeakEncryption),
        "SAE" => inspection.require(!password.is_empty(), ErrorCode::FieldMissing, "password"),
        "WPA2-EAP" | "WPA3-EAP" | "EAP" => {}
        // Several generations may be named at once: `WPA/WPA2`.
        several
            if several
                .split('/')
                .all(|one| matches!(one, "WPA" | "WPA2" | "WPA3")) =>
        {
            inspection.require(is_passphrase(&password), ErrorCode::FieldInvalid, "password");
        }
        _ => inspection.error(ErrorCode::FieldInvalid, "authentication"),
    }
}

/// IEEE 802.11, annex J: a passphrase has 8 to 63 characters, a key 64 hexadecimal digits.
fn is_passphrase(password: &str) -> bool {
    match password.chars().count() {
        8..=63 => true,
        64 => password.chars().all(|c| c.is_ascii_hexdigit()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_protected_network_is_read_without_warnings() {
        let inspection = inspect("WIFI:T:WPA;S:Acasă;P:parola\\;lunga;H:true;;");
        assert_eq!(inspection.errors(), []);
        assert_eq!(inspection.fields()["password"], "parola;lunga");
        assert_eq!(inspection.fields()["hidden"], true);
        assert_eq!(inspection.warnings(), []);
    }

    #[test]
    fn an_open_network_is_called_out() {
        assert_eq!(
            inspect("WIFI:T:nopass;S:Cafe;;").warnings(),
            [WarningCode::OpenNetwork]
        );
        assert_eq!(inspect("WIFI:S:Cafe;;").warnings(), [WarningCode::OpenNetwork]);
        assert_eq!(
            inspect("WIFI:T:WEP;S:Cafe;P:12345;;").warnings(),
            [WarningCode::WeakEncryption]
        );
    }

    #[test]
    fn a_network_without_name_end_or_password_is_refused() {
        let refused = |text: &str| inspect(text).errors().first().map(|finding| finding.code);
        assert_eq!(refused("WIFI:T:WPA;P:password;;"), Some(ErrorCode::FieldMissing));
        assert_eq!(
            refused("WIFI:T:WPA;S:x;P:password"),
            Some(ErrorCode::StructureInvalid)
        );
        assert_eq!(refused("WIFI:T:WPA;S:x;P:short;;"), Some(ErrorCode::FieldInvalid));
        assert_eq!(refused("WIFI:T:X;S:x;;"), Some(ErrorCode::FieldInvalid));
    }

    #[test]
    fn quotes_around_a_value_are_dropped_and_escaped_ones_are_its_own() {
        let inspection = inspect(r#"WIFI:T:WPA/WPA2/WPA3;S:"1234ABCD";P:\"in quotes\";;"#);
        assert_eq!(inspection.errors(), []);
        assert_eq!(inspection.fields()["ssid"], "1234ABCD");
        assert_eq!(inspection.fields()["password"], "\"in quotes\"");
    }

    #[test]
    fn sixty_four_characters_are_a_key_and_a_key_is_hexadecimal() {
        let of = |password: &str| inspect(&format!("WIFI:T:WPA;S:x;P:{password};;")).well_formed();
        assert!(of(&"0123456789abcdef".repeat(4)));
        assert!(!of(&"0123456789abcdeg".repeat(4)));
        assert!(!of(&"a".repeat(65)));
    }

    proptest! {
        #[test]
        fn any_escaped_name_reads_back(name in "[ -~]{1,32}") {
            let escaped: String = name.chars().flat_map(|c| {
                let escape = matches!(c, '\\' | ';' | ':' | ',' | '"').then_some('\\');
                escape.into_iter().chain([c])
            }).collect();
            let inspection = inspect(&format!("WIFI:S:{escaped};;"));
            prop_assert_eq!(&inspection.fields()["ssid"], &name);
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = (recognises(&text), inspect(&format!("WIFI:{text}")));
        }
    }
}
