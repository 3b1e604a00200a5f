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
                   coalesce_streams=True,
                   resources={"metadata": {"path": FOLDER}}).execute()
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata = {}
            cell.outputs = settled(cell.outputs)
    return notebook


def settled(outputs):
    """Of what is on standard error only a bar, at its end and without its times."""
    said = "".join(output.text for output in outputs if output.get("name") == "stderr")
    bars = [line for line in re.split(r"[\r\n]", said) if "%|" in line]
    kept = [output for output in outputs if output.get("name") != "stderr"]
    if bars:
        text = re.sub(r"\[.*?/s, ", "[", bars[-1].rstrip()) + "\n"
        kept.insert(0, nbformat.v4.new_output("stream", name="stderr", text=text))
    return kept


if __name__ == "__main__":
    for source in sources():
        if not sys.argv[1:] or source.stem in sys.argv[1:]:
            nbformat.write(run(notebook_of(source)), source.with_suffix(".ipynb"))
            print(source.stem)
