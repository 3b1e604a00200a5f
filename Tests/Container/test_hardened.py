"""One container, read-only, without capabilities, as nobody in particular, in 256 MB."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from trainings import client_of, course, leave, train, wait, without

PYTHON = Path(__file__).resolve().parents[1] / "Python"
# A cross-section: texts, refusals, values, streams, detached trainings, encodings.
OUTSIDE = ["json", "refusals", "identities", "streams", "runs", "convert", "gzip"]
DRAIN_SECONDS = 8


@pytest.fixture(scope="module")
def container(new_container):
    container = new_container(
        "one", drain_seconds=DRAIN_SECONDS, drain_training_seconds=DRAIN_SECONDS,
        checkpoint_seconds=0.2)
    container.wait_until_healthy()
    return container


def long_training(seed):
    """One that takes a few seconds, whatever is killed meanwhile."""
    return course(seed, examples=400, sizes=(16, 32, 3), epochs=2000, batch_size=50, report_every=50)


def begin(container, body):
    """Hands a training over, and waits until some of it is in a checkpoint; the run."""
    with client_of(container.url) as client:
        answer = leave(client, body)
        assert answer.status_code == 202, answer.text
        run = answer.json()["id"]
        wait(client, run, until=lambda run: run["state"] != "queued" and run["epoch"] >= 100)
        time.sleep(0.5)  # More than the time between two checkpoints.
        found = client.get(f"/runs/{run}").json()
        assert found["state"] == "running", found
    return run


def assert_goes_on(container, run, body):
    """It has not begun anew, and ends with what it would have ended with anyway."""
    container.wait_until_healthy()
    with client_of(container.url) as client:
        first = client.get(f"/runs/{run}").json()
        assert first["epoch"] > 0, first
        found = wait(client, run)
        assert found["state"] == "done", found
        assert without(found["result"]) == without(train(client, body))


def assert_is_whole(container):
    """The kernel has not ended it for want of memory."""
    state = container.state
    assert state["Running"] and not state["OOMKilled"], state


def test_it_is_ready_and_small_when_it_is_healthy(container):
    with client_of(container.url) as client:
        assert client.get("/readyz").status_code == 200
        metrics = client.get("/metrics").text
    resident = next(float(line.split()[1]) for line in metrics.splitlines()
                    if line.startswith("process_resident_memory_bytes "))
    assert resident < 64 << 20


def test_the_end_to_end_tests_pass_from_outside(container):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         *(str(PYTHON / f"test_{name}.py") for name in OUTSIDE)],
        cwd=PYTHON, env=os.environ | {"GRADIENTD_URL": container.url}, capture_output=True,
        text=True, timeout=240)
    print(done.stdout[-300:])
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert_is_whole(container)


def test_large_requests_at_once_do_not_end_it(container):
    """Each body of 4 MB, eight at a time: answered, or refused for want of room."""
    body = course(1, examples=2000, sizes=(100, 8, 3), epochs=1)
    del body["training"]
    statuses = []

    def call():
        with client_of(container.url) as client:
            statuses.append(client.post("/backward", json=body).status_code)

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(statuses) == 8 and set(statuses) <= {200, 503} and 200 in statuses, statuses
    assert_is_whole(container)


def test_a_stop_answers_what_runs_and_loses_no_run(container):
    body = long_training(2)
    run = begin(container, body)
    answers, short = [], course(3, examples=400, sizes=(16, 32, 3), epochs=300, batch_size=50)

    def call():
        with client_of(container.url) as client:
            answers.append((client.post("/train", json=short), time.monotonic()))

    thread = threading.Thread(target=call)
    thread.start()
    with client_of(container.url) as client:  # The second request in flight is the one that asks.
        while "gradientd_requests_in_flight 2\n" not in client.get("/metrics").text:
            assert not answers, "it was too short to be seen"
    begun = time.monotonic()
    took = container.stop()
    thread.join()
    (answer, at), state = answers[0], container.state
    assert answer.status_code == 200 and answer.json()["outcome"] == "finished", answer.text
    assert at > begun
    assert state["ExitCode"] == 0 and not state["OOMKilled"], state
    assert took < DRAIN_SECONDS + 2, took  # One for what was cancelled, and one for the engine.
    container.start()
    assert_goes_on(container, run, body)


def test_a_kill_loses_no_run(container):
    body = long_training(4)
    run = begin(container, body)
    container.kill()
    assert container.state["ExitCode"] == 137
    container.start()
    assert_goes_on(container, run, body)


def test_another_container_goes_on_with_the_volume(container, new_container):
    body = long_training(5)
    run = begin(container, body)
    container.stop()
    container.remove()
    other = new_container("two", drain_seconds=DRAIN_SECONDS)
    assert_goes_on(other, run, body)
