"""Comparing runs: of any kind and length, on the same data or not, beyond chance or not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from catseye.errors import UsageError
from catseye.runs.comparison import Comparison, compare_results, difference_interval
from catseye.runs.result import Data
from catseye.runs.run import Run
from catseye.runs.view import view_comparison
from tests.runs.results import TRAINED, TRANSFERRED, run_of, score_of


def compared(*runs: Run) -> Comparison:
    return Comparison(tuple("abcdef"[: len(runs)]), runs)


def accurate(right: int, examples: int = 1000) -> Run:
    return run_of(replace(TRAINED, test=score_of(right, examples)), 2)


def test_the_interval_of_a_difference_is_newcombes() -> None:
    """His example (1998, table II, a): 56 of 70 against 48 of 80 give 0.0524 to 0.3339 by method 10."""
    low, high = difference_interval(score_of(56, 70), score_of(48, 80))
    assert low == pytest.approx(0.0524, abs=1e-4)
    assert high == pytest.approx(0.3339, abs=1e-4)


def test_a_large_difference_is_beyond_chance_and_a_small_one_is_not() -> None:
    large, small = compared(accurate(900), accurate(950), accurate(949)).differences
    assert (large.better, large.worse, large.beyond_chance) == ("b", "a", True)
    assert str(large).startswith("b has a test accuracy 5.0 points above that of a (95 % interval ")
    assert str(large).endswith(": more than chance would explain.")
    assert (small.better, small.worse, small.beyond_chance) == ("b", "c", False)
    assert "−" in str(small)
    assert str(small).endswith(": chance could explain it.")


def test_runs_on_other_data_are_not_compared_and_it_is_said() -> None:
    other = replace(TRAINED, data=Data("mnist", "cc", "dddddddddddd"), test=score_of(9900, 10_000))
    comparison = compared(run_of(), run_of(other))
    assert (comparison.same_data, comparison.differences) == (False, ())
    (note,) = comparison.notes
    assert "359 of digits (fingerprint bbbbbbbb)" in note
    assert "10,000 of mnist (fingerprint dddddddd)" in note
    assert note in view_comparison(comparison).parts
    values = comparison.to_json()
    assert (values["same_data"], values["notes"], values["differences"]) == (False, [note], [])


def test_a_run_without_test_pictures_is_not_compared() -> None:
    untested = replace(TRAINED, data=Data("few", "cc", None), test=None)
    comparison = compared(run_of(untested), run_of(untested))
    assert (comparison.same_data, comparison.differences) == (False, ())
    assert "no test pictures (few)" in comparison.notes[0]


def test_training_and_transfer_are_compared() -> None:
    comparison = compared(run_of(TRAINED, 3), run_of(TRANSFERRED))
    assert (comparison.same_data, comparison.notes) == (True, ())
    rows = comparison.to_json()["runs"]
    assert [(row["name"], row["network"]) for row in rows] == [("a", "small_convnet"), ("b", "efficientnet_lite0")]


def test_names_are_the_folders_or_their_paths_where_those_are_the_same(digits_run: Run, tmp_path: Path) -> None:
    assert digits_run.folder
    assert compare_results([digits_run.folder]).names == (digits_run.folder.name,)
    paths = []
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        paths.append(tmp_path / place / "run")
        paths[-1].symlink_to(digits_run.folder)
    linked = compare_results(paths)
    assert linked.names == tuple(map(str, paths))
    (difference,) = linked.differences
    assert (difference.accuracy_difference, difference.beyond_chance) == (0, False)
    assert linked.to_json()["differences"][0]["accuracy_difference"] == 0


@pytest.mark.parametrize("count", [0, 7])
def test_none_or_too_many_are_refused(count: int) -> None:
    with pytest.raises(UsageError, match=f"between 1 and 6 runs can be compared at once; got {count}"):
        compare_results(["r"] * count)
