"""Keras's models as networks: gradients beside its backend's, and weights back into the model."""

import os

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import numpy as np
import pytest
from keras import layers
from keras.src.backend.common import dtypes

import gradientd

jax.config.update("jax_enable_x64", True)

CLOSE = {"rtol": 1e-10, "atol": 1e-12}
LOSS = "sparse_categorical_crossentropy"
L2 = keras.regularizers.L1L2(l1=0.02, l2=0.01)


@pytest.fixture(autouse=True)
def in_double_precision(monkeypatch):
    """Keras rounds to float32 between its layers, whatever their type, unless kept from it."""
    monkeypatch.setitem(dtypes.BIT64_TO_BIT32_DTYPE, "float64", "float64")
    before = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx(before[0])
    keras.config.set_dtype_policy(before[1])


def mlp():
    inner = keras.Sequential([layers.Dense(6, activation="leaky_relu"),
                              layers.BatchNormalization(momentum=0.9)])
    return keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="tanh"), inner,
                             layers.PReLU(), layers.Dense(3, use_bias=False), layers.Softmax()])


def penalized():
    return keras.Sequential([
        keras.Input((4,)), layers.Dense(8, activation="tanh", kernel_regularizer=L2),
        layers.Dense(3, activation="softmax", kernel_regularizer=L2)])


def cnn():
    return keras.Sequential([
        keras.Input((9, 8, 2)), layers.Conv2D(4, 3, padding="same", strides=2, activation="relu"),
        layers.BatchNormalization(), layers.PReLU(shared_axes=[1, 2]),
        layers.MaxPooling2D(2, padding="same"), layers.Conv2D(6, 2, groups=2), layers.ELU(0.5),
        layers.AveragePooling2D(2, strides=1, padding="same"), layers.Reshape((-1, 6)),
        layers.Flatten(), layers.Dense(3, activation="softmax")])


def pooled():
    return keras.Sequential([
        keras.Input((9, 8, 2)), layers.Conv2D(4, 3, dilation_rate=2), layers.ReLU(6),
        layers.GlobalAveragePooling2D(), layers.LayerNormalization(),
        layers.Dense(3, activation="softmax")])


def residual():
    x = keras.Input((4,))
    hidden = layers.Dense(4, activation="relu")(x)
    total = layers.Add()([layers.Dense(4)(hidden), x]) + hidden
    joined = layers.Concatenate()([total, x])
    return keras.Model(x, layers.Dense(3, activation="softmax")(layers.LeakyReLU(0.2)(joined)))


def recurrent():
    return keras.Sequential([
        keras.Input((5,)), layers.Embedding(10, 4), layers.LSTM(4, return_sequences=True),
        layers.GRU(3, return_sequences=True, go_backwards=True), layers.SimpleRNN(3),
        layers.Dense(3, activation="softmax")])


MODELS = {
    "mlp": (mlp, (7, 4)), "penalized": (penalized, (7, 4)), "cnn": (cnn, (5, 9, 8, 2)),
    "pooled": (pooled, (5, 9, 8, 2)), "residual": (residual, (7, 4)),
    "recurrent": (recurrent, (6, 5))}


def example(name):
    """A model with drawn parameters, and a batch."""
    keras.utils.set_random_seed(1)
    random = np.random.RandomState(0)
    make, shape = MODELS[name]
    model = make()
    for variable in model.trainable_variables:
        if len(variable.shape) < 3 and not variable.path.endswith("kernel"):
            variable.assign(variable.numpy() + 0.3 * random.randn(*variable.shape))
    x = random.randint(0, 10, shape) if name == "recurrent" else random.randn(*shape)
    return model, x, random.randint(0, 3, shape[0])


@pytest.mark.parametrize("name", MODELS)
def test_gradients_are_those_of_the_backend(gradients, name):
    model, x, y = example(name)

    def cost(trainable, others):
        outputs, _, penalties = model.stateless_call(trainable, others, x, training=True,
                                                     return_losses=True)
        losses = keras.losses.sparse_categorical_crossentropy(y, outputs)
        return keras.ops.mean(losses) + sum(penalties)

    expected, slopes = jax.jit(jax.value_and_grad(cost))(
        [variable.value for variable in model.trainable_variables],
        [variable.value for variable in model.non_trainable_variables])
    answer = gradients.backward(gradientd.from_keras(model), x, y, LOSS)
    assert answer.cost == pytest.approx(float(expected), rel=1e-12)
    found = gradientd.keras_gradients(answer, model)
    assert set(found) == {variable.path for variable in model.trainable_variables}
    for variable, slope in zip(model.trainable_variables, slopes):
        assert found[variable.path].shape == tuple(variable.shape)
        np.testing.assert_allclose(found[variable.path], slope, err_msg=variable.path, **CLOSE)


@pytest.mark.parametrize("name", MODELS)
def test_a_trained_network_goes_back_into_its_model(gradients, name):
    model, x, y = example(name)
    before = {variable.path: variable.numpy() for variable in model.trainable_variables}
    trained = gradients.train(gradientd.from_keras(model), x, y, LOSS, optimizer="sgd",
                              learning_rate=0.1, epochs=3)
    assert gradientd.to_keras(trained, model) is model
    for variable in model.trainable_variables:
        assert not np.array_equal(variable.numpy(), before[variable.path]), variable.path
    outputs = np.asarray(jax.jit(lambda batch: model(batch, training=False))(x))
    np.testing.assert_allclose(gradients.forward(trained.network, x, mode="inference").outputs,
                               outputs, **CLOSE)


def test_attention_is_keras_s(gradients):
    keras.utils.set_random_seed(1)
    x = keras.Input((4, 6))
    attended = layers.MultiHeadAttention(2, 3)(x, x, use_causal_mask=True)
    model = keras.Model(x, layers.Flatten()(layers.LayerNormalization()(attended + x)))
    batch = np.random.RandomState(0).randn(5, 4, 6)
    network = gradientd.from_keras(model)
    assert network.layers[0]["causal"] is True
    # Its backend attends in float32.
    np.testing.assert_allclose(gradients.forward(network, batch).outputs,
                               np.asarray(jax.jit(model)(batch)), rtol=1e-5, atol=1e-5)
    answer = gradients.backward(network, batch, dA=np.ones((5, 24)))
    found = gradientd.keras_gradients(answer, model)
    assert {path: value.shape for path, value in found.items()} == {
        variable.path: tuple(variable.shape) for variable in model.trainable_variables}


def test_the_penalty_is_the_model_s(gradients):
    assert gradientd.from_keras(penalized()).options["penalty"] == {
        "l1": 0.02, "l2": 0.01, "scale": "lambda"}
    assert "penalty" not in gradientd.from_keras(mlp()).options


def frozen():
    return keras.Sequential([keras.Input((4,)), layers.BatchNormalization(trainable=False)])


def shared():
    x, layer = keras.Input((4,)), layers.Dense(4, name="both")
    return keras.Model(x, layer(layer(x)))


class Doubled(layers.Dense):
    def call(self, inputs, training=None):
        return 2 * super().call(inputs, training)


class DoubledModel(keras.Sequential):
    def call(self, inputs, training=None, mask=None):
        return 2 * super().call(inputs, training, mask)


def functional(make, *shape):
    x = keras.Input(shape)
    return keras.Model(x, make(x))


def quantized():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2, name="d")])
    model.quantize("int8")
    return model


def adapted():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2, name="d")])
    model.layers[0].enable_lora(1)
    return model


@pytest.mark.parametrize("make, path, reason", [
    (lambda: keras.Sequential([layers.Dense(2)]), "", "not built"),
    (lambda: keras.Sequential([keras.Input((4,)), layers.GaussianNoise(1, name="noise")]), "noise",
     "GaussianNoise"),
    (lambda: keras.Sequential([keras.Input((8, 8, 1)), layers.DepthwiseConv2D(3, name="deep")]),
     "deep", "DepthwiseConv2D"),
    (lambda: keras.Sequential([keras.Input((4,)), layers.Dense(2, "exponential", name="e")]), "e",
     "exponential"),
    (lambda: keras.Sequential([keras.Input((4,)), layers.Dense(
        2, name="d", bias_regularizer="l2")]), "d", "bias_regularizer"),
    (lambda: keras.Sequential([keras.Input((4,)), layers.Dense(2, kernel_regularizer="l2"),
                               layers.Dense(2)]), "", "different penalties"),
    (frozen, "batch_normalization", "frozen"),
    (shared, "both", "more than once"),
    (lambda: keras.ops, "", "no model"),
    (lambda: keras.Sequential([keras.Input((4,)), Doubled(2, name="d")]), "d", "Doubled"),
    (lambda: DoubledModel([keras.Input((4,)), layers.Dense(2)]), "", "call of its own"),
    (lambda: keras.Sequential([keras.Input((4, 2)), layers.SpatialDropout1D(0.5, name="s")]), "s",
     "SpatialDropout1D"),
    (lambda: keras.Sequential([keras.Input((4,)), layers.Dense(
        2, layers.LeakyReLU(), name="d")]), "d", "LeakyReLU"),
    (lambda: functional(lambda x: layers.Dense(4)(x) + 1, 4), "add", "something else"),
    (lambda: functional(lambda x: layers.GRU(3, name="g")(
        x, initial_state=np.ones((1, 3))), 5, 2), "g", "initial_state"),
    (quantized, "d", "quantized"),
    (adapted, "d", "LoRA"),
])
def test_what_the_service_has_not_is_refused_with_its_place(make, path, reason):
    keras.utils.clear_session()
    with pytest.raises(gradientd.UnsupportedModule, match=reason) as caught:
        gradientd.from_keras(make())
    assert caught.value.path == path


def test_what_is_kept_from_training_is_not_overwritten(gradients):
    model, x, y = example("residual")
    model.layers[1].trainable = False
    trained = gradients.train(gradientd.from_keras(model), x, y, LOSS, optimizer="sgd", epochs=1)
    with pytest.raises(ValueError, match="kernel is kept from training"):
        gradientd.to_keras(trained, model)
