"""Do two servers answer the same? Numbers are compared by name, not by where they stand."""

import base64
import json

import numpy as np


def numbers(text):
    """The numbers of an answer that all servers give, flat, by name."""
    answer = json.loads(text)
    found = {}
    if "cost" in answer:  # /backward
        found["cost"] = answer["cost"]
        layers, names = answer["layers"], ("dW", "db", "dZ", "dA")
    else:  # /train
        found["costs"] = answer["costs"]
        layers, names = answer["network"]["layers"], ("W", "b")
    for index, layer in enumerate(layers):
        for name in names:
            found[f"{name}[{index + 1}]"] = layer[name]
    return {name: flat(value) for name, value in found.items()}


def flat(value):
    """The numbers of nested lists, or of an array in base64."""
    if isinstance(value, dict):
        return np.frombuffer(base64.b64decode(value["base64"]), value["dtype"]).astype(float)
    return np.asarray(value, float).ravel()


def largest_difference(a, b):
    """The largest difference of two arrays of one name, relative to the larger's largest number."""
    if a.keys() != b.keys():
        raise ValueError(f"one answer has {sorted(a)}, the other {sorted(b)}")
    worst = 0.0
    for name, x in a.items():
        y = b[name]
        if x.shape != y.shape:
            raise ValueError(f"{name}: one answer has {x.size} numbers, the other {y.size}")
        scale = max(abs(x).max(), abs(y).max(), np.finfo(float).tiny)
        worst = max(worst, abs(x - y).max() / scale)
    return worst
