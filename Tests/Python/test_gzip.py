"""Bodies that come as gzip."""

import gzip
import json

import pytest


BODY = json.dumps({
    "network": {"layers": [{"units": 3, "activation": "relu"}, {"units": 1}], "seed": 3},
    "batch": {"X": [[1, 2, 3], [4, 5, 6]], "Y": [[1, 0, 1]]}, "loss": "mean_squared_error"}).encode()
FIELDS = {"Content-Type": "application/json", "Content-Encoding": "gzip"}


@pytest.mark.parametrize("level", [0, 1, 9])
def test_a_coded_body_has_the_answer_of_the_plain_one(client, level):
    plain = client.post("/backward", content=BODY, headers={"Content-Type": "application/json"})
    coded = client.post("/backward", content=gzip.compress(BODY, level), headers=FIELDS)
    assert plain.status_code == coded.status_code == 200
    assert plain.content == coded.content


def test_a_bomb_is_refused(client):
    limit = client.get("/limits").json()["request"]["body_bytes"]
    bomb = gzip.compress(b" " * (limit + 1), 9)
    assert len(bomb) < limit / 900
    answer = client.post("/backward", content=bomb, headers=FIELDS)
    assert answer.status_code == 413
    assert str(limit) in answer.json()["detail"]


@pytest.mark.parametrize("body", [b"", BODY, gzip.compress(BODY)[:-1], gzip.compress(BODY) + b"x"])
def test_what_is_not_gzip_is_refused(client, body):
    answer = client.post("/backward", content=body, headers=FIELDS)
    assert answer.status_code == 400
    assert "gzip" in answer.json()["detail"]
