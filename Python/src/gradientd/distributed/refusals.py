"""What cannot be computed block by block."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from ..errors import GradientdError
from ..networks import Network


class NotShardable(GradientdError, ValueError):
    """What was asked for is not the sum of what blocks of examples come to."""


def refuse_dropout(network: Network, mode: str) -> None:
    """Refuses masks, each of which is drawn, or given, for the examples of one whole batch.

    Layers that mix examples are refused by the service itself, which knows them all.
    """
    if mode == "inference":
        return
    for index, layer in enumerate(network.layers):
        if isinstance(layer, Mapping) and layer.get("type") == "dropout":
            raise NotShardable(
                f"layer {index}, dropout: its mask is of the whole batch, and each block would "
                'drop by the same one (without it, or with mode="inference", blocks add up)')


def refuse_others(options: Mapping[str, Any], known: Set[str], of: str) -> None:
    """Refuses options that say something of single examples, or of what is not done here."""
    for name in options:
        if name not in known:
            raise NotShardable(f"{name} is no option of {of}: there are {', '.join(sorted(known))}")
