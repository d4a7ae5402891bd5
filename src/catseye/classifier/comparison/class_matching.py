"""A classifier's predictions in terms of the classes of pictures, which may have other names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.arguments import received
from catseye.classifier.logits import compute_scored
from catseye.classifier.stream import require_finite
from catseye.errors import UsageError, unknown
from catseye.evaluation.calibration import reliability, softmax
from catseye.evaluation.metrics import Evaluation

if TYPE_CHECKING:
    from catseye.arrays import Floats
    from catseye.classifier.classifier import Classifier
    from catseye.datasets.pictures import Pictures

Meanings = dict[str, tuple[int, ...]]  # per class of the pictures: the numbers of the classifier's classes that mean it


def read_name_pairs(value: object) -> tuple[tuple[str, str], ...]:
    """Return pairs: a class of the pictures, and one of the classifiers' names for it.

    Parameters
    ----------
    value
        ``"cats=cat"``, several of these, or a mapping such as ``{"cats": ["cat", "chat"]}``; ``None``: no pairs.

    Raises
    ------
    UsageError
        It is something else.
    """
    if value is None:
        return ()
    if isinstance(value, Mapping):
        several: list[Any] = [(theirs, one) for theirs, ours in value.items() for one in _each(ours)]
    else:
        several = [tuple(one.split("=", 1)) if isinstance(one, str) else (one,) for one in _each(value)]
    for pair in several:
        if len(pair) != 2 or not all(isinstance(name, str) and name for name in pair):
            raise UsageError(f"a class is renamed as THEIRS=OURS, e.g. cats=cat; got {received(pair[0])}.")
    return tuple(several)


def _each(value: object) -> list[Any]:
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str | bytes) else [value]


def check_name_pairs(
    pairs: Iterable[tuple[str, str]], classes: Sequence[str], classifiers: Iterable[Classifier]
) -> None:
    """Raise `UsageError` if a name is not one of the pictures' ``classes``, or its other name is not a classifier's."""
    known = dict.fromkeys(name for classifier in classifiers for name in classifier.classes)
    for theirs, ours in pairs:
        if theirs not in classes:
            raise unknown("class of the pictures", theirs, classes)
        if ours not in known:
            raise unknown("class of the classifiers", ours, known)


def match_classes(
    own: tuple[str, ...], classes: Sequence[str], pairs: Sequence[tuple[str, str]], name: str
) -> Meanings:
    """Return which of a classifier's classes mean each of the pictures' ``classes``, except those it does not know.

    A class is known by the names that ``pairs`` give and, if the classifier has none of these, by its own name. Several
    of the classifier's classes may mean one class of the pictures: their probabilities are added.

    Raises
    ------
    UsageError
        Two classes of the pictures mean the same class of the classifier called ``name``.
    """
    meanings: Meanings = {}
    taken: dict[str, str] = {}
    for one in classes:
        names = [ours for theirs, ours in pairs if theirs == one and ours in own] or [one] * (one in own)
        for ours in dict.fromkeys(names):
            other = taken.setdefault(ours, one)
            if other != one:
                raise UsageError(
                    f"{other} and {one} both mean {ours} to {name}; merge them with --merge '{other},{one}={ours}' "
                    f"(in Python, load(…, merge={{{ours!r}: [{other!r}, {one!r}]}}))."
                )
        if names:
            meanings[one] = tuple(dict.fromkeys(own.index(ours) for ours in names))
    return meanings


def evaluate_as(classifier: Classifier, pictures: Pictures, meanings: Meanings) -> Evaluation:
    """Evaluate a classifier on pictures whose classes are all among ``meanings``.

    The evaluation's classes are those of ``meanings`` and the others that the classifier may predict, in its order.
    """
    used = {index for indices in meanings.values() for index in indices}
    named = list(meanings.items())
    named += [
        (_further(name, meanings), (index,)) for index, name in enumerate(classifier.classes) if index not in used
    ]
    named.sort(
        key=lambda pair: min(pair[1])
    )  # among equal probabilities the first counts, as in the classifier's own predictions
    classes, groups = tuple(name for name, _ in named), [indices for _, indices in named]
    labels = np.array([classes.index(name) if name in meanings else -1 for name in pictures.classes], np.int64)
    logits, unlike = compute_scored(classifier, pictures)
    logits = require_finite(logits)
    calibrated = _add(softmax(logits, classifier.calibration.temperature), groups)
    own = labels[pictures.labels]
    raw = reliability(_add(softmax(logits), groups), own)
    found = Evaluation(classes, calibrated, own, classifier.calibration, raw)
    return classifier.unfamiliarity.score_evaluation(found, unlike) if classifier.unfamiliarity else found


def _further(name: str, meanings: Meanings) -> str:
    """Return the name of a class that means none of the pictures' classes, even if one of these has the same name."""
    return f"{name} (another class)" if name in meanings else name


def _add(probabilities: Floats, groups: Sequence[tuple[int, ...]]) -> Floats:
    """Return the probabilities (N, K) added in groups of columns."""
    columns = [probabilities[:, group[0]] if len(group) == 1 else probabilities[:, group].sum(1) for group in groups]
    return np.stack(columns, 1)
