"""Conversion by PyTorch's own exporter of networks that :mod:`catseye.export.onnx_network` cannot translate."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import torch

from catseye.errors import CatseyeError, MissingPackageError, first_line, install_line
from catseye.export.onnx_operations import OPSET
from catseye.networks.feature_layer import LOGITS, WithFeatures
from catseye.networks.structure import copy_structure

if TYPE_CHECKING:
    from onnx import ModelProto
    from torch import nn

    from catseye.export.onnx_operations import OnnxOperations
    from catseye.images.preprocess import Preprocess

_PREFIX = "network_"  # of converted names, so that none clashes with the graph's own


def convert_network(
    ops: OnnxOperations, network: nn.Module, preprocess: Preprocess, maps: str, layer: str | None, reason: str
) -> tuple[str, str | None]:
    """Do what :func:`.write_network` could not do, for the given ``reason``.

    Raises
    ------
    MissingPackageError
        The package that PyTorch's exporter needs is not installed.
    CatseyeError
        The exporter cannot convert the network either.
    """
    if not find_spec("onnxscript"):
        raise MissingPackageError(
            f"{reason}; PyTorch's exporter may have one, but needs onnxscript, which is not installed: "
            f"{install_line('onnx')}"
        )
    exported = copy_structure(network).eval() if layer is None else WithFeatures(network, layer)
    height, width, channels = preprocess.shape
    example = torch.zeros(2, channels, height, width)
    with torch.no_grad():
        classes = network(example).shape[1]
    (output,) = ops.embed(_export(exported.eval(), example, reason), maps, _PREFIX)
    if layer in (None, LOGITS):
        logits = _slice_columns(ops, output, 0, classes)
        return logits, None if layer is None else logits
    return _slice_columns(ops, output, 0, classes), _slice_columns(ops, output, classes, np.iinfo(np.int64).max)


def _export(network: nn.Module, example: torch.Tensor, reason: str) -> ModelProto:
    """Return a model for any number of pictures."""
    free = ({0: torch.export.Dim.DYNAMIC},)
    try:
        with torch.no_grad():
            program = torch.onnx.export(
                network, (example,), dynamo=True, dynamic_shapes=free, opset_version=OPSET, verbose=False
            )
            assert program is not None
            model: ModelProto = program.model_proto
    except Exception as error:  # of any kind, as users' modules may do anything
        raise CatseyeError(
            f"{reason}, and PyTorch's exporter cannot convert the network ({first_line(error)}). "
            "to='torch' takes every network that torch.export can trace."
        ) from error
    versions = {(each.domain, each.version) for each in model.opset_import if each.domain == ""}
    if versions != {("", OPSET)} or any(node.domain for node in model.graph.node):
        raise CatseyeError(f"{reason}, and PyTorch's exporter needs operations that ONNX {OPSET} does not have.")
    return model


def _slice_columns(ops: OnnxOperations, values: str, start: int, end: int) -> str:
    return ops.add("Slice", values, ops.constant([start]), ops.constant([end]), ops.constant([1]))
