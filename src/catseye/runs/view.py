"""A run, and a comparison of runs, in every form in which they are given."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catseye.drawing.answer import make_view
from catseye.drawing.numbers import percent
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.errors import CatseyeError
from catseye.runs.comparison import BASIS, Comparison
from catseye.runs.run import Run
from catseye.runs.search_table import describe_bounds
from catseye.short_repr import counted
from catseye.system.files import write_atomically
from catseye.system.progress_bar import duration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from catseye.evaluation.metrics import Confusion
    from catseye.runs.result import Result
    from catseye.runs.score import Score

_CURVES = (
    "train in the table: of the trained network; in the curves: the mean over each epoch, while the network learns"
)
_GAP = "gap: training accuracy minus test accuracy, in percentage points; a large one is a sign of overfitting"
_UNTESTED = "too few pictures to set any aside for a test: the accuracy on new pictures is unknown"


@make_view.register(Run)
def view_run(run: Run) -> View:
    """Return the accuracy with its interval, what is confused most, and the curves; a page is the run's report."""
    result, title = run.result, f"{run.result.network_title} on {run.result.data.name}"
    confused, folder = confused_most(run), result.run_path
    words = (
        title,
        f"test accuracy {_accuracy(result.test)}" if result.test else _UNTESTED,
        *_metrics(result.test),
        *((f"confused most: {confused}",) if confused else ()),
        f"{counted(result.parameters, 'parameter')}; {duration(result.seconds.total)}",
        *((f"{describe_bounds(result.search)} Kept: {result.search.chosen.name}.",) if result.search else ()),
        *((f"folder {folder}",) if folder else ()),
    )
    writers = {".html": partial(_write_report, run)} if run.source or _report(run) else {}
    return View(title, words, lambda: _draw_run(run), words[1:3], writers, lambda: _run_html(run, title))


def confused_most(run: Run) -> Confusion | None:
    """Return what is confused most often on the test pictures; ``None`` if nothing is, or if that is not known."""
    test = run.evaluations.get("test")
    return next(iter(test.confused), None) if test else None


def _metrics(test: Score | None) -> tuple[str, ...]:
    return (", ".join(f"{name} {value:.4g}" for name, value in test.metrics.items()),) if test and test.metrics else ()


def _accuracy(test: Score) -> str:
    between = " to ".join(percent(end, 2) for end in test.accuracy_interval)
    return f"{percent(test.accuracy, 2)} (95 % interval {between}, n = {test.examples:,})"


def _report(run: Run) -> Path | None:
    """Return the path of the run's report, if it is there."""
    path = Path(run.result.report_path) if run.result.report_path else None
    return path if path and path.is_file() else None


def _write_report(run: Run, path: Path) -> None:
    from catseye.runs.report import write_report

    report = _report(run)
    if run.source:
        write_report(path, run.source, run)
    elif report:
        try:
            content = report.read_bytes()
        except OSError as error:
            raise CatseyeError(f"{report} cannot be read: {error.strerror}.") from error
        write_atomically(path, content)


def _draw_run(run: Run) -> Figure:
    from catseye.runs.comparison_figure import draw_comparison
    from catseye.runs.curves import draw_run_curves

    if run.history:
        return draw_run_curves(run.history)
    return draw_comparison(Comparison((run.name,), (run,)))


def _run_html(run: Run, title: str) -> str:
    from catseye.drawing.notebook import figure_uri
    from catseye.drawing.page import render

    report, result = _report(run), run.result
    link = Path(os.path.relpath(report)).as_posix() if report else ""
    values: dict[str, Any] = {"title": title, "test": result.test, "untested": _UNTESTED, "result": result}
    figure = figure_uri(View(title, (), lambda: _draw_run(run)))
    tiles = {"confused": confused_most(run), "time": duration(result.seconds.total), "report": link, "figure": figure}
    return render("catseye.runs", "run.html.j2", **values, **tiles)


@make_view.register(Comparison)
def view_comparison(comparison: Comparison) -> View:
    """Return the runs' numbers side by side, and whether they differ beyond chance."""
    rows = tuple(_row(name, result) for name, result in comparison.results)
    columns = ("run", "network", "parameters>", "train>", "test>", "95 % interval>", "gap>", "time>")
    differences = tuple(map(str, comparison.differences))
    curves = (_CURVES,) if any(run.history for run in comparison.runs) else ()
    words = (*comparison.notes, *curves, *differences, *((BASIS,) if differences else ()))
    return View("Comparison of runs", (Table(columns, rows), _GAP, *words), lambda: _draw_comparison(comparison), words)


def _row(name: str, result: Result) -> tuple[str, ...]:
    test = result.test
    return (
        name,
        result.network_title,
        f"{result.parameters:,}",
        percent(result.train.accuracy, 2),
        percent(test.accuracy if test else None, 2),
        " to ".join(percent(end, 2) for end in test.accuracy_interval) if test else percent(None),
        percent(result.train.accuracy - test.accuracy if test else None, 2).replace("%", "points"),
        f"{result.seconds.total:.1f} s",
    )


def _draw_comparison(comparison: Comparison) -> Figure:
    from catseye.runs.comparison_figure import draw_comparison

    return draw_comparison(comparison)
