use std::time::Duration;

/// A moment that no setting of the wall clock can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Which run of the machine this is.
    pub boot: [u8; 16],
    /// Time since that run began, sleep included.
    pub since_boot: Duration,
}

/// Where the delays between tries take their time from.
///
/// The wall clock is the attacker's to set, so it plays no part: within one run of the machine the
/// time since boot counts, and after a restart a delay is counted again from the restart, because
/// that much has certainly passed.
pub trait Uptime: Send + Sync {
    /// The present moment.
    fn now(&self) -> Moment;
}

/// The machine's own uptime.
///
/// On Linux `CLOCK_BOOTTIME` and the kernel's boot id. Elsewhere each start of the process counts
/// as a run of its own: a restart of the app begins a delay again, which errs on the safe side.
pub struct SystemUptime {
    boot: [u8; 16],
    #[cfg(not(target_os = "linux"))]
    started: std::time::Instant,
}

impl SystemUptime {
    /// Finds out which run of the machine this is.
    pub fn new() -> Self {
        let drawn = || acasa_crypto::random::make_bytes::<16>().unwrap_or_default();
        Self {
            boot: boot_id().unwrap_or_else(drawn),
            #[cfg(not(target_os = "linux"))]
            started: std::time::Instant::now(),
        }
    }
}

impl Default for SystemUptime {
    fn default() -> Self {
        Self::new()
    }
}

impl Uptime for SystemUptime {
    #[cfg(target_os = "linux")]
    fn now(&self) -> Moment {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
        let nanoseconds = u32::try_from(time.tv_nsec).unwrap_or(0);
        Moment {
            boot: self.boot,
            since_boot: Duration::new(seconds, nanoseconds),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn now(&self) -> Moment {
        Moment {
            boot: self.boot,
            since_boot: self.started.elapsed(),
        }
    }
}

fn boot_id() -> Option<[u8; 16]> {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    uuid::Uuid::parse_str(text.trim())
        .ok()
        .map(uuid::Uuid::into_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_clocks_of_one_process_agree_on_the_run_and_go_forward() {
        let (first, second) = (SystemUptime::new().now(), SystemUptime::new().now());
        if cfg!(target_os = "linux") {
            assert_eq!(first.boot, second.boot);
            assert!(first.since_boot > Duration::ZERO && second.since_boot >= first.since_boot);
        }
    }
}
