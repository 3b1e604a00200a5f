"""What the Python client adds to a call: `backward` of the request "mnist", beside the same bytes
sent and received by httpx over a connection that is kept.

    .venv/bin/python Benchmarks/client.py [ROUNDS]

"raw" sends a body that was encoded before and reads the answer's bytes. "client" has NumPy arrays
to begin with and an answer in the end, "arrays" has decoded each of its arrays too. "json" is raw
with the answer read by json.loads, its arrays still in base64.

Each is called right after raw, so that whatever else the machine does hits both alike, and their
medians are compared. Where it does much else, `chrt -f 10` before the command keeps it off.
"""

import json
import statistics
import sys
import time

import gradientd
import httpx
import numpy as np
import payloads


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    drawn = payloads.draw("mnist")
    body = json.dumps(payloads.in_base64(drawn), separators=(",", ":")).encode()
    layers = [layer | {name: np.array(layer[name]) for name in ("W", "b")}
              for layer in drawn["network"]["layers"]]
    X, Y = (np.array(drawn["batch"][name]) for name in "XY")
    with gradientd.local(log_level="error") as client, httpx.Client(base_url=client.url) as http:
        def raw():
            headers = {"Content-Type": "application/json"}
            return http.post("/backward", content=body, headers=headers).content

        def call():
            return client.backward(layers, X, Y, drawn["loss"], convention="cost")

        ways = {"client": call, "arrays": lambda: [dict(layer) for layer in call().layers],
                "json": lambda: json.loads(raw())}
        pairs = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                pairs[name].append((seconds(raw), seconds(way)))
    for name, found in pairs.items():
        base, median = (1e3 * statistics.median(column) for column in zip(*found))
        print(f"{name:7} {median:6.2f} ms, raw {base:6.2f} ms: {median / base:.2f} times")


def seconds(way):
    """How long one call takes."""
    begin = time.perf_counter()
    way()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
