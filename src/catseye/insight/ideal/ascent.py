"""The ideal picture of a class: gradient ascent from noise.

Its appearance depends on how the picture is parameterised, on the transforms that it must survive and on the
objective (Olah et al. 2017, "Feature Visualization", doi:10.23915/distill.00007); each has a file of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from catseye.errors import CatseyeError, UsageError
from catseye.insight.ideal.batch_statistics import StatisticsLosses
from catseye.insight.ideal.dead_activations import revive_gradients
from catseye.insight.ideal.objective import Objective, Responses, l2, statistics_loss, variation
from catseye.insight.ideal.parameterisation import Parameterisation, make_parameterisation
from catseye.insight.ideal.recipe import STEPS, IdealRecipe, ideal_recipe
from catseye.insight.ideal.score import Score, score_picture
from catseye.insight.ideal.target import CLASS
from catseye.networks.gradient import check_gradient
from catseye.networks.probe import Probe
from catseye.short_repr import ShortRepr
from catseye.system.memory import keep_memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.insight.ideal.target import Target

_REMEDY = "Ideal pictures need one."
ASCENT, COMPUTED, SEARCHED = "ascent", "computed", "searched"
ENOUGH = 0.99  # probability of the class
_PATIENCE = 2  # times the usual steps, at most, until it has that
_CHECK_EVERY = 16  # steps beyond the usual ones between checks whether it has
_MORE = 1.01  # times the response at the start that a channel must have
_SNAPSHOTS, _FRAMES = 8, 32  # in the usual steps: moments in the figure, and at least in a film
_RATE, _BETAS = 0.05, (0.9, 0.99)
_FALLING = 0.6  # share of the steps, the last ones, in which the rate falls
_LEAST_RATE, _LATE_RATE = 0.1, 0.4  # of the rate: at the end of the usual steps, and in those beyond
_DETAIL = 0.6  # share of the steps after which all detail is there


@dataclass(frozen=True, eq=False, repr=False)
class Snapshot(ShortRepr):
    """The picture after so many steps, and its response.

    Attributes
    ----------
    step : int
        Steps taken.
    picture : uint8 (H, W, C)
    response : float
        The class's probability, or the channel's response.
    """

    step: int
    picture: Pixels
    response: float


@dataclass(frozen=True, eq=False, repr=False)
class Ideal(ShortRepr):
    """An ideal picture and how it was made.

    Attributes
    ----------
    target : Target
    picture : uint8 (H, W, C)
    score : Score
        Score of ``picture`` in 8 bits.
    snapshots : tuple of Snapshot
        States of the ascent, from the noise at the start to the picture.
    film : dict from int to uint8 (H, W, C)
        The picture by the number of steps taken, more often than the snapshots.
    recipe : IdealRecipe
    seed : int
    box : (int, int, int, int), optional
        Of a channel's one position, the pixels that it sees: top, left, bottom, right; ``None`` where all count.
    made : str
        ``"ascent"``; ``"computed"`` where the response is linear in the pixels; ``"searched"`` where, after the ascent,
        every pixel went along the sign of its gradient.
    """

    target: Target
    picture: Pixels
    score: Score
    snapshots: tuple[Snapshot, ...]
    film: dict[int, Pixels]
    recipe: IdealRecipe
    seed: int
    box: tuple[int, int, int, int] | None = None
    made: str = ASCENT

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return self.snapshots[-1].step

    @property
    def reached(self) -> bool:
        """Whether the class has a probability of at least 0.99, or the channel a response above 0 and the start's."""
        if self.target.kind == CLASS:
            return self.score.response >= ENOUGH
        return self.score.response > max(0.0, _MORE * self.snapshots[0].response)

    def seen(self, picture: Pixels) -> Pixels:
        """Return of a picture (H, W, C), such as ``picture`` or a snapshot's, what counts for the response."""
        if self.box is None:
            return picture
        top, left, bottom, right = self.box
        return picture[top:bottom, left:right]


def find_ideal(
    classifier: Classifier,
    target: Target,
    recipe: IdealRecipe | None = None,
    *,
    steps: int | None = None,
    seed: int = 0,
    revives: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> Ideal:
    """Return the ideal picture of a class or channel.

    Parameters
    ----------
    classifier
        Any classifier.
    target
        A target from ``class_target`` or ``channel_target``.
    recipe
        Settings; by default those that :func:`~catseye.insight.ideal.recipe.ideal_recipe` chooses.
    steps
        Number of steps, at least 1. By default 128, and up to 128 more until a class has a probability of 0.99.
    seed
        Random seed of the noise at the start and of all transforms.
    revives
        Whether gradients pass activations that are cut off everywhere, which are else the end of the ascent; see
        :mod:`catseye.insight.ideal.dead_activations`.
    advance
        Called with 1 after every step.

    Raises
    ------
    UsageError
        ``steps`` is below 1; no gradient reaches the picture.
    CatseyeError
        The network's logits or maps are not finite.
    """
    if steps is not None and steps < 1:
        raise UsageError(f"steps must be at least 1; got {steps}.")
    recipe = recipe or ideal_recipe(classifier.preprocess)
    kept = _ascend(classifier, target, recipe, steps, seed, revives, advance)
    shown = _spread(steps or STEPS, _SNAPSHOTS) | {max(kept)}
    snapshots = tuple(
        Snapshot(step, picture, target.response(picture)) for step, picture in kept.items() if step in shown
    )
    picture = snapshots[-1].picture
    return Ideal(target, picture, score_picture(target, picture), snapshots, kept, recipe, seed)


def _ascend(
    classifier: Classifier,
    target: Target,
    recipe: IdealRecipe,
    requested: int | None,
    seed: int,
    revives: bool,
    advance: Callable[[int], None],
) -> dict[int, Pixels]:
    """Return pictures by the number of steps taken, from the noise at the start to the finished one."""
    keep_memory()
    generator = torch.Generator().manual_seed(seed)
    learnt = make_parameterisation(recipe.parameterisation, classifier.preprocess.shape, generator)
    objective = _objective(target, recipe, classifier.preprocess.mean)
    probe = Probe(classifier.network)
    if revives:
        revive_gradients(probe)
    statistics = StatisticsLosses(probe) if recipe.statistics else None
    ascent = torch.optim.Adam([learnt.values], lr=_RATE, betas=_BETAS, maximize=True)
    steps = requested or STEPS
    limit = steps if requested or target.kind != CLASS else _PATIENCE * steps
    often = max(1, steps // _FRAMES)
    shown = _spread(steps, _SNAPSHOTS)
    kept = {}
    for step in range(limit + 1):
        detail = min(1.0, step / (_DETAIL * steps))
        checks = step >= steps and (step in shown or step % _CHECK_EVERY == 0)
        if step in shown or step % often == 0 or step == limit or checks:
            kept[step] = _eight_bits(learnt.picture(detail))
        if step == limit or (checks and target.response(kept[step]) >= ENOUGH):
            break
        ascent.param_groups[0]["lr"] = _RATE * _slowed(step, steps)
        if step >= steps and step % _CHECK_EVERY == 0:
            # Another class's logit rose along with it: what tells the two apart gets more and more weight.
            objective += 2 ** ((step - steps) // _CHECK_EVERY + 1) * target.decisive
        picture = learnt.picture(detail)
        versions = classifier.preprocess.tensor(recipe.transforms(picture, recipe.versions, generator))
        outputs = {
            layer: probe.with_channels_first(layer, values)
            for layer, values in probe.layer_outputs(versions, objective.layers).items()
        }
        check_gradient(*outputs.values(), remedy=_REMEDY)
        loss = statistics.take() if statistics else torch.zeros(())
        _climb(ascent, learnt, objective(Responses(picture / 255, outputs, loss)))
        advance(1)
    return kept


def _spread(steps: int, count: int) -> set[int]:
    """Return so many numbers of steps, evenly spread from 0 to all."""
    return {round(steps * number / (count - 1)) for number in range(count)}


def _slowed(step: int, steps: int) -> float:
    """Return the factor of the learning rate: 1, then falling, and higher again beyond the usual steps."""
    return _LATE_RATE if step >= steps else max(_LEAST_RATE, min(1.0, (steps - step) / (_FALLING * steps)))


def _objective(target: Target, recipe: IdealRecipe, mean: tuple[float, ...]) -> Objective:
    losses = (
        (recipe.variation, variation()),
        (recipe.l2, l2(mean)),
        (recipe.statistics, statistics_loss()),
    )
    total = recipe.gain * target.objective
    for weight, loss in losses:
        if weight:
            total -= weight * loss
    return total


def _climb(ascent: torch.optim.Optimizer, learnt: Parameterisation, value: torch.Tensor) -> None:
    if not value.isfinite():
        raise CatseyeError("the classifier's outputs are not finite: its weights or preprocess are corrupted.")
    ascent.zero_grad()
    value.backward(inputs=[learnt.values])  # type: ignore[no-untyped-call]
    ascent.step()


def _eight_bits(picture: torch.Tensor) -> Pixels:
    values = picture.detach()[0].permute(1, 2, 0).round().clamp(0, 255)
    return values.to(torch.uint8).contiguous().numpy()
