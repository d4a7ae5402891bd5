"""Accuracy against the number of examples per class, by two ways of learning, and what it says in words."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from catseye.drawing.answer import Answer
from catseye.short_repr import ShortRepr, counted
from catseye.studies.reach.lead import Lead, measure_lead

if TYPE_CHECKING:
    from catseye.arrays import Booleans

TRANSFER, SCRATCH = "transfer", "scratch"


@dataclass(frozen=True, eq=False, repr=False)
class Point(ShortRepr):
    """The results of one way of learning from this many examples.

    Attributes
    ----------
    method : str
        ``"transfer"`` or ``"scratch"``.
    shots : int
        Examples per class.
    correct : bool (S, T)
        Which of the T test pictures are right, for each of S seeds.
    seconds : float
        Time that learning took, all seeds together, one after another; of transfer without the features, which all
        share.
    """

    method: str
    shots: int
    correct: Booleans
    seconds: float

    @property
    def accuracies(self) -> tuple[float, ...]:
        """Accuracies on the test pictures, 0 to 1, one for each seed."""
        return tuple(self.correct.mean(axis=1).tolist())

    @property
    def mean(self) -> float:
        """The mean accuracy."""
        return statistics.fmean(self.accuracies)

    @property
    def sd(self) -> float | None:
        """The sample standard deviation over the seeds; ``None`` for a single one."""
        return statistics.stdev(self.accuracies) if len(self.accuracies) > 1 else None

    @property
    def shown(self) -> str:
        """Mean and sample standard deviation in percent: ``"76.4 ± 1.2 %"``."""
        return f"{100 * self.mean:.1f} %" if self.sd is None else f"{100 * self.mean:.1f} ± {100 * self.sd:.1f} %"

    def to_json(self) -> dict[str, Any]:
        """Return the fields, mean and deviation as JSON values."""
        return {
            "method": self.method,
            "shots": self.shots,
            "n": len(self.accuracies),
            "mean": self.mean,
            "sd": self.sd,
            "accuracies": list(self.accuracies),
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, eq=False, repr=False)
class Pair(ShortRepr):
    """Both ways of learning from the same examples, measured on the same test pictures."""

    transfer: Point
    scratch: Point

    @property
    def shots(self) -> int:
        """Examples per class."""
        return self.transfer.shots

    @cached_property
    def lead(self) -> Lead:
        """The lead of transfer, with its margin of error."""
        return measure_lead(self.transfer.correct, self.scratch.correct)


@dataclass(frozen=True, repr=False)
class LearningCurves(ShortRepr):
    """Both ways of learning on one data set.

    Attributes
    ----------
    name : str
        Name of the data set.
    classes : int
    test_pictures : int
        Number of test pictures that every accuracy is measured on.
    network : str
        Name of the network that is trained from scratch.
    size : tuple of int
        Height and width in pixels at which it is.
    pairs : tuple of Pair
        Pairs of results, by growing number of examples.
    notes : tuple of str
        Remarks that matter for reading the numbers.
    """

    name: str
    classes: int
    test_pictures: int
    network: str
    size: tuple[int, int]
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...] = ()

    @property
    def stops_paying(self) -> int | None:
        """The number of examples per class from which on transfer has no measurable lead, or ``None``."""
        stop = None
        for pair in reversed(self.pairs):
            if pair.lead.ahead > 0:
                break
            stop = pair.shots
        return stop

    @property
    def headline(self) -> str:
        """How far transfer reaches, in a few words."""
        if self.stops_paying is None:
            return f"transfer is ahead by {self.pairs[-1].lead.shown} even at {self.pairs[-1].shots} per class"
        if all(pair.lead.ahead < 0 for pair in self.pairs):
            return "training from scratch is ahead at all of these numbers"
        if self.stops_paying == self.pairs[0].shots:
            return "transfer has no measurable lead at any of these numbers"
        return f"transfer has no measurable lead from {self.stops_paying} per class on"

    @property
    def verdict(self) -> str:
        """How far transfer reaches, in sentences, by the rule that `RULE` states."""
        return " ".join([_capital(self.headline) + ".", *self._leads(), self._basis()])

    def _leads(self) -> list[str]:
        most, last = max(self.pairs, key=lambda pair: pair.lead.difference), self.pairs[-1]
        sentences = []
        if most.lead.ahead > 0:
            against = f"{100 * most.transfer.mean:.1f} % against {100 * most.scratch.mean:.1f} %"
            sentences.append(f"Its lead is largest at {most.shots} per class: {most.lead.shown} ({against}).")
        if last.lead.ahead < 0:
            sentences.append(f"At {last.shots} per class training from scratch is ahead by {last.lead.reversed.shown}.")
        elif last.lead.ahead == 0:
            sentences += [
                f"At {pair.shots} per class training from scratch is ahead by {pair.lead.reversed.shown}."
                for pair in self.pairs
                if pair.lead.ahead < 0
            ]
            sentences.append(f"At {last.shots} per class its lead is {last.lead.shown}: too close to call.")
        return sentences

    def _basis(self) -> str:
        seeds, pictures = len(self.pairs[-1].transfer.accuracies), counted(self.test_pictures, "test picture")
        if seeds == 1:
            return f"The ± is for {pictures}; with one seed, nothing is known about other draws of examples."
        return f"The ± is for {seeds} seeds and {pictures}."

    def to_json(self) -> dict[str, Any]:
        """Return the numbers and the verdict as JSON values."""
        return {
            "name": self.name,
            "classes": self.classes,
            "test_pictures": self.test_pictures,
            "network": self.network,
            "size": list(self.size),
            "curves": [pair.transfer.to_json() for pair in self.pairs]
            + [pair.scratch.to_json() for pair in self.pairs],
            "leads": [{"shots": pair.shots, **pair.lead.to_json()} for pair in self.pairs],
            "stops_paying": self.stops_paying,
            "verdict": self.verdict,
            "notes": list(self.notes),
        }


RULE = (
    "Transfer has a measurable lead where the 95 % interval of the lead (±) lies above 0. The interval is that of the "
    "paired differences on the same test pictures, and covers other test pictures and, with several seeds, other draws "
    "of examples. A smaller lead may exist; more test pictures and seeds would be needed to measure it."
)


@dataclass(frozen=True, repr=False)
class Reach(Answer):
    """How far transfer reaches, over several data sets.

    Attributes
    ----------
    backbone : str
    weights : str
        Source of the backbone's weights.
    seeds : int
        Number of seeds: 0, 1, ….
    data : tuple of LearningCurves
    seconds : float
        Time that everything took.
    versions : dict
        Versions of Python and of the packages that determine a result.
    asked : tuple of int
        The numbers of examples per class that were asked for.
    """

    backbone: str
    weights: str
    seeds: int
    data: tuple[LearningCurves, ...]
    seconds: float
    versions: dict[str, str]
    asked: tuple[int, ...]

    def __repr__(self) -> str:
        return f"Reach({', '.join(f'{curves.name}: {curves.headline}' for curves in self.data)})"

    def to_json(self) -> dict[str, Any]:
        """Return what ``catseye reach --json`` prints, but for the figure."""
        fields = {name: value for name, value in vars(self).items() if name not in ("data", "asked")}
        return fields | {"seconds": round(self.seconds, 1), "data": [curves.to_json() for curves in self.data]}


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
