//! A disk without room, under the state or under an app: a small file system of its own in a namespace of its own,
//! which ends with the process.

use crate::app::App;
use crate::state::State;
use crate::tally::{self, Tally};
use crate::{Case, ON_SMALL_DISKS, runtime, seed};
use acasa_testkit::seeded;
use rand::RngExt as _;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

const INSIDE: &str = "ACASA_FAULTS_DISK";
/// Room for everything that is there before it fills up.
const SIZE: &str = "size=24m";
/// How often the room runs out, each time at another point.
const ROUNDS: u32 = 24;
/// A write-ahead log is emptied into the database long before so many.
const MOST_ACTS: u32 = ROUNDS * 3 + 500;
/// The most that is left each time.
const MOST_PAGES: u64 = 24;
const PAGE: usize = 4096;

/// Whether this process may have a file system of its own.
pub(crate) fn may_mount() -> bool {
    let Ok(folder) = TempDir::new() else { return false };
    let tried = Command::new("unshare")
        .args(["--mount", "mount", "-t", "tmpfs", "-o", SIZE, "tmpfs"])
        .arg(folder.path())
        .stderr(Stdio::null())
        .status();
    tried.is_ok_and(|status| status.success())
}

/// The case this process is to run, if it is inside.
pub(crate) fn inside() -> Option<fn()> {
    let name = std::env::var(INSIDE).ok()?;
    let (_, case): &Case = ON_SMALL_DISKS.iter().find(|(known, _)| *known == name)?;
    Some(*case)
}

pub(crate) fn of_the_state() {
    within(ON_SMALL_DISKS[0].0, |folder, disk| {
        runtime().block_on(async {
            let mut state = State::start(&disk.path, &[]);
            let app = App::start(&folder.join("app"), &state.ready, None);
            app.enrol("1").await;

            let (mut number, mut waited) = (0, 0);
            let mut chance = seeded(seed());
            disk.fill();
            for _ in 0..ROUNDS {
                for _ in 0..3 {
                    app.act(number).await.expect("it is kept");
                    number += 1;
                    waited = app.sync().await.max(waited);
                }
                disk.leave(chance.random_range(1..=MOST_PAGES));
            }
            disk.fill();
            // Right after a checkpoint there is room left in the write-ahead log: until that is used up.
            let mut refused = false;
            while waited == 0 || !refused {
                assert!(number < MOST_ACTS, "there is always room");
                app.act(number).await.expect("it is kept");
                number += 1;
                waited = app.sync().await.max(waited);
                let answer = state.write_something();
                refused = answer.contains("storage_full");
                assert!(refused || answer.starts_with("HTTP/1.1 200 "), "{answer}");
            }
            assert!(state.is_alive(), "it goes on");

            disk.make_room();
            app.settle().await;
            let mut tally = Tally::default();
            tally.count(&tally::kept(&app), &app).await;
            tally.say(
                "disk full, state",
                &format!("{ROUNDS} times no room, up to {waited} acts waited"),
            );
        });
    });
}

pub(crate) fn of_the_app() {
    within(ON_SMALL_DISKS[1].0, |folder, disk| {
        runtime().block_on(async {
            let state = State::start(&folder.join("state"), &[]);
            let app = App::start(&disk.path, &state.ready, None);
            app.enrol("1").await;

            let (mut number, mut kept, mut refused) = (0, 0, 0);
            let mut chance = seeded(seed());
            disk.fill();
            // As above: room in the write-ahead log is used up first.
            while number < ROUNDS * 3 || (refused == 0 && number < MOST_ACTS) {
                match app.act(number).await {
                    Ok(_) => kept += 1,
                    Err(failure) => {
                        assert_eq!(failure.code, "vault_disk_full");
                        refused += 1;
                    }
                }
                app.sync().await;
                if number % 3 == 2 {
                    disk.leave(chance.random_range(1..=MOST_PAGES));
                }
                number += 1;
            }
            assert!(refused > 0, "there was no room at some time");

            disk.make_room();
            app.act(0).await.expect("there is room");
            app.settle().await;
            let acts = tally::kept(&app);
            assert_eq!(acts.len(), kept + 1, "what was refused is not kept");
            let mut tally = Tally::default();
            tally.count(&acts, &app).await;
            tally.say(
                "disk full, app",
                &format!("{ROUNDS} times no room, {refused} acts refused"),
            );
        });
    });
}

/// Runs a case in a namespace of its own, with a small disk; there, this is called once more.
fn within(name: &str, case: impl FnOnce(&Path, &SmallDisk)) {
    if std::env::var_os(INSIDE).is_none() {
        let status = Command::new("unshare")
            .args(["--mount", "--propagation", "private"])
            .arg(std::env::current_exe().unwrap())
            .env(INSIDE, name)
            .status()
            .unwrap();
        assert!(status.success(), "it does not hold");
        return;
    }
    let folder = TempDir::new().unwrap();
    let disk = SmallDisk::mount(folder.path().join("small"));
    case(folder.path(), &disk);
    drop(disk);
}

struct SmallDisk {
    path: PathBuf,
}

impl SmallDisk {
    fn mount(path: PathBuf) -> Self {
        fs::create_dir(&path).unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", SIZE, "tmpfs"])
            .arg(&path)
            .status();
        assert!(mount.unwrap().success(), "it is mounted");
        Self { path }
    }

    /// Leaves no room.
    fn fill(&self) {
        let path = self.path.join("filler");
        let mut file = File::options().create(true).append(true).open(path).unwrap();
        for size in [64 * 1024, PAGE] {
            let bytes = vec![1; size];
            loop {
                match file.write(&bytes) {
                    Ok(_) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }

    /// Leaves room for so many pages.
    fn leave(&self, pages: u64) {
        self.fill();
        let file = File::options()
            .write(true)
            .open(self.path.join("filler"))
            .unwrap();
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(pages * PAGE as u64)).unwrap();
    }

    fn make_room(&self) {
        fs::remove_file(self.path.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.path).status();
    }
}
