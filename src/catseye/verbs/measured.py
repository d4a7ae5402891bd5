"""Which pictures of a data set a classifier is measured on if the user does not choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catseye.datasets.dataset import TEST, TRAIN
from catseye.datasets.set_aside import NOTE
from catseye.datasets.sketch import share_known
from catseye.datasets.splits import ALL
from catseye.runs.provenance import data_name
from catseye.short_repr import counted

if TYPE_CHECKING:
    from catseye.classifier.classifier import Classifier
    from catseye.datasets import Dataset, Pictures

_MOST_LISTED = 20  # broken pictures by name
_TRAINED_ON = 0.5  # share of the training pictures: what holds as many is the data set of the training


@dataclass(frozen=True)
class Measured:
    """The pictures that are measured.

    Attributes
    ----------
    pictures : Pictures
    words : str
        What they are called, such as ``"digits (test)"``.
    notes : tuple of str
        Remarks on the data, and on this choice.
    """

    pictures: Pictures
    words: str
    notes: tuple[str, ...]


def choose_measured(
    classifiers: Classifier | Mapping[str, Classifier], dataset: Dataset, split: str | None
) -> Measured:
    """Return the pictures of a data set to measure a classifier on, or several by their names.

    A test split that came with the pictures is used. If there is none, the test split set aside by us is used for the
    training's own data set, of any of them; for any other, all pictures are measured.

    Parameters
    ----------
    classifiers, dataset
    split
        What the user asked for; ``None`` to choose.

    Raises
    ------
    UsageError
        There is no such split.
    """
    named = classifiers if isinstance(classifiers, Mapping) else {"the classifier": classifiers}
    info = dataset.info
    own_test = TEST in dataset.splits and not info.set_aside
    chosen = split or (TEST if own_test or any(_is_trained_on(one, dataset) for one in named.values()) else ALL)
    pictures = dataset[chosen]
    notes = [note for note in dataset.notes if note != NOTE or chosen != ALL]
    partly = [name for name, one in named.items() if _share_trained_on(one, dataset, pictures)]
    if not split and chosen == ALL:
        which = "these pictures" if info.made_in_python else info.name
        who = f"{next(iter(named))} was not" if len(named) == 1 else "neither classifier was"
        why = f"{which} holds fewer than half of the training pictures" if partly else f"{who} trained on {which}"
        notes.append(f"{why}: all {len(pictures):,} pictures are measured.")
    notes += [
        f"{name} was trained on some of these pictures; on new ones its accuracy may be lower." for name in partly
    ]
    return Measured(pictures, f"{info.called} ({chosen})", (*notes, *_left_out(dataset)))


def _is_trained_on(classifier: Classifier, dataset: Dataset) -> bool:
    share = _share_trained_on(classifier, dataset, dataset[ALL])
    if share is not None:
        return share >= _TRAINED_ON
    # A file from before there were sketches, or a data set of the catalogue.
    data = _data(classifier)
    train = dataset.splits.get(TRAIN)
    same = train is not None and data.get("fingerprint") == train.fingerprint()
    return same or (not data.get("version") and data.get("name") == data_name(dataset))


def _share_trained_on(classifier: Classifier, dataset: Dataset, pictures: Pictures) -> float | None:
    """Return the share of the training pictures that are among others; ``None`` if it is not known."""
    sketch, info = _data(classifier).get("sketch"), dataset.info
    # A data set of the catalogue has nothing in common with one's own pictures, unless those are a part of it.
    other = info.version and not info.is_part and not _data(classifier).get("version")
    return None if sketch is None or other else share_known(sketch, pictures.content())


def _data(classifier: Classifier) -> dict[str, Any]:
    data = classifier.provenance.get("data")
    return data if isinstance(data, dict) else {}


def _left_out(dataset: Dataset) -> tuple[str, ...]:
    left_out = tuple(f"left out: {out.picture}: {out.reason}" for out in dataset.left_out[:_MOST_LISTED])
    more = len(dataset.left_out) - len(left_out)
    return *left_out, *((f"left out: {counted(more, 'more picture')}",) if more else ())
