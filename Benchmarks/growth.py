"""How the cost of /backward grows as each of its measures grows by tens, and what memory it takes.

    python growth.py --url http://127.0.0.1:8090 --command "…" [--page FILE]

For every size the program is started anew, so that its peak of memory is that of the request.
"""

import argparse
import json
import pathlib
import statistics
import tempfile

import numpy as np

from load import one_by_one, saturate
from machine import memory
from report import Report, short
from server import Server

# name: what grows, its sizes, and the units and examples of each size.
GROWTH = {
    "payload": ("weights of one layer, 16 units", [1_000, 10_000, 100_000, 1_000_000],
                lambda n: ([n // 16, 16], 16)),
    "layers": ("layers of 8 units", [1, 10, 100, 1000], lambda n: ([8] * (n + 1), 16)),
    "examples": ("examples, 8-16-4", [10, 100, 1000, 10_000, 100_000],
                 lambda n: ([8, 16, 4], n)),
}
CONNECTIONS = [1, 10, 100, 1000]


def body(units, m):
    random = np.random.default_rng(1)
    layers = [{"W": (random.standard_normal((o, i)) / np.sqrt(i)).tolist(), "b": [0.0] * o,
               "activation": "tanh"} for i, o in zip(units, units[1:])]
    batch = {"X": random.standard_normal((units[0], m)).tolist(),
             "Y": random.standard_normal((units[-1], m)).tolist()}
    return json.dumps({"network": {"layers": layers}, "batch": batch,
                       "loss": "mean_squared_error"}, separators=(",", ":")).encode()


def arrays(units, m):
    """The bytes of all arrays of a request and its answer, in float64."""
    pairs = list(zip(units, units[1:]))
    given = sum(i * o + o for i, o in pairs) + (units[0] + units[-1]) * m
    # Z, A, dZ and dA of each layer, dW and db.
    made = sum(i * o + o + 4 * o * m for i, o in pairs)
    return 8 * (given + made)


def measure(options, text, count):
    server = Server("ours", options.url)
    server.command = options.command
    server.start(("GET", "/healthz"))
    try:
        idle = memory(server.pid, "VmRSS")
        first = one_by_one(server, "/backward", text, 1)
        # What the first alone took, before another comes.
        peak = memory(server.pid, "VmHWM") - idle
        rows = [one_by_one(server, "/backward", text, count) for _ in range(3)]
    finally:
        server.stop()
    return {"ms": statistics.median(row["ms"] for row in rows),
            "cpu": statistics.median(row["cpu"] for row in rows),
            "peak": peak, "answer": first["size"]}


def grow(report, options, name):
    label, sizes, shape = GROWTH[name]
    rows, points, worst = [], [], 0
    for size in sizes:
        units, m = shape(size)
        text = body(units, m)
        result = measure(options, text, max(3, min(200, 20_000_000 // len(text))))
        held = arrays(units, m) / 1e6
        constant = (result["peak"] * 1.048576 - held) / ((len(text) + result["answer"]) / 1e6)
        rows.append([str(size), short(len(text) / 1e3), short(result["answer"] / 1e3),
                     short(result["ms"]), short(result["cpu"]),
                     f"{result['ms'] / points[-1][1]:.1f}" if points else "",
                     short(result["peak"]), short(held), f"{constant:.1f}"])
        points.append((size, result["ms"], result["peak"]))
        if len(text) > 1_000_000:
            worst = max(worst, constant)
    report.table(
        f"Growth: {label}",
        ["", "body kB", "answer kB", "ms", "CPU ms", "× the one before", "peak memory MB",
         "arrays MB", "(peak − arrays) ÷ (body + answer)"], rows)

    def draw(axes):
        axes.loglog([p[0] for p in points], [p[1] for p in points], marker="o")
        axes.loglog([p[0] for p in points],
                    [points[-1][1] * p[0] / points[-1][0] for p in points], "--", alpha=0.5)
        axes.set_xlabel(label)
        axes.set_ylabel("ms, and in proportion (dashed)")

    report.plot(f"/backward: {label}", draw, size=(6, 3.5))
    return worst


def grow_connections(report, options):
    server = Server("ours", options.url)
    server.command, server.bodies = options.command, tempfile.mkdtemp()
    pathlib.Path(server.bodies, "tiny.json").write_bytes(body([2, 4, 1], 5))
    server.start(("GET", "/healthz"))
    try:
        idle = memory(server.pid, "VmRSS")
        rows, points = [], []
        for count in CONNECTIONS:
            results = [saturate(server, "/backward", "tiny", count, 2) for _ in range(3)]
            rate = statistics.median(r["rate"] for r in results)
            p50 = statistics.median(r["p50"] for r in results)
            p99 = statistics.median(r["p99"] for r in results)
            taken = (memory(server.pid, "VmHWM") - idle) * 1024 / count
            rows.append([str(count), short(rate), short(p50), short(p99),
                         short(sum(r["bad"] for r in results)), short(taken)])
            points.append((count, rate))
    finally:
        server.stop()
    report.table("Growth: connections, 2-4-1, 5 examples",
                 ["", "requests/s", "p50 ms", "p99 ms", "failed", "peak memory kB each"], rows)

    def draw(axes):
        axes.semilogx([p[0] for p in points], [p[1] for p in points], marker="o")
        axes.set_ylim(bottom=0)
        axes.set_xlabel("connections")
        axes.set_ylabel("requests/s")

    report.plot("/backward: connections", draw, size=(6, 3.5))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--command", required=True)
    parser.add_argument("--page", metavar="FILE")
    options = parser.parse_args()
    report = Report("How gradientd's cost grows")
    worst = max(grow(report, options, name) for name in GROWTH)
    grow_connections(report, options)
    report.table("Memory", ["", ""], [
        ["peak of a request of more than 1 MB, at most",
         f"{worst:.1f} × (its body + its answer) + its arrays"]])
    if options.page:
        report.write(options.page)


if __name__ == "__main__":
    main()
