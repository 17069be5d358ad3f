#!/usr/bin/env bash
# Drives the real window: its own X server, session bus and keystore, a fresh sandbox, a fresh profile.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/acasa/target}"
world=$(mktemp -d)
trap 'rm -rf "$world"' EXIT
export ACASA_BUILT="$CARGO_TARGET_DIR/debug" ACASA_WORLD="$world" XDG_DATA_HOME="$world/data" XDG_RUNTIME_DIR="$world/run"
mkdir -p -m 700 "$XDG_DATA_HOME" "$XDG_RUNTIME_DIR"
export LIBGL_ALWAYS_SOFTWARE=1 WEBKIT_DISABLE_DMABUF_RENDERER=1 NO_AT_BRIDGE=1
xvfb-run -a -s '-screen 0 1280x900x24 -ac' dbus-run-session -- sh -c \
  'printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec node tests/shell/main.mjs'
