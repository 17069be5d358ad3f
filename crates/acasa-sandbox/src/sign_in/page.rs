//! The page's HTML: one form, no script, nothing from elsewhere.

use std::fmt::Write as _;

use acasa_domain::Language;
use acasa_gateway::ports::Instrument;
use acasa_protocol::sandbox::{SIGN_IN, SandboxPerson};

use super::words::{self, particular};

const STYLE: &str = include_str!("page.css");
/// The app's mark.
const MARK: &str = "<svg viewBox=\"0 0 1024 1024\" width=\"40\" height=\"40\" aria-hidden=\"true\">\
    <rect class=\"ground\" width=\"1024\" height=\"1024\" rx=\"224\"/><path d=\"M232 520 512 264l280 256\"/>\
    <path d=\"M320 500v250a44 44 0 0 0 44 44h296a44 44 0 0 0 44-44V500\"/>\
    <rect class=\"window\" x=\"452\" y=\"560\" width=\"120\" height=\"120\" rx=\"20\"/></svg>";

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
    let text = |key| words::text(language, key);
    let request = escape(request);
    let mut html = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} · Acasă</title><style>{STYLE}</style></head><body><p class=\"band\">{}</p><main>\
         <header>{MARK}<nav aria-label=\"{}\">",
        language.code(),
        text("sandbox_band"),
        text("language_legend"),
        title = text("sandbox_page_title"),
    );
    for other in Language::ALL {
        add_language(&mut html, other, other == language, &request);
    }
    add(
        &mut html,
        format_args!(
            "</nav></header><h1>{}</h1><p>{}</p><form method=\"post\" action=\"{SIGN_IN}\">\
             <input type=\"hidden\" name=\"request\" value=\"{request}\">\
             <fieldset><legend>{}</legend><div class=\"people\">",
            text("sandbox_page_title"),
            text("sandbox_page_explanation"),
            text("sandbox_page_person"),
        ),
    );
    for (index, person) in people.iter().enumerate() {
        add_person(&mut html, person, index == 0, language);
    }
    add(
        &mut html,
        format_args!(
            "</div></fieldset><fieldset><legend>{}</legend><div class=\"instruments\">",
            text("sandbox_page_instrument")
        ),
    );
    let instruments = [
        (
            Instrument::MobileSignature,
            text("sandbox_instrument_mobile_signature"),
        ),
        (Instrument::Token, text("sandbox_instrument_token")),
        (Instrument::IdentityCard, text("sandbox_instrument_identity_card")),
        (Instrument::EvoSign, text("sandbox_instrument_evosign")),
    ];
    for (index, (instrument, name)) in instruments.into_iter().enumerate() {
        let checked = checked(index == 0);
        let value = instrument.as_str();
        add(
            &mut html,
            format_args!(
                "<label><input type=\"radio\" name=\"instrument\" value=\"{value}\"{checked}><span>{name}</span></label>"
            ),
        );
    }
    add(
        &mut html,
        format_args!(
            "</div></fieldset><div class=\"actions\"><button class=\"primary\" name=\"action\" value=\"sign-in\">{}</button>\
             <button name=\"action\" value=\"deny\">{}</button></div></form></main></body></html>",
            text("go_on"),
            text("give_up"),
        ),
    );
    html
}

/// A language by its own name.
fn add_language(html: &mut String, language: Language, current: bool, request: &str) {
    let (code, name) = match language {
        Language::Ro => ("ro", "Română"),
        Language::Ru => ("ru", "Русский"),
        Language::En => ("en", "English"),
    };
    let current = if current { " aria-current=\"true\"" } else { "" };
    add(
        html,
        format_args!(
            "<a href=\"{SIGN_IN}?request={request}&amp;lang={code}\" lang=\"{code}\" hreflang=\"{code}\"{current}>{name}</a>"
        ),
    );
}

fn add_person(html: &mut String, person: &SandboxPerson, first: bool, language: Language) {
    let particulars: Vec<&str> = person
        .traits
        .iter()
        .filter_map(|key| particular(language, key))
        .collect();
    add(
        html,
        format_args!(
            "<label><input type=\"radio\" name=\"person\" value=\"{}\"{}><span>{}<small>{}</small><small>{}</small></span></label>",
            escape(&person.id),
            checked(first),
            escape(&person.name),
            particulars.join(", "),
            escape(&person.idnp),
        ),
    );
}

fn checked(yes: bool) -> &'static str {
    if yes { " checked" } else { "" }
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
    fn every_language_has_its_own_page_with_words_for_all_it_says() {
        let pages = Language::ALL.map(|language| render(&[], "r", language));

        assert!(pages[0].contains("lang=\"ro\"") && pages[0].contains("Continuați"));
        assert!(pages[1].contains("Продолжить") && pages[2].contains("Continue"));
        for page in pages {
            assert!(
                !page.contains("sandbox_") && !page.contains("_legend"),
                "a key without words"
            );
        }
    }
}
