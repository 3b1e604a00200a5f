"""NumPy arrays in, gradients out: a client of gradientd.

    client = gradientd.Client()          # of a service that runs
    client = gradientd.local()           # of one of its own
    client.backward(network, X, Y, loss="binary_crossentropy").layers[0].dW
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._retry import Retry
from .aio import AsyncClient, AsyncRun
from .checks import Check, Mistake, NumericalCheck, Probe, TensorVerdict
from .client import Client
from .errors import (
    FieldError, GradientdError, NotFound, NotReachable, RateLimited, RequestError, RunFailed,
    ServiceError, ServiceTimeout, ServiceUnavailable, StartFailed, TrainingCancelled, Unauthorized,
    UnexpectedAnswer, UnsupportedModule)
from .service import LocalClient, LocalService, local
from .networks import Network
from .results import Backward, Conversion, Derivative, Forward, Layer, Meaning
from .runs import Run
from .trainings import Event, Training

if TYPE_CHECKING:
    from .frameworks.keras import from_keras as from_keras
    from .frameworks.keras import keras_gradients as keras_gradients
    from .frameworks.keras import to_keras as to_keras
    from .frameworks.pytorch import from_torch as from_torch
    from .frameworks.pytorch import to_torch as to_torch
    from .frameworks.pytorch import torch_gradients as torch_gradients
    from .frameworks.sklearn import from_sklearn as from_sklearn
    from .frameworks.sklearn import sklearn_gradients as sklearn_gradients
    from .frameworks.sklearn import sklearn_targets as sklearn_targets
    from .frameworks.sklearn import to_sklearn as to_sklearn

__all__ = [
    "AsyncClient", "AsyncRun", "Backward", "Check", "Client", "Conversion", "Derivative", "Event",
    "FieldError", "Forward", "GradientdError", "Layer", "LocalClient", "LocalService", "Meaning",
    "Mistake", "Network", "NotFound", "NotReachable", "NumericalCheck", "Probe", "RateLimited",
    "RequestError", "Retry", "Run", "RunFailed", "ServiceError", "ServiceTimeout",
    "ServiceUnavailable", "StartFailed", "TensorVerdict", "Training", "TrainingCancelled",
    "Unauthorized", "UnexpectedAnswer", "UnsupportedModule", "local"]

# Imported when they are first asked for, as each needs its framework.
_LATE = {
    "from_keras": "keras", "keras_gradients": "keras", "to_keras": "keras",
    "from_torch": "pytorch", "to_torch": "pytorch", "torch_gradients": "pytorch",
    "from_sklearn": "sklearn", "sklearn_gradients": "sklearn", "sklearn_targets": "sklearn",
    "to_sklearn": "sklearn"}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f".frameworks.{_LATE[name]}", __name__), name)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"gradientd.{name} needs {error.name}, which is not installed", name=error.name
        ) from error


def __dir__() -> list[str]:
    return [*__all__, *_LATE]
