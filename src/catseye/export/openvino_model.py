"""A classifier as an OpenVINO model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openvino as ov
from openvino import opset15

from catseye.export.metadata import describe_export
from catseye.export.openvino_operations import OpenVinoOperations
from catseye.export.picture_graph import PICTURE, PIXELS, PROBABILITIES, UNFAMILIARITY, answer_pictures
from catseye.inference.openvino_graph import translate_network
from catseye.networks.structure import in_evaluation_mode

if TYPE_CHECKING:
    from onnx import ModelProto
    from torch import nn

    from catseye.classifier.description import Description
    from catseye.export.operations import Node


def build_openvino_model(
    network: nn.Module, description: Description, kind: str = PICTURE, quantised: ModelProto | None = None
) -> ov.Model:
    """Build an OpenVINO model, as :func:`.build_onnx_model` does for ONNX.

    Raises
    ------
    CatseyeError
        A layer of the network has no translation.
    """
    own, network = description.preprocess, in_evaluation_mode(network)
    layer = description.unfamiliarity.layer if description.unfamiliarity else None
    given = (
        opset15.parameter([-1, -1, -1, 3], ov.Type.u8, name=PICTURE)
        if kind == PICTURE
        else opset15.parameter([-1, own.channels, own.height, own.width], ov.Type.f32, name=PIXELS)
    )

    def run(maps: Node) -> tuple[Node, Node | None]:
        return translate_network(network, own, maps, layer) if quantised is None else _embed(quantised, maps)

    answers = answer_pictures(OpenVinoOperations(), description, given, kind, run)
    results = [opset15.result(answers.probabilities, PROBABILITIES)]
    if answers.unfamiliarity is not None:
        results.append(opset15.result(answers.unfamiliarity, UNFAMILIARITY))
    model = ov.Model(results, [given], "catseye")
    for result, name in zip(model.outputs, (PROBABILITIES, UNFAMILIARITY), strict=False):
        result.get_tensor().set_names({name})
    model.inputs[0].get_tensor().set_names({given.get_friendly_name()})
    for name, value in describe_export(description, kind).items():
        model.set_rt_info(value, name)
    return model


def _embed(quantised: ModelProto, maps: Node) -> tuple[Node, Node | None]:
    """Embed an ONNX model whose input is a node, and return its outputs."""
    model = ov.Core().read_model(quantised.SerializeToString())
    model.inputs[0].replace(maps.output(0))
    logits, *features = (output.get_node().input_value(0) for output in model.outputs)
    return logits, features[0] if features else None
