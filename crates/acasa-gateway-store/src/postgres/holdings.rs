//! What a person is given of themself.

use acasa_domain::Principal;
use acasa_protocol::sync::Digest;
use postgres::Row;
use uuid::Uuid;

use super::{
    Transaction, hash_of, keys,
    pool::{Pool, column},
};
use crate::{
    IssuedDocument, KeptAct, Session, StoreError,
    payload::{Place, needed, read_fate},
};

pub(super) fn acts(
    transaction: &mut Transaction<'_>,
    actor: Principal,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<KeptAct>, StoreError> {
    let actor = actor.to_string();
    let rows = transaction.connection.rows(
        "SELECT id, client, digest, outcome, judged, principal, text FROM intent
         WHERE actor = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3",
        &[&actor, &after, &i64::from(limit)],
    )?;
    let (connection, roots) = transaction.opened();
    let key = keys::find(connection, roots, &actor)?;
    let open = |row: &Row| {
        let id: Uuid = column(row, 0)?;
        let place = Place::Text { actor: &actor, id };
        let text: Option<&str> = column(row, 6)?;
        let open = |text| needed(key.as_deref())?.open_json(place, text);
        Ok(KeptAct {
            id,
            client: column(row, 1)?,
            digest: Digest(hash_of(column(row, 2)?)?),
            fate: read_fate(|| Ok(key.clone()), &actor, id, column(row, 3)?)?,
            judged: column(row, 4)?,
            principal: column(row, 5)?,
            said: text.map(open).transpose()?,
        })
    };
    rows.iter().map(open).collect()
}

pub(super) fn sessions_of(pool: &Pool, person: &str) -> Result<Vec<Session>, StoreError> {
    let rows = pool.ask(
        "SELECT g.client, c.registered, g.started
         FROM subject s JOIN grants g ON g.subject = s.subject JOIN client c ON c.id = g.client
         WHERE s.person = $1 ORDER BY g.started, g.client",
        &[&person],
    )?;
    let read = |row| {
        Ok(Session {
            client: column(row, 0)?,
            registered: column(row, 1)?,
            started: column(row, 2)?,
        })
    };
    rows.iter().map(read).collect()
}

pub(super) fn documents_of(pool: &Pool, person: &str) -> Result<Vec<IssuedDocument>, StoreError> {
    let rows = pool.ask(
        "SELECT c.document, c.configuration, count(*), max(c.expires), bool_or(c.revoked)
         FROM subject s JOIN copy c ON c.subject = s.subject
         WHERE s.person = $1 GROUP BY c.document, c.configuration ORDER BY c.document, c.configuration",
        &[&person],
    )?;
    let read = |row| {
        let copies: i64 = column(row, 2)?;
        Ok(IssuedDocument {
            document: column(row, 0)?,
            configuration: column(row, 1)?,
            copies: u32::try_from(copies).unwrap_or(u32::MAX),
            expires: column(row, 3)?,
            revoked: column(row, 4)?,
        })
    };
    rows.iter().map(read).collect()
}
