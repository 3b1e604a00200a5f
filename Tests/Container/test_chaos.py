"""The chaos run against a container of 256 MB, on the host's network: the engine's proxy for published
ports would be the first to end."""

import multiprocessing
import resource
import socket
import sys
from pathlib import Path

import pytest
from test_hardened import assert_is_whole

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Faults"))

import faults  # noqa: E402
from service import connect  # noqa: E402
from steady import Steady, right_answer  # noqa: E402

SECONDS = 5
ALL = [faults.slow_heads, faults.slow_bodies, faults.slow_readers, faults.idle_connections,
       faults.connect_flood, faults.resets, faults.broken_bodies]


class Reached:
    """The service in a container, as it is reached from here."""

    def __init__(self, port):
        self.port = port

    def connect(self):
        return connect(self.port)


@pytest.fixture(scope="module")
def container(new_container):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    container = new_container(
        "chaos", network=["--network", "host"], port=port, max_connections=8192)
    container.port = port
    container.wait_until_healthy()
    return container


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.__name__)
def test_it_outlives_the_fault_and_serves_others_meanwhile(container, fault):
    service = Reached(container.port)
    steady = Steady(service, right_answer(service))
    attacker = multiprocessing.get_context("fork").Process(
        target=faults.run, args=(fault, container.port, SECONDS, 1))
    attacker.start()
    attacker.join(SECONDS + 60)
    result = steady.stop()
    print(f"{len(result.milliseconds)} calls, p99 {result.p99:.1f} ms, {result.refused} refused")
    assert attacker.exitcode == 0
    assert_is_whole(container)
    assert not result.wrong and not result.failures, result.failures[:3]
    assert result.refused <= len(result.milliseconds) / 10
