"""Bodies of requests: JSON whose arrays are encoded as they are sent, and never copied whole."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import httpx
import numpy as np

from ._arrays import Array, Encoded, as_array, base64_parts, base64_size, is_array, to_array

_NAMES = {8: "float64", 4: "float32"}


class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The JSON of a payload. It can be sent again, and its length is known beforehand.

    Arrays are looked at when they are sent: they must not change before the answer is there.
    """

    def __init__(self, payload: Mapping[str, Any]) -> None:
        mark = secrets.token_hex(16)  # Stands in the text where an array will, and nowhere else.
        arrays: list[Array] = []

        def encode(value: Any) -> Any:
            if isinstance(value, Encoded):
                value = as_array(value)
            elif getattr(value, "ndim", None) == 0:  # A scalar of any library; integers stay it.
                number = value.item()
                return float(number) if isinstance(number, np.floating) else number
            elif isinstance(value, Mapping):
                return dict(value)
            elif not is_array(value):
                raise TypeError(f"{type(value).__name__} has no JSON")
            arrays.append(to_array(value))
            return mark

        text = json.dumps(payload, default=encode, separators=(",", ":"), check_circular=False)
        self._texts = [part.encode() for part in text.split(f'"{mark}"')]
        self._arrays = arrays
        heads = [_head(array) for array in arrays]
        for i, head in enumerate(heads):
            self._texts[i] += head
            self._texts[i + 1] = b'"}' + self._texts[i + 1]
        self.size = sum(map(len, self._texts)) + sum(map(base64_size, arrays))

    def __iter__(self) -> Iterator[bytes]:
        pending = b""
        for text, array in zip(self._texts, self._arrays, strict=False):
            pending += text
            for part in base64_parts(array):
                if len(pending) + len(part) < 65536:  # Small arrays go together.
                    pending += part
                else:
                    yield pending + part
                    pending = b""
        yield pending + self._texts[-1]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part


def _head(array: Array) -> bytes:
    shape = ",".join(map(str, array.shape))
    return f'{{"shape":[{shape}],"dtype":"{_NAMES[array.itemsize]}","base64":"'.encode()
