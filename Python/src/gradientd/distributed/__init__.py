"""Batches and trainings that are too large for one request, over several replicas of the service.

Dask holds the data and runs the tasks (`dask.distributed`); each sends one block of examples to a
replica with `convention: "sum"`. The sums are added in a fixed order and divided once, so that the
derivatives are exactly those of the whole batch, and the same bits each time for the same blocks.
"""

from .gradients import backward
from .refusals import NotShardable
from .training import Fit, fit

__all__ = ["Fit", "NotShardable", "backward", "fit"]
