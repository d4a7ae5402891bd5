"""A classifier as an exported PyTorch program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn.functional import interpolate

from catseye.export.crop_graph import find_crop
from catseye.export.picture_graph import PICTURE, TENSOR, answer_pictures
from catseye.export.pixels_graph import BLUE, GREEN, RED, UNIT, normalise_maps
from catseye.export.torch_operations import TorchOperations
from catseye.networks.feature_layer import WithFeatures
from catseye.networks.structure import copy_structure

if TYPE_CHECKING:
    from catseye.classifier.description import Description
    from catseye.export.crop_graph import Crop


class PictureClassifier(nn.Module):
    """From pictures uint8 (N, H, W, 3), or normalised maps, to probabilities (N, K) and unfamiliarity (N,)."""

    def __init__(self, network: nn.Module, description: Description, kind: str) -> None:
        super().__init__()
        layer = description.unfamiliarity.layer if description.unfamiliarity else None
        self.network = copy_structure(network).eval() if layer is None else WithFeatures(network, layer)
        self._description, self._kind, self._has_features = description, kind, layer is not None

    def forward(self, given: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return the probabilities, and the unfamiliarity if there is such a score."""
        maps = given
        if self._kind == PICTURE:
            maps = self._preprocess(given)
        answers = answer_pictures(TorchOperations(), self._description, maps, TENSOR, self._run)
        return tuple(answer for answer in answers if answer is not None)

    def _run(self, maps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        outputs, classes = self.network(maps), len(self._description.classes)
        return (outputs[:, :classes], outputs[:, classes:]) if self._has_features else (outputs, None)

    def _preprocess(self, pictures: torch.Tensor) -> torch.Tensor:
        own, ops = self._description.preprocess, TorchOperations()
        crops = find_crop(ops, own, ops.size(pictures, 1), ops.size(pictures, 2))
        for axis, crop in enumerate(crops, 1):
            pictures = _cut(pictures, axis, crop)
        maps = pictures.permute(0, 3, 1, 2).contiguous()
        if own.channels == 1:
            red, green, blue = torch.split(maps.to(torch.int32), 1, 1)
            maps = ((red * RED + green * GREEN + blue * BLUE + UNIT // 2) // UNIT).to(torch.uint8)
        resized = interpolate(maps, (own.height, own.width), mode=own.interpolation, antialias=True)
        normalised: torch.Tensor = normalise_maps(ops, own, resized.to(torch.float32))
        return normalised


def _cut(pictures: torch.Tensor, axis: int, crop: Crop) -> torch.Tensor:
    count = crop.count.item()
    torch._check(count >= 1)  # type: ignore[no-untyped-call]  # torch.export cannot infer it
    # Not a slice, whose length torch.export would not know.
    return pictures.index_select(axis, torch.arange(count) + crop.start)


def export_program(network: nn.Module, description: Description, kind: str) -> torch.export.ExportedProgram:
    """Export the program, for any number of pictures of any size."""
    module = PictureClassifier(network, description, kind).eval()
    own, dynamic = description.preprocess, torch.export.Dim.DYNAMIC
    free: tuple[int, ...]
    if kind == PICTURE:
        example, free = torch.zeros(2, 2 * own.height + 3, 2 * own.width + 5, 3, dtype=torch.uint8), (0, 1, 2)
    else:
        example, free = torch.zeros(2, own.channels, own.height, own.width), (0,)
    with torch.no_grad():
        return torch.export.export(module, (example,), dynamic_shapes=(dict.fromkeys(free, dynamic),))
