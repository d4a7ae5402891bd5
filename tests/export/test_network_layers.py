"""Every layer computes the same in ONNX and OpenVINO as in PyTorch, or is not translated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import openvino
import pytest
import torch
from torch import nn

from catseye.errors import CatseyeError, MissingPackageError
from catseye.export.onnx_network import write_network
from catseye.images.preprocess import Preprocess
from catseye.inference.openvino_graph import build_classifier_graph, translate_network
from catseye.networks.backbones.blocks import SameConv2d
from catseye.networks.definition.modules import ChannelNorm, Parallel, SameAvgPool2d, SameMaxPool2d, Sum

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Floats

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

SHAPE = (13, 18, 3)  # neither square nor even, so that swapped sides are noticed


class Twice(nn.Module):
    """A layer that runs twice, and values that are used twice."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        once = self.conv(maps)
        result: torch.Tensor = once + self.conv(once)
        return result


def dense(*layers: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 5), *layers)


LAYERS: dict[str, Callable[[], nn.Module]] = {
    "conv": lambda: nn.Conv2d(3, 4, 3),
    "conv with everything": lambda: nn.Conv2d(3, 4, (3, 2), (2, 3), (2, 1), (2, 1)),
    "conv with groups": lambda: nn.Conv2d(3, 6, (2, 5), padding=(0, 2), groups=3, bias=False),
    "conv of 1×1": lambda: nn.Conv2d(3, 4, 1, 2),
    "conv, padding as a word": lambda: nn.Conv2d(3, 4, (4, 3), padding="same", dilation=(1, 2)),
    "conv without padding, as a word": lambda: nn.Conv2d(3, 4, 3, padding="valid"),
    "conv with same padding": lambda: SameConv2d(3, 4, (3, 4), (2, 3), dilation=(2, 1), bias=True),
    "batch norm": lambda: nn.BatchNorm2d(3, eps=0.1),
    "batch norm of values": lambda: dense(nn.BatchNorm1d(5)),
    "layer norm of values": lambda: dense(nn.LayerNorm(5, eps=0.01)),
    "layer norm of channels": lambda: ChannelNorm(3, eps=0.02),
    "layer norm of rows": lambda: nn.LayerNorm(18),
    "max pool": lambda: nn.MaxPool2d(2),
    "max pool with everything": lambda: nn.MaxPool2d((3, 2), (2, 3), (1, 0), (2, 1)),
    "max pool, rounded up": lambda: nn.MaxPool2d(3, 2, ceil_mode=True),
    "max pool, rounded up, where the last window would begin in the margin": lambda: nn.MaxPool2d(
        2, (4, 3), 1, ceil_mode=True
    ),
    "max pool with same padding": lambda: SameMaxPool2d((3, 2), 2),
    "average pool": lambda: nn.AvgPool2d(3, 2, 1),
    "average pool without the margin": lambda: nn.AvgPool2d((3, 4), (1, 3), (1, 2), count_include_pad=False),
    "average pool, rounded up": lambda: nn.AvgPool2d(4, 4, ceil_mode=True),
    "average pool with a margin that does not count, rounded up": lambda: nn.AvgPool2d(
        (3, 4), (2, 3), 1, ceil_mode=True, count_include_pad=False
    ),
    "average pool with same padding": lambda: SameAvgPool2d((3, 4), (2, 3)),
    "global average pool": lambda: nn.AdaptiveAvgPool2d(1),
    "adaptive average pool": lambda: nn.AdaptiveAvgPool2d((5, 7)),
    "adaptive average pool to a larger side": lambda: nn.AdaptiveAvgPool2d((20, 4)),
    "adaptive average pool of rows": lambda: nn.AdaptiveAvgPool2d((1, None)),
    "global max pool": lambda: nn.AdaptiveMaxPool2d((1, 1)),
    "upsample": lambda: nn.Upsample(scale_factor=3),
    "upsample in between": lambda: nn.Upsample(scale_factor=1.5),
    "upsample, unequal": lambda: nn.Upsample(scale_factor=(2.0, 3.0)),
    "upsample bilinear": lambda: nn.Upsample(scale_factor=2, mode="bilinear"),
    "upsample bilinear in between": lambda: nn.Upsample(scale_factor=1.7, mode="bilinear"),
    "dense": dense,
    "dense without bias": lambda: dense(nn.ReLU(), nn.Linear(5, 2, bias=False)),
    "dense along rows": lambda: nn.Linear(18, 4),
    "dropout": lambda: nn.Sequential(nn.Dropout(), nn.Dropout2d(), nn.Identity()),
    "sum": lambda: Sum(nn.Sequential(nn.Conv2d(3, 3, 1)), nn.Sequential()),
    "parallel": lambda: Parallel([nn.Sequential(nn.Conv2d(3, 2, 1)), nn.Sequential()]),
    "twice": Twice,
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "leaky relu": lambda: nn.LeakyReLU(0.37),
    "elu": lambda: nn.ELU(1.7),
    "selu": nn.SELU,
    "gelu": nn.GELU,
    "gelu by tanh": lambda: nn.GELU("tanh"),
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "softplus": nn.Softplus,
    "hard swish": nn.Hardswish,
}  # fmt: skip


class Standardised(nn.Conv2d):
    """A convolution that computes something other than PyTorch's."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        return super().forward(maps) * 2


class Constructed(nn.Conv2d):
    """A convolution that only has another constructor."""

    def __init__(self) -> None:
        super().__init__(3, 2, 3)


class Called(nn.Module):
    """A function in place of a layer."""

    def __init__(self, function: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        return self.function(maps)


# Close to a translated layer, but different: converted by PyTorch's and OpenVINO's exporters.
OTHERS: dict[str, Callable[[], nn.Module]] = {
    "a convolution with a margin that is not zeros": lambda: nn.Conv2d(3, 3, 3, padding=1, padding_mode="reflect"),
    "a convolution with another forward": lambda: Standardised(3, 3, 3, padding=1),
    "batch norm without weights": lambda: nn.BatchNorm2d(3, affine=False),
    "layer norm of maps": lambda: nn.LayerNorm((3, 13, 18)),
    "layer norm without bias": lambda: nn.LayerNorm(18, bias=False),
    "flatten rows": lambda: nn.Flatten(2),
    "upsample to a size": lambda: nn.Upsample((13, 18)),
    "upsample with corners": lambda: nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
    "upsample bicubic": lambda: nn.Upsample(scale_factor=2, mode="bicubic"),
    "softplus of another slope": lambda: nn.Softplus(beta=2),
    "group norm": lambda: nn.GroupNorm(1, 3),
    "product": lambda: Called(lambda maps: maps * 2),
    "sum with a number": lambda: Called(lambda maps: maps + 2),
    "method": lambda: Called(lambda maps: maps.flatten(1)),
}
# What those convert wrongly or not at all; exporting it is refused.
UNKNOWN: dict[str, Callable[[], nn.Module]] = {
    "batch norm without statistics": lambda: nn.BatchNorm2d(3, track_running_stats=False),
    "average pool with another divisor": lambda: nn.AvgPool2d(2, divisor_override=3),
    "average pool with a margin, rounded up": lambda: nn.AvgPool2d((3, 4), (2, 3), 1, ceil_mode=True),
    "adaptive max pool": lambda: nn.AdaptiveMaxPool2d((2, 1)),
}


def randomised(make: Callable[[], nn.Module]) -> nn.Module:
    """Return a network whose initial zeros and ones are random, too."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = make()
        for values in [*network.parameters(), *network.buffers()]:
            if values.is_floating_point():
                nn.init.uniform_(values, 0.5, 2) if values.eq(1).all() else nn.init.normal_(values)
    return network.eval()


def run_onnx(network: nn.Module, maps: Floats) -> Floats:
    from catseye.export.onnx_operations import OnnxOperations

    ops = OnnxOperations()
    result, _ = write_network(ops, network, Preprocess(*SHAPE), "maps", None)
    rank = network(torch.from_numpy(maps)).dim()
    given = onnx.helper.make_tensor_value_info("maps", onnx.TensorProto.FLOAT, ["N", 3, 13, 18])
    output = onnx.helper.make_tensor_value_info(ops.named(result, "result"), onnx.TensorProto.FLOAT, [None] * rank)
    model = ops.model([given], [output], "layer")
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    found: Floats = session.run(None, {"maps": maps})[0]
    return found


def run_openvino(network: nn.Module, maps: Floats) -> Floats:
    given = openvino.opset15.parameter([-1, 3, 13, 18], openvino.Type.f32)
    result, _ = translate_network(network, Preprocess(*SHAPE), given, None)
    settings = {"INFERENCE_PRECISION_HINT": "f32"}
    compiled = openvino.Core().compile_model(openvino.Model([result], [given], "layer"), "CPU", settings)
    found: Floats = compiled([maps])[0]
    return found


RUNTIMES = {"onnx": run_onnx, "openvino": run_openvino}


def check_layer(make: Callable[[], nn.Module], runtime: str) -> None:
    network = nn.Sequential(randomised(make))
    maps = np.random.default_rng(1).normal(0, 3, (2, 3, 13, 18)).astype(np.float32)
    with torch.inference_mode():
        expected = network(torch.from_numpy(maps)).numpy()
    for count in (2, 1):
        found = RUNTIMES[runtime](network, maps[:count])
        np.testing.assert_allclose(found, expected[:count], rtol=1e-4, atol=1e-4)


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_computes_what_it_does_in_pytorch(layer: str, runtime: str) -> None:
    check_layer(LAYERS[layer], runtime)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_layer_with_another_constructor_is_that_layer(runtime: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catseye.export.onnx_network.convert_network", None)
    monkeypatch.setattr("catseye.inference.openvino_graph._embedded", None)
    check_layer(Constructed, runtime)


@pytest.mark.parametrize("layer", OTHERS | UNKNOWN)
def test_what_only_looks_like_a_layer_is_not_translated_as_that(layer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    network = nn.Sequential(randomised((OTHERS | UNKNOWN)[layer]))
    monkeypatch.setattr("catseye.export.onnx_conversion.find_spec", lambda _: None)
    with pytest.raises(MissingPackageError, match=r'has no translation for ONNX; .* pip install "catseye\[onnx\]"'):
        run_onnx(network, np.zeros((1, 3, 13, 18), np.float32))
    with pytest.raises(CatseyeError, match="has no translation for OpenVINO"):
        build_classifier_graph(network, Preprocess(*SHAPE))


@pytest.mark.slow  # PyTorch's exporter, or OpenVINO's, takes seconds, so that one network has it all
@pytest.mark.filterwarnings("ignore:.*LeafSpec:FutureWarning")
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_what_is_not_translated_is_converted(runtime: str) -> None:
    if runtime == "onnx":
        pytest.importorskip("onnxscript")
    last = ("flatten rows", "method")
    check_layer(
        lambda: nn.Sequential(
            *(make() for name, make in OTHERS.items() if name not in last), *(OTHERS[name]() for name in last)
        ),
        runtime,
    )
