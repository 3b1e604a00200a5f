"""Blocks of examples."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import dask.array as da
from dask.delayed import Delayed
from distributed import Client as Cluster


@dataclass(frozen=True)
class Batch:
    """Examples as Dask arrays in a layout of the service, in blocks along the axis of the examples.

    The blocks are those of `X`; `Y` and the weights are cut as it is.
    """

    X: da.Array
    Y: da.Array
    sample_weight: da.Array | None
    layout: str

    @classmethod
    def of(cls, X: Any, Y: Any, sample_weight: Any, layout: str) -> Batch:
        """Raises ValueError where the arrays have not as many examples, or none, or lengths are
        unknown."""
        X = _array("X", X)
        axis = _axis(X, None, layout)
        if any(math.isnan(length) for length in X.chunks[axis]):
            raise ValueError("the lengths of X's blocks are unknown: X.compute_chunk_sizes()")
        if X.shape[axis] == 0:
            raise ValueError(f"X has no examples along axis {axis} of {X.shape}")
        X = _cut(X, axis, tuple(length for length in X.chunks[axis] if length))
        arrays = {"Y": _array("Y", Y)}
        if sample_weight is not None:
            arrays["sample_weight"] = _array("sample_weight", sample_weight)
        for name, array in arrays.items():
            along = _axis(array, X.shape[axis], layout)
            if array.shape[along] != X.shape[axis]:
                raise ValueError(f"{name} has {array.shape[along]} examples along axis {along} of "
                                 f"{array.shape}, X has {X.shape[axis]}")
            arrays[name] = _cut(array, along, X.chunks[axis])
        return cls(X, arrays["Y"], arrays.get("sample_weight"), layout)

    @property
    def examples(self) -> int:
        """m."""
        return int(self.X.shape[_axis(self.X, None, self.layout)])

    def rows(self, start: int, stop: int) -> Batch:
        """The examples from `start` to before `stop`, or to the last, in parts of these blocks."""
        def part(array: da.Array) -> da.Array:
            index: list[slice] = [slice(None)] * array.ndim
            index[_axis(array, self.examples, self.layout)] = slice(start, stop)
            return array[tuple(index)]
        weights = None if self.sample_weight is None else part(self.sample_weight)
        return Batch.of(part(self.X), part(self.Y), weights, self.layout)

    def persisted(self, client: Cluster) -> Batch:
        """The same, kept in the memory of the workers once they have it."""
        arrays = {"X": self.X, "Y": self.Y}
        if self.sample_weight is not None:
            arrays["sample_weight"] = self.sample_weight
        kept = client.persist(list(arrays.values()))
        return replace(self, **dict(zip(arrays, kept, strict=True)))

    def blocks(self) -> Iterator[tuple[Delayed, Delayed, Delayed | None]]:
        """X, Y and the weights of each block, in order."""
        weights: Any = None
        X, Y = self.X.to_delayed().ravel(), self.Y.to_delayed().ravel()
        if self.sample_weight is not None:
            weights = self.sample_weight.to_delayed().ravel()
        for index in range(len(X)):
            yield X[index], Y[index], None if weights is None else weights[index]


def _array(name: str, value: Any) -> da.Array:
    array = da.asarray(value)
    if array.ndim == 0:
        raise ValueError(f"{name} is no array of examples: {value!r}")
    return array


def _axis(array: da.Array, examples: int | None, layout: str) -> int:
    """The axis of the examples: the first, and in the course's layout the second of what has two
    axes or three, but for class indices and weights of positions, which are examples × positions.
    """
    if layout == "course" and array.ndim in (2, 3):
        if examples is None or array.shape[1] == examples:
            return 1
    return 0


def _cut(array: da.Array, axis: int, lengths: tuple[int, ...]) -> da.Array:
    chunks: dict[int, Any] = dict.fromkeys(range(array.ndim), -1)
    chunks[axis] = lengths
    return array.rechunk(chunks)
