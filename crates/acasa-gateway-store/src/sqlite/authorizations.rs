//! Installations, one-time values, pushed requests, codes, grants and subjects.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::first;
use crate::{Client, Code, Grant, Hash, Pushed, Redeemed, StoreError};

pub(super) fn register_client(connection: &Connection, client: &Client) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO client (id, jwk, redirect_uris, registered)
             VALUES (:id, :jwk, :redirect_uris, :registered)",
        )?
        .execute(named_params! {
            ":id": client.id,
            ":jwk": client.jwk,
            ":redirect_uris": client.redirect_uris.join("\n"),
            ":registered": client.registered,
        })?;
    Ok(())
}

pub(super) fn client(connection: &Connection, id: &str) -> Result<Option<Client>, StoreError> {
    let found = connection
        .prepare_cached("SELECT id, jwk, redirect_uris, registered FROM client WHERE id = :id")?
        .query_row(named_params! { ":id": id }, |row| {
            let uris: String = row.get(2)?;
            Ok(Client {
                id: row.get(0)?,
                jwk: row.get(1)?,
                redirect_uris: uris.lines().map(str::to_owned).collect(),
                registered: row.get(3)?,
            })
        })
        .optional()?;
    Ok(found)
}

pub(super) fn remove_clients_of(connection: &Connection, person: &str) -> Result<u64, StoreError> {
    const THEIRS: &str = "SELECT g.client FROM grants g JOIN subject s ON s.subject = g.subject
                          WHERE s.person = :person";
    let person = named_params! { ":person": person };
    connection.execute(&format!("DELETE FROM pushed WHERE client IN ({THEIRS})"), person)?;
    let removed = connection.execute(&format!("DELETE FROM client WHERE id IN ({THEIRS})"), person)?;
    connection.execute(
        "DELETE FROM grants WHERE subject IN (SELECT subject FROM subject WHERE person = :person)",
        person,
    )?;
    Ok(removed as u64)
}

pub(super) fn use_once(
    connection: &Connection,
    value: &Hash,
    expires: i64,
    now: i64,
) -> Result<bool, StoreError> {
    connection
        .prepare_cached("DELETE FROM used_value WHERE expires < :now")?
        .execute(named_params! { ":now": now })?;
    let inserted = connection
        .prepare_cached("INSERT OR IGNORE INTO used_value (value, expires) VALUES (:value, :expires)")?
        .execute(named_params! { ":value": value, ":expires": expires })?;
    Ok(inserted == 1)
}

pub(super) fn push(connection: &Connection, pushed: &Pushed) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO pushed (request, client, body, expires)
             VALUES (:request, :client, :body, :expires)",
        )?
        .execute(named_params! {
            ":request": pushed.request,
            ":client": pushed.client,
            ":body": pushed.body,
            ":expires": pushed.expires,
        })?;
    Ok(())
}

pub(super) fn pushed(
    connection: &Connection,
    request: &Hash,
    now: i64,
) -> Result<Option<Pushed>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT request, client, body, expires FROM pushed
             WHERE request = :request AND expires > :now",
        )?
        .query_row(named_params! { ":request": request, ":now": now }, |row| {
            Ok(Pushed {
                request: row.get(0)?,
                client: row.get(1)?,
                body: row.get(2)?,
                expires: row.get(3)?,
            })
        })
        .optional()?;
    Ok(found)
}

pub(super) fn complete(
    connection: &Connection,
    request: &Hash,
    code: &Code,
    now: i64,
) -> Result<bool, StoreError> {
    let consumed = connection
        .prepare_cached("DELETE FROM pushed WHERE request = :request AND expires > :now")?
        .execute(named_params! { ":request": request, ":now": now })?;
    connection
        .prepare_cached("DELETE FROM pushed WHERE expires <= :now")?
        .execute(named_params! { ":now": now })?;
    if consumed == 0 {
        return Ok(false);
    }
    connection
        .prepare_cached(
            "INSERT INTO code (code, client, subject, body, expires)
             VALUES (:code, :client, :subject, :body, :expires)",
        )?
        .execute(named_params! {
            ":code": code.code,
            ":client": code.client,
            ":subject": code.subject,
            ":body": code.body,
            ":expires": code.expires,
        })?;
    Ok(true)
}

pub(super) fn redeem(connection: &Connection, code: &Hash, now: i64) -> Result<Redeemed, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT code, client, subject, body, expires, used, grant_id FROM code
             WHERE code = :code",
        )?
        .query_row(named_params! { ":code": code }, |row| {
            let kept = Code {
                code: row.get(0)?,
                client: row.get(1)?,
                subject: row.get(2)?,
                body: row.get(3)?,
                expires: row.get(4)?,
            };
            Ok((kept, row.get::<_, bool>(5)?, row.get::<_, String>(6)?))
        })
        .optional()?;
    let Some((kept, used, grant)) = found else {
        return Ok(Redeemed::Unknown);
    };
    if used {
        end_grant(connection, &grant)?;
        return Ok(Redeemed::Reused);
    }
    connection
        .prepare_cached("UPDATE code SET used = 1 WHERE code = :code")?
        .execute(named_params! { ":code": code })?;
    Ok(if kept.expires > now {
        Redeemed::Fresh(kept)
    } else {
        Redeemed::Unknown
    })
}

pub(super) fn start_grant(connection: &Connection, grant: &Grant, code: &Hash) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO grants (id, client, subject, refresh, dpop_thumbprint, started)
             VALUES (:id, :client, :subject, :refresh, :dpop_thumbprint, :started)",
        )?
        .execute(named_params! {
            ":id": grant.id,
            ":client": grant.client,
            ":subject": grant.subject,
            ":refresh": grant.refresh,
            ":dpop_thumbprint": grant.dpop_thumbprint,
            ":started": grant.started,
        })?;
    connection
        .prepare_cached("UPDATE code SET grant_id = :grant WHERE code = :code")?
        .execute(named_params! { ":grant": grant.id, ":code": code })?;
    Ok(())
}

fn grant(row: &Row<'_>) -> rusqlite::Result<Grant> {
    Ok(Grant {
        id: row.get(0)?,
        client: row.get(1)?,
        subject: row.get(2)?,
        refresh: row.get(3)?,
        dpop_thumbprint: row.get(4)?,
        started: row.get(5)?,
    })
}

pub(super) fn grant_by_refresh(connection: &Connection, token: &Hash) -> Result<Option<Grant>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT id, client, subject, refresh, dpop_thumbprint, started FROM grants
             WHERE refresh = :token",
        )?
        .query_row(named_params! { ":token": token }, grant)
        .optional()?;
    Ok(found)
}

pub(super) fn add_access(
    connection: &Connection,
    grant: &str,
    token: &Hash,
    expires: i64,
    now: i64,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM access_token WHERE grant_id = :grant AND expires <= :now")?
        .execute(named_params! { ":grant": grant, ":now": now })?;
    connection
        .prepare_cached(
            "INSERT INTO access_token (token, grant_id, expires) VALUES (:token, :grant, :expires)",
        )?
        .execute(named_params! { ":token": token, ":grant": grant, ":expires": expires })?;
    Ok(())
}

pub(super) fn grant_by_access(
    connection: &Connection,
    token: &Hash,
    now: i64,
) -> Result<Option<Grant>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT g.id, g.client, g.subject, g.refresh, g.dpop_thumbprint, g.started
             FROM access_token t JOIN grants g ON g.id = t.grant_id
             WHERE t.token = :token AND t.expires > :now",
        )?
        .query_row(named_params! { ":token": token, ":now": now }, grant)
        .optional()?;
    Ok(found)
}

pub(super) fn end_grant(connection: &Connection, grant: &str) -> Result<bool, StoreError> {
    let ended = connection
        .prepare_cached("DELETE FROM grants WHERE id = :grant")?
        .execute(named_params! { ":grant": grant })?;
    Ok(ended == 1)
}

pub(super) fn subject_of(
    connection: &Connection,
    person: &str,
    candidate: &str,
) -> Result<String, StoreError> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO subject (subject, person) VALUES (:subject, :person)")?
        .execute(named_params! { ":subject": candidate, ":person": person })?;
    let subject = connection
        .prepare_cached("SELECT subject FROM subject WHERE person = :person")?
        .query_row(named_params! { ":person": person }, first)?;
    Ok(subject)
}

pub(super) fn person_of(connection: &Connection, subject: &str) -> Result<Option<String>, StoreError> {
    let person = connection
        .prepare_cached("SELECT person FROM subject WHERE subject = :subject")?
        .query_row(named_params! { ":subject": subject }, first)
        .optional()?;
    Ok(person)
}
