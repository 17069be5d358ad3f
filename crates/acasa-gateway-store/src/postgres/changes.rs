//! What one transaction changes of principals: records, versions and the journal, written together at its end.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use acasa_domain::Principal;
use acasa_protocol::sync::Record;
use uuid::Uuid;

use super::{
    Transaction, hash_of, journal, keys, place,
    pool::{Connection, column},
};
use crate::{
    Event, Hash, MAX_WRITES, RootKeys, StoreError, Write,
    payload::{DataKey, Place},
    values::{from_sql, link},
};

/// A principal's row, locked.
struct Head {
    version: i64,
    floor: i64,
    length: i64,
    last: i64,
    hash: Hash,
    place: Option<i32>,
}

/// The changes of one transaction to principals whose rows it has locked.
pub(super) struct Changes {
    heads: BTreeMap<String, Head>,
    events: Vec<(String, String)>,
    /// By principal, kind and identifier: the version and the content.
    records: BTreeMap<(String, String, String), (i64, Option<String>)>,
    /// Letters that are read now, and whose they are.
    read: (Vec<Uuid>, Vec<String>),
    keys: BTreeMap<String, Option<Rc<DataKey>>>,
}

impl Changes {
    /// Locks these principals, in their order, so that two transactions never wait for each other in a circle.
    pub(super) fn of(
        transaction: &mut Transaction<'_>,
        principals: BTreeSet<String>,
    ) -> Result<Self, StoreError> {
        let names: Vec<String> = principals.into_iter().collect();
        let mut heads = heads(transaction, &names)?;
        if heads.len() < names.len() {
            transaction.connection.change(
                "INSERT INTO principal_state (principal) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING",
                &[&names],
            )?;
            heads = self::heads(transaction, &names)?;
        }
        Ok(Self {
            heads,
            events: Vec::new(),
            records: BTreeMap::new(),
            read: (Vec::new(), Vec::new()),
            keys: BTreeMap::new(),
        })
    }

    /// Locks these principals, whose records must be here, and others, of whom there are only events.
    pub(super) fn of_owners(
        transaction: &mut Transaction<'_>,
        owners: &BTreeSet<String>,
        others: impl IntoIterator<Item = String>,
    ) -> Result<Self, StoreError> {
        let all = owners.iter().cloned().chain(others).collect();
        let changes = Self::of(transaction, all)?;
        let mut new = BTreeSet::new();
        for owner in owners {
            let place = changes.heads.get(owner).and_then(|head| head.place);
            if !transaction.guard.allows(place)? {
                new.insert(owner.clone());
            }
        }
        if !new.is_empty() {
            place::begin(transaction, &new)?;
        }
        Ok(changes)
    }

    /// As [`Self::of_owners`], of a principal and an event.
    pub(super) fn of_owner(
        transaction: &mut Transaction<'_>,
        owner: Principal,
        event: &Event,
    ) -> Result<Self, StoreError> {
        let owners = BTreeSet::from([owner.to_string()]);
        Self::of_owners(transaction, &owners, [event.principal.clone()])
    }

    /// Adds an event to its principal's chain.
    pub(super) fn append(&mut self, event: &Event) -> Result<(), StoreError> {
        let json = serde_json::to_string(event).map_err(|_| StoreError::Unreadable { what: "event" })?;
        self.events.push((event.principal.clone(), json));
        Ok(())
    }

    /// The principal's key, if there is one.
    pub(super) fn key(
        &mut self,
        (connection, roots): (&mut Connection, &RootKeys),
        principal: &str,
    ) -> Result<Option<Rc<DataKey>>, StoreError> {
        if let Some(known) = self.keys.get(principal) {
            return Ok(known.clone());
        }
        let found = keys::find(connection, roots, principal)?;
        self.keys.insert(principal.to_owned(), found.clone());
        Ok(found)
    }

    /// The principal's key, made if there is none.
    pub(super) fn key_or_new(
        &mut self,
        (connection, roots): (&mut Connection, &RootKeys),
        principal: &str,
    ) -> Result<Rc<DataKey>, StoreError> {
        if let Some(Some(known)) = self.keys.get(principal) {
            return Ok(Rc::clone(known));
        }
        let key = keys::find_or_make(connection, roots, principal)?;
        self.keys.insert(principal.to_owned(), Some(Rc::clone(&key)));
        Ok(key)
    }

    /// Writes records as the principal's next version.
    pub(super) fn put(
        &mut self,
        opened: (&mut Connection, &RootKeys),
        principal: Principal,
        writes: &[Write],
    ) -> Result<(u64, Vec<Record>), StoreError> {
        if writes.len() > MAX_WRITES as usize {
            return Err(StoreError::TooManyWrites);
        }
        let name = principal.to_string();
        let key = self.key_or_new(opened, &name)?;
        let head = self.head(&name)?;
        head.version += 1;
        let version = head.version;
        let mut records = Vec::with_capacity(writes.len());
        for write in writes {
            let place = Place::Record {
                principal: &name,
                kind: &write.kind,
                id: &write.id,
                version,
            };
            let content = write.content.as_ref();
            let content = content.map(|content| key.seal_json(place, content)).transpose()?;
            let which = (name.clone(), write.kind.clone(), write.id.clone());
            self.records.insert(which, (version, content));
            if write.reads_letter()
                && let Ok(id) = Uuid::parse_str(&write.id)
            {
                self.read.0.push(id);
                self.read.1.push(name.clone());
            }
            records.push(Record {
                kind: write.kind.clone(),
                id: write.id.clone(),
                version: from_sql(version),
                content: write.content.clone(),
            });
        }
        Ok((from_sql(version), records))
    }

    /// Another version, in which nothing is left of what was before.
    pub(super) fn begin_anew(&mut self, principal: &str) -> Result<i64, StoreError> {
        let head = self.head(principal)?;
        head.version += 1;
        Ok(head.version)
    }

    /// Version and floor of a principal.
    pub(super) fn state(&self, principal: &str) -> (u64, u64) {
        let head = self.heads.get(principal);
        head.map_or((0, 0), |head| (from_sql(head.version), from_sql(head.floor)))
    }

    /// Writes everything; answers the last number the journal got.
    pub(super) fn write(mut self, transaction: &mut Transaction<'_>) -> Result<i64, StoreError> {
        let sequences = journal::make_numbers(transaction, self.events.len())?;
        let events = std::mem::take(&mut self.events);
        let mut hashes = Vec::with_capacity(events.len());
        for ((principal, json), sequence) in events.iter().zip(&sequences) {
            let digest = transaction.digest;
            let head = self.head(principal)?;
            head.hash = link(&head.hash, *sequence, json, digest);
            head.length += 1;
            head.last = *sequence;
            hashes.push(head.hash.to_vec());
        }
        let (principals, texts): (Vec<_>, Vec<_>) = events.into_iter().unzip();
        let changed = self.records.keys().map(|(principal, _, _)| principal.clone());
        transaction.changed.extend(changed);
        let mut keys = (Vec::new(), Vec::new(), Vec::new());
        let (mut versions, mut contents) = (Vec::new(), Vec::new());
        let read = std::mem::take(&mut self.read);
        for ((principal, kind, id), (version, content)) in self.records {
            keys.0.push(principal);
            keys.1.push(kind);
            keys.2.push(id);
            versions.push(version);
            contents.push(content);
        }
        let names: Vec<&String> = self.heads.keys().collect();
        let numbers = |of: fn(&Head) -> i64| -> Vec<i64> { self.heads.values().map(of).collect() };
        let ends: Vec<&[u8]> = self.heads.values().map(|head| head.hash.as_slice()).collect();
        transaction.connection.change(
            "WITH entries AS (
                 INSERT INTO journal (sequence, principal, event, hash)
                 SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[])),
             waiting AS (INSERT INTO outbox (sequence) SELECT unnest($1::bigint[])),
             written AS (
                 INSERT INTO record (principal, kind, id, version, content)
                 SELECT * FROM unnest($5::text[], $6::text[], $7::text[], $8::bigint[], $9::text[])
                 ON CONFLICT (principal, kind, id) DO UPDATE
                 SET version = excluded.version, content = excluded.content)
             UPDATE principal_state s
             SET version = n.version, length = n.length, last = n.last, hash = n.hash
             FROM unnest($10::text[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bytea[])
                 AS n (principal, version, length, last, hash)
             WHERE s.principal = n.principal",
            &[
                &sequences,
                &principals,
                &texts,
                &hashes,
                &keys.0,
                &keys.1,
                &keys.2,
                &versions,
                &contents,
                &names,
                &numbers(|head| head.version),
                &numbers(|head| head.length),
                &numbers(|head| head.last),
                &ends,
            ],
        )?;
        if !read.0.is_empty() {
            // A read letter stays read, whatever its mark says later.
            transaction.connection.change(
                "UPDATE letter l SET was_read = 1 FROM unnest($1::uuid[], $2::text[]) AS n (id, principal)
                 WHERE l.id = n.id AND l.principal = n.principal",
                &[&read.0, &read.1],
            )?;
        }
        Ok(sequences.last().copied().unwrap_or_default())
    }

    fn head(&mut self, principal: &str) -> Result<&mut Head, StoreError> {
        let missing = StoreError::Unreadable { what: "principal" };
        self.heads.get_mut(principal).ok_or(missing)
    }
}

fn heads(transaction: &mut Transaction<'_>, names: &[String]) -> Result<BTreeMap<String, Head>, StoreError> {
    let rows = transaction.connection.rows(
        "SELECT principal, version, floor, length, last, hash, place FROM principal_state
         WHERE principal = ANY ($1) ORDER BY principal FOR UPDATE",
        &[&names],
    )?;
    let read = |row| {
        let head = Head {
            version: column(row, 1)?,
            floor: column(row, 2)?,
            length: column(row, 3)?,
            last: column(row, 4)?,
            hash: hash_of(column(row, 5)?)?,
            place: column(row, 6)?,
        };
        Ok((column(row, 0)?, head))
    };
    rows.iter().map(read).collect()
}
