use super::*;
use crate::{StoredBatch, StoredIntent};

fn keep(vault: &Vault, minute: i64) -> Uuid {
    let act = act(holder(), minute);
    let intent = StoredIntent {
        id: act.id,
        principal: holder(),
        digest: [7; 32],
        text: "{}".into(),
        depends_on: Vec::new(),
    };
    vault.intents().insert(&act, &intent).unwrap();
    act.id
}

fn batch(number: u64, intents: &[Uuid]) -> StoredBatch {
    StoredBatch {
        generation: 1,
        number,
        text: "signed".into(),
        intents: intents.iter().map(|id| (*id, [7; 32])).collect(),
    }
}

#[test]
fn what_another_batch_carried_before_stays_sent_when_a_batch_is_taken_back() {
    on_both(|vault| {
        let (old, new) = (keep(vault, 0), keep(vault, 1));
        let intents = vault.intents();
        intents.keep_batch(&batch(1, &[old]), now()).unwrap();
        intents.forget_batch(1).unwrap();
        intents.keep_batch(&batch(2, &[old, new]), now()).unwrap();
        assert!(intents.unanswered().unwrap() == Some(batch(2, &[old, new])));

        intents.take_back(2).unwrap();

        assert_eq!(intents.fate(old).unwrap(), Some(ActFate::Sent));
        assert_eq!(intents.fate(new).unwrap(), Some(ActFate::Waiting));
    });
}

#[test]
fn what_no_batch_can_carry_is_refused_once_whether_it_was_sent_or_not() {
    on_both(|vault| {
        let (old, new) = (keep(vault, 0), keep(vault, 1));
        let intents = vault.intents();
        intents.keep_batch(&batch(1, &[old]), now()).unwrap();
        intents.forget_batch(1).unwrap();

        for id in [old, new] {
            intents.refuse(id, "act_not_accepted", now()).unwrap();
            assert_eq!(intents.fate(id).unwrap(), Some(ActFate::Refused));
            let again = intents.refuse(id, "act_not_accepted", now());
            assert!(matches!(again, Err(StoreError::Settled)));
        }
    });
}
