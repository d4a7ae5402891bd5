"""The folder of a run: its request, its progress and its result."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from catseye.classifier.storage import FILE_NAME
from catseye.errors import CatseyeError, UsageError, first_line
from catseye.runs.request import Request
from catseye.runs.result import Result
from catseye.system.files import find_free, is_folder, is_there, remove_parts, write_atomically
from catseye.training.history import Epoch, to_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_FORMAT = 2
_LOCK = ".lock"


@dataclass(frozen=True)
class RunFolder:
    """A folder with ``run.json``, ``recipe.json``, ``history.jsonl``, checkpoint, classifier and report."""

    path: Path

    @property
    def classifier(self) -> Path:
        """Where the classifier is saved."""
        return self.path / FILE_NAME

    @property
    def checkpoint(self) -> Path:
        """Where the state after the last finished epoch is saved, for resuming."""
        return self.path / "checkpoint.safetensors"

    @property
    def report(self) -> Path:
        """Where the report is written."""
        return self.path / "report.html"

    @property
    def recipe(self) -> Path:
        """Where the recipe is saved, for running it again."""
        return self.path / "recipe.json"

    @property
    def pictures(self) -> Path:
        """Where the pictures of a transfer are listed, for updating it with more."""
        return self.path / "pictures.csv"

    @property
    def _description(self) -> Path:
        return self.path / "run.json"

    @property
    def _history(self) -> Path:
        return self.path / "history.jsonl"

    @contextmanager
    def hold(self, *, resume: bool) -> Iterator[None]:
        """Create the folder if necessary, and keep other processes out of it while the block runs.

        Raises
        ------
        UsageError
            It is in use, or is not empty and ``resume`` is false, or holds something other than a run.
        CatseyeError
            It cannot be created.
        """
        self._check_free(resume=resume)  # before anything is touched in a folder that is not ours
        fresh = not is_there(self.path)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / _LOCK)
            lock.acquire(timeout=0)
        except Timeout:
            raise UsageError(f"another process is training in {self.path}; choose another out.") from None
        except OSError as error:
            raise CatseyeError(f"{self.path} cannot be used as a run's folder: {error.strerror}.") from error
        try:
            self._check_free(resume=resume)
            remove_parts(self.path)
            yield
        finally:
            lock.release()
            if fresh and [entry.name for entry in self.path.iterdir()] == [_LOCK]:
                shutil.rmtree(self.path)  # the run was refused

    def _check_free(self, *, resume: bool) -> None:
        if not is_folder(self.path):
            return
        names = {entry.name for entry in self.path.iterdir() if not entry.name.startswith(".")}
        # A run without a finished epoch may be started again, with other options.
        if not resume and not names <= {self._description.name, self.recipe.name}:
            fresh = repr(str(find_free(self.path)))
            if self._description.name in names:
                ways = f"continue its run with resume=True, or begin again with out={fresh}."
            else:
                ways = f"it does not hold a run. Begin one with out={fresh}."
            raise UsageError(f"{self.path} is not empty: {ways}")
        if resume and names and self.read_request() is None:
            raise UsageError(f"{self.path} does not hold a run to resume; choose another out.")

    def read_request(self) -> Request | None:
        """Return the run's request, or ``None`` if there is no run.

        Raises
        ------
        CatseyeError
            ``run.json`` is damaged, or was written by another version.
        """
        values = self._read()
        values.pop("result", None)
        with self._readable():
            return Request.from_json(values) if values else None

    def read_result(self) -> Result | None:
        """Return the result of a finished run, or ``None``; raise `CatseyeError` like :meth:`read_request`."""
        values = self._read()
        with self._readable():
            if not values or "result" not in values:
                return None
            result = Result.from_json(values["result"])
        # The folder may have been moved since.
        return replace(
            result, run_path=str(self.path), classifier_path=str(self.classifier), report_path=str(self.report)
        )

    def _read(self) -> dict[str, Any]:
        with self._readable():
            if not self._description.exists():
                return {}
            values = dict(json.loads(self._description.read_bytes()))
            if values.pop("format") != _FORMAT:
                raise CatseyeError(
                    f"{self.path} is a run of another version of Catseye: its classifier can still be used, but to "
                    "compare or resume the run, repeat it with another out."
                )
        return values

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CatseyeError(f"{self._description} cannot be read ({first_line(error)}).") from error

    def start(self, request: Request) -> None:
        """Write down what is asked for, before the first step."""
        write_atomically(self._description, _json({"format": _FORMAT, **request.to_json()}))
        write_atomically(self.recipe, _json(request.recipe.to_json()))

    def finish(self, result: Result) -> None:
        """Write down the result; from now on the run is finished."""
        if result.search:  # the recipe that was asked for is not the one that was chosen
            write_atomically(self.recipe, _json(result.recipe.to_json()))
        write_atomically(self._description, _json({"format": _FORMAT, **self._read(), "result": result.to_json()}))

    def write_history(self, history: Sequence[Epoch]) -> None:
        """Write all finished epochs, replacing those written before."""
        write_atomically(self._history, to_lines(history))

    def read_history(self) -> tuple[Epoch, ...]:
        """Return the finished epochs.

        Raises
        ------
        CatseyeError
            The file is missing or damaged.
        """
        try:
            return tuple(Epoch(**json.loads(line)) for line in self._history.read_text().splitlines())
        except (OSError, ValueError, TypeError) as error:
            raise CatseyeError(f"{self._history} cannot be read ({first_line(error)}).") from error


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode()
