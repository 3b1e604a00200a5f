"""Answers that are documented, beside those of the running service."""

import pytest


def assert_equal(ours, expected, pointer=""):
    """Equal in everything, numbers to the last few bits: those may differ between processors."""
    assert type(ours) is type(expected), pointer
    if isinstance(expected, dict):
        assert list(ours) == list(expected), pointer
        for name in expected:
            assert_equal(ours[name], expected[name], f"{pointer}/{name}")
    elif isinstance(expected, list):
        assert len(ours) == len(expected), pointer
        for index, item in enumerate(expected):
            assert_equal(ours[index], item, f"{pointer}/{index}")
    elif isinstance(expected, float):
        assert ours == pytest.approx(expected, rel=1e-14, abs=1e-16), pointer
    else:
        assert ours == expected, pointer
