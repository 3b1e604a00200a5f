"""The page's sets of examples are the ones that they are said to be."""

import json

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris

PRINT = """
import { load } from './Sources/GradientService/Page/data.js';
const [name, examples] = JSON.parse(process.argv[1]);
console.log(JSON.stringify(await load(name, examples)));
"""


@pytest.fixture(scope="module")
def load(run_node):
    return lambda name, examples: json.loads(
        run_node("--input-type=module", "--eval", PRINT, json.dumps([name, examples])))


def in_turn(labels):
    """Where the first of each class stand, then the second of each, and so on."""
    each = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    return [place for places in zip(*each) for place in places]


def test_irises_are_those_of_scikit_learn(load):
    set = load_iris()
    standardised = (set.data - set.data.mean(0)) / set.data.std(0)
    order = in_turn(set.target)
    data = load("iris", 150)
    np.testing.assert_allclose(np.array(data["X"]).T, standardised[order], atol=5.1e-5)
    assert data["labels"] == set.target[order].tolist()
    assert data["classes"] == set.target_names.tolist()


def test_digits_are_the_first_of_scikit_learn(load):
    set = load_digits()
    order = in_turn(set.target)[:100]
    data = load("digits", 100)
    np.testing.assert_allclose(np.array(data["X"]).T, set.data[order] / 16, atol=5.1e-5)
    assert data["labels"] == set.target[order].tolist()


def test_the_flower_is_that_of_the_course(load):
    random, half = np.random.RandomState(1), 200
    points = []
    for label in range(2):
        angle = np.linspace(label * 3.12, (label + 1) * 3.12, half) + random.randn(half) * 0.2
        radius = 4 * np.sin(4 * angle) + random.randn(half) * 0.2
        points.append(np.c_[radius * np.sin(angle), radius * np.cos(angle)])
    data = load("flower", 400)
    for label in range(2):
        np.testing.assert_allclose(
            np.array(data["X"]).T[label::2], points[label], atol=5.1e-5)
    assert data["Y"] == [[0, 1] * half]
