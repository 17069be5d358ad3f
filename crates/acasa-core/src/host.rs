use acasa_api_types::LanguageTag;
use std::path::PathBuf;

/// What the core may ask of whatever it runs in: a window, a browser tab, or nothing at all.
pub trait Host: Send + Sync + 'static {
    /// Opens an address in the person's own browser; false where none opened.
    fn open_browser(&self, address: &str) -> bool;

    /// Says what the window says itself, its menu, in this language from now on.
    fn language_chosen(&self, _language: LanguageTag) {}

    /// Where the person looks for files they asked for; none where the app keeps them itself.
    fn downloads(&self) -> Option<PathBuf> {
        None
    }

    /// Shows a sentence among the system's notifications. It says nothing personal: it may stand on a locked screen.
    fn announce(&self, _title: &str, _sentence: &str) {}

    /// Whether the person has the window before them.
    fn is_looked_at(&self) -> bool {
        false
    }

    /// Keeps the screen out of captures and the task switcher, where the system allows it.
    fn protect_from_capture(&self, protect: bool);
}

/// A host that can do nothing, for tests and for the command line.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoHost;

impl Host for NoHost {
    fn open_browser(&self, _address: &str) -> bool {
        false
    }

    fn protect_from_capture(&self, _protect: bool) {}
}
