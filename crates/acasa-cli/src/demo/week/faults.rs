//! What goes wrong on the evening of a day, and how everybody comes out of it.

use super::World;
use super::home::{Home, copy_files};
use super::plan::{Day, Fault, Which};
use crate::demo::error::DemoError;
use acasa_core::api::NoticePreferenceChange;
use std::time::Duration;

/// Lets the day's fault happen. Every device is cut off when it begins, and may be so again.
pub(super) async fn suffer(mut world: World, day: &Day) -> Result<World, DemoError> {
    match day.fault {
        Fault::None => {}
        Fault::StateKilled => {
            world.state.kill();
            let home = world.home(day.first);
            home.connect();
            home.sync().await?;
            world.state.restart()?;
        }
        Fault::StateKilledSending(which, after) => {
            let World {
                state,
                homes,
                unanswered: met,
                ..
            } = &mut world;
            let home = match which {
                Which::Phone => &homes[0],
                Which::Tablet => &homes[1],
            };
            home.connect();
            let killed = async {
                tokio::time::sleep(after).await;
                state.kill();
            };
            let (synced, ()) = tokio::join!(home.sync(), killed);
            synced?;
            *met = unanswered(home)?;
            state.restart()?;
        }
        Fault::Flickering(which, moments) => {
            let home = world.home(which);
            let flicker = async {
                for (at, moment) in moments.into_iter().enumerate() {
                    if at % 2 == 0 {
                        home.connect();
                    } else {
                        home.cut();
                    }
                    tokio::time::sleep(moment).await;
                }
            };
            let (synced, ()) = tokio::join!(home.sync(), flicker);
            synced?;
            world.unanswered = unanswered(home)?;
        }
        Fault::AppKilled(which, after) => return app_killed(world, which, after).await,
        Fault::Restored(which, send) => return restored(world, which, send).await,
        Fault::Quarrel(first) => quarrel(&world, first).await?,
    }
    Ok(world)
}

/// Acts that left a device and were not answered.
fn unanswered(home: &Home) -> Result<usize, DemoError> {
    let acts = home.acasa().kept_acts()?;
    Ok(acts.iter().filter(|act| act.fate == "sent").count())
}

async fn app_killed(world: World, which: Which, after: Duration) -> Result<World, DemoError> {
    world
        .remake(which, async |home| {
            home.connect();
            // It ends in the middle, or has done: both happen.
            let _unheard = tokio::time::timeout(after, home.sync()).await;
            home.restart().await
        })
        .await
}

/// A copy is made while an act waits; the act is sent; the copy is put back.
async fn restored(world: World, which: Which, send: bool) -> Result<World, DemoError> {
    let copy = world.folder.path().join("copy");
    world
        .remake(which, async |home| {
            home.act(super::plan::Deed::Language).await?;
            let mut home = home.restart_over(|profile| copy_files(profile, &copy)).await?;
            home.connect();
            home.settle().await?;
            home.act(super::plan::Deed::Topic(1)).await?;
            home.settle().await?;
            home.read_acts()?;
            let home = home.restart_over(|profile| copy_files(&copy, profile)).await?;
            home.settle().await?;
            let asked = home.answer(send).await?;
            if asked == 0 {
                return Err(DemoError::Unexpected("a restored device asked nothing"));
            }
            home.settle().await?;
            Ok(home)
        })
        .await
}

/// Both begin with mail and the app open. One closes mail, the other the app: the second to send is refused.
async fn quarrel(world: &World, first: Which) -> Result<(), DemoError> {
    let (one, other) = (world.home(first), world.home(first.other()));
    let ways = NoticePreferenceChange {
        email: Some(true),
        sms: Some(false),
        viber: Some(false),
        app: Some(true),
        ..NoticePreferenceChange::default()
    };
    for home in [other, one] {
        home.connect();
        home.settle().await?;
    }
    one.prefer(ways).await?;
    one.settle().await?;
    other.settle().await?;
    one.cut();
    other.cut();
    let (email, app) = (Some(false), Some(false));
    one.prefer(NoticePreferenceChange {
        email,
        ..NoticePreferenceChange::default()
    })
    .await?;
    other
        .prefer(NoticePreferenceChange {
            app,
            ..NoticePreferenceChange::default()
        })
        .await?;
    one.connect();
    one.settle().await?;
    other.connect();
    other.settle().await?;
    if !other.acasa().kept_acts()?.iter().any(|act| act.fate == "refused") {
        return Err(DemoError::Unexpected("both ways of letters were closed"));
    }
    Ok(())
}
