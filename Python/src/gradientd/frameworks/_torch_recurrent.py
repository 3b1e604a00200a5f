"""The recurrent modules and the attention of PyTorch, which return several things."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from torch import nn

from ..errors import UnsupportedModule
from ._graph import Graph, Value
from ._torch_layers import keep_tensor

RECURRENT = (nn.RNN, nn.LSTM, nn.GRU, nn.MultiheadAttention)


@dataclass(frozen=True)
class Outputs:
    """What a recurrent module returns, of which only the outputs are of use: whole, or of the last
    step. The layer is made when it is known which."""

    path: str
    module: nn.Module
    value: Value
    taken: bool = False
    last: bool = False

    def finished(self, graph: Graph) -> Value:
        """The layer of what was taken."""
        if not self.taken:
            raise UnsupportedModule(self.path, "returns several things: take its outputs, by [0]")
        if isinstance(self.module, nn.MultiheadAttention):
            return _attention(graph, self.path, self.module, self.value)
        return _recurrent(graph, self.path, self.module, self.value, self.last)


def indexed(outputs: Outputs, index: Any, path: str) -> Outputs | None:
    """What indexing takes of it: [0] the outputs, [:, -1] their last step; None for the rest that
    `outputs, _ = module(…)` leaves aside."""
    if not outputs.taken and index in (0, 1):
        return replace(outputs, taken=True) if index == 0 else None
    last = (slice(None), -1)
    if (outputs.taken and not outputs.last and not isinstance(outputs.module, nn.MultiheadAttention)
            and index in (last, (*last, slice(None)))):
        return replace(outputs, last=True)
    raise UnsupportedModule(path, "only the outputs, and their last step, can be taken")


def _recurrent(graph: Graph, path: str, module: Any, value: Value, last: bool) -> Value:
    if not module.batch_first:
        raise UnsupportedModule(path, "takes the steps first: batch_first has to be True")
    if module.bidirectional or getattr(module, "proj_size", 0):
        raise UnsupportedModule(path, "is bidirectional or has a projection")
    if module.dropout and module.num_layers > 1:
        raise UnsupportedModule(path, "has dropout between its layers")
    for depth in range(module.num_layers):
        sequence = depth < module.num_layers - 1 or not last
        kind = {nn.RNN: "simple_rnn", nn.LSTM: "lstm", nn.GRU: "gru"}[type(module)]
        layer: dict[str, Any] = {"type": kind, "return_sequences": sequence}
        if kind == "simple_rnn":
            layer["nonlinearity"] = module.nonlinearity
        if not module.bias:
            layer["use_bias"] = False
        name = path if module.num_layers == 1 else f"{path}.l{depth}"
        value = graph.add(name, [value], layer, "sequence" if sequence else "units",
                          module.hidden_size)
        names = {"W": "weight_ih", "U": "weight_hh"}
        if module.bias:
            names |= {"b": "bias_ih", "b_recurrent": "bias_hh"}
        for array, name in names.items():
            name = f"{name}_l{depth}"
            keep_tensor(graph, array, path, name, getattr(module, name))
    return value


def _attention(graph: Graph, path: str, module: Any, value: Value) -> Value:
    if not module.batch_first:
        raise UnsupportedModule(path, "takes the steps first: batch_first has to be True")
    if module.in_proj_weight is None or module.bias_k is not None or module.add_zero_attn:
        raise UnsupportedModule(path, "kdim, vdim, add_bias_kv and add_zero_attn are not supported")
    if module.dropout:
        raise UnsupportedModule(path, "has dropout on its attention")
    layer = {"type": "multi_head_attention", "num_heads": module.num_heads}
    if module.in_proj_bias is None:
        layer["use_bias"] = False
    value = graph.add(path, [value], layer, "sequence", module.embed_dim)
    for i, which in enumerate("qkv"):
        rows = slice(i * module.embed_dim, (i + 1) * module.embed_dim)
        keep_tensor(graph, f"W{which}", path, "in_proj_weight", module.in_proj_weight, rows)
        if module.in_proj_bias is not None:
            keep_tensor(graph, f"b{which}", path, "in_proj_bias", module.in_proj_bias, rows)
    keep_tensor(graph, "Wo", path, "out_proj.weight", module.out_proj.weight)
    if module.in_proj_bias is not None:
        keep_tensor(graph, "bo", path, "out_proj.bias", module.out_proj.bias)
    return value
