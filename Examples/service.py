"""What the examples have in common: a service of their own, and a call to it."""

import os
import subprocess
from contextlib import contextmanager

import httpx


@contextmanager
def service():
    """Starts the program that the environment variable GRADIENTD names; a client of it."""
    server = subprocess.Popen(
        [os.environ["GRADIENTD"], "serve", "--port", "0", "--data-dir", ":memory:"],
        stdout=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().split()[-1]
        with httpx.Client(base_url=url, timeout=300) as client:
            yield client
    finally:
        server.terminate()
        server.wait()


def call(client, name, body):
    response = client.post("/" + name, json=body)
    if response.is_error:
        raise SystemExit(response.text)  # The service says what is wrong with which field.
    return response.json()
