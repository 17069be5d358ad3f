#!/usr/bin/env bash
# Builds the fuzz targets and gives each some seconds, as many at a time as there are processors.
# The last line is `fuzz: N passed, N failed, N skipped`; an input that broke a target is kept and named.
#   ACASA_FUZZ_SECONDS   seconds for each target (12)
#   ACASA_FUZZ_TARGETS   targets to run, all unless named
#   CARGO_FUZZ           the cargo-fuzz to build with
set -euo pipefail
cd "$(dirname "$0")/fuzz"

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/acasa/target}/fuzz"
readonly SECONDS_EACH="${ACASA_FUZZ_SECONDS:-12}"
readonly MAX_LENGTH=16384 MAX_MEGABYTES=512

fuzz() { "${CARGO_FUZZ:-cargo-fuzz}" fuzz "$@"; }
host=$(rustc -vV | sed -n 's/^host: //p')
binaries="$CARGO_TARGET_DIR/$host/release"

mapfile -t all < <(fuzz list --fuzz-dir .)
read -ra targets <<<"${ACASA_FUZZ_TARGETS:-${all[*]}}"
# No sanitizer: the crates forbid unsafe code, and the compiler need not be a nightly one.
if ! fuzz build --sanitizer none --fuzz-dir . --target-dir "$CARGO_TARGET_DIR" >&2; then
  echo "fuzz: 0 passed, ${#targets[@]} failed, 0 skipped"
  exit 1
fi

# run_target NAME: what libFuzzer says goes to a log, which is shown only if it fails.
run_target() {
  local name=$1 found log
  log="$CARGO_TARGET_DIR/logs/$name.log"
  found="$CARGO_TARGET_DIR/artifacts/$name/"
  mkdir -p "${log%/*}" "$found" "$CARGO_TARGET_DIR/corpus/$name"
  # What earlier runs learned is kept in the cache; the seeds in the repository are only read.
  if "$binaries/$name" "$CARGO_TARGET_DIR/corpus/$name" "seeds/$name" \
    -artifact_prefix="$found" -max_total_time="$SECONDS_EACH" -max_len="$MAX_LENGTH" \
    -rss_limit_mb="$MAX_MEGABYTES" -timeout=5 -print_final_stats=1 >"$log" 2>&1; then
    printf '✓ %s: %s inputs\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  else
    printf '✗ %s\n' "$name"
    tail -n 30 "$log" | sed 's/^/  /'
    sed -n 's/.*Test unit written to /  the input: /p' "$log"
    return 1
  fi
}

export -f run_target
export binaries SECONDS_EACH MAX_LENGTH MAX_MEGABYTES
failed=$(mktemp)
trap 'rm -f "$failed"' EXIT
export failed
printf '%s\n' "${targets[@]}" \
  | xargs -P "$(nproc)" -I{} bash -c 'run_target "$1" || echo "$1" >>"$failed"' _ {}

count=$(wc -l <"$failed")
echo "fuzz: $((${#targets[@]} - count)) passed, $count failed, 0 skipped"
[ "$count" -eq 0 ]
