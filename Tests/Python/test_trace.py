"""The formulas of a trace are true: evaluated with the arrays before them, each gives the next."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from networks import random_network
from reference import ACTIVATIONS

LAYOUTS = ["course", "pytorch", "keras"]
CONVENTIONS = ["loss", "cost", "sum"]


class Array:
    """A matrix in a formula: `·` is @, the product of matrices or of numbers, and `∘` is *."""

    __array_ufunc__ = None

    def __init__(self, numbers):
        self.numbers = np.asarray(numbers, dtype=float)

    def __matmul__(self, other):
        a, b = self.numbers, of(other)
        return Array(a @ b if a.ndim == 2 and np.ndim(b) == 2 else a * b)

    def __rmatmul__(self, other):
        return Array(other * self.numbers)

    @property
    def T(self):
        return Array(self.numbers.T)


def of(value):
    return value.numbers if isinstance(value, Array) else value


def binary(name):
    def method(self, other):
        return Array(getattr(np, name)(self.numbers, of(other)))

    def reflected(self, other):
        return Array(getattr(np, name)(other, self.numbers))

    return method, reflected


for python, name in [
    ("add", "add"),
    ("sub", "subtract"),
    ("mul", "multiply"),
    ("truediv", "true_divide"),
    ("pow", "power"),
]:
    method, reflected = binary(name)
    setattr(Array, f"__{python}__", method)
    setattr(Array, f"__r{python}__", reflected)
for python, name in [("lt", "less"), ("gt", "greater"), ("le", "less_equal")]:
    setattr(Array, f"__{python}__", binary(name)[0])
Array.__neg__ = lambda self: Array(-self.numbers)
Array.__abs__ = lambda self: Array(abs(self.numbers))


def function(f):
    return lambda *values: Array(f(*(of(value) for value in values)))


class Number(float):
    """A number in a formula, whose `·` is a product."""

    def __matmul__(self, other):
        return other.__rmatmul__(self) if isinstance(other, Array) else Number(self * other)

    __rmatmul__ = __matmul__

    def __truediv__(self, other):
        return other.__rtruediv__(self) if isinstance(other, Array) else Number(float(self) / other)


FUNCTIONS = {
    "max": function(np.maximum),
    "min": function(np.minimum),
    "tanh": function(np.tanh),
    "log": function(np.log),
    "sign": function(np.sign),
    "sum": function(np.sum),
    "sqrt": lambda x: Number(np.sqrt(x)),
    "where": function(np.where),
    "σ": function(lambda z: 1 / (1 + np.exp(-z))),
    "e": Number(np.e),
    "π": Number(np.pi),
}

SIGNS = {"·": "@", "∘": "*", "−": "-", "²": "**2", "³": "**3", "^": "**", "ᵀ": ".T", "≤": "<=", "√": "sqrt", "₁": "1", "₂": "2", "2m": "2@m"}


def python(formula):
    """The right side of a formula, as Python."""
    for sign, meaning in SIGNS.items():
        formula = formula.replace(sign, meaning)
    formula = re.sub(r"\|(\w+)\|", r"abs(\1)", formula)
    formula = re.sub(r"\b(tanh|log) (\w+)", r"\1(\2)", formula)
    formula = re.sub(r"Σᵢ (\w+?)ᵢ", r"sum_examples(\1)", formula)
    formula = re.sub(r"Σ (abs\(\w+\)|\w+(\*\*2)?)", r"sum(\1)", formula)
    formula = formula.replace("½", "(1/2)")
    formula = re.sub(r"(?<![\w.*])(\d+(\.\d+)?)", r"Number(\1)", formula)
    formula = re.sub(r"\b([a-z]|σ) \(", r"\1(", formula)
    # x where c, y where d, z elsewhere
    if " where " in formula:
        *cases, default = formula.split(", ")
        text = default.removesuffix(" elsewhere")
        for case in reversed(cases):
            value, condition = case.split(" where ")
            bounds = re.fullmatch(r"(.+) < (\w+) <= (.+)", condition)
            if bounds:
                condition = "({0} > {1})*({0} <= {2})".format(bounds[2], bounds[1], bounds[3])
            text = f"where({condition}, {value}, {text})"
        return text
    return formula


def evaluate(formula, names):
    """The value of a formula, whose definitions follow it after commas."""
    left, right = formula.split(" = ", 1)
    names = {**FUNCTIONS, "Number": Number, **names}
    definitions = re.findall(r", (\w) = ((?:(?!, \w = ).)+)", right)
    right = re.split(r", \w = ", right)[0]
    for name, text in reversed(definitions):
        names[name] = eval(python(text), names)
    return left, eval(python(right), names)


def known(body, answer, layout):
    """Every array that the formulas have to do with, by its name."""
    axis = 1 if layout == "course" else 0
    names = {
        "A0": body["batch"]["X"],
        "Y": body["batch"]["Y"],
        "L": answer["losses"],
        "sum_examples": lambda x: Array(of(x).sum(axis=axis, keepdims=np.ndim(of(x)) == 2 and axis == 1)),
        "dA0": answer["dX"],
        "m": Number(len(answer["losses"])),
        "R": Number(answer.get("cost_penalty", 0)),
        "J": Number(answer["cost"]),
    }
    for index, layer in enumerate(answer["layers"], 1):
        for name, numbers in layer.items():
            root, _, mark = name.partition("_")
            names[f"{root}{index}" + (f"_{mark}" if mark else "")] = numbers
    return {
        name: Array(value) if isinstance(value, list) else value for name, value in names.items()
    }


def request(seed, layout="course", activations=None, loss="half_squared_error", **also):
    parameters, x, y, drawn, loss = random_network(seed, loss, depth=3, units=2, examples=4, **also)
    signal = (lambda a: a.T) if layout == "course" else (lambda a: a)
    layers = [
        {
            "W": (w.T if layout == "keras" else w).tolist(),
            "b": b.reshape(-1, 1).tolist() if layout == "course" else b.tolist(),
            "activation": name,
        }
        for (w, b), name in zip(parameters, activations or drawn)
    ]
    return {
        "network": {"layers": layers},
        "batch": {"X": signal(x).tolist(), "Y": signal(y).tolist()},
        "loss": loss,
        "layout": layout,
        "trace": True,
        "include": ["dW", "db", "dZ", "dA", "dX", "Z", "A", "W", "b", "losses"],
    }


def check(call, body):
    """Every formula of a trace against the arrays of the answer; how many there were."""
    answer = call("backward", body)
    names = known(body, answer, body["layout"])
    names["n"] = Number(2)
    penalty = body.get("penalty", {})
    names["λ"] = Number(penalty.get("l2") or penalty.get("l1") or 0)
    names["λ1"], names["λ2"] = Number(penalty.get("l1", 0)), Number(penalty.get("l2", 0))
    checked = 0
    for step in answer["trace"]:
        ET.fromstring(step["mathml"])
        if re.search("[ₖⱼΦ]|Lᵢ = ", step["formula"]):
            continue  # Of single entries, which the reading above does not know.
        formula = step["formula"].replace("Lᵢ", "L").replace("Σᵢ L", "sum(L)")
        left, value = evaluate(formula, names)
        expected = of(names[left])
        # Sums in another order: 1e-12 is 5000 times the rounding of one operation.
        np.testing.assert_allclose(of(value), expected, rtol=1e-12, atol=1e-12, err_msg=formula)
        first = np.ravel(expected)[:6]
        np.testing.assert_array_equal(step["first"], first, err_msg=step["formula"])
        assert step["result"]["shape"] == list(np.shape(expected))
        checked += 1
    return checked


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seed", range(5))
def test_formulas_give_the_answers_arrays(call, seed, layout, convention):
    body = request(seed, layout, ["relu", "softplus", "sigmoid"])
    body["convention"] = convention
    # Z and A of three layers, and J; dA, dZ, and of each layer dW, db and dA_prev; dZ of two.
    assert check(call, body) == 7 + 2 + 9 + 2


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("scale", ["lambda/2m", "lambda/2", "lambda"])
@pytest.mark.parametrize("size", [{"l2": 0.7}, {"l1": 0.3}, {"l1": 0.3, "l2": 0.7}])
def test_formulas_of_penalties(call, size, scale, convention):
    body = request(7, activations=["tanh", "tanh", "sigmoid"])
    body |= {"convention": convention, "penalty": {**size, "scale": scale}}
    assert check(call, body) == 24


ELEMENTWISE = [name for name in ACTIVATIONS if "softmax" not in name] + [
    {"type": "leaky_relu", "slope": 0.2},
    {"type": "elu", "alpha": 0.5},
    {"type": "celu", "alpha": 0.5},
    {"type": "gelu", "approximate": True},
    *["silu", "relu6", "hard_tanh", "hard_sigmoid", "hard_silu", "softsign", "mish"],
]


@pytest.mark.parametrize("activation", ELEMENTWISE, ids=str)
def test_formulas_of_activations(call, activation):
    body = request(11, activations=[activation] * 3)
    body["batch"]["X"] = (2 * np.array(body["batch"]["X"])).tolist()
    check(call, body)


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize(
    "loss",
    [
        *["half_squared_error", "mean_squared_error", "mean_absolute_error", "log_cosh"],
        *["poisson", "hinge", "squared_hinge", "binary_crossentropy", "kl_divergence"],
        {"type": "huber", "delta": 0.5},
        {"type": "smooth_l1", "beta": 0.5},
        {"type": "poisson", "log_input": True},
        {"type": "binary_crossentropy", "outputs": "mean"},
        {"type": "binary_focal_crossentropy", "gamma": 1.5},
    ],
    ids=str,
)
def test_formulas_of_losses(call, loss, convention):
    body = request(13, activations=["tanh", "tanh", "sigmoid"], loss="binary_crossentropy")
    body |= {"loss": loss, "convention": convention}
    if "hinge" in loss:
        body["batch"]["Y"] = (2 * np.array(body["batch"]["Y"]) - 1).tolist()
    assert check(call, body) == 20


def test_weights_and_their_denominator(call):
    body = request(5, activations=["tanh", "tanh", "softmax"], loss="categorical_crossentropy")
    body["batch"]["sample_weight"] = [1, 2, 0.5, 3]
    body |= {"denominator": "weights", "convention": "cost"}
    steps = {step["result"]["name"]: step for step in call("backward", body)["trace"]}
    assert steps["dZ3"]["formula"] == "dZ3 = (1/Σw)·w∘(A3 − Y)"
    assert steps["dZ3"]["factor"]["value"] == 1 / 6.5
    assert steps["dZ3"]["factor"]["as"] == "1/Σw"
    assert steps["dW3"]["formula"] == "dW3 = dZ3·A2ᵀ"
    assert "factor" not in steps["dW3"]
    assert steps["L"]["formula"] == "Lᵢ = wᵢ·(−Σₖ yₖ·log aₖ)"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", ["simple_rnn", "lstm", "gru", "multi_head_attention"])
def test_formulas_name_the_biases_that_there_are(call, kind, layout):
    sizes = {"units": 2} if kind != "multi_head_attention" else {"num_heads": 1, "key_dim": 2}
    x = np.ones((3, 2, 4) if layout == "course" else (2, 4, 3)).tolist()
    for use_bias in [True, False]:
        layer = {"type": kind, **sizes, "use_bias": use_bias}
        body = {
            "network": {"layers": [layer, {"type": "flatten"}, {"units": 1}]},
            "batch": {"X": x, "Y": [[0, 1]] if layout == "course" else [[0], [1]]},
            "loss": "half_squared_error",
            "layout": layout,
            "trace": True,
        }
        answer = call("backward", body)
        forward = answer["trace"][0]
        biases = {name[1:] + "1" for name in answer["layers"][0] if name.startswith("db")}
        named = set(re.findall(r"\bb[a-z_]*1\b", forward["formula"]))
        assert named == biases == {o["name"] for o in forward["operands"] if o["name"][0] == "b"}
        results = {step["result"]["name"] for step in answer["trace"]}
        assert {"d" + name for name in biases} <= results
