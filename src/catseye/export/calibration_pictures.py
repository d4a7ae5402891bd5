"""Pictures to calibrate quantisation on, and others to measure its cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.dataset import TEST, TRAIN
from catseye.datasets.splits import ALL
from catseye.errors import UsageError
from catseye.export.odd_pictures import NamedPixels, as_rgb
from catseye.export.picture_graph import TENSOR
from catseye.export.runtimes import prepare_input
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.arrays import Floats, Integers
    from catseye.datasets.dataset import Dataset
    from catseye.datasets.pictures import Pictures
    from catseye.images.preprocess import Preprocess

MOST_CALIBRATION, MOST_LABELLED = 128, 1000
_LEAST_CALIBRATION, _LEAST_LABELLED = 8, 20
_BATCH = 8


@dataclass(frozen=True, eq=False)
class CalibrationPictures:
    """The pictures for a quantisation.

    Attributes
    ----------
    calibration : Pictures
        Those that determine the range of each layer's activations; their labels are not used.
    labelled : Pictures
        Others, on which the quantised classifier is compared with the original.
    labels : int64 (N,)
        The index of each one's class among the classifier's.
    """

    calibration: Pictures
    labelled: Pictures
    labels: Integers

    def batches(self, preprocess: Preprocess) -> Iterator[Floats]:
        """Yield the calibration pictures, normalised, float32 (B, C, h, w)."""
        for start in range(0, len(self.calibration), _BATCH):
            places = range(start, min(start + _BATCH, len(self.calibration)))
            given = [prepare_input(as_rgb(self.calibration.picture(place)), preprocess, TENSOR) for place in places]
            yield np.concatenate(given)

    def each_labelled(self) -> Iterator[NamedPixels]:
        """Yield the labelled pictures."""
        for place in range(len(self.labelled)):
            yield NamedPixels(self.labelled.name(place), as_rgb(self.labelled.picture(place)))


def choose_calibration_pictures(
    dataset: Dataset, classes: tuple[str, ...], own_test: Pictures | None
) -> CalibrationPictures:
    """Choose up to `MOST_CALIBRATION` pictures of a data set, and up to `MOST_LABELLED` other pictures.

    Parameters
    ----------
    dataset
        Its training split is used to calibrate, its test split to measure.
    classes
        The classifier's. If the data set has none of them, ``own_test`` is used to measure.
    own_test
        The test pictures of the classifier's run, if they are available.

    Raises
    ------
    UsageError
        There are too few pictures of one kind or the other.
    """
    pool = dataset[TRAIN] if TRAIN in dataset.splits else dataset[ALL]
    labelled = _select_known_classes(dataset.splits.get(TEST), classes) or _select_known_classes(own_test, classes)
    if labelled is None:
        raise UsageError(
            "the pictures to calibrate on come without labelled test pictures of the classifier's classes, on which to "
            "measure the cost of quantisation; give a data set, or a folder with one folder of pictures per class."
        )
    content = labelled.content()
    firsts = {digest: place for place, digest in reversed(list(enumerate(content)))}
    measured = labelled.take(_sample_evenly(sorted(firsts.values()), MOST_LABELLED))
    apart = [place for place, digest in enumerate(pool.content()) if digest not in firsts]
    calibration = pool.take(_sample_evenly(apart, MOST_CALIBRATION))
    for found, least, words in (
        (calibration, _LEAST_CALIBRATION, "to calibrate on"),
        (measured, _LEAST_LABELLED, "with labels to measure on, other than those"),
    ):
        if len(found) < least:
            raise UsageError(f"expected at least {least} pictures {words}; got {counted(len(found), 'picture')}.")
    numbers = np.array([classes.index(name) if name in classes else -1 for name in measured.classes], np.int64)
    return CalibrationPictures(calibration, measured, numbers[measured.labels])


def _select_known_classes(pictures: Pictures | None, classes: tuple[str, ...]) -> Pictures | None:
    """Return the pictures of classes that the classifier knows; ``None`` if there are none."""
    if pictures is None:
        return None
    known = [number for number, name in enumerate(pictures.classes) if name in classes]
    places = np.flatnonzero(np.isin(pictures.labels, known))
    return pictures.take(places.tolist()) if len(places) else None


def _sample_evenly(places: list[int], most: int) -> list[int]:
    """Return at most ``most`` indices, evenly spaced, so that every class is covered if they are in order of class."""
    chosen = np.linspace(0, len(places) - 1, min(most, len(places))).astype(int)
    return [places[index] for index in chosen.tolist()]
