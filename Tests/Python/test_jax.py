"""Every gradient beside JAX's automatic differentiation, on random networks."""

import numpy as np
import pytest
from layouts import LAYOUTS, READERS, request, signal_in
from networks import random_network
from reference import ACTIVATIONS, LOSSES, gradients

CONVENTIONS = ["loss", "cost", "sum"]
# JAX's derivative is of J: what it is multiplied by to be that of another convention.
FROM_COST = {
    "loss": {"dW": 0, "db": 0, "dZ": 1, "dA": 1},
    "cost": {"dW": 0, "db": 0, "dZ": 0, "dA": 0},
    "sum": {"dW": 1, "db": 1, "dZ": 1, "dA": 1},
}  # Exponents of m.


def assert_close(ours, theirs, what, largest=0):
    """Equal to 1e-10 of the tensor's largest number: rounding through at most five products.

    A tensor whose terms cancel is rounded as its terms are: it may be off by 1e-15 of the `largest`
    derivative in the network.
    """
    assert ours.shape == theirs.shape, what
    tolerance = max(1e-10 * np.abs(theirs).max(), 1e-15 * largest)
    assert np.abs(ours - theirs).max() <= tolerance, what


def compare(call, seed, network, layout, convention):
    parameters, x, y, activations, loss = network
    losses, layers, dx = gradients(parameters, x, y, activations, loss)
    m = len(x)
    answer = call(
        "backward",
        request(
            parameters, x, y, activations, loss, layout, convention=convention,
            include=["dW", "db", "dZ", "dA", "dX", "losses"],
        ),
    )
    assert_close(np.array(answer["losses"]), losses, "losses")
    assert_close(np.array(answer["cost"]), losses.mean(), "cost")
    largest = m * max(np.abs(layer[name]).max() for layer in layers for name in READERS)
    for index, theirs in enumerate(layers):
        for name, read in READERS.items():
            assert_close(
                read(answer["layers"][index][name], layout),
                theirs[name] * float(m) ** FROM_COST[convention][name],
                f"{name}{index + 1} of seed {seed}, {activations}, {loss}",
                largest,
            )
    factor = float(m) ** FROM_COST[convention]["dZ"]
    assert_close(signal_in(answer["dX"], layout), dx * factor, "dX", largest)


@pytest.mark.parametrize("seed", range(240))
def test_random_network_agrees_with_jax(call, seed):
    compare(call, seed, random_network(seed), LAYOUTS[seed % 3], CONVENTIONS[seed // 3 % 3])


REGRESSIONS = [name for name in LOSSES if "crossentropy" not in name]


@pytest.mark.parametrize("loss", REGRESSIONS)
@pytest.mark.parametrize("output", ACTIVATIONS)
def test_each_output_activation_with_each_regression_agrees_with_jax(call, output, loss):
    network = random_network(7, loss, output, depth=2, units=4, examples=5)
    compare(call, 7, network, "keras", "cost")


@pytest.mark.parametrize("loss", ["binary_crossentropy", "categorical_crossentropy"])
@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_each_pair_of_probabilities_and_crossentropy_agrees_with_jax(call, output, loss):
    for seed in range(6):
        network = random_network(seed, loss, output, depth=2, units=4, examples=5)
        compare(call, seed, network, "pytorch", "loss")


def test_class_indices_give_what_one_hot_targets_give(call):
    parameters, x, y, activations, _ = random_network(
        1, "categorical_crossentropy", "softmax", units=5, examples=7
    )
    dense = request(parameters, x, y, activations, "categorical_crossentropy")
    sparse = {**dense, "loss": "sparse_categorical_crossentropy"}
    sparse["batch"] = {"X": dense["batch"]["X"], "Y": y.argmax(axis=1).tolist()}
    one, other = call("backward", dense), call("backward", sparse)
    assert one["layers"] == other["layers"] and one["cost"] == other["cost"]


@pytest.mark.parametrize(
    "loss, output", [("binary_crossentropy", "sigmoid"), ("categorical_crossentropy", "softmax")]
)
def test_logits_of_a_linear_layer_give_what_the_activation_gives(call, loss, output):
    parameters, x, y, activations, _ = random_network(4, loss, output, units=3)
    with_activation = call("backward", request(parameters, x, y, activations, loss))
    logits = {"type": loss, "from_logits": True}
    linear = request(parameters, x, y, [*activations[:-1], "linear"], logits)
    with_logits = call("backward", linear)
    for one, other in zip(with_activation["layers"], with_logits["layers"]):
        np.testing.assert_allclose(other["dW"], one["dW"], rtol=1e-12, atol=1e-15)
    last = with_logits["layers"][-1]
    assert last["dA"] == last["dZ"] == with_activation["layers"][-1]["dZ"]


def test_mean_over_outputs_divides_by_their_number(call):
    network = random_network(5, "binary_crossentropy", "sigmoid", units=4)
    parameters, x, y, activations, loss = network
    total = call("backward", request(parameters, x, y, activations, loss))
    mean = call(
        "backward",
        request(parameters, x, y, activations, {"type": loss, "outputs": "mean"}),
    )
    assert mean["cost"] == pytest.approx(total["cost"] / 4, rel=1e-14)
    np.testing.assert_allclose(
        np.array(mean["layers"][0]["dW"]) * 4, total["layers"][0]["dW"], rtol=1e-13
    )


def test_float32_agrees_with_jax_to_its_own_rounding(call):
    parameters, x, y, activations, loss = random_network(12)
    _, layers, _ = gradients(parameters, x, y, activations, loss)
    answer = call(
        "backward",
        request(parameters, x, y, activations, loss, convention="cost", precision="float32"),
    )
    ours = np.array(answer["layers"][0]["dW"])
    assert (ours == ours.astype(np.float32)).all()
    np.testing.assert_allclose(ours, layers[0]["dW"], rtol=1e-4, atol=1e-6)
