//! What a device may still do that was taken out of use, and an app that is too old: show, not act.

use acasa_core::{
    api::{DocumentsReceive, Nothing, SandboxSignIn, SignInProgressView, VaultUnlockView},
    commands,
};
use acasa_sandbox::{Options, Sandbox};
use tempfile::TempDir;

use crate::device::{Device, NAME_NUMBER_EXPIRY, PERSON, World};

/// Newer than any app there is.
const FAR: [u64; 3] = [999, 0, 0];

async fn blocked(device: &Device) -> Option<String> {
    let connection = commands::app_connection(&device.acasa, Nothing {}).await;
    connection.expect("there is always a view").blocked
}

/// The code with which signing in is refused, if it is.
async fn sign_in_refused(device: &Device) -> Option<String> {
    let who = SandboxSignIn {
        person: PERSON.to_owned(),
    };
    let answer = commands::sandbox_sign_in(&device.acasa, who).await;
    answer.err().map(|failure| failure.code)
}

#[tokio::test]
async fn a_device_taken_out_of_use_says_so_still_shows_and_is_back_after_signing_in() {
    let world = World::start().await;
    let holder = world.holder().await;
    assert_eq!(blocked(&holder).await, None);

    let removed = world.sandbox.revoke_installations(PERSON).await.expect("removed");
    let refreshed = commands::documents_refresh(&holder.acasa, Nothing {})
        .await
        .expect("lists are public");
    let told = blocked(&holder).await;
    let shown = holder.show(NAME_NUMBER_EXPIRY, None).await;
    let again = holder.sign_in(PERSON).await;

    assert_eq!((removed, refreshed.sign_in_needed), (1, true));
    assert_eq!(told.as_deref(), Some("device_revoked"));
    assert!(!shown.text.is_empty());
    assert!(matches!(again, SignInProgressView::Done { .. }));
    assert_eq!(blocked(&holder).await, None);
    let refreshed = commands::documents_refresh(&holder.acasa, Nothing {})
        .await
        .expect("it is fetched");
    assert!(!refreshed.sign_in_needed);
}

#[tokio::test]
async fn an_app_older_than_the_signed_list_asks_for_shows_and_does_not_act() {
    let data = TempDir::new().expect("a folder");
    let state = || Options::new(1).with_data(data.path().to_owned());
    let mut world = World::start_with(state()).await;
    let holder = world.holder().await;
    world.sandbox.stop().await;
    world.sandbox = Sandbox::start(state().with_minimum_app(FAR))
        .await
        .expect("it starts again");

    holder.refresh().await;
    let receive = DocumentsReceive { offers: Vec::new() };
    let receiving = commands::documents_receive(&holder.acasa, receive).await;

    assert_eq!(blocked(&holder).await.as_deref(), Some("app_too_old"));
    assert_eq!(sign_in_refused(&holder).await.as_deref(), Some("app_too_old"));
    assert_eq!(
        receiving.err().map(|failure| failure.code).as_deref(),
        Some("app_too_old")
    );
    let holder = holder.restart_offline().await;
    let opened = holder.unlock().await.expect("the vault is asked");
    assert_eq!(opened, VaultUnlockView::Opened);
    assert!(!holder.show(NAME_NUMBER_EXPIRY, None).await.text.is_empty());
    assert_eq!(blocked(&holder).await.as_deref(), Some("app_too_old"));
}

#[tokio::test]
async fn an_app_exactly_as_old_as_the_list_asks_for_acts() {
    let own = env!("CARGO_PKG_VERSION")
        .split('.')
        .map(|number| number.parse().expect("a number"));
    let own: Vec<u64> = own.collect();
    let own = own.try_into().expect("three numbers");
    let world = World::start_with(Options::new(1).with_minimum_app(own)).await;

    let holder = world.holder().await;

    assert_eq!(blocked(&holder).await, None);
    assert_eq!(sign_in_refused(&holder).await, None);
}

#[tokio::test]
async fn an_app_that_is_too_old_receives_nothing_even_before_it_knew() {
    let world = World::start_with(Options::new(1).with_minimum_app(FAR)).await;
    let newcomer = world.device("newcomer");
    newcomer.enrol(PERSON).await;

    let arrived = newcomer.receive(crate::device::CARD).await;

    assert_eq!(arrived.error.as_deref(), Some("app_too_old"));
    assert_eq!(newcomer.documents().await, Vec::new());
}
