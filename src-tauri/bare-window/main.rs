//! A window of the same toolkit with one page of one colour and nothing behind it: what
//! `cargo xtask bench window` measures the app against, in the same run.

use std::process::ExitCode;

#[expect(
    clippy::disallowed_methods,
    reason = "Tauri ends the process itself when its context is broken"
)]
fn main() -> ExitCode {
    let context = tauri::generate_context!("src-tauri/bare-window/tauri.conf.json");
    match tauri::Builder::default().run(context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the window does not open");
            ExitCode::from(3)
        }
    }
}
