"""What both clients are made with."""

from __future__ import annotations

import functools
import inspect
import os
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx

from ._calls import STREAM, Call
from .errors import ServiceTimeout

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_URL = "http://127.0.0.1:8080"
# The service stops a computation after 300 s, and a stream is never silent for longer than 15 s.
DEFAULT_TIMEOUT = 330.0
STREAM_TIMEOUT = 60.0


def service_url(url: str | None) -> str:
    """The address that is meant: `url`, or GRADIENTD_URL, or the one that `make run` takes."""
    return (url or os.environ.get("GRADIENTD_URL") or DEFAULT_URL).rstrip("/")


def http_settings(url: str, token: str | None, timeout: float,
                  http: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of httpx's client."""
    headers = {"User-Agent": "gradientd-python", **http.get("headers", {})}
    if token := token or os.environ.get("GRADIENTD_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    settings: dict[str, Any] = {"base_url": url, "timeout": httpx.Timeout(timeout, connect=5.0)}
    if url.startswith("http:"):  # To read all the certificates there are takes long.
        settings["verify"] = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return settings | dict(http) | {"headers": headers}


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
