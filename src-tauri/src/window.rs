//! The window itself: its camera permission, and coming to the front.

#[cfg(desktop)]
use crate::options::Half;
#[cfg(desktop)]
use acasa_core::Acasa;
use tauri::{App, AppHandle, Manager as _};

/// Name of the only window.
pub(crate) const MAIN: &str = "main";

/// Lets the page reach the camera, and nothing else.
pub(crate) fn prepare(app: &App) -> tauri::Result<()> {
    #[cfg(target_os = "linux")]
    if let Some(window) = app.get_webview_window(MAIN) {
        window.with_webview(|view| allow_camera_only(&view.inner()))?;
    }
    #[cfg(not(target_os = "linux"))]
    let _ = app;
    Ok(())
}

/// WebKitGTK ships with the media stream off and refuses every request: switch it on, grant
/// the camera, deny all else.
#[cfg(target_os = "linux")]
fn allow_camera_only(view: &webkit2gtk::WebView) {
    use webkit2gtk::glib::prelude::Cast as _;
    use webkit2gtk::{
        PermissionRequestExt as _, SettingsExt as _, UserMediaPermissionRequest,
        UserMediaPermissionRequestExt as _, WebViewExt,
    };
    if let Some(settings) = WebViewExt::settings(view) {
        settings.set_enable_media_stream(true);
        if std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some() {
            settings.set_enable_mock_capture_devices(true);
        }
    }
    view.connect_permission_request(|_, request| {
        match request.downcast_ref::<UserMediaPermissionRequest>() {
            Some(media) if media.is_for_video_device() && !media.is_for_audio_device() => media.allow(),
            Some(_) | None => request.deny(),
        }
        true
    });
}

/// Puts the window on a half of its screen.
#[cfg(desktop)]
pub(crate) fn take_half(app: &App, half: Half) -> tauri::Result<()> {
    let Some(window) = app.get_webview_window(MAIN) else {
        return Ok(());
    };
    let Some(monitor) = window.primary_monitor()? else {
        return Ok(());
    };
    let area = monitor.work_area();
    let width = area.size.width / 2;
    let left = i32::try_from(width).unwrap_or_default();
    let x = match half {
        Half::Left => area.position.x,
        Half::Right => area.position.x + left,
    };
    window.set_size(tauri::PhysicalSize::new(width, area.size.height))?;
    window.set_position(tauri::PhysicalPosition::new(x, area.position.y))
}

/// Keeps what a link brings and tells the page that it may ask for it.
#[cfg(desktop)]
pub(crate) fn open_link(app: &AppHandle, link: &str) {
    let taken = app.state::<Acasa>().offer_link(link);
    tracing::info!(taken, "opened by a link");
    if let Some(window) = app.get_webview_window(MAIN)
        && taken
        && let Err(error) = window.eval("window.dispatchEvent(new Event('acasa-link'))")
    {
        tracing::warn!(%error, "the page was not told of a link");
    }
}

/// Shows the window and gives it the focus.
#[cfg(desktop)]
pub(crate) fn bring_to_front(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}
