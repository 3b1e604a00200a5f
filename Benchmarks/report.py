"""What a benchmark tells: printed as it comes, and written as a page with plots at the end."""

import html
import io
import pathlib
import sys

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot as plt  # noqa: E402

matplotlib.rcParams.update({
    "svg.fonttype": "none", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False,
    "axes.grid": True, "grid.alpha": 0.3})

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem }}
table {{ border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums }}
th, td {{ border-bottom: 1px solid #ccc; padding: .2rem .7rem; text-align: right }}
th:first-child, td:first-child {{ text-align: left }}
figure {{ margin: 1rem 0 }} svg {{ max-width: 100%; height: auto }}
</style>
<h1>{title}</h1>
{parts}
</html>
"""


class Report:
    def __init__(self, title):
        self.title, self.parts = title, []

    def table(self, title, head, rows):
        print(f"\n### {title}\n")
        for row in [head, ["---"] * len(head), *rows]:
            print("| " + " | ".join(row) + " |")
        sys.stdout.flush()
        lines = [f"<h2>{html.escape(title)}</h2>", "<table>", line("th", head)]
        lines += [line("td", row) for row in rows]
        self.parts.append("\n".join([*lines, "</table>"]))

    def plot(self, title, draw, size=(8, 3)):
        """draw(axes) draws it."""
        figure, axes = plt.subplots(figsize=size, layout="constrained")
        draw(axes)
        axes.set_title(title)
        text = io.StringIO()
        figure.savefig(text, format="svg")
        plt.close(figure)
        svg = text.getvalue()
        self.parts.append("<figure>" + svg[svg.index("<svg"):] + "</figure>")

    def write(self, path):
        path = pathlib.Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE.format(title=html.escape(self.title), parts="\n".join(self.parts)))
        print(f"\nWritten with plots: {path}")


def line(tag, cells):
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def bars(values, label, best_first=False):
    """Draws one bar for each name of {name: number}, on a logarithmic scale, with its number."""
    def draw(axes):
        names = sorted(values, key=values.get, reverse=best_first)
        drawn = axes.barh(names[::-1], [values[name] for name in names[::-1]], color="#4477aa")
        axes.bar_label(drawn, labels=[short(values[name]) for name in names[::-1]], padding=3)
        axes.set_xscale("log")
        axes.set_xlabel(label)
        axes.margins(x=0.15)
        axes.grid(axis="y", visible=False)
    return draw


def short(x):
    return f"{x:.0f}" if x >= 1000 else f"{x:.3g}" if x < 100 else f"{x:.1f}"
