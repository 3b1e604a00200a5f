"""The derivatives of a batch that is spread over blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from dask.delayed import Delayed, delayed
from distributed import Client as Cluster

from .._arrays import Array
from ..networks import Network, NetworkLike, as_network, kind_of
from ..results import Backward
from .refusals import refuse_dropout, refuse_others
from .replicas import Replicas
from .shards import Batch
from .sums import PARAMETERS, Sum, tree_sum

_INCLUDED = ["losses", *(f"d{name}" for name in PARAMETERS)]


@dataclass(frozen=True)
class Problem:
    """What is computed of each block, and where. `options` go with every request."""

    replicas: Replicas
    network: Network
    loss: Any
    layout: str
    penalty: Mapping[str, Any] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, replicas: Replicas, network: NetworkLike, loss: Any, layout: str | None,
           options: Mapping[str, Any], known: frozenset[str], call: str) -> Problem:
        """Raises NotShardable for a network or options whose sums are not those of the batch."""
        sent = as_network(network)
        own = dict(sent.options)
        if "mode" not in known:  # As in Client.train: a training has no mode.
            own.pop("mode", None)
        layout = layout or own.pop("layout", "course")
        loss = own.pop("loss", None) if loss is None else loss
        settings = {**own, **options}
        settings.pop("layout", None)
        settings.pop("loss", None)
        refuse_others(settings, known, call)
        refuse_dropout(sent, settings.get("mode", "training"))
        penalty = settings.pop("penalty", None)
        settings = {name: value for name, value in settings.items() if value is not None}
        return cls(replicas, replace(sent, options={}), loss, layout, penalty, settings)

    @property
    def dtype(self) -> str:
        """What the service computes in."""
        return str(self.options.get("precision", "float64"))

    def with_network(self, network: Network) -> Problem:
        """The same of another network."""
        return replace(self, network=replace(network, options={}))

    def sum_over(self, batch: Batch) -> Delayed:
        """The Sum of a batch: a task for each block, and a tree that adds them."""
        problem = delayed(self, pure=False, traverse=False)
        penalty = _of_examples(self.penalty, batch.examples)
        of_block = delayed(sum_of_block, pure=False)
        return tree_sum([
            of_block(problem, index, None if index else penalty, X, Y, weights)
            for index, (X, Y, weights) in enumerate(batch.blocks())])


def backward(client: Cluster, endpoints: Sequence[str], network: NetworkLike, X: Any, Y: Any,
             loss: Any = None, *, sample_weight: Any = None, layout: str | None = None,
             token: str | None = None, patience: float = 60.0, **options: Any) -> Backward:
    """The cost of a batch in Dask arrays, and its derivatives by every parameter.

    `client` is that of the Dask cluster, whose workers send a block of examples each to one of the
    replicas at `endpoints`, and to another one where that is gone. The blocks are those of `X`
    along its examples: its rows in `layout` "pytorch" and "keras", the columns of units × examples
    in "course", which is the default where the network says none. A block has to fit into a
    request (`limits`).

    `options` are `penalty`, `denominator`, `class_weight`, `mode` and `precision` of the contract's
    BackwardRequest. The answer is that of `Client.backward` in convention `loss`, without what
    belongs to single examples. It has the same bits for the same blocks, where the replicas are of
    one kind.

    Raises NotShardable for dropout in training mode and for other options; RequestError for what
    the service refuses, as layers that mix the examples of a batch; NotReachable where no replica
    has answered for `patience` seconds.
    """
    problem = Problem.of(Replicas(endpoints, token, patience), network, loss, layout, options,
                         _OPTIONS, "backward")
    total: Sum = compute(client, problem.sum_over(Batch.of(X, Y, sample_weight, problem.layout)))
    return total.answer([kind_of(layer) for layer in problem.network.layers], problem.dtype)


_OPTIONS = frozenset({"penalty", "denominator", "class_weight", "mode", "precision"})


def compute(client: Cluster, task: Delayed) -> Any:
    """The result of a task; what is under way for it ends with the wait for it."""
    future = client.compute(task)
    try:
        return future.result()
    finally:
        future.release()


def sum_of_block(problem: Problem, index: int, penalty: Mapping[str, Any] | None, X: Array,
                 Y: Array, sample_weight: Array | None) -> Sum:
    """The task of a block. The penalty, which is of the whole, goes with the first one alone."""
    options = dict(problem.options)
    denominator = None
    if sample_weight is not None and not np.any(sample_weight):
        # By their weights nothing could be divided; nothing is added to the whole's, either.
        if options.pop("denominator", "examples") == "weights":
            denominator = 0.0
    if penalty is not None:
        options["penalty"] = penalty
    answer = problem.replicas.ask(index, lambda replica: replica.backward(
        problem.network, X, Y, problem.loss, sample_weight=sample_weight, convention="sum",
        layout=problem.layout, include=_INCLUDED, **options))
    return Sum.of(answer, denominator)


def _of_examples(penalty: Mapping[str, Any] | None, examples: int) -> Mapping[str, Any] | None:
    """The same penalty, where λ/2m would take the m of a block for that of the batch."""
    if penalty is None or penalty.get("scale") != "lambda/2m":
        return penalty
    parts = {name: penalty[name] / examples for name in ("l1", "l2") if name in penalty}
    return {**penalty, "scale": "lambda/2", **parts}
