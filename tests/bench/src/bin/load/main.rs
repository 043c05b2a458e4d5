//! Load test: many concurrent callers of a sandbox at a socket that fails one request in twenty.
//!
//! `cargo run --release -p atlas-backup-bench --bin load` prints the results and durations of all calls, and
//! whether memory and descriptors level off; `--chart` draws them. It fails if a call ends in neither a
//! success nor a typed error, if reads fail that a retry should have saved, or if memory or descriptors still
//! grow in the last third. Must never judge a duration, because machines differ.

mod callers;
mod chart;
mod histogram;
mod process;
mod service;

use callers::{Callers, Counts};
use chart::Chart;
use clap::{Parser, Subcommand};
use histogram::Histogram;
use process::Usage;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Runs callers of a sandbox that fails one request in twenty.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    role: Option<Role>,
    /// Duration of the run, in seconds
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    /// Number of callers
    #[arg(long, default_value_t = 256)]
    callers: usize,
    /// SVG file to draw latency, memory and descriptors over time
    #[arg(long, value_name = "FILE")]
    chart: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Role {
    /// Serves the sandbox in a process of its own, whose memory is not measured
    Serve,
}

/// Number of points in the chart.
const WINDOWS: u64 = 60;

/// The measurements of a window of the run.
struct Window {
    /// The end of the window.
    at: Duration,
    /// The durations of its calls.
    latency: Histogram,
    usage: Usage,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = runtime().and_then(|runtime| match arguments.role {
        Some(Role::Serve) => runtime.block_on(service::serve()).map(|()| true),
        None => runtime.block_on(load(&arguments)),
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn runtime() -> Outcome<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    Ok(builder.enable_all().build()?)
}

async fn load(arguments: &Arguments) -> Outcome<bool> {
    let service = service::Service::start()?;
    let length = Duration::from_secs(arguments.seconds.max(1));
    let began = Instant::now();
    let callers = Callers::start(&service.contents, arguments.callers, began + length)?;
    let (mut windows, mut whole) = (Vec::new(), Histogram::default());
    for number in 1..=WINDOWS {
        let until = length.mul_f64(number as f64 / WINDOWS as f64);
        tokio::time::sleep((began + until).saturating_duration_since(Instant::now())).await;
        let latency = callers.take_latency();
        whole.add(&latency);
        windows.push(Window {
            at: began.elapsed(),
            latency,
            usage: process::usage()?,
        });
    }
    let counts = callers.finish().await;
    whole.add(&callers.take_latency());
    let took = began.elapsed();
    let (requests, failed) = service.finish()?;
    println!("{requests} requests, {failed} faults injected");
    report(arguments, &counts, &whole, took);
    if let Some(path) = &arguments.chart {
        let chart = Chart {
            callers: arguments.callers,
            windows: &windows,
        };
        std::fs::write(path, chart.to_string())?;
    }
    Ok(judge(requests, &counts, &windows))
}

fn report(arguments: &Arguments, counts: &Counts, whole: &Histogram, took: Duration) {
    let calls: u64 = counts.outcomes.values().sum();
    println!(
        "{} callers, {:.0} s: {calls} calls, {:.0} a second",
        arguments.callers,
        took.as_secs_f64(),
        calls as f64 / took.as_secs_f64()
    );
    for (outcome, count) in &counts.outcomes {
        println!("  {outcome}: {count}");
    }
    let at = |share| whole.quantile(share).as_secs_f64() * 1_000.0;
    println!(
        "  p50 {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms, longest {:.1} ms",
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0)
    );
}

/// Prints each property, and returns true if all of them hold.
fn judge(requests: u64, counts: &Counts, windows: &[Window]) -> bool {
    let calls: u64 = counts.outcomes.values().sum();
    let last = windows.get(windows.len() * 2 / 3..).unwrap_or(windows);
    let memory = growth(last, |usage| usage.memory_kb as f64);
    let descriptors = growth(last, |usage| usage.descriptors as f64);
    let held = windows
        .last()
        .map_or(0.0, |window| window.usage.memory_kb as f64);
    let properties = [
        // One request in twenty fails, so many calls need more than one.
        (
            format!("{requests} requests of {calls} calls"),
            requests * 50 >= calls * 51,
        ),
        (
            format!("calls without an end: {}", counts.endless),
            counts.endless == 0,
        ),
        (
            format!("tasks that panicked: {}", counts.panicked),
            counts.panicked == 0,
        ),
        (
            format!(
                "reads: {}, of which {} failed",
                counts.reads, counts.failed_reads
            ),
            counts.reads > 0 && counts.failed_reads * 1_000 <= counts.reads,
        ),
        (
            format!("memory: {held:.0} kB at the end, {memory:+.0} kB over the last third"),
            memory <= (held / 20.0).max(2_000.0),
        ),
        (
            format!("descriptors: {descriptors:+.1} over the last third"),
            descriptors <= 16.0,
        ),
    ];
    for (property, holds) in &properties {
        println!("  {} {property}", if *holds { "ok  " } else { "FAIL" });
    }
    properties.iter().all(|(_, holds)| *holds)
}

/// Returns the growth of a value over some windows, by a least-squares line.
fn growth(windows: &[Window], figure: fn(Usage) -> f64) -> f64 {
    let points: Vec<(f64, f64)> = windows
        .iter()
        .map(|window| (window.at.as_secs_f64(), figure(window.usage)))
        .collect();
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let (mut along, mut across) = (0.0, 0.0);
    for point in &points {
        along += (point.0 - x) * (point.1 - y);
        across += (point.0 - x).powi(2);
    }
    let length =
        points.last().map_or(0.0, |point| point.0) - points.first().map_or(0.0, |point| point.0);
    if across > 0.0 {
        along / across * length
    } else {
        0.0
    }
}

/// The latencies of all callers together.
type Latency = Arc<std::sync::Mutex<Histogram>>;
