"""Drawn parameters are NumPy's, bit for bit."""

import base64

import numpy as np
import pytest

SHAPES = [(4, 5), (3, 4), (1, 3)]  # outputs × inputs, layer by layer


def normal(scale):
    return lambda o, i: np.random.randn(o, i) * scale(o, i)


def uniform(limit):
    return lambda o, i: np.random.uniform(-limit(o, i), limit(o, i), (o, i))


INITIALIZERS = {
    "zeros": lambda o, i: np.zeros((o, i)),
    "random_normal": normal(lambda o, i: 0.01),
    "glorot_normal": normal(lambda o, i: np.sqrt(2 / (i + o))),
    "he_normal": normal(lambda o, i: np.sqrt(2 / i)),
    "lecun_normal": normal(lambda o, i: np.sqrt(1 / i)),
    "glorot_uniform": uniform(lambda o, i: np.sqrt(6 / (i + o))),
    "he_uniform": uniform(lambda o, i: np.sqrt(6 / i)),
}


def weights(answer):
    return [
        np.frombuffer(base64.b64decode(layer["W"]["base64"])).reshape(layer["W"]["shape"])
        for layer in answer["layers"]
    ]


def draw(call, network, layout="course", inputs=5):
    x = np.ones((inputs, 2) if layout == "course" else (2, inputs)).tolist()
    body = {"network": network, "batch": {"X": x}, "layout": layout, "encoding": "base64"}
    return weights(call("forward", body))


@pytest.mark.parametrize("seed", [0, 1, 3, 42, 2**32 - 1])
@pytest.mark.parametrize("name", INITIALIZERS)
def test_successive_layers_are_drawn_as_numpy_draws_them(call, name, seed):
    layers = [{"units": outputs} for outputs, _ in SHAPES]
    ours = draw(call, {"layers": layers, "initializer": name, "seed": seed})
    np.random.seed(seed)
    for w, (o, i) in zip(ours, SHAPES, strict=True):
        np.testing.assert_array_equal(w, INITIALIZERS[name](o, i))


def test_a_scale_multiplies_what_is_drawn(call):
    network = {
        "layers": [{"units": 700}],
        "initializer": {"type": "random_normal", "scale": 0.02},
        "seed": 3,
    }
    [w] = draw(call, network)  # 3500 numbers: the generator's state is renewed many times.
    np.random.seed(3)
    np.testing.assert_array_equal(w, np.random.randn(700, 5) * 0.02)


def test_a_layer_with_a_seed_of_its_own_starts_anew(call):
    layers = [{"units": 4}, {"units": 3, "seed": 9, "initializer": "he_normal"}]
    network = {"layers": layers, "initializer": "random_normal", "seed": 1}
    _, second = draw(call, network)
    np.random.seed(9)
    np.testing.assert_array_equal(second, np.random.randn(3, 4) * np.sqrt(2 / 4))


def test_the_layout_changes_how_weights_are_laid_out_not_which_are_drawn(call):
    network = {"layers": [{"units": 4}], "initializer": "random_normal", "seed": 2}
    [course], [keras] = draw(call, network), draw(call, network, "keras")
    np.testing.assert_array_equal(keras, course.T)
