"""The same networks, losses and derivatives, independently, in JAX with float64.

Here an example is a row. The derivatives are JAX's own: of J with respect to W, b and to additions
to Z, A and X.
"""

import os

# Each network is compiled for itself and run once: what the compiler saves is not worth its time.
os.environ["XLA_FLAGS"] = (
    "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true "
    "--xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1"
)

import functions
import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")

# What the random networks of networks.py choose from.
ACTIVATIONS = {
    name: functions.ACTIVATIONS[name]
    for name in [
        "linear", "relu", "leaky_relu", "sigmoid", "tanh", "softmax", "softplus", "elu", "silu",
        "gelu",
    ]
}
LOSSES = {
    name: functions.LOSSES[name]
    for name in [
        "binary_crossentropy", "categorical_crossentropy", "mean_squared_error",
        "half_squared_error", "mean_absolute_error", "huber",
    ]
}


def run(parameters, additions, x, activations):
    """Z and A of every layer; `additions` are added to X and to each Z and A."""
    a = x + additions[0]
    passes = []
    for (w, b), (to_z, to_a), name in zip(parameters, additions[1], activations):
        z = a @ w.T + b + to_z
        a = ACTIVATIONS[name](z) + to_a
        passes.append((z, a))
    return passes


def gradients(parameters, x, y, activations, loss):
    """Losses, and dW, db, dZ, dA of each layer and dX: derivatives of J."""
    zeros = (
        jnp.zeros_like(x),
        [(jnp.zeros((len(x), len(w))),) * 2 for w, _ in parameters],
    )

    def cost(parameters, additions):
        losses = LOSSES[loss](run(parameters, additions, x, activations)[-1][1], y)
        return losses.mean(), losses

    differentiate = jax.jit(jax.grad(cost, (0, 1), has_aux=True))
    (dp, da), losses = differentiate(parameters, zeros)
    layers = [
        {"dW": dw, "db": db, "dZ": dz, "dA": da_}
        for (dw, db), (dz, da_) in zip(dp, da[1])
    ]
    to_numpy = lambda tree: jax.tree.map(np.asarray, tree)
    return np.asarray(losses), to_numpy(layers), np.asarray(da[0])
