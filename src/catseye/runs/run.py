"""What a training came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from catseye.classifier.classifier import Classifier
from catseye.errors import UsageError
from catseye.runs.folder import RunFolder

if TYPE_CHECKING:
    from catseye.evaluation.metrics import Evaluation
    from catseye.insight.robustness.robustness import Robustness
    from catseye.runs.report_source import ReportSource
    from catseye.training.history import Epoch


@dataclass(frozen=True, eq=False)
class Run:
    """A finished training.

    Attributes
    ----------
    folder : Path or None
        Where classifier, history, recipe, checkpoint and report lie; ``None`` if nothing was to be written.
    classifier : Classifier
    history : tuple of Epoch
    result : dict
        The numbers, as ``catseye train --json`` prints them.
    evaluations : dict of str to Evaluation
        Of the splits ``train``, ``validation`` and ``test`` where there are; empty for a run read from its folder.
    robustness : Robustness or None
        Of an adversarial training, on the test pictures; ``None`` for a run read from its folder.
    """

    folder: Path | None
    classifier: Classifier
    history: tuple[Epoch, ...]
    result: dict[str, Any]
    evaluations: dict[str, Evaluation] = field(default_factory=dict)
    robustness: Robustness | None = None

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Return the finished run in a folder.

        Raises
        ------
        UsageError
            There is none, or it is not finished.
        """
        folder = RunFolder(Path(path))
        description = folder.description()
        if description is None:
            raise UsageError(f"{path} holds no run.")
        if "result" not in description:
            raise UsageError(f"the run in {path} is not finished; go on with its training by --resume.")
        return cls(folder.path, Classifier.load(folder.path), folder.history(), description["result"])


def write_run(run: Run, folder: RunFolder, source: ReportSource) -> None:
    """Write history, classifier and report; only then is the run finished."""
    from catseye.runs.report import write_report

    folder.write_history(run.history)
    run.classifier.save(folder.classifier)
    write_report(folder.report, source, run.classifier, run.history, run.evaluations, run.result, run.robustness)
    folder.finish(run.result)
