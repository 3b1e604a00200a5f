#!/usr/bin/env bash
# run.sh PROGRAM PORT FOLDER: starts the service, with Swagger UI if the folder has it, and prints
# a call that works as it stands.
set -euo pipefail

options=(--port "$2")
[ -f "$3/installed.txt" ] && options+=(--swagger-ui "$3")
exec {lines}< <(exec "$1" serve "${options[@]}")
server=$!
# A Ctrl-C reaches the service too, which then drains; this script only has to outlive it.
trap ':' INT
trap 'kill -TERM "$server"' TERM

if ! read -r line <&"$lines"; then
    wait "$server"
    exit
fi
cat <<END
$line

See the gradients flow, in a browser: ${line##* }/
Try every call there: ${line##* }/docs

Or from another terminal:

curl -s ${line##* }/backward -H 'Content-Type: application/json' -d '{
  "network": {"layers": [
    {"W": [[0.1, 0.2], [0.3, -0.1], [0.0, 0.4]], "b": [[0], [0], [0]], "activation": "relu"},
    {"W": [[0.5, -0.3, 0.2]], "b": [[0]], "activation": "sigmoid"}]},
  "batch": {"X": [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]], "Y": [[0, 1, 0, 1, 1]]},
  "loss": "binary_crossentropy"}'

Ctrl-C ends it.
END

# A signal interrupts the waiting, not the service.
while kill -0 "$server" 2>/dev/null; do wait "$server" || true; done
wait "$server"
