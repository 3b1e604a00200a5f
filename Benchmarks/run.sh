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

# PyPI's builds of PyTorch cannot be loaded without CUDA's libraries; those for the CPU alone have
# an index of their own. What they depend on stands in requirements.txt.
peers=(numpy jax flask)
if "$python" -c 'import torch' 2>/dev/null || {
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --retries 1 \
        --extra-index-url https://download.pytorch.org/whl/cpu 'torch==2.13.0+cpu' </dev/null &&
        "$python" -c 'import torch'
}; then
    peers=(torch "${peers[@]}")
else
    echo "PyTorch for the CPU could not be installed: measuring without it." >&2
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
