"""Makes the notebooks (.ipynb) of their sources (.py), and runs them: `render.py [NAME…]`.

What a run leaves in them is what it shows, and nothing of when, or where, it was.
"""

import re
import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def sources():
    return sorted(path for path in FOLDER.glob("*.py") if path.name != Path(__file__).name)


def notebook_of(source):
    """The notebook without outputs; the names of its cells are the same each time."""
    notebook = jupytext.read(source, fmt="py:percent")
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata = {}
    return notebook


def run(notebook):
    """Runs it, in place, in the folder of the notebooks."""
    NotebookClient(notebook, timeout=300, kernel_name="python3", record_timing=False,
                   resources={"metadata": {"path": FOLDER}}).execute()
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata = {}
            cell.outputs = [output for output in cell.outputs if settle(output)]
    return notebook


def settle(output):
    """Whether an output is to be kept: of what is on standard error a bar, at its end, without the
    times."""
    if output.output_type != "stream" or output.name != "stderr":
        return True
    bars = [line for line in re.split(r"[\r\n]", output.text) if "%|" in line]
    output.text = re.sub(r"\[.*?/s, ", "[", bars[-1].rstrip()) + "\n" if bars else ""
    return bool(bars)


if __name__ == "__main__":
    for source in sources():
        if not sys.argv[1:] or source.stem in sys.argv[1:]:
            nbformat.write(run(notebook_of(source)), source.with_suffix(".ipynb"))
            print(source.stem)
