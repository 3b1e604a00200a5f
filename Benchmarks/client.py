"""What the Python client adds to a call: `backward` of the request "mnist", beside the same bytes
sent and received by httpx over a connection that is kept.

    .venv/bin/python Benchmarks/client.py [ROUNDS]

All are called in turn, so that what else the machine does meets them alike; the medians are
compared. "raw" sends a body that was encoded before and reads the answer's bytes. "client" has
NumPy arrays to begin with and an answer in the end, "arrays" has decoded each of its arrays too.
"json" is raw with the answer read by json.loads, its arrays still in base64.
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

        ways = {"raw": raw, "client": call, "json": lambda: json.loads(raw()),
                "arrays": lambda: [dict(layer) for layer in call().layers]}
        for way in ways.values():
            way()
        times = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                begin = time.perf_counter()
                way()
                times[name].append(time.perf_counter() - begin)
    base = statistics.median(times["raw"])
    for name, found in times.items():
        median = statistics.median(found)
        print(f"{name:7} {1e3 * median:6.2f} ms {median / base:5.2f}   "
              f"(least {1e3 * min(found):.2f} ms {min(found) / min(times['raw']):.2f})")


if __name__ == "__main__":
    main()
