#!/usr/bin/env bash
# make-venv.sh FOLDER REQUIREMENTS: a Python environment with the packages that the file lists,
# made anew only when the list has changed.
set -euo pipefail

venv=$1
requirements=$2

if [ -x "$venv/bin/python" ] && cmp -s "$requirements" "$venv/installed.txt"; then
    exit 0
fi

# The packages want Python 3.11. Debian's python3 may lack the module that makes environments.
fits() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do
        if fits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

if ! python=$(find_python); then
    "$(dirname "$0")/install-packages.sh" python3 python3-venv
    python=$(find_python) || { echo "No Python of version 3.11 or newer was found." >&2; exit 1; }
fi

echo "Making $venv with $("$python" --version)"
rm -rf "$venv"
"$python" -m venv "$venv"
if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --requirement "$requirements" </dev/null; then
    echo "Could not install what $requirements lists: pip says why above. Is there a network?" >&2
    exit 1
fi
cp "$requirements" "$venv/installed.txt"
