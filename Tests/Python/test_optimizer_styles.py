"""The optimizers as the course has them, what goes with a style, and L-BFGS beside PyTorch's."""

import numpy as np
import pytest
from layouts import request
from optimizers import (
    PARAMETERS, STEPS, X, Y, assert_same, by_torch, flat, in_pairs, ours, torch,
    value_and_gradients,
)


def course_momentum(gradient, state, t, beta=0.9):
    state["v"] = beta * state.get("v", 0) + (1 - beta) * gradient
    return state["v"]


def course_nesterov(gradient, state, t, beta=0.9):
    course_momentum(gradient, state, t, beta)
    return (1 - beta) * gradient + beta * state["v"]


def course_rmsprop(gradient, state, t, beta=0.9, epsilon=1e-8):
    state["s"] = beta * state.get("s", 0) + (1 - beta) * gradient**2
    return gradient / (np.sqrt(state["s"]) + epsilon)


def course_adam(gradient, state, t, beta1=0.9, beta2=0.999, epsilon=1e-8):
    state["v"] = beta1 * state.get("v", 0) + (1 - beta1) * gradient
    state["s"] = beta2 * state.get("s", 0) + (1 - beta2) * gradient**2
    v_corrected = state["v"] / (1 - beta1**t)
    s_corrected = state["s"] / (1 - beta2**t)
    return v_corrected / (np.sqrt(s_corrected) + epsilon)


@pytest.mark.parametrize(
    "name, settings, direction",
    [
        ("momentum", {}, course_momentum), ("momentum", {"nesterov": True}, course_nesterov),
        ("rmsprop", {}, course_rmsprop), ("adam", {}, course_adam),
    ],
    ids=["momentum", "nesterov", "rmsprop", "adam"],
)
def test_agrees_with_the_course_written_in_numpy(call, name, settings, direction):
    parameters = flat(PARAMETERS)
    states = [{} for _ in parameters]
    for t in range(1, STEPS + 1):
        gradients = flat(value_and_gradients(in_pairs(parameters))[1])
        parameters = [
            p - 0.001 * direction(np.asarray(g), state, t)
            for p, g, state in zip(parameters, gradients, states)
        ]
    found, _ = ours(call, {"type": name, "style": "course", **settings}, learning_rate=0.001)
    assert_same(found, parameters)


@pytest.mark.parametrize(
    "settings, rate, steps",
    [
        ({}, 0.1, STEPS),
        # y and s are differences, whose rounding errors each step enlarges, about twofold here:
        # after 100 steps little is left of 1e-16. So these are fewer.
        ({"history_size": 3}, 0.1, 20),
        ({"line_search": "strong_wolfe"}, 1, 20),
        ({"line_search": "strong_wolfe", "history_size": 3, "max_evaluations": 10}, 1, 20),
    ],
)
def test_lbfgs_agrees_with_pytorch(call, settings, rate, steps):
    history = settings.get("history_size", 100)
    search = settings.get("line_search")
    most = settings.get("max_evaluations", 25)
    expected = by_torch(
        # PyTorch counts the evaluation before the search.
        lambda p: torch.optim.LBFGS(
            p, lr=rate, max_iter=1, max_eval=most + 1, history_size=history,
            line_search_fn=search,
        ),
        steps,
    )
    found, _ = ours(call, {"type": "lbfgs", **settings}, steps, learning_rate=rate)
    assert_same(found, expected)


def test_lbfgs_on_a_part_of_the_batch_is_refused(client):
    body = request(
        PARAMETERS, X, Y, ["tanh", "softmax"], "categorical_crossentropy", "pytorch",
        training={"optimizer": "lbfgs", "epochs": 1, "batch_size": 19},
    )
    answer = client.post("/train", json=body)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["pointer"] == "/training/batch_size"
    assert "whole batch" in error["detail"]


@pytest.mark.parametrize(
    "style, epsilon, rate",
    [("keras", 1e-7, 0.001), ("pytorch", 1e-8, 0.01), ("course", 1e-8, 0.001)],
)
def test_the_numbers_in_force_are_those_of_the_style(call, style, epsilon, rate):
    _, training = ours(call, {"type": "rmsprop", "style": style}, 1)
    assert training["optimizer"]["epsilon"] == epsilon
    assert training["optimizer"]["style"] == style
    assert training["learning_rate"] == rate
    assert ("weight_decay" in training["optimizer"]) == (style != "course")


def test_a_setting_of_another_style_is_refused(client):
    body = request(
        PARAMETERS, X, Y, ["tanh", "softmax"], "categorical_crossentropy", "pytorch",
        training={"optimizer": {"type": "adagrad", "style": "keras", "lr_decay": 0.1}, "epochs": 1},
    )
    answer = client.post("/train", json=body)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["pointer"] == "/training/optimizer/lr_decay"
    assert "keras" in error["detail"]
