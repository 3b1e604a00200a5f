"""openapi.yaml as the tests read it, and requests that use every part of it."""

import functools
import json
from pathlib import Path

import jsonschema_rs
import yaml

ROOT = Path(__file__).parents[2]
CONTRACT = yaml.safe_load((ROOT / "openapi.yaml").read_text())
SCHEMAS = CONTRACT["components"]["schemas"]


def resolved(node):
    """What a $ref points to."""
    if "$ref" not in node:
        return node
    target = CONTRACT
    for step in node["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    return target


@functools.cache
def validator(name):
    """A validator of one schema of the contract."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": CONTRACT["components"]}
    return jsonschema_rs.Draft202012Validator(schema)


def events(text, media_type):
    """The events of a stream, those of server-sent ones checked against their own lines."""
    if media_type == "application/x-ndjson":
        return [json.loads(line) for line in text.split("\n") if line]
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if line.strip(": "))
        if fields:
            event = json.loads(fields["data"])
            assert fields == {"id": str(event["id"]), "event": event["event"], "data": fields["data"]}
            found.append(event)
    return found


def validate_events(found):
    for number, event in enumerate(found, 1):
        validator("TrainingEvent").validate(event)
        assert event["id"] == number


# A training of a classifier that takes every setting.
OUTPUTS = {
    "network": {"layers": [{"units": 3, "activation": "softmax"}], "seed": 1},
    "batch": {
        "X": [[1.0, 0.5, -1.0, 2.0], [0.0, -2.0, 1.0, 0.5]], "Y": [0, 1, 2, 0],
    },
    "validation": {"X": [[0.5, -0.5], [1.0, 1.0]], "Y": [1, 2]},
    "loss": "sparse_categorical_crossentropy",
}
SCHEDULES = {
    "constant": {},
    "inverse_time": {"decay_rate": 0.5, "interval": 2, "decay_steps": 2, "staircase": True},
    "exponential": {"decay_rate": 0.9, "decay_steps": 2, "staircase": True, "unit": "step"},
    "piecewise_constant": {"boundaries": [1, 2], "values": [0.1, 0.2, 0.3]},
    "polynomial": {"decay_steps": 2, "end_learning_rate": 0, "power": 2, "cycle": True},
    "cosine": {"decay_steps": 3, "alpha": 0.1, "warmup_target": 0.1, "warmup_steps": 1},
    "reduce_on_plateau": {
        "monitor": "loss:mean", "factor": 0.5, "patience": 1, "min_delta": 0.1, "cooldown": 1,
        "min_lr": 0.001, "mode": "min",
    },
}


def training(schedule, clipping):
    """A request to /train with that schedule and clipping, and all that goes with any."""
    settings = {
        "optimizer": "adam", "epochs": 4, "batch_size": 3, "report_every": 2,
        "schedule": {"type": schedule, **SCHEDULES[schedule]},
        "clipping": {"type": clipping, "limit": 0.1},
        "shuffle": {"seed": 2, "order": "reseeded"},
        "early_stopping": {"monitor": "validation.accuracy:mean", "patience": 9, "baseline": 0.1},
        "watch": SCHEMAS["Watch"]["enum"],
    }
    metrics = ["accuracy", {"type": "top_k", "k": 2}, {"type": "confusion_matrix"}]
    return {**OUTPUTS, "training": settings, "metrics": metrics, "checkpoint": True}


# Of each type of layer: the shape of X, and the layers of a network that has it.
IMAGES = [[[[1.0], [0.5]], [[-1.0], [2.0]]]]
SEQUENCES = [[[1.0, -1.0], [0.5, 2.0]]]
UNITS = [[1, 0]]
LAYERS = {
    "dense": (UNITS, [{"units": 2, "use_bias": False}]),
    "activation": (UNITS, [{"type": "activation", "activation": {"type": "elu", "alpha": 0.5}}]),
    "prelu": (UNITS, [{"type": "prelu", "alpha": [0.1, 0.2]}]),
    "dropout": (UNITS, [{"type": "dropout", "keep_prob": 0.5, "mask": [[1, 0]]}]),
    "batch_normalization": (IMAGES, [{"type": "batch_normalization", "unbiased": True}]),
    "layer_normalization": (SEQUENCES, [{"type": "layer_normalization", "epsilon": 1e-5}]),
    "conv2d": (IMAGES, [
        {"type": "conv2d", "filters": 2, "kernel_size": [2, 1], "padding": "same"},
    ]),
    "max_pooling2d": (IMAGES, [{"type": "max_pooling2d", "strides": 1, "padding": [0, 1]}]),
    "average_pooling2d": (IMAGES, [{"type": "average_pooling2d", "pool_size": [2, 1]}]),
    "global_max_pooling2d": (IMAGES, [{"type": "global_max_pooling2d"}]),
    "global_average_pooling2d": (IMAGES, [{"type": "global_average_pooling2d"}]),
    "flatten": (IMAGES, [{"type": "flatten"}]),
    "reshape": (IMAGES, [{"type": "reshape", "target_shape": [2, 2]}]),
    "add": (UNITS, [{"units": 2, "name": "a"}, {"type": "add", "inputs": ["a", "X"]}]),
    "concatenate": (UNITS, [
        {"units": 3, "name": "a"}, {"type": "concatenate", "inputs": ["a", "X"]},
    ]),
    "embedding": (UNITS, [{"type": "embedding", "input_dim": 2, "output_dim": 3}]),
    "simple_rnn": (SEQUENCES, [{"type": "simple_rnn", "units": 2, "nonlinearity": "relu"}]),
    "lstm": (SEQUENCES, [{"type": "lstm", "units": 2, "return_sequences": True}]),
    "gru": (SEQUENCES, [{"type": "gru", "units": 2, "go_backwards": True}]),
    "multi_head_attention": (SEQUENCES, [
        {"type": "multi_head_attention", "num_heads": 2, "key_dim": 1, "causal": True},
    ]),
}


def network(layer, layout):
    """A request to /forward that has a layer of that type."""
    x, layers = LAYERS[layer]
    if layout == "course" and x is UNITS:
        x = [[number] for number in UNITS[0]]
        layers = [{**each, "mask": [[1], [0]]} if "mask" in each else each for each in layers]
    return {"layout": layout, "network": {"layers": layers}, "batch": {"X": x}}
