"""Graphs are those of torch.fx, made without touching what other threads run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import fx, nn

from catseye.networks import build
from catseye.networks.names import BACKBONES, LESSONS
from catseye.networks.tracing import trace


class Judge(fx.Tracer):
    """PyTorch's own, with every convolution as one layer."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return isinstance(m, nn.Conv2d) or super().is_leaf_module(m, module_qualified_name)


@pytest.mark.parametrize("name", [*LESSONS, *BACKBONES])
def test_a_graph_is_that_of_torch_fx(name: str) -> None:
    shape = (28, 28, 1) if name in LESSONS else (64, 64, 3)
    with torch.device("meta"):
        network = build(name, shape, 10)
    ours, theirs = trace(network).graph, Judge().trace(network)
    expected = [(node.op, str(node.target), node.meta.get("nn_module_stack")) for node in theirs.nodes]
    found = [(node.op, str(node.target), node.meta.get("nn_module_stack")) for node in ours.nodes]
    first, *others = found
    assert first[0] == expected[0][0] == "placeholder"
    assert others == expected[1:]


def test_networks_that_run_meanwhile_are_not_traced() -> None:
    network = build("efficientnet_lite0", (64, 64, 3), 10).eval()
    picture = torch.rand(1, 3, 64, 64)
    call = nn.Module.__call__
    with torch.inference_mode():
        expected = network(picture)

    def run(_: int) -> bool:
        with torch.inference_mode():
            return torch.equal(network(picture), expected)

    with ThreadPoolExecutor(4) as pool:
        equal = [pool.submit(run, number) for number in range(20)]
        graphs = [pool.submit(trace, network, "extract") for _ in range(4)]
        assert all(future.result() for future in equal)
        assert len({str(future.result().graph) for future in graphs}) == 1
    assert nn.Module.__call__ is call
