"""The layers of Keras, each as a layer of the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
from keras import layers as kl

from .._arrays import Array
from ..errors import UnsupportedModule
from ._graph import Graph, Value

_SAME_NAME = {
    "linear", "relu", "relu6", "sigmoid", "tanh", "softmax", "softplus", "softsign", "elu", "selu",
    "celu", "gelu", "silu", "hard_sigmoid", "hard_silu", "hard_tanh", "mish", "log_softmax"}


def activation_of(function: Any, path: str) -> Any:
    """What an activation function is called by the service."""
    name = None if isinstance(function, kl.Layer) else keras.activations.serialize(function)
    if name == "leaky_relu":
        return {"type": "leaky_relu", "slope": 0.2}
    if not isinstance(name, str) or name not in _SAME_NAME:
        name = getattr(function, "__name__", function)
        raise UnsupportedModule(path, f"the activation {name} is not supported")
    return name


def add_layer(graph: Graph, path: str, layer: Any, inputs: list[Value],
              arguments: Mapping[str, Any]) -> Value:
    """The layer of a layer of Keras. Raises UnsupportedModule where there is none."""
    kind = type(layer)  # A class below one of Keras's may compute something else.
    _require(path, not getattr(layer, "quantization_mode", None), "is quantized")
    _require(path, not getattr(layer, "lora_enabled", False), "has weights of LoRA beside its own")
    if kind is kl.MultiHeadAttention:
        return _attention(graph, path, layer, inputs, arguments)
    # That it runs in training, or does not, is said anew by each call of the model.
    given = {name for name, value in arguments.items() if value is not None} - {"training"}
    _require(path, not given, f"takes further arguments: {', '.join(sorted(given))}")
    if kind is kl.Add:
        return add_sum(graph, path, inputs)
    if kind is kl.Concatenate:
        _require(path, layer.axis in (-1, len(layer.output.shape) - 1), "has to join the last axis")
        return graph.add(path, inputs, {"type": "concatenate"})
    if len(inputs) != 1:
        raise UnsupportedModule(path, "takes several inputs")
    _require(path, getattr(layer, "data_format", None) in (None, "channels_last"),
             "has to take its channels last")
    for kinds, convert in _CONVERTERS.items():
        if kind in kinds:
            return convert(graph, path, layer, inputs[0])
    raise UnsupportedModule(path, f"{kind.__name__} has no layer in the service")


def add_sum(graph: Graph, path: str, inputs: list[Value]) -> Value:
    """The sum of several outputs."""
    _require(path, len(inputs) > 1, "adds something else than the outputs of layers")
    return graph.add(path, inputs, {"type": "add"})


def penalty_of(model: Any) -> dict[str, Any] | None:
    """The penalty of all kernels, or None. Raises UnsupportedModule where it is not one and the
    same of all of them, or of something else too."""
    found = {}
    for layer in model._flatten_layers(include_self=False):
        for name in ("bias_regularizer", "activity_regularizer", "gamma_regularizer",
                     "beta_regularizer", "alpha_regularizer"):
            _require(layer.name, getattr(layer, name, None) is None, f"{name} is not supported")
        for name in ("kernel_regularizer", "recurrent_regularizer", "embeddings_regularizer"):
            if hasattr(layer, name) and type(layer).__name__ not in ("LSTMCell", "GRUCell",
                                                                     "SimpleRNNCell"):
                found[f"{layer.name}.{name}"] = _lambdas(layer, getattr(layer, name))
    lambdas = set(found.values())
    if len(lambdas) > 1:
        raise UnsupportedModule("", f"has different penalties: {found}")
    l1, l2 = lambdas.pop() if lambdas else (0.0, 0.0)
    return {"l1": l1, "l2": l2, "scale": "lambda"} if l1 or l2 else None


def _lambdas(layer: Any, regularizer: Any) -> tuple[float, float]:
    if regularizer is None:
        return 0.0, 0.0
    known = keras.regularizers.L1, keras.regularizers.L2, keras.regularizers.L1L2
    _require(layer.name, isinstance(regularizer, known), "has a penalty that is none of L1 and L2")
    return float(getattr(regularizer, "l1", 0.0)), float(getattr(regularizer, "l2", 0.0))


def _require(path: str, good: bool, what: str) -> None:
    if not good:
        raise UnsupportedModule(path, what)


def _keep(graph: Graph, array: str, layer: Any, variable: Any, shape: tuple[int, ...] | None = None,
          row: int | None = None) -> None:
    """Notes that an array of the newest layer is a variable, in another shape or a row of it."""
    whole = tuple(variable.shape)

    def read() -> Array:
        value = np.array(keras.ops.convert_to_numpy(variable))
        return value[row] if row is not None else value.reshape(shape or whole)

    def write(value: Array) -> None:
        if row is not None:
            rows = np.array(keras.ops.convert_to_numpy(variable))
            rows[row] = value
            value = rows
        variable.assign(value.reshape(whole))

    state = array in ("moving_mean", "moving_variance")
    graph.keep(array, variable.path, variable, read, write, whole, rows=row,
               trainable=state or (layer.trainable and variable.trainable))


def _weights(graph: Graph, layer: Any, **names: str) -> None:
    for array, name in names.items():
        variable = getattr(layer, name, None)
        if variable is not None:
            _keep(graph, array, layer, variable)


def _with_bias(layer: Any, settings: dict[str, Any]) -> dict[str, Any]:
    return settings if layer.use_bias else settings | {"use_bias": False}


def _dense(graph: Graph, path: str, layer: Any, value: Value) -> Value:
    settings = {"type": "dense", "activation": activation_of(layer.activation, path)}
    value = graph.add(path, [value], _with_bias(layer, settings))
    _weights(graph, layer, W="kernel", b="bias")
    return value


def _conv2d(graph: Graph, path: str, layer: Any, value: Value) -> Value:
    settings = {"type": "conv2d", "strides": list(layer.strides), "padding": layer.padding,
                "dilation_rate": list(layer.dilation_rate), "groups": layer.groups,
                "activation": activation_of(layer.activation, path)}
    value = graph.add(path, [value], _with_bias(layer, settings))
    _weights(graph, layer, W="kernel", b="bias")
    return value


def _batch_normalization(graph: Graph, path: str, layer: Any, value: Value) -> Value:
    _require(path, layer.center and layer.scale and _is_last(layer.axis, layer),
             "has to have center and scale, over the last axis")
    _require(path, layer.trainable, "is frozen: it would run in inference mode in a training")
    settings = {"type": "batch_normalization", "momentum": layer.momentum, "epsilon": layer.epsilon}
    value = graph.add(path, [value], settings)
    _weights(graph, layer, gamma="gamma", beta="beta", moving_mean="moving_mean",
             moving_variance="moving_variance")
    return value


def _layer_normalization(graph: Graph, path: str, layer: Any, value: Value) -> Value:
    axis = layer.axis if isinstance(layer.axis, int) else layer.axis[-1]
    single = isinstance(layer.axis, int) or len(layer.axis) == 1
    _require(path, single and layer.center and layer.scale and _is_last(axis, layer)
             and not getattr(layer, "rms_scaling", False),
             "has to have center and scale, over the last axis")
    value = graph.add(path, [value], {"type": "layer_normalization", "epsilon": layer.epsilon})
    _weights(graph, layer, gamma="gamma", beta="beta")
    return value


def _is_last(axis: int, layer: Any) -> bool:
    return axis == -1 or axis == len(layer.input.shape) - 1


def _dropout(graph: Graph, path: str, layer: Any, value: Value) -> Value:
    _require(path, layer.noise_shape is None, "noise_shape is not supported")
    return graph.add(path, [value], {"type": "dropout", "rate": layer.rate})


def _activation(graph: Graph, path: str, layer: Any, value: Value) -> Value:
    match layer:
        case kl.Activation():
            activation = activation_of(layer.activation, path)
        case kl.ReLU():
            _require(path, layer.threshold == 0 and layer.max_value in (None, 6)
                     and (layer.negative_slope == 0 or layer.max_value is None),
                     "is a relu of a kind that the service has not")
            activation = "relu6" if layer.max_value == 6 else "relu"
            if layer.negative_slope:
                activation = {"type": "leaky_relu", "slope": float(layer.negative_slope)}
        case kl.LeakyReLU():
            activation = {"type": "leaky_relu", "slope": float(layer.negative_slope)}
        case kl.ELU():
            activation = {"type": "elu", "alpha": float(layer.alpha)}
        case _:
            _require(path, _is_last(layer.axis, layer), "has to be over the last axis")
            activation = "softmax"
    return graph.add(path, [value], {"type": "activation", "activation": activation})


def _prelu(graph: Graph, path: str, layer: Any, value: Value) -> Value:
    features = layer.alpha.shape[-1]
    _require(path, int(np.prod(layer.alpha.shape)) == features,
             "has to share its parameters over all axes but the last")
    value = graph.add(path, [value], {"type": "prelu"})
    _keep(graph, "alpha", layer, layer.alpha, (features,))
    return value


def _pooling(graph: Graph, path: str, layer: Any, value: Value) -> Value:
    kind = "max" if isinstance(layer, kl.MaxPooling2D) else "average"
    settings = {"type": f"{kind}_pooling2d", "pool_size": list(layer.pool_size),
                "strides": list(layer.strides), "padding": layer.padding}
    return graph.add(path, [value], settings)


def _global_pooling(graph: Graph, path: str, layer: Any, value: Value) -> Value:
    _require(path, not layer.keepdims, "keepdims is not supported")
    kind = "max" if isinstance(layer, kl.GlobalMaxPooling2D) else "average"
    return graph.add(path, [value], {"type": f"global_{kind}_pooling2d"})


def _flatten(graph: Graph, path: str, layer: Any, value: Value) -> Value:
    return graph.add(path, [value], {"type": "flatten"})


def _reshape(graph: Graph, path: str, layer: Any, value: Value) -> Value:
    shape = list(layer.output.shape[1:])
    return graph.add(path, [value], {"type": "reshape", "target_shape": shape})


def _embedding(graph: Graph, path: str, layer: Any, value: Value) -> Value:
    _require(path, not layer.mask_zero, "mask_zero is not supported")
    value = graph.add(path, [value], {"type": "embedding"})
    _weights(graph, layer, W="embeddings")
    return value


def _recurrent(graph: Graph, path: str, layer: Any, value: Value) -> Value:
    kind = {kl.SimpleRNN: "simple_rnn", kl.LSTM: "lstm", kl.GRU: "gru"}[type(layer)]
    _require(path, not (layer.dropout or layer.recurrent_dropout or layer.stateful
                        or layer.return_state), "dropout and states are not supported")
    settings = {"type": kind, "return_sequences": layer.return_sequences,
                "go_backwards": layer.go_backwards}
    activation = keras.activations.serialize(layer.activation)
    if kind == "simple_rnn":
        settings["nonlinearity"] = activation
        _require(path, activation in ("tanh", "relu"), "has to have tanh or relu")
    else:
        gates = keras.activations.serialize(layer.recurrent_activation)
        _require(path, (activation, gates) == ("tanh", "sigmoid"), "has to have tanh and sigmoid")
    if kind == "gru":
        _require(path, layer.reset_after, "reset_after has to be True")
    value = graph.add(path, [value], _with_bias(layer, settings))
    cell = layer.cell
    _weights(graph, cell, W="kernel", U="recurrent_kernel")
    if layer.use_bias and kind == "gru":
        _keep(graph, "b", cell, cell.bias, row=0)
        _keep(graph, "b_recurrent", cell, cell.bias, row=1)
    elif layer.use_bias:
        _keep(graph, "b", cell, cell.bias)
    return value


def _attention(graph: Graph, path: str, layer: Any, inputs: list[Value],
               arguments: Mapping[str, Any]) -> Value:
    _require(path, len({value.layer for value in inputs}) == 1, "has to attend to its own input")
    given = {name for name, value in arguments.items() if value is not None and value is not False}
    _require(path, given <= {"use_causal_mask", "query", "value", "key"}, "has further arguments")
    _require(path, layer.key_dim == layer.value_dim and not layer.dropout,
             "value_dim has to be key_dim, and dropout 0")
    width, settings = layer.num_heads * layer.key_dim, {
        "type": "multi_head_attention", "num_heads": layer.num_heads,
        "causal": bool(arguments.get("use_causal_mask", False))}
    value = graph.add(path, inputs[:1], _with_bias(layer, settings))
    parts = {"q": layer._query_dense, "k": layer._key_dense, "v": layer._value_dense}
    for letter, dense in parts.items():
        _keep(graph, f"W{letter}", layer, dense.kernel, (-1, width))
        if layer.use_bias:
            _keep(graph, f"b{letter}", layer, dense.bias, (width,))
    _keep(graph, "Wo", layer, layer._output_dense.kernel, (width, -1))
    if layer.use_bias:
        _keep(graph, "bo", layer, layer._output_dense.bias)
    return value


_CONVERTERS: dict[tuple[Any, ...], Callable[[Graph, str, Any, Value], Value]] = {
    (kl.Dense,): _dense, (kl.Conv2D,): _conv2d, (kl.BatchNormalization,): _batch_normalization,
    (kl.LayerNormalization,): _layer_normalization, (kl.Dropout,): _dropout,
    (kl.Activation, kl.ReLU, kl.LeakyReLU, kl.ELU, kl.Softmax): _activation,
    (kl.PReLU,): _prelu, (kl.MaxPooling2D, kl.AveragePooling2D): _pooling,
    (kl.GlobalMaxPooling2D, kl.GlobalAveragePooling2D): _global_pooling, (kl.Flatten,): _flatten,
    (kl.Reshape,): _reshape, (kl.Embedding,): _embedding,
    (kl.SimpleRNN, kl.LSTM, kl.GRU): _recurrent}
