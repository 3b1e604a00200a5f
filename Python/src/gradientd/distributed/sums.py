"""Sums over examples, and how they become derivatives of the cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from dask.delayed import Delayed, delayed

from .._arrays import Array
from ..results import Backward

Gradients = Sequence[Mapping[str, Array]]

PARAMETERS = ("W", "b", "alpha", "gamma", "beta", "U", "b_recurrent", "Wq", "Wk", "Wv", "Wo", "bq",
              "bk", "bv", "bo")
_PENALTY = "_penalty"


@dataclass(frozen=True)
class Sum:
    """What the examples of some blocks come to.

    `gradients` has ∂(Σ Lᵢ)/∂θ of each layer's parameters θ, as `dW` and so on, `losses` Σ Lᵢ, both
    in float64. The penalty is that of the whole batch and stands in one block's sum alone.
    """

    gradients: Gradients
    losses: float
    denominator: float
    examples: int
    loss_formula: str
    penalty_gradients: Gradients | None = None
    penalty: float = 0.0

    @classmethod
    def of(cls, answer: Backward, denominator: float | None = None) -> Sum:
        """From an answer in convention `sum` with its losses."""
        layers = [{name: np.asarray(array, np.float64) for name, array in layer.items()}
                  for layer in answer.layers]
        gradients = [{f"d{name}": layer[f"d{name}"] for name in PARAMETERS if f"d{name}" in layer}
                     for layer in layers]
        penalties = [{name.removesuffix(_PENALTY): array for name, array in layer.items()
                      if name.endswith(_PENALTY)} for layer in layers]
        meaning, losses = answer.meaning, answer.losses
        assert meaning is not None and losses is not None
        return cls(
            gradients, float(np.sum(losses, dtype=np.float64)),
            meaning.denominator if denominator is None else denominator, meaning.examples,
            meaning.L, penalties if any(penalties) else None, answer.cost_penalty or 0.0)

    def __add__(self, other: Sum) -> Sum:
        gradients = [{name: mine[name] + others[name] for name in mine}
                     for mine, others in zip(self.gradients, other.gradients, strict=True)]
        return Sum(
            gradients, self.losses + other.losses, self.denominator + other.denominator,
            self.examples + other.examples, self.loss_formula,
            self.penalty_gradients or other.penalty_gradients, self.penalty + other.penalty)

    @property
    def cost(self) -> float:
        """J, the penalty included."""
        return self.losses / self.denominator + self.penalty

    def mean(self) -> Gradients:
        """∂J/∂θ: divided here, once, and the penalty's added."""
        if self.denominator == 0:
            raise ZeroDivisionError("the weights add up to 0, by which nothing can be divided")
        data = [{name: array / self.denominator for name, array in layer.items()}
                for layer in self.gradients]
        if self.penalty_gradients is None:
            return data
        return [{name: array + penalty[name] if name in penalty else array
                 for name, array in layer.items()}
                for layer, penalty in zip(data, self.penalty_gradients, strict=True)]

    def flat_mean(self) -> Array:
        """∂J/∂θ of all parameters as one array: layer by layer, in the order of PARAMETERS."""
        return np.concatenate([np.ravel(layer[f"d{name}"]) for layer in self.mean()
                               for name in PARAMETERS if f"d{name}" in layer])

    def answer(self, kinds: Sequence[str], dtype: str) -> Backward:
        """As `/backward` would have answered it of all the examples in one request."""
        layers = [{name: array.astype(dtype) for name, array in layer.items()}
                  for layer in self.mean()]
        tree: dict[str, Any] = {"cost": self.cost, "layers": layers}
        times: dict[str, float] = {"loss": 1.0, "cost": 1.0}
        if self.penalty_gradients is None:
            times["sum"] = self.denominator
        else:
            tree |= {"cost_data": self.losses / self.denominator, "cost_penalty": self.penalty}
        names = {name: None for layer in layers for name in layer}
        tree["meaning"] = {
            "convention": "loss", "examples": self.examples, "denominator": self.denominator,
            "L": self.loss_formula,
            **{name: {"of": "J", "formula": f"∂J/∂{name.removeprefix('d')}", "times": times}
               for name in names}}
        return Backward(tree, kinds)


def tree_sum(sums: Sequence[Delayed]) -> Delayed:
    """The sum of neighbours, of the sums of neighbours, and so on: always in the same order."""
    join = delayed(add, pure=False)
    level = list(sums)
    while len(level) > 1:
        pairs = [join(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[2 * len(pairs):]
    return level[0]


def add(first: Sum, second: Sum) -> Sum:
    """The task of a node of the tree."""
    return first + second
