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

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import erfc

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")


def elu(z, alpha=1.0):
    return jnp.where(z > 0, z, alpha * jnp.expm1(jnp.where(z > 0, 0.0, z)))


ACTIVATIONS = {
    "linear": lambda z: z,
    "relu": lambda z: jnp.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: jnp.where(z > 0, z, 0.01 * z),
    "sigmoid": lambda z: 1 / (1 + jnp.exp(-z)),
    "tanh": jnp.tanh,
    "softmax": lambda z: jnp.exp(z) / jnp.exp(z).sum(axis=1, keepdims=True),
    "softplus": lambda z: jnp.log(1 + jnp.exp(z)),
    "elu": elu,
    "silu": lambda z: z / (1 + jnp.exp(-z)),
    "gelu": lambda z: z * erfc(-z / np.sqrt(2.0)) / 2,
}


def huber(e, delta):
    return jnp.where(jnp.abs(e) <= delta, e**2 / 2, delta * (jnp.abs(e) - delta / 2))


def zero_where(y, value):
    """y·value, without the 0·log 0 that a term with no weight would give."""
    return jnp.where(y == 0, 0.0, y * jnp.where(y == 0, 1.0, value))


LOSSES = {
    "binary_crossentropy": lambda a, y: -(
        zero_where(y, jnp.log(a)) + zero_where(1 - y, jnp.log(1 - a))
    ).sum(axis=1),
    "categorical_crossentropy": lambda a, y: -zero_where(y, jnp.log(a)).sum(axis=1),
    "mean_squared_error": lambda a, y: ((a - y) ** 2).mean(axis=1),
    "half_squared_error": lambda a, y: ((a - y) ** 2).sum(axis=1) / 2,
    "mean_absolute_error": lambda a, y: jnp.abs(a - y).mean(axis=1),
    "huber": lambda a, y: huber(a - y, 1.0).mean(axis=1),
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
