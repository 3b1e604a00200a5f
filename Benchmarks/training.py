"""Measures trainings: an epoch beside PyTorch and beside its matrix products alone, and what a
training in the background leaves to others.

    swift build -c release --product gradientd
    Benchmarks/.venv/bin/python Benchmarks/training.py .build/release/gradientd

(after `make bench`, which makes the environment.) 60 000 examples of 784 numbers, drawn, in
mini-batches of 64 that are shuffled anew each epoch, through 784-128-10 with ReLU and softmax. The
data travel once, in base64. All take as many threads as there are processors (`taskset -c 0` makes
it one) and are measured in turn, round by round; an epoch is timed by the service's own clock, as
PyTorch's is by its own.
"""

import argparse
import base64
import http.client
import json
import operator
import os
import re
import statistics
import subprocess
import threading
import time

import numpy as np
import torch

from machine import cpu_seconds

EXAMPLES, INPUTS, HIDDEN, CLASSES, BATCH = 60_000, 784, 128, 10, 64
EPOCHS = 4  # The first is not counted.
PROCESSORS = len(os.sched_getaffinity(0))
JSON = {"Content-Type": "application/json"}


class Service:
    def __init__(self, program, *options):
        self.process = subprocess.Popen(
            [program, "serve", "--port", "0", "--data-dir", ":memory:", "--max-body", "1G", *options],
            stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def call(self, method, path, body=None, **fields):
        connection = self.connection()
        connection.request(method, path, body, {**JSON, **fields})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or "null")

    def peak(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmHWM:\s+(\d+)", file.read())[1]) * 1024

    def stop(self):
        self.process.terminate()
        self.process.wait()


def encoded(array):
    return {"shape": array.shape, "dtype": array.dtype.name,
            "base64": base64.b64encode(array).decode()}


def request(x, y, precision, optimizer, epochs):
    return json.dumps({
        "network": {"layers": [{"units": HIDDEN, "activation": "relu"},
                               {"units": CLASSES, "activation": "softmax"}],
                    "initializer": "he_normal"},
        "batch": {"X": encoded(x), "Y": encoded(y.astype(precision))},
        "loss": "sparse_categorical_crossentropy", "layout": "keras", "precision": precision,
        "encoding": "base64",
        "training": {"optimizer": optimizer, "epochs": epochs, "batch_size": BATCH,
                     "shuffle": {}}}).encode()


def of_an_epoch(stamps):
    """Seconds, elapsed and of all processors, of an epoch after the first, from both clocks at the
    end of each."""
    return [(last - first) / (len(stamps) - 1) for first, last in zip(stamps[0], stamps[-1])]


def own_clocks():
    return time.perf_counter(), time.process_time()


def ours(program, body):
    """Seconds of an epoch, and the most memory that the service took."""
    service = Service(program)
    try:
        connection = service.connection()
        connection.request(
            "POST", "/train", body, {**JSON, "Accept": "application/x-ndjson"})
        stamps = []
        for event in map(json.loads, filter(bytes.strip, connection.getresponse())):
            if event["event"] == "epoch":
                stamps.append((event["seconds"], cpu_seconds(service.process.pid)))
        assert event["event"] == "done", event
        return of_an_epoch(stamps), service.peak()
    finally:
        service.stop()


def theirs(x, y, optimizer):
    """Seconds of an epoch of the usual loop."""
    net = torch.nn.Sequential(
        torch.nn.Linear(INPUTS, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, CLASSES)
    ).to(x.dtype)
    cost = torch.nn.CrossEntropyLoss()
    rule = (torch.optim.SGD(net.parameters(), lr=0.01) if optimizer == "sgd"
            else torch.optim.Adam(net.parameters()))
    stamps = []
    for _ in range(EPOCHS):
        order = torch.randperm(len(x))
        for place in range(0, len(x), BATCH):
            own = order[place:place + BATCH]
            rule.zero_grad()
            cost(net(x[own]), y[own]).backward()
            rule.step()
        stamps.append(own_clocks())
    return of_an_epoch(stamps)


def products(x):
    """Seconds of the matrix products of an epoch, and of nothing else."""
    hidden, out = np.ones((HIDDEN, INPUTS), x.dtype), np.ones((CLASSES, HIDDEN), x.dtype)
    z1, z2 = np.empty((BATCH, HIDDEN), x.dtype), np.empty((BATCH, CLASSES), x.dtype)
    d1, d2, dA = np.empty_like(hidden), np.empty_like(out), np.empty_like(z1)
    stamps = []
    for _ in range(EPOCHS):
        for place in range(0, len(x), BATCH):
            rows = x[place:place + BATCH]
            m = len(rows)
            np.matmul(rows, hidden.T, out=z1[:m])
            np.matmul(z1[:m], out.T, out=z2[:m])
            np.matmul(z2[:m].T, z1[:m], out=d2)
            np.matmul(z2[:m], out, out=dA[:m])
            np.matmul(dA[:m].T, rows, out=d1)
        stamps.append(own_clocks())
    return of_an_epoch(stamps)


def epochs(program, rounds):
    random = np.random.default_rng(0)
    print(f"\n## An epoch, in seconds: the best of {rounds} and, in brackets, "
          "the median of CPU time; ratios of both\n")
    print("| precision | optimizer | gradientd | PyTorch | the products | PyTorch ÷ ours "
          "| ours ÷ the products | peak memory ÷ data |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for precision in ("float32", "float64"):
        x = random.standard_normal((EXAMPLES, INPUTS)).astype(precision)
        y = random.integers(0, CLASSES, EXAMPLES)
        tensors = torch.from_numpy(x), torch.from_numpy(y)
        for optimizer in ("sgd", "adam"):
            body = request(x, y, precision, optimizer, EPOCHS)
            figures = []
            for _ in range(rounds):
                own, peak = ours(program, body)
                figures.append((own, theirs(*tensors, optimizer), products(x)))
            own, torchs, alone = (
                (min(elapsed), statistics.median(processor))
                for elapsed, processor in (zip(*each) for each in zip(*figures)))
            cells = ["{:.2f} ({:.2f})".format(*each) for each in (own, torchs, alone)]
            cells += ["{:.1f} ({:.1f})".format(*map(operator.truediv, torchs, own)),
                      "{:.2f} ({:.2f})".format(*map(operator.truediv, own, alone))]
            print(f"| {precision} | {optimizer} | " + " | ".join(cells)
                  + f" | {peak / x.nbytes:.2f} |", flush=True)


TINY = json.dumps({
    "network": {"layers": [{"units": 4, "activation": "relu"}, {"units": 1}]},
    "batch": {"X": [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]]}}).encode()


def latencies(service, clients, seconds):
    """Milliseconds of each /forward of a tiny network, of so many clients one after the other."""
    found = []

    def client():
        connection = service.connection()
        connection.connect()
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            start = time.perf_counter()
            connection.request("POST", "/forward", TINY, JSON)
            connection.getresponse().read()
            found.append(1e3 * (time.perf_counter() - start))
            time.sleep(0.005)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def background(program, seconds):
    """What trainings leave to others, and how soon they end."""
    random = np.random.default_rng(0)
    x = random.standard_normal((EXAMPLES // 4, INPUTS)).astype("float32")
    y = random.integers(0, CLASSES, len(x))
    body = request(x, y, "float32", "adam", 100)
    service = Service(program, "--max-trainings", "1")
    try:
        print("\n## /forward of a tiny network beside trainings, in ms\n")
        print("| detached trainings | clients | calls | median | p99 | most |")
        print("| --- | --- | --- | --- | --- | --- |")
        runs = []
        for trainings in (0, 1, 2):
            while len(runs) < trainings:
                status, run = service.call("POST", "/train", body, Prefer="respond-async")
                assert status == 202, run
                runs.append(run["id"])
                time.sleep(2)
            for clients in (1, 8):
                each = latencies(service, clients, seconds)
                print(f"| {trainings} | {clients} | {len(each)} | {statistics.median(each):.2f} "
                      f"| {each[int(0.99 * len(each))]:.2f} | {each[-1]:.2f} |", flush=True)
        print("\n## How soon trainings end, in ms\n")
        for run in runs:
            start = time.perf_counter()
            status, answer = service.call("DELETE", f"/runs/{run}")
            taken = 1e3 * (time.perf_counter() - start)
            assert (status, answer["state"]) == (200, "cancelled"), answer
            print(f"- cancelled: answered after {taken:.0f}")
        for _ in range(3):
            connection = service.connection()
            connection.request(
                "POST", "/train", body, {**JSON, "Accept": "application/x-ndjson"})
            answer = connection.getresponse()
            answer.readline()
            start = time.perf_counter()
            answer.close()
            connection.close()
            while service.call("POST", "/train", SMALL)[0] == 503:
                time.sleep(0.005)
            print(f"- the client is gone: its place is free after "
                  f"{1e3 * (time.perf_counter() - start):.0f}")
    finally:
        service.stop()


SMALL = json.dumps({
    "network": {"layers": [{"units": 1}]}, "batch": {"X": [[1, 2]], "Y": [[1, 2]]},
    "loss": "mean_squared_error", "training": {"optimizer": "sgd", "epochs": 1}}).encode()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5, help="of each load")
    parser.add_argument("--only", choices=["epochs", "background"])
    options = parser.parse_args()
    torch.set_num_threads(PROCESSORS)
    print(f"{PROCESSORS} processors, PyTorch {torch.__version__}, NumPy {np.__version__}; "
          f"load {os.getloadavg()[0]:.1f}")
    if options.only != "background":
        epochs(options.program, options.rounds)
    if options.only != "epochs":
        background(options.program, options.seconds)


main()
