"""Networks of PyTorch's models, traced by torch.fx, and back."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

from torch import fx, nn

from .._arrays import Array
from ..errors import UnsupportedModule
from ..networks import Network
from ..results import Backward
from ..trainings import Training
from . import _torch_layers as layers
from ._graph import INPUT, Graph, Value, named_gradients, trained_layers, write_back
from ._torch_recurrent import RECURRENT, Outputs, indexed

M = TypeVar("M", bound=nn.Module)


def from_torch(module: nn.Module) -> Network:
    """The network of a model: its layers and parameters, in the layout `pytorch`.

    The model takes one tensor, examples first, and is made of modules of torch.nn and of a few
    functions (activations, +, torch.cat, torch.flatten), in a chain or a graph. An activation just
    after a linear layer or a convolution becomes that layer's own. A model that is not in training
    mode makes a network that runs in the mode `inference`; in training, dropout draws its masks as
    the service does, and not as PyTorch. Hooks are not followed, and
    softplus is exact also from 20 on, where PyTorch's is linear.

    Raises UnsupportedModule, with the path in the model, for what the service has no layer for.
    """
    graph, output = _trace(module)
    options: dict[str, Any] = {"layout": "pytorch"}
    modes = {part.training for part in module.modules() if isinstance(part, _MODAL)}
    if modes == {False}:
        options["mode"] = "inference"
    elif len(modes) > 1:
        raise UnsupportedModule("", "parts of the model are in training mode, and others are not")
    return graph.network(output, **options)


def to_torch(source: Training | Network | Mapping[str, Any], module: M) -> M:
    """Puts the parameters and running statistics of a trained network into the model that it was
    made of, in place, and returns the model.

    Raises ValueError where the network is not that model's, or trained what the model keeps from
    training; then nothing is changed.
    """
    graph, _ = _trace(module)
    write_back(graph, trained_layers(source, graph, "pytorch"))
    return module


def torch_gradients(step: Backward, module: nn.Module) -> dict[str, Array]:
    """The derivatives of an answer by the names of `module.named_parameters()`, each in the shape
    of `parameter.grad`. Raises KeyError where the answer lacks one."""
    graph, _ = _trace(module)
    return named_gradients(graph, step)


# None for what a model leaves aside.
Values: TypeAlias = "dict[fx.Node, Value | Outputs | None]"
_MODAL = (nn.Dropout, nn.BatchNorm1d, nn.BatchNorm2d)


def _trace(module: nn.Module) -> tuple[Graph, Value]:
    if not isinstance(module, nn.Module):
        raise UnsupportedModule("", f"{type(module).__name__} is no module of PyTorch")
    tracer = fx.Tracer()
    alone = tracer.is_leaf_module(module, "")
    root = nn.Sequential(module) if alone else module
    try:
        nodes = tracer.trace(root).nodes
    except Exception as error:  # Whatever a forward of the caller's does with a proxy.
        raise UnsupportedModule("", f"its forward cannot be followed ({error})") from error
    graph = Graph()
    values: Values = {}
    output = None
    for node in nodes:
        match node.op:
            case "placeholder":
                if values:
                    raise UnsupportedModule(str(node.target), "is a second input")
                values[node] = Value(INPUT)
            case "call_module":
                path = "" if alone else str(node.target)
                part = root.get_submodule(str(node.target))
                values[node] = _call_module(graph, path, part, node, values)
            case "call_function" | "call_method":
                values[node] = _call_function(graph, node, values)
            case "output":
                output = values.get(node.args[0]) if isinstance(node.args[0], fx.Node) else None
            case _:
                raise UnsupportedModule(str(node.target), "is used outside of a module of torch.nn")
    if isinstance(output, Outputs):
        output = output.finished(graph)
    if output is None:
        raise UnsupportedModule("", "does not return one tensor")
    return graph, output


def _value(node: Any, graph: Graph, values: Values, path: str) -> Value:
    value = values.get(node) if isinstance(node, fx.Node) else None
    if isinstance(value, Outputs):
        value = value.finished(graph)
    if value is None:
        raise UnsupportedModule(path, "takes something else than the outputs of layers")
    return value


def _call_module(graph: Graph, path: str, module: nn.Module, node: fx.Node,
                 values: Values) -> Value | Outputs:
    if isinstance(module, RECURRENT):
        same = all(argument is node.args[0] for argument in node.args)
        if not same or set(node.kwargs) - {"need_weights"}:
            raise UnsupportedModule(path, "takes further inputs, which the service has not")
        return Outputs(path, module, _value(node.args[0], graph, values, path))
    if len(node.args) != 1 or node.kwargs:
        raise UnsupportedModule(path, "takes several inputs")
    value = _value(node.args[0], graph, values, path)
    _refuse_aliases(path, node, getattr(module, "inplace", False))
    activation = layers.activation_of(module, path, value.form)
    if activation is not None:
        return graph.activate(path, value, activation, _alone(node))
    return layers.add_layer(graph, path, module, value)


def _refuse_aliases(path: str, node: fx.Node, in_place: bool) -> None:
    """Refuses what changes its input for others that take it, too: the service copies."""
    if in_place and not _alone(node):
        raise UnsupportedModule(path, "changes in place what is taken by others, too")


def _alone(node: fx.Node) -> bool:
    """Whether nothing else takes what the node takes."""
    source = node.args[0]
    return isinstance(source, fx.Node) and len(source.users) == 1


def _call_function(graph: Graph, node: fx.Node,
                   values: Values) -> Value | Outputs | None:
    path, function = node.name, node.target
    arguments = dict(node.kwargs)
    if function is operator.getitem:
        source = values.get(node.args[0]) if isinstance(node.args[0], fx.Node) else None
        if isinstance(source, Outputs):
            return indexed(source, node.args[1], path)
        raise UnsupportedModule(path, "indexing is supported of recurrent layers' outputs alone")
    if function in layers.CONCATENATIONS:
        parts = node.args[0]
        axis = arguments.get("dim", node.args[1] if len(node.args) > 1 else 0)
        taken = [_value(part, graph, values, path) for part in (
            parts if isinstance(parts, (list, tuple)) else ())]
        form = next((value.form for value in taken if value.form), None)
        layers.check_axis(axis if isinstance(axis, int) else None, path, form)
        sizes = [value.features for value in taken]
        features = None if None in sizes else sum(size or 0 for size in sizes)
        return graph.add(path, taken, {"type": "concatenate"}, form, features)
    in_place = function in (operator.iadd, "add_") or arguments.get("inplace", False)
    _refuse_aliases(path, node, in_place)
    if function in layers.ADDITIONS:
        if arguments or len(node.args) != 2:
            raise UnsupportedModule(path, "adds with a factor")
        one, other = (_value(part, graph, values, path) for part in node.args)
        return graph.add(path, [one, other], {"type": "add"}, one.form or other.form,
                         one.features or other.features)
    value = _value(node.args[0], graph, values, path)
    rest = node.args[1:]
    if function in layers.FLATTENINGS:
        start = arguments.get("start_dim", rest[0] if rest else 0)
        end = arguments.get("end_dim", rest[1] if len(rest) > 1 else -1)
        return layers.flatten(graph, path, start, end, value)
    activation: Any = layers.FUNCTIONS.get(function)
    if activation in ("softmax", "log_softmax"):
        axis = arguments.get("dim", rest[0] if rest else None)
        layers.check_axis(axis if isinstance(axis, int) else None, path, value.form)
        if arguments.get("dtype") is not None or len(rest) > 1:
            raise UnsupportedModule(path, "has a type of its own")
    elif activation == "gelu" and not rest and set(arguments) <= {"approximate"}:
        activation = {"type": "gelu", "approximate": arguments.get("approximate") == "tanh"}
    elif activation is None or rest or set(arguments) - {"inplace"}:
        raise UnsupportedModule(path, f"{_name(function)} has no layer in the service")
    return graph.activate(path, value, activation, _alone(node))


def _name(function: Any) -> str:
    return function if isinstance(function, str) else getattr(function, "__name__", str(function))
