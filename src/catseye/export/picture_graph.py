"""A classifier as a runtime's graph: from a picture to probabilities and unfamiliarity."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from catseye.export.operations import SINGLE
from catseye.export.pixels_graph import normalise_maps, preprocess_pictures
from catseye.export.unfamiliarity_graph import score_features

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.classifier.description import Description
    from catseye.export.operations import Node, Operations

PICTURE, TENSOR = "picture", "tensor"  # kinds of input
PIXELS = "pixels"  # name of the input of kind TENSOR
PROBABILITIES, UNFAMILIARITY = "probabilities", "unfamiliarity"


class Answers(NamedTuple):
    """The outputs: float32 (N, K), and float32 (N,) if the classifier has such a score."""

    probabilities: Node
    unfamiliarity: Node | None


def answer_pictures(
    ops: Operations,
    description: Description,
    given: Node,
    kind: str,
    run_network: Callable[[Node], tuple[Node, Node | None]],
) -> Answers:
    """Return the answers for a graph's input.

    Parameters
    ----------
    ops
    description
    given
        The input: for `PICTURE` uint8 (N, H, W, 3) of any size, for `TENSOR` normalised maps float32 (N, C, h, w).
    kind
    run_network
        Returns logits (N, K) and features (N, F) for normalised maps.
    """
    preprocess = description.preprocess
    maps = given if kind == TENSOR else normalise_maps(ops, preprocess, preprocess_pictures(ops, preprocess, given))
    logits, features = run_network(maps)
    scaled = ops.apply("Mul", logits, ops.constant(1 / description.calibration.temperature, SINGLE))
    probabilities = ops.softmax(scaled)
    if description.unfamiliarity is None or features is None:
        return Answers(probabilities, None)
    return Answers(probabilities, score_features(ops, description.unfamiliarity, features))
