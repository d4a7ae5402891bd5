"""An ONNX network with weights and activations of 8 bits, by ONNX Runtime's own quantisation.

Weights are integers with one scale per output channel, as depthwise convolutions need, whose channels differ widely.
They use 7 of the 8 bits: processors without VNNI add pairs of products in 16 bits, which 8-bit weights would overflow.
Activations have one scale per tensor, which spans their range on the calibration pictures. The last dense layer stays
in single precision: it is small, and the probabilities depend directly on its outputs. (Jacob et al. 2017,
arXiv:1712.05877; Krishnamoorthi 2018, arXiv:1806.08342.)
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onnx import TensorProto, helper, load

from catseye.errors import CatseyeError, first_line
from catseye.export.onnx_network import write_network
from catseye.export.onnx_operations import OnnxOperations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from onnx import ModelProto
    from torch import nn

    from catseye.arrays import Floats
    from catseye.classifier.description import Description

_MAPS, _LOGITS, _FEATURES = "maps", "logits", "features"
_WEIGHTED = ("Conv", "Gemm", "MatMul")
# Including the layers between those, so that activations stay in 8 bits from one to the next.
_TYPES = [*_WEIGHTED, "Add", "Concat", "Clip", "Relu", "MaxPool", "AveragePool"]
_IS_PREPARED = {"onnx.quant.pre_process": "onnxruntime.quant"}  # without it, the quantiser logs a warning


def quantise_network(network: nn.Module, description: Description, batches: Iterable[Floats]) -> ModelProto:
    """Return a model from ``maps`` float32 (N, C, h, w) to ``logits`` and, for the unfamiliarity, ``features``.

    Parameters
    ----------
    network
    description
        The classifier's.
    batches
        Normalised calibration pictures float32 (B, C, h, w).

    Raises
    ------
    CatseyeError
        A layer has no translation to ONNX, or no layer can be quantised.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain, prepared, quantised = (Path(folder) / name for name in ("plain.onnx", "prepared.onnx", "int8.onnx"))
        plain.write_bytes(_write_plain(network, description).SerializeToString())
        _prepare(plain, prepared)
        try:
            _quantise(prepared, quantised, _Reader(batches))
        except CatseyeError:
            raise
        except Exception as error:  # of many kinds
            raise CatseyeError(f"ONNX Runtime cannot quantise the network ({first_line(error)}).") from error
        found: ModelProto = load(quantised)
    if any(node.domain for node in found.graph.node):
        raise CatseyeError("ONNX Runtime's quantisation of the network needs operations that ONNX does not have.")
    return found


def _write_plain(network: nn.Module, description: Description) -> ModelProto:
    ops, own = OnnxOperations(), description.preprocess
    layer = description.unfamiliarity.layer if description.unfamiliarity else None
    logits, features = write_network(ops, network, own, _MAPS, layer)
    given = helper.make_tensor_value_info(_MAPS, TensorProto.FLOAT, ["N", own.channels, own.height, own.width])
    outputs = [_output(ops, logits, _LOGITS, len(description.classes))]
    if features is not None:
        outputs.append(_output(ops, features, _FEATURES, "F"))
    return ops.model([given], outputs, "network")


def _output(ops: OnnxOperations, node: str, name: str, width: int | str) -> Any:
    return helper.make_tensor_value_info(ops.named(node, name), TensorProto.FLOAT, ["N", width])


def _prepare(plain: Path, prepared: Path) -> None:
    """Write a model with batch normalisation merged into convolutions, and constants folded."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(prepared)
    onnxruntime.InferenceSession(str(plain), options, providers=["CPUExecutionProvider"])
    model = load(prepared)
    helper.set_model_props(model, _IS_PREPARED)
    prepared.write_bytes(model.SerializeToString())


def _quantise(prepared: Path, quantised: Path, reader: _Reader) -> None:
    from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static

    weighted = [node for node in load(prepared).graph.node if node.op_type in _WEIGHTED]
    if not weighted:
        raise CatseyeError("the network has no convolution or dense layer that could be quantised.")
    is_dense_last = len(weighted) > 1 and weighted[-1].op_type != "Conv"
    quantize_static(
        prepared,
        quantised,
        reader,
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=_TYPES,
        nodes_to_exclude=[weighted[-1].name] if is_dense_last else [],
        per_channel=True,
        reduce_range=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        calibrate_method=CalibrationMethod.MinMax,
    )


class _Reader:
    """Supplies ONNX Runtime with the calibration pictures."""

    def __init__(self, batches: Iterable[Floats]) -> None:
        self._batches: Iterator[Floats] = iter(batches)

    def get_next(self) -> dict[str, Floats] | None:
        """Return the next batch by the name of the input; ``None`` at the end."""
        maps = next(self._batches, None)
        return None if maps is None else {_MAPS: maps}
