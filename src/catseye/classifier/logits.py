"""A classifier's logits: by its compiled network where it has one, else by PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.classifier.stored_network import compiled_network
from catseye.system.device import may_have_gpu

if TYPE_CHECKING:
    from typing import Protocol

    from torch import nn

    from catseye.arrays import Floats, Pixels
    from catseye.datasets.pictures import Pictures
    from catseye.images.preprocess import Preprocess

    class WithNetwork(Protocol):
        """A classifier."""

        @property
        def network(self) -> nn.Module: ...
        @property
        def preprocess(self) -> Preprocess: ...


def compute_batch_logits(classifier: WithNetwork, batch: Pixels) -> Floats:
    """Return the logits float32 (B, K) of a batch uint8 (B, C, H, W)."""
    compiled = compiled_network(classifier)
    if compiled:
        return compiled.logits(batch)
    from catseye.inference.batched import compute_batch

    return compute_batch(classifier.network, classifier.preprocess, batch)


def compute_logits_of(classifier: WithNetwork, pictures: Pictures) -> Floats:
    """Return the logits float32 (N, K) of a split's pictures."""
    compiled = None if may_have_gpu() else compiled_network(classifier)
    if compiled:
        return compiled.logits_of(pictures, classifier.preprocess)
    from catseye.inference.batched import compute_logits
    from catseye.inference.engine_logits import ENOUGH, compute_engine_logits
    from catseye.networks.backbones.backbone import Backbone

    network, preprocess = classifier.network, classifier.preprocess
    if isinstance(network, Backbone) and len(pictures) >= ENOUGH:
        return compute_engine_logits(network, preprocess, pictures)
    logits: Floats = compute_logits(network, preprocess, pictures).numpy()
    return logits
