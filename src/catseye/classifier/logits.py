"""The outputs of a classifier's network: from its compiled form if it has one, otherwise from PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.classifier.stored_network import compiled_network
from catseye.inference.outputs import Outputs
from catseye.system.device import may_have_gpu

if TYPE_CHECKING:
    from typing import Protocol

    from torch import nn

    from catseye.arrays import Floats, Pixels
    from catseye.classifier.unfamiliarity import Unfamiliarity
    from catseye.datasets.pictures import Pictures
    from catseye.images.preprocess import Preprocess

    class WithNetwork(Protocol):
        """A classifier."""

        @property
        def network(self) -> nn.Module: ...
        @property
        def preprocess(self) -> Preprocess: ...
        @property
        def classes(self) -> tuple[str, ...]: ...
        @property
        def unfamiliarity(self) -> Unfamiliarity | None: ...


_MOST_NUMBERS, _FEWEST_AT_A_TIME = 20_000_000, 256  # in features at a time, and pictures


def compute_batch_outputs(
    classifier: WithNetwork, batch: Pixels, *, alone: bool = False, busy: bool = False
) -> Outputs:
    """Return the outputs for a batch uint8 (B, C, H, W), with features if the classifier has an unfamiliarity score.

    With ``alone``, each picture's are the same to the last bit whatever else is in the batch; ``busy`` says that other
    threads compute as well, and changes no bit either.
    """
    compiled = compiled_network(classifier)
    if compiled:
        return compiled.outputs(batch, alone=alone, busy=busy)
    if alone and len(batch) > 1:
        each = [compute_batch_outputs(classifier, batch[i : i + 1]) for i in range(len(batch))]
        features = [one.features for one in each if one.features is not None]
        return Outputs(np.concatenate([one.logits for one in each]), np.concatenate(features) if features else None)
    from catseye.inference.batched import compute_batch

    layer = classifier.unfamiliarity.layer if classifier.unfamiliarity else None
    found = compute_batch(classifier.network, classifier.preprocess, batch, layer)
    return Outputs.split(found, len(classifier.classes))


def compute_scored(classifier: WithNetwork, pictures: Pictures) -> tuple[Floats, Floats | None]:
    """Return a split's logits float32 (N, K), and the unfamiliarity of each picture, float64 (N,).

    The second is ``None`` if there is no such score. Features are dropped as soon as they are scored: those of a
    network that begins with a dense layer are as many as the pixels.
    """
    scorer = classifier.unfamiliarity
    if scorer is None:
        return compute_outputs_of(classifier, pictures).logits, None
    size = max(_FEWEST_AT_A_TIME, _MOST_NUMBERS // len(scorer.mahalanobis.mean))
    logits, scores = [], []
    for start in range(0, len(pictures), size):
        found = compute_outputs_of(classifier, pictures.take(range(start, min(start + size, len(pictures)))))
        assert found.features is not None
        logits.append(found.logits)
        scores.append(scorer.score(found.features))
    return np.concatenate(logits), np.concatenate(scores)


def compute_outputs_of(classifier: WithNetwork, pictures: Pictures, layer: str | None = None) -> Outputs:
    """Return the outputs for a split's pictures.

    Their features are the inputs of the classifier's own layer or, of one that was just trained, of ``layer``.
    """
    compiled = None if may_have_gpu() else compiled_network(classifier)
    if compiled:
        return compiled.outputs_of(pictures, classifier.preprocess)
    from catseye.inference.batched import compute_logits
    from catseye.inference.engine_logits import ENOUGH, compute_engine_outputs
    from catseye.networks.backbones.backbone import Backbone

    network, preprocess = classifier.network, classifier.preprocess
    layer = layer if classifier.unfamiliarity is None else classifier.unfamiliarity.layer
    if isinstance(network, Backbone) and len(pictures) >= ENOUGH:
        return compute_engine_outputs(network, preprocess, pictures)
    return Outputs.split(compute_logits(network, preprocess, pictures, layer).numpy(), len(classifier.classes))
