"""The best classifier in the time given: candidates are tried, the cheapest first, and judged by cross-validation."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from catseye.datasets.dataset import TRAIN
from catseye.errors import CatseyeError, first_line, install_line
from catseye.networks.names import parts_of
from catseye.networks.pretrained_weights import missing_packages, pretrained
from catseye.networks.side_by_side import join_backbones
from catseye.runs.search import Search, Trial
from catseye.runs.transfer.budget import SMALL
from catseye.runs.transfer.candidates import Candidate, list_backbones, list_pairs
from catseye.runs.transfer.choice import choose
from catseye.runs.transfer.forecast import MARGIN, Forecast, most_multiply_adds
from catseye.runs.transfer.trial import FIRST_PICTURES, Attempt, Tried
from catseye.runs.transfer.trial_rows import describe_left, describe_tried, describe_tuned
from catseye.runs.transfer.tuning_trial import FineTuningTrial
from catseye.system.progress_bar import duration

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.networks.pretrained import Pretrained
    from catseye.runs.session import Session
    from catseye.runs.transfer.budget import Budget
    from catseye.runs.transfer.fine_tuning import FineTuned
    from catseye.runs.transfer.plan import TransferPlan
    from catseye.transfer_learning.recipe import TransferRecipe

log = logging.getLogger("catseye")

_LOAD_SECONDS = 3.0  # that reading and compiling another backbone takes


@dataclass(frozen=True, eq=False)
class Found:
    """What a search has found.

    Attributes
    ----------
    plan : TransferPlan
        That of the chosen classifier: its backbone and recipe.
    tried : Tried
        The head on it, before any fine-tuning.
    tuned : FineTuned or None
        ``None`` where fine-tuning was not tried.
    search : Search
    """

    plan: TransferPlan
    tried: Tried
    tuned: FineTuned | None
    search: Search


class Searching:
    """A search under way.

    Parameters
    ----------
    plan
        Of the transfer without a search, which makes the first candidate.
    session
    home
        The folder with the feature cache and weights.
    device
    budget
    official
        Whether the backbone has its official weights, so that it can be one of a pair.
    """

    def __init__(
        self, plan: TransferPlan, session: Session, home: Path, device: str, budget: Budget, *, official: bool
    ) -> None:
        self._plan, self._session, self._home, self._device = plan, session, home, device
        self._budget, self._official = budget, official
        self._tried: list[Tried] = []
        self._left: list[Trial] = []  # what was not tried
        self._notes: list[str] = []
        self._loaded = {plan.backbone.name: plan.backbone}
        self._reserve = 0.0  # seconds that it takes to finish the costliest one so far

    def run(self) -> Found:
        """Try what the budget allows and return the best.

        Raises
        ------
        CatseyeError
            The first candidate, the classifier without a search, cannot be made.
        """
        begun, recipe = self._budget.spent, self._plan.recipe
        default = Candidate(self._plan.backbone.name, recipe.mirrored)
        self._tell(default)
        attempt = self._attempt(default, self._plan.backbone)
        self._tried.append(attempt.carry_out(recipe.seed, self._plan.ahead, balanced=recipe.balanced))
        self._reserve = attempt.finish_seconds()
        if self._budget.left < self._reserve:
            self._notes.append(
                f"the time limit of {duration(self._budget.seconds)} is too short for more than the default "
                "classifier, which is made in any case"
            )
        tuned = None
        if not len(self._tried[0].judged.losses):
            self._notes.append("no class has two training pictures, so that there is nothing to judge classifiers by")
            rows = describe_tried(self._tried, 0)
        else:
            self._try_heads(default)
            tuned, rows, recipe = self._try_fine_tuning()
        best = self._best
        if tuned is None or not tuned.better:
            recipe = replace(self._plan.recipe, backbone=best.backbone.name, mirrored=best.candidate.mirrored)
        else:
            best = self._tried[0]
        seconds = round(self._budget.spent - begun, 3)
        search = Search(self._budget.seconds, self._budget.size, seconds, (*rows, *self._left), tuple(self._notes))
        return Found(replace(self._plan, backbone=best.backbone, recipe=recipe), best, tuned, search)

    @property
    def _best(self) -> Tried:
        """The head to keep of those that were tried."""
        judged = [one.judged for one in self._tried]
        return self._tried[choose(judged)] if len(judged[0].losses) else self._tried[0]

    def _try_heads(self, default: Candidate) -> None:
        """Try mirrored pictures, other backbones, and pairs of the best."""
        if not default.mirrored:
            self._try(replace(default, mirrored=True))
        # What does better on the default serves the others; to try both with each would take twice as long.
        mirrored = self._best.candidate.mirrored
        most = most_multiply_adds(self._tried[0]) if self._budget.size == SMALL else math.inf
        others = list_backbones(default.backbone, self._home, most)
        if not others and self._budget.size != SMALL:
            self._advise()
        for name in others:
            self._try(Candidate(name, mirrored))
        for name in list_pairs(self._alone(), most):
            if name != default.backbone:
                self._try(Candidate(name, mirrored))

    def _alone(self) -> list[str]:
        """Return the backbones with official weights that were tried alone, the best first."""
        order = sorted(self._tried, key=lambda one: float(one.judged.losses.mean()))
        names = dict.fromkeys(one.candidate.backbone for one in order)
        return [name for name in names if self._official or name != self._plan.backbone.name]

    def _try(self, candidate: Candidate) -> None:
        """Try a candidate if the time allows it; otherwise, or if it cannot be tried, note why."""
        recipe, budget, forecast = self._plan.recipe, self._budget, self._forecast
        head = forecast.head_seconds(candidate)
        parts = parts_of(candidate.backbone) or (candidate.backbone,)
        first = forecast.first_seconds(candidate) + (0 if self._loaded.keys() >= set(parts) else _LOAD_SECONDS)
        if first + head + self._reserve > budget.left:
            self._leave(candidate, max(first, forecast.extraction_seconds(candidate)) + head + self._reserve)
            return
        self._tell(candidate)
        try:
            attempt = self._attempt(candidate, self._load(candidate.backbone))
            features = MARGIN * attempt.forecast()
            reserve = max(self._reserve, attempt.finish_seconds())
            if features + head + reserve > budget.left:
                self._leave(candidate, features + head + reserve)
                return
            tried = attempt.carry_out(recipe.seed, None, balanced=recipe.balanced)
        except CatseyeError as error:
            self._leave_out(candidate, f"cannot be tried: {first_line(error)}")
            return
        if tried.content != self._tried[0].content:
            self._leave_out(candidate, "cannot be judged: some pictures have become unreadable meanwhile")
            return
        self._reserve = reserve
        self._tried.append(tried)

    def _try_fine_tuning(self) -> tuple[FineTuned | None, list[Trial], TransferRecipe]:
        """Return the fine-tuned network if it was tried, the rows of all trials, and the recipe."""
        rows, recipe = describe_tried(self._tried, self._tried.index(self._best)), self._plan.recipe
        if self._budget.size == SMALL and not self._budget.seconds:  # asks for little, and fine-tuning takes minutes
            return None, rows, recipe
        candidate = Candidate(self._plan.backbone.name, recipe.mirrored, fine_tuned=True)
        trial = FineTuningTrial(self._plan, self._tried[0], self._best, self._home, self._device)
        objection = trial.objection()
        if objection:
            self._leave_out(candidate, f"not begun: {objection}")
            return None, rows, recipe
        for forecast in (trial.least_seconds, trial.forecast):
            needed = forecast() + self._reserve if self._budget.seconds else 0.0
            if needed > self._budget.left:
                self._leave(candidate, needed)
                return None, rows, recipe
        self._tell(candidate)
        try:
            tuned, recipe = trial.carry_out(self._session, self._budget, self._reserve)
        except CatseyeError as error:
            self._leave_out(candidate, f"cannot be tried: {first_line(error)}")
            return None, rows, recipe
        if tuned.better:
            outdone = "not as good on the validation pictures as the fine-tuned network"
            rows = [replace(row, chosen=False, why=outdone) if row.chosen else row for row in rows]
        return tuned, [*rows, describe_tuned(candidate, tuned, self._tried[0])], recipe

    def _attempt(self, candidate: Candidate, backbone: Pretrained) -> Attempt:
        return Attempt(candidate, backbone, self._plan.dataset, self._home, self._device)

    def _load(self, name: str) -> Pretrained:
        if name not in self._loaded:
            parts = [self._load(part) for part in parts_of(name)]
            found = join_backbones(*parts) if parts else pretrained(name, None, self._home)
            value_range = self._plan.dataset.splits[TRAIN].value_range
            self._loaded[name] = replace(found, preprocess=found.preprocess.ranged(value_range))
        return self._loaded[name]

    @property
    def _forecast(self) -> Forecast:
        return Forecast(self._tried[0], len(self._plan.dataset.splits[TRAIN]), FIRST_PICTURES)

    def _tell(self, candidate: Candidate) -> None:
        left = f"; {duration(max(0.0, self._budget.left))} left" if self._budget.seconds else ""
        log.info("trying %s%s", candidate.name, left)

    def _advise(self) -> None:
        extras = missing_packages(self._home)
        if extras:
            self._notes.append(
                f"to let the search try further backbones, install them: {install_line(','.join(extras))}"
            )

    def _leave(self, candidate: Candidate, seconds: float) -> None:
        """Note that the time does not allow a candidate."""
        left = duration(max(0.0, self._budget.left))
        self._leave_out(
            candidate, f"not begun: would need about {duration(seconds)}, report included; {left} were left"
        )

    def _leave_out(self, candidate: Candidate, why: str) -> None:
        self._left.append(describe_left(candidate, self._forecast.multiply_adds(candidate), why))
