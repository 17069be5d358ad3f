#!/bin/sh
# Runs the given command, or the keystore's contract, under a session bus of its own with an
# unlocked gnome-keyring in a throw-away home. Works without a display.
set -eu
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export HOME_REAL="${HOME:-/}" ACASA_TEST_SECRET_SERVICE=1
# Cargo and rustup keep their own homes; only the keyring's files move.
export CARGO_HOME="${CARGO_HOME:-$HOME_REAL/.cargo}" RUSTUP_HOME="${RUSTUP_HOME:-$HOME_REAL/.rustup}"
export XDG_DATA_HOME="$home/data" XDG_RUNTIME_DIR="$home/run" XDG_CACHE_HOME="$home/cache"
mkdir -m 700 -p "$XDG_DATA_HOME" "$XDG_RUNTIME_DIR" "$XDG_CACHE_HOME"
if [ "$#" -eq 0 ]; then
    set -- cargo nextest run -p acasa-keystore --test secret_service
fi
dbus-run-session -- sh -c '
    printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
    "$@"
' sh "$@"
