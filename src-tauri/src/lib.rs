//! The shell: a window over the core.
//!
//! Every command is one line of `acasa_api_types::commands!` and one function of
//! `acasa_core::commands`; nothing is decided here. What it is not: a place for logic, words or
//! network.

mod handlers;
mod host;
mod options;
mod window;

use acasa_core::{Acasa, Setup};
use options::Options;
use std::process::ExitCode;
use std::sync::Arc;
use tauri::Manager as _;

/// Runs the app with the options of the command line, until its window is closed.
pub fn main() -> ExitCode {
    let options = match Options::from_arguments(std::env::args_os().skip(1)) {
        Ok(options) => options,
        Err(reason) => {
            tracing::error!(reason, "arguments");
            return ExitCode::from(2);
        }
    };
    match start(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the window does not open");
            ExitCode::from(3)
        }
    }
}

/// Entry on phones, where there is no command line.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    let _ = start(Options::default());
}

#[expect(
    clippy::disallowed_methods,
    reason = "Tauri ends the process itself when its context is broken"
)]
fn start(options: Options) -> tauri::Result<()> {
    // Before anything secret is in memory: a crash must not write it to the disk.
    if let Err(error) = acasa_core::forbid_core_dumps() {
        tracing::warn!(%error, "core dumps stay possible");
    }
    let mut builder = tauri::Builder::default().plugin(tauri_plugin_opener::init());
    #[cfg(desktop)]
    {
        // One window per profile folder: a second start brings the first to the front.
        let single = tauri_plugin_single_instance::Builder::new()
            .callback(|app, _arguments, _folder| window::bring_to_front(app))
            .dbus_id(options.instance_id());
        builder = builder
            .plugin(single.build())
            .plugin(tauri_plugin_deep_link::init());
    }
    builder
        .invoke_handler(handlers::all())
        .setup(move |app| {
            let folder = match &options.folder {
                Some(folder) => folder.clone(),
                None => app.path().app_local_data_dir()?,
            };
            acasa_core::log::start(&folder)?;
            let host = Arc::new(host::Shell::new(app.handle().clone()));
            app.manage(Acasa::start(Setup::new(folder, host)));
            window::prepare(app)?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
