//! The state's side: replicas of the gateway's desk over one storage, and who has a session.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use acasa_crypto::digest::sha256;
use acasa_domain::{Idnp, Principal};
use acasa_gateway::Desk;
use acasa_gateway_store::{
    Client, Decide, Decision, Event, Grant, Hash, Judged, KnownAct, PrincipalStorage as _, RecordsNow,
    RootKeys, SqliteStorage, Storage, StoreError, Submission, SyncDevice, SyncStorage, Write,
};
use acasa_protocol::acts::SET_PREFERENCE;
use acasa_protocol::notices::{MARK_NOTICES, SET_TOPIC};
use acasa_protocol::sync::{Cursor, DevicePosition, Intent, NewGeneration, Page};
use acasa_sync::Answer;
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) const ISSUER: &str = "https://gateway.example";
/// When every history begins, in Unix milliseconds.
pub(crate) const BEGINNING: i64 = 1_795_000_000_000;
/// Records of a page: the fewest the storage allows.
pub(crate) const PAGE: u32 = 100;
const TOKEN_SECONDS: i64 = 600;

/// What a device sends.
#[derive(Clone)]
pub(crate) enum Wire {
    Position,
    Announce(NewGeneration),
    Push(String),
    Pull(Cursor),
}

/// A device's standing permission and its token.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) grant: String,
    refresh: Hash,
    access: Hash,
}

impl Session {
    pub(crate) fn refresh(&self) -> &Hash {
        &self.refresh
    }
}

/// One gateway process.
pub(crate) struct Replica {
    pub(crate) up: bool,
    /// How wrong its clock is, in milliseconds.
    pub(crate) skew: i64,
    /// It does not know the newest commands.
    pub(crate) older: bool,
    storage: usize,
}

pub(crate) struct State {
    storages: Vec<Arc<SqliteStorage>>,
    pub(crate) replicas: Vec<Replica>,
    file: Option<(TempDir, PathBuf)>,
    roots: RootKeys,
    tokens: u64,
    /// Installations that are known no more.
    removed: BTreeSet<String>,
}

impl State {
    pub(crate) fn new(replicas: usize, in_file: bool) -> Self {
        let file = in_file.then(|| {
            let shared = Path::new("/dev/shm");
            let folder = if shared.is_dir() {
                TempDir::new_in(shared)
            } else {
                TempDir::new()
            };
            let folder = folder.expect("a temporary folder can be made");
            let path = folder.path().join("0.db");
            (folder, path)
        });
        let mut state = Self {
            storages: Vec::new(),
            replicas: (0..replicas)
                .map(|number| Replica {
                    up: true,
                    skew: 0,
                    older: false,
                    storage: if in_file { number } else { 0 },
                })
                .collect(),
            file,
            roots: RootKeys::make_random().expect("the system has randomness"),
            tokens: 0,
            removed: BTreeSet::new(),
        };
        state.open();
        state
    }

    fn open(&mut self) {
        let opened = match &self.file {
            Some((_, path)) => (0..self.replicas.len())
                .map(|_| SqliteStorage::open(path, sha256, &self.roots))
                .collect::<Result<Vec<_>, _>>(),
            None => SqliteStorage::in_memory(sha256).map(|storage| vec![storage]),
        };
        let opened = opened.expect("what was committed opens again");
        self.storages = opened.into_iter().map(Arc::new).collect();
    }

    /// The power fails: what was committed is there again, and nothing else.
    pub(crate) fn power_cut(&mut self) {
        let Some((folder, path)) = &mut self.file else {
            // Memory has nothing but what was committed.
            let copies = self.storages.iter().map(|storage| storage.copy().map(Arc::new));
            self.storages = copies
                .collect::<Result<_, _>>()
                .expect("a database can be copied");
            return;
        };
        let number: u64 = path
            .file_stem()
            .and_then(|name| name.to_str()?.parse().ok())
            .unwrap_or_default();
        let next = folder.path().join(format!("{}.db", number + 1));
        // The files as they lie, with no connection closed and no log folded in.
        for ending in ["", "-wal"] {
            let from = PathBuf::from(format!("{}{ending}", path.display()));
            if from.exists() {
                let to = PathBuf::from(format!("{}{ending}", next.display()));
                std::fs::copy(&from, to).expect("the temporary folder takes a copy");
            }
        }
        *path = next;
        self.open();
    }

    /// The storage of the first replica: all see the same.
    pub(crate) fn storage(&self) -> &SqliteStorage {
        &self.storages[0]
    }

    pub(crate) fn storage_of(&self, replica: usize) -> &SqliteStorage {
        &self.storages[self.replicas[replica].storage]
    }

    pub(crate) fn limit_pages(&self, more: Option<u32>) {
        for storage in &self.storages {
            storage.limit_pages(more).expect("a limit can be set");
        }
    }

    pub(crate) fn register(&mut self, client: &str) {
        let client = Client {
            id: client.to_owned(),
            jwk: "{}".to_owned(),
            redirect_uris: Vec::new(),
            registered: BEGINNING / 1_000,
        };
        self.storage()
            .register_client(&client)
            .expect("a client can be registered");
    }

    /// Removes the installations where the person is signed in, with their sessions: which.
    pub(crate) fn remove_clients_of(
        &mut self,
        replica: usize,
        person: Principal,
    ) -> Result<Vec<String>, StoreError> {
        let name = person.to_string();
        let storage = self.storage_of(replica);
        let sessions = storage.sessions_of(&name)?;
        storage.remove_clients_of(&name, &acasa_gateway_store::testing::event(&name))?;
        let clients: Vec<String> = sessions.into_iter().map(|session| session.client).collect();
        self.removed.extend(clients.iter().cloned());
        Ok(clients)
    }

    pub(crate) fn is_removed(&self, client: &str) -> bool {
        self.removed.contains(client)
    }

    /// The person signs in on a device.
    pub(crate) fn sign_in(&mut self, client: &str, person: Idnp, now: u64) -> Session {
        let session = Session {
            grant: format!("grant-{}", self.tokens + 1),
            refresh: self.token(),
            access: self.token(),
        };
        let storage = self.storage();
        let person = Principal::from(person).to_string();
        let subject = storage.subject_of(&person, &person).expect("a subject is kept");
        let grant = Grant {
            id: session.grant.clone(),
            client: client.to_owned(),
            subject,
            refresh: session.refresh,
            dpop_thumbprint: String::new(),
            started: seconds(now, 0),
        };
        storage.start_grant(&grant, &[0; 32]).expect("a grant is kept");
        let expires = seconds(now, 0) + TOKEN_SECONDS;
        storage
            .add_access(&grant.id, &session.access, expires, seconds(now, 0))
            .expect("a token is kept");
        session
    }

    fn token(&mut self) -> Hash {
        self.tokens += 1;
        sha256(&self.tokens.to_be_bytes())
    }

    /// Answers one request, or says by which code it does not.
    pub(crate) fn serve(
        &mut self,
        replica: usize,
        now: u64,
        (client, person): (&str, Idnp),
        session: &mut Session,
        wire: &Wire,
    ) -> Result<Answer, &'static str> {
        let at = seconds(now, self.replicas[replica].skew);
        let fresh = self.token();
        let storage = Arc::clone(&self.storages[self.replicas[replica].storage]);
        authorize(&storage, session, fresh, at)
            .map_err(|error| error.code())?
            .ok_or("token_invalid")?;
        let seen = Seen {
            storage: &storage,
            older: self.replicas[replica].older,
        };
        let desk = Desk {
            storage: &seen,
            issuer: ISSUER,
            client,
            person,
            now: wall(now, self.replicas[replica].skew),
            correlation: "simulated",
        };
        let answer = match wire {
            Wire::Position => desk
                .position()
                .and_then(|answer| over_the_wire(&answer).map(Answer::Position)),
            Wire::Announce(begun) => desk
                .begin_generation(begun.clone())
                .and_then(|answer| over_the_wire(&answer).map(Answer::Position)),
            Wire::Push(text) => serde_json::from_str(text)
                .map_err(|_| acasa_gateway::GatewayError::Malformed)
                .and_then(|batch| desk.judge(batch))
                .and_then(|answer| over_the_wire(&answer).map(Answer::Batch)),
            Wire::Pull(cursor) => desk
                .records(*cursor)
                .and_then(|answer| over_the_wire(&answer).map(Answer::Page)),
        };
        answer.map_err(|error| error.code())
    }
}

/// An access token that holds, if need be a new one by the refresh token.
fn authorize(
    storage: &SqliteStorage,
    session: &mut Session,
    fresh: Hash,
    now: i64,
) -> Result<Option<()>, StoreError> {
    if storage.grant_by_access(&session.access, now)?.is_some() {
        return Ok(Some(()));
    }
    let Some(grant) = storage.grant_by_refresh(&session.refresh)? else {
        return Ok(None);
    };
    storage.add_access(&grant.id, &fresh, now + TOKEN_SECONDS, now)?;
    session.access = fresh;
    Ok(Some(()))
}

fn over_the_wire<T: Serialize + DeserializeOwned>(answer: &T) -> Result<T, acasa_gateway::GatewayError> {
    let text = serde_json::to_string(answer).map_err(|_| acasa_gateway::GatewayError::Malformed)?;
    serde_json::from_str(&text).map_err(|_| acasa_gateway::GatewayError::Malformed)
}

/// What a clock that is wrong by `skew` shows.
pub(crate) fn wall(now: u64, skew: i64) -> Timestamp {
    let milliseconds = BEGINNING.saturating_add(skew).saturating_add_unsigned(now);
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MAX)
}

fn seconds(now: u64, skew: i64) -> i64 {
    wall(now, skew).as_second()
}

/// The storage as a replica sees it: in small pages, and perhaps by older eyes.
struct Seen<'a> {
    storage: &'a SqliteStorage,
    older: bool,
}

impl SyncStorage for Seen<'_> {
    fn sync_device(&self, client: &str) -> Result<Option<SyncDevice>, StoreError> {
        self.storage.sync_device(client)
    }

    fn begin_generation(
        &self,
        client: &str,
        principal: Principal,
        generation: u64,
        jwk: &str,
    ) -> Result<DevicePosition, StoreError> {
        self.storage.begin_generation(client, principal, generation, jwk)
    }

    fn judge(&self, submission: &Submission<'_>, decide: &dyn Decide) -> Result<Judged, StoreError> {
        if self.older {
            self.storage.judge(submission, &Older(decide))
        } else {
            self.storage.judge(submission, decide)
        }
    }

    fn pull(
        &self,
        principal: Principal,
        cursor: Cursor,
        limit: u32,
        event: &Event,
    ) -> Result<Page, StoreError> {
        self.storage.pull(principal, cursor, limit.min(PAGE), event)
    }

    fn acts(
        &self,
        actor: Principal,
        after: Option<Uuid>,
        limit: u32,
        event: &Event,
    ) -> Result<Vec<KnownAct>, StoreError> {
        self.storage.acts(actor, after, limit, event)
    }

    fn write(&self, principal: Principal, writes: &[Write], event: &Event) -> Result<u64, StoreError> {
        self.storage.write(principal, writes, event)
    }

    fn compact(&self, principal: Principal, up_to: u64) -> Result<(), StoreError> {
        self.storage.compact(principal, up_to)
    }
}

/// A gateway from before there were these acts.
struct Older<'a>(&'a dyn Decide);

impl Decide for Older<'_> {
    fn decide(&self, intent: &Intent, records: &dyn RecordsNow) -> Result<Decision, StoreError> {
        if [SET_PREFERENCE, MARK_NOTICES, SET_TOPIC].contains(&intent.name.as_str()) {
            let mut unknown = intent.clone();
            "act.unknown".clone_into(&mut unknown.name);
            return self.0.decide(&unknown, records);
        }
        self.0.decide(intent, records)
    }

    fn event(&self, intent: &Intent) -> Event {
        self.0.event(intent)
    }
}
