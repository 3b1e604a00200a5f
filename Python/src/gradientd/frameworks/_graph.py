"""Layers put together to a network, and which parameter of a model each of their arrays is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._arrays import Array
from ..errors import UnsupportedModule
from ..networks import Network
from ..results import Backward
from ..trainings import Training

INPUT = "X"


@dataclass(frozen=True)
class Value:
    """What flows between two layers: the name of the layer that it comes from, what an example of
    it is (`units`, `sequence`, `image`, or unknown), and how many features it has, where known."""

    layer: str
    form: str | None = None
    features: int | None = None


@dataclass(frozen=True)
class Slot:
    """Where an array of a layer is kept in the model.

    `read` gets it in the layout of the network, `write` sets it, `name` is the parameter's in the
    model and `model_shape` its shape there. `rows` are those of the parameter that the array is,
    where it is not the whole of it.
    """

    layer: int
    array: str
    name: str
    read: Callable[[], Array]
    write: Callable[[Array], None]
    model_shape: tuple[int, ...]
    rows: slice | int | None = None
    trainable: bool = True


@dataclass
class Graph:
    """A network that is being made."""

    layers: list[dict[str, Any]] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    _names: set[str] = field(default_factory=lambda: {INPUT})
    _owners: dict[int, str] = field(default_factory=dict)

    def add(self, path: str, inputs: Sequence[Value], layer: dict[str, Any],
            form: str | None = None, features: int | None = None) -> Value:
        """A further layer, which takes `inputs`; it is named after its place in the model."""
        if not self._follows(inputs):
            layer["inputs"] = [value.layer for value in inputs]
        name = path if 0 < len(path) <= 90 else f"layer{len(self.layers)}"
        while name in self._names:
            name += "_"
        self._names.add(name)
        self.layers.append({"type": layer.pop("type"), "name": name, **layer})
        return Value(name, form, features)

    def _follows(self, inputs: Sequence[Value]) -> bool:
        before = self.layers[-1]["name"] if self.layers else INPUT
        return len(inputs) == 1 and inputs[0].layer == before

    def activate(self, path: str, value: Value, activation: Any, fuse: bool) -> Value:
        """An activation: of the layer before it if that may have one, or a layer of its own."""
        last = self.layers[-1] if self.layers else {}
        if (fuse and last.get("name") == value.layer and last["type"] in ("dense", "conv2d")
                and "activation" not in last):
            last["activation"] = activation
            return value
        layer = {"type": "activation", "activation": activation}
        return self.add(path, [value], layer, value.form, value.features)

    def keep(self, array: str, name: str, owner: object, read: Callable[[], Array],
             write: Callable[[Array], None], model_shape: tuple[int, ...], **more: Any) -> None:
        """Notes where an array of the newest layer is kept, and gives it to the layer.

        Raises UnsupportedModule where another layer has the same parameter.
        """
        first = self._owners.setdefault(id(owner), self.layers[-1]["name"])
        if first != self.layers[-1]["name"]:
            raise UnsupportedModule(
                name, f"is shared with {first}: the service would train two copies")
        slot = Slot(len(self.layers) - 1, array, name, read, write, model_shape, **more)
        self.slots.append(slot)
        self.layers[-1][array] = read()

    def network(self, output: Value, **options: Any) -> Network:
        """The network whose output is `output`. Raises UnsupportedModule where it has no layers, or
        something comes after the output."""
        if not self.layers or output.layer != self.layers[-1]["name"]:
            raise UnsupportedModule("", "the model's output is not what its last layer makes")
        return Network(tuple(self.layers), options)


def trained_layers(source: Training | Network | Mapping[str, Any], graph: Graph,
                   layout: str) -> Sequence[Mapping[str, Any]]:
    """The layers of a network that is to be put back into the model that `graph` was made of.

    Raises ValueError where it is in another layout, or not of that model.
    """
    network = source.network if isinstance(source, Training) else source
    if isinstance(network, Network):
        found = network.options.get("layout", layout)
        if found != layout:
            raise ValueError(f"the network is laid out as {found}, and the model as {layout}")
        layers = list(network.layers)
    else:
        layers = list(network["layers"])
    expected = [layer["type"] for layer in graph.layers]
    kinds = [layer.get("type", "dense") for layer in layers]
    if kinds != expected:
        raise ValueError(f"the network has the layers {kinds}, and the model {expected}")
    return layers


def write_back(graph: Graph, layers: Sequence[Mapping[str, Any]]) -> None:
    """Puts the arrays of a network into the model, all or none.

    Raises ValueError where a shape differs, or where a parameter was trained that the model keeps
    from training.
    """
    values = []
    for slot in graph.slots:
        value, there = np.asarray(layers[slot.layer][slot.array]), slot.read()
        if value.shape != there.shape:
            raise ValueError(f"{slot.name}: the network has the shape {value.shape}, and the model "
                             f"{there.shape}")
        if not slot.trainable and not np.array_equal(value, there):
            raise ValueError(f"{slot.name} is kept from training in the model, and was trained")
        values.append(value)
    for slot, value in zip(graph.slots, values, strict=True):
        slot.write(value)


def named_gradients(graph: Graph, step: Backward) -> dict[str, Array]:
    """The derivatives of an answer under the names, and in the shapes, that the model has for its
    parameters. Raises KeyError where the answer lacks one."""
    gradients: dict[str, Array] = {}
    for slot in graph.slots:
        if slot.array in ("moving_mean", "moving_variance"):
            continue
        layer = step.layers[slot.layer]
        if "d" + slot.array not in layer:
            raise KeyError(f"the answer has no d{slot.array} of layer {slot.layer}: "
                           "leave out `include`, or name it there")
        value = layer["d" + slot.array]
        if slot.rows is None:
            gradients[slot.name] = value.reshape(slot.model_shape)
        else:
            gradients.setdefault(slot.name, np.empty(slot.model_shape))[slot.rows] = value
    return gradients
