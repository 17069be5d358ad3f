//! The task that does what the engine says, while the vault is open.

use super::{DeviceKey, VaultStore};
use crate::acasa::{Inner, hold, wiping};
use crate::notices::{ByWords, announcements, marks};
use crate::{Acasa, CoreError, connection};
use acasa_client::ClientError;
use acasa_crypto::random;
use acasa_protocol::sync::NewGeneration;
use acasa_sync::{Answer, Config, Engine, Failure, Input, Output, Request, RequestId, SyncError, Trouble};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// How long an act can be taken back before it is sent.
pub(super) const HOLD: Duration = Duration::from_secs(5);
/// How often news are looked for.
const POLL: Duration = Duration::from_mins(1);
/// How long to wait before going on after the store or the key failed.
pub(super) const AFTER_FAILURE: Duration = Duration::from_secs(30);
/// How long somebody waits to be told that all is quiet.
pub(super) const ONE_WAIT: Duration = Duration::from_secs(10);

/// What the task is told.
pub(super) enum Note {
    /// There is a session.
    SessionReady,
    /// An act was kept.
    Queued,
    /// Worth trying at once.
    Nudge,
    /// What is under way stops, until somebody asks for it.
    Pause,
    /// How often to look for news may be another.
    ChangedHabits,
    /// Worth trying at once; and tell when nothing is under way.
    TellWhenQuiet(oneshot::Sender<()>),
}

pub(super) type Device = Engine<VaultStore, DeviceKey>;

/// Runs until it is aborted, or nobody can tell it anything any more.
pub(super) async fn run(app: Weak<Inner>, notes: UnboundedReceiver<Note>) {
    let mut task = Runner {
        app,
        engine: None,
        began: Instant::now(),
        wake: None,
        trouble: None,
        paused: false,
        waiting: Vec::new(),
        requests: JoinSet::new(),
    };
    wiping(task.run(notes)).await;
}

struct Runner {
    /// The app ends this task when it goes, not the other way round.
    app: Weak<Inner>,
    engine: Option<Arc<Mutex<Device>>>,
    began: Instant,
    /// When the engine wants to be woken.
    wake: Option<Duration>,
    trouble: Option<Trouble>,
    /// The person stopped it.
    paused: bool,
    /// Who wants to know when all is quiet.
    waiting: Vec<oneshot::Sender<()>>,
    requests: JoinSet<(RequestId, Result<Answer, Failure>)>,
}

impl Runner {
    fn acasa(&self) -> Result<Acasa, CoreError> {
        let inner = self.app.upgrade().ok_or(CoreError::Locked)?;
        Ok(Acasa { inner })
    }

    async fn run(&mut self, mut notes: UnboundedReceiver<Note>) {
        loop {
            let wake = self.wake;
            let began = self.began;
            let alarm = async move {
                match wake {
                    Some(time) => tokio::time::sleep(time.saturating_sub(began.elapsed())).await,
                    None => std::future::pending().await,
                }
            };
            let input = tokio::select! {
                note = notes.recv() => match note {
                    Some(note) => Some(self.input_of(note)),
                    None => return,
                },
                Some(done) = self.requests.join_next(), if !self.requests.is_empty() => match done {
                    Ok((id, Ok(answer))) => Some(Input::Answered(id, answer)),
                    Ok((id, Err(failure))) => Some(Input::Failed(id, failure)),
                    Err(_aborted) => None,
                },
                () = alarm => Some(Input::Tick),
            };
            if let Some(input) = input {
                self.wake = None;
                if let Err(error) = self.handle(input).await {
                    tracing::warn!(code = error.code(), %error, "synchronising");
                    // Whatever was kept is kept: a new engine goes on from it.
                    self.forget_engine();
                    self.wake = Some(self.began.elapsed() + AFTER_FAILURE);
                }
                self.tell();
            }
        }
    }

    /// With its requests: another engine numbers its own from the beginning, and must not get their answers.
    fn forget_engine(&mut self) {
        self.engine = None;
        self.requests = JoinSet::new();
    }

    fn input_of(&mut self, note: Note) -> Input {
        match note {
            Note::SessionReady => {
                self.trouble = None;
                self.paused = false;
                // Another session may be another installation's: the engine must know which.
                self.forget_engine();
                Input::SessionReady
            }
            Note::Queued => Input::Queued,
            Note::Nudge => Input::Nudge,
            Note::Pause => {
                self.paused = true;
                Input::SessionEnded
            }
            Note::ChangedHabits => {
                // What was under way begins again where it was.
                self.forget_engine();
                Input::SessionReady
            }
            Note::TellWhenQuiet(done) => {
                self.waiting.push(done);
                if self.paused {
                    self.paused = false;
                    self.forget_engine();
                }
                Input::Now
            }
        }
    }

    async fn handle(&mut self, input: Input) -> Result<(), CoreError> {
        let (engine, first) = match &self.engine {
            Some(engine) => (Arc::clone(engine), false),
            None if self.paused => return Ok(()),
            None => match self.build().await? {
                Some(engine) => (engine, true),
                None => return Ok(()),
            },
        };
        self.engine = Some(Arc::clone(&engine));
        let now = self.began.elapsed();
        let random = u64::from_be_bytes(random::make_bytes::<8>()?);
        let acasa = self.acasa()?;
        let output = acasa
            .blocking(move |acasa| {
                let mut engine = hold(&engine);
                let mut output = Vec::new();
                if first {
                    output.extend(engine.handle(now, random, Input::SessionReady).map_err(core)?);
                }
                if !(first && matches!(input, Input::SessionReady)) {
                    output.extend(engine.handle(now, random, input).map_err(core)?);
                }
                if output.iter().any(|output| matches!(output, Output::Changed)) {
                    let arrived = engine.store_mut().take_arrived();
                    drop(engine);
                    follow(acasa, &arrived)?;
                }
                Ok(output)
            })
            .await?;
        for output in output {
            self.obey(&acasa, output);
        }
        Ok(())
    }

    /// The engine over the vault; none while nobody is signed in, or nobody's vault it is yet.
    async fn build(&self) -> Result<Option<Arc<Mutex<Device>>>, CoreError> {
        let acasa = self.acasa()?;
        let Ok(signed_in) = acasa.identity().signed_in() else {
            return Ok(None);
        };
        let audience = acasa
            .client()?
            .gateway()
            .as_str()
            .trim_end_matches('/')
            .to_owned();
        let device = signed_in.installation.client_id().to_owned();
        acasa
            .blocking(move |acasa| {
                let open = acasa.vault().open()?;
                let Some(holder) = open.records.principals().holder()? else {
                    return Ok(None);
                };
                open.records.letters().complete(holder, &ByWords::default())?;
                let store = VaultStore::new(acasa, &open)?;
                let config = Config {
                    device,
                    audience,
                    principals: vec![holder],
                    hold: HOLD,
                    poll: (!acasa.sync().is_sparing()).then_some(POLL),
                };
                Ok(Some(Arc::new(Mutex::new(over(config, store)))))
            })
            .await
    }

    fn obey(&mut self, acasa: &Acasa, output: Output) {
        match output {
            Output::Send(id, request) => {
                let acasa = acasa.clone();
                self.requests
                    .spawn(wiping(async move { (id, send(&acasa, request).await) }));
            }
            Output::WakeAt(time) => self.wake = Some(time),
            Output::Changed => {}
            // A suspension ends the session too, and says more.
            Output::Trouble(Trouble::SignIn) if self.trouble == Some(Trouble::Suspended) => {}
            Output::Trouble(trouble) => self.trouble = Some(trouble),
        }
    }

    /// Says how things stand, and to who waits for it that all is quiet.
    fn tell(&mut self) {
        let Some(engine) = &self.engine else {
            self.waiting.clear();
            return;
        };
        let standing = hold(engine).standing();
        if let Ok(acasa) = self.acasa() {
            acasa.sync().tell(standing, self.trouble, self.paused);
        }
        if !standing.busy {
            self.waiting.clear();
        }
    }
}

/// Brings what is made from acts and records to what they have become.
fn follow(acasa: &Acasa, arrived: &[String]) -> Result<(), CoreError> {
    let open = acasa.vault().open()?;
    marks::foresee(acasa, &open)?;
    if !arrived.is_empty() {
        announcements::tell(acasa, &open, arrived)?;
    }
    Ok(())
}

/// An engine over what is kept.
pub(super) fn over(config: Config, store: VaultStore) -> Device {
    let key = store.key();
    Engine::new(config, store, key)
}

pub(super) fn core(error: SyncError<CoreError>) -> CoreError {
    match error {
        SyncError::Store(error) => error,
        SyncError::Key => acasa_crypto::CryptoError::Key.into(),
    }
}

/// Sends one request.
async fn send(acasa: &Acasa, request: Request) -> Result<Answer, Failure> {
    let mut outcome = ask(acasa, request.clone()).await;
    // One refusal may come of a clock that was just set; its answer has corrected that.
    if outcome.as_ref().is_err_and(unrecognised) {
        outcome = ask(acasa, request).await;
    }
    match outcome {
        Ok(answer) => Ok(answer),
        Err(error) => {
            tracing::debug!(code = error.code(), "synchronising");
            Err(failure(&error))
        }
    }
}

async fn ask(acasa: &Acasa, request: Request) -> Result<Answer, CoreError> {
    // A closed switch is not even tried: nobody counts on it.
    if !acasa.gate().is_open() {
        return Err(ClientError::Offline.into());
    }
    let signed_in = acasa.identity().signed_in()?;
    let client = acasa.client()?;
    let (installation, session) = (&signed_in.installation, &signed_in.session);
    let noted = &acasa.inner.connection;
    Ok(match request {
        Request::Position => Answer::Position(noted.note(client.sync_position(installation, session).await)?),
        Request::Announce { generation } => {
            acasa.blocking(Acasa::require_new_enough).await?;
            let jwk = acasa
                .blocking(move |acasa| DeviceKey::new(acasa.vault().open()?.records).public(generation))
                .await?;
            let jwk = jwk.ok_or(acasa_crypto::CryptoError::Key)?.to_value();
            let begun = NewGeneration { generation, jwk };
            Answer::Position(noted.note(client.begin_generation(installation, session, &begun).await)?)
        }
        Request::Push { text } => {
            acasa.blocking(Acasa::require_new_enough).await?;
            Answer::Batch(noted.note(client.send_batch(installation, session, text).await)?)
        }
        Request::Pull { cursor, .. } => {
            let page = noted.note(client.pull(installation, session, cursor).await)?;
            if page.complete {
                noted.up_to_date(client.server_ahead_seconds());
            }
            Answer::Page(page)
        }
    })
}

fn unrecognised(error: &CoreError) -> bool {
    matches!(error, CoreError::Client(error) if connection::is_unrecognised(error))
}

/// What a failure means to the engine.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is not named here may be over another time"
)]
fn failure(error: &CoreError) -> Failure {
    match error {
        CoreError::NotSignedIn | CoreError::Client(ClientError::SessionEnded) => Failure::SessionEnded,
        error if unrecognised(error) => Failure::SessionEnded,
        CoreError::Client(ClientError::Refused(problem)) => match refused(&problem.code) {
            Failure::Later(_) => Failure::Later(problem.retry_after.map(Duration::from_secs)),
            failure => failure,
        },
        CoreError::AppTooOld => Failure::Later(Some(Duration::from_mins(5))),
        _ => Failure::Later(None),
    }
}

/// What a refusal by the gateway means to the engine.
pub(super) fn refused(code: &str) -> Failure {
    match code {
        "device_behind" => Failure::DeviceBehind,
        "device_forked" => Failure::DeviceForked,
        "batch_refused" | "request_malformed" | "request_too_large" => Failure::Rejected,
        _ => Failure::Later(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use acasa_protocol::problem::Problem;

    fn refusal(code: &str, retry_after: Option<u64>) -> CoreError {
        let problem = Problem {
            retry_after,
            ..Problem::new(400, code, false)
        };
        ClientError::Refused(Box::new(problem)).into()
    }

    #[test]
    fn a_gateway_that_wants_to_be_left_alone_is_for_as_long_as_it_says() {
        let minute = Failure::Later(Some(Duration::from_mins(1)));
        for code in ["too_many_requests", "gateway_busy", "yet_to_be_named"] {
            assert_eq!(failure(&refusal(code, Some(60))), minute, "{code}");
            assert_eq!(failure(&refusal(code, None)), Failure::Later(None), "{code}");
        }
    }

    #[test]
    fn a_refusal_that_is_final_stays_so_whatever_time_comes_with_it() {
        for (code, meant) in [
            ("device_behind", Failure::DeviceBehind),
            ("device_forked", Failure::DeviceForked),
            ("batch_refused", Failure::Rejected),
            ("request_malformed", Failure::Rejected),
            ("request_too_large", Failure::Rejected),
        ] {
            assert_eq!(failure(&refusal(code, Some(60))), meant, "{code}");
        }
    }

    #[test]
    fn what_is_not_the_gateway_s_word_is_tried_again_and_a_session_that_ended_is_not() {
        for (error, meant) in [
            (CoreError::NotSignedIn, Failure::SessionEnded),
            (ClientError::SessionEnded.into(), Failure::SessionEnded),
            (ClientError::Offline.into(), Failure::Later(None)),
            (ClientError::Timeout.into(), Failure::Later(None)),
            (CoreError::AppTooOld, Failure::Later(Some(Duration::from_mins(5)))),
        ] {
            assert_eq!(failure(&error), meant, "{error}");
        }
    }
}
