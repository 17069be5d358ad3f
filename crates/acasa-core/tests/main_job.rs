//! The main job, through the facade that every host uses: two apps, a state, and then no network.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "main_job/acting.rs"]
mod acting;
#[path = "main_job/acts.rs"]
mod acts;
#[path = "main_job/device.rs"]
mod device;
#[path = "main_job/kept.rs"]
mod kept;
#[path = "main_job/keys.rs"]
mod keys;
#[path = "main_job/letters.rs"]
mod letters;
#[path = "main_job/newcomer.rs"]
mod newcomer;
#[path = "main_job/reminding.rs"]
mod reminding;
#[path = "main_job/shown.rs"]
mod shown;
#[path = "main_job/withdrawing.rs"]
mod withdrawing;

use std::fs;

use acasa_core::{
    api::{DocumentState, Headline, Nothing, Phase, SignInProgressView, VaultUnlockView},
    commands,
    verify::{self, Evidence, Given, Verdict},
};
use acasa_sandbox::Options;
use acasa_testkit::Log;
use device::{CARD, NAME_NUMBER_EXPIRY, PERSON, PIN, World};
use jiff::{SignedDuration, Timestamp};

fn rejected(reason: &str) -> (Headline, String) {
    (Headline::Rejected, reason.to_owned())
}

fn not_bound() -> (Headline, String) {
    (Headline::AuthenticNotBound, "authentic_not_bound".to_owned())
}

#[tokio::test]
async fn documents_are_there_after_a_restart_with_the_gateway_off() {
    let world = World::start().await;
    let holder = world.holder().await;
    let before = holder.documents().await;
    world.sandbox.stop().await;

    let holder = holder.restart_offline().await;
    let locked = holder.state().await;
    let opened = holder.unlock().await.expect("the vault is asked");
    let after = holder.documents().await;

    assert_eq!((locked.phase, locked.blocked), (Phase::Locked, None));
    assert_eq!(opened, VaultUnlockView::Opened);
    assert_eq!((before.len(), after), (1, before));
    assert_eq!((holder.gate.passed(), holder.gate.refused()), (0, 0));
}

#[tokio::test]
async fn a_document_is_shown_and_judged_with_both_sides_offline() {
    let world = World::start().await;
    let (holder, verifier) = (world.holder().await, world.verifier().await);
    world.sandbox.stop().await;
    verifier.gate.close();

    let holder = holder.restart_offline().await;
    holder.unlock().await.expect("it opens");
    let showing = holder.show(NAME_NUMBER_EXPIRY, None).await;
    let verdict = verifier.verdict(&showing.text, false).await;

    let shown: Vec<&str> = verdict.fields.iter().map(|field| field.key.as_str()).collect();
    assert_eq!(shown, showing.elements);
    assert_eq!((verdict.headline, verdict.reason), not_bound());
    assert_eq!((holder.gate.refused(), verifier.gate.refused()), (0, 0));
}

#[tokio::test]
async fn an_answer_to_this_verifiers_challenge_is_authentic() {
    let world = World::start().await;
    let (holder, verifier) = (world.holder().await, world.verifier().await);

    let challenge = verifier.challenge().await;
    let showing = holder.show("age", Some(&challenge)).await;
    let verdict = verifier.verdict(&showing.text, false).await;

    assert_eq!(
        (verdict.headline, verdict.challenge_answered),
        (Headline::Authentic, true)
    );
}

#[tokio::test]
async fn a_compared_photograph_makes_a_proof_authentic_without_a_challenge() {
    let world = World::start().await;
    let (holder, verifier) = (world.holder().await, world.verifier().await);

    let showing = holder.show("portrait", None).await;
    let (unseen, compared) = (
        verifier.verdict(&showing.text, false).await,
        verifier.verdict(&showing.text, true).await,
    );

    assert!(showing.code.is_none() && showing.frame_count.is_some());
    assert!(unseen.portrait.is_some());
    assert_eq!(unseen.headline, Headline::AuthenticNotBound);
    assert_eq!(compared.headline, Headline::Authentic);
}

#[tokio::test]
async fn an_answer_to_another_challenge_and_none_at_all_are_told_apart() {
    let world = World::start().await;
    let (holder, verifier) = (world.holder().await, world.verifier().await);
    let challenge = verifier.challenge().await;
    let answer = holder.show("age", Some(&challenge)).await;
    let unasked = holder.show("age", None).await;

    verifier.challenge().await;
    let (other, none) = (
        verifier.judge(&answer.text).await,
        verifier.judge(&unasked.text).await,
    );

    assert_eq!(other, rejected("other_challenge"));
    assert_eq!(none, rejected("challenge_not_answered"));
}

#[tokio::test]
async fn a_copied_code_is_refused_and_the_one_in_hand_is_not() {
    let world = World::start().await;
    let (holder, verifier) = (world.holder().await, world.verifier().await);
    let first = holder.show("age", None).await;
    let second = holder.show("age", None).await;

    let shown = verifier.judge(&first.text).await;
    let in_hand = verifier.judge(&first.text).await;
    let another = verifier.judge(&second.text).await;
    let copied = verifier.judge(&first.text).await;

    assert_eq!([shown, in_hand, another], [not_bound(), not_bound(), not_bound()]);
    assert_eq!(copied, rejected("seen_before"));
}

#[tokio::test]
async fn a_revoked_document_is_refused_once_the_verifier_has_the_new_lists() {
    let world = World::start().await;
    let (holder, verifier) = (world.holder().await, world.verifier().await);
    let showing = holder.show("age", None).await;
    let before = verifier.judge(&showing.text).await;

    let revoked = world.sandbox.revoke(PERSON, "md.gov.wallet.pid.1").await;
    verifier.update().await;
    let after = verifier.judge(&showing.text).await;

    assert!(revoked.expect("revoked") > 0);
    assert_eq!(before, not_bound());
    assert_eq!(after, rejected("revoked"));
}

#[tokio::test]
async fn the_holder_learns_of_a_revocation_at_the_next_refresh() {
    let world = World::start().await;
    let holder = world.holder().await;
    world
        .sandbox
        .revoke(PERSON, "md.gov.wallet.pid.1")
        .await
        .expect("revoked");

    let before = holder.standing().await;
    holder.refresh().await;

    assert_eq!(
        (before, holder.standing().await),
        (DocumentState::Valid, DocumentState::Revoked)
    );
}

#[tokio::test]
async fn a_verifier_without_a_trust_list_and_one_of_another_state_can_not_tell() {
    let (world, elsewhere) = (World::start().await, World::start().await);
    let holder = world.holder().await;
    let showing = holder.show("age", None).await;

    let (unprepared, foreign) = (world.device("new"), elsewhere.verifier().await);

    assert_eq!(
        unprepared.judge(&showing.text).await,
        (Headline::Incomplete, "trust_not_given".to_owned())
    );
    assert_eq!(
        foreign.judge(&showing.text).await,
        (Headline::Incomplete, "signer_unknown".to_owned())
    );
}

#[tokio::test]
async fn a_proof_unwrapped_is_valid_for_any_reader_of_mdocs_and_not_beyond_its_term() {
    let world = World::start().await;
    let (holder, verifier) = (world.holder().await, world.verifier().await);
    let showing = holder.show(NAME_NUMBER_EXPIRY, None).await;
    let unwrapped = verifier.acasa.unwrap_proof(&showing.text).expect("a proof");
    let trust = verifier.acasa.trust_evidence().expect("it was fetched");
    let given = Given {
        anchors: trust
            .certificates
            .into_iter()
            .map(|(_, pem)| pem.into_bytes())
            .collect(),
        status_lists: trust.status_lists,
        transcript: Some(unwrapped.transcript),
        ..Given::default()
    };
    let report = |at: Timestamp| {
        let evidence = Evidence::read(&given, at).expect("it is sound");
        verify::verify(&unwrapped.response, &evidence.options(at)).to_json()
    };

    let now = Timestamp::now();
    let (today, after) = (report(now), report(now + SignedDuration::from_hours(24 * 400)));

    assert_eq!(today["verdict"], Verdict::Valid.as_str());
    assert_eq!(today["documents"][0]["holder"], "bound");
    assert_eq!(after["verdict"], Verdict::Invalid.as_str());
    assert!(after.to_string().contains(r#""detail":"expired""#));
}

#[tokio::test]
async fn under_a_trust_list_past_its_next_update_nothing_is_taken_and_nothing_confirmed() {
    let world = World::start().await;
    let showing = world.holder().await.show("age", None).await;
    // The state's calendar is 40 days behind, and a list is current for 30.
    world.sandbox.set_clock_offset(-40 * 86_400);
    let late = world.device("late");
    late.enrol(PERSON).await;

    let arrived = late.receive(CARD).await;
    let verdict = late.judge(&showing.text).await;

    assert_eq!(arrived.error.as_deref(), Some("document_issuer_unknown"));
    assert!(late.documents().await.is_empty());
    assert_eq!(verdict, (Headline::Incomplete, "trust_list_expired".to_owned()));
}

#[tokio::test]
async fn somebody_else_who_signs_in_is_refused_and_leaves_no_trace() {
    let world = World::start().await;
    let holder = world.holder().await;
    let before = holder.documents().await;

    let somebody_else = holder.sign_in("2").await;
    let again = holder.sign_in(PERSON).await;

    assert_eq!(somebody_else, SignInProgressView::WrongPerson);
    assert!(matches!(again, SignInProgressView::Done { .. }));
    assert_eq!(holder.documents().await, before);
}

#[tokio::test]
async fn a_second_app_on_the_same_folder_is_told_so() {
    let world = World::start().await;
    let holder = world.holder().await;

    let state = holder.beside().state().await;

    assert_eq!(
        (state.phase, state.blocked.as_deref()),
        (Phase::Blocked, Some("vault_in_use"))
    );
}

#[tokio::test]
async fn a_damaged_a_newer_and_a_destroyed_vault_each_have_a_screen() {
    let world = World::start().await;
    let mut holder = world.device("holder");
    holder.enrol(PERSON).await;
    let key_file = holder.profile_folder().join("key.json");
    let sound = fs::read_to_string(&key_file).expect("the key file");
    let newer = sound.replacen("\"version\": 1", "\"version\": 99", 1);
    assert_ne!(sound, newer);

    let mut blocked = Vec::new();
    for (content, code) in [
        (Some("not a key file"), "vault_damaged"),
        (Some(newer.as_str()), "vault_newer_version"),
        (None, "vault_destroyed"),
    ] {
        match content {
            Some(content) => fs::write(&key_file, content).expect("it is written"),
            None => fs::remove_file(&key_file).expect("it is removed"),
        }
        holder = holder.restart_offline().await;
        let state = holder.state().await;
        blocked.push((state.phase, state.blocked.unwrap_or_default(), code));
    }

    for (phase, found, due) in blocked {
        assert_eq!((phase, found.as_str()), (Phase::Blocked, due));
    }
}

#[tokio::test]
async fn a_vault_whose_records_are_damaged_does_not_open() {
    let world = World::start().await;
    let holder = world.holder().await;
    let vault = holder.profile_folder().join("vault.db");
    let holder = holder.restart_offline().await;
    let mut bytes = fs::read(&vault).expect("the vault");
    bytes.fill(0x5A);
    fs::write(&vault, bytes).expect("it is written");

    let refused = holder.unlock().await.expect_err("it is damaged");

    assert_eq!(
        (refused.code.as_str(), refused.retryable),
        ("vault_damaged", false)
    );
}

#[tokio::test]
async fn what_was_locked_answers_nothing() {
    let world = World::start().await;
    let holder = world.holder().await;
    let showing = holder.show("age", None).await;

    commands::vault_lock(&holder.acasa, Nothing {})
        .await
        .expect("it locks");
    let documents = commands::documents_list(&holder.acasa, Nothing {}).await;
    let renewed =
        commands::showing_renew(&holder.acasa, acasa_core::api::ShowingRef { id: showing.id }).await;

    assert_eq!(documents.expect_err("it is closed").code, "vault_locked");
    assert_eq!(renewed.expect_err("it is over").code, "not_found");
}

#[tokio::test]
async fn the_logs_of_the_whole_job_hold_nothing_of_anybody() {
    let log = Log::capture();
    let world = World::start().await;
    let (holder, verifier) = (world.holder().await, world.verifier().await);
    let challenge = verifier.challenge().await;
    let showing = holder.show(NAME_NUMBER_EXPIRY, Some(&challenge)).await;
    verifier.judge(&showing.text).await;
    holder.refresh().await;
    holder.sign_in("2").await;
    let holder = holder.restart_offline().await;
    holder.unlock().await.expect("it opens");
    holder.show("age", None).await;

    let text = log.text();

    assert!(text.contains("vault locked") && text.contains("request.served"));
    for (number, citizen) in world.sandbox.country().people.iter().enumerate() {
        let secrets = [
            citizen.idnp.as_str(),
            citizen.family_name.as_str(),
            citizen.address.street.as_str(),
        ];
        for secret in secrets.into_iter().filter(|secret| secret.len() > 3) {
            assert!(!text.contains(secret), "person {number} is in the log");
        }
        let numbers = citizen.documents.iter().map(|document| &document.number);
        for secret in numbers {
            assert!(
                !text.contains(secret.as_str()),
                "a document of {number} is in the log"
            );
        }
    }
    for secret in [PIN, &showing.text, &challenge] {
        assert!(!text.contains(secret), "a secret of the showing is in the log");
    }
}

#[tokio::test]
async fn the_folder_of_an_app_holds_nothing_of_its_person_in_the_clear() {
    let world = World::start().await;
    let holder = world.holder().await;
    let citizen = &world.sandbox.country().people[0];
    let mut folders = vec![holder.folder().to_path_buf()];

    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let bytes = fs::read(&path).expect("a file");
            for secret in [&citizen.family_name, citizen.idnp.as_str()] {
                let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
                assert!(!found, "{} holds it", path.display());
            }
        }
    }
    assert!(files > 2);
}

#[tokio::test]
async fn another_seed_is_another_country() {
    let (one, two) = (
        acasa_sandbox::Sandbox::start(Options::new(1)).await,
        acasa_sandbox::Sandbox::start(Options::new(2)).await,
    );
    let (one, two) = (one.expect("it starts"), two.expect("it starts"));

    let numbers = |sandbox: &acasa_sandbox::Sandbox| -> Vec<String> {
        sandbox.people().into_iter().map(|person| person.idnp).collect()
    };

    assert!(numbers(&one).iter().all(|number| !numbers(&two).contains(number)));
    assert_ne!(one.trust_key().to_value(), two.trust_key().to_value());
}

#[tokio::test]
async fn an_attempt_behind_a_closed_gate_goes_nowhere_and_is_counted() {
    let world = World::start().await;
    let holder = world.holder().await.restart_offline().await;
    holder.unlock().await.expect("it opens");

    let refused = commands::documents_refresh(&holder.acasa, Nothing {}).await;
    let connection = commands::app_connection(&holder.acasa, Nothing {}).await;

    assert!(refused.expect_err("there is no network").retryable);
    assert_eq!((holder.gate.passed(), holder.gate.refused()), (0, 1));
    assert_eq!(connection.expect("it is known").online, Some(false));
}

#[tokio::test]
async fn a_wrong_pin_is_counted_across_restarts_and_opens_nothing() {
    let world = World::start().await;
    let holder = world.holder().await.restart_offline().await;
    let wrong = |device: device::Device| async move {
        let answer = device.unlock_with("914735").await;
        (answer, device.restart_offline().await)
    };

    let (first, holder) = wrong(holder).await;
    let (second, holder) = wrong(holder).await;

    let left = |answer| match answer {
        Ok(VaultUnlockView::Wrong { tries_left, .. }) => tries_left,
        other => panic!("{other:?} to a wrong PIN"),
    };
    assert_eq!((left(first), left(second)), (Some(9), Some(8)));
    assert_eq!(holder.state().await.phase, Phase::Locked);
}
