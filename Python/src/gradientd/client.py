"""The client that waits for its answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

import httpx

from ._calls import Call, Calls, read_json
from ._progress import Bar
from ._retry import Attempts, Retry, not_reachable
from ._session import (
    DEFAULT_TIMEOUT, Connections, check_deadline, http_settings, presented, request_of,
    service_url)
from ._stream import Lines, result_of
from .errors import GradientdError
from .runs import Runs

P = ParamSpec("P")
T = TypeVar("T")


def _blocking(build: Callable[Concatenate[Calls, P], Call[T]],
              ) -> Callable[Concatenate[Client, P], T]:
    def method(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.ask(build(self.calls, *args, **kwargs))
    return presented(method, build, "{}")


def _streaming(build: Callable[Concatenate[Calls, P], Call[T]],
               ) -> Callable[Concatenate[Client, P], Generator[T, None, None]]:
    def method(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> Generator[T, None, None]:
        return self.stream(build(self.calls, *args, **kwargs))
    return presented(method, build, "Generator[{}, None, None]")


class Client:
    """A client of the service at `url`: by default the one that GRADIENTD_URL names, or
    http://127.0.0.1:8080.

    `token` is sent as a bearer token, by default GRADIENTD_TOKEN. `timeout` is in seconds, for each
    step of an exchange. `layout` is that of calls and networks that do not say theirs. `retry` says
    when a call is tried again; `http` goes to httpx.Client, as `verify`, `proxy` or `transport`.

    It may be used by several threads at once, and after a fork by both processes. Close it, or use
    it as a context manager.
    """

    def __init__(self, url: str | None = None, token: str | None = None, *,
                 timeout: float = DEFAULT_TIMEOUT, layout: str | None = None,
                 retry: Retry = Retry(), **http: Any) -> None:
        self.url = service_url(url)
        self.retry = retry
        self.calls = Calls(layout)
        self._connections = Connections(
            httpx.Client, http_settings(self.url, token, timeout, http))

    forward = _blocking(Calls.forward)
    backward = _blocking(Calls.backward)
    check = _blocking(Calls.check)
    convert = _blocking(Calls.convert)
    train = _blocking(Calls.train)
    train_events = _streaming(Calls.train_events)
    catalog = _blocking(Calls.catalog)
    limits = _blocking(Calls.limits)

    @property
    def runs(self) -> Runs:
        """The trainings that are left to themselves."""
        return Runs(self)

    def ask(self, call: Call[T]) -> T:
        """Sends a call, again where that may help, and reads its answer."""
        if call.progress:
            shown: T = self._show(call)
            return shown
        attempts = Attempts(self.retry, call.repeatable)
        while True:
            try:
                with self._transport():
                    http = self._connections.of()
                    answer = http.send(request_of(http, call))
                return call.read(read_json(answer.status_code, answer.content, answer.headers))
            except GradientdError as error:
                time.sleep(attempts.pause_after(error))

    def stream(self, call: Call[T],
               deadline: float | None = None) -> Generator[T, None, None]:
        """Sends a call and yields what is told; closing the generator ends the connection.

        Raises ServiceTimeout about when the monotonic clock comes to `deadline`.
        """
        answer = self._begun(call, deadline)
        with self._transport():
            try:
                lines = Lines()
                for piece in answer.iter_bytes():
                    check_deadline(deadline)
                    for line in lines.feed(piece):
                        yield call.read(line)
            finally:
                answer.close()

    def _begun(self, call: Call[Any], deadline: float | None) -> httpx.Response:
        """The stream of a call, asked for again where that may help."""
        attempts = Attempts(self.retry, call.repeatable)
        while True:
            try:
                with self._transport():
                    http = self._connections.of()
                    answer = http.send(request_of(http, call, deadline), stream=True)
                    if answer.status_code != 200:
                        read_json(answer.status_code, answer.read(), answer.headers)
                    return answer
            except GradientdError as error:
                time.sleep(attempts.pause_after(error))

    def _show(self, call: Call[Any]) -> Any:
        event = None
        with Bar() as bar, closing(self.stream(self.calls.watched(call))) as events:
            for event in events:
                bar.show(event)
        return result_of(event)

    @contextmanager
    def _transport(self) -> Generator[None, None, None]:
        try:
            yield
        except httpx.TransportError as error:
            raise not_reachable(error, self.url) from error

    def close(self) -> None:
        """Closes its connections."""
        self._connections.of().close()

    def __enter__(self: C) -> C:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 traceback: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"


C = TypeVar("C", bound=Client)
