"""What calls come back with. Arrays are NumPy's, own their memory and may be written to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ._arrays import Array, Arrays, decoded


class Layer(Arrays):
    """The arrays of one layer, as attributes and by name: `layer.dW`, `layer["dW"]`.

    `index` counts from 0; `kind` is the layer's type with its activation; `name` is the one that
    the network gives it, or None.
    """

    def __init__(self, answer: Mapping[str, Any], index: int = 0, kind: str = "") -> None:
        super().__init__({key: value for key, value in answer.items() if key != "name"})
        self.index = index
        self.kind = kind
        self.name: str | None = answer.get("name")

    def __getattr__(self, name: str) -> Array:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            there = ", ".join(self) or "no arrays"
            raise AttributeError(
                f"layer {self.index} ({self.kind}) has {there}, and no {name}; "
                "include=[…] asks for others") from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self]

    def __repr__(self) -> str:
        arrays = ", ".join(f"{name} {array.shape}" for name, array in self.items())
        return f"<layer {self.index} {self.kind}: {arrays}>"


def layers_of(answer: Mapping[str, Any], kinds: Sequence[str]) -> tuple[Layer, ...]:
    """The layers of an answer, or of a part of one."""
    return tuple(
        Layer(layer, index, kinds[index] if index < len(kinds) else "")
        for index, layer in enumerate(answer.get("layers", [])))


@dataclass(frozen=True)
class Derivative:
    """Which derivative the numbers of a name are.

    `of` is L (each example's loss), J (the cost), ΣL or R (the penalty); `times` has, for each
    convention, what turns the numbers into that one's, and is empty where no single factor does.
    """

    of: str
    formula: str
    times: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Meaning(Mapping[str, Derivative]):
    """What the derivatives of an answer are derivatives of: `meaning["dZ"].times["cost"]`."""

    convention: str
    examples: int
    denominator: float
    L: str
    derivatives: Mapping[str, Derivative]

    @classmethod
    def of(cls, answer: Mapping[str, Any] | None) -> Meaning | None:
        """From the `meaning` of an answer."""
        if answer is None:
            return None
        derivatives = {
            name: Derivative(value["of"], value["formula"], value.get("times", {}))
            for name, value in answer.items() if isinstance(value, Mapping)}
        return cls(answer["convention"], answer["examples"], answer["denominator"], answer["L"],
                   derivatives)

    def __getitem__(self, name: str) -> Derivative:
        return self.derivatives[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.derivatives)

    def __len__(self) -> int:
        return len(self.derivatives)


@dataclass(frozen=True, repr=False, eq=False)
class Answer:
    """An answer of the service. `kinds` names the layers that were sent."""

    tree: Mapping[str, Any]
    kinds: Sequence[str] = ()

    @cached_property
    def raw(self) -> dict[str, Any]:
        """The whole answer as the contract has it, its arrays as NumPy arrays."""
        return dict(decoded(self.tree))

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The arrays of each layer."""
        return layers_of(self.tree, self.kinds)

    @cached_property
    def meaning(self) -> Meaning | None:
        """Of which scalar each derivative is."""
        return Meaning.of(self.tree.get("meaning"))

    @property
    def dry_run(self) -> Mapping[str, Any] | None:
        """Shapes, work and limits, of a call with `dry_run=True`."""
        return self.tree.get("dry_run")

    @property
    def defaults(self) -> Sequence[Mapping[str, Any]]:
        """The settings that were left out and that Keras or PyTorch take differently."""
        return tuple(self.tree.get("defaults", ()))

    @cached_property
    def _arrays(self) -> Arrays:
        return Arrays(self.tree)

    def _array(self, name: str) -> Array | None:
        return self._arrays[name] if name in self.tree else None

    def __repr__(self) -> str:
        from ._text import answer_text
        return answer_text(self)

    def _repr_html_(self) -> str:
        from ._html import answer_html
        return answer_html(self)


class Forward(Answer):
    """What `/forward` answers."""

    @property
    def cost(self) -> float | None:
        """J, where there were targets."""
        return self.tree.get("cost")

    @property
    def cost_data(self) -> float | None:
        """The mean of the losses alone, where there is a penalty."""
        return self.tree.get("cost_data")

    @property
    def cost_penalty(self) -> float | None:
        """The penalty alone, where there is one."""
        return self.tree.get("cost_penalty")

    @property
    def outputs(self) -> Array | None:
        """A[L], laid out as the targets are."""
        return self._array("outputs")

    @property
    def losses(self) -> Array | None:
        """Lᵢ of each example, of shape (m,)."""
        return self._array("losses")

    @property
    def tangent(self) -> Array | None:
        """How the outputs move along the tangents: the Jacobian-vector product."""
        return self._array("tangent")


class Backward(Forward):
    """What `/backward` answers: the derivatives, and what they are derivatives of."""

    @property
    def dX(self) -> Array | None:
        """The derivative with respect to the batch, where `include` names it."""
        return self._array("dX")

    @cached_property
    def products(self) -> tuple[Backward, ...]:
        """What follows from each of `seeds`, in their order."""
        return tuple(
            Backward({"meaning": self.tree["meaning"], **product}, self.kinds)
            for product in self.tree.get("products", []))

    @cached_property
    def per_example(self) -> Sequence[Mapping[str, Any]] | None:
        """Each example's own derivatives, or their statistics: a mapping for each layer."""
        found = self.tree.get("per_example")
        return None if found is None else tuple(decoded(found["layers"]))

    @property
    def trace(self) -> Sequence[Mapping[str, Any]] | None:
        """Every operation of both passes in order, of a call with `trace=True`."""
        return self.tree.get("trace")


class Conversion(Answer):
    """What `/convert` answers: the tensors in another convention and layout."""

    @cached_property
    def tensors(self) -> Arrays:
        """The course's flat dictionary, where that was sent."""
        return Arrays(self.tree.get("tensors", {}))

    @property
    def factors(self) -> Mapping[str, float]:
        """What the tensors of each name were multiplied by."""
        factors: Mapping[str, float] = self.tree["factors"]
        return factors

    @property
    def X(self) -> Array | None:
        """X, where it was sent."""
        return self._array("X")

    @property
    def Y(self) -> Array | None:
        """Y, where it was sent."""
        return self._array("Y")

    @property
    def dX(self) -> Array | None:
        """dX, where it was sent."""
        return self._array("dX")


class Declarations(Mapping[str, Any]):
    """What the service says of itself: its catalogue, or its limits."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw

    def __getitem__(self, name: str) -> Any:
        return self.raw[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.raw)

    def __len__(self) -> int:
        return len(self.raw)

    def __repr__(self) -> str:
        from ._text import declarations_text
        return declarations_text(self)

    def _repr_html_(self) -> str:
        from ._html import declarations_html
        return declarations_html(self)
