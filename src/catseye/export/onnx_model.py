"""A classifier as an ONNX model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onnx import TensorProto, checker, helper

from catseye.errors import CatseyeError
from catseye.export.metadata import describe_export
from catseye.export.onnx_network import write_network
from catseye.export.onnx_operations import OnnxOperations
from catseye.export.picture_graph import PICTURE, PIXELS, PROBABILITIES, UNFAMILIARITY, answer_pictures

if TYPE_CHECKING:
    from onnx import ModelProto
    from torch import nn

    from catseye.classifier.description import Description
    from catseye.images.preprocess import Preprocess

_PREFIX = "int8_"  # of a quantised network's names, so that none clashes with the graph's own
_MOST_BYTES = 2**31 - 1  # of one ONNX file


def build_onnx_model(
    network: nn.Module, description: Description, kind: str = PICTURE, quantised: ModelProto | None = None
) -> ModelProto:
    """Return a model from pictures to probabilities and unfamiliarity, with the description in its metadata.

    Parameters
    ----------
    network
    description
    kind
        ``"picture"``: the input ``picture`` uint8 (N, H, W, 3), of any N, H and W; ``"tensor"``: the input ``pixels``
        float32 (N, C, h, w), already preprocessed.
    quantised
        The network as :func:`.quantise_network` returns it, in place of the network itself.

    Raises
    ------
    CatseyeError
        A layer of the network has no translation, or the file would be too large for ONNX.
    """
    ops, own = OnnxOperations(), description.preprocess
    layer = description.unfamiliarity.layer if description.unfamiliarity else None
    name, numbers, shape = _input(own, kind)

    def run(maps: str) -> tuple[str, str | None]:
        if quantised is None:
            return write_network(ops, network, own, maps, layer)
        logits, *features = ops.embed(quantised, maps, _PREFIX)
        return logits, features[0] if features else None

    answers = answer_pictures(ops, description, name, kind, run)
    outputs = [_output(ops, answers.probabilities, PROBABILITIES, ["N", len(description.classes)])]
    if answers.unfamiliarity is not None:
        outputs.append(_output(ops, answers.unfamiliarity, UNFAMILIARITY, ["N"]))
    model = ops.model([helper.make_tensor_value_info(name, numbers, shape)], outputs, "catseye")
    helper.set_model_props(model, describe_export(description, kind))
    if model.ByteSize() > _MOST_BYTES:
        raise CatseyeError("the network is larger than 2 GB, the limit of an ONNX file; use to='openvino' instead.")
    checker.check_model(model, full_check=True)
    return model


def _input(preprocess: Preprocess, kind: str) -> tuple[str, int, list[str | int | None]]:
    """Return the name, type and shape of the model's input."""
    if kind == PICTURE:
        return PICTURE, TensorProto.UINT8, ["N", "H", "W", 3]
    return PIXELS, TensorProto.FLOAT, ["N", preprocess.channels, preprocess.height, preprocess.width]


def _output(ops: OnnxOperations, node: str, name: str, shape: list[Any]) -> Any:
    return helper.make_tensor_value_info(ops.named(node, name), TensorProto.FLOAT, shape)
