"""Arrays with an example a row and W as outputs × inputs, to and from a layout of the wire."""

import numpy as np

LAYOUTS = ["course", "pytorch", "keras"]


def signal_out(array, layout):
    """X, Y, Z, A and their derivatives, as nested lists."""
    return (array.T if layout == "course" else array).tolist()


def weights_out(array, layout):
    return (array.T if layout == "keras" else array).tolist()


def bias_out(array, layout):
    return (array[:, None] if layout == "course" else array).tolist()


def signal_in(value, layout):
    array = np.array(value)
    return array.T if layout == "course" else array


def weights_in(value, layout):
    array = np.array(value)
    return array.T if layout == "keras" else array


def bias_in(value, layout):
    array = np.array(value)
    assert array.ndim == (2 if layout == "course" else 1)
    return array.reshape(-1)


READERS = {"dW": weights_in, "db": bias_in, "dZ": signal_in, "dA": signal_in}


def request(parameters, x, y, activations, loss, layout="course", **options):
    """The body of a call."""
    return {
        "network": {
            "layers": [
                {
                    "W": weights_out(np.asarray(w), layout),
                    "b": bias_out(np.asarray(b), layout),
                    "activation": activation,
                }
                for (w, b), activation in zip(parameters, activations)
            ]
        },
        "batch": {"X": signal_out(x, layout), "Y": signal_out(y, layout)},
        "loss": loss,
        "layout": layout,
        **options,
    }
