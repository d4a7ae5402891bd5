"""The report of a run: one self-contained page."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from catseye.classifier.comparison.page import make_groups
from catseye.datasets.dataset import TEST
from catseye.drawing.figure_file import inline
from catseye.drawing.page import write_page
from catseye.drawing.style import PANEL_WIDTH
from catseye.evaluation.calibration import expected_calibration_error
from catseye.evaluation.reliability import draw_reliability_diagram
from catseye.evaluation.view import unfamiliarity_in_words
from catseye.networks.names import is_definition
from catseye.networks.titles import network_title
from catseye.runs.curves import draw_history
from catseye.runs.gallery import choose_surest_mistakes, draw_at_random, make_cards
from catseye.runs.search_table import COLUMNS, describe_bounds, describe_columns, make_rows
from catseye.runs.usage import explain_usage
from catseye.short_repr import counted
from catseye.system.threads import usable_cores
from catseye.training.choices import own_loss_name

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.classifier.classifier import Classifier
    from catseye.datasets import Info, Pictures
    from catseye.evaluation.metrics import Evaluation
    from catseye.insight.robustness.robustness import Robustness
    from catseye.networks.summary import Summary
    from catseye.runs.report_source import ReportSource
    from catseye.runs.run import Run
    from catseye.runs.search import Search
    from catseye.runs.usage import Usage

_LARGEST_TABLE = 40  # classes up to which the whole confusion table is shown
_MOST_CONFUSIONS = 10
_MOST_DIFFERING = 6  # pictures of a group
_LONG_SUMMARY = 30  # layers from which on the table is folded away
_PICTURE = "PICTURE.jpg"  # stands for one of the reader's
_SPLITS = {"train": "training", "validation": "validation", "test": "test"}


def write_report(path: Path, source: ReportSource, run: Run) -> None:
    """Write the report of a run that was just made to ``path``."""
    classifier, robustness = run.classifier, run.result.robustness
    write_page(
        path,
        "catseye.runs",
        "report.html.j2",
        classifier=classifier,
        info=source.dataset.info,
        dataset=source.dataset,
        splits=[(_SPLITS[name], len(part)) for name, part in source.splits.items()],
        summary=source.summary or _summarise(classifier),
        definition=classifier.network_name if is_definition(classifier.network_name) else "",
        long_summary=_LONG_SUMMARY,
        recipe=source.recipe,
        history=run.history,
        curves=draw_history(run.history) if run.history else (),
        test=_test_section(source.splits.get(TEST), run.evaluations.get(TEST)),
        evaluations=run.evaluations,
        robustness=_robustness_section(robustness) if robustness else None,
        result=run.result,
        search=_search_section(run.result.search) if run.result.search else None,
        differing=make_groups(source.comparison, _MOST_DIFFERING, "Right only {}") if source.comparison else [],
        command=source.command,
        average=(source.recipe.get("fine_tuning") or source.recipe).get("average", "none"),
        own_loss=own_loss_name(source.recipe.get("loss", "")),
        metrics=run.result.test.metrics if run.result.test else run.result.train.metrics,
        unlike=_unlike(run.evaluations.get(TEST)),
        usage=_usage(run.folder, source.dataset.info) if run.folder else None,
        machine=f"{platform.system()} {platform.machine()}, {counted(usable_cores(), 'core')}",
    )


def _unlike(test: Evaluation | None) -> str:
    """Return the share of test pictures unlike the training pictures; nothing if it is not known."""
    return " ".join(unfamiliarity_in_words(test)) if test else ""


def _summarise(classifier: Classifier) -> Summary:
    from catseye.networks.summarising import summarise  # which loads PyTorch

    return summarise(classifier.network, classifier.preprocess.shape, network_title(classifier.network_name))


def _usage(folder: Path, info: Info) -> Usage:
    return explain_usage(folder, _PICTURE, info.name, info.options)


def _search_section(search: Search) -> dict[str, Any]:
    """Return what the report shows of the classifiers that were tried."""
    chosen = [trial.chosen for trial in search.trials]
    return {
        "bounds": describe_bounds(search),
        "notes": search.notes,
        "columns": COLUMNS,
        "rows": list(zip(make_rows(search), chosen, strict=True)),
        "about": describe_columns(search),
    }


def _robustness_section(robustness: Robustness) -> dict[str, Any]:
    """Return what the report shows of the classifier under attack."""
    view = robustness.view()
    bound, *checks = view.caption
    return {"drawing": view.svg(), "bound": bound, "checks": checks}


def _test_section(pictures: Pictures | None, test: Evaluation | None) -> dict[str, Any] | None:
    """Return what the report shows of the test split."""
    if test is None or pictures is None:
        return None
    mistakes = choose_surest_mistakes(test)
    right, wrong = (draw_at_random(test, right=right, besides=mistakes) for right in (True, False))
    return {
        "evaluation": test,
        "error": expected_calibration_error(test.bins),
        "raw_error": expected_calibration_error(test.raw_bins),
        "diagram": inline(lambda: _reliability_figure(test)),
        "confusion": test.confusion.tolist() if len(test.classes) <= _LARGEST_TABLE else [],
        "confused": test.confused[:_MOST_CONFUSIONS],
        "mistakes": make_cards(pictures, test, mistakes),
        "right": make_cards(pictures, test, right),
        "wrong": make_cards(pictures, test, wrong),
        "all_wrong": test.examples - test.right,
    }


def _reliability_figure(test: Evaluation) -> Figure:
    figure = Figure((PANEL_WIDTH, PANEL_WIDTH * 1.1), layout="constrained")
    draw_reliability_diagram(figure.subplots(), test.raw_bins, test.bins)
    return figure
