"""Bad input: a clear 4xx that points to the field, and a server that goes on."""

import copy

import numpy as np
import pytest

GOOD = {
    "network": {
        "layers": [
            {"W": [[0.1, 0.2], [0.3, -0.1], [0.0, 0.4]], "b": [0, 0, 0], "activation": "relu"},
            {"W": [[0.5, -0.3, 0.2]], "b": [0], "activation": "sigmoid"},
        ]
    },
    "batch": {"X": [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]], "Y": [[0, 1, 0, 1, 1]]},
    "loss": "binary_crossentropy",
}
LEFT_OUT = object()


def changed(pointer, value):
    """GOOD with the value at a pointer replaced, added, or left out."""
    body = copy.deepcopy(GOOD)
    *path, last = [int(p) if p.isdigit() else p for p in pointer.split("/")[1:]]
    parent = body
    for step in path:
        parent = parent[step]
    if value is LEFT_OUT:
        del parent[last]
    else:
        parent[last] = value
    return body


W0, B0, X, Y = "/network/layers/0/W", "/network/layers/0/b", "/batch/X", "/batch/Y"
# What is changed, to what; where the fault is; words of the detail or of the hint.
FIELDS = [
    (X, LEFT_OUT, "/batch", '"X" is missing'),
    (Y, LEFT_OUT, "/batch", '"Y" is missing'),
    ("/loss", LEFT_OUT, "", '"loss" is missing'),
    ("/batch", LEFT_OUT, "", '"batch" is missing'),
    ("/network", LEFT_OUT, "", '"network" is missing'),
    ("/network/layers", [], "/network/layers", "at least one layer"),
    ("/network/layers", {}, "/network/layers", "an array"),
    (X, [], X, "units × examples"),
    (X, [[], []], X, "at least one example"),
    (X, [[1, 2], [3]], X + "/1", ""),
    (X, [[1, "2"], [3, 4]], X + "/0/1", "a string"),
    (X, [[1, None], [3, 4]], X + "/0/1", "null"),
    (X, [[1, True], [3, 4]], X + "/0/1", "a boolean"),
    (X, [[1, [2]], [3, 4]], X + "/0/1", ""),
    (X, "1", X, "a string"),
    (X, 1, X, "a number"),
    (X, [1, 2, 3], X, "a flat list of 3"),
    (X, [[[1]]], W0, "X has 1 × 1 of each example"),
    (X, [[1] * 5] * 3, "/network/layers/0/W", "X has 3 units"),
    (Y, [[0, 1, 0]], Y, "expected 1 × 5"),
    (Y, [0, 1, 0, 1, 1], Y, "a flat list of 5"),
    (Y, [[0], [1], [0], [1], [1]], Y, "transposed"),
    (Y, [[0, 1, 2, 1, 1]], Y, "Y[0, 2] is 2.0"),
    (W0, [[0.1, 0.2], [0.3, -0.1]], "/network/layers/1/W", "layer 0 has 2 units"),
    (W0, [[1, 2, 3], [4, 5, 6], [7, 8, 9]], W0, "X has 2 units"),
    (W0, LEFT_OUT, "/network/layers/0", '"W" is missing'),
    (W0, [[]], W0, ""),
    (B0, LEFT_OUT, "/network/layers/0", '"b" is missing'),
    (B0, [0, 0], B0, "b has 2 numbers, expected 3"),
    (B0, [[0, 0, 0], [0, 0, 0], [0, 0, 0]], B0, "b is 3 × 3"),
    ("/network/layers/0/activation", "rellu", "/network/layers/0/activation", '"relu"'),
    ("/network/layers/0/activation", "swish", "/network/layers/0/activation", '"silu"'),
    ("/network/layers/0/activation", 3, "/network/layers/0/activation", "a number"),
    ("/network/layers/0/activation", {"type": "elu", "alfa": 1},
     "/network/layers/0/activation/alfa", "known: type, alpha"),
    ("/network/layers/0/activation", {"type": "elu", "alpha": -1},
     "/network/layers/0/activation/alpha", "out of range"),
    ("/network/layers/0/activation", {"slope": 1}, "/network/layers/0/activation", '"type"'),
    ("/network/layers/0/units", 3, "/network/layers/0/units", "either"),
    ("/network/layers/0/type", "conv3d", "/network/layers/0/type", '"conv2d"'),
    ("/network/layers/0/type", "conv2d", W0, "height × width × inputs × outputs"),
    ("/network/layers/0/bias", [0], "/network/layers/0/bias", "unknown field"),
    ("/loss", "mse", "/loss", '"mean_squared_error"'),
    ("/loss", {"type": "huber", "delta": 0}, "/loss/delta", "out of range"),
    ("/loss", {"type": "binary_crossentropy", "from_logits": True},
     "/network/layers/1/activation", "from_logits"),
    ("/loss", "sparse_categorical_crossentropy", Y, "class index"),
    ("/layout", "torch", "/layout", '"pytorch"'),
    ("/convention", "mean", "/convention", "unknown convention"),
    ("/precision", "float23", "/precision", '"float32"'),
    ("/encoding", "nest", "/encoding", '"nested"'),
    ("/include", ["dw"], "/include/0", '"dW"'),
    ("/include", "dW", "/include", "a string"),
    ("/conventoin", "loss", "/conventoin", '"convention"'),
    ("/penalty", {"l2": 1}, "/penalty", '"scale" is missing'),
    ("/penalty", {"scale": "lambda"}, "/penalty", '"l2"'),
    ("/penalty", {"l2": -1, "scale": "lambda"}, "/penalty/l2", "out of range"),
    ("/penalty", {"l2": 1, "scale": "lambda/m"}, "/penalty/scale", '"lambda/2m"'),
    (X, {"shape": [2, 5], "data": [1] * 9}, X, "9"),
    (X, {"shape": [-1], "data": []}, X + "/shape/0", ""),
    (X, {"shape": [2**40, 2**40], "data": []}, X, ""),
    (X, {"shape": [1], "base64": "AAAA"}, X, ""),
    (X, {"shape": [1], "base64": "AAAAAAAA+H8="}, X, ""),  # NaN
    (X, {"shape": [1], "base64": "!"}, X, ""),
    (X, {"shape": [1], "dtype": "int8", "base64": "AA=="}, X + "/dtype", ""),
]


@pytest.mark.parametrize("pointer, value, at, words", FIELDS)
def test_a_wrong_field_is_pointed_at(client, pointer, value, at, words):
    response = client.post("/backward", json=changed(pointer, value))
    assert response.status_code == 422, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    faults = [f for f in problem["errors"] if f["pointer"].startswith(at)]
    assert faults, problem
    assert any(words in f["detail"] + f.get("hint", "") for f in faults), problem


TEXTS = [
    (b'{"batch": {"X": [[1, NaN]]}}', "/batch/X/0/1", "NaN"),
    (b'{"batch": {"X": [[1, Infinity]]}}', "/batch/X/0/1", ""),
    (b'{"batch": {"X": [[1, 1e999]]}}', "/batch/X/0/1", ""),
    (b'{"batch": {"X": [[1, 2}', "/batch/X/0", ""),
    (b'{"batch": {"X": [[01]]}}', "/batch/X/0", ""),
    (b'{"loss": "mse",}', "", ""),
    (b'{"loss": "\xff"}', "/loss", "UTF-8"),
    (b"", "", ""),
    (b"{} {}", "", ""),
    (b"[" * 100_000, "/0/0", "deep"),
]


@pytest.mark.parametrize("text, pointer, words", TEXTS, ids=range(len(TEXTS)))
def test_text_that_is_not_json_is_refused_with_its_place(client, text, pointer, words):
    response = client.post(
        "/backward", content=text, headers={"Content-Type": "application/json"}
    )
    problem = response.json()
    assert response.status_code == 400, problem
    assert problem["line"] >= 1 and problem["column"] >= 1
    assert problem["errors"][0]["pointer"].startswith(pointer), problem
    assert words in problem["detail"], problem


def test_doubled_names_are_refused_after_unescaping(client):
    body = b'{"loss": "huber", "\\u006coss": "huber"}'
    response = client.post("/backward", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/loss"


def test_several_faults_are_told_together(client):
    body = changed("/loss", "bce")
    body["network"]["layers"][0]["activation"] = "rellu"
    body["network"]["layers"][1]["b"] = "0"
    body["spare"] = 1
    pointers = {f["pointer"] for f in client.post("/backward", json=body).json()["errors"]}
    assert pointers == {
        "/loss", "/network/layers/0/activation", "/network/layers/1/b", "/spare"
    }


@pytest.mark.parametrize("layout", ["pytorch", "keras"])
def test_arrays_of_another_layout_are_refused_with_its_name(client, layout):
    body = copy.deepcopy(GOOD)
    body["batch"] = {k: np.array(v).T.tolist() for k, v in body["batch"].items()}
    if layout == "keras":
        for layer in body["network"]["layers"]:
            layer["W"] = np.array(layer["W"]).T.tolist()
    problem = client.post("/backward", json=body).json()
    assert any(f'"{layout}"' in f.get("hint", "") for f in problem["errors"]), problem
    assert client.post("/backward", json={**body, "layout": layout}).status_code == 200


@pytest.mark.parametrize("field, value", [
    ("units", 2_000_000_000), ("units", 30_000_000),
])
def test_more_than_the_limit_is_refused_with_both_numbers(client, field, value):
    body = copy.deepcopy(GOOD)
    body["network"]["layers"] = [{"units": value}, {"units": 1, "activation": "sigmoid"}]
    problem = client.post("/backward", json=body).json()
    assert problem["status"] == 422
    assert any("the limit is 50000000" in f["detail"] for f in problem["errors"]), problem


@pytest.mark.parametrize("training, pointer", [
    ({}, "/training"),
    ({"optimizer": "sgd"}, "/training"),
    ({"optimizer": "adm", "epochs": 1}, "/training/optimizer"),
    ({"optimizer": "sgd", "epochs": 0}, "/training/epochs"),
    ({"optimizer": "sgd", "epochs": 1.5}, "/training/epochs"),
    ({"optimizer": "sgd", "epochs": 1, "batch_size": 0}, "/training/batch_size"),
    ({"optimizer": "sgd", "epochs": 1, "learning_rate": -1}, "/training/learning_rate"),
    ({"optimizer": {"type": "adam", "learning_rate": 1}, "epochs": 1},
     "/training/optimizer/learning_rate"),
    ({"optimizer": {"type": "momentum", "style": "tf"}, "epochs": 1},
     "/training/optimizer/style"),
    ({"optimizer": "sgd", "epochs": 1_000_000_000, "batch_size": 1}, "/training/epochs"),
])
def test_a_wrong_training_setting_is_pointed_at(client, training, pointer):
    problem = client.post("/train", json={**GOOD, "training": training}).json()
    assert problem["status"] == 422
    assert pointer in [f["pointer"] for f in problem["errors"]], problem


def test_the_connection_serves_on_after_a_refusal(address):
    import http.client

    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
    headers = {"Content-Type": "application/json"}
    for body in [b"{", b'{"a": 1}', b"[]"] * 3:
        connection.request("POST", "/backward", body, headers)
        response = connection.getresponse()
        assert response.status in (400, 422)
        assert not response.will_close
        response.read()
    socket = connection.sock
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200 and connection.sock is socket


@pytest.mark.parametrize("method, path, headers, status", [
    ("GET", "/nothing", {}, 404),
    ("GET", "/backward", {}, 405),
    ("POST", "/healthz", {"Content-Type": "application/json"}, 405),
    ("POST", "/backward", {}, 415),
    ("POST", "/backward", {"Content-Type": "text/plain"}, 415),
    ("POST", "/backward", {"Content-Type": "application/json; charset=utf-16"}, 415),
    ("POST", "/backward",
     {"Content-Type": "application/json", "Content-Encoding": "br"}, 415),
])
def test_what_no_endpoint_takes_is_refused(client, method, path, headers, status):
    content = b"{}" if method == "POST" else None
    response = client.request(method, path, content=content, headers=headers)
    assert response.status_code == response.json()["status"] == status
    assert ("Allow" in response.headers) == (status == 405)
