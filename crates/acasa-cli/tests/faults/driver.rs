//! The app that is killed: this program once more, told what to do by its environment.

use crate::app::App;
use crate::keystore::FolderKeystore;
use crate::{runtime, tally};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;

const TASK: &str = "ACASA_FAULTS_APP";

/// What it is to do.
#[derive(Serialize, Deserialize)]
pub(crate) struct Task {
    /// Where the app and its keys lie.
    pub(crate) folder: PathBuf,
    /// The state's line.
    pub(crate) ready: String,
    pub(crate) part: Part,
}

#[derive(Serialize, Deserialize)]
pub(crate) enum Part {
    /// Signs a person in, and ends.
    Enrol { person: String },
    /// Acts and synchronises until it is killed; says `{"kept":ID}` of each act.
    Live { from: u32 },
    /// Comes to rest, says what the device keeps and what the state answers, and ends.
    End,
}

/// Starts the app in a process of its own.
pub(crate) fn spawn(task: &Task) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .env(TASK, serde_json::to_string(task).unwrap())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What this process is to do, if it is one of those.
pub(crate) fn task() -> Option<Task> {
    let task = std::env::var(TASK).ok()?;
    Some(serde_json::from_str(&task).expect("a task"))
}

pub(crate) fn run(task: &Task) -> ExitCode {
    runtime().block_on(async {
        let keystore = Arc::new(FolderKeystore(task.folder.join("keys")));
        let app = App::start(&task.folder.join("app"), &task.ready, Some(keystore));
        match &task.part {
            Part::Enrol { person } => app.enrol(person).await,
            Part::Live { from } => {
                app.unlock().await;
                let acting = async {
                    for number in *from.. {
                        let id = app.act(number).await.expect("it is kept");
                        say(&json!({ "kept": id }));
                    }
                };
                let sending = async {
                    loop {
                        app.sync().await;
                    }
                };
                tokio::join!(acting, sending);
            }
            Part::End => {
                app.unlock().await;
                app.settle().await;
                let state = app.acasa.state_acts().await.expect("acts");
                let state = state.iter().map(|act| (&act.id, act.version, act.judged));
                say(&json!({
                    "kept": tally::kept(&app),
                    "state": state.collect::<Vec<_>>(),
                    "version": app.acasa.state_records().await.expect("records").version,
                }));
            }
        }
    });
    ExitCode::SUCCESS
}

fn say(line: &serde_json::Value) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}
