#!/usr/bin/env bash
# without-warnings.sh COMMAND…: runs it and fails if it fails or says "warning:". The compiler's
# own warnings are errors already; this also catches those of the package manager and the linker.
set -euo pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$@" 2>&1 | tee "$log"
if grep --quiet 'warning:' "$log"; then
    echo "There are warnings:" >&2
    grep 'warning:' "$log" | sort --unique >&2
    exit 1
fi
