"""Requests to build and answers to read, without any input or output: what `Client` and
`AsyncClient` have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import httpx

from ._answer import parse
from ._arrays import is_array, to_array
from ._body import Body
from .checks import Check
from .errors import UnexpectedAnswer, service_error
from .networks import Network, NetworkLike, as_network, kind_of
from .results import Backward, Conversion, Declarations, Forward, Layer
from .trainings import Event, Training, read_event

T = TypeVar("T")

TRAINING_SETTINGS = (
    "optimizer", "learning_rate", "epochs", "batch_size", "schedule", "clipping", "shuffle",
    "early_stopping", "watch", "report_every")

STREAM = {"Accept": "application/x-ndjson"}


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request, and how to read its answer. `repeatable` says that a second one does no harm,
    as long as nothing was told of a stream."""

    method: str
    path: str
    read: Callable[[Any], T]
    body: Body | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    repeatable: bool = True
    progress: bool = False


@dataclass(frozen=True)
class Calls:
    """Builds the calls; `layout` is that of the client."""

    layout: str | None = None

    def forward(self, /, network: NetworkLike, X: Any, Y: Any = None, loss: Any = None, *,
                sample_weight: Any = None, class_weight: Any = None,
                **options: Any) -> Call[Forward]:
        """Runs the network; with `Y` and a loss, the losses and the cost too.

        `options` are the other fields of the contract's ForwardRequest, as `include`, `mode`,
        `caches` and `tangents`.

        Raises RequestError for what the service refuses, NotReachable where none answers.
        """
        sent, payload = self._request(network, X, Y, loss, sample_weight, class_weight, options)
        return self._post("/forward", payload, sent, Forward)

    def backward(self, /, network: NetworkLike, X: Any, Y: Any = None, loss: Any = None, *,
                 dA: Any = None, sample_weight: Any = None, class_weight: Any = None,
                 **options: Any) -> Call[Backward]:
        """Every layer's derivatives, and what they are derivatives of.

        `X` and `Y` are a batch in the layout of the request: that of the network or the client, or
        the course's, units × examples. In place of `Y` and a loss stands `dA`, the derivative with
        respect to the outputs. `options` are the other fields of the contract's BackwardRequest,
        as `convention`, `include`, `penalty`, `per_example` and `trace`.

        Raises RequestError for what the service refuses, NotReachable where none answers.
        """
        if dA is not None:
            options["dA"] = _array(dA)
        sent, payload = self._request(network, X, Y, loss, sample_weight, class_weight, options)
        return self._post("/backward", payload, sent, Backward)

    def check(self, /, network: NetworkLike, X: Any, Y: Any, loss: Any = None,
              submitted: Mapping[str, Any] | None = None, *, sample_weight: Any = None,
              class_weight: Any = None, **options: Any) -> Call[Check]:
        """Judges derivatives that somebody else computed, and names the mistakes.

        `submitted` is the course's flat dictionary (`{"dW1": …, "db1": …}`) or has `layers`.
        `options` are the other fields of the contract's CheckRequest, as `numerical`, `tolerance`
        and `probe`.

        Raises RequestError for what the service refuses, NotReachable where none answers.
        """
        if submitted is not None:
            options["submitted"] = submitted
        sent, payload = self._request(network, X, Y, loss, sample_weight, class_weight, options)
        return self._post("/check", payload, sent, Check)

    def convert(self, /, layers: Sequence[Mapping[str, Any]] | None = None, *,
                tensors: Mapping[str, Any] | None = None, X: Any = None, Y: Any = None,
                dX: Any = None, from_: Mapping[str, str] | None = None,
                to: Mapping[str, str] | None = None, **options: Any) -> Call[Conversion]:
        """Tensors of one convention and layout in another, without a network.

        `layers` has a mapping for each layer, those of an answer for example, or `tensors` is the
        course's flat dictionary. `from_` and `to` are as
        `{"convention": "cost", "layout": "pytorch"}`.

        Raises RequestError for what the service refuses, NotReachable where none answers.
        """
        arrays = {name: _array(value)
                  for name, value in (("X", X), ("Y", Y), ("dX", dX)) if value is not None}
        rest = {"layers": layers, "tensors": tensors, "from": from_, "to": to}
        kinds = []
        if layers is not None:
            rest["layers"] = layers = [
                {"type": layer.kind.split(" ")[0], **layer}
                if isinstance(layer, Layer) and layer.kind else layer for layer in layers]
            kinds = [kind_of(layer) for layer in layers]
        payload = {"encoding": "base64", **_without_none(rest), **arrays, **options}
        return Call("POST", "/convert", lambda tree: Conversion(tree, kinds), Body(payload))

    def train(self, /, network: NetworkLike, X: Any, Y: Any, loss: Any = None, *,
              optimizer: Any = None, epochs: int | None = None,
              learning_rate: float | None = None, batch_size: int | None = None,
              validation: Any = None, sample_weight: Any = None, class_weight: Any = None,
              progress: bool = False, **options: Any) -> Call[Training]:
        """Trains the network, and waits for the end.

        `validation` is a pair (X, Y), or a mapping that may have weights too. `progress` shows a
        bar, for which it needs tqdm. `options` are the contract's other TrainingSettings
        (`schedule`, `clipping`, `shuffle`, `early_stopping`, `watch`, `report_every`) and the other
        fields of its TrainRequest, as `metrics`, `penalty`, `checkpoint` and `resume_from`.

        Raises RequestError for what the service refuses and NotReachable where none answers. Where
        the service ends the training before its last epoch, ServiceUnavailable or, with `progress`,
        TrainingCancelled: both have its `checkpoint`, if one was asked for.
        """
        sent, payload = self._training(
            network, X, Y, loss, sample_weight, class_weight, validation, options,
            optimizer=optimizer, epochs=epochs, learning_rate=learning_rate, batch_size=batch_size)
        keep, kinds = self._kept(sent, payload), _kinds(sent)
        return Call("POST", "/train", lambda tree: Training(tree, kinds, keep), Body(payload),
                    progress=progress)

    def train_events(self, /, network: NetworkLike, X: Any, Y: Any, loss: Any = None, *,
                     optimizer: Any = None, epochs: int | None = None,
                     learning_rate: float | None = None, batch_size: int | None = None,
                     validation: Any = None, sample_weight: Any = None, class_weight: Any = None,
                     **options: Any) -> Call[Event]:
        """Trains the network and tells how it goes, an event at a time; the last has the result.

        Closing the generator ends the training. The arguments are those of `train`.

        Raises RequestError for what the service refuses, and NotReachable where none answers or
        the connection is lost.
        """
        call = self.train(network, X, Y, loss, optimizer=optimizer, epochs=epochs,
                          learning_rate=learning_rate, batch_size=batch_size,
                          validation=validation, sample_weight=sample_weight,
                          class_weight=class_weight, **options)
        return self.watched(call)

    def watched(self, call: Call[Training]) -> Call[Event]:
        """The same training, told as it goes."""
        result = call.read({})
        return Call(call.method, call.path,
                    lambda line: read_event(line, result.kinds, result.options), call.body,
                    STREAM)

    def catalog(self, /) -> Call[Declarations]:
        """Every layer, activation, loss, optimizer and so on, with its settings and formulas."""
        return Call("GET", "/catalog", Declarations)

    def limits(self, /) -> Call[Declarations]:
        """What a request may ask for."""
        return Call("GET", "/limits", Declarations)

    def body(self, payload: Mapping[str, Any]) -> Body:
        """A body of JSON."""
        return Body(payload)

    def _post(self, path: str, payload: Mapping[str, Any], network: Network,
              answer: Callable[[Mapping[str, Any], Sequence[str]], T]) -> Call[T]:
        kinds = _kinds(network)
        return Call("POST", path, lambda tree: answer(tree, kinds), Body(payload))

    def _request(self, network: NetworkLike, X: Any, Y: Any, loss: Any, sample_weight: Any,
                 class_weight: Any, options: Mapping[str, Any]) -> tuple[Network, dict[str, Any]]:
        sent = as_network(network)
        defaults = {"encoding": "base64", "layout": self.layout, **sent.options}
        if "training" in options:  # It has no mode of its own.
            defaults.pop("mode", None)
        if Y is None:  # Then there is no cost for them to be of.
            defaults.pop("loss", None)
            defaults.pop("penalty", None)
        batch = {"X": X, "Y": Y, "sample_weight": sample_weight, "class_weight": class_weight}
        payload: dict[str, Any] = {**defaults, **options}
        if loss is not None:
            payload["loss"] = loss
        payload |= {"network": sent.payload(), "batch": _batch(batch)}
        return sent, _without_none(payload)

    def _training(self, network: NetworkLike, X: Any, Y: Any, loss: Any, sample_weight: Any,
                  class_weight: Any, validation: Any, options: dict[str, Any],
                  **settings: Any) -> tuple[Network, dict[str, Any]]:
        for name in TRAINING_SETTINGS:
            if name in options:
                settings[name] = options.pop(name)
        options["training"] = {**options.get("training", {}), **_without_none(settings)}
        if validation is not None:
            if not isinstance(validation, Mapping):
                validation = dict(zip(("X", "Y"), validation, strict=True))
            options["validation"] = _batch(validation)
        return self._request(network, X, Y, loss, sample_weight, class_weight, options)

    def _kept(self, network: Network, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """The options that a trained network goes on with."""
        kept = dict(network.options)
        if "layout" in payload:
            kept["layout"] = payload["layout"]
        return kept


def _batch(batch: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _array(value) for name, value in batch.items() if value is not None}


def _array(value: Any) -> Any:
    """An array, or lists that are none as they are: the service says where they are wrong."""
    if is_array(value):
        return to_array(value)
    try:
        return to_array(value)
    except (TypeError, ValueError):
        return value


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _kinds(network: Network) -> Sequence[str]:
    return [kind_of(layer) for layer in network.layers]


def read_json(status: int, body: bytes, headers: httpx.Headers) -> Any:
    """The JSON of a success; raises ServiceError for a refusal, UnexpectedAnswer for no JSON."""
    if status == 204:
        return None
    try:
        tree = parse(body)
    except ValueError:
        tree = None
    if 200 <= status < 300:
        if not isinstance(tree, dict):
            what = "no JSON" if tree is None else "no object of JSON"
            raise UnexpectedAnswer(
                f"answered {status} with {headers.get('content-type', 'no type')}, which is "
                f"{what}: is this the address of gradientd?")
        return tree
    if not isinstance(tree, dict):
        tree = {}
    if not (tree.get("detail") or tree.get("title")):  # Of somebody between here and there.
        tree["title"] = body[:200].decode("utf-8", "replace").strip()
    wait = headers.get("retry-after", "")
    raise service_error(status, tree, headers.get("x-request-id"),
                        float(wait) if wait.isdigit() else None)
