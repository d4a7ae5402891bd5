"""The most uncertain pictures are kept, with all that belongs to them."""

from __future__ import annotations

import numpy as np
import pytest

from catseye.active_learning.shortlist import Shortlist, measure_uncertainties


def listed(first: int, leads: list[float]) -> Shortlist:
    """Return pictures whose first class leads by so much."""
    lead, numbers = np.array(leads), first + np.arange(len(leads))
    probabilities = np.stack([(1 + lead) / 2, (1 - lead) / 2], 1)
    return Shortlist(numbers, numbers[:, None].astype(np.float32), probabilities, numbers / 10, numbers / 5)


def test_uncertainties_by_hand() -> None:
    rows = np.array([[1, 0, 0], [0.5, 0.5, 0], [0.2, 0.5, 0.3], [1 / 3, 1 / 3, 1 / 3]])
    assert measure_uncertainties(rows) == pytest.approx([0, 1, 0.8, 1])


def test_the_most_uncertain_of_all_parts_are_kept_in_their_order() -> None:
    joined = listed(0, [0.9, 0.1, 0.5]).join(listed(3, [0.2, 0.8])).keep_most_uncertain(3)
    assert joined.indices.tolist() == [1, 2, 3]
    assert joined.directions[:, 0].tolist() == [1, 2, 3]
    assert joined.distances.tolist() == pytest.approx([0.1, 0.2, 0.3])
    assert joined.uncertainties == pytest.approx([0.9, 0.5, 0.8])
    assert joined.keep_most_uncertain(5) is joined
