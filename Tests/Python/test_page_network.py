"""The network is built, and its data are chosen, as a person would."""

import json

import numpy as np
import pytest
from browsing import fragment_of, open_page, screenshot, settle, take_away

XOR = """X = np.array([[0., 0., 1., 1.],
              [0., 1., 0., 1.]])
Y = np.array([[0, 1, 1, 0]])"""


def request_of(page):
    return json.loads(take_away(page, "JSON"))


def test_layers_are_widened_added_and_removed(page):
    page.get_by_role("button", name="One unit more in layer 1").click()
    page.get_by_role("button", name="+ Add a layer").click()
    settle(page)
    page.get_by_label("Units of layer 2").fill("3")
    page.get_by_label("Units of layer 2").press("Enter")
    page.get_by_label("Activation of layer 2").select_option("relu")
    settle(page)
    assert request_of(page)["network"]["layers"] == [
        {"units": 5, "activation": "tanh"}, {"units": 3, "activation": "relu"},
        {"units": 1, "activation": "sigmoid"}]
    assert page.locator("#view-network .graph .units circle").count() == 2 + 5 + 3 + 1
    page.get_by_role("button", name="Remove layer 1").click()
    settle(page)
    assert len(request_of(page)["network"]["layers"]) == 2
    assert page.locator("#view-network .graph .units circle").count() == 2 + 3 + 1


def test_lines_show_sign_and_size_of_the_weights(page, call):
    answer = call("backward", {**request_of(page), "include": ["W"]})
    lines = page.locator('#view-network .edges[data-layer="1"] line').all()
    signs = [line.get_attribute("class") for line in lines]
    weights = np.ravel(answer["layers"][0]["W"])
    assert signs == ["negative" if weight < 0 else "positive" for weight in weights]
    # Widths are of one scale over all layers, and go up with the size.
    widths = [float(line.get_attribute("stroke-width")) for line in lines]
    assert list(np.argsort(widths)) == list(np.argsort(np.abs(weights)))


def test_a_larger_layer_is_shown_in_part_and_says_so(page):
    page.get_by_label("Data", exact=True).select_option("Handwritten digits")
    settle(page)
    graph = page.locator("#view-network .graph")
    assert "57 more" in graph.text_content()
    assert page.locator("#view-network canvas").count() == 20
    screenshot(page, "network-digits")


@pytest.mark.parametrize("name, inputs, outputs, loss", [
    ("Planar flower", 2, 1, "binary_crossentropy"),
    ("Irises", 4, 3, "categorical_crossentropy"),
    ("Handwritten digits", 64, 10, "categorical_crossentropy"),
])
def test_a_set_comes_with_layers_and_a_loss(page, call, name, inputs, outputs, loss):
    other = "Irises" if name == "Planar flower" else "Planar flower"
    for chosen in (other, name):
        page.get_by_label("Data", exact=True).select_option(chosen)
        settle(page)
    request = request_of(page)
    assert (len(request["batch"]["X"]), len(request["batch"]["Y"])) == (inputs, outputs)
    assert request["loss"] == loss
    assert call("backward", request)["meaning"]["examples"] == len(request["batch"]["X"][0])


def test_fewer_examples_are_taken(page):
    page.get_by_label("Examples m").fill("7")
    settle(page)
    assert "m = 7" in page.locator("#view-network").inner_text()
    assert len(request_of(page)["batch"]["X"][0]) == 7


def test_own_data_are_pasted(page):
    page.get_by_role("button", name="Paste your own").click()
    page.get_by_label("X and Y").fill(XOR)
    page.get_by_role("button", name="Take it").click()
    settle(page)
    request = request_of(page)
    assert request["batch"] == {"X": [[0, 0, 1, 1], [0, 1, 0, 1]], "Y": [[0, 1, 1, 0]]}
    assert request["loss"] == "binary_crossentropy"


def test_own_data_come_from_a_table_too(page):
    page.get_by_role("button", name="Paste your own").click()
    page.get_by_label("X and Y").fill("a,b,y\n0,0,1.5\n0,1,2.5\n1,1,-1\n")
    page.get_by_role("button", name="Take it").click()
    settle(page)
    request = request_of(page)
    assert request["batch"] == {"X": [[0, 0, 1], [0, 1, 1]], "Y": [[1.5, 2.5, -1]]}
    assert request["loss"] == "half_squared_error"
    assert request["network"]["layers"][-1]["activation"] == "linear"


def test_data_that_cannot_be_read_say_where(page):
    page.get_by_role("button", name="Paste your own").click()
    page.get_by_label("X and Y").fill("X = [[1, 2], [3, oops]]\nY = [[0, 1]]")
    page.get_by_role("button", name="Take it").click()
    assert "line 1, column" in page.locator("dialog .fault").inner_text()
    page.get_by_label("X and Y").fill("X = [[1, 2], [3, 4]]")
    page.get_by_role("button", name="Take it").click()
    assert "no targets" in page.locator("dialog .fault").inner_text()
    page.get_by_role("button", name="Leave it").click()
    page.locator("dialog").wait_for(state="detached")


def test_loss_and_seed_are_chosen(page, call):
    page.get_by_label("Loss", exact=True).select_option("mean_squared_error")
    page.get_by_label("Seed, as NumPy’s").fill("11")
    page.get_by_label("Seed, as NumPy’s").press("Enter")
    page.get_by_label("Weights drawn as").select_option("he_normal")
    settle(page)
    request = request_of(page)
    assert (request["loss"], request["network"]["seed"], request["network"]["initializer"]) \
        == ("mean_squared_error", 11, "he_normal")
    np.random.seed(11)
    W1 = np.random.randn(4, 2) * np.sqrt(2 / 2)
    answer = call("backward", {**request, "include": ["W"]})
    assert np.array_equal(answer["layers"][0]["W"], W1)


def test_a_penalty_is_a_step_of_its_own(page):
    page.get_by_text("Penalty (L2)").click()
    page.get_by_label("λ (0 for none)").fill("0.5")
    page.get_by_label("λ (0 for none)").press("Enter")
    settle(page)
    assert request_of(page)["penalty"] == {"l2": 0.5, "scale": "lambda/2m"}
    page.get_by_role("button", name="Walk through it").click()
    settle(page)
    for name in ["R", "dW2_data", "dW2"]:
        page.locator(f'.map button[data-name="{name}"]').click()
        assert page.locator(".stage math").count() == 1
    assert "λ/m" in page.locator(".stage").inner_text()
    screenshot(page, "steps-penalty")


def test_the_numbers_are_read_and_changed(page):
    page.get_by_role("button", name="Read or change the numbers").click()
    screenshot(page, "parameters", whole=False)
    page.get_by_label("W2, row 1, column 3").fill("-2.5")
    page.get_by_label("b1, row 4, column 1").fill("0.25")
    page.get_by_role("button", name="Take these").click()
    settle(page)
    layers = request_of(page)["network"]["layers"]
    assert layers[1]["W"][0][2] == -2.5
    assert layers[0]["b"] == [[0], [0], [0], [0.25]]
    page.get_by_role("button", name="Read or change the numbers").click()
    page.get_by_role("button", name="Draw them anew from the seed").click()
    settle(page)
    assert request_of(page)["network"]["seed"] == 3


def test_many_numbers_are_changed_as_text(page):
    page.get_by_label("Data", exact=True).select_option("Handwritten digits")
    settle(page)
    page.get_by_role("button", name="Read or change the numbers").click()
    page.get_by_label("W1", exact=True).fill("[[1, 2]]")
    page.get_by_role("button", name="Take these").click()
    assert "must be 16 × 64" in page.locator("dialog .fault").inner_text()
    page.get_by_label("W1", exact=True).fill(str(np.ones((16, 64)).tolist()))
    page.get_by_role("button", name="Take these").click()
    settle(page)
    assert request_of(page)["network"]["layers"][0]["W"] == np.ones((16, 64)).tolist()


def test_eight_layers_are_the_most(new_page, address):
    page = new_page()
    layer = {"type": "dense", "units": 2, "activation": "relu"}
    open_page(page, address, fragment_of({"network": {
        "layers": [layer] * 7 + [{**layer, "units": 1, "activation": "sigmoid"}],
        "seed": 0, "initializer": None, "parameters": None}}))
    settle(page)
    assert page.get_by_role("button", name="+ Add a layer").is_disabled()
    assert page.locator("#view-network .graph .units").count() == 9
