"""Arrays with an example first and W as outputs × inputs, to and from a layout of the wire."""

import numpy as np

LAYOUTS = ["course", "pytorch", "keras"]


def signal_axes(axes, layout):
    """Which axis of an array of examples, each `[units]`, `[time, features]` or `[height, width,
    channels]`, stands at each place of a layout's."""
    orders = {("course", 2): [1, 0], ("course", 3): [2, 0, 1], ("pytorch", 4): [0, 3, 1, 2]}
    return orders.get((layout, axes), list(range(axes)))


def signal_out(array, layout):
    """X, Y, Z, A and their derivatives, as nested lists."""
    return array.transpose(signal_axes(array.ndim, layout)).tolist()


def weights_out(array, layout):
    return (array.T if layout == "keras" else array).tolist()


def bias_out(array, layout):
    return (array[:, None] if layout == "course" else array).tolist()


def signal_in(value, layout):
    array = np.array(value)
    return array.transpose(np.argsort(signal_axes(array.ndim, layout)))


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


def reset_gate_first(kind, array, layout):
    """The gates of a GRU, z, r, n here, are r, z, n in PyTorch; doing it twice undoes it."""
    if kind != "gru" or layout != "pytorch":
        return array
    z, r, n = np.split(array, 3)
    return np.concatenate([r, z, n])


def array_out(kind, array, layout):
    """An array of a layer of some kind, or its derivative."""
    array = reset_gate_first(kind, np.asarray(array), layout)
    if array.ndim == 1:
        return bias_out(array, layout)
    if array.ndim == 4:  # Height × width × inputs × outputs.
        return (array.transpose(3, 2, 0, 1) if layout == "pytorch" else array).tolist()
    return array.tolist() if kind == "embedding" else weights_out(array, layout)


def array_in(kind, value, layout, axes):
    """The same back, of an array that has so many axes here."""
    if axes == 1:
        return reset_gate_first(kind, bias_in(value, layout), layout)
    array = np.array(value)
    if axes == 4:
        return array.transpose(2, 3, 1, 0) if layout == "pytorch" else array
    array = array if kind == "embedding" else weights_in(array, layout)
    return reset_gate_first(kind, array, layout)


def layer_out(layer, layout):
    """A layer as layers.py has it, as one of the wire."""
    wire = {
        name: value for name, value in layer.items() if name not in ["arrays", "states", "mask"]
    }
    for name, array in {**layer.get("arrays", {}), **layer.get("states", {})}.items():
        wire[name] = array_out(layer["type"], array, layout)
    if "mask" in layer and "seed" not in layer:
        wire["mask"] = signal_out(layer["mask"], layout)
    return wire
