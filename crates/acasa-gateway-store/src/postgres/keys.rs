//! Keys of principals, and sealing what was kept before there were any.

use std::{collections::BTreeMap, rc::Rc};

use acasa_protocol::sync::Fate;
use uuid::Uuid;

use super::pool::{Connection, column};
use crate::{
    RootKeys, StoreError,
    payload::{DataKey, Place, Wrapped, keep_fate},
    values::read_json,
};

/// Rows that are sealed, or wrapped anew, at a time.
const PAGE: i64 = 1_000;

/// What is sealed in the clear nowhere: the database itself refuses it, also from an older program.
const SEALED: &str = "ALTER TABLE record ADD CONSTRAINT record_is_sealed CHECK (content LIKE 'k1.%');
    ALTER TABLE intent ADD CONSTRAINT text_is_sealed CHECK (text LIKE 'k1.%');
    ALTER TABLE intent ADD CONSTRAINT outcome_is_kept CHECK (outcome LIKE '{\"fate\"%')";

/// The principal's key, if there is one.
pub(super) fn find(
    connection: &mut Connection,
    roots: &RootKeys,
    principal: &str,
) -> Result<Option<Rc<DataKey>>, StoreError> {
    let found = connection.row(
        "SELECT root, wrapped FROM principal_key WHERE principal = $1",
        &[&principal],
    )?;
    let Some(row) = found else { return Ok(None) };
    let wrapped = Wrapped {
        root: column(&row, 0)?,
        key: column(&row, 1)?,
    };
    Ok(Some(Rc::new(roots.unwrap(principal, &wrapped)?)))
}

/// The principal's key, made if there is none. The principal must be locked.
pub(super) fn find_or_make(
    connection: &mut Connection,
    roots: &RootKeys,
    principal: &str,
) -> Result<Rc<DataKey>, StoreError> {
    if let Some(key) = find(connection, roots, principal)? {
        return Ok(key);
    }
    let (key, wrapped) = roots.make_key(principal)?;
    connection.change(
        "INSERT INTO principal_key (principal, root, wrapped) VALUES ($1, $2, $3)",
        &[&principal, &wrapped.root, &wrapped.key],
    )?;
    Ok(Rc::new(key))
}

/// Refuses root keys that are not this database's, and seals what older programs kept in the clear. Once, whoever
/// comes first, as the schema's steps.
pub(super) fn prepare(connection: &mut Connection, roots: &RootKeys) -> Result<(), StoreError> {
    for row in connection.rows("SELECT name FROM root_key", &[])? {
        roots.must_know(column(&row, 0)?)?;
    }
    connection.change(
        "INSERT INTO root_key (name) VALUES ($1) ON CONFLICT DO NOTHING",
        &[&roots.first()],
    )?;
    let sealed = connection.row(
        "SELECT 1 FROM pg_constraint WHERE conname = 'record_is_sealed' AND conrelid = 'record'::regclass",
        &[],
    )?;
    if sealed.is_none() {
        let mut keys = Keys {
            roots,
            known: BTreeMap::new(),
        };
        while seal_records(connection, &mut keys)? || seal_acts(connection, &mut keys)? {}
        connection.run(SEALED)?;
    }
    Ok(())
}

/// Wraps some of the keys that other root keys wrap; how many.
pub(super) fn rewrap_some(connection: &mut Connection, roots: &RootKeys) -> Result<u64, StoreError> {
    let rows = connection.rows(
        "SELECT principal, root, wrapped FROM principal_key WHERE root <> $1 LIMIT $2 FOR UPDATE",
        &[&roots.first(), &PAGE],
    )?;
    let mut names = Vec::with_capacity(rows.len());
    let mut keys = Vec::with_capacity(rows.len());
    for row in &rows {
        let principal: &str = column(row, 0)?;
        let wrapped = Wrapped {
            root: column(row, 1)?,
            key: column(row, 2)?,
        };
        keys.push(roots.rewrap(principal, &wrapped)?.key);
        names.push(principal);
    }
    if rows.is_empty() {
        connection.change("DELETE FROM root_key WHERE name <> $1", &[&roots.first()])?;
    } else {
        connection.change(
            "UPDATE principal_key k SET root = $1, wrapped = n.wrapped
             FROM unnest($2::text[], $3::text[]) AS n (principal, wrapped) WHERE k.principal = n.principal",
            &[&roots.first(), &names, &keys],
        )?;
    }
    Ok(rows.len() as u64)
}

/// Keys in use while everything is sealed.
struct Keys<'a> {
    roots: &'a RootKeys,
    known: BTreeMap<String, Rc<DataKey>>,
}

impl Keys<'_> {
    fn of(&mut self, connection: &mut Connection, principal: &str) -> Result<Rc<DataKey>, StoreError> {
        if let Some(key) = self.known.get(principal) {
            return Ok(Rc::clone(key));
        }
        // Rows come roughly by principal; what is not in use any more need not be at hand.
        if self.known.len() >= 10_000 {
            self.known.clear();
        }
        let key = find_or_make(connection, self.roots, principal)?;
        self.known.insert(principal.to_owned(), Rc::clone(&key));
        Ok(key)
    }
}

fn seal_records(connection: &mut Connection, keys: &mut Keys<'_>) -> Result<bool, StoreError> {
    let rows = connection.rows(
        "SELECT principal, kind, id, version, content FROM record WHERE content NOT LIKE 'k1.%' LIMIT $1",
        &[&PAGE],
    )?;
    let mut places = (Vec::new(), Vec::new(), Vec::new());
    let mut contents = Vec::with_capacity(rows.len());
    for row in &rows {
        let (principal, kind, id): (&str, &str, &str) = (column(row, 0)?, column(row, 1)?, column(row, 2)?);
        let place = Place::Record {
            principal,
            kind,
            id,
            version: column(row, 3)?,
        };
        contents.push(keys.of(connection, principal)?.seal(place, column(row, 4)?)?);
        places.0.push(principal);
        places.1.push(kind);
        places.2.push(id);
    }
    connection.change(
        "UPDATE record r SET content = n.content
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS n (principal, kind, id, content)
         WHERE r.principal = n.principal AND r.kind = n.kind AND r.id = n.id",
        &[&places.0, &places.1, &places.2, &contents],
    )?;
    Ok(!rows.is_empty())
}

fn seal_acts(connection: &mut Connection, keys: &mut Keys<'_>) -> Result<bool, StoreError> {
    let rows = connection.rows(
        "SELECT actor, id, outcome, text FROM intent WHERE outcome NOT LIKE '{\"fate\"%' LIMIT $1",
        &[&PAGE],
    )?;
    let (mut actors, mut ids) = (Vec::new(), Vec::<Uuid>::new());
    let (mut outcomes, mut texts) = (Vec::new(), Vec::<Option<String>>::new());
    for row in &rows {
        let (actor, id): (&str, Uuid) = (column(row, 0)?, column(row, 1)?);
        let key = keys.of(connection, actor)?;
        let fate: Fate = read_json(column(row, 2)?)?;
        let text: Option<&str> = column(row, 3)?;
        outcomes.push(keep_fate(&key, actor, id, &fate)?);
        let seal = |text| key.seal(Place::Text { actor, id }, text);
        texts.push(text.map(seal).transpose()?);
        actors.push(actor);
        ids.push(id);
    }
    connection.change(
        "UPDATE intent i SET outcome = n.outcome, text = n.text
         FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[]) AS n (actor, id, outcome, text)
         WHERE i.actor = n.actor AND i.id = n.id",
        &[&actors, &ids, &outcomes, &texts],
    )?;
    Ok(!rows.is_empty())
}
