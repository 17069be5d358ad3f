mod gateway;
mod left_alone;
mod world;

use std::time::Duration;

use acasa_protocol::sync::{DevicePosition, Fate};
use proptest::prelude::*;
use world::{Step, World};

use super::{Answer, Config, Engine, Input, Output, Request};
use crate::testing::{MemoryStore, PlainKey};
use crate::{BatchKey, Dependency, Draft, Kept, Store as _, Trouble, draft};

fn code(kept: &Kept) -> Option<&str> {
    match kept {
        Kept::Settled(Fate::Refused { code, .. }) => Some(code),
        Kept::Settled(_) | Kept::Waiting | Kept::Sent | Kept::Withdrawn | Kept::ToConfirm => None,
    }
}

#[test]
fn what_was_done_offline_takes_effect_once_when_the_net_is_back() {
    let mut world = World::new(1);
    let act = world.act(0, "set", "a", &[]);
    world.lose_everything_for(0, Duration::from_hours(1));

    world.settle();

    assert_eq!(world.gateway.effects[&act], 1);
    assert!(matches!(world.fate(0, act), Kept::Settled(Fate::Applied { .. })));
}

#[test]
fn a_lost_answer_is_asked_for_again_with_the_same_bytes() {
    let mut world = World::new(1);
    let act = world.act(0, "set", "a", &[]);
    world.lose_answers(3);

    world.settle();

    // The model gateway calls other bytes under one number a fork.
    assert_eq!(world.gateway.effects[&act], 1);
    assert!(world.troubles(0).is_empty());
}

#[test]
fn a_refused_act_refuses_what_waits_for_it_and_nothing_else() {
    let mut world = World::new(1);
    let bad = world.act(0, "forbidden", "a", &[]);
    let after_bad = world.act(0, "set", "b", &[bad]);
    let other = world.act(0, "set", "c", &[]);

    world.settle();

    assert_eq!(code(&world.fate(0, bad)), Some("not_allowed"));
    assert_eq!(code(&world.fate(0, after_bad)), Some("dependency_refused"));
    assert_eq!(world.gateway.effects[&other], 1);
}

#[test]
fn one_act_that_is_not_accepted_does_not_hold_the_others_back() {
    let mut world = World::new(1);
    let acts: Vec<_> = (0..40)
        .map(|n| world.act(0, "set", &n.to_string(), &[]))
        .collect();
    world.gateway.unacceptable.insert(acts[17]);

    world.settle();

    assert_eq!(code(&world.fate(0, acts[17])), Some("act_not_accepted"));
    assert_eq!(world.gateway.effects.len(), 39);
}

#[test]
fn a_session_that_ends_pauses_and_discards_nothing() {
    let mut world = World::new(1);
    world.sign_out(0);
    let act = world.act(0, "set", "a", &[]);
    world.run_for(Duration::from_hours(24));
    assert!(world.fate(0, act) == Kept::Waiting);

    world.sign_in(0);
    world.settle();

    assert_eq!(world.gateway.effects[&act], 1);
}

#[test]
fn an_act_can_be_undone_until_it_is_sent_and_not_afterwards() {
    let mut world = World::new(1);
    let undone = world.act(0, "set", "a", &[]);
    world.run_for(Duration::from_secs(2));
    assert!(world.withdraw(0, undone), "the hold is five seconds");
    let sent = world.act(0, "set", "b", &[]);

    world.settle();

    assert!(!world.gateway.effects.contains_key(&undone));
    assert!(!world.withdraw(0, sent));
}

#[test]
fn a_restored_backup_sends_nothing_by_itself() {
    let mut world = World::new(1);
    world.act(0, "set", "a", &[]);
    world.settle();
    let pending = world.act(0, "set", "b", &[]);
    let backup = world.backup(0);
    world.settle();
    world.restore(0, &backup);

    world.settle();

    assert_eq!(world.troubles(0), [Trouble::Restored]);
    assert!(world.fate(0, pending) == Kept::ToConfirm);
    // Confirming it is answered with what became of it the first time.
    world.confirm(0, pending);
    world.settle();
    assert_eq!(world.gateway.effects[&pending], 1);
}

#[test]
fn however_much_waits_for_an_answer_of_the_person_s_nothing_else_does() {
    let mut world = World::new(1);
    world.act(0, "set", "a", &[]);
    world.settle();
    let unsure = world.act(0, "set", "b", &[]);
    let backup = world.backup(0);
    world.settle();
    world.restore(0, &backup);
    world.settle();
    let long = "x".repeat(15 * 1024);
    for _ in 0..30 {
        world.act(0, "set", &long, &[unsure]);
    }
    let other = world.act(0, "set", "c", &[]);

    world.settle();

    assert!(world.fate(0, unsure) == Kept::ToConfirm);
    assert_eq!(world.gateway.effects.get(&other), Some(&1));
}

#[test]
fn a_keystore_that_remembers_more_than_the_vault_is_enough_to_notice() {
    let mut world = World::new(1);
    world.act(0, "set", "a", &[]);
    world.settle();
    let backup = world.backup(0);
    let act = world.act(0, "set", "b", &[]);
    world.lose_everything_for(0, Duration::from_mins(1));
    world.run_for(Duration::from_secs(20));
    world.restore(0, &backup);

    world.settle();

    assert_eq!(world.troubles(0), [Trouble::Restored]);
    assert!(!world.gateway.effects.contains_key(&act));
}

#[test]
fn a_cloned_device_is_suspended_until_its_owner_signs_in() {
    let mut world = World::new(1);
    world.act(0, "set", "a", &[]);
    world.settle();
    let clone = world.clone_device(0);
    world.act(0, "set", "b", &[]);
    world.act(clone, "set", "c", &[]);

    world.settle();

    let troubled = [world.troubles(0), world.troubles(clone)].concat();
    assert!(troubled.contains(&Trouble::Suspended) || troubled.contains(&Trouble::Restored));
}

#[test]
fn after_a_fork_whoever_signs_in_goes_on_and_what_was_pending_is_asked_about() {
    let mut world = World::new(1);
    world.act(0, "set", "a", &[]);
    world.settle();
    let clone = world.clone_device(0);
    let mine = world.act(0, "set", "b", &[]);
    let theirs = world.act(clone, "set", "c", &[]);
    world.run_for(Duration::from_mins(1));

    world.sign_in(0);
    world.settle();
    let later = world.act(0, "set", "d", &[]);
    world.settle();

    assert_eq!(world.gateway.effects.get(&later), Some(&1));
    for act in [mine, theirs] {
        assert!(world.gateway.effects.get(&act).is_none_or(|times| *times == 1));
    }
}

#[test]
fn a_generation_that_a_copy_began_first_is_left_to_it() {
    let mut world = World::new(1);
    world.act(0, "set", "a", &[]);
    world.settle();
    world.gateway.taken.insert(1);
    let act = world.act(0, "set", "b", &[]);

    world.settle();

    assert_eq!(world.troubles(0), [Trouble::Restored]);
    assert!(world.fate(0, act) == Kept::ToConfirm);
    world.confirm(0, act);
    world.settle();
    assert_eq!(world.gateway.effects[&act], 1);
}

#[test]
fn what_was_confirmed_is_answered_by_the_gateway_even_if_what_it_waited_for_was_let_go() {
    let mut world = World::new(1);
    world.act(0, "set", "a", &[]);
    world.settle();
    let first = world.act(0, "set", "b", &[]);
    let second = world.act(0, "set", "c", &[first]);
    let backup = world.backup(0);
    world.settle();
    world.restore(0, &backup);
    world.settle();

    assert!(world.let_go(0, first));
    world.confirm(0, second);
    assert!(!world.withdraw(0, second), "it may have been sent");
    world.settle();

    assert!(matches!(
        world.fate(0, second),
        Kept::Settled(Fate::Applied { .. })
    ));
}

#[test]
fn what_may_have_been_judged_is_not_refused_here_when_a_batch_is_not_accepted() {
    let mut world = World::new(1);
    world.act(0, "set", "a", &[]);
    world.settle();
    let first = world.act(0, "set", "b", &[]);
    let second = world.act(0, "set", "c", &[first]);
    let backup = world.backup(0);
    world.settle();
    world.restore(0, &backup);
    world.settle();

    assert!(world.let_go(0, first));
    let bad = world.act(0, "set", "d", &[]);
    world.gateway.unacceptable.insert(bad);
    world.confirm(0, second);
    world.settle();

    assert!(matches!(
        world.fate(0, second),
        Kept::Settled(Fate::Applied { .. })
    ));
    assert_eq!(code(&world.fate(0, bad)), Some("act_not_accepted"));
}

#[test]
fn what_was_sent_as_another_installation_cannot_be_taken_back() {
    let mut world = World::new(1);
    world.act(0, "set", "a", &[]);
    world.settle();
    world.lose_everything_for(0, Duration::from_mins(1));
    let act = world.act(0, "set", "b", &[]);
    world.run_for(Duration::from_secs(20));
    world.become_another(0, "another");
    world.run_for(Duration::from_secs(20));

    assert!(!world.withdraw(0, act));
    world.settle();
    assert!(matches!(world.fate(0, act), Kept::Settled(Fate::Applied { .. })));
}

/// A key that is not there any more.
struct Lost;

impl BatchKey for Lost {
    fn digest(&self, bytes: &[u8]) -> [u8; 32] {
        PlainKey.digest(bytes)
    }

    fn sign(&self, _generation: u64, _bytes: &[u8]) -> Option<Vec<u8>> {
        None
    }

    fn has(&self, _generation: u64) -> Option<bool> {
        Some(false)
    }
}

/// What becomes of a waiting act where the key is lost and the gateway knows this last batch.
fn after_losing_the_key(number: u64) -> (Kept, u64) {
    let mut store = MemoryStore::default();
    store.begin_generation(1, false).unwrap();
    let act = draft(world::a_draft("set", "a", &[]), &PlainKey, |_| Dependency::Met).unwrap();
    store.keep(act);
    let config = Config {
        device: "device".to_owned(),
        audience: "https://gateway.example".to_owned(),
        principals: Vec::new(),
        hold: Duration::ZERO,
        poll: None,
    };
    let mut engine = Engine::new(config, store, Lost);
    let asked = engine.handle(Duration::ZERO, 0, Input::SessionReady).unwrap();
    let Some(Output::Send(id, Request::Position)) = asked.into_iter().next() else {
        panic!("it asks where it stands first");
    };
    let answer = Answer::Position(DevicePosition {
        generation: 1,
        number,
        suspended: false,
    });
    engine
        .handle(Duration::ZERO, 0, Input::Answered(id, answer))
        .unwrap();
    let kept = engine.store().intents()[0].1.clone();
    (kept, engine.store().position().unwrap().generation)
}

#[test]
fn a_lost_key_begins_a_generation_and_hides_no_restored_backup() {
    assert!(after_losing_the_key(0) == (Kept::Waiting, 2));
    assert!(after_losing_the_key(3) == (Kept::ToConfirm, 2));
}

#[test]
fn two_devices_of_one_person_come_to_the_same_records() {
    let mut world = World::new(2);
    for n in 0..30 {
        world.act(n % 2, "set", &(n % 7).to_string(), &[]);
        world.run_for(Duration::from_secs(3));
    }

    world.settle();

    assert_eq!(world.seen(0), world.seen(1));
    assert_eq!(world.seen(0), world.true_records());
}

#[test]
fn what_was_removed_while_the_gateway_forgot_is_removed_here_too() {
    let mut world = World::new(2);
    world.act(0, "set", "a", &[]);
    world.settle();
    world.sign_out(1);
    world.act(0, "remove", "a", &[]);
    world.settle_device(0);
    world.gateway.compact();

    world.sign_in(1);
    world.settle();

    assert!(world.seen(1).is_empty());
}

#[test]
fn an_act_shows_at_once_and_stays_shown_until_the_checkpoint_has_it() {
    let mut world = World::new(1);
    world.lose_everything_for(0, Duration::from_mins(1));
    world.act(0, "set", "a", &[]);
    assert_eq!(world.seen(0).len(), 1);

    for _ in 0..400 {
        world.step(Step::Run(Duration::from_millis(300)));
        assert_eq!(world.seen(0).len(), 1, "it never flickers");
    }
}

#[test]
fn only_a_person_acts_and_nothing_waits_for_itself() {
    let mut draft = world::a_draft("set", "a", &[]);
    draft.depends_on.push(draft.id);
    let made = |draft: Draft| crate::draft(draft, &PlainKey, |_| Dependency::Met).err();

    assert_eq!(made(draft), Some(crate::DraftError::DependencyCycle));
    let mut draft = world::a_draft("set", "a", &[]);
    draft.actor = "urn:md:idno:1002600001257".parse().unwrap();
    assert_eq!(made(draft), Some(crate::DraftError::ActorNotAPerson));
    let mut draft = world::a_draft("set", &"x".repeat(20_000), &[]);
    draft.made_at = String::new();
    assert_eq!(made(draft), Some(crate::DraftError::TooLarge));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_every_act_takes_effect_at_most_once_and_devices_agree(
        steps in proptest::collection::vec(world::any_step(3), 1..120),
    ) {
        let mut world = World::new(3);
        for step in steps {
            world.step(step);
        }
        world.settle();
        world.check();
    }
}
