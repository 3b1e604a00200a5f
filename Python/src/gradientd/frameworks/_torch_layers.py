"""The modules and functions of PyTorch, each as a layer."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from .._arrays import Array, to_array
from ..errors import UnsupportedModule
from ._graph import Graph, Value

# How many axes come before the features, of each form.
_FEATURE_AXIS = {"units": 1, "sequence": 2, "image": 1}
_AXES = {"units": 2, "sequence": 3, "image": 4}


def activation_of(module: nn.Module, path: str, form: str | None) -> Any:
    """The activation that a module is, or None."""
    def refuse_unless(good: bool, what: str) -> None:
        if not good:
            raise UnsupportedModule(path, f"{module} is not supported: {what}")

    match module:
        case nn.Softplus():
            refuse_unless(module.beta == 1, "beta has to be 1")
            refuse_unless(module.threshold >= 20, "its threshold has to be 20 or more")
            return "softplus"
        case nn.Hardtanh(min_val=low, max_val=high) if not isinstance(module, nn.ReLU6):
            refuse_unless((low, high) == (-1, 1), "it has to be from -1 to 1")
            return "hard_tanh"
        case nn.LeakyReLU():
            return {"type": "leaky_relu", "slope": module.negative_slope}
        case nn.ELU() | nn.CELU():
            return {"type": type(module).__name__.lower(), "alpha": module.alpha}
        case nn.GELU():
            return {"type": "gelu", "approximate": module.approximate == "tanh"}
        case nn.Softmax() | nn.LogSoftmax():
            check_axis(module.dim, path, form)
            return "softmax" if isinstance(module, nn.Softmax) else "log_softmax"
    return _PLAIN.get(type(module))


_PLAIN: dict[type[nn.Module], str] = {
    nn.ReLU: "relu", nn.Sigmoid: "sigmoid", nn.Tanh: "tanh", nn.SiLU: "silu", nn.SELU: "selu",
    nn.ReLU6: "relu6", nn.Hardsigmoid: "hard_sigmoid", nn.Hardswish: "hard_silu",
    nn.Softsign: "softsign", nn.Mish: "mish"}

FUNCTIONS: dict[Any, str] = {
    torch.relu: "relu", functional.relu: "relu", "relu": "relu",
    torch.sigmoid: "sigmoid", functional.sigmoid: "sigmoid", "sigmoid": "sigmoid",
    torch.tanh: "tanh", functional.tanh: "tanh", "tanh": "tanh",
    functional.silu: "silu", functional.selu: "selu", functional.relu6: "relu6",
    functional.softplus: "softplus", functional.mish: "mish", functional.softsign: "softsign",
    functional.hardsigmoid: "hard_sigmoid", functional.hardswish: "hard_silu",
    functional.gelu: "gelu", functional.softmax: "softmax", torch.softmax: "softmax",
    "softmax": "softmax", functional.log_softmax: "log_softmax", torch.log_softmax: "log_softmax",
    "log_softmax": "log_softmax"}
ADDITIONS = (operator.add, operator.iadd, torch.add, "add", "add_")
CONCATENATIONS = (torch.cat, torch.concat, torch.concatenate)
FLATTENINGS = (torch.flatten, "flatten")


def check_axis(axis: int | None, path: str, form: str | None) -> None:
    """Raises UnsupportedModule where an axis is not that of the features."""
    if form is None:
        good = axis in (None, 1, -1)
    else:
        at = _FEATURE_AXIS[form]
        good = axis in (at, at - _AXES[form]) or (axis is None and form == "units")
    if not good:
        raise UnsupportedModule(path, f"takes axis {axis}, which is not that of the features")


def add_layer(graph: Graph, path: str, module: nn.Module, value: Value) -> Value:
    """The layer of a module without a state of its own between calls."""
    for kind, convert in _CONVERTERS.items():
        if isinstance(module, kind):
            return convert(graph, path, module, value)
    raise UnsupportedModule(path, f"{type(module).__name__} has no layer in the service")


def keep_tensor(graph: Graph, array: str, path: str, name: str, tensor: torch.Tensor,
                rows: slice | None = None) -> None:
    """Notes that an array of the newest layer is a tensor of the module at `path`.

    Raises UnsupportedModule where it is computed of others, or has no numbers yet.
    """
    name = f"{path}.{name}" if path else name
    if not isinstance(tensor, nn.Parameter) and array not in ("moving_mean", "moving_variance"):
        raise UnsupportedModule(
            name, "is no parameter but computed of others, as by weight_norm or pruning: the "
            "service would train it as it is")
    if nn.parameter.is_lazy(tensor) or tensor.is_meta:
        raise UnsupportedModule(name, "has no numbers yet")
    part = tensor if rows is None else tensor[rows]

    def read() -> Array:
        return np.array(to_array(part))

    def write(value: Array) -> None:
        with torch.no_grad():
            part.copy_(torch.from_numpy(np.ascontiguousarray(value)))

    graph.keep(array, name, tensor, read, write, tuple(tensor.shape), rows=rows,
               trainable=tensor.requires_grad or not isinstance(tensor, nn.Parameter))


def _parameters(graph: Graph, path: str, module: nn.Module, **names: str) -> None:
    for array, name in names.items():
        tensor = getattr(module, name)
        if tensor is not None:
            keep_tensor(graph, array, path, name, tensor)


def _not_of_images(path: str, value: Value) -> None:
    if value.form == "image":
        raise UnsupportedModule(path, "takes the last axis of images, which is not their channels")


def _linear(graph: Graph, path: str, module: Any, value: Value) -> Value:
    _not_of_images(path, value)
    layer = {"type": "dense"} | ({"use_bias": False} if module.bias is None else {})
    out = graph.add(path, [value], layer, value.form or None, module.out_features)
    _parameters(graph, path, module, W="weight", b="bias")
    return out


def _conv2d(graph: Graph, path: str, module: Any, value: Value) -> Value:
    if module.padding_mode != "zeros":
        raise UnsupportedModule(path, f"pads with {module.padding_mode}: the service has zeros")
    layer = {"type": "conv2d", "strides": list(module.stride), "groups": module.groups,
             "dilation_rate": list(module.dilation), "padding": _conv_padding(module)}
    if module.bias is None:
        layer["use_bias"] = False
    out = graph.add(path, [value], layer, "image", module.out_channels)
    _parameters(graph, path, module, W="weight", b="bias")
    return out


def _conv_padding(module: Any) -> Any:
    if module.padding == "valid":
        return "valid"
    if module.padding == "same":  # The odd one at the bottom and on the right, as in the service.
        totals = [d * (k - 1)
                  for d, k in zip(module.dilation, module.kernel_size, strict=True)]
        return [side for total in totals for side in (total // 2, total - total // 2)]
    return list(module.padding)


def _batch_norm(graph: Graph, path: str, module: Any, value: Value) -> Value:
    if not (module.affine and module.track_running_stats):
        raise UnsupportedModule(path, "has to be affine and to keep running statistics")
    if module.momentum is None:
        raise UnsupportedModule(path, "averages over all batches: the service needs a momentum")
    if isinstance(module, nn.BatchNorm1d) and value.form == "sequence":
        raise UnsupportedModule(path, "takes the second axis for the features of sequences")
    form = "image" if isinstance(module, nn.BatchNorm2d) else value.form
    layer = {"type": "batch_normalization", "momentum": 1 - module.momentum,
             "epsilon": module.eps, "unbiased": True}
    out = graph.add(path, [value], layer, form, module.num_features)
    _parameters(graph, path, module, gamma="weight", beta="bias", moving_mean="running_mean",
                moving_variance="running_var")
    return out


def _layer_norm(graph: Graph, path: str, module: Any, value: Value) -> Value:
    _not_of_images(path, value)
    if len(module.normalized_shape) != 1:
        raise UnsupportedModule(path, "normalizes several axes, and the service the features")
    if module.weight is None or module.bias is None:
        raise UnsupportedModule(path, "has to have weight and bias")
    out = graph.add(path, [value], {"type": "layer_normalization", "epsilon": module.eps},
                    value.form, module.normalized_shape[0])
    _parameters(graph, path, module, gamma="weight", beta="bias")
    return out


def _prelu(graph: Graph, path: str, module: Any, value: Value) -> Value:
    if value.features != module.num_parameters:
        raise UnsupportedModule(path, f"has {module.num_parameters} parameters for "
                                f"{value.features} features: the service has one for each")
    out = graph.add(path, [value], {"type": "prelu"}, value.form, value.features)
    _parameters(graph, path, module, alpha="weight")
    return out


def _dropout(graph: Graph, path: str, module: Any, value: Value) -> Value:
    return graph.add(path, [value], {"type": "dropout", "rate": module.p}, value.form,
                     value.features)


def _embedding(graph: Graph, path: str, module: Any, value: Value) -> Value:
    if module.max_norm is not None or module.scale_grad_by_freq or module.padding_idx is not None:
        raise UnsupportedModule(
            path, "max_norm, scale_grad_by_freq and padding_idx are not supported")
    out = graph.add(path, [value], {"type": "embedding"}, "sequence", module.embedding_dim)
    _parameters(graph, path, module, W="weight")
    return out


def _pooling(graph: Graph, path: str, module: Any, value: Value) -> Value:
    if module.ceil_mode:
        raise UnsupportedModule(path, "ceil_mode is not supported")
    layer: dict[str, Any] = {
        "pool_size": _pair(module.kernel_size), "strides": _pair(module.stride),
        "padding": _pair(module.padding)}
    if isinstance(module, nn.MaxPool2d):
        if _pair(module.dilation) != [1, 1] or module.return_indices:
            raise UnsupportedModule(path, "dilation and return_indices are not supported")
        layer["type"] = "max_pooling2d"
    else:
        if module.divisor_override is not None:
            raise UnsupportedModule(path, "divisor_override is not supported")
        layer |= {"type": "average_pooling2d", "count_include_pad": module.count_include_pad}
    return graph.add(path, [value], layer, "image", value.features)


def _global_pooling(graph: Graph, path: str, module: Any, value: Value) -> Value:
    if _pair(module.output_size) != [1, 1]:
        raise UnsupportedModule(path, "the output size has to be 1")
    kind = "average" if isinstance(module, nn.AdaptiveAvgPool2d) else "max"
    if value.features is None:
        raise UnsupportedModule(path, "the number of channels before it is not known")
    layer = {"type": f"global_{kind}_pooling2d"}
    pooled = graph.add(path, [value], layer, "units", value.features)
    shape = {"type": "reshape", "target_shape": [value.features, 1, 1]}
    return graph.add(f"{path}.shape", [pooled], shape, "image", value.features)


def _flatten(graph: Graph, path: str, module: Any, value: Value) -> Value:
    return flatten(graph, path, module.start_dim, module.end_dim, value)


def flatten(graph: Graph, path: str, start: int, end: int, value: Value) -> Value:
    """All axes but that of the examples as one."""
    if (start, end) != (1, -1):
        raise UnsupportedModule(path, "has to flatten all axes but the first")
    features = value.features if value.form == "units" else None
    return graph.add(path, [value], {"type": "flatten"}, "units", features)


def _unflatten(graph: Graph, path: str, module: Any, value: Value) -> Value:
    if module.dim != 1 or value.form not in (None, "units"):
        raise UnsupportedModule(path, "has to unflatten the second of two axes")
    shape = list(module.unflattened_size)
    form, axis = {1: ("units", 0), 2: ("sequence", 1), 3: ("image", 0)}[len(shape)]
    return graph.add(path, [value], {"type": "reshape", "target_shape": shape}, form, shape[axis])


def _identity(graph: Graph, path: str, module: Any, value: Value) -> Value:
    return value


def _pair(size: Any) -> list[int]:
    return [size, size] if isinstance(size, int) else list(size)


_CONVERTERS: dict[Any, Callable[[Graph, str, Any, Value], Value]] = {
    nn.Identity: _identity, nn.Linear: _linear, nn.Conv2d: _conv2d,
    (nn.BatchNorm1d, nn.BatchNorm2d): _batch_norm, nn.LayerNorm: _layer_norm, nn.PReLU: _prelu,
    nn.Dropout: _dropout, nn.Embedding: _embedding, (nn.MaxPool2d, nn.AvgPool2d): _pooling,
    (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d): _global_pooling, nn.Flatten: _flatten,
    nn.Unflatten: _unflatten}
