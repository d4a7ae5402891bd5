"""Drift: what a log holds, and what differs from it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import catseye
from catseye.cli import main
from catseye.errors import CatseyeError, UsageError
from catseye.serve.drift import compare_halves, compare_with_training
from catseye.serve.drift_log import LoggedPredictions, read_log

if TYPE_CHECKING:
    from catseye.runs.run import Run


def line(**values: Any) -> str:
    said = {"event": "prediction", "model": "m", "version": "1", "class": "a", "probability": 0.9, "unfamiliarity": 0.1}
    return json.dumps(said | values) + "\n"


def logged(classes: str, confidence: list[float], unfamiliarity: list[float]) -> LoggedPredictions:
    return LoggedPredictions(tuple(classes), np.array(confidence), np.array(unfamiliarity))


def test_only_predictions_of_one_model_are_read(tmp_path: Path) -> None:
    path = tmp_path / "log"
    broken = [line(probability=2), line(probability=True), line(model=1), line(unfamiliarity="x"), "[1]\n", "{\n", "\n"]
    broken += ["[" * 50_000 + "\n", line(event="request"), line(**{"class": None}), "\udcff\n"]
    path.write_text("".join([line(), *broken, line(unfamiliarity=None)]), errors="surrogateescape")
    found = read_log(path)
    assert (found.classes, found.confidence.tolist(), found.unfamiliarity.tolist()) == (("a", "a"), [0.9, 0.9], [0.1])
    path.write_text(line() + line(model="n") + line(version="2", probability=0.5))
    with pytest.raises(UsageError, match="predictions of m, n; choose one with --name"):
        read_log(path)
    assert read_log(path, default_name="n").classes == ("a",)
    with pytest.raises(UsageError, match="predictions of m, n, but not of x; choose one with --name"):
        read_log(path, default_name="x")
    assert len(read_log(path, "m", default_name="n").classes) == 2
    assert len(read_log(path, "m").classes) == 2
    assert read_log(path, "m:2").confidence.tolist() == [0.5]
    with pytest.raises(UsageError, match="no predictions of x"):
        read_log(path, "x")
    path.write_text("{}\n")
    with pytest.raises(CatseyeError, match="holds no predictions"):
        read_log(path)


def test_halves_that_are_alike_show_no_drift_and_others_do() -> None:
    generator = np.random.default_rng(0)
    same = generator.normal(0, 1, 400)
    alike = compare_halves(logged("ab" * 200, [0.9, 0.8] * 200, same.tolist()))
    assert alike.drifted == ()
    later = np.concatenate([same[:200], same[200:] + 1])
    found = compare_halves(logged("ab" * 100 + "b" * 200, [0.9, 0.8] * 100 + [0.6, 0.5] * 100, later.tolist()))
    assert {change.quantity for change in found.drifted} == {
        "unlike the training pictures", "mean unfamiliarity", "mean confidence", "class shares (share that moved)",
    }  # fmt: skip
    (moved,) = [change for change in found.changes if change.quantity == "class shares (share that moved)"]
    assert moved.now == pytest.approx(0.5)  # half of the pictures are of another class than before


def test_a_share_has_newcombes_interval() -> None:
    # Newcombe 1998, Statistics in Medicine 17, table II: 56/70 and 48/80, method 10: 0.0524 to 0.3339.
    before, now = np.arange(80) < 48, np.arange(70) < 56
    scores = np.concatenate([before, now]) * 2.0
    change = compare_halves_of(scores, 80)
    assert change.interval == pytest.approx((0.0524, 0.3339), abs=5e-5)


def compare_halves_of(scores: Any, first: int) -> Any:
    from catseye.serve.drift import _compare_shares

    return _compare_shares("share", scores[:first] > 1, scores[first:] > 1)


def test_too_few_predictions_are_refused() -> None:
    with pytest.raises(UsageError, match="the log has 39 predictions; at least 40"):
        compare_halves(logged("a" * 39, [0.5] * 39, []))


def test_training_pictures_show_no_drift_and_noise_does(
    digits_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    classifier = digits_run.classifier
    counts = classifier.provenance["data"]["class_counts"]
    assert sum(counts) == classifier.provenance["data"]["training_pictures"]
    assert set(Counter(counts)) <= set(range(90, 160))  # the digits are about balanced: 1,438 train, some set aside

    digits = catseye.load("digits")
    noise = np.random.default_rng(0).integers(0, 256, (200, 8, 8), np.uint8)
    for name, pictures, drifts in (("own", digits["test"], False), ("noise", list(noise), True)):
        path = tmp_path / name
        with path.open("w") as log:
            for answer in classifier.predict(pictures):
                values = {"class": answer.class_name, "probability": answer.probability}
                log.write(line(**values, unfamiliarity=answer.unfamiliarity))
        assert main(["drift", str(path), "--model", str(digits_run.folder), "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert said["drift"] is drifts, said
        assert said["missing"] == []
        assert main(["drift", str(path), "--model", str(digits_run.folder)]) == 0
        assert ("Drift: " in capsys.readouterr().out) is drifts


def test_missing_information_in_a_classifier_is_named(digits_run: Run) -> None:
    description = replace(digits_run.classifier.description, unfamiliarity=None, provenance={})
    found = compare_with_training(logged("0" * 30, [0.9] * 30, [0.0] * 30), description)
    assert found.changes == ()
    assert [reason.partition(":")[0] for reason in found.missing] == ["unfamiliarity", "confidence", "class shares"]


def test_the_model_selects_its_predictions_and_verb_and_command_agree(
    digits_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, run = tmp_path / "log", tmp_path / "my digits"
    run.symlink_to(Path(str(digits_run.folder)).absolute())
    own = "".join(line(model="my-digits", **{"class": str(number % 10)}) for number in range(60))
    path.write_text(own + line(model="other") * 60)
    assert main(["drift", str(path), "--model", str(run), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["pictures"] == 60
    found = catseye.drift(path, model=str(run))
    assert json.loads(json.dumps(found.to_json())) == said
    assert catseye.drift(str(path), model=digits_run.classifier, name="other").pictures == 60
    assert catseye.drift(path, name="my-digits").pictures == 30
    with pytest.raises(UsageError, match="my-digits, other; choose one"):
        catseye.drift(path)


def test_the_last_line_names_what_drifted_and_the_moved_share_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log"
    path.write_text(line() * 100 + line(**{"class": "b, or c", "probability": 0.5}) * 100)
    assert main(["drift", str(path)]) == 0
    said = capsys.readouterr().out.splitlines()
    words = said[-1].removeprefix("Drift: ").removesuffix(".").split("; ")
    assert words == ["mean confidence", "class shares (share that moved)"]
    assert any(text.startswith("Share that moved: ") for text in said)
    (row,) = [change for change in catseye.drift(path).changes if change.quantity.startswith("class shares")]
    assert (row.now, row.interval) == (1.0, None)  # all of them are of another class, and no interval is claimed
    assert "first half" in "\n".join(said)
