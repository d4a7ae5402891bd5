"""Split expressions, and splits of our own making."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.datasets.splits import parse_split, stratified
from catseye.errors import UsageError

COUNTS = {"train": 1000, "test": 200}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("train", [("train", range(1000))]),
        ("train[:80%]", [("train", range(800))]),
        ("train[80%:]", [("train", range(800, 1000))]),
        ("train[100:200]", [("train", range(100, 200))]),
        ("train[-50:]", [("train", range(950, 1000))]),
        ("train[-10%:]", [("train", range(900, 1000))]),
        ("train[:]", [("train", range(1000))]),
        ("train[:80%]+test", [("train", range(800)), ("test", range(200))]),
        (" test[ 10 : 20 ] + train[:1] ", [("test", range(10, 20)), ("train", range(1))]),
        ("all", [("train", range(1000)), ("test", range(200))]),
        ("all[:10%]", [("train", range(120))]),
        ("all[900:1100]", [("train", range(900, 1000)), ("test", range(100))]),
        ("all[-50:]", [("test", range(150, 200))]),
        ("test[:33.3%]", None),
        ("test[:0.5]", None),
    ],
)
def test_split_expressions_mean_what_they_say(text: str, parts: list[tuple[str, range]] | None) -> None:
    if parts is None:
        with pytest.raises(UsageError):
            parse_split(text, COUNTS)
    else:
        assert parse_split(text, COUNTS) == parts


def test_percentages_are_rounded_to_the_nearest_picture() -> None:
    assert parse_split("train[:50%]", {"train": 7}) == [("train", range(4))]  # 3.5, to even
    assert parse_split("train[:33%]", {"train": 10}) == [("train", range(3))]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("trian", "did you mean train"),
        ("train[", "not a split"),
        ("train[:2000]", "outside train, which has 1,000 pictures"),
        ("train[-2000:]", "outside"),
        ("train[:110%]", "outside"),
        ("train[5:5]", "holds no picture"),
        ("train[:0%]", "holds no picture"),
        ("xyz", "available: train, test, all"),
        ("all[:2000]", "outside all, which has 1,200 pictures"),
        ("", "not a split"),
        ("train++test", "not a split"),
        ("train[::2]", "not a split"),
    ],
)
def test_a_wrong_split_says_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says.replace("[", r"\[")):
        parse_split(text, COUNTS)


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=200),
    st.floats(0, 0.9),
    st.integers(0, 1000),
)
def test_stratified_parts_cover_all_and_keep_proportions(labels: list[int], share: float, seed: int) -> None:
    array = np.array(labels, np.int64)
    first, second = stratified(array, share, seed)
    assert sorted([*first, *second]) == list(range(len(labels)))
    for label in set(labels):
        have = labels.count(label)
        want = round(share * have)
        if share > 0 and have > 1:
            want = min(max(want, 1), have - 1)
        assert int((array[second] == label).sum()) == want


def test_stratified_depends_on_the_seed_and_on_nothing_else() -> None:
    labels = np.repeat(np.arange(3), 50)
    again = [stratified(labels, 0.2, 1)[1].tolist() for _ in range(2)]
    assert again[0] == again[1] != stratified(labels, 0.2, 2)[1].tolist()
