//! Links with which another program opens the app: `acasa://scan?text=…`.
//!
//! A link carries a text for the scanner and nothing else: it is named there like any code, and acted on
//! only if the person agrees. It waits until the vault is open.

use crate::Acasa;
use crate::acasa::hold;
use acasa_api_types::LinkView;
use url::Url;

/// Longest text, in bytes: no code holds more.
const LONGEST: usize = 8192;

impl Acasa {
    /// Keeps a link's text until the page takes it; says whether it was one of ours.
    pub fn offer_link(&self, link: &str) -> bool {
        let text = text_of(link);
        let taken = text.is_some();
        if taken {
            *hold(&self.inner.link) = text;
        }
        taken
    }

    /// The text of the last link, once, and only while the vault is open.
    pub fn take_link(&self) -> LinkView {
        let open = self.vault().open().is_ok();
        let text = if open { hold(&self.inner.link).take() } else { None };
        LinkView { text }
    }
}

fn text_of(link: &str) -> Option<String> {
    if link.len() > 3 * LONGEST {
        return None;
    }
    let url = Url::parse(link).ok()?;
    if url.scheme() != "acasa" || url.host_str() != Some("scan") {
        return None;
    }
    let (_, text) = url.query_pairs().find(|(name, _)| name == "text")?;
    (!text.is_empty() && text.len() <= LONGEST).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_link_carries_a_text_for_the_scanner() {
        let text = text_of("acasa://scan?text=MD1%3AAB%2BC%20D");

        assert_eq!(text.as_deref(), Some("MD1:AB+C D"));
    }

    #[test]
    fn any_other_link_is_nothing() {
        for link in [
            "acasa://",
            "acasa://scan",
            "acasa://scan?text=",
            "acasa://pay?text=x",
            "https://scan?text=x",
            "acasa:scan?text=x",
            "nonsense",
        ] {
            assert_eq!(text_of(link), None, "{link}");
        }
        assert_eq!(
            text_of(&format!("acasa://scan?text={}", "x".repeat(LONGEST + 1))),
            None
        );
    }

    proptest! {
        #[test]
        fn no_link_makes_it_panic(link in "(acasa:)?\\PC*") {
            let _ = text_of(&link);
        }
    }
}
