"""Clients of a service that call it all the time, and hold each answer against the first."""

import threading
import time

import numpy as np
from trainings import client_of, course

NETWORK = {"layers": [{"units": 8, "activation": "tanh"}, {"units": 1, "activation": "sigmoid"}],
           "seed": 1}


def batch(examples):
    rng = np.random.default_rng(7)
    return {"X": rng.standard_normal((4, examples)).tolist(),
            "Y": rng.integers(0, 2, (1, examples)).tolist()}


def calls():
    """Each call that is computed from the request alone: small, large, short and long."""
    gradients = {"network": NETWORK, "batch": batch(5), "loss": "binary_crossentropy"}
    return [
        ("/forward", {"network": NETWORK, "batch": {"X": batch(5)["X"]}}),
        ("/backward", gradients),
        ("/backward", gradients | {"batch": batch(5000)}),  # More than nginx keeps in memory.
        ("/check", gradients | {"numerical": True}),
        ("/convert", {"tensors": {"dZ2": [[1.0, 2.0]]}, "to": {"convention": "cost"}}),
        ("/train", course(epochs=100)),
    ]


class Load:
    """So many clients at once, until it is left."""

    def __init__(self, url, clients=6):
        self.url, self.bodies = url, calls()
        self.failures, self.answered, self.ends = [], 0, threading.Event()
        self.lock = threading.Lock()
        with client_of(url) as client:
            self.right = [self.ask(client, number) for number in range(len(self.bodies))]
        self.threads = [
            threading.Thread(target=self.run, args=[first]) for first in range(clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        for thread in self.threads:
            thread.join()

    def ask(self, client, number):
        path, body = self.bodies[number]
        answer = client.post(path, json=body)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer.content

    def run(self, number):
        with client_of(self.url) as client:
            while not self.ends.is_set():
                number = (number + 1) % len(self.bodies)
                try:
                    fault = None if self.ask(client, number) == self.right[number] else "wrong"
                except Exception as error:  # noqa: BLE001 (told by the test, not by a thread)
                    fault = repr(error)
                with self.lock:
                    self.answered += 1
                    if fault is not None:
                        self.failures.append((self.bodies[number][0], fault))

    def go_on(self, seconds):
        """Lets time pass, in which there have to be answers."""
        before = self.answered
        time.sleep(seconds)
        assert self.answered > before, self.failures[-3:]
