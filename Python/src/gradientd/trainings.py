"""What trainings answer, and tell as they go."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ._answer import parse, restore_non_finite
from ._arrays import Array, as_array, decoded
from .networks import Network
from .results import Answer, Backward


@dataclass(frozen=True, repr=False, eq=False)
class Training(Answer):
    """What `/train` answers. `options` are those of the request that `network` keeps."""

    options: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def network(self) -> Network:
        """The trained network, to be sent again."""
        fields = decoded(self.tree["network"])
        return Network(fields.pop("layers"), self.options, fields)

    @cached_property
    def costs(self) -> Array:
        """The cost of each epoch, that of its steps, each before its own update."""
        return as_array(self.tree["costs"])

    @cached_property
    def costs_without_fault(self) -> Array | None:
        """The costs of the right training, where a fault was asked for."""
        return self._array("costs_without_fault")

    @cached_property
    def history(self) -> Mapping[str, Array]:
        """What was reported: an array for each name, with a number for each report."""
        return {name: np.array(column, dtype=int if name in ("epoch", "step") else float)
                for name, column in self.tree["history"].items()}

    @property
    def outcome(self) -> str:
        """`finished`, `stopped_early` or `diverged`."""
        return str(self.tree["outcome"])

    @property
    def failure(self) -> Mapping[str, Any] | None:
        """Where a training that diverged came upon a number that is not finite."""
        return self.tree.get("failure")

    @property
    def best(self) -> Mapping[str, Any] | None:
        """The best epoch, with early stopping."""
        return self.tree.get("best")

    @property
    def warnings(self) -> Sequence[str]:
        """What is suspicious without being wrong."""
        return tuple(self.tree.get("warnings", ()))

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings in force, with the optimizer's rule."""
        settings: Mapping[str, Any] = self.tree["training"]
        return settings

    @cached_property
    def evaluation(self) -> Mapping[str, Any] | None:
        """Cost and metrics of the trained network, of the batch and of the validation batch."""
        found = self.tree.get("evaluation")
        if found is None:
            return None
        return {whose: {name: value if isinstance(value, (int, float)) else as_array(value)
                        for name, value in figures.items()}
                for whose, figures in found.items()}

    @cached_property
    def last_step(self) -> Backward | None:
        """The derivatives that the last step went along."""
        found = self.tree.get("last_step")
        return None if found is None else Backward(found, self.kinds)

    @property
    def checkpoint(self) -> Mapping[str, Any] | None:
        """Where to go on from, of a call with `checkpoint=True`: the `resume_from` of the next."""
        return self.tree.get("checkpoint")

    @property
    def fault(self) -> Mapping[str, Any] | None:
        """The mistake that was made on purpose, where one was asked for."""
        return self.tree.get("fault")


@dataclass(frozen=True)
class Event:
    """What a training tells: `started`, `epoch`, `checkpoint`, `warning`, and last `done`,
    `failed` or `cancelled`.

    `epoch` and `step` count those that are done. `values` has the numbers of a report by their
    names, also as `event["cost:mean"]`; `result` stands in the last event of a training that is
    watched, and not of a run's.
    """

    id: int
    kind: str
    epoch: int
    step: int
    values: Mapping[str, float]
    detail: str | None
    result: Training | None
    raw: Mapping[str, Any] = field(repr=False)

    def __getitem__(self, name: str) -> float:
        return self.values[name]

    @property
    def is_last(self) -> bool:
        """Whether nothing follows."""
        return self.kind in ("done", "failed", "cancelled")


_NO_VALUES = {"id", "epoch", "step", "bytes"}


def read_event(line: bytes, kinds: Sequence[str], options: Mapping[str, Any]) -> Event:
    """An event of a line of JSON."""
    tree: dict[str, Any] = parse(line) if b'"result"' in line else json.loads(line)
    values = {name: math.nan if value is None else float(value) for name, value in tree.items()
              if name not in _NO_VALUES and (value is None or isinstance(value, (int, float)))}
    result = tree.get("result")
    if result is not None:
        restore_non_finite(result)
    return Event(tree["id"], tree["event"], tree["epoch"], tree["step"], values,
                 tree.get("detail"),
                 None if result is None else Training(result, kinds, options), tree)
