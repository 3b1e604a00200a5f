"""The calls of runs, and what is known of a run, without any input or output."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from ._answer import restore_non_finite
from ._calls import STREAM, Call, Calls
from ._retry import Attempts, Retry
from .errors import GradientdError, NotReachable, RunFailed, ServiceUnavailable, TrainingCancelled
from .networks import NetworkLike
from .trainings import Event, Training, read_event

Tree = Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """What the result of a run is to be read with: the names of its layers and the options that
    its network keeps."""

    kinds: Sequence[str] = ()
    options: Mapping[str, Any] | None = None

    def training(self, tree: dict[str, Any]) -> Training:
        """The result of a run."""
        restore_non_finite(tree)
        return Training(tree, self.kinds, self.options or {})


def start(calls: Calls, network: NetworkLike, X: Any, Y: Any, loss: Any, key: str | None,
          options: Mapping[str, Any]) -> tuple[Call[Tree], Reading]:
    """Leaves a training to itself."""
    call = calls.train(network, X, Y, loss, **options)
    result = call.read({})
    headers = {"Prefer": "respond-async", "Idempotency-Key": key or str(uuid.uuid4())}
    return (Call("POST", "/train", lambda tree: tree, call.body, headers),
            Reading(result.kinds, result.options))


def _path(id: str) -> str:
    return "/runs/" + quote(str(id), safe="")


def get(id: str) -> Call[Tree]:
    """A run, with its history, and its result when it has one."""
    return Call("GET", _path(id), lambda tree: tree)


def page(limit: int = 100, after: str | None = None, state: str | None = None) -> Call[Tree]:
    """Some runs, the newest first."""
    params = {"limit": limit, "after": after, "state": state}
    return Call("GET", "/runs", lambda tree: tree,
                params={name: value for name, value in params.items() if value is not None})


def following(tree: Tree) -> Call[Tree] | None:
    """The page after that one."""
    if "next" not in tree:
        return None
    return Call("GET", tree["next"], lambda tree: tree)


def delete(id: str) -> Call[Tree]:
    """Cancels, or forgets: then there is nothing of it. A second one would forget what the first
    has cancelled."""
    return Call("DELETE", _path(id), lambda tree: tree or {}, repeatable=False)


def resume(calls: Calls, id: str, epochs: int) -> Call[Tree]:
    """Has a run that has ended go on."""
    return Call("POST", _path(id) + "/resume", lambda tree: tree, calls.body({"epochs": epochs}),
                repeatable=False)


def events(id: str, after: int, reading: Reading) -> Call[Event]:
    """What a run has told after an event, and tells. `Following` says when to listen again."""
    return Call("GET", _path(id) + "/events",
                lambda line: read_event(line, reading.kinds, reading.options or {}),
                headers={**STREAM, "Last-Event-ID": str(after)}, repeatable=False)


class Following:
    """Where a listener of a run is, over all its connections."""

    def __init__(self, retry: Retry, after: int) -> None:
        # A service that is started again is worth to be waited for, unless nothing is.
        self._retry = retry if retry.attempts <= 1 else replace(retry, attempts=10**9)
        self._attempts = Attempts(self._retry, True)
        self.after = after
        self.last: Event | None = None

    def saw(self, event: Event) -> None:
        """Takes note of an event."""
        self.after, self.last = event.id, event
        self.heard()

    def heard(self) -> None:
        """Takes note that the service is there."""
        self._attempts = Attempts(self._retry, True)

    @property
    def is_over(self) -> bool:
        """Whether a stream that ended now has ended with the run."""
        return self.last is not None and self.last.is_last

    def pause_after(self, error: GradientdError | None) -> float:
        """The seconds to wait before listening again; raises the error where it is too late."""
        if error is None:
            error = NotReachable("the stream ended before the run did")
        if isinstance(error, ServiceUnavailable):  # It is about to stop, or has just begun.
            lost = NotReachable(str(error))
            lost.__cause__ = error
            error = lost
        return self._attempts.pause_after(error)


class RunInfo:
    """What was last heard of a run."""

    def __init__(self, tree: Tree, reading: Reading) -> None:
        self._reading = reading
        self.raw = tree

    @property
    def id(self) -> str:
        """By which it is found again."""
        return str(self.raw["id"])

    @property
    def state(self) -> str:
        """`queued`, `running`, `done`, `failed` or `cancelled`, as last heard."""
        return str(self.raw["state"])

    @property
    def has_ended(self) -> bool:
        """Whether it was over when last heard of."""
        return self.state in ("done", "failed", "cancelled")

    @property
    def epoch(self) -> int:
        """How many epochs were done and stored."""
        return int(self.raw["epoch"])

    @property
    def epochs(self) -> int:
        """How many epochs there are to be."""
        return int(self.raw["epochs"])

    def result_or_raise(self, detail: str | None) -> Training:
        """The result of a run that has ended; `detail` says why where there is none."""
        if "result" in self.raw:
            return self._reading.training(self.raw["result"])
        if self.state == "cancelled":
            raise TrainingCancelled(f"run {self.id} was cancelled: resume() has it go on")
        raise RunFailed(f"run {self.id} failed: {detail or 'it has no result'}")

    def __repr__(self) -> str:
        return f"<run {self.id} {self.state}, epoch {self.epoch} of {self.epochs}>"

    def _repr_html_(self) -> str:
        from ._html import run_html
        return run_html(self)
