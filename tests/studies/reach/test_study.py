"""How far transfer reaches: what is drawn, what is measured, and what is said of it."""

from __future__ import annotations

import logging
import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import catseye
from catseye.datasets import Dataset
from catseye.errors import UsageError
from catseye.studies.reach.curves import SCRATCH, TRANSFER, LearningCurves, Pair, Point
from catseye.studies.reach.experiment import draw_examples, prepare_experiment
from catseye.studies.reach.study import _trained as train_from_scratch
from catseye.studies.reach.study import reach

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    from catseye.arrays import Booleans


def right(*accuracies: float, pictures: int = 100) -> Booleans:
    """Return which of the pictures are right for each seed, for accuracies in whole per cents: the first ones."""
    return np.arange(pictures) < np.round(np.array(accuracies)[:, None] * pictures)


def pair(shots: int, transfer: Sequence[float], scratch: Sequence[float]) -> Pair:
    return Pair(Point(TRANSFER, shots, right(*transfer), 1.0), Point(SCRATCH, shots, right(*scratch), 2.0))


def curves(*pairs: Pair) -> LearningCurves:
    return LearningCurves("toys", 4, 100, "convnet", (28, 28), pairs)


AHEAD = pair(1, (0.7, 0.8, 0.9), (0.2, 0.3, 0.4))
NEAR = pair(5, (0.85, 0.90, 0.95), (0.84, 0.89, 0.94))
BEHIND = pair(20, (0.80, 0.81, 0.82), (0.95, 0.96, 0.97))


def test_mean_and_sample_standard_deviation() -> None:
    point = AHEAD.transfer
    assert point.mean == pytest.approx(0.8)
    assert point.sd == pytest.approx(0.1)  # √((0.1² + 0 + 0.1²) / 2)
    assert point.shown == "80.0 ± 10.0 %"
    alone = replace(point, correct=right(0.7))
    assert alone.sd is None
    assert alone.shown == "70.0 %"


@pytest.mark.parametrize(
    ("pairs", "stop", "headline"),
    [
        ((AHEAD,), None, r"transfer is ahead by 50\.0 ± \d+\.\d points even at 1 per class"),
        ((AHEAD, NEAR), 5, "transfer has no measurable lead from 5 per class on"),
        ((AHEAD, NEAR, BEHIND), 5, "transfer has no measurable lead from 5 per class on"),
        ((NEAR, BEHIND), 5, "transfer has no measurable lead at any of these numbers"),
        ((BEHIND, replace(BEHIND)), 20, "training from scratch is ahead at all of these numbers"),
        # Level once and ahead again is not the end of it.
        ((NEAR, AHEAD), None, "transfer is ahead by .* even at 1 per class"),
        # One more of a hundred pictures is nothing, with one seed as with several.
        ((pair(1, (0.50,), (0.49,)),), 1, "transfer has no measurable lead at any of these numbers"),
        ((pair(1, (0.9,), (0.5,)), pair(2, (0.5,), (0.5,))), 2, "transfer has no measurable lead from 2 per class on"),
    ],
)
def test_from_where_on_transfer_has_no_measurable_lead(
    pairs: tuple[Pair, ...], stop: int | None, headline: str
) -> None:
    assert curves(*pairs).stops_paying == stop
    assert re.fullmatch(headline, curves(*pairs).headline)


def test_the_verdict_says_where_training_from_scratch_is_ahead_if_it_cannot_be_told_at_the_most_examples() -> None:
    behind = replace(BEHIND, transfer=replace(BEHIND.transfer, shots=1), scratch=replace(BEHIND.scratch, shots=1))
    verdict = curves(behind, NEAR).verdict
    assert f"At 1 per class training from scratch is ahead by 15.0 ± {100 * BEHIND.lead.margin:.1f} points. " in verdict
    assert "At 5 per class its lead is " in verdict


def test_the_verdict_gives_leads_with_margins_and_their_basis() -> None:
    # Every seed gets the same number of pictures more right, 15 of 100: the rest of it is the pictures'.
    margin = 1.984 * math.sqrt((0.15 * 0.85 * 100 + 1) / 99 / 100)
    assert 100 * BEHIND.lead.margin == pytest.approx(100 * margin, abs=0.3)
    assert curves(AHEAD, NEAR, BEHIND).verdict == (
        "Transfer has no measurable lead from 5 per class on. "
        f"Its lead is largest at 1 per class: {AHEAD.lead.shown} (80.0 % against 30.0 %). "
        f"At 20 per class training from scratch is ahead by 15.0 ± {100 * BEHIND.lead.margin:.1f} points. "
        "The ± is for 3 seeds and 100 test pictures."
    )
    level = curves(pair(1, (0.950,), (0.949,)))
    assert "At 1 per class its lead is" in level.verdict
    assert level.verdict.endswith(
        "The ± is for 100 test pictures; with one seed, nothing is known about other draws of examples."
    )
    assert "measurable lead at any" in level.verdict


def test_json_has_leads_with_intervals() -> None:
    found = curves(AHEAD).to_json()
    low, high = found["leads"][0]["lead_interval"]
    assert (found["leads"][0]["shots"], found["leads"][0]["lead"]) == (1, pytest.approx(0.5))
    assert low < 0.5 < high


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=60),
    st.integers(1, 12),
    st.integers(1, 12),
    st.integers(0, 3),
)
def test_fewer_examples_are_among_more_of_the_same_seed(labels: list[int], one: int, other: int, seed: int) -> None:
    array, (few, many) = np.array(labels), sorted((one, other))
    chosen, wider = draw_examples(array, few, seed), draw_examples(array, many, seed)
    assert set(chosen) <= set(wider)
    there = np.bincount(array, minlength=5)
    assert np.bincount(array[chosen], minlength=5).tolist() == np.minimum(there, few).tolist()


def test_seeds_draw_different_examples() -> None:
    labels = np.repeat([0, 1], 50)
    assert draw_examples(labels, 5, 0).tolist() != draw_examples(labels, 5, 1).tolist()


def test_only_what_some_seed_draws_is_kept() -> None:
    digits = catseye.load("digits")
    tried = prepare_experiment(digits, [1, 3], seeds=2)
    wide = set(draw_examples(digits["train"].labels, 3, 0)) | set(draw_examples(digits["train"].labels, 3, 1))
    assert len(tried.train) == len(wide)
    for (shots, seed), indices in tried.draws.items():
        whole = digits["train"].take(draw_examples(digits["train"].labels, shots, seed))
        assert tried.train.take(indices).fingerprint() == whole.fingerprint()
    assert tried.recipe(3, 1).validation == 0
    assert tried.recipe(3, 1).seed == 1


def test_more_than_there_are_is_all_there_are_and_said() -> None:
    digits = catseye.load("digits")
    few = np.concatenate([np.flatnonzero(digits["train"].labels == digit)[: 3 + digit % 2] for digit in range(10)])
    tried = prepare_experiment(
        Dataset(digits.info, {**digits.splits, "train": digits["train"].take(few)}), [2, 10, 20], seeds=1
    )
    assert tried.shots == [2, 4]
    assert len(tried.draws[4, 0]) == 35
    assert tried.notes == (
        *digits.notes,
        "digits has at most 4 training pictures of a class: 4 stands for 10, 20.",
        "digits: 5 of 10 classes have fewer than 4 training pictures, and give all.",
        "digits: at 4 per class every seed has the same pictures, which lessens the spread.",
    )


def test_a_large_test_split_is_sampled_in_proportion_and_that_is_said() -> None:
    digits = catseye.load("digits")
    labels = np.repeat([0, 1], [2000, 6000])
    many = replace(digits["test"], images=np.zeros((8000, 1, 8, 8), np.uint8), labels=labels)  # type: ignore[type-var]
    tried = prepare_experiment(Dataset(digits.info, {**digits.splits, "test": many}), [1], seeds=1)
    assert np.bincount(tried.test.labels)[:2].tolist() == [250, 750]
    assert tried.notes == (
        *digits.notes,
        "digits is measured on 1,000 of its 8,000 test pictures, each class in proportion (seed 0).",
    )


@pytest.fixture(scope="module")
def digits() -> Any:
    """Both ways on the digits, one small experiment."""
    return reach(["digits"], (5, 1, 5), seeds=2)


@pytest.mark.slow
def test_both_ways_learn(digits: Any) -> None:
    (measured,) = digits.data
    assert [pair.shots for pair in measured.pairs] == [1, 5]
    assert (measured.classes, measured.test_pictures, measured.size) == (10, 359, (8, 8))
    for way in ("transfer", "scratch"):
        one, five = (getattr(pair, way) for pair in measured.pairs)
        assert len(one.accuracies) == len(five.accuracies) == 2
        assert five.mean > one.mean > 0.3  # chance is 0.1
        assert five.mean > 0.6


@pytest.mark.slow
def test_it_comes_out_the_same_and_leaves_the_callers_state(
    digits: Any, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    threads, state = torch.get_num_threads(), torch.random.get_rng_state()
    with caplog.at_level(logging.INFO, "catseye"):
        again = reach([catseye.load("digits")], (1,), seeds=2)
    assert again.data[0].pairs[0].transfer.accuracies == digits.data[0].pairs[0].transfer.accuracies
    assert again.data[0].pairs[0].scratch.accuracies == digits.data[0].pairs[0].scratch.accuracies
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.random.get_rng_state(), state)
    assert len(caplog.messages) == 2  # features; the one number of examples
    assert capsys.readouterr().err == ""  # no line for each of a hundred epochs


@pytest.mark.slow
def test_a_fault_ends_all_trainings(monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: Any) -> None:
        raise UsageError("of some kind")

    monkeypatch.setattr("catseye.studies.reach.study.initialise", fault)
    filters = list(logging.getLogger("catseye").filters)
    with pytest.raises(UsageError, match="of some kind"):
        reach(["digits"], (1,), seeds=3)
    assert logging.getLogger("catseye").filters == filters


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"data": 3}, r"must be a name, a path, .*; got 3\."),
        ({"data": "mnits"}, "did you mean mnist"),
        ({"data": []}, "in a list"),
        ({"data": ["mnits"]}, "did you mean mnist"),
        ({"shots": (1, 0)}, r"at least 1; got \[1, 0\]"),
        ({"shots": ()}, "at least 1"),
        ({"shots": (True,)}, "at least 1"),
        ({"seeds": 0}, "seeds must be at least 1; got 0"),
        ({"backbone": "efficientnet_lite9"}, "unknown backbone 'efficientnet_lite9'"),
    ],
)
def test_what_makes_no_sense(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        reach(**{"data": ["digits"], "shots": (1,), "seeds": 1, **arguments})


def test_a_data_set_needs_two_classes_and_test_pictures() -> None:
    digits = catseye.load("digits")
    untested = Dataset(digits.info, {"train": digits["train"]})
    with pytest.raises(UsageError, match="digits has no test pictures"):
        reach([untested], (1,), seeds=1)
    zeros = digits["train"].take(np.flatnonzero(digits["train"].labels == 0))
    with pytest.raises(UsageError, match="tells at least two classes apart; digits has 1"):
        reach([Dataset(digits.info, {**digits.splits, "train": zeros})], (1,), seeds=1)


@pytest.mark.slow
def test_the_network_may_be_a_text(tmp_path: Path) -> None:
    found = reach("digits", (2,), 1, network="mine: conv 4, pool global", data_dir=tmp_path)
    assert found.data[0].network == "mine"
    assert (
        prepare_experiment(catseye.load("digits"), [2], 1, "conv 4, pool global").multiply_adds == 36 * 4 * 9 + 4 * 10
    )


class _Own(torch.nn.Module):
    """A network that no text can say: a product with a number comes before its one layer."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(64, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.layer(2.0 * x.flatten(1))
        return logits


@pytest.mark.slow
def test_a_network_written_in_python_can_be_the_one_from_scratch() -> None:
    digits = catseye.load("digits")
    few = Dataset(digits.info, {"train": digits["train[:60]"], "test": digits["test[:40]"]})
    tried = prepare_experiment(few, [1, 2], 2, _Own())
    assert (tried.network, tried.multiply_adds) == ("python:_Own", 640)
    points = train_from_scratch(tried, lambda _: None)
    again = train_from_scratch(tried, lambda _: None)
    assert [point.accuracies for point in points] == [point.accuracies for point in again]
    assert all(accuracy > 0.3 for point in points for accuracy in point.accuracies)
