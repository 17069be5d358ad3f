use std::fs;
use std::path::PathBuf;

use super::*;

fn on_disk() -> (tempfile::TempDir, PathBuf, Key256) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.db");
    (folder, path, Key256::make_random().unwrap())
}

#[test]
fn a_vault_opens_again_with_its_key_and_not_with_another() {
    let (_folder, path, key) = on_disk();
    let vault = Vault::create(&path, &key).unwrap();
    vault.settings().set("name", &7).unwrap();
    vault.lock();

    let read = Vault::open(&path, &key)
        .unwrap()
        .settings()
        .get::<i32>("name")
        .unwrap();
    assert_eq!(read, Some(7));
    let other = Key256::make_random().unwrap();
    assert!(matches!(Vault::open(&path, &other), Err(StoreError::Damaged)));
}

#[test]
fn after_lock_every_clone_answers_locked() {
    for vault in [Vault::in_memory().unwrap(), {
        let (_folder, path, key) = on_disk();
        Vault::create(&path, &key).unwrap()
    }] {
        let clone = vault.clone();
        vault.lock();
        assert!(clone.is_locked());
        assert!(matches!(
            clone.settings().get::<i32>("name"),
            Err(StoreError::Locked)
        ));
        assert!(matches!(
            clone.settings().set("name", &1),
            Err(StoreError::Locked)
        ));
    }
}

#[test]
fn a_full_disk_is_named_and_what_was_there_stays() {
    for vault in [Vault::in_memory().unwrap(), {
        let (_folder, path, key) = on_disk();
        Vault::create(&path, &key).unwrap()
    }] {
        vault.settings().set("kept", &"yes").unwrap();
        vault.limit_pages(1).unwrap(); // SQLite takes it as "no more than there are"

        let refused = vault.session().set("large", &vec![7; 1 << 20]).err().unwrap();

        assert!(matches!(refused, StoreError::DiskFull), "{refused:?}");
        assert!(refused.retryable());
        assert_eq!(
            vault.settings().get::<String>("kept").unwrap().as_deref(),
            Some("yes")
        );
        assert!(vault.session().get("large").unwrap().is_none());
    }
}

#[test]
fn a_newer_schema_is_refused_and_left_as_it_is() {
    let (_folder, path, key) = on_disk();
    let vault = Vault::create(&path, &key).unwrap();
    vault
        .write(|tx| Ok(tx.pragma_update(None, "user_version", 99)?))
        .unwrap();
    vault.lock();

    let refused = Vault::open(&path, &key).err().unwrap();
    assert!(matches!(refused, StoreError::NewerVersion { found: 99, .. }));
}

#[test]
fn a_page_altered_anywhere_in_the_file_is_damage_and_never_other_content() {
    let (_folder, path, key) = on_disk();
    let vault = Vault::create(&path, &key).unwrap();
    vault.session().set("large", &vec![7; 64 * 1024]).unwrap();
    vault.lock();
    let whole = fs::read(&path).unwrap();

    let mut damaged = 0;
    for page in 0..whole.len() / 4096 {
        let mut bytes = whole.clone();
        bytes[page * 4096 + 1000] ^= 1;
        fs::write(&path, bytes).unwrap();
        match Vault::open(&path, &key).and_then(|vault| vault.session().get("large")) {
            Err(error) => {
                assert!(matches!(error, StoreError::Damaged), "page {page}: {error:?}");
                damaged += 1;
            }
            Ok(read) => assert!(
                read.is_some_and(|read| *read == vec![7; 64 * 1024]),
                "page {page}"
            ),
        }
    }
    assert!(damaged >= 16, "only {damaged} pages were read at all");
}

#[test]
fn the_connections_have_the_settings_the_design_asks_for() {
    let (_folder, path, key) = on_disk();
    let vault = Vault::create(&path, &key).unwrap();
    let text = |name: &str| {
        vault.write(|tx| Ok(tx.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, String>(0))?))
    };
    let number = |name: &str| {
        vault.write(|tx| Ok(tx.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0))?))
    };
    assert_eq!(text("journal_mode").unwrap(), "wal");
    assert_eq!(text("cipher_memory_security").unwrap(), "1");
    let read: Vec<i64> = [
        "synchronous",
        "secure_delete",
        "foreign_keys",
        "cache_size",
        "trusted_schema",
    ]
    .map(|name| number(name).unwrap())
    .to_vec();
    assert_eq!(read, [2, 1, 1, -16_384, 0]);
    let reader = vault
        .read(|connection| Ok(connection.query_row("PRAGMA cache_size", [], |row| row.get::<_, i64>(0))?));
    assert_eq!(reader.unwrap(), -4096);
}

#[test]
fn a_reader_does_not_wait_for_a_writer_in_the_middle_of_its_transaction() {
    let (_folder, path, key) = on_disk();
    let vault = Vault::create(&path, &key).unwrap();
    vault.settings().set("name", &1).unwrap();

    let seen = vault
        .write(|tx| {
            tx.execute("UPDATE settings SET value = '2'", [])?;
            // On this thread, with the writer held: waiting would never end.
            vault.settings().get::<i32>("name")
        })
        .unwrap();

    assert_eq!(seen, Some(1), "the uncommitted value was seen");
    assert_eq!(vault.settings().get::<i32>("name").unwrap(), Some(2));
}

#[test]
fn hot_queries_use_an_index_and_sort_nothing() {
    let vault = Vault::in_memory().unwrap();
    for sql in [
        "SELECT id FROM documents ORDER BY position, id LIMIT 50",
        "SELECT id FROM documents WHERE principal = 1 ORDER BY position, id LIMIT 50",
        "SELECT id FROM acts ORDER BY made_at DESC, id DESC LIMIT 50",
        "SELECT id FROM acts WHERE fate IN ('waiting', 'sent') ORDER BY made_at, id",
        "SELECT id FROM showings ORDER BY began_at DESC, id DESC LIMIT 50",
        "SELECT id FROM copies WHERE document = 'x' AND kind = 'full' AND uses = 0",
    ] {
        let plan = vault
            .read(|connection| {
                let mut query = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let lines = query.query_map([], |row| row.get::<_, String>(3))?;
                Ok(lines.collect::<Result<Vec<_>, _>>()?.join("; "))
            })
            .unwrap();
        assert!(plan.contains("USING") && plan.contains("INDEX"), "{sql}: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{sql}: {plan}");
    }
}
