"""Every layer, activation and loss beside JAX, on random shapes and settings."""

import jax
import numpy as np
import pytest
from cases import (
    CASES, LOSS_CASES, activation_case, asked, body, branched_case, layer_case, loss_case,
    weighted_case,
)
from functions import ACTIVATIONS, LOSSES
from layers import LAYERS, example_gradients, gradients, moving_statistics, named, products
from layouts import array_in, array_out, signal_in, signal_out

CONVENTIONS = ["loss", "cost", "sum"]
# JAX's derivative is of J: what it is multiplied by to be that of another convention, as the
# exponents of J's denominator.
FROM_COST = {
    "loss": {"parameter": 0, "signal": 1},
    "cost": {"parameter": 0, "signal": 0},
    "sum": {"parameter": 1, "signal": 1},
}
HAVE_Z = {"dense", "conv2d", "activation"}

# The numbers of the cases of each layer, activation and loss.
LAYER_CASES = range(6)
ACTIVATION_CASES = range(2)
LOSS_CASES_OF_EACH = 4


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


def read_parameters(case, layer, answer):
    """The derivatives of a layer's parameters that an answer has."""
    return {
        name: array_in(layer["type"], answer["d" + name], case.layout, array.ndim)
        for name, array in layer.get("arrays", {}).items()
    }


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


@pytest.fixture(scope="module")
def catalog(client):
    return client.get("/catalog").json()


def names(choices):
    return sorted(choice["type"] for choice in choices)


def given(settings):
    """What a caller may set of a thing, but for sizes: they stand where no arrays are given."""
    return {s["name"] for s in settings if s["kind"] != "size" and s["name"] != "kernel_size"}


def test_every_layer_and_each_of_its_settings_has_a_case(catalog):
    assert names(catalog["layers"]) == sorted(LAYERS) == sorted(CASES)
    assert HAVE_Z == {layer["type"] for layer in catalog["layers"] if layer["activation"]}
    for layer in catalog["layers"]:
        kind = layer["type"]
        cases = [layer_case(kind, index) for index in LAYER_CASES]
        used = {
            name for case in cases for layer in case.layers if layer["type"] == kind
            for name in layer
        }
        assert given(layer["settings"]) <= used, kind
        arrays = {
            name for case in cases for layer in case.layers if layer["type"] == kind
            for part in ["arrays", "states"] for name in layer.get(part, {})
        }
        assert {form["name"] for form in layer["arrays"]} - {"mask"} == arrays, kind
        learns = any(form["role"] in ["weights", "parameter"] for form in layer["arrays"])
        assert learns == (kind in LEARNING)
        assert {case.layout for case in cases} == set(catalog["layouts"]), kind
        assert {case.mode for case in cases} == set(catalog["modes"]), kind


def test_every_activation_and_each_of_its_settings_has_a_case(catalog):
    assert names(catalog["activations"]) == sorted(ACTIVATIONS)
    for activation in catalog["activations"]:
        name = activation["type"]
        cases = [activation_case(name, index) for index in ACTIVATION_CASES]
        chosen = [named(layer["activation"]) for case in cases for layer in case.layers[-2:]]
        assert {of for of, _ in chosen} == {name}
        assert given(activation["settings"]) <= {key for _, used in chosen for key in used}


def test_every_loss_and_each_of_its_settings_has_a_case(catalog):
    assert names(catalog["losses"]) == sorted(LOSSES) == sorted(LOSS_CASES)
    for loss in catalog["losses"]:
        cases = [loss_case(loss["type"], index) for index in range(LOSS_CASES_OF_EACH)]
        used = {name for case in cases for name in named(case.loss)[1]}
        assert given(loss["settings"]) <= used, loss["type"]


# Derivatives of a cost.


@pytest.mark.parametrize("index", LAYER_CASES)
@pytest.mark.parametrize("kind", CASES)
def test_layer_agrees_with_jax(call, kind, index):
    compare(call, layer_case(kind, index), CONVENTIONS[(index + index // 3) % 3])


@pytest.mark.parametrize("index", ACTIVATION_CASES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_agrees_with_jax(call, name, index):
    compare(call, activation_case(name, index), CONVENTIONS[index])


@pytest.mark.parametrize("index", range(LOSS_CASES_OF_EACH))
@pytest.mark.parametrize("name", LOSS_CASES)
def test_loss_agrees_with_jax(call, name, index):
    compare(call, loss_case(name, index), CONVENTIONS[index % 3])


@pytest.mark.parametrize("index", range(12))
def test_weights_of_examples_and_classes_agree_with_jax(call, index):
    compare(call, weighted_case(index), CONVENTIONS[index // 2 % 3])


@pytest.mark.parametrize("index", range(8))
def test_branches_agree_with_jax(call, index):
    compare(call, branched_case(index), CONVENTIONS[index % 3])


# Products with the Jacobian.


def compare_products(call, case, convention, seed_count):
    """The products with seeds, and along tangents, that JAX makes."""
    layout, what = case.layout, (case.layout, case.mode, convention, case.describe())
    if convention == "sum" and case.mixes_examples:
        convention = "cost"
    seeds = [case.normal(case.m, *case.shape) for _ in range(seed_count)]
    tangents = [
        {name: case.normal(*array.shape) for name, array in layer.get("arrays", {}).items()}
        for layer in case.layers
    ]
    x_tangent = case.normal(*case.x.shape)
    theirs, tangent = products(case.layers, case.x, seeds, (tangents, x_tangent), case.context)

    wire = [signal_out(seed, layout) for seed in seeds]
    answer = call(
        "backward",
        body(
            case, has_loss=False, convention=convention, include=asked(),
            **({"dA": wire[0]} if seed_count == 1 else {"seeds": wire}),
        ),
    )
    # A seed is what the convention calls dA, and only "loss" has 1/m between that and dW.
    factor = 1 / case.m if convention == "loss" else 1
    for ours, (dp, dx, da) in zip(answer.get("products", [answer]), theirs, strict=True):
        largest = max(np.abs(x).max(initial=0) for x in jax.tree.leaves((dp, dx, da)))
        for index, (layer, of) in enumerate(zip(case.layers, ours["layers"], strict=True)):
            place = (index, what)
            assert_close(signal_in(of["dA"], layout), da[index][1], ("dA", place), largest)
            if "dZ" in of:
                assert_close(signal_in(of["dZ"], layout), da[index][0], ("dZ", place), largest)
            for name, gradient in read_parameters(case, layer, of).items():
                assert_close(gradient, dp[index][name] * factor, ("d" + name, place), largest)
        assert_close(signal_in(ours["dX"], layout), dx, ("dX", what), largest)

    wire = {
        "X": signal_out(x_tangent, layout),
        "layers": [
            {name: array_out(layer["type"], array, layout) for name, array in tangent.items()}
            for layer, tangent in zip(case.layers, tangents)
        ],
    }
    answer = call("forward", body(case, has_loss=False, tangents=wire))
    assert_close(signal_in(answer["tangent"], layout), tangent, what, np.abs(tangent).max())


@pytest.mark.parametrize("kind", CASES)
def test_products_with_a_layers_jacobian_agree_with_jax(call, kind):
    modes = [6, 9] if kind in ["dropout", "batch_normalization"] else [6 + len(kind) % 6]
    for index in modes:  # Each has another layout or, from 9 on, the other mode.
        compare_products(call, layer_case(kind, index), CONVENTIONS[len(kind) % 3], 1)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_products_with_an_activations_jacobian_agree_with_jax(call, name):
    compare_products(call, activation_case(name, 2), "loss", 2)


@pytest.mark.parametrize("index", range(4))
def test_products_through_branches_agree_with_jax(call, index):
    compare_products(call, branched_case(8 + index), CONVENTIONS[index % 3], 2)


# Each example's own derivatives.

LEARNING = [
    "dense", "prelu", "batch_normalization", "layer_normalization", "conv2d", "embedding",
    "simple_rnn", "lstm", "gru", "multi_head_attention",
]


@pytest.mark.parametrize("kind", LEARNING)
def test_each_examples_own_gradients_agree_with_jax(call, kind):
    case = layer_case(kind, 3 + list(CASES).index(kind) % 3)  # In inference nothing mixes them.
    answer = call("backward", body(case, per_example="gradients"))
    theirs = example_gradients(case.layers, case.x, case.y, case.loss, case.context)
    largest = max(np.abs(x).max(initial=0) for x in jax.tree.leaves(theirs))
    of_layers = answer["per_example"]["layers"]
    for index, (layer, ours) in enumerate(zip(case.layers, of_layers, strict=True)):
        for name in layer.get("arrays", {}):
            assert ours["residual"]["d" + name] <= 1e-12
        for example in range(case.m):
            of = {name: value[example] for name, value in ours.items() if name != "residual"}
            for name, gradient in read_parameters(case, layer, of).items():
                what = ("d" + name, index, example, case.layout, case.describe())
                assert_close(gradient, theirs[index][name][example], what, largest)
