"""The folder of a run: what it was asked for, how far it came, what it came to."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from catseye.classifier.classifier import FILE_NAME
from catseye.errors import CatseyeError, UsageError
from catseye.system.files import remove_parts, write_atomically
from catseye.training.history import Epoch, to_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_FORMAT = 1
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
        """Where the state after the last finished epoch is saved."""
        return self.path / "checkpoint.safetensors"

    @property
    def report(self) -> Path:
        """Where the report is written."""
        return self.path / "report.html"

    @property
    def recipe(self) -> Path:
        """Where the recipe is saved, to be run again."""
        return self.path / "recipe.json"

    @property
    def _description(self) -> Path:
        return self.path / "run.json"

    @property
    def _history(self) -> Path:
        return self.path / "history.jsonl"

    @contextmanager
    def held(self, *, resume: bool) -> Iterator[None]:
        """Make the folder if need be, and keep other processes out of it while the block runs.

        Raises
        ------
        UsageError
            It is in use, or holds something and ``resume`` is false, or holds something else than a run.
        CatseyeError
            It cannot be made.
        """
        self._check_free(resume=resume)  # before anything in a folder that is not ours is touched
        fresh = not self.path.exists()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / _LOCK)
            lock.acquire(timeout=0)
        except Timeout:
            raise UsageError(f"another process is training in {self.path}; choose another --out.") from None
        except OSError as error:
            raise CatseyeError(f"{self.path} cannot be used as a run's folder: {error.strerror}.") from error
        try:
            self._check_free(resume=resume)
            remove_parts(self.path)
            yield
        finally:
            lock.release()
            if fresh and [entry.name for entry in self.path.iterdir()] == [_LOCK]:
                shutil.rmtree(self.path)  # nothing came of it

    def _check_free(self, *, resume: bool) -> None:
        if not self.path.is_dir():
            return
        names = {entry.name for entry in self.path.iterdir() if not entry.name.startswith(".")}
        # A run that was begun but has no epoch to show may be begun anew, with other options.
        if not resume and not names <= {self._description.name, self.recipe.name}:
            raise UsageError(f"{self.path} is not empty; choose another --out, or go on with it by --resume.")
        if resume and names and self.description() is None:
            raise UsageError(f"{self.path} holds no run to resume; choose another --out.")

    def description(self) -> dict[str, Any] | None:
        """Return what ``run.json`` says, or ``None`` if there is none."""
        try:
            description = json.loads(self._description.read_bytes())
            if description["format"] != _FORMAT:
                raise CatseyeError(f"{self.path} was written by another version of Catseye.")
            return dict(description)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CatseyeError(f"{self._description} cannot be read ({error}).") from error

    def must_agree(self, saved: dict[str, Any], asked: dict[str, Any]) -> None:
        """Raise `UsageError` if something is asked for now (not ``None``) that the run was begun without."""
        for name, value in asked.items():
            if value is not None and saved.get(name) != value:
                what = "other data than now" if name == "fingerprint" else f"{name} {saved.get(name)}, not {value}"
                raise UsageError(f"the run in {self.path} was begun with {what}; choose another --out.")

    def begin(self, asked: dict[str, Any]) -> None:
        """Write down what was asked for, before the first step."""
        write_atomically(self._description, _json({**asked, "format": _FORMAT}))
        write_atomically(self.recipe, _json(asked["recipe"]))

    def finish(self, result: dict[str, Any]) -> None:
        """Write down what it came to; from now on the run is finished."""
        write_atomically(self._description, _json({**(self.description() or {}), "result": result}))

    def write_history(self, history: Sequence[Epoch]) -> None:
        """Write all finished epochs, replacing what was written before."""
        write_atomically(self._history, to_lines(history))

    def history(self) -> tuple[Epoch, ...]:
        """Return the finished epochs.

        Raises
        ------
        CatseyeError
            The file is missing or damaged.
        """
        try:
            return tuple(Epoch(**json.loads(line)) for line in self._history.read_text().splitlines())
        except (OSError, ValueError, TypeError) as error:
            raise CatseyeError(f"{self._history} cannot be read ({error}).") from error


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode()
