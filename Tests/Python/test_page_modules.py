"""The page's modules by themselves: their tests are JavaScript, in Tests/Page."""

from pathlib import Path

import pytest

TESTS = sorted(path.name for path in (Path(__file__).parents[1] / "Page").glob("*.test.js"))


@pytest.mark.parametrize("name", TESTS)
def test_the_tests_of_a_module_pass(name, run_node):
    assert "# fail 0" in run_node("--test", "--test-reporter=tap", f"Tests/Page/{name}")
