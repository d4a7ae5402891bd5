"""Pictures are chosen for uncertainty and difference, by toy features whose answer is plain."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from catseye.active_learning.features import Described
from catseye.active_learning.novelty import Novelty
from catseye.active_learning.selection import choose_pictures, measure_novelty, weigh_uncertainties
from catseye.datasets.file_pictures import FilePictures
from catseye.datasets.left_out import LeftOut
from catseye.images.preprocess import Preprocess

if TYPE_CHECKING:
    from catseye.arrays import Floats
    from catseye.datasets.pictures import Pictures

CLASSES = ("cat", "dog")


def files(count: int) -> FilePictures:
    """Return pictures called 0, 1, … that are never opened."""
    numbers = tuple(map(str, range(count)))
    return FilePictures(tuple(map(Path, numbers)), numbers, np.zeros(count, np.int64), ("",), Preprocess(8, 8, 3))


class Toy:
    """Describes picture i by row i; those without a number are broken."""

    def __init__(self, directions: Floats, leads: Floats, scores: Floats | None = None) -> None:
        self.directions, self.leads, self.scores, self.sizes = directions, leads, scores, list[int]()

    def __call__(self, pictures: Pictures) -> Described:
        self.sizes.append(len(pictures))
        own = [int(pictures.name(i)) for i in range(len(pictures))]
        kept = np.array([i for i, number in enumerate(own) if np.isfinite(self.leads[number])], np.int64)
        good = [own[i] for i in kept]
        left_out = tuple(LeftOut(str(number), "broken") for number in own if number not in good)
        lead = self.leads[good]
        scores = None if self.scores is None else self.scores[good]
        return Described(self.directions[good], np.stack([1 + lead, 1 - lead], 1) / 2, kept, left_out, scores)


def directions(angles: Floats) -> Floats:
    """Return vectors of length 1."""
    found: Floats = np.stack([np.cos(angles), np.sin(angles)], 1).astype(np.float32)
    return found


def test_one_of_each_kind_of_uncertain_pictures_is_chosen() -> None:
    # 300 sure pictures; 30 uncertain ones of three kinds, 0 to 9 alike, 10 to 19, 20 to 29, the last kind the surest.
    angles = np.repeat([0.0, 1.5, 3.0, 0.7], [10, 10, 10, 300]) + np.tile(np.linspace(-0.01, 0.01, 10), 33)
    leads = np.repeat([0.1, 0.0, 0.3, 1.0], [10, 10, 10, 300])
    toy = Toy(directions(angles), leads)
    chosen, broken, readable = choose_pictures(toy, files(330), CLASSES, 3, 100, None)
    assert [int(one.path.name) // 10 for one in chosen] == [1, 0, 2]  # the most uncertain first
    assert [one.uncertainty for one in chosen] == pytest.approx([1.0, 0.9, 0.7])
    assert {one.reasons[0] for one in chosen} == {"unsure between cat and dog"}
    others = [int(re.fullmatch(r"represents (\d+) others", one.reasons[1])[1]) for one in chosen]  # type: ignore[index]
    assert sum(others) == 3 * 40 - 3  # of the most uncertain, forty for each one to choose
    assert {one.distance for one in chosen} == {None}
    assert (broken, readable) == ([], 330)
    assert max(toy.sizes) == 100  # few are in memory at a time, however many there are


def test_after_few_pictures_diversity_decides_and_later_uncertainty() -> None:
    uncertainties = np.array([0.0, 0.01, 0.25, 1.0])
    assert weigh_uncertainties(uncertainties, 100) == pytest.approx(uncertainties)
    assert weigh_uncertainties(uncertainties, 5000) == pytest.approx(uncertainties)
    assert weigh_uncertainties(uncertainties, 50) == pytest.approx([0, 0.1, 0.5, 1])  # √
    assert weigh_uncertainties(uncertainties, 0) == pytest.approx([1, 1, 1, 1])
    # Of four pictures, the one in the middle is the uncertain one only if uncertainty counts.
    toy = Toy(directions(np.array([0.0, 0.0, 0.1, 1.0])), np.array([0.9, 0.9, 0.9, 0.0]))
    few, many = (choose_pictures(toy, files(4), CLASSES, 1, learned, None)[0][0] for learned in (0, 100))
    assert (few.path.name, many.path.name) == ("2", "3")


def test_pictures_keep_their_names_beside_broken_ones() -> None:
    leads = np.full(250, 0.9)
    leads[[3, 120, 249]] = np.nan
    leads[[2, 121, 248]] = 0.1
    chosen, broken, readable = choose_pictures(
        Toy(directions(np.arange(250.0)), leads), files(250), CLASSES, 247, 50, None
    )
    assert [one.path.name for one in chosen[:3]] == ["2", "121", "248"]
    assert len({one.path for one in chosen}) == 247
    assert sorted(error.picture for error in broken) == ["120", "249", "3"]
    assert readable == 247


@pytest.mark.parametrize("count", [0, 3])
def test_without_readable_pictures_none_is_chosen(count: int) -> None:
    toy = Toy(directions(np.zeros(count)), np.full(count, np.nan))
    assert choose_pictures(toy, files(count), CLASSES, 2, 100, None)[0::2] == ([], 0)


def test_the_classifier_says_which_are_unlike_where_it_knows() -> None:
    known = Novelty.fit(directions(np.linspace(0, 0.1, 20)))  # by which the second would be unlike, the first not
    toy = Toy(directions(np.array([0.05, 3.0])), np.array([0.8, 0.8]), scores=np.array([1.5, 0.5]))
    chosen, *_ = choose_pictures(toy, files(2), CLASSES, 2, 100, known)
    reasons = {one.path.name: one.reasons for one in chosen}
    assert reasons == {"0": ("unlike the training pictures",), "1": ("all pictures are listed",)}
    assert [one.to_json()["unfamiliarity"] for one in sorted(chosen, key=lambda one: one.path)] == [1.5, 0.5]


def test_pictures_far_from_the_labelled_ones_are_marked() -> None:
    known = Novelty.fit(directions(np.linspace(0, 0.1, 20)))
    toy = Toy(directions(np.array([0.05, 3.0])), np.array([0.8, 0.8]))
    chosen, *_ = choose_pictures(toy, files(2), CLASSES, 2, 100, known)
    reasons = {one.path.name: one.reasons for one in chosen}
    assert reasons == {"0": ("all pictures are listed",), "1": ("unlike the training pictures",)}
    # From 3.0 to the nearest, 0.1, it is a chord: 2 sin(2.9 / 2).
    assert {one.path.name: one.distance for one in chosen}["1"] == pytest.approx(2 * np.sin(1.45), abs=1e-3)


def test_novelty_is_measured_from_readable_labelled_pictures() -> None:
    leads = np.zeros(130)
    leads[:10] = np.nan
    novelty = measure_novelty(Toy(directions(np.arange(130.0)), leads), files(130))
    assert novelty
    assert len(novelty.known) == 120
    assert measure_novelty(Toy(directions(np.zeros(3)), np.full(3, np.nan)), files(3)) is None
