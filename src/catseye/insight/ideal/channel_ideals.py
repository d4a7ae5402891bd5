"""The ideal picture of a channel: of one position where that sees a part of the picture, else of the whole map."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from catseye.errors import UsageError
from catseye.insight.ideal.ascent import COMPUTED, SEARCHED, Ideal, Snapshot, find_ideal
from catseye.insight.ideal.objective import middle
from catseye.insight.ideal.parameterisation import PIXELS
from catseye.insight.ideal.recipe import ideal_recipe
from catseye.insight.ideal.score import score_picture
from catseye.insight.ideal.small_field import STEPS as FURTHER_STEPS
from catseye.insight.ideal.small_field import SmallField
from catseye.insight.ideal.target import LARGEST, MEAN, MIDDLE, ascended_layer, channel_target
from catseye.insight.ideal.transforms import UNCHANGED
from catseye.insight.maps.maps import compute_feature_maps
from catseye.insight.maps.positions import Positions, locate_positions
from catseye.networks.backbones.backbone import Backbone
from catseye.networks.backbones.timm import TimmNetwork
from catseye.system.progress_bar import progress

if TYPE_CHECKING:
    from catseye.classifier.classifier import Classifier
    from catseye.insight.ideal.recipe import IdealRecipe
    from catseye.insight.ideal.small_field import SeenPatch
    from catseye.insight.ideal.target import Target

STEPS = 48  # of gradient ascent, unless told: what a channel looks for is seen by then
_LARGE = 160  # pixels of a side from which on the picture is made at half of it: a quarter of the work
_GAIN, _L2 = 20.0, 5.0  # weights of a channel's response, and of the distance from the mean colour
_TINY, _LOCAL = 1 / 8, 0.7  # of the side: fields up to these are made without any loss, and for one position only
_SMALL = 0.4  # of the side: fields up to this are searched further
_STRONGER, _LONGER = 16.0, 2  # gain and steps, times the usual, where a real patch does better, or nothing was found


@dataclass(frozen=True)
class Ascent:
    """How a channel's picture is made.

    Attributes
    ----------
    recipe : IdealRecipe
        For the channel's mean; one position has its own share of it.
    steps : int, optional
        By default 48.
    seed : int
    revives : bool
        As for :func:`~catseye.insight.ideal.ascent.find_ideal`.
    as_told : bool
        Whether the recipe's weights were asked for: then nothing goes on without them.
    """

    recipe: IdealRecipe
    steps: int | None = None
    seed: int = 0
    as_told: bool = False
    revives: bool = False


def make_channel_ideals(
    classifier: Classifier, layer: str, seen: dict[int, SeenPatch], steps: int | None, seed: int
) -> list[Ideal]:
    """Return the ideal pictures of the channels in ``seen``; their responses are the layer's, as the patches' are.

    What is maximised is the layer before the activation. Where a position sees at most 0.7 of a side, the middle
    position of the channel is maximised. Where its response is linear in the pixels, as in a first convolution, the
    picture is computed. Up to 0.4 of a side the search goes on, from that picture and the real patch in ``seen``, if
    the patch has the larger response. Above that, where the patch has the larger response, the search is made once more
    with less weight on the losses. Deeper, it is the channel's mean, as one position would leave most of the picture
    grey; its response is the largest of the map, as the patches' are. Large pictures are made at half the side, which
    shows as much of a channel.
    """
    classifier = _at_half_size(classifier)
    recipe = replace(ideal_recipe(classifier.preprocess), gain=_GAIN, l2=_L2, statistics=0.0)
    positions = _locate(classifier, layer)
    ascent = Ascent(recipe, steps, seed)
    return [
        make_channel_ideal(classifier, f"{layer}:{channel}", ascent, positions, patch, pooled=LARGEST)
        for channel, patch in seen.items()
    ]


def channel_ideal(classifier: Classifier, target: Target, ascent: Ascent) -> Ideal:
    """Return the ideal picture of a channel, at the size of the network's pictures; ``target`` is its mean's.

    Of one position where that sees at most 0.7 of a side, as in :func:`make_channel_ideals`, but without real pictures.
    """
    layer = target.name.rpartition(":")[0]
    try:
        positions = _locate(classifier, layer)
    except UsageError:  # behind the last maps
        positions = None
    return make_channel_ideal(classifier, target.name, ascent, positions)


def make_channel_ideal(
    classifier: Classifier,
    name: str,
    ascent: Ascent,
    positions: Positions | None,
    patch: SeenPatch | None = None,
    pooled: str = MEAN,
) -> Ideal:
    """Return the ideal picture of a channel ``LAYER:NUMBER`` whose layer has these positions, if it has any."""
    share = _share(positions) if positions else 1.0
    if positions is None or not positions.exact or share > _LOCAL:
        target = channel_target(classifier, name, pooled)
        return _first_reached(classifier, target, ascent)
    target = channel_target(classifier, name, MIDDLE)
    rows, columns = positions.counts
    top, left, bottom, right = (round(edge) for edge in positions.box(rows // 2, columns // 2))
    layer = ascended_layer(classifier, name.rpartition(":")[0])
    field = SmallField(classifier, layer, target.number, positions)
    found = _find_local(field, target, replace(ascent, recipe=_local_recipe(ascent, share)), patch)
    return replace(found, box=(top, left, bottom, right))


def _locate(classifier: Classifier, layer: str) -> Positions:
    blank = np.zeros(classifier.preprocess.shape, np.uint8)
    rows, columns = compute_feature_maps(classifier, blank, [layer]).layers[0].maps.shape[1:]
    return locate_positions(classifier.network, classifier.preprocess, layer, (rows, columns))


def _share(positions: Positions) -> float:
    return max(field / side for field, side in zip(positions.field, positions.picture, strict=True))


def _at_half_size(classifier: Classifier) -> Classifier:
    before, network = classifier.preprocess, classifier.network
    resizable = isinstance(network, Backbone) and not isinstance(network, TimmNetwork)
    if not resizable or min(before.height, before.width) < _LARGE:
        return classifier
    return replace(classifier, preprocess=replace(before, height=before.height // 2, width=before.width // 2))


def _local_recipe(ascent: Ascent, share: float) -> IdealRecipe:
    """Return the recipe for one position whose field is so large a share of the side.

    A channel's response varies less than a class's logit: it must count for more, or all pictures look like the losses.
    One position has its share of that.
    """
    recipe = ascent.recipe
    if ascent.as_told:
        return replace(recipe, gain=_GAIN * share**2) if recipe.variation or recipe.l2 else recipe
    if share <= _TINY:
        return replace(
            recipe, parameterisation=PIXELS, transforms=UNCHANGED, versions=1, l2=0.0, variation=0.0, statistics=0.0
        )
    return replace(recipe, gain=_GAIN * share**2, l2=_L2, statistics=0.0)


def _find(classifier: Classifier, target: Target, ascent: Ascent) -> Ideal:
    steps = ascent.steps or STEPS
    with progress(target.name, steps) as advance:
        return find_ideal(
            classifier, target, ascent.recipe, steps=steps, seed=ascent.seed, revives=ascent.revives, advance=advance
        )


def _first_reached(classifier: Classifier, target: Target, ascent: Ascent) -> Ideal:
    """Return an ideal picture; where ascent goes nowhere, a second one, through activations that are cut off.

    That is of the middle position if the mean was searched for: some channels, such as one that subtracts its
    surroundings, respond to parts of a picture alone, and on average to none.
    """
    found = _find(classifier, target, ascent)
    if found.reached:
        return found
    if target.pooled != MIDDLE and target.has_positions:
        aim = middle(ascended_layer(classifier, target.name.rpartition(":")[0]), target.number)
        target = replace(channel_target(classifier, target.name, LARGEST), objective=aim, decisive=aim)
        ascent = replace(ascent, recipe=replace(ascent.recipe, gain=_GAIN, l2=_L2, statistics=0.0))
    other = _find(classifier, target, replace(ascent, revives=True))
    return other if other.reached else _find_stronger(classifier, target, replace(ascent, revives=True), other)


def _find_local(field: SmallField, target: Target, ascent: Ascent, patch: SeenPatch | None) -> Ideal:
    """Return the ideal picture of one position: computed, or by ascent and, if that is not enough, further."""
    if not ascent.as_told and (picture := field.exact()) is not None:
        blank = np.zeros_like(picture)
        snapshots = tuple(Snapshot(step, one, target.response(one)) for step, one in enumerate((blank, picture)))
        film = {one.step: one.picture for one in snapshots}
        score = score_picture(target, picture)
        return Ideal(target, picture, score, snapshots, film, ascent.recipe, ascent.seed, made=COMPUTED)
    ideal = _first_reached(field.classifier, target, ascent)
    if ascent.as_told:
        return ideal
    # With losses, a picture is simpler than the one with the largest response, and stays so where that is enough.
    # A large field would be filled with noise, or with the patch itself where the activation has reached its limit.
    is_enough = ideal.reached and (patch is None or ideal.score.response >= patch.response)
    if ascent.recipe.parameterisation != PIXELS and is_enough:
        return ideal
    if ideal.reached and _share(field.positions) > _SMALL:
        return _find_stronger(field.classifier, target, ascent, ideal)
    further = ascent.steps or FURTHER_STEPS
    starts = [field.moved_to_middle(patch)] if patch else field.random_pictures(ascent.seed)
    picture = field.improve([ideal.picture, *starts], further)
    last = Snapshot(ideal.steps + further, picture, target.response(picture))
    return replace(
        ideal,
        picture=picture,
        score=score_picture(target, picture),
        snapshots=(*ideal.snapshots, last),
        film=ideal.film | {last.step: picture},
        made=SEARCHED,
    )


def _find_stronger(classifier: Classifier, target: Target, ascent: Ascent, ideal: Ideal) -> Ideal:
    """Return the stronger of an ideal picture and another: losses count for less, from other noise, in more steps."""
    recipe = replace(ascent.recipe, gain=_STRONGER * ascent.recipe.gain)
    steps = _LONGER * (ascent.steps or STEPS)
    other = _find(classifier, target, replace(ascent, recipe=recipe, steps=steps, seed=ascent.seed + 1))
    return other if other.score.response > ideal.score.response else ideal
