#!/usr/bin/env bash
# run.sh PROGRAM [OPTION…]: installs what is missing and measures PROGRAM beside its peers.
# The options are those of bench.py. BASE_PORT is the first of the ports that are taken.
set -euo pipefail

program=$(realpath "$1")
shift
cd "$(dirname "$0")"
venv=$PWD/.venv
python=$venv/bin/python
payloads=$PWD/.payloads
port=${BASE_PORT:-8190}

../Scripts/install-packages.sh wrk
../Scripts/make-venv.sh "$venv" requirements.txt

peers=(numpy jax flask)
if ../Scripts/install-torch.sh "$venv"; then
    peers=(torch "${peers[@]}")
fi

if [ payloads.py -nt "$payloads" ]; then
    "$python" payloads.py "$payloads"
    touch "$payloads"
fi

servers=(
    --server "ours=http://127.0.0.1:$port" --bodies "$payloads/ours"
    --command "$program serve --port $port"
)
for peer in "${peers[@]}"; do
    port=$((port + 1))
    servers+=(
        --server "$peer=http://127.0.0.1:$port" --bodies "$payloads/peers"
        --command "$python peers/${peer}_server.py --port $port"
    )
done
exec "$python" bench.py "${servers[@]}" "$@"
