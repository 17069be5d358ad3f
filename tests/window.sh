#!/usr/bin/env bash
# tests/window.sh APP BARE [RUNS]: how long both windows take to their first screen, and the memory they hold
# there, measured in turns under one X server. Prints one line of JSON for each row, for `cargo xtask bench window`.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/setup.sh
ACASA_BUILT="${ACASA_BUILT:-$CARGO_TARGET_DIR/debug}"
world=$(mktemp -d)
trap 'rm -rf "$world"' EXIT
mkdir -m 700 "$world"/{data,run,screen}
export ACASA_BUILT ACASA_WORLD="$world" XDG_DATA_HOME="$world/data" XDG_RUNTIME_DIR="$world/run"
export LIBGL_ALWAYS_SOFTWARE=1 WEBKIT_DISABLE_DMABUF_RENDERER=1 NO_AT_BRIDGE=1
# The X server keeps its picture in a file: what is on the screen can be looked at without asking anybody.
xvfb-run -a -s "-screen 0 1280x900x24 -ac -fbdir $world/screen" dbus-run-session -- sh -c \
  'printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec node tests/window/measure.mjs "$@"' sh "$@"
