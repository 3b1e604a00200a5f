"""scikit-learn's perceptrons as networks: its own gradients, and weights back into them."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor

import gradientd

RANDOM = np.random.RandomState(0)
X = RANDOM.randn(30, 4)
CLOSE = {"rtol": 1e-10, "atol": 1e-13}
PERCEPTRONS = {
    "classes": (MLPClassifier((5, 4), alpha=0.3), RANDOM.choice(["a", "b", "c"], 30)),
    "two classes": (MLPClassifier((5,), "logistic"), RANDOM.choice(["no", "yes"], 30)),
    "labels": (MLPClassifier((5,), "tanh"), RANDOM.randint(0, 2, (30, 3))),
    "outputs": (MLPRegressor(hidden_layer_sizes=(5,), activation="identity", alpha=0.1),
                RANDOM.randn(30, 2)),
    "without penalty": (MLPRegressor(hidden_layer_sizes=(5,), alpha=0.0), RANDOM.randn(30)),
    "counts": (MLPRegressor(hidden_layer_sizes=(5,), loss="poisson", alpha=0.2),
               RANDOM.poisson(2, 30))}


def fitted(name):
    mlp, y = PERCEPTRONS[name]
    mlp.set_params(max_iter=3, random_state=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return mlp.fit(X, y), y


def their_gradients(mlp, targets):
    """Those that its own fit takes."""
    widths = [coefs.shape[1] for coefs in mlp.coefs_]
    activations = [X, *(np.empty((len(X), width)) for width in widths)]
    return mlp._backprop(X, targets, None, activations, [None] * len(widths),
                         [np.empty_like(coefs) for coefs in mlp.coefs_],
                         [np.empty_like(intercepts) for intercepts in mlp.intercepts_])


@pytest.mark.parametrize("name", PERCEPTRONS)
def test_gradients_are_its_own(gradients, name):
    mlp, y = fitted(name)
    targets = gradientd.sklearn_targets(mlp, y)
    answer = gradients.backward(gradientd.from_sklearn(mlp), X, targets)
    coefs, intercepts = gradientd.sklearn_gradients(answer, mlp)
    loss, their_coefs, their_intercepts = their_gradients(mlp, targets)
    assert len(coefs) == len(their_coefs) and len(intercepts) == len(their_intercepts)
    for found, expected in zip(coefs + intercepts, their_coefs + their_intercepts):
        np.testing.assert_allclose(found, expected, **CLOSE)
    if name not in ("outputs", "counts"):  # Of those it tells another loss than it goes along.
        assert answer.cost == pytest.approx(loss, rel=1e-12)


@pytest.mark.parametrize("name", PERCEPTRONS)
def test_a_trained_network_goes_back_into_its_perceptron(gradients, name):
    mlp, y = fitted(name)
    network, targets = gradientd.from_sklearn(mlp), gradientd.sklearn_targets(mlp, y)
    trained = gradients.train(network, X, targets, optimizer="adam", learning_rate=0.05, epochs=20)
    first = [coefs.copy() for coefs in mlp.coefs_]
    assert gradientd.to_sklearn(trained, mlp) is mlp
    assert not any(np.array_equal(now, before) for now, before in zip(mlp.coefs_, first))
    outputs = gradients.forward(trained.network, X).outputs
    if name == "counts":
        outputs = np.exp(outputs)
    found = mlp.predict_proba(X) if hasattr(mlp, "predict_proba") else mlp.predict(X)
    if name == "two classes":
        found = found[:, 1]
    np.testing.assert_allclose(found.reshape(outputs.shape), outputs, rtol=1e-12)


def test_classes_are_counted_as_it_counts_them():
    mlp, y = fitted("classes")
    targets = gradientd.sklearn_targets(mlp, y)
    assert targets.shape == (30, 3)
    np.testing.assert_array_equal(mlp.classes_[targets.argmax(1)], y)


def test_what_was_not_fitted_is_refused():
    with pytest.raises(NotFittedError):
        gradientd.from_sklearn(MLPClassifier())


def test_another_model_is_refused():
    with pytest.raises(gradientd.UnsupportedModule, match="LogisticRegression is no perceptron"):
        gradientd.from_sklearn(LogisticRegression())


def test_poisson_of_several_outputs_is_refused():
    mlp = MLPRegressor(hidden_layer_sizes=(3,), loss="poisson", max_iter=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        mlp.fit(X, RANDOM.poisson(2, (30, 2)))
    with pytest.raises(gradientd.UnsupportedModule, match="poisson of 2 outputs"):
        gradientd.from_sklearn(mlp)


def test_a_network_of_another_perceptron_is_refused():
    mlp, _ = fitted("classes")
    other, _ = fitted("outputs")
    with pytest.raises(ValueError, match="has the layers"):
        gradientd.to_sklearn(gradientd.from_sklearn(other), mlp)
