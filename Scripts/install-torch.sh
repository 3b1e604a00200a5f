#!/usr/bin/env bash
# install-torch.sh FOLDER: PyTorch for the CPU, into a Python environment that has it not yet.
# It fails, and says so, where PyTorch cannot be had.
set -euo pipefail

python=$1/bin/python

# PyPI's builds of PyTorch cannot be loaded without CUDA's libraries; those for the CPU alone have
# an index of their own. What they depend on stands in the requirements of the environment.
if "$python" -c 'import torch' 2>/dev/null || {
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --retries 1 \
        --extra-index-url https://download.pytorch.org/whl/cpu 'torch==2.13.0+cpu' </dev/null &&
        "$python" -c 'import torch'
}; then
    exit 0
fi
echo "PyTorch for the CPU could not be installed: going on without it." >&2
exit 1
