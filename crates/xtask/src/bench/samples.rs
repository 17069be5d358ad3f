//! The runs of one measurement.

/// How long each run took, in nanoseconds.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Samples {
    /// What was measured.
    pub(crate) name: String,
    nanoseconds: Vec<u64>,
}

impl Samples {
    /// Runs in any order.
    pub(crate) fn new(name: &str, nanoseconds: Vec<u64>) -> Self {
        Self {
            name: name.to_owned(),
            nanoseconds,
        }
    }

    /// Reads a line of the bench's output.
    pub(crate) fn read(line: &str) -> Result<Self, String> {
        serde_json::from_str(line).map_err(|error| format!("a line of the bench: {error}"))
    }

    /// The middle run, or the mean of the two middle ones, in milliseconds.
    pub(crate) fn median(&self) -> f64 {
        let sorted = self.sorted();
        let (Some(upper), Some(lower)) = (
            sorted.get(sorted.len() / 2),
            sorted.get(sorted.len().saturating_sub(1) / 2),
        ) else {
            return f64::NAN;
        };
        f64::midpoint(*lower, *upper)
    }

    /// The run that 95 in 100 do not exceed (nearest rank), in milliseconds.
    pub(crate) fn percentile_95(&self) -> f64 {
        self.percentile(950)
    }

    /// The run that so many in 1,000 do not exceed (nearest rank), in milliseconds.
    pub(crate) fn percentile(&self, thousandths: usize) -> f64 {
        let sorted = self.sorted();
        let rank = (sorted.len() * thousandths).div_ceil(1000);
        sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
    }

    /// How many there were.
    pub(crate) fn count(&self) -> usize {
        self.nanoseconds.len()
    }

    fn sorted(&self) -> Vec<f64> {
        let mut nanoseconds = self.nanoseconds.clone();
        nanoseconds.sort_unstable();
        nanoseconds
            .into_iter()
            .map(|run| std::time::Duration::from_nanos(run).as_secs_f64() * 1e3)
            .collect()
    }
}

/// With as many digits as mean something.
pub(crate) fn milliseconds(value: f64) -> String {
    if value < 10.0 {
        format!("{value:.2} ms")
    } else {
        format!("{value:.0} ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(milliseconds: &[u64]) -> Samples {
        Samples::new("x", milliseconds.iter().map(|run| run * 1_000_000).collect())
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_middle_two() {
        assert_eq!(milliseconds(of(&[4, 1, 2, 100]).median()), "3.00 ms");
        assert_eq!(milliseconds(of(&[9, 1, 7]).median()), "7.00 ms");
    }

    #[test]
    fn one_slow_run_of_thirty_is_beyond_the_95th_percentile_and_two_are_not() {
        let mut runs = vec![20; 30];
        runs[3] = 900;
        assert_eq!(milliseconds(of(&runs).percentile_95()), "20 ms");
        runs[4] = 800;
        assert_eq!(milliseconds(of(&runs).percentile_95()), "800 ms");
    }

    #[test]
    fn a_line_that_is_no_measurement_is_refused() {
        assert!(Samples::read("running 0 tests").is_err());
        let read = Samples::read(r#"{"name":"list","nanoseconds":[1000000,3000000]}"#);
        assert_eq!(
            read.map(|samples| milliseconds(samples.median())),
            Ok("2.00 ms".to_owned())
        );
    }
}
