//! The window's menu on a desktop, in the chosen language. It does nothing itself: what the page can
//! do is asked of the page, which knows whether the vault is open; the rest is the window's.

use acasa_api_types::LanguageTag;
use acasa_core::words;
use std::sync::atomic::{AtomicU32, Ordering};
use tauri::menu::{Menu, MenuEvent, MenuItem, PredefinedMenuItem, Submenu};
use tauri::{AppHandle, Manager as _, WebviewWindow, Wry};

use crate::window::MAIN;

/// What the page does: the acts of `ui/src/lib/shell/acts.ts`.
const ACTS: [&str; 7] = [
    "find",
    "lock",
    "settings",
    "shortcuts",
    "about",
    "scan",
    "profiles",
];
/// Steps of the zoom, in percent: to 200, as WCAG 2.2 asks of text (1.4.4), and beyond.
const ZOOMS: [u32; 8] = [75, 100, 125, 150, 175, 200, 250, 300];
const WHOLE: u32 = 100;

/// How large the page is drawn, in percent.
static ZOOM: AtomicU32 = AtomicU32::new(WHOLE);

/// Gives the window its menu; another language replaces it.
pub(crate) fn install(app: &AppHandle, language: LanguageTag) -> tauri::Result<()> {
    app.set_menu(make(app, language)?)?;
    Ok(())
}

/// The language of the session, until the person has chosen one.
pub(crate) fn guess_language() -> LanguageTag {
    let session = std::env::var("LANG").unwrap_or_default();
    match session.get(..2) {
        Some("ru") => LanguageTag::Ru,
        Some("en") => LanguageTag::En,
        Some(_) | None => LanguageTag::Ro,
    }
}

fn make(app: &AppHandle, language: LanguageTag) -> tauri::Result<Menu<Wry>> {
    let text = |key| words::text(language, key);
    let item = |id: &str, words: String, key: Option<&str>| MenuItem::with_id(app, id, words, true, key);
    let line = || PredefinedMenuItem::separator(app);
    let file = Submenu::with_items(
        app,
        text("menu_file"),
        true,
        &[
            &item("scan", text("nav_scan"), None)?,
            &item("profiles", text("nav_profiles"), None)?,
            &item("settings", text("nav_settings"), None)?,
            &line()?,
            &item("lock", text("lock"), Some("CmdOrCtrl+L"))?,
            &item("quit", text("menu_quit"), Some("CmdOrCtrl+Q"))?,
        ],
    )?;
    // Without keys of their own: the page has these already, and would lose them to the menu.
    let edit = Submenu::with_items(
        app,
        text("menu_edit"),
        true,
        &[
            &item("Cut", text("menu_cut"), None)?,
            &item("Copy", text("menu_copy"), None)?,
            &item("Paste", text("menu_paste"), None)?,
            &item("SelectAll", text("menu_select_all"), None)?,
            &line()?,
            &item("find", text("find_title"), Some("CmdOrCtrl+K"))?,
        ],
    )?;
    let view = Submenu::with_items(
        app,
        text("menu_view"),
        true,
        &[
            &item("larger", text("menu_larger"), Some("CmdOrCtrl+Equal"))?,
            &item("smaller", text("menu_smaller"), Some("CmdOrCtrl+Minus"))?,
            &item("whole", text("menu_whole"), Some("CmdOrCtrl+0"))?,
            &line()?,
            &item("full", text("menu_full_screen"), Some("F11"))?,
        ],
    )?;
    let help = Submenu::with_items(
        app,
        text("menu_help"),
        true,
        &[
            &item("shortcuts", text("settings_shortcuts"), None)?,
            &item("about", text("about_title"), None)?,
        ],
    )?;
    Menu::with_items(app, &[&file, &edit, &view, &help])
}

/// Does what was chosen.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature of Tauri's own callback"
)]
pub(crate) fn chosen(app: &AppHandle, event: MenuEvent) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    let done = match event.id().as_ref() {
        "quit" => window.close(),
        "full" => window
            .is_fullscreen()
            .and_then(|full| window.set_fullscreen(!full)),
        "larger" => zoom(
            &window,
            ZOOMS.iter().find(|step| **step > ZOOM.load(Ordering::Relaxed)),
        ),
        "smaller" => zoom(
            &window,
            ZOOMS
                .iter()
                .rev()
                .find(|step| **step < ZOOM.load(Ordering::Relaxed)),
        ),
        "whole" => zoom(&window, Some(&WHOLE)),
        command @ ("Cut" | "Copy" | "Paste" | "SelectAll") => edit(&window, command.to_owned()),
        act => match ACTS.iter().find(|known| **known == act) {
            Some(act) => window.eval(format!(
                "window.dispatchEvent(new CustomEvent('acasa-menu', {{ detail: '{act}' }}))"
            )),
            None => Ok(()),
        },
    };
    if let Err(error) = done {
        tracing::warn!(%error, item = event.id().as_ref(), "the menu's item did nothing");
    }
}

fn zoom(window: &WebviewWindow, to: Option<&u32>) -> tauri::Result<()> {
    let Some(percent) = to else { return Ok(()) };
    ZOOM.store(*percent, Ordering::Relaxed);
    window.set_zoom(f64::from(*percent) / f64::from(WHOLE))
}

/// An editing command of the page's own engine, on what is selected there.
#[cfg(target_os = "linux")]
fn edit(window: &WebviewWindow, command: String) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt as _;
    window.with_webview(move |view| view.inner().execute_editing_command(&command))
}

/// Elsewhere the engine takes the same commands by another name, from the page.
#[cfg(not(target_os = "linux"))]
fn edit(window: &WebviewWindow, command: String) -> tauri::Result<()> {
    window.eval(format!("document.execCommand('{command}')"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_menu_is_in_each_language() {
        for language in [LanguageTag::Ro, LanguageTag::Ru, LanguageTag::En] {
            for key in ["menu_file", "menu_edit", "menu_view", "menu_help", "menu_quit"] {
                assert_ne!(words::text(language, key), key);
            }
        }
    }
}
