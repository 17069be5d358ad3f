//! Keys of principals, and sealing what was kept before there were any.

use std::rc::Rc;

use acasa_protocol::sync::Fate;
use rusqlite::{Connection, OptionalExtension as _, named_params, params};
use uuid::Uuid;

use super::first;
use crate::{
    RootKeys, StoreError,
    payload::{DataKey, KEPT_LIKE, Place, SEALED_LIKE, Wrapped, keep_fate},
    values::read_json,
};

/// Keys that are wrapped anew at a time.
const PAGE: i64 = 1_000;

/// A transaction or connection, and what opens what it finds.
#[derive(Clone, Copy)]
pub(super) struct Opened<'a> {
    pub(super) connection: &'a Connection,
    pub(super) roots: &'a RootKeys,
}

impl Opened<'_> {
    /// The principal's key, if there is one.
    pub(super) fn key(self, principal: &str) -> Result<Option<Rc<DataKey>>, StoreError> {
        let found = self
            .connection
            .prepare_cached("SELECT root, wrapped FROM principal_key WHERE principal = :principal")?
            .query_row(named_params! { ":principal": principal }, |row| {
                Ok(Wrapped {
                    root: row.get(0)?,
                    key: row.get(1)?,
                })
            })
            .optional()?;
        found
            .map(|wrapped| self.roots.unwrap(principal, &wrapped).map(Rc::new))
            .transpose()
    }

    /// The principal's key, made if there is none.
    pub(super) fn key_or_new(self, principal: &str) -> Result<Rc<DataKey>, StoreError> {
        if let Some(key) = self.key(principal)? {
            return Ok(key);
        }
        let (key, wrapped) = self.roots.make_key(principal)?;
        self.connection
            .prepare_cached(
                "INSERT INTO principal_key (principal, root, wrapped) VALUES (:principal, :root, :wrapped)",
            )?
            .execute(named_params! {
                ":principal": principal,
                ":root": wrapped.root,
                ":wrapped": wrapped.key,
            })?;
        Ok(Rc::new(key))
    }
}

/// Refuses root keys that are not this database's.
pub(super) fn meet(connection: &Connection, roots: &RootKeys) -> Result<(), StoreError> {
    let mut known = connection.prepare("SELECT name FROM root_key")?;
    for name in known.query_map([], first::<String>)? {
        roots.must_know(&name?)?;
    }
    connection.execute(
        "INSERT OR IGNORE INTO root_key (name) VALUES (?1)",
        [roots.first()],
    )?;
    Ok(())
}

/// Wraps some of the keys that other root keys wrap; how many.
pub(super) fn rewrap_some(opened: Opened<'_>) -> Result<u64, StoreError> {
    let first = opened.roots.first();
    let mut older = opened
        .connection
        .prepare_cached("SELECT principal, root, wrapped FROM principal_key WHERE root <> ?1 LIMIT ?2")?;
    let found = older
        .query_map(params![first, PAGE], |row| {
            let wrapped = Wrapped {
                root: row.get(1)?,
                key: row.get(2)?,
            };
            Ok((row.get::<_, String>(0)?, wrapped))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let mut update = opened
        .connection
        .prepare_cached("UPDATE principal_key SET root = ?2, wrapped = ?3 WHERE principal = ?1")?;
    for (principal, wrapped) in &found {
        let wrapped = opened.roots.rewrap(principal, wrapped)?;
        update.execute(params![principal, wrapped.root, wrapped.key])?;
    }
    if found.is_empty() {
        opened
            .connection
            .execute("DELETE FROM root_key WHERE name <> ?1", [first])?;
    }
    Ok(found.len() as u64)
}

/// Seals what older programs kept in the clear.
pub(super) fn seal_clear(opened: Opened<'_>) -> Result<(), StoreError> {
    seal_records(opened)?;
    seal_acts(opened)
}

fn seal_records(opened: Opened<'_>) -> Result<(), StoreError> {
    let mut clear = opened.connection.prepare(
        "SELECT principal, kind, id, version, content FROM record WHERE content NOT LIKE ?1 LIMIT 1000",
    )?;
    let mut update = opened
        .connection
        .prepare("UPDATE record SET content = ?4 WHERE principal = ?1 AND kind = ?2 AND id = ?3")?;
    loop {
        let rows = clear
            .query_map([SEALED_LIKE], |row| {
                let text: (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok((text, row.get::<_, i64>(3)?, row.get::<_, String>(4)?))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        if rows.is_empty() {
            return Ok(());
        }
        for ((principal, kind, id), version, content) in rows {
            let place = Place::Record {
                principal: &principal,
                kind: &kind,
                id: &id,
                version,
            };
            let sealed = opened.key_or_new(&principal)?.seal(place, &content)?;
            update.execute(params![principal, kind, id, sealed])?;
        }
    }
}

fn seal_acts(opened: Opened<'_>) -> Result<(), StoreError> {
    let mut clear = opened
        .connection
        .prepare("SELECT actor, id, outcome, text FROM intent WHERE outcome NOT LIKE ?1 LIMIT 1000")?;
    let mut update = opened
        .connection
        .prepare("UPDATE intent SET outcome = ?3, text = ?4 WHERE actor = ?1 AND id = ?2")?;
    loop {
        let rows = clear
            .query_map([KEPT_LIKE], |row| {
                let act: (String, [u8; 16]) = (row.get(0)?, row.get(1)?);
                Ok((act, row.get::<_, String>(2)?, row.get::<_, Option<String>>(3)?))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        if rows.is_empty() {
            return Ok(());
        }
        for ((actor, bytes), outcome, text) in rows {
            let id = Uuid::from_bytes(bytes);
            let key = opened.key_or_new(&actor)?;
            let fate: Fate = read_json(&outcome)?;
            let place = Place::Text { actor: &actor, id };
            let text = text.map(|text| key.seal(place, &text)).transpose()?;
            update.execute(params![actor, bytes, keep_fate(&key, &actor, id, &fate)?, text])?;
        }
    }
}
