//! One thread for the platform's blocking calls, with a time limit for whoever waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use crate::KeystoreError;

type Job = Box<dyn FnOnce() + Send>;

/// Runs jobs one after another; ends when it is dropped and the job at hand returns.
pub(super) struct Worker {
    jobs: Option<Sender<Job>>,
}

impl Worker {
    pub(super) fn start() -> Self {
        let (jobs, queue) = mpsc::channel::<Job>();
        let started = thread::Builder::new().name("keystore".into()).spawn(move || {
            for job in queue {
                job();
            }
        });
        Self {
            jobs: started.is_ok().then_some(jobs),
        }
    }

    /// Runs `job` and waits for its answer at most `limit`. A job nobody waits for any more is
    /// skipped when its turn comes; one already begun cannot be recalled, and may take effect.
    pub(super) fn run<T: Send + 'static>(
        &self,
        limit: Duration,
        job: impl FnOnce() -> Result<T, KeystoreError> + Send + 'static,
    ) -> Result<T, KeystoreError> {
        let abandoned = Arc::new(AtomicBool::new(false));
        let (reply, answer) = mpsc::sync_channel(1);
        let skipped = Arc::clone(&abandoned);
        let queued = self.jobs.as_ref().and_then(|jobs| {
            jobs.send(Box::new(move || {
                if !skipped.load(Ordering::Acquire) {
                    // The caller may be gone by now; then there is nobody to tell.
                    let _ = reply.send(job());
                }
            }))
            .ok()
        });
        if queued.is_none() {
            return Err(KeystoreError::unavailable());
        }
        match answer.recv_timeout(limit) {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => {
                abandoned.store(true, Ordering::Release);
                Err(KeystoreError::TimedOut)
            }
            // The job panicked and took the thread with it.
            Err(RecvTimeoutError::Disconnected) => Err(KeystoreError::unavailable()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_platform_times_out_and_what_waited_behind_it_is_never_begun() {
        let worker = Worker::start();
        let (release, held) = mpsc::channel::<()>();
        let (started, starts) = mpsc::channel::<()>();

        let first = worker.run(Duration::from_millis(1), move || {
            let _ = held.recv();
            Ok(())
        });
        let second = worker.run(Duration::from_millis(1), move || {
            let _ = started.send(());
            Ok(())
        });
        drop(release);
        let third = worker.run(Duration::from_mins(1), || Ok(3));

        assert!(matches!(first, Err(KeystoreError::TimedOut)));
        assert!(matches!(second, Err(KeystoreError::TimedOut)));
        assert!(
            matches!(third, Ok(3)),
            "the thread works again once the platform has answered"
        );
        assert!(starts.try_recv().is_err(), "an abandoned job ran");
    }

    #[test]
    fn a_panic_in_the_platform_is_an_error_and_not_a_wait_for_ever() {
        let worker = Worker::start();
        let broken: Result<(), _> = worker.run(Duration::from_mins(1), || panic!("planted"));
        assert!(matches!(broken, Err(KeystoreError::Unavailable { .. })));
    }
}
