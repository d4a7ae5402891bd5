"""A search keeps the best classifier of those that the time allows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import catseye
from catseye.errors import UsageError
from catseye.runs.run import Run
from catseye.runs.transfer import pipeline, search
from catseye.runs.transfer.search import Searching
from tests.conftest import draw_folder
from tests.runs.transfer.made_up import MadeUp

LITES = [f"efficientnet_lite{number}" for number in range(3)]
ALL = [
    *(LITES[0], f"{LITES[0]}, mirrored", LITES[1], LITES[2]),
    *(f"{LITES[0]} + {LITES[1]}", f"{LITES[0]} + {LITES[2]}", f"{LITES[1]} + {LITES[2]}"),
]


def test_without_a_limit_all_are_tried_the_cheapest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    made = MadeUp()
    found = made.run(monkeypatch)
    assert made.tried == ALL
    assert [trial.name for trial in found.search.trials] == [*ALL, f"{LITES[0]}, fine-tuned"]
    assert found.search.chosen.name == LITES[0]  # nothing gains anything
    assert found.search.trials[-1].why == "not begun: it is made up"
    assert found.search.notes == ()


def test_a_costlier_one_that_is_better_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    found = MadeUp({LITES[2]: 0.1, ALL[6]: 0.1}).run(monkeypatch)
    assert found.search.chosen.name == found.plan.backbone.name == found.plan.recipe.backbone == LITES[2]
    trials = {trial.name: trial for trial in found.search.trials}
    assert trials[LITES[0]].why == "worse than the best by more than chance would explain"
    assert trials[LITES[2]].gain == pytest.approx(0.1)
    assert trials[LITES[0]].gain is None
    assert [trial.chosen for trial in found.search.trials].count(True) == 1


def test_what_helps_the_default_serves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    made = MadeUp({ALL[1]: 0.1, f"{LITES[1]}, mirrored": 0.2})
    found = made.run(monkeypatch)
    assert made.tried[2:4] == [f"{LITES[1]}, mirrored", f"{LITES[2]}, mirrored"]
    assert (found.plan.recipe.backbone, found.plan.recipe.mirrored) == (LITES[1], True)


def test_what_does_not_fit_is_not_begun_and_what_fits_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default takes 10 s, mirrored another 10; Lite1 takes 16, Lite2 22, Lite0 and 1 27; the report 5."""
    made = MadeUp()
    found = made.run(monkeypatch, seconds=50)
    assert made.tried == ALL[:3]
    assert made.now <= 50 - made.finish
    left = {trial.name: trial.why for trial in found.search.trials if trial.seconds is None}
    assert left.keys() == {*ALL[3:5], f"{LITES[0]}, fine-tuned"}  # a pair of what was tried alone
    # 22.3 s for features and 5 s for the report.
    assert left[LITES[2]] == "not begun: would need about 27 s, report included; 14 s were left"


def test_the_default_is_made_even_if_the_limit_is_too_short(monkeypatch: pytest.MonkeyPatch) -> None:
    made = MadeUp({LITES[1]: 1.0})
    found = made.run(monkeypatch, seconds=3)
    assert made.tried == [LITES[0]]
    assert found.search.chosen.name == LITES[0]
    (note,) = found.search.notes
    assert note == (
        "the time limit of 3 s is too short for more than the default classifier, which is made in any case"
    )


def test_where_nothing_is_installed_it_is_said_what_could_be(monkeypatch: pytest.MonkeyPatch) -> None:
    made = MadeUp({ALL[1]: 0.1})
    found = made.run(monkeypatch, installed=())
    assert made.tried == ALL[:2]
    assert found.search.chosen.name == ALL[1]
    (note,) = found.search.notes
    assert note.endswith('pip install "catseye[lite1,lite2]"')


def test_small_tries_nothing_that_costs_more(monkeypatch: pytest.MonkeyPatch) -> None:
    made = MadeUp()
    found = made.run(monkeypatch, size="small")
    assert made.tried == ALL[:2]
    assert found.search.notes == ()
    assert len(found.search.trials) == 2  # nor does it take minutes


def test_where_nothing_can_be_judged_the_default_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made = MadeUp(scored=0)
    found = made.run(monkeypatch)
    assert made.tried == [LITES[0]]
    assert found.search.chosen.why == "chosen: there is nothing to judge it by"
    assert found.search.notes == (
        "no class has two training pictures, so that there is nothing to judge classifiers by",
    )


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_folder(tmp_path_factory.mktemp("data") / "colours", {"red": 15, "blue": 15})


@pytest.fixture
def keeps_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """On pictures of two colours any other may be the best."""
    monkeypatch.setattr(search, "choose", lambda _: 0)


@pytest.mark.slow
@pytest.mark.usefixtures("keeps_the_first")
def test_the_default_of_a_search_is_the_one_without_it_to_the_bit(colours: Path, tmp_path: Path) -> None:
    plain = catseye.transfer(colours, out=tmp_path / "plain")
    found = catseye.transfer(colours, out=tmp_path / "found", size="small")
    assert found.result.search
    assert [trial.seconds is not None for trial in found.result.search.trials] == [True, True]
    files = [(tmp_path / name / "classifier.safetensors").read_bytes() for name in ("plain", "found")]
    assert files[0] == files[1]
    assert plain.result.search is None
    assert Run.open(tmp_path / "found").result == found.result
    again = catseye.transfer(colours, out=tmp_path / "found", size="small", resume=True)
    assert again.result == found.result
    with pytest.raises(UsageError, match=r"started with a search \(size small\), not with no search"):
        catseye.transfer(colours, out=tmp_path / "found", resume=True)
    with pytest.raises(UsageError, match="started with no search, not with a search"):
        catseye.transfer(colours, out=tmp_path / "plain", resume=True, time_limit=60)
    report = (tmp_path / "found" / "report.html").read_text()
    assert "What was tried" in report
    assert "efficientnet_lite0, mirrored" in report
    assert "No test picture was used." in report


@pytest.mark.slow
def test_a_search_that_is_stopped_leaves_nothing_half_written(
    colours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Searching, "_try", stop)
        with pytest.raises(KeyboardInterrupt):
            catseye.transfer(colours, out=tmp_path / "run", size="small")
    names = {path.name for path in (tmp_path / "run").iterdir() if not path.name.startswith(".")}
    assert names == {"run.json", "recipe.json"}
    resumed = catseye.transfer(colours, out=tmp_path / "run", size="small", resume=True)
    assert resumed.result.search
    assert len(resumed.result.search.trials) == 2
    assert resumed.result.features
    assert resumed.result.features.computed <= 6  # the test pictures: what was computed before was kept


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"size": "medium"}, "size must be small or best; got 'medium'"),
        ({"size": "best", "fine_tune": True}, "size must not be given with fine_tune=True"),
        ({"time_limit": -1}, "time_limit must be at least 0"),
        ({"time_limit": float("nan")}, "time_limit must be a finite number"),
        ({"time_limit": "soon"}, "time_limit must be a number"),
    ],
)
def test_what_makes_no_sense(colours: Path, tmp_path: Path, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        catseye.transfer(colours, out=tmp_path / "run", **arguments)
    assert not (tmp_path / "run").exists()


def test_with_fine_tuning_the_limit_is_that_of_its_training() -> None:
    assert pipeline._budget(60.0, None, 0.0, fine_tune=True) is None
    budget = pipeline._budget(60.0, None, 0.0, fine_tune=False)
    assert budget
    assert (budget.seconds, budget.size) == (60, "best")


def test_it_stands_in_the_recipe_of_fine_tuning(colours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Planned(Exception):  # noqa: N818 (no error)
        pass

    def stop(planned: Any, *_: object) -> None:
        raise Planned(planned.recipe.fine_tuning.time_limit)

    monkeypatch.setattr(pipeline, "carry_out", stop)
    with pytest.raises(Planned, match=r"^45\.0$"):
        catseye.transfer(colours, fine_tune=True, time_limit=45)
