//! Setting back what was sent already: by a new act, which has no effect unless the first had one.

use acasa_core::{
    api::{ActRef, ActView, Failure, Fate, Nothing, NoticePreferenceChange},
    commands,
};

use crate::{
    acts::{email, latest, prefer, preferences, second, sms, sync},
    device::{Device, World},
};

/// Withdraws an act; the acts afterwards, the latest first.
async fn withdraw(device: &Device, id: &str) -> Result<Vec<ActView>, Failure> {
    let which = ActRef { id: id.to_owned() };
    let activity = commands::activity_withdraw(&device.acasa, which).await;
    activity.map(|activity| activity.acts)
}

/// Closes e-mail and the app, so that a text message is the last channel.
async fn leave_only_sms(device: &Device) {
    let closed = NoticePreferenceChange {
        app: Some(false),
        ..email(false)
    };
    prefer(device, closed).await;
    sync(device).await;
}

fn refused(act: &ActView) -> (Fate, Option<&str>, usize) {
    (act.fate, act.error.as_deref(), act.steps.len())
}

#[tokio::test]
async fn what_was_sent_is_withdrawn_by_a_new_act_while_it_stands() {
    let world = World::start().await;
    let (device, other) = (world.holder().await, second(&world).await);
    let sent = prefer(&device, sms(false)).await.act.expect("an act");
    sync(&device).await;

    let shown = withdraw(&device, &sent).await.expect("it still stands");
    let again = withdraw(&device, &sent)
        .await
        .expect_err("nothing is left to withdraw");
    let seen = preferences(&device).await.sms;
    sync(&device).await;
    sync(&other).await;

    assert_eq!(
        (shown[0].kind.as_str(), shown[0].fate),
        ("preference_sms_on", Fate::Waiting)
    );
    assert_eq!(
        (shown[1].id.as_str(), shown[1].steps.as_slice()),
        (sent.as_str(), &[][..])
    );
    assert_eq!((again.code.as_str(), seen), ("act_not_withdrawable", true));
    assert!(preferences(&other).await.sms);
    assert_eq!(latest(&device).await.fate, Fate::Done);
}

#[tokio::test]
async fn what_was_refused_is_not_withdrawn() {
    let world = World::start().await;
    let (one, two) = (world.holder().await, second(&world).await);
    sync(&one).await;
    one.gate.close();
    let sent = prefer(&one, sms(false)).await.act.expect("an act");
    leave_only_sms(&two).await;
    one.gate.open();
    sync(&one).await;
    // What it asked for comes about by another act.
    prefer(
        &two,
        NoticePreferenceChange {
            sms: Some(false),
            ..email(true)
        },
    )
    .await;
    sync(&two).await;
    sync(&one).await;

    let act = latest(&one).await;
    let withdrawn = withdraw(&one, &sent).await.expect_err("it had no effect");

    assert_eq!(refused(&act), (Fate::Refused, Some("preference_last_channel"), 0));
    assert!(!preferences(&one).await.sms);
    assert_eq!(withdrawn.code, "act_not_withdrawable");
}

#[tokio::test]
async fn a_withdrawal_that_waits_behind_an_act_is_refused_with_it() {
    let world = World::start().await;
    let (one, two) = (world.holder().await, second(&world).await);
    sync(&one).await;
    // Sent, for all the device knows, and it never arrived.
    one.gate.close();
    let sent = prefer(&one, sms(false)).await.act.expect("an act");
    sync(&one).await;
    leave_only_sms(&two).await;

    let shown = withdraw(&one, &sent).await.expect("it stands as it was set");
    one.gate.open();
    sync(&one).await;

    assert_eq!((shown[0].fate, shown[1].fate), (Fate::Waiting, Fate::Sent));
    let activity = commands::activity_list(&one.acasa, Nothing {}).await;
    let acts = activity.expect("the vault is open").acts;
    let fates: Vec<_> = acts.iter().take(2).map(refused).collect();
    assert_eq!(
        fates,
        [
            (Fate::Refused, Some("dependency_refused"), 0),
            (Fate::Refused, Some("preference_last_channel"), 0)
        ]
    );
    assert!(preferences(&one).await.sms);
}
