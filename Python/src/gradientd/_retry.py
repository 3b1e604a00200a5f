"""When a call is tried again, and how long to wait before."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

import httpx

from .errors import GradientdError, NotReachable, ServiceError, ServiceTimeout


@dataclass(frozen=True)
class Retry:
    """Tries a call again that found no answer, 429 or 503 where waiting helps, or a gateway's 502,
    503 or 504. Only calls that compute and change nothing, as long as they have told nothing, and
    the start of a run, which has an idempotency key.

    The k-th pause is drawn from [½, 1]·min(`backoff`·2ᵏ, `longest`) seconds, and no shorter than
    the service's `Retry-After`. After `attempts` attempts, or where the pause would end later than
    `total` seconds after the beginning, the last error is raised. `attempts=1` tries once.
    """

    attempts: int = 4
    backoff: float = 0.2
    longest: float = 10.0
    total: float = 60.0


class Attempts:
    """The attempts of one call."""

    def __init__(self, retry: Retry, repeatable: bool) -> None:
        self._retry = retry
        self._left = retry.attempts - 1 if repeatable else 0
        self._failed = 0
        self._end = time.monotonic() + retry.total

    def pause_after(self, error: GradientdError) -> float:
        """The seconds to wait before the next attempt; raises the error where there is none."""
        if self._left <= 0 or not may_pass(error):
            raise error
        # Beyond 2⁶⁰ it is the longest anyway.
        pause = min(self._retry.backoff * float(2**min(self._failed, 60)), self._retry.longest)
        pause *= random.uniform(0.5, 1)
        if isinstance(error, ServiceError) and error.retry_after is not None:
            pause = max(pause, error.retry_after)
        if time.monotonic() + pause > self._end:
            raise error
        self._left -= 1
        self._failed += 1
        return pause


def may_pass(error: GradientdError) -> bool:
    """Whether the same call may be answered later, or by another replica."""
    if isinstance(error, NotReachable):
        return True
    if not isinstance(error, ServiceError):
        return False
    if error.status == 429 or error.retry_after is not None:
        return error.status in (429, 502, 503, 504)
    # Without Retry-After the service's own 503 says that waiting does not help.
    return error.status in (502, 503, 504) and not error.problem


def not_reachable(error: httpx.TransportError, url: str) -> NotReachable:
    """What the transport's error means to a caller."""
    if isinstance(error, httpx.ConnectTimeout) or not isinstance(error, httpx.TimeoutException):
        if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
            reason = (f"nobody answers at {url} ({error}): start the service with `make run`, or "
                      "use gradientd.local()")
        else:
            reason = f"the connection to {url} was lost ({error or type(error).__name__})"
        found: NotReachable = NotReachable(reason)
    else:
        found = ServiceTimeout(f"{url} did not answer in time ({type(error).__name__})")
    found.__cause__ = error
    return found
