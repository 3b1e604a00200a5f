"""What holds between the conventions, on the service."""

import numpy as np
import pytest
from layouts import LAYOUTS, request
from networks import random_network

CONVENTIONS = ["loss", "cost", "sum"]
DERIVATIVES = ["dW", "db", "dZ", "dA"]


@pytest.fixture(params=range(9))
def answers(request, call):
    """The same network in every convention, and m."""
    seed = request.param
    parameters, x, y, activations, loss = random_network(seed)
    body = lambda convention: body_of(
        parameters, x, y, activations, loss, LAYOUTS[seed % 3], convention
    )
    return {c: call("backward", body(c)) for c in CONVENTIONS}, len(x)


def body_of(parameters, x, y, activations, loss, layout, convention):
    return request(
        parameters, x, y, activations, loss, layout, convention=convention,
        include=[*DERIVATIVES, "dX"],
    )


def arrays(answer, name):
    return [np.array(layer[name]) for layer in answer["layers"]]


# One rounding by a division or a multiplication by m.
close = dict(rtol=4e-16, atol=0)


@pytest.mark.parametrize("name", ["dW", "db"])
def test_parameters_gradients_are_equal_in_loss_and_cost(answers, name):
    by, _ = answers
    for one, other in zip(arrays(by["loss"], name), arrays(by["cost"], name)):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", ["dZ", "dA"])
def test_signals_gradients_differ_by_m(answers, name):
    by, m = answers
    for loss, cost, total in zip(*(arrays(by[c], name) for c in CONVENTIONS)):
        np.testing.assert_array_equal(cost, loss / m)
        np.testing.assert_array_equal(total, loss)


@pytest.mark.parametrize("name", ["dW", "db"])
def test_sums_are_m_times_the_means(answers, name):
    by, m = answers
    for total, mean in zip(arrays(by["sum"], name), arrays(by["loss"], name)):
        np.testing.assert_array_equal(total / m, mean)


def test_the_cost_is_the_same_in_every_convention(answers):
    by, _ = answers
    assert by["loss"]["cost"] == by["cost"]["cost"] == by["sum"]["cost"]


@pytest.mark.parametrize("name", [*DERIVATIVES, "dX"])
def test_times_converts_each_convention_into_each(answers, name):
    by, _ = answers
    read = lambda a: [np.array(a["dX"])] if name == "dX" else arrays(a, name)
    for source in CONVENTIONS:
        for target in CONVENTIONS:
            factor = by[source]["meaning"][name]["times"][target]
            for have, want in zip(read(by[source]), read(by[target])):
                np.testing.assert_allclose(have * factor, want, **close)


def test_the_mean_of_single_examples_gradients_is_the_batchs(call):
    parameters, x, y, activations, loss = random_network(3, examples=7)
    body = lambda rows: request(parameters, x[rows], y[rows], activations, loss)
    whole = call("backward", body(slice(None)))
    single = [call("backward", body(slice(i, i + 1))) for i in range(7)]
    for name in ["dW", "db"]:
        for index, batch in enumerate(arrays(whole, name)):
            mean = np.mean([arrays(one, name)[index] for one in single], axis=0)
            np.testing.assert_allclose(mean, batch, rtol=1e-13, atol=1e-16)


def test_sums_over_shards_add_up(call):
    parameters, x, y, activations, loss = random_network(8, examples=7)
    body = lambda rows: request(
        parameters, x[rows], y[rows], activations, loss, convention="sum"
    )
    shards = [call("backward", body(rows)) for rows in (slice(0, 3), slice(3, 7))]
    whole = call("backward", request(parameters, x, y, activations, loss))
    m = sum(shard["meaning"]["denominator"] for shard in shards)
    total = sum(arrays(shard, "dW")[0] for shard in shards)
    np.testing.assert_allclose(total / m, arrays(whole, "dW")[0], rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("scale, r, slope", [
    ("lambda/2m", lambda m: 1 / (2 * m), lambda m: 1 / m),
    ("lambda/2", lambda m: 1 / 2, lambda m: 1.0),
    ("lambda", lambda m: 1.0, lambda m: 2.0),
])
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_the_penalty_stands_apart_and_is_never_divided_by_m(call, convention, scale, r, slope):
    parameters, x, y, activations, loss = random_network(6, examples=5)
    body = request(parameters, x, y, activations, loss, convention=convention)
    plain = call("backward", body)
    penalized = call("backward", {**body, "penalty": {"l2": 0.7, "scale": scale}})
    squares = sum((np.asarray(w) ** 2).sum() for w, _ in parameters)
    assert penalized["cost_data"] == plain["cost"]
    assert penalized["cost_penalty"] == pytest.approx(0.7 * r(5) * squares, rel=1e-13)
    assert penalized["cost"] == penalized["cost_data"] + penalized["cost_penalty"]
    for (w, _), with_, without in zip(parameters, penalized["layers"], plain["layers"]):
        assert with_["dW_data"] == without["dW"] and with_["db"] == without["db"]
        np.testing.assert_allclose(with_["dW_penalty"], 0.7 * slope(5) * w, rtol=1e-14)
        parts = np.array(with_["dW_data"]) + (convention != "sum") * np.array(with_["dW_penalty"])
        np.testing.assert_array_equal(with_["dW"], parts)
    assert penalized["meaning"]["dW_penalty"]["times"] == {"loss": 1, "cost": 1, "sum": 1}
