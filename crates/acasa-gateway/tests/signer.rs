//! Keys in a process of their own: the real service, started, killed and started anew under a gateway.
//!
//! Each case runs the service in a child of this program.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "signer/cases.rs"]
mod cases;
#[path = "signer/child.rs"]
mod child;
#[expect(dead_code, reason = "the tests over HTTP use the rest")]
#[path = "world/world.rs"]
mod world;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// A sentence, and what shows it.
type Case = (&'static str, fn());

const CASES: &[Case] = &[
    (
        "a_document_signed_by_the_service_is_valid_and_every_signature_is_in_the_journal",
        cases::issues,
    ),
    (
        "a_service_killed_meanwhile_is_a_refusal_to_try_again_and_nothing_is_lost",
        cases::killed,
    ),
    ("a_key_replaced_meanwhile_is_taken_up", cases::rotated),
    (
        "a_journal_that_cannot_be_written_means_that_nothing_is_signed",
        cases::journal_full,
    ),
    ("a_key_signs_no_more_often_than_it_may", cases::ceiling),
    ("a_service_of_another_address_is_refused", cases::another_address),
    (
        "a_gateway_gets_no_list_certificate_or_document_of_its_own_making",
        cases::refused_at_the_socket,
    ),
    (
        "who_says_nothing_or_nonsense_holds_nobody_up",
        cases::slow_and_malformed,
    ),
];

/// Needs another user to be.
const STRANGER: Case = ("a_process_of_another_user_is_not_answered", cases::stranger);

fn main() -> ExitCode {
    if let Some(exit) = child::run() {
        return exit;
    }
    let mut trials: Vec<Trial> = CASES.iter().map(|(name, case)| trial(name, *case)).collect();
    let stranger = trial(STRANGER.0, STRANGER.1);
    trials.push(if child::is_root() {
        stranger
    } else {
        stranger
            .with_ignored_flag(true)
            .with_kind("needs root, to become somebody else")
    });
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trial(name: &str, case: fn()) -> Trial {
    Trial::test(name, move || {
        case();
        Ok(())
    })
}
