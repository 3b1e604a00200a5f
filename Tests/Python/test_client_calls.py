"""The calls of the Python client, beside the same ones by plain HTTP."""

import inspect
import json

import httpx
import numpy as np
import pytest
import yaml
from test_readme import ROOT

import gradientd

X = np.array([[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]])
Y = np.array([[0, 1, 0, 1, 1]])
LAYERS = [
    {"W": [[0.1, 0.2], [0.3, -0.1], [0.0, 0.4]], "b": np.zeros((3, 1)), "activation": "relu"},
    {"W": np.array([[0.5, -0.3, 0.2]]), "b": [[0]], "activation": "sigmoid"}]
PLAIN = {
    "network": {"layers": [
        {"W": LAYERS[0]["W"], "b": [0, 0, 0], "activation": "relu"},
        {"W": [[0.5, -0.3, 0.2]], "b": [0], "activation": "sigmoid"}]},
    "batch": {"X": X.tolist(), "Y": Y.tolist()}, "loss": "binary_crossentropy"}
BCE = "binary_crossentropy"


def assert_layers(found, expected):
    assert len(found) == len(expected)
    for layer, arrays in zip(found, expected):
        assert set(layer) == set(arrays) - {"name"}
        for name, array in arrays.items():
            np.testing.assert_array_equal(layer[name], array)


@pytest.mark.parametrize("network", [
    LAYERS, {"layers": LAYERS}, gradientd.Network(LAYERS), tuple(LAYERS)])
def test_backward_answers_what_plain_http_does(gradients, call, network):
    answer, expected = gradients.backward(network, X, Y, BCE), call("backward", PLAIN)
    assert answer.cost == expected["cost"]
    assert_layers(answer.layers, expected["layers"])
    assert answer.meaning["dZ"].times == expected["meaning"]["dZ"]["times"]
    assert answer.meaning.convention == "loss" and answer.meaning.examples == 5
    assert answer.raw["meaning"] == expected["meaning"]


def test_an_array_of_a_layer_is_an_attribute_and_an_item(gradients):
    first = gradients.backward(LAYERS, X, Y, BCE).layers[0]
    assert first.dW is first["dW"] and first.dW.shape == (3, 2)
    assert "dZ" in first and "dX" not in first and "dW" in dir(first)
    with pytest.raises(AttributeError, match="layer 0 .dense relu. has dW.*no dX.*include"):
        first.dX


def test_every_field_of_the_contract_is_taken(gradients, call):
    options = {"convention": "cost", "include": ["dX", "losses", "outputs", "dW"],
               "penalty": {"l2": 0.7, "scale": "lambda/2m"}, "trace": True,
               "per_example": "gradients"}
    answer, expected = gradients.backward(LAYERS, X, Y, BCE, **options), call(
        "backward", PLAIN | options)
    for name in ("dX", "losses", "outputs"):
        np.testing.assert_array_equal(getattr(answer, name), expected[name])
    assert answer.cost_penalty == expected["cost_penalty"]
    assert answer.layers[1].dW_penalty.tolist() == expected["layers"][1]["dW_penalty"]
    assert [step["formula"] for step in answer.trace] == [
        step["formula"] for step in expected["trace"]]
    np.testing.assert_array_equal(answer.per_example[1]["dW"],
                                  expected["per_example"]["layers"][1]["dW"])


def test_weights_of_examples_are_of_the_batch(gradients, call):
    weights = [1, 0, 2, 0.5, 1]
    answer = gradients.backward(LAYERS, X, Y, BCE, sample_weight=weights, denominator="weights")
    expected = call("backward", PLAIN | {
        "batch": PLAIN["batch"] | {"sample_weight": weights}, "denominator": "weights"})
    assert answer.cost == expected["cost"] and answer.meaning.denominator == 4.5


def test_a_derivative_of_the_outputs_stands_in_place_of_a_loss(gradients, call):
    dA = np.array([[1.0, -2.0, 0.5, 0.0, 3.0]])
    plain = {"network": PLAIN["network"], "batch": {"X": X.tolist()}}
    answer = gradients.backward(LAYERS, X, dA=dA)
    assert answer.cost is None
    assert_layers(answer.layers, call("backward", plain | {"dA": dA.tolist()})["layers"])
    several = gradients.backward(LAYERS, X, seeds=[dA, 2 * dA])
    np.testing.assert_array_equal(several.products[1].layers[0].dW, 2 * answer.layers[0].dW)


def test_forward_runs_the_network(gradients, call):
    answer = gradients.forward(LAYERS, X, include=["outputs", "Z"])
    expected = call("forward", {"network": PLAIN["network"], "batch": {"X": X.tolist()},
                                "include": ["outputs", "Z"]})
    np.testing.assert_array_equal(answer.outputs, expected["outputs"])
    np.testing.assert_array_equal(answer.layers[0].Z, expected["layers"][0]["Z"])
    assert answer.cost is None
    assert gradients.forward(LAYERS, X, Y, BCE).losses.shape == (5,)


def test_check_names_the_mistake(gradients):
    right = gradients.backward(LAYERS, X, Y, BCE)
    check = gradients.check(LAYERS, X, Y, BCE, {
        "dZ2": right.layers[1].dZ, "dW2": right.layers[1].dW / 5})
    assert (check.verdict, check.score, check.correct) == ("wrong", 0.5, False)
    assert [tensor.verdict for tensor in check.tensors] == ["correct", "wrong"]
    assert [mistake.name for mistake in check.mistakes] == ["one_over_m_twice"]
    assert check.tensors[1].mistakes[0].name == "one_over_m_twice"
    assert check.first_wrong == "dW2"


def test_an_answer_can_be_submitted_as_it_is(gradients):
    right = gradients.backward(LAYERS, X, Y, BCE)
    check = gradients.check(LAYERS, X, Y, BCE, {"layers": right.layers}, numerical=True)
    assert check.correct and check.numerical.verdict == "agrees"


def test_a_numerical_check_needs_no_submission(gradients):
    check = gradients.check(LAYERS, X, Y, BCE, numerical=True)
    assert check.verdict is None and check.correct and check.numerical.figure < 1e-7


def test_a_probe_is_a_batch_that_can_be_sent(gradients):
    right = gradients.backward(LAYERS, X[:, :1], Y[:, :1], BCE)
    check = gradients.check(LAYERS, X[:, :1], Y[:, :1], BCE, {"dW2": right.layers[1].dW},
                            probe=True)
    probe = check.probe
    again = gradients.backward(probe.network or LAYERS, probe.batch["X"], probe.batch["Y"], BCE)
    assert again.meaning.examples > 1


def test_layers_of_an_answer_are_converted(gradients):
    answer = gradients.backward(LAYERS, X, Y, BCE)
    found = gradients.convert(answer.layers, to={"convention": "cost", "layout": "pytorch"})
    np.testing.assert_allclose(found.layers[1].dZ, answer.layers[1].dZ.T / 5, rtol=1e-15)
    np.testing.assert_array_equal(found.layers[1].dW, answer.layers[1].dW)
    assert found.factors["dZ"] == 0.2


def test_layers_of_any_type_are_converted(gradients):
    network = [{"type": "conv2d", "filters": 2, "kernel_size": 3}, {"type": "flatten"},
               {"units": 1}]
    images = np.random.RandomState(0).randn(2, 5, 5, 1)
    answer = gradients.backward(network, images, [[1, 0]], "mean_squared_error")
    found = gradients.convert(answer.layers, to={"layout": "pytorch"})
    np.testing.assert_array_equal(found.layers[0].dW, answer.layers[0].dW.transpose(3, 2, 0, 1))


def test_the_flat_dictionary_is_converted(gradients):
    found = gradients.convert(tensors={"dW2": [[1.0, 2.0]], "dZ2": [[1.0, -1.0]]},
                              from_={"convention": "cost"}, to={"convention": "sum"})
    np.testing.assert_array_equal(found.tensors["dW2"], [[2.0, 4.0]])


def test_train_answers_what_plain_http_does(gradients, call):
    settings = {"optimizer": "adam", "epochs": 4, "batch_size": 2, "shuffle": {"seed": 1}}
    answer = gradients.train(LAYERS, X, Y, BCE, **settings, validation=(X, Y),
                             metrics=["accuracy"])
    expected = call("train", PLAIN | {"training": settings, "validation": PLAIN["batch"],
                                      "metrics": ["accuracy"]})
    np.testing.assert_array_equal(answer.costs, expected["costs"])
    assert answer.outcome == "finished" and answer.settings == expected["training"]
    for name, column in expected["history"].items():
        np.testing.assert_array_equal(answer.history[name], column)
    assert answer.evaluation["validation"] == expected["evaluation"]["validation"]
    np.testing.assert_array_equal(answer.network.layers[0]["W"],
                                  expected["network"]["layers"][0]["W"])
    assert_layers(answer.last_step.layers, expected["last_step"]["layers"])


def test_a_trained_network_is_sent_again_as_it_is(gradients):
    network = gradientd.Network([{"units": 2, "activation": "tanh"}, {"units": 1}],
                                {"layout": "pytorch", "loss": "mean_squared_error"})
    trained = gradients.train(network, X.T, Y.T, optimizer="sgd", epochs=3)
    again = gradients.train(trained.network, X.T, Y.T, optimizer="sgd", epochs=1)
    whole = gradients.train(network, X.T, Y.T, optimizer="sgd", epochs=4)
    np.testing.assert_array_equal(again.costs[0], whole.costs[3])


def test_a_checkpoint_is_gone_on_from(gradients):
    settings = {"optimizer": "adam", "checkpoint": True}
    begun = gradients.train(LAYERS, X, Y, BCE, epochs=3, **settings)
    resumed = gradients.train(LAYERS, X, Y, BCE, epochs=5, resume_from=begun.checkpoint, **settings)
    whole = gradients.train(LAYERS, X, Y, BCE, epochs=5, **settings)
    np.testing.assert_array_equal(resumed.network.layers[0]["W"], whole.network.layers[0]["W"])


def test_what_a_fault_has_made_stays_marked(gradients):
    answer = gradients.train(LAYERS, X, Y, BCE, optimizer="sgd", epochs=2, fault="one_over_m_twice")
    assert answer.costs_without_fault[1] < answer.costs[1]
    with pytest.raises(gradientd.RequestError, match="faulty"):
        gradients.forward(answer.network, X)


def test_a_dry_run_computes_nothing(gradients):
    answer = gradients.backward(LAYERS, X, Y, BCE, dry_run=True)
    assert answer.dry_run["parameters"] == 13 and answer.layers == ()
    assert gradients.train(LAYERS, X, Y, BCE, optimizer="sgd", epochs=9,
                           dry_run=True).dry_run["training_steps"] == 9


def test_catalogue_and_limits_are_as_the_service_tells_them(gradients, client):
    assert gradients.catalog().raw == client.get("/catalog").json()
    assert gradients.limits()["request"] == client.get("/limits").json()["request"]


def test_the_client_s_layout_is_taken_where_nothing_says_another(address):
    with gradientd.Client(address, layout="keras") as client:
        assert client.forward(LAYERS_KERAS, X.T).outputs.shape == (5, 1)
        assert client.forward(LAYERS, X, layout="course").outputs.shape == (1, 5)
        assert client.forward(gradientd.Network(LAYERS, {"layout": "course"}),
                              X).outputs.shape == (1, 5)


LAYERS_KERAS = [{"W": [[1.0], [2.0]], "b": [0]}]


def test_every_operation_of_the_contract_that_a_network_is_sent_to_has_a_method():
    paths = yaml.safe_load((ROOT / "openapi.yaml").read_text())["paths"]
    for path, methods in paths.items():
        for operation in methods.values():
            if operation["tags"] == ["networks"]:
                assert hasattr(gradientd.Client, path[1:]) and hasattr(
                    gradientd.AsyncClient, path[1:])


def test_a_method_shows_what_it_takes_and_what_it_comes_to():
    signature = inspect.signature(gradientd.Client.backward)
    assert list(signature.parameters)[1:5] == ["network", "X", "Y", "loss"]
    assert signature.return_annotation == "Backward"
    assert "Every layer's derivatives" in gradientd.Client.backward.__doc__


def test_a_token_is_sent_and_not_shown():
    def answer(request):
        assert request.headers["Authorization"] == "Bearer secret"
        return httpx.Response(200, json={"ok": []})

    client = gradientd.Client("http://somewhere", "secret", transport=httpx.MockTransport(answer))
    assert client.limits()["ok"] == []
    assert "secret" not in repr(client) + json.dumps(repr(vars(client)))
