"""Trainings that are left, cancelled, resumed and asked for again, through the built program."""

import pytest
from trainings import (
    ENDED, Server, course, eventually, events, leave, serving, train, wait,
)

LONG = 9_000_000  # epochs of a step each, minutes: it ends when it is told to
SHUFFLED = dict(batch_size=16, shuffle={"seed": 3})


@pytest.fixture(scope="module")
def client():
    with serving(":memory:", "--checkpoint-seconds", 1) as client:
        yield client


def test_methods_of_runs(client):
    run = leave(client, course(epochs=2)).json()["id"]
    wait(client, run)
    for path in ("/runs", f"/runs/{run}"):
        assert client.head(path).status_code == 200
        response = client.put(path, json={})
        assert response.status_code == 405 and "GET" in response.headers["allow"]
    assert client.head(f"/runs/{run}/events").status_code == 200
    assert client.get(f"/runs/{run}/resume").status_code == 405
    assert client.get("/runs/nobody").status_code == 404


def cancelled(client, body, after=3):
    """A run that was cancelled after it had told that many events."""
    run = leave(client, body).json()["id"]
    for id, _, _ in events(client, "GET", f"/runs/{run}/events"):
        if id >= after:
            break
    response = client.delete(f"/runs/{run}")
    assert response.status_code == 200 and response.json()["state"] == "cancelled"
    return run


def test_a_run_that_is_deleted_is_cancelled_and_then_forgotten(client):
    run = cancelled(client, course(epochs=LONG, report_every=1000))
    told = list(events(client, "GET", f"/runs/{run}/events"))
    assert told[-1][1] == "cancelled"
    assert [id for id, _, _ in told] == list(range(1, len(told) + 1))
    assert client.delete(f"/runs/{run}").status_code == 204
    assert client.delete(f"/runs/{run}").status_code == 404
    assert client.get(f"/runs/{run}").status_code == 404


def resumed(client, run, more):
    response = client.post(f"/runs/{run}/resume", json={"epochs": more})
    assert response.status_code == 202, response.text
    assert (ended := wait_again(client, run))["state"] == "done"
    return ended


def wait_again(client, run):
    """A run that was resumed has told of an end before."""
    assert eventually(lambda: client.get(f"/runs/{run}").json()["state"] in ENDED, 120)
    return client.get(f"/runs/{run}").json()


def test_a_resumed_run_is_the_same_as_one_of_all_epochs(client):
    run = leave(client, course(epochs=5, **SHUFFLED)).json()["id"]
    wait(client, run)
    ended = resumed(client, run, 3)
    assert ended["result"] == train(client, course(epochs=8, **SHUFFLED))
    assert [row["epoch"] for row in ended["history"]] == list(range(1, 9))


def test_a_cancelled_run_goes_on_as_if_it_had_not_been(client):
    total = 4000
    body = course(epochs=total, **SHUFFLED)
    run = cancelled(client, body, after=2)
    done = client.get(f"/runs/{run}").json()["epoch"]
    assert done < total
    assert resumed(client, run, total - done)["result"] == train(client, body)


def test_a_key_names_one_run(client):
    body = course(epochs=2)
    first, again = leave(client, body, "one"), leave(client, body, "one")
    assert first.json()["id"] == again.json()["id"]
    assert leave(client, course(epochs=3), "one").status_code == 422
    assert leave(client, body, "two").json()["id"] != first.json()["id"]


def test_runs_are_told_page_by_page(client):
    made = [leave(client, course(epochs=1)).json()["id"] for _ in range(7)]
    found, page = [], {"next": "/runs?limit=3"}
    while "next" in page:
        page = client.get(page["next"]).json()
        assert len(page["runs"]) <= 3
        found += [run["id"] for run in page["runs"]]
    assert found[:7] == made[::-1] and len(set(found)) == len(found)


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "99999999999999999999999"])
def test_a_last_event_that_cannot_be_is_refused(client, last):
    run = leave(client, course(epochs=1)).json()["id"]
    response = client.get(f"/runs/{run}/events", headers={"Last-Event-ID": last})
    assert response.status_code == 422 and "Last-Event-ID" in response.text


def test_a_run_goes_on_after_a_stop_to_the_same_bits(tmp_path):
    body = course(epochs=6000, **SHUFFLED)
    server = Server(tmp_path, "--drain-seconds", 1)
    with server.client() as client:
        run = leave(client, body).json()["id"]
        for id, _, _ in events(client, "GET", f"/runs/{run}/events"):
            if id > 10:
                break
    assert server.stop() == (0, "")
    with serving(tmp_path) as client:
        assert client.get(f"/runs/{run}").json()["step"] > 0
        assert wait(client, run)["result"] == train(client, body)
