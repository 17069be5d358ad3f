//! Letters, and what their senders are to be told.

use acasa_domain::Principal;
use acasa_protocol::{acts::PREFERENCE, notices::NOTICE};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, named_params, params};
use serde_json::Value;
use uuid::Uuid;

use super::{SqliteStorage, journal, keys::Opened, sync};
use crate::{
    Event, InboxPosition, InboxStorage, Letter, LetterReport, PreferenceReport, RecordsNow as _, StoreError,
    Write,
    values::{from_sql, to_sql},
};

impl InboxStorage for SqliteStorage {
    fn inbox_position(&self) -> Result<Option<InboxPosition>, StoreError> {
        let found = self
            .connection()
            .prepare_cached("SELECT feed, number FROM inbox_position WHERE one = 1")?
            .query_row([], |row| {
                Ok(InboxPosition {
                    feed: row.get(0)?,
                    number: from_sql(row.get(1)?),
                })
            })
            .optional()?;
        Ok(found)
    }

    fn pass(&self, position: &InboxPosition) -> Result<(), StoreError> {
        move_to(&self.connection(), position)
    }

    fn take(
        &self,
        letter: &Letter,
        position: Option<&InboxPosition>,
        event: &Event,
    ) -> Result<bool, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let told = if letter.reported { 0 } else { 2 };
        let new = transaction
            .prepare_cached(
                "INSERT INTO letter (id, principal, told) VALUES (:id, :principal, :told)
                 ON CONFLICT (id) DO NOTHING",
            )?
            .execute(named_params! {
                ":id": letter.id.to_string(),
                ":principal": letter.principal.to_string(),
                ":told": told,
            })?;
        if new == 1 {
            let write = Write {
                kind: NOTICE.to_owned(),
                id: letter.id.to_string(),
                content: Some(letter.content.clone()),
            };
            sync::put(self.opened(&transaction), letter.principal, &[write])?;
            journal::append(&transaction, event, self.digest)?;
        }
        if let Some(position) = position {
            move_to(&transaction, position)?;
        }
        transaction.commit()?;
        Ok(new == 1)
    }

    fn read_record(
        &self,
        principal: Principal,
        kind: &str,
        id: &str,
        event: &Event,
    ) -> Result<Option<Value>, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let now = sync::Now {
            opened: self.opened(&transaction),
            principal,
        };
        let found = now.get(kind, id)?;
        if found.is_some() {
            journal::append(&transaction, event, self.digest)?;
        }
        transaction.commit()?;
        Ok(found)
    }

    fn letter_reports(&self, limit: u32) -> Result<Vec<LetterReport>, StoreError> {
        let connection = self.connection();
        let mut due = connection.prepare_cached(
            "SELECT id, was_read FROM letter WHERE told <= was_read ORDER BY id LIMIT :limit",
        )?;
        let rows = due.query_map(named_params! { ":limit": limit }, |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?))
        })?;
        rows.map(|row| {
            let (id, read) = row?;
            let id = Uuid::parse_str(&id).map_err(|_| StoreError::Unreadable { what: "letter" })?;
            Ok(LetterReport { id, read })
        })
        .collect()
    }

    fn letters_reported(&self, reports: &[LetterReport]) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for report in reports {
            transaction
                .prepare_cached("UPDATE letter SET told = max(told, :told) WHERE id = :id")?
                .execute(named_params! {
                    ":told": 1 + i64::from(report.read),
                    ":id": report.id.to_string(),
                })?;
        }
        transaction.commit()?;
        Ok(())
    }

    fn preference_reports(&self, limit: u32) -> Result<Vec<PreferenceReport>, StoreError> {
        let connection = self.connection();
        let mut due = connection.prepare_cached(
            "SELECT principal, version FROM preference_untold ORDER BY principal LIMIT :limit",
        )?;
        let rows = due.query_map(named_params! { ":limit": limit }, |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?))
        })?;
        let mut reports = Vec::new();
        for row in rows {
            let (name, version) = row?;
            let principal = name
                .parse()
                .map_err(|_| StoreError::Unreadable { what: "principal" })?;
            let preferences = match preferences(self.opened(&connection), principal) {
                // Others are not kept waiting by one that was tampered with.
                Err(StoreError::PayloadBroken) => continue,
                found => found?,
            };
            reports.push(PreferenceReport {
                principal,
                version: from_sql(version),
                preferences,
            });
        }
        Ok(reports)
    }

    fn preferences_reported(&self, principal: Principal, version: u64) -> Result<(), StoreError> {
        self.connection().execute(
            "DELETE FROM preference_untold WHERE principal = ?1 AND version = ?2",
            params![principal.to_string(), to_sql(version)],
        )?;
        Ok(())
    }
}

fn move_to(connection: &Connection, position: &InboxPosition) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO inbox_position (one, feed, number) VALUES (1, :feed, :number)
             ON CONFLICT (one) DO UPDATE SET feed = :feed, number = :number",
        )?
        .execute(named_params! { ":feed": position.feed, ":number": to_sql(position.number) })?;
    Ok(())
}

fn preferences(opened: Opened<'_>, principal: Principal) -> Result<Vec<Value>, StoreError> {
    let mut kept = opened.connection.prepare_cached(
        "SELECT kind, id, version, content FROM record
         WHERE principal = :principal AND kind = :kind AND content IS NOT NULL",
    )?;
    let rows = kept
        .query_map(
            named_params! { ":principal": principal.to_string(), ":kind": PREFERENCE },
            sync::record_row,
        )?
        .collect::<Result<Vec<_>, _>>()?;
    let records = sync::read_records(opened, principal, rows)?;
    Ok(records.into_iter().filter_map(|record| record.content).collect())
}
