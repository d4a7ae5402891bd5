"""``catseye attack`` and ``catseye evaluate --robust``, as a person types them."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from catseye.attacks.projected_gradient_descent import Attack
from catseye.cli import main
from catseye.cli.attack import _larger_epsilon

if TYPE_CHECKING:
    from _pytest.capture import CaptureFixture


pytestmark = pytest.mark.usefixtures("digit")


def run(line: str) -> int:
    return main(shlex.split(line))


def grey(path: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    with Image.open(path) as picture:
        return np.asarray(picture).astype(np.int64)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("attack run digit.png -o digit.png --force", "would be overwritten"),
        ("attack run digit.png --target 12", "the numbers of the classes are 0 to 9"),
        ("maps run digit.png -o digit.png --force", "would be overwritten"),
        ("explain run digit.png -o digit.png --force", "would be overwritten"),
        ("convolve digit.png -o digit.png --force", "would be overwritten"),
        ("receptive-field run digit.png -o digit.png --force", "would be overwritten"),
        ("convolve ''", "INPUT must not be empty"),
        ("attack run digit.png --epsilon 0", "epsilon must be above 0 and at most 1"),
        ("attack run digit.png --epsilon 2", "epsilon must be above 0 and at most 1"),
        ("attack run digit.png --epsilon four", "epsilon must be a number such as 4/255"),
        ("attack run digit.png --epsilon 1/0", "epsilon must be a number such as 4/255"),
        ("attack run digit.png --epsilon 1/2/3", "epsilon must be a number such as 4/255"),
        ("attack run digit.png --epsilon 0.001", "epsilon must be at least 1/255"),
        ("attack run digit.png --target cat", "unknown class 'cat'; available: 0, 1"),
        ("attack run digit.png --norm l1", "norm must be one of linf, l2"),
        ("attack run digit.png --steps 0", "at least 1"),
        ("attack run digit.png -o out.gif", "must end in .png, .svg or .html"),
        ("attack run digit.png -o here.png", "already exists"),
        ("attack run digit.png -o nowhere/out.png", "there is no folder nowhere"),
        ("attack efficientnet_lite0 digit.png --target tabbby", "did you mean tabby"),
        ("evaluate run digits --robust 0.1,x", "epsilon must be a number"),
        ("evaluate run digits --robust=", "--robust must not be empty"),
        ("train digits --adversarial=-0.1 --out trained", "adversarial must be between 0 and 1; got -0.1."),
        ("train digits --adversarial= --out trained", "--adversarial must not be empty"),
        ("evaluate run digits --robust 0", "above 0 and at most 1"),
        ("evaluate run digits --examples 5", "--examples needs --robust"),
        ("evaluate run digits --robust 0.1 --examples 0", "--examples must be at least 1"),
        ("evaluate run digits --robust 0.1 -o here.png", "already exists"),
        ("train digits --adversarial 2 --out trained", "adversarial must be between 0 and 1; got 2.0."),
        ("train digits --adversarial much --out trained", "epsilon must be a number"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_written(line: str, says: str, capsys: CaptureFixture[str]) -> None:
    before = sorted(Path().iterdir())
    assert run(line) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert told.err.count("\n") <= 2
    assert told.out == ""
    assert sorted(Path().iterdir()) == before
    assert Path("here.png").read_text() == "mine"


def test_the_present_class_is_no_target(digit: str, capsys: CaptureFixture[str]) -> None:
    assert run(f"attack run digit.png --target {digit}") == 2
    assert "already" in capsys.readouterr().err


def test_a_broken_picture_is_said(capsys: CaptureFixture[str]) -> None:
    assert run("attack run broken.png") == 1
    assert "broken.png" in capsys.readouterr().err
    assert not Path("attack.png").exists()


def test_json_reports_what_the_saved_picture_is_taken_for(digit: str, capsys: CaptureFixture[str]) -> None:
    target = str((int(digit) + 1) % 10)
    assert run(f"attack run digit.png --target {target} --epsilon 0.5 -o attack.html --json") == 0
    told = json.loads(capsys.readouterr().out)
    keys = {"picture", "target", "epsilon", "succeeded", "linf", "before", "after", "adversarial"}
    assert keys <= set(told)
    assert told["succeeded"] is True
    assert (told["before"][0]["class"], told["after"][0]["class"]) == (digit, target)
    assert 0 < told["linf"] <= told["epsilon"] == pytest.approx(127 / 255)  # 0.5, rounded down to whole levels
    assert run(f"predict run {told['adversarial']} --json") == 0
    again = json.loads(capsys.readouterr().out)[0]
    assert again["class"] == target
    # A file of its own, it goes through another engine than the attack.
    assert again["probability"] == pytest.approx(told["after"][0]["probability"], abs=1e-6)
    saved, original = (grey(name) for name in (told["adversarial"], "digit.png"))
    assert np.abs(saved - original).max() == round(told["linf"] * 255)
    assert "Allowed: 127 of 255 levels" in Path("attack.html").read_text()


def test_the_last_line_asks_what_the_changed_picture_is_taken_for(capsys: CaptureFixture[str]) -> None:
    Path("run").rename("my run")
    assert run("attack 'my run' digit.png --epsilon 0.5 -o fooled.png") == 0
    *_, wrote, following = capsys.readouterr().out.splitlines()
    assert wrote == "wrote fooled.png and fooled-adversarial.png"
    assert following == "next: catseye predict 'my run' fooled-adversarial.png"


@pytest.mark.slow
def test_after_a_failure_the_last_line_is_an_attack_that_succeeds(digit: str, capsys: CaptureFixture[str]) -> None:
    target = str((int(digit) + 1) % 10)
    assert run(f"attack run digit.png --target {target} --epsilon 1/255 -o small.png") == 0
    out = capsys.readouterr().out
    assert out.startswith("not fooled")
    following = out.splitlines()[-1].removeprefix("next: catseye ")
    assert following == (f"attack run digit.png --smallest --target {target} --epsilon 0.5 --output small.png --force")
    assert run(following) == 0
    assert capsys.readouterr().out.startswith("fooled")


@pytest.mark.parametrize(
    ("norm", "epsilon", "larger"),
    [("linf", 4 / 255, "0.5"), ("linf", 127 / 255, "1"), ("linf", 0.6, "1"), ("linf", 1.0, None), ("l2", 1.0, "0.5")],
)
def test_a_larger_epsilon_is_tried_as_long_as_there_is_one(norm: str, epsilon: float, larger: str | None) -> None:
    assert _larger_epsilon(Attack(epsilon, norm)) == larger


@pytest.mark.slow
def test_the_smallest_change_is_no_larger_than_one_that_is_found_without_looking(capsys: CaptureFixture[str]) -> None:
    sizes = []
    for words in ("-o a.png", "-o b.png --smallest"):
        assert run(f"attack run digit.png --epsilon 0.6 {words} --json") == 0
        told = json.loads(capsys.readouterr().out)
        assert told["succeeded"]
        sizes.append(told["linf"])
    assert sizes[1] < sizes[0]


def test_neither_figure_nor_picture_is_overwritten_without_force(capsys: CaptureFixture[str]) -> None:
    Path("attack-adversarial.png").write_text("mine")
    assert run("attack run digit.png --epsilon 0.5 --steps 2") == 2
    assert Path("attack-adversarial.png").read_text() == "mine"
    assert not Path("attack.png").exists()
    assert run("attack run digit.png --epsilon 0.5 --steps 2 --force") == 0
    capsys.readouterr()
    with Image.open("attack-adversarial.png") as picture:
        assert picture.size == (8, 8)


@pytest.mark.slow
def test_robustness_is_told_drawn_and_part_of_the_json(capsys: CaptureFixture[str]) -> None:
    assert run("evaluate run digits --robust 0.05,0.2 --examples 40 -o robust.html") == 0
    told = capsys.readouterr().out
    assert "upper bound" in told
    assert "brightness" in told
    assert "upper bound" in Path("robust.html").read_text()
    assert run("evaluate run digits --robust 0.05,0.2 --examples 40 --json") == 0
    robustness = json.loads(capsys.readouterr().out)["robustness"]
    assert [share["at"] for share in robustness["attacked"]] == [0.05, 0.2]
    assert robustness["clean"]["examples"] == 40
    assert len(robustness["checks"]) == 4
