#!/usr/bin/env bash
# Our documents and codes in libraries of other houses, and theirs in ours. The libraries are
# installed once, pinned, beside the build; after that no network is needed.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/acasa/target}"
venv="$CARGO_TARGET_DIR/tools/peers"
stamp="$venv/.installed"

install() {
  python3 -m venv --clear "$venv" &&
    "$venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: -r tests/peers/requirements.txt &&
    cp tests/peers/requirements.txt "$stamp"
}
if ! cmp -s tests/peers/requirements.txt "$stamp" && ! install; then
  echo "the peers' libraries could not be installed (is a package index reachable?)"
  if [ "${CI:-}" = true ]; then
    echo "peers: 0 passed, 1 failed, 0 skipped"
    exit 1
  fi
  echo "peers: 0 passed, 0 failed, 1 skipped"
  exit 0
fi

if [ -z "${ACASA_BUILT:-}" ]; then
  cargo build --quiet -p acasa-cli -p acasa-core --bin acasa --example peer_documents
  ACASA_BUILT="$CARGO_TARGET_DIR/debug"
fi
export ACASA_BUILT PYTHONDONTWRITEBYTECODE=1
exec "$venv/bin/python" "${1:-tests/peers/run.py}" "${@:2}"
