//! The verdict: one function from the checks that were made to one of three words.
//!
//! Every check is one of a closed list of names, passed, failed or was skipped, and carries a
//! stable detail for programs. A skipped check says whether it leaves the question open: a
//! credential without a status reference skips `status` and nothing is open; a credential *with*
//! one, and no list to look it up in, leaves it open.

use std::fmt;

/// The closed list of checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CheckName {
    /// The bytes are the format they claim to be.
    Parse,
    /// The signer's certificate leads to an anchor and is within its scope.
    IssuerChain,
    /// The issuer's signature.
    IssuerSignature,
    /// Each disclosed element has its digest under the issuer's signature.
    Digests,
    /// The time is within the issuer's validity.
    Validity,
    /// The holder's device signed or authenticated this showing.
    DeviceSignature,
    /// What the device signed belongs to this session.
    Transcript,
    /// The showing is of now.
    Freshness,
    /// The showing was not seen before.
    Replay,
    /// The issuer has not revoked or suspended the credential.
    Status,
    /// The key binding of an SD-JWT.
    KeyBinding,
}

impl CheckName {
    /// Every name, in the order checks are made.
    pub const ALL: [Self; 11] = [
        Self::Parse,
        Self::IssuerChain,
        Self::IssuerSignature,
        Self::Digests,
        Self::Validity,
        Self::DeviceSignature,
        Self::Transcript,
        Self::Freshness,
        Self::Replay,
        Self::Status,
        Self::KeyBinding,
    ];

    /// The name as programs see it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Parse => "parse",
            Self::IssuerChain => "issuer_chain",
            Self::IssuerSignature => "issuer_signature",
            Self::Digests => "digests",
            Self::Validity => "validity",
            Self::DeviceSignature => "device_signature",
            Self::Transcript => "transcript",
            Self::Freshness => "freshness",
            Self::Replay => "replay",
            Self::Status => "status",
            Self::KeyBinding => "key_binding",
        }
    }
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It was not made, and there was nothing to make: the format or credential has no such thing.
    NotApplicable,
    /// It could not be made for want of something: the verdict stays open.
    Open,
}

impl Outcome {
    /// The outcome as programs see it: both kinds of unmade checks are `skipped`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable | Self::Open => "skipped",
        }
    }
}

/// One check, its outcome and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// Which check.
    pub name: CheckName,
    /// What came of it.
    pub outcome: Outcome,
    /// A stable word for the reason, `ok` where there is nothing to say.
    pub detail: &'static str,
}

impl Check {
    /// A check that holds.
    pub const fn pass(name: CheckName, detail: &'static str) -> Self {
        Self {
            name,
            outcome: Outcome::Pass,
            detail,
        }
    }

    /// A check that does not hold.
    pub const fn fail(name: CheckName, detail: &'static str) -> Self {
        Self {
            name,
            outcome: Outcome::Fail,
            detail,
        }
    }

    /// A check there was nothing to make of.
    pub const fn not_applicable(name: CheckName, detail: &'static str) -> Self {
        Self {
            name,
            outcome: Outcome::NotApplicable,
            detail,
        }
    }

    /// A check that could not be made.
    pub const fn open(name: CheckName, detail: &'static str) -> Self {
        Self {
            name,
            outcome: Outcome::Open,
            detail,
        }
    }
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Every check that applies was made and holds.
    Valid,
    /// A check failed.
    Invalid,
    /// Nothing failed, and something could not be checked.
    Unverifiable,
}

impl Verdict {
    /// The verdict as programs see it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Unverifiable => "unverifiable",
        }
    }

    /// The verdict over several documents: one invalid makes all invalid, one open leaves all open.
    pub fn of_all(verdicts: impl IntoIterator<Item = Self>) -> Self {
        verdicts
            .into_iter()
            .fold(None, |worst, next| {
                Some(worst.map_or(next, |worst: Self| worst.worse(next)))
            })
            .unwrap_or(Self::Invalid)
    }

    const fn worse(self, other: Self) -> Self {
        match (self, other) {
            (Self::Invalid, _) | (_, Self::Invalid) => Self::Invalid,
            (Self::Unverifiable, _) | (_, Self::Unverifiable) => Self::Unverifiable,
            (Self::Valid, Self::Valid) => Self::Valid,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The verdict of a credential.
///
/// Invalid where any check failed; unverifiable where any could not be made; valid otherwise. A
/// list of checks in which the issuer's signature does not even appear as passed is never valid.
pub fn verdict(checks: &[Check]) -> Verdict {
    if checks.iter().any(|check| check.outcome == Outcome::Fail) {
        return Verdict::Invalid;
    }
    let signed = Check::pass(CheckName::IssuerSignature, "ok");
    let is_signed = checks
        .iter()
        .any(|check| check.name == signed.name && check.outcome == signed.outcome);
    if !is_signed || checks.iter().any(|check| check.outcome == Outcome::Open) {
        return Verdict::Unverifiable;
    }
    Verdict::Valid
}

/// What a verifier's screen may say: the verdict, and whether the person before one was tied to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Green: genuine, and shown now by its holder or compared with the photograph.
    Genuine,
    /// Genuine, but not proved to be this person's: neither a challenge nor a compared photograph.
    GenuineNotProved,
    /// Amber: something could not be checked.
    Unverifiable,
    /// Red: a check failed.
    Refused,
}

/// The answer for a screen: green needs a challenge that was answered, or a photograph compared by eye.
pub const fn answer(verdict: Verdict, challenge_answered: bool, photo_compared: bool) -> Answer {
    match verdict {
        Verdict::Invalid => Answer::Refused,
        Verdict::Unverifiable => Answer::Unverifiable,
        Verdict::Valid if challenge_answered || photo_compared => Answer::Genuine,
        Verdict::Valid => Answer::GenuineNotProved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: Check = Check::pass(CheckName::IssuerSignature, "ok");

    #[test]
    fn one_failed_check_makes_the_verdict_invalid_whatever_else_is_open() {
        for name in CheckName::ALL {
            let checks = [
                SIGNED,
                Check::open(CheckName::Status, "no_list"),
                Check::fail(name, "x"),
            ];
            assert_eq!(verdict(&checks), Verdict::Invalid, "{}", name.as_str());
        }
    }

    #[test]
    fn an_open_check_leaves_the_verdict_unverifiable() {
        for name in CheckName::ALL {
            assert_eq!(verdict(&[SIGNED, Check::open(name, "x")]), Verdict::Unverifiable);
        }
    }

    #[test]
    fn a_check_that_does_not_apply_changes_nothing() {
        for name in CheckName::ALL {
            assert_eq!(
                verdict(&[SIGNED, Check::not_applicable(name, "x")]),
                Verdict::Valid
            );
        }
    }

    #[test]
    fn nothing_is_valid_without_the_issuers_signature() {
        assert_eq!(verdict(&[]), Verdict::Unverifiable);
        assert_eq!(
            verdict(&[Check::pass(CheckName::Parse, "ok")]),
            Verdict::Unverifiable
        );
    }

    #[test]
    fn several_documents_are_as_good_as_the_worst() {
        use Verdict::{Invalid, Unverifiable, Valid};
        assert_eq!(Verdict::of_all([Valid, Unverifiable, Valid]), Unverifiable);
        assert_eq!(Verdict::of_all([Valid, Unverifiable, Invalid]), Invalid);
        assert_eq!(Verdict::of_all([Valid, Valid]), Valid);
        assert_eq!(Verdict::of_all([]), Invalid);
    }

    #[test]
    fn green_needs_a_challenge_or_a_compared_photograph() {
        assert_eq!(answer(Verdict::Valid, false, false), Answer::GenuineNotProved);
        assert_eq!(answer(Verdict::Valid, true, false), Answer::Genuine);
        assert_eq!(answer(Verdict::Valid, false, true), Answer::Genuine);
        assert_eq!(answer(Verdict::Unverifiable, true, true), Answer::Unverifiable);
        assert_eq!(answer(Verdict::Invalid, true, true), Answer::Refused);
    }
}
