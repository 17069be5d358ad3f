use acasa_api_types::LanguageTag;
use acasa_core::Host;
use std::path::PathBuf;
use tauri::{AppHandle, Manager as _};
use tauri_plugin_notification::NotificationExt as _;
use tauri_plugin_opener::OpenerExt as _;

/// What the core may ask of the window it runs in.
pub(crate) struct Shell {
    app: AppHandle,
}

impl Shell {
    pub(crate) fn new(app: AppHandle) -> Self {
        Self { app }
    }
}

impl Host for Shell {
    fn open_browser(&self, address: &str) -> bool {
        // Driven windows have nobody to look at a browser; the test follows the address itself.
        if std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some() {
            return false;
        }
        self.app.opener().open_url(address, None::<&str>).is_ok()
    }

    fn language_chosen(&self, language: LanguageTag) {
        #[cfg(desktop)]
        if let Err(error) = crate::menu::install(&self.app, language) {
            tracing::warn!(%error, "the menu keeps its language");
        }
        #[cfg(not(desktop))]
        let _ = language;
    }

    fn downloads(&self) -> Option<PathBuf> {
        self.app.path().download_dir().ok()
    }

    fn announce(&self, title: &str, sentence: &str) {
        let shown = self
            .app
            .notification()
            .builder()
            .title(title)
            .body(sentence)
            .show();
        if let Err(error) = shown {
            tracing::warn!(%error, "the system shows no notification");
        }
    }

    fn is_looked_at(&self) -> bool {
        let windows = self.app.webview_windows();
        windows
            .values()
            .any(|window| window.is_focused().unwrap_or(false))
    }

    fn protect_from_capture(&self, protect: bool) {
        for window in self.app.webview_windows().values() {
            if let Err(error) = window.set_content_protected(protect) {
                tracing::warn!(%error, "the system does not protect the window from capture");
            }
        }
    }
}
