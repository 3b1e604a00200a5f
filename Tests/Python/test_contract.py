"""openapi.yaml is a valid OpenAPI 3.1 file, and says what the service does."""

import json
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


def events(text, media_type):
    """The events of a stream, those of server-sent ones checked against their own lines."""
    if media_type == "application/x-ndjson":
        return [json.loads(line) for line in text.split("\n") if line]
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if line.strip(": "))
        if fields:
            event = json.loads(fields["data"])
            assert fields == {"id": str(event["id"]), "event": event["event"], "data": fields["data"]}
            found.append(event)
    return found


def validate_events(found):
    for number, event in enumerate(found, 1):
        validator("TrainingEvent").validate(event)
        assert event["id"] == number


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


# A training of a classifier that takes every setting.
OUTPUTS = {
    "network": {"layers": [{"units": 3, "activation": "softmax"}], "seed": 1},
    "batch": {
        "X": [[1.0, 0.5, -1.0, 2.0], [0.0, -2.0, 1.0, 0.5]], "Y": [0, 1, 2, 0],
    },
    "validation": {"X": [[0.5, -0.5], [1.0, 1.0]], "Y": [1, 2]},
    "loss": "sparse_categorical_crossentropy",
}
SCHEDULES = {
    "constant": {},
    "inverse_time": {"decay_rate": 0.5, "interval": 2, "decay_steps": 2, "staircase": True},
    "exponential": {"decay_rate": 0.9, "decay_steps": 2, "staircase": True, "unit": "step"},
    "piecewise_constant": {"boundaries": [1, 2], "values": [0.1, 0.2, 0.3]},
    "polynomial": {"decay_steps": 2, "end_learning_rate": 0, "power": 2, "cycle": True},
    "cosine": {"decay_steps": 3, "alpha": 0.1, "warmup_target": 0.1, "warmup_steps": 1},
    "reduce_on_plateau": {
        "monitor": "loss:mean", "factor": 0.5, "patience": 1, "min_delta": 0.1, "cooldown": 1,
        "min_lr": 0.001, "mode": "min",
    },
}


@pytest.mark.parametrize("schedule", SCHEMAS["ScheduleName"]["enum"])
@pytest.mark.parametrize("clipping", SCHEMAS["ClippingName"]["enum"])
def test_a_training_of_each_schedule_and_clipping_is_as_the_contract_says(
    client, schedule, clipping,
):
    training = {
        "optimizer": "adam", "epochs": 4, "batch_size": 3, "report_every": 2,
        "schedule": {"type": schedule, **SCHEDULES[schedule]},
        "clipping": {"type": clipping, "limit": 0.1},
        "shuffle": {"seed": 2, "order": "reseeded"},
        "early_stopping": {"monitor": "validation.accuracy:mean", "patience": 9, "baseline": 0.1},
        "watch": SCHEMAS["Watch"]["enum"],
    }
    metrics = ["accuracy", {"type": "top_k", "k": 2}, {"type": "confusion_matrix"}]
    body = {**OUTPUTS, "training": training, "metrics": metrics, "checkpoint": True}
    validator("TrainRequest").validate(body)
    response = client.post("/train", json=body)
    assert response.status_code == 200, response.text
    answer = response.json()
    validator("TrainAnswer").validate(answer)
    assert answer["history"]["epoch"] == [2, 4]
    # What is answered of the settings and of the checkpoint may be sent again.
    again = {name: answer["training"][name] for name in ("schedule", "clipping", "shuffle")}
    body["training"] = {**training, **again, "epochs": 6}
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


# Of each type of layer: the shape of X, and the layers of a network that has it.
IMAGES = [[[[1.0], [0.5]], [[-1.0], [2.0]]]]
SEQUENCES = [[[1.0, -1.0], [0.5, 2.0]]]
UNITS = [[1, 0]]
LAYERS = {
    "dense": (UNITS, [{"units": 2, "use_bias": False}]),
    "activation": (UNITS, [{"type": "activation", "activation": {"type": "elu", "alpha": 0.5}}]),
    "prelu": (UNITS, [{"type": "prelu", "alpha": [0.1, 0.2]}]),
    "dropout": (UNITS, [{"type": "dropout", "keep_prob": 0.5, "mask": [[1, 0]]}]),
    "batch_normalization": (IMAGES, [{"type": "batch_normalization", "unbiased": True}]),
    "layer_normalization": (SEQUENCES, [{"type": "layer_normalization", "epsilon": 1e-5}]),
    "conv2d": (IMAGES, [
        {"type": "conv2d", "filters": 2, "kernel_size": [2, 1], "padding": "same"},
    ]),
    "max_pooling2d": (IMAGES, [{"type": "max_pooling2d", "strides": 1, "padding": [0, 1]}]),
    "average_pooling2d": (IMAGES, [{"type": "average_pooling2d", "pool_size": [2, 1]}]),
    "global_max_pooling2d": (IMAGES, [{"type": "global_max_pooling2d"}]),
    "global_average_pooling2d": (IMAGES, [{"type": "global_average_pooling2d"}]),
    "flatten": (IMAGES, [{"type": "flatten"}]),
    "reshape": (IMAGES, [{"type": "reshape", "target_shape": [2, 2]}]),
    "add": (UNITS, [{"units": 2, "name": "a"}, {"type": "add", "inputs": ["a", "X"]}]),
    "concatenate": (UNITS, [
        {"units": 3, "name": "a"}, {"type": "concatenate", "inputs": ["a", "X"]},
    ]),
    "embedding": (UNITS, [{"type": "embedding", "input_dim": 2, "output_dim": 3}]),
    "simple_rnn": (SEQUENCES, [{"type": "simple_rnn", "units": 2, "nonlinearity": "relu"}]),
    "lstm": (SEQUENCES, [{"type": "lstm", "units": 2, "return_sequences": True}]),
    "gru": (SEQUENCES, [{"type": "gru", "units": 2, "go_backwards": True}]),
    "multi_head_attention": (SEQUENCES, [
        {"type": "multi_head_attention", "num_heads": 2, "key_dim": 1, "causal": True},
    ]),
}


@pytest.mark.parametrize("layer", SCHEMAS["LayerType"]["enum"])
@pytest.mark.parametrize("layout", SCHEMAS["Layout"]["enum"])
def test_a_network_of_each_layer_is_as_the_contract_says(client, layer, layout):
    x, layers = LAYERS[layer]
    if layout == "course" and x is UNITS:
        x = [[number] for number in UNITS[0]]
        layers = [{**each, "mask": [[1], [0]]} if "mask" in each else each for each in layers]
    body = {"layout": layout, "network": {"layers": layers}, "batch": {"X": x}}

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
    ("backward", body(batch={"X": [[1], [1]]})),
    ("backward", body(dA=[[1]])),
    ("backward", body(mode="test")),
    ("backward", {"network": {"layers": [DENSE]}, "batch": {"X": [[1], [1]]}, "seeds": []}),
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
