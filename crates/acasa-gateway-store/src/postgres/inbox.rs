//! Letters, and what their senders are to be told.

use acasa_domain::Principal;
use acasa_protocol::{acts::PREFERENCE, notices::NOTICE};
use serde_json::Value;

use super::{
    PostgresStorage, Transaction, changes::Changes, is_storable, keys, place, pool::column, sync::record,
};
use crate::{
    Event, InboxPosition, InboxStorage, Letter, LetterReport, PreferenceReport, StoreError, Write,
    values::{from_sql, to_sql},
};

impl InboxStorage for PostgresStorage {
    fn inbox_position(&self) -> Result<Option<InboxPosition>, StoreError> {
        let found = self.pool.ask("SELECT feed, number FROM inbox_position", &[])?;
        let position = found.first().map(|row| {
            Ok::<_, StoreError>(InboxPosition {
                feed: column(row, 0)?,
                number: from_sql(column(row, 1)?),
            })
        });
        position.transpose()
    }

    fn pass(&self, position: &InboxPosition) -> Result<(), StoreError> {
        self.transact(|transaction| move_to(transaction, position))
    }

    fn take(
        &self,
        letter: &Letter,
        position: Option<&InboxPosition>,
        event: &Event,
    ) -> Result<bool, StoreError> {
        self.transact(|transaction| {
            let new = take(transaction, letter, event)?;
            if let Some(position) = position {
                move_to(transaction, position)?;
            }
            Ok(new)
        })
    }

    fn read_record(
        &self,
        principal: Principal,
        kind: &str,
        id: &str,
        event: &Event,
    ) -> Result<Option<Value>, StoreError> {
        if !is_storable(kind) || !is_storable(id) {
            return Ok(None);
        }
        let name = principal.to_string();
        self.transact(|transaction| {
            let mut changes = Changes::of_owner(transaction, principal, event)?;
            let found = transaction.connection.row(
                "SELECT kind, id, version, content FROM record
                 WHERE principal = $1 AND kind = $2 AND id = $3 AND content IS NOT NULL",
                &[&name, &kind, &id],
            )?;
            let Some(row) = found else {
                return Ok(None);
            };
            let key = changes.key(transaction.opened(), &name)?;
            let found = record(key.as_deref(), &name, &row)?;
            changes.append(event)?;
            changes.write(transaction)?;
            Ok(found.content)
        })
    }

    fn letter_reports(&self, limit: u32) -> Result<Vec<LetterReport>, StoreError> {
        let rows = self.pool.ask(
            "SELECT id, was_read FROM letter WHERE told <= was_read ORDER BY id LIMIT $1",
            &[&i64::from(limit)],
        )?;
        let report = |row| {
            let read: i32 = column(row, 1)?;
            Ok(LetterReport {
                id: column(row, 0)?,
                read: read == 1,
            })
        };
        rows.iter().map(report).collect()
    }

    fn letters_reported(&self, reports: &[LetterReport]) -> Result<(), StoreError> {
        self.transact(|transaction| {
            for report in reports {
                transaction.connection.change(
                    "UPDATE letter SET told = greatest(told, $1) WHERE id = $2",
                    &[&(1 + i32::from(report.read)), &report.id],
                )?;
            }
            Ok(())
        })
    }

    fn preference_reports(&self, limit: u32) -> Result<Vec<PreferenceReport>, StoreError> {
        self.transact(|transaction| {
            let due = transaction.connection.rows(
                "SELECT principal, version FROM preference_untold ORDER BY principal LIMIT $1",
                &[&i64::from(limit)],
            )?;
            let mut reports = Vec::with_capacity(due.len());
            for row in &due {
                let name: &str = column(row, 0)?;
                match place::is_here(transaction, name) {
                    Ok(()) => {}
                    // Where they are now, they are told too.
                    Err(StoreError::Moved { .. }) => continue,
                    Err(error) => return Err(error),
                }
                let kept = transaction.connection.rows(
                    "SELECT kind, id, version, content FROM record
                     WHERE principal = $1 AND kind = $2 AND content IS NOT NULL",
                    &[&name, &PREFERENCE],
                )?;
                let key = keys::find(transaction.connection, transaction.roots, name)?;
                let open = |row| Ok(record(key.as_deref(), name, row)?.content);
                let preferences = kept.iter().filter_map(|row| open(row).transpose());
                let preferences = match preferences.collect::<Result<_, StoreError>>() {
                    // Others are not kept waiting by one that was tampered with.
                    Err(StoreError::PayloadBroken) => continue,
                    found => found?,
                };
                reports.push(PreferenceReport {
                    principal: name
                        .parse()
                        .map_err(|_| StoreError::Unreadable { what: "principal" })?,
                    version: from_sql(column(row, 1)?),
                    preferences,
                });
            }
            Ok(reports)
        })
    }

    fn preferences_reported(&self, principal: Principal, version: u64) -> Result<(), StoreError> {
        self.transact(|transaction| {
            transaction.connection.change(
                "DELETE FROM preference_untold WHERE principal = $1 AND version = $2",
                &[&principal.to_string(), &to_sql(version)],
            )?;
            Ok(())
        })
    }
}

fn take(transaction: &mut Transaction<'_>, letter: &Letter, event: &Event) -> Result<bool, StoreError> {
    // Before the letter, which may have gone on to another shard with its owner.
    let mut changes = Changes::of_owner(transaction, letter.principal, event)?;
    let principal = letter.principal.to_string();
    let told = if letter.reported { 0 } else { 2 };
    let new = transaction.connection.row(
        "INSERT INTO letter (id, principal, told) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING RETURNING id",
        &[&letter.id, &principal, &told],
    )?;
    if new.is_none() {
        return Ok(false);
    }
    let write = Write {
        kind: NOTICE.to_owned(),
        id: letter.id.to_string(),
        content: Some(letter.content.clone()),
    };
    changes.put(transaction.opened(), letter.principal, &[write])?;
    changes.append(event)?;
    changes.write(transaction)?;
    Ok(true)
}

fn move_to(transaction: &mut Transaction<'_>, position: &InboxPosition) -> Result<(), StoreError> {
    transaction.connection.change(
        "INSERT INTO inbox_position (single, feed, number) VALUES (TRUE, $1, $2)
         ON CONFLICT (single) DO UPDATE SET feed = excluded.feed, number = excluded.number",
        &[&position.feed, &to_sql(position.number)],
    )?;
    Ok(())
}
