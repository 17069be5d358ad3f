//! The desktop binary. Phones enter through `acasa_app::run` directly.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    acasa_app::main()
}
