"""The notebook runs against a service, and shows what it promises."""

import base64
import os
from pathlib import Path

import nbformat
import numpy as np
from matplotlib.image import imread
from nbclient import NotebookClient
from trainings import serving

NOTEBOOK = Path(__file__).parents[2] / "Notebooks" / "watch_training.ipynb"


def test_a_cell_of_eight_lines_shows_a_bar_and_a_curve(tmp_path, monkeypatch):
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with serving() as client:
        monkeypatch.setenv("GRADIENTD_URL", str(client.base_url))
        NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    watching = [cell for cell in notebook.cells if "tqdm" in cell.source][-1]
    assert len(watching.source.splitlines()) <= 8

    told = "".join(output.text for output in watching.outputs if output.output_type == "stream")
    assert "100%" in told and "200/200" in told, told
    [curve] = [output for output in watching.outputs if "image/png" in output.get("data", {})]
    picture = tmp_path / "curve.png"
    picture.write_bytes(base64.b64decode(curve.data["image/png"]))
    if folder := os.environ.get("KEEP_PICTURES"):
        (Path(folder) / "curve.png").write_bytes(picture.read_bytes())
    # There is a line: blue, from near the top on the left to near the bottom on the right.
    red, _, blue, *_ = np.moveaxis(imread(picture), -1, 0)
    rows, columns = np.nonzero(blue - red > 0.3)
    assert len(rows) > 200
    assert rows[columns.argmin()] < rows[columns.argmax()]
