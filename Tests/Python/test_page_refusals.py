"""What the page says when the service refuses, is busy, wants a token, or is gone."""

import json
import os
import subprocess

import pytest
from browsing import Watch, fragment_of, go_to, open_page, screenshot, settle, take_away

REFUSED = r"Failed to load resource"


def answer_with(page, path, *answers):
    """Has the next requests to `path` answered so, and those after by the service."""
    waiting = list(answers)

    def handle(route):
        if not waiting:
            return route.continue_()
        status, headers, body = waiting.pop(0)
        route.fulfill(status=status, headers=headers, content_type="application/problem+json",
                      body=json.dumps(body))

    page.route(f"**{path}", handle)


def test_a_refusal_stands_at_its_field(new_page, address):
    page = new_page()
    page.watch.expect(REFUSED)
    answer_with(page, "/backward", (422, {}, {
        "type": "urn:gradientd:problem:invalid_fields", "title": "Wrong", "status": 422,
        "detail": "2 faults, see errors",
        "errors": [{"pointer": "/network/layers/0/units", "detail": "5 is too many", "hint": "take 3"},
                   {"pointer": "/batch/X", "detail": "has no numbers"}]}))
    open_page(page, address)
    fault = page.locator(".layer-row .fault")
    fault.wait_for()
    assert fault.inner_text() == "5 is too many: take 3"
    field = page.get_by_label("Units of layer 1")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.get_attribute("aria-describedby") == fault.get_attribute("id")
    assert "Inputs X has no numbers" in page.get_by_role("alert").inner_text()
    screenshot(page, "refusal")
    page.get_by_role("button", name="One unit more in layer 1").click()
    fault.wait_for(state="detached")
    page.get_by_role("alert").wait_for(state="detached")
    assert field.get_attribute("aria-invalid") is None


def test_a_real_refusal_is_told(new_page, address):
    page = new_page()
    page.watch.expect(REFUSED)
    # Y of two outputs goes with no network of one.
    open_page(page, address, fragment_of({"data": {
        "set": "own", "examples": 2, "own": {"X": [[1, 2], [3, 4]], "Y": [[0, 1], [1, 0]]}}}))
    page.get_by_role("alert").wait_for()
    assert "Targets Y" in page.get_by_role("alert").inner_text()


def test_a_busy_service_is_asked_again(new_page, address):
    page = new_page()
    page.watch.expect(REFUSED)
    problem = {"title": "Busy", "status": 503, "detail": "Try again."}
    answer_with(page, "/backward", (503, {"Retry-After": "1"}, problem),
                (429, {"Retry-After": "1"}, {**problem, "status": 429}))
    open_page(page, address)
    page.wait_for_function(
        "() => document.getElementById('live').textContent.includes('Asking again in 1 second')")
    page.wait_for_selector("#view-network .graph")
    assert page.get_by_role("alert").count() == 0


def test_a_service_that_stays_busy_is_told(new_page, address):
    page = new_page()
    page.watch.expect(REFUSED)
    problem = {"title": "Busy", "status": 503, "detail": "All workers are taken."}
    answer_with(page, "/backward", (503, {}, problem))
    open_page(page, address)
    page.get_by_role("alert").wait_for()
    assert "All workers are taken" in page.get_by_role("alert").inner_text()


def test_a_service_that_is_gone_is_told_and_can_come_back(new_page, address):
    page = new_page()
    page.watch.expect(REFUSED)
    open_page(page, address)
    settle(page)
    page.route("**/backward", lambda route: route.abort())
    page.get_by_role("button", name="One unit more in layer 1").click()
    page.get_by_role("alert").wait_for()
    assert "cannot be reached" in page.get_by_role("alert").inner_text()
    page.unroute("**/backward")
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("alert").wait_for(state="detached")


def test_what_was_loaded_goes_on_without_the_service(page):
    page.watch.expect(r"Failed to load resource|ERR_INTERNET_DISCONNECTED")
    page.wait_for_function("""() => performance.getEntriesByType('resource')
        .filter(({name}) => /(drawing|takeaway|digits|check)\\.(js|css)$/.test(name)).length >= 5""")
    # They are asked for; each is there once it has all that it imports itself.
    page.evaluate("""() => Promise.all(performance.getEntriesByType('resource')
        .filter(({name}) => /(drawing|takeaway|digits|check)\\.js$/.test(name))
        .map(({name}) => import(name)))""")
    page.context.set_offline(True)
    assert take_away(page, "curl").startswith("curl -s ")
    page.get_by_role("button", name="Take away").click()
    with page.expect_download():
        page.get_by_role("button", name="Save this view as SVG").click()
    go_to(page, "check")


def test_examples_that_cannot_be_loaded_are_told(new_page, address):
    page = new_page()
    page.watch.expect(REFUSED)
    page.route("**/iris.js", lambda route: route.abort())
    open_page(page, address)
    settle(page)
    choice = page.get_by_label("Data", exact=True)
    choice.select_option("Irises")
    page.get_by_role("alert").filter(has_text="could not be loaded").wait_for()
    assert choice.input_value() == "flower"


@pytest.fixture
def closed_address(tmp_path):
    """A service that wants a token."""
    (tmp_path / "tokens").write_text("correct-horse\n")
    program = os.environ.get("GRADIENTD", ".build/release/gradientd")
    server = subprocess.Popen(
        [program, "serve", "--port", "0", "--data-dir", ":memory:",
         "--token-file", tmp_path / "tokens"],
        stdout=subprocess.PIPE, text=True)
    yield server.stdout.readline().split()[-1]
    server.terminate()
    server.wait(timeout=60)


def test_a_token_is_asked_for_and_kept_in_memory_alone(chromium, closed_address):
    context = chromium.new_context()
    page = context.new_page()
    watch = Watch(page, closed_address)
    watch.expect(REFUSED)
    page.goto(closed_address + "/")
    field = page.get_by_label("Token", exact=True)
    field.fill("wrong")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("It did not take that one").wait_for()
    screenshot(page, "token")
    page.get_by_label("Token", exact=True).fill("correct-horse")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_selector("#view-network .graph")
    go_to(page, "check")
    page.get_by_role("button", name="all right").click()
    page.wait_for_selector(".summary.good")
    assert page.evaluate("() => [localStorage.length, sessionStorage.length, document.cookie]") \
        == [0, 0, ""]
    assert "correct-horse" not in page.url
    assert watch.unexpected() == []
    context.close()


def test_without_a_token_the_page_says_what_is_missing(chromium, closed_address):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(closed_address + "/")
    page.get_by_role("button", name="Leave it").click()
    page.get_by_role("alert").wait_for()
    assert "token" in page.get_by_role("alert").inner_text().lower()
    context.close()


def test_what_the_service_refuses_is_taken_away_all_the_same(page):
    page.watch.expect(REFUSED)
    page.get_by_role("button", name="Paste your own").click()
    page.get_by_label("X and Y").fill("X = [[1, 2, 3]]\nY = [[2, -1, 5]]")
    page.get_by_role("button", name="Take it").click()
    settle(page)
    page.get_by_label("Loss", exact=True).select_option("binary_crossentropy")
    page.get_by_role("alert").wait_for()
    assert json.loads(take_away(page, "JSON"))["loss"] == "binary_crossentropy"


def test_an_answer_that_takes_its_time_is_waited_for_in_words(page):
    held = []
    page.route("**/backward", lambda route: held.append(route))
    go_to(page, "steps")
    page.get_by_role("radio", name="cost").check()
    page.get_by_text("Waiting for the service …").first.wait_for()
    held[0].continue_()
    page.locator(".waiting").wait_for(state="hidden")
    page.wait_for_selector(".change.changed")


def test_a_training_that_ends_at_its_first_step_says_why(new_page, address):
    page = new_page()
    open_page(page, address, fragment_of({"view": "training", "network": {
        "layers": [{"type": "dense", "units": 1, "activation": "linear"}],  # its logarithm is taken
        "seed": 1, "initializer": None, "parameters": None}}))
    settle(page)
    page.get_by_role("button", name="One epoch").click()
    stopped = page.locator(".run-state").filter(has_text="stopped: ")
    stopped.wait_for()
    assert "not finite" in stopped.inner_text()
