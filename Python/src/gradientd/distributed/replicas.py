"""The replicas of the service, as a task on a worker calls them."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from .._retry import Retry, may_pass
from .._session import service_url
from ..client import Client
from ..errors import GradientdError

T = TypeVar("T")

# Between two rounds of all replicas, in seconds; twice as long each time.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


@dataclass(frozen=True)
class Replicas:
    """Services that answer the same call with the same bits.

    Where one is gone or has no room, the next one is asked; where all are, they are asked again for
    `patience` seconds.
    """

    endpoints: Sequence[str]
    token: str | None = field(default=None, repr=False)
    patience: float = 60.0

    def __post_init__(self) -> None:
        if isinstance(self.endpoints, str) or not self.endpoints:
            raise ValueError("endpoints is a list of addresses, as http://127.0.0.1:8080")
        addresses = tuple(service_url(str(endpoint)) for endpoint in self.endpoints)
        object.__setattr__(self, "endpoints", addresses)

    def ask(self, first: int, call: Callable[[Client], T]) -> T:
        """The answer of the replica number `first`, or of the one after it, and so on.

        Raises RequestError for what any of them refuses, and the last one's error where none had
        answered in time.
        """
        end, pause = time.monotonic() + self.patience, _FIRST_PAUSE
        while True:
            waiting_helps = False
            for turn in range(len(self.endpoints)):
                endpoint = self.endpoints[(first + turn) % len(self.endpoints)]
                try:
                    return call(_client(endpoint, self.token))
                except GradientdError as error:
                    if not may_pass(error):
                        raise
                    waiting_helps, last = True, error
            if time.monotonic() + pause > end:
                raise last
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


@functools.lru_cache(maxsize=64)
def _client(endpoint: str, token: str | None) -> Client:
    """One for each process and replica, so that connections are kept; threads may share it."""
    return Client(endpoint, token, retry=Retry(attempts=1))
