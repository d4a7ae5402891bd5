"""A finished run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self

from catseye.arguments import with_checked_arguments
from catseye.classifier.classifier import Classifier
from catseye.datasets.named import Named
from catseye.drawing.answer import Answer
from catseye.errors import MissingNetworkError, UsageError, with_short_traceback
from catseye.runs.folder import RunFolder

if TYPE_CHECKING:
    from catseye.evaluation.metrics import Evaluation
    from catseye.networks.custom import CustomNetwork
    from catseye.runs.report_source import ReportSource
    from catseye.runs.result import Result
    from catseye.training.history import Epoch


@dataclass(frozen=True, eq=False, repr=False)
class Run(Answer):
    """A finished run, of training or transfer.

    Attributes
    ----------
    folder : Path or None
        Folder with classifier, history, recipe, checkpoint and report; ``None`` if nothing was written.
    classifier : Classifier
    history : tuple of Epoch
        Empty if only a head was fitted.
    result : Result
        The numbers, as ``--json`` prints them: ``run.result.test.accuracy``.
    evaluations : dict of str to Evaluation
        Evaluations by split: ``train``, ``validation`` and ``test`` if there are any; empty for a run that was opened.
    source : ReportSource or None
        What a report shows besides; ``None`` for a run that was opened.
    """

    folder: Path | None
    classifier: Classifier
    history: tuple[Epoch, ...]
    result: Result
    evaluations: dict[str, Evaluation] = field(default_factory=dict)
    source: ReportSource | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "evaluations", Named("split", self.evaluations))

    def __repr__(self) -> str:
        test = self.result.test
        words = f"test accuracy {test.accuracy_in_words}" if test else "no test pictures"
        return f"Run({self.result.data.name}, {self.result.network_title}, {words})"

    @property
    def name(self) -> str:
        """What the run is called: the name of its folder or, without one, its network and data."""
        return self.folder.resolve().name if self.folder else f"{self.result.network_title} on {self.result.data.name}"

    def to_json(self) -> dict[str, Any]:
        """Return the numbers as JSON values, as ``catseye train --json`` prints them."""
        return self.result.to_json()

    @classmethod
    @with_short_traceback
    @with_checked_arguments
    def open(cls, path: str | Path, network: CustomNetwork | None = None) -> Self:
        """Return the finished run in a folder.

        Parameters
        ----------
        path
        network
            As for :meth:`Classifier.load`: the network, if it was written in Python. Without it the run has results and
            curves, but no classifier.

        Raises
        ------
        UsageError
            The folder does not hold a run, or its run is not finished.
        CatseyeError
            The run cannot be read, or was written by another version.
        """
        folder = RunFolder(Path(path))
        if folder.read_request() is None:
            raise UsageError(f"{path} does not hold a run.")
        result = folder.read_result()
        if result is None:
            raise UsageError(f"the run in {path} is not finished; use resume=True to continue it.")
        try:
            classifier = Classifier.load(folder.path, network)
        except MissingNetworkError as error:
            classifier = _MissingClassifier(error)  # type: ignore[assignment]
        return cls(folder.path, classifier, folder.read_history(), result)


class _MissingClassifier:
    """What stands for a classifier whose network is not given: whatever is asked of it, it says so."""

    def __init__(self, error: MissingNetworkError) -> None:
        self._error = error

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise self._error
