"""Arrays as the Python client sends them and gets them back."""

import base64
import copy
import json
import pickle
import subprocess
import sys

import numpy as np
import pytest

import gradientd
from gradientd._answer import parse
from gradientd._body import Body

F8 = np.array([[0.1, -2.5, 3e300], [1 / 3, 0.0, -5e-324]])


def sent(value):
    """What stands on the wire for a value, read by the standard library alone."""
    body = Body({"X": value})
    text = b"".join(body)
    assert len(text) == body.size
    return json.loads(text)["X"]


def read(wire):
    dtype = {"float64": "<f8", "float32": "<f4"}[wire["dtype"]]
    return np.frombuffer(base64.b64decode(wire["base64"], validate=True), dtype).reshape(
        wire["shape"])


@pytest.mark.parametrize("array, dtype", [
    (F8, "float64"),
    (F8.astype(">f8"), "float64"),
    (F8.T, "float64"),
    (F8[:, ::-2], "float64"),
    (np.asfortranarray(F8), "float64"),
    (np.float32([[0.1, 2], [3, 4]]), "float32"),
    (np.float16([0.1, 65504]), "float32"),
    (np.arange(-3, 3), "float64"),
    (np.uint8([[0, 255]]), "float64"),
    (np.array([True, False]), "float64"),
    (np.float64([[[[1.5]]]]), "float64"),
    (np.zeros((0, 3)), "float64"),
    (np.random.RandomState(0).randn(70_001), "float64"),
    (np.random.RandomState(0).randn(100_003).astype(np.float32), "float32"),
])
def test_every_number_travels_with_its_shape_and_precision(array, dtype):
    wire = sent(array)
    assert wire["dtype"] == dtype
    np.testing.assert_array_equal(read(wire), array, strict=False)
    assert tuple(wire["shape"]) == array.shape


@pytest.mark.parametrize("value, number", [
    (np.array(2.5), 2.5), (np.float32(0.5), 0.5), (np.int64(7), 7), (np.array(7), 7),
    (np.bool_(True), True), (np.longdouble(0.5), 0.5)])
def test_an_array_without_axes_is_a_number(value, number):
    assert sent(value) == number and type(sent(value)) is type(number)


def test_tensors_travel_without_their_graph():
    torch = pytest.importorskip("torch")
    tensor = torch.tensor([[1.0, 2.0]], dtype=torch.float32, requires_grad=True) * 2
    assert sent(tensor)["dtype"] == "float32"
    np.testing.assert_array_equal(read(sent(tensor)), [[2.0, 4.0]])
    half = torch.tensor([1.5, -0.25], dtype=torch.bfloat16)
    np.testing.assert_array_equal(read(sent(half)), [1.5, -0.25])


class Frame:
    """What says how to become an array, as a pandas frame does."""

    def __array__(self, dtype=None, copy=None):
        return np.array([[1, 2], [3, 4]])


def test_whatever_becomes_an_array_travels_as_one():
    np.testing.assert_array_equal(read(sent(Frame())), [[1, 2], [3, 4]])


@pytest.mark.parametrize("value", [
    np.array([1j]), np.array(["a"]), np.array(1j), np.array([None, 1]),
    np.array(["2020"], "M8[s]")])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(TypeError, match="does not hold real numbers|has no JSON"):
        Body({"X": value})


def test_an_integer_that_no_float_holds_is_refused():
    np.testing.assert_array_equal(read(sent(np.array([2**53, -2**53]))), [2**53, -2**53])
    for value in (np.array([2**53 + 1]), np.array([-2**63]), np.array([2**64 - 1], np.uint64)):
        with pytest.raises(ValueError, match="no exact float64"):
            Body({"X": value})


def test_texts_travel_as_they_are():
    value = {"a\"b": ["ü \u2028 \x00", 1, None, True], "n": 0.1, "W": np.ones(2)}
    wire = json.loads(b"".join(Body(value)))
    assert wire["a\"b"] == value["a\"b"] and wire["n"] == 0.1
    np.testing.assert_array_equal(read(wire["W"]), [1, 1])


def test_the_service_gives_back_the_same_bits(gradients):
    array = np.random.RandomState(0).randn(3, 5)
    found = gradients.convert(X=array).X
    assert found.dtype == np.float64 and found.tobytes() == array.tobytes()
    single = array.astype(np.float32)
    found = gradients.convert(X=single, precision="float32").X
    assert found.dtype == np.float32 and found.tobytes() == single.tobytes()


def test_arrays_of_an_answer_may_be_written_to(gradients):
    found = gradients.convert(X=np.ones((2, 2))).X
    found += 1
    np.testing.assert_array_equal(found, np.full((2, 2), 2.0))


@pytest.mark.parametrize("encoding", ["nested", "flat", "base64"])
def test_an_answer_is_the_same_in_every_encoding(gradients, encoding):
    network = [{"units": 3, "activation": "tanh"}, {"units": 1}]
    answer = gradients.backward(network, np.eye(2), [[1, 0]], "mean_squared_error",
                                encoding=encoding)
    expected = gradients.backward(network, np.eye(2), [[1, 0]], "mean_squared_error")
    np.testing.assert_array_equal(answer.layers[0].dW, expected.layers[0].dW)


def test_numbers_that_are_not_finite_come_back_as_they_are(gradients):
    answer = gradients.backward([{"W": [[1e200]], "b": [0]}], [[1e200, 2]], [[1, 2]],
                                "mean_squared_error")
    assert answer.cost == np.inf
    assert answer.layers[0].dW[0, 0] == np.inf
    np.testing.assert_array_equal(answer.layers[0].dZ, [[np.inf, 4e200]])


def test_base64_within_a_text_is_no_array():
    text = json.dumps({"detail": '{"base64":"AAAA"}', "W": {
        "shape": [1], "dtype": "float32", "base64": base64.b64encode(np.float32(3)).decode()}})
    for form in (text, text.replace(": ", ":")):
        tree = parse(form.encode())
        assert tree["detail"].replace(" ", "") == '{"base64":"AAAA"}'
        np.testing.assert_array_equal(tree["W"].decode(), np.float32([3]), strict=True)


def test_an_answer_with_fewer_numbers_than_its_shape_says_is_no_array():
    tree = parse(b'{"W":{"shape":[2],"dtype":"float64","base64":"AAAAAAAAAAA="}}')
    with pytest.raises(ValueError):
        tree["W"].decode()



def test_answers_can_be_given_to_another_process(gradients):
    answer = gradients.backward([{"units": 2}], np.eye(2), np.eye(2), "mean_squared_error")
    for again in (pickle.loads(pickle.dumps(answer)), copy.deepcopy(answer)):
        np.testing.assert_array_equal(again.layers[0].dW, answer.layers[0].dW)
        assert again.meaning == answer.meaning


def test_no_framework_is_imported_before_it_is_asked_for():
    program = """
import sys
from gradientd import *
heavy = {"torch", "keras", "sklearn", "tqdm", "matplotlib", "dask"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_framework_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.neural_network", None)
    monkeypatch.delitem(sys.modules, "gradientd.frameworks.sklearn", raising=False)
    with pytest.raises(ImportError, match="gradientd.from_sklearn needs sklearn"):
        gradientd.from_sklearn


def test_masked_elements_are_refused():
    with pytest.raises(ValueError, match="masked"):
        sent(np.ma.masked_greater([1.0, 2.0, 3.0], 2))
    np.testing.assert_array_equal(read(sent(np.ma.masked_greater([1.0, 2.0], 2))), [1.0, 2.0])


def test_bfloat16_that_is_not_torch_s_becomes_float32():
    bfloat16 = pytest.importorskip("ml_dtypes", reason="there is no ml_dtypes here").bfloat16
    wire = sent(np.array([1.5, -2.0], bfloat16))
    assert wire["dtype"] == "float32"
    np.testing.assert_array_equal(read(wire), [1.5, -2.0])
