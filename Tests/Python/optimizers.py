"""A small training by PyTorch's optimizers, by Keras's, and by the service's, in float64.

The network is trained on the whole batch, so that the libraries' steps can be made from gradients
that JAX takes of the same cost: what is compared are the optimizers alone.
"""

import os

os.environ["KERAS_BACKEND"] = "jax"

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from layouts import bias_in, request, weights_in

torch = pytest.importorskip(
    "torch", reason="PyTorch for the CPU could not be installed, see Scripts/install-torch.sh"
)
jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")
torch.set_default_dtype(torch.float64)  # NAdam's product of μ is of the default type.

STEPS = 100


def problem():
    """A small network that tells three classes apart, and a batch."""
    rng = np.random.default_rng(7)
    sizes = [4, 6, 3]
    parameters = [
        (rng.standard_normal((o, i)) / np.sqrt(i), rng.standard_normal(o) * 0.1)
        for i, o in zip(sizes, sizes[1:])
    ]
    x = rng.standard_normal((20, 4))
    y = np.eye(3)[rng.integers(0, 3, 20)]
    return parameters, x, y


PARAMETERS, X, Y = problem()


def cost(parameters):
    (w1, b1), (w2, b2) = parameters
    logits = jnp.tanh(X @ w1.T + b1) @ w2.T + b2
    return -(Y * jax.nn.log_softmax(logits)).sum(axis=1).mean()


value_and_gradients = jax.jit(jax.value_and_grad(cost))


def in_pairs(flat):
    flat = [np.asarray(array) for array in flat]
    return list(zip(flat[::2], flat[1::2]))


def flat(pairs):
    return [array for pair in pairs for array in pair]


def by_torch(make, steps=STEPS):
    """What an optimizer of PyTorch makes of the parameters."""
    parameters = [torch.tensor(p, requires_grad=True) for p in flat(PARAMETERS)]
    optimizer = make(parameters)

    def closure():
        value, gradients = value_and_gradients(
            in_pairs([p.detach().numpy().copy() for p in parameters])
        )
        for parameter, gradient in zip(parameters, flat(gradients)):
            parameter.grad = torch.tensor(np.asarray(gradient))
        return torch.tensor(float(value), dtype=torch.float64)

    for _ in range(steps):
        optimizer.step(closure)
    return [p.detach().numpy() for p in parameters]


def by_keras(optimizer):
    """What an optimizer of Keras makes of the parameters."""
    variables = [keras.Variable(p, dtype="float64") for p in flat(PARAMETERS)]
    optimizer.build(variables)
    parameters, state = [v.value for v in variables], [v.value for v in optimizer.variables]

    @jax.jit
    def step(parameters, state):
        gradients = flat(jax.grad(cost)(list(zip(parameters[::2], parameters[1::2]))))
        return optimizer.stateless_apply(state, gradients, parameters)

    for _ in range(STEPS):
        parameters, state = step(parameters, state)
    return [np.asarray(p) for p in parameters]


def ours(call, optimizer, steps=STEPS, **training):
    """The trained parameters, and what the answer says of the training."""
    answer = call(
        "train",
        request(
            PARAMETERS, X, Y, ["tanh", "softmax"], "categorical_crossentropy", "pytorch",
            training={"optimizer": optimizer, "epochs": steps, **training},
        ),
    )
    arrays = []
    for layer in answer["network"]["layers"]:
        arrays += [weights_in(layer["W"], "pytorch"), bias_in(layer["b"], "pytorch")]
    return arrays, answer["training"]


def assert_same(found, expected):
    """Within 1e-10 of each array's largest number: 100 steps of a few rounded operations."""
    moved = max(np.abs(e - p).max() for e, p in zip(expected, flat(PARAMETERS)))
    assert moved > 1e-3, "nothing was trained"
    for one, other in zip(found, expected):
        assert np.abs(one - other).max() <= 1e-10 * np.abs(other).max()


