"""A network as a graph of its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import fx, nn

from catseye.networks.structure import copy_structure

if TYPE_CHECKING:
    from collections.abc import Callable


_LAYERS = (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d, nn.LayerNorm)  # and what is made from them


def trace(network: nn.Module, method: str = "forward") -> fx.GraphModule:
    """Return the graph of what a method of the network does with its input.

    A private copy of the network is traced. ``torch.fx.symbolic_trace`` replaces ``torch.nn.Module.__call__`` while it
    runs, so that a network that another thread runs at that time would be traced too, and fail.
    """
    tracer = _Tracer(network)
    result = getattr(tracer.root, method)(tracer.create_proxy("placeholder", "pictures", (), {}))
    tracer.create_node("output", "output", (tracer.create_arg(result),), {})
    return fx.GraphModule(network, tracer.graph)


class _Tracer(fx.Tracer):
    """Records the calls of the modules of a copy; takes every layer as one, those of ours too."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.root = copy_structure(network)
        self.graph = fx.Graph()
        self.tensor_attrs = {}
        self.submodule_paths = {module: name for name, module in self.root.named_modules()}
        for module, name in self.submodule_paths.items():
            module._forward_hooks.clear()  # which could not work with what stands for a tensor here
            module._forward_pre_hooks.clear()
            if name:
                module.forward = self._recorded(module, module.forward)

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return isinstance(m, _LAYERS) or super().is_leaf_module(m, module_qualified_name)

    def _recorded(self, module: nn.Module, forward: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **kwargs: self.call_module(module, forward, args, kwargs)
