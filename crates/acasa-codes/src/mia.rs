//! MIA instant payments of the National Bank of Moldova. The bank's standard is not published; the
//! form is the one every code seen has: `https://mia-qr.bnm.md/1/m/BNM/` and an identifier of the
//! provider's three letters and 32 hexadecimal digits. Amount and payee are known to the payer's bank only.

use crate::{ErrorCode, Inspection, Kind};
use url::Url;

const HOST: &str = "mia-qr.bnm.md";
const PROVIDERS: [(&str, &str); 3] = [
    ("AGR", "maib (Moldova Agroindbank)"),
    ("MCB", "Moldindconbank"),
    ("BNM", "National Bank of Moldova"),
];

/// Exactly this host, by https, with nothing before it and no port. All else is a link like any other.
pub(crate) fn recognises(text: &str) -> bool {
    rest(text.trim()).is_some()
}

/// What follows `https://mia-qr.bnm.md`; scheme and host may be in capitals, as dense codes have them.
fn rest(text: &str) -> Option<&str> {
    let start = "https://".len() + HOST.len();
    let origin = text.get(..start)?;
    let ours = origin.eq_ignore_ascii_case(&format!("https://{HOST}"));
    text.get(start..)
        .filter(|rest| ours && (rest.is_empty() || rest.starts_with(['/', '?', '#'])))
}

pub(crate) fn inspect(text: &str) -> Inspection {
    let mut inspection = Inspection::new(Kind::Mia);
    let text = text.trim();
    inspection.set("url", text);
    let rest = rest(text).unwrap_or_default();
    inspection.require(Url::parse(text).is_ok(), ErrorCode::UrlInvalid, "url");
    let parts: Vec<&str> = rest.split('/').collect();
    let [_, version, context, scheme, identifier] = parts.as_slice() else {
        inspection.error(ErrorCode::StructureInvalid, "url");
        return inspection;
    };
    inspection.set("version", *version);
    inspection.require(*version == "1", ErrorCode::VersionUnsupported, "version");
    inspection.set("payment_context", *context);
    inspection.require(
        matches!(*context, "m" | "e" | "i" | "0"),
        ErrorCode::FieldInvalid,
        "payment_context",
    );
    inspection.set("scheme", *scheme);
    inspection.require(*scheme == "BNM", ErrorCode::FieldInvalid, "scheme");
    inspection.set("identifier", *identifier);
    let provider: String = identifier.chars().take(3).collect();
    let number: String = identifier.chars().skip(3).collect();
    let lettered = provider.len() == 3 && provider.chars().all(|c| c.is_ascii_uppercase());
    let numbered = number.len() == 32 && number.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
    inspection.require(lettered && numbered, ErrorCode::FieldInvalid, "identifier");
    if lettered {
        let name = PROVIDERS
            .iter()
            .find(|(code, _)| *code == provider)
            .map(|(_, name)| *name);
        inspection.set("provider", provider);
        inspection.set_some("provider_name", name.unwrap_or_default());
    }
    inspection
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_payment_code_is_read() {
        let inspection = inspect("https://mia-qr.bnm.md/1/m/BNM/MCB0123456789abcdef0123456789abcdef");
        assert_eq!(inspection.errors(), []);
        assert_eq!(inspection.fields()["provider"], "MCB");
    }

    #[test]
    fn only_the_exact_host_by_https_is_the_bank_s() {
        for text in [
            "http://mia-qr.bnm.md/1/m/BNM/X",
            "https://mia-qr.bnm.md.example.com/1/m/BNM/X",
            "https://mia-qr.bnm.md@example.com/",
            "https://mia-qr.bnm.md:8443/1",
            "https://x@mia-qr.bnm.md/1",
            "https://mia-qr-bnm.md/1",
        ] {
            assert!(!recognises(text), "{text}");
        }
    }

    #[test]
    fn another_form_on_the_bank_s_host_is_refused() {
        let code = "AGR00000000000000000000000000000001";
        for path in [
            "",
            "/",
            &format!("/2/m/BNM/{code}"),
            &format!("/1/x/BNM/{code}"),
            &format!("/1/m/XXX/{code}"),
            &format!("/1/m/BNM/{code}0"),
            &format!("/1/m/BNM/{code}?x=1"),
            &format!("/1/m/BNM/{code}/"),
            "/1/m/BNM/agr00000000000000000000000000000001",
        ] {
            assert!(
                !inspect(&format!("https://mia-qr.bnm.md{path}")).well_formed(),
                "{path}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = (recognises(&text), inspect(&format!("https://mia-qr.bnm.md/{text}")));
        }
    }
}
