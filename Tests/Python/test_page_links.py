"""What is taken away: links, code, pictures, paper. And that nothing else leaves the page."""

import gzip
import json
import xml.etree.ElementTree as ElementTree

import pytest
from browsing import (
    VIEWS, fragment_of, go_to, open_page, screenshot, settle, step_to, take_away)

BAD = ["#j=%%%", "#j=e30x!", "#nonsense", "#z=AAAA", "#j=bnVsbA", "#j=W10", "#j=" + "A" * 20000]


def test_the_address_follows_the_state_and_restores_it(page, new_page, address):
    page.get_by_label("Data", exact=True).select_option("Irises")
    settle(page)
    page.get_by_role("button", name="One unit more in layer 1").click()
    go_to(page, "steps")
    page.get_by_role("radio", name="sum").check()
    step_to(page, "dW1")
    page.wait_for_function("() => location.hash.length > 3")
    page.wait_for_timeout(400)
    other = new_page()
    other.goto(page.url)
    other.wait_for_selector(".stage .equation")
    assert other.locator(".stage h2 .name").text_content() == "dW[1]"
    assert other.get_by_role("radio", name="sum").first.is_checked()
    assert json.loads(take_away(other, "JSON")) == json.loads(take_away(page, "JSON"))


def test_own_data_travel_in_the_link(page, new_page):
    page.get_by_role("button", name="Paste your own").click()
    page.get_by_label("X and Y").fill("X = [[0.25, 1.5, -3]]\nY = [[1, 0, 1]]")
    page.get_by_role("button", name="Take it").click()
    settle(page)
    other = new_page()
    other.goto(take_away(page, "Link"))
    settle(other)
    assert json.loads(take_away(other, "JSON"))["batch"] == {
        "X": [[0.25, 1.5, -3]], "Y": [[1, 0, 1]]}


def test_a_link_that_would_be_too_long_says_so(page):
    rows = [[round((i * 7919 % 100003) / 977 + j / 7, 7) for i in range(600)] for j in range(4)]
    page.get_by_role("button", name="Paste your own").click()
    page.get_by_label("X and Y").fill(f"X = {rows}\nY = {[[i % 2 for i in range(600)]]}")
    page.get_by_role("button", name="Take it").click()
    settle(page)
    assert "too many for a link" in take_away(page, "Link")


@pytest.mark.parametrize("fragment", BAD + [
    fragment_of({"convention": "nonsense"}), fragment_of({"step": -1}), fragment_of({"other": 1}),
    fragment_of({"network": {"layers": []}}), fragment_of({"network": None}),
    fragment_of({"view": "nowhere"}), fragment_of({"check": {"text": 3}}),
    fragment_of({"data": {"set": "own", "examples": 3, "own": {"X": [[1]], "Y": [[1, 2]]}}}),
])
def test_a_bad_link_leaves_a_page_that_works(new_page, address, fragment):
    page = new_page()
    open_page(page, address, fragment)
    assert "does not hold a state" in page.get_by_role("alert").inner_text()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Walk through it").click()
    page.wait_for_selector(".stage .equation")


def test_going_back_to_a_link_restores_it(page):
    page.evaluate(f"() => {{ location.hash = '{fragment_of({'view': 'check'})}'; }}")
    page.wait_for_selector("#view-check:not([hidden])")


@pytest.mark.parametrize("kind, sign", [
    ("curl", "curl -s http"), ("Python", "requests.post("), ("NumPy", "import numpy as np"),
    ("JSON", '"network"'),
])
def test_the_request_is_taken_away_as_code(page, kind, sign):
    assert sign in take_away(page, kind)


def test_what_is_shown_is_copied(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Take away").click()
    page.get_by_role("radio", name="curl").check()
    page.wait_for_function(
        "() => document.querySelector('.take-text').textContent.startsWith('curl')")
    screenshot(page, "take-away")
    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("() => navigator.clipboard.readText()").startswith("curl -s ")


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_saved_as_svg(page, view, tmp_path):
    go_to(page, view)
    if view == "steps":
        step_to(page, "dW2")
    page.get_by_role("button", name="Take away").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save this view as SVG").click()
    assert download.value.suggested_filename == f"gradientd-{view}.svg"
    download.value.save_as(tmp_path / "view.svg")
    tree = ElementTree.parse(tmp_path / "view.svg")
    names = [element.tag.split("}")[1] for element in tree.iter()]
    assert names.count("text") > 5
    if view == "steps":
        assert "image" in names and "circle" in names
    # It stands by itself: no reference to a style sheet, a script or another file.
    text = (tmp_path / "view.svg").read_text()
    assert "class=" not in text and "<script" not in text
    assert all(part.startswith("data:") for part in
               [element.get("href") for element in tree.iter() if element.get("href")])


def test_a_picture_of_a_training_has_what_was_chosen_and_the_names_of_its_curves(page, tmp_path):
    go_to(page, "training")
    page.get_by_role("button", name="1/m twice, under Adam").click()
    page.get_by_role("button", name="One epoch").click()
    page.locator(".curve-name").filter(has_text="faulty").wait_for()
    page.get_by_role("button", name="Take away").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save this view as SVG").click()
    download.value.save_as(tmp_path / "view.svg")
    texts = [element for element in ElementTree.parse(tmp_path / "view.svg").iter()
             if element.tag.endswith("}text")]
    words = [element.text for element in texts]
    assert {"Adam", "0.05", "1/m is there twice", "faulty"} <= set(words)
    # Its halo is to lie below the letters.
    assert texts[words.index("faulty")].get("paint-order") == "stroke"
    assert "Numbers" not in words  # It is closed.


def test_print_shows_the_view_alone(page):
    go_to(page, "steps")
    page.emulate_media(media="print")
    assert not page.locator(".tabs").is_visible()
    assert not page.get_by_role("button", name="Take away").is_visible()
    assert page.locator(".stage").is_visible()
    screenshot(page, "print")


def test_nothing_is_stored(page):
    for view in VIEWS:
        go_to(page, view)
    assert page.evaluate("() => [localStorage.length, sessionStorage.length, document.cookie]") \
        == [0, 0, ""]
    assert page.evaluate("async () => (await indexedDB.databases()).length") == 0


def test_the_page_is_small(page, client):
    """As it is sent where it is compressed, with everything that any view loads."""
    for view in VIEWS:
        go_to(page, view)
    take_away(page, "NumPy")
    files = page.evaluate("""() => performance.getEntriesByType('resource')
        .map((entry) => entry.name).filter((name) => name.includes('/page/'))""")
    assert len(files) > 30
    assert sum(len(gzip.compress(client.get(file).content)) for file in files) < 120_000


def test_no_script_and_no_style_stands_in_the_markup(client):
    answer = client.get("/")
    assert not any(part in answer.text for part in ["<style", " style=", "onclick"])
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "style-src 'self';" in policy
    assert "unsafe" not in policy
