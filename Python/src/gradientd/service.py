"""A service of one's own, for as long as a session lasts."""

from __future__ import annotations

import atexit
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from ._retry import Retry
from ._session import DEFAULT_TIMEOUT
from .client import Client
from .errors import StartFailed

_KEEPER = Path(__file__).with_name("_keeper.py")


def find_program(program: str | os.PathLike[str] | None = None) -> str:
    """The path of the program: the one that is given, else the one that GRADIENTD names, else
    `gradientd` on the PATH, else what `make build` has left in the checkout around the working
    directory or this package.

    Raises StartFailed where there is none.
    """
    given = program or os.environ.get("GRADIENTD")
    if given:
        found = shutil.which(os.fspath(given))
        if found is None:
            raise StartFailed(f"{given} is no program that can be run")
        return os.path.abspath(found)
    if found := shutil.which("gradientd"):
        return found
    for place in _built():
        if os.access(place, os.X_OK):
            return str(place)
    raise StartFailed("gradientd was not found: build it with `make build` in its repository, then "
                      "work there, put it on the PATH, or name it in GRADIENTD or `program`")


def _built() -> Iterator[Path]:
    for start in (Path.cwd(), Path(__file__).resolve().parent):
        for folder in (start, *start.parents):
            if (folder / "Package.swift").exists():
                yield folder / ".build" / "release" / "gradientd"


class LocalService:
    """A service on a free port of this machine that ends with this process, even a killed one.

    `url` is its address and `pid` its process id.

    `options` are those of `gradientd serve`: `max_body="1G"` is `--max-body=1G`, True is a bare
    option, a list repeats it. Trainings that are left to themselves are kept in memory, unless
    there is a `data_dir`.

    Raises StartFailed where the program is not found, or does not listen within `patience` seconds,
    with what it said.
    """

    def __init__(self, program: str | os.PathLike[str] | None = None, *, patience: float = 30.0,
                 **options: Any) -> None:
        options = {"port": 0, "data_dir": ":memory:", "drain_seconds": 5, **options}
        command = [find_program(program), "serve", *_arguments(options)]
        self._log = tempfile.TemporaryFile()  # As long as the process.
        # A session of its own: an interrupt of a notebook's cell is none of the service.
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_KEEPER), *command], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self._log, start_new_session=True)
        self._owner = os.getpid()
        atexit.register(self.close)
        try:
            self.pid, self.url = self._told(time.monotonic() + patience)
        except BaseException:
            self.close()
            raise

    def _told(self, end: float) -> tuple[int, str]:
        """The process id and the address, which come on a line each, in any order."""
        assert self._keeper.stdout is not None
        told = b""
        while True:
            lines = [line.split() for line in told.decode().split("\n")[:-1]]
            pids = [words[1] for words in lines if words[:1] == ["pid"]]
            urls = [words[-1] for words in lines if "listening" in words]
            if pids and urls:
                return int(pids[0]), urls[0]
            left = max(end - time.monotonic(), 0)
            ready, _, _ = select.select([self._keeper.stdout], [], [], left)
            more = os.read(self._keeper.stdout.fileno(), 4096) if ready else b""
            if not more:
                why = "has ended" if ready else "does not listen"
                raise StartFailed(f"gradientd {why}. It said:\n{self.log()[-4000:]}")
            told += more

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._keeper.poll() is None

    def log(self) -> str:
        """What it has written to its log."""
        if self._log.closed:
            return ""
        size = os.fstat(self._log.fileno()).st_size
        return os.pread(self._log.fileno(), size, 0).decode("utf-8", "replace")

    def close(self) -> None:
        """Ends it, after the answers at work, and waits for that."""
        atexit.unregister(self.close)
        for pipe in (self._keeper.stdin, self._keeper.stdout):
            if pipe is not None:
                pipe.close()
        if os.getpid() != self._owner:  # After a fork it is still the other process's.
            return
        self._keeper.terminate()  # A forked process may hold the pipes open.
        try:
            self._keeper.wait(20)
        except subprocess.TimeoutExpired:
            self._keeper.kill()
            self._keeper.wait()
        self._log.close()

    def __enter__(self) -> LocalService:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 traceback: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{'service' if self.is_running else 'ended service'} at {self.url}>"


def _arguments(options: dict[str, Any]) -> Iterator[str]:
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is True:
                yield option
            elif one is not None and one is not False:
                yield f"{option}={one}"


class LocalClient(Client):
    """A client that owns its service."""

    def __init__(self, service: LocalService, **settings: Any) -> None:
        super().__init__(service.url, trust_env=False, **settings)
        self.service = service

    def close(self) -> None:
        """Closes its connections and ends the service."""
        super().close()
        self.service.close()


def local(program: str | os.PathLike[str] | None = None, *, token: str | None = None,
          timeout: float = DEFAULT_TIMEOUT, layout: str | None = None, retry: Retry = Retry(),
          **options: Any) -> LocalClient:
    """Starts a service on a free port, and a client of it that ends it: by `close()`, at the end of
    a `with`, at the latest with this process.

    `options` are those of `gradientd serve`, as `max_body="1G"`: see LocalService.

    Raises StartFailed where the program is not found or does not start.
    """
    return LocalClient(LocalService(program, **options), token=token, timeout=timeout,
                       layout=layout, retry=retry)
