"""A session: one call that starts, resumes or opens a run, and writes into its folder if it has one."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catseye.datasets.file_pictures import FilePictures
from catseye.datasets.picture_record import write_record
from catseye.errors import UsageError
from catseye.runs.folder import RunFolder
from catseye.runs.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from catseye.networks.custom import CustomNetwork
    from catseye.runs.request import Request
    from catseye.training.history import Epoch
    from catseye.training.recipe import Recipe
    from catseye.transfer_learning.recipe import TransferRecipe


@dataclass(frozen=True)
class Session:
    """A call of ``train`` or ``transfer`` at work on a run.

    Attributes
    ----------
    folder : RunFolder or None
        ``None`` if nothing is to be written.
    saved : Request or None
        The request of the run that is resumed; ``None`` if a run is started.
    """

    folder: RunFolder | None
    saved: Request | None

    @property
    def path(self) -> Path | None:
        """Path of the folder."""
        return self.folder.path if self.folder else None

    @property
    def paths(self) -> tuple[str | None, str | None, str | None]:
        """Paths of folder, classifier and report, as a result has them."""
        if self.folder is None:
            return None, None, None
        return str(self.folder.path), str(self.folder.classifier), str(self.folder.report)

    @property
    def checkpoint(self) -> Path | None:
        """Where the state after each epoch is saved; ``None`` without a folder."""
        return self.folder.checkpoint if self.folder else None

    def require(self, **asked: Any) -> None:
        """Raise `UsageError` if the run that is resumed was started with different arguments.

        Arguments that are ``None`` are not compared.
        """
        self._require({name: value for name, value in asked.items() if value is not None})

    def require_recipe(self, recipe: Recipe | TransferRecipe) -> None:
        """Raise `UsageError` if the run that is resumed was started with another recipe."""
        self._require({field.name: getattr(recipe, field.name) for field in fields(recipe)})

    def _require(self, asked: dict[str, Any]) -> None:
        difference = self.saved.difference(asked) if self.saved else ""
        if difference and self.folder:
            raise UsageError(f"the run in {self.folder.path} was started {difference}; choose another out.")

    def open_finished_run(self, network: CustomNetwork | None = None) -> Run | None:
        """Return the run that is resumed if it is finished already; ``network`` is needed if it is a custom one."""
        return Run.open(self.folder.path, network) if self.folder and self.saved and self.folder.read_result() else None

    def start(self, request: Request) -> None:
        """Write down what is asked for, before the first step."""
        if self.folder:
            self.folder.start(self.saved or request)

    def write_history(self, history: Sequence[Epoch]) -> None:
        """Write all finished epochs."""
        if self.folder:
            self.folder.write_history(history)

    def finish(self, run: Run) -> None:
        """Write history, classifier and report; only then is the run finished."""
        if self.folder is None or run.source is None:
            return
        from catseye.runs.report import write_report

        self.folder.write_history(run.history)
        run.classifier.save(self.folder.classifier)
        files = {name: part for name, part in run.source.splits.items() if isinstance(part, FilePictures)}
        if run.result.backbone and len(files) == len(run.source.splits):
            write_record(self.folder.pictures, files)
        write_report(self.folder.report, run.source, run)
        self.folder.finish(run.result)


@contextmanager
def open_session(out: str | Path | None, *, resume: bool) -> Iterator[Session]:
    """Hold the run's folder while the block runs.

    Parameters
    ----------
    out
        The folder; ``None``: nothing is written.
    resume
        Continue the run in it.

    Raises
    ------
    UsageError
        The folder is in use, is not empty and ``resume`` is false, or holds something other than a run.
    CatseyeError
        It cannot be created, or its run cannot be read.
    """
    folder = RunFolder(Path(out)) if out is not None else None
    with folder.hold(resume=resume) if folder else nullcontext():
        yield Session(folder, folder.read_request() if folder and resume else None)
