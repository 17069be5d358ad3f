//! What counts as shown: only what somebody may have seen, and nothing that the state took back.

use acasa_core::api::{DocumentRef, DocumentView, ShowingBegin, ShowingFrames, ShowingRef, ShowingView};
use acasa_core::commands;

use super::device::{Device, PERSON, World};

async fn document(device: &Device) -> DocumentView {
    let id = device.documents().await.remove(0).id;
    let found = commands::documents_get(&device.acasa, DocumentRef { id }).await;
    found.expect("it is held")
}

async fn end(device: &Device, showing: &ShowingView) {
    let which = ShowingRef {
        id: showing.id.clone(),
    };
    commands::showing_end(&device.acasa, which)
        .await
        .expect("it ends");
}

#[tokio::test]
async fn a_moving_code_that_was_never_started_leaves_no_trace_and_uses_no_copy() {
    let world = World::start().await;
    let holder = world.holder().await;

    let first = holder.show("portrait", None).await;
    end(&holder, &first).await;
    assert!(document(&holder).await.showings.is_empty());

    let second = holder.show("portrait", None).await;
    let frames = ShowingFrames {
        id: second.id.clone(),
        from: 0,
        count: 1,
    };
    commands::showing_frames(&holder.acasa, frames)
        .await
        .expect("a frame");
    end(&holder, &second).await;

    assert_eq!(
        first.copies_left, second.copies_left,
        "the first copy was as good as new"
    );
    assert_eq!(document(&holder).await.showings.len(), 1);
    let third = holder.show("portrait", None).await;
    assert_eq!(third.copies_left + 1, second.copies_left);
}

#[tokio::test]
async fn a_whole_identity_card_is_shown_without_its_pictures() {
    let world = World::start().await;
    let holder = world.holder().await;

    let showing = holder.show("full", None).await;

    let written = |name: &str| showing.elements.iter().any(|shown| shown == name);
    assert!(written("family_name") && written("resident_address"));
    assert!(!written("portrait") && !written("signature"));
}

#[tokio::test]
async fn a_revoked_document_is_not_shown_by_whatever_way_one_comes() {
    let world = World::start().await;
    let holder = world.holder().await;
    let revoked = world.sandbox.revoke(PERSON, "md.gov.wallet.pid.1").await;
    revoked.expect("revoked");
    holder.refresh().await;

    let begin = ShowingBegin {
        document: holder.documents().await.remove(0).id,
        preset: "age".to_owned(),
        challenge: None,
    };
    let refused = commands::showing_begin(&holder.acasa, begin).await;

    assert_eq!(refused.expect_err("it is withdrawn").code, "document_revoked");
}
