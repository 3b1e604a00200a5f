"""Starts the built program, named by the environment variable GRADIENTD, once for all tests.

With GRADIENTD_URL the tests are of the service that runs there already, wherever it does: those
that start a program of their own, or look into it, are left out.
"""

import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from browsing import CHROMIUM, Watch, open_page, settle


def pytest_collection_modifyitems(config, items):
    if "GRADIENTD_URL" in os.environ:
        outside = [item for item in items if "address" in item.fixturenames]
        config.hook.pytest_deselected(items=[item for item in items if item not in outside])
        items[:] = outside


@pytest.fixture(scope="session")
def address():
    if "GRADIENTD_URL" in os.environ:
        yield os.environ["GRADIENTD_URL"]
        return
    program = os.environ.get("GRADIENTD", ".build/release/gradientd")
    arguments = [program, "serve", "--port", "0", "--data-dir", ":memory:"]
    server = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    line = server.stdout.readline()
    assert "listening on" in line, line
    yield line.split()[-1]
    server.terminate()
    assert server.wait(timeout=60) == 0


@pytest.fixture(scope="session")
def client(address):
    with httpx.Client(base_url=address, timeout=300) as client:
        yield client


@pytest.fixture(scope="session")
def call(client):
    """call("backward", body): the answer to a request that has to succeed."""

    def call(name, body):
        response = client.post("/" + name, json=body)
        assert response.status_code == 200, response.text
        return response.json()

    return call


@pytest.fixture(scope="session")
def run_node(tmp_path_factory):
    """run_node(*arguments, input=text): what node prints; it finds the page's modules, and their
    tests, where they are in the repository.

    A copy, since Debian's node takes a file for a module by its name or by a package.json alone.
    """
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node here")
    folder = tmp_path_factory.mktemp("page")
    root = Path(__file__).resolve().parents[2]
    for part in ("Sources/GradientService/Page", "Tests/Page"):
        shutil.copytree(root / part, folder / part)
    (folder / "package.json").write_text('{"type": "module"}')

    def run(*arguments, input=None):
        done = subprocess.run(
            [node, *arguments], cwd=folder, input=input, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done.stdout

    return run


@pytest.fixture(scope="module")
def chromium():
    """A browser for the tests of one module: while it runs, no other event loop can."""
    playwright = pytest.importorskip("playwright.sync_api", reason="there is no playwright here")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"there is no browser at {CHROMIUM}")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium, address):
    """new_page(width=…, height=…, …): a page of a context of its own; it must do nothing wrong."""
    contexts = []

    def new(width=1280, height=800, **settings):
        context = chromium.new_context(viewport={"width": width, "height": height}, **settings)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.watch = Watch(page, address)
        contexts.append((context, page))
        return page

    yield new
    faults = [fault for _, page in contexts for fault in page.watch.unexpected()]
    for context, _ in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(new_page, address):
    """The page as it is first seen, on a laptop."""
    page = new_page()
    open_page(page, address)
    settle(page)
    return page


@pytest.fixture(scope="session")
def gradients(address):
    """A client of the Python package."""
    import gradientd

    with gradientd.Client(address) as client:
        yield client
