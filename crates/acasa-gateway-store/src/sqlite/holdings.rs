//! What a person is given of themself.

use acasa_domain::Principal;
use acasa_protocol::sync::Digest;
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::keys::Opened;
use crate::{
    Hash, IssuedDocument, KeptAct, Session, StoreError,
    payload::{Place, needed, read_fate},
};

type ActRow = ([u8; 16], String, Hash, String, i64, String, Option<String>);

pub(super) fn acts(
    opened: Opened<'_>,
    actor: Principal,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<KeptAct>, StoreError> {
    let actor = actor.to_string();
    let after = after.map(|id| id.as_bytes().to_vec()).unwrap_or_default();
    let rows = opened
        .connection
        .prepare_cached(
            "SELECT id, client, digest, outcome, judged, principal, text FROM intent
             WHERE actor = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
        )?
        .query_map(params![actor, after, limit], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
                row.get(6)?,
            ))
        })?
        .collect::<Result<Vec<ActRow>, _>>()?;
    let key = opened.key(&actor)?;
    let open = |(id, client, digest, outcome, judged, principal, text): ActRow| {
        let id = Uuid::from_bytes(id);
        let place = Place::Text { actor: &actor, id };
        let open = |text: String| needed(key.as_deref())?.open_json(place, &text);
        Ok(KeptAct {
            id,
            client,
            digest: Digest(digest),
            fate: read_fate(|| Ok(key.clone()), &actor, id, &outcome)?,
            judged,
            principal,
            said: text.map(open).transpose()?,
        })
    };
    rows.into_iter().map(open).collect()
}

pub(super) fn sessions_of(connection: &Connection, person: &str) -> Result<Vec<Session>, StoreError> {
    let sessions = connection
        .prepare_cached(
            "SELECT g.client, c.registered, g.started
             FROM subject s JOIN grants g ON g.subject = s.subject JOIN client c ON c.id = g.client
             WHERE s.person = ?1 ORDER BY g.started, g.client",
        )?
        .query_map([person], |row| {
            Ok(Session {
                client: row.get(0)?,
                registered: row.get(1)?,
                started: row.get(2)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(sessions)
}

pub(super) fn documents_of(connection: &Connection, person: &str) -> Result<Vec<IssuedDocument>, StoreError> {
    let documents = connection
        .prepare_cached(
            "SELECT c.document, c.configuration, count(*), max(c.expires), max(c.revoked)
             FROM subject s JOIN copy c ON c.subject = s.subject
             WHERE s.person = ?1 GROUP BY c.document, c.configuration ORDER BY c.document, c.configuration",
        )?
        .query_map([person], |row| {
            Ok(IssuedDocument {
                document: row.get(0)?,
                configuration: row.get(1)?,
                copies: row.get(2)?,
                expires: row.get(3)?,
                revoked: row.get(4)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(documents)
}
