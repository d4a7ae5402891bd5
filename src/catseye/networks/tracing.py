"""A network as a graph of its layers."""

from __future__ import annotations

from torch import fx, nn


class _Tracer(fx.Tracer):
    """Takes every convolution as one layer, those of ours too."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return isinstance(m, nn.Conv2d) or super().is_leaf_module(m, module_qualified_name)


def trace(network: nn.Module, method: str = "forward") -> fx.GraphModule:
    """Return the graph of what a method of the network does with its input."""
    tracer = _Tracer()
    tracer.traced_func_name = method
    return fx.GraphModule(network, tracer.trace(network))
