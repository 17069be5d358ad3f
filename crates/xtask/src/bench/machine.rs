//! What the numbers were measured on, and when.

use std::fs;
use std::process::Command;

/// How what people wait for is measured.
pub(crate) const RUNS: &str = "Thirty runs after two that do not count; caches warm.";

/// A sentence. What cannot be found out is left out.
pub(crate) fn describe() -> String {
    let date = printed("date", &["-u", "+%Y-%m-%d %H:%M UTC"]);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let memory = field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok())
        .map(|kibibytes| format!(", {} GiB", kibibytes.div_ceil(1024 * 1024)))
        .unwrap_or_default();
    let virtual_machine = fs::read_to_string("/proc/cpuinfo").is_ok_and(|text| text.contains(" hypervisor"));
    let kind = if virtual_machine {
        "a virtual machine with "
    } else {
        ""
    };
    let compiler = printed("rustc", &["--version"]);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split_whitespace().take(1).collect();
    let system = printed("uname", &["-s"]);
    format!(
        "Measured {date} on {kind}{cores} cores ({processor}){memory}, {system}, {compiler}; load average \
         before it began: {}.",
        load.join(" ")
    )
}

/// Whether more was waiting to run in the last minute than there are processors.
pub(crate) fn is_busy() -> bool {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let waiting = load.split('.').next().and_then(|whole| whole.parse().ok());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    waiting.is_some_and(|waiting: usize| waiting > cores)
}

fn printed(program: &str, arguments: &[&str]) -> String {
    Command::new(program)
        .args(arguments)
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default()
}

/// The value of the first line `name : value`.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(found, _)| found.trim() == name)
        .map(|(_, value)| value.trim().to_owned())
}
