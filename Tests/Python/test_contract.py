"""openapi.yaml is a valid OpenAPI 3.1 file, and says what the service does."""

import pytest
from answers import assert_equal
from contract import (
    CONTRACT, OUTPUTS, ROOT, SCHEMAS, events, network, resolved, training, validate_events,
    validator,
)
from openapi_spec_validator import validate


def examples():
    """(path, name, request, answer) of every pair of examples."""
    for path, methods in CONTRACT["paths"].items():
        for method in methods.values():
            if "requestBody" not in method or "200" not in method["responses"]:
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


OPERATIONS = [
    pytest.param(operation, id=f"{method} {path}")
    for path, methods in CONTRACT["paths"].items() for method, operation in methods.items()
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_has_a_name_of_its_own_and_its_refusals(operation):
    names = [other.values[0]["operationId"] for other in OPERATIONS]
    assert names.count(operation["operationId"]) == 1
    assert operation["summary"]
    assert set(operation["tags"]) < {tag["name"] for tag in CONTRACT["tags"]}
    refusals = {"421"}
    if "security" not in operation:
        refusals |= {"401", "429"}
    if "requestBody" in operation:
        refusals |= {"400", "408", "411", "413", "415", "422", "503"}
    assert refusals <= operation["responses"].keys()
    for status, response in operation["responses"].items():
        response = resolved(response)
        assert response["description"]
        if status >= "400":
            assert response["content"].keys() == {"application/problem+json"}


def test_every_component_is_used():
    text = str(CONTRACT)
    unused = {
        name for kind in ("schemas", "responses", "parameters", "examples")
        for name in CONTRACT["components"][kind] if f"'#/components/{kind}/{name}'" not in text
    }
    # What a line of a stream is, and how a type of problem ends, can be said in words alone.
    assert unused == {"TrainingEvent", "ProblemType"}


@pytest.mark.parametrize("path, request_body, expected", list(examples()))
def test_an_example_is_answered_as_the_contract_shows(client, path, request_body, expected):
    response = client.post(path, json=request_body)
    assert response.status_code == 200, response.text
    assert_equal(response.json(), expected)
    name = path[1:].capitalize()
    validator(name + "Request").validate(request_body)
    validator(name + "Answer").validate(response.json())


STREAMS = CONTRACT["paths"]["/train"]["post"]["responses"]["200"]["content"]
STREAMED = [
    pytest.param(media_type, name, id=f"{media_type}-{name}")
    for media_type in ("application/x-ndjson", "text/event-stream")
    for name in STREAMS[media_type]["examples"]
]


@pytest.mark.parametrize("media_type, name", STREAMED)
def test_a_training_is_told_as_the_contract_shows(client, media_type, name):
    content = CONTRACT["paths"]["/train"]["post"]["requestBody"]["content"]
    request_body = resolved(content["application/json"]["examples"][name])["value"]
    response = client.post("/train", json=request_body, headers={"Accept": media_type})
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == media_type
    found = events(response.text, media_type)
    validate_events(found)
    expected = events(resolved(STREAMS[media_type]["examples"][name])["value"], media_type)
    for event in found + expected:
        event.pop("seconds", None)
    assert_equal(found, expected)


@pytest.mark.parametrize("schedule", SCHEMAS["ScheduleName"]["enum"])
@pytest.mark.parametrize("clipping", SCHEMAS["ClippingName"]["enum"])
def test_a_training_of_each_schedule_and_clipping_is_as_the_contract_says(
    client, schedule, clipping,
):
    body = training(schedule, clipping)
    validator("TrainRequest").validate(body)
    response = client.post("/train", json=body)
    assert response.status_code == 200, response.text
    answer = response.json()
    validator("TrainAnswer").validate(answer)
    assert answer["history"]["epoch"] == [2, 4]
    # What is answered of the settings and of the checkpoint may be sent again.
    again = {name: answer["training"][name] for name in ("schedule", "clipping", "shuffle")}
    body["training"] |= {**again, "epochs": 6}
    body["resume_from"] = answer["checkpoint"]
    validator("TrainRequest").validate(body)
    response = client.post("/train", json=body)
    assert response.status_code == 200, response.text
    validator("TrainAnswer").validate(response.json())


def test_a_run_is_as_the_contract_says(client):
    body = {
        **OUTPUTS, "training": {"optimizer": "sgd", "epochs": 3, "shuffle": {}},
        "metrics": ["accuracy"],
    }
    headers = {"Prefer": "respond-async", "Idempotency-Key": "a run of the contract's test"}
    response = client.post("/train", json=body, headers=headers)
    assert response.status_code == 202, response.text
    assert response.headers["Preference-Applied"] == "respond-async"
    path = response.headers["Location"]
    validator("Run").validate(response.json())
    again = client.post("/train", json=body, headers=headers)
    assert again.headers["Location"] == path
    other = client.post("/train", json={**body, "metrics": []}, headers=headers)
    assert other.status_code == 422
    validator("Problem").validate(other.json())

    # Its events end when it does.
    for media_type in ("text/event-stream", "application/x-ndjson"):
        response = client.get(path + "/events", headers={"Accept": media_type})
        assert response.headers["Content-Type"] == media_type
        found = events(response.text, media_type)
        validate_events(found)
        assert [event["event"] for event in found[-2:]] == ["epoch", "done"]
    rest = client.get(path + "/events", params={"after": found[-2]["id"]}).text
    assert events(rest, "application/x-ndjson") == found[-1:]
    run = client.get(path).json()
    validator("Run").validate(run)
    assert run["state"] == "done"
    assert_equal(run["result"], client.post("/train", json=body).json())

    response = client.post(path + "/resume", json={"epochs": 2})
    assert response.status_code == 202, response.text
    validator("ResumeRequest").validate({"epochs": 2})
    validator("Run").validate(response.json())
    found = events(client.get(path + "/events").text, "application/x-ndjson")
    validate_events(found)
    assert client.get(path).json()["epochs"] == 5

    page = client.get("/runs", params={"limit": 1, "state": "done"}).json()
    validator("RunPage").validate(page)
    assert page["runs"][0]["id"] == run["id"]
    assert client.delete(path).status_code == 204
    response = client.get(path)
    assert response.status_code == 404
    validator("Problem").validate(response.json())


def test_a_run_that_is_cancelled_is_as_the_contract_says(client):
    # Far more epochs than are done before it is cancelled.
    body = {**OUTPUTS, "training": {"optimizer": "sgd", "epochs": 5000000, "report_every": 1000000}}
    response = client.post("/train", json=body, headers={"Prefer": "respond-async"})
    path = response.headers["Location"]
    refused = client.post(path + "/resume", json={"epochs": 2})
    assert refused.status_code == 409
    validator("Problem").validate(refused.json())
    response = client.delete(path)
    assert response.status_code == 200, response.text
    validator("Run").validate(response.json())
    assert response.json()["state"] == "cancelled"
    found = events(client.get(path + "/events").text, "application/x-ndjson")
    validate_events(found)
    assert found[-1]["event"] == "cancelled"
    assert client.delete(path).status_code == 204


@pytest.mark.parametrize("path, method, headers, query, status", [
    ("/train", "POST", {"Accept": "text/html"}, "", 406),
    ("/runs", "GET", {}, "?limit=0", 422),
    ("/runs", "GET", {}, "?state=asleep", 422),
    ("/runs", "GET", {}, "?before=x", 422),
    ("/runs/{id}", "GET", {}, "", 404),
    ("/runs/{id}", "DELETE", {}, "", 404),
    ("/runs/{id}/events", "GET", {"Accept": "text/html"}, "", 406),
    ("/runs/{id}/events", "GET", {"Last-Event-ID": "x"}, "", 422),
    ("/runs/{id}/resume", "POST", {}, "", 404),
])
def test_a_refusal_has_a_status_that_its_operation_names(
    client, path, method, headers, query, status,
):
    body = {"epochs": 1} if method == "POST" else None
    response = client.request(
        method, path.replace("{id}", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ") + query, headers=headers,
        json=body)
    assert response.status_code == status, response.text
    validator("Problem").validate(response.json())
    assert response.json()["type"].rpartition(":")[2] in SCHEMAS["ProblemType"]["enum"]
    assert str(status) in CONTRACT["paths"][path][method.lower()]["responses"]


def test_the_catalog_is_as_the_contract_says(client):
    validator("Catalog").validate(client.get("/catalog").json())


@pytest.mark.parametrize("schema, kind", [
    ("Activation", "activations"), ("Loss", "losses"), ("Initializer", "initializers"),
    ("Metric", "metrics"), ("Clipping", "clippings"),
])
def test_a_setting_is_taken_of_the_types_that_have_it_alone(client, schema, kind):
    things = client.get("/catalog").json()[kind]
    defaults = {
        setting["name"]: setting["default"] for thing in things for setting in thing["settings"]
        if "default" in setting
    }
    for thing in things:
        own = {setting["name"] for setting in thing["settings"]}
        for name, value in defaults.items():
            is_valid = validator(schema).is_valid({"type": thing["type"], name: value})
            assert is_valid == (name in own), (thing["type"], name)


@pytest.mark.parametrize("layer", SCHEMAS["LayerType"]["enum"])
@pytest.mark.parametrize("layout", SCHEMAS["Layout"]["enum"])
def test_a_network_of_each_layer_is_as_the_contract_says(client, layer, layout):
    body = network(layer, layout)
    x = body["batch"]["X"]

    def answer(path, **fields):
        request = {**body, **fields}
        validator(path.capitalize() + "Request").validate(request)
        response = client.post("/" + path, json=request)
        assert response.status_code == 200, response.text
        validator(path.capitalize() + "Answer").validate(response.json())
        return response.json()

    outputs = answer("forward", tangents={"X": x}, encoding="flat")["outputs"]
    everything = SCHEMAS["BackwardRequest"]["properties"]["include"]["items"]["enum"]
    answer("backward", seeds=[outputs, outputs], include=everything)
    body["batch"] = {"X": x, "Y": outputs}
    body["loss"] = "mean_squared_error"
    answer("backward", include=everything, penalty={"l2": 1, "scale": "lambda"})
    trained = answer("train", training={"optimizer": "sgd", "epochs": 2})["network"]
    body["network"] = trained  # Which is a request's network again, with its parameters given.
    answer("forward")


# What the schemas refuse as the service does: (the call, its body).
DENSE, BATCH = {"W": [[1, 1]], "b": [0]}, {"X": [[1], [1]], "Y": [[0]]}


def body(layer=DENSE, batch=BATCH, **others):
    return {"network": {"layers": [layer]}, "batch": batch, "loss": "huber", **others}


@pytest.mark.parametrize("path, request_body", [
    ("forward", body({"W": [[1, None]], "b": [0]})),
    ("forward", body({**DENSE, "units": 1})),
    ("forward", body({"W": [[1, 1]]})),
    ("forward", body({"W": [[1, 1]], "b": [0], "use_bias": False})),
    ("forward", body({"units": 1, "b": [0]})),
    ("forward", body({**DENSE, "seed": 1})),
    ("forward", body({"type": "swish"})),
    ("forward", body({"units": 1, "gamma": [1]})),
    ("forward", body({"units": 1, "name": "X"})),
    ("forward", body({"type": "add"})),
    ("forward", body({"type": "dropout"})),
    ("forward", body({"type": "dropout", "rate": 0.5, "keep_prob": 0.5})),
    ("forward", body({"type": "conv2d", "filters": 1})),
    ("forward", body({"type": "conv2d", "filters": 1, "kernel_size": [1, 1, 1]})),
    ("forward", body({"type": "gru", "W": [[1, 1]] * 3, "U": [[1]] * 3, "b": [0] * 3})),
    ("forward", body(batch={"X": [[1], [1]], "sample_weight": [1]})),
    ("forward", {"network": {"layers": [DENSE]}, "batch": BATCH}),
    ("forward", body(batch={"X": [[1], [1]]}, denominator="weights")),
    ("forward", body(tangents={"layers": [{"gamma_": [1]}]})),
    ("forward", body({"W": [[]], "b": []})),
    ("forward", body(tangents={"layers": []})),
    ("backward", body(batch={"X": [[1], [1]]})),
    ("backward", body(dA=[[1]])),
    ("backward", body(mode="test")),
    ("backward", {"network": {"layers": [DENSE]}, "batch": {"X": [[1], [1]]}, "seeds": []}),
    ("check", body()),
    ("check", body(probe=False)),
    ("check", body(probe=True, caches=[{}])),
    ("check", body(numerical=True, caches=[{}])),
    ("check", body(submitted={})),
    ("check", body(submitted={"layers": []})),
    ("convert", {"X": {"shape": [1, 0], "data": []}}),
    ("convert", {"layers": []}),
    ("convert", {"tensors": {}}),
    ("train", body(mode="training", training={"optimizer": "sgd", "epochs": 1})),
    ("train", body(caches=[{}], training={"optimizer": "sgd", "epochs": 1})),
    ("train", body(training={"optimizer": "sgd", "epochs": 1, "schedule": "cosine"})),
    ("train", body(training={"optimizer": "sgd", "epochs": 1, "clipping": {"limit": 1}})),
    ("train", body(training={"optimizer": "sgd", "epochs": 1, "shuffle": True})),
    ("train", body(training={"optimizer": "sgd", "epochs": 1, "watch": ["everything"]})),
    ("train", body(training={"optimizer": "sgd", "epochs": 1, "report_every": 0})),
    ("train", body(training={
        "optimizer": "sgd", "epochs": 1, "early_stopping": {"mode": "best"},
    })),
    ("train", body(training={"optimizer": "sgd", "epochs": 1}, metrics="r2")),
    ("train", body(training={"optimizer": "sgd", "epochs": 1}, metrics=["mse"])),
    ("train", body(training={"optimizer": "sgd", "epochs": 1}, checkpoint={})),
    ("train", body(training={"optimizer": "sgd", "epochs": 1}, resume_from={"epoch": 1})),
    ("train", body(training={"optimizer": "sgd", "epochs": 1}, validation={"X": [[1], [1]]})),
])
def test_what_the_service_refuses_the_contract_refuses(client, path, request_body):
    assert client.post("/" + path, json=request_body).status_code == 422
    assert not validator(path.capitalize() + "Request").is_valid(request_body)


def test_health_is_answered_as_the_contract_shows(client):
    content = CONTRACT["paths"]["/healthz"]["get"]["responses"]["200"]["content"]
    assert client.get("/healthz").json() == content["application/json"]["example"]


def test_the_service_answers_this_very_contract(client):
    response = client.get("/openapi.yaml")
    assert response.headers["Content-Type"] == "application/yaml"
    assert response.content == (ROOT / "openapi.yaml").read_bytes()


def limits_of_memory(memory_bytes):
    """What follows from the memory of all computations, four fifths of what is shared out."""
    free = memory_bytes * 5 / 4
    body = min(64 * 2**20, free / 24)
    return {("request", "body_bytes"): body,
            ("request", "array_bytes"): min(4e9, (memory_bytes / 2 - 4 * body) / 3),
            ("concurrency", "body_bytes"): min(512 * 2**20, free / 12)}


def test_the_limits_in_force_are_the_defaults_of_the_contract(client):
    limits = client.get("/limits").json()
    validator("Limits").validate(limits)
    of_memory = limits_of_memory(limits["concurrency"]["memory_bytes"])
    for group, schema in SCHEMAS["Limits"]["properties"].items():
        assert limits[group].keys() == schema["properties"].keys()
        for name, property in schema["properties"].items():
            if (group, name) in of_memory:
                assert limits[group][name] <= property["default"], name
                assert limits[group][name] == pytest.approx(of_memory[group, name], abs=8), name
            elif "default" in property:
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
