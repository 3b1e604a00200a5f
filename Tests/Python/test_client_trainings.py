"""Trainings through the Python client: watched, left alone and found again."""

import io
import re
import threading
from contextlib import closing, redirect_stderr

import httpx
import numpy as np
import pytest
from trainings import Server, eventually

import gradientd
from gradientd import Retry, _run_calls
from gradientd._stream import result_of

RANDOM = np.random.RandomState(0)
X, Y = RANDOM.randn(3, 20), RANDOM.randn(1, 20)
NETWORK = {"layers": [{"units": 4, "activation": "tanh"}, {"units": 1}], "seed": 1}
PROBLEM = (NETWORK, X, Y, "mean_squared_error")
LONG = 9_000_000  # epochs of a step each, minutes: it ends when it is told to


@pytest.fixture(scope="module")
def client():
    with gradientd.local(max_trainings=1, log_level="error") as client:
        yield client


def test_events_tell_each_epoch_and_end_with_the_result(client):
    events = list(client.train_events(*PROBLEM, optimizer="adam", epochs=5))
    assert [event.kind for event in events] == ["started", *["epoch"] * 5, "done"]
    assert [event.id for event in events] == list(range(1, 8))
    answer = client.train(*PROBLEM, optimizer="adam", epochs=5)
    np.testing.assert_array_equal([event["cost:mean"] for event in events[1:6]], answer.costs)
    result = events[-1].result
    np.testing.assert_array_equal(result.network.layers[0]["W"], answer.network.layers[0]["W"])


def test_closing_the_events_ends_the_training(client):
    busy = gradientd.Client(client.url, retry=Retry(attempts=1))
    with closing(client.train_events(*PROBLEM, optimizer="sgd", epochs=LONG,
                                     report_every=100)) as events:
        next(events)
        with pytest.raises(gradientd.ServiceUnavailable):
            busy.train(*PROBLEM, optimizer="sgd", epochs=1)

    def is_free():
        try:
            return busy.train(*PROBLEM, optimizer="sgd", epochs=1).outcome == "finished"
        except gradientd.ServiceUnavailable:
            return False

    assert eventually(is_free)


def test_a_bar_shows_the_epochs_and_the_cost(client):
    shown = io.StringIO()
    with redirect_stderr(shown):
        answer = client.train(*PROBLEM, optimizer="adam", epochs=30, progress=True)
    assert "30/30" in shown.getvalue()
    cost = float(re.findall(r"cost=([-+.e0-9]+)", shown.getvalue())[-1])
    assert cost == pytest.approx(answer.costs[-1], rel=1e-3)
    np.testing.assert_array_equal(
        answer.costs, client.train(*PROBLEM, optimizer="adam", epochs=30).costs)


def test_without_tqdm_a_bar_is_refused_with_what_to_install(client, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tqdm.auto", None)
    with pytest.raises(ImportError, match=r"pip install tqdm"):
        client.train(*PROBLEM, optimizer="sgd", epochs=1, progress=True)


def test_a_training_that_diverges_has_a_result(client):
    settings = {"optimizer": "sgd", "learning_rate": 1e6, "epochs": 90}
    *_, last = client.train_events(*PROBLEM, **settings)
    assert last.kind == "failed" and last.result.outcome == "diverged"
    answer = client.train(*PROBLEM, **settings, progress=True)
    assert answer.outcome == "diverged" and answer.failure["step"] == last.result.failure["step"]
    assert np.isfinite(answer.network.layers[0]["W"]).all()


def test_a_training_that_the_service_ends_can_be_gone_on_with():
    with gradientd.local(drain_training_seconds=1) as client:
        def end():
            client.service.close()

        with pytest.raises(gradientd.TrainingCancelled) as caught:
            for event in client.train_events(*PROBLEM, optimizer="sgd", epochs=LONG,
                                             report_every=100, checkpoint=True):
                if event.id == 2:
                    threading.Thread(target=end).start()
                if event.is_last:
                    result_of(event)
    with gradientd.local() as client:
        checkpoint = caught.value.checkpoint
        answer = client.train(*PROBLEM, optimizer="sgd", epochs=checkpoint["epoch"] + 2,
                              resume_from=checkpoint)
        whole = client.train(*PROBLEM, optimizer="sgd", epochs=checkpoint["epoch"] + 2)
        np.testing.assert_array_equal(answer.network.layers[0]["W"], whole.network.layers[0]["W"])


def test_a_run_is_left_and_found_again(client):
    run = client.runs.start(*PROBLEM, optimizer="adam", epochs=20)
    found = client.runs[run.id]
    result = found.result()
    assert found.state == "done" and found.epoch == 20
    expected = client.train(*PROBLEM, optimizer="adam", epochs=20)
    np.testing.assert_array_equal(result.costs, expected.costs)
    np.testing.assert_array_equal(run.result().network.layers[1]["b"],
                                  expected.network.layers[1]["b"])


def test_the_same_key_is_the_same_run(client):
    first = client.runs.start(*PROBLEM, optimizer="adam", epochs=2, key="monday")
    assert client.runs.start(*PROBLEM, optimizer="adam", epochs=2, key="monday").id == first.id
    with pytest.raises(gradientd.RequestError):
        client.runs.start(*PROBLEM, optimizer="adam", epochs=3, key="monday")


def test_events_of_a_run_go_on_after_any(client):
    run = client.runs.start(*PROBLEM, optimizer="adam", epochs=5).wait()
    events = list(run.events())
    assert [event.kind for event in events if event.kind != "checkpoint"] == [
        "started", *["epoch"] * 5, "done"]
    assert [event.id for event in run.events(after=3)] == [event.id for event in events[3:]]
    assert list(run.events(after=events[-1].id)) == []


def test_a_run_that_was_resumed_tells_all_of_both_parts(client):
    run = client.runs.start(*PROBLEM, optimizer="adam", epochs=3)
    run.wait().resume(2).wait()
    assert run.epoch == 5
    assert [event.epoch for event in run.events() if event.kind == "epoch"] == [1, 2, 3, 4, 5]
    np.testing.assert_array_equal(run.result().costs,
                                  client.train(*PROBLEM, optimizer="adam", epochs=5).costs)


def test_a_run_is_cancelled_and_forgotten(client):
    run = client.runs.start(*PROBLEM, optimizer="sgd", epochs=LONG, report_every=1000)
    assert run.cancel().state == "cancelled"
    with pytest.raises(gradientd.TrainingCancelled, match="resume"):
        run.result()
    assert run.cancel().state == "cancelled"  # A second time does not forget it.
    run.forget()
    with pytest.raises(gradientd.NotFound):
        client.runs[run.id]


def test_all_runs_are_listed_over_pages(client, monkeypatch):
    started = [client.runs.start(*PROBLEM, optimizer="sgd", epochs=1).wait().id for _ in range(5)]
    page = _run_calls.page
    monkeypatch.setattr(_run_calls, "page", lambda **options: page(2, **options))
    found = [run.id for run in client.runs]
    assert found[:5] == started[::-1]
    assert set(started) <= {run.id for run in client.runs.list("done")}
    assert not set(started) & {run.id for run in client.runs.list("cancelled")}


def test_waiting_ends_when_it_is_to(client):
    run = client.runs.start(*PROBLEM, optimizer="sgd", epochs=LONG, report_every=LONG)
    with pytest.raises(TimeoutError):
        run.wait(timeout=0.3)
    run.cancel()


def test_a_run_outlives_the_service_and_its_listener_misses_nothing(tmp_path):
    server = Server(tmp_path, "--checkpoint-seconds", 1)
    port = server.url.rsplit(":", 1)[1]
    with gradientd.Client(server.url) as client:
        run = client.runs.start(*PROBLEM, optimizer="sgd", epochs=200, batch_size=1)
        ids, killed = [], False
        for event in run.events():
            ids.append(event.id)
            if event.epoch >= 20 and not killed:
                server.kill()
                server = Server(tmp_path, "--port", port)
                killed = True
        assert killed and ids == list(range(1, ids[-1] + 1))
        assert event.kind == "done" and run.result().outcome == "finished"
    server.stop()


def test_a_lost_connection_is_taken_up_where_it_was():
    told = [[1, 2], [3], []]
    asked = []

    def answer(request):
        if request.url.path.endswith("/events"):
            asked.append(request.headers["Last-Event-ID"])
            lines = "".join(f'{{"id":{id},"event":"epoch","epoch":{id},"step":{id}}}\n'
                            for id in told[len(asked) - 1])
            return httpx.Response(200, text=lines)
        state = "done" if len(asked) == 3 else "running"
        return httpx.Response(200, json={"id": "R", "state": state, "events": 3, "epoch": 3,
                                         "epochs": 3})

    client = gradientd.Client("http://nowhere", retry=Retry(backoff=0.001),
                              transport=httpx.MockTransport(answer))
    assert [event.id for event in client.runs["R"].events()] == [1, 2, 3]
    assert asked == ["0", "2", "3"]
