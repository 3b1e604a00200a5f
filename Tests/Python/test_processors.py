"""The program where it may not run on all processors of the machine, as in a container with some."""

import os
import subprocess

import pytest


def test_one_that_is_kept_to_a_processor_says_nothing_of_it():
    processors = os.sched_getaffinity(0)
    if len(processors) < 2:
        pytest.skip("there is but one processor here")
    program = os.environ.get("GRADIENTD", ".build/release/gradientd")
    done = subprocess.run(
        ["taskset", "--cpu-list", str(min(processors)), program, "--version"], capture_output=True,
        text=True)
    assert done.returncode == 0
    assert done.stdout.startswith("gradientd ")
    assert done.stderr == ""
