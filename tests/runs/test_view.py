"""A run shown in a line, in a notebook, as curves and as its report."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import catseye
from catseye.errors import UsageError
from tests.runs.results import TRAINED, TRANSFERRED, run_of, score_of

if TYPE_CHECKING:
    from catseye.runs.run import Run


def test_a_run_is_one_short_line() -> None:
    run = run_of(replace(TRAINED, test=score_of(340, 359)))  # 94.7 %; Wilson's interval is 91.9 to 96.6 %
    assert repr(run) == "Run(digits, small_convnet, test accuracy 94.7 % (91.9 to 96.6))"
    assert repr(run_of(replace(TRAINED, test=None))) == "Run(digits, small_convnet, no test pictures)"
    assert run.to_json() == run.result.to_json()


def test_a_notebook_shows_tiles_curves_and_a_link_seen_from_the_current_folder(
    digits_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert digits_run.folder
    monkeypatch.chdir(digits_run.folder.parent)
    html = digits_run._repr_html_()
    assert f'href="{digits_run.folder.name}/report.html"' in html
    assert html.count("<img") == 1
    most = digits_run.evaluations["test"].confused[0]
    for part in (">359<", "95 % interval", str(most)):
        assert part in html


def test_a_run_without_folder_or_confusion_or_epochs_shows_what_it_has() -> None:
    html = run_of(TRANSFERRED)._repr_html_()
    assert html.count("<img") == 1
    assert "confused most" not in html
    assert "href" not in html


@pytest.mark.slow
def test_a_page_is_the_report_of_a_run_just_made_and_of_one_that_was_opened(digits_run: Run, tmp_path: Path) -> None:
    assert digits_run.folder
    report = (digits_run.folder / "report.html").read_text()
    assert _without_paths(digits_run.save(tmp_path / "a.html").read_text()) == _without_paths(report)
    assert catseye.Run.open(digits_run.folder).save(tmp_path / "b.html").read_text() == report
    assert digits_run.save(tmp_path / "a.png").stat().st_size > 10_000
    assert ">epoch<" in digits_run.save(tmp_path / "a.svg").read_text()
    with pytest.raises(UsageError, match=r"must end in .png, .svg or .html"):
        digits_run.save(tmp_path / "a.gif")


@pytest.mark.slow
def test_a_run_that_was_never_written_has_a_report_too(tmp_path: Path) -> None:
    run = catseye.train("digits", epochs=1)
    page = run.save(tmp_path / "r.html").read_text()
    assert "small_convnet on digits" in page
    assert "The surest mistakes" in page


def _without_paths(page: str) -> str:
    return re.sub(r"<h2>To use it</h2>.*", "", page, flags=re.DOTALL)


def test_runs_and_paths_are_compared(digits_run: Run) -> None:
    made = run_of(TRAINED, 2)
    comparison = catseye.compare([digits_run, made])
    assert digits_run.folder
    assert comparison.names == (digits_run.folder.name, "r")
    other = replace(made, folder=None)
    assert catseye.compare([other, other]).names == ("small_convnet on digits (1)", "small_convnet on digits (2)")
    assert repr(catseye.compare([made])) == "Comparison(r 94.7 %)"
