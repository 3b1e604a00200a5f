"""Uses a service for half an hour as many clients do, and watches that it takes no more and more.

    Tests/Faults/soak.py .build/release/gradientd [--seconds 1800]

Small and middling calls, compressed ones, streams that are left, detached trainings that are
followed, cancelled and deleted, refusals, broken connections: each at random, on four connections at
a time. Memory and descriptors are read every few seconds; in the second half neither may grow.
"""

import argparse
import gzip
import os
import random
import statistics
import sys
import tempfile
import threading
import time

from service import Reader, Service, network, request

TINY, MIDDLING = network([2, 4, 1], 5), network([30, 40, 10], 60)


def training(epochs):
    return network([2, 4, 1], 5, training={"optimizer": "adam", "epochs": epochs})


class Client:
    def __init__(self, service, seed, found):
        self.service, self.rng, self.found = service, random.Random(seed), found
        self.connection = self.reader = None

    def call(self, *parts, statuses=(200,)):
        if self.connection is None:
            self.connection = self.service.connect(60)
            self.reader = Reader(self.connection)
        self.connection.sendall(request(*parts))
        status, fields, content = self.reader.answer()
        if status not in (*statuses, 503):
            self.found.append(f"{parts[:2]}: status {status}: {content[:200]}")
        if fields.get("connection") == "close":
            self.leave()
        return status, fields, content

    def leave(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def small(self):
        self.call("POST", "/backward", TINY)

    def middling(self):
        self.call("POST", self.rng.choice(["/forward", "/backward"]), MIDDLING)

    def compressed(self):
        self.call("POST", "/backward", gzip.compress(MIDDLING), b"Content-Encoding: gzip\r\n")

    def refused(self):
        body = TINY[:self.rng.randrange(len(TINY))]
        self.call("POST", "/backward", body, statuses=(400, 422))
        self.call("GET", "/nothing", statuses=(404,))

    def watched(self):
        self.call("POST", "/train", training(50), b"Accept: application/x-ndjson\r\n")

    def left(self):
        """A stream whose client goes after its first bytes."""
        self.leave()
        connection = self.service.connect()
        connection.sendall(request(
            "POST", "/train", training(100_000), b"Accept: text/event-stream\r\n"))
        connection.recv(1000)
        connection.close()

    def detached(self):
        status, fields, _ = self.call(
            "POST", "/train", training(self.rng.choice([5, 100_000])),
            b"Prefer: respond-async\r\n", statuses=(202,))
        if status != 202:
            return
        place = fields["location"]
        if self.rng.random() < 0.5:
            self.call("GET", place)
        for _ in range(2):  # It is cancelled, and forgotten.
            self.call("DELETE", place, statuses=(200, 204, 404))

    def read(self):
        for path in ("/healthz", "/limits", "/catalog", "/runs", "/", "/page/main.js", "/docs"):
            self.call("GET", path)

    def go(self, end):
        kinds = [self.small] * 20 + [
            self.middling, self.compressed, self.refused, self.watched, self.left, self.detached,
            self.read]
        count = 0
        while time.monotonic() < end:
            kind = self.rng.choice(kinds)
            try:
                kind()
            except OSError as error:
                self.found.append(f"{kind.__name__}: {error!r}")
                self.leave()
            count += 1
            time.sleep(0.002)
        self.count = count


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=1800)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as folder, Service(
            options.program, "--data-dir", folder, "--kept-runs", "50") as service:
        end = time.monotonic() + options.seconds
        clients = [Client(service, options.seed + index, found) for index in range(4)]
        threads = [threading.Thread(target=client.go, args=(end,)) for client in clients]
        for thread in threads:
            thread.start()
        samples = []
        while time.monotonic() < end:
            time.sleep(min(5, options.seconds / 40))
            samples.append((service.memory() / 1e6, service.descriptors()))
        for thread in threads:
            thread.join()
        alive = service.is_running
    # The first tenth fills caches and the store.
    samples = samples[len(samples) // 10:]
    tenth = max(1, len(samples) // 10)
    print("memory as it went, MB: " + " ".join(
        f"{statistics.median(memory for memory, _ in samples[start:start + tenth]):.1f}"
        for start in range(0, len(samples), tenth)))
    half = len(samples) // 2
    first, second = ([statistics.median(each) for each in zip(*part)]
                     for part in (samples[:half], samples[half:]))
    print(f"seed {options.seed}, load {os.getloadavg()[0]:.1f}: "
          f"{sum(client.count for client in clients)} calls; medians of the first half and the "
          f"second: {first[0]:.1f} → {second[0]:.1f} MB, "
          f"{first[1]:.0f} → {second[1]:.0f} descriptors; most "
          f"{max(sample[0] for sample in samples):.1f} MB")
    if not alive:
        found.append("the service has ended")
    if second[0] > 1.1 * first[0] + 2 or second[1] > first[1] + 5:
        found.append("memory or descriptors grow")
    for finding in found[:20]:
        print("FOUND", finding)
    sys.exit(bool(found))


main()
