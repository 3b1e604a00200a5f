"""A container engine, and containers of the image that go when a test is done."""

import json
import os
import subprocess
import time

IMAGE = os.environ.get("IMAGE", "gradientd")
# All that tests make has a name that begins so.
PREFIX = f"gradientd-test-{os.getpid()}"


def docker(*arguments, timeout=120, environment=None):
    """What a command of the engine prints; it has to succeed."""
    done = subprocess.run(
        ["docker", *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
        env=os.environ | (environment or {}))
    assert done.returncode == 0, f"docker {arguments}: {done.stdout}{done.stderr}"
    return done.stdout.strip()


def answers():
    """Whether there is an engine."""
    try:
        return subprocess.run(["docker", "info"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


class Container:
    """A service with no more rights and no more room than it needs."""

    USER = 65532
    HARDENED = [
        "--read-only", "--user", USER, "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
        "--memory", "256m", "--memory-swap", "256m"]
    CHECK_OFTEN = ["--health-interval", "1s"]

    PUBLISHED = ["--publish", "127.0.0.1::8080"]

    def __init__(self, name, volume, network=PUBLISHED, **settings):
        self.name = f"{PREFIX}-{name}"
        environment = [f"--env=GRADIENTD_{key.upper()}={value}" for key, value in settings.items()]
        docker(
            "run", "--detach", "--name", self.name, *self.HARDENED, *self.CHECK_OFTEN,
            "--volume", f"{volume}:/var/lib/gradientd", *network, *environment, IMAGE)

    @property
    def url(self):
        """Where it is reached, from outside; another place after each start."""
        return "http://" + docker("port", self.name, "8080/tcp").splitlines()[0]

    @property
    def state(self):
        return json.loads(docker("inspect", "--format", "{{json .State}}", self.name))

    def wait_until_healthy(self, seconds=60):
        end = time.monotonic() + seconds
        while (state := self.state)["Health"]["Status"] != "healthy":
            assert state["Running"], docker("logs", self.name)
            assert time.monotonic() < end, state
            time.sleep(0.1)

    def start(self):
        docker("start", self.name)

    def stop(self, patience=60):
        """Asks it to end, and kills it when that takes so many seconds; how many it took."""
        begin = time.monotonic()
        docker("stop", "--time", patience, self.name)
        return time.monotonic() - begin

    def kill(self):
        docker("kill", self.name)

    def remove(self):
        subprocess.run(["docker", "rm", "--force", "--volumes", self.name], capture_output=True)


class Volume:
    """A new volume, which the engine fills with what the image has in its place."""

    def __init__(self, name):
        self.name = f"{PREFIX}-{name}"
        docker("volume", "create", self.name)

    def remove(self):
        subprocess.run(["docker", "volume", "rm", "--force", self.name], capture_output=True)
