"""What the page gives to be taken away, run: it says the same as the service."""

import json
import random
import subprocess
import sys

import numpy as np
import pytest

ACTIVATIONS = [
    "linear", "relu", "leaky_relu", "sigmoid", "tanh", "softmax", "softplus", "elu", "silu", "gelu",
    "selu", "softsign",
]
LOSSES = [
    "binary_crossentropy", "categorical_crossentropy", "mean_squared_error", "half_squared_error",
    "mean_absolute_error", "huber", "log_cosh",
]
INITIALIZERS = [
    "glorot_uniform", "glorot_normal", "he_normal", "he_uniform", "lecun_normal",
    {"type": "random_normal", "scale": 0.5}, "zeros",
]
LAYOUTS = ["course", "pytorch", "keras"]
CONVENTIONS = ["loss", "cost", "sum"]
# These are of probabilities.
BETWEEN_0_AND_1 = {
    "binary_crossentropy": ["sigmoid", "softmax"], "categorical_crossentropy": ["softmax", "sigmoid"],
}


def array(rng, *shape):
    return rng.standard_normal(shape).round(3).tolist()


def request(number):
    """A request of its own for each number; each name comes in some."""
    rng, choose = np.random.default_rng(number), random.Random(number).choice
    loss = LOSSES[number % len(LOSSES)]
    last = choose(BETWEEN_0_AND_1.get(loss, ACTIVATIONS))
    layout, convention = LAYOUTS[number % 3], CONVENTIONS[number // 3 % 3]
    inputs, m, outputs = choose([1, 2, 3]), choose([1, 4, 7]), choose([2, 3])
    sizes = [choose([1, 3, 4]) for _ in range(choose([0, 1, 2]))] + [outputs]
    activations = [ACTIVATIONS[(number + i) % len(ACTIVATIONS)] for i in range(len(sizes) - 1)]
    layers, width, draws = [], inputs, number % 2 == 0
    for size, activation in zip(sizes, [*activations, last]):
        if draws:
            layers.append({"units": size, "activation": activation})
        else:
            shape = (width, size) if layout == "keras" else (size, width)
            b = array(rng, size, 1) if layout == "course" else array(rng, size)
            layers.append({"W": array(rng, *shape), "b": b, "activation": activation})
        width = size
    network = {"layers": layers}
    if draws:
        network |= {"seed": number, "initializer": INITIALIZERS[number // 2 % len(INITIALIZERS)]}
    y = np.eye(outputs)[rng.integers(0, outputs, m)]
    x = rng.standard_normal((m, inputs)).round(3)
    turn = (lambda a: a.T.tolist()) if layout == "course" else (lambda a: a.tolist())
    body = {"network": network, "batch": {"X": turn(x), "Y": turn(y)}, "loss": loss}
    if layout != "course" or number % 4 == 0:
        body["layout"] = layout
    if convention != "loss" or number % 4 == 0:
        body["convention"] = convention
    if number % 5 == 0:
        scale = choose(["lambda/2m", "lambda/2", "lambda"])
        body["penalty"] = {"l2": 0.7, "l1": 0.2, "scale": scale}
    return body


COUNT = 84


@pytest.fixture(scope="module")
def taken(run_node, address):
    """[(request, its path, what is taken away of it)]."""
    batch = {"X": [[1, 2, 3]], "Y": [[0, 1, 1]]}
    network = {"layers": [{"W": [[0.5]], "b": [[0.0]], "activation": "sigmoid"}]}
    rest = {"network": network, "batch": batch, "loss": "binary_crossentropy"}
    calls = [("/backward", request(number)) for number in range(COUNT)] + [
        ("/forward", rest),
        ("/check", rest | {"submitted": {"dW1": [[1.0]]}, "probe": True}),
        ("/train", rest | {"training": {"optimizer": "sgd", "epochs": 2}}),
    ]
    asked = [{"path": path, "body": body, "origin": address} for path, body in calls]
    texts = json.loads(run_node("Tests/Page/takeaway-of.js", input=json.dumps(asked)))
    return [(body, path, text) for (path, body), text in zip(calls, texts)]


def run(*command, input=None):
    done = subprocess.run(command, input=input, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_name_is_tried():
    bodies = [request(number) for number in range(COUNT)]
    used = {layer["activation"] for body in bodies for layer in body["network"]["layers"]}
    assert used == set(ACTIVATIONS)
    assert {body["loss"] for body in bodies} == set(LOSSES)


@pytest.mark.parametrize("number", range(COUNT))
def test_numpy_code_computes_what_the_service_answers(number, taken, call):
    body, _, text = taken[number]
    names = {"print": lambda *_: None}
    exec(text["numpy"], names)
    asked = body | {"include": ["dW", "db", "dZ", "dA", "dX", "Z", "A", "losses", "W"]}
    answer = call("backward", asked)

    def same(name, ours):
        np.testing.assert_allclose(
            names[name], np.array(ours, float), rtol=1e-9, atol=1e-12, err_msg=text["numpy"])

    same("J", answer["cost"])
    same("losses", answer["losses"])
    same("dA0", answer["dX"])
    for l, layer in enumerate(answer["layers"], 1):
        for name in ("Z", "A", "W", "dZ", "dA", "dW", "db"):
            same(f"{name}{l}", layer[name])


def test_numpy_code_runs_as_a_program(taken):
    printed = run(sys.executable, "-", input=taken[0][2]["numpy"])
    assert printed.startswith("cost J = ") and "dW1 =\n" in printed


@pytest.mark.parametrize("number", [*range(0, COUNT, 12), COUNT, COUNT + 1, COUNT + 2])
def test_curl_asks_the_same(number, taken, client):
    body, path, text = taken[number]
    assert json.loads(run("bash", "-c", text["curl"])) == client.post(path, json=body).json()


@pytest.mark.parametrize("number", [*range(0, COUNT, 12), COUNT, COUNT + 1, COUNT + 2])
def test_python_asks_the_same(number, taken, client):
    body, path, text = taken[number]
    names = {"print": lambda *_: None}
    exec(text["python"], names)
    assert names["request"] == body
    assert names["answer"] == client.post(path, json=body).json()


def test_json_is_the_body(taken):
    for body, _, text in taken:
        assert json.loads(text["json"]) == body
