//! Links of every other kind.

use crate::{ErrorCode, Inspection, Kind, WarningCode, host, semicolon};
use url::Url;

/// Endings of names that people write without a scheme.
const ENDINGS: [&str; 12] = [
    ".md", ".com", ".org", ".net", ".eu", ".ro", ".ru", ".info", ".gov", ".io", ".app", ".me",
];

/// Schemes of things other than pages.
const SCHEMES: [&str; 20] = [
    "mailto",
    "tel",
    "sms",
    "smsto",
    "mms",
    "geo",
    "maps",
    "market",
    "javascript",
    "data",
    "vbscript",
    "file",
    "blob",
    "bitcoin",
    "ethereum",
    "intent",
    "ftp",
    "ws",
    "wss",
    "facetime",
];

pub(crate) fn recognises(text: &str) -> bool {
    let text = text.trim();
    if wrapped(text).is_some() {
        return true;
    }
    if text.is_empty() || text.chars().any(char::is_whitespace) && !has_known_scheme(text) {
        return false;
    }
    has_known_scheme(text) || has_authority(text) || is_bare(text)
}

/// The address in forms older than links: `URL:`, `URLTO:title:address`, the bookmark `MEBKM:` and the
/// message `MATMSG:`, which is a `mailto:` in other words.
fn wrapped(text: &str) -> Option<String> {
    let (name, rest) = text.split_once(':')?;
    let field = |wanted: &str| {
        let (fields, _) = semicolon::fields(rest);
        let found = fields.into_iter().find(|(key, _)| key == wanted);
        found.map(|(_, value)| semicolon::unescape(&value))
    };
    let is_link = |text: &String| has_known_scheme(text) || has_authority(text) || is_bare(text);
    match name.to_ascii_uppercase().as_str() {
        "URL" => Some(rest.trim().to_owned()).filter(is_link),
        "URLTO" => rest
            .split_once(':')
            .map(|(_, address)| address.trim().to_owned())
            .filter(is_link),
        "MEBKM" => field("URL").filter(is_link),
        "MATMSG" => field("TO").map(|to| format!("mailto:{to}")),
        _ => None,
    }
}

/// Whether a web address is written as RFC 3986 has it. Of backslashes, line breaks and missing slashes
/// before its path readers make different hosts, so such a text names none.
pub(crate) fn is_plain(text: &str) -> bool {
    let rest = text.split_once(':').map_or("", |(_, rest)| rest);
    let Some(rest) = rest.strip_prefix("//") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !authority.is_empty()
        && !authority
            .chars()
            .any(|c| c == '\\' || c.is_control() || c.is_whitespace())
}

fn scheme(text: &str) -> Option<String> {
    let (scheme, _) = text.split_once(':')?;
    let shaped = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    shaped.then(|| scheme.to_ascii_lowercase())
}

fn has_known_scheme(text: &str) -> bool {
    let known = |scheme: &str| matches!(scheme, "http" | "https") || SCHEMES.contains(&scheme);
    scheme(text).is_some_and(|scheme| known(&scheme))
}

/// `anything://…`: the scheme of an app.
fn has_authority(text: &str) -> bool {
    scheme(text).is_some_and(|scheme| {
        text.get(scheme.len()..)
            .is_some_and(|rest| rest.starts_with("://"))
    })
}

/// `www.example.md`, `mpay.gov.md/plata`: what a phone would open as a page.
fn is_bare(text: &str) -> bool {
    let host = text
        .split(['/', '?', '#', ':'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let shaped = host
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        && !host.starts_with('.');
    shaped
        && (host.starts_with("www.")
            || ENDINGS
                .iter()
                .any(|ending| host.len() > ending.len() && host.ends_with(ending)))
}

pub(crate) fn inspect(text: &str) -> Inspection {
    let mut inspection = Inspection::new(Kind::Link);
    let unwrapped = wrapped(text.trim());
    let text = unwrapped.as_deref().unwrap_or(text).trim();
    inspection.warn_all(crate::text::hidden_characters(text).then_some(WarningCode::HiddenCharacters));
    let bare = !has_known_scheme(text) && !has_authority(text);
    let url = if bare {
        Url::parse(&format!("https://{text}"))
    } else {
        Url::parse(text)
    };
    inspection.warn_all(bare.then_some(WarningCode::SchemeMissing));
    if let Ok(url) = url {
        describe(&url, text, bare, &mut inspection);
    } else {
        inspection.set("url", text);
        inspection.error(ErrorCode::UrlInvalid, "url");
    }
    inspection
}

fn describe(url: &Url, text: &str, bare: bool, inspection: &mut Inspection) {
    // The text as it stands where the address has a form of its own, so that nothing is hidden.
    inspection.set("url", text);
    inspection.set("scheme", url.scheme());
    if let Some(name) = url.host_str() {
        inspection.set("host", name);
        let (shown, _) = idna::domain_to_unicode(name);
        if shown != name {
            inspection.set("host_unicode", shown);
        }
        inspection.set("government", host::is_government(name));
    }
    match url.scheme() {
        "http" | "https" | "ftp" | "ws" | "wss" => {
            let plain = bare || is_plain(text);
            inspection.require(plain, ErrorCode::UrlInvalid, "url");
            inspection.set("path", url.path());
            inspection.warn_all(host::warnings(url));
        }
        "javascript" | "data" | "vbscript" | "file" | "blob" | "intent" => {
            inspection.warn(WarningCode::ActiveContent);
        }
        "tel" | "facetime" => target(url, WarningCode::StartsCall, inspection),
        "sms" | "smsto" | "mms" | "mailto" => target(url, WarningCode::SendsMessage, inspection),
        "geo" | "maps" => inspection.set("target", url.path()),
        _ => inspection.warn(WarningCode::UnknownScheme),
    }
}

fn target(url: &Url, warning: WarningCode, inspection: &mut Inspection) {
    inspection.set("target", url.path());
    inspection.warn(warning);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn links_with_and_without_a_scheme_are_links() {
        for text in [
            "https://example.com",
            "HTTP://EXAMPLE.COM",
            "www.example.md",
            "mpay.gov.md/x",
            "tel:112",
            "app://x",
        ] {
            assert!(recognises(text), "{text}");
        }
        for text in ["Bună ziua", "a: b", "12:30", "note.txt", "", "DOC:123:456"] {
            assert!(!recognises(text), "{text}");
        }
    }

    #[test]
    fn what_would_run_is_called_out() {
        assert_eq!(
            inspect("javascript:alert(1)").warnings(),
            [WarningCode::ActiveContent]
        );
        assert_eq!(
            inspect("data:text/html,x").warnings(),
            [WarningCode::ActiveContent]
        );
        assert_eq!(inspect("tel:112").warnings(), [WarningCode::StartsCall]);
    }

    #[test]
    fn an_address_without_a_host_is_refused() {
        assert_eq!(inspect("https://").errors()[0].code, ErrorCode::UrlInvalid);
        assert_eq!(
            inspect("https://exa mple/").errors()[0].code,
            ErrorCode::UrlInvalid
        );
    }

    #[test]
    fn an_address_that_readers_take_differently_is_refused() {
        for text in [
            "https:mpay.gov.md",
            r"https:\\mpay.gov.md",
            r"https://mpay.gov.md\@example.com/",
            "https://gov.md\t.example.com/",
        ] {
            let inspection = inspect(text);
            assert_eq!(inspection.errors()[0].code, ErrorCode::UrlInvalid, "{text}");
        }
        assert!(inspect(r"https://example.com/a\b").well_formed());
    }

    #[test]
    fn older_forms_are_the_link_in_them() {
        let of = |text: &str| {
            assert!(recognises(text), "{text}");
            inspect(text).fields()["url"].clone()
        };
        assert_eq!(of("URL:https://example.com/"), "https://example.com/");
        assert_eq!(of("urlto:Știri:https://example.com/"), "https://example.com/");
        assert_eq!(
            of(r"MEBKM:TITLE:x;URL:http\://example.com;;"),
            "http://example.com"
        );
        let message = inspect("MATMSG:TO:ion@example.md;SUB:x;BODY:y;;");
        assert_eq!(message.fields()["target"], "ion@example.md");
        assert_eq!(message.warnings(), [WarningCode::SendsMessage]);
        assert!(!recognises("URL:") && !recognises("url: ceva"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = (recognises(&text), inspect(&text), inspect(&format!("https://{text}")));
        }
    }
}
