"""What the Python client's results look like in a terminal and in a notebook."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

import gradientd
from gradientd._html import VERDICTS, heat_map

X, Y = np.array([[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]]), np.array([[0, 1, 0, 1, 1]])
NETWORK = {"layers": [{"units": 3, "activation": "relu", "name": "<b>&first"},
                      {"units": 1, "activation": "sigmoid"}]}
PROBLEM = (NETWORK, X, Y, "binary_crossentropy")
VOID = {"br", "path", "polyline"}


class Page(HTMLParser):
    """The elements and the text of what a result shows; each element has to be closed."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.text = [], [], ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data + " "


def shown(result):
    return Page(result._repr_html_())


def test_a_backward_pass_shows_what_each_array_is(gradients):
    answer = gradients.backward(*PROBLEM)
    page = shown(answer)
    for text in ("cost", "convention loss, m = 5", "1 dense sigmoid", "3 × 2", "∂Lᵢ/∂Z",
                 f"{np.linalg.norm(answer.layers[0].dW):.4g}"):
        assert text in page.text, text
    arrays = sum(len(layer) for layer in answer.layers)
    assert sum(tag == "svg" for tag, _ in page.tags) == arrays


def test_names_are_escaped(gradients):
    page = shown(gradients.backward(*PROBLEM))
    assert "<b>&first" in page.text
    assert "b" not in {tag for tag, _ in page.tags}
    assert "<b>&first" in repr(gradients.backward(*PROBLEM))


def test_a_terminal_shows_shapes_and_norms(gradients):
    answer = gradients.backward(*PROBLEM)
    lines = repr(answer).splitlines()
    assert lines[0].startswith(f"Backward · cost {answer.cost:.6g}")
    [line] = [line for line in lines if "sigmoid" in line and " dZ " in line]
    assert "1 × 5" in line and f"{np.linalg.norm(answer.layers[1].dZ):.4g}" in line
    assert line.endswith(" L")


def test_verdicts_are_in_colour(gradients):
    right = gradients.backward(*PROBLEM)
    network = {"layers": [{**layer, "W": arrays.W, "b": arrays.b} for layer, arrays in zip(
        [{"activation": "relu"}, {"activation": "sigmoid"}], right.layers)]}
    check = gradients.check(network, *PROBLEM[1:], {
        "dZ2": right.layers[1].dZ, "dW2": right.layers[1].dW / 5}, numerical=True)
    page = shown(check)
    colours = [attributes["style"] for tag, attributes in page.tags if tag == "b"]
    assert colours[0] == f"color:{VERDICTS['wrong']}"
    assert f"color:{VERDICTS['correct']}" in colours
    assert "twice" in page.text and "dW2" in repr(check)


def test_a_training_shows_its_curve(gradients):
    answer = gradients.train(*PROBLEM, optimizer="adam", epochs=30, validation=(X, Y),
                             metrics=["accuracy"])
    page = shown(answer)
    [curve, validation] = [attributes["points"] for tag, attributes in page.tags
                           if tag == "polyline"]
    heights = [float(point.split(",")[1]) for point in curve.split()]
    assert heights == sorted(heights) and len(heights) == 30  # The cost falls: down the picture.
    assert "accuracy:mean" in page.text and "finished" in page.text and curve != validation


@pytest.mark.parametrize("make", [
    lambda client: client.forward(NETWORK, X),
    lambda client: client.convert(tensors={"dW1": [[1.0]]}, to={"convention": "cost"}),
    lambda client: client.backward(*PROBLEM, dry_run=True),
    lambda client: client.train(*PROBLEM, optimizer="sgd", epochs=1, dry_run=True),
    lambda client: client.train(*PROBLEM, optimizer="sgd", epochs=1),
    lambda client: client.train(*PROBLEM, optimizer="sgd", epochs=2).network,
    lambda client: client.runs.start(*PROBLEM, optimizer="sgd", epochs=9).wait(),
    lambda client: client.check(*PROBLEM, numerical=True),
    lambda client: client.catalog(), lambda client: client.limits()])
def test_everything_can_be_shown(gradients, make):
    result = make(gradients)
    assert len(shown(result).text) > 20 and len(repr(result)) > 20


def test_a_heat_map_is_white_at_zero_and_signed():
    colours = fills(heat_map(np.array([[0.0, 1.0, -1.0]])))
    assert colours == {(1, 0): "#b2182b", (2, 0): "#2166ac"}  # What is left out is white.


def test_what_is_not_finite_is_gray():
    assert fills(heat_map(np.array([[np.nan, np.inf, 0.0]]))) == {
        (0, 0): "#9a9a9a", (1, 0): "#9a9a9a"}


def test_a_large_array_is_shown_by_the_largest_of_each_part():
    array = np.zeros((480, 240))
    array[470, 5], array[3, 239] = -7.0, 7.0
    assert fills(heat_map(array)) == {(23, 0): "#b2182b", (0, 23): "#2166ac"}
    assert len(heat_map(np.random.RandomState(0).randn(1000, 1000))) < 12_000


@pytest.mark.parametrize("array", [
    np.zeros((0, 3)), np.float64(3), np.zeros((2, 3)), np.ones((2, 3, 4, 5)), np.array([1.5])])
def test_any_array_has_a_heat_map(array):
    Page(heat_map(np.asarray(array)))


def fills(svg):
    """The colour of each cell that is not white, by column and row."""
    cells = {}
    for colour, path in re.findall(r'<path fill="(#\w{6})" d="([^"]*)"', svg):
        for x, y in re.findall(r"M(\d+) (\d+)h", path):
            cells[int(x), int(y)] = colour
    return cells


def test_a_long_answer_is_cut_short(gradients):
    deep = [{"units": 1} for _ in range(100)]
    answer = gradients.backward(deep, [[1.0]], [[1.0]], "mean_squared_error")
    assert "more" in shown(answer).text and len(repr(answer).splitlines()) < 70
    assert len(gradientd.Network(deep)._repr_html_()) < 20_000
