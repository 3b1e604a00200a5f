"""The client of programs with asyncio."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Generator
from contextlib import aclosing, contextmanager
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

import httpx

from . import _run_calls as run_calls
from ._calls import Call, Calls, read_json
from ._progress import Bar
from ._retry import Attempts, Retry, not_reachable
from ._run_calls import Reading, RunInfo, Tree
from ._session import (
    DEFAULT_TIMEOUT, Connections, check_deadline, http_settings, presented, request_of,
    service_url)
from ._stream import Lines, result_of
from .errors import GradientdError, NotReachable, ServiceUnavailable
from .networks import NetworkLike
from .trainings import Event, Training

P = ParamSpec("P")
T = TypeVar("T")


def _awaited(build: Callable[Concatenate[Calls, P], Call[T]],
             ) -> Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]]:
    async def method(self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.ask(build(self.calls, *args, **kwargs))
    return presented(method, build, "{}")


def _streaming(build: Callable[Concatenate[Calls, P], Call[T]],
               ) -> Callable[Concatenate[AsyncClient, P], AsyncGenerator[T, None]]:
    def method(self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> AsyncGenerator[T, None]:
        return self.stream(build(self.calls, *args, **kwargs))
    return presented(method, build, "AsyncGenerator[{}, None]")


class AsyncClient:
    """`Client` for asyncio: the same arguments, the same methods, awaited, in any event loop."""

    def __init__(self, url: str | None = None, token: str | None = None, *,
                 timeout: float = DEFAULT_TIMEOUT, layout: str | None = None,
                 retry: Retry = Retry(), **http: Any) -> None:
        self.url = service_url(url)
        self.retry = retry
        self.calls = Calls(layout)
        self._connections = Connections(
            httpx.AsyncClient, http_settings(self.url, token, timeout, http))

    forward = _awaited(Calls.forward)
    backward = _awaited(Calls.backward)
    check = _awaited(Calls.check)
    convert = _awaited(Calls.convert)
    train = _awaited(Calls.train)
    train_events = _streaming(Calls.train_events)
    catalog = _awaited(Calls.catalog)
    limits = _awaited(Calls.limits)

    @property
    def runs(self) -> AsyncRuns:
        """The trainings that are left to themselves."""
        return AsyncRuns(self)

    async def ask(self, call: Call[T]) -> T:
        """Sends a call, again where that may help, and reads its answer."""
        if call.progress:
            shown: T = await self._show(call)
            return shown
        attempts = Attempts(self.retry, call.repeatable)
        while True:
            try:
                with self._transport():
                    http = self._connections.of(asyncio.get_running_loop())
                    answer = await http.send(request_of(http, call))
                return call.read(read_json(answer.status_code, answer.content, answer.headers))
            except GradientdError as error:
                await asyncio.sleep(attempts.pause_after(error))

    async def stream(self, call: Call[T], deadline: float | None = None) -> AsyncGenerator[T, None]:
        """Sends a call and yields what is told; closing the generator ends the connection.

        Raises ServiceTimeout about when the monotonic clock comes to `deadline`.
        """
        answer = await self._begun(call, deadline)
        with self._transport():
            try:
                lines = Lines()
                async for piece in answer.aiter_bytes():
                    check_deadline(deadline)
                    for line in lines.feed(piece):
                        yield call.read(line)
            finally:
                await answer.aclose()

    async def _begun(self, call: Call[Any], deadline: float | None) -> httpx.Response:
        """The stream of a call, asked for again where that may help."""
        attempts = Attempts(self.retry, call.repeatable)
        while True:
            try:
                with self._transport():
                    http = self._connections.of(asyncio.get_running_loop())
                    answer = await http.send(request_of(http, call, deadline), stream=True)
                    if answer.status_code != 200:
                        read_json(answer.status_code, await answer.aread(), answer.headers)
                    return answer
            except GradientdError as error:
                await asyncio.sleep(attempts.pause_after(error))

    async def _show(self, call: Call[Any]) -> Any:
        event = None
        with Bar() as bar:
            async with aclosing(self.stream(self.calls.watched(call))) as events:
                async for event in events:
                    bar.show(event)
        return result_of(event)

    @contextmanager
    def _transport(self) -> Generator[None, None, None]:
        try:
            yield
        except httpx.TransportError as error:
            raise not_reachable(error, self.url) from error

    async def close(self) -> None:
        """Closes its connections."""
        await self._connections.of(asyncio.get_running_loop()).aclose()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None,
                        traceback: TracebackType | None) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"


class AsyncRun(RunInfo):
    """`Run` for asyncio."""

    def __init__(self, client: AsyncClient, tree: Tree, reading: Reading) -> None:
        super().__init__(tree, reading)
        self._client = client

    async def refresh(self) -> AsyncRun:
        """Asks how it is."""
        self.raw = await self._client.ask(run_calls.get(self.id))
        return self

    async def events(self, after: int = 0, *,
                     timeout: float | None = None) -> AsyncGenerator[Event, None]:
        """What it has told after the event `after`, and tells until it ends: see Run.events."""
        deadline = None if timeout is None else time.monotonic() + timeout
        follow = run_calls.Following(self._client.retry, after)
        while True:
            error: NotReachable | ServiceUnavailable | None = None
            try:
                call = run_calls.events(self.id, follow.after, self._reading)
                async with aclosing(self._client.stream(call, deadline)) as stream:
                    async for event in stream:
                        follow.saw(event)
                        yield event
                if follow.is_over or (await self.refresh()).has_ended:
                    return
                follow.heard()
            except (NotReachable, ServiceUnavailable) as caught:
                if deadline is not None and time.monotonic() >= deadline:
                    raise
                error = caught
            await asyncio.sleep(follow.pause_after(error))

    async def wait(self, timeout: float | None = None, *, progress: bool = False) -> AsyncRun:
        """Waits until it has ended: see Run.wait."""
        await self.refresh()
        if not self.has_ended:
            async with aclosing(self.events(self.raw["events"], timeout=timeout)) as events:
                if progress:
                    with Bar(self.epoch, self.epochs) as bar:
                        async for event in events:
                            bar.show(event)
                else:
                    async for _ in events:
                        pass
            await self.refresh()
        return self

    async def result(self, timeout: float | None = None, *, progress: bool = False) -> Training:
        """Waits until it has ended, and what it came to: see Run.result."""
        await self.wait(timeout, progress=progress)
        detail = None
        if "result" not in self.raw and self.state == "failed":
            async for event in self.events(self.raw["events"] - 1):
                detail = event.detail
        return self.result_or_raise(detail)

    async def cancel(self) -> AsyncRun:
        """Ends it, if it has not ended; `resume` has it go on."""
        if not (await self.refresh()).has_ended:
            self.raw = await self._client.ask(run_calls.delete(self.id)) or self.raw
        return self

    async def forget(self) -> None:
        """Has the service forget it; one that has not ended is cancelled before."""
        await self.cancel()
        await self._client.ask(run_calls.delete(self.id))

    async def resume(self, epochs: int) -> AsyncRun:
        """Has it go on for so many epochs more, once it has ended."""
        self.raw = await self._client.ask(
            run_calls.resume(self._client.calls, self.id, epochs))
        return self


class AsyncRuns:
    """`Runs` for asyncio; `await runs.get(id)` in place of `runs[id]`."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        layout = client.calls.layout
        self._found = Reading(options={"layout": layout} if layout else None)

    async def start(self, network: NetworkLike, X: Any, Y: Any, loss: Any = None, *,
                    key: str | None = None, **options: Any) -> AsyncRun:
        """Leaves a training to itself: see Runs.start."""
        call, reading = run_calls.start(self._client.calls, network, X, Y, loss, key, options)
        return AsyncRun(self._client, await self._client.ask(call), reading)

    async def get(self, id: str) -> AsyncRun:
        """The run of an id. Raises NotFound where there is none, or no longer."""
        return AsyncRun(self._client, await self._client.ask(run_calls.get(id)), self._found)

    def __aiter__(self) -> AsyncIterator[AsyncRun]:
        return self.list()

    async def list(self, state: str | None = None) -> AsyncIterator[AsyncRun]:
        """All runs, or those in a state, the newest first, without history and result."""
        call: Call[Tree] | None = run_calls.page(state=state)
        while call is not None:
            tree = await self._client.ask(call)
            for run in tree["runs"]:
                yield AsyncRun(self._client, run, self._found)
            call = run_calls.following(tree)
