"""Bodies of answers: JSON whose base64 is left alone until somebody asks for the array."""

from __future__ import annotations

import json
import math
from typing import Any

from ._arrays import Encoded

_KEY = b'"base64":"'
_NUMBERS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def parse(body: bytes) -> Any:
    """The JSON of an answer, with `Encoded` for each array in base64.

    The base64 is cut out before the JSON is read, since a reader of JSON looks at every character.
    `"base64":"` stands nowhere but at that key: within a string its quotes would be escaped.

    Raises ValueError where it is not JSON.
    """
    view, start = memoryview(body), 0
    pieces: list[memoryview | bytes] = []
    texts: list[memoryview] = []
    while (at := body.find(_KEY, start)) >= 0:
        begin = at + len(_KEY)
        end = body.index(b'"', begin)
        pieces += [view[start:begin], b"@%d" % len(texts)]  # @ is not of base64's alphabet.
        texts.append(view[begin:end])
        start = end
    pieces.append(view[start:])

    def object_hook(value: dict[str, Any]) -> Any:
        text = value.get("base64")
        if not isinstance(text, str):
            return value
        found = texts[int(text[1:])] if text.startswith("@") else text
        if "shape" in value:
            return Encoded(tuple(value["shape"]), value.get("dtype", "float64"), found)
        return value | {"base64": found if isinstance(found, str) else str(found, "ascii")}

    tree = json.loads(b"".join(pieces), object_hook=object_hook)
    if isinstance(tree, dict):
        restore_non_finite(tree)
    return tree


def restore_non_finite(tree: dict[str, Any]) -> None:
    """Puts NaN and the infinities where they are null, as far as `non_finite` tells."""
    for entry in tree.get("non_finite", []):
        *path, last = [part.replace("~1", "/").replace("~0", "~")
                       for part in entry["pointer"].split("/")[1:]]
        place: Any = tree
        for part in path:
            if isinstance(place, list):
                place = place[int(part)]
            elif isinstance(place, dict):
                place = place[part]
        if isinstance(place, list):
            place[int(last)] = _NUMBERS[entry["kind"]]
        elif isinstance(place, dict):
            place[last] = _NUMBERS[entry["kind"]]
