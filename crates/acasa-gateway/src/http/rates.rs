//! Rate limits: by address for everybody, by installation for those who have shown which they are.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::atomic::{AtomicU32, Ordering},
};

use acasa_domain::Idnp;
use acasa_protocol::paths;
use axum::{
    extract::{Request, State},
    http::HeaderMap,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, MonotonicClock},
    middleware::NoOpMiddleware,
    state::keyed::HashMapStateStore,
};

use crate::{
    GatewayError, Limits,
    limits::{Proxies, Rate},
    metrics::LimitOf,
    state::Shared,
};

/// After so many requests, what is known of those who came long ago is forgotten.
const BETWEEN_CLEANINGS: u32 = 4096;
/// The header in which proxies say whom they speak for.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address at the other end of the connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

struct Limiter<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, HashMapStateStore<K>, MonotonicClock, NoOpMiddleware<std::time::Instant>>,
    asked: AtomicU32,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    fn new(rate: Rate) -> Option<Self> {
        let quota = Quota::with_period(rate.every)?.allow_burst(rate.burst);
        Some(Self {
            limiter: RateLimiter::new(quota, HashMapStateStore::default(), MonotonicClock),
            asked: AtomicU32::new(0),
        })
    }

    fn check(&self, key: &K) -> Result<(), GatewayError> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % BETWEEN_CLEANINGS == BETWEEN_CLEANINGS - 1 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(key).map_err(|refused| {
            let wait = refused.wait_time_from(MonotonicClock.now());
            // RFC 9110, 10.2.3: whole seconds; sooner would be refused again.
            GatewayError::TooMany {
                seconds: wait.as_secs() + 1,
            }
        })
    }
}

/// What an installation asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Whatever it is.
    Anything,
    /// To have a batch judged.
    Batch,
    /// A page of a checkpoint.
    Page,
}

/// The limits of one gateway, with what they remember.
pub(crate) struct Rates {
    addresses: Option<Limiter<IpAddr>>,
    clients: Option<Limiter<String>>,
    exports: Option<Limiter<Idnp>>,
    batches: Option<Limiter<String>>,
    pages: Option<Limiter<String>>,
    proxies: Vec<Proxies>,
}

impl Rates {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            addresses: limits.per_address.and_then(Limiter::new),
            clients: limits.per_client.and_then(Limiter::new),
            exports: limits.per_export.and_then(Limiter::new),
            batches: limits.batches_per_client.and_then(Limiter::new),
            pages: limits.pages_per_client.and_then(Limiter::new),
            proxies: limits.proxies.clone(),
        }
    }

    /// Counts a person's request for everything.
    pub(crate) fn check_export(&self, person: Idnp) -> Result<(), GatewayError> {
        match &self.exports {
            Some(limiter) => limiter.check(&person),
            None => Ok(()),
        }
    }

    /// Counts what an installation asks for that has shown which it is.
    pub(crate) fn check_client(&self, what: Asked, client: &str) -> Result<(), GatewayError> {
        let limiter = match what {
            Asked::Anything => &self.clients,
            Asked::Batch => &self.batches,
            Asked::Page => &self.pages,
        };
        match limiter {
            Some(limiter) => limiter.check(&client.to_owned()),
            None => Ok(()),
        }
    }

    fn check_address(&self, peer: IpAddr, headers: &HeaderMap) -> Result<(), GatewayError> {
        let Some(limiter) = &self.addresses else {
            return Ok(());
        };
        let told = self
            .proxies
            .iter()
            .any(|proxies| proxies.contains(peer))
            .then(|| forwarded_for(headers))
            .flatten();
        limiter.check(&whole(told.unwrap_or(peer)))
    }
}

/// The address the nearest proxy has seen: the last one. Those before it are only what it was told.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all(FORWARDED_FOR).iter().next_back()?;
    last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

/// What stands for the address: one household or phone has a whole /64 of IPv6.
fn whole(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address @ IpAddr::V4(_) => address,
    }
}

/// Refuses a request while too many wait for the storage. Whether the gateway answers can be asked all the same.
pub(super) async fn shed(State(state): State<Shared>, request: Request, next: Next) -> Response {
    let is_about_health = [paths::HEALTH, paths::HEALTHZ, paths::READYZ].contains(&request.uri().path());
    match state.queue.takes_more() {
        Err(refused) if !is_about_health => refused.into_response(),
        _ => next.run(request).await,
    }
}

/// Refuses a request from an address that asks too often.
pub(super) async fn limit(State(state): State<Shared>, request: Request, next: Next) -> Response {
    // Without a peer there is no connection: the router was called by a program.
    let peer = request.extensions().get::<Peer>().copied();
    match peer.map(|Peer(peer)| state.rates.check_address(peer, request.headers())) {
        Some(Err(refused)) => {
            state.metrics.limited(LimitOf::Address);
            refused.into_response()
        }
        Some(Ok(())) | None => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use std::{num::NonZeroU32, time::Duration};

    use axum::http::HeaderValue;

    use super::*;

    fn rates(proxies: &[&str]) -> Rates {
        Rates::new(&Limits {
            per_address: Some(Rate {
                burst: NonZeroU32::MIN,
                every: Duration::from_hours(1),
            }),
            proxies: proxies.iter().map(|proxy| proxy.parse().unwrap()).collect(),
            ..Limits::default()
        })
    }

    fn from(told: &[&'static str]) -> HeaderMap {
        told.iter()
            .map(|told| (FORWARDED_FOR.parse().unwrap(), HeaderValue::from_static(told)))
            .collect()
    }

    fn is_taken(rates: &Rates, peer: &str, told: &[&'static str]) -> bool {
        rates.check_address(peer.parse().unwrap(), &from(told)).is_ok()
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        let rates = rates(&[]);

        assert!(is_taken(&rates, "2001:db8::1", &[]));
        assert!(!is_taken(&rates, "2001:db8::2", &[]));
        assert!(is_taken(&rates, "2001:db8:0:1::1", &[]));
    }

    #[test]
    fn an_ipv4_address_is_the_same_written_as_ipv6() {
        let rates = rates(&[]);

        assert!(is_taken(&rates, "192.0.2.1", &[]));
        assert!(!is_taken(&rates, "::ffff:192.0.2.1", &[]));
    }

    #[test]
    fn behind_a_proxy_the_address_it_saw_counts() {
        let rates = rates(&["192.0.2.9"]);

        assert!(is_taken(&rates, "192.0.2.9", &["198.51.100.1"]));
        assert!(is_taken(&rates, "192.0.2.9", &["198.51.100.2"]));
        assert!(!is_taken(&rates, "192.0.2.9", &["203.0.113.7, 198.51.100.1"]));
        assert!(!is_taken(&rates, "192.0.2.9", &["203.0.113.8", "198.51.100.1"]));
    }

    #[test]
    fn a_network_of_proxies_is_believed_and_its_neighbours_are_not() {
        let rates = rates(&["10.1.0.0/16", "2001:db8::/32"]);

        assert!(is_taken(&rates, "10.1.2.3", &["198.51.100.1"]));
        assert!(!is_taken(&rates, "::ffff:10.1.9.9", &["198.51.100.1"]));
        assert!(!is_taken(&rates, "2001:db8::7", &["198.51.100.1"]));
        assert!(is_taken(&rates, "10.2.0.1", &["198.51.100.2"]));
        assert!(!is_taken(&rates, "10.2.0.1", &["198.51.100.3"]));
        for text in ["10.1.0.0/33", "proxy", "", "10.1.0.0/-1"] {
            assert!(text.parse::<Proxies>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_others_than_the_proxy_say_of_their_address_is_not_believed() {
        let rates = rates(&["192.0.2.9"]);

        assert!(is_taken(&rates, "192.0.2.1", &["198.51.100.1"]));
        assert!(!is_taken(&rates, "192.0.2.1", &["198.51.100.2"]));
    }

    #[test]
    fn the_wait_is_at_least_a_second() {
        let rates = rates(&[]);
        let peer = "192.0.2.1".parse().unwrap();
        rates.check_address(peer, &HeaderMap::new()).unwrap();

        let refused = rates.check_address(peer, &HeaderMap::new()).unwrap_err();

        assert!(matches!(refused, GatewayError::TooMany { seconds: 3590..=3601 }));
    }
}
