//! What happens in a week, from its seed and nothing else.

use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::time::Duration;

/// Days of a week.
pub(super) const DAYS: usize = 7;
/// What letters are about; those on security are not the person's to silence.
const TOPICS: [&str; 8] = [
    "documents",
    "fines",
    "payments",
    "services",
    "vehicles",
    "social",
    "powers",
    "civic",
];
/// Identity documents that a person must have for their devices to know whose they are.
const HELD: &str = "md.gov.wallet.pid.1";

/// The person's two devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Phone,
    Tablet,
}

impl Which {
    pub(super) const BOTH: [Self; 2] = [Self::Phone, Self::Tablet];

    pub(super) fn other(self) -> Self {
        match self {
            Self::Phone => Self::Tablet,
            Self::Tablet => Self::Phone,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Tablet => "tablet",
        }
    }
}

/// What a person does. Numbers choose among what there is then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Marks a letter as read, or as not read.
    Read(usize),
    /// Lets it stay on top, or no longer.
    Pin(usize),
    /// Puts it away, or takes it out again.
    Archive(usize),
    /// Another language of letters.
    Language,
    /// A way of letters opened or closed; the app itself stays one.
    Email,
    /// The same by SMS.
    Sms,
    /// The same by Viber.
    Viber,
    /// Whether a topic announces itself.
    Topic(usize),
}

/// A deed on a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) on: Which,
    pub(super) deed: Deed,
    /// Taken back before it is sent.
    pub(super) undone: bool,
}

/// What goes wrong on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing but the network.
    None,
    /// The state is killed before anything is sent, and comes back.
    StateKilled,
    /// The state is killed while a device sends, so long after it began.
    StateKilledSending(Which, Duration),
    /// The network comes and goes while a device sends: open and closed for so long each.
    Flickering(Which, [Duration; 4]),
    /// The app on a device ends without a word while it sends, so long after it began.
    AppKilled(Which, Duration),
    /// A device's folder is put back from a copy with an act that was sent since; it is sent once more, or let go.
    Restored(Which, bool),
    /// Each device closes the last way of letters that the other leaves open; this one sends first.
    Quarrel(Which),
}

impl Fault {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::StateKilled => "state_killed",
            Self::StateKilledSending(..) => "state_killed_while_sending",
            Self::Flickering(..) => "network_flickering",
            Self::AppKilled(..) => "app_killed_while_sending",
            Self::Restored(..) => "folder_restored",
            Self::Quarrel(_) => "last_channel_closed_twice",
        }
    }

    fn kills_the_state(self) -> bool {
        matches!(self, Self::StateKilled | Self::StateKilledSending(..))
    }

    /// Whether the device must have a network in the evening.
    fn needs(self, device: Which) -> bool {
        match self {
            Self::None | Self::StateKilled => false,
            Self::StateKilledSending(which, _)
            | Self::Flickering(which, _)
            | Self::AppKilled(which, _)
            | Self::Restored(which, _) => which == device,
            Self::Quarrel(_) => true,
        }
    }
}

/// A day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Day {
    /// Topics of the letters that institutions write.
    pub(super) letters: Vec<&'static str>,
    /// Whether a fine is issued, which the state tells by an event.
    pub(super) fine: bool,
    /// Who has no network at all; never both.
    pub(super) away: Option<Which>,
    pub(super) turns: Vec<Turn>,
    pub(super) fault: Fault,
    /// Who sends first in the evening.
    pub(super) first: Which,
}

/// A week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// Draws the person and the onlooker from those who can be.
    people: [usize; 2],
    pub(super) days: Vec<Day>,
}

impl Plan {
    /// The week of a seed.
    pub(super) fn of(seed: u64) -> Self {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let people = [chance.random_range(0..1000), chance.random_range(0..1000)];
        let mut faults = [0, 1, 2, 3, 4, 5];
        faults.shuffle(&mut chance);
        let faults = std::iter::once(Fault::None).chain(faults.map(|kind| fault(kind, &mut chance)));
        let faults: Vec<Fault> = faults.collect();
        let days = (0..DAYS).zip(faults);
        Self {
            people,
            days: days
                .map(|(number, fault)| day(number, fault, &mut chance))
                .collect(),
        }
    }

    /// The person and the onlooker, by their place among `residents`, of whom only some can be one.
    pub(super) fn people(&self, residents: &[(String, Vec<String>)]) -> Option<[String; 2]> {
        let mut able: Vec<&String> = residents
            .iter()
            .filter(|(_, documents)| documents.iter().any(|held| held == HELD))
            .map(|(id, _)| id)
            .collect();
        if able.len() < 2 {
            return None;
        }
        Some(self.people.map(|drawn| able.remove(drawn % able.len()).clone()))
    }
}

fn fault(kind: usize, chance: &mut ChaCha8Rng) -> Fault {
    let which = *Which::BOTH.choose(chance).unwrap_or(&Which::Phone);
    let mut moment = |up_to: u64| Duration::from_millis(chance.random_range(0..=up_to));
    match kind {
        0 => Fault::StateKilled,
        1 => Fault::StateKilledSending(which, moment(60)),
        2 => Fault::Flickering(which, [(); 4].map(|()| moment(40))),
        3 => Fault::AppKilled(which, moment(60)),
        4 => Fault::Restored(which, moment(1).is_zero()),
        _ => Fault::Quarrel(which),
    }
}

fn day(number: usize, fault: Fault, chance: &mut ChaCha8Rng) -> Day {
    let letters = (0..chance.random_range(1..=2)).filter_map(|_| TOPICS.choose(chance).copied());
    let letters = letters.collect();
    let mut able = Which::BOTH.to_vec();
    able.retain(|which| number != 0 && number != DAYS - 1 && !fault.needs(*which));
    let away = able.choose(chance).copied().filter(|_| chance.random_ratio(3, 4));
    let turns = (0..chance.random_range(5..=9)).map(|_| turn(chance)).collect();
    Day {
        letters,
        fine: !fault.kills_the_state() && chance.random_ratio(1, 3),
        away,
        turns,
        fault,
        first: away.map_or_else(
            || *Which::BOTH.choose(chance).unwrap_or(&Which::Phone),
            Which::other,
        ),
    }
}

fn turn(chance: &mut ChaCha8Rng) -> Turn {
    let number = chance.random_range(0..1000);
    let deed = match chance.random_range(0..12) {
        0..=2 => Deed::Read(number),
        3 | 4 => Deed::Pin(number),
        5 | 6 => Deed::Archive(number),
        7 => Deed::Language,
        8 => Deed::Email,
        9 => Deed::Sms,
        10 => Deed::Viber,
        _ => Deed::Topic(number),
    };
    Turn {
        on: *Which::BOTH.choose(chance).unwrap_or(&Which::Phone),
        deed,
        undone: chance.random_ratio(1, 8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_has_one_week_and_another_has_another() {
        assert_eq!(Plan::of(7), Plan::of(7));
        assert_ne!(Plan::of(7), Plan::of(8));
    }

    #[test]
    fn every_week_has_every_fault_and_nobody_who_is_needed_is_away() {
        for seed in 0..200 {
            let plan = Plan::of(seed);
            let mut names: Vec<&str> = plan.days.iter().map(|day| day.fault.name()).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!((plan.days.len(), names.len()), (DAYS, DAYS), "{seed}");
            for day in &plan.days {
                assert!(
                    day.away
                        .is_none_or(|away| !day.fault.needs(away) && day.first != away)
                );
                assert!(!day.letters.is_empty());
            }
        }
    }

    #[test]
    fn the_onlooker_is_somebody_else_who_holds_a_card() {
        let resident =
            |id: &str, held: &[&str]| (id.to_owned(), held.iter().map(|&held| held.to_owned()).collect());
        let residents = [resident("1", &[HELD]), resident("2", &[]), resident("3", &[HELD])];

        for seed in 0..20 {
            let mut people = Plan::of(seed).people(&residents).unwrap();
            people.sort();
            assert_eq!(people, ["1", "3"]);
        }
        assert!(Plan::of(1).people(&residents[..2]).is_none());
    }
}
