"""The report of a run: one self-contained page."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any

from catseye.datasets.dataset import TEST
from catseye.drawing.page import write_page
from catseye.evaluation.calibration import expected_calibration_error
from catseye.networks import summarise
from catseye.runs.curves import draw_history
from catseye.runs.gallery import sample, surest_mistakes
from catseye.runs.reliability import draw_reliability_diagram
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.datasets import Pictures
    from catseye.evaluation.metrics import Evaluation
    from catseye.insight.robustness.robustness import Robustness
    from catseye.runs.report_source import ReportSource
    from catseye.runs.run import Run

_LARGEST_TABLE = 40  # classes up to which the whole confusion table is shown
_MOST_CONFUSIONS = 10
_LONG_SUMMARY = 30  # layers from which on the table is folded away
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
        summary=summarise(classifier.network, classifier.preprocess.shape, classifier.network_name),
        long_summary=_LONG_SUMMARY,
        recipe=source.recipe,
        history=run.history,
        curves=draw_history(run.history) if run.history else (),
        test=_test_section(source.splits.get(TEST), run.evaluations.get(TEST)),
        evaluations=run.evaluations,
        robustness=_robustness_section(robustness) if robustness else None,
        result=run.result,
        command=source.command,
        machine=f"{platform.system()} {platform.machine()}, {usable_cores()} cores",
    )


def _robustness_section(robustness: Robustness) -> dict[str, Any]:
    """Return what the report shows of the classifier under attack."""
    from catseye.insight.robustness.view import view_robustness

    view = view_robustness(robustness, "the classifier")
    bound, *checks = view.caption
    return {"drawing": view.svg(), "bound": bound, "checks": checks}


def _test_section(pictures: Pictures | None, test: Evaluation | None) -> dict[str, Any] | None:
    """Return what the report shows of the test split."""
    if test is None or pictures is None:
        return None
    return {
        "evaluation": test,
        "error": expected_calibration_error(test.bins),
        "raw_error": expected_calibration_error(test.raw_bins),
        "diagram": draw_reliability_diagram(test.raw_bins, test.bins),
        "confusion": test.confusion.tolist() if len(test.classes) <= _LARGEST_TABLE else [],
        "confused": _confused(test),
        "mistakes": surest_mistakes(pictures, test),
        "right": sample(pictures, test, right=True),
        "wrong": sample(pictures, test, right=False),
    }


def _confused(test: Evaluation) -> list[tuple[str, str, int, float]]:
    """Return the most frequent confusions: true class, predicted class, how often, share of the true class."""
    confusion = test.confusion
    pairs = [(int(count), i, j) for i, row in enumerate(confusion) for j, count in enumerate(row) if i != j and count]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    classes = test.classes
    return [
        (classes[i], classes[j], count, count / int(confusion[i].sum())) for count, i, j in pairs[:_MOST_CONFUSIONS]
    ]
