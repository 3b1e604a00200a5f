"""Checkpoints that a caller keeps, whole and damaged, through the built program."""

import base64
import random

import pytest
from trainings import course, serving, train, without

SHUFFLED = dict(batch_size=16, shuffle={"seed": 3})


@pytest.fixture(scope="module")
def client():
    with serving(":memory:") as client:
        yield client


def comparable(answer):
    """All that a training leaves, but for the checkpoint and how many epochs were asked for."""
    return without(answer, {"seconds", "checkpoint"})


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
