//! What a history is made of: each seed leaves some misfortunes out and exaggerates others.

use std::time::Duration;

use crate::draw::Draw;

/// Something that happens to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happening {
    Act,
    Undo,
    Answer,
    Hurry,
    Letter,
    Compact,
    CrashDevice,
    CutDevice,
    KeysFail,
    DiskFull,
    Partition,
    ReplicaStops,
    PowerCut,
    CutState,
    StateDiskFull,
    SessionEnds,
    SignIn,
    ClockJumps,
    Backup,
    Restore,
    /// Restored, and what is done first with it is cut off.
    RestoreCut,
    Clone,
    Reregister,
    Erase,
    OlderReplica,
    ReplicaClock,
}

const ALWAYS: &[(Happening, u64)] = &[
    (Happening::Act, 30),
    (Happening::Undo, 3),
    (Happening::Answer, 4),
    (Happening::Hurry, 3),
    (Happening::SignIn, 3),
    (Happening::Backup, 2),
];

const SOMETIMES: &[Happening] = &[
    Happening::Letter,
    Happening::Compact,
    Happening::CrashDevice,
    Happening::CutDevice,
    Happening::KeysFail,
    Happening::DiskFull,
    Happening::Partition,
    Happening::ReplicaStops,
    Happening::PowerCut,
    Happening::CutState,
    Happening::StateDiskFull,
    Happening::SessionEnds,
    Happening::ClockJumps,
    Happening::Restore,
    Happening::RestoreCut,
    Happening::Clone,
    Happening::Reregister,
    Happening::Erase,
    Happening::OlderReplica,
    Happening::ReplicaClock,
];

/// One history's habits. Numbers named `one_in` are how seldom; 0 is never.
pub(crate) struct Plan {
    pub(crate) people: usize,
    pub(crate) replicas: usize,
    /// The state's database is a file, with a connection for each replica.
    pub(crate) in_file: bool,
    pub(crate) happenings: u64,
    /// Typical milliseconds between two of them.
    pub(crate) gap: u64,
    pub(crate) poll: Option<Duration>,
    pub(crate) latency: u64,
    pub(crate) lost_one_in: u32,
    pub(crate) answer_lost_one_in: u32,
    pub(crate) twice_one_in: u32,
    pub(crate) late_one_in: u32,
    pub(crate) corrupted_one_in: u32,
    pub(crate) keystore_missing_one_in: u32,
    pub(crate) letters_at_once: u64,
    /// Long letters are how seldom.
    pub(crate) long_one_in: u32,
    weights: Vec<(Happening, u64)>,
}

impl Plan {
    pub(crate) fn new(draw: &mut Draw) -> Self {
        let mut weights = ALWAYS.to_vec();
        for happening in SOMETIMES {
            if draw.one_in(2) {
                weights.push((*happening, draw.between(1, 6)));
            }
        }
        let seldom = |draw: &mut Draw| {
            if draw.one_in(2) {
                0
            } else {
                u32::try_from(2 + draw.spread(6)).unwrap_or(2)
            }
        };
        let gap = *draw
            .pick(&[200, 2_000, 20_000, 200_000, 5_000_000])
            .unwrap_or(&2_000);
        let minute = Some(Duration::from_mins(1));
        let poll = if gap > 1_000_000 {
            [Some(Duration::from_hours(6)), None]
        } else {
            [minute, None]
        };
        Self {
            people: 1 + draw.below(3),
            replicas: 1 + draw.below(3),
            in_file: draw.one_in(4),
            happenings: 30 + draw.between(0, 150),
            gap,
            poll: poll[draw.below(2)],
            latency: *draw.pick(&[5, 80, 1_500]).unwrap_or(&80),
            lost_one_in: seldom(draw),
            answer_lost_one_in: seldom(draw),
            twice_one_in: seldom(draw),
            late_one_in: seldom(draw),
            corrupted_one_in: seldom(draw),
            keystore_missing_one_in: if draw.one_in(3) { 2 } else { 0 },
            letters_at_once: *draw.pick(&[1, 3, 60]).unwrap_or(&1),
            long_one_in: if draw.one_in(5) { 2 } else { 0 },
            weights,
        }
    }

    pub(crate) fn happening(&self, draw: &mut Draw) -> Happening {
        let total: u64 = self.weights.iter().map(|(_, weight)| weight).sum();
        let mut place = draw.between(0, total.saturating_sub(1));
        for (happening, weight) in &self.weights {
            if place < *weight {
                return *happening;
            }
            place -= weight;
        }
        Happening::Act
    }
}
