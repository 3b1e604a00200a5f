"""Every layer, independently, in JAX: derivatives are JAX's own.

A network is a list of dictionaries, as on the wire but for its arrays, which are NumPy's and stand
apart, under "arrays" (what is learned), "states" and "mask". Here every layout's signals are
`[m, units]`, `[m, time, features]` or `[m, height, width, channels]`; a matrix has a row an output,
a kernel is height × width × inputs × outputs, and the gates of a GRU stand as z, r, n.
"""

import jax
import jax.numpy as jnp
import numpy as np
import reference  # noqa: F401, sets JAX up: float64, the CPU, quick compilation.
from functions import ACTIVATIONS, LOSSES, sigmoid, softmax
from layouts import signal_axes


def named(choice):
    """The name and the settings of an activation or a loss: {"type": "huber", "delta": 2}."""
    if isinstance(choice, str):
        return choice, {}
    return choice["type"], {name: value for name, value in choice.items() if name != "type"}


def activate(z, choice):
    name, settings = named(choice)
    return ACTIVATIONS[name](z, **settings)


class Context:
    """What a layer's meaning depends on, beside itself."""

    def __init__(self, layout="course", mode="training"):
        self.layout = layout
        self.mode = mode


def pair(value):
    value = [value] if isinstance(value, int) else list(value)
    return value * 2 if len(value) == 1 else value


def dense(inputs, layer, p, context):
    return inputs[0] @ p["W"].T + p.get("b", 0.0)


def prelu(inputs, layer, p, context):
    x = inputs[0]
    return jnp.where(x > 0, x, p["alpha"] * x)


def keep_probability(layer):
    return layer["keep_prob"] if "keep_prob" in layer else 1 - layer["rate"]


def dropout(inputs, layer, p, context):
    if context.mode == "inference":
        return inputs[0]
    return inputs[0] * layer["mask"] / keep_probability(layer)


def batch_statistics(x):
    axes = tuple(range(x.ndim - 1))
    mean = x.mean(axes)
    return mean, ((x - mean) ** 2).mean(axes)


def batch_normalization(inputs, layer, p, context):
    mean, variance = batch_statistics(inputs[0])
    if context.mode == "inference":
        mean, variance = layer["states"]["moving_mean"], layer["states"]["moving_variance"]
    normalized = (inputs[0] - mean) / jnp.sqrt(variance + layer.get("epsilon", 1e-3))
    return p["gamma"] * normalized + p["beta"]


def moving_statistics(x, layer):
    """After a batch x that came to a batch normalization."""
    mean, variance = batch_statistics(np.asarray(x))
    n = x.size // x.shape[-1]
    if layer.get("unbiased") and n > 1:
        variance = variance * n / (n - 1)
    momentum = layer.get("momentum", 0.99)
    return {
        name: momentum * layer["states"][name] + (1 - momentum) * batch
        for name, batch in [("moving_mean", mean), ("moving_variance", variance)]
    }


def layer_normalization(inputs, layer, p, context):
    x = inputs[0]
    variance = x.var(axis=-1, keepdims=True)
    normalized = (x - x.mean(axis=-1, keepdims=True)) / jnp.sqrt(
        variance + layer.get("epsilon", 1e-3)
    )
    return p["gamma"] * normalized + p["beta"]


def edges(layer):
    """Padding as JAX takes it: a word, or before and after of each axis."""
    padding = layer.get("padding", "valid")
    if isinstance(padding, str):
        return padding.upper()
    if isinstance(padding, list) and len(padding) == 4:
        return [tuple(padding[:2]), tuple(padding[2:])]
    return [(p, p) for p in pair(padding)]


def conv2d(inputs, layer, p, context):
    z = jax.lax.conv_general_dilated(
        inputs[0], p["W"], pair(layer.get("strides", 1)), edges(layer),
        rhs_dilation=pair(layer.get("dilation_rate", 1)),
        dimension_numbers=("NHWC", "HWIO", "NHWC"), feature_group_count=layer.get("groups", 1),
    )
    return z + p.get("b", 0.0)


def windows(x, layer, filler):
    """The cells of every window, stacked: `[cells, m, height, width, channels]`."""
    size = pair(layer.get("pool_size", 2))
    strides = pair(layer.get("strides", size))
    padding = edges(layer)
    if isinstance(padding, str):
        padding = jax.lax.padtype_to_pads(x.shape[1:3], size, strides, padding)
    x = jnp.pad(x, [(0, 0), *padding, (0, 0)], constant_values=filler)
    counts = [(n - k) // s + 1 for n, k, s in zip(x.shape[1:3], size, strides)]
    cells = [
        x[:, i : i + s * n : s, j : j + t * o : t][:, :n, :o]
        for (s, t), (n, o) in [(strides, counts)]
        for i in range(size[0])
        for j in range(size[1])
    ]
    return jnp.stack(cells)


def max_pooling2d(inputs, layer, p, context):
    return windows(inputs[0], layer, -jnp.inf).max(axis=0)


def average_pooling2d(inputs, layer, p, context):
    x = inputs[0]
    filler = 1.0 if layer.get("count_include_pad") else 0.0
    counts = windows(jnp.ones_like(x), layer, filler).sum(axis=0)
    return windows(x, layer, 0.0).sum(axis=0) / counts


def examples_first(axes, layout):
    """Where a layout has the axes of one example, behind the examples."""
    return [0, *[axis for axis in signal_axes(axes, layout) if axis > 0]]


def flatten(inputs, layer, p, context):
    x = inputs[0]
    return x.transpose(examples_first(x.ndim, context.layout)).reshape(len(x), -1)


def reshape(inputs, layer, p, context):
    flat = flatten(inputs, layer, p, context)
    shape = [len(flat), *pair_or_more(layer["target_shape"])]
    order = examples_first(len(shape), context.layout)
    return flat.reshape(shape).transpose(np.argsort(order))


def pair_or_more(value):
    return [value] if isinstance(value, int) else value


def embedding(inputs, layer, p, context):
    return jnp.asarray(p["W"])[inputs[0].astype(int)]


def recur(x, layer, p, step, start):
    """The h of every step in the order taken, or the last."""
    sequence = jnp.moveaxis(x, 1, 0)
    if layer.get("go_backwards"):
        sequence = sequence[::-1]
    units = p["U"].shape[1]
    state = tuple(jnp.zeros((len(x), units)) for _ in range(start))
    _, hidden = jax.lax.scan(step, state, sequence @ p["W"].T + p.get("b", 0.0))
    return jnp.moveaxis(hidden, 0, 1) if layer.get("return_sequences") else hidden[-1]


def simple_rnn(inputs, layer, p, context):
    def step(state, sums):
        z = sums + state[0] @ p["U"].T + p.get("b_recurrent", 0.0)
        h = activate(z, layer.get("nonlinearity", "tanh"))
        return (h,), h

    return recur(inputs[0], layer, p, step, 1)


def lstm(inputs, layer, p, context):
    def step(state, sums):
        z = sums + state[0] @ p["U"].T + p.get("b_recurrent", 0.0)
        i, f, g, o = jnp.split(z, 4, axis=-1)
        c = sigmoid(f) * state[1] + sigmoid(i) * jnp.tanh(g)
        h = sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    return recur(inputs[0], layer, p, step, 2)


def gru(inputs, layer, p, context):
    def step(state, sums):
        az, ar, an = jnp.split(sums, 3, axis=-1)
        qz, qr, qn = jnp.split(state[0] @ p["U"].T + p.get("b_recurrent", 0.0), 3, axis=-1)
        z = sigmoid(az + qz)
        n = jnp.tanh(an + sigmoid(ar + qr) * qn)
        h = z * state[0] + (1 - z) * n
        return (h,), h

    return recur(inputs[0], layer, p, step, 1)


def multi_head_attention(inputs, layer, p, context):
    x, heads = inputs[0], layer.get("num_heads", 1)
    m, time, _ = x.shape

    def projected(name):
        y = x @ p["W" + name].T + p.get("b" + name, 0.0)
        return y.reshape(m, time, heads, -1)

    q, k, v = projected("q"), projected("k"), projected("v")
    scores = jnp.einsum("mthd,mshd->mhts", q, k) / np.sqrt(q.shape[-1])
    if layer.get("causal"):
        scores = jnp.where(np.tri(time, dtype=bool), scores, -1e300)
    context_ = jnp.einsum("mhts,mshd->mthd", softmax(scores), v)
    return context_.reshape(m, time, -1) @ p["Wo"].T + p.get("bo", 0.0)


LAYERS = {
    "dense": dense,
    "activation": lambda inputs, *_: inputs[0],
    "prelu": prelu,
    "dropout": dropout,
    "batch_normalization": batch_normalization,
    "layer_normalization": layer_normalization,
    "conv2d": conv2d,
    "max_pooling2d": max_pooling2d,
    "average_pooling2d": average_pooling2d,
    "global_max_pooling2d": lambda inputs, *_: inputs[0].max(axis=(1, 2)),
    "global_average_pooling2d": lambda inputs, *_: inputs[0].mean(axis=(1, 2)),
    "flatten": flatten,
    "reshape": reshape,
    "add": lambda inputs, *_: sum(inputs[1:], inputs[0]),
    "concatenate": lambda inputs, *_: jnp.concatenate(inputs, axis=-1),
    "embedding": embedding,
    "simple_rnn": simple_rnn,
    "lstm": lstm,
    "gru": gru,
    "multi_head_attention": multi_head_attention,
}


def run(layers, parameters, x, context, additions=None):
    """The inputs, Z and A of every layer; `additions`, a pair for each, are added to its Z and A."""
    outputs = {"X": x}
    previous = x
    passes = []
    for index, (layer, p) in enumerate(zip(layers, parameters)):
        inputs = [outputs[name] for name in layer["inputs"]] if "inputs" in layer else [previous]
        z = LAYERS[layer["type"]](inputs, layer, p, context)
        if additions:
            z = z + additions[index][0]
        a = activate(z, layer.get("activation", "linear"))
        if additions:
            a = a + additions[index][1]
        passes.append((inputs, z, a))
        previous = outputs[layer.get("name")] = a
    return passes


def parameters_of(layers):
    return [layer.get("arrays", {}) for layer in layers]


def to_numpy(tree):
    return jax.tree.map(np.asarray, tree)


def gradients(layers, x, y, loss, context, weights=None, denominator=None):
    """Losses, and the derivatives of the cost by every parameter, by Z and A of each layer, and X.

    `weights` has one number for each row of the outputs; the cost is the sum of the losses over the
    `denominator`, m unless another is given.
    """
    name, settings = named(loss)
    m = len(x)

    def cost(parameters, additions, x):
        passes = run(layers, parameters, x, context, additions)
        rows = LOSSES[name](passes[-1][2], y, **settings)
        if weights is not None:
            rows = rows * weights
        losses = rows.reshape(m, -1).mean(axis=1)
        return losses.sum() / (denominator or m), (losses, passes)

    shapes = jax.eval_shape(
        lambda p, x: [(z, a) for _, z, a in run(layers, p, x, context)], parameters_of(layers), x
    )
    zeros = jax.tree.map(lambda s: np.zeros(s.shape), shapes)
    differentiate = jax.jit(jax.grad(cost, (0, 1, 2), has_aux=True))
    answers = differentiate(parameters_of(layers), zeros, x)
    (dp, da, dx), (losses, passes) = to_numpy(answers)
    return losses, passes, dp, da, dx
