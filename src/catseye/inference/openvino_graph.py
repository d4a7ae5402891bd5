"""A backbone as OpenVINO's graph, from 8-bit pictures to features."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np
import openvino as ov
import torch
from openvino import opset15 as ops
from openvino.preprocess import PrePostProcessor
from torch import fx, nn

from catseye.errors import CatseyeError
from catseye.networks.backbones.blocks import SameConv2d
from catseye.networks.backbones.timm import TimmNetwork
from catseye.networks.tracing import trace

if TYPE_CHECKING:
    from catseye.images.preprocess import Preprocess
    from catseye.networks.backbones.backbone import Backbone

Node = Any  # OpenVINO's, which has no types


def build_openvino_graph(network: Backbone, preprocess: Preprocess) -> ov.Model:
    """Return a model from one picture uint8 (1, 3, H, W) to its features float32 (1, F).

    Every layer of our networks is written down as what it is; OpenVINO's own conversion of PyTorch networks takes
    seconds, and is for those of timm. Normalisation is part of the graph.
    """
    height, width, channels = preprocess.shape
    if isinstance(network, TimmNetwork):
        return _converted(network, preprocess)
    pictures = ops.parameter([1, channels, height, width], ov.Type.u8, "pictures")
    features = _Translation(trace(network, "extract")).run(_normalised(pictures, preprocess))
    return ov.Model([features], [pictures], "backbone")


def _normalised(pictures: Node, preprocess: Preprocess) -> Node:
    mean = np.array(preprocess.mean, np.float32).reshape(1, -1, 1, 1) * 255
    std = np.array(preprocess.std, np.float32).reshape(1, -1, 1, 1) * 255
    return ops.multiply(ops.subtract(ops.convert(pictures, "f32"), mean), 1 / std)


class _Extract(nn.Module):
    def __init__(self, network: Backbone) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return self.network.extract(pictures)


def _converted(network: Backbone, preprocess: Preprocess) -> ov.Model:
    height, width, channels = preprocess.shape
    example = torch.zeros(1, channels, height, width)
    model = ov.convert_model(torch.export.export(_Extract(network).eval(), (example,)))
    steps = PrePostProcessor(model)
    steps.input().tensor().set_element_type(ov.Type.u8)
    steps.input().tensor().set_layout(ov.Layout("NCHW"))
    mean, std = ([255 * value for value in values] for values in (preprocess.mean, preprocess.std))
    steps.input().preprocess().convert_element_type(ov.Type.f32).mean(mean).scale(std)
    return steps.build()


class _Translation(fx.Interpreter):
    """Runs a network's graph with OpenVINO's nodes in the tensors' place."""

    def call_module(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Node:  # noqa: ARG002
        layer = self.fetch_attr(target)
        translate = next((_LAYERS[kind] for kind in type(layer).__mro__ if kind in _LAYERS), None)
        if translate is None:
            raise CatseyeError(f"layer {target} ({type(layer).__name__}) has no translation for OpenVINO.")
        return translate(layer, args[0])

    def call_function(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Node:  # noqa: ARG002
        if target is not operator.add:
            raise CatseyeError(f"the function {target} has no translation for OpenVINO.")
        return ops.add(*args)


def _constant(weight: torch.Tensor) -> Node:
    # The network's own memory: copies of VGG's half a gigabyte take OpenVINO twenty seconds.
    return ov.op.Constant(np.ascontiguousarray(weight.detach().numpy()), True)


def _a_channel(values: torch.Tensor) -> Node:
    return _constant(values.view(1, -1, 1, 1))


def _pair(value: Any) -> list[int]:
    return list(value) if isinstance(value, tuple) else [value, value]


def _conv(layer: nn.Conv2d, maps: Node) -> Node:
    margin = _pair(layer.padding)
    where = _pair(layer.stride), margin, margin, _pair(layer.dilation)
    # TensorFlow's "same" puts the odd row or column at the end: OpenVINO's same_upper.
    pad = "same_upper" if isinstance(layer, SameConv2d) else "explicit"
    if layer.groups == 1:
        result = ops.convolution(maps, _constant(layer.weight), *where, auto_pad=pad)
    else:
        grouped = layer.weight.view(layer.groups, -1, *layer.weight.shape[1:])
        result = ops.group_convolution(maps, _constant(grouped), *where, auto_pad=pad)
    return result if layer.bias is None else ops.add(result, _a_channel(layer.bias))


def _batch_norm(layer: nn.BatchNorm2d, maps: Node) -> Node:
    assert layer.running_mean is not None
    assert layer.running_var is not None
    scale = layer.weight / (layer.running_var + layer.eps).sqrt()
    shift = layer.bias - layer.running_mean * scale
    return ops.add(ops.multiply(maps, _a_channel(scale)), _a_channel(shift))


def _max_pool(layer: nn.MaxPool2d, maps: Node) -> Node:
    margin, dilation = _pair(layer.padding), _pair(layer.dilation)
    return ops.max_pool(maps, _pair(layer.stride), dilation, margin, margin, _pair(layer.kernel_size)).output(0)


def _mean_pool(layer: nn.AdaptiveAvgPool2d, maps: Node) -> Node:
    size = _pair(layer.output_size)
    if size == [1, 1]:
        return ops.reduce_mean(maps, np.array([2, 3]), keep_dims=True)
    return ops.adaptive_avg_pool(maps, np.array(size))


def _dense(layer: nn.Linear, values: Node) -> Node:
    return ops.add(ops.matmul(values, _constant(layer.weight), False, True), _constant(layer.bias.view(1, -1)))


_LAYERS: dict[type, Any] = {
    nn.Conv2d: _conv,
    nn.BatchNorm2d: _batch_norm,
    nn.ReLU: lambda _, maps: ops.relu(maps),
    nn.ReLU6: lambda _, maps: ops.clamp(maps, 0.0, 6.0),
    nn.MaxPool2d: _max_pool,
    nn.AdaptiveAvgPool2d: _mean_pool,
    nn.Flatten: lambda _, maps: ops.reshape(maps, np.array([0, -1]), special_zero=True),
    nn.Linear: _dense,
    nn.Dropout: lambda _, values: values,  # of no effect but in training
}
