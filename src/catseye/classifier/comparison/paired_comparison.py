"""Two classifiers compared on the same pictures, picture by picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.classifier.classes import suggest_names
from catseye.classifier.comparison.class_matching import check_name_pairs, evaluate_as, match_classes
from catseye.drawing.answer import Answer
from catseye.drawing.numbers import percent
from catseye.errors import UsageError
from catseye.evaluation.calibration import expected_calibration_error
from catseye.evaluation.paired_accuracy import PairedCounts, signed_points
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.classifier.classifier import Classifier
    from catseye.datasets.pictures import Pictures
    from catseye.evaluation.metrics import Evaluation

_MOST_NAMED = 5  # classes in a note


@dataclass(frozen=True, eq=False, repr=False)
class PairedComparison(Answer):
    """Two classifiers on the same pictures.

    Attributes
    ----------
    names : tuple of str
        Names of the first and the second classifier.
    evaluations : tuple of Evaluation
        Of the first and the second, on the same pictures in the same order. Classes of the pictures have the pictures'
        own names for them.
    pictures : Pictures
        The pictures on which both were measured.
    data : str
        Name of these, such as ``"digits (test)"``.
    notes : tuple of str
        Remarks that matter for reading the numbers: which pictures were left out, for example.
    """

    names: tuple[str, str]
    evaluations: tuple[Evaluation, Evaluation]
    pictures: Pictures
    data: str = "pictures"
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        scores = (f"{name} {percent(one.accuracy)}" for name, one in zip(self.names, self.evaluations, strict=True))
        return f"PairedComparison({', '.join(scores)}, difference {signed_points(self.counts.difference)})"

    @property
    def counts(self) -> PairedCounts:
        """How many pictures both, only one, or neither has right."""
        first, second = (one.predicted == one.labels for one in self.evaluations)
        return PairedCounts.of(first, second)

    @property
    def differing(self) -> list[int]:
        """Indices of the pictures for which the two predict different classes; first those that one of them has right.

        Within each group, those about which both are most confident come first.
        """
        first, second = self.evaluations
        named = [np.array(one.classes, object)[one.predicted] for one in self.evaluations]
        differs = np.flatnonzero(named[0] != named[1])
        wrong = (first.predicted != first.labels) & (second.predicted != second.labels)
        sure = first.confidence * second.confidence
        order = np.lexsort((-sure[differs], wrong[differs]))
        return [int(index) for index in differs[order]]

    def answer(self, index: int) -> tuple[tuple[str, float], tuple[str, float]]:
        """Return the class that each classifier predicts for a picture, and its probability."""
        first, second = ((one.classes[one.predicted[index]], float(one.confidence[index])) for one in self.evaluations)
        return first, second

    def picture_name(self, index: int) -> str:
        """Return a picture's path or, if it has none, its number among the given pictures."""
        return self.evaluations[0].pictures[index]

    def true_class(self, index: int) -> str:
        """Return the label of a picture."""
        return self.pictures.classes[int(self.pictures.labels[index])]

    def to_json(self) -> dict[str, Any]:
        """Return the numbers, and every picture on which the classifiers differ, as JSON values."""
        return {
            "data": self.data,
            "examples": self.counts.examples,
            "classifiers": [_numbers(name, one) for name, one in zip(self.names, self.evaluations, strict=True)],
            **self.counts.to_json(),
            "differing": [self._difference(index) for index in self.differing],
            "notes": list(self.notes),
        }

    def _difference(self, index: int) -> dict[str, Any]:
        predictions = [{"class": name, "probability": share} for name, share in self.answer(index)]
        return {
            "picture": self.picture_name(index),
            "true_class": self.true_class(index),
            "predictions": predictions,
        }


def _numbers(name: str, evaluation: Evaluation) -> dict[str, Any]:
    return {
        "name": name,
        "accuracy": evaluation.accuracy,
        "accuracy_interval": list(evaluation.accuracy_interval),
        "loss": evaluation.loss,
        "expected_calibration_error": expected_calibration_error(evaluation.bins),
        "calibration": evaluation.calibration.to_json(),
        "unfamiliar": None if evaluation.unfamiliarity is None else evaluation.unfamiliar,
    }


def compare_classifiers(
    classifiers: tuple[Classifier, Classifier],
    names: tuple[str, str],
    pictures: Pictures,
    pairs: Sequence[tuple[str, str]] = (),
) -> PairedComparison:
    """Compare two classifiers on labelled pictures.

    Pictures of a class that one of them does not know are left out, as it cannot be right about them; a note says so.

    Parameters
    ----------
    classifiers, names
        The two, and their names.
    pictures
    pairs
        Classes of the pictures with the names by which a classifier knows them; see
        :func:`~catseye.classifier.comparison.class_matching.match_classes`.

    Raises
    ------
    UsageError
        There are no pictures, there is no class that both know, or a name is unknown.
    CatseyeError
        A picture cannot be read.
    """
    present = [name for index, name in enumerate(pictures.classes) if index in pictures.labels]
    if not present:
        raise UsageError("there are no pictures to compare the classifiers on.")
    check_name_pairs(pairs, pictures.classes, classifiers)
    matched = [match_classes(one.classes, present, pairs, name) for one, name in zip(classifiers, names, strict=True)]
    common = [name for name in present if all(name in meanings for meanings in matched)]
    notes = [_unknown_note(*one, present, pictures) for one in zip(names, classifiers, matched, strict=True)]
    if not common:
        raise UsageError(_nothing_common(names, classifiers, matched, present))
    numbers = [pictures.classes.index(name) for name in common]
    places = [int(index) for index in np.flatnonzero(np.isin(pictures.labels, numbers))]
    shown, paths = pictures.take(places), tuple(map(pictures.name, places))
    matched = [{name: meanings[name] for name in common} for meanings in matched]
    notes += [_further_note(*one) for one in zip(names, classifiers, matched, strict=True)]
    if len(present) != len(common):
        notes.append(f"compared on the {counted(len(shown), 'picture')} of {_few(common)}.")
    first, second = (
        replace(evaluate_as(one, shown, meanings), pictures=paths)
        for one, meanings in zip(classifiers, matched, strict=True)
    )
    return PairedComparison(names, (first, second), shown, notes=tuple(filter(None, notes)))


def _unknown_note(
    name: str, classifier: Classifier, meanings: dict[str, tuple[int, ...]], present: Sequence[str], pictures: Pictures
) -> str:
    others = [one for one in present if one not in meanings]
    if not others:
        return ""
    count = int(np.isin(pictures.labels, [pictures.classes.index(one) for one in others]).sum())
    near = suggest_names(others, classifier.classes, only_near=True)
    hint = f" {near}" if near else ""
    return f"left out: {counted(count, 'picture')} of {_few(others)}, which {name} does not know.{hint}"


def _further_note(name: str, classifier: Classifier, meanings: dict[str, tuple[int, ...]]) -> str:
    """Return the note that a classifier may predict classes that none of the pictures has."""
    used = {index for indices in meanings.values() for index in indices}
    rest = [one for index, one in enumerate(classifier.classes) if index not in used]
    return f"{name} also knows {_few(rest)}; if it predicts one of these, it is wrong." if rest else ""


def _nothing_common(
    names: tuple[str, str],
    classifiers: tuple[Classifier, Classifier],
    matched: Sequence[dict[str, tuple[int, ...]]],
    present: Sequence[str],
) -> str:
    known = "; ".join(f"{name} knows {_few(one.classes)}" for name, one in zip(names, classifiers, strict=True))
    place = next(place for place in (0, 1) if len(matched[place]) < len(present))
    others = [one for one in present if one not in matched[place]]
    return (
        f"the pictures and both classifiers have no class in common: the pictures are of {_few(present)}; "
        f"{known}.\n{suggest_names(others, classifiers[place].classes)}"
    )


def _few(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
