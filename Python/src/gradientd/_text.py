"""Answers for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ._arrays import Array
from .checks import Check
from .networks import Network, kind_of
from .results import Answer, Conversion, Declarations, Forward, Meaning
from .trainings import Training

MOST_ROWS = 60


def number(value: float | None) -> str:
    """A number with as many digits as one looks at."""
    return "none" if value is None else f"{value:.6g}"


def shape(array: Array) -> str:
    """The shape of an array: 3 × 2."""
    return " × ".join(map(str, array.shape))


def norm(array: Array) -> float:
    """The Euclidean norm of all numbers of an array."""
    return float(np.linalg.norm(array.astype(np.float64, copy=False).ravel()))


def arrays_of(answer: Answer) -> Iterator[tuple[str, str, Array]]:
    """What tables show of an answer: the layer, the array's name, the array."""
    for layer in answer.layers:
        label = f"{layer.index} {layer.kind}" + (f" “{layer.name}”" if layer.name else "")
        for name, array in layer.items():
            yield label, name, array
    if isinstance(answer, Conversion):
        yield from (("", name, array) for name, array in answer.tensors.items())
    for name in ("outputs", "tangent", "losses", "X", "Y", "dX"):
        whole: Array | None = getattr(answer, name, None)
        if whole is not None:
            yield "", name, whole


def of(meaning: Meaning | None, name: str) -> str:
    """Of which scalar an array of that name is the derivative."""
    return meaning[name].of if meaning is not None and name in meaning else ""


def facts(answer: Answer) -> str:
    """What stands above the arrays, in one line."""
    parts = [type(answer).__name__]
    if isinstance(answer, Training):
        parts = [f"Training {answer.outcome}" if "outcome" in answer.tree else "Training"]
        if "costs" in answer.tree and len(answer.costs):
            parts.append(f"cost {number(answer.costs[0])} → {number(answer.costs[-1])} "
                         f"in {len(answer.costs)} epochs")
    if isinstance(answer, Forward) and answer.cost is not None:
        parts.append(f"cost {number(answer.cost)}")
        if answer.cost_penalty is not None:
            parts.append(f"of it penalty {number(answer.cost_penalty)}")
    if isinstance(answer, Check):
        parts = [f"Check {answer.verdict or (answer.numerical and answer.numerical.verdict) or ''}"]
        if answer.score is not None:
            parts.append(f"score {number(answer.score)}")
    if isinstance(answer, Conversion):
        parts += [f"{name} × {factor:g}" for name, factor in answer.factors.items()]
    meaning = answer.meaning
    if meaning is not None:
        parts.append(f"convention {meaning.convention}, m = {meaning.examples}")
    if answer.dry_run is not None:
        parts.append(f"dry run: {answer.dry_run['parameters']} parameters, "
                     f"{answer.dry_run['operations']:.3g} operations")
    return " · ".join(parts)


def dry_rows(answer: Answer) -> list[tuple[str, ...]]:
    """Of a dry run, a row for each layer."""
    layers = answer.dry_run["layers"] if answer.dry_run is not None else []
    return [(str(index), layer.get("name", ""), layer["type"],
             " × ".join(map(str, layer["output"])), f"{layer['parameter_count']} parameters",
             f"{layer['operations_forward']:.3g} operations")
            for index, layer in enumerate(layers)]


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of text with their columns aligned."""
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
             for row in rows[:MOST_ROWS]]
    if len(rows) > MOST_ROWS:
        lines.append(f"  … {len(rows) - MOST_ROWS} more")
    return [line.rstrip() for line in lines]


def answer_text(answer: Answer) -> str:
    """An answer as a few lines."""
    lines = [facts(answer)]
    if isinstance(answer, Check):
        if answer.summary:
            lines.append(f"  {answer.summary}")
        lines += table([(verdict.name, verdict.verdict, verdict.sentence)
                        for verdict in answer.tensors])
        return "\n".join(lines)
    if isinstance(answer, Training):
        lines += [f"  warning: {warning}" for warning in answer.warnings]
        return "\n".join(lines + table(dry_rows(answer)))
    rows = [(label, name, shape(array), f"‖·‖ {norm(array):.4g}", of(answer.meaning, name))
            for label, name, array in arrays_of(answer)]
    return "\n".join(lines + table(dry_rows(answer)) + table(rows))


def network_text(network: Network) -> str:
    """A network as a line for each layer."""
    options = ", ".join(f"{name} {value}" for name, value in network.options.items())
    rows = [(str(index), str(layer.get("name", "")), kind_of(layer), ", ".join(sizes(layer)))
            for index, layer in enumerate(network.layers)]
    title = f"Network of {len(network.layers)} layers" + (f" · {options}" if options else "")
    return "\n".join([title, *table(rows)])


def sizes(layer: Any) -> Iterator[str]:
    """What a layer has: the shapes of its arrays, and its settings."""
    for name, value in layer.items():
        if name in ("type", "name", "activation"):
            continue
        if isinstance(value, np.ndarray):
            yield f"{name} {shape(value)}"
        elif isinstance(value, (list, dict)) and name[:1].isupper():
            yield name
        else:
            yield f"{name} {value}"


def declarations_text(declarations: Declarations) -> str:
    """What the service says of itself: a line for each list of names, or of settings."""
    rows = []
    for name, value in declarations.items():
        if isinstance(value, dict):
            said = ", ".join(f"{key} {value[key]}" for key in value)
        else:
            said = " ".join(str(item.get("type", item)) if isinstance(item, dict) else str(item)
                            for item in value)
        rows.append((name, said))
    return "\n".join(table(rows))
