#!/usr/bin/env bash
# source-hash.sh: names what the image is built from, so that an older image is known as one.
set -euo pipefail
cd "$(dirname "$0")/.."
find Docker/Dockerfile LICENSE Package.swift Scripts/install-swagger-ui.sh Sources openapi.yaml \
    -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-16
