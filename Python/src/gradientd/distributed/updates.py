"""Steps of the service's optimizers along gradients that were computed elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .._arrays import Array
from ..client import Client
from ..trainings import Training
from .refusals import NotShardable
from .replicas import Replicas
from .sums import Sum


@dataclass(frozen=True)
class Optimizer:
    """What the service is told of a step. `learning_rate` None is the optimizer's own."""

    optimizer: Any
    clipping: Any
    precision: str


@dataclass(frozen=True)
class State:
    """Parameters, flat and in order, and what the optimizer remembers, after some steps."""

    parameters: Array
    steps: int = 0
    checkpoint: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Step:
    """What one update leaves behind. `weight` is what the cost counts for among others."""

    state: State
    cost: float
    weight: float
    settings: Mapping[str, Any]


def refuse(optimizer: Any, clipping: Any, schedule: Any) -> None:
    """What a step along a given gradient cannot do."""
    if isinstance(optimizer, Mapping) and optimizer.get("line_search", "none") != "none":
        raise NotShardable("a line search asks for the cost at other parameters within a step")
    if _kind(clipping) == "norm":
        raise NotShardable('clipping "norm" is of each array by itself, and the optimizer gets all '
                           'of them as one (there are "global_norm" and "value")')
    if _kind(schedule) == "reduce_on_plateau":
        raise NotShardable("reduce_on_plateau monitors a whole training, and here each step is one")


def _kind(setting: Any) -> Any:
    return setting.get("type") if isinstance(setting, Mapping) else setting


def learning_rates(replicas: Replicas, rule: Optimizer, learning_rate: float | None,
                   schedule: Any, epochs: int, steps: int) -> Sequence[float | None]:
    """That of each step, as the service has it of a training with nothing to learn."""
    if schedule is None:
        return [learning_rate] * (epochs * steps)
    by_step = isinstance(schedule, Mapping) and schedule.get("unit") == "step"
    training = replicas.ask(0, lambda replica: replica.train(
        [{"W": np.zeros((1, 1)), "use_bias": False}], np.zeros((1, 1)), np.zeros((1, 1)),
        "half_squared_error", optimizer="sgd", learning_rate=_rate(replica, rule, learning_rate),
        schedule=schedule, epochs=epochs * steps if by_step else epochs))
    rates = training.history["learning_rate:last"].tolist()
    return rates if by_step else [rate for rate in rates for _ in range(steps)]


def _rate(replica: Client, rule: Optimizer, learning_rate: float | None) -> float:
    """η₀; the optimizer's own stands among the settings that are in force."""
    if learning_rate is not None:
        return learning_rate
    training = _step(replica, rule, None, State(np.zeros(1)), np.zeros(1))
    return float(training.settings["learning_rate"])


def update(replicas: Replicas, rule: Optimizer, rate: float | None, state: State,
           total: Sum) -> Step:
    """One step of the optimizer along the gradient of a sum's mean."""
    weight = total.denominator
    if weight == 0:  # The service, too, has such a step go along the penalty alone.
        total = replace(total, denominator=1.0)
    gradient = total.flat_mean()
    if not (np.isfinite(total.cost) and np.all(np.isfinite(gradient))):
        raise FloatingPointError(
            f"the gradient of step {state.steps + 1} is not finite, its cost {total.cost}")
    training = replicas.ask(
        state.steps, lambda replica: _step(replica, rule, rate, state, gradient))
    [layer] = training.network.layers
    after = State(np.asarray(layer["W"]).ravel(), state.steps + 1, training.checkpoint)
    return Step(after, total.cost, weight, training.settings)


def _step(replica: Client, rule: Optimizer, rate: float | None, state: State,
          gradient: Array) -> Training:
    """A step of a training whose gradient is `gradient`, to the last bit.

    The network is a = ⟨θ, g⟩, one example with the gradient g for its inputs, and its loss |a − y|
    with a y far below: the derivative by a is 1, and that by θ is 1·g. Every optimizer of the
    service takes each number by itself, or (lbfgs, and the global norm) all of them as one vector,
    so that it does not matter that they are one array. The state of the optimizer is carried from
    step to step by the training's checkpoint.
    """
    far_below = -1e300 if rule.precision == "float64" else -1e30
    settings = {"optimizer": rule.optimizer, "epochs": state.steps + 1, "report_every": 10**9}
    if rate is not None:
        settings["learning_rate"] = rate
    if rule.clipping is not None:
        settings["clipping"] = rule.clipping
    return replica.train(
        [{"W": state.parameters[:, None], "use_bias": False}], gradient[None, :],
        np.array([[far_below]]), "mean_absolute_error", layout="keras", precision=rule.precision,
        training=settings, include=[], checkpoint=True, resume_from=state.checkpoint)
