//! Installations, one-time values, pushed requests, codes, grants and subjects.

use postgres::Row;

use super::{
    Transaction, hash_of, is_storable,
    pool::{Pool, column},
};
use crate::{Client, Code, Grant, Hash, Pushed, Redeemed, StoreError};

pub(super) fn register_client(transaction: &mut Transaction<'_>, client: &Client) -> Result<(), StoreError> {
    transaction.connection.change(
        "INSERT INTO client (id, jwk, redirect_uris, registered) VALUES ($1, $2, $3, $4)",
        &[
            &client.id,
            &client.jwk,
            &client.redirect_uris.join("\n"),
            &client.registered,
        ],
    )?;
    Ok(())
}

pub(super) fn client(pool: &Pool, id: &str) -> Result<Option<Client>, StoreError> {
    if !is_storable(id) {
        return Ok(None);
    }
    let found = pool.ask(
        "SELECT id, jwk, redirect_uris, registered FROM client WHERE id = $1",
        &[&id],
    )?;
    let read = |row: &Row| {
        let uris: &str = column(row, 2)?;
        Ok(Client {
            id: column(row, 0)?,
            jwk: column(row, 1)?,
            redirect_uris: uris.lines().map(str::to_owned).collect(),
            registered: column(row, 3)?,
        })
    };
    found.first().map(read).transpose()
}

/// Installations that were taken out of use.
pub(crate) struct Removed {
    /// Of them, how many there were.
    pub(crate) count: u64,
    /// Those the person signed in with.
    pub(crate) with_grants: Vec<String>,
}

pub(super) fn remove_clients_of(
    transaction: &mut Transaction<'_>,
    person: &str,
) -> Result<Removed, StoreError> {
    let ended = transaction.connection.rows(
        "DELETE FROM grants WHERE subject IN (SELECT subject FROM subject WHERE person = $1) RETURNING client",
        &[&person],
    )?;
    let mut with_grants = ended
        .iter()
        .map(|row| column(row, 0))
        .collect::<Result<Vec<String>, _>>()?;
    with_grants.sort();
    with_grants.dedup();
    let count = transaction
        .connection
        .change("DELETE FROM client WHERE id = ANY ($1)", &[&with_grants])?;
    Ok(Removed { count, with_grants })
}

/// Expired ones are dropped on the way, a few at a time, and none that another transaction is at.
pub(super) fn use_once(
    transaction: &mut Transaction<'_>,
    value: &Hash,
    expires: i64,
    now: i64,
) -> Result<bool, StoreError> {
    let inserted = transaction.connection.change(
        "WITH gone AS (
             DELETE FROM used_value WHERE value IN (
                 SELECT value FROM used_value WHERE expires < $3 AND value <> $1
                 ORDER BY expires LIMIT 8 FOR UPDATE SKIP LOCKED))
         INSERT INTO used_value (value, expires) VALUES ($1, $2)
         ON CONFLICT (value) DO UPDATE SET expires = excluded.expires WHERE used_value.expires < $3",
        &[&value.as_slice(), &expires, &now],
    )?;
    Ok(inserted == 1)
}

pub(super) fn push(transaction: &mut Transaction<'_>, pushed: &Pushed) -> Result<(), StoreError> {
    transaction.connection.change(
        "INSERT INTO pushed (request, client, body, expires) VALUES ($1, $2, $3, $4)",
        &[
            &pushed.request.as_slice(),
            &pushed.client,
            &pushed.body,
            &pushed.expires,
        ],
    )?;
    Ok(())
}

pub(super) fn pushed(pool: &Pool, request: &Hash, now: i64) -> Result<Option<Pushed>, StoreError> {
    let found = pool.ask(
        "SELECT client, body, expires FROM pushed WHERE request = $1 AND expires > $2",
        &[&request.as_slice(), &now],
    )?;
    let read = |row: &Row| {
        Ok(Pushed {
            request: *request,
            client: column(row, 0)?,
            body: column(row, 1)?,
            expires: column(row, 2)?,
        })
    };
    found.first().map(read).transpose()
}

pub(super) fn complete(
    transaction: &mut Transaction<'_>,
    request: &Hash,
    code: &Code,
    now: i64,
) -> Result<bool, StoreError> {
    let consumed = transaction.connection.change(
        "DELETE FROM pushed WHERE request = $1 AND expires > $2",
        &[&request.as_slice(), &now],
    )?;
    transaction.connection.change(
        "DELETE FROM pushed WHERE request IN (
             SELECT request FROM pushed WHERE expires <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED)",
        &[&now],
    )?;
    if consumed == 0 {
        return Ok(false);
    }
    transaction.connection.change(
        "INSERT INTO code (code, client, subject, body, expires) VALUES ($1, $2, $3, $4, $5)",
        &[
            &code.code.as_slice(),
            &code.client,
            &code.subject,
            &code.body,
            &code.expires,
        ],
    )?;
    Ok(true)
}

pub(super) fn redeem(
    transaction: &mut Transaction<'_>,
    code: &Hash,
    now: i64,
) -> Result<Redeemed, StoreError> {
    let found = transaction.connection.row(
        "SELECT client, subject, body, expires, used, grant_id FROM code WHERE code = $1 FOR UPDATE",
        &[&code.as_slice()],
    )?;
    let Some(row) = found else {
        return Ok(Redeemed::Unknown);
    };
    if column(&row, 4)? {
        end_grant(transaction, column(&row, 5)?)?;
        return Ok(Redeemed::Reused);
    }
    transaction
        .connection
        .change("UPDATE code SET used = TRUE WHERE code = $1", &[&code.as_slice()])?;
    let kept = Code {
        code: *code,
        client: column(&row, 0)?,
        subject: column(&row, 1)?,
        body: column(&row, 2)?,
        expires: column(&row, 3)?,
    };
    Ok(if kept.expires > now {
        Redeemed::Fresh(kept)
    } else {
        Redeemed::Unknown
    })
}

pub(super) fn start_grant(
    transaction: &mut Transaction<'_>,
    grant: &Grant,
    code: &Hash,
) -> Result<(), StoreError> {
    transaction.connection.change(
        "INSERT INTO grants (id, client, subject, refresh, dpop_thumbprint, started)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            &grant.id,
            &grant.client,
            &grant.subject,
            &grant.refresh.as_slice(),
            &grant.dpop_thumbprint,
            &grant.started,
        ],
    )?;
    transaction.connection.change(
        "UPDATE code SET grant_id = $1 WHERE code = $2",
        &[&grant.id, &code.as_slice()],
    )?;
    Ok(())
}

fn grant(row: &Row) -> Result<Grant, StoreError> {
    Ok(Grant {
        id: column(row, 0)?,
        client: column(row, 1)?,
        subject: column(row, 2)?,
        refresh: hash_of(column(row, 3)?)?,
        dpop_thumbprint: column(row, 4)?,
        started: column(row, 5)?,
    })
}

pub(super) fn grant_by_refresh(pool: &Pool, token: &Hash) -> Result<Option<Grant>, StoreError> {
    let found = pool.ask(
        "SELECT id, client, subject, refresh, dpop_thumbprint, started FROM grants WHERE refresh = $1",
        &[&token.as_slice()],
    )?;
    found.first().map(grant).transpose()
}

pub(super) fn add_access(
    transaction: &mut Transaction<'_>,
    grant: &str,
    token: &Hash,
    expires: i64,
    now: i64,
) -> Result<(), StoreError> {
    transaction.connection.change(
        "DELETE FROM access_token WHERE token IN (
             SELECT token FROM access_token WHERE grant_id = $1 AND expires <= $2 FOR UPDATE SKIP LOCKED)",
        &[&grant, &now],
    )?;
    transaction.connection.change(
        "INSERT INTO access_token (token, grant_id, expires) VALUES ($1, $2, $3)",
        &[&token.as_slice(), &grant, &expires],
    )?;
    Ok(())
}

pub(super) fn grant_by_access(pool: &Pool, token: &Hash, now: i64) -> Result<Option<Grant>, StoreError> {
    let found = pool.ask(
        "SELECT g.id, g.client, g.subject, g.refresh, g.dpop_thumbprint, g.started
         FROM access_token t JOIN grants g ON g.id = t.grant_id
         WHERE t.token = $1 AND t.expires > $2",
        &[&token.as_slice(), &now],
    )?;
    found.first().map(grant).transpose()
}

pub(super) fn end_grant(transaction: &mut Transaction<'_>, grant: &str) -> Result<bool, StoreError> {
    let ended = transaction
        .connection
        .change("DELETE FROM grants WHERE id = $1", &[&grant])?;
    Ok(ended == 1)
}

/// Ends every session of an installation.
pub(super) fn end_grants_of_client(
    transaction: &mut Transaction<'_>,
    client: &str,
) -> Result<(), StoreError> {
    transaction
        .connection
        .change("DELETE FROM grants WHERE client = $1", &[&client])?;
    Ok(())
}

pub(super) fn subject_of(
    transaction: &mut Transaction<'_>,
    person: &str,
    candidate: &str,
) -> Result<String, StoreError> {
    transaction.connection.change(
        "INSERT INTO subject (subject, person) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        &[&candidate, &person],
    )?;
    let found = transaction
        .connection
        .row("SELECT subject FROM subject WHERE person = $1", &[&person])?;
    let row = found.ok_or(StoreError::Unreadable { what: "subject" })?;
    column(&row, 0)
}

pub(super) fn person_of(pool: &Pool, subject: &str) -> Result<Option<String>, StoreError> {
    if !is_storable(subject) {
        return Ok(None);
    }
    let found = pool.ask("SELECT person FROM subject WHERE subject = $1", &[&subject])?;
    found.first().map(|row| column(row, 0)).transpose()
}
