use acasa_crypto::{Key256, aead};
use acasa_domain::Principal;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{bounded, checked, from_optional_millis, to_millis};
use crate::{StoreError, Vault};

/// Whose records the vault keeps, each non-holder's under a key of its own.
pub struct Principals<'v>(pub(crate) &'v Vault);

/// A principal whose records the holder may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalAccess {
    /// Whose records.
    pub principal: Principal,
    /// Whether it is the profile's own person.
    pub is_holder: bool,
    /// When the power to act for them ends; `None` for the holder.
    pub term: Option<Timestamp>,
}

impl Principals<'_> {
    /// Says whose profile this is. Saying it again is no error; naming another is refused, because
    /// signing in again must return the profile's own subject.
    pub fn set_holder(&self, holder: Principal) -> Result<(), StoreError> {
        self.0.write(|tx| match holder_urn(tx)? {
            Some(present) if present == holder.to_string() => Ok(()),
            Some(_) => Err(StoreError::HolderDiffers),
            None => {
                tx.execute(
                    "INSERT INTO principals (urn, is_holder) VALUES (?1, 1)",
                    [holder.to_string()],
                )?;
                Ok(())
            }
        })
    }

    /// Whose profile this is, once known.
    pub fn holder(&self) -> Result<Option<Principal>, StoreError> {
        let urn = self.0.read(holder_urn)?;
        urn.map(|urn| urn.parse().map_err(|_| StoreError::Damaged))
            .transpose()
    }

    /// Adds a principal for whom the holder may act until `term`, with a fresh key; for one already
    /// there it moves the term. One whose access has ended begins again with nothing.
    pub fn grant(&self, principal: Principal, term: Timestamp) -> Result<(), StoreError> {
        let key = Key256::make_random()?;
        self.0.write(|tx| {
            if holder_urn(tx)?.is_some_and(|holder| holder == principal.to_string()) {
                return Err(StoreError::HolderDiffers);
            }
            tx.prepare_cached(
                "INSERT INTO principals (urn, key, term) VALUES (?1, ?2, ?3)
                 ON CONFLICT (urn) DO UPDATE SET term = excluded.term, ended = 0,
                     key = CASE ended WHEN 1 THEN excluded.key ELSE key END",
            )?
            .execute(params![principal.to_string(), key.expose(), to_millis(term)])?;
            Ok(())
        })
    }

    /// Ends the access to a principal's records: their key is destroyed and the records removed.
    pub fn end(&self, principal: Principal) -> Result<(), StoreError> {
        self.0.write(|tx| {
            let found = Cabinet::find(tx, principal)?;
            if found.key.is_none() {
                return Err(StoreError::HolderDiffers);
            }
            end_access(tx, found.id)
        })?;
        self.0.fold_log()
    }

    /// Ends the access to every principal whose term has passed; says how many. Called at each
    /// unlock and when a term comes, so that offline, too, access ends at the term.
    pub fn end_expired(&self, now: Timestamp) -> Result<usize, StoreError> {
        let ended = self.0.write(|tx| {
            let mut query = tx.prepare_cached(
                "SELECT id FROM principals WHERE is_holder = 0 AND ended = 0 AND term <= ?1",
            )?;
            let expired = query
                .query_map([to_millis(now)], |row| row.get(0))?
                .collect::<Result<Vec<i64>, _>>()?;
            for id in &expired {
                end_access(tx, *id)?;
            }
            Ok(expired.len())
        })?;
        if ended > 0 {
            self.0.fold_log()?;
        }
        Ok(ended)
    }

    /// Everyone whose records can be used, the holder first.
    pub fn list(&self) -> Result<Vec<PrincipalAccess>, StoreError> {
        self.0.read(|connection| {
            let mut query = connection.prepare_cached(
                "SELECT urn, is_holder, term FROM principals WHERE ended = 0 ORDER BY is_holder DESC, id",
            )?;
            let mut rows = query.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(PrincipalAccess {
                    principal: parse(&row.get::<_, String>(0)?)?,
                    is_holder: row.get(1)?,
                    term: from_optional_millis(row.get(2)?)?,
                });
            }
            Ok(found)
        })
    }
}

fn holder_urn(connection: &Connection) -> Result<Option<String>, StoreError> {
    let mut query = connection.prepare_cached("SELECT urn FROM principals WHERE is_holder = 1")?;
    Ok(query.query_row([], |row| row.get(0)).optional()?)
}

fn end_access(connection: &Connection, id: i64) -> Result<(), StoreError> {
    connection.execute("UPDATE principals SET key = x'', ended = 1 WHERE id = ?1", [id])?;
    connection.execute(
        "DELETE FROM signing_keys WHERE handle IN (SELECT key_handle FROM copies
             JOIN documents ON documents.id = copies.document WHERE documents.principal = ?1)",
        [id],
    )?;
    for statement in [
        "DELETE FROM intents WHERE principal = ?1",
        "DELETE FROM letters WHERE principal = ?1",
        "DELETE FROM records WHERE principal = ?1",
        "DELETE FROM records_staged WHERE principal = ?1",
        "DELETE FROM checkpoints WHERE principal = ?1",
        "DELETE FROM documents WHERE principal = ?1",
        "DELETE FROM acts WHERE principal = ?1",
        "DELETE FROM showings WHERE principal = ?1",
        "DELETE FROM kept_codes WHERE principal = ?1",
        "DELETE FROM journal WHERE principal = ?1",
    ] {
        connection.execute(statement, [id])?;
    }
    Ok(())
}

pub(super) fn parse(urn: &str) -> Result<Principal, StoreError> {
    urn.parse().map_err(|_| StoreError::Damaged)
}

/// One principal's place in the vault: its row, and the key its records are sealed under.
pub(super) struct Cabinet {
    pub(super) id: i64,
    /// `None` for the holder, whose records the data key alone protects.
    key: Option<Key256>,
}

impl Cabinet {
    /// Whether its records are sealed under a key of their own: nothing of them may stand anywhere else.
    pub(super) fn is_sealed(&self) -> bool {
        self.key.is_some()
    }

    pub(super) fn find(connection: &Connection, principal: Principal) -> Result<Self, StoreError> {
        let mut query =
            connection.prepare_cached("SELECT id, is_holder, ended, key FROM principals WHERE urn = ?1")?;
        let mut rows = query.query([principal.to_string()])?;
        Self::from_row(rows.next()?.ok_or(StoreError::UnknownPrincipal)?)
    }

    pub(super) fn by_id(connection: &Connection, id: i64) -> Result<Self, StoreError> {
        let mut query =
            connection.prepare_cached("SELECT id, is_holder, ended, key FROM principals WHERE id = ?1")?;
        let mut rows = query.query([id])?;
        Self::from_row(rows.next()?.ok_or(StoreError::Damaged)?)
    }

    /// Everyone's, by row: for lists over all principals.
    pub(super) fn all(connection: &Connection) -> Result<Cabinets, StoreError> {
        let mut query = connection
            .prepare_cached("SELECT id, is_holder, ended, key, urn FROM principals WHERE ended = 0")?;
        let mut rows = query.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push((Self::from_row(row)?, parse(&row.get::<_, String>(4)?)?));
        }
        Ok(Cabinets(found))
    }

    fn from_row(row: &rusqlite::Row<'_>) -> Result<Self, StoreError> {
        let (id, is_holder, ended): (i64, bool, bool) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if ended {
            return Err(StoreError::AccessEnded);
        }
        let key = if is_holder {
            None
        } else {
            let stored = row.get_ref(3)?.as_blob().map_err(|_| StoreError::Damaged)?;
            Some(Key256::from_slice(stored).map_err(|_| StoreError::Damaged)?)
        };
        Ok(Self { id, key })
    }

    /// The bytes as they are stored in this column of this record.
    pub(super) fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        bounded(plain)?;
        match &self.key {
            None => Ok(checked::protect(plain)),
            Some(key) => Ok(aead::seal(key, &place.associated(), plain)?),
        }
    }

    /// The bytes as they were given.
    pub(super) fn open(&self, place: &Place<'_>, stored: &[u8]) -> Result<Vec<u8>, StoreError> {
        match &self.key {
            None => Ok(checked::reveal(stored)?.to_vec()),
            Some(key) => {
                let plain = aead::open(key, &place.associated(), stored).map_err(|_| StoreError::Damaged)?;
                Ok(plain.expose().to_vec())
            }
        }
    }

    pub(super) fn open_text(&self, place: &Place<'_>, stored: &[u8]) -> Result<String, StoreError> {
        String::from_utf8(self.open(place, stored)?).map_err(|_| StoreError::Damaged)
    }
}

/// Several principals' cabinets, found by row.
pub(super) struct Cabinets(Vec<(Cabinet, Principal)>);

impl Cabinets {
    pub(super) fn get(&self, id: i64) -> Result<(&Cabinet, Principal), StoreError> {
        self.0
            .iter()
            .find(|(cabinet, _)| cabinet.id == id)
            .map(|(cabinet, principal)| (cabinet, *principal))
            .ok_or(StoreError::Damaged)
    }
}

/// Which column of which record sealed bytes belong to; sealed bytes moved elsewhere do not open.
pub(super) struct Place<'a> {
    pub(super) column: &'static str,
    pub(super) record: &'a str,
}

impl Place<'_> {
    fn associated(&self) -> Vec<u8> {
        [
            b"acasa/record/v1/",
            self.column.as_bytes(),
            b"/",
            self.record.as_bytes(),
        ]
        .concat()
    }
}
