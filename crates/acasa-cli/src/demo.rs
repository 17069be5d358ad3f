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
}

/// Tells the whole story. 0 if everything held, 1 otherwise.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
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
    match told.and(kept.map_err(DemoError::from)) {
        Ok(()) => {
            match &args.keep {
                Some(folder) => output.note(&format!("The evidence lies in {}", folder.display())),
                None => output.note("With --keep DIR the evidence stays, for `acasa verify`"),
            }
            Exit::Yes
        }
        Err(error) => {
            let answer = json!({ "step": "end", "held": false, "code": error.code() });
            output.answer(&answer, || format!("It did not hold: {error}"));
            Exit::No
        }
    }
}
