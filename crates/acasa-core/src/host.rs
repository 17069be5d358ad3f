use acasa_api_types::LanguageTag;

/// What the core may ask of whatever it runs in: a window, a browser tab, or nothing at all.
pub trait Host: Send + Sync + 'static {
    /// Opens an address in the person's own browser; false where none opened.
    fn open_browser(&self, address: &str) -> bool;

    /// Says what the window says itself, its menu, in this language from now on.
    fn language_chosen(&self, _language: LanguageTag) {}

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
