"""All checks of a data set, put together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from catseye.datasets.dataset import TEST, TRAIN
from catseye.datasets.joined import join_pictures
from catseye.drawing.answer import Answer
from catseye.errors import with_short_traceback
from catseye.quality.balance import count_classes, find_imbalances
from catseye.quality.copies import find_comparable, find_copies
from catseye.quality.finding import KINDS, Finding, Kind, Severity, make_finding
from catseye.quality.label_errors import find_suspects
from catseye.quality.names import find_doubtful_classes, find_joined_labels, find_look_alike_names
from catseye.quality.oddities import are_small_by_design, find_broken, find_oddities
from catseye.quality.survey import survey_pictures
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from catseye.datasets import Dataset, Pictures
    from catseye.quality.survey import Survey

    Judge: TypeAlias = Callable[[Pictures], NDArray[np.floating[Any]]]


_MOST_NAMED = 3  # kinds of findings in a line


@dataclass(frozen=True, repr=False)
class Checkup(Answer):
    """What was found in a data set; in a notebook it shows a table and the first pictures.

    Attributes
    ----------
    data : str
        Name or path that the user gave.
    pictures : int
        Number of pictures that can be read.
    classes : mapping of str to mapping
        ``{class: {split: number of pictures}}``.
    findings : tuple of Finding
        The most serious first.
    passed : tuple of str
        A message for each kind of problem that was looked for and not found.
    notes : tuple of str
        Remarks on the data set, and on what could not be looked for.
    dataset : Dataset
        What was examined.
    """

    data: str
    pictures: int
    classes: Mapping[str, Mapping[str, int]]
    findings: tuple[Finding, ...]
    passed: tuple[str, ...]
    notes: tuple[str, ...]
    dataset: Dataset = field(compare=False)

    def __repr__(self) -> str:
        counts = [
            f"{KINDS[kind].title[:1].lower()}{KINDS[kind].title[1:]} ×{self.counts[kind]:,}" for kind in self.counts
        ]
        more = f", {counted(len(counts) - _MOST_NAMED, 'more kind')}" if len(counts) > _MOST_NAMED else ""
        found = f"{', '.join(counts[:_MOST_NAMED])}{more}" or "nothing found"
        return f"Checkup({self.called}, {counted(self.pictures, 'picture')}: {found})"

    @property
    def called(self) -> str:
        """What the data set is called in a title."""
        return self.dataset.info.called

    @property
    def counts(self) -> dict[Kind, int]:
        """How many findings there are of each kind that was found, the most serious first."""
        found = Counter(finding.kind for finding in self.findings)
        return {kind: found[kind] for kind in KINDS if kind in found}

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The findings that make results worse or wrong; not those that are only good to know."""
        return tuple(finding for finding in self.findings if finding.severity != Severity.NOTE)

    def of(self, kind: Kind) -> tuple[Finding, ...]:
        """Return the findings of one kind."""
        return tuple(finding for finding in self.findings if finding.kind == kind)

    def to_json(self) -> dict[str, Any]:
        """Return all as JSON values."""
        return {
            "data": self.data,
            "pictures": self.pictures,
            "classes": {name: dict(counts) for name, counts in self.classes.items()},
            "findings": [finding.to_json() for finding in self.findings],
            "counts": self.counts,
            "passed": list(self.passed),
            "notes": list(self.notes),
        }


@with_short_traceback
def check_dataset(dataset: Dataset, *, judge: Judge | None = None) -> Checkup:
    """Return what is wrong with a data set. Nothing is changed; every picture is decoded once, small.

    Parameters
    ----------
    dataset
        A data set of the catalogue, or the user's own.
    judge
        Called with all N pictures; returns the probabilities (N, K) of their K classes, each row from a model that
        was not trained on its picture. Copies of a picture should be kept out of that training as well. Without a
        judge, labels are not checked.

    Raises
    ------
    UsageError
        The judge does not return valid probabilities.
    """
    survey = survey_pictures(dataset)
    counts = count_classes(dataset)
    alike, how_copies = find_copies(survey)
    odd, how_odd = find_oddities(survey)
    doubtful = [] if judge is None else list(_doubtful(survey, judge))
    found = [*find_broken(survey), *alike, *odd, *doubtful, *find_imbalances(counts)]
    found += [*find_doubtful_classes(dataset), *find_look_alike_names(dataset), *find_joined_labels(dataset)]
    rank = {kind: place for place, kind in enumerate(KINDS)}
    findings = tuple(sorted(found, key=lambda finding: rank[finding.kind]))
    readable = len(survey) - len(survey.faults)
    looked_for = _looked_for(survey, judged=judge is not None)
    kinds = {finding.kind for finding in findings}
    passed = tuple(KINDS[kind].message_if_none for kind in looked_for if kind not in kinds)
    notes = (*dataset.notes, *how_copies, *how_odd)
    return Checkup(dataset.info.name, readable, counts, findings, passed, notes, dataset)


def _doubtful(survey: Survey, judge: Judge) -> Iterator[Finding]:
    classes = survey.dataset.info.classes
    probabilities = judge(join_pictures(list(survey.dataset.splits.values())))
    for suspect in find_suspects(probabilities, survey.labels):
        given, likely = classes[suspect.given], classes[suspect.likely]
        reason = (
            f"labelled {given} ({100 * suspect.given_probability:.0f} %), "
            f"looks like {likely} ({100 * suspect.likely_probability:.0f} %)"
        )
        yield make_finding(Kind.SUSPECT_LABEL, (survey.place(suspect.index),), reason)


def _looked_for(survey: Survey, *, judged: bool) -> list[Kind]:
    """Return the kinds whose absence means something."""
    splits = survey.dataset.splits
    meaningless = {
        Kind.SUSPECT_LABEL: not judged,
        Kind.SPLIT_OVERLAP: len(splits) == 1,
        Kind.CLASS_CONFLICT: len(survey.dataset.info.classes) == 1,
        Kind.NEAR_DUPLICATE: not find_comparable(survey).any(),
        Kind.TINY: are_small_by_design(survey),
        Kind.UNTRAINED_CLASS: TRAIN not in splits,
        Kind.FEW_PICTURES: TRAIN not in splits,
        Kind.IMBALANCE: TRAIN not in splits or len(survey.dataset.info.classes) == 1,
        Kind.UNTESTED_CLASS: TEST not in splits,
    }
    return [kind for kind, what in KINDS.items() if what.message_if_none and not meaningless.get(kind)]
