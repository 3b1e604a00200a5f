"""/convert beside NumPy's transpositions, and beside /backward in the other convention and layout."""

import copy

import numpy as np
import pytest
from cases import CASES, Case, asked, body, layer_case, seeded
from layouts import LAYOUTS, array_in, signal_in
from test_layers import CONVENTIONS, FROM_COST

PLACES = [(convention, layout) for convention in CONVENTIONS for layout in LAYOUTS]
# Two roundings: by m, or by 1/m, which is rounded itself.
ROUNDING = 4 * np.finfo(float).eps


def notation(place):
    return {"convention": place[0], "layout": place[1]}


def factor(name, place, to, m):
    """What a derivative is multiplied by: a signal's name ends with a capital letter of its own."""
    kind = "signal" if name in ["dZ", "dA", "dX"] else "parameter"
    return float(m) ** (FROM_COST[to[0]][kind] - FROM_COST[place[0]][kind])


def tensors(layer, arrays):
    """What a layer of an answer has that /convert takes."""
    return {"type": layer["type"], **{name: a for name, a in arrays.items() if name[0] == "d"}}


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("index", range(3))
def test_the_tensors_of_every_layer_are_those_of_numpy(call, kind, index):
    """Each array is read by the layout that it came in, and by that which it went to."""
    case = layer_case(kind, index)
    rng = seeded("convert", kind, index)
    convention = "loss" if case.mixes_examples else str(rng.choice(CONVENTIONS))
    answer = call("backward", body(case, convention=convention, include=asked()))
    m = case.denominator or case.m
    options = {"denominator": float(m)} if case.denominator else {}
    place = (convention, case.layout)
    for to in PLACES:
        layers = [tensors(*pair) for pair in zip(case.layers, answer["layers"])]
        if to[1] != "pytorch":
            for layer in layers:
                if layer["type"] in ["simple_rnn", "lstm"]:
                    layer.pop("db_recurrent", None)  # Which only PyTorch has.
        request = {"from": notation(place), "to": notation(to), "layers": layers, **options}
        # X of indices has no axes but that of the positions: it is no signal of units.
        request["dX"] = answer["dX"]
        converted = call("convert", request)
        pairs = [(None, {"dX": answer["dX"]}, {"dX": converted["dX"]})]
        pairs += [
            (layer, own, theirs)
            for layer, own, theirs in zip(case.layers, layers, converted["layers"])
        ]
        for layer, own, theirs in pairs:
            assert list(theirs) and own.keys() - {"type"} == theirs.keys()
            for name in theirs:
                if name in ["dZ", "dA", "dX"]:
                    before = signal_in(own[name], place[1])
                    after = signal_in(theirs[name], to[1])
                else:
                    axes = layer["arrays"][name[1:]].ndim
                    before = array_in(layer["type"], own[name], place[1], axes)
                    after = array_in(layer["type"], theirs[name], to[1], axes)
                expected = before * factor(name, place, to, m)
                np.testing.assert_allclose(after, expected, rtol=ROUNDING, atol=0)
                assert converted["factors"][name] == pytest.approx(
                    factor(name, place, to, m), rel=ROUNDING
                )


# Networks that are the same function in every layout: nothing flattens an image.
def dense(case):
    return case.start(4).dense(3, "relu").dense(2, "sigmoid")


def convolution(case):
    case.start(5, 4, 2).conv2d([2, 3], 3).conv2d([2, 1], 2, activation="relu")
    return case.add("global_average_pooling2d")


def sequence(case):
    return case.start(4, 3).recurrent("lstm", 4, return_sequences=True).recurrent("gru", 3)


@pytest.mark.parametrize("network", [dense, convolution, sequence])
@pytest.mark.parametrize("to", PLACES)
def test_what_backward_answers_is_converted_to_what_it_answers_elsewhere(call, network, to):
    case = network(Case(seeded("convert", network.__name__), "course", "training")).regression()

    def backward(place):
        there = copy.copy(case)
        there.layout = place[1]
        there.layers = copy.deepcopy(case.layers)
        for layer in there.layers:
            if layer["type"] == "lstm" and place[1] == "pytorch":
                layer["arrays"]["b_recurrent"] = np.zeros_like(layer["arrays"]["b"])
        return call("backward", body(there, convention=place[0], include=asked()))

    expected = backward(to)
    for place in PLACES:
        answer = backward(place)
        layers = [tensors(*pair) for pair in zip(case.layers, answer["layers"])]
        for layer in layers:
            if layer["type"] == "lstm":
                layer.pop("db_recurrent", None)
        converted = call(
            "convert",
            {
                "from": notation(place), "to": notation(to), "layers": layers,
                "dX": answer["dX"],
            },
        )
        pairs = [(converted, expected, ["dX"])]
        pairs += [
            (ours, theirs, list(ours))
            for ours, theirs in zip(converted["layers"], expected["layers"])
        ]
        for ours, theirs, names in pairs:
            assert names
            for name in names:
                one, other = np.array(ours[name]), np.array(theirs[name])
                # The layouts add up the same terms in their own order.
                np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
        assert converted["meaning"]["convention"] == to[0]
        for name in ["dA", "dX", "dW", "db"]:
            assert converted["meaning"][name]["times"] == expected["meaning"][name]["times"]


@pytest.mark.parametrize("to", PLACES)
def test_the_flat_dictionary_is_converted_as_the_layers_are(call, to):
    case = dense(Case(seeded("convert", "flat"), "course", "training")).regression()
    answer = call("backward", body(case, include=asked()))
    flat = {
        f"{name}{number}": array
        for number, layer in enumerate(answer["layers"], 1) for name, array in layer.items()
    }
    flat["dA0"] = answer["dX"]
    layers = call("convert", {"to": notation(to), "layers": answer["layers"]})["layers"]
    converted = call("convert", {"to": notation(to), "tensors": flat})["tensors"]
    assert list(converted) == list(flat)
    for number, layer in enumerate(layers, 1):
        for name, array in layer.items():
            assert converted[f"{name}{number}"] == array
    dX = call("convert", {"to": notation(to), "dX": answer["dX"]})["dX"]
    assert converted["dA0"] == dX


def test_a_penalty_is_taken_out_of_the_sum_and_put_back(call):
    case = dense(Case(seeded("convert", "penalty"), "course", "training")).regression()
    penalty = {"l2": 0.7, "l1": 0.1, "scale": "lambda/2m"}

    def backward(convention):
        return call("backward", body(case, convention=convention, penalty=penalty))["layers"]

    for one in CONVENTIONS:
        for other in CONVENTIONS:
            converted = call("convert", {
                "from": {"convention": one}, "to": {"convention": other},
                "layers": backward(one),
            })
            for ours, theirs in zip(converted["layers"], backward(other)):
                assert ours.keys() == theirs.keys()
                for name in ours:
                    # Taking the penalty out of dW rounds by the larger of the two.
                    np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-12, atol=1e-14)
