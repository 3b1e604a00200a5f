"""The requests that the servers are measured with, drawn from a seed.

    python payloads.py FOLDER

writes FOLDER/ours/NAME.json, FOLDER/base64/NAME.json and FOLDER/peers/NAME.json and prints what they
hold. The numbers in all are the same, with every digit. Examples are columns: W is out x in, X is inputs x m.
What differs:

* ours asks for "convention": "cost", as the peers' dZ and dA are derivatives of the mean loss;
* in "training", an optimizer's settings are part of it, and a full batch is one without a size.
"""

import base64
import json
import pathlib
import sys

import numpy as np

SEED = 1

# name: (units of each layer, examples, hidden activation, output activation, loss)
SHAPES = {
    "tiny": ([2, 4, 1], 5, "tanh", "sigmoid", "binary_crossentropy"),
    "small": ([4, 16, 3], 150, "relu", "softmax", "categorical_crossentropy"),
    "mnist": ([784, 128, 64, 10], 64, "relu", "softmax", "categorical_crossentropy"),
    "wide": ([1024, 1024, 1024, 10], 256, "relu", "softmax", "categorical_crossentropy"),
    "train-tiny": ([2, 4, 1], 5, "tanh", "sigmoid", "binary_crossentropy"),
    "train-small": ([4, 16, 3], 150, "relu", "softmax", "categorical_crossentropy"),
    "train-mnist": ([784, 128, 10], 512, "relu", "softmax", "categorical_crossentropy"),
}

# A batch size of 0 is the full batch; batches are taken in the order given.
TRAINING = {
    "train-tiny": {"optimizer": "sgd", "learning_rate": 0.1, "epochs": 1000, "batch_size": 0},
    "train-small": {"optimizer": "adam", "learning_rate": 0.01, "epochs": 100, "batch_size": 32},
    "train-mnist": {"optimizer": "adam", "learning_rate": 0.001, "epochs": 10, "batch_size": 64},
}


def draw(name):
    """The body for the peers."""
    units, m, hidden, output, loss = SHAPES[name]
    random = np.random.default_rng([SEED, len(units), m, *units])
    layers = []
    for index, (inputs, outputs) in enumerate(zip(units, units[1:])):
        is_last = index == len(units) - 2
        layers.append({
            "W": (random.standard_normal((outputs, inputs)) * np.sqrt(1.0 / inputs)).tolist(),
            "b": (random.standard_normal(outputs) * 0.01).tolist(),
            "activation": output if is_last else hidden,
        })
    labels = random.integers(0, 2 if units[-1] == 1 else units[-1], m)
    if units[0] == 4:  # Three clusters, as in the iris data.
        centres = random.standard_normal((4, 3))
        X = centres[:, labels] + 0.5 * random.standard_normal((4, m))
    elif units[0] == 2:
        X = random.standard_normal((2, m))
    else:  # Grey levels.
        X = random.random((units[0], m))
    Y = labels[None, :].astype(float) if units[-1] == 1 else np.eye(units[-1])[:, labels]
    body = {
        "network": {"layers": layers},
        "batch": {"X": X.tolist(), "Y": Y.tolist()},
        "loss": loss,
    }
    if name in TRAINING:
        body["training"] = TRAINING[name]
    return body


def as_ours(body):
    """The same request in the words of this service."""
    body = body | {"convention": "cost"}
    if "training" in body:
        body["training"] = {k: v for k, v in body["training"].items() if v != 0}
    return body


def in_base64(body):
    """The same request with its arrays in base64, which asks for an answer in base64."""
    def text(value):
        array = np.asarray(value, "<f8")
        return {"shape": list(array.shape), "dtype": "float64",
                "base64": base64.b64encode(array.tobytes()).decode()}

    layers = [layer | {name: text(layer[name]) for name in ("W", "b")}
              for layer in body["network"]["layers"]]
    batch = {name: text(value) for name, value in body["batch"].items()}
    return as_ours(body) | {"network": {"layers": layers}, "batch": batch, "encoding": "base64"}


def megaflops(name):
    """What the products of one forward and backward pass take."""
    units, m = SHAPES[name][:2]
    weights = [a * b for a, b in zip(units, units[1:])]
    # W·A and dZ·Aᵀ for each layer, Wᵀ·dZ for each but the first.
    return 2 * m * (3 * sum(weights) - weights[0]) / 1e6


def main():
    folder = pathlib.Path(sys.argv[1])
    print(f"{'name':12} {'bytes':>10} {'MFLOP':>8}")
    for name in SHAPES:
        body = draw(name)
        for whose, form in (
                ("peers", body), ("base64", in_base64(body)), ("ours", as_ours(body))):
            (folder / whose).mkdir(parents=True, exist_ok=True)
            text = json.dumps(form, separators=(",", ":"))
            (folder / whose / f"{name}.json").write_text(text)
        print(f"{name:12} {len(text):10} {megaflops(name):8.2f}")


if __name__ == "__main__":
    main()
