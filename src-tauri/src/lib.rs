//! The shell: a window over the core.
//!
//! Every command is one line of `acasa_api_types::commands!` and one function of
//! `acasa_core::commands`; nothing is decided here. What it is not: a place for logic, words or
//! network.

mod early;
mod handlers;
mod host;
#[cfg(desktop)]
mod menu;
mod options;
mod window;

use acasa_core::{Acasa, Setup};
use options::Options;
use std::alloc::System;
use std::process::ExitCode;
use std::sync::Arc;
use tauri::Manager as _;
#[cfg(desktop)]
use tauri_plugin_deep_link::DeepLinkExt as _;
use zeroizing_alloc::ZeroAlloc;

/// How our links begin.
const SCHEME: &str = "acasa:";

/// Wipes whatever is freed: serialisers, channels and the runtime copy what was secret, and none of
/// them wipes (docs/adr/0007-freed-memory-is-wiped.md).
#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);

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
    let mut builder = tauri::Builder::default()
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_notification::init());
    #[cfg(desktop)]
    {
        // One window per profile folder: a second start brings the first to the front.
        let single = tauri_plugin_single_instance::Builder::new()
            .callback(|app, arguments, _folder| {
                for link in arguments.iter().filter(|argument| argument.starts_with(SCHEME)) {
                    window::open_link(app, link);
                }
                window::bring_to_front(app);
            })
            .dbus_id(options.instance_id());
        builder = builder
            .plugin(single.build())
            .plugin(tauri_plugin_deep_link::init())
            .on_menu_event(menu::chosen);
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
            let acasa = Acasa::start(Setup::new(folder, host));
            #[cfg(desktop)]
            {
                let language = acasa.settings().get().language;
                menu::install(app.handle(), language.unwrap_or_else(menu::guess_language))?;
            }
            app.manage(acasa);
            early::tell(app.handle());
            window::prepare(app)?;
            #[cfg(desktop)]
            {
                if let Some(half) = options.half {
                    window::take_half(app, half)?;
                }
                if let Some(link) = &options.link {
                    window::open_link(app.handle(), link);
                }
                // macOS tells of links by an event instead of an argument.
                let handle = app.handle().clone();
                app.deep_link().on_open_url(move |event| {
                    for link in event.urls() {
                        window::open_link(&handle, link.as_str());
                    }
                });
            }
            Ok(())
        })
        .run(tauri::generate_context!())
}
