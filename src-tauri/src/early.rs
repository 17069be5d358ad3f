//! What the page asks first, told to it before it asks: the way there and back takes longer than drawing the screen.

use acasa_api_types::Nothing;
use acasa_core::{Acasa, commands};
use serde::Serialize;
use serde_json::{Map, Value};
use std::time::{Duration, Instant};
use tauri::{AppHandle, Manager as _};

use crate::window::MAIN;

/// What took longer is old: the page has asked by itself.
const OLD: Duration = Duration::from_secs(2);

/// Tells a page that is about to be read where the app stands. What fails here is asked by the page and told there.
pub(crate) fn tell(app: &AppHandle) {
    let (app, began) = (app.clone(), Instant::now());
    tauri::async_runtime::spawn(async move {
        let acasa = app.state::<Acasa>();
        let mut answers = Map::new();
        let state = commands::app_state(&acasa, Nothing {}).await;
        put(&mut answers, "app_state", state.ok());
        let status = commands::vault_status(&acasa, Nothing {}).await;
        put(&mut answers, "vault_status", status.ok());
        let Some(window) = app.get_webview_window(MAIN).filter(|_| began.elapsed() < OLD) else {
            return;
        };
        let answers = Value::Object(answers);
        let script = format!("Object.defineProperty(window, '__ACASA_EARLY__', {{ value: {answers} }})");
        if let Err(error) = window.eval(script) {
            tracing::debug!(%error, "the page was not told ahead");
        }
    });
}

fn put(answers: &mut Map<String, Value>, command: &str, answer: Option<impl Serialize>) {
    if let Some(answer) = answer.and_then(|answer| serde_json::to_value(answer).ok()) {
        answers.insert(command.to_owned(), answer);
    }
}
