//! Whose records are kept, and that they are gone when access ends.

use super::*;

#[test]
fn the_holder_is_said_once_and_another_is_refused() {
    on_both(|vault| {
        vault.principals().set_holder(holder()).unwrap();
        let refused = vault.principals().set_holder(company());
        assert!(matches!(refused, Err(StoreError::HolderDiffers)));
        assert_eq!(vault.principals().holder().unwrap(), Some(holder()));
    });
}

#[test]
fn records_of_a_principal_who_was_never_added_are_refused() {
    on_both(|vault| {
        let refused = vault.documents().insert(&document(company(), 1, vec![]));
        assert!(matches!(refused, Err(StoreError::UnknownPrincipal)));
    });
}

#[test]
fn another_principals_records_read_the_same_but_lie_sealed_under_their_own_key() {
    on_both(|vault| {
        vault.principals().grant(company(), now() + 24.hours()).unwrap();
        let new = document(company(), 1, vec![copy("a", CopyKind::Full)]);
        let id = vault.documents().insert(&new).unwrap();
        vault.acts().insert(&act(company(), 0)).unwrap();

        assert_eq!(vault.documents().get(id).unwrap().summary, new.summary);
        assert_eq!(
            vault.documents().copies(id).unwrap()[0].credential,
            new.copies[0].credential
        );
        assert_eq!(
            vault.acts().list(Page::first(1)).unwrap()[0].arguments,
            "{\"a\":1}"
        );
        let stored: Vec<u8> = vault
            .read(|c| Ok(c.query_row("SELECT summary FROM documents", [], |row| row.get(0))?))
            .unwrap();
        assert!(
            !stored.windows(7).any(|window| window == b"planted"),
            "the summary lies open"
        );
    });
}

#[test]
fn sealed_bytes_moved_to_another_record_do_not_open() {
    on_both(|vault| {
        vault.principals().grant(company(), now() + 24.hours()).unwrap();
        let both = [document(company(), 1, vec![]), document(company(), 2, vec![])];
        let ids = vault.documents().insert_all(&both).unwrap();
        vault
            .write(|tx| {
                let sql = "UPDATE documents SET summary = (SELECT summary FROM documents WHERE id = ?1)";
                Ok(tx.execute(sql, [ids[0].to_string()])?)
            })
            .unwrap();
        assert!(vault.documents().get(ids[0]).is_ok());
        assert!(matches!(vault.documents().get(ids[1]), Err(StoreError::Damaged)));
    });
}

#[test]
fn when_the_power_ends_the_key_and_the_records_are_gone_and_the_holders_stay() {
    on_both(|vault| {
        vault.principals().grant(company(), now()).unwrap();
        vault
            .documents()
            .insert(&document(company(), 1, vec![copy("a", CopyKind::Full)]))
            .unwrap();
        vault.signing_keys().save(&[("a".into(), vec![1])]).unwrap();
        let own = vault.documents().insert(&document(holder(), 2, vec![])).unwrap();

        assert_eq!(vault.principals().end_expired(now() - 1.seconds()).unwrap(), 0);
        assert_eq!(vault.principals().end_expired(now()).unwrap(), 1);

        let left = vault.documents().list(None, Page::first(9)).unwrap();
        assert_eq!(left.iter().map(|d| d.id).collect::<Vec<_>>(), [own]);
        assert!(vault.signing_keys().load("a").unwrap().is_none());
        let refused = vault.documents().list(Some(company()), Page::first(9));
        assert!(matches!(refused, Err(StoreError::AccessEnded)));
        assert_eq!(vault.principals().list().unwrap().len(), 1);
        let key: Vec<u8> = vault
            .read(|c| {
                Ok(
                    c.query_row("SELECT key FROM principals WHERE is_holder = 0", [], |row| {
                        row.get(0)
                    })?,
                )
            })
            .unwrap();
        assert!(key.is_empty());
    });
}

#[test]
fn access_granted_again_begins_with_a_new_key_and_a_moved_term_keeps_the_records() {
    on_both(|vault| {
        vault.principals().grant(company(), now()).unwrap();
        let id = vault.documents().insert(&document(company(), 1, vec![])).unwrap();
        vault.principals().grant(company(), now() + 24.hours()).unwrap();
        assert_eq!(vault.principals().end_expired(now()).unwrap(), 0);
        assert!(vault.documents().get(id).is_ok());

        vault.principals().end(company()).unwrap();
        vault.principals().grant(company(), now() + 24.hours()).unwrap();
        assert!(
            vault
                .documents()
                .list(Some(company()), Page::first(9))
                .unwrap()
                .is_empty()
        );
        assert!(vault.documents().insert(&document(company(), 1, vec![])).is_ok());
    });
}

#[test]
fn the_holders_own_access_cannot_be_ended_or_given_a_term() {
    on_both(|vault| {
        assert!(matches!(
            vault.principals().end(holder()),
            Err(StoreError::HolderDiffers)
        ));
        assert!(matches!(
            vault.principals().grant(holder(), now()),
            Err(StoreError::HolderDiffers)
        ));
    });
}
