"""The ideal picture of a class: gradient ascent from noise.

What comes out is decided by how the picture is parameterised, by the transforms that it must survive and by the
objective (Olah et al. 2017, "Feature Visualization", doi:10.23915/distill.00007); each has a file of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from catseye.errors import CatseyeError, UsageError
from catseye.insight.ideal.batch_statistics import record_statistics_losses
from catseye.insight.ideal.objective import Objective, Responses, l2, statistics_loss, variation
from catseye.insight.ideal.parameterisation import Parameterisation, parameterisation
from catseye.insight.ideal.recipe import STEPS, IdealRecipe, ideal_recipe
from catseye.insight.ideal.score import Score, score_picture
from catseye.insight.ideal.target import CLASS
from catseye.networks.backbones.backbone import LOGITS
from catseye.networks.layers import compute_layer_outputs, watched
from catseye.system.memory import keep_memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.insight.ideal.target import Target

ENOUGH = 0.99  # probability of the class
_PATIENCE = 2  # times the usual steps, at most, until it has that
_CHECKED = 16  # steps between two looks whether it has
_MOMENTS = 8
_RATE, _BETAS = 0.05, (0.9, 0.99)
_FALLING = 0.6  # share of the steps, the last ones, in which the rate falls
_LEAST_RATE, _LATE_RATE = 0.1, 0.4  # of the rate: at the end of the usual steps, and in those beyond
_DETAIL = 0.6  # share of the steps after which all detail is there


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The picture after so many steps, and how much of its goal it has.

    Attributes
    ----------
    step : int
        Steps done.
    picture : uint8 (H, W, C)
    response : float
    """

    step: int
    picture: Pixels
    response: float


@dataclass(frozen=True, eq=False)
class Ideal:
    """An ideal picture and how it came about.

    Attributes
    ----------
    goal : Goal
    picture : uint8 (H, W, C)
    judged : Judged
        Of ``picture`` as it is, in 8 bits.
    moments : tuple of Moment
        From the noise at the start to the picture.
    recipe : IdealRecipe
    seed : int
    """

    goal: Target
    picture: Pixels
    judged: Score
    moments: tuple[Snapshot, ...]
    recipe: IdealRecipe
    seed: int

    @property
    def steps(self) -> int:
        """How many steps were done."""
        return self.moments[-1].step

    @property
    def reached(self) -> bool:
        """Whether the class has a probability of 0.99, or the channel answers at all."""
        return self.judged.response >= ENOUGH if self.goal.kind == CLASS else self.judged.response > 0


def find_ideal(
    classifier: Classifier,
    goal: Target,
    recipe: IdealRecipe | None = None,
    *,
    steps: int | None = None,
    seed: int = 0,
    advance: Callable[[int], None] = lambda _: None,
) -> Ideal:
    """Return the ideal picture of a class or channel.

    Parameters
    ----------
    classifier
        Any.
    goal
        By ``class_goal`` or ``channel_goal``.
    recipe
        By default what :func:`~catseye.insight.ideal.recipe.ideal_recipe` chooses.
    steps
        How many, at least 1. By default 128, and as many again while the class has less than 0.99.
    seed
        Decides the noise at the start and every transform.
    advance
        Told after every step how many were done: 1.

    Raises
    ------
    UsageError
        Steps are below 1.
    CatseyeError
        The network's answers are not finite numbers.
    """
    if steps is not None and steps < 1:
        raise UsageError(f"steps are at least 1; got {steps}.")
    recipe = recipe or ideal_recipe(classifier.preprocess)
    kept = _ascended(classifier, goal, recipe, steps, seed, advance)
    moments = tuple(Snapshot(step, picture, goal.response(picture)) for step, picture in kept.items())
    picture = moments[-1].picture
    return Ideal(goal, picture, score_picture(goal, picture), moments, recipe, seed)


def _ascended(
    classifier: Classifier,
    goal: Target,
    recipe: IdealRecipe,
    asked: int | None,
    seed: int,
    advance: Callable[[int], None],
) -> dict[int, Pixels]:
    """Return pictures by the number of steps done, the start's first and the finished one last."""
    keep_memory()
    generator = torch.Generator().manual_seed(seed)
    learnt = parameterisation(recipe.parameterisation, classifier.preprocess.shape, generator)
    objective = _objective(goal, recipe, classifier.preprocess.mean)
    ascent = torch.optim.Adam([learnt.values], lr=_RATE, betas=_BETAS, maximize=True)
    steps = asked or STEPS
    limit = steps if asked or goal.kind != CLASS else _PATIENCE * steps
    shown = {round(steps * number / (_MOMENTS - 1)) for number in range(_MOMENTS)}
    kept = {}
    for step in range(limit + 1):
        detail = min(1.0, step / (_DETAIL * steps))
        if step in shown or step == limit or (step > steps and step % _CHECKED == 0):
            kept[step] = _eight_bits(learnt.picture(detail))
        if step == limit or (step >= steps and step in kept and goal.response(kept[step]) >= ENOUGH):
            break
        ascent.param_groups[0]["lr"] = _RATE * _slowed(step, steps)
        if step >= steps and step % _CHECKED == 0:
            # A rival's logit rose along with it: what tells the two apart weighs more and more.
            objective += 2 ** ((step - steps) // _CHECKED + 1) * goal.decisive
        seen = _seen(classifier, objective, recipe, learnt.picture(detail), generator)
        _climb(ascent, learnt, objective(seen))
        advance(1)
    return {step: picture for step, picture in kept.items() if step in shown or step == max(kept)}


def _slowed(step: int, steps: int) -> float:
    """Return by what the rate is multiplied: 1, then less and less, and again more if the usual steps are over."""
    return _LATE_RATE if step >= steps else max(_LEAST_RATE, min(1.0, (steps - step) / (_FALLING * steps)))


def _objective(goal: Target, recipe: IdealRecipe, mean: tuple[float, ...]) -> Objective:
    kept_small = (
        (recipe.variation, variation()),
        (recipe.l2, l2(mean)),
        (recipe.strangeness, statistics_loss()),
    )
    total = recipe.gain * goal.objective
    for weight, loss in kept_small:
        if weight:
            total -= weight * loss
    return total


def _seen(
    classifier: Classifier, objective: Objective, recipe: IdealRecipe, picture: torch.Tensor, generator: torch.Generator
) -> Responses:
    versions = classifier.preprocess.tensor(recipe.transforms(picture, recipe.versions, generator))
    with (
        watched(classifier.network) as network,
        record_statistics_losses(network, on=recipe.strangeness > 0) as distances,
    ):
        outputs = {}
        if layers := objective.layers - {LOGITS}:
            outputs = compute_layer_outputs(network, versions, layers)
        if LOGITS in objective.layers:
            outputs[LOGITS] = network(versions)
    strange = torch.stack(distances).mean() if distances else torch.zeros(())
    return Responses(picture / 255, outputs, strange)


def _climb(ascent: torch.optim.Optimizer, learnt: Parameterisation, height: torch.Tensor) -> None:
    if not height.isfinite():
        raise CatseyeError("the classifier's answers are not finite numbers: its weights or preprocess are spoilt.")
    ascent.zero_grad()
    height.backward(inputs=[learnt.values])  # type: ignore[no-untyped-call]
    ascent.step()


def _eight_bits(picture: torch.Tensor) -> Pixels:
    values = picture.detach()[0].permute(1, 2, 0).round().clamp(0, 255)
    return values.to(torch.uint8).contiguous().numpy()
