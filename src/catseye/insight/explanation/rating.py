"""Attributions computed one after the other, each with its scores and its sanity check if these are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.errors import UsageError
from catseye.insight.explanation.attribution import METHODS
from catseye.insight.explanation.faithfulness import measure_faithfulness, measure_random_baseline
from catseye.insight.explanation.methods import Effort, compute_attribution
from catseye.insight.explanation.rated import RatedAttribution
from catseye.insight.explanation.sanity import check_sanity, maps_made
from catseye.system.progress_bar import progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.insight.explanation.class_score import ClassScore
    from catseye.insight.explanation.faithfulness import RandomBaseline


@dataclass(frozen=True, eq=False)
class Work:
    """What is to be computed for each map of a class score; ``temperature`` is that of its calibration."""

    class_score: ClassScore
    layer: str | None
    temperature: float
    scores: bool
    check: bool
    seed: int

    def done(
        self, methods: list[str], *, by_name: bool, one: bool
    ) -> tuple[tuple[RatedAttribution, ...], RandomBaseline | None, list[str]]:
        """Return the maps, the baseline of their scores, and notes on methods that are not possible.

        If methods were requested ``by_name``, an impossible one is an error; if ``one`` is wanted, the first that is
        possible is used.
        """
        checked = maps_made(self.class_score.probe.network) if self.check else 0
        wanted = 1 if one else len(methods)
        found: list[RatedAttribution] = []
        impossible: dict[str, list[str]] = {}  # methods by the reason
        with progress("Explaining", self.scores + wanted * (1 + self.scores + checked)) as advance:
            baseline = self._baseline(advance)
            for method in methods:
                try:
                    found.append(self._rated(method, baseline, advance))
                except UsageError as error:
                    if by_name:
                        raise
                    impossible.setdefault(str(error), []).append(METHODS[method].title)
                if one and found:
                    break
        said = {why: f" ({', '.join(names)})" if len(names) > 1 else "" for why, names in impossible.items()}
        return tuple(found), baseline, [f"left out{names}: {why}" for why, names in said.items()]

    def _baseline(self, advance: Callable[[int], None]) -> RandomBaseline | None:
        if not self.scores:
            return None
        baseline = measure_random_baseline(self.class_score, self.temperature, self.seed)
        advance(1)
        return baseline

    def _rated(self, method: str, baseline: RandomBaseline | None, advance: Callable[[int], None]) -> RatedAttribution:
        score, layer, seed = self.class_score, self.layer, self.seed
        found = compute_attribution(method, score, layer=layer, effort=Effort(), seed=seed)
        advance(1)
        faithful = sane = None
        if baseline:
            faithful = measure_faithfulness(score, found.map, baseline, self.temperature, seed)
            advance(1)
        if self.check:
            sane = check_sanity(method, score, layer=layer, seed=seed, advance=advance)
        return RatedAttribution(found, faithful, sane)
