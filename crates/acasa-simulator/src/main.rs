//! `acasa-simulator`: runs histories and says what they came to.
#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks on its streams"
)]

use std::collections::BTreeMap;
use std::fmt::Display;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use acasa_simulator::{Report, Summary, run, run_told};
use clap::Parser;

/// Devices and gateways over the real code, with all their misfortunes, from a seed.
#[derive(Parser)]
struct Arguments {
    /// How many histories.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// No new one begins after so many minutes.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// The first seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// One line of JSON.
    #[arg(long)]
    json: bool,
    /// Tells each history step by step.
    #[arg(long)]
    log: bool,
    /// How many histories at the same time.
    #[arg(long)]
    jobs: Option<usize>,
    /// Ends at the first violation.
    #[arg(long)]
    stop: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let summary = simulate(&arguments);
    if arguments.json {
        match serde_json::to_string(&summary) {
            Ok(line) => println!("{line}"),
            Err(error) => eprintln!("{error}"),
        }
    } else {
        tell(&summary);
    }
    if summary.violations.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn simulate(arguments: &Arguments) -> Summary {
    let began = Instant::now();
    let until = Duration::try_from_secs_f64(60.0 * arguments.minutes).unwrap_or(Duration::MAX);
    let next = AtomicU64::new(0);
    let reports: Mutex<Vec<Report>> = Mutex::default();
    let jobs = arguments
        .jobs
        .unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let work = || loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= arguments.seeds || began.elapsed() > until {
            break;
        }
        let seed = arguments.seed.wrapping_add(number);
        let report = if arguments.log { run_told(seed) } else { run(seed) };
        for line in &report.told {
            println!("{line}");
        }
        let found = report.violation.is_some();
        if let Ok(mut reports) = reports.lock() {
            reports.push(report);
        }
        if found && arguments.stop {
            next.store(arguments.seeds, Ordering::Relaxed);
        }
    };
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(work);
        }
    });
    let mut reports = reports.into_inner().unwrap_or_default();
    reports.sort_by_key(|report| report.seed);
    let mut summary = Summary::from_seed(arguments.seed);
    for report in reports {
        summary.add(report);
    }
    summary.seconds = began.elapsed().as_secs_f64();
    summary
}

fn tell(summary: &Summary) {
    let Summary {
        seeds,
        steps,
        simulated_hours,
        seconds,
        ..
    } = summary;
    println!("{seeds} histories, {steps} steps, {simulated_hours} hours of theirs in {seconds:.1} s");
    println!("acts: {}", list(&summary.acts));
    println!("judged: {}", list(&summary.judged));
    println!("faults: {}", list(&summary.faults));
    println!("digest {:016x}", summary.digest);
    for violation in &summary.violations {
        println!(
            "seed {} step {}: {} {} (acasa-simulator --seed {} --seeds 1)",
            violation.seed, violation.step, violation.rule, violation.what, violation.seed
        );
    }
    println!("{} violations", summary.violations.len());
}

fn list<K: Display>(counts: &BTreeMap<K, u64>) -> String {
    let told = counts.iter().map(|(kind, times)| format!("{times} {kind}"));
    told.collect::<Vec<_>>().join(", ")
}
