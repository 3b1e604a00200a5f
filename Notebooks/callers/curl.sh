#!/usr/bin/env bash
# The gradients of the request in a file. A refusal ends it with status 22, and is printed too.
set -euo pipefail
url=${GRADIENTD_URL:-http://127.0.0.1:8080}
request=${1:-$(dirname "$0")/request.json}

curl --silent --show-error --fail-with-body "$url/backward" \
    --header 'Content-Type: application/json' --data-binary @- < "$request"
