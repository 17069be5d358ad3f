//! Hearing whose records other gateways change, and holding what one of them does for all.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI32, Ordering},
    },
    thread::{self, Thread},
    time::Duration,
};

use postgres::{Client, Notification, fallible_iterator::FallibleIterator as _};

use super::{PostgresSettings, PostgresStorage, failure, pool::connect};
use crate::{Heard, Hearing, Hold, Listener, ReplicaStorage, StoreError, Tag, Turn};

/// How often to look whether anybody listens still.
const LOOK: Duration = Duration::from_secs(1);
/// So often in silence, the server is asked whether it is there.
const SILENCE: u32 = 10;
/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
const SHORTEST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// A lock of the session, not of a transaction. A gateway that went silent is noticed within half a minute.
const TAKE_TURN: &str = "SELECT pg_try_advisory_lock(4702111234474983746)";
const MOVE: &str = "SELECT pg_try_advisory_lock(4702111234474983748)";
const FORWARD: &str = "SELECT pg_try_advisory_lock(4702111234474983749)";
const NOTICE_SILENCE: &str =
    "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";

impl ReplicaStorage for PostgresStorage {
    fn tag_of(&self, principal: &str) -> Tag {
        Tag::of(&self.secret, principal, self.digest)
    }

    fn hear(&self, listener: Listener) -> Hearing {
        let mut hearing = Hearing::default();
        self.hear_for(&mut hearing, listener, Arc::new(|| {}));
        hearing
    }

    fn delivery_turn(&self) -> Result<Turn, StoreError> {
        self.turn(TAKE_TURN)
    }
}

impl PostgresStorage {
    /// Whose turn it is to carry acts between shards.
    pub(crate) fn turn_to_forward(&self) -> Result<Turn, StoreError> {
        self.turn(FORWARD)
    }

    fn turn(&self, lock: &'static str) -> Result<Turn, StoreError> {
        let session = self.session_with(lock)?;
        Ok(session.map_or(Turn::Elsewhere, |session| Turn::Held(Box::new(session))))
    }

    /// A session that holds a lock, unless another one does.
    fn session_with(&self, lock: &'static str) -> Result<Option<Session>, StoreError> {
        let mut client = connect(self.pool.settings())?;
        let taken = client
            .batch_execute(NOTICE_SILENCE)
            .and_then(|()| client.query_one(lock, &[])?.try_get(0));
        let session = Session(Some(client));
        let taken: bool = taken.map_err(|error| failure::of(&error))?;
        Ok(taken.then_some(session))
    }

    /// Until this ends, nobody else moves principals.
    pub(crate) fn alone(&self) -> Result<impl Hold + use<>, StoreError> {
        let session = self.session_with(MOVE)?;
        session.ok_or_else(|| StoreError::Unavailable {
            state: "moving".to_owned(),
        })
    }

    /// One more thread of a hearing, for this database.
    pub(crate) fn hear_for(&self, hearing: &mut Hearing, listener: Listener, routes: Told) {
        let ear = Ear {
            settings: self.pool.settings().clone(),
            own: Arc::clone(&self.teller.own),
            listener,
            routes,
            is_over: Arc::clone(&hearing.is_over),
        };
        let thread = thread::spawn(move || ear.listen());
        hearing.threads.push(Thread::clone(thread.thread()));
    }
}

/// Who is told of new routes.
pub(crate) type Told = Arc<dyn Fn() + Send + Sync>;

/// A session that holds a lock.
struct Session(Option<Client>);

impl Hold for Session {
    fn lasts(&mut self) -> bool {
        let client = self.0.as_mut();
        client.is_some_and(|client| client.is_valid(PATIENCE).is_ok())
    }
}

impl Drop for Session {
    /// Closing a connection waits for it, which an asynchronous thread must not.
    fn drop(&mut self) {
        let client = self.0.take();
        thread::spawn(move || drop(client));
    }
}

/// Listens to one database.
struct Ear {
    settings: PostgresSettings,
    own: Arc<AtomicI32>,
    listener: Listener,
    routes: Told,
    is_over: Arc<AtomicBool>,
}

impl Ear {
    fn listen(&self) {
        let mut wait = SHORTEST_WAIT;
        while !self.is_over() {
            if let Ok(mut client) = self.begin() {
                wait = SHORTEST_WAIT;
                // Nobody was heard until now.
                (self.listener)(Heard::Anything);
                (self.routes)();
                let _ = self.go_on(&mut client);
                self.own.store(0, Ordering::SeqCst);
            }
            if !self.is_over() {
                thread::park_timeout(wait);
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }

    fn begin(&self) -> Result<Client, StoreError> {
        let mut client = connect(&self.settings)?;
        let begun = client.batch_execute("LISTEN acasa_changes");
        let process = begun.and_then(|()| client.query_one("SELECT pg_backend_pid()", &[])?.try_get(0));
        self.own
            .store(process.map_err(|error| failure::of(&error))?, Ordering::SeqCst);
        Ok(client)
    }

    fn go_on(&self, client: &mut Client) -> Result<(), postgres::Error> {
        let mut silence = 0;
        while !self.is_over() && !client.is_closed() {
            if let Some(told) = client.notifications().timeout_iter(LOOK).next()? {
                silence = 0;
                self.tell(&told);
                continue;
            }
            silence += 1;
            if silence >= SILENCE {
                client.is_valid(PATIENCE)?;
                silence = 0;
            }
        }
        Ok(())
    }

    /// What another program says on this channel is passed over.
    fn tell(&self, told: &Notification) {
        let own = self.own.load(Ordering::SeqCst).to_string();
        match told.payload().split_once(' ') {
            Some((process, _)) if process == own => {}
            Some((_, "routes")) => (self.routes)(),
            Some((_, "*")) => (self.listener)(Heard::Anything),
            Some((_, tag)) => {
                if let Ok(tag) = tag.parse() {
                    (self.listener)(Heard::Principal(Tag(tag)));
                }
            }
            None => {}
        }
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }
}
