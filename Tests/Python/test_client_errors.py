"""What the Python client raises, and when it tries again."""

import json
import pickle
import time

import httpx
import numpy as np
import pytest

import gradientd
from gradientd import Client, Retry

QUICK = Retry(attempts=4, backoff=0.001, total=5)
NETWORK, X, Y = [{"units": 1}], [[1.0, 2.0]], [[1.0, 2.0]]
BUSY = {"type": "urn:gradientd:problem:overloaded", "title": "busy", "status": 503,
        "detail": "busy"}


class Server:
    """Answers one after the other, and counts."""

    def __init__(self, *answers, retry=QUICK):
        self.answers, self.requests = list(answers), []
        self.client = Client("http://nowhere", retry=retry,
                             transport=httpx.MockTransport(self.answer))

    def answer(self, request):
        request.read()
        self.requests.append(request)
        answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(**answer)


GOOD = {"status_code": 200, "json": {"outputs": [[1.0, 2.0]], "layers": []}}
OVERLOADED = {"status_code": 503, "json": BUSY, "headers": {"Retry-After": "0"}}
LIMITED = {"status_code": 429, "json": BUSY | {"status": 429}, "headers": {"Retry-After": "0"}}
PROXY = {"status_code": 502, "text": "bad gateway"}


@pytest.mark.parametrize("failure", [
    OVERLOADED, LIMITED, PROXY, httpx.ConnectError("refused"), httpx.ReadError("reset"),
    httpx.ReadTimeout("late"), httpx.RemoteProtocolError("gone")])
def test_a_pure_call_is_tried_again(failure):
    server = Server(failure, failure, GOOD)
    np.testing.assert_array_equal(server.client.forward(NETWORK, X).outputs, [[1.0, 2.0]])
    assert len(server.requests) == 3
    assert len({request.content for request in server.requests}) == 1


@pytest.mark.parametrize("failure, error", [
    (OVERLOADED, gradientd.ServiceUnavailable), (LIMITED, gradientd.RateLimited),
    (httpx.ConnectError("refused"), gradientd.NotReachable),
    (httpx.ReadTimeout("late"), gradientd.ServiceTimeout)])
def test_the_last_failure_is_raised(failure, error):
    server = Server(failure)
    with pytest.raises(error):
        server.client.forward(NETWORK, X)
    assert len(server.requests) == 4


@pytest.mark.parametrize("failure", [
    {"status_code": 422, "json": BUSY | {"status": 422}},
    {"status_code": 503, "json": BUSY},  # Without Retry-After waiting does not help.
    {"status_code": 500, "json": BUSY | {"status": 500}}])
def test_what_would_fail_again_is_not_tried_again(failure):
    server = Server(failure)
    with pytest.raises(gradientd.ServiceError):
        server.client.forward(NETWORK, X)
    assert len(server.requests) == 1


def test_retrying_can_be_turned_off():
    server = Server(OVERLOADED, retry=Retry(attempts=1))
    with pytest.raises(gradientd.ServiceUnavailable):
        server.client.forward(NETWORK, X)
    assert len(server.requests) == 1


def test_retry_after_is_waited_for():
    server = Server(OVERLOADED | {"headers": {"Retry-After": "1"}}, GOOD)
    begin = time.monotonic()
    server.client.forward(NETWORK, X)
    assert time.monotonic() - begin >= 1


def test_a_pause_that_is_too_long_is_not_begun():
    server = Server(OVERLOADED | {"headers": {"Retry-After": "3600"}})
    with pytest.raises(gradientd.ServiceUnavailable) as caught:
        server.client.forward(NETWORK, X)
    assert len(server.requests) == 1 and caught.value.retry_after == 3600


def told(*events):
    lines = [json.dumps({"id": id, "event": event, "epoch": 0, "step": 0})
             for id, event in enumerate(events, 1)]
    return {"status_code": 200, "text": "\n".join([*lines, ""])}


def train_events(server):
    return server.client.train_events(NETWORK, X, Y, "mean_squared_error")


@pytest.mark.parametrize("failure", [OVERLOADED, httpx.ConnectError("refused")])
def test_a_stream_that_has_not_begun_is_tried_again(failure):
    server = Server(failure, told("started", "done"))
    assert [event.kind for event in train_events(server)] == ["started", "done"]
    assert len(server.requests) == 2


class Broken(httpx.SyncByteStream):
    def __iter__(self):
        yield told("started")["text"].encode()
        raise httpx.ReadError("reset")


def test_a_stream_that_has_begun_is_not_tried_again():
    server = Server({"status_code": 200, "stream": Broken()})
    with pytest.raises(gradientd.NotReachable):
        list(train_events(server))
    assert len(server.requests) == 1


def test_a_training_with_a_bar_is_tried_again():
    pytest.importorskip("tqdm", reason="there is no tqdm here")
    server = Server(OVERLOADED, told("cancelled"))
    with pytest.raises(gradientd.TrainingCancelled):
        server.client.train(NETWORK, X, Y, "mean_squared_error", progress=True)
    assert len(server.requests) == 2


RUN = {"id": "01AAAAAAAAAAAAAAAAAAAAAAAA", "state": "running", "epoch": 0, "epochs": 9, "events": 0}


def test_the_start_of_a_run_is_tried_again_under_its_key():
    server = Server(httpx.ReadError("reset"), {"status_code": 202, "json": RUN})
    run = server.client.runs.start(NETWORK, X, Y, "mean_squared_error", optimizer="sgd", epochs=9)
    first, second = server.requests
    assert run.id == RUN["id"] and first.headers["Prefer"] == "respond-async"
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    server.client.runs.start(NETWORK, X, Y, "mean_squared_error", optimizer="sgd", epochs=9)
    assert server.requests[-1].headers["Idempotency-Key"] != first.headers["Idempotency-Key"]


def test_a_run_is_not_cancelled_twice():
    found = {"status_code": 200, "json": RUN}
    server = Server(found, found, httpx.ReadError("reset"))
    run = server.client.runs[RUN["id"]]
    with pytest.raises(gradientd.NotReachable):
        run.cancel()
    assert [request.method for request in server.requests] == ["GET", "GET", "DELETE"]


def test_a_refusal_carries_pointer_hint_and_request_id(gradients):
    with pytest.raises(gradientd.RequestError) as caught:
        gradients.backward([{"units": 1, "activation": "swish"}], X, Y, "bce", colour="blue")
    error = caught.value
    assert (error.status, error.problem) == (422, "invalid_fields")
    pointers = {field.pointer: field for field in error.errors}
    assert {"/network/layers/0/activation", "/loss", "/colour"} <= set(pointers)
    assert "silu" in pointers["/network/layers/0/activation"].hint
    for text in ("/colour", "/loss", "silu", error.request_id):
        assert text in str(error)


def test_a_number_that_json_has_not_is_refused_where_it_stands(gradients):
    for X_with in ([[1.0, np.nan]], np.array([[1.0, np.inf]])):
        with pytest.raises(gradientd.RequestError) as caught:
            gradients.forward(NETWORK, X_with)
        assert caught.value.errors[0].pointer.startswith("/batch/X")


def test_ragged_lists_are_refused_where_they_are(gradients):
    with pytest.raises(gradientd.RequestError) as caught:
        gradients.forward(NETWORK, [[1.0, 2.0], [3.0]])
    assert caught.value.errors[0].pointer.startswith("/batch/X")


def test_where_nobody_listens_it_is_said_what_to_do():
    with pytest.raises(gradientd.NotReachable, match=r"make run.*gradientd\.local"):
        Client("http://127.0.0.1:9", retry=Retry(attempts=1)).limits()


def test_what_is_no_gradientd_is_told_apart():
    for answer in ({"status_code": 200, "text": "<html>"}, {"status_code": 200, "content": b""}):
        with pytest.raises(gradientd.UnexpectedAnswer, match="address of gradientd"):
            Server(answer).client.limits()
    with pytest.raises(gradientd.NotFound, match="no such page"):
        Server({"status_code": 404, "text": "no such page"}).client.limits()


def test_without_the_token_a_call_is_refused(tmp_path):
    tokens = tmp_path / "tokens"
    tokens.write_text("open-sesame-open-sesame\n")
    with gradientd.LocalService(token_file=tokens) as service:
        with Client(service.url, "open-sesame-open-sesame") as client:
            assert client.limits()["request"]
        with Client(service.url, "another") as client, pytest.raises(gradientd.Unauthorized):
            client.limits()


def test_an_error_outlives_pickling(gradients):
    with pytest.raises(gradientd.RequestError) as caught:
        gradients.forward(NETWORK, X, colour="blue")
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) and again.errors == caught.value.errors


@pytest.mark.parametrize("problem", [
    {"success": False, "errors": [{"code": 1000, "message": "no key"}]}, {"errors": ["no key"]},
    {"errors": {"key": "no key"}}, {"errors": None, "message": "no key"}])
def test_the_refusal_of_a_gateway_is_raised_as_it_says_it(problem):
    server = Server({"status_code": 403, "json": problem})
    with pytest.raises(gradientd.RequestError, match="no key") as caught:
        server.client.forward(NETWORK, X)
    assert caught.value.status == 403 and caught.value.errors == ()


def test_an_answer_that_is_no_object_is_none_of_the_service():
    with pytest.raises(gradientd.UnexpectedAnswer, match="is this the address"):
        Server({"status_code": 200, "json": []}).client.forward(NETWORK, X)


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "localhost:8080", "gradientd.example"])
def test_an_address_without_its_scheme_is_refused_at_once(url):
    with pytest.raises(ValueError, match="begins with http://"):
        Client(url)


def test_a_token_is_taken_as_a_file_has_it():
    server = Server(GOOD)
    with_token = Client("http://nowhere", "abc\n", transport=httpx.MockTransport(server.answer))
    with_token.forward(NETWORK, X)
    assert server.requests[0].headers["Authorization"] == "Bearer abc"


@pytest.mark.parametrize("token", ["sécret", "sec\nret"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_shown(token):
    with pytest.raises(ValueError, match="^the token has characters that none can have$"):
        Client("http://nowhere", token)


class Model:
    state_dict = dict


@pytest.mark.parametrize("network", [None, 3, Model()])
def test_what_is_no_network_is_refused_with_what_makes_one(network):
    with pytest.raises(TypeError, match="from_torch"):
        Server(GOOD).client.forward(network, X)


@pytest.mark.parametrize("id", ["../limits", "a/b", "a?state=done"])
def test_an_id_is_one_part_of_a_path(id):
    server = Server({"status_code": 404, "json": BUSY | {"status": 404}})
    with pytest.raises(gradientd.NotFound):
        server.client.runs[id]
    assert server.requests[0].url.raw_path.count(b"/") == 2 and not server.requests[0].url.query
