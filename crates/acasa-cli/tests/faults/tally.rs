//! What was counted, from what devices keep and from what the state answers.

use crate::app::App;
use std::collections::BTreeMap;

/// The counts of one kind of fault.
#[derive(Default)]
pub(crate) struct Tally {
    sent: usize,
    acknowledged: usize,
    effects: usize,
    lost: usize,
    doubled: usize,
}

impl Tally {
    /// Counts the acts of one person's devices, by id and fate, against what the state answers on one of them.
    pub(crate) async fn count(&mut self, kept: &BTreeMap<String, String>, app: &App) {
        let acts = app.acasa.state_acts().await.expect("acts");
        let version = app.acasa.state_records().await.expect("records").version;
        self.add(
            kept,
            &acts
                .iter()
                .map(|act| (act.id.clone(), act.version, act.judged))
                .collect::<Vec<_>>(),
            version,
        );
    }

    /// The same of what was read elsewhere: of each act its id, version and judgings. Nothing but acts made versions.
    pub(crate) fn add(
        &mut self,
        kept: &BTreeMap<String, String>,
        state: &[(String, Option<u64>, usize)],
        version: u64,
    ) {
        self.sent += kept.len();
        let settled = |fate: &&String| ["done", "refused"].contains(&fate.as_str());
        self.acknowledged += kept.values().filter(settled).count();
        let effects = state.iter().filter(|(_, version, _)| version.is_some()).count();
        self.effects += effects;
        let has_effect = |id: &str| {
            state
                .iter()
                .any(|(act, version, _)| act == id && version.is_some())
        };
        self.lost += kept
            .iter()
            .filter(|(id, fate)| *fate == "done" && !has_effect(id))
            .count();
        let again: usize = state.iter().map(|(_, _, judged)| judged.abs_diff(1)).sum();
        let unexplained = usize::try_from(version).unwrap().abs_diff(effects);
        let strange = state.iter().filter(|(id, ..)| !kept.contains_key(id)).count();
        self.doubled += again + unexplained + strange;
        let open: Vec<_> = kept.values().filter(|fate| !settled(fate)).collect();
        assert!(open.is_empty(), "without an end: {open:?}");
    }

    /// Says the counts, and that nothing is wrong with them.
    pub(crate) fn say(&self, what: &str, faults: &str) {
        let Self {
            sent,
            acknowledged,
            effects,
            lost,
            doubled,
        } = self;
        println!(
            "{what}: {faults}; acts sent {sent}, acknowledged {acknowledged}, effects {effects}, lost {lost}, doubled {doubled}"
        );
        assert!(*sent > 0 && effects == sent, "each act has an effect");
        assert_eq!((*lost, *doubled), (0, 0));
    }
}

/// The acts a device keeps, by id and fate.
pub(crate) fn kept(app: &App) -> BTreeMap<String, String> {
    let acts = app.acasa.kept_acts().expect("the vault is open");
    acts.into_iter()
        .map(|act| (act.id, act.fate.to_owned()))
        .collect()
}
