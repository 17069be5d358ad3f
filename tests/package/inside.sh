#!/usr/bin/env bash
# inside.sh BASE LAYER ARCHIVES DEB: the package's life in a clean root, told in checks. Runs as root in
# mount and process namespaces of its own (tests/package.sh).
set -uo pipefail
cd "$(dirname "$0")/../.."
base=$1 layer=$2 archives=$3 package=$4
root="$layer/root"
passed=0 failed=0

check() { # NAME COMMAND…: one check; what it printed is shown when it does not hold
  local name="$1" output
  shift
  if output=$("$@" 2>&1); then
    passed=$((passed + 1)); echo "  ✓ $name"
  else
    failed=$((failed + 1)); printf '  ✗ %s\n%s\n' "$name" "$(tail -n 15 <<<"$output" | sed 's/^/    /')"
  fi
}
inside() { chroot "$root" "$@"; }
person() { # COMMAND…: as somebody who has an account there and no rights
  chroot --userspec=person:person "$root" env -i HOME=/home/person USER=person PATH=/usr/bin:/bin LANG=C.UTF-8 \
    XDG_RUNTIME_DIR=/run/person DISPLAY="$DISPLAY" "$@"
}
install() { # PACKAGE…: nothing but these and what they depend on
  inside env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends \
    -o APT::Keep-Downloaded-Packages=true "$@"
}
names_of_ours() { find "$root" -xdev -iname '*acasa*' -not -path "$root/home/*" -not -path "$root/proc/*" | sed "s|^$root||"; }

set -e
# A root on a file system that cannot be layered is copied instead.
mount -t overlay overlay -o "lowerdir=$base,upperdir=$layer/upper,workdir=$layer/work" "$root" 2>/dev/null ||
  cp -a "$base/." "$root/"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind "$archives" "$root/var/cache/apt/archives"
mkdir -p "$root/tmp/.X11-unix"
mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
# Services are not started in a root that is not booted (Debian policy, 9.3.3).
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
inside useradd --create-home person
inside install -d -m 700 -o person -g person /run/person
cp "$package" "$root/package.deb"
[ -z "$(names_of_ours)" ] || { echo "the root is not clean: $(names_of_ours)"; exit 1; }
set +e

taken_apart="$layer/apart"
dpkg-deb --extract "$package" "$taken_apart"
check "the desktop file is valid" desktop-file-validate "$taken_apart"/usr/share/applications/*.desktop
check "the AppStream description is valid and names the desktop file" appstreamcli validate-tree --no-net "$taken_apart"

# The lists of the kept root may have aged since it was made.
installs() { install /package.deb || { inside apt-get update --quiet=2 && install /package.deb; }; }
check "apt installs it with what it depends on" installs
name=$(dpkg-deb --field "$package" Package)
files=$(inside dpkg -L "$name" 2>/dev/null)

desktop=$(find "$root/usr/share/applications" -iname '*acasa*.desktop' 2>/dev/null | head -1)
# As a desktop reads it: the words of Exec without the place of an address; the program is the one TryExec names.
read -ra start <<<"$(sed -n 's/^Exec=\(.*\) %u$/\1/p' "${desktop:-/dev/null}")"
program=$(sed -n 's/^TryExec=//p' "${desktop:-/dev/null}")
program=$(person sh -c 'command -v "$1"' sh "${program:-none}")
libraries() {
  [ -n "$program" ] || { echo "the desktop file names no program that is there"; return 1; }
  local found
  found=$(person ldd "$program") || return 1
  ! grep 'not found' <<<"$found"
}
check "its desktop file names a program whose every library is there" libraries
handler() { [ -n "$desktop" ] && [ "$(person xdg-mime query default x-scheme-handler/acasa)" = "$(basename "$desktop")" ]; }
check "it answers acasa: addresses" handler

# A desktop's own: a session bus, a keystore; and what drives the window.
install dbus-x11 gnome-keyring webkit2gtk-driver >"$layer/log" 2>&1 || { tail -5 "$layer/log"; failed=$((failed + 1)); }
cat > "$layer/bin/WebKitWebDriver" <<TEXT
#!/bin/sh
exec chroot --userspec=person:person "$root" env -i HOME=/home/person USER=person PATH=/usr/bin:/bin LANG=C.UTF-8 \\
  XDG_RUNTIME_DIR=/run/person DISPLAY="$DISPLAY" TAURI_WEBVIEW_AUTOMATION=true NO_AT_BRIDGE=1 \\
  LIBGL_ALWAYS_SOFTWARE=1 WEBKIT_DISABLE_DMABUF_RENDERER=1 dbus-run-session -- sh -c \\
  'printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec WebKitWebDriver "\$@"' sh "\$@"
TEXT
chmod 755 "$layer/bin/WebKitWebDriver"
check "an ordinary person starts it and reads its first screen" \
  env PATH="$layer/bin:$PATH" timeout --kill-after=5 120 node tests/package/start.mjs "${start[@]}"

inside env DEBIAN_FRONTEND=noninteractive apt-get purge --yes --quiet=2 "$name" >"$layer/log" 2>&1
removed() {
  inside dpkg-query --show "$name" >/dev/null 2>&1 && { echo "dpkg still knows $name"; cat "$layer/log"; return 1; }
  [ -n "$files" ] || { echo "the package had no files"; return 1; }
  local file left=''
  while read -r file; do
    if [ -f "$root$file" ] || [ -L "$root$file" ]; then left+="$file "; fi
  done <<<"$files"
  left+=$(names_of_ours)
  [ -z "$left" ] || { echo "left: $left"; return 1; }
}
check "removed, it leaves no file, no desktop entry, nothing by its name" removed
forgotten() { ! grep -i acasa "$root/usr/share/applications/mimeinfo.cache"; }
check "nothing answers acasa: addresses any more" forgotten
kept() { [ -d "$root/home/person/.local/share/md.gov.acasa" ]; }
check "what the person had is kept" kept

echo "package: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
