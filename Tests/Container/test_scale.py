"""Two replicas behind nginx, as Docker/compose.scale.yaml has them, watched by Prometheus."""

import os
import socket
from pathlib import Path

import httpx
import pytest
from engine import IMAGE, PREFIX, docker
from load import Load, calls
from trainings import client_of, course, eventually, events, leave, wait

FILE = Path(__file__).resolve().parents[2] / "Docker/compose.scale.yaml"
REPLICAS = ["replica-1", "replica-2"]


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Project:
    """The services of the file, under a name, on ports and in a network of their own."""

    def __init__(self):
        port, prometheus = free_ports(2)
        self.url, self.prometheus = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{prometheus}"
        self.environment = {
            "IMAGE": IMAGE, "PORT": str(port), "PROMETHEUS_PORT": str(prometheus),
            "NET": f"10.214.{os.getpid() % 256}"}

    def compose(self, *arguments, timeout=280):
        return docker(
            "compose", "--project-name", f"{PREFIX}-scale", "--file", FILE, *arguments,
            timeout=timeout, environment=self.environment)

    def id(self, service):
        return self.compose("ps", "--all", "--quiet", service)

    def wait_until_healthy(self, service):
        def healthy():
            status = docker("inspect", "--format", "{{.State.Health.Status}}", self.id(service))
            return status == "healthy"
        assert eventually(healthy, 60), docker("logs", self.id(service))

    def kill(self, service):
        docker("kill", self.id(service))

    def start(self, service):
        docker("start", self.id(service))
        self.wait_until_healthy(service)

    def query(self, expression):
        """What Prometheus says of it: its value by the labels that matter."""
        answer = httpx.get(self.prometheus + "/api/v1/query", params={"query": expression}).json()
        assert answer["status"] == "success", answer
        return {
            tuple(value for name, value in sorted(each["metric"].items())
                  if name in ("endpoint", "instance")): float(each["value"][1])
            for each in answer["data"]["result"]}


@pytest.fixture(scope="module")
def project():
    project = Project()
    try:
        project.compose("build", "nginx", "prometheus", timeout=600)
        project.compose("up", "--detach", "--wait", "--no-build")
        yield project
    finally:
        project.compose("down", "--volumes", "--timeout", "5")


def test_a_replica_killed_under_load_costs_no_client_an_answer(project):
    with Load(project.url) as load:
        load.go_on(2)
        for replica in REPLICAS:
            project.kill(replica)
            load.go_on(3)
            project.start(replica)
            load.go_on(2)
    print(f"{load.answered} calls, 2 kills")
    assert load.failures == []


def test_a_rolling_replacement_costs_no_client_an_answer(project):
    before = [project.id(replica) for replica in REPLICAS]
    with Load(project.url) as load:
        load.go_on(1)
        for replica in REPLICAS:
            project.compose(
                "up", "--detach", "--wait", "--no-build", "--no-deps", "--force-recreate", replica)
            load.go_on(2)
    print(f"{load.answered} calls, 2 replacements")
    assert load.failures == []
    assert not set(before) & {project.id(replica) for replica in REPLICAS}


def test_what_is_computed_is_shared_and_counted(project):
    with Load(project.url) as load:
        load.go_on(12)  # Two scrapes at least.
        rates = project.query("sum by (instance) (rate(gradientd_requests_total[30s]))")
    computing = {name: rates[(name + ":8080",)] for name in REPLICAS}
    # nginx takes turns.
    assert min(computing.values()) > 0.2 * max(computing.values()) > 0, rates
    by_endpoint = project.query("job_endpoint:gradientd_requests:rate1m")
    assert all(by_endpoint[(path,)] > 0 for path, _ in load.bodies), by_endpoint
    assert project.query("job_endpoint:gradientd_requests_failed:ratio_rate1m")[("/train",)] == 0
    p50 = project.query("job_endpoint:gradientd_request_duration_seconds:p50_rate1m")
    p99 = project.query("job_endpoint:gradientd_request_duration_seconds:p99_rate1m")
    assert all(0 < p50[key] <= p99[key] for key in p50 if p50[key] == p50[key]), (p50, p99)


def test_the_recording_rules_are_as_worked_out_by_hand(project):
    folder = FILE.parent / "prometheus"
    for check in (["check", "config", "/etc/prometheus/prometheus.yaml"],
                  ["test", "rules", "/etc/prometheus/rules.test.yaml"]):
        docker("run", "--rm", "--name", f"{PREFIX}-promtool", "--entrypoint", "promtool",
               "gradientd-prometheus", *check)
    assert (folder / "rules.test.yaml").read_text().count("eval_time") == \
        (folder / "rules.yaml").read_text().count("- record:")


def test_a_detached_training_is_kept_by_one_service_and_outlives_its_death(project):
    body = course(6, examples=400, sizes=(16, 32, 3), epochs=2000, batch_size=50, report_every=50)
    convert = dict(calls())["/convert"]
    with client_of(project.url) as client:
        answer = leave(client, body, "once")
        assert answer.status_code == 202, answer.text
        run = answer.json()["id"]
        wait(client, run, until=lambda run: run["epoch"] >= 50)
        assert leave(client, body, "once").json()["id"] == run
        project.kill("runs")
        # What the replicas compute does not depend on it.
        assert client.post("/convert", json=convert).status_code == 200
        gone = client.get(f"/runs/{run}")
        assert gone.status_code == 503 and "retry-after" in gone.headers
        assert gone.headers["content-type"] == "application/problem+json"
        project.start("runs")
        assert wait(client, run)["state"] == "done"
        assert [each["id"] for each in client.get("/runs").json()["runs"]] == [run]


def test_events_come_as_they_are_told(project):
    """The first is here while the training runs, too little for any buffer to be full."""
    body = course(7, examples=400, sizes=(16, 32, 3), epochs=100_000, report_every=100_000)
    with client_of(project.url, timeout=20) as client, client_of(project.url) as other:
        answer = leave(client, body)
        assert answer.status_code == 202, answer.text
        run = answer.json()["id"]
        for format in ("application/x-ndjson", "text/event-stream"):
            stream = events(client, "GET", f"/runs/{run}/events", format)
            assert next(stream)[1] == "started"
            assert other.get(f"/runs/{run}").json()["state"] == "running"
            stream.close()
        stream = events(client, "POST", "/train", json=body)
        assert next(stream)[1] == "started"
        stream.close()
        assert client.delete(f"/runs/{run}").status_code in (200, 202, 204)


def test_a_body_over_the_limit_is_refused_as_the_service_does(project):
    with client_of(project.url) as client:
        answer = client.post("/forward", content=b" " * ((64 << 20) + 1),
                             headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 413


def test_where_nobody_can_answer_a_caller_is_told_to_come_again(project):
    with client_of(project.url) as client:
        try:
            for replica in REPLICAS:
                project.kill(replica)
            answer = client.post("/convert", json=dict(calls())["/convert"])
        finally:
            for replica in REPLICAS:
                project.start(replica)
    assert answer.status_code == 503 and int(answer.headers["retry-after"]) > 0
    assert answer.json()["status"] == 503


def test_metrics_of_one_replica_are_not_passed_on(project):
    assert httpx.get(project.url + "/metrics").status_code == 404
