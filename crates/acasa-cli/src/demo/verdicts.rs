//! The verdicts that are due, and the comparing of them with those that are given.

use super::error::DemoError;
use super::timeline::Timeline;
use acasa_core::api::{CheckOutcomeView, FieldValueView, Headline, VerdictView};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A verdict that is due.
pub(super) struct Due<'a> {
    /// The file that holds the code.
    pub(super) file: &'static str,
    pub(super) headline: Headline,
    pub(super) reason: &'static str,
    /// What was tried, for the person who reads along.
    pub(super) words: &'a str,
}

/// What is shown last, in this order.
pub(super) const NOT_TO_BE_BELIEVED: [Due<'static>; 7] = [
    Due {
        file: "tampered/revoked.txt",
        headline: Headline::Rejected,
        reason: "revoked",
        words: "The driving licence, revoked since it was received",
    },
    Due {
        file: "tampered/of-another-state.txt",
        headline: Headline::Incomplete,
        reason: "signer_unknown",
        words: "A document that somebody issued to themselves",
    },
    Due {
        file: "tampered/element-changed.txt",
        headline: Headline::Rejected,
        reason: "digest_mismatch",
        words: "A letter changed in a genuine document",
    },
    Due {
        file: "tampered/element-dropped.txt",
        headline: Headline::Rejected,
        reason: "shown_mismatch",
        words: "A line left out of a genuine document",
    },
    Due {
        file: "tampered/issuer-signature.txt",
        headline: Headline::Rejected,
        reason: "cose_mismatch",
        words: "A bit changed in the issuer's signature",
    },
    Due {
        file: "tampered/device-signature.txt",
        headline: Headline::Rejected,
        reason: "cose_mismatch",
        words: "A bit changed in the holder's signature",
    },
    Due {
        file: "tampered/time-changed.txt",
        headline: Headline::Rejected,
        reason: "cose_mismatch",
        words: "An old code made to look new",
    },
];

/// Compares a verdict with the one that was due, and says it.
pub(super) fn judge(
    due: &Due<'_>,
    verdict: &VerdictView,
    facts: Value,
    timeline: &mut Timeline<'_>,
) -> Result<(), DemoError> {
    if verdict.headline != due.headline || verdict.reason != due.reason {
        return Err(DemoError::Verdict {
            file: due.file,
            headline: verdict.headline,
            reason: verdict.reason.clone(),
        });
    }
    let (verdict_word, headline) = match verdict.headline {
        Headline::Authentic => ("valid", "authentic"),
        Headline::AuthenticNotBound => ("valid", "genuine, but not proved to be this person's"),
        Headline::Incomplete => ("unverifiable", "not fully checked"),
        Headline::Rejected => ("invalid", "rejected"),
    };
    // The check that decided; where all passed there is none.
    let deciding = verdict
        .checks
        .iter()
        .find(|check| {
            check.outcome != CheckOutcomeView::Pass && check.detail.as_deref() == Some(&verdict.reason)
        })
        .map(|check| &check.check);
    let mut line = json!({
        "file": due.file,
        "verdict": verdict_word,
        "reason": verdict.reason,
        "check": deciding,
        "verified_at": Timestamp::now().to_string(),
        "took_ms": verdict.took_ms,
    });
    if let (Value::Object(line), Value::Object(facts)) = (&mut line, facts) {
        line.extend(facts);
    }
    let words = match deciding {
        Some(check) => format!("{}: {headline} ({check}: {})", due.words, verdict.reason),
        None => format!("{}: {headline}", due.words),
    };
    timeline.step("verdict", &words, line);
    Ok(())
}

/// What a verdict tells of the person.
pub(super) fn said(verdict: &VerdictView) -> String {
    let value = |key: &str| {
        let field = verdict.fields.iter().find(|field| field.key == key)?;
        let FieldValueView::Text(text) = &field.value else {
            return None;
        };
        Some(text.as_str())
    };
    let names = [
        value("given_name"),
        value("family_name"),
        value("document_number"),
    ];
    names.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
