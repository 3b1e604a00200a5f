"""The contract in Swagger UI, in a real browser."""

from pathlib import Path

import pytest
from browsing import Watch, screenshot
from contract import CONTRACT
from trainings import Server

FOLDER = Path(__file__).resolve().parents[2] / ".swagger-ui"


@pytest.fixture
def docs(chromium):
    """docs(*options): /docs of a service of its own, on which nothing may go wrong."""
    opened = []

    def open_docs(*options):
        server = Server(":memory:", *options)
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        watch = Watch(page, server.url)
        opened.append((server, context, watch))
        page.goto(server.url + "/docs")
        return page, server

    yield open_docs
    for server, context, watch in opened:
        context.close()
        assert server.stop()[0] == 0
        assert watch.unexpected() == []


@pytest.fixture
def with_swagger_ui(docs):
    if not (FOLDER / "installed.txt").exists():
        pytest.skip("Scripts/install-swagger-ui.sh .swagger-ui has not been run")
    return lambda *options: docs("--swagger-ui", FOLDER, *options)


def test_every_call_is_shown(with_swagger_ui):
    page, server = with_swagger_ui()
    page.locator(".opblock").first.wait_for()
    operations = [name for path in CONTRACT["paths"].values() for name in path if name != "parameters"]
    assert page.locator(".opblock").count() == len(operations)
    assert page.locator(".servers option").all_inner_texts() == [server.url]
    screenshot(page, "docs")


def test_a_call_is_tried_on_the_service_that_answers_the_page(with_swagger_ui):
    page, server = with_swagger_ui()
    call = page.locator("#operations-networks-backward")
    call.locator(".opblock-summary-control").click()
    call.locator(".execute").click()
    answer = call.locator(".live-responses-table")
    answer.wait_for()
    assert answer.locator(".response-col_status").last.inner_text().startswith("200")
    assert f"'{server.url}/backward'" in call.locator(".curl").inner_text()


def test_a_token_is_given_in_the_dialog(with_swagger_ui, tmp_path):
    tokens = tmp_path / "tokens"
    tokens.write_text("one-that-nobody-guesses\n")
    page, _ = with_swagger_ui("--token-file", tokens)
    page.locator(".btn.authorize").click()
    page.locator(".auth-container input").fill("one-that-nobody-guesses")
    page.locator(".auth-btn-wrapper .authorize").click()
    page.locator(".auth-btn-wrapper .btn-done").click()
    call = page.locator("#operations-service-limits")
    call.locator(".opblock-summary-control").click()
    call.locator(".execute").click()
    status = call.locator(".live-responses-table .response-col_status").last
    status.wait_for()
    assert status.inner_text().startswith("200")


def test_without_it_the_page_says_how_to_get_it(docs):
    page, _ = docs()
    assert page.get_by_role("heading", name="Swagger UI is not installed").is_visible()
    assert page.get_by_text("Scripts/install-swagger-ui.sh").is_visible()
    screenshot(page, "docs-missing")


def test_a_folder_without_it_ends_the_start(tmp_path):
    server = Server(":memory:", "--swagger-ui", tmp_path)
    assert server.url is None
    status, told = server.end()
    assert status == 1
    assert "swagger-ui.css" in told


def test_the_wheel_is_pinned():
    script = (Path(__file__).resolve().parents[2] / "Scripts/install-swagger-ui.sh").read_text()
    assert "--require-hashes" in script and "--hash=sha256:" in script
