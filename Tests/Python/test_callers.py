"""The callers in Notebooks/callers get the right gradients, each in its own language."""

import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from trainings import serving

ROOT = Path(__file__).parents[2]
CALLERS = ROOT / "Notebooks" / "callers"
README = (ROOT / "README.md").read_text()
# What R prints: the fewest digits of all.
TOLERANCE = 1e-13


def gradients():
    """dW1 and dW2 of the callers' network, by the formulas of the course's notes."""
    X, Y = np.array([[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]]), np.array([[0, 1, 0, 1, 1]])
    W1, W2 = np.array([[0.1, 0.2], [0.3, -0.1], [0.0, 0.4]]), np.array([[0.5, -0.3, 0.2]])
    A1 = np.maximum(W1 @ X, 0)
    dZ2 = 1 / (1 + np.exp(-W2 @ A1)) - Y
    dZ1 = (W2.T @ dZ2) * (A1 > 0)
    return dZ1 @ X.T / 5, dZ2 @ A1.T / 5


def assert_shows_gradients(printed):
    """Whether `printed` has, beside a formula, dW1 and dW2 row by row, and no other fraction."""
    assert "∂J/∂W = (1/m)·dZ·A_prevᵀ" in printed
    found = [float(number) for number in re.findall(r"-?\d+\.\d+(?:e[+-]\d+)?", printed)]
    expected = np.concatenate([gradient.ravel() for gradient in gradients()])
    np.testing.assert_allclose(found, expected, rtol=TOLERANCE, atol=0)


def run(address, *command, folder=CALLERS, **options):
    if shutil.which(command[0]) is None:
        pytest.skip(f"there is no {command[0]} here, so that its caller was NOT tried")
    done = subprocess.run(
        command, cwd=folder, env=os.environ | {"GRADIENTD_URL": address}, capture_output=True,
        text=True, timeout=300, **options)
    return done.returncode, done.stdout, done.stderr


def shown(address, *command, **options):
    status, printed, said = run(address, *command, **options)
    assert status == 0, printed + said
    return printed


@pytest.mark.parametrize("folder", [CALLERS, ROOT], ids=["there", "elsewhere"])
def test_curl_prints_the_answer(address, folder):
    answer = json.loads(shown(address, "bash", str(CALLERS / "curl.sh"), folder=folder))
    for layer, expected in zip(answer["layers"], gradients(), strict=True):
        np.testing.assert_allclose(layer["dW"], expected, rtol=TOLERANCE, atol=0)


def test_curl_tells_a_refusal(address, tmp_path):
    (tmp_path / "wrong.json").write_text('{"network": {"layers": []}}')
    status, printed, said = run(address, "bash", "curl.sh", str(tmp_path / "wrong.json"))
    assert status == 22
    assert "/network/layers" in printed


def test_curl_tells_that_there_is_no_request(address):
    status, _, said = run(address, "bash", "curl.sh", "missing.json")
    assert status == 1 and "missing.json" in said


def test_node(address):
    assert_shows_gradients(shown(address, "node", "node.mjs"))


def test_r(address):
    if shutil.which("Rscript"):
        has = 'q(status = !all(c("curl", "jsonlite") %in% rownames(installed.packages())))'
        if run(address, "Rscript", "-e", has)[0]:
            pytest.skip("R has no curl or no jsonlite here, so that its caller was NOT tried")
    assert_shows_gradients(shown(address, "Rscript", "backward.R"))


def test_octave(address):
    assert_shows_gradients(shown(address, "octave-cli", "--norc", "--eval", "backward"))


def test_swift(address):
    build = ["swift", "run", "--quiet", "--scratch-path", str(ROOT / ".build" / "caller"), "caller"]
    request = (CALLERS / "request.json").read_text()
    assert_shows_gradients(shown(address, *build, folder=CALLERS / "swift", input=request))


@contextmanager
def other_origin():
    """A server of the callers' folder: the origin of a page that is not the service's."""
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=CALLERS)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def answer_on(chromium, origin, address):
    page = chromium.new_page()
    try:
        page.goto(f"{origin}/page.html?url={address}")
        page.wait_for_function("document.getElementById('answer').textContent")
        return page.locator("#answer").text_content()
    finally:
        page.close()


def test_a_page_of_an_origin_that_the_service_names(chromium):
    with other_origin() as origin, serving(":memory:", "--cors-origin", origin) as client:
        assert_shows_gradients(answer_on(chromium, origin, str(client.base_url)))


def test_a_page_of_any_other_origin_gets_no_answer(chromium, address):
    with other_origin() as origin:
        assert answer_on(chromium, origin, address) == "No answer: Failed to fetch"


def test_the_readme_shows_callers_as_they_are():
    section = README.split("## From other languages\n")[1].split("\n## ")[0]
    blocks = re.findall(r"```js\n(.*?)```", section, re.DOTALL)
    assert blocks
    module = (CALLERS / "gradientd.mjs").read_text()
    assert all(block in module for block in blocks)
    for name in re.findall(r"\(Notebooks/callers/(.*?)\)", section):
        assert (CALLERS / name).exists(), name
