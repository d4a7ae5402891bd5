"""Networks described, without a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from catseye.classifier.classifier import Classifier
from catseye.errors import with_short_traceback
from catseye.networks import NAMES, build, is_backbone, summarise
from catseye.networks.pretrained import preprocess_of
from catseye.runs.run import Run
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from catseye.networks import Summary
    from catseye.verbs.sources import ClassifierSource

_SHAPE, _CLASSES = (28, 28, 1), 10  # of a lesson's network, unless told


@with_short_traceback
def summary(
    network: ClassifierSource,
    *,
    shape: tuple[int, int, int] | None = None,
    classes: int | None = None,
    batch_norm: bool = False,
    dropout: float = 0.0,
) -> Summary:
    """Describe a network layer by layer: output shape, parameters, multiply-adds and receptive field.

    Parameters
    ----------
    network
        Name of a network or backbone; or a classifier, a run, or the path of either. The other parameters are for a
        network that is given by its name.
    shape
        Height, width and channels of the input; by default (28, 28, 1), for backbones their own.
    classes
        By default 10, for backbones 1,000.
    batch_norm
        Add batch normalisation.
    dropout
        Share of values set to 0 before dense layers during training, 0 to 1.

    Raises
    ------
    UsageError
        There is no such network, or it cannot have such an input.

    Examples
    --------
    >>> import catseye
    >>> catseye.summary("convnet")
    Summary(convnet, 8 layers, 104,202 parameters, input 28×28×1)
    """
    name = str(network)
    if isinstance(network, Classifier | Run) or (name not in NAMES and Path(name).exists()):
        classifier, _ = open_classifier(network)
        return summarise(classifier.network, classifier.preprocess.shape, classifier.network_name)
    own, count = (preprocess_of(name).shape, 1000) if is_backbone(name) else (_SHAPE, _CLASSES)
    shape = shape or own
    with torch.device("meta"):  # described, not made
        made = build(name, shape, classes or count, batch_norm=batch_norm, dropout=dropout)
    return summarise(made, shape, name)
