//! The switch that cuts the network: a closed gate lets nothing out and counts what tried.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

/// A switch shared by the client and whoever turns it. Clones are the same switch.
///
/// Every request passes it, whether or not a connection is still open.
///
/// ```
/// let gate = acasa_client::NetworkGate::default();
/// gate.close();
/// assert!(!gate.is_open());
/// assert_eq!(gate.refused(), 0);
/// ```
#[derive(Debug, Clone, Default)]
pub struct NetworkGate(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    closed: AtomicBool,
    passed: AtomicU64,
    refused: AtomicU64,
}

impl NetworkGate {
    /// Lets nothing out from now on.
    pub fn close(&self) {
        self.0.closed.store(true, Ordering::SeqCst);
    }

    /// Lets requests out again.
    pub fn open(&self) {
        self.0.closed.store(false, Ordering::SeqCst);
    }

    /// Whether requests may go out.
    pub fn is_open(&self) -> bool {
        !self.0.closed.load(Ordering::SeqCst)
    }

    /// Requests that went out.
    pub fn passed(&self) -> u64 {
        self.0.passed.load(Ordering::SeqCst)
    }

    /// Requests that were stopped here: attempts after the cut.
    pub fn refused(&self) -> u64 {
        self.0.refused.load(Ordering::SeqCst)
    }

    /// Asks to pass; counts the answer.
    pub(crate) fn pass(&self) -> bool {
        let open = self.is_open();
        let counter = if open { &self.0.passed } else { &self.0.refused };
        counter.fetch_add(1, Ordering::SeqCst);
        open
    }
}
