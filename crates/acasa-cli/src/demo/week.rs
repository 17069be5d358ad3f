//! `acasa demo --offline-week`: a week of one person's two devices without much of a network, and a state that is
//! killed meanwhile; afterwards two lists, of what the devices say was done and of what the state did, compared by
//! their lines (docs/formats/offline-week.md).

mod compare;
mod faults;
mod home;
mod lists;
mod plan;

use super::error::DemoError;
use super::state::State;
use super::timeline::Timeline;
use acasa_sandbox::Institution;
use acasa_sandbox::services::{Happened, OutgoingLetter, Services, To};
use home::Home;
use plan::{Day, Plan, Which};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The lists, in the folder.
pub(super) const SENT: &str = "sent.jsonl";
pub(super) const EFFECTS: &str = "effects.jsonl";
/// How long a letter may take from the institution to the gateway.
const PATIENCE: Duration = Duration::from_secs(30);
const BEAT: Duration = Duration::from_millis(20);

/// Everybody and everything in the week.
struct World {
    state: State,
    /// The person's number, for letters.
    idnp: String,
    homes: [Home; 2],
    onlooker: Home,
    /// Letters that the state has for the person.
    letters: usize,
    /// Acts that the last fault left sent and not answered.
    unanswered: usize,
    folder: TempDir,
}

impl World {
    fn home(&self, which: Which) -> &Home {
        let [phone, tablet] = &self.homes;
        match which {
            Which::Phone => phone,
            Which::Tablet => tablet,
        }
    }

    /// Does something with a device that makes another of it.
    async fn remake<F: Future<Output = Result<Home, DemoError>>>(
        self,
        which: Which,
        make: impl FnOnce(Home) -> F,
    ) -> Result<Self, DemoError> {
        let [phone, tablet] = self.homes;
        let homes = match which {
            Which::Phone => [make(phone).await?, tablet],
            Which::Tablet => [phone, make(tablet).await?],
        };
        Ok(Self { homes, ..self })
    }
}

/// Lives through the week and compares. An error is anything that did not go as it must.
pub(super) async fn live(
    seed: u64,
    keep: Option<&Path>,
    timeline: &mut Timeline<'_>,
) -> Result<(), DemoError> {
    let plan = Plan::of(seed);
    let mut world = begin(seed, &plan, timeline).await?;
    let theirs = lists::of_state(&world.onlooker, true).await?;
    for (number, day) in (1..).zip(&plan.days) {
        world = through(world, number, day, timeline).await?;
    }
    for home in &world.homes {
        home.connect();
        home.settle_with(world.letters).await?;
    }
    // Each may have changed what the other had fetched before.
    for home in &mut world.homes {
        home.settle().await?;
        home.read_acts()?;
    }
    world.state.restart()?;
    timeline.step(
        "synchronised",
        "All devices are at rest; the state is killed and comes back",
        json!({}),
    );

    let person = plan_people(&plan, &world.state)?[0].clone();
    let fresh = world.folder.path().join("fresh");
    let fresh = Home::enrol("fresh", fresh, &world.state.ready, &person).await?;
    fresh.settle_with(world.letters).await?;
    let effects = lists::of_state(&fresh, false).await?;
    agree(&world, &fresh, &effects).await?;
    if lists::of_state(&world.onlooker, true).await? != theirs {
        return Err(DemoError::Unexpected("something of the onlooker's has changed"));
    }
    let words = "A third device of the person signs in: all three show the same, and the onlooker's things are as they were";
    timeline.step(
        "agreed",
        words,
        json!({ "letters": world.letters, "version": effects.version }),
    );

    let folder = keep.unwrap_or(world.folder.path());
    let sent: Vec<String> = world
        .homes
        .iter()
        .flat_map(Home::sent)
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(folder.join(SENT), sent.concat())?;
    fs::write(folder.join(EFFECTS), &effects.lines)?;
    compare(folder, timeline)
}

/// Reads the two lists of a folder and compares them.
pub(super) fn compare(folder: &Path, timeline: &mut Timeline<'_>) -> Result<(), DemoError> {
    let (sent, effects) = (
        fs::read_to_string(folder.join(SENT))?,
        fs::read_to_string(folder.join(EFFECTS))?,
    );
    let tally = compare::compare(&sent, &effects).ok_or(DemoError::Line)?;
    let which = [&tally.lost, &tally.doubled, &tally.uncalled_for, &tally.unsettled];
    let which: Vec<&String> = which.into_iter().flatten().collect();
    timeline.step(
        "compared",
        &tally.words(),
        json!({
            "acts": tally.acts, "applied": tally.applied, "refused": tally.refused, "undone": tally.undone,
            "letters": tally.letters, "lost": tally.lost.len(), "doubled": tally.doubled.len(),
            "uncalledFor": tally.uncalled_for.len(), "unsettled": tally.unsettled.len(), "held": tally.holds(),
            "which": which,
        }),
    );
    if tally.holds() {
        Ok(())
    } else {
        Err(DemoError::Compared(tally.words()))
    }
}

fn plan_people(plan: &Plan, state: &State) -> Result<[String; 2], DemoError> {
    let residents = state.residents.iter();
    let residents: Vec<_> = residents
        .map(|resident| (resident.id.clone(), resident.documents.clone()))
        .collect();
    let people = plan.people(&residents);
    people.ok_or(DemoError::Unexpected("fewer than two people hold a card"))
}

/// The state, the person's devices, and the onlooker with two acts of their own.
async fn begin(seed: u64, plan: &Plan, timeline: &mut Timeline<'_>) -> Result<World, DemoError> {
    let folder = TempDir::new()?;
    let state = State::start_over(seed, Some(&folder.path().join("state")))?;
    let [person, other] = plan_people(plan, &state)?;
    let words = format!("The state of seed {seed} runs; its plan for the week is drawn from the same number");
    timeline.step("state", &words, json!({ "seed": seed, "people": state.people }));

    let enrol = |name, person| {
        let folder = folder.path().join(name);
        Home::enrol(name, folder, &state.ready, person)
    };
    let homes = [enrol("phone", &person).await?, enrol("tablet", &person).await?];
    let onlooker = enrol("onlooker", &other).await?;
    for deed in [plan::Deed::Sms, plan::Deed::Topic(3)] {
        onlooker.act(deed).await?;
    }
    onlooker.settle().await?;
    let words =
        "A person signs in on a phone and on a tablet; somebody else, who looks on, has done two things";
    timeline.step("enrol", words, json!({ "person": person, "onlooker": other }));
    let resident = state.residents.iter().find(|resident| resident.id == person);
    let idnp = resident.map(|resident| resident.idnp.clone()).unwrap_or_default();
    Ok(World {
        state,
        idnp,
        homes,
        onlooker,
        letters: 0,
        unanswered: 0,
        folder,
    })
}

/// One day: the state writes in the morning, the person acts without a network, and in the evening the devices that
/// have one send, while something goes wrong.
async fn through(
    mut world: World,
    number: usize,
    day: &Day,
    timeline: &mut Timeline<'_>,
) -> Result<World, DemoError> {
    world.unanswered = 0;
    letters(&mut world, number, day).await?;
    if number == 1 {
        for home in &world.homes {
            home.settle_with(world.letters).await?;
        }
    }
    world.homes.iter().for_each(Home::cut);
    let mut acts = 0;
    for turn in &day.turns {
        let home = world.home(turn.on);
        let Some(act) = home.act(turn.deed).await? else {
            continue;
        };
        acts += 1;
        if turn.undone {
            home.undo(act).await?;
        }
    }
    let world = faults::suffer(world, day).await?;
    for which in [day.first, day.first.other()] {
        if day.away != Some(which) {
            world.home(which).connect();
            world.home(which).settle_with(world.letters).await?;
        }
    }
    let away = day.away.map(Which::name);
    let met = match world.unanswered {
        0 => String::new(),
        some => format!(" ({some} acts sent and not answered)"),
    };
    let words = format!(
        "Day {number}: {acts} acts, {} letters; no network: {}; {}{met}",
        day.letters.len() + usize::from(day.fine),
        away.map_or("both by day", |_| "both by day, one also in the evening"),
        day.fault.name().replace('_', " "),
    );
    timeline.step(
        "day",
        &words,
        json!({
            "day": number, "acts": acts, "letters": day.letters.len(), "events": usize::from(day.fine),
            "away": away, "fault": day.fault.name(), "unanswered": world.unanswered, "first": day.first.name(),
        }),
    );
    Ok(world)
}

/// What institutions write, until the gateway has it: their simulator forgets what it has not delivered.
async fn letters(world: &mut World, number: usize, day: &Day) -> Result<(), DemoError> {
    let services = Services::open(&world.folder.path().join("state"))?;
    let to = To::Person(world.idnp.clone());
    for (at, topic) in (1..).zip(&day.letters) {
        let nobody = DemoError::Unexpected("nobody writes about that");
        let from = Institution::of_topic(topic).ok_or(nobody)?;
        let letter = OutgoingLetter {
            subject: format!("Scrisoarea {number}.{at}"),
            body: format!("Ziua {number}."),
            priority: "medium".to_owned(),
            attachments: Vec::new(),
        };
        let mut sent = services.send(from, &to, &letter).await?;
        let until = Instant::now() + PATIENCE;
        while !arrived(&sent) {
            if Instant::now() > until {
                return Err(DemoError::Unexpected("a letter does not reach the state"));
            }
            tokio::time::sleep(BEAT).await;
            sent = services.ask(from, sent.id).await?;
        }
        world.letters += 1;
    }
    if day.fine {
        services.produce(Happened::FineIssued, &world.idnp).await?;
        world.letters += 1;
    }
    Ok(())
}

/// Whether the gateway has told that the letter is there.
fn arrived(sent: &acasa_sandbox::services::SentLetter) -> bool {
    let ways = sent.recipients.iter().flat_map(|(_, ways)| ways);
    ways.into_iter()
        .any(|(channel, status)| channel == "MCabinet" && status == "Delivered")
}

/// All of the person's devices show the same, which is what the state's records say, and each letter is there once.
async fn agree(world: &World, fresh: &Home, effects: &lists::Effects) -> Result<(), DemoError> {
    let due = fresh.view().await?;
    for home in &world.homes {
        if home.view().await? != due {
            return Err(DemoError::Unexpected("two devices do not show the same"));
        }
    }
    if !effects.last_writes_are_the_records {
        return Err(DemoError::Unexpected(
            "the state's records are not what its effects left",
        ));
    }
    if effects.letters != world.letters || fresh.letters().await?.len() != world.letters {
        return Err(DemoError::Unexpected("not each letter is there once"));
    }
    Ok(())
}
