//! `acasa demo`: the main job in the terminal, each step said and timed.
//!
//! A state in a process of its own issues documents to one app; that process is killed and the apps'
//! network is cut; then a document is shown to a second app, which judges it alone. What a forger,
//! a thief or a revoked holder would show is refused, each for its own reason.

mod device;
mod error;
mod evidence;
mod film;
mod people;
mod state;
mod story;
mod tamper;
mod timeline;
mod verdicts;
mod week;

use crate::output::{Exit, Output};
use error::DemoError;
use evidence::Evidence;
use serde_json::json;
use std::path::PathBuf;
use timeline::Timeline;

/// Arguments of `acasa demo`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Leave the evidence in this folder, for `acasa verify` and other programs
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// The country: another seed gives other people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Instead, a week of one person's two devices without a network and with faults; afterwards what they sent
    /// is compared with what the state did
    #[arg(long)]
    offline_week: bool,
    /// Only compare the lists that a week has left in this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["keep", "offline_week"])]
    compare: Option<PathBuf>,
}

/// Tells the whole story. 0 if everything held, 1 otherwise.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    if let Some(folder) = &args.compare {
        let mut timeline = Timeline::begin(output);
        return match week::compare(folder, &mut timeline) {
            Err(error @ (DemoError::File(_) | DemoError::Line)) => {
                Exit::unusable("unreadable_lists", error.to_string())
            }
            compared => ended(compared, output),
        };
    }
    if args.offline_week {
        return live_through(args, output);
    }
    let evidence = match Evidence::open(args.keep.as_deref()) {
        Ok(evidence) => evidence,
        Err(error) => return Exit::unusable("unwritable_output", error.to_string()),
    };
    let Ok(runtime) = tokio::runtime::Runtime::new() else {
        return Exit::failed("runtime", "the runtime does not start");
    };
    let mut timeline = Timeline::begin(output);
    let told = runtime.block_on(story::tell(args.seed, &evidence, &mut timeline));
    let kept = evidence.write("timeline.jsonl", &timeline.lines());
    let told = told.and(kept.map_err(DemoError::from));
    if told.is_ok() {
        match &args.keep {
            Some(folder) => output.note(&format!("The evidence lies in {}", folder.display())),
            None => output.note("With --keep DIR the evidence stays, for `acasa verify`"),
        }
    }
    ended(told, output)
}

/// Lives through the week of a seed, and leaves its lists and what happened when.
fn live_through(args: &Args, output: &mut Output) -> Exit {
    let keep = args.keep.as_deref();
    if let Some(Err(error)) = keep.map(std::fs::create_dir_all) {
        return Exit::unusable("unwritable_output", error.to_string());
    }
    let Ok(runtime) = tokio::runtime::Runtime::new() else {
        return Exit::failed("runtime", "the runtime does not start");
    };
    let mut timeline = Timeline::begin(output);
    let lived = runtime.block_on(week::live(args.seed, keep, &mut timeline));
    let lines = timeline.lines();
    let kept = keep.map_or(Ok(()), |folder| {
        std::fs::write(folder.join("timeline.jsonl"), lines)
    });
    let lived = lived.and(kept.map_err(DemoError::from));
    if lived.is_ok() && keep.is_none() {
        output.note("With --keep DIR the lists stay, for `acasa demo --compare DIR`");
    }
    ended(lived, output)
}

fn ended(told: Result<(), DemoError>, output: &mut Output) -> Exit {
    match told {
        Ok(()) => Exit::Yes,
        Err(error) => {
            let answer = json!({ "step": "end", "held": false, "code": error.code() });
            output.answer(&answer, || format!("It did not hold: {error}"));
            Exit::No
        }
    }
}
