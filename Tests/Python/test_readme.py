"""The readme's calls work as they stand and are answered as it shows."""

import contextlib
import io
import json
import re
import subprocess
from pathlib import Path

from answers import assert_equal

README = (Path(__file__).parents[2] / "README.md").read_text()
DOCUMENTED = "http://127.0.0.1:8080"


def block(language):
    """The readme's one block of code in a language."""
    (code,) = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    return code


def test_the_curl_call_gives_the_answer_that_follows_it(address):
    command = block("sh")
    assert DOCUMENTED in command
    run = subprocess.run(
        ["bash", "-c", command.replace(DOCUMENTED, address)], capture_output=True, check=True
    )
    assert_equal(json.loads(run.stdout), json.loads(block("json")))


def test_the_python_call_prints_what_follows_it(address):
    code = block("python")
    assert DOCUMENTED in code
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code.replace(DOCUMENTED, address), {})
    expected = re.search(r"prints\n\n```\n(.*?)```", README, re.DOTALL)
    assert printed.getvalue() == expected[1]
