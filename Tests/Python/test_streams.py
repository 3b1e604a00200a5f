"""Trainings that are watched, through the built program."""

import base64

import httpx
import pytest
from trainings import FORMATS, client_of, course, eventually, events, serving, train

LONG = 9_000_000  # epochs of a step each, minutes: it ends when it is told to
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def client():
    with serving(":memory:", "--checkpoint-seconds", 1) as client:
        yield client


def watch(client, body, format=FORMATS[0]):
    return list(events(client, "POST", "/train", format, json=body))


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


@pytest.mark.parametrize("format", FORMATS)
def test_a_listener_that_hangs_up_frees_its_place(format):
    with serving(":memory:", "--max-trainings", 1) as client:
        told = events(client, "POST", "/train", format, json=course(epochs=LONG, report_every=100))
        next(told)
        with client_of(client.base_url) as other:
            refused = other.post("/train", json=course(epochs=1))
            assert refused.status_code == 503
            told.close()
            assert eventually(lambda: is_trained(other))


def test_a_caller_that_does_not_wait_frees_its_place():
    with serving(":memory:", "--max-trainings", 1) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.post("/train", json=course(epochs=LONG, report_every=100), timeout=0.5)
        assert eventually(lambda: is_trained(client))


def is_trained(client):
    return client.post("/train", json=course(epochs=1)).status_code == 200
