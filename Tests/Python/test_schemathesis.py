"""The running service is held against openapi.yaml with requests that are made of it.

Schemathesis makes them of the schemas: the examples, the borders of every keyword, and random ones,
right and wrong. As no schema can say which shapes go together, hardly a network among them can be
computed. So requests that can are changed as trees too, at a few places each, and the schema says
what has to become of them: what it refuses the service has to refuse.

CASES in the environment says how many random requests each call gets, beside ten times as many that
are changed; SEED begins others.
"""

import copy
import itertools
import os
from collections import Counter

import hypothesis
import pytest
import requests
import schemathesis
from changes import changed
from contract import CONTRACT, events, resolved, training, validate_events, validator
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import response_schema_conformance
from trainings import ENDED, FORMATS, Server, client_of

CASES = int(os.environ.get("CASES", "30"))
SEED = int(os.environ.get("SEED", "0"))
TOKEN = "a-token-of-the-tests-that-nobody-guesses"
ACCESS = {"Authorization": f"Bearer {TOKEN}"}
# What would take long is soon stopped.
OPTIONS = [
    "--compute-seconds", "1", "--training-threads", "1", "--max-runs", "1", "--kept-runs", "100",
]

CONFIG = SchemathesisConfig.from_dict({
    "seed": SEED,
    "max-stream-events": 1_000_000,  # It would read the first of them alone.
    "generation": {
        "max-examples": CASES, "database": "none",
        # Each call has a token; the check `ignored_auth` takes it away.
        "with-security-parameters": False,
    },
    # Not QUERY, which it tries by itself: the service does not know that method, and answers 501.
    "phases": {
        "coverage": {
            "unexpected-methods": ["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"],
        },
    },
    "checks": {
        "not_a_server_error": {"expected-statuses": ["2xx", "304", "4xx", "503", "507"]},
        "positive_data_acceptance": {"expected-statuses": ["2xx"]},
    },
    "operations": [
        # Much of what a network has to keep to stands in words alone.
        {
            "include-tag": "networks",
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "422", "503"]}},
        },
        # Which files the page is made of is no part of the contract.
        {
            "include-tag": "page",
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "304", "404"]}},
        },
        # A run that has not ended is not resumed, nor one for more epochs than there may be in all.
        {
            "include-operation-id": "resume",
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "409", "422"]}},
        },
    ],
})


def with_examples(contract):
    """The contract with its examples in their places: schemathesis follows no $ref to them."""
    contract = copy.deepcopy(contract)
    for methods in contract["paths"].values():
        if "requestBody" in methods.get("post", ()):
            body = methods["post"]["requestBody"]["content"]["application/json"]
            examples = body.get("examples", {})
            body["examples"] = {name: resolved(example) for name, example in examples.items()}
    return contract


SCHEMA = schemathesis.openapi.from_dict(with_examples(CONTRACT), config=CONFIG)


class Service:
    """The service under test, called over one connection."""

    def __init__(self, url):
        self.url = url
        self.session = requests.Session()
        self.client = client_of(url)
        self.client.headers.update(ACCESS)
        self.states = itertools.cycle(["ended", "running"])

    def call_and_validate(self, case, headers=None, excluded_checks=None):
        return case.call_and_validate(
            base_url=self.url, session=self.session, headers=ACCESS | (headers or {}), timeout=30,
            excluded_checks=excluded_checks)

    def new_run(self, state):
        body = training("constant", "norm")
        if state == "running":
            body["training"] |= {"epochs": 1_000_000, "report_every": 1_000_000}
            del body["training"]["early_stopping"]
        response = self.client.post("/train", json=body, headers={"Prefer": "respond-async"})
        assert response.status_code == 202, response.text
        run = response.json()
        if state == "ended":
            assert self.client.get(run["links"]["events"]).status_code == 200
        return run["id"]

    def forget(self, run):
        """Cancels it if it has not ended; it may be gone already."""
        for _ in range(2):
            self.client.delete(f"/runs/{run}")

    def statuses(self):
        """{status: how many answers}, as the service has counted them."""
        counts = Counter()
        for family in text_string_to_metric_families(self.client.get("/metrics").text):
            for sample in family.samples:
                if sample.name == "gradientd_requests_total":
                    counts[sample.labels["status"]] += int(sample.value)
        return counts


@pytest.fixture(scope="module")
def service():
    server = Server(":memory:", *OPTIONS, environment={**os.environ, "GRADIENTD_TOKEN": TOKEN})
    service = Service(server.url)
    yield service
    counts = service.statuses()
    print("\n" + ", ".join(f"{status}: {count}" for status, count in sorted(counts.items())))
    assert server.stop() == (0, "")
    assert {status for status in counts if status >= "500"} <= {"503", "507"}


COVERED = Counter()


def is_left_out(case):
    """Of the borders of large schemas there are thousands; in a short run few are tried."""
    if case.meta.phase.name.value != "coverage" or "networks" not in case.operation.tags:
        return False
    COVERED[case.operation.label] += 1
    return COVERED[case.operation.label] % max(1, 1500 // CASES) != 0


def names_a_run(case):
    return "{id}" in case.path and not any(
        location.value == "path" and component.mode.is_negative
        for location, component in case.meta.components.items()
    )


@SCHEMA.parametrize()
def test_an_operation_is_as_the_contract_says(case, service):
    if is_left_out(case):
        return
    if not names_a_run(case):
        service.call_and_validate(case)
        return
    # No run has an id that is made up. The events of one that goes on would not end.
    run = service.new_run("ended" if case.path.endswith("/events") else next(service.states))
    case.path_parameters = {"id": run}
    service.call_and_validate(case)
    service.forget(run)


OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]
NETWORKS = [operation for operation in OPERATIONS if "networks" in operation.tags]
WAYS_TO_ASK = {
    "/train": [{}, {"Prefer": "respond-async"}, *({"Accept": format} for format in FORMATS)],
}


@pytest.mark.parametrize("operation", NETWORKS, ids=lambda operation: operation.path)
def test_a_changed_request_is_refused_where_its_schema_refuses_it(operation, service):
    path = operation.path
    schema = validator(path[1:].capitalize() + "Request")
    verdicts = Counter()

    @hypothesis.seed(SEED)
    @hypothesis.settings(
        max_examples=10 * CASES, deadline=None, database=None,
        suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(changed(path), st.sampled_from(WAYS_TO_ASK.get(path, [{}])))
    def run(body, headers):
        case = operation.Case(body=body, media_type="application/json")
        # Of these schemathesis holds each event against the schema, which is that of the stream.
        is_of_events = headers.get("Accept") == "text/event-stream"
        response = service.call_and_validate(
            case, headers, [response_schema_conformance] if is_of_events else None)
        is_right = schema.is_valid(body)
        verdicts[is_right, response.status_code] += 1
        if not is_right:
            assert response.status_code == 422, (body, response.text)
        if response.status_code == 202:
            service.forget(response.json()["id"])
        if response.status_code == 200 and "Accept" in headers:
            found = events(response.text, headers["Accept"])
            validate_events(found)
            assert found[-1]["event"] in ENDED

    run()
    print(path, dict(verdicts))
    # It has to happen that a changed request can still be computed, and that it cannot.
    assert verdicts[True, 200] > CASES and verdicts[False, 422] > CASES
