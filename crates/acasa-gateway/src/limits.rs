//! How much one gateway takes, from one address and from one installation.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

/// A burst, refilled one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many requests may come at once.
    pub burst: NonZeroU32,
    /// After this time there is room for one more.
    pub every: Duration,
}

/// What a gateway takes. The default is generous: many people may share one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How long a request may take, its body included; then 408.
    pub request_time: Duration,
    /// How long a connection may be silent, or take to send the head of a request; then it is closed.
    pub head_time: Duration,
    /// Open connections; more wait.
    pub connections: usize,
    /// Requests from one address (IPv6: one /64), or any number; then 429.
    pub per_address: Option<Rate>,
    /// Authenticated requests of one installation, or any number; then 429.
    pub per_client: Option<Rate>,
    /// How often one person is given everything that is kept of them, or any number; then 429.
    pub per_export: Option<Rate>,
    /// Proxies in front: of a request that comes from one of them, the last address in
    /// `X-Forwarded-For` counts.
    pub proxies: Vec<IpAddr>,
    /// Addresses with https that the app's systems give to the app alone, for the way back from signing
    /// in; besides loopback no other is registered.
    pub claimed_redirects: Vec<String>,
}

const ADDRESS_BURST: NonZeroU32 = NonZeroU32::new(1200).expect("not zero");
const EXPORT_BURST: NonZeroU32 = NonZeroU32::new(3).expect("not zero");
const CLIENT_BURST: NonZeroU32 = NonZeroU32::new(240).expect("not zero");

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_time: Duration::from_secs(30),
            head_time: Duration::from_secs(30),
            connections: 16_384,
            per_address: Some(Rate {
                burst: ADDRESS_BURST,
                every: Duration::from_millis(50),
            }),
            per_client: Some(Rate {
                burst: CLIENT_BURST,
                every: Duration::from_millis(500),
            }),
            per_export: Some(Rate {
                burst: EXPORT_BURST,
                every: Duration::from_hours(1),
            }),
            proxies: Vec::new(),
            claimed_redirects: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_30_seconds_unless_said_otherwise() {
        let limits = Limits::default();

        assert_eq!(limits.request_time, Duration::from_secs(30));
        assert_eq!(limits.head_time, Duration::from_secs(30));
    }
}
