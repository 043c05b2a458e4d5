//! A histogram of latencies with constant memory, and quantiles to about 1.5 %.

use std::time::Duration;

/// Buckets for each power of two.
const STEPS: u64 = 64;
/// Enough for 2^36 microseconds, which is most of a day.
const BUCKETS: usize = (STEPS * 32) as usize;

/// Number of calls by latency.
pub(crate) struct Histogram {
    buckets: Vec<u64>,
    longest: Duration,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            buckets: vec![0; BUCKETS],
            longest: Duration::ZERO,
        }
    }
}

impl Histogram {
    pub(crate) fn record(&mut self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if let Some(bucket) = self.buckets.get_mut(bucket(micros)) {
            *bucket += 1;
        }
        self.longest = self.longest.max(took);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            *mine += theirs;
        }
        self.longest = self.longest.max(other.longest);
    }

    pub(crate) fn calls(&self) -> u64 {
        self.buckets.iter().sum()
    }

    /// Returns the latency that this share of the calls (0 to 1) did not exceed.
    pub(crate) fn quantile(&self, share: f64) -> Duration {
        let wanted = (self.calls() as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (index, count) in self.buckets.iter().enumerate() {
            seen += count;
            if *count > 0 && seen >= wanted {
                return Duration::from_micros(upper(index as u64)).min(self.longest);
            }
        }
        self.longest
    }
}

fn bucket(micros: u64) -> usize {
    let shift = micros.max(1).ilog2().saturating_sub(STEPS.ilog2());
    let index = u64::from(shift) * STEPS + (micros >> shift);
    usize::try_from(index).map_or(BUCKETS - 1, |index| index.min(BUCKETS - 1))
}

/// Returns the largest latency of a bucket, in microseconds.
fn upper(index: u64) -> u64 {
    let shift = (index / STEPS).saturating_sub(1);
    ((index - shift * STEPS + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_within_two_percent_of_the_latency() {
        for micros in (0..60).map(|power| 3 * 2_u64.pow(power / 2) + u64::from(power)) {
            let mut histogram = Histogram::default();
            histogram.record(Duration::from_micros(micros));
            histogram.record(Duration::from_secs(5_000));
            let told = histogram.quantile(0.5).as_micros() as u64;
            assert!(
                told >= micros && told - micros <= micros / 50,
                "{micros}: {told}"
            );
        }
    }

    #[test]
    fn quantile_of_1_is_the_longest_and_of_no_calls_is_0() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.quantile(1.0), Duration::ZERO);
        histogram.record(Duration::from_micros(12_345));
        assert_eq!(histogram.quantile(1.0), Duration::from_micros(12_345));
    }
}
