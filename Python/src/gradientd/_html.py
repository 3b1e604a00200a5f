"""Answers for notebooks, light and dark: tables, heat maps, curves, verdicts in colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from ._arrays import Array
from ._run_calls import RunInfo
from ._text import MOST_ROWS, arrays_of, dry_rows, facts, norm, number, of, shape, sizes
from .checks import Check
from .networks import Network, kind_of
from .results import Answer, Declarations
from .trainings import Training

MOST_CELLS = 24
LEVELS = 8
# Colours that can be read on white and on black.
VERDICTS = {
    "correct": "#2e8b57", "agrees": "#2e8b57", "done": "#2e8b57", "finished": "#2e8b57",
    "other_convention": "#3b7dd8", "carried_forward": "#3b7dd8", "stopped_early": "#3b7dd8",
    "running": "#3b7dd8", "misshapen": "#c77700", "within_noise": "#c77700", "at_kink": "#c77700",
    "not_measured": "#c77700", "queued": "#c77700", "cancelled": "#c77700",
    "wrong": "#d0453e", "disagrees": "#d0453e", "diverged": "#d0453e", "failed": "#d0453e"}


class Markup(str):
    """Text that is HTML already; all else is escaped."""


def _cell(content: object) -> str:
    return content if isinstance(content, Markup) else escape(str(content))


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Markup:
    """A table; of very many rows the first."""
    more = len(rows) - MOST_ROWS
    head = "".join(f'<th style="text-align:left">{escape(title)}</th>' for title in heads)
    body = "".join(
        "<tr>" + "".join(f'<td style="text-align:left">{_cell(cell)}</td>' for cell in row)
        + "</tr>"
        for row in rows[:MOST_ROWS])
    if more > 0:
        body += f'<tr><td colspan="{len(heads)}">… {more} more</td></tr>'
    return Markup(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")


def verdict(word: str | None) -> Markup:
    """A verdict in its colour."""
    colour = VERDICTS.get(word or "", "inherit")
    said = escape((word or "").replace("_", " "))
    return Markup(f'<b style="color:{colour}">{said}</b>')


def page(title: object, *parts: str) -> str:
    """A title and what stands below it."""
    return f"<div><p>{_cell(title)}</p>{''.join(map(_cell, parts))}</div>"


def heat_map(array: Array) -> Markup:
    """The numbers of an array as colours: white at zero, red above, blue below, the further from
    zero the darker, and gray where they are not finite.

    All axes but the last are rows. Of more than 24 rows or columns a cell stands for several
    numbers, and has the one of the largest magnitude.
    """
    flat = np.asarray(array, dtype=np.float64)
    flat = flat.reshape(1, -1) if flat.ndim < 2 else flat.reshape(-1, flat.shape[-1])
    if flat.size == 0:
        return Markup("")
    cells = _largest(_largest(flat, 0), 1)
    finite = np.isfinite(cells)
    limit = float(np.abs(cells[finite]).max()) if finite.any() else 0.0
    levels = np.zeros(cells.shape, int)
    if limit > 0:
        levels[finite] = np.rint(cells[finite] / limit * LEVELS)
    rows, columns = cells.shape
    paths = [_path(~finite, "#9a9a9a")] if not finite.all() else []
    for level in range(-LEVELS, LEVELS + 1):
        if level and (levels == level).any():
            paths.append(_path(finite & (levels == level), _colour(level)))
    width, height = (count * max(2, min(8, 72 // count)) for count in (columns, rows))
    title = f"{shape(array)}, largest magnitude {number(limit)}"
    return Markup(
        f'<svg width="{width}" height="{height}" viewBox="0 0 {columns} {rows}" '
        f'preserveAspectRatio="none" shape-rendering="crispEdges" role="img" '
        f'style="outline:1px solid #9a9a9a80"><title>{escape(title)}</title>'
        f'<path fill="#fff" d="M0 0h{columns}v{rows}h-{columns}z"/>{"".join(paths)}</svg>')


def _largest(array: Array, axis: int) -> Array:
    """No more than MOST_CELLS along an axis, each the largest in magnitude of its part."""
    length = array.shape[axis]
    if length <= MOST_CELLS:
        return array
    parts = []
    for part in np.array_split(array, MOST_CELLS, axis):
        magnitudes = np.where(np.isfinite(part), np.abs(part), np.inf)
        best = np.expand_dims(magnitudes.argmax(axis), axis)
        parts.append(np.take_along_axis(part, best, axis))
    return np.concatenate(parts, axis)


def _path(mask: Array, colour: str) -> str:
    cells = "".join(f"M{x} {y}h1v1h-1z" for y, x in np.argwhere(mask))
    return f'<path fill="{colour}" d="{cells}"/>'


def _colour(level: int) -> str:
    """From white to a red or a blue."""
    end = (178, 24, 43) if level > 0 else (33, 102, 172)
    share = abs(level) / LEVELS
    return "#" + "".join(f"{round(255 + (part - 255) * share):02x}" for part in end)


def curve(columns: Mapping[str, Iterable[float]]) -> Markup:
    """Lines over the epochs, on a scale of their own, with the least and the greatest number."""
    width, height = 320, 90
    finite = {name: [(i, y) for i, y in enumerate(np.asarray(list(column), float))
                     if np.isfinite(y)] for name, column in columns.items()}
    values = [y for points in finite.values() for _, y in points]
    if len(values) < 2:
        return Markup("")
    low, high = min(values), max(values)
    longest = max(points[-1][0] for points in finite.values() if points) or 1
    colours = ("#3b7dd8", "#c77700", "#2e8b57")
    lines, legend = [], []
    for (name, points), colour in zip(finite.items(), colours, strict=False):
        thinned = points[::max(1, len(points) // width)]
        spots = " ".join(
            f"{width * i / longest:.1f},{height * (1 - (y - low) / ((high - low) or 1)):.1f}"
            for i, y in thinned)
        lines.append(f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" '
                     f'points="{spots}"/>')
        legend.append(f'<span style="color:{colour}">{escape(name)}</span>')
    return Markup(
        f'<svg width="{width}" height="{height}" viewBox="-2 -2 {width + 4} {height + 4}" '
        f'role="img"><title>{escape(", ".join(finite))}</title>{"".join(lines)}</svg>'
        f"<br><small>{', '.join(legend)}: {number(low)} to {number(high)}</small>")


def answer_html(answer: Answer) -> str:
    """An answer: its figures, then a table of its arrays, its verdicts or its costs."""
    if isinstance(answer, Check):
        return _check(answer)
    if isinstance(answer, Training) and "outcome" in answer.tree:
        return _training(answer)
    meaning = answer.meaning
    rows = [(label, name, shape(array), f"{norm(array):.4g}", of(meaning, name),
             meaning[name].formula if meaning is not None and name in meaning else "",
             heat_map(array)) for label, name, array in arrays_of(answer)]
    heads = ("layer", "array", "shape", "norm", "of", "which is", "")
    dry = dry_rows(answer)
    return page(facts(answer), table(("", "name", "layer", "output", "", ""), dry) if dry else "",
                table(heads, rows) if rows else "")


def _check(check: Check) -> str:
    rows = [(one.name, verdict(one.verdict), one.sentence, number(one.factor))
            for one in check.tensors]
    parts = [table(("derivative", "verdict", "", "factor"), rows)] if rows else []
    if check.numerical is not None:
        rows = [(one["name"], verdict(one["verdict"]), one["sentence"], number(one.get("figure")))
                for one in check.numerical.tensors]
        parts.append(table(("derivative", "central differences", "", "figure"), rows))
    whole = verdict(check.verdict or (check.numerical.verdict if check.numerical else None))
    score = "" if check.score is None else f" · score {number(check.score)}"
    return page(Markup(f"{whole}{escape(score)}<br>{escape(check.summary)}"), *parts)


def _training(training: Training) -> str:
    costs = {"cost": training.costs}
    if training.costs_without_fault is not None:
        costs["without the fault"] = training.costs_without_fault
    if "validation.cost:mean" in training.history:
        costs["validation"] = training.history["validation.cost:mean"]
    title = facts(training).split(" · ")[1:]
    warnings = "".join(f"<br>warning: {escape(text)}" for text in training.warnings)
    rows = []
    if training.evaluation is not None:
        rows = [(whose, name, number(value)) for whose, figures in training.evaluation.items()
                for name, value in figures.items() if isinstance(value, (int, float))]
    return page(
        Markup(f"{verdict(training.outcome)} · {escape(' · '.join(title))}<br>"
               f"<small>{escape(str(training.settings['rule']))}</small>{warnings}"),
        curve(costs), table(("batch", "figure", ""), rows) if rows else "")


def network_html(network: Network) -> str:
    """A network: a row for each layer."""
    rows = [(index, layer.get("name", ""), kind_of(layer), ", ".join(sizes(layer)))
            for index, layer in enumerate(network.layers)]
    options = ", ".join(f"{name} {value}" for name, value in network.options.items())
    return page(f"Network of {len(rows)} layers {options and '· ' + options}",
                table(("", "name", "layer", "has"), rows))


def run_html(run: RunInfo) -> str:
    """A run: how far it is, and its costs as far as they are known."""
    costs = [row["cost:mean"] for row in run.raw.get("history", [])
             if row.get("cost:mean") is not None]
    said = f" run {run.id}, epoch {run.epoch} of {run.epochs}, as last heard"
    return page(Markup(verdict(run.state) + escape(said)), curve({"cost": costs}))


def declarations_html(declarations: Declarations) -> str:
    """What the service says of itself."""
    rows: list[tuple[object, ...]] = []
    for name, value in declarations.items():
        if isinstance(value, dict):
            rows += [(name, key, _short(one)) for key, one in value.items()]
        else:
            rows.append((name, "", ", ".join(map(_short, value))))
    return page("", table(("", "", ""), rows))


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("type") or value.get("name") or ", ".join(value))
    if isinstance(value, list):
        return ", ".join(map(_short, value))
    return str(value)
