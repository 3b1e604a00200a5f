"""Networks of scikit-learn's multi-layer perceptrons, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.utils.validation import check_is_fitted

from .._arrays import Array
from ..errors import UnsupportedModule
from ..networks import Network
from ..results import Backward
from ..trainings import Training
from ._graph import INPUT, Graph, Value, named_gradients, trained_layers, write_back

M = TypeVar("M", MLPClassifier, MLPRegressor)

_ACTIVATIONS = {"identity": "linear", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu",
                "softmax": "softmax"}


def from_sklearn(mlp: MLPClassifier | MLPRegressor) -> Network:
    """The network of a perceptron that was fitted, in the layout `keras`, with its loss and its
    penalty, alpha/(2·m)·Σ W², in `options`. `sklearn_targets` makes the Y of it.

    The loss is the one that scikit-learn's gradients are of. Of a regressor with several outputs
    that is half the sum of their squares, where the loss that it tells is half their mean. With the
    loss `poisson` the outputs are the logarithms of the predictions.

    Raises UnsupportedModule for `poisson` of several outputs and for other models, sklearn's
    NotFittedError where it was not fitted.
    """
    graph = _graph(mlp)
    options: dict[str, Any] = {"layout": "keras", "loss": _loss(mlp)}
    if mlp.alpha:
        options["penalty"] = {"l2": float(mlp.alpha), "scale": "lambda/2m"}
    return graph.network(Value(graph.layers[-1]["name"]), **options)


def to_sklearn(source: Training | Network | Mapping[str, Any], mlp: M) -> M:
    """Puts the parameters of a trained network into the perceptron that it was made of, in place,
    and returns it. Raises ValueError where the network is not that perceptron's."""
    graph = _graph(mlp)
    write_back(graph, trained_layers(source, graph, "keras"))
    return mlp


def sklearn_gradients(step: Backward, mlp: M) -> tuple[list[Array], list[Array]]:
    """The derivatives of an answer as those of `coefs_` and of `intercepts_`, the penalty in them.
    Raises KeyError where the answer lacks one."""
    gradients = named_gradients(_graph(mlp), step)
    return ([gradients[f"coefs_[{i}]"] for i in range(len(mlp.coefs_))],
            [gradients[f"intercepts_[{i}]"] for i in range(len(mlp.intercepts_))])


def sklearn_targets(mlp: MLPClassifier | MLPRegressor, y: Any) -> Array:
    """The Y of a perceptron's network: of shape (m, outputs), classes one-hot as it has them."""
    check_is_fitted(mlp)
    if isinstance(mlp, MLPClassifier):
        y = mlp._label_binarizer.transform(y)
    targets = np.asarray(y, dtype=np.float64)
    return targets.reshape(len(targets), -1)


def _loss(mlp: MLPClassifier | MLPRegressor) -> Any:
    if mlp.loss == "log_loss":
        return {"logistic": "binary_crossentropy",
                "softmax": "categorical_crossentropy"}[mlp.out_activation_]
    if mlp.loss == "squared_error":
        return "half_squared_error"
    if mlp.loss == "poisson" and mlp.n_outputs_ == 1:
        return {"type": "poisson", "log_input": True}
    raise UnsupportedModule("loss", f"{mlp.loss} of {mlp.n_outputs_} outputs is not supported")


def _graph(mlp: MLPClassifier | MLPRegressor) -> Graph:
    if not isinstance(mlp, (MLPClassifier, MLPRegressor)):
        raise UnsupportedModule("", f"{type(mlp).__name__} is no perceptron of scikit-learn")
    check_is_fitted(mlp)
    graph = Graph()
    value = Value(INPUT)
    depth = len(mlp.coefs_)
    for i in range(depth):
        activation = mlp.activation if i < depth - 1 else mlp.out_activation_
        layer = {"type": "dense",
                 # The exponential is in the loss.
                 "activation": "linear" if activation == "exp" else _ACTIVATIONS[activation]}
        value = graph.add("", [value], layer)
        _keep(graph, "W", f"coefs_[{i}]", mlp.coefs_[i])
        _keep(graph, "b", f"intercepts_[{i}]", mlp.intercepts_[i])
    return graph


def _keep(graph: Graph, array: str, name: str, parameter: Array) -> None:
    def write(value: Array) -> None:
        parameter[...] = value

    graph.keep(array, name, parameter, parameter.copy, write, parameter.shape)
