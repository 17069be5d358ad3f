use acasa_domain::Principal;
use acasa_protocol::sync::{Cursor, Digest, Fate, Outcome, Page, Record};
use uuid::Uuid;

/// An intent as the device keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its id.
    pub id: Uuid,
    /// Its bytes, made once.
    pub text: String,
    /// Digest of the bytes.
    pub digest: Digest,
    /// Whose records it is about.
    pub principal: Principal,
    /// What must have been applied before.
    pub depends_on: Vec<Uuid>,
    /// Whether it may be known to the gateway: it was in a batch once.
    pub sent: bool,
}

/// How far an intent has come.
#[derive(Clone, PartialEq, Eq)]
pub enum Kept {
    /// Made here; nothing of it has left the device.
    Waiting,
    /// In a batch whose bytes are kept, or were once: it may be known to the gateway.
    Sent,
    /// The gateway's answer.
    Settled(Fate),
    /// Taken back before it was sent.
    Withdrawn,
    /// The profile was restored from a backup: the person confirms it or drops it.
    ToConfirm,
}

/// What an intent that is waited for has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependency {
    /// Applied.
    Met,
    /// Waiting or sent.
    Open,
    /// Refused, superseded, withdrawn, or not known: what waits for it is refused.
    Failed,
}

impl Dependency {
    /// What an intent that has come this far means for those that wait for it.
    pub fn of(kept: &Kept) -> Self {
        match kept {
            Kept::Settled(Fate::Applied { .. }) => Self::Met,
            Kept::Waiting | Kept::Sent | Kept::ToConfirm => Self::Open,
            Kept::Settled(Fate::Refused { .. } | Fate::Superseded { .. }) | Kept::Withdrawn => Self::Failed,
        }
    }
}

/// A batch as it is kept and sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Batch {
    /// Its generation.
    pub generation: u64,
    /// Its number in it.
    pub number: u64,
    /// The bytes that are sent.
    pub text: String,
    /// What it carries, in order.
    pub intents: Vec<(Uuid, Digest)>,
}

/// Where this device stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Position {
    /// Its generation by its vault; 0 before the first.
    pub generation: u64,
    /// The last batch made in that generation.
    pub number: u64,
    /// The same two by the keystore, which a restored backup does not turn back.
    pub keystore: (u64, u64),
}

/// An intent settled on the device itself, without the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Which.
    pub id: Uuid,
    /// Why it is refused: a stable code.
    pub code: &'static str,
    /// The intent it waited for, where that is the reason.
    pub because_of: Option<Uuid>,
}

impl Settled {
    /// The same as the gateway would have said it.
    pub fn fate(&self) -> Fate {
        Fate::Refused {
            code: self.code.to_owned(),
            reason: None,
        }
    }
}

/// What must outlive the process. Every method is one durable transaction: after it returns, a crash
/// loses nothing of it; before, a crash leaves nothing of it.
pub trait Store {
    /// What can go wrong beneath.
    type Error;

    /// Where this device stands.
    fn position(&self) -> Result<Position, Self::Error>;

    /// Begins a generation: its number is kept in vault and keystore, its batch counter is 0, a kept
    /// batch is forgotten, and what waited or was sent is to be confirmed by the person, if
    /// `restored`.
    fn begin_generation(&mut self, generation: u64, restored: bool) -> Result<(), Self::Error>;

    /// All intents that wait, and those that were sent and are in no batch any more, in the order they were
    /// made. Asked for while no batch is unanswered.
    fn waiting(&self) -> Result<Vec<Stored>, Self::Error>;

    /// What an intent of this device has come to.
    fn dependency(&self, id: Uuid) -> Result<Dependency, Self::Error>;

    /// The batch whose answer is still awaited.
    fn unanswered(&self) -> Result<Option<Batch>, Self::Error>;

    /// Keeps a batch and its number and marks its intents as sent: in the vault first, then in the keystore,
    /// so that a crash between the two does not look like a restored backup.
    fn keep_batch(&mut self, batch: &Batch) -> Result<(), Self::Error>;

    /// Settles the intents of the batch that is awaited, and forgets the batch.
    fn settle(&mut self, number: u64, outcomes: &[Outcome]) -> Result<(), Self::Error>;

    /// Nobody will answer the batch: forgets it. Its intents stay sent, for they may have been judged.
    fn forget_batch(&mut self, number: u64) -> Result<(), Self::Error>;

    /// The gateway refused to judge the batch at all: forgets it, and those of its intents that no batch carried
    /// before wait anew; the others stay sent, for they may have been judged. Its number is not given again.
    fn take_back(&mut self, number: u64) -> Result<(), Self::Error>;

    /// Refuses intents that wait, or that were sent and the gateway accepts in no batch.
    fn refuse(&mut self, settled: &[Settled]) -> Result<(), Self::Error>;

    /// Up to where a principal's pages have come: those put aside, or else the last checkpoint.
    fn pulled(&self, principal: Principal) -> Result<Cursor, Self::Error>;

    /// Puts a page aside; one that begins anew replaces what was put aside before.
    fn stage(&mut self, principal: Principal, page: &Page) -> Result<(), Self::Error>;

    /// Puts the last page aside and makes all of it the confirmed state, at once. Applied intents whose
    /// version it has are no longer laid over it.
    fn commit(&mut self, principal: Principal, page: &Page) -> Result<(), Self::Error>;

    /// The last checkpoint: its version and its records, all or of one kind.
    fn confirmed(&self, principal: Principal, kind: Option<&str>) -> Result<(u64, Vec<Record>), Self::Error>;

    /// Intents to lay over the confirmed state, in the order they were made.
    fn unconfirmed(&self, principal: Principal) -> Result<Vec<(Stored, Kept)>, Self::Error>;
}
