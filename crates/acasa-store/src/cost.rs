use std::time::{Duration, Instant};

use acasa_crypto::argon2id::{self, Parameters};

use crate::StoreError;

/// How dear a try at the PIN is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cost {
    /// Measured on this device, so that one try takes from a quarter to half a second.
    #[default]
    Calibrated,
    /// The least that is ever accepted (64 MiB, three passes), without measuring.
    Minimum,
}

/// What one try should take: in the middle of 250–500 ms, so that a measurement off by a quarter
/// either way still lands inside.
const TARGET: Duration = Duration::from_millis(350);

impl Cost {
    pub(crate) fn parameters(self) -> Result<Parameters, StoreError> {
        match self {
            Self::Minimum => Ok(Parameters::MINIMUM),
            Self::Calibrated => {
                let started = Instant::now();
                argon2id::derive(Parameters::MINIMUM, &[0; argon2id::MIN_SALT], b"calibration")?;
                derive_parameters(started.elapsed())
            }
        }
    }
}

/// More passes for a faster device; the memory stays, which the smallest phones can spare.
fn derive_parameters(minimum_took: Duration) -> Result<Parameters, StoreError> {
    let one_pass = minimum_took / argon2id::MIN_ITERATIONS;
    let passes = TARGET.as_micros() / one_pass.as_micros().max(1);
    let passes = u32::try_from(passes).unwrap_or(u32::MAX);
    let passes = passes.clamp(argon2id::MIN_ITERATIONS, argon2id::MAX_ITERATIONS);
    Ok(Parameters::new(argon2id::MIN_MEMORY_KIB, passes, 1)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_device_makes_more_passes_and_a_slow_one_never_fewer_than_three() {
        let passes = |ms| derive_parameters(Duration::from_millis(ms)).unwrap().iterations();
        assert_eq!((passes(105), passes(300), passes(3000)), (10, 3, 3));
    }

    #[test]
    fn a_clock_that_measured_nothing_does_not_divide_by_zero() {
        assert_eq!(
            derive_parameters(Duration::ZERO).unwrap().iterations(),
            argon2id::MAX_ITERATIONS
        );
    }
}
