"""A network as a graph of its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import fx, nn

from catseye.networks.structure import copy_structure

if TYPE_CHECKING:
    from collections.abc import Callable


_LAYERS = (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d, nn.LayerNorm)  # and what is made from them
_CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
_RESULTS, _BLOCKS = "module results", "blocks"  # in a graph's meta


def trace(network: nn.Module, method: str = "forward") -> fx.GraphModule:
    """Return the graph of what a method of the network does with its input.

    A private copy of the network is traced. ``torch.fx.symbolic_trace`` replaces ``torch.nn.Module.__call__`` while it
    runs, so that a network that another thread runs at that time would be traced too, and fail.
    """
    tracer = _Tracer(network)
    result = getattr(tracer.root, method)(tracer.create_proxy("placeholder", "pictures", (), {}))
    tracer.create_node("output", "output", (tracer.create_arg(result),), {})
    graph = fx.GraphModule(network, tracer.graph)
    graph.meta[_RESULTS] = tracer.results
    graph.meta[_BLOCKS] = {
        name for name, module in tracer.root.named_modules() if name and not isinstance(module, _CONTAINERS)
    }
    return graph


def module_results(graph: fx.GraphModule) -> dict[str, list[fx.Node]]:
    """Return the nodes with the results of each module of a traced network, by its name, a node for each run.

    A module stands behind those inside it.
    """
    results: dict[str, list[fx.Node]] = graph.meta[_RESULTS]
    return results


def block_names(graph: fx.GraphModule) -> set[str]:
    """Return the names of the modules of a traced network that are more than containers of others."""
    names: set[str] = graph.meta[_BLOCKS]
    return names


class _Tracer(fx.Tracer):
    """Records the calls of the modules of a copy; takes every layer as one, those of ours too."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.root = copy_structure(network)
        self.graph = fx.Graph()
        self.results: dict[str, list[fx.Node]] = {}
        self.tensor_attrs = {}
        paths = {module: name for name, module in self.root.named_modules()}
        self.submodule_paths = paths
        for module, name in paths.items():
            module._forward_hooks.clear()  # which could not work with what stands for a tensor here
            module._forward_pre_hooks.clear()
            if name:
                module.forward = self._recorded(name, module, module.forward)

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return isinstance(m, _LAYERS) or super().is_leaf_module(m, module_qualified_name)

    def _recorded(self, name: str, module: nn.Module, forward: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            result = self.call_module(module, forward, args, kwargs)
            if isinstance(result, fx.Proxy):
                self.results.setdefault(name, []).append(result.node)
            return result

        return called
