"""Every activation and loss, independently, in JAX: by its definition, along the last axis.

The settings have the service's names and defaults. Random networks stay where the plain definitions
are exact; test_saturation.py looks at the ends of float64.
"""

import jax.numpy as jnp
import numpy as np
from jax.scipy.special import erfc


def left(z):
    """z where it is negative, 0 elsewhere, so that no exponential of large numbers is taken."""
    return jnp.where(z > 0, 0.0, z)


def sigmoid(z):
    return 1 / (1 + jnp.exp(-z))


def softmax(z):
    return jnp.exp(z) / jnp.exp(z).sum(axis=-1, keepdims=True)


def log_softmax(z):
    return z - jnp.log(jnp.exp(z).sum(axis=-1, keepdims=True))


def softplus(z):
    return jnp.log(1 + jnp.exp(z))


def elu(z, alpha=1.0):
    return jnp.where(z > 0, z, alpha * jnp.expm1(left(z)))


def selu(z):
    return 1.0507009873554805 * elu(z, 1.6732632423543772)


def celu(z, alpha=1.0):
    return jnp.where(z > 0, z, alpha * jnp.expm1(left(z) / alpha))


def gelu(z, approximate=False):
    if approximate:
        return z / 2 * (1 + jnp.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))
    return z * erfc(-z / np.sqrt(2.0)) / 2


def hard_sigmoid(z):
    return jnp.clip(z / 6 + 0.5, 0, 1)


ACTIVATIONS = {
    "linear": lambda z: z,
    "relu": lambda z: jnp.where(z > 0, z, 0.0),
    "leaky_relu": lambda z, slope=0.01: jnp.where(z > 0, z, slope * z),
    "sigmoid": sigmoid,
    "tanh": jnp.tanh,
    "softmax": softmax,
    "softplus": softplus,
    "elu": elu,
    "silu": lambda z: z * sigmoid(z),
    "gelu": gelu,
    "selu": selu,
    "celu": celu,
    "relu6": lambda z: jnp.clip(z, 0, 6),
    "hard_tanh": lambda z: jnp.clip(z, -1, 1),
    "hard_sigmoid": hard_sigmoid,
    "hard_silu": lambda z: z * hard_sigmoid(z),
    "softsign": lambda z: z / (1 + jnp.abs(z)),
    "mish": lambda z: z * jnp.tanh(softplus(z)),
    "log_softmax": log_softmax,
}


def weighed(y, value):
    """y·value, without the 0·log 0 that a term with no weight would give."""
    return jnp.where(y == 0, 0.0, y * jnp.where(y == 0, 1.0, value))


def over_outputs(terms, outputs):
    return terms.mean(axis=-1) if outputs == "mean" else terms.sum(axis=-1)


def binary_terms(a, y):
    return -weighed(y, jnp.log(a)) - weighed(1 - y, jnp.log(1 - a))


def binary_crossentropy(a, y, from_logits=False, outputs="sum", label_smoothing=0.0):
    y = y * (1 - label_smoothing) + label_smoothing / 2
    return over_outputs(binary_terms(sigmoid(a) if from_logits else a, y), outputs)


def binary_focal_crossentropy(
    a, y, gamma=2.0, alpha=0.25, apply_class_balancing=False, from_logits=False, outputs="sum",
    label_smoothing=0.0,
):
    y = y * (1 - label_smoothing) + label_smoothing / 2
    p = sigmoid(a) if from_logits else a
    terms = (1 - (y * p + (1 - y) * (1 - p))) ** gamma * binary_terms(p, y)
    if apply_class_balancing:
        terms = terms * (y * alpha + (1 - y) * (1 - alpha))
    return over_outputs(terms, outputs)


def categorical_crossentropy(a, y, from_logits=False, label_smoothing=0.0):
    y = y * (1 - label_smoothing) + label_smoothing / y.shape[-1]
    return -weighed(y, log_softmax(a) if from_logits else jnp.log(a)).sum(axis=-1)


def sparse_categorical_crossentropy(a, y, **settings):
    return categorical_crossentropy(a, jnp.eye(a.shape[-1])[y], **settings)


def huber(e, delta):
    return jnp.where(jnp.abs(e) <= delta, e**2 / 2, delta * (jnp.abs(e) - delta / 2))


def smooth_l1(a, y, beta=1.0):
    e = jnp.abs(a - y)
    if beta == 0:
        return e.mean(axis=-1)
    return jnp.where(e < beta, e**2 / 2 / beta, e - beta / 2).mean(axis=-1)


def poisson(a, y, log_input=False):
    return (jnp.exp(a) - y * a if log_input else a - y * jnp.log(a)).mean(axis=-1)


def categorical_hinge(a, y):
    wrong = ((1 - y) * a).max(axis=-1)
    return jnp.maximum(0.0, 1 + wrong - (y * a).sum(axis=-1))


def kl_divergence(a, y):
    return (weighed(y, jnp.log(jnp.where(y == 0, 1.0, y))) - weighed(y, jnp.log(a))).sum(axis=-1)


def cosine_similarity(a, y):
    lengths = jnp.sqrt((a**2).sum(axis=-1) * (y**2).sum(axis=-1))
    return -(a * y).sum(axis=-1) / lengths


# Of outputs and targets, one loss for each row of the last axis.
LOSSES = {
    "binary_crossentropy": binary_crossentropy,
    "categorical_crossentropy": categorical_crossentropy,
    "sparse_categorical_crossentropy": sparse_categorical_crossentropy,
    "mean_squared_error": lambda a, y: ((a - y) ** 2).mean(axis=-1),
    "half_squared_error": lambda a, y: ((a - y) ** 2).sum(axis=-1) / 2,
    "mean_absolute_error": lambda a, y: jnp.abs(a - y).mean(axis=-1),
    "huber": lambda a, y, delta=1.0: huber(a - y, delta).mean(axis=-1),
    "smooth_l1": smooth_l1,
    "log_cosh": lambda a, y: jnp.log(jnp.cosh(a - y)).mean(axis=-1),
    "poisson": poisson,
    "hinge": lambda a, y: jnp.maximum(1 - y * a, 0.0).mean(axis=-1),
    "squared_hinge": lambda a, y: (jnp.maximum(1 - y * a, 0.0) ** 2).mean(axis=-1),
    "categorical_hinge": categorical_hinge,
    "kl_divergence": kl_divergence,
    "cosine_similarity": cosine_similarity,
    "binary_focal_crossentropy": binary_focal_crossentropy,
}
