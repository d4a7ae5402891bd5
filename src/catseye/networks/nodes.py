"""The nodes of a network's graph by the names that users write: modules, their runs, and what functions compute."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import torch
from torch import fx

from catseye.networks.tracing import block_names, module_results

if TYPE_CHECKING:
    from collections.abc import Iterable

RUN = "@"  # "conv@2" is the second run of conv


def split_run(name: str) -> tuple[str, int | None]:
    """Return a layer's name without the number of the run, and that number, from 1; ``None`` without one."""
    found = re.fullmatch(rf"(.+){RUN}([1-9]\d{{0,5}})", name)
    return (found[1], int(found[2])) if found else (name, None)


def run_names(names: Iterable[str]) -> list[str]:
    """Return names of layers in the order in which they run, with the number of the run where there are several."""
    listed = list(names)
    seen: dict[str, int] = {}
    found = []
    for name in listed:
        seen[name] = seen.get(name, 0) + 1
        found.append(f"{name}{RUN}{seen[name]}" if listed.count(name) > 1 else name)
    return found


def find_nodes(graph: fx.GraphModule) -> dict[str, fx.Node]:
    """Return the node whose result a name stands for; of a module that runs several times the last run.

    Modules have their names, with ``"@2"`` for the second run; functions and methods those of the graph, such as
    ``"relu_1"`` for the second.
    """
    found: dict[str, fx.Node] = {}
    for name, results in module_results(graph).items():
        found[name] = results[-1]
        if len(results) > 1:
            found |= {f"{name}{RUN}{number}": node for number, node in enumerate(results, 1)}
    return found | {name: node for node, name in name_nodes(graph).items() if node.op != "call_module"}


def name_nodes(graph: fx.GraphModule) -> dict[fx.Node, str]:
    """Return what the layers and functions of a graph are called, one name each."""
    results = module_results(graph)
    names: dict[fx.Node, str] = {}
    for name, nodes in results.items():
        runs = zip(nodes, run_names([name] * len(nodes)), strict=True)
        names |= {node: run for node, run in runs if node.op == "call_module" and str(node.target) == name}
    for node in graph.graph.nodes:
        if node.op in ("call_function", "call_method"):
            own = node.name
            while own in results:  # a module and a function may have the same name
                own += "_function"
            names[node] = own
        elif node.op == "call_module":
            names.setdefault(node, str(node.target))
    return names


def name_blocks(graph: fx.GraphModule) -> dict[fx.Node, str]:
    """Return the innermost module with others inside whose result a node is, by node; containers are no blocks."""
    found: dict[fx.Node, str] = {}
    blocks = block_names(graph)
    for name, nodes in module_results(graph).items():
        for node, run in zip(nodes, run_names([name] * len(nodes)), strict=True):
            if name in blocks and not (node.op == "call_module" and str(node.target) == name):
                found.setdefault(node, run)
    return found


class Recorder(fx.Interpreter):
    """Runs a graph and keeps what some of its nodes return."""

    def __init__(self, graph: fx.GraphModule, nodes: Iterable[fx.Node]) -> None:
        super().__init__(graph)
        self._nodes = frozenset(nodes)
        self.results: dict[fx.Node, Any] = {}

    def run_node(self, n: fx.Node) -> Any:
        result = super().run_node(n)
        if n not in self._nodes:
            return result
        self.results[n] = result
        # A later operation in place may change what is handed on, unlike what was recorded.
        return result.clone() if isinstance(result, torch.Tensor) else result
