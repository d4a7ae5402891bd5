"""Any network of timm's as a backbone, where timm is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from catseye.errors import CatseyeError, UsageError, first_line, missing_package, unknown
from catseye.images.preprocess import Preprocess
from catseye.networks.backbones.backbone import Backbone
from catseye.networks.names import TIMM

if TYPE_CHECKING:
    from catseye.networks.backbones.backbone import Stages


class TimmNetwork(Backbone):
    """A network of timm's; its one stage is all that comes before pooling."""

    def __init__(self, network: Any, head_name: str) -> None:
        super().__init__()
        self.network = network
        self.head_name = f"network.{head_name}"

    def stages(self) -> Stages:
        """Return the one stage."""
        return {"stage1": (self.network.forward_features,)}

    def pooled(self, maps: torch.Tensor) -> torch.Tensor:
        """Return what the network's last dense layer takes (B, F)."""
        result: torch.Tensor = self.network.forward_head(maps, pre_logits=True)
        return result


def build(name: str, classes: int, *, pretrained: bool = False) -> TimmNetwork:
    """Return the network called ``"timm:NAME"``.

    Raises
    ------
    UsageError
        timm is not installed or knows no such network, or it does not end in one dense layer.
    CatseyeError
        Its pretrained weights cannot be obtained.
    """
    timm = _timm()
    plain = name.removeprefix(TIMM)
    if not timm.is_model(plain.partition(".")[0]):
        raise unknown("timm network", plain, timm.list_models())
    arguments = {} if pretrained else {"num_classes": classes}
    try:
        network = timm.create_model(plain, pretrained=pretrained, **arguments)
    except Exception as error:  # of the hub's and timm's many kinds
        raise CatseyeError(f"timm could not make {plain}: {first_line(error)}") from error
    head = network.get_classifier()
    head_name = next((path for path, module in network.named_modules() if module is head), "")
    if not isinstance(head, nn.Linear) or not hasattr(network, "forward_head"):
        raise UsageError(f"{plain} does not end in one dense layer; choose another network of timm's.")
    return TimmNetwork(network, head_name)


def preprocess(network: TimmNetwork) -> Preprocess:
    """Return the preprocess that timm gives for the network."""
    config = _timm().data.resolve_model_data_config(network.network)
    if config["crop_mode"] == "squash":
        raise UsageError("this network wants pictures squashed to a square, which is not done here; choose another.")
    channels, height, width = config["input_size"]
    interpolation = "bilinear" if config["interpolation"] == "bilinear" else "bicubic"
    return Preprocess(height, width, channels, config["mean"], config["std"], config["crop_pct"], interpolation)


def _timm() -> Any:
    try:
        import timm
    except ModuleNotFoundError as error:
        raise missing_package(error, f"{TIMM}NAME") or error from error
    except Exception as error:  # of many kinds
        advice = "it needs the torchvision that was built for your torch"
        raise CatseyeError(f"timm cannot be imported ({first_line(error)}): {advice}.") from error
    return timm
