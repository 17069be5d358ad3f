use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};

use super::{bounded, checked, from_millis, from_optional_millis, to_millis};
use crate::{StoreError, Vault};

/// What documents are checked against: public, but not to be exchanged unnoticed.
pub struct Trust<'v>(pub(crate) &'v Vault);

/// The signed trust list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustList {
    /// Its version, which never goes back.
    pub version: u64,
    /// When a newer one is due.
    pub next_update: Timestamp,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// The list as received, signature included.
    pub signed: Vec<u8>,
}

/// A signed status list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    /// Where it comes from.
    pub uri: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it expires, if it says so.
    pub expires_at: Option<Timestamp>,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// The token as received, signature included.
    pub signed: Vec<u8>,
}

impl Trust<'_> {
    /// Keeps a verified trust list. An older version than the one kept is refused; the same
    /// version must be the same bytes.
    pub fn set_list(&self, list: &TrustList) -> Result<(), StoreError> {
        bounded(&list.signed)?;
        let version = i64::try_from(list.version).map_err(|_| StoreError::TooLarge)?;
        self.0.write(|tx| {
            let present: Option<(i64, Vec<u8>)> = tx
                .query_row("SELECT version, signed FROM trust_list", [], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            if let Some((kept, signed)) = present
                && (version < kept || (version == kept && checked::reveal(&signed)? != list.signed))
            {
                return Err(StoreError::TrustGoesBack);
            }
            tx.prepare_cached(
                "INSERT OR REPLACE INTO trust_list (id, version, next_update, fetched_at, signed)
                 VALUES (1, ?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                version,
                to_millis(list.next_update),
                to_millis(list.fetched_at),
                checked::protect(&list.signed)
            ])?;
            Ok(())
        })
    }

    /// The trust list, once there is one.
    pub fn list(&self) -> Result<Option<TrustList>, StoreError> {
        self.0.read(|connection| {
            let mut query = connection
                .prepare_cached("SELECT version, next_update, fetched_at, signed FROM trust_list")?;
            let mut rows = query.query([])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            Ok(Some(TrustList {
                version: u64::try_from(row.get::<_, i64>(0)?).map_err(|_| StoreError::Damaged)?,
                next_update: from_millis(row.get(1)?)?,
                fetched_at: from_millis(row.get(2)?)?,
                signed: checked::reveal(&row.get::<_, Vec<u8>>(3)?)?.to_vec(),
            }))
        })
    }

    /// Keeps a verified status list, unless the one kept is newer; says whether it was taken.
    pub fn set_status_list(&self, list: &StatusList) -> Result<bool, StoreError> {
        bounded(&list.signed)?;
        self.0.write(|tx| {
            let changed = tx
                .prepare_cached(
                    "INSERT INTO status_lists (uri, issued_at, expires_at, fetched_at, signed)
                     VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT (uri) DO UPDATE SET issued_at = excluded.issued_at,
                         expires_at = excluded.expires_at, fetched_at = excluded.fetched_at,
                         signed = excluded.signed
                     WHERE excluded.issued_at >= status_lists.issued_at",
                )?
                .execute(params![
                    list.uri,
                    to_millis(list.issued_at),
                    list.expires_at.map(to_millis),
                    to_millis(list.fetched_at),
                    checked::protect(&list.signed),
                ])?;
            Ok(changed > 0)
        })
    }

    /// The status list from this address, if it was fetched.
    pub fn status_list(&self, uri: &str) -> Result<Option<StatusList>, StoreError> {
        Ok(self.query_status_lists("WHERE uri = ?1", &[uri])?.pop())
    }

    /// All status lists.
    pub fn status_lists(&self) -> Result<Vec<StatusList>, StoreError> {
        self.query_status_lists("ORDER BY uri", &[])
    }

    fn query_status_lists(&self, rest: &str, values: &[&str]) -> Result<Vec<StatusList>, StoreError> {
        self.0.read(|connection| {
            let mut query = connection.prepare_cached(&format!(
                "SELECT uri, issued_at, expires_at, fetched_at, signed FROM status_lists {rest}"
            ))?;
            let mut rows = query.query(rusqlite::params_from_iter(values))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(StatusList {
                    uri: row.get(0)?,
                    issued_at: from_millis(row.get(1)?)?,
                    expires_at: from_optional_millis(row.get(2)?)?,
                    fetched_at: from_millis(row.get(3)?)?,
                    signed: checked::reveal(&row.get::<_, Vec<u8>>(4)?)?.to_vec(),
                });
            }
            Ok(found)
        })
    }
}
