"""Forward and back, step by step: what stands there is what the service says."""

import json

import numpy as np
import pytest
from browsing import (
    changes_of, fragment_of, go_to, open_page, screenshot, settle, step_to, take_away)

WIDE = {"layers": [{"type": "dense", "units": 64, "activation": "relu"},
                   {"type": "dense", "units": 64, "activation": "relu"},
                   {"type": "dense", "units": 10, "activation": "softmax"}],
        "seed": 1, "initializer": None, "parameters": None}


@pytest.fixture
def steps(page):
    go_to(page, "steps")
    return page


def trace_of(page, call):
    request = json.loads(take_away(page, "JSON"))
    return call("backward", {**request, "trace": True})["trace"]


@pytest.mark.parametrize("convention", ["loss", "cost", "sum"])
@pytest.mark.parametrize("layout", ["course", "pytorch", "keras"])
def test_each_step_of_the_trace_is_shown(steps, call, convention, layout):
    steps.get_by_role("radio", name=convention).check()
    steps.get_by_role("radio", name=layout).check()
    settle(steps)
    trace = trace_of(steps, call)
    slider = steps.get_by_role("slider", name="Step")
    slider.focus()
    slider.press("Home")
    for index, step in enumerate(trace):
        stage = steps.locator(".stage")
        assert f"step {index + 1} of {len(trace)}" in stage.inner_text().lower()
        letters = "".join(filter(str.isalpha, step["formula"].split(" = ")[0]))
        math = "".join(filter(str.isalpha, stage.locator("math").text_content()))
        assert math[:1] == letters[:1]
        names = {step["result"]["name"], *(operand["name"] for operand in step["operands"])}
        shown = {one.get_attribute("data-tensor") for one in stage.locator("[data-tensor]").all()}
        assert shown == names
        caption = stage.locator(f'[data-tensor="{step["result"]["name"]}"] figcaption').first
        for count in step["result"]["shape"]:
            assert str(count) in caption.inner_text()
        marked = step.get("factor", {}).get("as") == "1/m"
        assert ("Here stands 1/m" in stage.inner_text()) == marked
        if marked:
            assert stage.locator(".equation .fraction:not(.plain)").count() == 1
            assert step["factor"]["why"] in stage.inner_text()
        slider.press("ArrowRight")


def test_numbers_are_those_of_the_service(steps, call):
    request = json.loads(take_away(steps, "JSON"))
    dW2 = call("backward", request)["layers"][1]["dW"]
    step_to(steps, "dW2")
    steps.get_by_role("button", name="Show numbers").click()
    rows = steps.locator('.numbers-box[aria-label="Numbers of dW2"] tbody td').all_inner_texts()
    shown = [float(number.replace("−", "-")) for number in rows]
    assert np.allclose(shown, np.ravel(dW2), rtol=1e-3)
    long = steps.locator('.numbers-box[aria-label="Numbers of dZ2"]')
    assert "first 1 × 16" in long.inner_text()


def test_the_pointer_tells_a_number_and_what_it_is_made_of(steps, call):
    request = json.loads(take_away(steps, "JSON"))
    dW2 = call("backward", request)["layers"][1]["dW"]
    step_to(steps, "dW2")
    canvas = steps.locator('.result[data-tensor="dW2"] canvas')
    box = canvas.bounding_box()
    canvas.hover(position={"x": box["width"] * 2.5 / 4, "y": box["height"] / 2})
    tip = steps.locator(".tip").inner_text()
    assert f"{abs(dW2[0][2]):.3g}"[:5] in tip
    assert "unit 3 of layer 1" in tip
    # dW2 = (1/m)·dZ2·A1ᵀ: its third number comes of all of dZ2 and of A1ᵀ's third column.
    mark = steps.locator('[data-tensor="A1"] .mark')
    whole = steps.locator('[data-tensor="A1"] canvas').bounding_box()
    assert mark.bounding_box()["height"] == pytest.approx(whole["height"], abs=3)
    assert mark.bounding_box()["width"] == pytest.approx(whole["width"] / 4, abs=3)
    screenshot(steps, "steps-hover", whole=False)


def test_sums_multiply_weights_by_m_and_leave_dz(steps):
    steps.get_by_role("radio", name="sum").check()
    settle(steps)
    assert changes_of(steps) == {
        "dA2": "unchanged", "dZ2": "unchanged", "dA1": "unchanged", "dZ1": "unchanged",
        "dA0": "unchanged", "dW2": "× m", "db2": "× m", "dW1": "× m", "db1": "× m"}
    assert steps.locator(".flip").all_inner_texts() == ["dA, dZ unchanged", "dW, db × m"]
    screenshot(steps, "steps-sum")


@pytest.mark.parametrize("convention, of_arrays, of_parameters", [
    ("loss", "of Lᵢ", "of J"), ("cost", "of J", "of J"), ("sum", "of Lᵢ", "of Σ Lᵢ")])
def test_the_tiles_say_of_what_each_is_the_derivative(
        new_page, address, convention, of_arrays, of_parameters):
    page = new_page()
    open_page(page, address, fragment_of({"view": "steps", "convention": convention}))
    page.wait_for_selector(".change.plain")
    said = {tile.get_attribute("data-name"): tile.locator(".change-badge").inner_text()
            for tile in page.locator(".change").all()}
    arrays = ["dA2", "dZ2", "dA1", "dZ1", "dA0"]
    parameters = ["dW2", "db2", "dW1", "db1"]
    assert said == dict.fromkeys(arrays, of_arrays) | dict.fromkeys(parameters, of_parameters)


def test_a_layout_turns_the_arrays(steps):
    step_to(steps, "Z1")
    course = steps.locator('[data-tensor="Z1"] figcaption').inner_text()
    assert "4 × 40" in course
    steps.get_by_role("radio", name="pytorch").check()
    settle(steps)
    assert "40 × 4" in steps.locator('[data-tensor="Z1"] figcaption').inner_text()
    screenshot(steps, "steps-pytorch")


def test_the_scale_stays_when_the_convention_is_flipped(steps):
    step_to(steps, "dZ1")
    legend = steps.locator(".stage .legend")
    before = legend.get_attribute("aria-label")
    pixels = """() => { const canvas = document.querySelector('.result canvas');
        return [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]
            .reduce((sum, part) => sum + part, 0); }"""
    dark = steps.evaluate(pixels)
    steps.get_by_role("radio", name="cost").check()
    settle(steps)
    assert legend.get_attribute("aria-label") == before
    # A fortieth of dZ is paler.
    assert steps.evaluate(pixels) > dark


def test_the_network_shows_where_one_is(steps):
    graph = steps.locator("#view-steps .graph")
    step_to(steps, "Z2")
    assert graph.get_attribute("data-pass") == "forward"
    assert graph.locator(".edges.active").get_attribute("data-layer") == "2"
    step_to(steps, "dA1")
    assert graph.get_attribute("data-pass") == "backward"
    assert graph.locator(".edges.active").get_attribute("data-layer") == "2"
    assert graph.locator(".units.active").get_attribute("data-layer") == "1"
    step_to(steps, "J")
    assert graph.locator(".cost.active").count() == 1


def test_the_example_that_is_clicked_is_shown_in_the_network(steps, call):
    request = json.loads(take_away(steps, "JSON"))
    A1 = np.array(call("backward", {**request, "include": ["A"]})["layers"][0]["A"])
    step_to(steps, "A1")
    canvas = steps.locator('.result[data-tensor="A1"] canvas')
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 6.5 / 40, "y": box["height"] / 2})
    assert steps.get_by_label("Units show example").input_value() == "7"
    assert "A of example 7" in steps.locator("#view-steps .key").inner_text()
    steps.locator('#view-steps .units[data-layer="1"] circle').nth(2).hover()
    shown = steps.locator(".tip").inner_text().split(": ")[1].replace("−", "-")
    assert float(shown) == pytest.approx(A1[2, 6], rel=1e-3)


def test_large_arrays_are_shown_in_part_and_say_so(new_page, address):
    page = new_page()
    open_page(page, address, fragment_of({
        "data": {"set": "flower", "examples": 200, "own": None}, "view": "steps"}))
    page.wait_for_selector(".stage .equation")
    step_to(page, "Z1")
    assert "the first 64 of 200 columns" in page.locator(".stage").inner_text()
    assert "4 × 200" in page.locator('[data-tensor="Z1"] figcaption').inner_text()
    screenshot(page, "steps-large")


def test_sixty_four_units_are_walked_without_a_fault(new_page, address):
    page = new_page(1920, 1080)
    open_page(page, address, fragment_of({
        "network": WIDE, "data": {"set": "digits", "examples": 64, "own": None},
        "loss": "categorical_crossentropy", "view": "steps"}))
    page.wait_for_selector(".stage .equation")
    slider = page.get_by_role("slider", name="Step")
    slider.focus()
    for _ in range(int(slider.get_attribute("max"))):
        slider.press("ArrowRight")
    assert page.locator(".stage h2 .name").text_content() == "dA[0]"
    step_to(page, "dW2")
    screenshot(page, "steps-64")


def test_what_is_no_number_does_not_look_like_0(new_page, address):
    page = new_page()
    open_page(page, address, fragment_of({"view": "steps", "network": {
        "layers": [{"type": "dense", "units": 1, "activation": "linear"}],  # its logarithm is taken
        "seed": 1, "initializer": None, "parameters": None}}))
    step_to(page, "L")
    assert "grey: no number" in page.locator('.stage [data-tensor="L"]').inner_text()
    step_to(page, "J")
    assert page.locator(".stage .single").inner_text() == "no number"
    screenshot(page, "no-number")
    go_to(page, "network")
    assert "J = no number" in page.locator(".facts").inner_text()


def test_a_letter_of_the_formula_stays_small_at_the_beginning_of_a_sentence(steps):
    step_to(steps, "L")
    assert "aₖ and yₖ are" in steps.locator(".stage .why").inner_text()


def test_with_one_example_a_flip_says_why_nothing_changes(new_page, address):
    page = new_page()
    data = {"set": "flower", "examples": 1, "own": None}
    open_page(page, address, fragment_of({"view": "steps", "data": data}))
    settle(page)
    page.get_by_role("radio", name="cost").check()
    assert set(changes_of(page).values()) == {"unchanged"}
    assert "m = 1: all conventions agree" in page.locator(".changes-box h3").inner_text()
