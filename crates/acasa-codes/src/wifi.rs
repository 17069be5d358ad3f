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
            inspection.set(name, unquoted(value));
        }
    }
    inspection.require(closed, ErrorCode::StructureInvalid, "end");
    network(&mut inspection);
    inspection
}

/// A value that could be taken for hexadecimal may stand in double quotes.
fn unquoted(value: &str) -> &str {
    value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value)
}

fn network(inspection: &mut Inspection) {
    let field = |name: &str| {
        inspection
            .fields()
            .get(name)
            .and_then(|value| value.as_str())
            .unwrap_or_default()
    };
    let (ssid, password) = (field("ssid").len(), field("password").chars().count());
    let authentication = field("authentication").to_ascii_uppercase();
    if ssid == 0 {
        inspection.error(ErrorCode::FieldMissing, "ssid");
    }
    // IEEE 802.11: a network's name has at most 32 octets.
    inspection.require(ssid <= 32, ErrorCode::FieldTooLong, "ssid");
    match authentication.as_str() {
        "" | "NOPASS" => inspection.warn(WarningCode::OpenNetwork),
        "WEP" => inspection.warn(WarningCode::WeakEncryption),
        "SAE" => inspection.require(password > 0, ErrorCode::FieldMissing, "password"),
        // IEEE 802.11, annex J: a passphrase has 8 to 63 characters, a key 64 hexadecimal digits.
        "WPA" | "WPA2" | "WPA3" | "WPA/WPA2" | "WPA2/WPA3" => {
            inspection.require((8..=64).contains(&password), ErrorCode::FieldInvalid, "password");
        }
        "WPA2-EAP" | "WPA3-EAP" | "EAP" => {}
        _ => inspection.error(ErrorCode::FieldInvalid, "authentication"),
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

    proptest! {
        #[test]
        fn any_escaped_name_reads_back(name in "[ -~]{1,32}") {
            let escaped: String = name.chars().flat_map(|c| {
                let escape = matches!(c, '\\' | ';' | ':' | ',' | '"').then_some('\\');
                escape.into_iter().chain([c])
            }).collect();
            prop_assume!(unquoted(&name) == name);
            let inspection = inspect(&format!("WIFI:S:{escaped};;"));
            prop_assert_eq!(&inspection.fields()["ssid"], &name);
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = (recognises(&text), inspect(&format!("WIFI:{text}")));
        }
    }
}
