"""What both clients are made with."""

from __future__ import annotations

import asyncio
import functools
import inspect
import os
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import httpx

from ._calls import STREAM, Call
from .errors import ServiceTimeout

F = TypeVar("F", bound=Callable[..., Any])
H = TypeVar("H", httpx.Client, httpx.AsyncClient)

DEFAULT_URL = "http://127.0.0.1:8080"
# The service stops a computation after 300 s, and a stream is never silent for longer than 15 s.
DEFAULT_TIMEOUT = 330.0
STREAM_TIMEOUT = 60.0


def service_url(url: str | None) -> str:
    """The address that is meant: `url`, or GRADIENTD_URL, or the one that `make run` takes.

    Raises ValueError where it is no address of HTTP.
    """
    found = (url or os.environ.get("GRADIENTD_URL") or DEFAULT_URL).strip().rstrip("/")
    if not found.lower().startswith(("http://", "https://")):
        raise ValueError(f"{found!r} is no address: it begins with http:// or https://, as in "
                         f"{DEFAULT_URL}")
    return found


def http_settings(url: str, token: str | None, timeout: float,
                  http: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of httpx's client. Raises ValueError for a token that no header can carry."""
    headers = {"User-Agent": "gradientd-python", **http.get("headers", {})}
    # A file of tokens ends with a line break.
    if token := (token or os.environ.get("GRADIENTD_TOKEN") or "").strip():
        if not (token.isascii() and token.isprintable()):
            raise ValueError("the token has characters that none can have")
        headers["Authorization"] = f"Bearer {token}"
    settings: dict[str, Any] = {"base_url": url, "timeout": httpx.Timeout(timeout, connect=5.0)}
    if url.startswith("http:"):  # To read all the certificates there are takes long.
        settings["verify"] = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return settings | dict(http) | {"headers": headers}


class Connections(Generic[H]):
    """httpx's clients: one for each process and, with asyncio, each event loop.

    After a fork both processes would read the answers from one connection, and a connection of a
    loop that has ended cannot be used.
    """

    def __init__(self, make: Callable[..., H], settings: Mapping[str, Any]) -> None:
        self._make: Callable[..., H] = make
        self._settings = settings
        # The one that was made outside of all loops is the first loop's.
        self._made: dict[tuple[int, asyncio.AbstractEventLoop | None], H] = {
            (os.getpid(), None): make(**settings)}

    def of(self, loop: asyncio.AbstractEventLoop | None = None) -> H:
        """The one to use in this process, and in `loop`."""
        process, made = os.getpid(), self._made
        found = made.get((process, loop))
        if found is None:
            found = made.get((process, None)) or self._make(**self._settings)
            self._made = {(process, loop): found} | {
                (owner, other): http for (owner, other), http in made.items()
                if owner == process and other is not None and not other.is_closed()}
        return found


def request_of(http: httpx.Client | httpx.AsyncClient, call: Call[Any],
               deadline: float | None = None) -> httpx.Request:
    """The request of a call; its body is encoded while it is sent."""
    headers = dict(call.headers)
    if call.body is not None:
        headers |= {"Content-Type": "application/json", "Content-Length": str(call.body.size)}
    timeout = http.timeout
    if call.headers.get("Accept") == STREAM["Accept"]:
        silence = STREAM_TIMEOUT
        if deadline is not None:
            silence = min(silence, max(deadline - time.monotonic(), 0.001))
        timeout = httpx.Timeout(timeout.write, connect=timeout.connect, read=silence)
    request = http.build_request(call.method, call.path, headers=headers,
                                 params=call.params or None, timeout=timeout)
    if call.body is not None:
        request.stream = call.body
    return request


def check_deadline(deadline: float | None) -> None:
    """Raises ServiceTimeout where the monotonic clock is past it."""
    if deadline is not None and time.monotonic() >= deadline:
        raise ServiceTimeout("it has not ended in the time that was given to it")


def presented(method: F, build: Callable[..., Any], result: str) -> F:
    """A method that shows itself as what builds its call, with what it comes to as a result."""
    functools.update_wrapper(method, build)
    signature = inspect.signature(build)
    returned = str(signature.return_annotation).removeprefix("Call[").removesuffix("]")
    method.__signature__ = signature.replace(  # type: ignore[attr-defined]
        return_annotation=result.format(returned))
    return method
