"""Every layer, activation and loss beside JAX, through the service, on random shapes and settings."""

import re

import jax
import numpy as np
import pytest
from cases import CASES, LOSS_CASES, Case, activation_case, layer_case, loss_case, seeded, weigh
from functions import ACTIVATIONS, LOSSES
from layers import LAYERS, gradients, moving_statistics, parameters_of, run, to_numpy
from layouts import LAYOUTS, array_in, array_out, layer_out, signal_in, signal_out

CONVENTIONS = ["loss", "cost", "sum"]
# JAX's derivative is of J: what it is multiplied by to be that of another convention, as the
# exponents of J's denominator.
FROM_COST = {
    "loss": {"parameter": 0, "signal": 1},
    "cost": {"parameter": 0, "signal": 0},
    "sum": {"parameter": 1, "signal": 1},
}
HAVE_Z = ["dense", "conv2d", "activation"]


def assert_close(ours, theirs, what, largest=0.0):
    """Equal to 1e-9 of the tensor's largest number: rounding through a handful of layers.

    A tensor whose terms cancel is rounded as its terms are: it may be off by 1e-14 of the `largest`
    derivative in the network.
    """
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape, what
    if theirs.size:
        tolerance = max(1e-9 * np.abs(theirs).max(), 1e-14 * largest)
        assert np.abs(ours - theirs).max() <= tolerance, what


def body(case, **options):
    layout = case.layout
    batch = {"X": signal_out(case.x, layout)}
    if "dA" not in options and "tangents" not in options:
        options["loss"] = case.loss
        batch["Y"] = signal_out(case.y, layout)
        batch |= {name: weights.tolist() for name, weights in case.batch.items()}
        if case.denominator:
            options["denominator"] = "weights"
    layers = [layer_out(layer, layout) for layer in case.layers]
    return {
        "network": {"layers": layers}, "batch": batch, "layout": layout, "mode": case.mode,
        **options,
    }


def read_parameters(case, layer, answer):
    """The derivatives of a layer's parameters that an answer has."""
    return {
        name: array_in(layer["type"], answer["d" + name], case.layout, array.ndim)
        for name, array in layer.get("arrays", {}).items()
    }


def asked(*more):
    derivatives = ["W", "b", "U", "b_recurrent", "gamma", "beta", "alpha"]
    derivatives += [kind + name for kind in "Wb" for name in "qkvo"]
    return ["d" + name for name in derivatives] + ["dZ", "dA", "dX", *more]


def compare(call, case, convention="loss"):
    """Losses, Z, A and every derivative of a case beside JAX's."""
    what = (case.layout, case.mode, convention, case.loss, case.x.shape, case.describe())
    if convention == "sum" and case.mixes_examples:
        convention = "cost"  # The service refuses sums that would not add up.
    answer = call(
        "backward", body(case, convention=convention, include=asked("losses", "Z", "A", "mask"))
    )
    losses, passes, dp, da, dx = gradients(
        case.layers, case.x, case.y, case.loss, case.context, case.weights, case.denominator
    )
    d = case.denominator or case.m
    parameter, signal = [
        float(d) ** FROM_COST[convention][kind] for kind in ["parameter", "signal"]
    ]
    largest = max(d, 1) * max(np.abs(x).max(initial=0) for x in jax.tree.leaves((dp, da, dx)))
    assert_close(answer["losses"], losses, what)
    assert_close(answer["cost"], losses.sum() / d, what, np.abs(losses).max())
    for index, (layer, ours) in enumerate(zip(case.layers, answer["layers"])):
        of = (index, what)
        inputs, z, a = passes[index]
        dz, da_ = da[index]
        assert_close(signal_in(ours["A"], case.layout), a, ("A", of))
        assert_close(signal_in(ours["dA"], case.layout), da_ * signal, ("dA", of), largest)
        assert ("dZ" in ours) == ("Z" in ours) == (layer["type"] in HAVE_Z), of
        if "dZ" in ours:
            assert_close(signal_in(ours["Z"], case.layout), z, ("Z", of))
            assert_close(signal_in(ours["dZ"], case.layout), dz * signal, ("dZ", of), largest)
        for name, gradient in read_parameters(case, layer, ours).items():
            assert_close(gradient, dp[index][name] * parameter, ("d" + name, of), largest)
        if layer["type"] == "dropout" and case.mode == "training":
            assert (signal_in(ours["mask"], case.layout) == layer["mask"]).all(), of
        if layer["type"] == "batch_normalization" and case.mode == "training":
            for name, state in moving_statistics(inputs[0], layer).items():
                assert_close(array_in("", ours[name], case.layout, 1), state, (name, of))
    assert_close(signal_in(answer["dX"], case.layout), dx * signal, ("dX", what), largest)


# That nothing is left out.


def known(client, field, make):
    """The names that a refusal of an unknown one lists."""
    network = {"layers": [{"type": "dense", "W": [[1]], "b": [0]}]}
    request = {"network": network, "batch": {"X": [[1]], "Y": [[1]]}, "loss": "hinge"}
    make(request, "no such name, nor anything like it")
    response = client.post("/backward", json=request)
    hints = [fault.get("hint", "") for fault in response.json()["errors"]]
    names = [hint.removeprefix("known: ") for hint in hints if hint.startswith("known: ")]
    assert len(names) == 1, response.text
    return re.split(", ", names[0])


def test_every_layer_has_a_reference_and_cases(client):
    def make(request, name):
        request["network"]["layers"][0]["type"] = name

    assert sorted(known(client, "type", make)) == sorted(LAYERS) == sorted(CASES)


def test_every_activation_has_a_reference(client):
    def make(request, name):
        request["network"]["layers"][0]["activation"] = name

    assert sorted(known(client, "activation", make)) == sorted(ACTIVATIONS)


def test_every_loss_has_a_reference_and_cases(client):
    def make(request, name):
        request["loss"] = name

    assert sorted(known(client, "loss", make)) == sorted(LOSSES) == sorted(LOSS_CASES)


# Derivatives of a cost.


@pytest.mark.parametrize("index", range(6))
@pytest.mark.parametrize("kind", CASES)
def test_layer_agrees_with_jax(call, kind, index):
    compare(call, layer_case(kind, index), CONVENTIONS[(index + index // 3) % 3])


@pytest.mark.parametrize("index", range(2))
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_agrees_with_jax(call, name, index):
    compare(call, activation_case(name, index), CONVENTIONS[index])


@pytest.mark.parametrize("index", range(4))
@pytest.mark.parametrize("name", LOSS_CASES)
def test_loss_agrees_with_jax(call, name, index):
    compare(call, loss_case(name, index), CONVENTIONS[index % 3])
