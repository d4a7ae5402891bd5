"""The log: a line of JSON for each request and each picture, without the pictures and their file names."""

from __future__ import annotations

import json
import sys
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

from catseye.classifier.prediction import Prediction
from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.errors import PictureError
    from catseye.serve.models import ServedModel


class RequestLog:
    """Writes lines to stderr, and also appends those about predictions to a file.

    Parameters
    ----------
    file
        The file that ``catseye drift`` reads; ``None`` for none.
    stream
        Receives all lines; ``None``: ``sys.stderr`` at the time of writing.
    is_quiet
        Write to the file only.
    """

    def __init__(self, file: Path | None = None, stream: TextIO | None = None, *, is_quiet: bool = False) -> None:
        self._stream, self._is_quiet = stream, is_quiet
        self._lock = threading.Lock()
        try:
            # Each line is appended in one write, so that several processes can share the file.
            self._file = file.open("ab", buffering=0) if file else None
        except OSError as error:
            raise CatseyeError(f"the log {file} cannot be written: {error.strerror}.") from error

    def write(self, event: str, **values: Any) -> None:
        """Write one line."""
        self._write({"time": _now(), "event": event, **values}, to_file=False)

    def write_predictions(
        self, request_id: str, served: ServedModel, answers: Sequence[Prediction | PictureError], milliseconds: float
    ) -> None:
        """Write a line for each picture of a request."""
        for answer in answers:
            outcome = (
                {"class": answer.class_name, "probability": answer.probability, "unfamiliarity": answer.unfamiliarity}
                if isinstance(answer, Prediction)
                else {"error": True}
            )
            common = {"time": _now(), "event": "prediction", "request": request_id}
            model = {"model": served.name, "version": served.version, "ms": round(milliseconds, 2)}
            self._write({**common, **model, **outcome}, to_file=True)

    def _write(self, values: dict[str, Any], *, to_file: bool) -> None:
        line = json.dumps(values, separators=(",", ":")) + "\n"
        with self._lock:
            if to_file and self._file:
                _try_to(self._file.write, line.encode())
            if not self._is_quiet:
                stream = self._stream or sys.stderr
                _try_to(stream.write, line)
                _try_to(stream.flush)


def _try_to(write: Any, *line: Any) -> None:
    """Write a line, or drop it if that fails: a request must not fail because of the log."""
    try:
        write(*line)
    except (OSError, ValueError):
        return


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
