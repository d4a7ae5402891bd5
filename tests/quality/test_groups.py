"""Groups merged by pairs are the connected components that SciPy finds."""

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from catseye.quality.groups import join_groups, join_pairs


@pytest.mark.parametrize("seed", range(30))
def test_pairs_merge_groups_as_scipy_s_components(seed: int) -> None:
    random = np.random.default_rng(seed)
    count, pairs = (int(number) for number in random.integers(1, 60, 2))
    group = random.integers(0, count, count)
    one, other = random.integers(0, count, (2, pairs))
    links = coo_array((np.ones(pairs), (group[one], group[other])), shape=(count, count))
    expected = connected_components(links, directed=False)[1][group]
    joined = join_pairs(group, one, other)
    assert ((joined[:, None] == joined) == (expected[:, None] == expected)).all()


def test_a_long_chain_in_any_order_is_one_group() -> None:
    """Its labels would travel one link a round, if they were not shortened."""
    count = 20_000
    order = np.random.default_rng(0).permutation(count)
    assert len(np.unique(join_pairs(np.arange(count), order[:-1], order[1:]))) == 1


def test_groups_with_a_member_in_common_are_one() -> None:
    assert join_groups(6, [[0, 4], [1, 2], [4, 5]]) == [[0, 4, 5], [1, 2]]
