"""What `/check` answers: verdicts on derivatives that somebody else computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ._arrays import Array, Arrays, decoded
from .networks import Network
from .results import Answer


@dataclass(frozen=True)
class Mistake:
    """A mistake by its name, and what to do about it; `step` and `tensors` say where it was made,
    in the list of a whole submission."""

    name: str
    sentence: str
    step: str | None = None
    tensors: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.sentence}"


@dataclass(frozen=True)
class TensorVerdict:
    """The verdict on one derivative: `correct`, `other_convention`, `carried_forward`,
    `misshapen` or `wrong`.

    `factor` is what the right one is multiplied by to come nearest, `residual` what is left then,
    as a share; `given_upstream` judges the step alone, given the caller's derivatives before it.
    """

    name: str
    array: str
    verdict: str
    score: float
    sentence: str
    given_upstream: str
    layer: int | None = None
    pointer: str | None = None
    shape: Mapping[str, Any] | None = None
    factor: float | None = None
    residual: float | None = None
    mistakes: tuple[Mistake, ...] = ()
    because: str | None = None


@dataclass(frozen=True)
class NumericalCheck:
    """Derivatives beside central differences of the cost; `figure` is the course's
    ‖g − ĝ‖/(‖g‖ + ‖ĝ‖), and `tensors` has one mapping for each array."""

    verdict: str
    sentence: str
    figure: float | None
    tensors: Sequence[Mapping[str, Any]]
    raw: Mapping[str, Any]


@dataclass(frozen=True)
class Probe:
    """A batch on which mistakes differ that the caller's cannot tell apart, and the network to send
    it to, where that is another one too."""

    batch: Mapping[str, Array]
    network: Network | None = None


class Check(Answer):
    """The verdict on a submission, from the output back."""

    @property
    def verdict(self) -> str | None:
        """On the whole; None where nothing was submitted."""
        return self.tree.get("verdict")

    @property
    def correct(self) -> bool:
        """Whether the submission is right, or without one, whether central differences agree."""
        if self.verdict is None:
            return self.numerical is not None and self.numerical.verdict == "agrees"
        return self.verdict == "correct"

    @property
    def score(self) -> float | None:
        """What share of the submission is right, from 0 to 1."""
        return self.tree.get("score")

    @property
    def summary(self) -> str:
        """The verdict in a few sentences."""
        numerical = self.numerical
        return str(self.tree.get("summary") or (numerical.sentence if numerical else ""))

    @property
    def conventions(self) -> Sequence[str]:
        """Those that the submission follows."""
        return tuple(self.tree.get("conventions", ()))

    @property
    def first_wrong(self) -> str | None:
        """The first wrong derivative on the way back from the output."""
        return self.tree.get("first_wrong")

    @property
    def look_at(self) -> str | None:
        """The line of code to look at."""
        return self.tree.get("look_at")

    @property
    def cost(self) -> Mapping[str, Any] | None:
        """The verdict on the cost, where one was submitted."""
        return self.tree.get("cost")

    @cached_property
    def tensors(self) -> tuple[TensorVerdict, ...]:
        """The verdict on each derivative, from the output back."""
        known = TensorVerdict.__dataclass_fields__
        return tuple(
            TensorVerdict(**{
                **{name: value for name, value in tensor.items() if name in known},
                "mistakes": tuple(Mistake(mistake["name"], mistake["sentence"])
                                  for mistake in tensor.get("mistakes", []))})
            for tensor in self.tree.get("tensors", []))

    @cached_property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Each mistake once, in the order of the way back."""
        return tuple(
            Mistake(mistake["name"], mistake["sentence"], mistake["step"],
                    tuple(mistake["tensors"]))
            for mistake in self.tree.get("mistakes", []))

    @property
    def ambiguities(self) -> Sequence[Mapping[str, Any]]:
        """What the batch cannot tell."""
        return tuple(self.tree.get("ambiguities", ()))

    @cached_property
    def numerical(self) -> NumericalCheck | None:
        """The check by central differences, where it was asked for."""
        found = self.tree.get("numerical")
        if found is None:
            return None
        return NumericalCheck(found["verdict"], found["sentence"], found.get("figure"),
                              tuple(found["tensors"]), found)

    @cached_property
    def probe(self) -> Probe | None:
        """A batch that tells more, where it was asked for."""
        found = self.tree.get("probe")
        if found is None:
            return None
        network = decoded(found.get("network"))
        return Probe(Arrays(found["batch"]), Network(network["layers"]) if network else None)
