"""Features and probabilities of many pictures: the inputs of a classifier's last dense layer, and its outputs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from catseye.classifier.stored_network import lite_weights, module_of
from catseye.classifier.stream import require_finite
from catseye.datasets.left_out import LeftOut
from catseye.errors import PictureError
from catseye.evaluation.calibration import softmax
from catseye.inference.batch_sizes import batch_size
from catseye.inference.choose import choose_engine
from catseye.networks.backbones.lite_plan import HEAD
from catseye.networks.names import is_backbone
from catseye.networks.pretrained import Pretrained
from catseye.networks.pretrained_weights import pretrained
from catseye.system.threads import map_ahead
from catseye.transfer_learning.extraction import extract
from catseye.transfer_learning.logistic import Layer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from torch import nn

    from catseye.arrays import Floats, Integers, Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.datasets.pictures import Pictures
    from catseye.networks.pretrained import Arrays

_SMALLEST = 1e-12  # length of a vector that has a direction


class Described(NamedTuple):
    """Features and probabilities of those pictures that can be read.

    Attributes
    ----------
    directions : float32 (M, F)
        Features, scaled to length 1 for each picture: brightness, for example, then matters less than content.
    probabilities : float64 (M, K)
        Calibrated, as predictions have them.
    kept : int64 (M,)
        Indices of these pictures.
    left_out : tuple of LeftOut
        The others.
    unfamiliarity : float64 (M,) or None
        How unlike the training pictures they are, if the classifier knows that; see `Prediction`.
    """

    directions: Floats
    probabilities: Floats
    kept: Integers
    left_out: tuple[LeftOut, ...]
    unfamiliarity: Floats | None = None


class Describer(Protocol):
    """Returns features and probabilities of pictures; call it with a few hundred at a time."""

    def __call__(self, pictures: Pictures) -> Described: ...


def open_describer(classifier: Classifier, home: Path) -> Describer:
    """Return what computes features and probabilities by a classifier; features of backbones are cached under ``home``.

    Raises
    ------
    UsageError
        The network was written in Python and is not given.
    """
    weights = lite_weights(classifier)
    if weights is not None:
        return _BackboneDescriber(classifier, weights, _lite(classifier, weights, home), home)
    module = module_of(classifier)
    if is_backbone(classifier.network_name):
        found = Pretrained.of_network(classifier.network_name, module, classifier.preprocess, "")  # type: ignore[arg-type]
        return _BackboneDescriber(classifier, found.arrays, found, home)
    return _ModuleDescriber(classifier, module)


def _lite(classifier: Classifier, weights: Arrays, home: Path) -> Pretrained:
    """Return the backbone of an EfficientNet-Lite: with ImageNet's own head if only the heads differ.

    The features that transfers cache are then reused.
    """
    from catseye.networks.backbones.lite_summary import summarise_lite

    name, preprocess = classifier.network_name, classifier.preprocess
    official = pretrained(name, None, home) if name == "efficientnet_lite0" else None  # which is always installed
    if official and all(
        np.array_equal(value, official.arrays[key]) for key, value in weights.items() if not key.startswith(f"{HEAD}.")
    ):
        return replace(official, preprocess=preprocess)
    summary = summarise_lite(name, preprocess.shape, len(classifier.classes))
    return Pretrained.of_arrays(name, weights, HEAD, preprocess, "", summary)


class _BackboneDescriber:
    """Describes pictures by a backbone, run by the fastest engine of the machine, and the classifier's head.

    ``arrays`` holds the classifier's weights; the head of ``found`` may be another.
    """

    def __init__(self, classifier: Classifier, arrays: Arrays, found: Pretrained, home: Path) -> None:
        self._head = Layer(arrays[f"{found.head_name}.weight"], arrays[f"{found.head_name}.bias"])
        self._temperature, self._unfamiliarity = classifier.calibration.temperature, classifier.unfamiliarity
        self._found, self._home, self._engine = found, home, choose_engine(found, home=home)

    def __call__(self, pictures: Pictures) -> Described:
        features = extract(self._found, pictures, self._home, engine=self._engine)
        logits = require_finite(self._head.logits(features.vectors))
        return Described(
            _directions(features.vectors),
            softmax(logits, self._temperature),
            features.kept,
            features.left_out,
            self._unfamiliarity.score(features.vectors) if self._unfamiliarity else None,
        )


class _ModuleDescriber:
    """Describes pictures by any other network, in PyTorch: by the inputs of its last dense layer, if it has one."""

    def __init__(self, classifier: Classifier, module: nn.Module) -> None:
        from torch import nn

        from catseye.networks.structure import copy_structure

        self._classifier = classifier
        self._network = copy_structure(module).eval()  # so that nobody else sees its hook
        self._taken: list[Floats] = []
        dense = [layer for layer in self._network.modules() if isinstance(layer, nn.Linear)]
        if dense and dense[-1].out_features == len(classifier.classes):
            dense[-1].register_forward_pre_hook(
                lambda _, inputs: self._taken.append(inputs[0].flatten(1).cpu().numpy().copy())
            )

    def __call__(self, pictures: Pictures) -> Described:
        left_out: list[LeftOut] = []
        kept: list[int] = []
        directions: list[Floats] = []
        probabilities: list[Floats] = []
        scores: list[Floats] = []
        unfamiliarity = self._classifier.unfamiliarity
        for batch in self._batches(pictures, kept, left_out):
            features, rows = self._compute(batch)
            directions.append(_directions(features))
            probabilities.append(rows)
            scores += [unfamiliarity.score(features)] if unfamiliarity else []
        classes = len(self._classifier.classes)
        return Described(
            np.concatenate(directions) if kept else np.empty((0, classes), np.float32),
            np.concatenate(probabilities) if kept else np.empty((0, classes)),
            np.array(kept, np.int64),
            tuple(left_out),
            np.concatenate(scores) if scores else None,
        )

    def _batches(self, pictures: Pictures, kept: list[int], left_out: list[LeftOut]) -> Iterator[Pixels]:
        """Yield batches uint8 (B, C, H, W); note which pictures are in them, and which cannot be read."""

        def read(index: int) -> Pixels | PictureError:
            try:
                return pictures.pixels(index, self._classifier.preprocess)
            except PictureError as error:
                return error

        batch: list[Pixels] = []
        for index, pixels in enumerate(map_ahead(read, range(len(pictures)))):
            if isinstance(pixels, PictureError):
                left_out.append(LeftOut(pictures.name(index), pixels.reason))
                continue
            kept.append(index)
            batch.append(pixels)
            if len(batch) == batch_size(self._classifier.preprocess):
                yield np.stack(batch)
                batch = []
        if batch:
            yield np.stack(batch)

    def _compute(self, batch: Pixels) -> tuple[Floats, Floats]:
        import torch

        device = next((weight.device for weight in self._network.parameters()), torch.device("cpu"))
        with torch.inference_mode():
            given = self._classifier.preprocess.tensor(torch.from_numpy(batch).to(device))
            logits = require_finite(self._network(given).cpu().numpy())
        features, self._taken[:] = self._taken[-1:], []
        return features[0] if features else logits, softmax(logits, self._classifier.calibration.temperature)


def _directions(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    directions: Floats = (vectors / np.maximum(lengths, _SMALLEST)).astype(np.float32)
    return directions
