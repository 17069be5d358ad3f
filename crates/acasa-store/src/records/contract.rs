//! What every repository promises, held to by a vault on disk and by one in memory.

use acasa_crypto::Key256;
use acasa_domain::Principal;
use jiff::{Timestamp, ToSpan as _};
use uuid::Uuid;

use super::*;
use crate::Vault;

mod intents;
mod letters;
mod principals;

fn holder() -> Principal {
    "urn:md:idnp:2999000000014".parse().unwrap()
}

fn company() -> Principal {
    "urn:md:idno:1010600034203".parse().unwrap()
}

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn copy(handle: &str, kind: CopyKind) -> NewCopy {
    NewCopy {
        kind,
        format: "mso_mdoc".into(),
        batch: "batch-1".into(),
        credential: vec![0xA1, 0x00, 0x02],
        key_handle: handle.into(),
        status: Some(("https://example.md/status/1".into(), 42)),
        valid_from: now() - 24.hours(),
        valid_until: now() + 240.hours(),
    }
}

fn document(of: Principal, position: i64, copies: Vec<NewCopy>) -> NewDocument {
    NewDocument {
        principal: of,
        doctype: "md.gov.wallet.pid.1".into(),
        summary: format!("{{\"planted-summary\":{position}}}"),
        portrait: Some(b"planted-portrait".to_vec()),
        position,
        valid_until: now() + 240.hours(),
        received_at: now(),
        copies,
    }
}

/// Runs a case on both kinds of vault, with the holder known.
fn on_both(case: impl Fn(&Vault)) {
    let folder = tempfile::tempdir().unwrap();
    let key = Key256::make_random().unwrap();
    for vault in [
        Vault::in_memory().unwrap(),
        Vault::create(&folder.path().join("v.db"), &key).unwrap(),
    ] {
        vault.principals().set_holder(holder()).unwrap();
        case(&vault);
    }
}

#[test]
fn a_document_is_read_back_as_it_was_kept() {
    on_both(|vault| {
        let new = document(holder(), 1, vec![copy("a", CopyKind::Full)]);
        let id = vault.documents().insert(&new).unwrap();
        let read = vault.documents().get(id).unwrap();
        assert_eq!((read.summary, read.status), (new.summary, DocumentStatus::Valid));
        assert_eq!(
            (read.valid_until, read.status_checked_at),
            (new.valid_until, None)
        );
        assert_eq!(
            vault.documents().portrait(id).unwrap().as_deref(),
            Some(b"planted-portrait".as_slice())
        );
        let copies = vault.documents().copies(id).unwrap();
        assert_eq!(copies[0].credential, new.copies[0].credential);
        assert_eq!(copies[0].status, new.copies[0].status);
    });
}

#[test]
fn documents_come_in_their_order_by_pages() {
    on_both(|vault| {
        let all: Vec<_> = [3, 1, 2]
            .map(|position| document(holder(), position, vec![]))
            .into();
        vault.documents().insert_all(&all).unwrap();
        let positions = |page| -> Vec<i64> {
            vault
                .documents()
                .list(None, page)
                .unwrap()
                .iter()
                .map(|d| d.position)
                .collect()
        };
        assert_eq!(positions(Page::first(2)), [1, 2]);
        assert_eq!(positions(Page { offset: 2, limit: 2 }), [3]);
        assert_eq!(vault.documents().count().unwrap(), 3);
    });
}

#[test]
fn a_batch_with_a_doubled_key_is_refused_whole() {
    on_both(|vault| {
        let id = vault.documents().insert(&document(holder(), 1, vec![])).unwrap();
        let batch = [copy("a", CopyKind::Full), copy("a", CopyKind::Full)];
        assert!(vault.documents().insert_batch(id, &batch).is_err());
        assert!(vault.documents().copies(id).unwrap().is_empty());
    });
}

#[test]
fn each_showing_takes_the_next_copy_and_then_the_least_used_again() {
    on_both(|vault| {
        let copies = ["a", "b", "c"].map(|handle| copy(handle, CopyKind::Full)).into();
        let id = vault.documents().insert(&document(holder(), 1, copies)).unwrap();
        let taken: Vec<_> = (0..7)
            .map(|n| {
                let copy = vault
                    .documents()
                    .take_copy(id, &CopyKind::Full, now() + n.minutes())
                    .unwrap();
                (copy.key_handle, copy.uses)
            })
            .collect();
        let expected = [
            ("a", 0),
            ("b", 0),
            ("c", 0),
            ("a", 1),
            ("b", 1),
            ("c", 1),
            ("a", 2),
        ];
        assert_eq!(taken, expected.map(|(handle, uses)| (handle.to_owned(), uses)));
    });
}

#[test]
fn copies_of_another_kind_are_left_alone() {
    on_both(|vault| {
        let age = CopyKind::Companion("age".into());
        let copies = vec![copy("full", CopyKind::Full), copy("age", age.clone())];
        let id = vault.documents().insert(&document(holder(), 1, copies)).unwrap();

        let taken = vault.documents().take_copy(id, &age, now()).unwrap();

        assert_eq!(
            (taken.key_handle.as_str(), taken.kind.clone()),
            ("age", age.clone())
        );
        assert_eq!(vault.documents().fresh_copies(id, &age, now()).unwrap(), 0);
        assert_eq!(
            vault
                .documents()
                .fresh_copies(id, &CopyKind::Full, now())
                .unwrap(),
            1
        );
        let none = CopyKind::Companion("portrait".into());
        let refused = vault.documents().take_copy(id, &none, now());
        assert!(matches!(refused, Err(StoreError::NoCopy)));
    });
}

#[test]
fn a_used_copy_in_time_is_taken_before_a_fresh_one_past_its_time_and_that_before_none() {
    on_both(|vault| {
        let expired = NewCopy {
            valid_until: now() - 1.hours(),
            ..copy("old", CopyKind::Full)
        };
        let id = vault
            .documents()
            .insert(&document(holder(), 1, vec![expired, copy("new", CopyKind::Full)]))
            .unwrap();
        let take = |at| {
            vault
                .documents()
                .take_copy(id, &CopyKind::Full, at)
                .unwrap()
                .key_handle
        };
        assert_eq!([take(now()), take(now())], ["new", "new"]);
        assert_eq!(
            vault
                .documents()
                .fresh_copies(id, &CopyKind::Full, now())
                .unwrap(),
            0
        );
        // Once all are past their time, showing still works: the least used.
        assert_eq!(take(now() + 2400.hours()), "old");
    });
}

#[test]
fn status_and_position_are_noted_and_unknown_documents_are_named() {
    on_both(|vault| {
        let id = vault.documents().insert(&document(holder(), 1, vec![])).unwrap();
        vault
            .documents()
            .set_status(id, DocumentStatus::Revoked, now())
            .unwrap();
        vault.documents().set_position(id, 9).unwrap();
        let read = vault.documents().get(id).unwrap();
        assert_eq!(
            (read.status, read.status_checked_at, read.position),
            (DocumentStatus::Revoked, Some(now()), 9)
        );
        let unknown = DocumentId::make_random();
        assert!(matches!(
            vault.documents().get(unknown),
            Err(StoreError::NotFound)
        ));
        assert!(matches!(
            vault.documents().set_position(unknown, 1),
            Err(StoreError::NotFound)
        ));
        assert!(matches!(
            vault.documents().copies(unknown),
            Err(StoreError::NotFound)
        ));
    });
}

#[test]
fn a_deleted_document_takes_copies_and_portrait_along_and_names_its_keys() {
    on_both(|vault| {
        let id = vault
            .documents()
            .insert(&document(holder(), 1, vec![copy("a", CopyKind::Full)]))
            .unwrap();
        assert_eq!(vault.documents().delete(id).unwrap(), ["a"]);
        let left: i64 = vault
            .read(|c| {
                let sql = "SELECT (SELECT count(*) FROM copies) + (SELECT count(*) FROM portraits)";
                Ok(c.query_row(sql, [], |row| row.get(0))?)
            })
            .unwrap();
        assert_eq!(left, 0);
    });
}

fn act(of: Principal, minute: i64) -> NewAct {
    NewAct {
        id: Uuid::from_u128(u128::try_from(minute).unwrap() + 1),
        principal: of,
        actor: holder(),
        name: "document.issue".into(),
        arguments: "{\"a\":1}".into(),
        made_at: now() + minute.minutes(),
        fate: ActFate::Waiting,
    }
}

#[test]
fn acts_are_listed_latest_first_and_the_unsettled_oldest_first() {
    on_both(|vault| {
        for minute in 0..3 {
            vault.acts().insert(&act(holder(), minute)).unwrap();
        }
        let second = act(holder(), 1).id;
        vault
            .acts()
            .set_fate(second, ActFate::Refused, "power_ended", now())
            .unwrap();
        let listed = vault.acts().list(Page::first(10)).unwrap();
        let minutes: Vec<_> = listed.iter().map(|a| a.id.as_u128() - 1).collect();
        assert_eq!(minutes, [2, 1, 0]);
        assert_eq!(
            (listed[1].fate, listed[1].reason.as_str()),
            (ActFate::Refused, "power_ended")
        );
        let unsettled: Vec<_> = vault
            .acts()
            .unsettled()
            .unwrap()
            .iter()
            .map(|a| a.id.as_u128() - 1)
            .collect();
        assert_eq!(unsettled, [0, 2]);
    });
}

#[test]
fn a_final_fate_stays_and_a_sent_act_does_not_become_unsent() {
    on_both(|vault| {
        let id = act(holder(), 0).id;
        vault.acts().insert(&act(holder(), 0)).unwrap();
        let set = |fate| vault.acts().set_fate(id, fate, "", now());
        set(ActFate::Sent).unwrap();
        assert!(matches!(set(ActFate::Withdrawn), Err(StoreError::Settled)));
        assert!(matches!(set(ActFate::Waiting), Err(StoreError::Settled)));
        set(ActFate::Done).unwrap();
        assert!(matches!(set(ActFate::Refused), Err(StoreError::Settled)));
    });
}

#[test]
fn a_showing_begins_ends_and_is_found_by_its_document() {
    on_both(|vault| {
        let shown = Showing {
            id: Uuid::from_u128(1),
            principal: holder(),
            document: DocumentId::make_random(),
            began_at: now(),
            ended_at: None,
            reused: true,
            details: "{}".into(),
        };
        vault.showings().begin(&shown).unwrap();
        vault.showings().end(shown.id, now() + 1.minutes()).unwrap();
        let expected = Showing {
            ended_at: Some(now() + 1.minutes()),
            ..shown.clone()
        };
        let of = |id| vault.showings().list(id, Page::first(5)).unwrap();
        assert_eq!(of(Some(shown.document)), std::slice::from_ref(&expected));
        assert_eq!(of(None), [expected]);
        assert!(of(Some(DocumentId::make_random())).is_empty());
        vault.showings().clear().unwrap();
        assert!(of(None).is_empty());
    });
}

#[test]
fn a_kept_code_stays_until_it_is_let_go() {
    on_both(|vault| {
        let code = KeptCode {
            id: Uuid::from_u128(1),
            principal: holder(),
            kind: "mpay".into(),
            text: "https://mpay.gov.md/…".into(),
            kept_at: now(),
            due_at: Some(now() + 24.hours()),
        };
        vault.kept_codes().insert(&code).unwrap();
        assert_eq!(
            vault.kept_codes().list(Page::first(5)).unwrap(),
            std::slice::from_ref(&code)
        );
        vault.kept_codes().delete(code.id).unwrap();
        assert!(matches!(
            vault.kept_codes().delete(code.id),
            Err(StoreError::NotFound)
        ));
    });
}

#[test]
fn the_journal_keeps_what_it_has_and_lists_the_latest_first() {
    on_both(|vault| {
        let event = |sequence, text: &str| JournalEvent {
            sequence,
            at: now(),
            event: text.into(),
        };
        vault
            .journal()
            .append(holder(), &[event(1, "one"), event(2, "two")])
            .unwrap();
        vault
            .journal()
            .append(holder(), &[event(2, "forged"), event(3, "three")])
            .unwrap();
        let listed = vault.journal().list(holder(), Page::first(9)).unwrap();
        assert_eq!(listed, [event(3, "three"), event(2, "two"), event(1, "one")]);
    });
}

#[test]
fn the_trust_list_never_goes_back() {
    on_both(|vault| {
        let list = |version, signed: &str| TrustList {
            version,
            next_update: now() + 24.hours(),
            fetched_at: now(),
            signed: signed.into(),
        };
        vault.trust().set_list(&list(7, "seven")).unwrap();
        assert!(matches!(
            vault.trust().set_list(&list(6, "six")),
            Err(StoreError::TrustGoesBack)
        ));
        assert!(matches!(
            vault.trust().set_list(&list(7, "forged")),
            Err(StoreError::TrustGoesBack)
        ));
        vault.trust().set_list(&list(7, "seven")).unwrap();
        vault.trust().set_list(&list(8, "eight")).unwrap();
        assert_eq!(vault.trust().list().unwrap(), Some(list(8, "eight")));
    });
}

#[test]
fn a_status_list_is_replaced_by_a_newer_one_only() {
    on_both(|vault| {
        let list = |hours: i64| StatusList {
            uri: "https://example.md/1".into(),
            issued_at: now() + hours.hours(),
            expires_at: None,
            fetched_at: now(),
            signed: hours.to_string().into(),
        };
        assert!(vault.trust().set_status_list(&list(2)).unwrap());
        assert!(!vault.trust().set_status_list(&list(1)).unwrap());
        assert!(vault.trust().set_status_list(&list(3)).unwrap());
        assert_eq!(
            vault.trust().status_list("https://example.md/1").unwrap(),
            Some(list(3))
        );
        assert_eq!(vault.trust().status_lists().unwrap().len(), 1);
        assert!(
            vault
                .trust()
                .status_list("https://example.md/2")
                .unwrap()
                .is_none()
        );
    });
}

#[test]
fn signing_out_forgets_the_session_and_not_the_settings_or_keys() {
    on_both(|vault| {
        let wrapping = vault.signing_keys().wrapping_key().unwrap();
        vault.session().set("token", b"t").unwrap();
        vault.settings().set("language", &"ru").unwrap();
        vault.session().clear().unwrap();
        assert!(vault.session().get("token").unwrap().is_none());
        assert_eq!(
            vault.settings().get::<String>("language").unwrap().as_deref(),
            Some("ru")
        );
        assert_eq!(
            vault.signing_keys().wrapping_key().unwrap().expose(),
            wrapping.expose()
        );
    });
}

#[test]
fn a_setting_of_another_type_reads_as_never_set() {
    on_both(|vault| {
        vault.settings().set("minutes", &"five").unwrap();
        assert_eq!(vault.settings().get::<u32>("minutes").unwrap(), None);
    });
}

#[test]
fn sealed_signing_keys_are_kept_all_or_none() {
    on_both(|vault| {
        let key = |handle: &str| (handle.to_owned(), handle.as_bytes().to_vec());
        vault.signing_keys().save(&[key("a")]).unwrap();
        assert!(vault.signing_keys().save(&[key("b"), key("a")]).is_err());
        assert!(vault.signing_keys().load("b").unwrap().is_none());
        assert_eq!(
            vault.signing_keys().load("a").unwrap().as_deref(),
            Some(b"a".as_slice())
        );
        vault
            .signing_keys()
            .delete(&["a".into(), "absent".into()])
            .unwrap();
        assert!(vault.signing_keys().load("a").unwrap().is_none());
    });
}

#[test]
fn a_record_over_the_limit_is_refused() {
    on_both(|vault| {
        let refused = vault.session().set("large", &vec![0; MAX_RECORD + 1]);
        assert!(matches!(refused, Err(StoreError::TooLarge)));
    });
}

#[test]
fn debug_output_of_records_shows_nothing_personal() {
    on_both(|vault| {
        let id = vault
            .documents()
            .insert(&document(holder(), 1, vec![copy("a", CopyKind::Full)]))
            .unwrap();
        vault.acts().insert(&act(holder(), 0)).unwrap();
        let printed = format!(
            "{:?}{:?}{:?}",
            vault.documents().get(id).unwrap(),
            vault.documents().copies(id).unwrap(),
            vault.acts().list(Page::first(1)).unwrap()
        );
        for personal in ["planted", "2999000000014", "example.md", "\"a\""] {
            assert!(!printed.contains(personal), "{personal} in {printed}");
        }
    });
}
