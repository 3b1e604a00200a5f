"""Outputs that are 0 or 1 to rounding, and what JSON has no number for."""

import math

import numpy as np
import pytest
from mpmath import exp, log, mp, mpf

mp.dps = 60


def single(z, y, activation, loss, **options):
    """One example through one layer that gives Z as it is wanted."""
    z, y = np.atleast_1d(z).astype(float), np.atleast_1d(y).astype(float)
    return {
        "network": {
            "layers": [{"W": z[:, None].tolist(), "b": [0.0] * len(z), "activation": activation}]
        },
        "batch": {"X": [[1.0]], "Y": y[:, None].tolist()},
        "loss": loss,
        **options,
    }


def same(ours, exact):
    """Equal to a few roundings, relative."""
    return abs(mpf(ours) - exact) <= mpf(4e-15) * abs(exact)


@pytest.mark.parametrize("z", [-1000.0, -800.0, -40.0, -1.0, 0.0, 1.0, 40.0, 800.0, 1000.0])
@pytest.mark.parametrize("y", [0.0, 1.0, 0.25])
@pytest.mark.parametrize("logits", [False, True])
def test_sigmoid_and_crossentropy_are_exact_at_saturation(call, z, y, logits):
    loss = {"type": "binary_crossentropy", "from_logits": logits}
    answer = call("backward", single(z, y, "linear" if logits else "sigmoid", loss))
    a, rest = 1 / (1 + exp(-mpf(z))), 1 / (1 + exp(mpf(z)))
    assert same(answer["cost"], -(mpf(y) * log(a) + (1 - mpf(y)) * log(rest)))
    exact = (1 - mpf(y)) * a - mpf(y) * rest
    dz = answer["layers"][0]["dZ"][0][0]
    assert same(dz, exact) or abs(exact) < mpf("1e-300")  # Less is below what float64 holds.


@pytest.mark.parametrize("z", [[1000, 0], [0, 1000], [40, 0, 0], [-1000, 1000, 0], [1, 2, 3]])
@pytest.mark.parametrize("target", [0, 1])
@pytest.mark.parametrize("logits", [False, True])
def test_softmax_and_crossentropy_are_exact_at_saturation(call, z, target, logits):
    y = np.eye(len(z))[target]
    loss = {"type": "categorical_crossentropy", "from_logits": logits}
    answer = call("backward", single(z, y, "linear" if logits else "softmax", loss))
    total = sum(exp(mpf(v)) for v in z)
    rest = sum(exp(mpf(v)) for k, v in enumerate(z) if k != target)
    cost = log(total) - mpf(z[target])
    assert same(answer["cost"], cost) or cost < mpf("1e-300")
    for k, dz in enumerate(np.array(answer["layers"][0]["dZ"])[:, 0]):
        exact = -rest / total if k == target else exp(mpf(z[k])) / total
        assert same(dz, exact) or abs(exact) < mpf("1e-300")


@pytest.mark.parametrize("activation", ["sigmoid", "softmax"])
@pytest.mark.parametrize("loss", ["binary_crossentropy", "categorical_crossentropy"])
def test_costs_and_parameters_gradients_are_finite_at_saturation(call, activation, loss):
    for z in ([1000, -1000], [-1000, 1000], [1000, 1000], [-1000, -1000]):
        for y in ([0, 1], [1, 0], [0.5, 0.5]):
            answer = call(
                "backward",
                single(z, y, activation, loss, include=["dW", "db", "dZ"]),
            )
            assert "non_finite" not in answer
            assert math.isfinite(answer["cost"])


def test_a_number_that_is_not_finite_is_null_and_listed(call):
    # dA = 1/(1 − A) = 1 + e¹⁰⁰⁰ is larger than any float64; dZ = 1.
    answer = call("backward", single(1000.0, 0.0, "sigmoid", "binary_crossentropy"))
    assert answer["layers"][0]["dA"] == [[None]]
    assert answer["layers"][0]["dZ"] == [[1.0]]
    assert answer["non_finite"] == [{"pointer": "/layers/0/dA/0/0", "kind": "Infinity"}]
    assert answer["non_finite_count"] == 1


def test_a_loss_outside_its_domain_is_null_and_listed(call):
    answer = call("backward", single(2.0, 0.5, "linear", "binary_crossentropy"))
    assert answer["cost"] is None
    assert {"pointer": "/cost", "kind": "NaN"} in answer["non_finite"]


@pytest.mark.parametrize("activation", [
    "linear", "relu", "leaky_relu", "sigmoid", "tanh", "softmax", "softplus", "elu", "silu", "gelu",
])
def test_every_activation_is_finite_at_a_thousand(call, activation):
    for z in ([1000.0, -1000.0], [-1000.0, 1000.0]):
        answer = call("backward", single(z, [0.0, 1.0], activation, "half_squared_error"))
        assert "non_finite" not in answer


def test_the_same_request_gives_the_same_bytes(client):
    rng = np.random.default_rng(1)
    body = {
        "network": {"layers": [{"units": 256, "activation": "tanh"}, {"units": 10}]},
        "batch": {
            "X": rng.standard_normal((300, 200)).tolist(),
            "Y": rng.standard_normal((10, 200)).tolist(),
        },
        "loss": "mean_squared_error",
    }
    first = client.post("/backward", json=body).content
    assert all(client.post("/backward", json=body).content == first for _ in range(5))
