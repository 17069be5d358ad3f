//! Checks the window's configuration and embeds the interface and its permissions.

fn main() {
    // Tauri watches its configuration and not these: a command that is new would stay forbidden.
    println!("cargo::rerun-if-changed=src-tauri/permissions");
    let manifest = tauri_build::AppManifest::new().permissions_path_pattern("src-tauri/permissions/*.toml");
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    tauri_build::try_build(attributes).expect("the window's configuration and permissions are sound");
}
