"""Networks, as a request has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Layer_: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, repr=False, eq=False)
class Network:
    """A network and what goes with it: the layout of its arrays and, where the model that it was
    made of says so, its loss and penalty.

    `layers` are those of the contract, in order. `fields` are the network's others, as `seed` and
    `initializer`. `options` are taken by every call with this network that does not say otherwise.
    """

    layers: Sequence[Layer_]
    options: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)

    def payload(self) -> dict[str, Any]:
        """The `network` of a request."""
        return {"layers": list(self.layers), **self.fields}

    def __repr__(self) -> str:
        from ._text import network_text
        return network_text(self)

    def _repr_html_(self) -> str:
        from ._html import network_html
        return network_html(self)


NetworkLike: TypeAlias = Network | Mapping[str, Any] | Sequence[Layer_]


def as_network(network: NetworkLike) -> Network:
    """A network of any of the forms in which calls take one. Raises TypeError for all else."""
    if not isinstance(network, (Network, Iterable)) or hasattr(network, "state_dict"):
        raise TypeError(f"a network is a gradientd.Network or a list of layers, and no "
                        f"{type(network).__name__}: from_torch, from_keras and from_sklearn make "
                        "one of a model, and that of a Training is its `network`")
    if isinstance(network, Network):
        return network
    if isinstance(network, Mapping):
        fields = dict(network)
        return Network(fields.pop("layers", ()), fields=fields)
    return Network(tuple(network))


def kind_of(layer: Any) -> str:
    """What to call a layer: its type, and its activation if it has one."""
    if not isinstance(layer, Mapping):
        return "?"
    activation = layer.get("activation")
    if isinstance(activation, Mapping):
        activation = activation.get("type")
    kind = layer.get("type", "dense")
    if kind == "activation":
        return str(activation or "linear")
    return f"{kind} {activation}" if activation and activation != "linear" else str(kind)
