#!/usr/bin/env bash
# The gradients of the request in a file. A refusal ends it with status 22, and is printed too.
set -euo pipefail
url=${GRADIENTD_URL:-http://127.0.0.1:8080}

curl --silent --show-error --fail-with-body "$url/backward" \
    --header 'Content-Type: application/json' --data-binary @- < "${1:-$(dirname "$0")/request.json}"
