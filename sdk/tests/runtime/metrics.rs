//! The metrics of calls, as a recorder of the crate `metrics` receives them.
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use atlas_backup::CallMetrics;
use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};

use crate::script::*;
use crate::world::*;

/// Sums up each metric by its name and labels.
#[derive(Clone, Default)]
struct Sums(Arc<Mutex<BTreeMap<String, f64>>>);

struct Sum(Sums, String);

impl Sum {
    fn add(&self, value: f64) {
        *self.0.0.lock().unwrap().entry(self.1.clone()).or_default() += value;
    }
}

impl CounterFn for Sum {
    fn increment(&self, value: u64) {
        self.add(value as f64);
    }

    fn absolute(&self, _: u64) {}
}

impl HistogramFn for Sum {
    fn record(&self, value: f64) {
        self.add(value);
    }
}

impl Sums {
    fn sum(&self, key: &Key) -> Arc<Sum> {
        let labels: Vec<_> = key.labels().map(|label| label.value()).collect();
        let name = format!("{} {}", key.name(), labels.join(" "));
        Arc::new(Sum(self.clone(), name))
    }
}

impl Recorder for Sums {
    fn describe_counter(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        let described = format!("described {}", name.as_str());
        self.0.lock().unwrap().insert(described, 0.0);
    }

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, text: SharedString) {
        self.describe_counter(name, unit, text);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.sum(key))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.sum(key))
    }
}

#[tokio::test]
async fn calls_attempts_retries_waits_and_bytes_are_counted_by_operation() {
    let sums = Sums::default();
    let _recording = metrics::set_default_local_recorder(&sums);
    let limited = Turn::Response(429, &[("Retry-After", "2")], "slow");
    let script = Script::new(&[limited, GOOD, status(404), Turn::Untrusted]);
    let builder = script.builder(&ManualClock::new());
    let client = builder.interceptor(CallMetrics::new()).build().unwrap();
    create(&client, "one").await.unwrap();
    get(&client).await.unwrap_err();
    get(&client).await.unwrap_err();
    let found = sums.0.lock().unwrap().clone();
    let (described, counted): (Vec<_>, Vec<_>) = found
        .iter()
        .partition(|(name, _)| name.starts_with("described "));
    assert_eq!(described.len(), 7);
    let counted: Vec<_> = counted
        .iter()
        .map(|(name, sum)| format!("{name} = {sum}"))
        .collect();
    // The service requests two seconds; the jitter is that of the fixed randomness.
    assert_eq!(
        counted,
        [
            "atlas_attempts_total createJob 200 = 1",
            "atlas_attempts_total createJob 429 = 1",
            "atlas_attempts_total getJob 404 = 1",
            "atlas_attempts_total getJob connect = 1",
            "atlas_call_duration_seconds createJob = 2.02745098",
            "atlas_call_duration_seconds getJob = 0",
            "atlas_calls_total createJob 200 = 1",
            "atlas_calls_total getJob 404 = 1",
            "atlas_calls_total getJob connect = 1",
            "atlas_request_bytes_total createJob = 28",
            "atlas_request_bytes_total getJob = 0",
            "atlas_response_bytes_total createJob = 16",
            "atlas_response_bytes_total getJob = 0",
            "atlas_retries_total createJob = 1",
            "atlas_retry_wait_seconds createJob = 2.02745098",
        ]
    );
}
