"""The graph of a backbone's features, without PyTorch where its layers are known without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catseye.networks.backbones.lite_plan import LITES

if TYPE_CHECKING:
    from catseye.networks.pretrained import Pretrained


def build_features_graph(found: Pretrained) -> Any:
    """Return OpenVINO's graph from one picture uint8 (1, 3, H, W) to the features float32 (1, F) of a backbone.

    Raises
    ------
    CatseyeError
        A layer has no translation.
    """
    if found.name in LITES:
        from catseye.inference.openvino_lite import build_lite_graph

        return build_lite_graph(found.name, found.arrays, found.preprocess, logits=False)
    from catseye.inference.openvino_graph import build_openvino_graph

    return build_openvino_graph(found.network, found.preprocess)
