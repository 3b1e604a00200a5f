"""The readme's calls work as they stand and are answered as it shows."""

import contextlib
import io
import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from answers import assert_equal

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
SCHEMAS = yaml.safe_load((ROOT / "openapi.yaml").read_text())["components"]["schemas"]
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


def test_the_python_calls_print_what_follows_them(address):
    calls = re.findall(r"```python\n(.*?)```\n\nprints\n\n```\n(.*?)```", README, re.DOTALL)
    assert len(calls) == README.count("```python")
    names = {}  # Each goes on from what the ones before it have named.
    for code, expected in calls:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(code.replace(DOCUMENTED, address), names)
        assert printed.getvalue() == expected


@pytest.mark.parametrize("schema", [
    "LayerType", "ActivationName", "LossName", "InitializerName", "OptimizerName", "ScheduleName",
    "ClippingName", "MetricName"])
def test_every_thing_is_in_the_readme(schema):
    assert f"`{' '.join(SCHEMAS[schema]['enum'])}`" in README
