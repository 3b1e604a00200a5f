"""Real input: scikit-learn's sets, through the service."""

import sys
from pathlib import Path

import numpy as np
import pytest
from layouts import READERS, request
from reference import gradients
from sklearn.datasets import load_breast_cancer, load_iris

sys.path.insert(0, str(Path(__file__).parents[2] / "Examples"))
import digits  # noqa: E402


def test_digits_are_learnt(client):
    trained_on, held_out = digits.run(client)
    assert trained_on >= 0.97
    assert held_out >= 0.93


def standardized(load):
    x, y = load(return_X_y=True)
    return (x - x.mean(axis=0)) / x.std(axis=0), y


SETS = {
    "digits": (lambda: digits.digits()[0::2], [64, 32, 10]),
    "iris": (lambda: standardized(load_iris), [4, 16, 3]),
    "breast_cancer": (lambda: standardized(load_breast_cancer), [30, 8, 1]),
}


@pytest.mark.parametrize("name", SETS)
def test_gradients_on_a_real_set_agree_with_jax(call, name):
    load, sizes = SETS[name]
    x, y = load()
    rng = np.random.default_rng(0)
    parameters = [
        (rng.standard_normal((o, i)) / np.sqrt(i), np.zeros(o)) for i, o in zip(sizes, sizes[1:])
    ]
    if sizes[-1] == 1:
        y, output, loss = y[:, None].astype(float), "sigmoid", "binary_crossentropy"
    else:
        y, output, loss = np.eye(sizes[-1])[y], "softmax", "categorical_crossentropy"
    losses, layers, _ = gradients(parameters, x, y, ["relu", output], loss)
    answer = call(
        "backward", request(parameters, x, y, ["relu", output], loss, convention="cost")
    )
    assert answer["cost"] == pytest.approx(losses.mean(), rel=1e-10)
    for ours, theirs in zip(answer["layers"], layers):
        for derivative, read in READERS.items():
            scale = np.abs(theirs[derivative]).max()
            difference = np.abs(read(ours[derivative], "course") - theirs[derivative]).max()
            assert difference <= 1e-10 * scale, derivative
