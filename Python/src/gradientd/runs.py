"""Trainings that are left to themselves, and found again."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from . import _run_calls as calls
from ._calls import Call
from ._progress import Bar
from ._run_calls import Reading, RunInfo, Tree
from .errors import NotReachable, ServiceUnavailable
from .networks import NetworkLike
from .trainings import Event, Training

if TYPE_CHECKING:
    from .client import Client


class Run(RunInfo):
    """A training that goes on without its caller, and after a restart of the service."""

    def __init__(self, client: Client, tree: Tree, reading: Reading) -> None:
        super().__init__(tree, reading)
        self._client = client

    def refresh(self) -> Run:
        """Asks how it is."""
        self.raw = self._client.ask(calls.get(self.id))
        return self

    def events(self, after: int = 0, *,
               timeout: float | None = None) -> Generator[Event, None, None]:
        """What it has told after the event `after`, and tells until it has ended.

        Where the connection is lost it listens again, from where it was; nothing is missed and
        nothing comes twice.

        Raises NotReachable where the service stays away for longer than `retry.total`, and
        ServiceTimeout where it has not ended after about `timeout` seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        follow = calls.Following(self._client.retry, after)
        while True:
            error: NotReachable | ServiceUnavailable | None = None
            try:
                call = calls.events(self.id, follow.after, self._reading)
                with closing(self._client.stream(call, deadline)) as stream:
                    for event in stream:
                        follow.saw(event)
                        yield event
                if follow.is_over or self.refresh().has_ended:
                    return
                follow.heard()
            except (NotReachable, ServiceUnavailable) as caught:
                if deadline is not None and time.monotonic() >= deadline:
                    raise
                error = caught
            time.sleep(follow.pause_after(error))

    def wait(self, timeout: float | None = None, *, progress: bool = False) -> Run:
        """Waits until it has ended, with a bar of its epochs if `progress`; to leave is no harm.

        Raises ServiceTimeout, which is a TimeoutError, after about `timeout` seconds.
        """
        self.refresh()
        if not self.has_ended:
            with closing(self.events(self.raw["events"], timeout=timeout)) as events:
                if progress:
                    with Bar(self.epoch, self.epochs) as bar:
                        for event in events:
                            bar.show(event)
                else:
                    for _ in events:
                        pass
            self.refresh()
        return self

    def result(self, timeout: float | None = None, *, progress: bool = False) -> Training:
        """Waits until it has ended, and what it came to.

        Raises TrainingCancelled where it was cancelled, RunFailed where it could not go on.
        """
        self.wait(timeout, progress=progress)
        detail = None
        if "result" not in self.raw and self.state == "failed":
            for event in self.events(self.raw["events"] - 1):
                detail = event.detail
        return self.result_or_raise(detail)

    def cancel(self) -> Run:
        """Ends it, if it has not ended; `resume` has it go on."""
        if not self.refresh().has_ended:
            self.raw = self._client.ask(calls.delete(self.id)) or self.raw
        return self

    def forget(self) -> None:
        """Has the service forget it; one that has not ended is cancelled before."""
        self.cancel()
        self._client.ask(calls.delete(self.id))

    def resume(self, epochs: int) -> Run:
        """Has it go on for so many epochs more, once it has ended."""
        self.raw = self._client.ask(calls.resume(self._client.calls, self.id, epochs))
        return self


class Runs:
    """The trainings that are left to themselves: `start` one, find one again by `runs[id]`, iterate
    over all, the newest first."""

    def __init__(self, client: Client) -> None:
        self._client = client
        # What is found again does not say its layout: it is taken to be the client's.
        layout = client.calls.layout
        self._found = Reading(options={"layout": layout} if layout else None)

    def start(self, network: NetworkLike, X: Any, Y: Any, loss: Any = None, *,
              key: str | None = None, **options: Any) -> Run:
        """Leaves a training to itself; the arguments are those of `Client.train`.

        `key` names the request: the same key and the same training are the same run, also after a
        crash of the caller. Without one each call is another run.

        Raises RequestError for what the service refuses, NotReachable where none answers.
        """
        call, reading = calls.start(self._client.calls, network, X, Y, loss, key, options)
        return Run(self._client, self._client.ask(call), reading)

    def __getitem__(self, id: str) -> Run:
        """The run of an id. Raises NotFound where there is none, or no longer."""
        return Run(self._client, self._client.ask(calls.get(id)), self._found)

    def __iter__(self) -> Iterator[Run]:
        return self.list()

    def list(self, state: str | None = None) -> Iterator[Run]:
        """All runs, or those in a state, the newest first, without history and result."""
        call: Call[Tree] | None = calls.page(state=state)
        while call is not None:
            tree = self._client.ask(call)
            for run in tree["runs"]:
                yield Run(self._client, run, self._found)
            call = calls.following(tree)

    def __repr__(self) -> str:
        return f"<runs of {self._client.url}>"
