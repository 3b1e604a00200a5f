#!/usr/bin/env bash
# run.sh PROGRAM [OPTION…]: installs what is missing and measures PROGRAM beside its peers; without
# options, how its cost grows too. The options are those of bench.py. BASE_PORT is the first of the
# ports that are taken.
set -euo pipefail

program=$(realpath "$1")
shift
cd "$(dirname "$0")"
venv=$PWD/.venv
python=$venv/bin/python
payloads=$PWD/.payloads
port=${BASE_PORT:-8190}

../Scripts/install-packages.sh wrk nginx-light
../Scripts/make-venv.sh "$venv" requirements.txt

peers=(numpy jax flask)
if ../Scripts/install-torch.sh "$venv"; then
    peers=(torch "${peers[@]}")
fi

if [ payloads.py -nt "$payloads" ]; then
    "$python" payloads.py "$payloads"
    touch "$payloads"
fi
floor=$payloads/floor
if [ floor.cpp -nt "$floor" ]; then
    g++ -O2 -std=c++17 floor.cpp -o "$floor" -lsimdjson -lopenblas
fi

# No log of every request: the others have none.
servers=(
    --server "ours=http://127.0.0.1:$port" --bodies "$payloads/ours"
    --variant "base64=$payloads/base64"
    --command "$program serve --port $port --log-level=warn"
)
for peer in "${peers[@]}"; do
    port=$((port + 1))
    servers+=(
        --server "$peer=http://127.0.0.1:$port" --bodies "$payloads/peers"
        --command "$python peers/${peer}_server.py --port $port"
    )
done

# The limit of HTTP: an answer as long as that of the smallest payload, whatever is asked.
port=$((port + 1))
nginx=$payloads/nginx
mkdir -p "$nginx"
sed -e "s|@PORT@|$port|" -e "s|@FOLDER@|$nginx|g" \
    -e "s|@ANSWER@|$(printf '0%.0s' {1..2100})|" nginx.conf >"$nginx/nginx.conf"
servers+=(
    --server "nginx=http://127.0.0.1:$port" --bodies "$payloads/peers" --static
    --command "$(PATH=$PATH:/usr/sbin command -v nginx) -c $nginx/nginx.conf"
)
PATH=$PATH:/usr/sbin "$python" bench.py "${servers[@]}" --floor "$floor" --page results/index.html "$@"
(($#)) || "$python" growth.py --url "http://127.0.0.1:$port" --page results/growth.html \
    --command "$program serve --port $port --log-level=warn"
