//! Synchronising and the gateway: `cargo xtask bench sync` rewrites its own tables of the page, and the plot beside it.

use super::samples::{Samples, milliseconds};
use super::{PAGE, machine, rewrite};
use crate::Outcome;
use serde::Deserialize;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

const BEGIN: &str = "<!-- measured sync: begin; written by `cargo xtask bench sync` -->";
const END: &str = "<!-- measured sync: end -->";
const PLOT: &str = "docs/pictures/catch-up.svg";
/// How many records are held while a device catches up.
const HELD: [u64; 3] = [1_000, 100_000, 1_000_000];
/// Idle devices that a gateway is asked to carry.
const DEVICES: u64 = 100_000;
/// One picture of a screen that shows sixty in a second.
const FRAME: f64 = 1000.0 / 60.0;

/// A row: what its samples are called, what is waited for, and its budget in milliseconds.
type Row = (&'static str, &'static str, Option<f64>);

const ROWS: &[Row] = &[
    (
        "confirm_1000_acts",
        "1,000 acts that waited, from the connection's return to the last one's confirmation",
        Some(1000.0),
    ),
    (
        "first_sync_10000_letters",
        "a new device's first 10,000 letters, ready to be read and found",
        Some(1000.0),
    ),
    ("catch_up_1000", "10 new letters, beside 1,000 held", None),
    ("catch_up_100000", "10 new letters, beside 100,000 held", None),
    ("catch_up_1000000", "10 new letters, beside 1,000,000 held", None),
    (
        "list_1000000",
        "the inbox's first page, of 1,000,000",
        Some(FRAME),
    ),
    ("list_topic_1000000", "the same, of one topic", Some(FRAME)),
    (
        "list_archive_1000000",
        "the empty archive beside them",
        Some(FRAME),
    ),
    (
        "search_rare_1000000",
        "a search that finds one of 1,000,000",
        Some(FRAME),
    ),
    (
        "search_common_1000000",
        "a search for two words that every fifth has",
        Some(FRAME),
    ),
    (
        "search_beginning_1000000",
        "a search for two letters that many words begin with",
        Some(FRAME),
    ),
    (
        "search_nothing_1000000",
        "a search that finds nothing",
        Some(FRAME),
    ),
];

/// Acts judged in a second, or, without a batch, checkpoints read.
#[derive(Debug, Deserialize)]
struct Throughput {
    engine: String,
    devices: u64,
    in_a_batch: u64,
    acts_a_second: f64,
    median_ms: Option<f64>,
    p99_ms: Option<f64>,
}

/// What listening devices take.
#[derive(Debug, Deserialize)]
struct Listeners {
    listeners: u64,
    bytes_each: u64,
}

/// Runs the three benches, one after the other.
pub(crate) fn run(root: &Path) -> Outcome {
    let bench = |name: &str| {
        println!("▸ {name}");
        let output = Command::new("cargo")
            .args(["bench", "--quiet", "--workspace", "--bench", name])
            .current_dir(root)
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("cargo bench: {error}"))?;
        if !output.status.success() {
            return Err(format!("the bench {name} ended with {}", output.status));
        }
        String::from_utf8(output.stdout).map_err(|_| format!("the bench {name} wrote no text"))
    };
    // Together, so that what they share is built once.
    let build = ["bench", "--quiet", "--no-run", "--workspace"];
    let benches = ["--bench", "syncing", "--bench", "intents", "--bench", "listeners"];
    super::cargo(root, &[&build[..], &benches[..]].concat())?;
    let machine = machine::describe();
    let waits = bench("syncing")?;
    let intents = bench("intents")?;
    let listeners = bench("listeners")?;

    let waits: Vec<Samples> = waits.lines().map(Samples::read).collect::<Result<_, _>>()?;
    let intents: Vec<Throughput> = intents.lines().map(read).collect::<Result<_, _>>()?;
    let listeners: Listeners = listeners
        .lines()
        .next_back()
        .map_or_else(|| Err("nothing of listeners was measured".to_owned()), read)?;
    std::fs::write(root.join(PLOT), plot(&waits)?).map_err(|error| format!("{PLOT}: {error}"))?;
    let tables = format!(
        "{machine}\n\n{}\n{}\n{}",
        table(&waits),
        throughput(&intents),
        memory(&listeners)
    );
    rewrite(&root.join(PAGE), (BEGIN, END), &tables)
}

fn read<'a, T: Deserialize<'a>>(line: &'a str) -> Result<T, String> {
    serde_json::from_str(line).map_err(|error| format!("a line of the bench: {error}"))
}

fn find<'a>(samples: &'a [Samples], name: &str) -> Option<&'a Samples> {
    samples.iter().find(|found| found.name == name)
}

fn table(samples: &[Samples]) -> String {
    let mut text =
        String::from("| what is waited for | budget | median | p95 | holds |\n|---|---|---:|---:|---|\n");
    for (name, what, most) in ROWS {
        let budget = most.map_or_else(|| "–".to_owned(), milliseconds);
        let row = match find(samples, name) {
            None => format!("| {what} | {budget} | not measured | | |"),
            Some(measured) => {
                let holds = match most {
                    None => "–",
                    Some(most) if measured.median() <= *most => "yes",
                    Some(_) => "**no**",
                };
                format!(
                    "| {what} | {budget} | {} | {} | {holds} |",
                    milliseconds(measured.median()),
                    milliseconds(measured.percentile_95())
                )
            }
        };
        let _ = writeln!(text, "{row}");
    }
    text
}

/// What each engine does in a second, and as a share of what pgbench reached in the same run with as many clients.
fn throughput(measured: &[Throughput]) -> String {
    let peer = |devices: u64| {
        measured
            .iter()
            .find(|row| row.engine == "pgbench" && row.devices == devices)
            .map(|row| row.acts_a_second)
    };
    let mut text = String::from(
        "| durable acts, and checkpoints read | devices at once | acts in a batch | a second | beside pgbench | median | p99 |\n|---|---:|---:|---:|---:|---:|---:|\n",
    );
    let time = |time: Option<f64>| time.map_or_else(|| "–".to_owned(), milliseconds);
    let batch = |acts: u64| {
        if acts == 0 {
            "read".to_owned()
        } else {
            acts.to_string()
        }
    };
    for row in measured {
        let share = peer(row.devices).map_or_else(
            || "–".to_owned(),
            |peer| format!("{:.2} ×", row.acts_a_second / peer),
        );
        let _ = writeln!(
            text,
            "| {} | {} | {} | {:.0} | {share} | {} | {} |",
            row.engine,
            row.devices,
            batch(row.in_a_batch),
            row.acts_a_second,
            time(row.median_ms),
            time(row.p99_ms),
        );
    }
    text
}

fn memory(listeners: &Listeners) -> String {
    let megabytes = DEVICES * listeners.bytes_each / 1_000_000;
    format!(
        "{} devices that listened and were told nothing: {} bytes of the gateway's memory each. {DEVICES} of them: \
         {DEVICES} × {} bytes = {megabytes} MB, and what the system keeps for each socket.\n",
        listeners.listeners, listeners.bytes_each, listeners.bytes_each
    )
}

/// Catching up beside ever more records held: bars of the medians, from nothing.
fn plot(samples: &[Samples]) -> Result<String, String> {
    let medians: Vec<(u64, f64)> = HELD
        .into_iter()
        .filter_map(|held| Some((held, find(samples, &format!("catch_up_{held}"))?.median())))
        .collect();
    let most = medians.iter().map(|(_, median)| *median).fold(0.0, f64::max);
    if most <= 0.0 {
        return Err("catching up was not measured".to_owned());
    }
    let mut bars = String::new();
    for (place, (held, median)) in (0_u32..).zip(&medians) {
        let x = 40.0 + f64::from(place) * 180.0;
        let height = 160.0 * median / most;
        let (top, middle) = (200.0 - height, x + 60.0);
        let _ = write!(
            bars,
            r#"<rect x="{x}" y="{top:.1}" width="120" height="{height:.1}" rx="4"/><text x="{middle}" y="{:.1}">{}</text><text x="{middle}" y="222">{}</text>"#,
            top - 8.0,
            milliseconds(*median),
            grouped(*held),
        );
    }
    Ok(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 580 250" role="img" aria-label="Time to catch up with 10 changes, by records held"><style>text{{font:14px sans-serif;text-anchor:middle;fill:#1f2933}}rect{{fill:#0058d2}}@media(prefers-color-scheme:dark){{text{{fill:#e6eaf0}}rect{{fill:#6aa5ff}}}}</style>{bars}<text x="290" y="244">records held while 10 changes arrive</text></svg>
"#
    ))
}

/// 1000000 as 1,000,000.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_is_told_beside_what_the_machine_gives_to_as_many() {
        let lines = [
            r#"{"engine":"SQLite","devices":16,"in_a_batch":1,"acts_a_second":900,"median_ms":1.5,"p99_ms":20}"#,
            r#"{"engine":"SQLite","devices":16,"in_a_batch":0,"acts_a_second":3600,"median_ms":0.5,"p99_ms":2}"#,
            r#"{"engine":"pgbench","devices":16,"in_a_batch":1,"acts_a_second":1800}"#,
        ];
        let rows: Vec<Throughput> = lines.iter().map(|line| read(line).unwrap()).collect();

        let table = throughput(&rows);

        assert!(
            table.contains("| SQLite | 16 | 1 | 900 | 0.50 × | 1.50 ms | 20 ms |"),
            "{table}"
        );
        assert!(
            table.contains("| SQLite | 16 | read | 3600 | 2.00 × | 0.50 ms | 2.00 ms |"),
            "{table}"
        );
        assert!(
            table.contains("| pgbench | 16 | 1 | 1800 | 1.00 × | – | – |"),
            "{table}"
        );
    }

    #[test]
    fn a_wait_beyond_its_budget_is_told_and_one_not_measured_too() {
        let samples = [Samples::new("confirm_1000_acts", vec![1_200_000_000])];

        let table = table(&samples);

        assert!(
            table.contains("| 1000 ms | 1200 ms | 1200 ms | **no** |"),
            "{table}"
        );
        assert_eq!(table.matches("not measured").count(), ROWS.len() - 1);
    }

    #[test]
    fn the_plot_grows_with_the_slowest_and_needs_something_to_show() {
        let samples = [
            Samples::new("catch_up_1000", vec![10_000_000]),
            Samples::new("catch_up_1000000", vec![20_000_000]),
        ];

        let plot = plot(&samples).unwrap();

        assert!(
            plot.contains(r#"height="80.0""#) && plot.contains(r#"height="160.0""#),
            "{plot}"
        );
        assert!(plot.contains("1,000,000"));
        assert!(super::plot(&[]).is_err());
    }

    #[test]
    fn a_hundred_thousand_devices_are_counted_from_those_measured() {
        let told = memory(&Listeners {
            listeners: 5_000,
            bytes_each: 20_000,
        });
        assert!(told.contains("100000 × 20000 bytes = 2000 MB"), "{told}");
    }
}
