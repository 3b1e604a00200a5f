"""Caches are taken as they are: by hand, where they belong to nothing, and those of a pass."""

import numpy as np
from cases import asked, body, branched_case

# Two layers of one unit, two examples: the numbers of the caches belong to nothing.
CACHED = {
    "network": {
        "layers": [
            {"W": [[2]], "b": [[0]], "activation": "relu"},
            {"W": [[3]], "b": [[0]], "activation": "sigmoid"},
        ]
    },
    "batch": {"X": [[1, 2]], "Y": [[1, 0]]},
    "loss": "binary_crossentropy",
    "caches": [{"Z": [[5, -1]], "A": [[10, 20]]}, {"Z": [[0, 0]], "A": [[0.5, 0.75]]}],
}


def test_caches_are_taken_as_they_are(call):
    """dA₂ = (1 − y)/(1 − a) − y/a = (−2, 4) of A₂; dZ₂ = dA₂·σ′(0) = dA₂/4 of Z₂, and not A₂ − Y,
    which is of an A₂ that belongs to Z₂; dW₂ = (−½·10 + 1·20)/2 of A₁; dA₁ = 3·dZ₂; dZ₁ = dA₁ where
    Z₁ > 0, whatever A₁ is; dW₁ = (−1.5·1 + 0·2)/2. The losses are log 2 and log 4."""
    answer = call("backward", {**CACHED, "include": ["dW", "db", "dZ", "dA", "losses", "outputs"]})
    first, second = answer["layers"]
    assert second["dA"] == [[-2, 4]] and second["dZ"] == [[-0.5, 1]]
    assert second["dW"] == [[7.5]] and second["db"] == [[0.25]]
    assert first["dA"] == [[-1.5, 3]] and first["dZ"] == [[-1.5, 0]]
    assert first["dW"] == [[-0.75]] and first["db"] == [[-0.75]]
    np.testing.assert_allclose(answer["losses"], [np.log(2), np.log(4)], rtol=1e-15)
    assert answer["outputs"] == [[0.5, 0.75]]
    assert call("forward", CACHED)["losses"] == answer["losses"]


def test_a_trace_tells_that_a_given_a_is_taken_by_itself(call):
    """Only where A is that of Z do cross-entropy and sigmoid together make A − Y."""
    own = {**CACHED, "caches": [{}, {}]}
    for request, name in [(own, "output_activation_backward"), (CACHED, "activation_backward")]:
        steps = call("backward", {**request, "trace": True})["trace"]
        made = [s["name"] for s in steps if s["pass"] == "backward" and s["result"]["name"] == "dZ2"]
        assert made == [name]


def test_a_cached_z_is_followed_by_the_activation_and_the_layers_after_it(call):
    """A₁ = max(Z₁, 0) = (5, 0), Z₂ = 3·A₁; and a given A₁ wins over what Z₁ would give."""
    only = {**CACHED, "caches": [{"Z": [[5, -1]]}, {}], "include": ["Z", "A"]}
    first, second = call("forward", only)["layers"]
    assert first["A"] == [[5, 0]] and second["Z"] == [[15, 0]]
    only["caches"] = [{"A": [[1, 2]]}, {}]
    first, second = call("forward", only)["layers"]
    assert first["Z"] == [[2, 4]] and first["A"] == [[1, 2]] and second["Z"] == [[3, 6]]


def test_the_caches_of_a_pass_give_what_the_pass_gives(call):
    for index in range(4):
        case = branched_case(index)
        include = asked("Z", "A", "losses")
        alone = call("backward", body(case, include=include))
        caches = [{k: layer[k] for k in ["Z", "A"] if k in layer} for layer in alone["layers"]]
        again = call("backward", body(case, include=include, caches=caches))
        assert again["layers"] == alone["layers"] and again["losses"] == alone["losses"]
