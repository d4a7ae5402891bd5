"""Maps of moved pictures: exact where the mathematics says so, and measured where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from catseye.errors import UsageError
from catseye.insight.equivariance.detectors import compare_by_channel, compare_by_kernel
from catseye.insight.equivariance.equivariance import choose_shift, compare_moved, max_pool
from catseye.insight.maps.positions import Positions

if TYPE_CHECKING:
    from catseye.arrays import Floats, Pixels
    from catseye.runs.run import Run

RANDOM = np.random.default_rng(0).integers(0, 256, (12, 10), np.uint8)


def plain(pictures: Pixels) -> Floats:
    """Return the first channel itself: a kernel of 1×1."""
    return pictures[:, 0].astype(np.float64)


def every_second(pictures: Pixels) -> Floats:
    return pictures[:, 0, ::2, ::2].astype(np.float64)


def positions(step: float = 1, field: float = 1, counts: tuple[int, int] = (12, 10)) -> Positions:
    return Positions((0.0, 0.0), (step, step), (field, field), counts, (12, 10), exact=True)


@pytest.mark.parametrize("shift", [(3, 2), (-3, 2), (0, -4), (11, 9)])
def test_a_kernel_is_exactly_equivariant_wherever_it_sees_both_pictures(shift: tuple[int, int]) -> None:
    found = compare_by_kernel(RANDOM, "sobel_x", shift, 2)
    assert found.map.whole
    assert found.map.cells == shift
    assert found.map.largest_inside in (0.0, None)
    assert found.pooled.whole == all(one % 2 == 0 for one in shift)


def test_inside_is_counted_by_hand() -> None:
    """A 3×3 kernel has 10×8 positions; moved by (3, 2), the last 7×6 of them see moved pixels only."""
    found = compare_by_kernel(RANDOM, "blur", (3, 2), 2)
    assert found.map.after.shape == (10, 8)
    assert np.argwhere(found.map.inside).min(0).tolist() == [3, 2]
    assert found.map.inside.sum() == 7 * 6
    assert np.isnan(found.map.expected[:3]).all()
    assert np.array_equal(found.map.expected[3:, 2:], found.map.before[:-3, :-2])


def test_a_stride_of_two_keeps_only_even_shifts() -> None:
    even = compare_moved(
        every_second, RANDOM[None], positions(2, counts=(6, 5)), (4, 2), 2, picture="noise", detector="stride"
    )
    assert (even.map.cells, even.map.whole, even.map.largest_inside) == ((2, 1), True, 0.0)
    odd = compare_moved(
        every_second, RANDOM[None], positions(2, counts=(6, 5)), (3, 0), 2, picture="noise", detector="stride"
    )
    assert not odd.map.whole
    assert odd.map.largest_inside
    assert odd.map.largest_inside > 0


def test_a_dot_that_stays_in_its_pooling_window_changes_nothing_after_pooling() -> None:
    picture = np.zeros((1, 12, 10), np.uint8)
    picture[0, 4, 4] = 200  # the left one of a window of two
    found = compare_moved(plain, picture, positions(), (1, 1), 2, picture="dot", detector="identity")
    one, two = found.changes[1], found.changes[2]
    assert (one.pixels, one.map, one.pooled, one.global_pooled) == (1, 2.0, 0.0, 0.0)
    assert (two.pixels, two.map, two.pooled, two.global_pooled) == (2, 2.0, 2.0, 0.0)


def test_max_pooling_by_hand() -> None:
    assert max_pool(np.array([[[1, 2, 9], [3, 0, 9], [9, 9, 9]]], np.float64), 2).tolist() == [[[3]]]


def test_a_first_layer_moves_by_its_stride_and_differs_only_by_rounding(digits_run: Run) -> None:
    picture = np.zeros((8, 8), np.uint8)
    picture[2:5, 2:4] = 255
    found = compare_by_channel(digits_run.classifier, "run", picture, "conv1", 0, (1, 1), 2)
    assert found.map.whole
    assert found.map.largest_inside == pytest.approx(0, abs=1e-5 * found.map.largest)
    assert len(found.predictions) == 2


def test_the_usual_shift_is_a_whole_number_of_steps() -> None:
    assert choose_shift(Positions((0.0, 0.0), (16.0, 2.0), (3.0, 3.0), (7, 112), (224, 224), exact=True)) == (32, 24)
    assert choose_shift(Positions((0.0, 0.0), (1.0, 1.0), (3.0, 3.0), (8, 8), (8, 8), exact=True)) == (1, 1)


def test_the_usual_shift_is_a_whole_number_of_the_pooling_s_steps_as_well() -> None:
    fine = Positions((0.0, 0.0), (1.0, 2.0), (3.0, 3.0), (28, 14), (28, 28), exact=True)
    assert choose_shift(fine, 2) == (4, 4)
    assert choose_shift(fine, 5) == (5, 10)
    assert choose_shift(fine, 8) == (8, 4)  # 16 of 28 pixels would leave too little: steps of 2 have to do
    found = compare_by_kernel(np.eye(27, dtype=np.uint8), "sobel_x", None, 2)
    assert found.map.whole
    assert found.pooled.whole


def test_what_was_shrunk_is_said_and_shifts_are_counted_in_it() -> None:
    large = np.zeros((300, 512), np.uint8)
    said = "The picture is shrunk from 300×512 to 150×256 pixels, in which shifts are counted."
    assert compare_by_kernel(large, "sobel_x", None, 2).notes == (said,)
    with pytest.raises(UsageError, match=f"of 150×256 moves by up to 149 pixels .*{said}"):
        compare_by_kernel(large, "sobel_x", (200, 0), 2)


def test_where_receptive_fields_are_unknown_nothing_is_called_inside() -> None:
    unknown = Positions((0.0, 0.0), (1.0, 1.0), (1.0, 1.0), (12, 10), (12, 10), exact=False)
    found = compare_moved(plain, RANDOM[None], unknown, (1, 1), 2, picture="noise", detector="timm")
    assert found.map.largest_inside is None
    assert found.to_json()["map"]["positions_inside"] == 0


def test_what_cannot_be_moved_or_pooled_is_refused() -> None:
    for shift in ((0, 0), (12, 0), (0, -10)):
        with pytest.raises(
            UsageError, match="of 12×10 moves by up to 11 pixels down or up and 9 right or left, by at least 1; got"
        ):
            compare_by_kernel(RANDOM, "blur", shift, 2)
    for pool in (1, 9):
        with pytest.raises(UsageError, match="has a window of 2 to 8; got"):
            compare_by_kernel(RANDOM, "blur", (1, 1), pool)


def test_a_picture_without_edges_has_no_response_and_says_so() -> None:
    found = compare_by_kernel(np.zeros((12, 10), np.uint8), "sobel_x", (1, 1), 2)
    assert "the map is 0 everywhere" in "".join(part for part in found.view().parts if isinstance(part, str))
    assert {change.map for change in found.changes} == {0.0}


def test_a_picture_whose_map_cannot_be_pooled_is_told_the_smallest() -> None:
    with pytest.raises(UsageError, match=r"too small.* at least 4×4 pixels"):
        compare_by_kernel(np.eye(3, dtype=np.uint8), "sobel_x", (1, 1), 2)
    compare_by_kernel(np.eye(4, dtype=np.uint8), "sobel_x", (1, 1), 2)
