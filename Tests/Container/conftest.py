"""Tests of the image, which IMAGE names: on an engine, or skipped where none answers."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Python"))  # What speaks to a service, wherever it runs.

import engine  # noqa: E402

ENGINE = engine.answers()


def pytest_report_header():
    if ENGINE:
        found = engine.docker("image", "inspect", "--format", "{{.Id}}, of {{.Created}}", engine.IMAGE)
        return f"image: {engine.IMAGE}, {found}"
    return "image: none, since no container engine answers"


def pytest_collection_modifyitems(items):
    if not ENGINE:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="no container engine answers"))


def pytest_terminal_summary(terminalreporter):
    if not ENGINE:
        terminalreporter.section("NO CONTAINER ENGINE ANSWERS: NOTHING OF THE IMAGE WAS TESTED", "!")


@pytest.fixture(scope="module")
def new_container(request):
    """new_container(name, **settings): a container on the module's volume; all go at the end."""
    module = request.module.__name__.replace("_", "-")
    volume, containers = engine.Volume(module), []

    def new(name, **settings):
        containers.append(engine.Container(f"{module}-{name}", volume.name, **settings))
        return containers[-1]

    yield new
    for container in containers:
        container.remove()
    volume.remove()
