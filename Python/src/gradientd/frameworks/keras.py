"""Networks of Keras's models, and back, with any of its backends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import keras

from .._arrays import Array
from ..errors import UnsupportedModule
from ..networks import Network
from ..results import Backward
from ..trainings import Training
from ._graph import INPUT, Graph, Value, named_gradients, trained_layers, write_back
from ._keras_layers import add_layer, add_sum, penalty_of

M = TypeVar("M")


def from_keras(model: Any) -> Network:
    """The network of a model that was built, Sequential or functional: its layers and parameters,
    in the layout `keras`, and the L1 and L2 penalty of its kernels, if it has one.

    Raises UnsupportedModule, with the name of the layer, for what the service has no layer for.
    """
    graph, output = _walk(model)
    options: dict[str, Any] = {"layout": "keras"}
    penalty = penalty_of(model)
    if penalty is not None:
        options["penalty"] = penalty
    return graph.network(output, **options)


def to_keras(source: Training | Network | Mapping[str, Any], model: M) -> M:
    """Puts the parameters and moving statistics of a trained network into the model that it was
    made of, in place, and returns the model.

    Raises ValueError where the network is not that model's, or trained what the model keeps from
    training; then nothing is changed.
    """
    graph, _ = _walk(model)
    write_back(graph, trained_layers(source, graph, "keras"))
    return model


def keras_gradients(step: Backward, model: Any) -> dict[str, Array]:
    """The derivatives of an answer by the `path` of the model's variables, each in its shape.
    Raises KeyError where the answer lacks one."""
    graph, _ = _walk(model)
    return named_gradients(graph, step)


def _walk(model: Any) -> tuple[Graph, Value]:
    graph = Graph()
    return graph, _add_model(graph, "", model, Value(INPUT))


def _add_model(graph: Graph, path: str, model: Any, value: Value) -> Value:
    """The layers of a model, which may stand in another one."""
    if not isinstance(model, (keras.Sequential, keras.Model)) or not hasattr(model, "layers"):
        raise UnsupportedModule(path, f"{type(model).__name__} is no model of Keras")
    if not model.built:
        raise UnsupportedModule(path, "is not built: call it once, or begin it with an Input")
    if not isinstance(model, keras.Sequential) and not hasattr(model, "operations"):
        raise UnsupportedModule(path, "is neither Sequential nor functional")
    if not _called_as_its_layers(model):
        raise UnsupportedModule(path, f"{type(model).__name__} has a call of its own")
    if isinstance(model, keras.Sequential):
        for layer in model.layers:
            value = _add(graph, path, layer, [value], {})
        return value
    return _add_functional(graph, path, model, value)


def _called_as_its_layers(model: Any) -> bool:
    """Whether its call is Keras's: its layers, one after the other or along the graph."""
    owner = next(kind for kind in type(model).__mro__ if "call" in vars(kind))
    return owner.__module__.split(".")[0] == "keras"


def _add_functional(graph: Graph, path: str, model: Any, value: Value) -> Value:
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise UnsupportedModule(path, "has several inputs or outputs")
    values = {id(model.inputs[0]): value}
    nodes = _nodes(path, model)
    for operation in model.operations:  # Each after those whose outputs it takes.
        if isinstance(operation, keras.layers.InputLayer):
            continue
        node = nodes[id(operation)]
        taken = [values[id(tensor)] for tensor in node.input_tensors]
        values[id(node.outputs[0])] = _add(graph, path, operation, taken, node.arguments.kwargs)
    return values[id(model.outputs[0])]


def _nodes(path: str, model: Any) -> dict[int, Any]:
    """Where each operation is called within the model; it may be called elsewhere, too."""
    nodes: dict[int, Any] = {}
    waiting = list(model.outputs)
    while waiting:
        operation, index, _ = waiting.pop()._keras_history
        node = operation._inbound_nodes[index]
        if nodes.setdefault(id(operation), node) is not node:
            raise UnsupportedModule(_join(path, operation), "is used more than once")
        waiting += node.input_tensors
    return nodes


def _add(graph: Graph, path: str, operation: Any, inputs: list[Value],
         arguments: Mapping[str, Any]) -> Value:
    at = _join(path, operation)
    if isinstance(operation, keras.Model):
        return _add_model(graph, at, operation, inputs[0])
    if isinstance(operation, keras.layers.Layer):
        return add_layer(graph, at, operation, inputs, arguments)
    if type(operation).__name__ == "Add":  # x + y
        return add_sum(graph, at, inputs)
    raise UnsupportedModule(
        at, f"the operation {type(operation).__name__} has no layer in the service")


def _join(path: str, operation: Any) -> str:
    return f"{path}/{operation.name}" if path else str(operation.name)
