"""Random networks and batches, by a seed."""

import numpy as np
from reference import ACTIVATIONS, LOSSES

PROBABILITIES = ["sigmoid", "softmax"]


def random_network(seed, loss=None, output=None, depth=None, units=None, examples=None):
    """Parameters, X, Y, activations and the name of a loss that fit one another."""
    rng = np.random.default_rng(seed)
    loss = loss or rng.choice(list(LOSSES))
    depth = depth or rng.integers(1, 5)
    sizes = [*rng.integers(1, 8, depth), units or rng.integers(1, 6)]
    m = examples or rng.integers(1, 9)
    activations = list(rng.choice(list(ACTIVATIONS), depth))
    if output:
        activations[-1] = output
    elif "crossentropy" in loss:  # The loss is a number only for outputs between 0 and 1.
        activations[-1] = rng.choice(PROBABILITIES)
        if loss == "binary_crossentropy" and sizes[-1] == 1:
            activations[-1] = "sigmoid"  # Softmax of one output is 1 whatever it is given.
    parameters = [
        (rng.standard_normal((o, i)) / np.sqrt(i), rng.standard_normal(o) * 0.1)
        for i, o in zip(sizes, sizes[1:])
    ]
    x = rng.standard_normal((m, sizes[0]))
    if loss == "categorical_crossentropy":
        y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], m)]
    elif loss == "binary_crossentropy":
        y = rng.integers(0, 2, (m, sizes[-1])).astype(float)
    else:
        y = rng.standard_normal((m, sizes[-1]))
    if seed % 3 == 0 and "crossentropy" in loss:  # Targets that are no certainties.
        y = rng.random(y.shape)
        if loss == "categorical_crossentropy":
            y /= y.sum(axis=1, keepdims=True)
    return parameters, x, y, [str(a) for a in activations], str(loss)
