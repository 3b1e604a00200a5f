"""Streams of events, without any input or output."""

from __future__ import annotations

from .errors import NotReachable, RunFailed, TrainingCancelled
from .trainings import Event, Training


class Lines:
    """Puts the pieces of a stream together to lines, without the empty ones that only show that
    somebody is there."""

    def __init__(self) -> None:
        self._pending: list[bytes] = []

    def feed(self, piece: bytes) -> list[bytes]:
        """The lines that are whole with `piece`."""
        *whole, rest = piece.split(b"\n")
        if whole:
            whole[0] = b"".join(self._pending) + whole[0]
            self._pending = []
        self._pending.append(rest)
        return [line for line in whole if line.strip()]


def result_of(last: Event | None) -> Training:
    """The result that the last event of a watched training has.

    Raises TrainingCancelled where the training was ended before, NotReachable where there was no
    last event, and RunFailed where it failed without a result.
    """
    if last is None or not last.is_last:
        raise NotReachable("the stream ended before the training did")
    if last.result is not None:
        return last.result
    detail = last.detail or last.kind
    if last.kind == "cancelled":
        raise TrainingCancelled(detail, last.raw.get("checkpoint"))
    raise RunFailed(detail)
