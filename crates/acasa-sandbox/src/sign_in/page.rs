//! The page's HTML: one form, no script, nothing from elsewhere.

use std::fmt::Write as _;

use acasa_domain::Language;
use acasa_gateway::ports::Instrument;
use acasa_protocol::sandbox::{SIGN_IN, SandboxPerson};

use super::words::Words;

const STYLE: &str = include_str!("page.css");

/// The page's content security policy. The form's answer redirects to the app's loopback listener,
/// which browsers count as a target of the form.
pub(super) fn policy() -> String {
    let hash = data_encoding::BASE64.encode(&acasa_crypto::digest::sha256(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self' http://127.0.0.1:*; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

pub(super) fn render(people: &[SandboxPerson], request: &str, language: Language) -> String {
    let words = Words::of(language);
    let request = escape(request);
    let mut html = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{} · Acasă</title><style>{STYLE}</style></head><body><p class=\"band\">{}</p><main>\
         <nav aria-label=\"{}\">",
        language.code(),
        words.title,
        words.band,
        words.languages,
    );
    for other in Language::ALL {
        let current = if other == language {
            " aria-current=\"true\""
        } else {
            ""
        };
        let code = other.code();
        let address = format!("{SIGN_IN}?request={request}&amp;lang={code}");
        add(
            &mut html,
            format_args!(
                "<a href=\"{address}\" lang=\"{code}\" hreflang=\"{code}\"{current}>{}</a>",
                code.to_uppercase()
            ),
        );
    }
    add(
        &mut html,
        format_args!(
            "</nav><h1>{}</h1><p>{}</p><form method=\"post\" action=\"{SIGN_IN}\">\
         <input type=\"hidden\" name=\"request\" value=\"{request}\">\
         <fieldset><legend>{}</legend><div class=\"people\">",
            words.title, words.explanation, words.person
        ),
    );
    for (index, person) in people.iter().enumerate() {
        let checked = if index == 0 { " checked" } else { "" };
        add(
            &mut html,
            format_args!(
                "<label><input type=\"radio\" name=\"person\" value=\"{}\"{checked}><span>{}<small>{}</small></span></label>",
                escape(&person.id),
                escape(&person.name),
                escape(&person.idnp)
            ),
        );
    }
    add(
        &mut html,
        format_args!("</div></fieldset><fieldset><legend>{}</legend>", words.instrument),
    );
    for instrument in Instrument::ALL {
        let checked = if instrument == Instrument::MobileSignature {
            " checked"
        } else {
            ""
        };
        add(
            &mut html,
            format_args!(
                "<label><input type=\"radio\" name=\"instrument\" value=\"{}\"{checked}><span>{}</span></label>",
                instrument.as_str(),
                words.instrument(instrument)
            ),
        );
    }
    add(
        &mut html,
        format_args!(
            "</fieldset><div class=\"actions\"><button class=\"primary\" name=\"action\" value=\"sign-in\">{}</button>\
         <button name=\"action\" value=\"deny\">{}</button></div></form></main></body></html>",
            words.sign_in, words.deny
        ),
    );
    html
}

fn add(html: &mut String, piece: std::fmt::Arguments<'_>) {
    html.write_fmt(piece).expect("a String takes any text");
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_is_escaped() {
        let html = render(&[], "\"><script>", Language::Ro);

        assert!(!html.contains("<script"));
    }

    #[test]
    fn every_language_has_its_own_page() {
        let pages = Language::ALL.map(|language| render(&[], "r", language));

        assert!(pages[0].contains("lang=\"ro\"") && pages[0].contains("Renunță"));
        assert!(pages[1].contains("Отказаться") && pages[2].contains("Cancel"));
    }
}
