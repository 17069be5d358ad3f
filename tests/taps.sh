#!/usr/bin/env bash
# tests/taps.sh APP HOLDING [TAPS]: how long after a tap in the real window the next frame comes, for `cargo xtask bench taps`.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/setup.sh
world=$(mktemp -d)
trap 'rm -rf "$world"' EXIT
mkdir -m 700 "$world"/{data,run}
export ACASA_WORLD="$world" XDG_DATA_HOME="$world/data" XDG_RUNTIME_DIR="$world/run"
export LIBGL_ALWAYS_SOFTWARE=1 WEBKIT_DISABLE_DMABUF_RENDERER=1 NO_AT_BRIDGE=1
xvfb-run -a -s '-screen 0 1280x900x24 -ac' dbus-run-session -- sh -c \
  'printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec node tests/window/taps.mjs "$@"' sh "$@"
