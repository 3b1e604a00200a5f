#!/usr/bin/env python3
"""A gradient over a million rows by Dask: how exact, how fast with one replica and with two, what a
task costs, and what is left of it where a replica is killed in the middle.

    .venv/bin/python Benchmarks/sharding.py .build/release/gradientd
"""

import argparse
import logging
import os
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from statistics import median

import dask.array as da
import gradientd
import numpy as np
from distributed import Client, LocalCluster
from gradientd.distributed import backward

FEATURES, CLASSES = 20, 10
LOSS = "sparse_categorical_crossentropy"
NETWORK = {"seed": 1, "layers": [
    {"units": 64, "activation": "relu"}, {"units": CLASSES, "activation": "softmax"}]}


@contextmanager
def services(program, count):
    """Replicas with a processor each, their addresses and processes."""
    started = []
    try:
        for processor in sorted(os.sched_getaffinity(0))[:count]:
            command = ["taskset", "--cpu-list", str(processor), program, "serve", "--port", "0",
                       "--data-dir", ":memory:", "--workers", "1", "--log-level", "error"]
            started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        yield [one.stdout.readline().split()[-1] for one in started], started
    finally:
        for one in started:
            one.kill()
            one.wait()


def rows(count, block):
    """Rows that each worker draws for itself: the same each time."""
    generator = da.random.default_rng(0)
    x = generator.standard_normal((count, FEATURES), chunks=(block, FEATURES))
    return x, (abs(x[:, 0] * x[:, 1]) * CLASSES).astype(int) % CLASSES


def timed(call):
    begin = time.perf_counter()
    result = call()
    return time.perf_counter() - begin, result


def bits(result):
    return [layer[name].tobytes() for layer in result.layers for name in ("dW", "db")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--block", type=int, default=25_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    x, y = rows(options.rows, options.block)

    def gradient(endpoints, x=x, y=y):
        return backward(client, endpoints, NETWORK, x, y, LOSS, layout="keras")

    with LocalCluster(n_workers=4, threads_per_worker=1, dashboard_address=None,
                      silence_logs=logging.CRITICAL) as cluster, \
            Client(cluster) as client:
        x, y = client.persist([x, y])
        with services(options.program, 2) as (endpoints, started):
            gradient(endpoints, x[:1000], y[:1000])
            times = {1: [], 2: []}
            for _ in range(options.rounds):
                for count in times:
                    seconds, found = timed(lambda: gradient(endpoints[:count], x, y))
                    times[count].append(seconds)
            print(f"{options.rows} rows in {x.numblocks[0]} blocks, 4 workers")
            print("one replica, s:", *np.round(times[1], 2), "· two, s:", *np.round(times[2], 2))
            print(f"scaling from 1 to 2: {median(times[1]) / median(times[2]):.2f}")

            small = rows(2000, 10)
            alone = gradientd.Client(endpoints[0], layout="keras")
            one = [array[:10].compute() for array in small]
            small = client.persist(list(small))
            call = median(timed(lambda: alone.backward(NETWORK, *one, LOSS))[0] for _ in range(50))
            task = median(timed(lambda: gradient(endpoints, *small))[0] for _ in range(3)) / 200
            print(f"a block of 10 rows, of 200: {1000 * task:.1f} ms;",
                  f"the call alone: {1000 * call:.1f} ms")

            killer = threading.Timer(median(times[2]) / 2, started[1].send_signal, [signal.SIGKILL])
            killer.start()
            seconds, survived = timed(lambda: gradient(endpoints, x, y))
            killer.join()
            print(f"with one replica killed half-way, s: {seconds:.2f};",
                  "the same bits" if bits(survived) == bits(found) else "OTHER BITS")

        whole = gradientd.LocalService(
            options.program, max_body="1G", max_bodies="3G", max_numbers=10**9,
            max_array_bytes="16G", max_operations=10**14, compute_seconds=3600, log_level="error")
        with whole:
            single = gradientd.Client(whole.url, layout="keras", timeout=3600)
            arrays = [np.asarray(array) for array in client.gather(client.compute([x, y]))]
            names = [f"d{name}" for name in "Wb"]
            seconds, expected = timed(
                lambda: single.backward(NETWORK, *arrays, LOSS, include=names))
        error = max(np.abs(mine[name] - theirs[name]).max() / np.abs(theirs[name]).max()
                    for mine, theirs in zip(found.layers, expected.layers, strict=True)
                    for name in names)
        print(f"one request of all rows, to a service with raised limits, s: {seconds:.2f};",
              f"largest relative difference of an array: {error:.1e}")


if __name__ == "__main__":
    main()
