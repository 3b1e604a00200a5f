#!/usr/bin/env bash
# install-swagger-ui.sh FOLDER: Swagger UI, which /docs shows the contract with, and its licence.
# Nothing is fetched when the folder has this version already.
set -euo pipefail

folder=$1
# A wheel of PyPI that carries Swagger UI whole; pip checks the hash.
wheel='drf-spectacular-sidecar==2026.10.1 --hash=sha256:fe1d005d8ac9b5d0472f2fe5deeb2e7d6dcffaa24118044f22578b4b8c4b31f2'

if [ "$(cat "$folder/installed.txt" 2>/dev/null)" = "$wheel" ]; then
    exit 0
fi

python=python3
for candidate in python3 /usr/bin/python3; do
    if "$candidate" -m pip --version >/dev/null 2>&1; then
        python=$candidate
        break
    fi
done
"$python" -m pip --version >/dev/null 2>&1 || {
    "$(dirname "$0")/install-packages.sh" python3 python3-pip
    python=/usr/bin/python3
}

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
echo "$wheel" >"$work/requirements.txt"
if ! "$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --require-hashes --requirement "$work/requirements.txt" --dest "$work" </dev/null; then
    echo "Swagger UI could not be fetched: pip says why above. Is there a network?" >&2
    exit 1
fi
"$python" -m zipfile --extract "$work"/*.whl "$work/wheel"

mkdir -p "$folder"
rm -f "$folder/installed.txt"
files=$work/wheel/drf_spectacular_sidecar/static/drf_spectacular_sidecar/swagger-ui-dist
install -m 0644 "$files/swagger-ui.css" "$files/swagger-ui-bundle.js" "$files/LICENSE" "$folder/"
echo "$wheel" >"$folder/installed.txt"
