#!/usr/bin/env bash
# install-packages.sh PACKAGE…: installs the Debian packages that are missing.
set -euo pipefail

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This is not a Debian system: see to it that the likes of these are installed: $*" >&2
    exit 0
fi

missing=()
for package in "$@"; do
    # shellcheck disable=SC2016  # ${...} is dpkg-query's, not the shell's
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null |
        grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "Missing: ${missing[*]}. Not root, so run this and try again:" >&2
        echo "    sudo apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo -n)
fi

apt_get() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

echo "Installing ${missing[*]}"
# The lists of a fresh machine are empty, and old lists name packages that are gone.
if ! apt_get install --no-install-recommends "${missing[@]}" &&
    ! { apt_get update && apt_get install --no-install-recommends "${missing[@]}"; }; then
    echo "Could not install ${missing[*]}: apt-get says why above. Is there a network?" >&2
    exit 1
fi
