"""The notebooks run against the service, by nbmake, and show again what was committed with them."""

import base64
import io
import math
import re
import sys
from importlib.util import find_spec
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.image import imread
from trainings import PROGRAM

pytest.importorskip("gradientd", reason="the package in Python is not installed")
NotebookRun = pytest.importorskip("nbmake.nb_run", reason="there is no nbmake here").NotebookRun

FOLDER = Path(__file__).parents[2] / "Notebooks"
sys.path.append(str(FOLDER))

from render import notebook_of, settled, sources  # noqa: E402

NEEDS = {"from_pytorch_and_keras": ("torch", "keras", "jax"), "many_machines": ("distributed",)}
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?")
# Of a training on another processor the third digit may be another.
TOLERANCE = 0.02
# What would tell where, or on whose machine, a notebook was run.
PLACES = re.compile(r"(?<!\w)/(?:home|root|tmp|usr|work|Users|opt)/|127\.0\.0\.1:\d|localhost:\d")


def committed(source):
    return nbformat.read(source.with_suffix(".ipynb"), as_version=4)


def told(cell):
    """The text that a cell leaves behind: printed, and of its value; a bar too."""
    outputs = settled(cell.outputs) if cell.cell_type == "code" else []
    return "".join(
        output.text if output.output_type == "stream" else output.data.get("text/plain", "")
        for output in outputs if "image/png" not in output.get("data", {}))


def pictures(cell):
    found = cell.outputs if cell.cell_type == "code" else []
    return [imread(io.BytesIO(base64.b64decode(output.data["image/png"])))
            for output in found if "image/png" in output.get("data", {})]


def same_but_for_rounding(found, expected):
    numbers = [[float(number) for number in NUMBER.findall(text)] for text in (found, expected)]
    return NUMBER.sub("#", found) == NUMBER.sub("#", expected) and all(
        math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=1e-12) for one, other in zip(*numbers))


def executed(name, monkeypatch):
    for module in NEEDS.get(name, ()):
        if find_spec(module) is None:
            pytest.skip(f"there is no {module} here")
    monkeypatch.setenv("GRADIENTD", str(PROGRAM))
    monkeypatch.delenv("GRADIENTD_URL", raising=False)
    result = NotebookRun(FOLDER / f"{name}.ipynb", default_timeout=300).execute()
    assert result.error is None, result.error.trace
    return result.nb.cells


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.stem)
def test_a_notebook_shows_what_it_has_shown(source, monkeypatch):
    cells = executed(source.stem, monkeypatch)
    drawn = 0
    for cell, before in zip(cells, committed(source).cells, strict=True):
        assert same_but_for_rounding(told(cell), told(before)), told(cell) + "\n" + told(before)
        assert [picture.shape for picture in pictures(cell)] \
            == [picture.shape for picture in pictures(before)]
        drawn += len(pictures(cell))
    assert drawn


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.stem)
def test_a_notebook_is_made_of_its_source(source):
    made, there = notebook_of(source), committed(source)
    assert [(cell.cell_type, cell.id, cell.source) for cell in made.cells] \
        == [(cell.cell_type, cell.id, cell.source) for cell in there.cells]


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.stem)
def test_a_notebook_tells_nothing_of_where_it_was_run(source):
    notebook = committed(source)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    for cell in notebook.cells:
        assert not cell.metadata
        for output in cell.get("outputs", []):
            texts = [output.get("text", ""), *(text for kind, text in output.get("data", {}).items()
                                               if kind.startswith("text/"))]
            assert not any(PLACES.search(text) for text in texts), texts


def test_every_notebook_is_in_the_readme():
    readme = (FOLDER.parent / "README.md").read_text()
    for source in sources():
        assert f"(Notebooks/{source.stem}.ipynb)" in readme
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == {source.stem for source in sources()}


def test_a_training_is_watched_by_a_bar_and_a_curve():
    cells = committed(FOLDER / "watch_a_training.py").cells
    [bar] = [cell for cell in cells if "progress=True" in cell.source and cell.cell_type == "code"]
    assert "100%" in told(bar) and "40/40" in told(bar)
    [live] = [cell for cell in cells if "picture.update" in cell.source]
    [curve] = pictures(live)
    # There is a line: blue, from near the top on the left to near the bottom on the right.
    red, _, blue, *_ = np.moveaxis(curve, -1, 0)
    rows, columns = np.nonzero(blue - red > 0.3)
    left, right = columns < np.quantile(columns, 0.1), columns > np.quantile(columns, 0.9)
    assert len(rows) > 200
    assert rows[left].mean() < rows[right].mean()
