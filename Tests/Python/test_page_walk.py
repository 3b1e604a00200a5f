"""A teacher's walk over the page, without a manual."""

import json

import numpy as np
from browsing import (
    changes_of, go_to, paste, screenshot, settle, step_to, take_away, verdict_of)

POINTS = 40


def text_of(name, array):
    return f"{name} = {np.asarray(array).tolist()}"


def answer_of(page, call):
    """What the service says of the page's own request, as it is taken away."""
    return call("backward", json.loads(take_away(page, "JSON")))


def test_a_teachers_walk(page, new_page, call):
    # Open, choose the flower.
    page.get_by_label("Data", exact=True).select_option("Irises")
    settle(page)
    page.get_by_label("Data", exact=True).select_option("Planar flower")
    settle(page)
    assert f"m = {POINTS}" in page.locator("#view-network").inner_text()

    # Step back through a network of two layers.
    page.get_by_role("button", name="Walk through it").click()
    settle(page)
    seen = []
    for _ in range(30):
        seen.append(page.locator(".stage h2 .name").inner_text().replace("\n", ""))
        ahead = page.get_by_role("button", name="Next step")
        if ahead.is_disabled():
            break
        ahead.click()
    assert seen == ["Z[1]", "A[1]", "Z[2]", "A[2]", "L", "J",
                    "dA[2]", "dZ[2]", "dW[2]", "db[2]", "dA[1]", "dZ[1]", "dW[1]", "db[1]", "dA[0]"]

    # The 1/m stands in dW; flip the convention, and it stands in dZ of the last layer.
    step_to(page, "dW2")
    assert "Here stands 1/m" in page.locator(".stage").inner_text()
    marks = "[...document.querySelectorAll('.chip:has(.badge)')].map((chip) => chip.dataset.name)"
    assert sorted(page.evaluate(marks)) == ["J", "dW1", "dW2", "db1", "db2"]
    before = page.locator(".stage").inner_text()
    page.get_by_role("radio", name="cost").check()
    settle(page)
    assert sorted(page.evaluate(marks)) == ["J", "dA2", "dZ2"]
    assert page.locator(".stage").inner_text() != before

    # dZ has changed by m, dW has stayed.
    assert changes_of(page) == {
        "dA2": "÷ m", "dZ2": "÷ m", "dA1": "÷ m", "dZ1": "÷ m", "dA0": "÷ m",
        "dW2": "unchanged", "db2": "unchanged", "dW1": "unchanged", "db1": "unchanged"}
    screenshot(page, "walk-flip")
    page.get_by_role("radio", name="loss").check()
    settle(page)

    # Paste a dW with 1/m twice, and read why it is wrong.
    right = answer_of(page, call)
    go_to(page, "check")
    twice = np.array(right["layers"][1]["dW"]) / POINTS
    paste(page, "\n".join([text_of("dZ2", right["layers"][1]["dZ"]), text_of("dW2", twice)]))
    assert "wrong" in verdict_of(page, "dW2")
    assert "right" in verdict_of(page, "dZ2")
    assert "divided by m twice" in page.locator(".summary").inner_text()
    assert "the first that is wrong" in page.locator('.verdicts [data-name="dW2"]').inner_text()
    screenshot(page, "walk-check")

    # Send the link: it restores all of it.
    link = take_away(page, "Link")
    assert "#" in link
    other = new_page()
    other.goto(link)
    assert "wrong" in verdict_of(other, "dW2")
    assert other.get_by_label("Your derivatives").input_value() \
        == page.get_by_label("Your derivatives").input_value()
    go_to(other, "steps")
    assert other.locator(".stage h2 .name").inner_text().replace("\n", "") == "dW[2]"
