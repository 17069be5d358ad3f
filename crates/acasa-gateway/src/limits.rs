//! How much one gateway takes, from one address and from one installation.

use std::{net::IpAddr, num::NonZeroU32, str::FromStr, time::Duration};

use ipnet::IpNet;

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
    /// Batches of one installation, or any number; then 429.
    pub batches_per_client: Option<Rate>,
    /// Pages of checkpoints for one installation, or any number; then 429.
    pub pages_per_client: Option<Rate>,
    /// Storage transactions at a time: as many as the storage has connections, unless said otherwise.
    pub transactions: Option<usize>,
    /// Storage transactions that wait; then 503. New requests are refused when half as many wait.
    pub waiting: usize,
    /// How long a removal is told to devices at least, or for ever. One that was away for longer begins its checkpoint
    /// anew.
    pub removals_kept: Option<Duration>,
    /// Proxies in front: of a request that comes from one of them, the last address in
    /// `X-Forwarded-For` counts.
    pub proxies: Vec<Proxies>,
    /// Addresses with https that the app's systems give to the app alone, for the way back from signing
    /// in; besides loopback no other is registered.
    pub claimed_redirects: Vec<String>,
}

/// One proxy, or a network of nothing but proxies: `192.0.2.9`, `10.1.0.0/16`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proxies(IpNet);

/// Neither an address nor a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither an address nor a network as 10.1.0.0/16")]
pub struct ProxiesError;

impl Proxies {
    /// Whether the address is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for Proxies {
    type Err = ProxiesError;

    fn from_str(text: &str) -> Result<Self, ProxiesError> {
        let network = match text.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address.to_canonical()),
            Err(_) => text.parse().map_err(|_| ProxiesError)?,
        };
        Ok(Self(network))
    }
}

const ADDRESS_BURST: NonZeroU32 = NonZeroU32::new(1200).expect("not zero");
const EXPORT_BURST: NonZeroU32 = NonZeroU32::new(3).expect("not zero");
const SYNC_BURST: NonZeroU32 = NonZeroU32::new(120).expect("not zero");
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
            batches_per_client: Some(Rate {
                burst: SYNC_BURST,
                every: Duration::from_secs(1),
            }),
            pages_per_client: Some(Rate {
                burst: SYNC_BURST,
                every: Duration::from_secs(1),
            }),
            transactions: None,
            waiting: 512,
            removals_kept: Some(Duration::from_hours(24 * 90)),
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
