"""The unit file for systemd: what it says, and (where there is systemd) whether systemd takes it."""

import configparser
import os
import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "Docker" / "gradientd.service"
PROGRAM = os.environ.get("GRADIENTD", ".build/release/gradientd")


@pytest.fixture(scope="module")
def service():
    # A key may stand more than once; the last one is enough here.
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read_string(UNIT.read_text())
    assert unit.sections() == ["Unit", "Service", "Install"]
    return unit["Service"]


def test_systemd_is_told_how_it_does(service):
    assert service["Type"] == "notify"
    assert int(service["WatchdogSec"]) > 0
    assert service["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert service["Restart"] == "on-failure"


def test_it_gets_longer_to_end_than_it_takes(service):
    help_text = subprocess.run(
        [PROGRAM, "serve", "--help"], capture_output=True, text=True, check=True).stdout
    line = next(line for line in help_text.splitlines() if "--drain-seconds" in line)
    drain = int(line.split("default ")[1].rstrip(")"))
    assert int(service["TimeoutStopSec"]) > drain + 20


@pytest.mark.parametrize("name, value", [
    ("DynamicUser", "yes"), ("StateDirectory", "gradientd"), ("ProtectSystem", "strict"),
    ("ProtectHome", "yes"), ("PrivateTmp", "yes"), ("PrivateDevices", "yes"),
    ("NoNewPrivileges", "yes"), ("CapabilityBoundingSet", ""), ("RestrictNamespaces", "yes"),
    ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"), ("MemoryDenyWriteExecute", "yes"),
    ("SystemCallArchitectures", "native"), ("RestrictSUIDSGID", "yes"),
])
def test_it_may_do_no_more_than_it_needs(service, name, value):
    assert service[name] == value


def test_its_state_is_where_it_may_write(service):
    assert "GRADIENTD_DATA_DIR=%S/gradientd" in service["Environment"].split()


def test_systemd_takes_it(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd here")
    # Verified with the program that was built, as none may be installed.
    text = UNIT.read_text().replace("/usr/local/bin/gradientd", str(Path(PROGRAM).resolve()))
    copy = tmp_path / UNIT.name
    copy.write_text(text)
    result = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True)
    assert result.returncode == 0 and not result.stderr, result.stderr
