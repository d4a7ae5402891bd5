"""The ideal picture of a channel, as large as what one of its positions sees."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from catseye.insight.hierarchy.small_field import STEPS as FURTHER_STEPS
from catseye.insight.hierarchy.small_field import SmallField
from catseye.insight.ideal.ascent import Ideal, Snapshot, find_ideal
from catseye.insight.ideal.objective import Objective
from catseye.insight.ideal.parameterisation import PIXELS
from catseye.insight.ideal.recipe import IdealRecipe, ideal_recipe
from catseye.insight.ideal.score import score_picture
from catseye.insight.ideal.target import channel_target
from catseye.insight.ideal.transforms import UNCHANGED
from catseye.insight.maps.maps import compute_feature_maps
from catseye.insight.maps.positions import Positions, locate_positions
from catseye.networks.backbones.backbone import Backbone
from catseye.networks.backbones.timm import TimmNetwork
from catseye.networks.layers import before_activations
from catseye.system.progress_bar import progress

if TYPE_CHECKING:
    import torch

    from catseye.arrays import Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.insight.hierarchy.small_field import SeenPatch
    from catseye.insight.ideal.objective import Responses
    from catseye.insight.ideal.target import Target

STEPS = 48  # of gradient ascent, unless told: what a channel looks for is seen by then
_LARGE = 160  # pixels of a side from which on the picture is made at half of it: a quarter of the work
_GAIN, _L2 = 20.0, 5.0  # weights of a channel's mean, and of the distance from the mean colour
_TINY, _LOCAL = 1 / 8, 0.7  # of the side: fields up to these are made without any loss, and for one position only
_SMALL = 0.4  # of the side: fields up to this are searched further
_STRONGER, _LONGER = 16.0, 2  # gain and steps, times the usual, where a real patch does better
_FLOOR = 1e-6  # of a layer's size


@dataclass(frozen=True, eq=False)
class ChannelIdeal:
    """An ideal picture, and the part of it that counts.

    Attributes
    ----------
    ideal : Ideal
    seen : uint8 (C, H, W)
        What one position sees of it, or all of it where that is most of it.
    """

    ideal: Ideal
    seen: Pixels


def make_channel_ideals(
    classifier: Classifier, layer: str, seen: dict[int, SeenPatch], steps: int | None, seed: int
) -> list[ChannelIdeal]:
    """Return the ideal pictures of the channels in ``seen``, before the layer's activation if that layer is known.

    Where a position sees at most 0.7 of a side, the middle position of the channel is maximised, and its field cut
    out. Where its response is linear in the pixels, as in a first convolution, the picture is computed. Up to 0.4 of
    a side the search goes on, from that picture and the real patch in ``seen``, if the patch has the larger response.
    Above that, where the patch has the larger response, the search is made once more with less weight on the losses.
    Deeper, it is the channel's mean, as one position would leave most of the picture grey. Large pictures are made at
    half the side, which shows as much of a channel.
    """
    classifier = _at_half_size(classifier)
    layer = before_activations(classifier.network, classifier.preprocess.shape).get(layer, layer)
    height, width, depth = classifier.preprocess.shape
    blank = np.zeros((height, width, depth), np.uint8)
    rows, columns = compute_feature_maps(classifier, blank, [layer]).layers[0].maps.shape[1:]
    positions = locate_positions(classifier.network, classifier.preprocess, layer, (rows, columns))
    share = max(field / side for field, side in zip(positions.field, positions.picture, strict=True))
    is_local = positions.exact and share <= _LOCAL
    recipe = _recipe(ideal_recipe(classifier.preprocess), share, is_local=is_local)
    made = []
    for channel, patch in seen.items():
        target = channel_target(classifier, f"{layer}:{channel}")
        if is_local:
            field = SmallField(classifier, layer, channel, positions)
            ideal = _find_local(field, _aim_at_middle(classifier, target, layer), recipe, patch, steps, seed)
        else:
            ideal = _find(classifier, target, recipe, steps, seed)
            if not ideal.reached:  # it fell silent on the way, and a silent channel has no gradient
                ideal = _find(classifier, target, ideal_recipe(classifier.preprocess), steps, seed)
        picture = ideal.picture.transpose(2, 0, 1)
        made.append(ChannelIdeal(ideal, _cut(picture, positions) if is_local else picture))
    return made


def _at_half_size(classifier: Classifier) -> Classifier:
    before, network = classifier.preprocess, classifier.network
    resizable = isinstance(network, Backbone) and not isinstance(network, TimmNetwork)
    if not resizable or min(before.height, before.width) < _LARGE:
        return classifier
    return replace(classifier, preprocess=replace(before, height=before.height // 2, width=before.width // 2))


def _recipe(usual: IdealRecipe, share: float, *, is_local: bool) -> IdealRecipe:
    """Return the recipe for a field that is so large a share of the side.

    A channel's mean varies less than a class's logit: it must count for more, or all pictures look like the losses.
    One position has its share of that.
    """
    if is_local and share <= _TINY:
        return replace(
            usual, parameterisation=PIXELS, transforms=UNCHANGED, versions=1, l2=0.0, variation=0.0, statistics=0.0
        )
    return replace(usual, gain=_GAIN * (share**2 if is_local else 1.0), l2=_L2, statistics=0.0)


def _find(classifier: Classifier, target: Target, recipe: IdealRecipe, steps: int | None, seed: int) -> Ideal:
    with progress(target.name, steps or STEPS) as advance:
        return find_ideal(classifier, target, recipe, steps=steps or STEPS, seed=seed, advance=advance)


def _find_local(
    field: SmallField, target: Target, recipe: IdealRecipe, patch: SeenPatch, steps: int | None, seed: int
) -> Ideal:
    """Return the ideal picture of one position: computed, or by ascent and, if a real patch does as well, further."""
    picture = field.exact()
    if picture is not None:
        height, width, depth = picture.shape
        blank = np.zeros((height, width, depth), np.uint8)
        snapshots = tuple(Snapshot(step, one, target.response(one)) for step, one in enumerate((blank, picture)))
        film = {one.step: one.picture for one in snapshots}
        return Ideal(target, picture, score_picture(target, picture), snapshots, film, recipe, seed)
    ideal = _find(field.classifier, target, recipe, steps, seed)
    # With losses, a picture is simpler than the one with the largest response, and stays so where that is enough.
    # A large field would be filled with noise, or with the patch itself where the activation has reached its limit.
    share = max(side / whole for side, whole in zip(field.positions.field, field.positions.picture, strict=True))
    if recipe.parameterisation != PIXELS and ideal.score.response >= patch.response:
        return ideal
    if share > _SMALL:
        return _find_stronger(field, target, recipe, ideal, steps, seed)
    further = steps or FURTHER_STEPS
    picture = field.improve([ideal.picture, field.moved_to_middle(patch)], further)
    last = Snapshot(ideal.steps + further, picture, target.response(picture))
    return replace(
        ideal,
        picture=picture,
        score=score_picture(target, picture),
        snapshots=(*ideal.snapshots, last),
        film=ideal.film | {last.step: picture},
    )


def _find_stronger(
    field: SmallField,
    target: Target,
    recipe: IdealRecipe,
    ideal: Ideal,
    steps: int | None,
    seed: int,
) -> Ideal:
    """Return the stronger of an ideal picture and another: losses count for less, from other noise, in more steps."""
    louder = replace(recipe, gain=_STRONGER * recipe.gain)
    other = _find(field.classifier, target, louder, _LONGER * (steps or STEPS), seed + 1)
    return other if other.score.response > ideal.score.response else ideal


def _aim_at_middle(classifier: Classifier, target: Target, layer: str) -> Target:
    """Return a channel's target with its middle position in place of its mean."""

    def response(picture: Pixels) -> float:
        maps = compute_feature_maps(classifier, picture, [layer]).layers[0].maps[target.number]
        return float(maps[maps.shape[0] // 2, maps.shape[1] // 2])

    return replace(target, objective=_middle(layer, target.number), response=response)


def _middle(layer: str, number: int) -> Objective:
    """Return a channel's value at its middle position, in units of the root mean square of its layer."""

    def value(responses: Responses) -> torch.Tensor:
        maps = responses.outputs[layer]
        middle = maps[:, number, maps.shape[2] // 2, maps.shape[3] // 2]
        return middle.mean() / (maps.detach().square().mean().sqrt() + _FLOOR)

    return Objective(((1, value),), frozenset((layer,)))


def _cut(picture: Pixels, positions: Positions) -> Pixels:
    """Return the receptive field of the middle position."""
    rows, columns = positions.counts
    top, left, bottom, right = (round(edge) for edge in positions.box(rows // 2, columns // 2))
    return picture[:, top:bottom, left:right]
