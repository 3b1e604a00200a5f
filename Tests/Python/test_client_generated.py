"""A typed client can be generated from the contract by openapi-python-client."""

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from generated import for_generator
from test_readme import ROOT

CONTRACT = yaml.safe_load((ROOT / "openapi.yaml").read_text())


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """The generated package, imported."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "contract.json").write_text(json.dumps(for_generator(CONTRACT)))
    (folder / "settings.json").write_text(json.dumps({
        "post_hooks": [], "content_type_overrides": {
            "application/yaml": "text/plain", "application/x-ndjson": "text/plain",
            "text/event-stream": "text/plain", "application/problem+json": "application/json",
            "text/css": "text/plain", "text/javascript": "text/plain"}}))
    done = subprocess.run(
        [Path(sys.executable).with_name("openapi-python-client"), "generate", "--meta", "none",
         "--path", folder / "contract.json", "--config", folder / "settings.json",
         "--output-path", folder / "generated_client", "--fail-on-warning"],
        capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    sys.path.insert(0, str(folder))
    yield lambda name="": importlib.import_module("generated_client" + name)
    sys.path.remove(str(folder))


def test_it_has_every_operation(generated):
    for methods in CONTRACT["paths"].values():
        for operation in methods.values():
            name = re.sub(r"(?<!^)(?=[A-Z])", "_", operation["operationId"]).lower()
            module = generated(f".api.{operation['tags'][0]}.{name}")
            assert callable(module.sync_detailed)


def test_it_computes_gradients(generated, address, gradients):
    models = generated(".models")
    X, Y, W = [[1.0, 2.0], [3.0, 4.0]], [[0.0, 1.0]], [[0.5, -0.25]]
    body = models.BackwardRequest(
        network=models.Network(layers=[models.DenseLayer(
            w=W, b=[[0.1]], activation=models.ActivationName.SIGMOID)]),
        batch=models.Batch(x=X, y=Y), loss=models.LossName.BINARY_CROSSENTROPY,
        convention=models.Convention.COST)
    answer = generated(".api.networks.backward").sync(
        client=generated().Client(base_url=address), body=body)
    expected = gradients.backward([{"W": W, "b": [[0.1]], "activation": "sigmoid"}], X, Y,
                                  "binary_crossentropy", convention="cost")
    assert isinstance(answer, models.BackwardAnswer)
    assert answer.cost == expected.cost
    np.testing.assert_array_equal(answer.layers[0].d_w, expected.layers[0].dW)
    assert answer.meaning.convention == models.Convention.COST


def test_it_understands_a_refusal(generated, address):
    models = generated(".models")
    body = models.ForwardRequest(network=models.Network(layers=[]), batch=models.Batch(x=[[1.0]]))
    answer = generated(".api.networks.forward").sync(
        client=generated().Client(base_url=address), body=body)
    assert isinstance(answer, models.Problem)
    assert answer.status == 422 and answer.errors[0].pointer == "/network/layers"
