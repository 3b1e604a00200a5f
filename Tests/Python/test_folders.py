"""Folders that cannot be written: full, read-only, not there."""

import os
import subprocess
import time

import pytest
from crashes import look
from trainings import Server, course, events, leave, serving, wait

PROBLEM = "application/problem+json"
SHUFFLED = dict(batch_size=16, shuffle={"seed": 3})


def mount(folder, *options):
    folder.mkdir(exist_ok=True)
    try:
        made = subprocess.run(
            ["mount", "-t", "tmpfs", *options, "tmpfs", folder], capture_output=True, text=True)
    except OSError as error:
        pytest.skip(f"no tmpfs can be mounted here: {error}")
    if made.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {made.stderr.strip()}")


@pytest.fixture
def disk(tmp_path):
    """A disk of 2 MiB."""
    folder = tmp_path / "disk"
    mount(folder, "-o", "size=2m")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk):
    """Takes all the room that is left; the file that holds it."""
    file = disk / "ballast"
    with open(file, "wb", buffering=0) as ballast:
        for size in (65536, 4096, 1):
            try:
                while True:
                    ballast.write(b"\0" * size)
            except OSError:
                pass
    return file


def assert_no_room(response):
    assert response.status_code == 507, response.text
    assert response.headers["content-type"] == PROBLEM
    assert response.json()["status"] == 507


def test_a_full_disk_refuses_runs_and_harms_none(disk):
    small, long = course(epochs=5, **SHUFFLED), course(epochs=20_000, report_every=100, **SHUFFLED)
    with serving(disk, "--checkpoint-seconds", 1) as client:
        done = leave(client, small, "done").json()["id"]
        before = wait(client, done)
        run = leave(client, long).json()["id"]
        for id, _, _ in events(client, "GET", f"/runs/{run}/events"):
            if id >= 3:
                break
        ballast = fill(disk)
        for _ in range(3):
            assert_no_room(leave(client, course(examples=2000, epochs=5)))
        # What was stored can be read, and what needs no disk is answered.
        assert client.get(f"/runs/{done}").json() == before
        assert client.get(f"/runs/{run}").json()["state"] == "running"
        backward = {name: small[name] for name in ("network", "batch", "layout", "loss")}
        assert client.post("/backward", json=backward).status_code == 200
        right = client.post("/train", json=long).json()
        ballast.unlink()
        assert wait(client, run)["result"] == right
        assert client.get(f"/runs/{done}").json() == before
        assert leave(client, small).status_code == 202
    faults, _ = look(disk)
    assert not faults


def test_a_folder_that_cannot_be_written_is_refused_at_the_start(tmp_path):
    folder = tmp_path / "sealed"
    mount(folder, "-o", "ro,size=1m")
    try:
        server = Server(folder)
        assert server.url is None
        status, said = server.end()
    finally:
        subprocess.run(["umount", folder], check=True)
    assert status == 1
    assert str(folder) in said and "written" in said, said


def test_a_folder_that_is_not_there_is_refused_at_the_start(tmp_path):
    server = Server(tmp_path / "a" / "b")
    assert server.url is None
    status, said = server.end()
    assert status == 1 and "a/b" in said


WARNED = ("--log-level", "warn")


def test_without_a_state_folder_all_but_runs_is_answered(tmp_path):
    (tmp_path / "file").write_text("")  # No folder can be made below a file, not even by root.
    environment = {name: value for name, value in os.environ.items() if name != "XDG_STATE_HOME"}
    server = Server(None, *WARNED, environment=environment | {"HOME": str(tmp_path / "file")})
    assert server.url
    with server.client() as client:
        assert client.post("/train", json=course(epochs=2)).status_code == 200
        response = leave(client, course(epochs=2))
        assert response.status_code in (503, 507)
        assert response.headers["content-type"] == PROBLEM
    status, said = server.stop()
    assert status == 0 and str(tmp_path / "file") in said


def test_a_home_that_is_not_there_is_not_made(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "XDG_STATE_HOME"}
    server = Server(None, *WARNED, environment=environment | {"HOME": str(tmp_path / "a" / "b")})
    assert server.url
    status, said = server.stop()
    assert status == 0 and str(tmp_path / "a" / "b") in said
    assert not list(tmp_path.iterdir())


def test_on_a_full_disk_runs_end_when_they_are_told_to(disk):
    long = course(epochs=2_000_000, report_every=10, **SHUFFLED)
    with serving(disk, "--checkpoint-seconds", 1, "--max-runs", 1) as client:
        done = leave(client, course(epochs=5, **SHUFFLED)).json()["id"]
        wait(client, done)
        run = leave(client, long).json()["id"]
        for id, _, _ in events(client, "GET", f"/runs/{run}/events"):
            if id >= 3:
                break
        ballast = fill(disk)
        fill_store(client)
        # The end of a run takes less room than what it has to store: that may just be there.
        assert client.delete(f"/runs/{run}").status_code in (200, 507)
        stopped = client.get(f"/runs/{run}").json()
        # What has ended is forgotten, which makes room, and then the other is noted.
        assert client.delete(f"/runs/{done}").status_code == 204
        ballast.unlink()
        assert wait(client, run)["state"] == "cancelled"
        assert client.get(f"/runs/{run}").json()["epoch"] == stopped["epoch"]
        assert client.post(f"/runs/{run}/resume", json={"epochs": 1}).status_code == 202
        assert client.delete(f"/runs/{run}").status_code == 200


def fill_store(client):
    """Waits until a run has nothing more that it can store: its epoch stands still."""
    stands = 0
    last = None
    while stands < 4:
        time.sleep(0.5)
        now = [run["epoch"] for run in client.get("/runs").json()["runs"]]
        stands = stands + 1 if now == last else 0
        last = now


def test_on_a_full_disk_the_service_ends_when_it_is_told_to(disk):
    server = Server(disk, "--checkpoint-seconds", 1)
    with server.client() as client:
        run = leave(client, course(epochs=2_000_000, report_every=10, **SHUFFLED)).json()["id"]
        for id, _, _ in events(client, "GET", f"/runs/{run}/events"):
            if id >= 3:
                break
        ballast = fill(disk)
        fill_store(client)
    status, said = server.stop()
    assert status == 0 and not said
    ballast.unlink()
    faults, runs = look(disk)
    assert not faults and [state for state, _ in runs] == ["running"]
