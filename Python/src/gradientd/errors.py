"""What a call can raise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class GradientdError(Exception):
    """Every error of this package is one."""


class NotReachable(GradientdError):
    """No answer came: nobody listens at the address, or the connection was lost."""


class ServiceTimeout(NotReachable, TimeoutError):
    """No answer came in time."""


class UnexpectedAnswer(GradientdError):
    """Something answered that does not speak as gradientd does."""


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field of a request.

    `pointer` is its JSON pointer (RFC 6901); of what is not in the body, the parameter's or
    header's name.
    """

    pointer: str
    detail: str
    hint: str | None = None

    def __str__(self) -> str:
        text = f"{self.pointer}: {self.detail}" if self.pointer else self.detail
        return f"{text} ({self.hint})" if self.hint else text


class ServiceError(GradientdError):
    """The service refused: problem details (RFC 9457).

    `problem` is the last word of its type, as `invalid_fields`; `errors` has the fields that are
    wrong; `request_id` finds the request in the service's log; `retry_after` is in seconds, where
    waiting helps; `raw` is the whole problem.
    """

    def __init__(self, status: int, raw: Mapping[str, Any], request_id: str | None = None,
                 retry_after: float | None = None) -> None:
        self.status = status
        self.raw = raw
        self.problem = str(raw.get("type", "")).removeprefix("urn:gradientd:problem:")
        self.title = str(raw.get("title", ""))
        self.detail = str(raw.get("detail", "")) or self.title or f"status {status}"
        found = raw.get("errors")
        self.errors = tuple(  # What somebody else calls errors has no details.
            FieldError(error.get("pointer") or error.get("parameter") or error.get("header") or "",
                       error["detail"], error.get("hint"))
            for error in (found if isinstance(found, list) else [])
            if isinstance(error, Mapping) and "detail" in error)
        self.request_id = request_id
        self.retry_after = retry_after
        self.checkpoint: Mapping[str, Any] | None = raw.get("checkpoint")
        super().__init__(status, self.detail)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.status, self.raw, self.request_id, self.retry_after)

    def __str__(self) -> str:
        lines = [f"{self.status}: {self.detail}"]
        fields = [str(error) for error in self.errors]
        if fields and fields != [self.detail]:
            lines += [f"  {field}" for field in fields]
        if self.request_id:
            lines.append(f"  (request {self.request_id})")
        return "\n".join(lines)


class RequestError(ServiceError):
    """The request is wrong, or not allowed: 4xx."""


class Unauthorized(RequestError):
    """The token is missing or unknown: 401."""


class NotFound(RequestError):
    """There is no such run, or no longer: 404."""


class RateLimited(RequestError):
    """The caller asks too often, or for too much at once: 429."""


class ServiceUnavailable(ServiceError):
    """The service cannot answer now, or failed: 5xx."""


_BY_STATUS: dict[int, type[ServiceError]] = {401: Unauthorized, 404: NotFound, 429: RateLimited}


def service_error(status: int, raw: Mapping[str, Any], request_id: str | None,
                  retry_after: float | None) -> ServiceError:
    """The error of a status that is none of success."""
    kind = _BY_STATUS.get(status, RequestError if status < 500 else ServiceUnavailable)
    return kind(status, raw, request_id, retry_after)


class TrainingCancelled(GradientdError):
    """A training ended before its last epoch; `checkpoint` is where to go on from, if there is one:
    the `resume_from` of `train`."""

    def __init__(self, detail: str, checkpoint: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail, checkpoint)
        self.detail = detail
        self.checkpoint = checkpoint

    def __str__(self) -> str:
        return self.detail


class RunFailed(GradientdError):
    """A run could not go on, and has no result."""


class StartFailed(GradientdError):
    """The program was not found, or did not start."""


class UnsupportedModule(GradientdError, TypeError):
    """A part of a model that the service has no layer for; `path` is its place in the model."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason
