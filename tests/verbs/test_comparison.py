"""``compare``: one verb for the results of runs and for two classifiers on the same pictures."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from scipy.stats import binomtest

import catseye
from catseye.cli import main
from catseye.errors import UsageError
from catseye.runs.comparison import Comparison
from tests.conftest import draw_folder

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.runs.run import Run


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Another run on the same pictures."""
    return catseye.train("digits", "dense", out=tmp_path_factory.mktemp("runs") / "dense", epochs=1)


def test_without_pictures_the_results_of_runs_are_compared(digits_run: Run) -> None:
    assert isinstance(catseye.compare(digits_run, digits_run), Comparison)
    assert isinstance(catseye.compare([digits_run, digits_run]), Comparison)


def test_two_runs_on_their_test_pictures_agree_with_what_each_predicts(digits_run: Run, dense: Run) -> None:
    found = catseye.compare(digits_run, dense, on="digits")
    assert (found.names, found.data, found.counts.examples) == (("digits", "dense"), "digits (test)", 359)
    test = catseye.load("digits", split="test")
    said = [[one.class_name for one in run.classifier.predict(test)] for run in (digits_run, dense)]
    truth = [test.classes[label] for label in test.labels]
    right = [[one == true for one, true in zip(each, truth, strict=True)] for each in said]
    only = [sum(a and not b for a, b in zip(*pair, strict=True)) for pair in (right, right[::-1])]
    assert [found.counts.only_first, found.counts.only_second] == only
    assert found.to_json()["mcnemar_p"] == pytest.approx(binomtest(only[0], sum(only)).pvalue)
    differing = {int(entry["picture"]) for entry in found.to_json()["differing"]}
    assert differing == {i for i, (a, b) in enumerate(zip(*said, strict=True)) if a != b}
    scores = [run.result.test for run in (digits_run, dense)]
    assert [one["accuracy"] for one in found.to_json()["classifiers"]] == [one.accuracy for one in scores if one]


def test_a_given_split_is_used_unchanged(digits_run: Run, dense: Run) -> None:
    few = catseye.load("digits", split="test[:20]")
    assert catseye.compare(digits_run.classifier, dense, on=few).counts.examples == 20


@pytest.mark.slow
def test_each_that_was_trained_on_some_of_the_pictures_is_named(tmp_path: Path) -> None:
    draw_folder(tmp_path / "data", {"cat": 12, "dog": 12})
    runs = [catseye.train(str(tmp_path / "data"), out=tmp_path / name, epochs=1) for name in ("one", "two")]
    assert catseye.compare(*runs, on=str(tmp_path / "data")).counts.examples == 4
    found = catseye.compare(*runs, on=str(tmp_path / "data"), split="all")
    assert [note.split(" on ")[0] for note in found.notes] == ["one was trained", "two was trained"]


@pytest.mark.parametrize("count", [1, 3])
def test_exactly_two_are_compared_on_pictures(digits_run: Run, count: int) -> None:
    with pytest.raises(UsageError, match=f"compares exactly two classifiers; got {count}"):
        catseye.compare([digits_run] * count, on="digits")


def test_options_for_pictures_need_them(digits_run: Run) -> None:
    with pytest.raises(UsageError, match="split applies only to pictures; name them with on"):
        catseye.compare(digits_run, digits_run, split="test")  # type: ignore[call-overload]


def test_a_classifier_has_no_results_and_the_error_says_what_to_do(digits_run: Run) -> None:
    for one in (digits_run.classifier, digits_run.result.classifier_path):
        assert one
        with pytest.raises(UsageError, match=r"a classifier without a run's results.*--on DATA"):
            catseye.compare(digits_run, one)


def test_a_pretrained_backbone_knows_none_of_the_classes(digits_run: Run) -> None:
    with pytest.raises(UsageError, match="the pictures and both classifiers have no class in common"):
        catseye.compare(digits_run, "efficientnet_lite0", on="digits")


@pytest.mark.slow
def test_the_command_prints_writes_and_refuses(
    digits_run: Run, dense: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = [str(digits_run.folder), str(dense.folder)]
    assert main(["compare", *runs, "--on", "digits", "-o", str(tmp_path / "page.html")]) == 0
    out = capsys.readouterr().out
    assert re.search(r"Accuracy of dense minus that of digits: .* \(95 % interval .*, n = 359\); McNemar's", out)
    assert (tmp_path / "page.html").stat().st_size > 10_000
    assert main(["compare", *runs, "--on", "digits", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["examples"] == 359
    assert {"accuracy_difference_interval", "mcnemar_p", "figure"} <= values.keys()
    assert main(["compare", *runs, "--split", "test"]) == 2
    assert "--split applies only to the pictures of --on; add --on DATA." in capsys.readouterr().err
