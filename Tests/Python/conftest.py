"""Starts the built program, named by the environment variable GRADIENTD, once for all tests."""

import os
import subprocess

import httpx
import pytest


@pytest.fixture(scope="session")
def address():
    program = os.environ.get("GRADIENTD", ".build/release/gradientd")
    arguments = [program, "serve", "--port", "0", "--data-dir", ":memory:"]
    server = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    line = server.stdout.readline()
    assert "listening on" in line, line
    yield line.split()[-1]
    server.terminate()
    assert server.wait(timeout=60) == 0


@pytest.fixture(scope="session")
def client(address):
    with httpx.Client(base_url=address, timeout=300) as client:
        yield client


@pytest.fixture(scope="session")
def call(client):
    """call("backward", body): the answer to a request that has to succeed."""

    def call(name, body):
        response = client.post("/" + name, json=body)
        assert response.status_code == 200, response.text
        return response.json()

    return call
