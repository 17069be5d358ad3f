#!/usr/bin/env bash
# Walks the interface in Chromium: every screen and state with a host inside the page, and the main job with the
# real core behind it. The last line is `e2e: N passed, N failed, N skipped`.
#   --full        every language, theme and width with every screen, rather than all pairs of them
#   --only NAME   one file of tests/e2e
#   --scene TEXT  only the screens and states with this in their name
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/setup.sh
need_node
install_node_modules tests
build_interface
(cd ui && npm run --silent build:fake)
cargo build --quiet -p acasa-testkit --example film
world=$(mktemp -d)
trap 'rm -rf "$world"' EXIT
export ACASA_BUILT="${ACASA_BUILT:-$CARGO_TARGET_DIR/debug}" ACASA_WORLD="$world"
export ACASA_FILM="$CARGO_TARGET_DIR/debug/examples/film"
node tests/e2e/main.mjs "$@"
