"""openapi.yaml is a valid OpenAPI 3.1 file, and says what the service does."""

from pathlib import Path

import jsonschema
import pytest
import yaml
from answers import assert_equal
from openapi_spec_validator import validate

ROOT = Path(__file__).parents[2]
CONTRACT = yaml.safe_load((ROOT / "openapi.yaml").read_text())
SCHEMAS = CONTRACT["components"]["schemas"]


def resolved(node):
    """What a $ref points to."""
    if "$ref" not in node:
        return node
    target = CONTRACT
    for step in node["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    return target


def validator(name):
    """A validator of one schema of the contract."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": CONTRACT["components"]}
    return jsonschema.Draft202012Validator(schema)


def examples():
    """(path, name, request, answer) of every pair of examples."""
    for path, methods in CONTRACT["paths"].items():
        for method in methods.values():
            if "requestBody" not in method:
                continue
            requests = method["requestBody"]["content"]["application/json"]["examples"]
            answers = method["responses"]["200"]["content"]["application/json"]["examples"]
            assert requests.keys() == answers.keys()
            for name in requests:
                yield pytest.param(
                    path, resolved(requests[name])["value"], resolved(answers[name])["value"],
                    id=f"{path[1:]}-{name}",
                )


def test_the_contract_is_valid_openapi():
    validate(CONTRACT)


@pytest.mark.parametrize("path, request_body, expected", list(examples()))
def test_an_example_is_answered_as_the_contract_shows(client, path, request_body, expected):
    response = client.post(path, json=request_body)
    assert response.status_code == 200, response.text
    assert_equal(response.json(), expected)
    name = path[1:].capitalize()
    validator(name + "Request").validate(request_body)
    validator(name + "Answer").validate(response.json())


def test_health_is_answered_as_the_contract_shows(client):
    content = CONTRACT["paths"]["/healthz"]["get"]["responses"]["200"]["content"]
    assert client.get("/healthz").json() == content["application/json"]["example"]


def test_the_service_answers_this_very_contract(client):
    response = client.get("/openapi.yaml")
    assert response.headers["Content-Type"] == "application/yaml"
    assert response.content == (ROOT / "openapi.yaml").read_bytes()


def test_the_limits_in_force_are_the_defaults_of_the_contract(client):
    limits = client.get("/limits").json()
    validator("Limits").validate(limits)
    for group, schema in SCHEMAS["Limits"]["properties"].items():
        assert limits[group].keys() == schema["properties"].keys()
        for name, property in schema["properties"].items():
            if "default" in property:
                assert limits[group][name] == property["default"], name


def test_a_refusal_is_worded_as_the_contract_shows(client):
    content = CONTRACT["components"]["responses"]["BadRequest"]["content"]
    response = client.post(
        "/backward",
        content=b'{"batch":{"X":[[1.5, 2.5],[3, NaN]]}}',
        headers={"Content-Type": "application/json"},
    )
    example = content["application/problem+json"]["example"]
    assert response.json() == example
    validator("Problem").validate(example)


@pytest.mark.parametrize("path", ["/forward", "/backward", "/train"])
def test_every_refusal_of_a_field_is_a_problem_of_the_contract(client, path):
    problem = client.post(path, json={"network": {"layers": [{}]}, "loss": "mse"}).json()
    validator("Problem").validate(problem)
    assert problem["type"].rpartition(":")[2] in SCHEMAS["ProblemType"]["enum"]


# Every operation answers only statuses that the contract names for it.
@pytest.mark.parametrize("path, method, status", [
    ("/backward", "GET", 405), ("/healthz", "DELETE", 405), ("/nothing", "GET", 404),
])
def test_the_statuses_of_any_path_are_told_in_the_description(client, path, method, status):
    assert client.request(method, path).status_code == status
    assert str(status) in CONTRACT["info"]["description"]
