"""Trainings that are watched, left, cancelled and resumed, through the built program."""

import base64
import random
import time

import httpx
import pytest
from trainings import ENDED, FORMATS, Server, client_of, course, events, leave, serving, wait, without

LONG = 9_000_000  # epochs of a step each, minutes: it ends when it is told to
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def client():
    with serving(":memory:", "--checkpoint-seconds", 1) as client:
        yield client


def train(client, body):
    response = client.post("/train", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def watch(client, body, format=FORMATS[0]):
    return list(events(client, "POST", "/train", format, json=body))


def comparable(answer):
    """All that a training leaves, but for the checkpoint and how many epochs were asked for."""
    return without(answer, {"seconds", "checkpoint"})


SHUFFLED = dict(batch_size=16, shuffle={"seed": 3})


@pytest.mark.parametrize("format", FORMATS)
def test_a_watched_training_tells_each_epoch_and_ends_with_the_answer(client, format):
    body = course(epochs=7, **SHUFFLED)
    told = watch(client, body, format)
    assert [id for id, _, _ in told] == list(range(1, 10))
    assert [kind for _, kind, _ in told] == ["started", *["epoch"] * 7, "done"]
    assert all(event["event"] == kind and event["id"] == id for id, kind, event in told)
    assert told[-1][2]["result"] == train(client, body)


def test_events_are_flat(client):
    body = course(epochs=3, watch=["gradient_norms", "update_ratios"], **SHUFFLED)
    body |= {"metrics": ["accuracy", "confusion_matrix"]}
    for _, _, event in watch(client, body):
        nested = [name for name, value in event.items() if isinstance(value, (list, dict))]
        assert set(nested) <= {"result", "checkpoint"}, nested


def test_reports_are_as_many_as_asked_for(client):
    told = watch(client, course(epochs=10, report_every=4))
    assert [event["epoch"] for _, kind, event in told if kind == "epoch"] == [4, 8, 10]


def test_norms_and_ratios_are_told_when_asked_for(client):
    told = watch(client, course(epochs=2, watch=["gradient_norms", "update_ratios"]))
    for layer in range(2):
        for name in (f"layers.{layer}.dW.norm:last", f"layers.{layer}.W.update_ratio:last"):
            assert all(event[name] > 0 for _, kind, event in told if kind == "epoch"), name


@pytest.mark.parametrize("format", FORMATS)
def test_a_training_that_diverges_fails_with_the_last_finite_parameters(client, format):
    body = course(epochs=50, optimizer="sgd", learning_rate=1e6)
    body["network"]["layers"][-1]["activation"] = "linear"
    body |= {"loss": "mean_squared_error"}
    _, kind, event = watch(client, body, format)[-1]
    assert kind == "failed" and event["outcome"] == "diverged"
    assert event["tensor"] and event["step"] > 0 and event["kind"] in ("NaN", "Infinity")
    for layer in event["result"]["network"]["layers"]:
        numbers = memoryview(base64.b64decode(layer["W"]["base64"])).cast("d")
        assert all(abs(number) < float("inf") for number in numbers)


@pytest.mark.parametrize("accept", FORMATS)
def test_a_refusal_before_the_first_byte_has_its_status(client, accept):
    body = course(epochs=1)
    body["training"]["learning_rate"] = -1
    response = client.post("/train", json=body, headers={"Accept": accept})
    assert response.status_code == 422
    assert response.headers["content-type"] == PROBLEM
    assert response.json()["errors"][0]["pointer"] == "/training/learning_rate"


@pytest.mark.parametrize("accept, answer", [
    ("application/x-ndjson;q=0.5, text/event-stream", "text/event-stream"),
    ("text/event-stream;q=0.1, application/x-ndjson;q=0.2", "application/x-ndjson"),
    ("application/json, text/event-stream;q=0.9", "application/json"),
    ("*/*", "application/json"),
    ("text/event-stream;q=0, */*", "application/json"),
])
def test_the_form_that_is_liked_best_is_answered(client, accept, answer):
    response = client.post("/train", json=course(epochs=1), headers={"Accept": accept})
    assert response.headers["content-type"].split(";")[0] == answer


def test_a_form_that_is_not_offered_is_406(client):
    response = client.post("/train", json=course(epochs=1), headers={"Accept": "text/csv"})
    assert response.status_code == 406
    assert response.headers["content-type"] == PROBLEM


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


@pytest.mark.parametrize("format", FORMATS)
def test_a_listener_that_hangs_up_frees_its_place(format):
    with serving(":memory:", "--max-trainings", 1) as client:
        told = events(client, "POST", "/train", format, json=course(epochs=LONG))
        next(told)
        with client_of(client.base_url) as other:
            refused = other.post("/train", json=course(epochs=1))
            assert refused.status_code == 503
            told.close()
            assert eventually(lambda: is_trained(other))


def test_a_caller_that_does_not_wait_frees_its_place():
    with serving(":memory:", "--max-trainings", 1) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.post("/train", json=course(epochs=LONG), timeout=0.5)
        assert eventually(lambda: is_trained(client))


def is_trained(client):
    return client.post("/train", json=course(epochs=1)).status_code == 200


def eventually(found, seconds=30):
    """Whether it comes true in a time that no slow machine needs."""
    end = time.monotonic() + seconds
    while not found():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


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


def test_a_training_goes_on_from_its_checkpoint(client):
    first = train(client, course(epochs=4, **SHUFFLED) | {"checkpoint": True})
    whole = course(epochs=9, **SHUFFLED)
    rest = train(client, whole | {"resume_from": first["checkpoint"]})
    assert comparable(rest) == comparable(train(client, whole))


def test_a_damaged_checkpoint_is_refused_or_is_one_of_other_numbers(client):
    checkpoint = train(client, course(epochs=2) | {"checkpoint": True})["checkpoint"]
    bytes_ = base64.b64decode(checkpoint["base64"])
    rng = random.Random(1)
    for _ in range(200):
        flipped = bytearray(bytes_)
        flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
        response = resume_from(client, bytes(flipped))
        assert response.status_code in (200, 422), response.text
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("length", [0, 1, 10, 100, -100, -1])
def test_a_truncated_checkpoint_is_refused(client, length):
    checkpoint = train(client, course(epochs=2) | {"checkpoint": True})["checkpoint"]
    assert_refused(resume_from(client, base64.b64decode(checkpoint["base64"])[:length]))


@pytest.mark.parametrize("other", [
    course(sizes=(6, 5, 3)), course(optimizer="momentum"), course(precision="float32"),
])
def test_a_checkpoint_of_another_training_is_refused(client, other):
    checkpoint = train(client, other | {"checkpoint": True})["checkpoint"]
    assert_refused(resume_from(client, base64.b64decode(checkpoint["base64"])))


def resume_from(client, bytes_):
    given = {"base64": base64.b64encode(bytes_).decode()}
    return client.post("/train", json=course(epochs=12) | {"resume_from": given})


def assert_refused(response):
    assert response.status_code == 422, response.text
    assert response.json()["errors"][0]["pointer"].startswith("/resume_from"), response.text


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
