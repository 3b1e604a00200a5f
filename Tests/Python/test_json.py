"""Texts of every kind that RFC 8259 speaks of, sent to the service as bodies: the table of the Swift tests."""

import re
from pathlib import Path

import pytest

TABLE = Path(__file__).parents[1] / "JSONTests" / "RFC8259.txt"
WHOLE = r'{"é\u00e9\ud83d\ude00":[null,true,false,-1.5e+3,{}],"b":"x"}'.encode()


def octets(match):
    """What stands between « and »: hexadecimal, and 5B*64 is sixty-four of them."""
    runs = [run.partition("*") for run in match[1].split()]
    return b"".join(bytes.fromhex(digits) * int(count or 1) for digits, _, count in runs).decode("latin1")


def cases():
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            head, _, text = line.partition("│")
            # All else of the table is ASCII, so that Latin-1 has a byte for each character.
            yield pytest.param(head[0], re.sub("«([^»]*)»?", octets, text).encode("latin1"), id=head)


def post(client, text):
    return client.post("/backward", content=text, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("verdict, text", list(cases()))
def test_a_text_is_read_or_refused(client, verdict, text):
    answer = post(client, text)
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    if verdict == "n":
        assert answer.status_code == 400, problem
        assert problem["line"] >= 1 and problem["column"] >= 1
        assert f"line {problem['line']}, column {problem['column']}: " in problem["detail"]
    else:
        # It is JSON, and no network.
        assert answer.status_code == 422, problem
        assert verdict == "y" or "twice" in problem["detail"], problem


@pytest.mark.parametrize("length", range(len(WHOLE)))
def test_a_text_is_refused_wherever_it_is_cut(client, length):
    assert post(client, WHOLE[:length]).status_code == 400
    assert post(client, WHOLE).status_code == 422
