//! A proxy on the loopback interface between apps and state, which can be a bad network.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the network does now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Weather {
    /// What comes goes on.
    Fair,
    /// It goes on late.
    Slow(Duration),
    /// Every connection ends, and no new one is let in.
    Cut,
    /// Requests go on, and nothing comes back; what was open then ends with this weather.
    HalfOpen,
}

pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    weather: watch::Sender<Weather>,
    swallowed: Arc<AtomicU32>,
}

impl Proxy {
    /// Opens it; connections go to the address that this file holds by then. It ends with the runtime.
    pub(crate) async fn open(address_of_state: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (weather, seen) = watch::channel(Weather::Fair);
        let swallowed = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&swallowed);
        tokio::spawn(async move {
            while let Ok((app, _)) = listener.accept().await {
                let state = std::fs::read_to_string(&address_of_state).unwrap_or_default();
                let (seen, counted) = (seen.clone(), Arc::clone(&counted));
                tokio::spawn(async move {
                    if *seen.borrow() == Weather::Cut {
                        return;
                    }
                    if let Ok(state) = TcpStream::connect(state.trim()).await {
                        carry(app, state, seen, &counted).await;
                    }
                });
            }
        });
        Self {
            address,
            weather,
            swallowed,
        }
    }

    /// How many answers of the state were kept from the app.
    pub(crate) fn swallowed(&self) -> u32 {
        self.swallowed.load(Ordering::Relaxed)
    }

    pub(crate) fn become_(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

/// Carries both ways until one of them ends, and then ends both.
async fn carry(app: TcpStream, state: TcpStream, seen: watch::Receiver<Weather>, swallowed: &AtomicU32) {
    let (from_app, to_app) = app.into_split();
    let (from_state, to_state) = state.into_split();
    tokio::select! {
        () = one_way(from_app, to_state, seen.clone(), None) => {}
        () = one_way(from_state, to_app, seen, Some(swallowed)) => {}
    }
}

/// Carries one way; answers of the state are those of which it is counted what is `swallowed`.
async fn one_way(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut seen: watch::Receiver<Weather>,
    swallowed: Option<&AtomicU32>,
) {
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let read = tokio::select! {
            read = from.read(&mut bytes) => read.unwrap_or(0),
            _ = seen.wait_for(|weather| *weather == Weather::Cut) => return,
        };
        if read == 0 {
            return;
        }
        let now = *seen.borrow();
        match (now, swallowed) {
            (Weather::Slow(late), _) => tokio::time::sleep(late).await,
            (Weather::Cut, _) => return,
            (Weather::HalfOpen, Some(swallowed)) => {
                swallowed.fetch_add(1, Ordering::Relaxed);
                let _ = seen.wait_for(|weather| *weather != Weather::HalfOpen).await;
                return;
            }
            (Weather::Fair, _) | (Weather::HalfOpen, None) => {}
        }
        if to.write_all(bytes.get(..read).unwrap_or_default()).await.is_err() {
            return;
        }
    }
}
