//! The gateway's end of the socket. It waits on its thread, as a token makes it wait too.

use std::{
    io::{self, Read as _, Write as _},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

use acasa_crypto::{CryptoError, SignerRefusal};

use super::{
    Answer, Ask,
    messages::{HEAD, frame, length},
};

/// Questions at a time.
const AT_ONCE: usize = 32;
/// How long to wait until one of them is answered.
const TURN: Duration = Duration::from_secs(2);
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(10);

/// Asks the service at a socket, over connections that are kept.
pub(crate) struct Client {
    path: PathBuf,
    idle: Mutex<Vec<UnixStream>>,
    asking: Mutex<usize>,
    answered: Condvar,
    patience: Patience,
}

/// How long to wait.
struct Patience {
    /// To be one of those who ask.
    turn: Duration,
    /// For an answer.
    answer: Duration,
}

impl Client {
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            idle: Mutex::default(),
            asking: Mutex::default(),
            answered: Condvar::new(),
            patience: Patience {
                turn: TURN,
                answer: ANSWER,
            },
        }
    }

    /// Asks and waits. A connection that the service has closed meanwhile, as when it was started anew, is replaced.
    pub(crate) fn ask(&self, ask: &Ask) -> Result<Answer, CryptoError> {
        let question = frame(ask).ok_or(CryptoError::TooLarge)?;
        let _turn = self.turn()?;
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let answer = match kept.map(|stream| self.exchange(stream, &question)) {
            Some(Err(error)) if is_closed(&error) => {
                // Those beside it are of the same process.
                self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
                self.exchange_anew(&question)
            }
            Some(exchanged) => exchanged,
            None => self.exchange_anew(&question),
        };
        match answer {
            Ok(Answer::Refused(code)) => Err(refusal(&code)),
            Ok(answer) => Ok(answer),
            Err(error) => {
                tracing::error!(error.kind = ?error.kind(), "signer.unreachable");
                Err(SignerRefusal::Unreachable.into())
            }
        }
    }

    fn exchange_anew(&self, question: &[u8]) -> io::Result<Answer> {
        let stream = UnixStream::connect(&self.path)?;
        stream.set_read_timeout(Some(self.patience.answer))?;
        stream.set_write_timeout(Some(self.patience.answer))?;
        self.exchange(stream, question)
    }

    /// One question and its answer. Only then is the connection kept: what comes late is not taken for the next answer.
    fn exchange(&self, mut stream: UnixStream, question: &[u8]) -> io::Result<Answer> {
        stream.write_all(question)?;
        let mut head = [0; HEAD];
        stream.read_exact(&mut head)?;
        let mut text = vec![0; length(head).ok_or(io::ErrorKind::InvalidData)?];
        stream.read_exact(&mut text)?;
        let answer = serde_json::from_slice(&text)?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < AT_ONCE {
            idle.push(stream);
        }
        Ok(answer)
    }

    /// Waits to be one of those who may ask. A service that hangs must not hold every thread there is.
    fn turn(&self) -> Result<Turn<'_>, CryptoError> {
        let asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut asking, waited) = self
            .answered
            .wait_timeout_while(asking, self.patience.turn, |asking| *asking >= AT_ONCE)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(SignerRefusal::Busy.into());
        }
        *asking += 1;
        Ok(Turn(self))
    }
}

/// One of those who may ask, until it is dropped.
struct Turn<'a>(&'a Client);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.asking.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.answered.notify_one();
    }
}

fn is_closed(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    [BrokenPipe, ConnectionReset, UnexpectedEof].contains(&error.kind())
}

/// What the service said, if it is one of its own refusals; otherwise a key or its device failed.
fn refusal(code: &str) -> CryptoError {
    let found = SignerRefusal::ALL
        .into_iter()
        .find(|refusal| refusal.code() == code);
    found.map_or(CryptoError::Device, CryptoError::Signer)
}

#[cfg(test)]
mod tests;
