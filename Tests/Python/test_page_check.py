"""Is mine right? What is pasted is judged, beside pictures."""

import json

import numpy as np
import pytest
from browsing import fragment_of, go_to, open_page, paste, screenshot, settle, take_away, verdict_of


@pytest.fixture
def check(page):
    go_to(page, "check")
    return page


@pytest.fixture
def right(check, call):
    return call("backward", json.loads(take_away(check, "JSON")))["layers"]


def test_what_numpy_prints_is_judged(check, right):
    with np.printoptions(threshold=np.inf, precision=17):
        paste(check, f"dW2 = {np.array(right[1]['dW'])}\ndb2 = {np.array(right[1]['db'])!r}")
    assert "right" in verdict_of(check, "dW2")
    assert "right" in verdict_of(check, "db2")
    assert "1 everywhere" in check.locator('.verdicts [data-name="dW2"]').inner_text()


def test_the_dictionary_of_the_course_is_judged(check, right):
    grads = {"dW1": np.array(right[0]["dW"]), "db1": np.array(right[0]["db"]) * 40}
    with np.printoptions(threshold=np.inf, precision=17):
        paste(check, repr(grads))
    assert "right" in verdict_of(check, "dW1")
    assert "wrong" in verdict_of(check, "db1")
    assert "× m" in check.locator('.verdicts [data-name="db1"]').inner_text()


def test_the_numbers_stand_side_by_side(check, right):
    paste(check, f"dW2 = {(-np.array(right[1]['dW'])).tolist()}")
    verdict_of(check, "dW2")
    check.get_by_role("button", name="Show numbers").click()
    yours, ours, ratio = [box.locator("tbody td").first.inner_text() for box in
                          check.locator('.verdicts [data-name="dW2"] .numbers-box').all()]
    assert yours.replace("−", "") == ours.replace("−", "")
    assert (yours.startswith("−"), ratio) == (not ours.startswith("−"), "−1")


@pytest.mark.parametrize("example, first, words", [
    ("1/m twice in dW", "dW2", "divided by m twice"),
    ("1/m forgotten", "dW2", "1/m"),
    ("the sign turned", "dZ2", "sign"),
])
def test_examples_show_what_a_mistake_looks_like(check, example, first, words):
    check.get_by_role("button", name=example).click()
    flagged = check.locator(".first-wrong")
    if example == "1/m forgotten":  # No 1/m at all is right as a derivative of the sum.
        check.wait_for_selector(".verdicts")
        assert "convention" in check.locator(".summary").inner_text()
    else:
        assert flagged.get_attribute("data-name") == first
        assert words in check.locator(".summary").inner_text()
    screenshot(check, f"check-{example.replace('/', ' ').replace(' ', '-')}")


def test_what_is_right_is_called_right(check):
    check.get_by_role("button", name="all right").click()
    check.wait_for_selector(".summary.good")
    assert check.locator(".first-wrong").count() == 0


def test_a_text_that_cannot_be_read_says_where_and_what_to_do(check):
    paste(check, "dW2 = [[0.1 0.2 ... 0.3]]")
    fault = check.locator(".paste-card .fault")
    assert "line 1" in fault.inner_text()
    assert "threshold" in fault.inner_text()
    assert check.get_by_label("Your derivatives").get_attribute("aria-invalid") == "true"


def test_another_convention_is_judged_anew(check):
    check.get_by_role("button", name="all right").click()
    check.wait_for_selector(".summary.good")
    check.get_by_role("radio", name="cost").check()
    settle(check)
    # It is right in a convention that is not the one chosen, and says so; ours are shown in it.
    assert 'convention "loss"' in check.locator(".summary").inner_text()
    assert "wrong" not in check.locator(".results").inner_text()
    for tensor in check.locator(".verdicts .tensor").all():
        assert "1 everywhere" in tensor.inner_text()


def test_an_array_of_another_shape_is_told_by_it(check, right):
    paste(check, f"dZ2 = {right[1]['dZ']}\ndW1 = {np.ravel(right[0]['dW']).tolist()}")
    assert "shape" in verdict_of(check, "dW1")
    assert "The shapes differ" in check.locator('.verdicts [data-name="dW1"]').inner_text()


def test_another_layout_is_recognised(check, right):
    paste(check, f"dW1 = {np.array(right[0]['dW']).T.tolist()}")
    assert "right" in verdict_of(check, "dW1")
    assert "Layout: keras" in check.locator(".summary").inner_text()
    assert "1 everywhere" in check.locator('.verdicts [data-name="dW1"]').inner_text()


def test_the_problem_is_copied_to_work_on(check, right, tmp_path):
    check.context.grant_permissions(["clipboard-read", "clipboard-write"])
    check.get_by_role("button", name="Copy the problem as NumPy").click()
    check.get_by_role("button", name="Copied").wait_for()
    program = check.evaluate("() => navigator.clipboard.readText()")
    given = {}
    exec(program, given)
    A1 = np.tanh(given["W1"] @ given["X"] + given["b1"])
    dZ2 = 1 / (1 + np.exp(-(given["W2"] @ A1 + given["b2"]))) - given["Y"]
    assert np.allclose(dZ2, right[1]["dZ"])


def test_a_link_holds_what_was_pasted(new_page, address, check, right):
    text = f"dW2 = {(np.array(right[1]['dW']) / 40).tolist()}"
    page = new_page()
    open_page(page, address, fragment_of({"view": "check", "check": {"text": text}}))
    assert "wrong" in verdict_of(page, "dW2")


def test_what_is_checked_while_another_check_is_under_way_can_be_checked_again(check):
    check.route("**/check", lambda route: None)
    paste(check, "dW2 = [[1, 2, 3, 4]]")
    area = check.get_by_label("Your derivatives")
    area.fill("dW2 = [[1, 2, 3, oops]]")
    area.press("Control+Enter")
    check.get_by_role("alert").filter(has_text="oops").wait_for()
    check.unroute("**/check")
    paste(check, "dW2 = [[1, 2, 3, 4]]")
    assert "wrong" in verdict_of(check, "dW2")


def test_examples_of_a_large_network_show_its_last_layers(new_page, address):
    layers = [{"type": "dense", "units": units, "activation": "tanh"} for units in (300, 300, 1)]
    page = new_page()
    open_page(page, address, fragment_of({"view": "check", "loss": "mean_squared_error", "network": {
        "layers": layers, "seed": 1, "initializer": None, "parameters": None}}))
    settle(page)
    page.get_by_role("button", name="1/m twice in dW").click()
    assert "wrong" in verdict_of(page, "dW3")
    text = page.get_by_label("Your derivatives").input_value()
    assert "dZ2 = " in text and "dW2 = " not in text


def test_what_was_rounded_and_is_right_is_said_to_be_1(check, right):
    paste(check, f"dW2 = {np.array(right[1]['dW']).round(4).tolist()}")
    assert "right" in verdict_of(check, "dW2")
    assert "1, but for rounding" in check.locator('.verdicts [data-name="dW2"]').inner_text()
