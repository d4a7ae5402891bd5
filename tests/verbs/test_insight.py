"""``explain``, ``attack`` and ``ideal`` answer in Python as on the command line, and write nothing unasked."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

import catseye
from catseye.errors import UsageError
from catseye.verbs.explanation import explain
from catseye.verbs.insight import attack, ideal

if TYPE_CHECKING:
    from catseye.runs.run import Run


@pytest.fixture
def digit() -> Any:
    return catseye.load("digits", split="test").picture(3)


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
def test_an_attack_writes_nothing_and_its_probabilities_are_those_of_its_bytes(digits_run: Run, digit: Any) -> None:
    found = attack(digits_run, digit, epsilon=0.4, target=9)
    assert list(Path().iterdir()) == []
    again = digits_run.classifier.predict(Image.open(io.BytesIO(found.png)))[0]
    assert np.array_equal(again.probabilities, found.after.probabilities)
    found.save("a.png")
    assert sorted(path.name for path in Path().iterdir()) == ["a-adversarial.png", "a.png"]
    read = digits_run.classifier.predict("a-adversarial.png")[0]
    assert np.array_equal(read.probabilities, found.after.probabilities)
    assert repr(found) == "AdversarialExample(picture: 4 → 9, values changed by at most 102 of 255 levels)"
    assert "data:image/png;base64," in found._repr_html_()


def test_ideals_of_several_classes_are_saved_beside_their_figure(digits_run: Run) -> None:
    found = ideal(digits_run, [3, "5"], channel="conv1:2", steps=2)
    assert [one.target.name for one in found.pictures] == ["3", "5", "conv1:2"]
    assert list(Path().iterdir()) == []
    assert [one["picture"] for one in found.to_json()] == [None] * 3
    assert found.save("some.gif") == Path("some.gif")
    names = sorted(path.name for path in Path().iterdir())
    assert names == ["some-3.png", "some-5.png", "some-conv1-2.png", "some.gif"]
    assert np.array_equal(np.asarray(Image.open("some-3.png")), found.pictures[0].picture[:, :, 0])
    assert "data:image/png;base64," in found._repr_html_()
    assert ideal(digits_run, 3, steps=2).to_json()["class"] == "3"
    with pytest.raises(UsageError, match="name a class"):
        ideal(digits_run)
    with pytest.raises(UsageError, match=r"must end in \.png, \.svg, \.html or \.gif"):
        found.save("some.mp4")
    assert len(list(Path().iterdir())) == 4


def test_an_explanation_is_a_sentence_or_a_table(digits_run: Run, digit: Any) -> None:
    plain = explain(digits_run.classifier, digit)
    assert "Orange places speak for" in plain._repr_html_()
    assert "<table" not in plain._repr_html_()
    view = plain.view()
    assert any("Orange places speak for" in text.get_text() for text in view.figure().texts)  # saved, it stands alone
    assert not view.figure(bare=True).texts  # in a notebook the sentence is above it
    rated = explain(digits_run.classifier, digit, methods=["grad_cam", "occlusion"], scores=True)
    assert "no better than chance" in rated._repr_html_() or "better than chance" in rated._repr_html_()
    with pytest.raises(UsageError, match="unknown class 'cat'"):
        explain(digits_run, digit, class_name="cat")


def test_an_error_leaves_the_call_alone_without_our_lines(digits_run: Run, digit: Any) -> None:
    with pytest.raises(UsageError, match="unknown class") as caught:
        attack(digits_run, digit, target="cat")
    assert len(caught.traceback) <= 3
