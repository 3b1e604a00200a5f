"""Every optimizer, in every style, beside torch.optim and keras.optimizers, over 100 steps."""

import pytest
from optimizers import assert_same, by_keras, by_torch, keras, ours, torch

# (ours, the library's class, its arguments); the learning rate is the library's default unless
# it is among them. What is not given is so by default in both: our defaults are tested too.
TORCH = [
    ("sgd", {}, "SGD", {"lr": 0.01}),
    ("sgd", {"weight_decay": 0.1}, "SGD", {"lr": 0.01, "weight_decay": 0.1}),
    ("momentum", {}, "SGD", {"momentum": 0.9}),
    ("momentum", {"nesterov": True, "weight_decay": 0.1}, "SGD",
     {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1, "lr": 0.1}),
    ("rmsprop", {}, "RMSprop", {}),
    ("rmsprop", {"momentum": 0.5, "rho": 0.9, "epsilon": 1e-3}, "RMSprop",
     {"momentum": 0.5, "alpha": 0.9, "eps": 1e-3, "lr": 0.001}),
    ("rmsprop", {"centered": True, "epsilon": 0.01, "weight_decay": 0.01}, "RMSprop",
     {"centered": True, "eps": 0.01, "weight_decay": 0.01}),
    ("rmsprop", {"centered": True, "momentum": 0.9, "epsilon": 0.01}, "RMSprop",
     {"centered": True, "momentum": 0.9, "eps": 0.01, "lr": 0.001}),
    ("adagrad", {}, "Adagrad", {}),
    ("adagrad", {"lr_decay": 0.1, "initial_accumulator_value": 0.2, "weight_decay": 0.1}, "Adagrad",
     {"lr_decay": 0.1, "initial_accumulator_value": 0.2, "weight_decay": 0.1, "lr": 0.1}),
    ("adadelta", {}, "Adadelta", {}),
    ("adadelta", {"rho": 0.8, "epsilon": 1e-4, "weight_decay": 0.1}, "Adadelta",
     {"rho": 0.8, "eps": 1e-4, "weight_decay": 0.1}),
    ("adam", {}, "Adam", {}),
    ("adam", {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.01, "weight_decay": 0.1}, "Adam",
     {"betas": (0.8, 0.9), "eps": 0.01, "weight_decay": 0.1, "lr": 0.01}),
    ("amsgrad", {}, "Adam", {"amsgrad": True}),
    ("amsgrad", {"beta_2": 0.9, "weight_decay": 0.1}, "Adam",
     {"amsgrad": True, "betas": (0.9, 0.9), "weight_decay": 0.1, "lr": 0.01}),
    ("adamw", {}, "AdamW", {}),
    ("adamw", {"weight_decay": 0.5, "epsilon": 0.01}, "AdamW",
     {"weight_decay": 0.5, "eps": 0.01, "lr": 0.01}),
    ("adamax", {}, "Adamax", {}),
    ("adamax", {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.01, "weight_decay": 0.1}, "Adamax",
     {"betas": (0.8, 0.9), "eps": 0.01, "weight_decay": 0.1}),
    ("nadam", {}, "NAdam", {}),
    ("nadam", {"momentum_decay": 0.1, "beta_1": 0.8, "weight_decay": 0.1}, "NAdam",
     {"momentum_decay": 0.1, "betas": (0.8, 0.999), "weight_decay": 0.1}),
]

KERAS = [
    ("sgd", {}, "SGD", {}),
    ("sgd", {"weight_decay": 0.1}, "SGD", {"weight_decay": 0.1}),
    ("momentum", {}, "SGD", {"momentum": 0.9}),
    ("momentum", {"nesterov": True, "weight_decay": 0.1}, "SGD",
     {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("rmsprop", {}, "RMSprop", {}),
    ("rmsprop", {"momentum": 0.5, "rho": 0.8, "weight_decay": 0.1}, "RMSprop",
     {"momentum": 0.5, "rho": 0.8, "weight_decay": 0.1}),
    ("rmsprop", {"centered": True, "epsilon": 1e-3}, "RMSprop",
     {"centered": True, "epsilon": 1e-3}),
    ("rmsprop", {"centered": True, "momentum": 0.9, "epsilon": 1e-3}, "RMSprop",
     {"centered": True, "momentum": 0.9, "epsilon": 1e-3}),
    ("adagrad", {}, "Adagrad", {"learning_rate": 0.1}),
    ("adagrad", {"initial_accumulator_value": 0.5, "epsilon": 0.01, "weight_decay": 0.1}, "Adagrad",
     {"initial_accumulator_value": 0.5, "epsilon": 0.01, "weight_decay": 0.1,
      "learning_rate": 0.1}),
    ("adadelta", {}, "Adadelta", {"learning_rate": 1.0}),
    ("adadelta", {"rho": 0.8, "epsilon": 1e-4, "weight_decay": 0.1}, "Adadelta",
     {"rho": 0.8, "epsilon": 1e-4, "weight_decay": 0.1}),
    ("adam", {}, "Adam", {}),
    ("adam", {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.01, "weight_decay": 0.1}, "Adam",
     {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.01, "weight_decay": 0.1}),
    ("amsgrad", {}, "Adam", {"amsgrad": True}),
    ("amsgrad", {"beta_2": 0.9, "weight_decay": 0.1}, "Adam",
     {"amsgrad": True, "beta_2": 0.9, "weight_decay": 0.1, "learning_rate": 0.01}),
    ("adamw", {}, "AdamW", {}),
    ("adamw", {"weight_decay": 0.5, "epsilon": 0.01}, "AdamW",
     {"weight_decay": 0.5, "epsilon": 0.01}),
    ("adamax", {}, "Adamax", {}),
    ("adamax", {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.01, "weight_decay": 0.1}, "Adamax",
     {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.01, "weight_decay": 0.1}),
    ("nadam", {}, "Nadam", {}),
    ("nadam", {"beta_1": 0.8, "beta_2": 0.9, "weight_decay": 0.1}, "Nadam",
     {"beta_1": 0.8, "beta_2": 0.9, "weight_decay": 0.1}),
    ("lion", {}, "Lion", {}),
    ("lion", {"beta_1": 0.8, "beta_2": 0.9, "weight_decay": 0.1}, "Lion",
     {"beta_1": 0.8, "beta_2": 0.9, "weight_decay": 0.1}),
]
WITHOUT_STYLE = ["sgd", "lion", "lbfgs"]


def named(cases):
    return [pytest.param(*case, id=f"{case[0]}-{index}") for index, case in enumerate(cases)]


def styled(name, settings, style):
    style = {} if name in WITHOUT_STYLE else {"style": style}
    return {"type": name, **style, **settings}


@pytest.mark.parametrize("name, settings, theirs, arguments", named(TORCH))
def test_agrees_with_pytorch(call, name, settings, theirs, arguments):
    expected = by_torch(lambda p: getattr(torch.optim, theirs)(p, **arguments))
    rate = {"learning_rate": arguments["lr"]} if "lr" in arguments else {}
    found, training = ours(call, styled(name, settings, "pytorch"), **rate)
    assert_same(found, expected)
    lr = getattr(torch.optim, theirs)([torch.zeros(1)], **arguments).defaults["lr"]
    assert training["learning_rate"] == lr


@pytest.mark.parametrize("name, settings, theirs, arguments", named(KERAS))
def test_agrees_with_keras(call, name, settings, theirs, arguments):
    optimizer = getattr(keras.optimizers, theirs)(**arguments)
    rate = {"learning_rate": arguments["learning_rate"]} if "learning_rate" in arguments else {}
    found, training = ours(call, styled(name, settings, "keras"), **rate)
    assert_same(found, by_keras(optimizer))
    assert training["learning_rate"] == pytest.approx(float(optimizer.learning_rate), rel=1e-15)
