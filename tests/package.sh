#!/usr/bin/env bash
# tests/package.sh DEB: installs the Debian package into a clean root, starts it there as an ordinary
# person, and removes it again. The root is a layer over one that is made once and kept beside the build,
# in a mount namespace of its own: nothing stays mounted and nobody stays running, whatever happens.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/setup.sh
package=$(realpath "${1:?tests/package.sh DEB}")
tools="$CARGO_TARGET_DIR/tools/root"

# Without these the test cannot be made, which only continuous integration may not shrug off.
cannot() {
  echo "the package was not installed anywhere: $*"
  if [ "${CI:-}" = true ]; then echo "package: 0 passed, 1 failed, 0 skipped"; exit 1; fi
  echo "package: 0 passed, 0 failed, 1 skipped"
  exit 0
}
command -v apt-get >/dev/null || cannot "this system is not Debian or Ubuntu"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  sudo -n true 2>/dev/null || cannot "a root of its own needs root, or sudo without a question"
  as_root=(sudo --preserve-env=PATH,DISPLAY)
fi
"${as_root[@]}" unshare --mount --pid --fork true || cannot "this system gives no namespaces"
need_packages "${PACKAGE_PACKAGES[@]}"

# The base: what a minimal system has, and the one thing every desktop adds that matters here.
. /etc/os-release
sources=()
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  if grep -qsE "(^|[[:space:]])$VERSION_CODENAME([[:space:]]|-|\$)" "$file"; then sources+=("$file"); fi
done
base="$tools/$VERSION_CODENAME"
if [ ! -f "$base.made" ] || [ -n "$(find "$base.made" -mtime +7)" ]; then
  say "making a clean $VERSION_CODENAME (about a minute)"
  "${as_root[@]}" rm -rf "$base" "$base.made"
  mkdir -p "$tools/archives/partial"
  "${as_root[@]}" mmdebstrap --quiet --variant=minbase --include=desktop-file-utils --skip=cleanup/apt/lists \
    --dpkgopt=force-unsafe-io "$VERSION_CODENAME" "$base" "${sources[@]}" || cannot "mmdebstrap made no root"
  touch "$base.made"
fi

# One at a time: apt's cache of packages is shared.
exec {lock}>"$tools/lock"
flock "$lock"
layer=$(mktemp -d "$tools/layer.XXXXXX")
trap '"${as_root[@]}" rm -rf --one-file-system "$layer"' EXIT
mkdir "$layer"/{upper,work,root,bin}
status=0
xvfb-run -a -s '-screen 0 1280x900x24 -ac' "${as_root[@]}" \
  unshare --mount --pid --fork --mount-proc --kill-child \
  bash tests/package/inside.sh "$base" "$layer" "$tools/archives" "$package" || status=$?
exit "$status"
