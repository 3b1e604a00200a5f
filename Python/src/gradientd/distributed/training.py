"""Trainings whose batches are spread over blocks: synchronous data parallelism."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any

import numpy as np
from dask.delayed import delayed
from distributed import Client as Cluster

from .._arrays import Array
from ..networks import Network, NetworkLike
from .gradients import Problem, compute
from .replicas import Replicas
from .shards import Batch
from .sums import PARAMETERS
from .updates import Optimizer, State, Step, learning_rates, refuse, update

_OPTIONS = frozenset({"penalty", "denominator", "class_weight", "precision"})


@dataclass(frozen=True)
class Fit:
    """A training that has come to its end.

    `network` can be sent again. `costs` has the cost of each epoch: that of its steps, each before
    its own update, weighted by what their cost is divided by. `settings` are those in force, with
    the optimizer's rule.
    """

    network: Network
    costs: Array
    steps: int
    settings: Mapping[str, Any]


def fit(client: Cluster, endpoints: Sequence[str], network: NetworkLike, X: Any, Y: Any,
        loss: Any = None, *, optimizer: Any, epochs: int, learning_rate: float | None = None,
        batch_size: int | None = None, schedule: Any = None, clipping: Any = None,
        sample_weight: Any = None, layout: str | None = None, token: str | None = None,
        patience: float = 60.0, on_epoch: Callable[[int, float], None] | None = None,
        **options: Any) -> Fit:
    """Trains a network on Dask arrays: in each step the blocks' gradients are summed as by
    `backward`, and the service's own optimizer takes the step along them.

    A step takes `batch_size` examples, in their order and cut where the blocks of `X` are, or all.
    `optimizer`, `learning_rate`, `schedule` and `clipping` are those of the contract's
    TrainingSettings; `options` are `penalty`, `denominator`, `class_weight` and `precision` of its
    TrainRequest. `on_epoch` is called with the epoch, from 1, and its cost. The other arguments are
    those of `backward`. It comes to what `Client.train` comes to with the same settings, but for
    the last bits, and to the same bits for the same blocks.

    Raises NotShardable for what needs more than gradients: dropout, a line search, clipping by the
    norm of single arrays, `reduce_on_plateau`; FloatingPointError where a step's cost or gradient
    is not finite; and what `backward` raises.
    """
    refuse(optimizer, clipping, schedule)
    for name, count in {"epochs": epochs, "batch_size": batch_size}.items():
        if count is not None and (not isinstance(count, Integral) or count < 1):
            raise ValueError(f"{name} is {count!r}, expected a whole number, 1 or more")
    replicas = Replicas(endpoints, token, patience)
    problem = Problem.of(replicas, network, loss, layout, options, _OPTIONS, "fit")
    batch = Batch.of(X, Y, sample_weight, problem.layout)
    size = min(batch_size or batch.examples, batch.examples)
    # In the workers' memory, since every epoch goes over them.
    steps = [batch.rows(start, start + size).persisted(client)
             for start in range(0, batch.examples, size)]

    trained = _drawn(client, problem, steps[0])
    rule = Optimizer(optimizer, clipping, problem.dtype)
    rates = compute(client, delayed(learning_rates, pure=False)(
        replicas, rule, learning_rate, schedule, epochs, len(steps)))
    state, costs = State(_flat(trained)), []
    settings: Mapping[str, Any] = {}
    for epoch in range(epochs):
        cost = weight = 0.0
        for part in steps:
            total = problem.with_network(_shaped(trained, state.parameters)).sum_over(part)
            step: Step = compute(client, delayed(update, pure=False)(
                replicas, rule, rates[state.steps], delayed(state, pure=False), total))
            state, settings = step.state, step.settings
            cost += step.cost * step.weight
            weight += step.weight
        if weight == 0:
            raise ZeroDivisionError("the weights add up to 0, by which nothing can be divided")
        costs.append(cost / weight)
        if on_epoch is not None:
            on_epoch(epoch + 1, costs[-1])
    result = replace(_shaped(trained, state.parameters), options={"layout": problem.layout})
    return Fit(result, np.array(costs), state.steps, settings)


def _drawn(client: Cluster, problem: Problem, batch: Batch) -> Network:
    """The network with all its parameters: a training that does not move them answers it."""
    one = batch.rows(0, 1)
    X, Y, _ = next(one.blocks())
    network: Network = compute(client, delayed(parameters_of, pure=False)(
        delayed(problem, pure=False, traverse=False), X, Y))
    return network


def parameters_of(problem: Problem, X: Array, Y: Array) -> Network:
    """The task that asks for them."""
    training = problem.replicas.ask(0, lambda replica: replica.train(
        problem.network, X, Y, problem.loss, optimizer="sgd", learning_rate=0, epochs=1,
        layout=problem.layout, precision=problem.dtype, include=[]))
    return training.network


def _learned(network: Network) -> list[tuple[int, str]]:
    """Where the parameters stand, in order: index of the layer, name."""
    return [(index, name) for index, layer in enumerate(network.layers) for name in PARAMETERS
            if name in layer]


def _flat(network: Network) -> Array:
    return np.concatenate([np.ravel(network.layers[index][name])
                           for index, name in _learned(network)])


def _shaped(network: Network, parameters: Array) -> Network:
    """The network with other parameters."""
    layers = [dict(layer) for layer in network.layers]
    start = 0
    for index, name in _learned(network):
        shape = np.shape(layers[index][name])
        end = start + int(np.prod(shape))
        layers[index][name] = parameters[start:end].reshape(shape)
        start = end
    return replace(network, layers=layers)
