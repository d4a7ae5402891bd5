"""A classifier as a model of OpenVINO."""

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
    from torch import nn

    from catseye.classifier.description import Description


def build_openvino_model(network: nn.Module, description: Description, kind: str = PICTURE) -> ov.Model:
    """Return what :func:`.build_onnx_model` does, as a model of OpenVINO.

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
    answers = answer_pictures(
        OpenVinoOperations(), description, given, kind, lambda maps: translate_network(network, own, maps, layer)
    )
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
