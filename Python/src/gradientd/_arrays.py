"""Arrays as they travel: base64 of little-endian bytes, row-major, with shape and dtype."""

from __future__ import annotations

import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

# Whole groups of 3 bytes, so that the text of the parts is that of the whole.
_PART = 384 * 1024
# As they travel, and as they are on this machine.
_DTYPES = {"float64": ("<f8", np.float64), "float32": ("<f4", np.float32)}


def is_array(value: object) -> bool:
    """Whether `value` is a NumPy array or says how to become one, as tensors and frames do."""
    return hasattr(value, "__array__") or hasattr(value, "detach")


def to_array(value: Any) -> Array:
    """`value` as a C-contiguous array of little-endian float64 or float32.

    float32 stays float32, and float16 and bfloat16 become it; integers and booleans become float64,
    which holds them exactly, as does every other floating-point type, rounded.

    Raises TypeError where the elements are no real numbers, and ValueError where lists are ragged,
    elements are masked, or an integer has no exact float64.
    """
    if hasattr(value, "detach"):  # A torch tensor: of a graph, of another device, of any dtype.
        value = value.detach().cpu()
        if str(value.dtype) == "torch.bfloat16":
            value = value.float()
    if np.ma.is_masked(value):
        raise ValueError("elements of the array are masked, and none can be left out: fill them")
    array = np.asarray(value)
    if array.dtype.name == "bfloat16":  # Not NumPy's own, but JAX's.
        array = array.astype(np.float32)
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "f":
        dtype = "<f4" if size <= 4 else "<f8"
    elif kind in "iub":
        dtype = "<f8"
        largest = max(-int(array.min()), int(array.max())) if size == 8 and array.size else 0
        if largest > 2**53:
            raise ValueError("integers beyond 2**53 have no exact float64: convert them first")
    else:
        raise TypeError(f"an array of {array.dtype} does not hold real numbers")
    # Not np.ascontiguousarray, which makes one axis of none.
    return np.asarray(array, dtype=dtype, order="C")


def base64_size(array: Array) -> int:
    """How many characters `base64_parts` gives in all."""
    return (array.nbytes + 2) // 3 * 4


def base64_parts(array: Array) -> Iterator[bytes]:
    """The base64 of a C-contiguous array, a part at a time."""
    view = array.reshape(-1).view(np.uint8).data
    for start in range(0, len(view), _PART):
        yield binascii.b2a_base64(view[start:start + _PART], newline=False)


@dataclass(frozen=True)
class Encoded:
    """An array of an answer that nobody has asked for yet."""

    shape: tuple[int, ...]
    dtype: str
    text: memoryview | bytes | str

    def __reduce__(self) -> tuple[Any, ...]:
        text = bytes(self.text) if isinstance(self.text, memoryview) else self.text
        return Encoded, (self.shape, self.dtype, text)

    def decode(self) -> Array:
        """The array, which owns its memory and may be written to."""
        sent, own = _DTYPES[self.dtype]
        flat: Array = np.frombuffer(binascii.a2b_base64(self.text), sent)
        array: Array = flat.astype(own)
        return array.reshape(self.shape)


def as_array(value: Any) -> Array:
    """An array of an answer, in any of the contract's encodings; null is NaN."""
    if isinstance(value, Encoded):
        return value.decode()
    numbers = value["data"] if isinstance(value, Mapping) else value
    array: Array = np.array(numbers, dtype=np.float64)
    return array.reshape(value["shape"]) if isinstance(value, Mapping) else array


def decoded(tree: Any) -> Any:
    """A copy of a part of an answer with all its base64 as arrays."""
    if isinstance(tree, Encoded):
        return tree.decode()
    if isinstance(tree, Mapping):
        return {name: decoded(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [decoded(value) for value in tree]
    return tree


class Arrays(Mapping[str, Array]):
    """Arrays by name, each decoded when it is first asked for."""

    def __init__(self, encoded: Mapping[str, Any]) -> None:
        self._arrays = dict(encoded)

    def __getitem__(self, name: str) -> Array:
        value = self._arrays[name]
        if isinstance(value, np.ndarray):
            return value
        array = self._arrays[name] = as_array(value)
        return array

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{name}: {array.shape}" for name, array in self.items()) + "}"
