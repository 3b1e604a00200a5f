"""/metrics is what Prometheus reads, and counts what was asked."""

import re
import subprocess

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from trainings import PROGRAM

BODY = {
    "network": {"layers": [{"W": [[2]], "b": [[0]]}]}, "batch": {"X": [[1, 2]], "Y": [[0, 2]]},
    "loss": "half_squared_error",
}
TRAINING = BODY | {"training": {"optimizer": "sgd", "epochs": 3, "learning_rate": 0.1}}


@pytest.fixture
def fresh():
    """A client of a service that nobody else asks, over one connection: what is counted is in order."""
    arguments = [PROGRAM, "serve", "--port", "0", "--data-dir", ":memory:", "--max-body", "100K"]
    server = subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        address = server.stdout.readline().split()[-1]
        with httpx.Client(base_url=address, timeout=60) as client:
            yield client
    finally:
        server.terminate()
        assert server.wait(timeout=60) == 0


def metrics(client):
    """{name: {labels: value}} of every sample, after the format was held against its rules."""
    response = client.get("/metrics")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    samples = {}
    names = set()
    for family in text_string_to_metric_families(response.text):
        assert family.name not in names, "a family stands in one place"
        names.add(family.name)
        assert family.documentation and family.type in ("counter", "gauge", "histogram")
        for sample in family.samples:
            labels = frozenset(sample.labels.items())
            assert labels not in samples.setdefault(sample.name, {}), "a sample stands once"
            samples[sample.name][labels] = sample.value
        if family.type == "histogram":
            check_histogram(family)
    return samples


def check_histogram(family):
    """Buckets grow up to the count."""
    series = {}
    for sample in family.samples:
        rest = frozenset((k, v) for k, v in sample.labels.items() if k != "le")
        series.setdefault(rest, {}).setdefault(sample.name, []).append(sample)
    for parts in series.values():
        buckets = parts[family.name + "_bucket"]
        bounds = [float(bucket.labels["le"]) for bucket in buckets]
        counts = [bucket.value for bucket in buckets]
        assert bounds == sorted(bounds) and bounds[-1] == float("inf")
        assert counts == sorted(counts)
        assert counts[-1] == parts[family.name + "_count"][0].value
        assert parts[family.name + "_sum"][0].value >= 0


def value(samples, name, **labels):
    return samples.get(name, {}).get(frozenset(labels.items()), 0)


def test_known_calls_are_counted_exactly(fresh):
    for _ in range(3):
        assert fresh.post("/backward", json=BODY).status_code == 200
    assert fresh.post("/backward", json={}).status_code == 422
    assert fresh.get("/backward").status_code == 405
    assert fresh.post("/train", json=TRAINING).status_code == 200
    for path in ("/nowhere", "/elsewhere?x=1"):
        assert fresh.get(path).status_code == 404
    run = fresh.post("/train", json=TRAINING, headers={"Prefer": "respond-async"})
    assert run.status_code == 202
    assert fresh.get("/runs/none").status_code == 404
    samples = metrics(fresh)
    for endpoint, method, status, count in [
        ("/backward", "POST", 200, 3), ("/backward", "POST", 422, 1), ("/backward", "GET", 405, 1),
        ("/train", "POST", 200, 1), ("/train", "POST", 202, 1), ("other", "GET", 404, 2),
        ("/runs/{id}", "GET", 404, 1), ("/metrics", "GET", 200, 0),
    ]:
        labels = {"endpoint": endpoint, "method": method, "status": str(status)}
        assert value(samples, "gradientd_requests_total", **labels) == count, labels
    for status, problem, count in [
        (422, "invalid_fields", 1), (405, "method_not_allowed", 1), (404, "unknown_path", 2),
        (404, "unknown_run", 1),
    ]:
        labels = {"status": str(status), "problem": problem}
        assert value(samples, "gradientd_refusals_total", **labels) == count
    for phase in ("parse", "compute", "print"):
        name = "gradientd_phase_duration_seconds_count"
        # The refused one was not computed, but it was worked on.
        expected = 4 if phase == "compute" else 3
        assert value(samples, name, endpoint="/backward", phase=phase) == expected
    for phase in ("read", "queue"):
        name = "gradientd_phase_duration_seconds_count"
        assert value(samples, name, endpoint="/backward", phase=phase) == 4
    assert value(samples, "gradientd_request_duration_seconds_count", endpoint="/backward") == 5
    assert value(samples, "gradientd_requests_in_flight") == 1
    assert value(samples, "gradientd_connections") == 1
    assert value(samples, "gradientd_connections_accepted_total") == 1
    assert value(samples, "gradientd_ready") == 1
    assert value(samples, "process_resident_memory_bytes") > 1e6
    # The one before has counted itself since.
    again = metrics(fresh)
    labels = {"endpoint": "/metrics", "method": "GET", "status": "200"}
    assert value(again, "gradientd_requests_total", **labels) == 1


def test_sizes_are_those_of_the_contents(fresh):
    sent = received = 0
    for _ in range(2):
        response = fresh.post("/backward", json=BODY)
        sent += len(response.request.content)
        received += len(response.content)
    samples = metrics(fresh)
    assert value(samples, "gradientd_request_bytes_sum", endpoint="/backward") == sent
    assert value(samples, "gradientd_answer_bytes_sum", endpoint="/backward") == received


def test_what_a_caller_makes_up_makes_no_new_series(fresh):
    metrics(fresh)
    fresh.get("/x")
    before = sum(len(series) for series in metrics(fresh).values())
    for number in range(50):
        fresh.get(f"/{number}")
        fresh.get(f"/{number}", headers={"X-Request-Id": str(number)})
    assert sum(len(series) for series in metrics(fresh).values()) == before


def test_runs_are_counted_by_state(fresh):
    location = fresh.post(
        "/train", json=TRAINING, headers={"Prefer": "respond-async"}).headers["Location"]
    while fresh.get(location).json()["state"] != "done":
        pass
    # The store is counted every two seconds.
    while value(metrics(fresh), "gradientd_runs", state="done") != 1:
        pass


def test_names_and_labels_are_as_prometheus_wants_them(fresh):
    fresh.post("/backward", json=BODY)
    for name, series in metrics(fresh).items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        for labels in series:
            assert all(re.fullmatch(r"[a-z][a-z0-9_]*", label) for label, _ in labels)
