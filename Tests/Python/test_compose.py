"""The compose files and nginx are in step with the service; Tests/Container runs them."""

import re
from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / "Docker"
IMAGE = (FOLDER / "Dockerfile").read_text()
SERVICES = {
    f"{file.name}:{name}": service
    for file in (FOLDER / "compose.yaml", FOLDER / "compose.scale.yaml")
    for name, service in yaml.safe_load(file.read_text())["services"].items()}
OURS = {name: service for name, service in SERVICES.items()
        if service["image"].startswith("${IMAGE")}


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_a_service_has_no_more_rights_than_it_needs(service):
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "mem_limit" in service and "pids_limit" in service
    # Whoever reaches a port may call: those of this machine alone.
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


@pytest.mark.parametrize("service", OURS.values(), ids=OURS)
def test_a_service_is_not_killed_before_it_has_drained(service):
    drain = int(service["environment"]["GRADIENTD_DRAIN_SECONDS"])
    grace = int(service["stop_grace_period"].removesuffix("s"))
    assert drain + 5 <= grace <= drain + 60


def test_docker_stop_does_not_kill_the_image_while_it_drains():
    drain = int(re.search(r"GRADIENTD_DRAIN_SECONDS=(\d+)", IMAGE)[1])
    assert drain + 1 < 10  # Docker's patience, where nobody says another.


def test_each_name_that_nginx_calls_has_the_address_of_its_service():
    services = {name.split(":")[1]: service for name, service in SERVICES.items()
                if name.startswith("compose.scale.yaml:")}
    known = dict(host.split(":", 1) for host in services["nginx"]["extra_hosts"])
    called = set(re.findall(r"server ([a-z0-9-]+):8080", nginx()))
    assert called == known.keys()
    for name, address in known.items():
        assert services[name]["networks"]["inside"]["ipv4_address"] == address
    (job,) = yaml.safe_load((FOLDER / "prometheus/prometheus.yaml").read_text())["scrape_configs"]
    assert {target.split(":")[0] for each in job["static_configs"]
            for target in each["targets"]} == called


def test_nginx_limits_are_those_of_the_service(client):
    limits = client.get("/limits").json()
    assert setting("client_max_body_size", "m") << 20 == limits["request"]["body_bytes"]
    assert setting("client_header_timeout") == limits["seconds"]["head"]
    assert setting("client_body_timeout") == limits["seconds"]["body"]
    # It closes idle connections before the service does, and waits longer than that computes.
    assert setting("keepalive_timeout") < limits["seconds"]["idle"]
    assert setting("proxy_read_timeout") > limits["seconds"]["computing"]


def nginx():
    return (FOLDER / "nginx/nginx.conf").read_text()


def setting(name, unit="s"):
    (value,) = re.findall(rf"^\s*{name} (\d+){unit};", nginx(), re.MULTILINE)
    return int(value)
