"""A bar of a training's epochs."""

from __future__ import annotations

import warnings
from types import TracebackType
from typing import Any

from .trainings import Event


class Bar:
    """Shows events in a tqdm bar, which begins at `epoch` of `epochs` where they are known.

    Raises ImportError where tqdm is missing.
    """

    def __init__(self, epoch: int = 0, epochs: int | None = None) -> None:
        try:
            with warnings.catch_warnings():  # Without ipywidgets its bar is of text.
                warnings.filterwarnings("ignore", "IProgress not found")
                from tqdm.auto import tqdm
        except ImportError as error:
            raise ImportError(
                "progress=True needs tqdm: pip install tqdm, or gradientd[notebook]") from error
        self._bar: Any = tqdm(initial=epoch, total=epochs, unit="epoch")

    def show(self, event: Event) -> None:
        """Moves the bar to where the training is."""
        if event.kind == "started":
            self._bar.total = int(event["epochs"])
        if event.kind in ("started", "epoch"):
            self._bar.update(event.epoch - self._bar.n)  # Drawn ten times a second at most.
        if "cost:mean" in event.values:
            shown = {"cost": event["cost:mean"]}
            if "validation.cost:mean" in event.values:
                shown["validation"] = event["validation.cost:mean"]
            self._bar.set_postfix(
                {name: f"{value:.4g}" for name, value in shown.items()}, refresh=False)
        if event.kind == "warning":
            self._bar.write(f"warning: {event.detail}")
        if event.is_last:
            self._bar.refresh()

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 traceback: TracebackType | None) -> None:
        self._bar.close()
