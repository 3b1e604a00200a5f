"""Trainings, the service that they are given to, and the events that it tells of them."""

import json
import os
import ssl
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np

PROGRAM = Path(os.environ.get("GRADIENTD", ".build/release/gradientd")).resolve()
ENDED = {"done", "failed", "cancelled"}
FORMATS = ["application/x-ndjson", "text/event-stream"]
# What tells how long something took, and is another number each time.
TIMES = {"seconds"}
# No call here is encrypted, and reading all the certificates for each client takes long.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Server:
    """A service of its own on a folder; it may be killed and started again."""

    def __init__(self, folder=":memory:", *options, environment=None):
        # What it says of its own accord is told by the tests as a fault.
        arguments = [PROGRAM, "serve", "--port", "0", "--log-level", "error"]
        if folder is not None:
            arguments += ["--data-dir", folder]
        self.process = subprocess.Popen(
            [str(argument) for argument in (*arguments, *options)], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=environment)
        line = self.process.stdout.readline()
        self.url = line.split()[-1] if "listening on" in line else None

    def client(self, timeout=120):
        return client_of(self.url, timeout)

    def kill(self):
        self.process.kill()
        return self.end()

    def stop(self):
        self.process.terminate()
        return self.end()

    def end(self):
        """The exit status, and what was said on standard error."""
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


def client_of(url, timeout=120):
    return httpx.Client(base_url=url, timeout=timeout, verify=NO_CERTIFICATES)


@contextmanager
def serving(folder=":memory:", *options):
    """A service and a client of it; it has to end well."""
    server = Server(folder, *options)
    assert server.url, server.end()
    try:
        with server.client() as client:
            yield client
    except BaseException:
        server.kill()
        raise
    status, said = server.stop()
    assert status == 0, said


def course(seed=0, examples=64, sizes=(6, 8, 3), layers=None, precision="float64", **training):
    """A request to /train: three classes of points, told apart by a small network."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((examples, sizes[0]))
    y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], examples)]
    if layers is None:
        layers = [{"units": units, "activation": "tanh"} for units in sizes[1:-1]]
        layers.append({"units": sizes[-1], "activation": "softmax"})
    settings = {"optimizer": "adam", "learning_rate": 0.01, "epochs": 10}
    return {
        "network": {"layers": layers, "initializer": "he_normal", "seed": seed},
        "batch": {"X": x.tolist(), "Y": y.tolist()}, "layout": "keras", "precision": precision,
        "loss": "categorical_crossentropy", "encoding": "base64",
        "training": settings | training,
    }


def train(client, body):
    response = client.post("/train", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def leave(client, body, key=None):
    """Hands a training over that goes on by itself."""
    headers = {"Prefer": "respond-async"}
    if key is not None:
        headers["Idempotency-Key"] = key
    return client.post("/train", json=body, headers=headers)


def wait(client, run, until=lambda run: run["state"] in ENDED):
    """The run, when it is as far as that, found out by its events and not by asking on and on."""
    if not until(found := client.get(f"/runs/{run}").json()):
        for _ in events(client, "GET", f"/runs/{run}/events"):
            if until(found := client.get(f"/runs/{run}").json()):
                break
    return found


def events(client, method, path, format=FORMATS[0], last=None, **request):
    """The events of a stream as they come, those that are whole: (id, kind, event)."""
    headers = {"Accept": format} | ({} if last is None else {"Last-Event-ID": str(last)})
    with client.stream(method, path, headers=headers, **request) as response:
        if response.is_error:
            response.read()
            raise AssertionError(response.text)
        assert response.headers["content-type"].split(";")[0] == format
        read = lines if format == FORMATS[0] else blocks
        yield from read(response.iter_raw())


def lines(pieces):
    """Of NDJSON: a line each; an empty one is a heartbeat."""
    for line in ended(pieces, b"\n"):
        if line:
            event = json.loads(line)
            yield event["id"], event["event"], event


def blocks(pieces):
    """Of server-sent events: a block each, ended by an empty line; a comment is a heartbeat."""
    for block in ended(pieces, b"\n\n"):
        fields = dict(line.split(b": ", 1) for line in block.split(b"\n"))
        if b"data" in fields:
            assert list(fields) == [b"id", b"event", b"data"], block
            yield int(fields[b"id"]), fields[b"event"].decode(), json.loads(fields[b"data"])


def ended(pieces, end):
    """What is ended by `end`; what is cut off by the death of a server is not."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(end)
        yield from whole


def without(value, names=TIMES):
    """The same, without the members that have other values each time."""
    if isinstance(value, dict):
        return {name: without(item, names) for name, item in value.items() if name not in names}
    if isinstance(value, list):
        return [without(item, names) for item in value]
    return value


def eventually(found, seconds=30):
    """Whether it comes true in a time that no slow machine needs."""
    end = time.monotonic() + seconds
    while not found():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
