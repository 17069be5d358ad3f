//! Links of every other kind.

use crate::{ErrorCode, Inspection, Kind, WarningCode, host};
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
    if text.is_empty() || text.chars().any(char::is_whitespace) && !has_known_scheme(text) {
        return false;
    }
    has_known_scheme(text) || has_authority(text) || is_bare(text)
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
    let text = text.trim();
    inspection.warn_all(crate::text::hidden_characters(text).then_some(WarningCode::HiddenCharacters));
    let bare = !has_known_scheme(text) && !has_authority(text);
    let url = if bare {
        Url::parse(&format!("https://{text}"))
    } else {
        Url::parse(text)
    };
    inspection.warn_all(bare.then_some(WarningCode::SchemeMissing));
    if let Ok(url) = url {
        describe(&url, text, &mut inspection);
    } else {
        inspection.set("url", text);
        inspection.error(ErrorCode::UrlInvalid, "url");
    }
    inspection
}

fn describe(url: &Url, text: &str, inspection: &mut Inspection) {
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

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = (recognises(&text), inspect(&text), inspect(&format!("https://{text}")));
        }
    }
}
