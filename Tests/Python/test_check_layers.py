"""/check on networks of every kind of layer: what is right is called right, what is not is named."""

import numpy as np
import pytest
from cases import CASES, asked, body, layer_case

KINDS = sorted(CASES)
INDICES = range(3)  # One in each layout.


def derivatives(call, case, convention):
    """What /backward answers, as a submission."""
    request = body(case, convention=convention)
    answer = call("backward", request | {"include": asked()})
    layers = []
    for layer in answer["layers"]:
        # A penalty's terms stand beside the whole.
        layers.append({name: array for name, array in layer.items() if name[0] == "d"})
    return request, {"layers": layers, "dX": answer["dX"], "cost": answer["cost"]}


@pytest.mark.parametrize("index", INDICES)
@pytest.mark.parametrize("kind", KINDS)
def test_right_derivatives_are_called_right(call, kind, index):
    case = layer_case(kind, index)
    for convention in ["loss", "cost"]:
        request, submitted = derivatives(call, case, convention)
        answer = call("check", request | {"submitted": submitted})
        assert answer["verdict"] == "correct", answer["summary"]
        assert convention in answer["conventions"]
        assert answer["score"] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_sign_is_named_where_it_was_lost(call, kind):
    request, submitted = derivatives(call, layer_case(kind, 0), "loss")
    first = next(layer for layer in reversed(submitted["layers"]) if "dW" in layer)
    first["dW"] = (-np.array(first["dW"])).tolist()
    answer = call("check", request | {"submitted": submitted})
    assert answer["verdict"] == "wrong"
    assert [mistake["name"] for mistake in answer["mistakes"]] == ["sign"]
    assert answer["first_wrong"].startswith("dW")


@pytest.mark.parametrize("kind", KINDS)
def test_our_own_derivatives_agree_with_central_differences(call, kind):
    request = body(layer_case(kind, 1)) | {"numerical": {"seed": 1, "sample": 20}}
    numerical = call("check", request)["numerical"]
    assert numerical["verdict"] in ("agrees", "within_noise", "at_kink"), numerical["sentence"]
