"""What a crash test is made of: many kinds of training, listeners that come again, a look at a
folder that a killed service has left."""

import json
import shutil
import sqlite3
import threading
import time

import httpx
from trainings import ENDED, FORMATS, client_of, course, events

DENSE = [{"units": 48, "activation": "relu"}, {"units": 3, "activation": "softmax"}]
DROPPING = [
    {"units": 48, "activation": "relu"}, {"type": "dropout", "keep_prob": 0.8, "seed": 4},
    {"units": 3, "activation": "softmax"},
]
NORMALIZED = [
    {"units": 16}, {"type": "batch_normalization"}, {"type": "activation", "activation": "tanh"},
    {"units": 3, "activation": "softmax"},
]
SGD = {"optimizer": "sgd", "learning_rate": 0.05}

# About a second of one core each, so that most of them meet a kill, and some meet several. What a
# kind has beyond the network, the batch and the training is by its name.
KINDS = {
    "adam, shuffled": dict(
        layers=DENSE, epochs=500, batch_size=16, shuffle={"seed": 5, "order": "continued"}),
    "momentum, shuffled anew each epoch": dict(
        layers=DENSE, optimizer="momentum", epochs=500, batch_size=20,
        shuffle={"seed": 6, "order": "reseeded"}),
    "L-BFGS on the whole batch": dict(
        layers=DENSE, optimizer="lbfgs", learning_rate=1.0, epochs=1500),
    "dropout": dict(layers=DROPPING, epochs=300, batch_size=16, shuffle={"seed": 7}),
    "batch normalization in float32": dict(
        layers=NORMALIZED, precision="float32", epochs=300, batch_size=16, shuffle={"seed": 8}),
    "a schedule that observes": dict(
        SGD, layers=DENSE, epochs=300, batch_size=16, validation=True, metrics=["accuracy"],
        schedule={"type": "reduce_on_plateau", "factor": 0.7, "patience": 5}),
    "early stopping": dict(
        layers=DENSE, epochs=100_000, batch_size=16, validation=True,
        early_stopping={"patience": 400, "restore_best": True, "start_from_epoch": 100}),
    "clipping, watched": dict(
        SGD, layers=NORMALIZED, epochs=200, batch_size=16, metrics=["accuracy"],
        clipping={"type": "global_norm", "limit": 0.5},
        watch=["gradient_norms", "update_ratios"]),
    "few reports and a checkpoint": dict(
        layers=DENSE, optimizer="nadam", precision="float32", epochs=500, batch_size=16,
        report_every=25, checkpoint=True),
}


def request(kind, seed):
    settings = dict(KINDS[kind])
    beside = {name: settings.pop(name) for name in ("metrics", "checkpoint") if name in settings}
    body = course(seed, examples=405, sizes=(16, 48, 3), **{
        name: value for name, value in settings.items() if name != "validation"})
    if "validation" in settings:
        other = course(seed + 1000, examples=80, sizes=(16, 48, 3))
        body["validation"] = other["batch"]
    return body | beside


class Listener(threading.Thread):
    """Listens to a run until it ends; comes again whenever the service was killed, and goes on after
    the last event that it has wholly read."""

    def __init__(self, run, place, format):
        super().__init__(daemon=True)
        self.run_id, self.place, self.format = run, place, format
        self.heard, self.times, self.fault = [], 0, None
        self.start()

    def run(self):
        while not self.has_ended and self.fault is None:
            try:
                self.listen()
            except (httpx.TransportError, OSError):
                time.sleep(0.02)
            except Exception as error:  # noqa: BLE001 (told by the test, not by a thread)
                self.fault = error

    @property
    def has_ended(self):
        return bool(self.heard) and self.heard[-1][1] in ENDED

    def listen(self):
        last = self.heard[-1][0] if self.heard else None
        with client_of(self.place()) as client:
            path = f"/runs/{self.run_id}/events"
            self.times += 1
            for event in events(client, "GET", path, self.format, last):
                self.heard.append(event)


def format_of(number):
    return FORMATS[number % len(FORMATS)]


class Remains:
    """What a killed service has left, looked at in a copy, as SQLite mends what it opens."""

    def __init__(self, folder, copy):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy)
        self.faults, rows = look(copy)
        self.queued = sum(state == "queued" for state, _ in rows)
        running = [kept for state, kept in rows if state == "running"]
        self.from_checkpoint = sum(kept > 0 for kept in running)
        self.from_scratch = len(running) - self.from_checkpoint


def look(folder):
    """What SQLite finds wrong with a store; its runs, as state and size of the checkpoint."""
    with sqlite3.connect(f"{folder}/runs.sqlite3") as file:
        found = [line for (line,) in file.execute("PRAGMA integrity_check") if line != "ok"]
        found += file.execute("PRAGMA foreign_key_check").fetchall()
        runs = []
        if file.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone():
            runs = file.execute("SELECT state, checkpoint_bytes FROM runs").fetchall()
    file.close()
    return found, runs


def text(value):
    """The same text for the same bits: −0 is not 0."""
    return json.dumps(value)
